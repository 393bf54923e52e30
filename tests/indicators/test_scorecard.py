from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.indicators import (
    INDICATORS,
    figures_of_assignment,
    figures_of_register,
    judge,
    make_case,
    score_figures,
    score_register,
    write_scorecard,
)
from planning.standards import read_profile
from tests.district.tiny import tiny_district
from tests.indicators.hand import NAMES, PROFILE, figures, full_register, unit

COUNTY = [unit("U", "primary"), unit("V", "primary", 600), unit("W", "junior", 500), unit("X", "junior", 300)]
IDS = [
    *(f"A{i}" for i in range(1, 8)),
    *(f"B{i}" for i in range(1, 16)),
    *(f"C{i}" for i in range(1, 10)),
    "D1",
]


def verdicts(f, profile=PROFILE) -> dict[str, str]:
    return {i: v.outcome for i, v in judge(make_case(f, profile)).items()}


def test_the_32_in_the_order_of_the_form():
    assert [i.id for i in INDICATORS] == IDS
    assert all(
        i.judge.__doc__.startswith(f"{i.id}: ") or i.judge.__doc__.startswith(f"{i.id} = ")
        for i in INDICATORS
    )


def test_a_county_that_passes_everything():
    card = score_figures(figures(COUNTY, register=full_register()), PROFILE)
    assert (card.passed, card.failed, card.not_supplied, card.overall) == (32, 0, 0, "pass")
    assert card.units_passing == (4, 4)


@pytest.mark.parametrize("gone", [(i, item) for i, item, *_ in full_register()])
def test_a_missing_document_is_never_a_pass(gone):
    register = [r for r in full_register() if r[:2] != gone]
    f = figures(COUNTY, register=register)
    assert verdicts(f)[gone[0]] == "not_supplied"
    card = score_figures(f, PROFILE)
    assert card.overall == "not_supplied"
    assert "未提供 1 项" in card.text("zh")
    assert "never a pass" in card.text("en")


@pytest.mark.parametrize("short", [(i, item) for i, item, *_ in full_register()])
def test_every_document_can_fail(short):
    worse = {"school_difference": 0.15, "civil_servant_pay_yuan": 90_001}
    register = [
        (
            i,
            item,
            worse.get(item, value * 0.999 - (value == 1)) if (i, item) == short else value,
            date,
            source,
        )
        for i, item, value, date, source in full_register()
    ]
    found = verdicts(figures(COUNTY, register=register))
    assert [i for i, v in found.items() if v != "pass"] == [short[0]]


@pytest.mark.parametrize(
    ("date", "stale"), [("2020-09-01", False), ("2020-08-31", True), ("2021-10-01", False), ("", True)]
)
def test_values_older_than_a_school_year_are_flagged(date, stale):
    card = score_figures(figures(COUNTY, year=2021, register=full_register(date)), PROFILE)
    assert bool(card.indicators.set_index("id").loc["B7", "stale"]) is stale


def test_a_single_remainder_at_85_percent_is_allowed():
    found = verdicts(figures([unit("U", rates={"A7": 0.86}), *COUNTY[1:]]))
    assert found["A7"] == "pass"
    found = verdicts(figures([unit("U", rates={"A7": 0.84}), *COUNTY[1:]]))
    assert found["A7"] == "fail"
    found = verdicts(figures([unit("U", rates={"A7": 0.9, "A4": 0.9}), *COUNTY[1:]]))
    assert (found["A7"], found["A4"], found["A5"]) == ("fail", "fail", "pass")


def test_missing_amounts_are_not_supplied_and_zero_is_below():
    assert verdicts(figures([{**unit("U"), "A6": np.nan}, *COUNTY[1:]]))["A6"] == "not_supplied"
    assert verdicts(figures([{**unit("U"), "A6": 0.0}, *COUNTY[1:]]))["A6"] == "fail"


def test_a_resource_nobody_supplied_is_not_supplied_and_drags_no_other_down():
    county = [{**u, "A6": np.nan} for u in COUNTY]
    for reading in ("each", "composite"):
        found = verdicts(figures(county), PROFILE.model_copy(update={"cv_reading": reading}))
        assert found["A6"] == "not_supplied"
        assert "fail" not in {found[name] for name in NAMES}
    assert verdicts(figures(county))["A1"] == "pass"


def test_a_spread_fails_for_sure_only_when_no_missing_amount_could_mend_it():
    rates = [{"A1": 1.0}, {"A1": 5.0}]  # CV 0.667
    big, small = ({**unit("W", pupils=p), "A1": np.nan} for p in (1900, 100))
    county = [unit(n, rates=r) for n, r in zip("UV", rates, strict=True)]
    junior = unit("J", "junior")
    assert verdicts(figures([*county, small, junior]))["A1"] == "fail"
    assert verdicts(figures([*county, big, junior]))["A1"] == "not_supplied"


