"""Winners, losers and equity, worked out by hand over the six zones of tests/district/tiny.py.

Every zone has primary children: 120 in Z1 and Z6, 60 elsewhere. In the second layout Z3 goes from B to A and walks 700 m
more; Z5 stays with B over a way that is 1,200 m shorter; all others walk as before.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.compare import compare
from planning.compare.people import quantile
from planning.layout import Layout
from tests.district.tiny import CATCHMENT, tiny_district
from tests.publish.made import layout_of

NONE = pd.DataFrame()


def second() -> Layout:
    layout = layout_of(CATCHMENT | {"Z3": "A-P"}, name="second")
    table = layout.assignment.copy()
    primary = table["stage"] == "primary"
    table.loc[primary & (table["zone"] == "Z3"), "distance_m"] += 700
    table.loc[primary & (table["zone"] == "Z5"), "distance_m"] -= 1200
    return replace(layout, assignment=table)


@pytest.fixture(scope="module")
def comparison():
    district = tiny_district()
    pupils = district.zone_pupils.assign(migrant=0.0)
    # a third of Z3's children are migrants, nobody else's
    pupils.loc[pupils["zone"] == "Z3", "migrant"] = pupils["pupils"] / 3
    district = replace(district, zone_pupils=pupils)
    return compare([layout_of(name="first"), second()], [NONE, NONE], district)


def test_winners_and_losers_are_counted_in_pupils(comparison) -> None:
    row = comparison.winners[comparison.winners["stage"] == "primary"].iloc[0]
    assert (row["pupils"], row["moved"]) == (480, 60)
    assert (row["shorter"], row["same"], row["longer"]) == (60, 360, 60)
    assert row["mean_m"] == pytest.approx((700 - 1200) * 60 / 480)
    assert (row["q05"], row["q50"], row["q95"]) == (-1200, 0, 700)


def test_the_distribution_sums_to_all_pupils(comparison) -> None:
    part = comparison.changes[comparison.changes["stage"] == "primary"].set_index("name_en")
    assert part.loc["0.5–1 km longer", "pupils"] == 60
    assert part.loc["1–2 km shorter", "pupils"] == 60
    assert part["pupils"].sum() == 480
    assert part["share"].sum() == pytest.approx(1)


def test_zones_with_another_school_are_listed_once(comparison) -> None:
    rows = comparison.moved_zones
    assert rows[["zone", "before", "unit", "delta_m"]].to_numpy().tolist() == [["Z3", "B-P", "A-P", 700.0]]


def test_equity_tells_groups_apart(comparison) -> None:
    table = comparison.equity.set_index(["stage", "group", "layout"])
    # all zones are urban here: the two groups agree, and nobody is town or rural
    assert (
        table.loc[("primary", "all", "second"), "mean_m"]
        == table.loc[("primary", "urban", "second"), "mean_m"]
    )
    assert not {"town", "rural"} & set(comparison.equity["group"])
    assert table.loc[("primary", "migrant", "second"), "pupils"] == pytest.approx(20)
    assert table.loc[("primary", "migrant", "second"), "delta_m"] == pytest.approx(700)
    assert table.loc[("primary", "other", "second"), "delta_m"] == pytest.approx((700 * 40 - 1200 * 60) / 460)
    # 1,000 m before, beyond the 500 m of the standard for all
    assert table.loc[("primary", "all", "first"), "beyond"] == 1


def test_without_a_district_nothing_is_said_about_groups() -> None:
    found = compare([layout_of(name="first"), second()], [NONE, NONE])
    assert set(found.equity["group"]) == {"all"}
    assert found.winners["moved"].tolist() == [60, 0]


def test_class_bands_count_every_class(comparison) -> None:
    bands = comparison.bands.set_index(["stage", "layout"])
    first = bands.loc[("primary", "first")]
    # 40 pupils a grade in one class, six grades, two schools
    assert (first["classes"], first["normal"], first["largest"], first["over_cap"]) == (12, 12, 40, 0)
    second_ = bands.loc[("primary", "second")]
    # A has 50 a grade in one class now: larger than 45, B has 30
    assert (second_["normal"], second_["largish"], second_["largest"], second_["over_cap"]) == (6, 6, 50, 6)


def short(name: str, seats: int, cost: float) -> Layout:
    layout = layout_of(name=name)
    units = layout.units.copy()
    units.loc[0, "shortage"] = seats
    return replace(layout, units=units, summary={**layout.summary, "cost_yuan": cost})


def test_a_layout_that_is_worse_in_everything_is_beaten() -> None:
    sides = [short("first", 5, 4e6), short("worse", 6, 9e6), short("other", 0, 9e6)]
    table = compare(sides, [NONE] * 3).pareto.set_index("layout")
    assert table["beaten_by"].to_dict() == {"first": "", "worse": "first、other", "other": ""}


def test_sums_over_other_years_are_not_held_against_each_other() -> None:
    first = replace(layout_of(name="first"), summary={"shortage_pupils": 9, "cost_yuan": 2e6})
    later = replace(layout_of(name="later"), summary={"shortage_pupils": 3, "cost_yuan": 1e6})
    assert compare([first, later], [NONE, NONE]).best("shortage") == [False, True]
    later = replace(later, units=later.units.assign(year=2025))
    assert compare([first, later], [NONE, NONE]).best("shortage") == [False, False]
    assert compare([first, later], [NONE, NONE]).best("cost") == [False, True]


def test_other_years_and_other_data_are_said() -> None:
    first = replace(layout_of(name="first"), summary={"inputs": {"zones.geojson": "a"}})
    later = layout_of(name="later")
    later = replace(later, units=later.units.assign(year=2025), summary={"inputs": {"zones.geojson": "b"}})
    notes = compare([first, later], [NONE, NONE]).notes
    notes = tuple(note.text("zh") for note in notes)
    assert "2025" in notes[0]
    assert "zones.geojson" in notes[1]


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9)), min_size=1, max_size=30),
    st.floats(0.01, 0.99),
)
def test_quantiles_are_those_of_the_repeated_values(pairs: list[tuple[int, int]], q: float) -> None:
    values, weights = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    repeated = np.sort(np.repeat(values, weights.astype(int)))
    share = np.arange(1, len(repeated) + 1) / len(repeated)
    assert quantile(values, weights, q) == repeated[np.flatnonzero(share >= q - 1e-9)[0]]
