"""An adversary who has every public file of a run cannot narrow a single zone or a small catchment below the threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from planning.layout import Layout
from planning.publish.export.write import export_layers
from planning.publish.map.web_map import map_data, public_data
from planning.publish.notice.blocks import Grid
from planning.publish.notice.entrants import expected_entrants
from planning.publish.notice.seats import UNTOLD, seats_section
from planning.publish.page.lookup import lookup_data
from planning.publish.told import told_catchments, told_schools, told_zones
from tests.district.tiny import CATCHMENT, tiny_district
from tests.publish.made import layout_of

LEAST, ZONE_LEAST = 10, 20
YEARS = (2021, 2022)


def made_up(seed: int) -> tuple[Layout, pd.DataFrame]:
    """Return a layout of several primary schools, some of which share zones, and the truth by zone, school and year."""
    random = np.random.default_rng(seed)
    schools = [f"S{k}" for k in range(random.integers(2, 8))]
    rows: list[tuple[object, ...]] = []
    truth: list[tuple[object, ...]] = []
    for s, school in enumerate(schools):
        keys = [f"{school}-P"] * int(random.integers(1, 6))
        if s and random.random() < 0.4:
            keys += [f"S{s - 1}-P;{school}-P"] * int(random.integers(1, 3))
        for key in keys:
            zone, most = f"Z{len({t[0] for t in truth})}", int(random.choice([6, 25, 80]))
            for unit in key.split(";"):
                entrants = [int(random.integers(0, most)) for _ in YEARS]
                stock = int(entrants[0] * random.uniform(4, 7))
                rows.append((zone, "primary", unit, stock, 500.0, False, 0.0, ""))
                truth += [(zone, key, unit, y, e, stock) for y, e in zip(YEARS, entrants, strict=True)]
    table = pd.DataFrame(truth, columns=["zone", "key", "unit", "year", "entrants", "stock"])
    units = table.groupby(["unit", "year"], as_index=False)["entrants"].sum()
    units = units.assign(school=units["unit"].str[:-2], stage="primary", grade=1, pupils=units["entrants"], own=units["entrants"],
                         overflow_in=0, overflow_out=0, classes=-(-units["entrants"] // 45), cap=45, shortage=0, oversize=0, rooms=12)  # fmt: skip
    units["seats"] = units["classes"] * 45
    base = layout_of()
    shared = table[table["key"].str.contains(";")].assign(grade=1, pupils=lambda t: t["entrants"])
    assignment = pd.DataFrame(rows, columns=list(base.assignment.columns[:8])).assign(share=1.0)
    return replace(base, assignment=assignment, units=units, shared=shared[["zone", "unit", "year", "grade", "pupils"]],
                   scenario={**base.scenario, "notice": {"pupils_from": LEAST, "zone_pupils_from": ZONE_LEAST}}), table  # fmt: skip


def known(layout: Layout, table: pd.DataFrame) -> Iterator[tuple[np.ndarray, float]]:
    """Yield what the notices say as equations over the entrants of the truth's rows, printed figures only."""
    keys = {";".join(sorted(k.split(";"))) for k in table["key"]}
    for year in YEARS:
        rows = expected_entrants(tiny_district(), layout, "primary", year=year)
        printed = next(
            b for b in seats_section(tiny_district(), layout, "primary", year) if isinstance(b, Grid)
        ).rows
        now = (table["year"] == year).to_numpy()
        for key, line in zip(rows["unit"], printed, strict=False):
            if line[6] != UNTOLD:
                own = (table["key"] == key) if key in keys and ";" in key else (table["unit"] == key)
                yield (own.to_numpy() & now).astype(float), float(line[6])
            else:
                assert set(line[6:]) <= {UNTOLD, ""}
                assert line[3] in (UNTOLD, "计入各校")
        if printed[-1][6] != UNTOLD:
            yield now.astype(float), float(printed[-1][6])
        if printed[-1][5] != UNTOLD:
            assert all(line[5] != UNTOLD for line in printed[:-1])


