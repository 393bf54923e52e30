from __future__ import annotations

import pytest

from planning.errors import LayoutError
from planning.indicators import figures_of_assignment
from planning.indicators.elsewhere import read_assignment, read_attendance
from tests.district.tiny import ZONES, tiny_district
from tests.indicators.hand import PROFILE

GOOD = [(z, "primary", "A-P") for z in ZONES] + [(z, "junior", "C-J") for z in ZONES]


def write(path, rows, header="zone,stage,unit", encoding="utf-8"):
    path.write_text("\n".join([header, *(",".join(map(str, r)) for r in rows)]) + "\n", encoding=encoding)
    return path


def test_chinese_headers_and_a_mark_at_the_start(tmp_path):
    rows = [(z, "小学" if s == "primary" else "初中", u) for z, s, u in GOOD]
    file = write(tmp_path / "a.csv", rows, "单元编号,学段,办学单位编号", "utf-8-sig")
    assert read_assignment(file, tiny_district()).table["stage"].tolist() == [s for _, s, _ in GOOD]


def test_everything_that_is_wrong_at_once(tmp_path):
    rows = [
        ("Z9", "primary", "A-P"),
        ("Z1", "primary", "X-P"),
        ("Z2", "primary", "C-J"),
        ("Z3", "senior", "C-J"),
    ]
    with pytest.raises(LayoutError) as error:
        read_assignment(write(tmp_path / "a.csv", rows), tiny_district())
    found = {(p.row, p.column, p.value) for p in error.value.problems}
    assert {
        ("2", "zone", "Z9"),
        ("3", "unit", "X-P"),
        ("4", "stage", "primary"),
        ("5", "stage", "senior"),
    } <= found


def test_zones_left_out_of_a_stage_are_named(tmp_path):
    with pytest.raises(LayoutError) as error:
        read_assignment(write(tmp_path / "a.csv", GOOD[1:]), tiny_district())
    (left,) = error.value.problems
    assert "1 zones with primary pupils have no unit: Z1" in left.text("en")


def test_missing_columns_and_files_are_named(tmp_path):
    with pytest.raises(LayoutError, match="file not found"):
        read_assignment(tmp_path / "none.csv", tiny_district())
    with pytest.raises(LayoutError) as error:
        read_assignment(write(tmp_path / "a.csv", [], "zone,phase"), tiny_district())
    assert "columns zone, school" in error.value.problems[0].text("en")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(LayoutError, match="no table with a header"):
        read_assignment(tmp_path / "empty.csv", tiny_district())


def test_a_shared_zone_spreads_its_pupils(tmp_path):
    rows = [*GOOD, ("Z1", "primary", "B-P")]
    district = tiny_district()
    f = figures_of_assignment(
        district, read_assignment(write(tmp_path / "a.csv", rows), district).table, PROFILE
    )
    # Z1 has 20 pupils in every grade: ten of them to B
    assert f.units.loc[["A-P", "B-P"], "pupils"].tolist() == [420, 60]


def test_attendance(tmp_path):
    file = write(tmp_path / "t.csv", [("Z1", "A-P", 1, 20), ("", "A-P", 2, 5)], "zone,unit,grade,pupils")
    table = read_attendance(file, tiny_district()).table
    assert table["pupils"].tolist() == [20, 5]
    assert table["zone"].tolist() == ["Z1", ""]
    with pytest.raises(LayoutError) as error:
        read_attendance(write(tmp_path / "t.csv", [("Z1", "A-P", 10, 20), ("Z1", "A-P", 2, -5), ("Z1", "A-P", 2, "x")], "zone,unit,grade,pupils"), tiny_district())  # fmt: skip
    assert [(p.row, p.column) for p in error.value.problems] == [
        ("2", "grade"),
        ("3", "pupils"),
        ("4", "pupils"),
    ]


def test_names_are_understood_and_what_is_not_read_is_named(tmp_path):
    district = tiny_district()
    name = dict(zip(district.zones["zone"], district.zones["name"], strict=True))
    school = {"A-P": "学校A", "C-J": "学校C"}
    rows = [(name[z], "小学" if s == "primary" else "初中", school[u], "139", "") for z, s, u in GOOD]
    file = write(tmp_path / "a.csv", rows, "小区,学段,学校,家长电话,备注", "gb18030")
    read = read_assignment(file, district)
    assert sorted(map(tuple, read.table.to_numpy().tolist())) == sorted(GOOD)
    (finding,) = read.findings
    assert "未使用的列：家长电话" in finding.text("zh")
    assert "备注" not in finding.text("zh")  # nothing stands in it


def test_a_school_twice_in_the_list_and_an_unknown_one_are_answered(tmp_path):
    rows = [
        ("Z1", "", "学校A;学校B"),
        ("Z2", "", "学校"),
        *((z, s, u) for z, s, u in GOOD if z not in ("Z1", "Z2") or s == "junior"),
    ]
    with pytest.raises(LayoutError) as error:
        read_assignment(write(tmp_path / "a.csv", rows), tiny_district())
    (unknown,) = [p for p in error.value.problems if p.row == "3"]
    assert "学校A" in unknown.text("en")
    rows[1] = ("Z2", "", "A-P")
    table = read_assignment(write(tmp_path / "a.csv", rows), tiny_district()).table
    assert set(table.loc[(table["zone"] == "Z1") & (table["stage"] == "primary"), "unit"]) == {"A-P", "B-P"}


def test_a_table_without_rows_and_endless_numbers_are_refused(tmp_path):
    with pytest.raises(LayoutError, match="no rows"):
        read_assignment(write(tmp_path / "a.csv", []), tiny_district())
    with pytest.raises(LayoutError) as error:
        read_attendance(
            write(tmp_path / "t.csv", [("Z1", "A-P", 1, "9" * 5000)], "zone,unit,grade,pupils"),
            tiny_district(),
        )
    assert error.value.problems[0].column == "pupils"
