"""Say what an import leaves aside: sheets that nobody reads, rows that later steps drop."""

from __future__ import annotations

from pathlib import Path

from planning.district.cells.sheet import Sheet
from planning.district.formats.books import is_book, read_pages
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing.account import Change, Trail, add_made, step
from planning.importing.files.pages import ALL, ALSO, first_visible, unread_sheet
from planning.importing.forms.amounts import amounts_of
from planning.importing.geometry.streets import is_street_file
from planning.importing.mapping import Mapping, Origin, TableMap
from planning.importing.methods import method
from planning.importing.sources.office import fitting_sheets, sheets_for, unread_sheets
from planning.importing.sources.sources import source_path
from planning.messages import Text


def unread_problems(mapping: Mapping, file: Path) -> list[Issue]:
    """Name every sheet of the workbooks of a mapping that neither a table nor a step reads, as warnings."""
    read: dict[Path, set[str]] = {}
    tables: dict[Path, list[str]] = {}
    for name, entry in mapping.tables.items():
        for origin in (entry, *_others(entry)):
            try:
                path = source_path(origin, file)
                if not is_book(path):
                    continue
                read.setdefault(path, set()).update(_titles(name, origin, path))
            except DistrictError:
                continue  # said where it was read
            if isinstance(origin, TableMap):
                tables.setdefault(path, []).append(name)
    return [
        unread_sheet(path, title, fits)
        for path, titles in read.items()
        for title, fits in unread_sheets(path, sorted(titles), [TABLE[n] for n in tables.get(path, [])])
    ]


def _others(entry: TableMap) -> list[Origin]:
    areas = [entry.spread.areas] if entry.spread and entry.spread.areas else []
    return [*entry.join, *entry.overlay.values(), *areas]


def _titles(name: str, origin: Origin, path: Path) -> list[str]:
    if isinstance(origin, TableMap):
        titles = sheets_for(TABLE[name], origin, path)
        if titles != [""]:
            return titles
    if origin.sheet == ALL:
        return fitting_sheets(TABLE[name], path)
    if origin.sheet:
        return [title.strip() for title in origin.sheet.split(ALSO)]
    page = first_visible(read_pages(path))
    return [] if page is None else [page.title]


def after_drawing(trail: Trail, entry: TableMap, before: Sheet, after: Sheet) -> Trail:
    """Return the trail of a table after the steps that need the whole county: drawn, counted or spread to zones."""
    table = TABLE[trail.table]
    old, new = amounts_of(table, before).sum(), amounts_of(table, after).sum()
    if is_street_file(Path(entry.file)):
        return step(trail, table, before, after, Text("importing.account.far_outside"))
    if entry.addresses:
        if "pupils" not in trail.read:
            trail = add_made(trail, {"pupils": float(len(before.cells))}, method("per_address"))
        lost = {"pupils": trail.read["pupils"] - sum(c.amounts.get("pupils", 0.0) for c in trail.changes)}
        lost["pupils"] -= float(new.get("pupils", 0.0))
        return trail.noted(Change(Text("importing.account.addresses"), (), lost))
    if entry.spread:
        rest = {
            str(k): float(old[k] - new[k])
            for k in old.index
            if k in new and 0 < abs(old[k] - new[k]) <= len(before.cells) / 2
        }
        return trail.noted(Change(Text("importing.account.rounded"), (), rest))
    if entry.raster:
        sums = {k: float(new[k]) for k in entry.raster if k in new}
        return add_made(trail, sums, method("from_raster"))
    if entry.outlines:
        return step(trail, table, before, after, Text("importing.account.drawn_together"))
    return trail
