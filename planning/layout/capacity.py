"""Write and read the tables of a layout that counts capacity in seats: a seat is a class of one in memory, and a seat in the file."""

from __future__ import annotations

import pandas as pd

from planning.layout.frames import Layout

_OF_CLASSES = ("classes", "cap")
"""Columns that a file without a class rule does not have."""


def in_seats(units: pd.DataFrame) -> bool:
    """Return whether the unit table of a layout counts capacity in seats (:data:`planning.layout.UNIT_COLUMNS`)."""
    return len(units) > 0 and bool((units["cap"] == 1).all())


def as_file(layout: Layout, name: str) -> pd.DataFrame:
    """Return a table of a layout as its file has it: ``capacity`` for ``rooms``, and no classes, where seats are counted."""
    table: pd.DataFrame = getattr(layout, name)
    if name not in ("units", "projects") or not in_seats(layout.units):
        return table
    return table.drop(columns=[c for c in _OF_CLASSES if c in table]).rename(columns={"rooms": "capacity"})


def from_file(text: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a file with the columns that one in seats does not have; others as they are."""
    if "capacity" not in text or "rooms" in text:
        return text
    table = text.rename(columns={"capacity": "rooms"})
    return table.assign(classes=table["seats"], cap="1") if "seats" in table else table
