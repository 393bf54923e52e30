"""Read the layers of GeoPackages, Shapefiles and GeoParquet files into sheets."""

from __future__ import annotations

import importlib
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district.cells.encoding import (
    GB,
    UTF8,
    Reading,
    codec_of,
    find_encoding,
    is_utf8,
    mixed_problems,
    not_as_stated,
    plausibility,
    unknown_encoding,
)
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.formats.files import broken, cell_text, row_labels
from planning.district.schema import Table
from planning.errors import DistrictError, Issue, MissingExtraError, not_installed
from planning.messages import Text

SHORT = 10
"""Characters of a column name in a Shapefile."""
MAX_ROWS = 20_000_000
"""A column file that claims more rows is refused: a few bytes may unpack to billions."""


def layer_names(path: Path) -> tuple[str, ...]:
    """Return the layers of a GeoPackage; none when it cannot be opened."""
    import pyogrio

    try:
        return tuple(str(name) for name in pyogrio.list_layers(path)[:, 0])
    except pyogrio.errors.DataSourceError:
        return ()


def read_layer(path: Path, layer: str, table: Table) -> Sheet:
    """Read one layer of a GeoPackage (or any vector file) as text and shapes.

    Raises
    ------
    DistrictError
        If the layer cannot be read or says no coordinate system.
    """
    file = f"{path.name}:{layer}" if path.stem != layer else path.name
    return frame_sheet(open_layer(path, layer, file), table, file)


def open_layer(path: Path, layer: str | None, file: str, encoding: str = "") -> pd.DataFrame:
    """Return a layer as it is.

    Raises
    ------
    DistrictError
        If it cannot be read; damaged files fail in many ways, which to the user are one.
    """
    import pyogrio

    try:
        frame: pd.DataFrame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding or None)
    except UnicodeDecodeError:
        return _cut_names(path, layer, file)
    except (RuntimeError, ValueError, TypeError, LookupError, OSError) as error:
        raise broken(file, str(error)) from error
    return frame


def _cut_names(path: Path, layer: str | None, file: str) -> pd.DataFrame:
    """Return a layer whose texts are not the UTF-8 that it leads to expect.

    They are GBK where a MapInfo table says no charset, or UTF-8 with column names that were cut within a letter, as some programs
    write Shapefiles.
    """
    frame = open_layer(path, layer, file, "ISO-8859-1")
    words = [c for c in frame.columns if pd.api.types.is_string_dtype(frame[c].dtype)]
    held = [str(c) for c in frame.columns] + [v for c in words for v in frame[c] if isinstance(v, str)]
    reading = find_encoding([t.encode("latin-1") for t in held])
    encoding = UTF8 if reading is None else reading.encoding

    def text(value: Any) -> Any:
        return value.encode("latin-1").decode(encoding, "ignore") if isinstance(value, str) else value

    whole = {c: text(str(c)) for c in frame.columns}
    for name in words:
        frame[name] = frame[name].map(text)
    return frame.rename(columns=whole)


def read_shapefile(path: Path, table: Table) -> Sheet:
    """Read a Shapefile; its shortened column names are those of the schema again.

    Raises
    ------
    DistrictError
        If it cannot be read or says no coordinate system.
    """
    frame = open_layer(path, path.stem, path.name, shapefile_encoding(path))
    full = short_names(table)
    return frame_sheet(
        frame.rename(columns={c: full.get(str(c), c) for c in frame.columns}), table, path.name
    )


def shapefile_encoding(path: Path, stated: str = "") -> str:
    """Return the encoding of a Shapefile's table: what .cpg says if that gives plausible text, else what does.

    Parameters
    ----------
    stated : str
        Encoding that the mapping states.

    Raises
    ------
    DistrictError
        If its texts are in several encodings, in none that is known, or not in the one stated.
    """
    if stated and not codec_of(stated):
        raise DistrictError([unknown_encoding(path.name, stated)])
    reading = shapefile_reading(path, stated)
    if stated and not reading.believed:
        data = b"\n".join(cell for _, _, cell in _texts_beside(path))
        raise DistrictError([not_as_stated(path.name, data, stated, reading)])
    return reading.encoding


def shapefile_reading(path: Path, stated: str = "") -> Reading:
    """Return how the texts of a Shapefile are read.

    Parameters
    ----------
    stated : str
        Encoding that is claimed for them; what .cpg says by default.

    Raises
    ------
    DistrictError
        As :func:`shapefile_encoding`.
    """
    code = next((c for s in (".cpg", ".CPG") if (c := path.with_suffix(s)).is_file()), None)
    stated = stated or (code.read_text("latin-1").strip()[:40] if code is not None else "")
    found = [(row, name, cell) for row, name, cell in _texts_beside(path) if not cell.isascii()]
    reading = find_encoding([cell for _, _, cell in found], stated)
    if reading is not None:
        return reading
    utf8 = [f for f in found if find_encoding([f[2]]) is not None and is_utf8(f[2])]
    rest = [f for f in found if f not in utf8 and plausibility([f[2]], GB) is not None]
    if utf8 and rest:
        raise DistrictError(mixed_problems(path.name, utf8, rest))
    raise DistrictError([_no_encoding(path.name)])


