"""Carry a plan into another problem: a new year, other projects, more rooms; zones keep their unit as far as it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from planning.arrays import IntArray
from planning.district import District
from planning.editing.finishing import Progress, Stop
from planning.editing.journal import journal_from_data
from planning.editing.live import LiveLayout
from planning.layout import Layout
from planning.scenario import Scenario, solver_with
from planning.zoning import solve_problem
from planning.zoning.answer.tabled import answer_of, layout_of, solver_figures
from planning.zoning.at_hand.begun import places_of
from planning.zoning.build import build_problem
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.held import NO_LOCKS
from planning.zoning.solving.clock import Clock


def carried(
    layout: Layout,
    district: District,
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> LiveLayout:
    """Return a plan as it stands under another scenario of its district: a later year, other projects.

    Zones keep their unit; those whose unit is gone or does not stand go to the cheapest. Classes, pupils sent on and projects are decided
    anew. :func:`planning.editing.repair` mends what does not fit any more. Moves made by hand are settled ones, and held by what follows.

    Parameters
    ----------
    layout : Layout
        The plan.
    district : District
        The county, with the catchments in force.
    scenario : Scenario
        What it is carried into.
    progress, stop : callable, optional
        As :func:`planning.zoning.solve_problem` takes them.
    """
    problem = build_problem(district, scenario)
    held = held_layout(problem, places_of(problem, layout), progress=progress, stop=stop)
    live = LiveLayout(problem, dataclasses.replace(held, name=layout.name), district)
    if layout.journal is not None:
        before = journal_from_data(layout.journal, str(layout.path or layout.name))
        live.journal = dataclasses.replace(live.journal, earlier=before.told())
    return live


def held_layout(
    problem: ZoningProblem,
    plan: IntArray,
    *,
    solver: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    clock: Clock | None = None,
) -> Layout:
    """Return given catchments as the answer of a problem: everything but the catchments decided as well as can be.

    No bound is claimed: it would be one among plans with these catchments. ``clock`` is that of several solves with one limit together.
    """
    scenario = problem.scenario.model_copy(update={"catchments": "current"})
    if solver:
        scenario = scenario.model_copy(update={"solver": solver_with(scenario.solver, solver)})
    asked = dataclasses.replace(problem, scenario=scenario, current=plan, locks=NO_LOCKS)
    made = solve_problem(asked, progress=progress, stop=stop, clock=clock)
    figures = solver_figures(made.summary)
    return layout_of(problem, answer_of(problem, made), {**figures, "bound": None, "gap": None})
