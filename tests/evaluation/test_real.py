"""Reading real enrolment: the ways offices write it, and every mistake named at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planning.district.geometry.coordinates import wgs84_to_gcj02
from planning.errors import LayoutError
from planning.evaluation import read_all, read_enrolment, read_real_register
from tests.evaluation.made import classes, homes, workbook
from tests.zoning.county import small_county

UNITS = {"A-P": "primary", "B-P": "primary", "C-J": "junior"}
COUNTY = small_county(current="AABAAB")


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_a_workbook_with_two_sheets(tmp_path: Path) -> None:
    real = read_enrolment(workbook(tmp_path / "real.xlsx"), COUNTY, UNITS)
    counts = real.enrolled.set_index(["unit", "grade"])["pupils"]
    assert (counts["A-P", 1], counts["B-P", 1], counts["C-J", 9]) == (76, 44, 120)
    assert len(real.classes) == 3 + 10 + 5 + 9
    assert real.homes["pupils"].sum() == counts.sum() == 6 * 20 * 9


def test_a_pupil_a_row_in_gbk(tmp_path: Path) -> None:
    text = "学校名称,年级,单元\n甲小学,小学一年级,Z1\n甲小学,1,Z1\n丙中学,初二,\n"
    real = read_enrolment(csv(tmp_path / "real.csv", text, "gb18030"), COUNTY, UNITS)
    assert real.enrolled.to_numpy().tolist() == [["A-P", 1, 2], ["C-J", 8, 1]]
    assert real.homes.to_numpy().tolist() == [["", "C-J", 8, 1], ["Z1", "A-P", 1, 2]]
    assert not len(real.classes)


@pytest.mark.parametrize("system", ["wgs84", "gcj02"])
def test_homes_as_points(tmp_path: Path, system: str) -> None:
    points = COUNTY.zones.geometry.representative_point().to_crs(4326)
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    if system == "gcj02":
        lon, lat = wgs84_to_gcj02(lon, lat)
    table = pd.DataFrame({"unit": "A-P", "grade": 2, "pupils": range(1, 7), "经度": lon, "纬度": lat})
    table = pd.concat([table, table.head(1).assign(经度=100.0)])  # somebody from far away
    table.to_csv(tmp_path / "real.csv", index=False)
    real = read_enrolment(tmp_path / "real.csv", COUNTY, UNITS, coordinates=system)
    assert real.homes.set_index("zone")["pupils"].to_dict() == {"": 1, **{f"Z{k}": k for k in range(1, 7)}}


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    text = (
        "学校,年级,班级,人数,居住单元编号,学年\n"
        "甲小校,1,1,40,Z1,2020\n"  # no such school
        "甲小学,7,1,40,Z1,2020\n"  # no junior part
        "甲小学,十年级,1,40,Z1,2020\n"  # no such grade
        "甲小学,2,,40,Z1,2020\n"  # no class
        "甲小学,2,1,-1,Z1,2020\n"  # fewer than nobody
        "甲小学,2,1,40,Z9,2021\n"  # no such zone, another year
    )
    with pytest.raises(LayoutError) as error:
        read_enrolment(csv(tmp_path / "real.csv", text), COUNTY, UNITS)
    found = {(p.row, p.column, p.value) for p in error.value.problems}
    assert found == {
        ("2", "school", "甲小校"), ("3", "school", "甲小学"), ("4", "grade", "十年级"), ("5", "class_no", ""), ("6", "pupils", "-1"),
        ("7", "zone", "Z9"), ("", "year", "2020, 2021"),
    }  # fmt: skip
    near = next(p for p in error.value.problems if p.value == "甲小校")
    assert near.mend_en == "did you mean '甲小学'?"


def test_an_empty_number_is_not_zero(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="a missing number is not zero"):
        read_enrolment(csv(tmp_path / "r.csv", "unit,grade,pupils\nA-P,1,\n"), COUNTY, UNITS)


def test_homes_cannot_outnumber_pupils(tmp_path: Path) -> None:
    more = homes()
    more.loc[more["居住单元编号"] == "Z6", "人数"] += 1
    with pd.ExcelWriter(tmp_path / "real.xlsx") as book:
        classes().to_excel(book, sheet_name="班级", index=False)
        more.to_excel(book, sheet_name="住址", index=False)
    with pytest.raises(LayoutError, match="homes of 45 pupils, but only 44 attend"):
        read_enrolment(tmp_path / "real.xlsx", COUNTY, UNITS)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.csv", None, "file not found"),
        ("empty.csv", "", "empty"),
        ("other.csv", "a,b\n1,2\n", "column grade"),
        ("half.csv", "unit,grade,lon\nA-P,1,106\n", "both lon and lat"),
        ("bad.xlsx", "no workbook", "bad.xlsx"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError, match=said):
        read_enrolment(tmp_path / name, COUNTY, UNITS)


def test_unknown_coordinates(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="unknown coordinate system"):
        read_enrolment(tmp_path / "none.csv", COUNTY, UNITS, coordinates="mars")


def test_every_file_is_read_before_anything_is_said(tmp_path: Path) -> None:
    register = csv(tmp_path / "register.csv", "指标,项目,数值\nB7,x,若干\nB7,x,2\n")
    with pytest.raises(LayoutError) as error:
        read_all(tmp_path / "e.csv", COUNTY, UNITS, register=register, ledger=tmp_path / "l.csv")
    assert [Path(p.file).name for p in error.value.problems] == [
        "e.csv",
        "register.csv",
        "register.csv",
        "l.csv",
    ]


def test_a_register_with_a_title_above(tmp_path: Path) -> None:
    file = csv(
        tmp_path / "register.csv", "2020年台账\n指标,项目,数值,日期\nB11,rotation_rate,0.12,2020-10-01\n"
    )
    assert read_real_register(file)["value"].tolist() == [0.12]
