"""What is read is written or left out with a reason: the account balances, or nothing is written."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from planning.errors import DistrictError
from planning.importing import answer, draft_of, import_accounted, open_questions, settle
from planning.importing.account import Line, Trail, account_csv, account_text, unbalanced
from tests.cli.invoke import planning
from tests.importing.office import ALL, lines, one_error, problems, pupil_rows, said, shapes, write_office


def test_the_command_prints_the_account_and_keeps_it_beside_the_district(tmp_path):
    mapping = write_office(tmp_path / "in")
    code, text = planning("import", mapping, tmp_path / "out")
    assert code == 0, text
    assert f"pupils {ALL}" in text
    rows = list(csv.DictReader((tmp_path / "out" / "import-account.csv").open(encoding="utf-8-sig")))
    values = {(r["table"], r["amount"], r["kind"]): r["value"] for r in rows}
    assert values["zone_pupils", "pupils", "read"] == values["zone_pupils", "pupils", "written"] == str(ALL)
    assert values["units", "rooms", "written"] == "33"
    assert planning("check", tmp_path / "out")[0] == 0


def test_totals_footnotes_and_blank_rows_are_left_out_with_their_sums(tmp_path):
    def change(book):
        page = book.active
        page.insert_rows(4)
        page.append(["合计", *[100 + 4 * g for g in range(1, 10)]])
        page.append(["注：不含学前"])

    pupils = lines(write_office(tmp_path, pupils=change))["pupils"]
    assert (pupils.read, pupils.left, pupils.written) == (2 * ALL, ALL, ALL)
    assert [c.rows for c in pupils.trail.changes] == [("7", "8")]


def test_an_account_that_does_not_balance_is_refused():
    line = Line(Trail("zone_pupils", "f.xlsx:1", 3, {"pupils": 808.0}), "pupils", 992.0)
    (found,) = unbalanced([line])
    assert (found.file, found.column, found.value, found.level) == ("f.xlsx:1", "pupils", "-184", "error")
    assert "808 read, 992 written" in found.message_en
    assert "808" in found.message_zh


@pytest.mark.parametrize(
    ("area", "place"),
    [("B2:B3", "B2:B3"), ("B2:C2", "B2:C2"), ("B3:C4", "B3:C4"), ("J2:J5", "J2:J5")],
)
def test_a_merged_number_is_refused_down_and_across(tmp_path, area, place):
    mapping = write_office(tmp_path, pupils=lambda book: book.active.merge_cells(area))
    found = one_error(mapping)
    assert place in found.message_en
    assert found.column == "pupils"
    assert found.row == place[1]
    assert "merged: first, divide or each" in found.mend_en


@pytest.mark.parametrize(("how", "left", "written"), [("first", 0, 0), ("divide", 0, 0), ("each", -11, 11)])
def test_a_merged_number_is_read_as_the_mapping_says(tmp_path, how, left, written):
    mapping = write_office(tmp_path, pupils=lambda book: book.active.merge_cells("B2:B3"))
    pupils = lines(said(mapping, "{file: 学生.xlsx", f"{{merged: {how}, file: 学生.xlsx"))["pupils"]
    read = ALL - 21  # grade 1 of the second village is merged away
    assert (pupils.read, pupils.left, pupils.written) == (read, left, read + written)


def test_merged_labels_spread_and_a_merged_header_over_two_rows_is_one(tmp_path):
    def change(book):
        page = book.active
        page["B4"].value = page["B4"].value
        page.merge_cells("B3:B4")  # 乙学校 over its two units

    units = lines(write_office(tmp_path / "a", units=change), "units")
    assert (units["rooms"].read, units["rooms"].written) == (33, 33)

    def two_rows(book):
        page = book.active
        page.insert_rows(1)
        page.append(["小计", *[None] * 9])
        page["A1"], page["B1"], page["H1"] = "小区名称", "小学", "初中"
        for area in ("A1:A2", "B1:G1", "H1:J1"):
            page.merge_cells(area)

    assert lines(write_office(tmp_path / "b", pupils=two_rows))["pupils"].written == ALL


def test_merged_rooms_are_asked_about(tmp_path):
    mapping = write_office(tmp_path, units=lambda book: book.active.merge_cells("D3:D4"))
    mapping.unlink()
    data, folder = draft_of(tmp_path)
    questions = {q.key: q for q in open_questions(settle(data, folder), folder)}
    asked = questions["tables.units.merged"]
    assert asked.options == ("first", "divide", "each")
    assert not asked.allows("both")
    assert "row 3" in asked.text("en")


def sheets(names, hidden=()):
    """Put the rows of the villages on sheets of these names, two villages each."""

    def change(book):
        rows = pupil_rows()
        first = book.active
        for k, name in enumerate(names):
            page = book.create_sheet(name)
            for row in [rows[0], *rows[1 + 2 * k : 3 + 2 * k]]:
                page.append(row)
            page.sheet_state = "hidden" if name in hidden else "visible"
        book.remove(first)

    return change


def test_several_sheets_that_fit_are_refused_and_may_be_read_together(tmp_path):
    mapping = write_office(tmp_path, pupils=sheets(["东镇", "西镇"]))
    found = one_error(mapping)
    assert "东镇, 西镇" in found.message_en
    assert lines(said(mapping, "{file: 学生.xlsx", '{sheet: "*", file: 学生.xlsx'))["pupils"].written == ALL


def test_a_sheet_that_is_left_aside_is_named(tmp_path):
    mapping = write_office(tmp_path, pupils=sheets(["东镇", "旧"], hidden=["旧"]))
    left = [p for p in problems(mapping) if "is not read" in p.message_en]
    assert [(p.file, p.value, p.level) for p in left] == [("学生.xlsx", "旧", "warning")]
    assert "would fit zone_pupils" in left[0].message_en
    assert "hidden" in left[0].message_en


def test_a_sheet_of_another_year_is_named(tmp_path):
    mapping = write_office(tmp_path, pupils=lambda book: setattr(book.active, "title", "2020学年"))
    assert any("speaks of 2020" in p.message_en for p in problems(mapping))


def test_years_on_sheets_become_rows_of_years(tmp_path):
    def change(book):
        first = book.active
        for year in ("2020年", "2021年"):
            page = book.create_sheet(year)
            for row in pupil_rows():
                page.append(row)
        book.remove(first)

    mapping = said(
        write_office(tmp_path, pupils=change),
        "{file: 学生.xlsx, values: {year: 2021}",
        "{file: 学生.xlsx, sheet: 2020年/2021年, columns: {year: 工作表}",
    )
    frame = import_accounted(mapping).district.zone_pupils
    assert frame.groupby("year")["pupils"].sum().to_dict() == {2020: ALL, 2021: ALL}


def test_sheets_are_asked_about(tmp_path):
    write_office(tmp_path, pupils=sheets(["东镇", "西镇"])).unlink()
    data, folder = draft_of(tmp_path)
    data = settle(data, folder)
    assert "sheet" not in data["tables"]["zone_pupils"]
    asked = {q.key: q for q in open_questions(data, folder)}["tables.zone_pupils.sheet"]
    assert asked.options == ("东镇", "西镇", "*")
    assert "sheet" not in {
        k.split(".")[-1] for k in (q.key for q in open_questions(answer(data, asked.key, "*"), folder))
    }


def test_a_formula_without_a_result_is_refused_by_cell_unless_it_is_left_out(tmp_path):
    def change(book):
        book.active["C3"] = "=11*2"
        book.active.append(["合计", *["=SUM(B2:B5)"] * 9])

    found = one_error(write_office(tmp_path, pupils=change))
    assert (found.row, found.value) == ("3", "C3")
    assert "formula" in found.message_en


def test_hidden_rows_and_columns_are_said(tmp_path):
    def change(book):
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["D"].hidden = True

    found = [p for p in problems(write_office(tmp_path, pupils=change)) if "hidden" in p.message_en]
    assert [(p.row, p.column, p.level) for p in found] == [("3", "", "warning"), ("", "D", "warning")]


def test_numbers_with_units_and_thousands(tmp_path):
    def change(book):
        book.active["B2"], book.active["C2"], book.active["D2"] = "１，０００", "12人", "二十"

    pupils = lines(write_office(tmp_path, pupils=change))["pupils"]
    assert pupils.read == pupils.written == ALL - 11 - 12 - 13 + 1000 + 12 + 20


def test_a_row_that_is_there_twice_is_said(tmp_path):
    def change(book):
        book.active.append(list(pupil_rows()[1]))

    found = problems(write_office(tmp_path, pupils=change))
    assert any("repeats row 2" in p.message_en for p in found)
    assert any("occurs twice" in p.message_en and p.level == "error" for p in found)


def test_rows_left_out_by_the_mapping_are_in_the_account(tmp_path):
    mapping = said(write_office(tmp_path), "{file: 学生.xlsx", "{without: {小区名称: 北村}, file: 学生.xlsx")
    pupils = lines(mapping)["pupils"]
    gone = sum(40 + g for g in range(1, 10))
    assert (pupils.left, pupils.written) == (gone, ALL - gone)
    assert pupils.trail.changes[0].rows == ("5",)


def test_what_check_would_refuse_is_never_written(tmp_path, monkeypatch):
    from planning.importing import rehearsal

    mapping, out = write_office(tmp_path / "in"), tmp_path / "out"
    good = rehearsal.district_files
    monkeypatch.setattr(
        rehearsal,
        "district_files",
        lambda d: {**good(d), "units.csv": "unit,school,stage,rooms\nU,lost,primary,3\n"},
    )
    code, text = planning("import", mapping, out)
    assert code == 2
    assert "lost" in text
    assert not out.exists()


def test_merged_outlines_with_corners_that_nearly_meet_are_valid(tmp_path):
    mapping = write_office(tmp_path)
    import geopandas as gpd
    from shapely.geometry import Polygon

    cells = [
        Polygon([(a, 30), (b, 30), (b, 30.01), (a, 30.01)])
        for a, b in [(10, 10.01), (10.01, 10.02), (10.020000000000001, 10.029999999999999), (10.03, 10.04)]
    ]
    frame = gpd.read_file(tmp_path / "村.shp").set_geometry(gpd.GeoSeries(cells, crs=4326))
    frame.to_file(tmp_path / "村.shp", encoding="UTF-8")
    said(mapping, "EPSG:4547", "EPSG:32632")
    book = openpyxl.load_workbook(tmp_path / "学校.xlsx")
    book.active["G2"], book.active["G3"] = 10.005, 10.025
    book.save(tmp_path / "学校.xlsx")
    assert planning("import", mapping, tmp_path / "out")[0] == 0
    assert planning("check", tmp_path / "out")[0] == 0


def test_messages_are_chinese_too(tmp_path):
    mapping = write_office(tmp_path, pupils=lambda book: book.active.merge_cells("B2:B3"))
    with pytest.raises(DistrictError) as caught:
        import_accounted(mapping)
    assert "合并单元格 B2:B3" in caught.value.text("zh")


@pytest.mark.parametrize("prefix", ["{k}、", "（{k}）", "({k}) ", "{k}．", "{c}、", "{k}."])
def test_numbers_that_a_list_puts_before_names_do_not_hide_them(tmp_path, prefix):
    def change(book):
        for k in range(1, 5):
            cell = book.active.cell(k + 1, 1)
            cell.value = prefix.format(k=k, c="一二三四"[k - 1]) + cell.value

    assert lines(write_office(tmp_path, pupils=change))["pupils"].written == ALL


def test_a_table_that_goes_on_below_its_header_again_is_read_whole(tmp_path):
    def change(book):
        book.active.insert_rows(4, 2)
        for column, header in enumerate(pupil_rows()[0], 1):
            book.active.cell(5, column, header)
        book.active.cell(4, 1, "（续表）")

    mapping = write_office(tmp_path, pupils=change)
    assert lines(mapping)["pupils"].written == ALL
    assert {
        p.row for p in problems(mapping) if "left out" in p.message_en or "nothing is read" in p.message_en
    } == {"4", "5"}


def test_a_row_without_any_number_is_named(tmp_path):
    def change(book):
        for text in ("注：1. 不含学前。", "2. 数据截至9月。", "东村小学附设"):
            book.active.append([text])

    mapping = write_office(tmp_path, pupils=change)
    assert lines(mapping)["pupils"].written == ALL
    told = {
        p.row for p in problems(mapping) if "left out" in p.message_en or "nothing is read" in p.message_en
    }
    assert told == {"6", "7", "8"}


def _with_population(mapping, numbers):
    frame = shapes().assign(people=numbers)
    frame.to_file(mapping.parent / "村.shp", encoding="UTF-8")
    return said(mapping, "townships: {", "townships: {columns: {population: people}, ")


def test_rows_that_are_merged_add_their_amounts_up(tmp_path):
    """Of four villages of 1,000 people the township kept the first one's 100."""
    mapping = _with_population(write_office(tmp_path), [100, 200, 300, 400])
    population = lines(mapping, "townships")["population"]
    assert (population.read, population.lost, population.added, population.written) == (1000, 0, 0, 1000)
    found = import_accounted(mapping)
    assert "4 rows read, written as 1; population 1000" in "\n".join(account_text(found.account))
    assert found.district.townships["population"].tolist() == [1000]


