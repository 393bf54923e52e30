"""What a bureau sends becomes a district through the front door, and nothing moves or gets lost on the way."""

from __future__ import annotations

import zipfile

import openpyxl
import pandas as pd
import pytest
import shapely
import yaml

from planning.district import check_district, read_district
from planning.errors import DistrictError
from planning.importing import (
    answer,
    draft_of,
    import_checked,
    import_district,
    open_questions,
    settle,
)
from tests.cli.invoke import planning
from tests.importing.bureau import bureau_files

ANSWERS = [
    "district.id=tiny",
    "district.base_year=2020",
    "tables.zones.coordinates=BD-09",
    "tables.schools.coordinates=GCJ-02",
]


@pytest.fixture
def bureau(tiny, tmp_path):
    return bureau_files(tiny, tmp_path / "收到的文件")


def sets(answers: list[str]) -> list[str]:
    return [part for text in answers for part in ("--set", text)]


def test_a_folder_becomes_the_county(bureau, tiny, tmp_path):
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask", *sets(ANSWERS))
    assert code == 0, said
    district = read_district(tmp_path / "tiny")
    assert list(district.zones["name"]) == list(tiny.zones["name"])
    assert list(district.zones["zone"]) == [f"Z{i:04d}" for i in range(1, len(tiny.zones) + 1)]
    crs = district.schools.crs
    assert district.schools.distance(tiny.schools.geometry.to_crs(crs)).max() < 0.15
    assert district.zones.contains(tiny.zones.representative_point().to_crs(crs)).all()
    assert shapely.area(shapely.union_all(district.zones.geometry)) == pytest.approx(
        sum(district.zones.area), rel=1e-6
    )
    assert district.info.layers["zones"].status == "derived"
    assert "equal size" in district.info.layers["classes"].method
    names = district.zones.set_index("zone")["name"]
    counted = district.zone_pupils.assign(name=district.zone_pupils["zone"].map(names))
    was = tiny.zone_pupils.assign(name=tiny.zone_pupils["zone"].map(tiny.zones.set_index("zone")["name"]))
    keys = ["name", "grade"]
    pd.testing.assert_series_equal(
        counted.groupby(keys)["pupils"].sum(), was[was["year"] == 2020].groupby(keys)["pupils"].sum()
    )


@pytest.mark.slow
def test_classes_keep_their_number_and_pupils(bureau, tiny, tmp_path):
    planning("import", bureau, tmp_path / "tiny", "--no-ask", *sets(ANSWERS))
    district = read_district(tmp_path / "tiny")

    def register(county):
        rows = county.classes.merge(county.units[["unit", "school", "stage"]], on="unit")
        rows["name"] = rows["school"].map(county.schools.set_index("school")["name"])
        return rows.groupby(["name", "stage", "grade"])["pupils"].agg(["size", "sum"]).astype("int64")

    pd.testing.assert_frame_equal(register(district), register(tiny), check_index_type=False)


def test_what_is_open_is_listed_and_a_draft_is_kept(bureau, tmp_path):
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask")
    assert code == 2
    for key in ("district.id", "tables.zones.coordinates", "tables.schools.coordinates"):
        assert f"--set {key}=" in said.replace("\n", "")
    assert (tmp_path / "draft-tiny-mapping.yaml").is_file()
    assert not list(bureau.glob("*.yaml"))
    assert not (tmp_path / "tiny").exists()


@pytest.mark.slow
def test_answers_survive_an_interruption_and_the_next_import_goes_on(bureau, tmp_path):
    code, said = planning("import", bureau, tmp_path / "tiny", "--ask", input="tiny\n")
    assert code == 1, said
    assert "goes on from it" in said
    assert not (tmp_path / "tiny").exists()
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask", *sets(ANSWERS[1:3]))
    assert code == 2
    assert "district.id" not in said
    assert "tables.schools.coordinates" in said.replace("\n", "")
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask", *sets(ANSWERS[3:]))
    assert code == 0, said
    assert read_district(tmp_path / "tiny").info.id == "tiny"
    assert not (tmp_path / "draft-tiny-mapping.yaml").exists()


@pytest.mark.slow
def test_one_answer_changed_leaves_the_others(bureau, tmp_path):
    planning("import", bureau, tmp_path / "one", "--no-ask", *sets(ANSWERS))
    code, said = planning(
        "import", bureau, tmp_path / "one", "--no-ask", "--set", "tables.zones.outlines_cut_by=river, railway"
    )
    assert code == 0, said
    kept = yaml.safe_load((tmp_path / "one-mapping.yaml").read_text(encoding="utf-8"))
    assert kept["tables"]["zones"]["outlines_cut_by"] == ["river", "railway"]
    assert kept["tables"]["zones"]["coordinates"] == "BD-09"


@pytest.mark.slow
def test_answers_may_be_kept_away_from_the_files(bureau, tmp_path):
    away = tmp_path / "elsewhere.yaml"
    for name in ("one", "two"):
        more = sets(ANSWERS) if name == "one" else []
        code, said = planning("import", bureau, tmp_path / name, "--mapping", away, "--no-ask", *more)
        assert code == 0, said
    assert not list(tmp_path.glob("*-mapping.yaml"))
    assert not list(bureau.glob("*.yaml"))


def test_answers_are_kept_beside_the_district_and_files_in_a_closed_folder_are_read(bureau, tmp_path):
    mapping = tmp_path / "tiny-mapping.yaml"
    bureau.chmod(0o555)
    try:
        code, said = planning("import", bureau, tmp_path / "tiny.gpkg", "--no-ask", *sets(ANSWERS))
    finally:
        bureau.chmod(0o755)
    assert code == 0, said
    assert f"Answers kept in {mapping}" in said.replace("\n", "")
    assert mapping.is_file()
    assert not list(bureau.glob("*.yaml"))


