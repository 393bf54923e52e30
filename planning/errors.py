"""Name the mistakes a user can make, so that commands can print them and tests can expect them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planning.messages import Both, Text, Words, languages

DISTRIBUTION = "xuequ"
"""Name under which the package is installed; ``planning`` on the package index is somebody else's."""


_LISTED = 12
"""Rows that one line names."""
_CHINESE: dict[str, str] = {}


def name_columns(chinese: Mapping[str, str]) -> None:
    """Tell what columns are called in Chinese; those who define tables stand above this floor."""
    _CHINESE.update(chinese)


@dataclass(frozen=True, init=False)
class Issue:
    """One thing that is wrong with the input, where it is, and how to mend it.

    Parameters
    ----------
    code : str or Words
        What is wrong and what was expected: the code of a text of the catalogues (``district.cross.no_such``), stable from version
        to version, or words that somebody else has chosen.
    file : str
        File or sheet, as the user knows it; empty where what is wrong is in none.
    row : str, optional
        Row number (header is row 1) or the identifier of the row.
    column : str, optional
        Column name.
    value : str, optional
        The value found.
    level : str
        ``"error"`` stops the work; ``"warning"`` does not.
    mend : str or Words, optional
        How to put it right; the catalogue's own (``code.mend``) where it is not given, none where it is empty.
    **said
        Values of the fields of the texts.

    Examples
    --------
    >>> found = Issue("base.extra.missing", "roads.osm.pbf", what=Text("base.extra.osm"), line="pip install 'xuequ[osm]'")
    >>> found.code, found.mend("zh")
    ('base.extra.missing', "请安装：pip install 'xuequ[osm]'")
    """

    file: str
    message: Words
    row: str
    column: str
    value: str
    level: str
    remedy: Words | None

    def __init__(
        self, code: str | Words, file: str, *, row: str = "", column: str = "", value: str = "", level: str = "error",
        mend: str | Words | None = None, **said: Any,
    ) -> None:  # fmt: skip
        message = Text(code, **said) if isinstance(code, str) else code
        if mend is None:
            remedy: Words | None = message.more("mend") if isinstance(message, Text) else None
        else:
            remedy = (Text(mend, **said) if mend else None) if isinstance(mend, str) else mend
        fields = {
            "message": message,
            "file": file,
            "row": row,
            "column": column,
            "value": value,
            "level": level,
            "remedy": remedy,
        }
        for name, field in fields.items():
            object.__setattr__(self, name, field)

    @property
    def code(self) -> str:
        """Stable code of what is wrong; empty for words that are in no catalogue."""
        return self.message.code if isinstance(self.message, Text) else ""

    def what(self, lang: str = "en") -> str:
        """Return what is wrong, without the place and the mend."""
        return self.message.text(lang)

    def mend(self, lang: str = "en") -> str:
        """Return how to put it right, or nothing."""
        return self.remedy.text(lang) if self.remedy else ""

    def at(self, **place: str) -> Issue:
        """Return the same issue at another ``file``, ``row`` or ``column``, or of another ``value`` or ``level``."""
        here = {name: getattr(self, name) for name in ("file", "row", "column", "value", "level")} | place
        return Issue(self.message, here.pop("file"), mend=self.remedy or "", **here)

    def mended(self, code: str, **said: Any) -> Issue:
        """Return the same issue with another mend."""
        return Issue(
            self.message,
            self.file,
            row=self.row,
            column=self.column,
            value=self.value,
            level=self.level,
            mend=Text(code, **said),
        )

    def text(self, lang: str = "en") -> str:
        """Return one line in the user's language (one of :func:`planning.messages.languages`)."""
        place = [self.file] if self.file else []
        if self.row:
            place.append(Text("base.issue.row", row=self.row).text(lang))
        if self.column:
            column = Both(self.column, _CHINESE.get(self.column, self.column))
            place.append(Text("base.issue.column", column=column).text(lang))
        where = Text("base.issue.comma").text(lang).join(place)
        line = (where + Text("base.issue.colon").text(lang) if where else "") + self.what(lang)
        if self.value:
            line += Text("base.issue.found", value=self.value).text(lang)
        mend = self.mend(lang)
        return line + Text("base.issue.mend", mend=mend).text(lang) if mend else line

    def data(self) -> dict[str, Any]:
        """Return the issue as plain data; ``message``, ``mend`` and the whole line (``text``) by language."""
        place = {name: getattr(self, name) for name in ("code", "file", "row", "column", "value", "level")}
        said = {"message": self.what, "mend": self.mend, "text": self.text}
        return place | {name: {lang: say(lang) for lang in languages()} for name, say in said.items()}

    @property
    def message_en(self) -> str:
        """What is wrong, in English."""
        return self.what("en")

    @property
    def message_zh(self) -> str:
        """What is wrong, in Chinese."""
        return self.what("zh")

    @property
    def mend_en(self) -> str:
        """How to put it right, in English."""
        return self.mend("en")

    @property
    def mend_zh(self) -> str:
        """How to put it right, in Chinese."""
        return self.mend("zh")


def not_installed(place: str, extra: str) -> Issue:
    """Return the issue of an optional component that is missing, with the one line that installs it.

    Parameters
    ----------
    place : str
        File or component that asks for it.
    extra : str
        Extra of the distribution that brings it.

    Examples
    --------
    >>> not_installed("roads.osm.pbf", "osm").text("en")
    "roads.osm.pbf: OpenStreetMap extracts need an optional component → install it: pip install 'xuequ[osm]'"
    """
    line = f"pip install '{DISTRIBUTION}[{extra}]'"
    return Issue("base.extra.missing", place, what=Text(f"base.extra.{extra}"), line=line)


def gathered(problems: Iterable[Issue]) -> list[Issue]:
    """Return issues with those that say the same of several rows as one, in the order of the first of each.

    Examples
    --------
    >>> two = (Issue(Text("base.issue.comma"), "a.csv", row=r, column="pupils", value=v) for r, v in (("3", "x"), ("7", "y")))
    >>> [(p.row, p.value) for p in gathered(two)]
    [('3, 7', 'x, y')]
    """
    alike: dict[tuple[object, ...], list[Issue]] = {}
    for one in problems:
        alike.setdefault((one.message, one.file, one.column, one.level, one.remedy), []).append(one)
    return [
        same[0].at(row=_listed(p.row for p in same), value=_listed(p.value for p in same))
        if same[1:]
        else same[0]
        for same in alike.values()
    ]


def _listed(words: Iterable[str]) -> str:
    some = [w for w in dict.fromkeys(words) if w]
    more = f" … (+{len(some) - _LISTED})" if len(some) > _LISTED else ""
    return ", ".join(some[:_LISTED]) + more


class PlanningError(Exception):
    """Base of every error that the user can mend; commands print it and exit with code 2.

    Parameters
    ----------
    problems : iterable of Issue
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

    def __init__(self, problems: Iterable[Issue]) -> None:
        self.problems: tuple[Issue, ...] = tuple(problems)
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
    1 no such run folder
    """


class WriteError(PlanningError):
    """A file or folder cannot be written, or somebody else is writing it; what was there is unchanged."""


class StoreError(PlanningError):
    """A database cannot be reached, is no store of ours, or refuses; nothing was changed in it."""


class MissingExtraError(PlanningError):
    """An optional component is not installed; the message holds the one line that installs it."""
