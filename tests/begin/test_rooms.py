"""What a list of schools tells of rooms, seats or classes is enough, and numbers that are about so many are asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.district.cells.headers import find_column
from planning.district.schema import TABLE
from planning.errors import DistrictError
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.begin.test_kinds import ANSWERS, SCHOOLS, Rows, books, homes, started


def desk_of(folder: Path, *column: object, total: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    head, *cells = column
    rows: Rows = [["学校名称", "学校类型", "经度", "纬度", *([head] if head else [])]]
    rows += [[n, k, x, y, *cells[i : i + 1]] for i, (n, k, _, x, y) in enumerate(SCHOOLS)]
    rows += [["合计", "", "", "", total]] if total else []
    return books(folder, 小区=homes(), 学校=rows)


@pytest.mark.parametrize("header", ["办学规模（学位）", "核定学位", "学位数", "规模（人）", "辦學規模(人)"])
def test_headers_of_seats_are_seats(header: str) -> None:
    assert find_column(TABLE["units"], header) == ("capacity", 1.0)


def test_classes_stand_for_rooms_and_a_list_with_neither_is_refused_once(tmp_path: Path) -> None:
    desk, county = desk_of(tmp_path / "desk", ""), tmp_path / "county"
    with pytest.raises(DistrictError) as refused:
        started(desk, county)
    assert [p.code for p in refused.value.problems] == ["importing.units.no_rooms"]
    desk_of(desk, "教学班数（个）", 12, "9个")  # as the mend says
    district = started(desk, county)
    assert district.units["rooms"].tolist() == [12, 9]
    assert "rooms are the classes" in district.info.layers["units"].method
    told = {q.key: q.text("zh") for q in begin_county(county).assumed + begin_county(county).open}
    assert "教学班数（个）" in told["tables.units.columns.rooms"]


def test_numbers_that_are_about_so_many_are_asked_about(tmp_path: Path) -> None:
    desk, county = (
        desk_of(tmp_path / "desk", "核定学位", "约1,800人", "近900", total=2700),
        tmp_path / "county",
    )
    take_files([desk], county)
    for key, value in ANSWERS.items():
        keep_answer(county, key, value)
    asked = {q.key: q for q in begin_county(county).open}
    assert list(asked) == ["tables.units.approximate"]
    assert "约1,800人、近900" in asked["tables.units.approximate"].text("zh")
    yes, no = (asked["tables.units.approximate"].shown(o, "zh") for o in ("true", "false"))
    assert started(desk, county, **{"tables.units.approximate": yes}).units["capacity"].tolist() == [
        1800,
        900,
    ]
    keep_answer(county, "tables.units.approximate", no)
    with pytest.raises(DistrictError) as refused:
        build_county(county, begin_county(county))
    assert {p.value for p in refused.value.problems} == {"约1,800人", "近900"}
