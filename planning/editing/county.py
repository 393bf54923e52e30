"""Sum the figures of all units up to those of the county."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.district import District
from planning.editing.broken_rules import same_problem
from planning.editing.figures import CountyFigures, Price
from planning.editing.ground import Ground
from planning.editing.measures import (
    Judged,
    NearbyGroup,
    balance_price,
    indicators,
    judged,
    nearby_groups,
    nearby_price,
    nearby_ratios,
    resource_price,
)
from planning.editing.start import Start
from planning.editing.state import State
from planning.gap import gap_share
from planning.layout import Layout
from planning.zoning.answer.summary import weighted_quantile
from planning.zoning.rules.balance import even_by_room


@dataclass(frozen=True)
class Measures:
    """What the county's figures need beside the units: no move changes it."""

    judged: Judged
    nearby: tuple[NearbyGroup, ...]
    even: FloatArray | None


def measures_of(ground: Ground, layout: Layout, district: District) -> Measures:
    """Prepare the county's figures."""
    problem = ground.problem
    even = even_by_room(problem) * ground.rooms if problem.scenario.balance.enabled else None
    return Measures(judged(problem, layout, district), nearby_groups(problem), even)


def county_figures(state: State, measures: Measures, start: Start) -> CountyFigures:
    """Return the figures of the whole plan."""
    problem = state.ground.problem
    pupils, own, taken = (a.sum(axis=1) for a in (state.pupils, state.own, state.taken))
    oversize = state.oversize()
    price = _price(state, measures, pupils, taken, oversize)
    short = state.short.sum(axis=(0, 1))
    mean, p95 = _walks(state)
    lacking = {
        "class_size": short.any(),
        "school_size": (oversize > 0).any(),
        "nearby": price.nearby > 0,
        "resources": price.resources > 0,
    }
    named = frozenset(name for name, lacks in lacking.items() if lacks)
    bound, gap = start.bound_for(price.total, lawful=same_problem(state, named)), None
    if bound is not None:
        gap = gap_share(round(price.total, 4), bound)
    return CountyFigures(
        price=price,
        bound=bound,
        gap=gap,
        seats_short=int(short.sum()),
        short_by_year=tuple(zip(problem.years, short.tolist(), strict=True)),
        classes_over_cap=int(state.over.sum()),
        oversized_schools=int((oversize > 0).any(axis=1).sum()),
        overflow_pupils=int(state.sent.sum()),
        moved_pupils=sum(h.moved_pupils for h in state.homes) if state.ground.had_catchments else None,
        moved_zones=_moved_zones(state) if state.ground.had_catchments else None,
        nearby=nearby_ratios(measures.nearby, pupils, own),
        mean_walk_m=mean,
        p95_walk_m=p95,
        apart=sum(len(h.apart) for h in state.homes),
        detached=sum(len(h.detached) for h in state.homes),
        indicators=indicators(
            measures.judged, state.pupils[:, :, -1], state.own[:, :, -1], state.classes[:, :, -1]
        ),
    )


def _moved_zones(state: State) -> int:
    """Count zones by stage with a row that has moved; a shared zone has several rows and counts once."""
    rows = state.ground.shared_rows
    shared = {(int(s), int(z)) for s, z in zip(rows.stage[rows.moved], rows.zone[rows.moved], strict=True)}
    return sum(h.moved_zones for h in state.homes) + len(shared)


def _price(state: State, measures: Measures, pupils: IntArray, taken: IntArray, oversize: IntArray) -> Price:
    ground, problem = state.ground, state.ground.problem
    prices, years = problem.scenario.prices, len(problem.years)
    by_pair = state.sent.sum(axis=(1, 2))
    return Price(
        travel=float(state.travel.sum()),
        overflow=math.fsum(by_pair * ground.flows.price)
        / years,  # the same, whichever flows without pupils stand among them
        shared=ground.constant["shared"],
        shortage=int(state.short.sum()) * prices.shortage / years,
        classes=int(state.classes.sum()) * problem.class_price / years,
        oversize=int(oversize.sum()) * prices.oversize / years,
        nearby=nearby_price(problem, measures.nearby, pupils, taken),
        balance=balance_price(problem, measures.even, pupils),
        money=ground.constant["money"],
        closure=ground.constant["closure"],
        resources=resource_price(ground, pupils),
    )


def _walks(state: State) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """Return mean and 95 % walk of every stage that places pupils."""
    ground, mean, p95 = state.ground, [], []
    for s, stage in enumerate(ground.problem.stages):
        homes = [h for h, at in zip(state.homes, ground.stage_of, strict=True) if at == s]
        way, total = sum(h.walked[0] for h in homes), sum(h.walked[1] for h in homes)
        if not total:
            continue
        rows = ground.shared_rows
        mine = rows.stage == s
        alone = ~ground.is_shared[s]
        ways = np.concatenate([state.walk[s, alone], rows.tenths[mine]])
        pupils = np.concatenate([ground.first[s, alone], rows.pupils[mine]]).astype(float)
        mean.append((stage, round(way / (10 * total), 1)))
        p95.append((stage, round(weighted_quantile(ways / 10.0, pupils, 0.95), 1)))
    return tuple(mean), tuple(p95)
