"""Spread totals of townships or other areas, and population rasters, to zones so that every total is kept."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from planning.arrays import FloatArray, Shapes
from planning.district.cells.dates import half_width
from planning.district.cells.sheet import Sheet, problems_at, text_frame
from planning.district.schema import TABLE, Table
from planning.errors import DistrictError, Issue, MissingExtraError, not_installed
from planning.importing.steps.expressions import apportion
from planning.importing.steps.steps import position_of_column
from planning.importing.values.known_names import same_name

FINER = 5
"""Cells of a raster are divided into so many parts each way before they are counted to zones."""


def area_weights(zones: Shapes, areas: Shapes, weight: FloatArray) -> FloatArray:
    """Return how much of every zone's weight lies in every area: areal interpolation.

    Parameters
    ----------
    zones, areas : arrays of polygons, metres
    weight : array of float, shape (zones,)
        Taken to be even over a zone.

    Returns
    -------
    array of float, shape (areas, zones)
    """
    parts = np.zeros((len(areas), len(zones)))
    area, zone = shapely.STRtree(zones).query(areas, predicate="intersects")
    inside = shapely.area(shapely.intersection(areas[area], zones[zone]))
    parts[area, zone] = inside / np.maximum(shapely.area(zones[zone]), 1e-9)
    parts[parts < 1e-6] = 0.0  # neighbours that only touch
    return parts * np.nan_to_num(weight)[None, :]


def spread_rows(
    table: Table, sheet: Sheet, weights: Mapping[str, tuple[Sequence[str], FloatArray]]
) -> tuple[Sheet, list[Issue]]:
    """Return rows by zone from rows whose zone column names an area; every total is kept exactly.

    Parameters
    ----------
    weights : mapping of str to (zones, weights)
        By area (plain name or identifier): the zones it is spread to, in proportion to their weights.

    Returns
    -------
    sheet, problems
        An area nobody knows, or in which no zone has a weight, is an error.
    """
    at = position_of_column(table, sheet, "zone")
    values = [c.name for c in table.columns if c.kind in ("int", "number") and c.name not in table.key]
    places = {c: p for c in values if (p := position_of_column(table, sheet, c)) is not None}
    if at is None or not places:
        return sheet, []
    rows: list[list[str]] = []
    labels: list[str] = []
    lost = np.zeros(len(sheet.cells), dtype=bool)
    for i, row in enumerate(sheet.cells.to_numpy().tolist()):
        zones, weight = weights.get(same_name(row[at]), ((), np.zeros(0)))
        totals = {p: _number(row[p]) for p in places.values()}
        lost[i] = weight.sum() <= 0 or not all(np.isfinite(t) and t >= 0 for t in totals.values())
        if lost[i]:
            continue
        parts = {p: apportion(total, weight) for p, total in totals.items()}
        for k, zone in enumerate(zones):
            new = [*row]
            new[at] = zone
            for p, part in parts.items():
                new[p] = str(int(part[k]))
            rows.append(new)
            labels.append(str(sheet.labels[i]))
    again = (
        pd.DataFrame({"row": sheet.labels, "area": sheet.cells[at]}).duplicated().to_numpy()
    )  # several years
    problems = problems_at(lost & ~again, sheet.labels, lambda i: _lost(sheet, at, i, weights))
    spread = replace(sheet, cells=text_frame(rows, len(sheet.headers)), labels=np.array(labels, dtype=object))
    return _summed(spread, list(places.values())), problems


def _summed(sheet: Sheet, values: Sequence[int]) -> Sheet:
    """Return a sheet in which rows that several areas gave to one zone are one, their values summed."""
    cells = sheet.cells
    keys = [c for c in range(len(sheet.headers)) if c not in values]
    if not len(cells) or not cells.duplicated(keys).any():
        return sheet
    groups = cells.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    _, first = np.unique(groups, return_index=True)
    merged = cells.iloc[first].copy()
    for p in values:
        merged[p] = np.bincount(groups, weights=cells[p].astype("float64")).astype(np.int64).astype(str)
    order = np.argsort(first, kind="stable")
    return replace(
        sheet,
        cells=merged.iloc[order].reset_index(drop=True).astype("str"),
        labels=sheet.labels[first][order],
    )


def township_weights(
    zones: Sheet, towns: Sheet, weight: FloatArray
) -> dict[str, tuple[list[str], FloatArray]]:
    """Return the zones of every township with their weights, by its identifier and its name."""
    table = TABLE["zones"]
    own, key = (position_of_column(table, zones, c) for c in ("township", "zone"))
    code, name = (position_of_column(TABLE["townships"], towns, c) for c in ("township", "name"))
    if own is None or key is None or code is None:
        return {}
    groups = pd.Series(np.arange(len(zones.cells))).groupby(zones.cells[own].str.strip().to_numpy()).indices
    found: dict[str, tuple[list[str], FloatArray]] = {}
    for row in towns.cells.to_numpy().tolist():
        inside = groups.get(row[code].strip(), np.empty(0, dtype=np.int64))
        entry = (zones.cells[key].iloc[inside].str.strip().tolist(), np.nan_to_num(weight[inside]))
        found[same_name(row[code])] = entry
        if name is not None:
            found[same_name(row[name])] = entry
    return found


def raster_sums(path: Path, zones: Shapes, crs: str) -> tuple[FloatArray, float]:
    """Return what a raster holds in every zone, and what it holds outside all of them.

    Parameters
    ----------
    path : Path
        Raster whose cells hold counts (GeoTIFF …); cells without data count as 0.
    zones : array of polygons
    crs : str
        Coordinate system of the zones.

    Returns
    -------
    sums : array of float, shape (zones,)
    outside : float
        Within the bounds of the zones' envelope.

    Notes
    -----
    Every cell is taken to be even and divided into :data:`FINER` × :data:`FINER` parts; a part counts to the zone that
    holds its centre.

    Raises
    ------
    DistrictError
        If it cannot be read, or says no coordinate system.
    MissingExtraError
        If rasterio is not installed.
    """
    try:
        rasterio: Any = importlib.import_module("rasterio")
        features: Any = importlib.import_module("rasterio.features")
        windows: Any = importlib.import_module("rasterio.windows")
    except ImportError:
        raise MissingExtraError([_missing(path)]) from None
    import geopandas as gpd

    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise ValueError("it says no coordinate system")
            there = gpd.GeoSeries(zones, crs=crs).to_crs(source.crs)
            frame = _frame(windows, windows.from_bounds(*there.total_bounds, source.transform), source)
            cells = source.read(1, window=frame, masked=True).filled(0).astype("float64")
            place = source.window_transform(frame)
    except (rasterio.errors.RasterioError, ValueError, OSError) as error:
        raise DistrictError([_unreadable(path, error)]) from error
    cells = np.where(np.isfinite(cells) & (cells > 0), cells, 0.0)
    fine = np.repeat(np.repeat(cells, FINER, axis=0), FINER, axis=1) / FINER**2
    owner = features.rasterize(
        ((shape, i + 1) for i, shape in enumerate(there)),
        out_shape=fine.shape,
        transform=type(place)(*(v / FINER if i not in (2, 5) else v for i, v in enumerate(tuple(place)[:6]))),
        dtype="int32",
    )
    sums = np.bincount(owner.ravel(), weights=fine.ravel(), minlength=len(zones) + 1)
    return np.asarray(sums[1:], dtype=np.float64), float(sums[0])


def _frame(windows: Any, exact: Any, source: Any) -> Any:
    """Return the window of whole cells around an exact one, within the raster."""
    left, top = max(0, int(np.floor(exact.col_off))), max(0, int(np.floor(exact.row_off)))
    right = min(source.width, int(np.ceil(exact.col_off + exact.width)))
    bottom = min(source.height, int(np.ceil(exact.row_off + exact.height)))
    if right <= left or bottom <= top:
        raise ValueError("it does not reach the zones")
    return windows.Window(left, top, right - left, bottom - top)


def _number(text: str) -> float:
    clean = half_width(text).strip().replace(",", "")
    try:
        return float(clean or 0)
    except ValueError:
        return float("nan")


def _lost(sheet: Sheet, at: int, i: int, weights: Mapping[str, Any]) -> Issue:
    area = str(sheet.cells[at].iloc[i]).strip()
    known = same_name(area) in weights
    return Issue(
        "importing.spread.cannot_spread_no_zone_weight" if known else "importing.spread.no_such_area",
        sheet.file,
        row=str(sheet.labels[i]),
        column="zone",
        value=area,
    )


def _missing(path: Path) -> Issue:
    return not_installed(path.name, "raster")


def _unreadable(path: Path, error: Exception) -> Issue:
    return Issue("importing.spread.not_readable_raster", path.name, error=error)
