"""Take up a run as the first plan of a search: its catchments, and how it seats the pupils."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from planning.errors import Issue, LayoutError, ScenarioError
from planning.layout import Layout
from planning.zoning.answer.tabled import answer_of
from planning.zoning.at_hand.begun import places_of
from planning.zoning.problem import ZoningProblem


def begun_with(problem: ZoningProblem, start: Layout | None) -> ZoningProblem:
    """Return the problem with a run as the first plan to be tried: the answer is never dearer than it, as far as it stands in this plan.

    Raises
    ------
    ScenarioError
        If the run belongs to another county: no zone in common.
    """
    if start is None:
        return problem
    plan = places_of(problem, start)
    if (plan < 0).all():
        raise ScenarioError([_other_county(start)])
    return dataclasses.replace(problem, start=plan, seated=seated_in(problem, start))


def seated_in(problem: ZoningProblem, layout: Layout) -> Mapping[Any, Mapping[tuple[Any, ...], float]] | None:
    """Return classes, pupils sent on, shares, projects and closings of a layout by family of variables and key.

    ``None`` where it tells of other units, zones or years than the problem's: its catchments are seated anew then.
    """
    years = {
        name: table[table["year"].isin(problem.years)]
        for name in ("units", "overflow", "shared")
        if "year" in (table := getattr(layout, name)).columns
    }
    try:
        return answer_of(problem, dataclasses.replace(layout, **years)).values
    except LayoutError:
        return None


def _other_county(start: Layout) -> Issue:
    return Issue(
        "zoning.begun.other_county", "scenario", column="start_from", value=str(start.path or start.name)
    )