def _texts_beside(path: Path) -> list[tuple[int, str, bytes]]:
    """Return every text of the table that lies beside a Shapefile."""
    table = next((path.with_suffix(s) for s in (".dbf", ".DBF") if path.with_suffix(s).is_file()), None)
    return [] if table is None else texts_of_table(table.read_bytes())


def texts_of_table(data: bytes) -> list[tuple[int, str, bytes]]:
    """Return row, column and bytes of every text of a dBASE table, its column names as row 0."""
    if len(data) < 32:
        return []
    start, width = struct.unpack("<HH", data[8:12])
    fields = [data[i : i + 32] for i in range(32, max(start - 1, 32), 32) if data[i : i + 1] != b"\r"]
    names = [field[:11].split(b"\0")[0] for field in fields]
    cells = [(0, name.decode("ascii", "replace"), name) for name in names]
    ends = np.cumsum([1, *(field[16] if len(field) > 16 else 0 for field in fields)])
    wanted = [k for k, field in enumerate(fields) if field[11:12] == b"C"]
    rows = range(start, len(data) - width + 1, width) if width else range(0)
    for row, at in enumerate(rows, 1):
        for k in wanted:
            cell = data[at + ends[k] : at + ends[k + 1]].rstrip(b" \0")
            if cell:
                cells.append((row, cells[k][1], cell))
    return cells


def encoding_said(path: Path) -> list[Issue]:
    """Say when a Shapefile was not read as its .cpg says, or when two encodings would give plausible text."""
    reading = shapefile_reading(path)
    if reading.believed and reading.sure:
        return []
    stated = reading.stated or "-"
    return [
        Issue(
            "district.layers.read_cpg_says",
            path.name,
            value=path.with_suffix(".cpg").name,
            level="warning",
            reading=reading.name,
            stated=stated,
            more="" if reading.believed else Text("district.layers.gives_no_plausible_text"),
            encoding=reading.encoding,
        )
    ]


def _no_encoding(file: str) -> Issue:
    return Issue("district.layers.texts_no_encoding_known", file)


def short_names(table: Table) -> dict[str, str]:
    """Return the column of every name that a Shapefile shortens."""
    return {c.name[:SHORT]: c.name for c in table.columns if len(c.name) > SHORT}


def read_parquet(path: Path, table: Table) -> Sheet:
    """Read a GeoParquet file, or a plain Parquet file for a table without shapes.

    Raises
    ------
    DistrictError
        If it cannot be read, claims too many rows, or has no shapes where the table needs them.
    MissingExtraError
        If pyarrow is not installed.
    """
    frame = open_parquet(path)
    if table.geometry and not isinstance(frame, gpd.GeoDataFrame):
        raise broken(path.name, Text("district.layers.no_geoparquet"))
    return frame_sheet(frame, table, path.name)


def open_parquet(path: Path) -> pd.DataFrame:
    """Return a Parquet file as it is, with shapes when it is GeoParquet.

    Raises
    ------
    DistrictError
        If it cannot be read or claims too many rows.
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise missing_parquet(path.name) from None
    try:
        about = parquet.read_metadata(path)
        if about.num_rows > MAX_ROWS:
            raise broken(path.name, Text("district.layers.claims_rows", rows=about.num_rows))
        shaped = b"geo" in (about.metadata or {})
        frame: pd.DataFrame = gpd.read_parquet(path) if shaped else pd.read_parquet(path)
    except (RuntimeError, ValueError, TypeError, LookupError, OSError) as error:
        raise broken(path.name, str(error)) from error
    return frame


def missing_parquet(file: str) -> MissingExtraError:
    """Say which line installs what GeoParquet needs."""
    return MissingExtraError([not_installed(file, "parquet")])


def frame_sheet(frame: pd.DataFrame, table: Table, file: str) -> Sheet:
    """Return a frame as text and shapes.

    Raises
    ------
    DistrictError
        If it has shapes but says no coordinate system.
    """
    shapes, crs = None, None
    if isinstance(frame, gpd.GeoDataFrame):
        shapes, crs = np.asarray(frame.geometry.array, dtype=object), frame.crs
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        if crs is None:
            raise DistrictError([_no_system(file)])
    headers = [str(c) for c in frame.columns]
    columns = [_texts(frame.iloc[:, i]) for i in range(len(headers))]
    rows = list(zip(*columns, strict=True)) if headers else [()] * len(frame)
    named = [
        i
        for i, h in enumerate(headers)
        if table.key and h in (table.key[0], table.column_of[table.key[0]].zh)
    ]
    records = [{table.key[0]: row[named[0]] or None} for row in rows] if named else [{}] * len(rows)
    return Sheet(
        file,
        headers,
        text_frame(rows, len(headers)),
        row_labels(table, records),
        shapes,
        crs.to_string() if crs is not None else "EPSG:4326",
    )


def _texts(column: pd.Series) -> list[str]:
    values: list[Any] = column.astype("object").tolist()
    return ["" if lost else cell_text(v) for v, lost in zip(values, column.isna(), strict=True)]


def _no_system(file: str) -> Issue:
    return Issue("district.layers.layer_says_no_coordinate_system", file)
