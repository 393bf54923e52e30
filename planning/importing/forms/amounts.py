"""Add up what a sheet holds: pupils, rooms, areas, money, by column of the schema and row of the source."""

from __future__ import annotations

import pandas as pd

from planning.district.cells.headers import find_column
from planning.district.cells.parse import numbers_of
from planning.district.cells.sheet import Sheet
from planning.district.schema import Column, Table
from planning.importing.forms.cohorts import age_columns, birth_columns
from planning.importing.forms.words import classes_of, grade_of

CLASSES = "classes"
"""Number of classes of a grade: becomes that many rows of the register."""
_RATES = ("pupils/home",)


def is_amount(column: Column) -> bool:
    """Return whether values of a column may be added up: it has a unit, and is no rate."""
    return column.kind in ("int", "number") and bool(column.unit) and column.unit not in _RATES


def by_grade(table: Table) -> bool:
    """Return whether a table holds pupils by grade, which forms write side by side."""
    return {"grade", "pupils"} <= set(table.column_of)


def amount_columns(table: Table, headers: list[str]) -> dict[int, tuple[str, Column, float]]:
    """Return the columns of a sheet that hold amounts: position → schema column, how to read it, factor of its unit.

    Where grades stand side by side, they are the pupils, and a column of all pupils is their total.
    """
    found: dict[int, tuple[str, Column, float]] = {}
    grades = {}
    births = {**age_columns(headers), **birth_columns(headers)} if table.name == "births" else {}
    for position, header in enumerate(headers):
        if by_grade(table) and grade_of(header, table.grades) is not None:
            grades[position] = ("pupils", table.column_of["pupils"], 1.0)
        elif by_grade(table) and classes_of(header, table.grades) is not None:
            found[position] = (CLASSES, table.column_of["pupils"], 1.0)
        elif position in births:
            found[position] = ("births", table.column_of["births"], 1.0)
        elif (hit := find_column(table, header)) and is_amount(table.column_of[hit[0]]):
            found[position] = (hit[0], table.column_of[hit[0]], hit[1])
    if len(grades) > 1:
        found = {p: a for p, a in found.items() if a[0] != "pupils"} | grades
    return found


def amounts_of(table: Table, sheet: Sheet) -> pd.DataFrame:
    """Return the amounts of every row, one column per schema column, by the label of the row.

    Returns
    -------
    DataFrame
        Several rows may carry one label; cells that hold no number count 0.
    """
    columns: dict[str, pd.Series] = {}
    for position, (name, column, factor) in amount_columns(table, list(sheet.headers)).items():
        text = sheet.cells[position].fillna("").astype("str").str.strip()
        values = numbers_of(column, text, factor).fillna(0.0)
        columns[name] = columns[name] + values if name in columns else values
    frame = pd.DataFrame(columns, index=sheet.cells.index)
    return frame.set_axis(pd.Index(sheet.labels.astype(str), dtype="object"), axis=0)


def total_columns(table: Table, sheet: Sheet) -> list[int]:
    """Return the columns that hold the pupils of all grades together, where grades stand side by side."""
    if sum(a[0] == "pupils" for a in amount_columns(table, list(sheet.headers)).values()) < 2:
        return []
    totals = (
        "合计",
        "总计",
        "共计",
        "总数",
        "小计",
        "计",
        "总人数",
        "学生总数",
        "在校生总数",
        "合计人数",
        "total",
    )
    hits = {i: find_column(table, h) for i, h in enumerate(sheet.headers)}
    return [
        i
        for i, header in enumerate(sheet.headers)
        if header.strip().lower() in totals
        or ((hit := hits[i]) and hit[0] == "pupils" and grade_of(header, table.grades) is None)
    ]
