from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from planning.indicators import make_case, score_figures
from planning.indicators.figures import Figures
from planning.indicators.targets import target_table
from planning.standards import read_profile
from tests.indicators.hand import figures, full_register, unit

PLAN = read_profile("litong-2021")


def found(
    f: Figures, year: int, name: str, reading: str = "default", others: dict[int, Figures] | None = None
):
    table = score_figures(f, PLAN, others).targets.set_index(["year", "target", "reading"])
    return table.loc[(year, name, reading)]


def sizes(large: int, total: int = 1000) -> list[tuple[str, int, int]]:
    return [("U", 1, 56)] * large + [("U", 1, 45)] * (total - large)


@pytest.mark.parametrize(
    ("large", "default", "other"),
    [(20, "pass", "pass"), (21, "fail", "pass"), (29, "fail", "pass"), (30, "fail", "fail")],
)
def test_large_classes_2021_in_both_readings(large, default, other):
    # at most 2 % (S:65), or less than 3 % (S:243)
    f = figures([unit("U")], sizes=sizes(large))
    assert found(f, 2021, "large_class_share")["verdict"] == default
    assert found(f, 2021, "large_class_share", "other")["verdict"] == other
    assert found(f, 2021, "large_class_share")["shortfall"] == pytest.approx(max(0, large / 1000 - 0.02))


def test_shares_of_passing_units_by_year():
    f = figures([unit(f"G{i}") for i in range(8)] + [unit(f"B{i}", rates=0.5) for i in range(2)])
    verdicts = [found(f, y, "units_passing_share")["verdict"] for y in (2022, 2023, 2024, 2025)]
    assert verdicts == ["pass", "pass", "fail", "fail"]
    assert found(f, 2024, "units_passing_share")["shortfall"] == pytest.approx(0.1)
    assert found(f, 2025, "units_passing_share", "other")["asked"] == 0.95


def test_every_year_is_measured_in_its_own_figures():
    early = figures([unit("U")], year=2021, sizes=[("U", 1, 60)])
    late = figures([unit("U")], year=2023, sizes=[("U", 1, 45)])
    table = score_figures(late, PLAN, {2021: early}).targets
    rows = table[table["target"] == "large_class_share"].set_index(["year", "reading"])
    assert rows.loc[(2021, "default"), ["measured_year", "verdict"]].tolist() == [2021, "fail"]
    assert rows.loc[(2023, "default"), ["measured_year", "verdict"]].tolist() == [2023, "pass"]
    # 2022 is not in the plan: the scored year stands in for it
    assert rows.loc[(2022, "default"), "measured_year"] == 2023
    assert not bool(found(early, 2023, "large_class_share")["due"])


def test_the_share_of_oversized_schools_must_fall():
    big, small = (figures([unit("U", pupils=n), unit("V")], year=y) for y, n in ((2020, 2001), (2022, 2000)))
    assert found(small, 2022, "oversized_share_change", others={2020: big})["verdict"] == "pass"
    worse = dataclasses.replace(big, year=2022)
    assert found(worse, 2022, "oversized_share_change", others={2020: big})["verdict"] == "fail"
    # nothing to compare with is not a pass
    assert found(small, 2022, "oversized_share_change")["verdict"] == "not_supplied"


def test_shell_schools_and_projects():
    units = [unit("U"), unit("E", pupils=9), {**unit("Z"), "pupils": 0}]
    layout = figures(units)
    assert found(layout, 2021, "shell_schools")["value"] == 1  # Z is closed
    assert found(dataclasses.replace(layout, source="register"), 2021, "shell_schools")["value"] == 2
    assert found(layout, 2021, "projects_in_use")["shortfall"] == 5
    names = ("第十七小学", "第十八小学", "第九中学", "利通街第二小学", "第八小学", "其他")
    assert found(dataclasses.replace(layout, projects=names), 2021, "projects_in_use")["verdict"] == "pass"


def test_rotation_comes_from_the_register():
    assert found(figures([unit("U")]), 2021, "rotation_rate")["verdict"] == "not_supplied"
    assert found(figures([unit("U")], register=full_register()), 2021, "rotation_rate")["verdict"] == "pass"


def test_a_profile_without_targets_has_none():
    national = read_profile("national-2017")
    case = make_case(figures([unit("U")]), national)
    table = target_table({2021: case}, 2021, national)
    assert table.empty
    assert isinstance(table, pd.DataFrame)


@pytest.mark.parametrize("register", [False, True])
def test_no_target_is_met_by_nobody(register):
    empty = figures([{**unit("U", locale="rural"), "pupils": 0}], sizes=[])
    empty = dataclasses.replace(empty, source="register") if register else empty
    table = score_figures(empty, PLAN, {2020: dataclasses.replace(empty, year=2020)}).targets
    computed = table[~table["target"].str.startswith(("rotation", "projects", "shell"))]
    assert set(computed["verdict"]) == {"not_supplied" if register else "not_applicable"}
    assert computed["value"].isna().all()


def test_a_target_of_urban_junior_schools_does_not_apply_without_them():
    rural = figures([unit("U"), unit("V", "junior", locale="rural")])
    assert found(rural, 2023, "urban_junior_within_cap_share")["verdict"] == "not_applicable"
    assert found(rural, 2023, "urban_primary_within_cap_share")["verdict"] == "pass"
