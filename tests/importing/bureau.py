"""Write a district as a bureau would send it: office spreadsheets, web-map points, Shapefiles in GBK."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import shapely

from planning.district import District
from planning.district.geometry.coordinates import wgs84_to_gcj02
from tests.district.shifted import wgs84_to_bd09

GRADES = "一二三四五六七八九"
KINDS = {"primary": "完全小学", "junior": "初级中学", "nine_year": "九年一贯制学校", "teaching_point": "教学点",
         "special": "特殊教育学校", "twelve_year": "十二年一贯制学校", "complete_secondary": "完全中学"}  # fmt: skip
LOCALES = {"urban": "城区", "town": "镇区", "rural": "乡村"}
STAGES = {"primary": "小学", "junior": "初中"}


def bureau_files(district: District, folder: Path) -> Path:
    """Write the files; nothing in them has the project's identifiers but the townships."""
    folder.mkdir(parents=True, exist_ok=True)
    outline = district.boundary[["name", "geometry"]].rename(columns={"name": "名称"})
    outline.to_crs(4490).to_file(folder / "县界.gpkg", layer="县界")
    towns = district.townships[["township", "name", "geometry"]]
    towns = towns[~towns.geometry.isna()].rename(columns={"township": "乡镇代码", "name": "乡镇名称"})
    towns.to_crs(4544).to_file(folder / "乡镇界.shp", encoding="GBK")
    (folder / "乡镇界.cpg").unlink(missing_ok=True)
    _zones(district, folder / "小区点位.xlsx")
    _pupils(district, folder / "各小区学生数.xlsx")
    _schools(district, folder / "学校一览表.xlsx")
    _units(district, folder / "办学单位.csv")
    _classes(district, folder / "班级统计.xlsx")
    if len(district.roads):
        roads = district.roads[["name", "road_class", "geometry"]]
        words = {"motorway": "高速公路", "trunk": "国省道", "arterial": "主干路", "secondary": "次干路", "local": "支路",
                 "rural": "乡村道路", "path": "步行道"}  # fmt: skip
        roads = roads.assign(road_class=roads["road_class"].map(words))
        roads.rename(columns={"name": "道路名称", "road_class": "道路等级"}).to_crs(4490).to_file(
            folder / "道路.shp", encoding="GBK"
        )
    return folder


def _sheet(title: str, headers: list[list[object]]) -> tuple[openpyxl.Workbook, object]:
    book = openpyxl.Workbook()
    page = book.active
    page.append([title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers[0]))
    page.append(["填表单位：教育局"])
    for row in headers:
        page.append(row)
    return book, page


def _zones(district: District, path: Path) -> None:
    book, page = _sheet(
        "居住小区一览表",
        [
            ["序号", "小区名称", "所属乡镇", "城乡类型", "坐标（百度）", None, "常住人口（人）"],
            [None] * 4 + ["经度", "纬度", None],
        ],
    )
    for column in "ABCDG":
        page.merge_cells(f"{column}3:{column}4")
    page.merge_cells("E3:F3")
    towns = district.townships.set_index("township")["name"]
    inside = district.zones.to_crs(4326).geometry.representative_point()
    lon, lat = wgs84_to_bd09(inside.x.to_numpy(), inside.y.to_numpy())
    for i, zone in enumerate(district.zones.itertuples()):
        people = None if np.isnan(float(zone.population)) else f"{int(zone.population):,}"
        page.append([i + 1, zone.name, towns[zone.township], LOCALES[zone.locale], lon[i], lat[i], people])
    page.append([None, "合  计", None, None, None, None, "见各行"])
    page.append(["注：坐标取自网络地图"])
    book.save(path)


def _pupils(district: District, path: Path) -> None:
    year = district.info.base_year
    book, page = _sheet(
        f"{year}学年各小区学生数",
        [
            ["小区名称", "小学", *[None] * 5, "初中", None, None, "合计"],
            [None, *(f"{g}年级" for g in GRADES), None],
        ],
    )
    for area in ("A3:A4", "B3:G3", "H3:J3", "K3:K4"):
        page.merge_cells(area)
    names = district.zones.set_index("zone")["name"]
    rows = district.zone_pupils[district.zone_pupils["year"] == year]
    wide = rows.pivot_table(index="zone", columns="grade", values="pupils", aggfunc="sum", fill_value=0)
    for zone, counts in wide.iterrows():
        page.append([names[zone], *(int(counts.get(g, 0)) for g in range(1, 10)), int(counts.sum())])
    page.append(["合 计", *[None] * 9, int(wide.to_numpy().sum())])
    book.save(path)


def _schools(district: District, path: Path) -> None:
    book, page = _sheet(
        "学校一览表",
        [["学校标识码", "学校名称", "办学类型", "所在乡镇", "城乡类型", "经度", "纬度", "占地面积（亩）"]],
    )
    towns = district.townships.set_index("township")["name"]
    points = district.schools.to_crs(4326).geometry
    lon, lat = wgs84_to_gcj02(shapely.get_x(points), shapely.get_y(points))
    for i, school in enumerate(district.schools.itertuples()):
        town = towns.get(school.township, "")
        area = (
            None if np.isnan(float(school.site_area_m2)) else round(float(school.site_area_m2) * 3 / 2000, 3)
        )
        page.append(
            [
                f"0{school.Index:04d}",
                school.name,
                KINDS[school.kind],
                town,
                LOCALES[school.locale],
                lon[i],
                lat[i],
                area,
            ]
        )
    book.save(path)


def _units(district: District, path: Path) -> None:
    names = district.schools.set_index("school")["name"]
    lines = ["学校名称,学段,普通教室数"]
    lines += [f"{names[u.school]},{STAGES[u.stage]},{u.rooms}" for u in district.units.itertuples()]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


def _classes(district: District, path: Path) -> None:
    year = district.info.base_year
    book, page = _sheet(
        f"{year}学年各校班级学生统计表",
        [["学校名称", *(h for g in GRADES for h in (f"{g}年级", None))], [None, *["班数", "人数"] * 9]],
    )
    page.merge_cells("A3:A4")
    for i in range(9):
        page.merge_cells(start_row=3, start_column=2 + 2 * i, end_row=3, end_column=3 + 2 * i)
    rows = district.classes[district.classes["year"] == year].merge(
        district.units[["unit", "school"]], on="unit"
    )
    names = district.schools.set_index("school")["name"]
    for school, own in rows.groupby("school", sort=False):
        cells: list[object] = [names[school]]
        for grade in range(1, 10):
            of = own[own["grade"] == grade]
            cells += [len(of) or None, int(of["pupils"].sum()) or None]
        page.append(cells)
    book.save(path)
