"""Counties of square zones, with schools where they are wanted, and every plan there is: for exact answers by counting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from planning.arrays import IntArray
from planning.district import District
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import own_homes
from tests.zoning.county import CRS, EAST, NORTH, small_county

Cell = tuple[int, int]


def grid_county(
    cells: list[Cell],
    primary: dict[str, Cell],
    junior: dict[str, Cell],
    *,
    pupils: list[int] | None = None,
    rooms: int = 12,
    today: dict[str, list[str | None]] | None = None,
) -> District:
    """Return a county of zones of 1 km × 1 km at the cells named; ``today`` names the unit of every zone by stage."""
    base = small_county()
    names = [f"Z{k:02d}" for k in range(len(cells))]
    count = pupils or [10] * len(cells)
    shapes = [
        box(EAST + 1000 * c, NORTH + 1000 * r, EAST + 1000 * (c + 1), NORTH + 1000 * (r + 1))
        for c, r in cells
    ]
    current = today or {}
    row = base.zones.iloc[[0] * len(cells)].reset_index(drop=True)
    zones = gpd.GeoDataFrame(
        row.assign(
            zone=names,
            current_primary=current.get("primary", [pd.NA] * len(cells)),
            current_junior=current.get("junior", [pd.NA] * len(cells)),
        ).drop(columns="geometry"),
        geometry=shapes,
        crs=CRS,
    )
    sites = {**primary, **junior}
    schools = base.schools.iloc[[0] * len(sites)].reset_index(drop=True)
    schools = schools.assign(
        school=list(sites), name=[f"合成{s}" for s in sites],
        kind=["primary" if s in primary else "junior" for s in sites],
        geometry=[Point(EAST + 1000 * c + 500, NORTH + 1000 * r + 500) for c, r in sites.values()],
    )  # fmt: skip
    stage = {s: "primary" if s in primary else "junior" for s in sites}
    units = pd.DataFrame(
        {
            "unit": [f"{s}-{stage[s][0].upper()}" for s in sites], "school": list(sites), "stage": list(stage.values()),
            "rooms": rooms, "admission": "catchment", "music_rooms": 1, "art_rooms": 1,
        }
    )  # fmt: skip
    whole = zones.union_all()
    return replace(
        base,
        zones=zones,
        boundary=gpd.GeoDataFrame({"name": ["格县"]}, geometry=[whole], crs=CRS),
        townships=gpd.GeoDataFrame(
            {"township": ["T1"], "name": ["合成镇"], "population": [1]}, geometry=[whole], crs=CRS
        ),
        zone_pupils=pd.DataFrame(
            [(z, 2020, g, n, 0) for z, n in zip(names, count, strict=True) for g in range(1, 10)],
            columns=["zone", "year", "grade", "pupils", "migrant"],
        ),
        schools=gpd.GeoDataFrame(schools, geometry="geometry", crs=CRS),
        units=units,
        classes=pd.DataFrame(columns=base.classes.columns).astype(base.classes.dtypes),
        roads=base.roads.iloc[:0],
    )


def random_county(
    rng: np.random.Generator, columns: int, rows: int, n_primary: int, n_junior: int
) -> District:
    """Return a grid with schools in zones of their own, pupils and rooms at random."""
    cells = [(c, r) for r in range(rows) for c in range(columns)]

    def sites(letter: str, n: int) -> dict[str, Cell]:
        return {f"{letter}{k}": cells[j] for k, j in enumerate(rng.choice(len(cells), n, replace=False))}

    return grid_county(
        cells, sites("P", n_primary), sites("J", n_junior),
        pupils=rng.integers(3, 30, len(cells)).tolist(), rooms=int(rng.integers(6, 13)),
    )  # fmt: skip


def legal_plans(problem: ZoningProblem, s: int) -> Iterator[IntArray]:
    """Yield every plan of a stage that is connected and leaves each site to its school."""
    graph = nx.from_scipy_sparse_array(problem.neighbours)
    units = problem.units_of(problem.stages[s]).tolist()
    homes = {u: z for u, z in own_homes(problem).items() if u in units}
    for plan in product(units, repeat=problem.n_zones):
        if any(plan[z] != u for u, z in homes.items()):
            continue
        parts = ([z for z in range(problem.n_zones) if plan[z] == u] for u in units)
        if all(not part or nx.is_connected(graph.subgraph(part)) for part in parts):
            yield np.array(plan)


def price_of(problem: ZoningProblem, s: int, plan: IntArray) -> float:
    """Return what a plan of a stage costs without pupils sent on: walks, classes, seats short."""
    prices = problem.scenario.prices
    total = float(sum(problem.arc_cost(s, int(u))[plan == u].sum() for u in np.unique(plan)))
    for u in problem.units_of(problem.stages[s]).tolist():
        left = {
            g: float(problem.pupils[plan == u, g - 1, 0].sum()) for g in problem.grades(problem.stages[s])
        }
        for _ in range(int(problem.units["rooms"].iat[u])):
            cap = {g: problem.caps[s, g - 1, 0] for g in left}
            grade = max(left, key=lambda g: min(left[g], cap[g]))
            seated = min(left[grade], cap[grade])
            if prices.shortage * seated <= prices.class_:
                break
            left[grade] -= seated
            total += prices.class_
        total += prices.shortage * sum(left.values())
        total += prices.oversize * max(
            0.0, float(problem.pupils[plan == u].sum(axis=0)[[g - 1 for g in left], 0].sum()) - problem.units["school_limit"].iat[u]
        )  # fmt: skip
    return total


def best_price(problem: ZoningProblem, *, nested: bool) -> float:
    """Return the price of the best plan of all stages, infinite where there is none."""
    parts = [
        [(price_of(problem, s, p), p) for p in legal_plans(problem, s)] for s in range(len(problem.stages))
    ]
    if not nested:
        return float(sum(min(price for price, _ in part) for part in parts))
    best = np.inf
    junior = sorted(parts[1], key=lambda pair: pair[0])
    for first, one in sorted(parts[0], key=lambda pair: pair[0]):
        for second, other in junior:
            if first + second >= best:
                break
            if all(len(set(other[one == p].tolist())) == 1 for p in np.unique(one)):
                best = first + second
                break
    return float(best)
