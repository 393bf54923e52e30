"""Read the mapping file: which file fills which table, in which coordinates, under which headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planning.district.files import decode
from planning.district.headers import nearest
from planning.district.importing.outlines import METHOD
from planning.district.info import INFO_KEYS, STATUS
from planning.district.schema import TABLE
from planning.errors import DistrictError, Problem
from planning.yamlfile import read_yaml

Scalar = str | int | float | bool


class TableMap(BaseModel):
    """How one file becomes one table.

    Parameters
    ----------
    file : str
        Path relative to the mapping file.
    sheet : str
        Sheet of a workbook or layer of a vector file; the first by default.
    coordinates : str
        Coordinate system of the shapes: ``file`` (as the file itself says), WGS84, CGCS2000, GCJ-02, BD-09 or an EPSG
        code. Must be stated for tables with shapes.
    encoding : str
        Encoding of a CSV file or Shapefile; found when empty.
    header_rows : list of int
        Rows of the header, first row is 1; found when empty.
    columns : dict of str to str
        Schema column: header in the file, where the headers themselves do not say it.
    values : dict
        Schema column: the same value for every row.
    words : dict of str to dict
        Schema column: word in the file → word of the schema.
    number : dict of str to str
        Schema column: pattern that numbers the rows, for example ``"Z{:04d}"``.
    lookup : list of str
        Columns that hold names instead of identifiers of the table they refer to.
    outlines : str
        ``"voronoi"`` draws zones around points; the layer is then ``derived``.
    status, source, licence, method : str
        Origin of the layer.
    outside : bool
        The file may lie outside the folder of the mapping file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    sheet: str = ""
    coordinates: str = ""
    encoding: str = ""
    header_rows: list[int] = Field(default_factory=list)
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, Scalar] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    number: dict[str, str] = Field(default_factory=dict)
    lookup: list[str] = Field(default_factory=list)
    outlines: Literal["", "voronoi"] = ""
    status: str = "real"
    source: str = ""
    licence: str = ""
    method: str = ""
    outside: bool = False


class Mapping(BaseModel):
    """A whole mapping file: settings of the district and one entry per table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    district: dict[str, Scalar | None]
    tables: dict[str, TableMap]


def read_mapping(path: str | Path) -> Mapping:
    """Read a mapping file (YAML).

    Raises
    ------
    DistrictError
        With every unknown key, wrong type, unknown table or column.
    """
    file = Path(path)
    if not file.is_file():
        raise DistrictError([Problem(str(file), "no such mapping file", "找不到该映射文件")])
    try:
        data = read_yaml(decode(file.read_bytes(), file.name))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = str(mark.line + 1) if mark else ""
        raise DistrictError(
            [Problem(file.name, f"not valid YAML: {error}", f"不是有效的 YAML:{error}", row=row)]
        ) from error
    return mapping_from_data(data, file.name)


def mapping_from_data(data: Any, file: str) -> Mapping:
    """Return the mapping that plain data describe.

    Raises
    ------
    DistrictError
        With everything that is wrong.
    """
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        raise DistrictError(_problem(file, dict(e)) for e in error.errors()) from error
    problems = [p for name, entry in mapping.tables.items() for p in _table_problems(file, name, entry)]
    if problems:
        raise DistrictError(problems)
    return mapping


def _problem(file: str, error: dict[str, Any]) -> Problem:
    place = [str(part) for part in error["loc"] if part not in ("str", "int", "float", "bool")]
    key = ".".join(place)
    if error["type"] == "extra_forbidden":
        known = list(TableMap.model_fields) if len(place) > 2 else list(Mapping.model_fields)
        near = nearest(place[-1], known)
        return Problem(
            file,
            "unknown key",
            "未识别的设置",
            column=key,
            mend_en=f"did you mean {near!r}?" if near else f"known keys: {', '.join(known)}",
            mend_zh=f"是否应为“{near}”？" if near else f"可用设置：{'、'.join(known)}",
        )
    if error["type"] == "missing":
        return Problem(file, f"{key} is missing", f"缺少 {key}", column=key)
    return Problem(
        file,
        f"wrong kind of value: {error['msg']}",
        "取值类型不正确",
        column=key,
        value=str(error.get("input"))[:80],
    )


def _table_problems(file: str, name: str, entry: TableMap) -> list[Problem]:
    if name not in TABLE:
        return [_unknown(file, f"tables.{name}", name, list(TABLE))]
    table = TABLE[name]
    extra = ["lon", "lat", "wkt"] if table.geometry else []
    known = [*table.column_of, *extra]
    problems = [
        _unknown(file, f"tables.{name}.{part}.{column}", column, known)
        for part in ("columns", "values", "words", "number")
        for column in getattr(entry, part)
        if column not in known
    ]
    problems += [
        _unknown(file, f"tables.{name}.lookup", column, [c.name for c in table.columns if c.refers])
        for column in entry.lookup
        if not (column in table.column_of and table.column_of[column].refers)
    ]
    if table.geometry and not entry.coordinates:
        problems.append(
            Problem(
                file,
                f"the coordinate system of {entry.file} is not stated",
                f"未注明 {entry.file} 的坐标系",
                column=f"tables.{name}.coordinates",
                mend_en="write WGS84, CGCS2000, GCJ-02, BD-09, an EPSG code, or file (as the file itself says)",
                mend_zh="请填写 WGS84、CGCS2000、GCJ-02、BD-09、EPSG 代码，或 file（以文件自身说明为准）",
            )
        )
    if entry.status not in STATUS:
        problems.append(_unknown(file, f"tables.{name}.status", entry.status, list(STATUS)))
    return problems


def _unknown(file: str, key: str, word: str, known: list[str]) -> Problem:
    near = nearest(word, known)
    return Problem(
        file,
        f"unknown name {word!r}",
        f"未识别的名称“{word}”",
        column=key,
        mend_en=f"did you mean {near!r}?" if near else f"known: {', '.join(known)}",
        mend_zh=f"是否应为“{near}”？" if near else f"可用：{'、'.join(known)}",
    )


def info_data(mapping: Mapping) -> dict[str, Any]:
    """Return what district.yaml would say, with the origin of every table."""
    keys = ("status", "source", "licence", "method")
    layers = {
        name: {k: getattr(entry, k) for k in keys if getattr(entry, k)}
        for name, entry in mapping.tables.items()
    }
    for name, entry in mapping.tables.items():
        if entry.outlines:
            method = "; ".join(m for m in (entry.method, METHOD) if m)
            layers[name] |= {"status": "derived", "method": method}
    known = {k: v for k, v in mapping.district.items() if k in INFO_KEYS}
    return {**mapping.district, **known, "layers": layers}