def span(aim: np.ndarray, facts: list[tuple[np.ndarray, float]]) -> float:
    """Return how wide the adversary's bounds of a sum of non-negative unknowns are."""
    equations = {"A_eq": np.array([a for a, _ in facts]), "b_eq": [b for _, b in facts]} if facts else {}
    low, high = (linprog(s * aim, bounds=(0, 5000), method="highs", **equations) for s in (1, -1))
    assert low.status == 0
    assert high.status == 0
    return float(-high.fun - low.fun)


@pytest.mark.parametrize("seed", range(15))
def test_the_notices_of_all_years_tell_of_no_zone_and_no_small_catchment(seed: int) -> None:
    layout, table = made_up(seed)
    facts = list(known(layout, table))
    for year in YEARS:
        now = (table["year"] == year).to_numpy()
        small = [
            now & (table["key"] == key).to_numpy()
            for key, part in table[now].groupby("key")
            if part["zone"].nunique() < 2 or part["entrants"].sum() < LEAST
        ]
        zones = [now & (table["zone"] == zone).to_numpy() for zone in pd.unique(table["zone"])]
        for aim in [*small, *zones]:
            # of a zone with few entrants in a large catchment the bounds are as wide as the catchment's count
            assert span(aim.astype(float), facts) >= LEAST


@pytest.mark.parametrize("seed", range(15))
def test_layers_and_lookup_together_tell_of_no_more_than_the_office_agreed_to(seed: int) -> None:
    layout, table = made_up(seed)
    first = table[table["year"] == YEARS[0]]
    stock = first.groupby(["zone", "key"], as_index=False)["stock"].sum()
    zones, told = told_zones(layout, "primary", ZONE_LEAST), told_catchments(layout)
    shown = stock["zone"].map(zones).to_numpy(dtype=bool)
    assert (stock["stock"][shown] >= ZONE_LEAST).all()
    assert set(stock["key"][shown]) <= told
    facts = [((stock["key"] == key).to_numpy(dtype=float), part["stock"].sum()) for key, part in stock.groupby("key") if key in told]  # fmt: skip
    facts.append((np.ones(len(stock)), float(stock["stock"].sum())))  # a census tells the sum
    facts += [(np.eye(len(stock))[k], stock["stock"].iloc[k]) for k in np.flatnonzero(shown)]
    for k in np.flatnonzero(~shown):
        if len(stock) > 1 and not (len(told) == 0 and stock["stock"].sum() < LEAST):
            assert span(np.eye(len(stock))[k], facts) >= LEAST


def test_every_file_asks_the_same_table() -> None:
    alone = {**dict.fromkeys(CATCHMENT, "A-P"), "Z6": "B-P"}
    district, layout = tiny_district(), layout_of(alone)
    layout = replace(layout, scenario={**layout.scenario, "notice": {"zone_pupils_from": 10}})
    layers = export_layers(district, layout)
    told = told_catchments(layout)
    for stage in ("primary", "junior"):
        frame = layers[f"catchments_{stage}"]
        assert (frame["pupils"].notna() == frame["unit"].isin(told)).all()
    schools = layers["schools"].set_index("unit")
    hidden = ~schools.index.isin(told_schools(layout))
    assert hidden.any()
    assert schools.loc[hidden, ["classes", "seats"]].isna().all(axis=None)
    found = lookup_data(district, layout)
    assert [z["properties"]["p0"] for z in found["zones"]["features"]] == [None] * 6


def test_the_order_of_a_public_map_tells_nothing() -> None:
    district = tiny_district()
    orders = set()
    for plan in (
        {**dict.fromkeys(CATCHMENT, "A-P"), "Z6": "B-P"},
        {**dict.fromkeys(CATCHMENT, "B-P"), "Z1": "A-P"},
    ):
        stage = public_data(map_data(district, layout_of(plan)))["stages"][0]
        orders.add(tuple(f["properties"]["unit"] for f in stage["schools"]["features"]))
    assert len(orders) == 1
