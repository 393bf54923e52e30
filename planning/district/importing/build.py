"""Build a district from the files a mapping names."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import shapely

from planning.district.check import check_loaded
from planning.district.headers import match_headers, nearest, plain
from planning.district.importing.mapping import Mapping, info_data, read_mapping
from planning.district.importing.outlines import draw_zones
from planning.district.importing.overlay import overlay_columns
from planning.district.importing.sources import read_source
from planning.district.importing.steps import position_of_column
from planning.district.info import info_from_data, suggest_crs
from planning.district.load import Loaded, assemble, district_of
from planning.district.model import District
from planning.district.place import shapes_of
from planning.district.schema import TABLE, Table
from planning.district.sheet import Sheet, problems_at
from planning.errors import DistrictError, Problem


def import_district(path: str | Path) -> District:
    """Build and check the district that a mapping file describes.

    Parameters
    ----------
    path : str or Path
        Mapping file (YAML); file names in it are relative to it.

    Raises
    ------
    DistrictError
        With everything that is wrong in the mapping, the files and between the tables.
    """
    return dataclasses.replace(district_of(import_tables(path)), path=None)


def import_tables(path: str | Path) -> Loaded:
    """Return the tables that a mapping file describes with every error and warning found.

    Raises
    ------
    DistrictError
        If the mapping itself is wrong.
    """
    file = Path(path)
    mapping = read_mapping(file)
    sheets, problems, methods = _read_sheets(mapping, file)
    settings = mapping.district
    if not settings.get("crs_metric"):
        settings = {**settings, "crs_metric": _suitable_crs(sheets)}
    mapping = mapping.model_copy(update={"district": settings})
    info, wrong = info_from_data(info_data(mapping, methods), file.name)
    problems += wrong
    for name, entry in mapping.tables.items():
        if name in sheets:
            sheets[name], wrong = look_up(TABLE[name], sheets, entry.lookup)
            problems += wrong
    if info and "zones" in sheets and mapping.tables["zones"].outlines:
        sheets["zones"], wrong = draw_zones(sheets, info.crs_metric)
        problems += wrong
    for name, entry in mapping.tables.items():
        if info and name in sheets and entry.overlay:
            try:
                sheets[name], wrong = overlay_columns(
                    TABLE[name], sheets[name], entry.overlay, info.crs_metric, file
                )
            except DistrictError as error:
                wrong = list(error.problems)
            problems += wrong
    unread = {TABLE[n].file for n in mapping.tables if n not in sheets}
    loaded = assemble(None, info, sheets, problems)
    kept = [p for p in loaded.problems if not (p.file in unread and p.message_en.endswith("is missing"))]
    loaded = dataclasses.replace(loaded, problems=tuple(kept))
    return dataclasses.replace(loaded, problems=(*loaded.problems, *check_loaded(loaded)))


def _read_sheets(
    mapping: Mapping, file: Path
) -> tuple[dict[str, Sheet], list[Problem], dict[str, list[str]]]:
    """Return every table's sheet as far as it can be read, what is wrong, and what was derived."""
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    methods: dict[str, list[str]] = {}
    for name, entry in mapping.tables.items():
        try:
            sheets[name], wrong, methods[name] = read_source(TABLE[name], entry, file)
            problems += wrong
        except DistrictError as error:
            problems += error.problems
    return sheets, problems, methods


def _suitable_crs(sheets: dict[str, Sheet]) -> str:
    """Return a projected system that suits the first layer that lies somewhere."""
    for name in ("boundary", "townships", "zones", "schools"):
        if name in sheets:
            sheet = sheets[name]
            _, positions, _ = match_headers(TABLE[name], sheet.headers, sheet.file)
            shapes, _ = shapes_of(sheet, TABLE[name], positions)
            bounds = shapely.total_bounds(shapes)
            if np.isfinite(bounds).all():
                return suggest_crs((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    return ""


def look_up(table: Table, sheets: dict[str, Sheet], columns: list[str]) -> tuple[Sheet, list[Problem]]:
    """Return a sheet in which names of other tables' rows are replaced by their identifiers."""
    sheet = sheets[table.name]
    problems: list[Problem] = []
    for name in columns:
        other, key = table.column_of[name].refers.split(".")
        position = position_of_column(table, sheet, name)
        if other not in sheets or position is None:
            continue
        target = sheets[other]
        by_name = position_of_column(TABLE[other], target, "name")
        by_key = position_of_column(TABLE[other], target, key)
        if by_name is None or by_key is None:
            continue
        pairs = list(zip(target.cells[by_name].map(plain), target.cells[by_key].str.strip(), strict=True))
        known = dict(pairs)
        twice = (
            {n for n, _ in pairs if sum(n == m for m, _ in pairs) > 1} if len(known) < len(pairs) else set()
        )
        known |= {plain(k): k for _, k in pairs}
        text = sheet.cells[position]
        found = text.map(lambda c, k=known: k.get(plain(c), "")).astype("str")
        lost = (found == "").to_numpy() & (text.str.strip() != "").to_numpy()
        double = text.map(lambda c, t=twice: plain(c) in t).to_numpy(dtype=bool)
        file, labels = sheet.file, sheet.labels
        problems += problems_at(
            lost | double,
            labels,
            lambda i, f=file, r=labels, t=text, k=known, d=double, n=name, o=other: _not_found(  # type: ignore[misc]
                f, str(r[i]), n, o, t.iloc[i], "" if d[i] else nearest(t.iloc[i], list(k)), bool(d[i])
            ),
        )
        cells = sheet.cells.copy()
        cells[position] = found.where(~np.asarray(lost), "")
        sheet = dataclasses.replace(sheet, cells=cells)
    return sheet, problems


def _not_found(file: str, row: str, column: str, other: str, value: str, near: str, twice: bool) -> Problem:
    zh = TABLE[other].zh
    return Problem(
        file,
        f"{'several rows' if twice else 'no row'} of {other} with this name",
        f"“{zh}”表中{'有多个同名项' if twice else '没有该名称'}",
        row=row,
        column=column,
        value=value,
        mend_en=f"did you mean {near!r}?" if near else "write the identifier instead",
        mend_zh=f"是否应为“{near}”？" if near else "请改填编号",
    )
