"""Load everything a folder or workbook says into typed tables, with every problem found on the way."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, ObjectArray, Shapes
from planning.atomic import recover
from planning.district.admission import settle_admission
from planning.district.cells.headers import Match, match_headers, missing_column
from planning.district.cells.parse import either, empty_column, is_blank, parse_column
from planning.district.cells.sheet import Sheet, keep, problems_at
from planning.district.formats.folder import folder_sheets
from planning.district.formats.package import read_package
from planning.district.geometry.closing import Closed, closed
from planning.district.geometry.lines import leave_out_damaged, mend_lines
from planning.district.geometry.place import shapes_of, to_metric
from planning.district.info import FILE, read_info
from planning.district.mistaken import mistaken_folder
from planning.district.model import District, DistrictInfo
from planning.district.register import settle_values
from planning.district.schema import TABLE, TABLES, Table
from planning.errors import DistrictError, Issue
from planning.grades import USUAL, Grades, is_kindergarten
from planning.messages import Both

CLOSED_TABLES = ("townships", "zones")
"""Tables whose areas divide the land between them."""
_NO_INFO = "district.load.folder_no_district_yaml"


@dataclass(frozen=True)
class Loaded:
    """Tables as far as they were understood.

    Parameters
    ----------
    path : Path
        Folder or workbook.
    info : DistrictInfo or None
        ``None`` when ``district.yaml`` is not usable; geometries are then missing.
    frames : mapping of str to DataFrame
        Every table of the schema; cells that were not understood are missing.
    labels : mapping of str to array of str
        Row labels of each table.
    files : mapping of str to str
        File or sheet of each table that exists.
    degrees : mapping of str to array of shapes
        Shapes of each geometry table in WGS84.
    problems : tuple of Issue
        Everything found so far.
    closed : mapping of str to Closed
        What was closed between the areas of a table whose borders must match.
    """

    path: Path | None
    info: DistrictInfo | None
    frames: Mapping[str, pd.DataFrame]
    labels: Mapping[str, ObjectArray]
    files: Mapping[str, str]
    degrees: Mapping[str, Shapes]
    problems: tuple[Issue, ...] = field(default=())
    closed: Mapping[str, Closed] = field(default_factory=dict)

    @property
    def grades(self) -> Grades:
        """Grades of the stages; the usual ones where ``district.yaml`` is not usable."""
        return self.info.grades if self.info else USUAL

    def has(self, *names: str) -> bool:
        """Return whether all these tables exist and hold rows with identifiers, so that others can be held against them."""
        return all(n in self.files and self.frames[n].iloc[:, 0].notna().any() for n in names)

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a geometry table."""
        frame = self.frames[name]
        assert isinstance(frame, gpd.GeoDataFrame)
        return frame


def load(path: str | Path) -> Loaded:
    """Load a district folder, a filled workbook or a one-file GeoPackage.

    Raises
    ------
    DistrictError
        If there is no such folder or workbook.
    """
    source = Path(path)
    recover(source)
    if source.is_dir():
        if (mistaken := mistaken_folder(source)) is not None:
            raise DistrictError([mistaken])
        return _load_folder(source)
    if source.is_file() and source.name == FILE:
        return _load_folder(source.parent)
    if source.is_file() and source.suffix.lower() in (".xlsx", ".xlsm"):
        from planning.district.formats.workbook import read_workbook

        info, sheets, problems = read_workbook(source)
        if problems and not sheets:
            raise DistrictError(problems)
        return assemble(source, info, sheets, problems)
    if source.is_file() and source.suffix.lower() == ".gpkg":
        info, sheets, problems = read_package(source)
        if problems and not sheets:
            raise DistrictError(problems)
        return assemble(source, info, sheets, problems)
    raise DistrictError([_no_district(source)])


def _no_district(source: Path) -> Issue:
    if source.exists():
        return Issue("district.load.neither_district_folder_nor", str(source))
    return Issue("district.load.no_such_district", str(source))


def _load_folder(folder: Path) -> Loaded:
    problems: list[Issue] = []
    info: DistrictInfo | None = None
    if (folder / FILE).is_file():
        info, problems = read_info(folder / FILE)
    else:
        problems = [Issue(_NO_INFO, FILE)]
    sheets, wrong = folder_sheets(folder, TABLES)
    if info is None and not sheets and not wrong and problems[0].code == _NO_INFO:  # one cause, one message
        raise DistrictError([_no_district(folder)])
    return assemble(folder, info, sheets, [*problems, *wrong])


