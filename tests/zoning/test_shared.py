"""Shared zones: only their pupils are divided among the schools they name, and chains join nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning import check_district
from planning.district import District, read_district, write_district
from planning.errors import DistrictError
from planning.layout import Layout, in_force, load_layout, one_row_per_zone
from planning.runs import finish_run
from planning.scenario import Scenario
from planning.scenario.parts import SmallSchools
from planning.verify import verify_run
from planning.zoning import build_problem, solve
from planning.zoning.problem.shared import propose_shared
from planning.zoning.problem.shared_apart import apart_today
from tests.zoning.chain import chain
from tests.zoning.county import scenario, small_county


def county(**zones: str) -> District:
    """Return a county where A has one class a grade, B three; today AAAABB; ``Z4="A-P;B-P"`` names other units of today."""
    made = small_county(rooms=(6, 18, 9), current="AAAABB")
    table = made.zones.copy()
    for zone, units in zones.items():
        table.loc[table["zone"] == zone, "current_primary"] = units
    return replace(made, zones=table)


def asked(**settings: object) -> Scenario:
    return scenario(catchments="current", **settings)


def by_unit(layout: Layout, column: str) -> dict[str, int]:
    primary = layout.units[layout.units["stage"] == "primary"]
    return primary.groupby("unit")[column].sum().to_dict()


def divided(layout: Layout) -> dict[tuple[str, str], int]:
    return layout.shared.groupby(["zone", "unit"])["pupils"].sum().to_dict()


def test_only_the_pupils_of_the_shared_zone_are_divided() -> None:
    # Z1, Z2, Z3 name A alone: 60 a grade for 45 seats; Z4's 20 can all go to B
    layout = solve(county(Z4="A-P;B-P"), asked(overflow={"allowed": False}))
    assert layout.summary["shortage_pupils"] == 6 * 15
    assert by_unit(layout, "pupils") == {"A-P": 6 * 60, "B-P": 6 * 60}
    assert divided(layout) == {("Z4", "A-P"): 0, ("Z4", "B-P"): 120}
    assert layout.summary["nearby_ratio"]["primary"] == 1.0
    assert layout.summary["shared_catchments"] == [["A-P", "B-P"]]
    assert (layout.summary["shared_zones"], layout.summary["shared_pupils"]) == (1, 120)


def test_seats_decide_how_many_go_where() -> None:
    # Z2, Z3, Z4 name both: A takes 45 of the 80 a grade of Z1–Z4, 20 of them from Z1
    layout = solve(county(Z2="A-P;B-P", Z3="A-P;B-P", Z4="A-P;B-P"), asked())
    assert layout.summary["shortage_pupils"] == layout.summary["overflow_pupils"] == 0
    assert by_unit(layout, "own")["A-P"] <= 6 * 45
    assert (
        sum(n for (_, unit), n in divided(layout).items() if unit == "A-P")
        == by_unit(layout, "own")["A-P"] - 120
    )


def test_the_scenario_declares_zones_or_whole_catchments() -> None:
    by_zone = build_problem(county(), asked(shared=[{"zones": ["Z3"], "units": ["A-P", "B-P"]}]))
    assert [(z.stage, z.zone, z.units) for z in by_zone.shared] == [(0, 2, (0, 1))]
    whole = build_problem(county(), asked(shared=[["A-P", "B-P"]]))
    assert [(z.zone, z.units) for z in whole.shared] == [
        *((k, (0, 1)) for k in range(4)),
        (4, (1, 0)),
        (5, (1, 0)),
    ]
    assert build_problem(county(), asked()).shared == ()
    assert build_problem(county(Z4="A-P;B-P"), asked(shared_today=False)).shared == ()


def test_a_declared_area_fills_seats_where_they_are() -> None:
    layout = solve(county(), asked(shared=[["A-P", "B-P"]], overflow={"allowed": False}))
    assert layout.summary["shortage_pupils"] == 0
    assert by_unit(layout, "own") == {"A-P": 6 * 45, "B-P": 6 * 75}
    assert by_unit(layout, "overflow_out") == {"A-P": 0, "B-P": 0}


def test_a_shared_zone_stays_shared_when_lines_are_drawn_anew() -> None:
    layout = solve(county(Z4="A-P;B-P"), scenario())
    rows = layout.assignment[(layout.assignment["zone"] == "Z4") & (layout.assignment["stage"] == "primary")]
    assert sorted(rows["unit"]) == ["A-P", "B-P"]
    assert rows["share"].sum() == pytest.approx(1.0)
    assert layout.assignment.groupby("stage")["pupils"].sum().to_dict() == {"primary": 720, "junior": 360}


def test_the_run_verifies_comes_back_and_a_false_claim_is_noticed(tmp_path) -> None:
    setting = asked(shared=[["A-P", "B-P"]]).model_copy(update={"district": str(tmp_path / "county")})
    write_district(county(), tmp_path / "county")
    made = read_district(tmp_path / "county")
    run = finish_run(made, setting, solve(made, setting), out=tmp_path / "run")
    report = verify_run(run.folder)
    assert report.ok, [c.text("en") for c in report.checks if not c.ok]
    again = load_layout(run.folder)
    assert again.shared.astype(str).to_numpy().tolist() == run.layout.shared.astype(str).to_numpy().tolist()
    assert set(in_force(again, made.zones)["current_primary"]) == {"A-P;B-P", "B-P;A-P"}
    table = run.folder / "shared.csv"
    lines = table.read_text().splitlines()
    first = lines[1].rsplit(",", 1)
    table.write_text("\n".join([lines[0], f"{first[0]},{int(first[1]) + 1}", *lines[2:]]) + "\n")
    assert {c.rule for c in verify_run(run.folder).failures} >= {"shared", "overflow"}


def test_a_pooled_run_of_an_earlier_version_is_refused(tmp_path) -> None:
    setting = asked().model_copy(update={"district": str(tmp_path / "county")})
    write_district(county(), tmp_path / "county")
    made = read_district(tmp_path / "county")
    folder = finish_run(made, setting, solve(made, setting), out=tmp_path / "run").folder
    flows = folder / "overflow.csv"
    rows = flows.read_text().splitlines()
    flows.write_text("\n".join([rows[0] + ",shared", *(r + ",True" for r in rows[1:])]) + "\n")
    with pytest.raises(DistrictError.__mro__[1]) as caught:
        load_layout(folder)
    assert "pools whole catchments" in caught.value.text("en")


def test_one_row_per_zone_joins_the_units_and_keeps_the_pupils() -> None:
    layout = solve(county(Z4="A-P;B-P"), asked())
    wide = one_row_per_zone(layout.assignment)
    assert len(wide) == 12
    row = wide[(wide["zone"] == "Z4") & (wide["stage"] == "primary")].iloc[0]
    assert (row["unit"], row["pupils"], row["previous_unit"]) == ("A-P;B-P", 120, "A-P;B-P")
    assert one_row_per_zone(wide).equals(wide)


def test_what_is_sent_today_is_proposed_as_shared() -> None:
    layout = solve(county(), asked())
    proposals = propose_shared(layout)
    assert proposals[["unit", "other", "pupils"]].to_numpy().tolist() == [["A-P", "B-P", 210.0]]
    assert propose_shared(solve(county(), asked(shared=[["A-P", "B-P"]]))).empty


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (["A-P", "B-Q"], "did you mean B-P?"),
        (["A-P"], "two or more"),
        (["A-P", "C-J"], "one stage"),
        ({"zones": ["Z9"], "units": ["A-P", "B-P"]}, "no such zone"),
    ],
)
def test_wrong_entries_are_named(entry: object, said: str) -> None:
    with pytest.raises(DistrictError) as caught:
        build_problem(county(), asked(shared=[entry]))
    assert said in caught.value.text("en")


def test_a_chain_joins_no_schools() -> None:
    """Z1 names A alone: its pupils stay with A though B, which shares a zone with A, and C beyond have room."""
    made, setting = chain()
    layout = solve(made, setting)
    grades = layout.units.groupby(["unit", "grade"])["pupils"].sum()
    assert all(grades["A", g] >= 40 for g in range(1, 7))
    assert layout.summary["shortage_pupils"] == 6 * 40 - 6 * 29
    assert layout.summary["shared_catchments"] == [["A", "B"], ["B", "C"]]


def test_a_shared_zone_apart_from_a_school_is_named(tmp_path) -> None:
    """Z5 of the chain lets its pupils go to A, from which Z3 and Z4 part it; Z2 and Z4 hang together with all they name."""
    made, setting = chain()
    table = made.zones.copy()
    table.loc[table["zone"] == "Z5", "current_primary"] = "C;A"
    made = replace(made, zones=table)
    layout = solve(made, setting)
    assert layout.summary["shared_apart"] == [{"stage": "primary", "zone": "Z5", "unit": "A"}]
    assert "shared zone(s) Z5 lie apart from A" in layout.summary["notes"]
    assert "多校划片单元 Z5 与 A 的学区不相连" in layout.summary["notes_zh"]
    (warned,) = apart_today(made)
    assert (warned.row, warned.column, warned.value, warned.level) == (
        "Z5",
        "current_primary",
        "A",
        "warning",
    )
    folder = write_district(made, tmp_path / "county")
    assert any(p.row == "Z5" and p.value == "A" for p in check_district(folder))
    assert apart_today(chain()[0]) == []
    assert solve(*chain()).summary["shared_apart"] == []


def test_a_shared_zone_of_which_one_school_closes_stays_a_shared_zone() -> None:
    made, setting = chain()
    table = made.zones.copy()
    table.loc[table["zone"] == "Z3", "current_primary"] = "C"
    made = replace(made, zones=table)
    closing = setting.model_copy(update={"small_schools": SmallSchools(closed={"B": 2020})})
    layout = solve(made, closing)
    assert divided(layout)["Z2", "B"] == divided(layout)["Z4", "B"] == 0
    assert (layout.summary["shared_zones"], layout.summary["shared_pupils"]) == (2, 2 * 6 * 13)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    named=st.lists(st.sampled_from(["A-P", "B-P", "A-P;B-P", "B-P;A-P"]), min_size=6, max_size=6),
    caps=st.integers(20, 45),
    years=st.integers(0, 2),
    enrolled=st.sampled_from(["stay", "follow"]),
)
def test_shares_are_the_cheapest_division_there_is(
    named: list[str], caps: int, years: int, enrolled: str
) -> None:
    """Whole pupils, only to schools that a zone names, and verified; seats short as few as any division leaves (by brute force)."""
    if "A-P" not in named and "B-P" not in named:
        return
    made = county(**{f"Z{k + 1}": units for k, units in enumerate(named)})
    layout = solve(made, asked(
        overflow={"allowed": False}, enrolled=enrolled, horizon=2020 + years, standards_set={"class_cap": {"primary": caps}},
        prices={"shortage": 1000.0},
    ))  # fmt: skip
    of = layout.shared.merge(
        layout.shared.groupby(["zone", "year", "grade"]).size().rename("units").reset_index()
    )
    allowed = {f"Z{k + 1}": set(units.split(";")) for k, units in enumerate(named)}
    assert all(unit in allowed[zone] for zone, unit in zip(of["zone"], of["unit"], strict=True))
    if enrolled == "follow" and years == 0:
        both = sum(20 for units in named if ";" in units)
        fixed = {u: 20 * named.count(u) for u in ("A-P", "B-P")}
        best = min(
            _short([fixed["A-P"] + k] * 6, 6, caps) + _short([fixed["B-P"] + both - k] * 6, 18, caps) for k in range(both + 1)
        )  # fmt: skip
        assert layout.units.loc[layout.units["stage"] == "primary", "shortage"].sum() <= best


def _short(pupils: list[int], rooms: int, cap: int) -> int:
    """Seats short when rooms go to the fullest classes first."""
    need = sorted((min(cap, n - k * cap) for n in pupils for k in range(-(-n // cap))), reverse=True)
    return sum(need[rooms:])
