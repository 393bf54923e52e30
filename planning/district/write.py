"""Write a district as a folder of plain files whose differences are easy to read."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import Shapes
from planning.atomic import claimed, new_folder
from planning.district.geometry.coordinates import WGS84
from planning.district.info import FILE, info_to_yaml
from planning.district.model import District
from planning.district.schema import TABLES, Table
from planning.errors import DistrictError, Issue, WriteError
from planning.tables import guarded

DECIMALS = 6
"""Decimals of degrees on disk: about a decimetre."""
_MOST_DECIMALS = 12


def write_district(district: District, folder: str | Path) -> Path:
    """Write every table of a district to a folder, all or nothing.

    Parameters
    ----------
    district : District
        What to write; optional tables without rows get no file.
    folder : str or Path
        Made if it does not exist; an existing district there is replaced and its other files are kept.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DistrictError
        If the folder exists and is not a district, or cannot be written.

    Examples
    --------
    >>> import tempfile, planning
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     planning.write_district(planning.sample_district(), f"{folder}/county").name
    'county'
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or not _replaceable(target)):
        raise DistrictError([_not_ours(target)])
    try:
        with claimed(target) as claim, new_folder(target, claim=claim, marks=(FILE,)) as temporary:
            keep_others(target, temporary)
            for name, text in district_files(district).items():
                (temporary / name).write_bytes(text.encode("utf-8"))
    except WriteError as error:
        raise DistrictError(error.problems) from error
    return target


def district_files(district: District) -> dict[str, str]:
    """Return the text of every file of a district folder, by file name."""
    files: dict[str, str] = {}
    for table in TABLES:
        frame = getattr(district, table.name)
        if not len(frame) and not table.required:
            continue
        files[table.file] = _geojson(table, frame) if table.geometry else _csv(table, frame)
    return {FILE: info_to_yaml(district.info), **files}


def plain_value(value: Any) -> Any:
    """Return a cell as a plain Python value: ``None`` where missing, whole floats as ``int``."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def plain_rows(table: Table, frame: pd.DataFrame) -> Iterator[list[Any]]:
    """Yield the rows of a table as plain values in the order of the schema; absent columns are missing."""
    columns = []
    for column in table.columns:
        if column.name not in frame:
            columns.append([None] * len(frame))
            continue
        values = frame[column.name]  # read as a whole: cell by cell a large county takes ten times as long
        missing = values.isna().tolist()
        columns.append([None if m else plain_value(v) for m, v in zip(missing, values.tolist(), strict=True)])
    yield from (list(row) for row in zip(*columns, strict=True))


def degrees_of(frame: gpd.GeoDataFrame, decimals: int = DECIMALS) -> Shapes:
    """Return the shapes of a layer in WGS84, rounded to as few decimals as leave shapes valid and borders matched.

    A layer is rounded as a whole, so that corners that areas share stay shared.
    """
    exact: Shapes = np.asarray(frame.geometry.to_crs(WGS84).array, dtype=object)
    fits = _fits(exact)
    for digits in range(decimals, _MOST_DECIMALS + 1):
        rounded = _rounded(exact, digits)
        if not (shapely.is_valid(exact) & ~shapely.is_valid(rounded)).any() and _fits(rounded) >= fits:
            return rounded
    return exact


def _rounded(shapes: Shapes, digits: int) -> Shapes:
    return np.asarray(shapely.transform(shapes.copy(), lambda xy: np.round(xy, digits)), dtype=object)


def _fits(shapes: Shapes) -> bool:
    """Return whether areas border each other without cracks and overlaps; of lines and points nothing is asked."""
    areas = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    return bool(len(areas)) and bool(shapely.coverage_is_valid(areas))


def _csv(table: Table, frame: pd.DataFrame) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.name for c in table.columns])
    words = {True: "true", False: "false", None: ""}
    for row in plain_rows(table, frame):
        cells = (words[v] if v is None or isinstance(v, bool) else v for v in row)
        writer.writerow([guarded(c) if isinstance(c, str) else c for c in cells])
    return out.getvalue()


def _geojson(table: Table, frame: gpd.GeoDataFrame) -> str:
    shapes = shapely.to_geojson(degrees_of(frame))
    names = [c.name for c in table.columns]
    lines = []
    for row, shape in zip(plain_rows(table, frame), shapes, strict=True):
        properties = {n: v for n, v in zip(names, row, strict=True) if v is not None}
        feature = {
            "type": "Feature",
            "properties": properties,
            "geometry": json.loads(shape) if shape else None,
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":"{table.name}","features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def _replaceable(folder: Path) -> bool:
    names = {p.name for p in folder.iterdir()}
    return not names or FILE in names


def _not_ours(target: Path) -> Issue:
    return Issue("district.write.exists_not_district_folder", str(target))


def keep_others(target: Path, temporary: Path) -> None:
    """Let files that are no tables of ours move along with the folder."""
    if not target.exists():
        return
    ours = {t.name for t in TABLES}  # in whatever format: a table must not stand there twice
    for path in target.iterdir():
        if path.name != FILE and path.name.split(".")[0] not in ours:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, temporary / path.name)
