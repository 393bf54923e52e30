"""Understand grades that are said by the year of entry: 2021级 in 2025 is grade 5 of a primary school, none of a junior one."""

from __future__ import annotations

import re

from planning.district.cells.headers import plain
from planning.district.cells.traditional import alike
from planning.grades import Grades

_ENTRY = re.compile(
    r"(?P<stage>小学|初中|小|初)?(?P<year>(?:19|20)?\d\d)(?:级|学年入学|年入学)(?:[(]?\d{1,2}[)]?班)?"
)
_CENTURY = 2000
_KINDS = (
    (re.compile("特殊教育|特教|启智|聋哑|盲"), "special"),
    (re.compile("十二年"), "twelve_year"),
    (re.compile("九年|一贯制"), "nine_year"),
    (re.compile("教学点"), "teaching_point"),
    (re.compile("小学|完小|国小|[一二三四五六七八九十0-9实附]小$"), "primary"),
    (re.compile("初级中学|初中|中学|国中|[一二三四五六七八九十0-9实附县]中$"), "junior"),
)
_STAGE_OF = {"primary": "primary", "teaching_point": "primary", "junior": "junior"}


def kind_of_name(name: str) -> str:
    """Return the kind of a school that its name says; empty where it says none.

    Examples
    --------
    >>> kind_of_name("利和二中"), kind_of_name("安平國小"), kind_of_name("柳林学校")
    ('junior', 'primary', '')
    """
    return next((kind for pattern, kind in _KINDS if pattern.search(alike(plain(name)))), "")


def entry_year(cell: str) -> int | None:
    """Return the year of entry that a cell says instead of a grade: 2021级, 21级, 初2023级.

    Examples
    --------
    >>> entry_year("2021级"), entry_year("21級3班"), entry_year("2021届"), entry_year("三年级")
    (2021, 2021, None, None)
    """
    match = _ENTRY.fullmatch(alike(plain(cell)))
    if match is None:
        return None
    year = int(match["year"])
    return year if year > _CENTURY else year + _CENTURY


def grade_of_entry(cell: str, school: str, year: int, grades: Grades) -> int | None:
    """Return the grade in a school year of those who entered in the year a cell says; nothing where two stages may be meant.

    Parameters
    ----------
    school : str
        Name of the school, which may tell the stage; empty where it is not known.

    Examples
    --------
    >>> usual = Grades()
    >>> [grade_of_entry("2024级", s, 2025, usual) for s in ("第一小学", "第一中学", "柳林学校")]
    [2, 8, None]
    >>> grade_of_entry("2021级", "", 2025, usual), grade_of_entry("2019级", "", 2025, usual)
    (5, None)
    """
    entered = entry_year(cell)
    if entered is None:
        return None
    match = _ENTRY.fullmatch(alike(plain(cell)))
    said = {"小": "primary", "初": "junior"}.get((match["stage"] or " ")[0]) if match else None
    stage = said or _STAGE_OF.get(kind_of_name(school), "")
    years = year - entered
    meant = [grades[name][years] for name in grades if stage in ("", name) and 0 <= years < len(grades[name])]
    return meant[0] if len(meant) == 1 else None
