"""Write the page that says what a district's files hold, from the schema."""

from __future__ import annotations

from planning.district.info import INFO_KEYS, STATUS
from planning.district.schema import TABLES, Column, Table
from planning.district.template import example_of

_INTRO = """\
# Input format · 数据格式

This page is written by `planning.district.document.input_format()` from the schema; a test keeps it current.
本页由数据表定义自动生成。

A district is a folder with `district.yaml` and one file per table, or one workbook made by
`planning template OUT.xlsx` (one sheet per table), or one GeoPackage. Check any of them with `planning check PATH`: it names
everything that is wrong at once, with file, row, column, value and the mend. `planning convert PATH OUT --to KIND` turns one
into another (folder, xlsx, gpkg, parquet, shapefile) and proves that it reads back the same.

- Tables with shapes are GeoJSON in WGS84 longitude and latitude; Shapefiles, GeoParquet files or a `.gpkg` with layers of
  these names do as well (in any coordinate system they name; a Shapefile's column names are cut to ten letters), and so do
  CSV files with `lon`, `lat` (points) or `wkt` columns. In memory everything is in `crs_metric`.
- Gaps, cracks and overlaps between zones (and townships) narrower than `snap_m` are closed once, when a district is read, and `check` lists
  them with zones, metres and m². Wider ones are named with zones, width and place, and stay as they are drawn. An outline that crosses itself
  by less than 2 m loses the sliver, with a warning; one whose crossing could mean two things is refused. A collection of areas is read as these.
- Tables without shapes are CSV: UTF-8 with or without BOM, UTF-16 with BOM, GBK or GB18030.
- Headers may be English, Chinese or any alias below, with the unit in brackets: `投资(万元)` is converted to yuan.
- Full-width digits, `1,234`, spaces, and 是/否 are understood. An empty cell means *not supplied*, never zero.
- Identifiers are text: leading zeros stay, `1.0` from a spreadsheet is `1`, scientific notation is refused.
- Unknown columns are ignored with a warning.
"""
_INFO_HEAD = (
    "## district.yaml · 区县信息\n\n| key | 中文 | required | meaning | 含义 |\n|---|---|---|---|---|"
)
_COLUMN_HEAD = (
    "| column | 列名 | type | unit | required | meaning | 含义 | also accepted · 别名 | example |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def input_format() -> str:
    """Return the page as Markdown."""
    parts = [_INTRO, _settings(), *(_section(table) for table in TABLES)]
    return "\n".join(parts).rstrip() + "\n"


def _settings() -> str:
    rows = [
        f"| `{key}` | {zh} | {'yes' if required else ''} | {meaning} | {meaning_zh} |"
        for key, (zh, meaning, meaning_zh, required) in INFO_KEYS.items()
    ]
    status = ", ".join(f"`{key}` ({zh})" for key, zh in STATUS.items())
    rows.append(
        f"| `layers` | 数据来源 |  | For each table: `status` ({status}), `source`, `licence`, `method`. "
        "| 各表的状态、来源、许可与方法。 |"
    )
    return "\n".join([_INFO_HEAD, *rows, ""])


def _section(table: Table) -> str:
    facts = ["required" if table.required else "optional"]
    if table.geometry:
        facts.append(table.geometry)
    if table.key:
        facts.append("one row per " + ", ".join(f"`{k}`" for k in table.key))
    lines = [
        f"## {table.name} · {table.zh}",
        "",
        f"{table.meaning} {table.meaning_zh}",
        f"File `{table.file}`; {'; '.join(facts)}.",
        "",
        _COLUMN_HEAD,
        *(_row(c) for c in table.columns),
        "",
    ]
    choices = [c for c in table.columns if c.choices]
    for column in choices:
        words = "; ".join(
            f"`{c.value}` {c.zh}" + (f" ({'、'.join(c.aliases)})" if c.aliases else "")
            for c in column.choices
        )
        lines.append(f"- `{column.name}`: {words}")
    return "\n".join([*lines, ""] if choices else lines)


def _row(column: Column) -> str:
    meaning = column.meaning
    if column.refers:
        meaning = f"{meaning} Refers to `{column.refers}`.".strip()
    if column.default is not None:
        shown = str(column.default).lower() if isinstance(column.default, bool) else column.default
        meaning = f"{meaning} Empty means `{shown}`.".strip()
    cells = (
        f"`{column.name}`",
        column.zh,
        column.kind,
        column.unit,
        "yes" if column.required else "",
        meaning,
        column.meaning_zh,
        "、".join(column.aliases),
        example_of(column),
    )
    return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"
