"""Name columns of numbers that nobody reads because their header is empty or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planning.district.cells.headers import find_column, find_geometry
from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import Sheet
from planning.district.formats.books import column_name
from planning.district.schema import Table
from planning.errors import Issue
from planning.grades import Grades
from planning.importing.forms.amounts import by_grade
from planning.importing.forms.words import classes_of, grade_header, grade_of, sex_of

_ALMOST = re.compile(r"第?[1-9一二三四五六七八九](?:年.?|.?级)")
"""A header that nearly names a grade: 三年极, 3年纪."""


def columns_without_header(table: Table, sheet: Sheet, stated: Sequence[str]) -> list[Issue]:
    """Refuse numbers that must be a grade's by their place; warn of others below no header.

    Where grades stand side by side and one is missing, a column of numbers in its place is its pupils.
    """
    grades = {i: g for i, h in enumerate(sheet.headers) if (g := grade_of(h, table.grades)) is not None}
    side = by_grade(table) and len(grades) > 1
    return [
        problem
        for position, header in enumerate(sheet.headers)
        if position not in grades and header not in stated and not _known(table, header) and _numbers(sheet, position)
        for problem in _found(sheet, position, grades if side else {}, table.grades)
    ]  # fmt: skip


def _known(table: Table, header: str) -> bool:
    return bool(
        find_column(table, header)
        or (table.geometry and find_geometry(header))
        or (by_grade(table) and (classes_of(header, table.grades) is not None or sex_of(header)[1]))
    )


def _numbers(sheet: Sheet, position: int) -> int:
    """Return how many cells of a column hold a number."""
    return sum(bool(c.strip()) and quantity(c) is not None for c in sheet.cells[position])


def _found(sheet: Sheet, position: int, grades: dict[int, int], known: Grades) -> Iterator[Issue]:
    header = sheet.headers[position].strip()
    before, after = grades.get(position - 1), grades.get(position + 1)
    missing = set(known.every) - set(grades.values())
    between = range(known.first if before is None else before + 1, known.first if after is None else after)
    meant = next((g for g in between if g in missing and (before is not None or not header)), None)
    if meant is None and _ALMOST.fullmatch(header):
        meant = next((g for g in missing if grade_of(f"{header.lstrip('第')[0]}年级", known) == g), None)
    if meant is not None:
        yield _a_grade(sheet, position, grade_header(meant))
    elif not header:
        yield _no_header(sheet, position)


def _a_grade(sheet: Sheet, position: int, name: str) -> Issue:
    return Issue(
        "importing.unheaded.column_stands_place_header_does",
        sheet.file,
        row="1",
        column=column_name(position),
        value=sheet.headers[position].strip(),
        name=name,
    )


def _no_header(sheet: Sheet, position: int) -> Issue:
    count = _numbers(sheet, position)
    return Issue(
        "importing.unheaded.column_without_header_holds_numbers",
        sheet.file,
        column=column_name(position),
        level="warning",
        count=count,
    )
