"""Tell which sources belong together: a layer and the list of what it draws, several lists of one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planning.district.cells.headers import find_column, plain
from planning.district.schema import Table
from planning.importing.candidates import Source
from planning.importing.files.pages import ALSO

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
    for first in lists:
        rows = [first, *(s for s in lists if s is not first and _one_list(table, first, s))]
        for layer in layers:
            keys = _common_key(table, layer, rows, whole=whole)
            if keys is not None:
                return _joined(table, layer, rows, keys), [layer, *rows]
    return None


def _common_key(
    table: Table, layer: Source, rows: Sequence[Source], *, whole: bool
) -> tuple[str, str] | None:
    """Return the header of the layer and that of the sheets of a list whose values are the same, each once."""
    here, there = _unique(table, [layer]), _unique(table, rows)
    best, most = None, 0.0
    for left, keys in here.items():
        for right, others in there.items():
            share = len(keys & others) / max(len(others) if whole else min(len(keys), len(others)), 1)
            if len(keys & others) > 1 and share > most and share >= (1.0 if whole else _MOST):
                best, most = (left, right), share
    return best


def _unique(table: Table, parts: Sequence[Source]) -> dict[str, set[str]]:
    """Return the values of the columns that could be a key: filled, each value once, no bare counts."""
    found = {}
    for header in parts[0].columns(table):
        cells = [c for part in parts for c in part.columns(table).get(header, [])]
        held = [plain(c) for c in cells if c]
        counted = all(re.fullmatch(r"\d{1,3}", c) for c in held)
        if len(held) > 1 and len(set(held)) == len(held) and not counted:
            found[header] = set(held)
    return found


def _joined(table: Table, layer: Source, parts: Sequence[Source], keys: tuple[str, str]) -> dict[str, Any]:
    rows = parts[0]
    other: dict[str, Any] = {"file": rows.file, "by": {keys[0]: keys[1]}, "keep_all": True}
    sheets = [s.sheet for s in parts if s.file == rows.file and s.sheet]
    other |= {"sheet": ALSO.join(sheets)} if sheets else {}
    also = list(dict.fromkeys(s.file for s in parts if s.file != rows.file))
    other |= {"also": also} if also else {}
    heads = [s.head(table) for s in parts]
    same = all(head == heads[0] for head in heads)
    other |= {"header_rows": [r + 1 for r in heads[0]]} if same and heads[0] != [0] else {}
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
    return best.file != other.file and _one_list(table, best, other)


def _one_list(table: Table, best: Source, other: Source) -> bool:
    """Return whether two sheets, of one workbook or of two files, are parts of one list."""
    if best.geometry or other.geometry or best.hidden or other.hidden:
        return False
    if _years(best) != _years(other):
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


def _years(source: Source) -> set[str]:
    return {year for name in (Path(source.file).stem, source.sheet) for year in _YEAR.findall(name)}
