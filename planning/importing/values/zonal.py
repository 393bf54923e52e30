"""Take the zones of a mapping to rasters and to the areas that totals belong to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from planning.arrays import FloatArray, Shapes
from planning.district.cells.headers import match_headers
from planning.district.cells.sheet import Sheet
from planning.district.geometry.coordinates import shapes_to_wgs84
from planning.district.geometry.place import shapes_of, to_metric
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing.mapping import Origin, Spread
from planning.importing.methods import method
from planning.importing.sources.sources import plain_sheet, source_path
from planning.importing.steps.expressions import apportion
from planning.importing.steps.steps import numbers, position_of, position_of_column, with_column
from planning.importing.values.known_names import same_name
from planning.importing.values.spread import area_weights, raster_sums, township_weights
from planning.messages import Both, Text


def zone_shapes(sheet: Sheet, crs: str) -> Shapes:
    """Return the outlines of a zones' sheet in metres."""
    positions = match_headers(TABLE["zones"], sheet.headers, sheet.file)[1]
    return np.asarray(to_metric(shapes_of(sheet, TABLE["zones"], positions)[0], crs).to_numpy(), dtype=object)


def fill_from_rasters(
    sheet: Sheet, rasters: Mapping[str, Origin], crs: str, mapping_file: Path
) -> tuple[Sheet, list[Issue], list[Text]]:
    """Return the zones with columns summed from rasters: whole numbers whose sum is the raster's inside the zones.

    Returns
    -------
    sheet, problems, methods
        ``methods`` say what the raster holds in the zones, and around them within their envelope.

    Raises
    ------
    DistrictError
        If a raster cannot be read.
    """
    outlines = zone_shapes(sheet, crs)
    problems, methods = [], []
    for column, origin in rasters.items():
        path = source_path(origin, mapping_file)
        sums, outside = raster_sums(path, outlines, crs)
        sheet = with_column(sheet, column, [str(int(v)) for v in apportion(sums.sum(), sums)])
        zh = TABLE["zones"].column_of[column].zh if column in TABLE["zones"].column_of else column
        methods.append(method("raster_sums", column=Both(column, zh), inside=sums.sum(), outside=outside))
        if sums.sum() <= 0:
            problems.append(_empty(path.name, column))
    return sheet, problems, methods


def zone_weights(
    spread: Spread, sheets: Mapping[str, Sheet], crs: str, mapping_file: Path
) -> dict[str, tuple[list[str], FloatArray]]:
    """Return, for every area that totals may belong to, the zones they are spread to with their weights.

    Raises
    ------
    DistrictError
        If the weight is no column of the zones, or the areas cannot be read.
    """
    zones = sheets["zones"]
    at = (
        position_of_column(TABLE["zones"], zones, spread.by)
        if spread.by in TABLE["zones"].column_of
        else None
    )
    if spread.by == "area":
        weight = shapely.area(zone_shapes(zones, crs))
    elif spread.by == "even":
        weight = np.ones(len(zones.cells))
    elif at is None:
        raise DistrictError([_no_weight(zones.file, spread.by)])
    else:
        weight = numbers(zones.cells[at])
    if spread.areas is None:
        return township_weights(zones, sheets["townships"], weight) if "townships" in sheets else {}
    other = plain_sheet(spread.areas, mapping_file)
    if other.shapes is None or not (shapely.get_dimensions(other.shapes) == 2).any():
        raise DistrictError([_no_areas(other.file)])
    outlines = np.asarray(to_metric(shapes_to_wgs84(other.shapes, other.crs), crs).to_numpy(), dtype=object)
    parts = area_weights(zone_shapes(zones, crs), outlines, weight)
    key = position_of_column(TABLE["zones"], zones, "zone")
    ids = [] if key is None else zones.cells[key].str.strip().tolist()
    names = other.cells[position_of(other, spread.areas.column)]
    whole: dict[str, FloatArray] = {}
    for name, row in zip(names, parts, strict=True):  # an area may come in several outlines
        whole[same_name(name)] = whole.get(same_name(name), np.zeros(len(row))) + row
    return {n: ([ids[i] for i in np.flatnonzero(row > 0)], row[row > 0]) for n, row in whole.items()}


def _no_weight(file: str, name: str) -> Issue:
    known = ", ".join(c.name for c in TABLE["zones"].columns if c.kind in ("int", "number"))
    return Issue("importing.zonal.zones_no_column_spread", file, column=name, name=name, known=known)


def _no_areas(file: str) -> Issue:
    return Issue("importing.zonal.no_areas_spread_totals_over", file)


def _empty(file: str, column: str) -> Issue:
    return Issue("importing.zonal.raster_holds_nothing_within_zones", file, column=column)