def test_a_cell_that_is_no_number_is_not_merged_away(tmp_path):
    mapping = _with_population(write_office(tmp_path), ["100", "若干", "300", "400"])
    (found,) = [p for p in problems(mapping) if p.level == "error" and "population" in p.column]
    assert found.value == "若干"


def test_what_was_left_out_and_what_was_added_are_told_apart(tmp_path):
    """A total of 1,080 left out and a merged number counted once more were printed as one difference."""

    def change(book):
        book.active.merge_cells("B2:B3")
        book.active.append(["合计", *[100 + 4 * g for g in range(1, 10)]])

    mapping = said(write_office(tmp_path, pupils=change), "zone_pupils: {", "zone_pupils: {merged: each, ")
    found = import_accounted(mapping).account
    text = "\n".join(account_text(found))
    assert "5 rows read, 1 left out, the other 4 written as 36; pupils 2139 − 1080 + 11 = 1070" in text
    table = csv.DictReader(account_csv(found).splitlines())
    rows = [r for r in table if (r["table"], r["amount"]) == ("zone_pupils", "rows")]
    step = {"read": 1, "left out": -1, "added": 1, "written": -1}
    assert sum(step[r["kind"]] * int(r["value"]) for r in rows) == 0


def test_what_is_too_much_to_be_listed_is_counted(tmp_path):
    """Formulas without a result, beyond the twentieth, were left out of the list in silence."""

    def change(book):
        for k in range(30):
            book.active.append([f"村{k}", "=A1"])

    found = [p for p in problems(write_office(tmp_path, pupils=change)) if p.level == "error"]
    assert sum("formula" in p.message_en for p in found) == 20
    assert sum("10 more" in p.message_en for p in found) == 1


