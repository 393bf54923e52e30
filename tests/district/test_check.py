"""Every way a district can be wrong is found, placed and explained."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from planning.district import check_district
from planning.district.check import RULES
from tests.district.conftest import errors, one, warnings


def only(problems, level="error"):
    found = one(problems, level)
    return found.file, found.row, found.column, found.value, found.message_en


# files and headers


def test_a_missing_column(edit):
    problems = edit("units.csv", ("rooms", "room"))
    assert only(problems) == ("units.csv", "1", "rooms", "", "column rooms is missing")
    assert one(problems).mend_zh == "将列“room”改名为“普通教室数”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_headers_in_any_encoding(edit, encoding):
    header = ("unit,school,stage,rooms,admission", "办学单位编号,学校编号,学段,普通教室数,招生方式")
    problems = edit("units.csv", header, ("primary", "小学"), ("catchment", "划片"), encoding=encoding)
    assert problems == []


def test_a_missing_key_is_one_message_not_one_for_every_row_that_names_it(edit):
    problems = edit("units.csv", ("unit,school", "室,school"))
    assert [p.message_en for p in errors(problems)] == ["column unit is missing"]


def test_an_unknown_column_is_only_a_warning(edit):
    problems = edit("units.csv", ("art_rooms", "art_room"))
    assert only(problems, "warning") == ("units.csv", "1", "art_room", "", "unknown column, ignored")
    assert errors(problems) == []


@pytest.mark.parametrize("content", ["", "\n\n", " ,\n"])
def test_an_empty_file(folder, content):
    (folder / "units.csv").write_text(content, encoding="utf-8")
    assert only(check_district(folder)) == ("units.csv", "", "", "", "the file is empty")


def test_a_header_without_rows(folder):
    (folder / "units.csv").write_text("unit,school,stage,rooms\n", encoding="utf-8")
    assert only(check_district(folder)) == ("units.csv", "", "", "", "the table has no rows")


def test_rows_are_numbered_as_the_spreadsheet_shows_them(edit):
    problems = edit("units.csv", ("B-P,B,primary,6", "\n\nB-P,B,primary,six"))
    assert only(problems) == ("units.csv", "5", "rooms", "six", "not a number")


def test_too_many_cells(edit):
    problems = edit("units.csv", ("B-P,B,primary,6,catchment,1,1,", "B-P,B,primary,6,catchment,1,1,,9"))
    assert only(problems) == ("units.csv", "3", "", "", "the row has 9 cells, the header 8")


def test_bytes_that_are_no_text(folder):
    (folder / "units.csv").write_bytes(b"\xff\xff\x80\x00\x81")
    assert "neither UTF-8 nor GBK" in one(check_district(folder)).message_en


def test_a_table_given_twice(folder):
    (folder / "办学单位.csv").write_bytes((folder / "units.csv").read_bytes())
    assert one(check_district(folder)).message_en == "table units is given twice"


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "not JSON"), ("[]", "no list of features"), ('{"features": [3]}', "no list of features"), ('{"a": 1}', "no list of features")],
)  # fmt: skip
def test_broken_geojson(folder, text, message):
    (folder / "zones.geojson").write_text(text, encoding="utf-8")
    assert message in one(check_district(folder)).message_en


# district.yaml


def test_no_settings(folder):
    (folder / "district.yaml").unlink()
    assert one(check_district(folder)).message_en == "the folder has no district.yaml"


def test_a_run_or_the_folder_above_is_named_instead_of_every_table_it_lacks(folder, tmp_path):
    above = one(check_district(folder.parent))
    assert "not one itself" in above.message_en
    assert str(folder) in above.mend_en
    (tmp_path / "run").mkdir()
    summary = tmp_path / "run" / "summary.json"
    summary.write_text(json.dumps({"district": str(folder)}), encoding="utf-8")
    run = one(check_district(summary.parent))
    assert run.message_en == "a run, not a district"
    assert str(folder) in run.mend_en
    for text in ("[]", "{", '{"district": 3}'):
        summary.write_text(text, encoding="utf-8")
        assert "scenario" in one(check_district(summary.parent)).mend_en


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("base_year", "soon", "not a school year"),
        ("base_year", None, "base_year is missing"),
        ("crs_metric", "EPSG:4326", "not a projected coordinate system in metres"),
        ("crs_metric", "EPSG:2263", "not a projected coordinate system in metres"),
        ("crs_metric", "moon", "unknown coordinate system"),
        ("crs_metric", "", "crs_metric is missing"),
        ("name_zh", "", "name_zh is missing"),
        ("layers", "none", "layers must name"),
        ("layers", {"zones": {"status": "true"}}, "status of a layer"),
    ],
)
def test_settings_that_are_wrong(folder, key, value, message):
    data = yaml.safe_load((folder / "district.yaml").read_text(encoding="utf-8"))
    data[key] = value
    (folder / "district.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    found = one(check_district(folder))
    assert message in found.message_en
    assert found.column.startswith(key)


def test_an_unknown_setting_offers_the_nearest(edit):
    problems = edit("district.yaml", ("note:", "notes: x\nnote:"))
    assert one(problems, "warning").mend_en == "did you mean 'note'?"


def test_yaml_that_is_no_yaml(folder):
    (folder / "district.yaml").write_text("id: [1\nname: x", encoding="utf-8")
    assert one(check_district(folder)).message_en.startswith("not valid YAML")


def test_yaml_cannot_run_anything(folder):
    (folder / "district.yaml").write_text(
        "!!python/object/apply:os.system ['touch /tmp/x']", encoding="utf-8"
    )
    assert "YAML" in one(check_district(folder)).message_en


# identifiers


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("units.csv", "B-P,B,", "B-P,D,", ("3", "school", "D")),
        ("classes.csv", "A-P,2020,3", "A-Q,2020,3", ("4", "unit", "A-Q")),
        ("zone_pupils.csv", "Z1,2020,2", "Z9,2020,2", ("3", "zone", "Z9")),
        ("zones.geojson", '"current_primary":"B-P"', '"current_primary":"A-P;X-P"', ("3 (Z3)", "current_primary", "X-P")),
        ("zones.geojson", '"township":"T1"', '"township":"T2"', ("1 (Z1)", "township", "T2")),
    ],
)  # fmt: skip
def test_identifiers_that_lead_nowhere(edit, file, old, new, place):
    found = [p for p in errors(edit(file, (old, new))) if p.message_en.startswith("no such")]
    assert [(p.file, p.row, p.column, p.value) for p in found] == [(file, *place)]


def test_shared_zones_may_name_two_units(edit):
    assert edit("zones.geojson", ('"current_primary":"B-P"', '"current_primary":"A-P;B-P"')) == []


def test_duplicate_keys_name_the_first_row(edit):
    found = one(edit("zone_pupils.csv", ("Z1,2020,2,20", "Z1,2020,1,20")))
    assert (found.row, found.value) == ("3", "Z1, 2020, 1")
    assert found.message_en == "zone, year, grade occurs twice, first in row 2"


# schools, units, classes


def test_a_junior_unit_in_a_primary_school(edit):
    problems = edit("units.csv", ("B-P,B,primary", "B-P,B,junior"))
    assert "a school of kind primary has no junior stage" in [p.message_en for p in errors(problems)]


def test_a_nine_year_school_needs_both_stages(edit):
    problems = edit("schools.geojson", ('"kind":"junior"', '"kind":"nine_year"'))
    assert one(problems, "warning").message_en == "a school of kind nine_year has no unit of stage primary"


def test_a_grade_that_the_unit_does_not_teach(edit):
    problems = edit("classes.csv", ("B-P,2020,6", "B-P,2020,7"))
    assert only(problems) == (
        "classes.csv",
        "13",
        "grade",
        "B-P 7",
        "grade does not belong to the primary stage of the unit",
    )


def test_today_s_catchment_of_the_wrong_stage(edit):
    problems = edit("zones.geojson", ('"current_primary":"A-P"', '"current_primary":"C-J"'))
    assert only(problems) == ("zones.geojson", "1 (Z1)", "current_primary", "C-J", "not a primary unit")


def test_resources_of_a_stage_the_school_has_not(edit):
    problems = edit("resources.csv", ("B,primary", "B,junior"))
    assert only(problems) == (
        "resources.csv",
        "3",
        "stage",
        "B junior",
        "the school has no unit of this stage",
    )


def test_a_catchment_school_without_a_zone_today(edit):
    problems = edit(
        "zones.geojson",
        ('"current_primary":"B-P"', '"current_primary":"A-P"'),
        ('"B-P"', '"A-P"'),
        ('"B-P"', '"A-P"'),
    )
    assert (
        one(problems, "warning").message_en == "1 primary units have no zone in their catchment today: 学校B"
    )


# pupils


def test_pupils_that_do_not_sum(edit):
    problems = edit("classes.csv", ("A-P,2020,1,1,40", "A-P,2020,1,1,42"))
    assert (
        "grade 1 of 2020: 80 pupils live in zones, 82 sit in classes (2.4% apart)"
        in one(problems, "warning").message_en
    )


def test_one_pupil_more_is_no_matter(edit):
    assert edit("classes.csv", ("A-P,2020,1,1,40", "A-P,2020,1,1,41")) == []


def test_a_zone_without_pupils(folder):
    text = (folder / "zone_pupils.csv").read_text(encoding="utf-8")
    (folder / "zone_pupils.csv").write_text(re.sub(r"(Z2,2020,\d,)\d+", r"\g<1>0", text), encoding="utf-8")
    said = [p.message_en for p in warnings(check_district(folder))]
    assert "1 of 6 zones have no pupils in 2020: Z2" in said


def test_more_migrants_than_pupils(edit):
    assert one(edit("zone_pupils.csv", ("Z1,2020,1,20,0", "Z1,2020,1,20,21"))).column == "migrant"


def test_no_pupils_in_the_base_year(edit):
    problems = edit("district.yaml", ("base_year: 2020", "base_year: 2021"))
    assert one(problems).message_en == "no rows for the base year 2021 (there are 2020)"


# projects


def test_projects_in_the_past(edit):
    problems = edit("projects.geojson", ('"open_year":2021', '"open_year":2019'))
    assert only(problems) == (
        "projects.geojson",
        "1 (P1)",
        "open_year",
        "2019",
        "opens before the base year 2020",
    )


def test_an_expansion_of_no_school(edit):
    problems = edit("projects.geojson", ('"school":"A"', '"school":"Q"'))
    assert one(problems).message_en == "expansion of a school that does not exist"


def test_a_new_school_with_a_taken_id(edit):
    problems = edit("projects.geojson", ('"school":"N"', '"school":"B"'))
    assert one(problems).message_en == "a new school has the id of an existing one"


def test_money_in_ten_thousands(edit):
    problems = edit("projects.geojson", ('"cost_yuan":4000000', '"cost_yuan":400'))
    assert one(problems).message_en == "2 classrooms for 400 yuan: is this in units of 10,000 yuan?"


# where things lie


def features(folder, name):
    return json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))


def save(folder, name, data):
    (folder / f"{name}.geojson").write_text(json.dumps(data), encoding="utf-8")
    return check_district(folder)


def move(folder, name, change, rows=None):
    data = features(folder, name)

    def walk(c):
        return change(c) if isinstance(c[0], float) else [walk(x) for x in c]

    for i, feature in enumerate(data["features"]):
        if rows is None or i in rows:
            feature["geometry"]["coordinates"] = walk(feature["geometry"]["coordinates"])
    return save(folder, name, data)


def test_one_school_with_swapped_coordinates(folder):
    found = one(move(folder, "schools", lambda c: c[::-1], rows=[1]))
    assert (found.file, found.row, found.message_en) == (
        "schools.geojson",
        "2 (B)",
        "longitude and latitude are swapped",
    )


def test_all_zones_swapped_is_one_message(folder):
    problems = move(folder, "zones", lambda c: c[::-1])
    assert [p.message_en for p in errors(problems)] == ["longitude and latitude are swapped (6 of 6 rows)"]


def test_swapped_where_both_could_be_degrees(folder):
    # 38° N, 80° E exchanged is a place on earth: only the boundary tells
    for name in ("boundary", "townships", "zones", "roads", "projects"):
        move(folder, name, lambda c: [c[0] - 26.0, c[1]])
    problems = move(folder, "schools", lambda c: [c[1], c[0] - 26.0])
    assert [p.message_en for p in errors(problems)] == ["longitude and latitude are swapped (3 of 3 rows)"]


def test_metres_instead_of_degrees(folder):
    problems = move(folder, "zones", lambda c: [600_000 + c[0], 4_200_000 + c[1]])
    assert [p.message_en for p in errors(problems)] == ["coordinates are not degrees"]
    assert "EPSG" not in errors(problems)[0].message_en


def test_a_school_outside_the_county(folder):
    found = one(move(folder, "schools", lambda c: [c[0] + 0.1, c[1]], rows=[0]))
    assert re.fullmatch(r"the school lies \d\.\d km outside the county", found.message_en)
    assert found.row == "1 (A)"


def test_a_zone_outside_and_one_across(folder):
    problems = move(folder, "zones", lambda c: [c[0] + 0.5, c[1]], rows=[2])
    assert "the zone lies outside the county" in [p.message_en for p in errors(problems)]
    problems = move(folder, "zones", lambda c: [c[0] - 0.5 + 0.002, c[1]], rows=[2])
    assert any("of the zone lies outside the county" in p.message_en for p in warnings(problems))


def test_zones_that_all_lie_outside_are_one_message(folder):
    found = [p for p in move(folder, "zones", lambda c: [c[0] + 0.5, c[1]]) if p.file == "zones.geojson"]
    assert [p.message_en for p in errors(found)] == ["all 6 zones lie outside the county"]
    assert errors(found)[0].mend_zh == "请更正文件的坐标系或县界"


def test_overlapping_zones(folder):
    problems = move(folder, "zones", lambda c: [c[0] + 0.002, c[1]], rows=[0])
    found = one(problems)
    assert (found.row, found.value) == ("2 (Z2)", "Z2")
    assert re.fullmatch(r"overlaps zone Z1 by 17\d,\d{3} m² \(18% of the smaller\)", found.message_en)
    assert any("in no zone" in p.message_en for p in warnings(problems))


def test_a_school_far_from_every_zone(folder):
    data = features(folder, "boundary")
    data["features"][0]["geometry"]["coordinates"] = [
        [[106.1, 37.9], [106.4, 37.9], [106.4, 38.1], [106.1, 38.1], [106.1, 37.9]]
    ]
    save(folder, "boundary", data)
    problems = move(folder, "schools", lambda c: [c[0] + 0.1, c[1]], rows=[1])
    assert errors(problems) == []
    assert any(
        p.message_en.startswith("no zone near the school") and p.value == "B" for p in warnings(problems)
    )


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (None, "no geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty geometry"),
        ({"type": "Point", "coordinates": [106.15, 37.95]}, "the geometry is not a polygon"),
        ({"type": "Polygon", "coordinates": [[[106.14, 37.95], [106.15, 37.95], [106.14, 37.96], [106.15, 37.96], [106.14, 37.95]]]},
         "invalid geometry: Self-intersection"),
        ({"type": "Polygon", "coordinates": [[[106.14, 37.95], ["x", 1]]]}, "geometry of feature 2 not understood"),
    ],
)  # fmt: skip
def test_geometries_that_cannot_be_used(folder, geometry, message):
    data = features(folder, "zones")
    data["features"][1]["geometry"] = geometry
    found = errors(save(folder, "zones", data))
    assert len(found) == 1
    assert message in found[0].message_en


def test_islands_in_the_streets(folder):
    data = features(folder, "roads")
    data["features"] = [f for f in data["features"] if f["properties"]["road"] not in ("R5", "R6", "R7")]
    problems = save(folder, "roads", data)
    assert one(problems, "warning").message_en.startswith(
        "the streets fall into 2 parts; the largest holds 50.0%"
    )


def test_streets_in_pieces_are_an_error(folder):
    data = features(folder, "roads")
    for i, feature in enumerate(data["features"]):
        feature["geometry"]["coordinates"] = [
            [x, y + 1e-5 * i] for x, y in feature["geometry"]["coordinates"]
        ]
    found = one(save(folder, "roads", data))
    assert found.message_en.startswith("the streets fall into 7 parts")
    assert "互不相连的 7 部分" in found.message_zh


def test_several_things_wrong_are_all_reported(edit):
    edit("units.csv", ("B-P,B,primary,6", "B-P,B,primary,-6"))
    edit("classes.csv", ("A-P,2020,1,1,40", "A-P,2020,1,1,forty"))
    problems = edit("projects.geojson", ('"open_year":2021', '"open_year":2019'))
    assert {p.file for p in errors(problems)} == {"units.csv", "classes.csv", "projects.geojson"}


def test_every_rule_is_explained():
    assert all(rule.__doc__ for rule in RULES)
    assert len({rule.__name__ for rule in RULES}) == len(RULES)
