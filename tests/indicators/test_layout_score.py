from __future__ import annotations

import doctest
import importlib

import pandas as pd
import pytest

from planning.indicators import figures_of_layout, score
from planning.layout import OVERFLOW_COLUMNS, UNIT_COLUMNS, Layout
from planning.standards import read_profile
from tests.district.tiny import CATCHMENT, ZONES, tiny_district

PROFILE = read_profile("litong-2021")


def row(
    unit: str, stage: str, year: int, grade: int, pupils: int, classes: int, own: int
) -> dict[str, object]:
    cap = PROFILE.class_cap[stage]
    return {
        "unit": unit, "school": unit[0], "stage": stage, "year": year, "grade": grade, "pupils": pupils, "own": own,
        "overflow_in": pupils - own, "overflow_out": 0, "classes": classes, "cap": cap, "seats": classes * cap,
        "shortage": max(0, pupils - classes * cap), "oversize": 0, "rooms": 6,
    }  # fmt: skip


@pytest.fixture
def layout() -> Layout:
    """Two years of the hand county: 2021 as today, 2022 with the new school N taking 20 of B's 40 pupils a grade."""
    rows = []
    for year, b, n in ((2021, 40, 0), (2022, 20, 20)):
        for g in range(1, 7):
            rows += [row("A-P", "primary", year, g, 46, 1, 40), row("B-P", "primary", year, g, b, 1, b)]
            rows += [row("N-P", "primary", year, g, n, 1, n)] if n else []
        rows += [row("C-J", "junior", year, g, 60, 2, 60) for g in (7, 8, 9)]
    assignment = pd.DataFrame(
        [(z, "primary", CATCHMENT[z], 90, 500.0, False, 0.0, CATCHMENT[z]) for z in ZONES],
        columns=[
            "zone",
            "stage",
            "unit",
            "pupils",
            "distance_m",
            "crosses_barrier",
            "overflow",
            "previous_unit",
        ],
    )
    projects = pd.DataFrame(
        [("P1", "A校扩建", "expansion", "A", "primary", False, None, 2, 4e6), ("P2", "新校N", "new", "N", "primary", True, 2022, 6, 30e6)],
        columns=["project", "name", "kind", "school", "stage", "built", "year", "rooms", "cost_yuan"],
    )  # fmt: skip
    overflow = pd.DataFrame(columns=list(OVERFLOW_COLUMNS))
    return Layout("hand", {}, assignment, overflow, pd.DataFrame(rows)[list(UNIT_COLUMNS)], projects)


def test_the_last_year_is_scored_and_projects_open_in_their_year(layout):
    district = tiny_district()
    before, after = (figures_of_layout(district, layout, PROFILE, y) for y in (2021, 2022))
    assert "N-P" not in before.units.index
    assert after.units.loc["N-P", "pupils"] == 120
    assert after.projects == ("新校N",)
    card = score(district, layout, PROFILE)
    assert (card.year, card.source) == (2022, "layout")


def test_what_follows_from_the_layout(layout):
    by_id = score(tiny_district(), layout, PROFILE).indicators.set_index("id")
    # 46 in each of A's six classes; 240 of 276 + 120 + 120 primary pupils … 36 of A come from elsewhere
    assert by_id.loc["B5", "shown"] == "6/24"
    assert by_id.loc["B13", "shown"] == f"{480 / 516:.1%} / 100.0%"
    assert by_id.loc["B13", "verdict"] == "fail"
    # the new school has no resources on record: its rates are missing, so nothing there is a pass
    assert by_id.loc[[f"A{i}" for i in range(1, 8)], "verdict"].isin(["fail", "not_supplied"]).all()
    assert "within the service radius primary 100.0%" in by_id.loc["B1", "evidence_en"]
    # nobody is short of a junior seat here: zero, not minus zero
    assert "(0 short)" in by_id.loc["B1", "evidence_en"]
    assert "-0" not in by_id.loc["B1", "evidence_en"] + by_id.loc["B1", "evidence_zh"]


def test_targets_are_measured_in_the_years_of_the_layout(layout):
    targets = score(tiny_district(), layout, PROFILE).targets
    assert targets.set_index("year")["measured_year"].to_dict() == {
        2021: 2021,
        2022: 2022,
        2023: 2022,
        2024: 2022,
        2025: 2022,
    }


@pytest.mark.parametrize("module", ["variation", "units", "bands", "register", "in_use", "holdings"])
def test_examples_in_docstrings(module):
    result = doctest.testmod(importlib.import_module(f"planning.indicators.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