@pytest.mark.parametrize(
    "text", ["[1]", "district: {}", "district: {}\ntables: {zones: 3}", "tables: {zones: {file: [1]}}"]
)
def test_a_draft_that_is_none_is_named(bureau, tmp_path, text):
    (bureau / "draft-mapping.yaml").write_text(text, encoding="utf-8")
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask")
    assert code == 2
    assert "draft-mapping.yaml: district: and tables:" in said


@pytest.mark.slow
def test_kept_answers_make_the_next_import_silent(bureau, tmp_path):
    planning("import", bureau, tmp_path / "one", "--no-ask", *sets(ANSWERS))
    first = {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    code, said = planning("import", bureau, tmp_path / "one", "--no-ask")
    assert code == 0
    assert "Answers taken" in said
    assert {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()} == first


def test_questions_are_asked_one_by_one(bureau, tmp_path):
    # id, name as found, year; BD-09, year as offered, a slip, GCJ-02, year as offered
    replies = "tiny\n\n2020\n4\n\nmars\n3\n\n"
    code, said = planning("import", bureau, tmp_path / "tiny", "--ask", input=replies)
    assert code == 0, said
    assert "not an answer" in said
    mapping = yaml.safe_load((tmp_path / "tiny-mapping.yaml").read_text(encoding="utf-8"))
    assert mapping["tables"]["zones"]["coordinates"] == "BD-09"
    assert mapping["district"]["base_year"] == 2020


def test_points_in_another_system_are_one_question(bureau, tmp_path):
    answers = [a.replace("BD-09", "WGS84") for a in ANSWERS]
    data, folder = draft_of(bureau)
    for text in answers:
        data = answer(data, *text.split("=", 1))
    data = settle(data, folder)
    for question in open_questions(data, folder):
        data = answer(data, question.key, question.default)
    (bureau / "m.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DistrictError):
        import_district(bureau / "m.yaml")


def test_a_whole_district_is_taken_as_it_is(folder, tmp_path):
    code, _ = planning("import", folder, tmp_path / "out.gpkg")
    assert code == 0
    assert not [p for p in check_district(tmp_path / "out.gpkg") if p.level == "error"]


@pytest.mark.parametrize(
    ("key", "message"),
    [("tables.moon.coordinates=WGS84", "no such place"), ("colour=red", "no such place")],
)
def test_answers_to_nothing(bureau, tmp_path, key, message):
    code, said = planning("import", bureau, tmp_path / "x", "--set", key, "--no-ask")
    assert code == 2
    assert message in said


def test_a_folder_without_tables(tmp_path):
    (tmp_path / "empty").mkdir()
    code, said = planning("import", tmp_path / "empty", tmp_path / "x")
    assert code == 2
    assert "looks like a table" in said


def test_warnings_come_with_the_district(bureau):
    planning("import", bureau, bureau.parent / "tiny", "--no-ask", *sets(ANSWERS))
    _, problems = import_checked(bureau.parent / "tiny-mapping.yaml", bureau)
    assert {p.level for p in problems} <= {"warning"}
    assert any("totals, remarks or headers" in p.message_en for p in problems)


def test_a_boundary_and_the_townships_of_zones_are_found_by_place(bureau, tiny, tmp_path):
    (bureau / "县界.gpkg").unlink()
    book = openpyxl.load_workbook(bureau / "小区点位.xlsx")
    for row in book.active.iter_rows(min_row=3, min_col=3, max_col=3):
        if not isinstance(row[0], openpyxl.cell.cell.MergedCell):
            row[0].value = "——" if row[0].row > 4 else "备注"
    book.save(bureau / "小区点位.xlsx")
    code, said = planning(
        "import", bureau, tmp_path / "tiny", "--no-ask", *sets([*ANSWERS, "district.name_zh=小县"])
    )
    assert code == 0, said
    district = read_district(tmp_path / "tiny")
    assert list(district.zones["township"]) == list(tiny.zones["township"])
    assert district.boundary.area.sum() == pytest.approx(
        tiny.townships.to_crs(district.boundary.crs).area.sum(), rel=1e-3
    )
    assert "township by place" in district.info.layers["zones"].method
    assert district.info.layers["boundary"].status == "derived"


def test_what_is_left_aside_is_said(bureau, tmp_path):
    whole = (bureau / "各小区学生数.xlsx").read_bytes()
    (bureau / "各小区学生数.xlsx").write_bytes(whole[: len(whole) // 2])
    (bureau / "旧表.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (bureau / "旧库.mdb").write_bytes(b"\x00\x01\x00\x00")
    (bureau / "会议.csv").write_text("议题,结论\n一,二\n", encoding="utf-8")
    with zipfile.ZipFile(bureau / "炸弹.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    code, said = planning("import", bureau, tmp_path / "tiny", "--no-ask", *sets(ANSWERS))
    said = said.replace("\n", "")
    assert code == 2
    assert "各小区学生数.xlsx: not a readable workbook" in said
    assert "炸弹.xlsx: the workbook unpacks to 60 MB and is refused" in said
    assert "旧表.xls: not a readable workbook" in said
    assert "旧库.mdb: not read" in said
    assert "会议.csv: taken for no table" in said
    assert not (tmp_path / "tiny").exists()


def test_nothing_but_damaged_files_says_which(tmp_path):
    (tmp_path / "学校.kml").write_text("<kml><Placemark>", encoding="utf-8")
    code, said = planning("import", tmp_path, tmp_path / "tiny", "--no-ask")
    assert code == 2
    assert "no file there looks like a table" in said
    assert "学校.kml: not a readable layer" in said
