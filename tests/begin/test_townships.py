"""Townships and communities are one however lists write them, and what fits none is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.district.cells.areas import areas_meant
from planning.errors import DistrictError, Issue
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.begin.test_kinds import ANSWERS, GRADES, Rows, books

TOWNS = ["城关镇", "河东镇", "河东乡", "东湾村", "利民街道"]
PLACES = [
    ("阳光花园", "城關鎮", 106.20, 38.00), ("兴隆村", "城關鎮", 106.21, 38.01), ("望河苑", "河东镇", 106.25, 38.00), ("东湾村", "河东", 106.26, 38.01),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("城關鎮", ["城关镇"]),
        ("城关", ["城关镇"]),
        ("利民县城关镇人民政府", ["城关镇"]),
        ("河东镇东湾村民委员会", ["东湾村"]),
        ("利民街道办事处", ["利民街道"]),
        ("河东", ["河东镇", "河东乡"]),
        ("城关街道", []),  # not the town
        ("新城关镇", []),
        ("河西镇", []),
    ],
)
def test_a_name_means_the_areas_that_it_fits(said: str, meant: list[str]) -> None:
    assert areas_meant(said, TOWNS) == meant


def said_of(desk: Path, county: Path) -> list[Issue]:
    take_files([desk], county)
    for key, value in ANSWERS.items():
        keep_answer(county, key, value)
    return list(build_county(county, begin_county(county)).imported.problems)


def desk_of(folder: Path, towns: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    listed: Rows = [["学校名称", "学校类型", "教室数", "经度", "纬度", "所属乡镇"]]
    kinds = ["小学", "小学", "小学", "初级中学"]
    listed += [
        [f"第{'一二三四'[k]}{kind[-2:]}", kind, 14, 106.2 + 0.02 * k, 38.0, town]
        for k, (kind, town) in enumerate(zip(kinds, towns, strict=True))
    ]
    homes: Rows = [["小区名称", "所属乡镇", "经度", "纬度"], *([*p] for p in PLACES)]
    pupils: Rows = [["小区（村）", *GRADES]]
    pupils += [[n, *range(20, 29)] for n in ("阳光花园", "兴隆村委会", "望河苑", "河东镇东湾村民委员会")]
    return books(folder, 学校=listed, 小区=homes, 学生人数=pupils)


def test_townships_and_villages_written_otherwise_are_found_and_said(tmp_path: Path) -> None:
    desk, county = (
        desk_of(tmp_path / "desk", ["城关镇", "利民县城关镇", "河西镇", "河东"]),
        tmp_path / "county",
    )
    found = said_of(desk, county)
    told = {p.code: p.text("zh") for p in found}
    assert (
        "河东＝河东镇" in told["importing.names.taken_for_names"]
        or "东湾村" in told["importing.names.taken_for_names"]
    )
    assert "河西镇" in told["importing.derive.township_left_out"]
    account = (county / "district" / "townships.geojson").read_text(encoding="utf-8")
    assert [town in account for town in ("城關鎮", "河东镇", "河西镇", "城关镇")] == [
        True,
        True,
        False,
        False,
    ]
    desk_of(desk, ["城关镇", "利民县城关镇", "河东镇", "河东"])  # as the mend says
    assert "importing.derive.township_left_out" not in {p.code for p in said_of(desk, county)}


def test_births_of_an_unknown_place_are_refused_once(tmp_path: Path) -> None:
    desk = desk_of(tmp_path / "desk", ["城关镇"] * 4)
    (desk / "学生人数.xlsx").unlink()

    def births(third: str) -> None:
        years = range(2010, 2020)
        rows: Rows = [["小区名称", *(f"{y}年出生" for y in years)]]
        books(desk, 出生人口=[*rows, *([n, *[30] * 10] for n in ("阳光花园", "兴隆", third))])

    births("外乡村")
    with pytest.raises(DistrictError) as refused:
        said_of(desk, tmp_path / "county")
    assert [(p.row, p.value) for p in refused.value.problems] == [("4", "外乡村")]
    births("东湾村委会")
    assert said_of(desk, tmp_path / "county")