def test_both_readings_of_the_variation():
    # A1 spreads beyond 0.5, the other six not at all: the composite is small
    county = [unit("U", rates={"A1": 1.0}), unit("V", rates={"A1": 5.0}), *COUNTY[2:]]
    each, composite = PROFILE, PROFILE.model_copy(update={"cv_reading": "composite"})
    assert verdicts(figures(county), each)["A1"] == "fail"
    assert verdicts(figures(county), composite)["A1"] == "pass"
    row = score_figures(figures(county), each).indicators.set_index("id").loc["A1"]
    assert "composite reading it holds" in row["reading_en"]
    assert "综合差异系数读法符合" in row["reading_zh"]


rates_of_units = st.lists(
    st.tuples(
        st.sampled_from(["primary", "junior"]),
        st.integers(50, 1900),
        st.lists(st.floats(0.5, 4), min_size=7, max_size=7),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(rates_of_units)
def test_strict_pass_implies_composite_pass(county):
    f = figures(
        [unit(f"U{i}", s, p, rates=dict(zip(NAMES, r, strict=True))) for i, (s, p, r) in enumerate(county)]
    )
    strict, mild = verdicts(f), verdicts(f, PROFILE.model_copy(update={"cv_reading": "composite"}))
    if all(strict[a] == "pass" for a in NAMES):
        assert all(mild[a] == "pass" for a in NAMES)


@settings(max_examples=20, deadline=None)
@given(rates_of_units, st.integers(1, 49), st.floats(0, 9))
def test_units_that_do_not_count_change_no_figure(county, pupils, rate):
    units = [
        unit(f"U{i}", s, p, rates=dict(zip(NAMES, r, strict=True))) for i, (s, p, r) in enumerate(county)
    ]
    extra = [
        unit("T", "primary", pupils, kind="teaching_point", rates=rate),
        unit("S", "primary", 300, kind="special", rates=rate),
        {**unit("Z", "junior", 100, rates=rate), "pupils": 0},
    ]
    plain, more = (
        score_figures(figures(u, register=full_register()), PROFILE) for u in (units, units + extra)
    )
    pd.testing.assert_frame_equal(plain.variation, more.variation)
    assert plain.units_passing == more.units_passing
    columns = ["verdict", "value", "shown"]
    assert plain.indicators.iloc[:7][columns].equals(more.indicators.iloc[:7][columns])


def test_music_and_art_rooms_per_twelve_classes():
    sizes = [("U", 1, 40)] * 13
    assert verdicts(figures([unit("U", music_rooms=2, art_rooms=2)], sizes=sizes))["B3"] == "pass"
    assert verdicts(figures([unit("U", music_rooms=2, art_rooms=1)], sizes=sizes))["B3"] == "fail"
    assert verdicts(figures([unit("U", music_rooms=1, art_rooms=1)], sizes=sizes[:12]))["B3"] == "pass"
    assert (
        verdicts(figures([unit("U", music_rooms=np.nan, art_rooms=2)], sizes=sizes))["B3"] == "not_supplied"
    )


@pytest.mark.parametrize(
    ("kind", "primary", "junior", "verdict"),
    [
        ("primary", 2000, 0, "pass"),
        ("primary", 2001, 0, "fail"),
        ("nine_year", 1400, 1100, "pass"),
        ("nine_year", 1400, 1101, "fail"),
        ("twelve_year", 1400, 1101, "fail"),
        ("special", 2600, 0, "pass"),
    ],
)
def test_school_size_over_both_stages(kind, primary, junior, verdict):
    units = [unit("U-P", "primary", primary, kind=kind, school="U"), unit("V")]
    if junior:
        units.append(unit("U-J", "junior", junior, kind=kind, school="U"))
    assert verdicts(figures(units))["B4"] == verdict


def test_one_class_over_the_cap_fails():
    assert verdicts(figures([unit("U")], sizes=[("U", 1, 45)] * 9))["B5"] == "pass"
    assert verdicts(figures([unit("U")], sizes=[("U", 1, 45)] * 8 + [("U", 1, 46)]))["B5"] == "fail"


def test_small_rural_schools_are_named_in_the_evidence():
    units = [
        unit("R", pupils=60, locale="rural"),
        unit("T", pupils=40, kind="teaching_point"),
        unit("C", pupils=60),
    ]
    verdict = judge(make_case(figures(units, register=full_register()), PROFILE))["B6"]
    assert (verdict.outcome, verdict.scope_en) == ("pass", "2 units")
    assert "100 pupils to make up" in verdict.evidence_en  # 40 for R and 60 for T


def test_migrant_children_in_both_readings():
    wide = PROFILE.model_copy(
        update={"readings": PROFILE.readings.model_copy(update={"B15": "public_or_purchased"})}
    )
    register = [("B15", "migrant_public_rate", 0.80, "2021-03-01", "x")]
    assert verdicts(figures(COUNTY, register=register))["B15"] == "fail"
    assert verdicts(figures(COUNTY, register=register), wide)["B15"] == "not_supplied"
    register.append(("B15", "migrant_public_or_purchased_rate", 0.86, "2021-03-01", "x"))
    assert verdicts(figures(COUNTY, register=register), wide)["B15"] == "pass"


def test_the_hand_county_from_its_register():
    district = tiny_district()
    card = score_register(district, PROFILE)
    units = card.units.set_index("unit")
    # B has 10 qualified teachers for 240 pupils: 4.17, under 4.2 and over 3.57
    assert units.loc["B-P", "A1"] == pytest.approx(1000 / 240)
    assert units.loc["B-P", ["A1_state", "met", "verdict"]].tolist() == ["floor", 6, "pass"]
    assert units.loc["A-P", "met"] == 7
    by_id = card.indicators.set_index("id")
    assert by_id.loc["A1", "verdict"] == "pass"
    assert by_id.loc["A1", "shown"] == "2/3 (66.7%)"
    # A 12 and B 10 teachers for 240 pupils each: 5 and 4.17 around 4.58
    cv = card.variation.set_index(["stage", "indicator"]).loc[("primary", "A1"), "cv"]
    assert cv == pytest.approx((5 - 4.1666667) / 2 / 4.5833333)
    # homes are not in a register
    assert by_id.loc["B13", "verdict"] == "not_supplied"
    assert by_id.loc["B7", "verdict"] == "pass"
    assert by_id.loc["B12", "verdict"] == "not_supplied"


def test_the_files(tmp_path):
    card = score_figures(figures(COUNTY, register=full_register()), read_profile("litong-2021"))
    write_scorecard(card, tmp_path)
    names = {p.name for p in tmp_path.iterdir()}
    assert names == {
        "scorecard.csv",
        "scorecard_units.csv",
        "scorecard_variation.csv",
        "scorecard_classes.csv",
        "scorecard_figures.csv",
        "targets.csv",
    }
    table = pd.read_csv(tmp_path / "scorecard.csv", encoding="utf-8-sig")
    assert table["id"].tolist() == IDS
    assert set(table["verdict"]) == {"pass"}


def test_an_assignment_scored_without_solving():
    district = tiny_district()
    zones = district.zones
    assignment = pd.concat(
        [
            pd.DataFrame({"zone": zones["zone"], "stage": "primary", "unit": "A-P"}),
            pd.DataFrame({"zone": zones["zone"], "stage": "junior", "unit": "C-J"}),
        ],
        ignore_index=True,
    )
    f = figures_of_assignment(district, assignment, PROFILE)
    # all 80 pupils of a grade in A with its 6 rooms: one class of 80 each
    assert f.units.loc["A-P", "pupils"] == 480
    assert f.class_sizes[f.class_sizes["unit"] == "A-P"]["pupils"].tolist() == [80] * 6
    found = verdicts(f)
    assert (found["B5"], found["B13"]) == ("fail", "pass")
    # Z3 (centre 2.5, 0.5) is 2 km from A; B (2.5, 1.5), which takes nobody, is not in use
    assert f.assignment["nearest"].all()


def test_attendance_tells_who_leaves_the_catchment():
    district = tiny_district()
    assignment = pd.DataFrame(
        [(z, "primary", "A-P" if z in ("Z1", "Z2", "Z4") else "B-P") for z in district.zones["zone"]],
        columns=["zone", "stage", "unit"],
    )
    attendance = pd.DataFrame(
        [("Z1", "A-P", 1, 30), ("Z2", "B-P", 1, 10), ("Z6", "B-P", 1, 40), ("", "A-P", 2, 20)],
        columns=["zone", "unit", "grade", "pupils"],
    )
    f = figures_of_assignment(district, assignment, PROFILE, attendance=attendance)
    verdict = judge(make_case(f, PROFILE))["B13"]
    assert verdict.outcome == "fail"
    assert verdict.value == pytest.approx(70 / 100)
    assert "intake primary 87.5%" in verdict.evidence_en  # grade 1 only: 70 of 80


def test_projects_bring_rooms_and_resources():
    district = tiny_district()
    figures_now = figures_of_register(district, PROFILE)
    assert "N-P" not in figures_now.units.index
    f = figures_of_assignment(
        district,
        pd.DataFrame({"zone": district.zones["zone"], "stage": "primary", "unit": "N-P"}),
        PROFILE,
        projects=("P2",),
    )
    assert f.units.loc["N-P", ["school", "stage", "locale"]].tolist() == ["N", "primary", "urban"]
    assert f.projects == ("新校N",)
    assert f.units.loc["N-P", "pupils"] == 480
    assert bool(f.units.loc["N-P", "counted"])


@pytest.mark.parametrize(("own", "verdict"), [(1.0, "pass"), (0.95, "fail"), (np.nan, "not_supplied")])
def test_nearby_by_stage(own, verdict):
    # 95 % suffices for the junior stage only
    assert verdicts(figures(COUNTY, own=own))["B13"] == verdict
    junior = figures([u for u in COUNTY if u["stage"] == "junior"], own=own)
    assert verdicts(junior)["B13"] == ("pass" if own >= 0.95 else "not_supplied")


def test_nearby_by_locale_is_the_other_reading():
    by_locale = PROFILE.model_copy(update={"nearby": PROFILE.nearby.model_copy(update={"reading": "locale"})})
    town = figures([unit("U", locale="town"), unit("V", "junior", locale="town")], own=0.95)
    assert verdicts(town)["B13"] == "fail"
    assert verdicts(town, by_locale)["B13"] == "pass"


@pytest.mark.parametrize(
    "outside",
    [
        {"ownership": "private"},
        {"boarding": True},
        {"locale": "rural"},
        {"admission": "county"},
        {"kind": "special"},
    ],
)
def test_units_that_nearby_enrolment_leaves_out(outside):
    f = figures([unit("U"), unit("X", **outside)])
    f.enrolment.loc[f.enrolment["unit"] == "X", "own"] = 0.0
    assert verdicts(f)["B13"] == "pass"


def test_the_register_serves_where_homes_are_not_known():
    register = [
        ("B13", "nearby_primary_rate", 1.0, "2021-03-01", "x"),
        ("B13", "nearby_junior_rate", 0.96, "2021-03-01", "x"),
    ]
    assert verdicts(figures(COUNTY, own=np.nan, register=register))["B13"] == "pass"
    assert verdicts(figures(COUNTY, own=np.nan, register=register[:1]))["B13"] == "not_supplied"


STAGE_ITEMS = {"primary": frozenset(), "junior": frozenset({"B14", "C1"})}
"""Items that speak of one stage alone, by the stage without which they do not apply."""


def without(stage: str, way: str) -> list[dict[str, object]]:
    """Return the hand county without a stage: no school of it, or schools without pupils."""
    if way == "no school":
        return [u for u in COUNTY if u["stage"] != stage]
    return [{**u, "pupils": 0.0} if u["stage"] == stage else u for u in COUNTY]


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("way", ["no school", "no pupils"])
@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_what_a_stage_without_schools_or_pupils_would_be_judged_by_is_said_not_to_apply(stage, way, name):
    f = figures(without(stage, way), register=full_register())
    found = judge(make_case(f, PROFILE))[name]
    gone = name in STAGE_ITEMS[stage] and way == "no school"
    assert found.outcome == ("not_applicable" if gone else "pass")
    assert (found.shown == "") == gone
    if name == "B13":
        assert found.shown == ("不适用 / 100.0%" if stage == "primary" else "100.0% / 不适用")
        assert f"{'小学' if stage == 'primary' else '初中'} 不适用" in found.evidence_zh
    if name[0] == "A":
        assert found.evidence_zh.count("不适用") == 2  # mean and coefficient of the stage
        assert found.evidence_en.count("not applicable") == 2


@pytest.mark.parametrize("source", ["layout", "register"])
@pytest.mark.parametrize("name", IDS)
def test_nothing_that_is_computed_passes_where_nobody_is(name, source):
    # in a register nobody may be missing, not absent
    f = dataclasses.replace(
        figures([{**u, "pupils": 0.0} for u in COUNTY], register=full_register()), source=source
    )
    found = judge(make_case(f, PROFILE))[name]
    computed = name in (*NAMES, "B3", "B4", "B5", "B13")
    assert found.outcome == (
        ("not_applicable" if source == "layout" else "not_supplied") if computed else "pass"
    )
    assert not computed or (found.value is None and found.shown == "")


def test_a_coefficient_of_nobody_is_neither_within_its_limit_nor_beyond():
    table = score_figures(figures(without("junior", "no school")), PROFILE).variation.set_index("stage")
    assert table.loc["junior", "within"].isna().all()
    assert table.loc["primary", "within"].all()
