"""Say which grades a stage has, and what a grade is called: the one place that knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from planning.messages import Both, Text

KINDERGARTEN = "K"
"""Name of grade 0, the year before the first grade."""
HIGHEST = 12
_AGE_OF_FIRST = 6
_SPAN = re.compile(r"(?P<low>k|\d{1,2})(?:[-–—~～至](?P<high>k|\d{1,2}))?")
_BETWEEN = re.compile(r"[,，、;；/+]")
_KINDERGARTEN = re.compile(
    r"(?:grade|gr\.?)?k|kg|kindergarten|(?:学前|學前|幼儿园大)(?:班|年级|年級)?|k年级|k年級|grade0"
)


@dataclass(frozen=True)
class Grades(Mapping[str, tuple[int, ...]]):
    """Grades of the stages of a system, one after the other without a gap; a stage without grades is left out.

    As a mapping: grades by stage.

    Parameters
    ----------
    primary : tuple of int
        Grades of the first stage, 0 for kindergarten.
    junior : tuple of int
        Those of the second; none where the system has one stage.

    Examples
    --------
    >>> grades = read_grades("K-5, 6-8")
    >>> grades["junior"], grades.entries, str(grades), grades.row(0)
    ((6, 7, 8), (0, 6), 'K-5, 6-8', 0)
    """

    primary: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    junior: tuple[int, ...] = (7, 8, 9)

    def __post_init__(self) -> None:
        every = (*self.primary, *self.junior)
        if not self.primary or every != tuple(range(every[0], every[0] + len(every))):
            raise ValueError("grades of stages must follow each other without a gap")
        if not 0 <= every[0] <= every[-1] <= HIGHEST:
            raise ValueError(f"grades are K and 1 to {HIGHEST}")

    def __getitem__(self, stage: str) -> tuple[int, ...]:
        return self._by_stage[stage]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_stage)

    def __len__(self) -> int:
        return len(self._by_stage)

    def __str__(self) -> str:
        return ", ".join(_span(grades, "-") for grades in self.values())

    @cached_property
    def _by_stage(self) -> dict[str, tuple[int, ...]]:
        both = {"primary": self.primary, "junior": self.junior}
        return {stage: grades for stage, grades in both.items() if grades}

    @cached_property
    def every(self) -> tuple[int, ...]:
        """Every grade, lowest first."""
        return (*self.primary, *self.junior)

    @property
    def first(self) -> int:
        """The lowest grade."""
        return self.primary[0]

    @property
    def last(self) -> int:
        """The highest grade."""
        return self.every[-1]

    @property
    def count(self) -> int:
        """How many grades there are."""
        return len(self.every)

    @cached_property
    def entries(self) -> tuple[int, ...]:
        """The first grade of every stage."""
        return tuple(grades[0] for grades in self.values())

    @cached_property
    def stage_of(self) -> dict[int, str]:
        """Stage of every grade."""
        return {grade: stage for stage, grades in self.items() for grade in grades}

    def stage_at(self, grade: int) -> str:
        """Return the stage of a grade, also of one beyond the last or below the first."""
        return "junior" if self.junior and grade >= self.junior[0] else "primary"

    @property
    def entry_age(self) -> int:
        """Age at which children enter the lowest grade: 6 by 31 August for grade 1, 5 for kindergarten."""
        return _AGE_OF_FIRST - 1 + self.first

    def row(self, grade: int) -> int:
        """Return the place of a grade in arrays by grade, the lowest first."""
        return grade - self.first

    def rows(self, stage: str) -> list[int]:
        """Return the places of the grades of a stage in arrays by grade."""
        return [grade - self.first for grade in self[stage]]

    @property
    def told(self) -> Text:
        """The grades of every stage in words."""
        spans = {stage: span_told(grades) for stage, grades in self.items()}
        return Text(f"base.grades.{'both' if self.junior else 'one'}", **spans)


def span_told(grades: tuple[int, ...]) -> Both:
    """Return consecutive grades in words: K–5."""
    return Both(_span(grades, "–"), _span(grades, "—"))


def _span(grades: tuple[int, ...], dash: str) -> str:
    ends = dict.fromkeys((grade_name(grades[0]), grade_name(grades[-1])))
    return dash.join(ends)


def grade_name(grade: float) -> str:
    """Return what a grade is called: its number, K for kindergarten.

    Examples
    --------
    >>> [grade_name(g) for g in (0, 1, 9.0)]
    ['K', '1', '9']
    """
    return KINDERGARTEN if grade == 0 else f"{grade:g}"


def grade_cell(grade: float) -> int | str:
    """Return a grade as cells of workbooks and drawings hold it: its number, or K."""
    return KINDERGARTEN if grade == 0 else int(grade)


def grade_names(grades: Iterable[float]) -> list[str]:
    """Return what grades are called."""
    return [grade_name(grade) for grade in grades]


def is_kindergarten(text: str) -> bool:
    """Return whether a word says the year before the first grade.

    Examples
    --------
    >>> [is_kindergarten(word) for word in ("K", "Kindergarten", "学前班", "K1", "幼儿园")]
    [True, True, True, False, False]
    """
    return _KINDERGARTEN.fullmatch("".join(text.lower().split())) is not None


def read_grades(text: str) -> Grades:
    """Return the grades that a setting names: those of the first stage, then those of the second, if there is one.

    Raises
    ------
    ValueError
        If it is not understood, or grades are missing between the stages.

    Examples
    --------
    >>> read_grades("1-5, 6-9").junior, read_grades("1-6").junior
    ((6, 7, 8, 9), ())
    """
    stages = [_read_span(part) for part in _BETWEEN.split("".join(str(text).lower().split()))]
    if len(stages) > 2:
        raise ValueError("a system has one stage or two")
    return Grades(stages[0], stages[1] if len(stages) > 1 else ())


def _read_span(text: str) -> tuple[int, ...]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"not the grades of a stage: {text!r}")
    low, high = (0 if end == "k" else int(end) for end in (found["low"], found["high"] or found["low"]))
    return tuple(range(low, high + 1))


USUAL = Grades()
"""Six grades and three: what a system has that names no others."""
