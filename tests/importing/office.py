"""Write the files of a county of four villages and two schools as an office would, for tests that spoil them.

Villages 东村 南村 西村 北村 are squares of 0.01° in a row; 甲小学 and 乙学校 (nine years) lie in the first and the third.
Pupils of grade g in village k (from 1): 10 k + g; in all 1,080 (grades 1–9).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
from shapely.geometry import box

from planning.importing import import_accounted, import_tables

VILLAGES = ("东村", "南村", "西村", "北村")
GRADES = "一二三四五六七八九"
ALL = sum(10 * k + g for k in range(1, 5) for g in range(1, 10))
MAPPING = """\
district: {id: four, name_zh: 四村, base_year: 2021, crs_metric: EPSG:4547}
tables:
  boundary: {file: 村.shp, coordinates: file, merge: true, values: {name: 四村}}
  townships: {file: 村.shp, coordinates: file, merge: true, values: {township: T, name: 四村镇}}
  zones: {file: 村.shp, coordinates: file, values: {township: T, locale: rural}}
  schools: {file: 学校.xlsx, coordinates: WGS84}
  units: {file: 办学单位.xlsx, lookup: [school]}
  zone_pupils: {file: 学生.xlsx, values: {year: 2021}, lookup: [zone]}
"""
Change = Callable[[Any], None]


def shapes() -> gpd.GeoDataFrame:
    cells = [box(113.99 + k / 100, 30.0, 114.0 + k / 100, 30.01) for k in range(4)]
    return gpd.GeoDataFrame(
        {"zone": ["Z1", "Z2", "Z3", "Z4"], "name": list(VILLAGES)}, geometry=cells, crs=4326
    )


def write_office(
    folder: Path, *, pupils: Change | None = None, units: Change | None = None, schools: Change | None = None
) -> Path:
    """Write the files, each workbook changed as wanted, and return the mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes().to_file(folder / "村.shp", encoding="UTF-8")
    _book(
        folder / "学校.xlsx",
        [
            ["学校编号", "学校名称", "学校类型", "城乡类型", "办学性质", "寄宿制", "经度", "纬度"],
            ["S1", "甲小学", "小学", "乡村", "公办", "否", 113.995, 30.005],
            ["S2", "乙学校", "九年一贯制学校", "乡村", "公办", "否", 114.015, 30.005],
        ],
        schools,
    )
    _book(
        folder / "办学单位.xlsx",
        [
            ["办学单位编号", "学校名称", "学段", "普通教室数"],
            ["S1-P", "甲小学", "小学", 12],
            ["S2-P", "乙学校", "小学", 12],
            ["S2-J", "乙学校", "初中", 9],
        ],
        units,
    )
    _book(folder / "学生.xlsx", pupil_rows(), pupils)
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return folder / "mapping.yaml"


def pupil_rows() -> list[list[Any]]:
    rows: list[list[Any]] = [["小区名称", *(f"{g}年级" for g in GRADES)]]
    return rows + [[v, *(10 * k + g for g in range(1, 10))] for k, v in enumerate(VILLAGES, 1)]


def _book(path: Path, rows: list[list[Any]], change: Change | None) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    book.save(path)


def said(mapping: Path, old: str, new: str) -> Path:
    """Return the mapping with one thing written differently."""
    text = mapping.read_text(encoding="utf-8")
    assert old in text
    mapping.write_text(text.replace(old, new), encoding="utf-8")
    return mapping


def lines(mapping, table="zone_pupils"):
    return {li.amount: li for li in import_accounted(mapping).account if li.trail.table == table}


def problems(mapping):
    return list(import_tables(mapping).problems)


def one_error(mapping):
    found = [p for p in problems(mapping) if p.level == "error"]
    assert len(found) == 1, [p.text() for p in found]
    return found[0]
