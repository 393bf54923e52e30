"""Plans of small made-up counties, and what the ordinary tables and indicators say of a layout."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from planning.editing import LiveLayout
from planning.indicators import figures_of_layout, make_case
from planning.indicators.guarantee import oversized_schools
from planning.indicators.nearby import nearby_by_locale, nearby_by_stage
from planning.layout import Layout
from planning.zoning import build_problem
from planning.zoning.answer.layout import Answer, living_in
from planning.zoning.answer.tabled import layout_of
from planning.zoning.at_hand.plans import repaired
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW, partners
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE
from tests.differential.county import Case, made

SOLVED: dict[str, Any] = {
    "objective": None,
    "bound": None,
    "gap": None,
    "solver": "test",
    "stopped_by": "test",
}


@functools.cache
def plan(kind: str, seed: int) -> tuple[Case, ZoningProblem, Layout]:
    """Return a county, its problem, and some plan for it: grown from the schools, a class a grade, some pupils sent on."""
    case = made(kind, seed)
    problem = build_problem(case.district, case.scenario)
    plan_of = repaired(problem, problem.current)
    rng = np.random.default_rng(seed)
    for s, stage in enumerate(problem.stages):
        gaps = plan_of[s] < 0
        plan_of[s, gaps] = rng.choice(problem.units_of(stage), int(gaps.sum()))
    last = problem.scenario.years[-1]
    values: dict[Any, dict[Any, float]] = {CLASSES: {}, OVERFLOW: {}, SHARE: {}, BUILT: {}}
    for k, row in problem.projects.iterrows():
        fixed = row["mode"] == "build" and row["open_year"] <= last
        used = bool((plan_of == row["unit"]).any()) and row["kind"] != "closure"
        for t, year in enumerate(problem.years):
            values[BUILT][int(k), t] = float((fixed or used) and row["open_year"] <= year)
    for u, stage in enumerate(problem.units["stage"]):
        for g in problem.grades(str(stage)):
            for t in range(len(problem.years)):
                values[CLASSES][u, g, t] = float(g == problem.grades(str(stage))[0])
    for k, zone in enumerate(problem.shared):
        for g in problem.grades(problem.stages[zone.stage]):
            for t in range(len(problem.years)):
                for n, u in enumerate(zone.units):
                    values[SHARE][k, u, g, t] = float(problem.pupils[zone.zone, g - 1, t]) * (n == 0)
    draft = Answer(plan_of, values)
    for u, v in partners(problem):
        for g in problem.grades(str(problem.units["stage"].iat[u])):
            if rng.random() < 0.3 and not problem.stays():
                values[OVERFLOW][u, v, g, 0] = float(rng.integers(0, 4))
    # nobody is sent whom the catchment does not have
    living = living_in(problem, draft)
    for (u, v, g, t), n in list(values[OVERFLOW].items()):
        sent = sum(m for (a, b, c, d), m in values[OVERFLOW].items() if (a, c, d) == (u, g, t) and b != v)
        if sent + n > living[u, g - 1, t]:
            values[OVERFLOW].pop((u, v, g, t))
    return case, problem, layout_of(problem, Answer(plan_of, values), SOLVED)


def figures(live: LiveLayout) -> tuple[Any, ...]:
    """Return every figure of a live layout, to be compared."""

    def clean(value: Any) -> Any:
        return "nan" if isinstance(value, float) and value != value else value

    units = [tuple(clean(v) for v in vars(u).values()) for u in live.units()]
    county = replace(live.county(), bound=None, gap=None)
    return (*units, county)


def assert_tables_agree(live: LiveLayout, case: Case) -> None:
    """Hold the figures against the tables, the summary and the indicators of the layout that comes of them."""
    layout, county = live.layout(), live.county()
    said = layout.summary
    assert said["shortage_pupils"] == county.seats_short
    assert said["classes_over_cap"] == county.classes_over_cap
    assert said["schools_over_size"] == county.oversized_schools
    assert said["overflow_pupils"] == county.overflow_pupils
    assert (said["moved_pupils"], said["moved_zones"]) == (county.moved_pupils, county.moved_zones)
    assert said["nearby_ratio"] == dict(county.nearby)
    assert said["mean_distance_m"] == dict(county.mean_walk_m)
    assert said["p95_distance_m"] == dict(county.p95_walk_m)
    assert len(said["fragments"]) == county.detached
    rows = layout.units.set_index(["unit", "year", "grade"])
    for unit in live.units():
        for t, year in enumerate(unit.years):
            for k, grade in enumerate(unit.grades):
                row = rows.loc[(unit.unit, year, grade)]
                mine = (unit.pupils, unit.own, unit.taken, unit.sent, unit.classes, unit.cap, unit.short)
                names = ("pupils", "own", "overflow_in", "overflow_out", "classes", "cap", "shortage")
                assert [a[t][k] for a in mine] == [int(row[n]) for n in names]
                assert (unit.rooms[t], unit.oversize[t]) == (int(row["rooms"]), int(row["oversize"]))
    profile = live.problem.profile
    judged = make_case(figures_of_layout(case.district, layout, profile), profile)
    ratio = nearby_by_locale if profile.nearby.reading == "locale" else nearby_by_stage
    assert dict(county.indicators.b13_nearby) == ratio(judged)
    assert county.indicators.b5_classes_over == int(judged.classes.over.sum())
    assert county.indicators.b4_oversized_schools == len(oversized_schools(judged))


def reopened(live: LiveLayout, case: Case, *, keep: bool) -> LiveLayout:
    """Return the plan of a live layout opened again, with its journal or as a plan of its own."""
    layout = live.layout()
    return LiveLayout(live.problem, layout if keep else replace(layout, journal=None), case.district)
