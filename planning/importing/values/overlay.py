"""Take a value from the areas of another file that a place lies in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely

from planning.arrays import ObjectArray, Shapes
from planning.district.cells.headers import match_headers
from planning.district.cells.parse import is_blank
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.geometry.coordinates import shapes_to_wgs84
from planning.district.geometry.place import shapes_of, to_metric
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.mapping import Overlay
from planning.importing.sources.sources import plain_sheet
from planning.importing.steps.steps import position_of, position_of_column, with_column
from planning.importing.values.known_names import catchment_of, few, parts_of, same_name
from planning.texts import plain_text

_HALF = 0.5
"""A shape that lies in two areas with more than so much of it lies in both."""
_NAMED = 12


def overlay_columns(
    table: Table, sheet: Sheet, areas: Mapping[str, Overlay], crs: str, mapping_file: Path
) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose columns take the value of the area that holds the point, or most of the shape, of each row.

    Parameters
    ----------
    areas : mapping of str to Overlay
        By schema column.
    crs : str
        Projected coordinate system in which areas are compared.

    Returns
    -------
    sheet, problems
        Rows outside every area stay empty and are named as warnings.

    Raises
    ------
    DistrictError
        If a file cannot be read or has no shapes.
    """
    _, positions, _ = match_headers(table, sheet.headers, sheet.file)
    points = sheet.shapes is None and {"lon", "lat"} <= set(positions)
    points |= sheet.shapes is not None and bool((shapely.get_dimensions(sheet.shapes) <= 0).all())
    meant = (
        dataclasses.replace(table, geometry="point") if points else table
    )  # zones are drawn around points later
    shapes, problems = shapes_of(sheet, meant, positions)
    if any(p.level == "error" for p in problems):
        return sheet, []  # named when the table is assembled
    places = np.asarray(to_metric(shapes, crs).to_numpy(), dtype=object)
    found: list[Issue] = []
    for column, area in areas.items():
        words, drawn = _areas_of(area, crs, mapping_file)
        which = most_of(places, drawn)
        held = np.array(["" if w < 0 else words[w] for w in which], dtype=object)
        stands_for = _stands_for(area)
        values = ["" if not w else area.text.format(stands_for(w)) if stands_for(w) else "" for w in held]
        sheet = with_column(sheet, column, values)
        found += problems_at(
            held == "",
            sheet.labels,
            lambda i, s=sheet, c=column, f=area.files: _outside(s, c, f, i),  # type: ignore[misc]
        )
        found += _in_several(table, sheet, column, area, (places, drawn, words, held))
        found += _aside(column, area)
    return sheet, found


def _areas_of(area: Overlay, crs: str, mapping_file: Path) -> tuple[list[str], Shapes]:
    """Return the values and the areas of all layers of an overlay, in metres; those that do not count without a shape."""
    words: list[str] = []
    shapes: list[Shapes] = []
    for part in (area, *area.also):
        other = plain_sheet(part, mapping_file)
        if other.shapes is None:
            raise DistrictError([_no_shapes(other.file)])
        named = [plain_text(c).strip() for c in other.cells[position_of(other, part.column)]]
        drawn = np.array(to_metric(shapes_to_wgs84(other.shapes, other.crs), crs).to_numpy(), dtype=object)
        if part.only:
            wanted = {w.strip() for w in part.only}
            drawn[[w not in wanted for w in named]] = None
        words += named
        shapes.append(drawn)
    return words, np.concatenate(shapes)


def _stands_for(area: Overlay) -> Callable[[str], str]:
    """Return what gives the value that the name of an area stands for; empty where a person said that it stands for nothing."""
    said = {same_name(catchment_of(word)): value for word, value in area.words.items()}

    def meant(name: str) -> str:
        if not said:
            return name
        parts = [said.get(same_name(catchment_of(p)), p) for p in parts_of(name)]
        whole = said.get(same_name(catchment_of(name)), ";".join(p for p in parts if not is_blank(p)))
        return "" if is_blank(whole) else whole

    return meant


def _in_several(
    table: Table,
    sheet: Sheet,
    column: str,
    area: Overlay,
    drawn: tuple[Shapes, Shapes, Sequence[str], ObjectArray],
) -> list[Issue]:
    """Say which places lie in areas of several names, and which of them counted."""
    places, areas, words, counted = drawn
    at, k = shapely.STRtree(areas).query(places, predicate="intersects")
    points = shapely.get_dimensions(places[at]) <= 0
    share = shapely.area(shapely.intersection(places[at], areas[k]))
    inside = np.where(
        points, shapely.contains_properly(areas[k], places[at]), share > _HALF * shapely.area(places[at])
    )
    of_place: dict[int, list[str]] = {}
    for i, one in zip(at[inside].tolist(), k[inside].tolist(), strict=True):
        if words[one] and words[one] not in of_place.setdefault(i, []):
            of_place[i].append(words[one])
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, names in sorted(of_place.items()):
        if len(names) > 1:
            first = str(counted[i])
            groups.setdefault((first, *sorted(n for n in names if n != first)), []).append(i)
    by_name = position_of_column(table, sheet, "name")
    named = sheet.labels if by_name is None else sheet.cells[by_name].to_numpy()
    return [
        Issue(
            "importing.overlay.in_several",
            sheet.file,
            row=few([str(sheet.labels[i]) for i in rows]),
            column=column,
            level="warning",
            source=area.files,
            places=tuple(str(named[i]) for i in rows[:_NAMED]) + (("…",) if len(rows) > _NAMED else ()),
            names=names,
            counted=names[0],
        )
        for names, rows in groups.items()
    ]


def _aside(column: str, area: Overlay) -> list[Issue]:
    """Say which layers were left aside for the one that counts."""
    said = (("instead_of", area.instead_of), ("same_as", area.same_as))
    return [
        Issue(
            f"importing.overlay.{code}", "、".join(layers), column=column, level="warning", source=area.files
        )
        for code, layers in said
        if layers
    ]


def most_of(places: Shapes, areas: Shapes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the area that holds the largest part of every place (points: that holds it), -1 for none.

    Parameters
    ----------
    places, areas : arrays of shapes, metres
    """
    best = np.full(len(places), -1, dtype=np.int64)
    at, area = shapely.STRtree(areas).query(places, predicate="intersects")
    if not len(at):
        return best
    parts = shapely.intersection(places[at], areas[area])
    size = shapely.area(parts) + 1e-6 * shapely.length(parts)
    order = np.lexsort((-area, size, at))  # the last of each place is its largest; ties go to the first area
    best[at[order]] = area[order]
    return best


def _no_shapes(file: str) -> Issue:
    return Issue("importing.overlay.no_areas", file)


def _outside(sheet: Sheet, column: str, file: str, i: int) -> Issue:
    return Issue(
        "importing.overlay.lies_no_area",
        sheet.file,
        row=str(sheet.labels[i]),
        column=column,
        level="warning",
        source=file,
    )


__all__ = ["most_of", "overlay_columns"]
