"""Begin with the catchments of another run, as far as its units stand in this plan."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from planning.arrays import IntArray
from planning.errors import Issue, ScenarioError
from planning.layout import Layout, load_layout
from planning.scenario import Scenario
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import stands, unit_positions

APPROVED, TABLE = "approval.json", "assignment.csv"
"""What makes a run an approved layout, whose catchments are in force; what the digest of any other is taken of."""


def start_of_scenario(scenario: Scenario) -> tuple[Scenario, Layout | None]:
    """Return the run that a scenario starts from, where it is not an approved layout, and the scenario without it.

    Nothing is in force that was not approved: the search begins with the run, and nothing else of the plan refers to it. So the plan stands
    by itself when that run is gone.

    Raises
    ------
    LayoutError
        If the run cannot be read.
    ScenarioError
        If the catchments in force are to be kept: the run's are not.
    """
    if scenario.start_from is None or (Path(scenario.start_from) / APPROVED).is_file():
        return scenario, None
    if scenario.catchments == "current":
        raise ScenarioError([_not_in_force(scenario)])
    return scenario.model_copy(update={"start_from": None}), load_layout(scenario.start_from)


def begun_summary(start: Layout | None) -> dict[str, Any]:
    """Return what a run's summary says about a run that it began with: folder and SHA-256 of its catchments."""
    if start is None or start.path is None:
        return {}
    digest = hashlib.sha256((start.path / TABLE).read_bytes()).hexdigest()
    return {"start_from": {"folder": start.path.as_posix(), "digest": digest}}


def _not_in_force(scenario: Scenario) -> Issue:
    return Issue("zoning.begun.not_in_force", "scenario", column="start_from", value=str(scenario.start_from))


def places_of(problem: ZoningProblem, layout: Layout) -> IntArray:
    """Return the unit of every stage and zone (n_stages, n_zones) in a plan of another problem; −1 where it has none that stands here."""
    table = layout.assignment
    here = (
        table["stage"].isin(problem.stages)
        & table["unit"].isin(list(problem.units["unit"]))
        & table["zone"].isin(list(problem.zones))
    )
    plan = unit_positions(problem, dataclasses.replace(layout, assignment=table[here]))
    for given in problem.shared:
        plan[given.stage, given.zone] = given.units[0]
    for s in range(len(problem.stages)):
        for u in np.unique(plan[s][plan[s] >= 0]).tolist():
            if not stands(problem, u, plan[s]):
                plan[s, plan[s] == u] = -1
    return plan
