"""Name the mistakes a user can make, so that commands can print them and tests can expect them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DISTRIBUTION = "xuequ"
"""Name under which the package is installed; ``planning`` on the package index is somebody else's."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, where it is, and how to mend it.

    Parameters
    ----------
    file : str
        File or sheet, as the user knows it.
    message_en, message_zh : str
        What is wrong and what was expected, in English and Chinese.
    row : str, optional
        Row number (header is row 1) or the identifier of the row.
    column : str, optional
        Column name.
    value : str, optional
        The value found.
    mend_en, mend_zh : str, optional
        How to put it right.
    level : str
        ``"error"`` stops the work; ``"warning"`` does not.
    """

    file: str
    message_en: str
    message_zh: str
    row: str = ""
    column: str = ""
    value: str = ""
    mend_en: str = ""
    mend_zh: str = ""
    level: str = "error"

    def text(self, lang: str = "en") -> str:
        """Return one line in the user's language (``"en"`` or ``"zh"``)."""
        chinese = lang == "zh"
        place = [self.file]
        if self.row:
            place.append(f"第 {self.row} 行" if chinese else f"row {self.row}")
        if self.column:
            place.append(f"列 {self.column}" if chinese else f"column {self.column}")
        comma, colon = ("，", "：") if chinese else (", ", ": ")
        line = comma.join(place) + colon + (self.message_zh if chinese else self.message_en)
        if self.value:
            line += f"（实际值 {self.value!r}）" if chinese else f" (found {self.value!r})"
        mend = self.mend_zh if chinese else self.mend_en
        return f"{line} → {mend}" if mend else line


def not_installed(place: str, what_en: str, what_zh: str, *, extra: str) -> Problem:
    """Return the problem of an optional component that is missing, with the one line that installs it.

    Parameters
    ----------
    place : str
        File or component that asks for it.
    what_en, what_zh : str
        What needs it, as the beginning of a sentence ("rasters need", "读取栅格需要").
    extra : str
        Extra of the distribution that brings it.
    """
    line = f"pip install '{DISTRIBUTION}[{extra}]'"
    return Problem(
        place, f"{what_en} an optional component", f"{what_zh}可选组件", mend_en=f"install it: {line}", mend_zh=f"请安装：{line}"
    )  # fmt: skip


class PlanningError(Exception):
    """Base of every error that the user can mend; commands print it and exit with code 2.

    Parameters
    ----------
    problems : iterable of Problem
        Everything that is wrong, all at once.

    Examples
    --------
    >>> import planning
    >>> try:
    ...     planning.Scenario.make(yaer=2025)
    ... except planning.PlanningError as error:
    ...     print(error.problems[0].text("en"))
    scenario, column yaer: unknown key → did you mean 'year'?
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(p.text("en") for p in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def text(self, lang: str = "en") -> str:
        """Return every problem, one a line, in the user's language."""
        return "\n".join(p.text(lang) for p in self.problems)


class DistrictError(PlanningError):
    """The tables of a district are missing, malformed or contradict each other.

    Examples
    --------
    >>> import planning
    >>> try:
    ...     planning.read_district("no-such-county")
    ... except planning.DistrictError as error:
    ...     print(error.problems[0].message_en)
    no such district
    """


class ScenarioError(PlanningError):
    """A scenario says something that is not understood or not possible.

    Examples
    --------
    >>> import planning
    >>> try:
    ...     planning.solve(planning.sample_district(), {"solver": {"gap": 7}})
    ... except planning.ScenarioError as error:
    ...     print(error.problems[0].column, error.problems[0].value)
    solver.gap 7
    """


class InfeasibleError(PlanningError):
    """A hard scenario cannot be met; the problems name the rules and places in conflict.

    Examples
    --------
    >>> import planning
    >>> issubclass(planning.InfeasibleError, planning.PlanningError)
    True
    """


class LayoutError(PlanningError):
    """A run folder is missing, incomplete, changed or does not verify; or a layout is asked for what it does not have.

    Examples
    --------
    >>> import planning
    >>> try:
    ...     planning.load_layout("no-such-run")
    ... except planning.LayoutError as error:
    ...     print(len(error.problems), error.problems[0].message_en)
    6 file of the run is missing
    """


class WriteError(PlanningError):
    """A file or folder cannot be written, or somebody else is writing it; what was there is unchanged."""


class StoreError(PlanningError):
    """A database cannot be reached, is no store of ours, or refuses; nothing was changed in it."""


class MissingExtraError(PlanningError):
    """An optional component is not installed; the message holds the one line that installs it."""
