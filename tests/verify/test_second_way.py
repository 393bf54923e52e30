"""What the verifier derives a second time agrees with what plans are made from, and names where it does not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.demand import ForecastSettings, forecast
from planning.district import District, read_district
from planning.layout import save_tables
from planning.scenario import Scenario
from planning.travel import school_places, travel_matrix, zone_neighbours
from planning.verify import verify_run
from planning.verify.forecast import pupils_to_come
from planning.verify.neighbours import borders
from planning.verify.streets import Streets
from planning.zoning import solve
from tests.needs import need_module
from tests.zoning.county import scenario, small_county

COUNTY = Path(__file__).parents[2] / "data" / "geo" / "litong"


@pytest.fixture(scope="module")
def litong() -> District:
    return read_district(COUNTY)


@pytest.mark.parametrize(
    "setting", [{}, {"neighbours": "queen"}, {"snap_m": 5.0, "cut_by": ["river", "canal", "arterial"]}]
)
def test_the_same_neighbours_are_derived_twice(litong: District, setting: dict[str, object]) -> None:
    asked = Scenario.model_validate(
        {"name": "x", "district": "x", "year": 2020, "contiguity": setting}
    ).contiguity
    product = zone_neighbours(litong, contiguity=asked.neighbours, snap_m=asked.snap_m, cut=asked.cut_by)
    own = borders(litong, asked, {})
    differ = {frozenset(e) for e in product.graph().edges} ^ {frozenset(e) for e in own.graph.edges}
    assert differ - {frozenset(e) for e in own.doubtful} == set()
    assert own.graph.number_of_edges() > 1000


def test_libpysal_knows_no_other_pairs(litong: District) -> None:
    need_module("libpysal")
    from libpysal.graph import Graph

    asked = Scenario.model_validate({"name": "x", "district": "x", "year": 2020}).contiguity
    queen = Graph.build_contiguity(litong.zones.set_index("zone"), rook=False)
    rook = Graph.build_contiguity(litong.zones.set_index("zone"), rook=True)
    own = borders(litong, asked.model_copy(update={"cut_by": ()}), {})
    found = {frozenset((str(a), str(b))) for a, b, by_hand in own.graph.edges(data="by_hand") if not by_hand}
    touching, edge_to_edge = (
        {frozenset((str(a), str(b))) for (a, b), w in g.adjacency.items() if w} for g in (queen, rook)
    )
    assert found <= touching  # the county's zones meet exactly
    shape = dict(zip(litong.zones["zone"], litong.zones.geometry, strict=True))
    short = edge_to_edge - found
    assert all(shape[a].boundary.intersection(shape[b].boundary).length < 12 for a, b in map(sorted, short))


def test_streets_built_a_second_time_are_as_long(litong: District) -> None:
    places = school_places(litong)
    product = travel_matrix(litong, places)
    homes = [shape.point_on_surface() for shape in litong.zones.geometry]
    metres, crossed = Streets(litong.roads, litong.barriers).ways(homes, list(places.geometry), detour=1.3)
    assert np.isfinite(metres).tolist() == np.isfinite(product.distance_m).tolist()
    assert np.nanmax(np.abs(metres - product.distance_m)) < 0.05
    assert crossed.tolist() == product.crosses_barrier.tolist()
    assert crossed.any()


@pytest.mark.parametrize("variant", ["low", "medium", "high"])
def test_pupils_forecast_a_second_time_are_as_many(litong: District, variant: str) -> None:
    years = (2020, 2022, 2025)
    settings = ForecastSettings(births_factor=1.1)
    product = forecast(litong, years, variant=variant, settings=settings).pupils  # type: ignore[arg-type]
    own = pupils_to_come(litong, years, variant, 1.1, False)
    both = product.merge(own, on=["zone", "year", "grade"], suffixes=("", "_own"))
    assert len(both) == len(product) == len(own)
    assert (both["pupils"] == both["pupils_own"]).all()


def test_a_pair_the_run_made_neighbours_is_named(tmp_path: Path) -> None:
    layout = solve(small_county(), scenario(catchments="current"))
    more = pd.concat([layout.neighbours, pd.DataFrame({"zone": ["Z1"], "neighbour": ["Z6"]})])
    lost = dataclasses.replace(layout, neighbours=more[(more["zone"] != "Z2") | (more["neighbour"] != "Z3")])
    save_tables(lost, tmp_path)
    failed = [c for c in verify_run(tmp_path, small_county()).failures if c.rule == "neighbours"]
    assert [(c.where, c.expected, c.found) for c in failed] == [
        ("Z1–Z6 (1000.0 m)", "apart", "neighbours"),
        ("Z2–Z3 (0.0 m)", "neighbours", "apart"),
    ]
