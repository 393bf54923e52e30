"""Bring drawn catchments home: columns of a table, or polygons and points of a layer, several options at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.district import District
from planning.district.listed import SCHOOL, STAGE, WORDS, ZONE, Listed, read_listed
from planning.district.names import Names, Place, plain_name, stage_of
from planning.errors import Issue, LayoutError, PlanningError
from planning.importing.files.layers import SUFFIXES, read_vector
from planning.messages import Text
from planning.tables import each

Drawing = dict[tuple[str, str], tuple[str, ...]]
"""Units by stage and zone; several where a zone is shared."""
_PREFIX = re.compile(r"^\s*(小学|初中|primary|junior)\s*[-_:：. ]\s*(.+?)\s*$", re.IGNORECASE)
_CALLED = ("name", "名称", "学区")
_LEAST_SHARE = 0.5
"""A zone of which less lies in the catchment it goes to is named."""


@dataclass
class Drawn:
    """What files say: a drawing by name of the option, and what its reader must know."""

    options: dict[str, Drawing] = field(default_factory=lambda: defaultdict(dict))
    notes: list[Text] = field(default_factory=list)
    problems: list[Issue] = field(default_factory=list)


def read_drawn(
    files: Sequence[str | Path],
    district: District,
    names: Names,
    *,
    columns: Sequence[str] = (),
    stage: str = "",
) -> Drawn:
    """Read catchments from files.

    Tables, and layers whose features are zones of the district, name zone and school in columns; catchment polygons give every zone
    the school that has most of its area, points that with most points inside it.

    Parameters
    ----------
    files : sequence of path
        CSV, workbooks, GeoPackage, Shapefile, GeoJSON, KML.
    district, names : District, Names
        The county and its words.
    columns : sequence of str
        Columns that name schools, one option each (``小学_方案一`` and ``初中_方案一`` are one option); 学校 without.
    stage : str
        Stage of all rows, where neither a column nor the school says it.

    Raises
    ------
    LayoutError
        With everything that is not understood, in all files.
    """
    drawn = Drawn()
    for path in map(Path, files):
        try:
            if path.suffix.lower() in SUFFIXES:
                _layer(drawn, path, district, names, columns, stage)
            else:
                _table(drawn, read_listed(path), names, columns, stage, path.stem)
        except PlanningError as error:
            drawn.problems += error.problems
    if not drawn.problems and not drawn.options:
        drawn.problems.append(Issue("editing.drawn.files_name_no_catchment", "import-layout"))
    if drawn.problems:
        raise LayoutError(drawn.problems)
    return drawn


def _options(table: Listed, columns: Sequence[str], usual: str) -> list[tuple[int, str, str]]:
    """Return position, stage and option of every column that names schools.

    Raises
    ------
    LayoutError
        If a column is not there; names those that are.
    """
    if not columns:
        at = table.column(SCHOOL)
        if at is not None:
            return [(at, "", usual)]
        found = [
            (k, stage_of(m[1]) or "", m[2]) for k, h in enumerate(table.headers) if (m := _PREFIX.match(h))
        ]
        if found:
            return found
        raise LayoutError([_no_column(table, WORDS[SCHOOL][2])])
    known = {plain_name(h): k for k, h in enumerate(table.headers)}
    missing = [c for c in columns if plain_name(c) not in known]
    if missing:
        raise LayoutError([_no_column(table, c) for c in missing])
    result = []
    for column in columns:
        match = _PREFIX.match(column)
        told = (stage_of(match[1]) or "", match[2]) if match else ("", column.strip())
        result.append((known[plain_name(column)], *told))
    return result


def _table(drawn: Drawn, table: Listed, names: Names, columns: Sequence[str], stage: str, usual: str) -> None:
    zone_at, stage_at = table.column(ZONE), table.column(STAGE)
    assert zone_at is not None
    for at, told, option in _options(table, columns, usual):
        for row, cells in table.rows:
            if not cells[at]:
                continue
            zone = names.zone(cells[zone_at], Place(table.file, row, table.headers[zone_at]))
            word = told or (cells[stage_at] if stage_at is not None else "") or stage
            units = _units(names, cells[at], word, Place(table.file, row, table.headers[at]))
            wrong = [p for p in (zone, *units) if isinstance(p, Issue)]
            drawn.problems += wrong
            if not wrong:
                _draw(drawn, option, names, str(zone), [str(u) for u in units], table.file, row)


def _units(names: Names, text: str, stage: str, place: Place) -> list[str | Issue]:
    """Return the units a cell names: several joined by ``;``."""
    return [
        names.unit(part, place, stage_of(stage) if stage else None)
        for part in re.split(r"[;；、]", text)
        if part.strip()
    ]


def _draw(
    drawn: Drawn, option: str, names: Names, zone: str, units: Sequence[str], file: str, row: str
) -> None:
    stage = names.units[units[0]][2]
    before = drawn.options[option].get((stage, zone))
    found = tuple(dict.fromkeys(units))
    if before is not None and set(before) != set(found):
        drawn.problems.append(
            Issue(
                "editing.drawn.zone_another_school_already_option",
                file,
                row=row,
                value=", ".join(found),
                option=option,
                before=before,
            )
        )
    drawn.options[option][stage, zone] = found


def _layer(
    drawn: Drawn, path: Path, district: District, names: Names, columns: Sequence[str], stage: str
) -> None:
    sheet, crs = read_vector(path)
    rows = tuple(
        (str(label), tuple(str(v).strip() for v in cells))
        for label, cells in zip(sheet.labels, sheet.cells.itertuples(index=False, name=None), strict=True)
    )
    table = Listed(sheet.file, tuple(str(h).strip() for h in sheet.headers), rows)
    at = table.column(ZONE)
    if at is not None and any(names.zone_candidates(cells[at]) for _, cells in rows):
        _table(drawn, table, names, columns, stage, path.stem)
        return
    if sheet.shapes is None or not crs:
        raise LayoutError([_no_place(sheet.file)])
    shapes = gpd.GeoSeries(list(sheet.shapes), crs=crs).to_crs(district.info.crs_metric)
    try:
        chosen = _options(table, columns, path.stem)
    except LayoutError:
        called = next((k for k, h in enumerate(table.headers) if plain_name(h) in _CALLED), None)
        if columns or called is None:
            raise
        chosen = [(called, "", path.stem)]
    stage_at = table.column(STAGE)
    for position, told, option in chosen:
        units: list[str] = []
        for row, cells in rows:
            word = told or (cells[stage_at] if stage_at is not None else "") or stage
            found = _units(names, cells[position], word, Place(sheet.file, row, table.headers[position])) or [
                ""
            ]
            wrong = [p for p in found if isinstance(p, Issue)]
            drawn.problems += wrong
            units.append("" if wrong else ";".join(map(str, found)))
        if not drawn.problems:
            _overlay(drawn, option, district, names, shapes, units, sheet.file)


def _overlay(
    drawn: Drawn,
    option: str,
    district: District,
    names: Names,
    shapes: gpd.GeoSeries,
    units: Sequence[str],
    file: str,
) -> None:
    """Give every zone the units with most of its area, or most points inside it; every stage by itself."""
    geometry = shapely.make_valid(np.asarray(shapes.array, dtype=object))
    zones = np.asarray(district.zones.geometry.array, dtype=object)
    zone, shape = shapely.STRtree(geometry).query(zones, "intersects")
    points = shapely.get_dimensions(geometry[shape]) == 0
    weight = np.where(points, 1.0, shapely.area(shapely.intersection(zones[zone], geometry[shape])))
    found = pd.DataFrame(
        {"zone": zone, "unit": [units[k] for k in shape], "weight": weight, "points": points}
    )
    found = found[(found["unit"] != "") & (found["weight"] > 0)]
    found["stage"] = [names.units[u.split(";")[0]][2] for u in found["unit"]]
    total = found.groupby(["stage", "zone", "unit"], as_index=False).agg(
        weight=("weight", "sum"), points=("points", "any")
    )
    best = total.sort_values(["weight", "unit"], ascending=[False, True]).drop_duplicates(["stage", "zone"])
    area, ids = shapely.area(zones), district.zones["zone"].astype(str).to_numpy()
    little = []
    for r in each(best.sort_values(["stage", "zone"])):
        _draw(drawn, option, names, str(ids[r.zone]), r.unit.split(";"), file, "")
        if not r.points and r.weight < _LEAST_SHARE * area[r.zone]:
            little.append(str(ids[r.zone]))
    if little:
        some, more = ", ".join(little[:6]), " …" if len(little) > 6 else ""
        drawn.notes.append(
            Text("editing.drawn.little_inside", option=option, count=len(little), some=some, more=more)
        )


def complete_drawing(
    drawing: Mapping[tuple[str, str], tuple[str, ...]], district: District, stages: Sequence[str], option: str
) -> tuple[Drawing, list[Issue]]:
    """Return a drawing with every zone of every stage: a stage it leaves out altogether keeps today's catchments.

    Returns
    -------
    Drawing, list of Issue
        Zones left out of a stage that is drawn are problems.
    """
    found: Drawing = {key: units for key, units in drawing.items() if key[0] in stages}
    problems: list[Issue] = []
    zones = district.zones["zone"].astype(str)
    for stage in stages:
        drawn = {z for s, z in drawing if s == stage}
        if not drawn:
            today = dict(zip(zones, district.zones[f"current_{stage}"].fillna("").astype(str), strict=True))
            found |= {(stage, z): tuple(u.strip() for u in today[z].split(";")) for z in zones if today[z]}
        left = [z for z in zones if (stage, z) not in found]
        if left:
            some, more = ", ".join(left[:6]), " …" if len(left) > 6 else ""
            problems.append(
                Issue(
                    "editing.drawn.option_zones_no_school",
                    "import-layout",
                    option=option,
                    count=len(left),
                    stage=Text(f"base.stage.{stage}"),
                    some=some,
                    more=more,
                )
            )
    return found, problems


def _no_column(table: Listed, column: str) -> Issue:
    return Issue("editing.drawn.no_such_column", table.file, column=column, headers=table.headers)


def _no_place(file: str) -> Issue:
    return Issue("editing.drawn.neither_column_zones_nor_shapes", file, words=WORDS[ZONE][:3])
