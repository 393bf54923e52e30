"""The first hour: somebody with three spreadsheets and nothing else comes to a plan, a map and a notice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import opencc
import pytest
import yaml
from openpyxl import load_workbook

from planning.district import read_district
from planning.errors import DistrictError
from planning.importing.begin import answer_key, settled_answer
from planning.importing.begin.titles import county_said, school_year_said
from planning.scenario import project_folder, runs_folder
from planning.start import (
    begin_county,
    build_county,
    earlier_runs,
    free_run,
    keep_answer,
    kept_answers,
    scenario_for,
    take_files,
    write_first_scenario,
)
from tests.begin.offices import Office
from tests.cli.invoke import planning
from tests.district.tiny import tiny_district


def test_three_spreadsheets_become_a_plan_and_its_map(county: Path) -> None:
    assert (county / "runs/first/map.html").stat().st_size > 10_000
    assert (county / "district/district.yaml").is_file()
    assert "year: 2025" in (county / "scenarios/first.yaml").read_text(encoding="utf-8")


def test_the_results_stand_beside_the_map_in_words(county: Path) -> None:
    book = load_workbook(county / "runs/first/方案结果.xlsx")
    assert book.sheetnames == ["概况", "学校", "小区和村", "学位缺口", "建设项目", "32项指标"]
    places = {row[0]: row for row in book["小区和村"].iter_rows(min_row=2, values_only=True)}
    assert {"阳光花园", "东湾村三期"} <= set(places)
    assert places["阳光花园"][5] in {"第一小学", "第一中学"}
    assert book["学位缺口"]["A2"].value in ("没有学位缺口", "第一小学", "河东小学", "柳林学校", "第一中学")
    status = [row[1] for row in book["概况"].iter_rows(values_only=True) if row[0] == "数据状态"]
    assert "乡镇：推导" in status
    assert any("不得公开" in str(sheet.oddHeader.right.text) for sheet in book)


def test_the_plan_becomes_a_notice_that_says_what_the_data_are(county: Path) -> None:
    code, said = planning("notice", county / "runs/first", "--to", "docx")
    assert code == 0, said
    assert list(county.rglob("*.docx")), said


def test_three_questions_at_most_and_only_one_that_nobody_can_guess(tmp_path: Path) -> None:
    take_files([Office(title="").write(tmp_path / "desk")], tmp_path / "county")
    beginning = begin_county(tmp_path / "county")
    assert len(beginning.open) <= 3
    assert [q.key for q in beginning.open if not q.default] == ["coordinates"]
    assert all(q.default for q in beginning.assumed)


def test_what_titles_say_is_not_asked(tmp_path: Path) -> None:
    take_files([Office().write(tmp_path / "desk")], tmp_path / "county")
    beginning = begin_county(tmp_path / "county")
    assert {q.key for q in beginning.open} == {"coordinates", "status"}
    assert beginning.data["district"]["base_year"] == 2025
    assert beginning.data["district"]["name_zh"] == "利和县"


def test_open_questions_are_listed_with_the_words_that_answer_them(tmp_path: Path) -> None:
    desk = Office().write(tmp_path / "desk")
    code, said = planning("start", desk, "--out", tmp_path / "county", "--no-run")
    assert code == 2
    assert "--answer coordinates=" in said
    assert not (tmp_path / "county/district").exists()
    assert len(list((tmp_path / "county/files").iterdir())) == 3  # kept: the answer alone is enough


@pytest.mark.slow
def test_a_file_that_comes_later_takes_its_place_and_an_answer_changes_alone(tmp_path: Path) -> None:
    desk, county = Office().write(tmp_path / "desk"), tmp_path / "county"
    register = shutil.move(desk / "在校生.xlsx", tmp_path / "later.xlsx")
    # somebody at the terminal: each answer is kept as it is given
    code, said = planning("start", desk, "--out", county, "--ask", "--no-run", input="1\n合成\n")
    assert code == 0, said
    assert kept_answers(county) == {"coordinates": "GCJ-02", "status": "synthetic"}
    assert "status: synthetic" in (county / "district/district.yaml").read_text(encoding="utf-8")
    assert not (county / "district/classes.csv").exists()
    code, said = planning("start", register, "-o", county, "-a", "学年=2024", "--no-run")
    assert code == 0, said
    assert (county / "district/classes.csv").is_file()
    assert kept_answers(county)["year"] == "2024"
    assert "base_year: 2024" in (county / "district/district.yaml").read_text(encoding="utf-8")


def test_schools_whose_place_nobody_knows_are_asked_for_once(tmp_path: Path) -> None:
    desk = Office(addresses=True).write(tmp_path / "desk")
    book = load_workbook(desk / "学校.xlsx")
    book.worksheets[0]["E3"] = "解放路12号"
    book.save(desk / "学校.xlsx")
    take_files([desk], tmp_path / "county")
    keep_answer(tmp_path / "county", "coordinates", "天地图")
    asked = begin_county(tmp_path / "county").open
    assert "第一小学" in next(q for q in asked if q.key == "places").text("zh")
    keep_answer(tmp_path / "county", "places", "第一小学=望河苑")
    assert "places" not in {q.key for q in begin_county(tmp_path / "county").open}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("空.xlsx", b"", "empty"), ("坏.xlsx", b"PK not a workbook", ""), ("信.txt", "一封信".encode(), "")],
)
def test_wrong_files_alone_are_refused_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    code, told = planning("start", tmp_path / name, "--out", tmp_path / "county")
    assert code == 2
    assert said in told
    assert not (tmp_path / "county/district").exists()


def test_a_missing_file_copies_nothing(tmp_path: Path) -> None:
    desk = Office().write(tmp_path / "desk")
    with pytest.raises(DistrictError, match="no such file"):
        take_files([desk, tmp_path / "none.xlsx"], tmp_path / "county")
    assert not (tmp_path / "county").exists()


def test_answers_are_understood_in_words_of_the_office() -> None:
    assert settled_answer("coordinates", "百度地图") == "BD-09"
    assert settled_answer("coordinates", "高德、腾讯地图（GCJ-02）") == "GCJ-02"
    assert settled_answer("year", "2025-2026学年") == "2025"
    assert settled_answer("status", "真实") == "real"
    assert answer_key("数据状态") == "status"
    for key, wrong in (("coordinates", "某处"), ("year", "今年"), ("status", "大概"), ("places", "不知道")):
        with pytest.raises(DistrictError):
            settled_answer(key, wrong)
    with pytest.raises(DistrictError, match="no such question"):
        answer_key("颜色")


def test_titles_are_not_taken_for_more_than_they_say() -> None:
    assert school_year_said(["2024年各校", "2025年春季"]) == (2025, False)
    assert county_said(["各小区统计", "城区学校名单", "阳光小区2025"]) == ""


def test_a_whole_district_runs_without_a_scenario(county: Path, tmp_path: Path) -> None:
    shutil.copytree(county / "district", tmp_path / "my")
    scenario = scenario_for(tmp_path / "my")
    assert scenario == tmp_path.resolve() / "my-first.yaml"
    assert "district: my" in scenario.read_text(encoding="utf-8")


def test_schools_with_seats_only_are_planned_by_seats_and_named_after_a_traditional_title(
    tmp_path: Path,
) -> None:
    desk = Office(rooms=False, title="利和縣2025年秋季").write(tmp_path / "desk")
    (desk / "在校生.xlsx").unlink()
    book = load_workbook(desk / "学校.xlsx")
    page = book.worksheets[0]
    at = page.max_column + 1
    for row in range(2, page.max_row + 1):
        page.cell(row, at).value = "学位数" if row == 2 else 900
    book.save(desk / "学校.xlsx")
    take_files([desk], tmp_path / "county")
    keep_answer(tmp_path / "county", "coordinates", "WGS84")
    beginning = begin_county(tmp_path / "county")
    assert beginning.data["district"]["name_zh"] == "利和縣"
    started = build_county(tmp_path / "county", beginning)
    units = started.imported.district.units
    assert units["capacity"].tolist() == [900, 900, 600, 300, 900]  # nine years at one school: six and three
    assert yaml.safe_load(started.scenario.read_text(encoding="utf-8"))["standards"] == "seats"


def test_nobody_who_did_not_answer_is_taken_to_have_said_that_data_are_real(county: Path) -> None:
    layers = read_district(county / "district").info.layers
    assert layers["zone_pupils"].status == "unknown"
    assert not [n for n, layer in layers.items() if layer.status == "real"]


def test_what_stands_beside_a_run_and_what_was_concluded_is_said(first_hour: tuple[Path, str]) -> None:
    county, said = first_hour
    assert "城区：第一小学、第一中学；镇区：河东小学；乡村：柳林学校" in "".join(said.split())
    assert earlier_runs(county / "runs/first-2") == [county / "runs/first"]


def test_a_county_of_primary_schools_alone_is_planned_for_these(tmp_path: Path) -> None:
    district = tiny_district()
    units = district.units[district.units["stage"] == "primary"].reset_index(drop=True)
    file = write_first_scenario(
        replace(district, units=units), tmp_path / "district", tmp_path / "first.yaml"
    )
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["stages"] == ["primary"]
    whole = write_first_scenario(district, tmp_path / "district", tmp_path / "whole.yaml")
    assert "stages" not in yaml.safe_load(whole.read_text(encoding="utf-8"))


def test_a_second_start_keeps_the_first_result_and_what_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNING_LANG", "zh")
    district, file = tiny_district(), tmp_path / "scenarios/first.yaml"
    write_first_scenario(district, tmp_path / "district", file, sets=["solver.time_limit_s=7"])
    write_first_scenario(district, tmp_path / "district", file, sets=["prices.moved=2"])
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert said["solver"]["time_limit_s"] == 7
    assert said["prices"] == {"moved": 2}
    assert file.read_text(encoding="utf-8").startswith("# 由 planning start 写成")
    monkeypatch.setenv("PLANNING_LANG", "en")  # known as ours in whatever language it was written
    write_first_scenario(district, tmp_path / "district", file)
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["prices"] == {"moved": 2}
    (tmp_path / "runs/first").mkdir(parents=True)
    assert free_run(tmp_path / "runs/first") == tmp_path / "runs/first-2"


def test_runs_of_a_county_lie_in_its_own_folder_wherever_the_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("county/district", "county/scenarios", "elsewhere/scenarios"):
        (tmp_path / folder).mkdir(parents=True)
    for place, seen in (("county/scenarios", "../runs"), (".", "county/runs"), ("county", "runs")):
        monkeypatch.chdir(tmp_path / place)
        assert runs_folder(tmp_path / "county/scenarios/first.yaml").as_posix() == seen
        if place != ".":
            assert project_folder(tmp_path / "county/scenarios/first.yaml") == tmp_path.resolve() / "county"
    monkeypatch.chdir(tmp_path)
    assert runs_folder(tmp_path / "county/district-first.yaml").as_posix() == "county/runs"
    assert runs_folder("elsewhere/scenarios/first.yaml").as_posix() == "runs"


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("现学区", "{primary}"),
        ("划片学校", "{primary}学区"),
        ("现学区", "{primary}、第一中学"),
        ("现学区", "{primary}，第一中学"),
        ("现学区", "第一中學"),
    ],
)
def test_one_column_of_schools_by_name_is_the_catchment_in_force(
    tmp_path: Path, header: str, written: str
) -> None:
    desk = Office(title="利和县2025年秋季").write(tmp_path / "desk")
    book = load_workbook(desk / "小区.xlsx")
    rows, named = book.worksheets[0], {"城关街道": "第一小学", "河东镇": "河东小学", "柳林乡": "柳林学校"}
    top = next(r for r in range(1, 4) if rows.cell(r, 1).value == "序号")
    column = rows.max_column + 1
    rows.cell(top, column, header)
    for row in range(top + 1, rows.max_row + 1):
        rows.cell(row, column, written.format(primary=named.get(str(rows.cell(row, 3).value))))
    rows.cell(rows.max_row, column, "县外小学")
    rows.cell(rows.max_row - 1, column, "无")
    book.save(desk / "小区.xlsx")
    code, said = planning(
        "start", desk, "-o", tmp_path / "county", "--no-ask", "--no-run", "--answer", "坐标=高德"
    )
    assert code == 0, said
    zones = read_district(tmp_path / "county" / "district").zones
    assert "县外小学" in said
    assert "without a catchment in force (found '县外小学')" in said  # 无 says nothing and is no school
    for stage, held, schools in (("primary", "primary" in written, 3), ("junior", "中" in written, 1)):
        assert zones[f"current_{stage}"].notna().sum() == (len(zones) - 2 if held else 0)
        assert zones[f"current_{stage}"].nunique() == (schools if held else 0)


def test_sheets_in_traditional_characters_with_totals_and_remarks(tmp_path: Path) -> None:
    traditional = opencc.OpenCC("s2t").convert
    desk = Office(title="利和县2025年秋季").write(tmp_path / "desk")
    for path in desk.glob("*.xlsx"):
        book = load_workbook(path)
        page = book.worksheets[0]
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = traditional(cell.value)
        page.append(["合計"])
        page.append(["備註：以上數據由各社區提供，僅供參考。"])
        page.append(["審核人：王某"])
        book.save(path)
    code, said = planning(
        "start", desk, "-o", tmp_path / "county", "--no-ask", "--no-run", "--answer", "坐标=高德"
    )
    assert code == 0, said
    district = read_district(tmp_path / "county" / "district")
    assert (len(district.zones), len(district.schools)) == (12, 4)
    assert sorted(district.schools["kind"].unique()) == ["junior", "nine_year", "primary"]
