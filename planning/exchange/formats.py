"""Write a district in any of its formats, and prove that it reads back the same before it takes its name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from planning.atomic import new_folder, whole_file
from planning.district.formats.layers import SHORT, missing_parquet
from planning.district.formats.package import INFO_LAYER, ORIGIN_LAYER
from planning.district.geometry.coordinates import WGS84
from planning.district.info import FILE, INFO_KEYS, info_to_yaml
from planning.district.model import District
from planning.district.read import read_district
from planning.district.schema import TABLES, Table
from planning.district.template import write_workbook
from planning.district.write import degrees_of, district_files, keep_others
from planning.errors import DistrictError, Issue
from planning.exchange.same import differences
from planning.geopackages import flushed_later

_DBF_BYTES = 254
"""Bytes of a text in a Shapefile's table; longer ones are cut without a word."""


def format_of(target: str | Path) -> str:
    """Return the format a path asks for by its ending; a folder of CSV and GeoJSON without one."""
    return {".xlsx": "xlsx", ".gpkg": "gpkg"}.get(Path(target).suffix.lower(), "folder")


def convert_district(district: District, target: str | Path, to: str = "") -> Path:
    """Write a district in another format, all or nothing.

    Parameters
    ----------
    district : District
        What to write.
    target : str or Path
        File (``xlsx``, ``gpkg``) or folder (``folder``, ``parquet``, ``shapefile``).
    to : str
        One of :data:`FORMATS`; by the ending of ``target`` when empty.

    Returns
    -------
    Path
        What was written; reading it gives the same district.

    Raises
    ------
    DistrictError
        If the format is unknown or cannot hold the district.
    MissingExtraError
        If the format needs a component that is not installed.
    WriteError
        If the place holds something else or the disk refuses.
    """
    path, kind = Path(target), to or format_of(target)
    if kind not in FORMATS:
        raise DistrictError([_unknown(str(target), kind)])
    write = FORMATS[kind]
    if kind in _ONE_FILE:
        with whole_file(path) as temporary:
            _proven(district, write, temporary, path)
        return path
    with new_folder(path, marks=(FILE,)) as folder:
        _proven(district, write, folder, path)
        keep_others(path, folder)
    return path


def _proven(district: District, write: Callable[[District, Path], None], place: Path, target: Path) -> None:
    write(district, place)
    try:
        lost = differences(district, read_district(place))
    except DistrictError as error:
        lost = [p.message_en for p in error.problems[:3]]
    if lost:
        raise DistrictError(
            Issue("exchange.formats.format_would_not_give_same", str(target), line=line) for line in lost
        )


def _write_folder(district: District, folder: Path) -> None:
    for name, text in district_files(district).items():
        (folder / name).write_bytes(text.encode("utf-8"))


def _write_workbook(district: District, path: Path) -> None:
    write_workbook(district, path)


def _filled(district: District) -> list[tuple[Table, pd.DataFrame]]:
    """Return the tables that a file is written for, shapes in WGS84 as in GeoJSON."""
    tables = []
    for table in TABLES:
        frame = getattr(district, table.name)
        if not len(frame) and not table.required:
            continue
        plain = pd.DataFrame(frame[[c.name for c in table.columns]])
        if table.geometry:
            plain = gpd.GeoDataFrame(plain, geometry=degrees_of(frame), crs=WGS84)
        tables.append((table, plain))
    return tables


@flushed_later()
def _write_package(district: District, path: Path) -> None:
    info = district.info
    settings = pd.DataFrame({"key": list(INFO_KEYS), "value": [str(getattr(info, k)) for k in INFO_KEYS]})
    origins = pd.DataFrame(
        [(n, o.status, o.source, o.licence, o.method) for n, o in sorted(info.layers.items())],
        columns=["table", "status", "source", "licence", "method"],
    )
    for table, frame in _filled(district):
        shaped: dict[str, Any] = (
            {"geometry_type": "Unknown", "promote_to_multi": False} if table.geometry else {}
        )
        pyogrio.write_dataframe(frame, path, layer=table.name, driver="GPKG", append=path.exists(), **shaped)
    for layer, frame in ((INFO_LAYER, settings), (ORIGIN_LAYER, origins)):
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=True)


def _write_parquet(district: District, folder: Path) -> None:
    try:
        importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise missing_parquet(str(folder)) from None
    (folder / FILE).write_text(info_to_yaml(district.info), encoding="utf-8")
    for table, frame in _filled(district):
        frame.to_parquet(folder / f"{table.name}.parquet", index=False)


def _write_shapefiles(district: District, folder: Path) -> None:
    texts = district_files(district)
    for table, frame in _filled(district):
        if not table.geometry:
            continue
        texts.pop(table.file)
        _check_texts(table, frame)
        frame = frame.rename(columns={c.name: c.name[:SHORT] for c in table.columns})
        pyogrio.write_dataframe(
            frame,
            folder / f"{table.name}.shp",
            driver="ESRI Shapefile",
            encoding="UTF-8",
            geometry_type={"point": "Point", "line": "LineString", "polygon": "Polygon"}[table.geometry],
            promote_to_multi=False,
        )
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def _check_texts(table: Table, frame: pd.DataFrame) -> None:
    problems = []
    for column in table.columns:
        if column.kind in ("int", "number", "bool"):
            continue
        cells = frame[column.name].fillna("").astype("str")
        long = cells.map(lambda text: len(text.encode("utf-8")) > _DBF_BYTES).to_numpy(dtype=bool)
        problems += [
            Issue(
                "exchange.formats.text_more_than_bytes_shapefile",
                f"{table.name}.shp",
                row=str(row + 1),
                column=column.name,
                value=cells.iloc[row][:30] + "…",
                dbf_bytes=_DBF_BYTES,
            )
            for row in long.nonzero()[0][:20]
        ]
    if problems:
        raise DistrictError(problems)


def _unknown(target: str, kind: str) -> Issue:
    known = ", ".join(FORMATS)
    return Issue("exchange.formats.unknown_format_known", target, value=kind, known=known)


FORMATS: dict[str, Callable[[District, Path], None]] = {
    "folder": _write_folder,
    "xlsx": _write_workbook,
    "gpkg": _write_package,
    "parquet": _write_parquet,
    "shapefile": _write_shapefiles,
}
"""What writes each format: CSV and GeoJSON, workbook, GeoPackage, GeoParquet, Shapefile (with CSV beside it)."""
_ONE_FILE = ("xlsx", "gpkg")

__all__ = ["FORMATS", "convert_district", "format_of"]
