"""Give a sheet the columns of its table: renamed, filled, digits only; tell which headers mean nothing to it."""

from __future__ import annotations

import dataclasses
from functools import partial

import pandas as pd

from planning.district.cells.headers import find_column, find_geometry, plain, unit_in
from planning.district.cells.sheet import Sheet
from planning.district.formats.layers import SHORT
from planning.district.schema import TABLE, Table
from planning.errors import DistrictError, Issue
from planning.importing.forms.words import class_number, grade_of, year_of
from planning.importing.mapping import TableMap
from planning.importing.sources.stacked import SHEET_COLUMN
from planning.importing.steps.positions import holds_pairs
from planning.importing.steps.steps import position_of, position_of_column

_NO_DATA = frozenset(map(plain, ("序号", "行号", "项次", "序", "备注", "說明", "说明", "备考", "No.", "No")))
"""Headers of every office's lists that hold nothing of any table: nobody misses them."""


def full_name(table: Table, header: str) -> str:
    """Return the column of which a Shapefile's header of ten bytes is the beginning, or the header itself."""
    word = plain(header)
    if len(word.encode("utf-8")) < SHORT - 3 or find_column(table, header):
        return header
    whole = {c.name for c in table.columns for n in (c.name, c.zh, *c.aliases) if plain(n).startswith(word)}
    return whole.pop() if len(whole) == 1 else header


def known_columns(table: Table, sheet: Sheet, entry: TableMap) -> tuple[Sheet, set[str]]:
    """Return a sheet with the columns that mean something to its table, and the other headers of the file.

    Headers that the mapping names in a step count as used.
    """
    used = [bool(find_column(table, h) or (table.geometry and find_geometry(h))) for h in sheet.headers]
    towns = [
        h
        for h, yes in zip(sheet.headers, used, strict=True)
        if not yes and _tells_zones_apart(table, h, entry)
    ]
    kept_as_it_is = {plain(h) for h in (entry.addresses, entry.attending, entry.located, *towns) if h}
    named = (*entry.columns.values(), *entry.where, *entry.without, SHEET_COLUMN)
    said = {plain(h) for h in named} | kept_as_it_is
    steps = " ".join((*entry.compute.values(), *entry.text.values()))
    left = {h.strip() for h, yes in zip(sheet.headers, used, strict=True) if not yes and h.strip()}
    said |= _NO_DATA | {plain(h) for h in left if holds_pairs(h.strip("()"))}
    kept = [i for i, yes in enumerate(used) if yes or plain(sheet.headers[i]) in kept_as_it_is]
    cells = sheet.cells[kept].set_axis(range(len(kept)), axis=1)
    only = dataclasses.replace(sheet, headers=[sheet.headers[i] for i in kept], cells=cells)
    return only, {h for h in left if plain(h) not in said and h not in steps and h not in entry.compute}


def _tells_zones_apart(table: Table, header: str, entry: TableMap) -> bool:
    """Return whether a column names the township of the zone that each row is about: zones of one name differ in it."""
    if not any(table.column_of[c].refers.startswith("zones.") for c in entry.lookup if c in table.column_of):
        return False
    hit = find_column(TABLE["zones"], header)
    return hit is not None and hit[0] == "township"


def rename(table: Table, sheet: Sheet, entry: TableMap) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose mapped headers carry the schema's names; other headers stay as they are."""
    headers = list(sheet.headers)
    cells = sheet.cells
    taken: dict[int, str] = {}
    problems: list[Issue] = []
    for column, header in entry.columns.items():
        try:
            hit = position_of(sheet, header)
        except DistrictError as error:
            problems += (p.at(column=column) for p in error.problems)
            continue
        for i, other in enumerate(headers):  # the mapping wins over headers that would mean the same column
            found = find_column(table, other)
            if i != hit and found and found[0] == column:
                headers[i] = f"({other})"
        if hit in taken:  # one header for two columns
            cells = cells.assign(again=cells[hit]).set_axis(range(len(headers) + 1), axis=1)
            headers.append(column + taken[hit])
            continue
        taken[hit] = unit_in(headers[hit])
        headers[hit] = column + taken[hit]
    return dataclasses.replace(sheet, headers=headers, cells=cells), problems


def digits_only(table: Table, sheet: Sheet) -> Sheet:
    """Return a sheet whose years, grades and class numbers are digits: 2020学年, 七年级, (3)班."""
    cells = sheet.cells.copy()
    for name, number in (
        ("year", year_of),
        ("grade", partial(grade_of, grades=table.grades)),
        ("class_no", class_number),
    ):
        position = position_of_column(table, sheet, name)
        if position is not None and name in table.column_of:
            meant = {
                c: str(found) if (found := number(c)) is not None else c for c in cells[position].unique()
            }
            cells[position] = cells[position].map(meant).astype("str")
    return dataclasses.replace(sheet, cells=cells)


def fill(table: Table, sheet: Sheet, entry: TableMap) -> Sheet:
    """Return a sheet with constant values, numbered identifiers and translated words filled in."""
    headers, cells = list(sheet.headers), sheet.cells.copy()
    columns: dict[str, list[str]] = {
        name: [str(value).lower() if isinstance(value, bool) else str(value)] * len(cells)
        for name, value in entry.values.items()
    }
    columns |= {
        name: [pattern.format(i) for i in range(1, len(cells) + 1)] for name, pattern in entry.number.items()
    }
    for name, values in columns.items():
        headers = [  # what the mapping fills in wins over a header of the file that means the same
            f"({h})" if h != name and (hit := find_column(table, h)) and hit[0] == name else h
            for h in headers
        ]
        if name in headers:
            cells[headers.index(name)] = pd.Series(values, dtype="str")
        else:
            cells[len(headers)] = pd.Series(values, dtype="str")
            headers.append(name)
    for name, words in entry.words.items():
        position = position_of_column(table, dataclasses.replace(sheet, headers=headers), name)
        if position is not None:
            meant = {plain(k): v for k, v in words.items()}
            cells[position] = cells[position].map(lambda c, t=meant: t.get(plain(c), c)).astype("str")
    return dataclasses.replace(sheet, headers=headers, cells=cells)
