"""Turn drawn catchments into an ordinary layout: projects as the scenario decides them, classes in the rooms there are, a price."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from planning.arrays import IntArray
from planning.district import District
from planning.editing.drawn import Drawing
from planning.editing.live import LiveLayout
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.scenario import Scenario
from planning.scenario.parts import SharedArea
from planning.tables import cell
from planning.zoning.answer.layout import Answer, continuing_after, living_in, rooms_of
from planning.zoning.answer.tabled import layout_of
from planning.zoning.build import build_problem
from planning.zoning.classes import classes_in_rooms
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE, apportioned


def drawn_scenario(scenario: Scenario, drawing: Drawing, option: str, title: str) -> Scenario:
    """Return the scenario that a drawn layout answers: free catchments, shared zones as they are drawn."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for (_, zone), units in drawing.items():
        if len(units) > 1:
            groups.setdefault(units, []).append(zone)
    shared = tuple(SharedArea(zones=tuple(zones), units=units) for units, zones in groups.items())
    return scenario.model_copy(
        update={
            "name": option,
            "title": title,
            "title_zh": title,
            "catchments": "free",
            "shared": shared,
            "shared_today": False,
            "phases": (),
        }
    )


def placed_layout(district: District, scenario: Scenario, drawing: Drawing) -> tuple[ZoningProblem, Layout]:
    """Return the problem and the layout of drawn catchments.

    Nobody is sent on to another school: a shortage shows where it arises. Optional projects are built where a catchment needs their unit;
    shared zones are divided evenly.

    Raises
    ------
    LayoutError
        If the drawing names units that the plan closes or does not have.
    """
    problem = build_problem(district, scenario)
    unit_of = _positions(problem, drawing)
    built = _built(problem, unit_of)
    draft = Answer(unit_of, {BUILT: built, SHARE: _even(problem)})
    answer = Answer(unit_of, {**draft.values, CLASSES: _classes(problem, draft)})
    solved: dict[str, Any] = {
        "objective": 0.0,
        "bound": None,
        "gap": None,
        "seconds": 0.0,
        "stating_seconds": 0.0,
        "solver": "drawn",
        "stopped_by": "drawn",
    }
    layout = layout_of(problem, answer, solved)
    price = LiveLayout(problem, layout, district).county().price
    summary = {**layout.summary, "objective": round(price.total, 4), "objective_parts": price.parts()}
    return problem, dataclasses.replace(layout, summary=summary)


def _positions(problem: ZoningProblem, drawing: Drawing) -> IntArray:
    unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
    zone = {str(z): i for i, z in enumerate(problem.zones)}
    unknown = sorted({u for units in drawing.values() for u in units} - set(unit))
    if unknown:
        raise LayoutError([_not_planned(u) for u in unknown])
    found = np.full((len(problem.stages), problem.n_zones), -1, dtype=np.int64)
    for (stage, name), units in drawing.items():
        found[problem.stages.index(stage), zone[name]] = unit[units[0]]
    for given in problem.shared:
        found[given.stage, given.zone] = given.units[0]
    return found


def _built(problem: ZoningProblem, unit_of: IntArray) -> dict[tuple[Any, ...], float]:
    """Return decided projects from the year they open, optional ones where a catchment is given to a unit they create."""
    used = {str(cell(problem.units, "project", u)) for u in np.unique(unit_of).tolist()}
    used |= {str(cell(problem.units, "project", u)) for z in problem.shared for u in z.units}
    table = problem.projects
    return {
        (k, t): float(
            cell(table, "open_year", k) <= year
            and (cell(table, "mode", k) == "build" or str(cell(table, "project", k)) in used)
        )
        for k in range(len(table))
        for t, year in enumerate(problem.years)
    }


def _even(problem: ZoningProblem) -> dict[tuple[Any, ...], float]:
    found: dict[tuple[Any, ...], float] = {}
    for k, zone in enumerate(problem.shared):
        for g in problem.grades(problem.stages[zone.stage]):
            for t in range(len(problem.years)):
                pupils = float(problem.pupils[zone.zone, problem.row(g), t])
                parts = apportioned(np.full(len(zone.units), pupils / len(zone.units)))
                found.update({(k, u, g, t): float(n) for u, n in zip(zone.units, parts, strict=True)})
    return found


def _classes(problem: ZoningProblem, draft: Answer) -> dict[tuple[Any, ...], float]:
    attending = living_in(problem, draft) + continuing_after(problem, draft)
    prices = problem.scenario.prices
    found: dict[tuple[Any, ...], float] = {}
    for u, stage in enumerate(problem.units["stage"].astype(str)):
        grades, caps = problem.grades(stage), problem.caps[problem.stages.index(stage)]
        for t in range(len(problem.years)):
            classes, _ = classes_in_rooms(
                [float(attending[u, r, t]) for r in problem.rows(stage)],
                [float(caps[r, t]) for r in problem.rows(stage)],
                rooms_of(problem, draft, u, t),
                price=prices.shortage,
                each=problem.class_price,
            )
            found.update({(u, g, t): float(n) for g, n in zip(grades, classes, strict=True)})
    return found


def _not_planned(unit: str) -> Issue:
    return Issue("editing.placed.plan_no_such_unit_does", "import-layout", value=unit)
