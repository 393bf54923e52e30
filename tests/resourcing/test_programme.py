"""Programmes of small counties: checked from their tables, against every answer, and as budgets grow."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.district import read_district
from planning.errors import ScenarioError
from planning.indicators import coefficient_of_variation, figures_of_register
from planning.indicators.units import PASS
from planning.internal import NOTE
from planning.resourcing import (
    ResourceCase,
    Settings,
    cheapest_by_unit,
    check_programme,
    plan_resources,
    read_prices,
    resource_case,
    save_programme,
    single_purchases,
)
from planning.resourcing.programme import held_amounts, verdicts
from planning.standards import read_profile

PRICES = read_prices()
PROFILE = read_profile("litong-2021")
RESOURCES = tuple(PROFILE.resources)
QUICK = Settings({}, gap=0.02, time_limit_s=20, threads=1)


def case_of(
    levels: np.ndarray, *, years: tuple[int, ...] = (2025,), share: tuple[float, ...] = (1.0,)
) -> ResourceCase:
    """Return primary units of 400 pupils whose resources stand at ``levels`` times the standard (n, 7)."""
    n, pupils = len(levels), 400.0
    standard = np.array([[r.primary / r.per for r in PROFILE.resources.values()]] * n)
    amounts = np.repeat((levels * standard * pupils)[:, :, None], len(years), axis=2)
    units = pd.DataFrame(
        {"name": [f"校{k}" for k in range(n)], "stage": "primary"}, [f"U{k}" for k in range(n)]
    )
    left = pd.DataFrame(columns=["unit", "name", "why_en", "why_zh"])
    own, whole = np.repeat(np.arange(n)[:, None], 7, axis=1), np.ones_like(amounts)
    heads = np.full((n, len(years)), pupils)
    return ResourceCase(units, left, years, RESOURCES, heads, amounts, standard, share, PROFILE, own, whole)


def in_one_school(case: ResourceCase, split: tuple[float, float] = (0.6, 0.4)) -> ResourceCase:
    """Return the case with the first two units in one school that holds its facilities in common."""
    buyer, part = case.buyer.copy(), case.part.copy()
    buyer[1, 3:] = 0
    part[:2, 3:] = np.array(split)[:, None, None]
    return replace(case, buyer=buyer, part=part)


def no_rotation(case: ResourceCase) -> ResourceCase:
    targets = {y: {k: v for k, v in t.items() if "rotation" not in k} for y, t in PROFILE.targets.items()}
    return replace(case, profile=PROFILE.model_copy(update={"targets": targets}))


def test_the_cheapest_missed_resource_is_the_one_left_at_the_floor() -> None:
    levels = np.full((1, 7), 1.1)
    levels[0, [0, 3]] = 0.9  # teachers: 2 of them, 50 000 yuan; rooms: 180 m², 504 000 yuan
    case = no_rotation(case_of(levels))
    programme = plan_resources(case, PRICES, QUICK)
    assert check_programme(programme, case, PRICES) == []
    assert programme.purchases["resource"].tolist() == ["A1"]
    assert programme.summary["cost_yuan"] == 2 * 25_000


def test_it_is_the_cheapest_of_all_answers() -> None:
    rng = np.random.default_rng(5)
    case = no_rotation(case_of(rng.uniform(0.75, 1.2, (3, 7))))
    programme = plan_resources(case, PRICES, replace(QUICK, gap=1e-4))
    rule, best = PROFILE.unit_verdict, 0.0
    for u in range(3):  # without moves and with loose coefficients every unit is on its own
        costs = []
        for spared in (None, *range(7)):
            asked = case.standard[u] * 400.0 * np.where(np.arange(7) == spared, rule.floor, 1.0)
            steps = [
                max(0, np.ceil((a - h) / PRICES.things[n].step - 1e-9))
                for a, h, n in zip(asked, case.amounts[u, :, 0], RESOURCES, strict=True)
            ]
            costs.append(
                sum(
                    s * PRICES.things[n].step * PRICES.things[n].yuan
                    for s, n in zip(steps, RESOURCES, strict=True)
                )
            )
        best += min(costs)
    # moving a teacher may be cheaper than raising one, never dearer than buying everywhere
    assert programme.summary["cost_yuan"] <= best + 1.0
    assert programme.summary["bound_yuan"] <= programme.summary["objective_yuan"] + 1.0
    assert check_programme(programme, case, PRICES) == []


def test_a_spare_teacher_moves_before_one_is_bought() -> None:
    levels = np.full((2, 7), 1.2)
    levels[0, :2], levels[1, :2] = 0.95, 1.5
    case = no_rotation(case_of(levels))
    programme = plan_resources(case, PRICES, QUICK)
    assert programme.purchases.empty
    assert programme.moves[["leave", "come"]].sum().tolist()[0] > 0
    assert check_programme(programme, case, PRICES) == []


def test_coefficients_are_brought_within_the_limit() -> None:
    levels = np.full((4, 7), 1.05)
    levels[3, 6] = 4.0  # one school has most of the networked rooms: everybody meets the standard, unevenly
    case = no_rotation(case_of(levels))
    rooms = RESOURCES.index("A7")
    assert (
        coefficient_of_variation(case.amounts[:, rooms, 0], case.pupils[:, 0]) > PROFILE.cv_limit["primary"]
    )
    programme = plan_resources(case, PRICES, QUICK)
    held = held_amounts(case, programme.purchases, programme.moves)
    assert (
        coefficient_of_variation(held[:, rooms, 0], case.pupils[:, 0]) <= PROFILE.cv_limit["primary"] + 1e-6
    )
    assert check_programme(programme, case, PRICES) == []


def test_rotation_is_part_of_every_year() -> None:
    case = case_of(np.full((4, 7), 1.3), years=(2024, 2025), share=(0.9, 1.0))
    programme = plan_resources(case, PRICES, QUICK)
    assert check_programme(programme, case, PRICES) == []
    teachers = case.amounts[:, 0, 0].sum()
    left = programme.moves[programme.moves["resource"] == "A1"].groupby("year")["leave"].sum()
    assert (left >= 0.1 * teachers - 1e-9).all()


def test_what_a_school_buys_is_split_between_its_stages() -> None:
    levels = np.full((3, 7), 1.1)
    levels[0, [3, 6]] = (
        0.8  # 1.84 of 9.2 rooms are lacking; the unit gets 0.6 of each, so the school buys 4, not 2
    )
    case = in_one_school(no_rotation(case_of(levels, years=(2024, 2025), share=(1.0, 1.0))))
    programme = plan_resources(case, PRICES, QUICK)
    assert check_programme(programme, case, PRICES) == []
    rooms = programme.purchases[programme.purchases["resource"] == "A7"]
    assert rooms[["unit", "stage", "amount"]].to_numpy().tolist() == [["U0", "shared", 4.0]]
    held = held_amounts(case, programme.purchases, programme.moves)
    np.testing.assert_allclose(held[:2, 6, 1] - case.amounts[:2, 6, 1], [2.4, 1.6])
    fewer = programme.purchases["amount"].where(programme.purchases["resource"] != "A7", 3.0)
    short = replace(programme, purchases=programme.purchases.assign(amount=fewer))
    assert any("pass" in text for text in check_programme(short, case, PRICES))


def test_a_purchase_for_a_school_may_bring_both_its_stages_over_the_line() -> None:
    levels = np.full((3, 7), 1.1)
    levels[:, 6], levels[2, 6] = 0.84, 0.8
    case = in_one_school(case_of(levels), (0.5, 0.5))
    best = single_purchases(case, PRICES).iloc[0]
    assert (best["unit"], best["stage"], best["units_gained"]) == ("U0", "shared", 2)


def test_the_default_county_splits_what_its_nine_year_schools_buy() -> None:
    district = read_district("data/geo/litong")
    figures = figures_of_register(district, PROFILE)
    case = resource_case({figures.year: figures}, PROFILE)
    u, v = (case.units.index.get_loc(unit) for unit in ("S025-P", "S025-J"))
    rooms, teachers = RESOURCES.index("A7"), RESOURCES.index("A1")
    assert case.buyer[v, rooms] == case.buyer[u, rooms]
    assert (case.buyer[u, teachers], case.buyer[v, teachers]) == (u, v)
    assert (case.part[[u, v], teachers] == 1.0).all()
    primary, junior = case.pupils[[u, v], 0]
    assert case.part[u, rooms, 0] == pytest.approx(primary / (primary + 1.1 * junior))
    assert case.part[[u, v], rooms, 0].sum() == pytest.approx(1.0)


def test_money_that_is_missing_is_named_by_year() -> None:
    levels = np.full((3, 7), 0.9)
    case = no_rotation(case_of(levels, years=(2024, 2025), share=(0.3, 1.0)))
    free = plan_resources(case, PRICES, QUICK).summary["cost_yuan"]
    budget = {2024: free / 4, 2025: free / 4}
    programme = plan_resources(case, PRICES, replace(QUICK, budget=budget))
    assert programme.summary["missing_yuan"] == pytest.approx(free / 2, rel=0.1)
    assert check_programme(programme, case, PRICES, budget) == []


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000), more=st.floats(1.1, 3.0))
def test_more_money_never_leaves_more_missing(seed: int, more: float) -> None:
    case = no_rotation(case_of(np.random.default_rng(seed).uniform(0.7, 1.2, (2, 7))))
    lacks = []
    for factor in (1.0, more):
        budget = {2025: 300_000.0 * factor}
        programme = plan_resources(case, PRICES, replace(QUICK, budget=budget, gap=0.02, time_limit_s=3))
        assert check_programme(programme, case, PRICES, budget) == []
        lacks.append(programme.summary["missing_yuan"])
    assert lacks[1] <= lacks[0] + 0.05 * max(lacks[0], 1e5)


def test_tampering_is_noticed() -> None:
    levels = np.full((2, 7), 0.9)
    case = no_rotation(case_of(levels))
    programme = plan_resources(case, PRICES, QUICK)
    less = replace(programme, purchases=programme.purchases.iloc[1:])
    assert check_programme(less, case, PRICES)
    cheap = replace(programme, purchases=programme.purchases.assign(cost_yuan=1.0))
    assert any("price file" in text for text in check_programme(cheap, case, PRICES))
    lost = replace(
        programme,
        moves=pd.DataFrame([("U0", "校0", "primary", 2025, "A1", 1, 0)], columns=list(programme.moves)),
    )
    assert any("leave" in text for text in check_programme(lost, case, PRICES))


def test_yearly_limits_that_leave_no_way_are_named_beside_the_nearest_programme() -> None:
    things = {n: t.model_copy(update={"most": 1}) for n, t in PRICES.things.items()}
    case = no_rotation(case_of(np.vstack([np.full((1, 7), 0.2), np.full((1, 7), 0.99)])))
    few = PRICES.model_copy(update={"things": things})
    programme = plan_resources(case, few, QUICK)
    (missed,) = (u for u in programme.summary["unmet"] if u["what"] == "share")
    assert (missed["asked"], missed["reached"]) == (2, 1 if programme.compliance["passing"].iloc[0] else 0)
    assert "校0" in missed["why_zh"]
    assert "most" in missed["why_en"]
    assert check_programme(programme, case, few) == []


def test_no_time_at_all_still_gives_an_answer_that_says_what_it_misses() -> None:
    case = case_of(np.random.default_rng(4).uniform(0.6, 1.1, (12, 7)))
    programme = plan_resources(case, PRICES, replace(QUICK, time_limit_s=0.01))
    assert check_programme(programme, case, PRICES) == []
    assert 0 <= programme.summary["gap"] <= 1
    assert programme.summary.get("unmet") or programme.compliance["passing"].iloc[0] == 12


def test_the_cheapest_way_of_a_unit_is_what_the_programme_pays() -> None:
    case = no_rotation(case_of(np.random.default_rng(9).uniform(0.75, 1.2, (1, 7))))
    programme = plan_resources(case, PRICES, replace(QUICK, gap=1e-4))
    assert programme.summary["cost_yuan"] == pytest.approx(cheapest_by_unit(case, PRICES).sum(), rel=1e-3)


def test_single_purchases_make_the_unit_pass() -> None:
    rng = np.random.default_rng(2)
    case = case_of(np.where(rng.random((30, 7)) < 0.2, 0.9, 1.1))
    table = single_purchases(case, PRICES)
    assert len(table) > 3
    assert table["cost_yuan"].is_monotonic_increasing
    for row, _ in itertools.islice(zip(table.to_dict("records"), range(10), strict=False), 10):
        amounts = case.amounts.copy()
        amounts[case.units.index.get_loc(row["unit"]), RESOURCES.index(row["resource"]), 0] += row["amount"]
        u = case.units.index.get_loc(row["unit"])
        assert verdicts(case, amounts)[u, 0] == PASS


@pytest.mark.parametrize(
    ("text", "said"),
    [("discount: 0.1\n", "Field required"), ("thing: [", "YAML"), ("source: x\nmove_yuan: -1\nleaving_share: 0.1\nthings: {}\n", "greater than 0")],
)  # fmt: skip
def test_price_files_that_are_wrong(tmp_path, text: str, said: str) -> None:
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        read_prices(tmp_path / "p.yaml")


@pytest.mark.slow
def test_the_default_county_is_brought_to_pass(tmp_path) -> None:
    district = read_district("data/geo/litong")
    figures = figures_of_register(district, PROFILE)
    case = resource_case({figures.year: figures}, PROFILE)
    programme = plan_resources(case, PRICES, Settings({}, gap=0.05, time_limit_s=500))
    assert check_programme(programme, case, PRICES) == []
    assert programme.compliance["share"].iloc[-1] == 1.0
    save_programme(programme, tmp_path / "out", single_purchases(case, PRICES))
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "programme.csv", "moves.csv", "compliance.csv", "clearance.csv", "variation.csv", "single_purchases.csv", "summary.json", NOTE,
    }  # fmt: skip