@pytest.mark.parametrize(
    "formula", ["sum(people)", "total = sum(people); total * 1", "round(mean(people) * 4)"]
)
def test_what_is_computed_of_all_rows_together_counts_once_when_they_are_merged(tmp_path, formula):
    """A county of 9,404 blocks had 9,404 times its inhabitants."""
    *first, last = formula.split("; ")
    steps = [f"{name}: {text}" for name, text in (f.split(" = ") for f in first)]
    compute = ", ".join([*steps, f"population: {last}"])
    mapping = _with_population(write_office(tmp_path), [100, 200, 300, 400])
    said(mapping, "townships: {columns: {population: people}, ", f"townships: {{compute: {{{compute}}}, ")
    population = lines(mapping, "townships")["population"]
    assert (population.read, population.lost, population.added, population.written) == (1000, 0, 0, 1000)


@pytest.mark.parametrize(
    ("formula", "numbers", "doubt"),
    [
        ("people + mean(people)", [100, 200, 300, 400], "mixes"),
        ("first(people, sum(people))", [100, 200, 300, 400], "mixes"),
        ("people", [1000, 1000, 1000, 1000], "all 4 rows"),
    ],
)
def test_the_number_of_the_whole_in_every_row_is_refused_when_rows_are_merged(
    tmp_path, formula, numbers, doubt
):
    mapping = _with_population(write_office(tmp_path), numbers)
    compute = f"compute: {{population: '{formula}'}}"
    said(mapping, "townships: {columns: {population: people}, ", f"townships: {{{compute}, ")
    (found,) = [p for p in problems(mapping) if p.level == "error" and p.column == "population"]
    assert doubt in found.message_en
