"""Files of other habits: traditional counters, Word documents, points and lists apart, drawings without names, one name twice."""

from __future__ import annotations

from pathlib import Path

import docx
import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import Point, box

from planning.errors import DistrictError
from planning.start import Started, begin_county, build_county, keep_answer, take_files
from tests.importing.test_forms_of_files import dxf

ESTATES = [("东村", "甲镇", 0), ("西苑小区", "甲镇", 1), ("南村", "乙乡", 3), ("北村", "乙乡", 4)]
GRADES = [f"{g}年级" for g in "一二三四五六七八九"]
SCHOOLS = [("甲镇小学", "小学", 8), ("乙乡学校", "九年一贯制学校", 18)]
WHERE = {"甲镇小学": (106.202, 38.0), "乙乡学校": (106.238, 38.0)}


def place(k: int) -> tuple[float, float]:
    return (round(106.2 + 0.01 * k, 6), 38.0 + 0.004 * (k % 2))


def estates(*, points: bool = True, grade: str = "{}", head: str = "小区名称") -> list[list[object]]:
    at = ["经度", "纬度"] if points else []
    rows: list[list[object]] = [[head, "所属乡镇", *at, *GRADES]]
    for name, town, k in ESTATES:
        numbers = [grade.format(10 + k + g) for g in range(9)]
        rows.append([name, town, *(place(k) if points else ()), *numbers])
    return rows


PUPILS = sum(10 + k + g for _, _, k in ESTATES for g in range(9))


def schools(*, points: bool = True, rooms: str = "{}") -> list[list[object]]:
    rows: list[list[object]] = [["学校名称", "学校类型", *(["经度", "纬度"] if points else []), "教室数"]]
    return rows + [[n, k, *(WHERE[n] if points else ()), rooms.format(r)] for n, k, r in SCHOOLS]


def book(path: Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)


def started(folder: Path, *answers: str) -> Started:
    take_files([folder / "desk"], folder / "county")
    for answer in ("coordinates=WGS84", *answers):
        keep_answer(folder / "county", *answer.split("=", 1))
    return build_county(folder / "county", begin_county(folder / "county"))


def counted(one: Started) -> tuple[int, int, int, int]:
    district = one.imported.district
    return (
        len(district.zones),
        int(district.zone_pupils["pupils"].sum()),
        int(district.units["rooms"].sum()),
        district.info.base_year,
    )


def test_traditional_counters_and_years_in_rows_are_read(tmp_path):
    rows = estates(grade="{}個", head="居住小區")
    rows = [[*row, "學年" if i == 0 else "民國112學年"] for i, row in enumerate(rows)]
    book(tmp_path / "desk" / "小區.xlsx", rows)
    book(tmp_path / "desk" / "學校.xlsx", schools(rooms="{}間"))
    assert counted(started(tmp_path)) == (4, PUPILS, 26, 2023)


def test_a_word_document_says_year_and_county_above_its_tables(tmp_path):
    document = docx.Document()
    for line, rows in (("利和县2024学年各小区学生", estates()), ("学校", schools())):
        document.add_paragraph(line)
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = str(text)
    (tmp_path / "desk").mkdir()
    document.save(str(tmp_path / "desk" / "材料.docx"))
    one = started(tmp_path)
    assert counted(one) == (4, PUPILS, 26, 2024)
    assert one.imported.district.info.name_zh == "利和县"


def test_a_layer_of_school_points_is_joined_to_the_list_that_tells_rooms(tmp_path):
    book(tmp_path / "desk" / "小区.xlsx", estates())
    book(tmp_path / "desk" / "教室.xlsx", schools(points=False))
    marks = "".join(
        f"<Placemark><name>{n}</name><Point><coordinates>{x},{y},0</coordinates></Point></Placemark>"
        for n, (x, y) in WHERE.items()
    )
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    (tmp_path / "desk" / "学校.ovkml").write_text(kml, encoding="utf-8")
    one = started(tmp_path, "year=2024")
    assert counted(one) == (4, PUPILS, 26, 2024)
    assert len(one.imported.district.schools) == 2


def test_a_drawing_with_one_line_and_no_text_is_the_outline_of_the_county(tmp_path):
    book(tmp_path / "desk" / "小区.xlsx", estates())
    book(tmp_path / "desk" / "学校.xlsx", schools())
    corners = list(
        gpd.GeoSeries([box(106.19, 37.99, 106.26, 38.02)], crs=4490).to_crs(4523)[0].exterior.coords
    )
    line = [(0, "LWPOLYLINE"), (8, "LINE"), (90, 4), (70, 1)]
    drawn = [line + [p for x, y in corners[:-1] for p in ((10, x), (20, y))]]
    (tmp_path / "desk" / "范围.dxf").write_text(dxf(drawn), encoding="utf-8")
    district = started(tmp_path, "year=2024").imported.district
    assert list(district.boundary["name"]) == ["县域"]
    assert sorted(district.townships["name"]) == ["乙乡", "甲镇"]
    assert district.boundary.geometry.area.sum() == pytest.approx(20.4e6, rel=0.05)


def test_a_mapinfo_table_in_gbk_that_names_no_charset_is_read(tmp_path):
    book(tmp_path / "desk" / "小区.xlsx", estates())
    layer = gpd.GeoDataFrame(
        {"name": [n for n, *_ in SCHOOLS]},
        geometry=[Point(WHERE[n]) for n, *_ in SCHOOLS],
        crs=4326,
    )
    book(tmp_path / "desk" / "教室.xlsx", schools(points=False))
    layer.to_file(tmp_path / "desk" / "school.tab", driver="MapInfo File", encoding="GB18030")
    one = started(tmp_path, "year=2024")
    assert counted(one) == (4, PUPILS, 26, 2024)
    assert sorted(one.imported.district.schools["name"]) == ["乙乡学校", "甲镇小学"]


@pytest.mark.parametrize("town", [True, False], ids=["with townships", "without"])
def test_estates_of_one_name_are_told_apart_by_their_township(tmp_path, town):
    rows = estates()
    rows[3][0] = rows[1][0]  # 东村 of another township
    book(tmp_path / "desk" / "小区.xlsx", rows)
    book(tmp_path / "desk" / "学校.xlsx", schools())
    births = [[*(["所属乡镇"] if town else []), "小区", "年份", "出生人数"]]
    births += [[*([r[1]] if town else []), r[0], 2023, 5 + i] for i, r in enumerate(rows[1:])]
    book(tmp_path / "desk" / "出生.xlsx", births)
    if not town:
        with pytest.raises(DistrictError) as refused:
            started(tmp_path, "year=2024")
        said = refused.value.problems
        assert {(p.file, p.value) for p in said} == {("出生.xlsx:Sheet", "东村")}
        assert [p.row for p in said] == ["2", "4"]  # a row is one mistake, though its cell is empty then
        assert "township" in said[0].mend_en
        return
    district = started(tmp_path, "year=2024").imported.district
    born = district.births.merge(district.zones[["zone", "township", "name"]], on="zone")
    assert dict(born[born["name"] == "东村"].set_index("township")["births"]) == {"甲镇": 5, "乙乡": 7}
    pupils = district.zone_pupils.merge(district.zones[["zone", "township", "name"]], on="zone")
    sums = pupils[pupils["name"] == "东村"].groupby("township")["pupils"].sum()
    assert dict(sums) == {"甲镇": sum(range(10, 19)), "乙乡": sum(range(13, 22))}
