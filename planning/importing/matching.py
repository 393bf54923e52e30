"""Tell which sources belong together: a layer and the list of what it draws, several lists of one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planning.district.cells.headers import find_column, plain
from planning.district.schema import Table
from planning.importing.candidates import Source

_MOST = 0.8
"""Share of the smaller side's keys that must be found on the other one."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def drawn_beside(
    table: Table, best: Source, lists: Sequence[Source], layers: Sequence[Source], *, whole: bool = False
) -> tuple[dict[str, Any], list[Source]] | None:
    """Return the entry that draws the rows of a list as a layer beside it holds them, and both; nothing where none fits.

    Parameters
    ----------
    best : Source
        What the table would be read from alone: tried before the other lists or layers.
    whole : bool
        The layer must hold every row of the list.
    """
    lists = sorted(lists, key=lambda s: s is not best)
    layers = sorted(layers, key=lambda s: s is not best)
    for rows in lists:
        for layer in layers:
            keys = _common_key(table, layer, rows, whole=whole)
            if keys is not None:
                return _joined(table, layer, rows, keys), [layer, rows]
    return None


def _common_key(table: Table, layer: Source, rows: Source, *, whole: bool) -> tuple[str, str] | None:
    """Return the header of the layer and that of the list whose values are the same, each once."""
    here, there = _unique(table, layer), _unique(table, rows)
    best, most = None, 0.0
    for left, keys in here.items():
        for right, others in there.items():
            share = len(keys & others) / max(len(others) if whole else min(len(keys), len(others)), 1)
            if len(keys & others) > 1 and share > most and share >= (1.0 if whole else _MOST):
                best, most = (left, right), share
    return best


def _unique(table: Table, source: Source) -> dict[str, set[str]]:
    """Return the values of the columns that could be a key: filled, each value once, no bare counts."""
    found = {}
    for header, cells in source.columns(table).items():
        held = [plain(c) for c in cells if c]
        counted = all(re.fullmatch(r"\d{1,3}", c) for c in held)
        if len(held) > 1 and len(set(held)) == len(held) and not counted:
            found[header] = set(held)
    return found


def _joined(table: Table, layer: Source, rows: Source, keys: tuple[str, str]) -> dict[str, Any]:
    other: dict[str, Any] = {"file": rows.file, "by": {keys[0]: keys[1]}, "keep_all": True}
    other |= {"sheet": rows.sheet} if rows.sheet else {}
    head = rows.head(table)
    other |= {"header_rows": [r + 1 for r in head]} if head != [0] else {}
    entry: dict[str, Any] = {"file": layer.file, "join": [other]}
    entry |= {"sheet": layer.sheet} if layer.sheet else {}
    said = {plain(h) for h in layer.columns(table)}
    columns: dict[str, str] = {}
    for header in rows.columns(table):
        hit = find_column(table, header)
        if hit and plain(header) not in said:
            columns.setdefault(hit[0], header)
    return entry | ({"columns": columns} if columns else {})


def same_headers(table: Table, one: Source, other: Source) -> bool:
    """Return whether two sources have the same headers in any order."""
    here, there = ({plain(h) for h in s.columns(table)} for s in (one, other))
    return here == there


def same_form(table: Table, best: Source, other: Source) -> bool:
    """Return whether another file holds more rows of the same list: the same headers, other names, no other year."""
    if best.geometry or other.geometry or best.file == other.file or best.hidden or other.hidden:
        return False
    if set(_YEAR.findall(Path(best.file).stem)) != set(_YEAR.findall(Path(other.file).stem)):
        return False
    if not same_headers(table, best, other):
        return False
    here, there = best.columns(table), other.columns(table)
    names = [h for h in here if (hit := find_column(table, h)) and (hit[0] in ("name", *table.key[:1]))]
    keys = [{plain(c) for s in (here, there) for c in s.get(h, []) if c} for h in names]
    apart = [
        {plain(c) for c in here[h] if c}.isdisjoint(plain(c) for c in there.get(h, []) if c) for h in names
    ]
    return bool(keys) and any(apart)