def assemble(
    path: Path | None,
    info: DistrictInfo | None,
    sheets: Mapping[str, Sheet],
    problems: list[Issue],
    *,
    admission: Mapping[str, str] | None = None,
) -> Loaded:
    """Turn sheets into typed tables in the district's coordinate system; ``admission`` as a person gave it for units in doubt."""
    found = list(problems)
    grades = info.grades if info else USUAL
    unreadable = {p.file.split(":")[0] for p in problems}
    frames: dict[str, pd.DataFrame] = {}
    labels: dict[str, ObjectArray] = {}
    files: dict[str, str] = {}
    degrees: dict[str, Shapes] = {}
    for table in TABLES:
        sheet = sheets.get(table.name)
        if sheet is None:
            if table.required and not unreadable & {table.file, f"{table.name}.csv", table.zh}:
                found.append(_missing_table(table))
            empty, no_shapes, no_rows = _empty_table(table.name)
            frame, shapes, rows = empty.copy(), no_shapes.copy(), no_rows.copy()
        else:
            files[table.name] = sheet.file
            frame, shapes, rows, wrong = _table(table.with_grades(grades), sheet)
            found += wrong
            if table.required and not len(frame):
                found += [] if any(p.level == "error" for p in wrong) else [_no_rows(table, sheet.file)]
        if table.geometry:
            degrees[table.name] = shapes
            frame = _with_shapes(frame, shapes, info)
        frames[table.name], labels[table.name] = frame, rows
    if "units" in sheets and "schools" in sheets:
        blank = _blank("units", "admission", sheets["units"])
        frames["units"], said = settle_admission(
            frames["units"], frames["schools"], blank, files["units"], admission
        )
        found += said
    borders = _close(frames, info)
    return Loaded(path, info, frames, labels, files, degrees, tuple(found), borders)


def _close(frames: dict[str, pd.DataFrame], info: DistrictInfo | None) -> dict[str, Closed]:
    """Close what lies open between zones, and between townships, below the district's tolerance."""
    result: dict[str, Closed] = {}
    if info is None:
        return result
    for name in CLOSED_TABLES:
        frame = frames[name]
        assert isinstance(frame, gpd.GeoDataFrame)
        shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
        areas = np.isin(shapely.get_type_id(shapes), (3, 6))
        result[name] = closed(keep(shapes, areas), info.snap_m)
        shapes = np.where(areas, result[name].shapes, shapes)
        frames[name] = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=info.crs_metric))
    return result


def _missing_table(table: Table) -> Issue:
    return Issue(
        "district.load.table_missing",
        table.file,
        table=table.name,
        lower=Both(table.meaning.rstrip(".").lower(), table.zh),
        source=table.file,
        zh=Both(table.name, table.zh),
    )


def _no_rows(table: Table, file: str) -> Issue:
    return Issue("district.load.table_no_rows", file, meaning=Both(table.meaning, table.meaning_zh))


def _empty_sheet(table: Table) -> Sheet:
    headers = [c.name for c in table.columns]
    cells = pd.DataFrame({i: pd.Series(dtype="str") for i in range(len(headers))})
    none = np.array([], dtype=object)
    return Sheet(table.file, headers, cells, none, none if table.geometry else None)


@functools.cache
def _empty_table(name: str) -> tuple[pd.DataFrame, Shapes, ObjectArray]:
    """Return the rows, shapes and labels of a table that a district lacks; most lack several."""
    frame, shapes, labels, _ = _table(TABLE[name], _empty_sheet(TABLE[name]))
    return frame, shapes, labels


def _table(table: Table, sheet: Sheet) -> tuple[pd.DataFrame, Shapes, ObjectArray, list[Issue]]:
    """Return the rows of a table, their shapes and labels, and what is wrong; damaged lines among good ones are left out."""
    columns, positions, problems = match_headers(table, sheet.headers, sheet.file)
    data = {}
    if table.name == "register":
        sheet, wrong = _values_settled(sheet, columns)
        problems += wrong
    for column in table.columns:
        match = columns.get(column.name)
        if match is None:
            data[column.name] = empty_column(column, len(sheet.cells))
            continue
        cells = sheet.cells[match.position]
        if column.name == "grade" and 0 in table.grades.every:
            cells = cells.map(lambda c: "0" if is_kindergarten(str(c)) else c).astype("str")
        values, wrong = parse_column(column, cells, file=sheet.file, labels=sheet.labels, factor=match.factor)
        data[column.name] = values
        problems += wrong
    for column in table.columns:
        held = {c: columns[c].position for c in (column.name, column.instead) if c in columns}
        if column.instead and column.name not in held and held and data[column.instead].isna().all():
            unread = [
                h for k, h in enumerate(sheet.headers) if k not in {m.position for m in columns.values()}
            ]
            problems.append(missing_column(sheet.file, column, unread))
        elif column.instead and held:
            data[column.name], wrong = either(
                column,
                data[column.name],
                data[column.instead],
                [sheet.cells[k] for k in held.values()],
                sheet.file,
                sheet.labels,
            )
            problems += wrong
    frame = pd.DataFrame(data)
    problems += _duplicates(table, frame, sheet)
    shapes: Shapes = np.full(len(frame), None, dtype=object)
    if table.geometry == "line":
        sheet, mended = mend_lines(sheet)
        shapes, wrong = shapes_of(sheet, table, positions)
        good, wrong = leave_out_damaged(shapes, wrong)
        rows = frame[good].reset_index(drop=True)
        return rows, shapes[good], sheet.labels[good], [*problems, *mended, *wrong]
    if table.geometry:
        shapes, wrong = shapes_of(sheet, table, positions)
        problems += wrong
    return frame, shapes, sheet.labels, problems


