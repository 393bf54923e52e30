"""Hold what verification found, one check per thing looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.grades import grade_name
from planning.messages import Both, Text, Words
from planning.verify.words import in_language

if TYPE_CHECKING:
    Series: TypeAlias = pd.Series[Any]
else:
    Series: TypeAlias = pd.Series


@dataclass(frozen=True)
class Check:
    """One thing that was recomputed.

    Parameters
    ----------
    rule : str
        Rule it belongs to.
    ok : bool
        The run and the recomputation agree.
    what, what_zh : str
        What was looked at, in English and Chinese.
    expected, found : str
        Recomputed value or requirement, and what the run says.
    where : str
        Zone, unit, grade, year or file, for a difference.
    rule_zh : str
        Name of the rule in Chinese.
    warning : bool
        Nothing disagrees, but people should look.
    words, name : Words, optional
        What was looked at and the name of the rule in every language; checks of a rule from outside and kept ones have two.
    """

    rule: str
    ok: bool
    what: str
    what_zh: str
    expected: str
    found: str
    where: str = ""
    rule_zh: str = ""
    warning: bool = False
    words: Words | None = field(default=None, compare=False)
    name: Words | None = field(default=None, compare=False)

    @classmethod
    def of(cls, rule: str, ok: bool, what: Words, expected: str, found: str, where: str = "", *, warning: bool = False) -> Check:  # fmt: skip
        """Return a check that says what was looked at in every language."""
        return cls(
            rule, ok, what.text("en"), what.text("zh"), expected, found, where, warning=warning, words=what
        )

    def text(self, lang: str = "en") -> str:
        """Return one line in the user's language (one of :func:`planning.messages.languages`)."""
        words = self.words or Both(self.what, self.what_zh)
        name = self.rule if lang == "en" else (self.name or Both(self.rule, self.rule_zh or self.rule))
        line = Text("verify.report.line", rule=name, what=words)
        if self.where:
            line = Text("verify.report.at", line=line, where=in_language(self.where, lang))
        if self.warning:
            return Text("verify.report.warning", line=line).text(lang)
        if self.ok:
            return Text("verify.report.holds", line=line, found=self.found).text(lang)
        expected, found = (in_language(text, lang) for text in (self.expected, self.found))
        return Text("verify.report.differs", line=line, expected=expected, found=found).text(lang)

    def named(self, place: Callable[[str], str], value: Callable[[str], str]) -> Check:
        """Return the check with its place, and what was expected and found, as people call them."""
        return replace(self, where=place(self.where), expected=value(self.expected), found=value(self.found))

    def data(self) -> dict[str, str | bool]:
        """Return the check as the record of an approval keeps it, in English and Chinese."""
        return {name: value for name, value in vars(self).items() if name not in ("words", "name")}


@dataclass(frozen=True)
class VerifyReport:
    """Every check of one run folder, and the seats that its plan lacks, summed over its years: a true plan may lack some."""

    run: Path
    checks: tuple[Check, ...]
    seats_short: int = 0

    @property
    def ok(self) -> bool:
        """Everything agrees."""
        return all(check.ok for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The differences."""
        return tuple(check for check in self.checks if not check.ok)

    @property
    def warnings(self) -> tuple[Check, ...]:
        """What agrees and should still be looked at."""
        return tuple(check for check in self.checks if check.warning)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per check: ``rule, ok, what, what_zh, expected, found, where``."""
        names = ["rule", "ok", "what", "what_zh", "expected", "found", "where"]
        return pd.DataFrame([[getattr(c, n) for n in names] for c in self.checks], columns=names)

    def text(self, lang: str = "en") -> str:
        """Return every difference, or one line saying that all agree; then every warning; one a line."""
        agree = Text("verify.report.agree", count=len(self.checks))
        lines = [agree.text(lang)] if self.ok else [c.text(lang) for c in self.failures]
        return "\n".join([*lines, *(check.text(lang) for check in self.warnings)])


def compare(
    rule: str, what: Words, expected: Series, found: Series, *, tolerance: float = 0.0
) -> list[Check]:
    """Compare two columns row by row: one check when all agree, else one per difference.

    Parameters
    ----------
    expected, found : Series
        With the same kind of index; a row that only one of them has is a difference, so is one that occurs twice.
    tolerance : float
        Numbers may differ by this much.
    """
    again = found.index.duplicated()
    twice = found.index[again].unique() if again.any() else ()
    checks = [
        Check.of(
            rule,
            False,
            what,
            "one row",
            f"{int((found.index == key).sum())} rows",
            place(key, found.index),
        )
        for key in twice
    ]
    found = found[~again] if again.any() else found
    names, want, have = expected.index, expected, found
    if not (names.equals(found.index) and list(names.names) == list(found.index.names)):
        names = names.union(found.index, sort=False)
        want, have = expected.reindex(names), found.reindex(names)
    missing, unsaid = want.isna().to_numpy(), have.isna().to_numpy()
    same = _alike(want, have, ~(missing | unsaid), tolerance)
    neither = missing & unsaid
    if neither.any():
        neither &= names.isin(expected.index) & names.isin(found.index)
    same |= neither
    checks += [
        Check.of(rule, False, what, show(want[key]), show(have[key]), place(key, names))
        for key in names[~same]
    ]
    return checks or [Check.of(rule, True, what, f"{len(names)}", f"{len(names)}")]


def _alike(want: Series, have: Series, known: BoolArray, tolerance: float) -> BoolArray:
    """Tell which known rows of two columns say the same; arrays, because a verification compares hundreds of short columns."""
    same = np.zeros(len(known), dtype=bool)
    if all(pd.api.types.is_numeric_dtype(s) for s in (want, have)):
        left, right = (s.to_numpy()[known].astype(float) for s in (want, have))
        with np.errstate(invalid="ignore"):  # ∞ − ∞
            # the last term lets whole numbers pass a tolerance of zero through floating point
            same[known] = np.abs(left - right) <= tolerance + 1e-9
    else:
        left, right = (s.to_numpy(dtype=object)[known] for s in (want, have))
        same[known] = left == right
    return same


def require(rule: str, what: Words, broken: Iterable[tuple[str, str, str]], looked_at: int) -> list[Check]:
    """Return one check per broken place ``(where, expected, found)``, or one that all ``looked_at`` places hold."""
    checks = [Check.of(rule, False, what, expected, found, where) for where, expected, found in broken]
    return checks or [Check.of(rule, True, what, f"{looked_at}", f"{looked_at}")]


def warn(rule: str, what: Words, where: str) -> Check:
    """Return a check that fails nothing and says what should be looked at."""
    return Check.of(rule, True, what, "", "", where, warning=True)


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples, index first."""
    yield from frame.itertuples()


def items_of(series: Series) -> Iterator[tuple[Any, Any]]:
    """Yield key and value of every row of a column."""
    yield from zip(series.index.tolist(), series.tolist(), strict=True)


def place(key: object, index: pd.Index[Any]) -> str:
    """Return a readable place: ``unit S001-P, year 2021, grade 3``."""
    values = key if isinstance(key, tuple) else (key,)
    names = [str(n) if n is not None else "" for n in index.names]
    told = (grade_name(v) if n == "grade" else v for n, v in zip(names, values, strict=True))
    return ", ".join(f"{n} {v}".strip() for n, v in zip(names, told, strict=True))


def show(value: object) -> str:
    """Return a value as text: numbers without noise, a missing one by name."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        try:
            return f"{float(value):.10g}"  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return str(value)
    return str(value) or "empty"
