"""Plan against reality, every number worked out on paper (see tests/evaluation/made.py)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from planning.errors import LayoutError
from planning.evaluation import Evaluation, evaluate, known_units, read_enrolment
from planning.runs import open_approved
from planning.standards import read_profile
from tests.approval.made import shared
from tests.evaluation.made import workbook

PROFILE = read_profile("national-2017")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory):
    _, layout, _, district = open_approved(shared(tmp_path_factory)[1].folder)
    file = workbook(tmp_path_factory.mktemp("real") / "real.xlsx")
    return district, layout, read_enrolment(file, district, known_units(district, layout))


@pytest.fixture(scope="module")
def done(parts) -> Evaluation:
    return evaluate(parts[0], parts[1], PROFILE, parts[2], as_of="2020-10-01")


def test_plan_and_reality_by_grade(done: Evaluation) -> None:
    table = done.grades.set_index(["unit", "grade"])
    a, b = table.loc[("A-P", 1)], table.loc[("B-P", 1)]
    assert (a["plan_pupils"], a["real_pupils"], a["difference"], a["real_largest"]) == (80, 76, -4, 38)
    assert (b["plan_pupils"], b["real_pupils"], b["difference"], b["real_classes"]) == (40, 44, 4, 1)
    assert table["difference"].abs().sum() == 8
    assert len(table) == 6 + 6 + 3


def test_plan_and_reality_by_school(done: Evaluation) -> None:
    table = done.schools.set_index("unit")
    assert table["difference"].to_dict() == {"A-P": -4, "B-P": 4, "C-J": 0}
    # four of B's pupils live in A's catchment; all of A's 480 residents are where the plan expected them
    assert table["real_own"].to_dict() == {"A-P": 476, "B-P": 240, "C-J": 360}
    assert (table.loc["A-P", "plan_living"], table.loc["A-P", "real_living"]) == (480, 480)


def test_the_forecast_is_held_against_what_came(done: Evaluation) -> None:
    primary = done.accuracy.set_index("stage").loc["primary"]
    assert (primary["plan"], primary["real"], primary["difference"]) == (720, 720, 0)
    assert primary["absolute"] == pytest.approx(8 / 720)


def test_nearby_ratio_from_homes(done: Evaluation) -> None:
    table = done.nearby.set_index(["stage", "grades"])
    assert table.loc[("primary", "all"), "real"] == pytest.approx(716 / 720)
    assert table.loc[("primary", "entry"), "real"] == pytest.approx(116 / 120)
    assert table.loc[("primary", "all"), "plan"] == 1
    assert table.loc[("junior", "all"), "real"] == 1
    verdict = done.scorecard.indicators.set_index("id")["verdict"]
    assert verdict["B13"] == "fail"
    assert done.planned.indicators.set_index("id")["verdict"]["B13"] == "pass"


def test_who_goes_elsewhere(done: Evaluation) -> None:
    assert done.outside.to_numpy().tolist() == [["primary", "A-P", "B-P", 4]]
    assert done.no_home == 0


def test_a_shared_catchment_counts_as_own(parts) -> None:
    district, layout, real = parts
    table = layout.assignment
    others = table[table["stage"] == "primary"].assign(
        unit=lambda t: t["unit"].map({"A-P": "B-P", "B-P": "A-P"})
    )
    together = replace(layout, assignment=pd.concat([table, others], ignore_index=True))
    done = evaluate(district, together, PROFILE, real, as_of="2020-10-01")
    assert done.nearby.set_index(["stage", "grades"]).loc[("primary", "all"), "real"] == 1
    assert not len(done.outside)


def test_without_homes_nearness_is_not_supplied(parts) -> None:
    district, layout, real = parts
    done = evaluate(district, layout, PROFILE, replace(real, homes=real.homes.head(0)), as_of="2020-10-01")
    assert done.nearby["real"].isna().all()
    assert done.scorecard.indicators.set_index("id")["verdict"]["B13"] == "not_supplied"
    assert any("B13" in zh for zh, _ in done.notes)


def test_without_classes_they_follow_from_the_rooms(parts) -> None:
    district, layout, real = parts
    done = evaluate(
        district, layout, PROFILE, replace(real, classes=real.classes.head(0)), as_of="2020-10-01"
    )
    assert done.grades.set_index(["unit", "grade"]).loc[("A-P", 1), "real_classes"] == 2
    assert any("推算" in zh for zh, _ in done.notes)


def test_homes_not_given_count_as_outside(parts) -> None:
    district, layout, real = parts
    fewer = replace(real, homes=real.homes[real.homes["unit"] != "C-J"])
    done = evaluate(district, layout, PROFILE, fewer, as_of="2020-10-01")
    assert done.no_home == 360
    assert done.nearby.set_index(["stage", "grades"]).loc[("junior", "all"), "real"] == 0


def test_units_left_out_are_named_and_not_taken_for_empty(parts) -> None:
    district, layout, real = parts
    fewer = replace(real, enrolled=real.enrolled[real.enrolled["unit"] == "C-J"])
    with pytest.raises(LayoutError) as error:
        evaluate(district, layout, PROFILE, fewer, as_of="2020-10-01")
    assert [p.row for p in error.value.problems] == ["A-P", "B-P"]


@pytest.mark.parametrize(("file", "asked"), [(2021, None), (None, 2030), (2020, 2021)])
def test_years_outside_the_plan(parts, file: int | None, asked: int | None) -> None:
    district, layout, real = parts
    with pytest.raises(LayoutError, match="the approved layout plans 2020"):
        evaluate(district, layout, PROFILE, replace(real, year=file), as_of="2020-10-01", year=asked)


def test_the_years_register_wins(parts) -> None:
    district, layout, real = parts
    register = pd.DataFrame(
        [("B10", "met", 1.0, "", "2020-10-01", "x", "")],
        columns=["indicator", "item", "value", "unit_of_value", "date", "source", "note"],
    )
    before = evaluate(district, layout, PROFILE, real, as_of="2020-10-01").scorecard
    after = evaluate(district, layout, PROFILE, real, as_of="2020-10-01", register=register).scorecard
    assert before.indicators.set_index("id")["verdict"]["B10"] == "not_supplied"
    assert after.indicators.set_index("id")["verdict"]["B10"] == "pass"


def test_the_ledger_is_fed_and_compared(parts, done: Evaluation) -> None:
    district, layout, real = parts
    assert set(done.ledger["as_of"]) == {"2020-10-01"}
    # 48 pupils in B's only class of grade 1: one class over 45 that the plan did not have
    crowded = real.classes.copy()
    crowded.loc[(crowded["unit"] == "B-P") & (crowded["grade"] == 1), "pupils"] = 48
    enrolled = crowded.groupby(["unit", "grade"], as_index=False)["pupils"].sum()
    worse = evaluate(
        district, layout, PROFILE, replace(real, classes=crowded, enrolled=enrolled), as_of="2021-10-01"
    )
    status = worse.cleared.set_index(["unit", "item"])["status"]
    assert status["B-P", "over_cap"] == "new"
    back = evaluate(district, layout, PROFILE, real, as_of="2021-12-01", before=worse.ledger)
    assert back.cleared.set_index(["unit", "item"])["status"]["B-P", "over_cap"] == "cleared"
