"""Read text files of a district into sheets: CSV in any usual encoding, GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.characters import torn_records
from planning.district.cells.encoding import decode
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.messages import Text
from planning.tables import unguarded
from planning.texts import visible

MOST_MB = 200
"""Largest CSV file of a district, MB: ten years of pupils by grade of 100,000 zones."""
_DEGREE_CRS = ("CRS84", "EPSG::4326", "EPSG:4326")


def empty_file(file: str) -> Issue:
    """Say that a file holds nothing."""
    return Issue("district.files.file_empty", file)


def refuse_large(path: Path, most_mb: int) -> None:
    """Refuse a text file that holds more than any table of a county: it would take hours and all memory.

    Raises
    ------
    DistrictError
        With both sizes.
    """
    size = path.stat().st_size
    if size > most_mb * 1_000_000:
        raise DistrictError(
            [Issue("district.files.too_large", path.name, value=f"{size / 1e6:,.0f} MB", most=most_mb)]
        )


def read_csv(path: Path) -> Sheet:
    """Read a CSV file (comma, semicolon or tab) as text.

    Raises
    ------
    DistrictError
        If it is empty, not text, or rows have more cells than the header.
    """
    file = path.name
    refuse_large(path, MOST_MB)
    text = decode(path.read_bytes(), file)
    if not text.strip():
        raise DistrictError([empty_file(file)])
    first = text.lstrip().splitlines()[0]
    delimiter = max(",\t;,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DistrictError([Issue("district.files.not_readable_csv_file", file, error=error)]) from error
    # an apostrophe before what would run is the writer's, not the text's
    return sheet_from_rows(file, [[unguarded(c) if c[:1] == "'" else c for c in row] for row in rows])


def sheet_from_rows(file: str, rows: Sequence[Sequence[str]]) -> Sheet:
    """Return a sheet whose first non-empty row is the header; empty rows are left out, row numbers kept.

    Raises
    ------
    DistrictError
        If a row has more filled cells than the header.
    """
    start = next((i for i, row in enumerate(rows) if any(c.strip() for c in row)), None)
    if start is None:
        raise DistrictError([empty_file(file)])
    headers = list(rows[start])
    while headers and not headers[-1].strip():
        headers.pop()
    width = len(headers)
    kept: list[Sequence[str]] = []
    labels: list[str] = []
    problems: list[Issue] = []
    for number, row in enumerate(rows[start + 1 :], start + 2):
        cells = row
        if len(row) != width:
            if any(c.strip() for c in row[width:]):
                problems.append(_ragged(file, number, len(row), width))
            cells = [*row[:width], *[""] * (width - len(row))]
        if "".join(cells).strip():
            kept.append(cells)
            labels.append(str(number))
    if problems:
        raise DistrictError(problems[:20])
    return Sheet(file, headers, text_frame(kept, width), np.array(labels, dtype=object))


def _ragged(file: str, row: int, cells: int, width: int) -> Issue:
    return Issue("district.files.row_cells_header", file, row=str(row), cells=cells, width=width)


def cell_text(value: Any) -> str:
    """Return a JSON, database or spreadsheet value as the text a person would write."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if number != number:
            return "NaN"
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def broken(file: str, reason: str | Text) -> DistrictError:
    """Return the error for a layer that cannot be read, for a reason of ours or a library's."""
    return DistrictError([Issue("district.files.not_readable_layer", file, reason=reason)])


def read_geojson(path: Path, table: Table) -> Sheet:
    """Read a GeoJSON feature collection; rows are called by feature number and identifier.

    Raises
    ------
    DistrictError
        If it is empty, not JSON, or not a feature collection.
    """
    file = path.name
    text = decode(path.read_bytes(), file)
    if not text.strip():
        raise DistrictError([empty_file(file)])
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise broken(file, Text("district.files.no_json", error=str(error))) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise broken(file, Text("district.files.no_features"))
    records = [_properties(f) for f in features]
    if torn := torn_records(file, records):
        raise DistrictError(torn)
    headers = list(dict.fromkeys(name for record in records for name in record))
    rows = [[cell_text(record.get(name)) for name in headers] for record in records]
    return Sheet(
        file,
        headers if features else [c.name for c in table.columns],
        text_frame(rows, len(headers) if features else len(table.columns)),
        row_labels(table, records),
        _shapes(file, [f.get("geometry") for f in features]),
        _geojson_crs(data),
    )


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return dict(properties) if isinstance(properties, dict) else {}


def row_labels(table: Table, records: Sequence[Mapping[str, Any]]) -> Any:
    """Return what rows without row numbers are called: their position and identifier."""
    names = [table.column_of[table.key[0]].name, table.column_of[table.key[0]].zh] if table.key else ["name"]
    labels = []
    for number, record in enumerate(records, 1):
        identifier = next((cell_text(record[n]) for n in names if record.get(n) is not None), "")
        labels.append(f"{number} ({visible(identifier)})" if identifier else str(number))
    return np.array(labels, dtype=object)


def _shapes(file: str, geometries: Sequence[Any]) -> Shapes:
    texts = np.array([json.dumps(g) if g else None for g in geometries], dtype=object)
    shapes = np.full(len(texts), None, dtype=object)
    some = np.array([t is not None for t in texts], dtype=bool)
    if some.any():
        try:
            shapes[some] = shapely.from_geojson(texts[some])
        except (shapely.errors.GEOSException, TypeError, ValueError):
            shapes = np.array([_one_shape(t) for t in texts], dtype=object)
            if bad := [
                str(i) for i, (t, s) in enumerate(zip(texts, shapes, strict=True), 1) if t and s is None
            ]:
                listed = ", ".join(bad[:20])
                raise broken(file, Text("district.files.no_shape", listed=listed)) from None
    return shapes


def _one_shape(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return shapely.from_geojson(text)
    except (shapely.errors.GEOSException, TypeError, ValueError):
        return None


def _geojson_crs(data: Mapping[str, Any]) -> str:
    crs = data.get("crs")
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    if not name or any(word in name for word in _DEGREE_CRS):
        return "EPSG:4326"
    return name.replace("urn:ogc:def:crs:", "").replace("::", ":")
