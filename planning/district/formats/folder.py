"""Find and read the file of every table in a district folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from planning.district.cells.sheet import Sheet
from planning.district.formats.files import read_csv, read_geojson
from planning.district.formats.layers import (
    encoding_said,
    layer_names,
    read_layer,
    read_parquet,
    read_shapefile,
)
from planning.district.schema import Table
from planning.errors import DistrictError, Issue, MissingExtraError
from planning.messages import Both

SUFFIXES = ("geojson", "json", "csv", "shp", "parquet")


def folder_sheets(folder: Path, tables: Iterable[Table]) -> tuple[dict[str, Sheet], list[Issue]]:
    """Read every table file of a folder: ``NAME`` with one of :data:`SUFFIXES`, or a layer NAME of any ``.gpkg``.

    Returns
    -------
    sheets : dict of str to Sheet
        By table name; tables without a file are left out.
    problems : list of Issue
        Files that cannot be read, and tables given twice.
    """
    packages = {p: layer_names(p) for p in sorted(folder.glob("*.gpkg"))}
    sheets: dict[str, Sheet] = {}
    problems: list[Issue] = []
    for table in tables:
        sources: list[tuple[Path, str]] = [
            (path, "") for suffix in SUFFIXES for path in _named(folder, table, suffix)
        ]
        sources += [
            (path, layer)
            for path, layers in packages.items()
            for layer in layers
            if layer in (table.name, table.zh)
        ]
        if len(sources) > 1:
            problems.append(_given_twice(table, [p.name for p, _ in sources]))
        if not sources:
            continue
        path, layer = sources[0]
        try:
            sheets[table.name] = read_layer(path, layer, table) if layer else _read(path, table)
            problems += encoding_said(path) if path.suffix == ".shp" else []
        except (DistrictError, MissingExtraError) as error:
            problems += error.problems
        except OSError as error:
            problems.append(Issue("district.folder.cannot_read", path.name, error=error))
    return sheets, problems


def _read(path: Path, table: Table) -> Sheet:
    if path.suffix == ".csv":
        return read_csv(path)
    readers = {".shp": read_shapefile, ".parquet": read_parquet}
    return readers.get(path.suffix, read_geojson)(path, table)


def _named(folder: Path, table: Table, suffix: str) -> list[Path]:
    names = (f"{table.name}.{suffix}", f"{table.zh}.{suffix}")
    return [folder / name for name in names if (folder / name).is_file()]


def _given_twice(table: Table, names: Sequence[str]) -> Issue:
    listed = ", ".join(names)
    return Issue("district.folder.table_given_twice", listed, table=Both(table.name, table.zh))
