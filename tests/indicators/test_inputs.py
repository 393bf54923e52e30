from __future__ import annotations

import pytest

from planning.errors import LayoutError
from planning.indicators import figures_of_assignment
from planning.indicators.inputs import read_assignment, read_attendance
from tests.district.tiny import ZONES, tiny_district
from tests.indicators.hand import PROFILE

GOOD = [(z, "primary", "A-P") for z in ZONES] + [(z, "junior", "C-J") for z in ZONES]


def write(path, rows, header="zone,stage,unit", encoding="utf-8"):
    path.write_text("\n".join([header, *(",".join(map(str, r)) for r in rows)]) + "\n", encoding=encoding)
    return path


def test_chinese_headers_and_a_mark_at_the_start(tmp_path):
    rows = [(z, "小学" if s == "primary" else "初中", u) for z, s, u in GOOD]
    file = write(tmp_path / "a.csv", rows, "单元编号,学段,办学单位编号", "utf-8-sig")
    assert read_assignment(file, tiny_district())["stage"].tolist() == [s for _, s, _ in GOOD]


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
    assert any("have no unit" in p.message_en for p in error.value.problems)


def test_missing_columns_and_files_are_named(tmp_path):
    with pytest.raises(LayoutError, match="file not found"):
        read_assignment(tmp_path / "none.csv", tiny_district())
    with pytest.raises(LayoutError) as error:
        read_assignment(write(tmp_path / "a.csv", [], "zone,phase"), tiny_district())
    assert {p.column for p in error.value.problems} == {"stage", "unit"}
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(LayoutError, match="not a readable CSV"):
        read_assignment(tmp_path / "empty.csv", tiny_district())


def test_a_shared_zone_spreads_its_pupils(tmp_path):
    rows = [*GOOD, ("Z1", "primary", "B-P")]
    district = tiny_district()
    f = figures_of_assignment(district, read_assignment(write(tmp_path / "a.csv", rows), district), PROFILE)
    # Z1 has 20 pupils in every grade: ten of them to B
    assert f.units.loc[["A-P", "B-P"], "pupils"].tolist() == [420, 60]


def test_attendance(tmp_path):
    file = write(tmp_path / "t.csv", [("Z1", "A-P", 1, 20), ("", "A-P", 2, 5)], "zone,unit,grade,pupils")
    table = read_attendance(file, tiny_district())
    assert table["pupils"].tolist() == [20, 5]
    assert table["zone"].tolist() == ["Z1", ""]
    with pytest.raises(LayoutError) as error:
        read_attendance(write(tmp_path / "t.csv", [("Z1", "A-P", 10, 20), ("Z1", "A-P", 2, -5), ("Z1", "A-P", 2, "x")], "zone,unit,grade,pupils"), tiny_district())  # fmt: skip
    assert [(p.row, p.column) for p in error.value.problems] == [
        ("2", "grade"),
        ("3", "pupils"),
        ("4", "pupils"),
    ]
