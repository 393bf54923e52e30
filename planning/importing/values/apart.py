"""Tell zones of one name apart by their township, or by the row that they share with what is said of them."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np

from planning.district.cells.headers import find_column, plain
from planning.district.cells.sheet import Sheet
from planning.district.schema import TABLE, Table
from planning.importing.steps.steps import position_of_column

_ZONES = TABLE["zones"]
_Place = tuple[str, str]


def told_apart(
    table: Table, sheet: Sheet, position: int, zones: Sheet, towns: dict[str, str]
) -> tuple[Sheet, int]:
    """Return a sheet in which a name that several zones have is the identifier of the one that its row means, and its column.

    A row of the file that the zones are read from means the zone of that row; any other the only zone of that name in the
    township that it names. What stays open keeps its name. The column of townships, which is not the table's, has served then.

    Parameters
    ----------
    position : int
        Column that names zones.
    towns : dict of str to str
        Identifiers of townships by plain name.
    """
    at = {c: position_of_column(_ZONES, zones, c) for c in ("zone", "name", "township")}
    town = position_of_column(_ZONES, sheet, "township")
    if at["zone"] is None or at["name"] is None:
        return _without_town(table, sheet, position, town)
    names, keys = zones.cells[at["name"]].map(plain), zones.cells[at["zone"]].str.strip()
    count = Counter(names)
    if max(count.values(), default=0) > 1:
        shared = sheet.file == zones.file
        by_row = (
            dict(zip(zip(zones.labels.astype(str), names, strict=True), keys, strict=True)) if shared else {}
        )
        by_town = _only(_places(zones, names.tolist(), at["township"], towns), keys.tolist())
        cells = sheet.cells[position]
        said = cells.map(plain).tolist()
        here = _places(sheet, said, town, towns)
        meant = [
            (by_row.get((str(label), name)) or by_town.get(place) or cell) if count[name] > 1 else cell
            for cell, name, label, place in zip(cells, said, sheet.labels, here, strict=True)
        ]
        changed = sheet.cells.copy()
        changed[position] = np.array(meant, dtype=object)
        changed[position] = changed[position].astype("str")
        sheet = dataclasses.replace(sheet, cells=changed)
    return _without_town(table, sheet, position, town)


def _without_town(table: Table, sheet: Sheet, position: int, town: int | None) -> tuple[Sheet, int]:
    """Return a sheet without the column of townships, unless the table has one of its own, and where the column of zones stands then."""
    if town is None or find_column(table, sheet.headers[town]) is not None:
        return sheet, position
    kept = [i for i in range(len(sheet.headers)) if i != town]
    cells = sheet.cells[kept].set_axis(range(len(kept)), axis=1)
    return dataclasses.replace(sheet, headers=[sheet.headers[i] for i in kept], cells=cells), kept.index(
        position
    )


def _places(sheet: Sheet, names: list[str], at: int | None, towns: dict[str, str]) -> list[_Place]:
    """Return name and township of every row; no township where the sheet has no such column."""
    said = [""] * len(names) if at is None else [plain(c) for c in sheet.cells[at]]
    return [(name, towns.get(town, town)) for name, town in zip(names, said, strict=True)]


def _only(places: list[_Place], keys: list[str]) -> dict[_Place, str]:
    """Return the identifier of every place that one row alone has."""
    count = Counter(places)
    return {p: k for p, k in zip(places, keys, strict=True) if count[p] == 1 and p[1]}
