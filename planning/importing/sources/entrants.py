"""Read what a list with a row for each pupil says: grades by the year of entry, and how many sit in each school today."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np

from planning.district.cells.headers import plain
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import Table
from planning.importing.forms.entrants import entry_year, grade_of_entry
from planning.importing.mapping import TableMap
from planning.importing.steps.steps import position_of_column, with_column


def grades_by_entry(table: Table, sheet: Sheet, entry: TableMap) -> Sheet:
    """Return a sheet in which years of entry are grades, where the year of the list and the school leave one that is meant."""
    at = position_of_column(table, sheet, "grade")
    year = str(entry.values.get("year", ""))
    if (
        at is None
        or not year.isdigit()
        or not any(entry_year(c) is not None for c in sheet.cells[at].unique())
    ):
        return sheet
    school = next((i for i, h in enumerate(sheet.headers) if plain(h) == plain(entry.attending)), None)
    if school is None:
        school = position_of_column(table, sheet, "unit")
    names = [""] * len(sheet.cells) if school is None else sheet.cells[school].tolist()
    told = [
        str(grade) if (grade := grade_of_entry(cell, name, int(year), table.grades)) is not None else cell
        for cell, name in zip(sheet.cells[at], names, strict=True)
    ]
    return with_column(sheet, sheet.headers[at], told)


def pupils_counted(table: Table, sheet: Sheet) -> Sheet:
    """Return a register from a list with a row for each pupil: pupils by school, year, grade and, where it is there, class."""
    at = {c: position_of_column(table, sheet, c) for c in ("unit", "year", "grade", "class_no")}
    held = {c: p for c, p in at.items() if p is not None}
    keys = list(zip(*(sheet.cells[p].str.strip() for p in held.values()), strict=True))
    counts = Counter(keys)
    first = {key: i for i, key in reversed(list(enumerate(keys)))}
    cells = text_frame([[*key, str(n)] for key, n in counts.items()], len(held) + 1)
    labels = np.array([sheet.labels[first[key]] for key in counts], dtype=object)
    return dataclasses.replace(sheet, headers=[*held, "pupils"], cells=cells, labels=labels)
