"""What import offers, done as it is written, leads on: a case for every mend of the catalogue."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import yaml

from planning.errors import DistrictError, Issue
from planning.importing import answer, import_tables
from planning.importing.begin import KEYS, answer_key, settled_answer
from planning.messages import languages
from planning.messages.catalogue import catalogue
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.importing.mending import (
    CASES,
    book,
    case,
    join_rooms,
    mapping,
    of,
    rows,
    told_row_deleted,
    write,
)
from tests.importing.office import GRADES, VILLAGES, write_office
from tests.messages.codes import spoken

Place = Path


HERE = Path(__file__).parents[1]
_BEGIN, _HERE = "begin/test_newcomer.py", "importing/test_mends.py"
ELSEWHERE = {
    "importing.answers.no_such_question": f"{_HERE}::test_words_that_answers_offer_are_answers",
    "importing.answers.not_answer_question": f"{_HERE}::test_words_that_answers_offer_are_answers",
    "importing.begin.no_list_estates_villages": f"{_HERE}::test_headers_that_start_asks_for_are_understood",
    "importing.begin.no_list_schools": f"{_HERE}::test_headers_that_start_asks_for_are_understood",
    "importing.pupils.no_file_says_how_many": f"{_HERE}::test_headers_that_start_asks_for_are_understood",
    "importing.dialogue.no_such_place_mapping": f"{_HERE}::test_keys_that_a_wrong_key_is_answered_with_lead_somewhere",
    "importing.taking.two_files_different_content_name": f"{_HERE}::test_files_renamed_and_archives_unpacked_are_taken",
    "importing.archives.cannot_be_unpacked": f"{_HERE}::test_files_renamed_and_archives_unpacked_are_taken",
    "importing.cohorts.ages_read": "importing/test_ages.py::test_columns_of_ages_are_the_pupils_of_their_grades",
    "importing.derive.where_school_stands_not_known": f"{_BEGIN}::test_schools_whose_place_nobody_knows_are_asked_for_once",
    "importing.derive.where_zones_lie_not_known": "begin/test_homes.py::test_what_nothing_places_is_asked_and_an_answer_is_enough",
    "importing.mend.set_write_mapping_file": "begin/test_questions.py::test_every_choice_and_default_of_the_import_is_accepted",
    "importing.mend.write_township_too": "begin/test_strange.py::test_estates_of_one_name_are_told_apart_by_their_township",
    "importing.derive.township_left_out": "begin/test_townships.py::test_townships_and_villages_written_otherwise_are_found_and_said",
    "importing.units.no_rooms": "begin/test_rooms.py::test_classes_stand_for_rooms_and_a_list_with_neither_is_refused_once",
    "importing.overlay.in_several": "begin/test_drawn.py::test_an_estate_in_two_catchments_is_said",
    "importing.overlay.instead_of": "begin/test_drawn.py::test_layers_that_draw_the_same_are_asked_about_or_said",
    "importing.names.several_fit_in_force": "importing/test_in_force.py::test_a_name_that_fits_several_schools_is_told_and_taken_as_the_list_has_it",
    "importing.names.taken_for_schools": "",  # right unless somebody knows better
    "importing.names.taken_for_names": "",
    "importing.ways.left_out": "",  # nothing must be done
    "importing.ways.mended": "",
    "importing.account.does_not_balance_read_written": "",  # a mistake of the program, not of a file
}
"""Mends that a test of another file does, and those that ask for nothing."""
NOT_YET = {
    f"importing.{code}"
    for code in (
        "beside.another_table_beside_not_read",
        "derive.zones_placed",
        "draft.column_missing",
        "draft.column_missing_check",
        "mend.delete_stray_cells",
        "names.columns_disagree",
        "propose.files_taken_no_table",
        "propose.names_look_like_schools",
        "propose.no_file_looks_like_table",
        "propose.not_read_form_program_does",
        "spread.cannot_spread_no_zone_weight",
        "spread.not_readable_raster",
        "streets.no_street_railway_waterway",
        "streets.not_readable_street_network",
        "streets.street_network_cannot_fill_table",
        "systems.points_lie_township_their_row",
        "texts.no_column_scope_texts_none",
        "totals.total_holds_columns_no_table",
        "units.rooms_divided",
        "zonal.no_areas_spread_totals_over",
        "zonal.raster_holds_nothing_within_zones",
        "zonal.zones_no_column_spread",
    )
}
"""Mends that no test does yet: the list may only become shorter."""


def found(folder: Path) -> list[Issue]:
    try:
        return list(import_tables(folder / "mapping.yaml").problems)
    except DistrictError as error:
        return list(error.problems)


@case("addresses.grade_not_understood", "初中2024级")
def _(folder: Path):
    roster(folder, {"B3": "2020级"})
    return lambda f, told: write(f, told.file.split(":")[0], {f"B{told.row}": "小学2020级"})


@case("addresses.grade_not_understood", "its number")
def _(folder: Path):
    roster(folder, {"B3": "毕业班"})
    return lambda f, told: write(f, told.file.split(":")[0], {f"B{told.row}": 9})


@case("addresses.not_number_pupils", "whole number")
def _(folder: Path):
    roster(folder, {"C1": "学生数", **{f"C{r}": 1 for r in range(2, 38)}, "C5": "若干"})
    return lambda f, told: write(f, "学生.xlsx", {f"C{told.row}": 2})


@case("addresses.no_zone_several_name", "correct it")
def _(folder: Path):
    roster(folder, {"A4": "外县某处"})
    return lambda f, told: write(f, "学生.xlsx", {f"A{told.row}": "北村"})


@case("mend.correct_write_unmatched_drop", "unmatched: drop")
def _(folder: Path):
    roster(folder, {"A4": "外县某处"})
    return lambda f, told: of(f, "zone_pupils", unmatched="drop")


@case("mend.nearest_correct_write_unmatched", "nearest: 东村")
def _(folder: Path):
    roster(folder, {"A2": "东存"})
    return lambda f, told: write(
        f, "学生.xlsx", {f"A{told.row}": told.mend("en").split(": ")[1].split("、")[0].split(";")[0]}
    )


@case("beside.columns_both_mean", "delete or rename")
def _(folder: Path):
    write(folder, "学生.xlsx", {"K1": "四年级", **{f"K{r}": 1 for r in range(2, 6)}})
    return lambda f, told: write(f, "学生.xlsx", {f"K{r}": None for r in range(1, 6)})


@case("beside.write_junior", "junior")
def _(folder: Path):
    write(folder, "学生.xlsx", {"H1": "一年级"})
    return lambda f, told: write(f, "学生.xlsx", {"H1": "初一" if "初一" in told.mend("zh") else None})


@case("grids.no_header_table_found_first", "header_rows")
def _(folder: Path):
    write(folder, "办学单位.xlsx", {c + "1": w for c, w in zip("ABCD", "甲乙丙丁", strict=True)})
    named = {"unit": "甲", "school": "乙", "stage": "丙", "rooms": "丁"}
    return lambda f, told: of(f, "units", columns=named)


@case("grids.unit_not_understood", "m2")
def _(folder: Path):
    with book(folder / "学校.xlsx") as page:
        page.insert_rows(1)
        page["A1"] = "单位：百人"
    return lambda f, told: write(f, "学校.xlsx", {"A1": "单位：人"})


@case("joined.counts_several_times", "compute")
def _(folder: Path):
    joined(folder, [["甲小学", 12], ["乙学校", 21]])
    return lambda f, told: of(f, "units", compute={"rooms": "普通教室数 / 1"}) or rooms_by_row(f)


@case("joined.rows_without_partner", "leave them out of the file")
def _(folder: Path):
    rows_of_units(folder)
    join_rooms(folder, ["S9-P", 7])

    return told_row_deleted("校舍.xlsx")


@case("looks.hidden_rows", "delete them")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page.append(["东村", *[0] * 9])
        page.row_dimensions[6].hidden = True

    def mend(f: Path, told: Issue) -> None:
        with book(f / "学生.xlsx") as page:
            page.delete_rows(int(told.row))
            page.row_dimensions[int(told.row)].hidden = False

    return mend


@case("looks.hidden_columns", "delete them")
def _(folder: Path):
    with book(folder / "学校.xlsx") as page:
        page["I1"], page["I2"], page["I3"] = "占地面积", 1000, 2000
        page.column_dimensions["I"].hidden = True

    def mend(f: Path, told: Issue) -> None:
        with book(f / "学校.xlsx") as page:
            page.delete_cols(9)
            page.column_dimensions["I"].hidden = False

    return mend


@case("looks.struck_out_cells_read_like", "delete them")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page["B3"].font = openpyxl.styles.Font(strike=True)

    def mend(f: Path, told: Issue) -> None:
        with book(f / "学生.xlsx") as page:
            page[told.value] = None
            page[told.value].font = openpyxl.styles.Font()

    return mend


@case("looks.sheet_hidden_read", "sheet:")
def _(folder: Path):
    opened = openpyxl.load_workbook(folder / "学生.xlsx")
    old = opened.copy_worksheet(opened.active)
    old.title, old.sheet_state = "旧", "hidden"
    opened.save(folder / "学生.xlsx")
    of(folder, "zone_pupils", sheet="旧")
    return lambda f, told: of(f, "zone_pupils", sheet="Sheet")


@case("mapping.coordinate_system_not_stated", "WGS84")
def _(folder: Path):
    of(folder, "schools", coordinates=None)
    return lambda f, told: of(f, "schools", coordinates="WGS84")


@case("mend.known", "township")
def _(folder: Path):
    of(folder, "schools", lookup=["qqqqqqqq"])
    return lambda f, told: of(f, "schools", lookup=[told.mend("en").removeprefix("known: ").split(", ")[0]])


@case("mend.known_keys", "coordinates")
def _(folder: Path):
    of(folder, "schools", qqqqqqqqqq=1)
    return lambda f, told: of(f, "schools", qqqqqqqqqq=None)


@case("mend.headers", "headers")
def _(folder: Path):
    of(folder, "units", where={"ßßßßß": "小学"})
    return lambda f, told: of(
        f, "units", where={told.mend("en").removeprefix("headers: ").split(", ")[0]: ["S1-P", "S2-P", "S2-J"]}
    )


@case("mend.write_identifier_instead", "identifier")
def _(folder: Path):
    write(folder, "学生.xlsx", {"A2": "ßßßßßßßßß"})
    return lambda f, told: write(f, "学生.xlsx", {f"A{told.row}": "Z1"})


@case("office.row_without_number_any_grade", "write 0")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        for cell in page["B5:J5"][0]:
            cell.value = None
    return lambda f, told: write(f, "学生.xlsx", {f"{c}{told.row}": 0 for c in "BCDEFGHIJ"})


@case("office.sheet_speaks_mapping_stores", "correct values")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page.insert_rows(1)
        page["A1"] = "四村2022学年学生"

    def mend(f: Path, told: Issue) -> None:
        of(f, "zone_pupils", values={"year": 2022})
        with mapping(f) as data:
            data["district"]["base_year"] = 2022

    return mend


@case("office.whose_open", "unmerge")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page.merge_cells("B2:B3")

    def mend(f: Path, told: Issue) -> None:
        with book(f / "学生.xlsx") as page:
            page.unmerge_cells("B2:B3")
            page["B3"] = 21

    return mend


@case("office.whose_open", "first, divide or each")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page.merge_cells("B2:B3")
    return lambda f, told: of(f, "zone_pupils", merged="divide")


@case("pages.no_sheet", "Sheet")
def _(folder: Path):
    of(folder, "units", sheet="没有的表")
    return lambda f, told: of(f, "units", sheet=told.mend("en").removeprefix("sheets: ").split(", ")[0])


@case("pages.several_sheets_fit_table", "A/B")
def _(folder: Path):
    parts(folder)
    return lambda f, told: of(f, "zone_pupils", sheet="甲/乙")


@case("pages.sheet_not_read_rows", '"*" for all')
def _(folder: Path):
    parts(folder)
    of(folder, "zone_pupils", sheet="甲")
    return lambda f, told: of(f, "zone_pupils", sheet="*")


@case("sexes.total_does_not_equal_boys", "correct the total")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        for r in range(1, 6):
            page.cell(r, 11).value = "一年级男" if r == 1 else 5
            page.cell(r, 12).value = "一年级女" if r == 1 else page.cell(r, 2).value - 5
        page["L3"] = 99
    return lambda f, told: write(f, "学生.xlsx", {"L3": 16})


@case("sources.file_does_not_say_coordinate", "state it")
def _(folder: Path):
    (folder / "村.prj").unlink()
    return lambda f, told: [of(f, t, coordinates="WGS84") for t in ("boundary", "townships", "zones")]


@case("sources.file_lies_outside_folder_mapping", "move it there")
def _(folder: Path):
    (folder / "学生.xlsx").rename(folder.parent / "学生.xlsx")
    of(folder, "zone_pupils", file="../学生.xlsx")

    def mend(f: Path, told: Issue) -> None:
        (f.parent / "学生.xlsx").rename(f / "学生.xlsx")
        of(f, "zone_pupils", file="学生.xlsx")

    return mend


@case("sources.file_lies_outside_folder_mapping", "outside: true")
def _(folder: Path):
    shutil.move(folder / "学生.xlsx", folder.parent / "学生.xlsx")
    of(folder, "zone_pupils", file="../学生.xlsx")
    return lambda f, told: of(f, "zone_pupils", outside=True)


@case("steps.cannot_computed", "headers of the file")
def _(folder: Path):
    of(folder, "units", compute={"rooms": "普通教室数 +"})
    return lambda f, told: of(f, "units", compute={"rooms": "普通教室数 + 0"})


@case("steps.several_rows_key_one_meant", "delete all but one")
def _(folder: Path):
    rows_of_units(folder)
    join_rooms(folder, ["S2-J", 8])

    return told_row_deleted("校舍.xlsx")


@case("sources.repeats_row_every_cell", "delete one")
def _(folder: Path):
    with book(folder / "学生.xlsx") as page:
        page.append([c.value for c in page[3]])

    return told_row_deleted("学生.xlsx")


@case("totals.row_equals_all_other_rows", "write total")
def _(folder: Path):
    totals(folder, "全镇")
    return lambda f, told: write(f, "学生.xlsx", {f"A{told.row}": "total"})


@case("totals.total_does_not_equal_instead", "delete the total")
def _(folder: Path):
    totals(folder, "合计", more=1)

    return told_row_deleted("学生.xlsx")


@case("totals.total_does_not_equal_instead", "correct it")
def _(folder: Path):
    totals(folder, "合计", more=1)
    return lambda f, told: write(f, "学生.xlsx", {f"B{told.row}": 104})


@case("unheaded.column_stands_place_header_does", "as its header")
def _(folder: Path):
    write(folder, "学生.xlsx", {"D1": "三年极"})
    return lambda f, told: write(f, "学生.xlsx", {f"{told.column}1": told.mend("en").split(" ")[1]})


@case("unheaded.column_without_header_holds_numbers", "give it a header")
def _(folder: Path):
    write(folder, "学校.xlsx", {"I2": 5, "I3": 6})
    return lambda f, told: write(f, "学校.xlsx", {f"{told.column}1": "占地面积"})


@case("merged.mixes_row_whole", "without sum")
def _(folder: Path):
    with_people(folder)
    of(folder, "zones", compute={"population": "人 / sum(人)"}, merge=True)
    return lambda f, told: of(f, "zones", compute={"population": "人"})


@case("merged.same_in_every_row", "sum(")
def _(folder: Path):
    with_people(folder, same=True)
    of(folder, "zones", merge=True)
    return lambda f, told: of(
        f, "zones", compute={"population": told.mend("en").split("compute: ")[1].split(" ")[0]}
    )


@case("overlay.no_areas", "polygons")
def _(folder: Path):
    of(folder, "zones", overlay={"name": {"file": "学校.xlsx", "coordinates": "WGS84", "column": "学校名称"}})
    return lambda f, told: of(
        f, "zones", overlay={"name": {"file": "村.shp", "coordinates": "file", "column": "name"}}
    )


@case("positions.axes_exchanged", "exchange the headers")
def _(folder: Path):
    write(folder, "学校.xlsx", {"G1": "纬度", "H1": "经度"})
    return lambda f, told: write(f, "学校.xlsx", {"G1": "经度", "H1": "纬度"})


@case("registers.pupils_grade_but_no_number_split_classes", "class_size")
def _(folder: Path):
    rows(folder, "班级.xlsx", [["学校名称", "年级", "学生数"], ["甲小学", "一年级", 40]])
    with mapping(folder) as data:
        data["tables"]["classes"] = {"file": "班级.xlsx", "values": {"year": 2021}, "lookup": ["unit"]}
    return lambda f, told: of(f, "classes", class_size=45)


@case("outlines.two_zones_same_point", "correct its coordinates")
def _(folder: Path):
    points(folder, same=True)
    return lambda f, told: write(f, "小区.xlsx", {f"B{told.row}": 114.005})


@case("outlines.point_lies_no_township", "correct its coordinates")
def _(folder: Path):
    points(folder)
    write(folder, "小区.xlsx", {"B3": 116.0})
    return lambda f, told: write(f, "小区.xlsx", {f"B{told.row}": 114.005})


@case("spread.no_such_area", "name or code of a township")
def _(folder: Path):
    rows(folder, "学生.xlsx", [["乡镇", *(f"{g}年级" for g in GRADES)], ["四村乡", *[40] * 9]])
    of(folder, "zone_pupils", columns={"zone": "乡镇"}, spread={"by": "even"}, lookup=None)
    return lambda f, told: write(f, "学生.xlsx", {f"A{told.row}": "四村镇"})


@case("units.no_school_name_list_schools", "as in the list of schools")
def _(folder: Path):
    write(folder, "办学单位.xlsx", {"B2": "丁小学"})
    of(folder, "units", lookup=None)
    with mapping(folder) as data:
        data["derive"] = ["units"]
    return lambda f, told: write(f, "办学单位.xlsx", {f"B{told.row}": "甲小学"})


def points(folder: Path, *, same: bool = False) -> None:
    held = [[v, 113.995 + k / 100, 30.005] for k, v in enumerate(VILLAGES)]
    held[1][1] = 113.995 if same else held[1][1]
    rows(folder, "小区.xlsx", [["小区名称", "经度", "纬度"], *held])
    with mapping(folder) as data:
        data["tables"]["zones"] |= {
            "file": "小区.xlsx",
            "coordinates": "WGS84",
            "outlines": "voronoi",
            "number": {"zone": "Z{}"},
        }


def roster(folder: Path, changed: dict[str, Any]) -> None:
    held = [[v, f"{g}年级"] for v in VILLAGES for g in GRADES]
    rows(folder, "学生.xlsx", [["家庭住址", "年级"], *held])
    write(folder, "学生.xlsx", changed)
    of(folder, "zone_pupils", addresses="家庭住址", lookup=None)


def rows_of_units(folder: Path) -> None:
    with book(folder / "办学单位.xlsx") as page:
        page.delete_cols(4)


def joined(folder: Path, held: list[list[Any]]) -> None:
    rows_of_units(folder)
    rows(folder, "校舍.xlsx", [["学校名称", "普通教室数"], *held])
    of(folder, "units", join=[{"file": "校舍.xlsx", "by": "学校名称"}])


def rooms_by_row(folder: Path) -> None:
    """Say under ``compute`` what belongs to each row."""
    of(folder, "units", compute={"rooms": "apportion(first(普通教室数), 普通教室数)"})


def parts(folder: Path) -> None:
    opened = openpyxl.load_workbook(folder / "学生.xlsx")
    other = opened.copy_worksheet(opened.active)
    opened.active.title, other.title = "甲", "乙"
    opened.worksheets[0].delete_rows(4, 2)
    other.delete_rows(2, 2)
    opened.save(folder / "学生.xlsx")


def totals(folder: Path, name: str, more: int = 0) -> None:
    sums = [sum(10 * k + g for k in range(1, 5)) for g in range(1, 10)]
    with book(folder / "学生.xlsx") as page:
        page.append([name, sums[0] + more, *sums[1:]])


def with_people(folder: Path, *, same: bool = False) -> None:
    """Count the people of the villages, which become one zone with the name of the first."""
    for part in folder.glob("村.*"):
        shutil.copy(part, folder / part.name.replace("村", "镇"))
    for table in ("boundary", "townships"):
        of(folder, table, file="镇.shp")
    with book(folder / "学生.xlsx") as page:
        page.delete_rows(3, 3)
    layer = gpd.read_file(folder / "村.shp")
    layer["人" if not same else "population"] = 7 if same else [1, 2, 3, 4]
    layer.to_file(folder / "村.shp", encoding="UTF-8")


LISTED = [(code, k) for code, held in sorted(CASES.items()) for k in range(len(held))]


def mends() -> set[str]:
    """Every kind of message of import that offers a mend: entries of the catalogue that have one, and mends given on their own."""
    held = catalogue("en", "importing")
    own = {code.removesuffix(".mend") for code in held if code.endswith(".mend")}
    given = {code for code in held if code.startswith("importing.mend.")}
    said = {m for s in spoken() if s.where.startswith("planning/importing/") for m in s.mends}
    return own | given | {m for m in said if m in held}


def test_every_mend_of_the_catalogue_has_a_case_or_is_tried_elsewhere() -> None:
    offered = mends()
    assert CASES.keys() <= catalogue("en", "importing").keys()
    assert sorted(offered - CASES.keys() - ELSEWHERE.keys()) == sorted(NOT_YET)
    assert not (ELSEWHERE.keys() | NOT_YET) & CASES.keys()
    for code, place in ELSEWHERE.items():
        file, _, name = place.partition("::")
        if file:
            assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8"), code


def test_one_mistake_has_one_entry_whoever_finds_it() -> None:
    for lang in languages():
        ours, theirs = catalogue(lang, "importing"), catalogue(lang, "district")
        said = {code for s in spoken() for code in (*s.codes, *s.mends)}
        words = {text for code, text in theirs.items() if code in said}
        assert {code: text for code, text in ours.items() if code in said and text in words} == {}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "k"), LISTED, ids=[f"{c}-{k}" for c, k in LISTED])
def test_a_mend_of_import_done_as_it_is_written_leads_on(tmp_path: Path, code: str, k: int) -> None:
    one = CASES[code][k]
    folder = tmp_path / "office"
    write_office(folder)
    one.spoil(folder)
    before = found(folder)
    told = [p for p in before if code in (p.code, getattr(p.remedy, "code", ""))]
    assert told, [p.text() for p in before]
    assert one.part in told[0].mend("en")
    assert all(told[0].mend(lang) for lang in languages())
    one.mend(folder, told[0])
    after = found(folder)
    assert [p.text() for p in after if p.code == told[0].code and p.mend("en")] == []
    assert [p.text() for p in after if p.level == "error"] == []


def test_words_that_answers_offer_are_answers() -> None:
    for key in (k.name for k in KEYS if k.name != "name"):
        with pytest.raises(DistrictError) as refused:
            settled_answer(key, "???")
        for lang in languages():
            example = re.split("[:：] ?", refused.value.problems[0].mend(lang), maxsplit=1)[1]
            for one in example.split("、") if key in ("coordinates", "status") else [example]:
                assert settled_answer(key, one)
    with pytest.raises(DistrictError) as refused:
        answer_key("???")
    for lang, sign in (("en", ", "), ("zh", "、")):
        listed = re.split("[:：] ?", refused.value.problems[0].mend(lang), maxsplit=1)[1]
        words = re.split("[,，] ?(?:or|或)", listed)[0].split(sign)
        assert [answer_key(w) for w in words] == [k.name for k in KEYS]


def test_keys_that_a_wrong_key_is_answered_with_lead_somewhere(tmp_path: Path) -> None:
    data = yaml.safe_load(write_office(tmp_path / "office").read_text(encoding="utf-8"))
    with pytest.raises(DistrictError) as refused:
        answer(data, "tables.nothing.sheet", "A")
    listed = refused.value.problems[0].mend("en").split(": ")[1].split(", ")
    assert len(listed) == 6
    for key in (*listed, "district"):
        assert answer(data, f"{key}.{'sheet' if key in listed else 'name'}", "A")


def test_headers_that_start_asks_for_are_understood(tmp_path: Path) -> None:
    desk, at = tmp_path / "desk", {"lon": 106.2, "lat": 38.0, "经度": 106.2, "纬度": 38.0}
    desk.mkdir()
    rows(desk, "备忘.xlsx", [["事项", "经办"], ["开会", "张三"]])
    taken = take_files([desk], tmp_path / "county")
    assert len(taken) == 1
    for lang in ("en", "zh"):
        county = tmp_path / lang
        take_files([desk], county)
        with pytest.raises(DistrictError) as refused:
            begin_county(county)
        said = {p.code: p.mend(lang) for p in refused.value.problems}
        homes = re.findall(
            r"estate|lon\b|lat\b|township|小区名称|经度|纬度|乡镇",
            said["importing.begin.no_list_estates_villages"],
        )
        schools = re.findall(
            r"school|kind|classrooms|lon\b|lat\b|学校名称|学校类型|教室数|经度|纬度",
            said["importing.begin.no_list_schools"],
        )
        held = {
            "township": "甲镇",
            "乡镇": "甲镇",
            "kind": "小学",
            "学校类型": "小学",
            "classrooms": 9,
            "教室数": 9,
        }
        named = [
            {h: at[h] + k / 100 if h in at else held.get(h, f"{n}{k + 1}") for h in hs}
            for n, hs in (("东村", homes), ("第一小学", schools))
            for k in range(3)
        ]
        rows(county / "files", "小区.xlsx", [homes, *([r[h] for h in homes] for r in named[:3])])
        rows(county / "files", "学校.xlsx", [schools, *([r[h] for h in schools] for r in named[3:])])
        for key, value in (("coordinates", "GPS"), ("year", "2025"), ("status", "合成"), ("name", "利和县")):
            keep_answer(county, key, value)
        beginning = begin_county(county)
        with pytest.raises(DistrictError) as refused:
            build_county(county, beginning)
        told = next(p for p in refused.value.problems if p.code == "importing.pupils.no_file_says_how_many")
        grade = "grade{}" if lang == "en" else "{}年级"
        assert grade.format(1 if lang == "en" else "一") in told.mend(lang)
        grades = [grade.format(g if lang == "en" else GRADES[g - 1]) for g in range(1, 10)]
        rows(
            county / "files",
            "小区.xlsx",
            [[*homes, *grades], *([*(r[h] for h in homes), *range(9)] for r in named[:3])],
        )
        assert len(build_county(county, begin_county(county)).imported.district.zone_pupils)


def test_files_renamed_and_archives_unpacked_are_taken(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / name / "表").mkdir(parents=True)
        rows(tmp_path / name / "表", "学生.xlsx", [["小区名称"], [name]])
    files = [tmp_path / name / "表" / "学生.xlsx" for name in ("甲", "乙")]
    with pytest.raises(DistrictError) as refused:
        take_files(files, tmp_path / "county")
    assert refused.value.problems[0].mend("en") == "rename one of them"
    files[1] = files[1].rename(files[1].with_name("学生2.xlsx"))
    assert len(take_files(files, tmp_path / "county")) == 2
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(DistrictError) as refused:
        take_files([tmp_path / "坏.zip"], tmp_path / "other")
    assert "give the folder" in refused.value.problems[0].mend("en")
    assert take_files([tmp_path / "甲"], tmp_path / "other")