def _blank(name: str, column: str, sheet: Sheet) -> BoolArray:
    """Return where a sheet says nothing in a column, or has no such column."""
    match = match_headers(TABLE[name], sheet.headers, sheet.file)[0].get(column)
    if match is None:
        return np.ones(len(sheet.cells), dtype=bool)
    return sheet.cells[match.position].map(lambda c: is_blank(str(c).strip())).to_numpy(dtype=bool)


def _values_settled(sheet: Sheet, columns: Mapping[str, Match]) -> tuple[Sheet, list[Issue]]:
    """Return the register with every value in the unit of its item."""
    if not {"item", "value"} <= set(columns):
        return sheet, []
    item, value, unit = (
        columns[c].position if c in columns else None for c in ("item", "value", "unit_of_value")
    )
    blank = [""] * len(sheet.cells)
    values, units, problems = settle_values(
        sheet.cells[item].tolist(),
        sheet.cells[value].tolist(),
        blank if unit is None else sheet.cells[unit].tolist(),
        sheet.file,
        list(sheet.labels),
    )
    cells = sheet.cells.copy()
    cells[value] = pd.Series(values, dtype="str")
    if unit is not None:
        cells[unit] = pd.Series(units, dtype="str")
    return replace(sheet, cells=cells), problems


def _duplicates(table: Table, frame: pd.DataFrame, sheet: Sheet) -> list[Issue]:
    if not table.key or not len(frame):
        return []
    keys = frame[list(table.key)]
    complete = keys.notna().all(axis=1)
    again = keys.duplicated().to_numpy() & complete.to_numpy()
    if not again.any():
        return []
    first = dict(zip(map(tuple, keys[::-1].to_numpy()), sheet.labels[::-1], strict=True))
    names = ", ".join(table.key)
    names_zh = "、".join(table.column_of[k].zh for k in table.key)

    def twice(i: int) -> Issue:
        key = tuple(keys.to_numpy()[i])
        return Issue(
            "district.load.occurs_twice_first_row",
            sheet.file,
            row=str(sheet.labels[i]),
            column=table.key[0] if len(table.key) == 1 else "",
            value=", ".join(str(k) for k in key),
            names=Both(names, names_zh),
            first=first[key],
        )

    return problems_at(again, sheet.labels, twice)


def _with_shapes(frame: pd.DataFrame, shapes: Shapes, info: DistrictInfo | None) -> gpd.GeoDataFrame:
    if info is None:
        return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=None))
    metric = to_metric(shapes, info.crs_metric)
    return gpd.GeoDataFrame(frame, geometry=metric.to_numpy(), crs=info.crs_metric)


def district_of(loaded: Loaded) -> District:
    """Return the district; shapes that projects at existing schools lack are the school's.

    Raises
    ------
    DistrictError
        If any error was found.
    """
    if any(p.level == "error" for p in loaded.problems) or loaded.info is None:
        raise DistrictError(p for p in loaded.problems if p.level == "error")
    frames = dict(loaded.frames)
    frames["projects"] = _projects_at_schools(loaded)
    return District(info=loaded.info, path=loaded.path, **frames)  # type: ignore[arg-type]


def _projects_at_schools(loaded: Loaded) -> gpd.GeoDataFrame:
    projects, schools = loaded.layer("projects"), loaded.layer("schools")
    missing = shapely.is_missing(projects.geometry.to_numpy())
    if not missing.any():
        return projects
    place = dict(zip(schools["school"], schools.geometry, strict=True))
    points: list[Any] = [
        place.get(school) if lost else point
        for school, lost, point in zip(projects["school"], missing, projects.geometry, strict=True)
    ]
    return projects.set_geometry(gpd.GeoSeries(points, index=projects.index, crs=projects.crs))
