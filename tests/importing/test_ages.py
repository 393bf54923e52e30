"""Residents by age: columns 6岁 … 14岁 are those born so many years before the school year."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.importing.forms.cohorts import age_of, birth_columns
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.begin.test_kinds import ANSWERS, NUMBERS, ZONES, books, schools


def ages(place: Path, head: str = "{}岁") -> Path:
    rows: list[list[object]] = [
        ["小区名称", "所属乡镇", "经度", "纬度", *(head.format(a) for a in range(6, 15))]
    ]
    rows += [[n, t, x, y, *NUMBERS[n]] for n, t, x, y in ZONES]
    place.mkdir()
    return books(place, 小区适龄人口=rows, 学校=schools())


@pytest.mark.parametrize("head", ["{}岁", "{}周岁人口（人）"])
def test_columns_of_ages_are_the_pupils_of_their_grades(tmp_path: Path, head: str) -> None:
    county = tmp_path / "county"
    take_files([ages(tmp_path / "desk", head)], county)
    for key, value in ANSWERS.items():
        keep_answer(county, key, value)
    done = build_county(county, begin_county(county))
    district = done.imported.district
    names = district.zones.set_index("zone")["name"]
    pupils = district.zone_pupils.assign(name=district.zone_pupils["zone"].map(names))
    assert pupils.set_index(["name", "grade"])["pupils"].astype(int).to_dict() == {
        (name, grade): n for name, own in NUMBERS.items() for grade, n in enumerate(own, 1)
    }
    assert sorted(district.births["year"].unique()) == list(range(2011, 2020))
    said = next(p for p in done.imported.problems if p.code == "importing.cohorts.ages_read")
    assert "6 岁为 2018 年 9 月至 2019 年 8 月出生" in said.what("zh")
    keep_answer(county, "tables.births.ages", "2024")  # the mend, as it is written
    assert "--answer tables.births.ages=" in said.mend("zh")
    later = build_county(county, begin_county(county)).imported.district
    assert sorted(later.births["year"].unique()) == list(range(2010, 2019))


def test_a_span_of_ages_is_no_age() -> None:
    assert [age_of(h) for h in ("6-11岁", "6岁以上", "15—59岁", "2019年", "６岁", "十岁儿童数")] == [
        None
    ] * 4 + [6, 10]
    assert birth_columns(["小区", "6岁"], 2025) == {}
    assert birth_columns(["6岁", "7岁"]) == {}
    assert birth_columns(["6岁", "2019年出生"], 2025) == {1: 2019}
