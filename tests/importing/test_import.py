"""Files as offices keep them become a district, and nothing moves on the way."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
import yaml

from planning.district.geometry.coordinates import wgs84_to_gcj02
from planning.district.schema import TABLE
from planning.errors import DistrictError
from planning.importing import (
    import_district,
    import_tables,
    open_questions,
    propose_mapping,
    write_mapping,
)
from planning.importing.forms.grids import grid_sheet, read_grid
from planning.importing.forms.heads import find_header
from planning.importing.forms.words import grade_of
from tests.district.conftest import errors, warnings
from tests.district.tiny import PRIMARY_PER_GRADE, ZONES

GRADES = "一二三四五六七八九"


@pytest.fixture
def office(tmp_path, tiny):
    """What a bureau sends: Shapefiles in GBK and CGCS2000, KML, a web-map point list, merged spreadsheets."""
    zones = tiny.zones[["name", "township", "locale", "geometry"]].rename(
        columns={"name": "小区名", "township": "乡镇", "locale": "城乡"}
    )
    zones["城乡"] = "市区"
    zones.to_crs(4544).to_file(tmp_path / "小区.shp", encoding="GBK")
    (tmp_path / "小区.cpg").unlink(missing_ok=True)
    tiny.boundary.to_crs(4490).to_file(tmp_path / "县界.gpkg", layer="边界")
    tiny.townships[["township", "name", "geometry"]].to_crs(4326).to_file(tmp_path / "乡镇.geojson")
    schools(tmp_path / "学校.xlsx", tiny)
    pupils(tmp_path / "学生.xlsx")
    (tmp_path / "单元.csv").write_bytes(
        "学校,学段,普通教室数\n学校A,小学,6\n学校B,小学,6\n学校C,初中,6\n合 计,,18\n".encode("gbk")
    )
    projects(tmp_path / "项目.xlsx", tiny)
    (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    return tmp_path


MAPPING = {
    "district": {"id": "tiny", "name_zh": "小县", "base_year": 2020, "crs_metric": "EPSG:32648"},
    "tables": {
        "boundary": {"file": "县界.gpkg", "sheet": "边界", "coordinates": "file"},
        "townships": {"file": "乡镇.geojson", "coordinates": "WGS84", "columns": {"township": "township", "name": "name"}},
        "zones": {
            "file": "小区.shp", "coordinates": "file", "columns": {"name": "小区名", "township": "乡镇", "locale": "城乡"},
            "words": {"locale": {"市区": "urban"}}, "number": {"zone": "Z{}"},
        },
        "schools": {"file": "学校.xlsx", "coordinates": "GCJ-02", "values": {"locale": "urban"}},
        "zone_pupils": {"file": "学生.xlsx", "values": {"year": 2020}, "columns": {"zone": "小区名称"}, "lookup": ["zone"]},
        "units": {"file": "单元.csv", "columns": {"school": "学校"}, "lookup": ["school"], "number": {"unit": "U{}"}},
        "projects": {"file": "项目.xlsx", "coordinates": "GCJ-02"},
    },
}  # fmt: skip


def web_map(point: shapely.Point) -> tuple[float, float]:
    x, y = wgs84_to_gcj02(point.x, point.y)
    return float(x), float(y)


def schools(path, tiny) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["小县学校一览表"])
    sheet.merge_cells("A1:F1")
    sheet.append(["学校编号", "校名", "办学类型", "占地面积(亩)", "坐标", None])
    sheet.append([None, None, None, None, "经度", "纬度"])
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"):
        sheet.merge_cells(area)
    points = tiny.schools.to_crs(4326).geometry
    for row, kind, point in zip(tiny.schools.itertuples(), ("小学", "完小", "初中"), points, strict=True):
        sheet.append([row.school, row.name, kind, 18, *web_map(point)])
    sheet.append(["总计", None, None, 54])
    sheet.append(["填表人:张三"])
    book.save(path)


def pupils(path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2020学年各小区学生数统计表"])
    sheet.append(["小区名称", "小学", *[None] * 5, "初中", None, None, "合计"])
    sheet.append([None, *(f"{g}年级" for g in GRADES), None])
    for area in ("A1:K1", "A2:A3", "B2:G2", "H2:J2", "K2:K3"):
        sheet.merge_cells(area)
    for zone in ZONES:
        counts = [PRIMARY_PER_GRADE[zone]] * 6 + [10] * 3
        sheet.append([f"小区{zone[1]}", *counts, sum(counts)])
    sheet.append(["合 计", *[80] * 6, *[60] * 3, 660])
    book.save(path)


def projects(path, tiny) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        [
            "项目编号",
            "项目名称",
            "项目类型",
            "学校编号",
            "学段",
            "新增教室数",
            "总投资(万元)",
            "投用年份",
            "经度",
            "纬度",
        ]
    )
    for row, point in zip(tiny.projects.itertuples(), tiny.projects.to_crs(4326).geometry, strict=True):
        kind = {"new": "新建", "expansion": "扩建"}[row.kind]
        sheet.append(
            [
                row.project,
                row.name,
                kind,
                row.school,
                "小学",
                row.rooms,
                row.cost_yuan / 1e4,
                "2021年"[:4],
                *web_map(point),
            ]
        )
    book.save(path)


def remap(office, table: str, **change) -> None:
    data = yaml.safe_load((office / "mapping.yaml").read_text(encoding="utf-8"))
    data["tables"][table] = {**data["tables"][table], **change}
    (office / "mapping.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_the_office_files_are_the_tiny_county(office, tiny):
    district = import_district(office / "mapping.yaml")
    assert list(district.zones["zone"]) == list(ZONES)
    assert list(district.zones["name"]) == list(tiny.zones["name"])
    assert list(district.zones["locale"]) == ["urban"] * 6
    for name in ("boundary", "zones", "schools", "projects"):
        away = getattr(district, name).geometry.hausdorff_distance(getattr(tiny, name).geometry)
        assert away.max() < 0.05, name
    keys = ["zone", "grade", "pupils"]
    pd.testing.assert_frame_equal(
        district.zone_pupils[keys].sort_values(keys).reset_index(drop=True),
        tiny.zone_pupils[keys].sort_values(keys).reset_index(drop=True),
        check_column_type=False,
    )
    assert list(district.units["school"]) == ["A", "B", "C"]
    assert list(district.schools["site_area_m2"].round()) == [12_000] * 3
    assert list(district.projects["cost_yuan"]) == [4e6, 30e6]
    assert district.info.layers["zones"].status == "unknown"


def test_totals_and_remarks_are_left_out_and_named(office):
    left = [
        (p.file, p.row, p.value)
        for p in import_tables(office / "mapping.yaml").problems
        if "left out" in p.message_en
    ]
    assert ("学生.xlsx:Sheet", "10", "合 计 80 60 660") in left
    assert ("学校.xlsx:Sheet", "7", "总计 54") in left
    assert ("学校.xlsx:Sheet", "8", "填表人:张三") in left
    assert ("单元.csv", "5", "合 计 18") in left


def test_importing_twice_gives_the_same(office):
    from planning.district.write import district_files

    first, second = (district_files(import_district(office / "mapping.yaml")) for _ in range(2))
    assert first == second


def test_coordinates_must_be_stated(office):
    remap(office, "schools", coordinates="")
    with pytest.raises(DistrictError, match=r"the coordinate system of 学校\.xlsx is not stated"):
        import_district(office / "mapping.yaml")


def test_a_spreadsheet_cannot_state_its_coordinates(office):
    remap(office, "schools", coordinates="file")
    with pytest.raises(DistrictError, match="does not say its coordinate system"):
        import_district(office / "mapping.yaml")


def test_wrong_system_puts_the_schools_hundreds_of_metres_away(office, tiny):
    remap(office, "schools", coordinates="WGS84")
    away = import_district(office / "mapping.yaml").schools.distance(tiny.schools.geometry)
    assert 350 < away.min() < away.max() < 500


def test_kml_is_read(office, tiny):
    tiny.boundary.to_crs(4326).assign(Name="小县")[["Name", "geometry"]].to_file(
        office / "县界.kml", driver="KML"
    )
    remap(office, "boundary", file="县界.kml", sheet="", coordinates="WGS84", columns={"name": "Name"})
    district = import_district(office / "mapping.yaml")
    assert district.boundary.geometry.hausdorff_distance(tiny.boundary.geometry).max() < 0.1


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("zones", {"file": "小曲.shp"}, "no such file"),
        ("zones", {"file": "../x.shp"}, "outside the folder"),
        ("zones", {"colums": {}}, "unknown key"),
        ("zones", {"columns": {"zonne": "a"}}, "unknown name 'zonne'"),
        ("zones", {"columns": {"name": "小区名字"}}, "no header '小区名字'"),
        ("zones", {"status": "true"}, "unknown name 'true'"),
        ("schools", {"coordinates": "moon"}, "unknown coordinate system"),
        ("schools", {"sheet": "别的"}, "no sheet '别的'"),
        ("units", {"encoding": "klingon"}, "cannot be read"),
        ("units", {"header_rows": [99]}, "no header of table units"),
        ("units", {"lookup": ["rooms"]}, "unknown name 'rooms'"),
    ],
)
def test_mappings_that_are_wrong(office, table, change, message):
    remap(office, table, **change)
    with pytest.raises(DistrictError) as caught:
        import_district(office / "mapping.yaml")
    assert message in str(caught.value)


def test_a_name_nobody_knows_offers_the_nearest(office):
    path = office / "单元.csv"
    path.write_bytes(path.read_bytes().decode("gbk").replace("学校B", "学校B校").encode("gbk"))
    wrong = [
        p for p in errors(import_tables(office / "mapping.yaml").problems) if "with this name" in p.message_en
    ]
    assert [(p.row, p.column, p.value) for p in wrong] == [("3", "school", "学校B校")]
    assert wrong[0].mend_en == "did you mean '学校b'?"


def test_the_proposal_asks_only_what_is_open(office):
    (office / "mapping.yaml").unlink()
    data = propose_mapping(office)
    assert {n: e["file"] for n, e in data["tables"].items()}["schools"] == "学校.xlsx"
    assert data["tables"]["zone_pupils"]["file"] == "学生.xlsx"
    assert data["tables"]["projects"] == {"file": "项目.xlsx", "sheet": "Sheet", "coordinates": ""}
    asked = {q.key for q in open_questions(data, office)}
    assert {
        "district.id",
        "district.base_year",
        "tables.schools.coordinates",
        "tables.projects.coordinates",
    } <= asked
    assert "tables.zone_pupils.columns.year" in asked
    assert not any("projects.columns" in key for key in asked)


def test_a_mapping_with_answers_is_written_and_used(office, tiny):
    write_mapping(MAPPING, office / "answers.yaml")
    assert len(import_district(office / "answers.yaml").zones) == 6
    with pytest.raises(DistrictError):
        write_mapping({**MAPPING, "tables": {"schools": {"file": "a.csv"}}}, office / "open.yaml")
    assert not (office / "open.yaml").exists()


def test_utf8_shapefiles_without_a_code_page(office, tiny):
    zones = gpd.read_file(office / "小区.shp", encoding="GBK")
    zones.to_file(office / "小区.shp", encoding="UTF-8")
    (office / "小区.cpg").unlink()
    assert list(import_district(office / "mapping.yaml").zones["name"]) == list(tiny.zones["name"])


@pytest.mark.parametrize(
    ("header", "grade"),
    [
        ("一年级", 1),
        ("9年级", 9),
        ("七年级学生数", 7),
        ("初二", 8),
        ("grade3", 3),
        ("小学一年级", 1),
        ("年级", None),
        ("班级", None),
    ],
)
def test_grades_in_headers(header, grade):
    assert grade_of(header) == grade


def test_headers_in_one_row_below_a_title(tmp_path):
    (tmp_path / "a.csv").write_text("班级台账,,\n,,\n办学单位编号,学年,人数\nA,2020,40\n", encoding="utf-8")
    name, grid = read_grid(tmp_path / "a.csv")
    assert find_header(TABLE["classes"], grid, []) == [2]
    sheet, left = grid_sheet(TABLE["classes"], name, grid, {})
    assert (list(sheet.labels), left) == (["4"], [])


def test_warnings_name_the_rows(office):
    assert all(
        p.row for p in warnings(import_tables(office / "mapping.yaml").problems) if "left out" in p.message_en
    )
    assert np.isfinite(import_district(office / "mapping.yaml").zone_pupils["pupils"]).all()


def test_the_example_of_the_documentation_is_a_valid_mapping():
    from pathlib import Path

    from planning.importing.mapping import mapping_from_data

    page = (Path(__file__).parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")
    mapping = mapping_from_data(yaml.safe_load(page.split("```yaml\n")[1].split("```")[0]), "importing.md")
    assert mapping.tables["zones"].coordinates == "GCJ-02"


def test_geoparquet_is_read_and_a_wrong_code_page_is_not_believed(office, tiny):
    towns = tiny.townships[["township", "name", "geometry"]].to_crs(4326)
    towns.to_parquet(office / "乡镇.parquet")
    remap(office, "townships", file="乡镇.parquet", coordinates="file")
    (office / "小区.cpg").write_text("UTF-8", encoding="ascii")  # the text is GBK all the same
    district = import_district(office / "mapping.yaml")
    assert list(district.townships["name"]) == list(tiny.townships["name"])
    assert list(district.zones["name"]) == list(tiny.zones["name"])


def test_geojson_in_china_must_say_where_its_points_come_from(tmp_path, tiny):
    tiny.townships[["township", "name", "geometry"]].to_crs(4326).to_file(tmp_path / "乡镇.geojson")
    assert propose_mapping(tmp_path)["tables"]["townships"]["coordinates"] == ""
    abroad = tiny.townships[["township", "name", "geometry"]].to_crs(4326)
    abroad["geometry"] = abroad.translate(-150.0)
    abroad.to_file(tmp_path / "乡镇.geojson")
    assert propose_mapping(tmp_path)["tables"]["townships"]["coordinates"] == "file"
