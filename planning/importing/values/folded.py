"""Write townships and communities in every table as the table that lists them does, so that whatever joins by name finds them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from planning.district.cells.areas import areas_meant
from planning.district.cells.dates import half_width
from planning.district.cells.parse import is_blank
from planning.district.cells.sheet import Sheet
from planning.district.schema import TABLE
from planning.errors import Issue
from planning.importing.steps.steps import position_of_column
from planning.importing.values.known_names import few, same_name
from planning.messages import Text

TAKEN = "importing.names.taken_for_names"
"""Code of what says which names were taken for names that a table lists otherwise."""
_TOWNS = ("zones", "schools", "zone_pupils", "births", "housing")
"""Tables whose rows may name a township."""
_OF_ZONES = ("zone_pupils", "births", "housing")
"""Tables whose rows name a zone, or the township whose zones they are about."""


def fold_areas(sheets: Mapping[str, Sheet]) -> tuple[dict[str, Sheet], list[Issue]]:
    """Return sheets in which townships and communities are named as their lists name them, and what was taken for what.

    A name that fits several, or none, stays as it is.
    """
    folded, problems = dict(sheets), list[Issue]()
    told: set[tuple[str, str]] = set()
    towns = _towns(folded)
    zones = _held(folded, "zones", "name")
    codes = {*_held(folded, "townships", "township"), *_held(folded, "zones", "zone")}
    for table in (t for t in _TOWNS if t in folded):
        known = [(("zones" if table in _OF_ZONES else table), "township", towns)]
        known += [(table, "zone", [*zones, *towns])] if table in _OF_ZONES else []
        for schema, column, names in known:
            folded[table], said = _fold(folded[table], schema, column, names, codes)
            said = [p for p in said if (p.file, p.what()) not in told]  # several tables of one file
            told |= {(p.file, p.what()) for p in said}
            problems += said
    return folded, problems


def _towns(sheets: Mapping[str, Sheet]) -> list[str]:
    """Return the townships as their list names them; without one as most estates do, else as most schools do."""
    if listed := _held(sheets, "townships", "name") or _held(sheets, "townships", "township"):
        return listed
    found: list[str] = []
    for table in ("zones", "schools"):
        for name, _ in Counter(_held(sheets, table, "township")).most_common():
            if not areas_meant(name, found):
                found.append(name)
    return found


def _held(sheets: Mapping[str, Sheet], table: str, column: str) -> list[str]:
    """Return the cells of a column that hold anything."""
    at = position_of_column(TABLE[table], sheets[table], column) if table in sheets else None
    cells: Iterable[str] = () if at is None else sheets[table].cells[at]
    return [text for c in cells if not is_blank(text := half_width(c).strip())]


def _fold(
    sheet: Sheet, schema: str, column: str, names: Sequence[str], codes: set[str]
) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose column names areas as they are listed, and a warning that says which names are those."""
    at = position_of_column(TABLE[schema], sheet, column)
    if at is None or not names:
        return sheet, []
    exact, alike = set(names), {same_name(n) for n in names}
    meant: dict[str, str] = {}
    for cell in dict.fromkeys(sheet.cells[at]):
        text = half_width(cell).strip()
        if not is_blank(text) and text not in exact | codes:
            found = areas_meant(text, names)
            meant |= {cell: found[0]} if len(found) == 1 else {}
    if not meant:
        return sheet, []
    changed = sheet.cells.copy()
    changed[at] = np.array([meant.get(c, c) for c in sheet.cells[at]], dtype=object)
    changed[at] = changed[at].astype("str")
    differ = {
        cell: name for cell, name in meant.items() if same_name(cell) not in alike
    }  # not only its characters
    rows = [str(label) for cell, label in zip(sheet.cells[at], sheet.labels, strict=True) if cell in differ]
    pairs = tuple(
        Text("importing.names.taken_for_school", name=c.strip(), school=n) for c, n in differ.items()
    )
    said = (
        [
            Issue(
                TAKEN,
                sheet.file,
                row=few(list(dict.fromkeys(rows))),
                column=column,
                level="warning",
                pairs=pairs,
            )
        ]
        if pairs
        else []
    )
    return dataclasses.replace(sheet, cells=changed), said
