"""Suppose that something were otherwise: more rooms, another project, more births, a new estate; what becomes of a plan then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from planning.arrays import IntArray
from planning.district import District
from planning.district.capacity import grown
from planning.editing.carrying import held_layout
from planning.editing.finishing import Progress, Stop
from planning.layout import Layout
from planning.scenario import Scenario, solver_with
from planning.scenario.locks import Locks
from planning.zoning import solve_problem
from planning.zoning.answer.tabled import answer_of, layout_of, solver_figures
from planning.zoning.at_hand.begun import places_of
from planning.zoning.build import build_problem
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.held import HeldLocks, Lock
from planning.zoning.solving.clock import Clock

Catchments = Literal["held", "nearby", "free"]
NEAREST = 4
"""Units of a stage whose catchments are drawn anew around a unit that changes."""


@dataclass(frozen=True)
class Estate:
    """Homes that are handed over in a zone in a year; ``unit`` takes the zone where one is named."""

    zone: str
    homes: int
    year: int
    unit: str = ""


@dataclass(frozen=True)
class Change:
    """What is otherwise.

    Parameters
    ----------
    rooms : mapping of str to int
        Classrooms by unit: so many more (or fewer).
    projects : mapping of str to int
        Projects that are built, by the school year they are in use from.
    births : float
        Children who enter grade 1 after the base year, as a factor.
    estates : tuple of Estate
        New homes.
    """

    rooms: Mapping[str, int] = dataclasses.field(default_factory=dict)
    projects: Mapping[str, int] = dataclasses.field(default_factory=dict)
    births: float = 1.0
    estates: tuple[Estate, ...] = ()

    def tells_of_children(self) -> bool:
        """Return whether it says how many children there are, so that pupils must be forecast."""
        return self.births != 1 or bool(self.estates)

    def last_year(self) -> int:
        """Return the last school year that it speaks of, 0 without one."""
        return max([*self.projects.values(), *(e.year for e in self.estates)], default=0)


@dataclass(frozen=True)
class Supposed:
    """A plan before and after a change, over the same school years.

    Parameters
    ----------
    before, after : Layout
        Layouts of their own; ``before`` has the catchments of the plan and nothing changed.
    changed : tuple of str
        Units that the change speaks of.
    catchments : str
        ``held``, ``nearby`` or ``free``.
    bound : float, optional
        What no plan costs less than under the change: with all catchments free, or with those nearby (``None``: held, nothing is proven).
    forecast : bool
        Whether pupils are forecast for it, while the plan counts those of the register.
    district : District
        The county in which it is otherwise.
    """

    before: Layout
    after: Layout
    changed: tuple[str, ...]
    catchments: Catchments
    bound: float | None
    forecast: bool
    district: District


def what_if(
    layout: Layout,
    district: District,
    scenario: Scenario,
    change: Change,
    *,
    catchments: Catchments = "held",
    solver: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Supposed:
    """Return a plan before and after a change.

    Both are seated anew over the same school years: those of the plan, and on to the last year that the change speaks of.

    Parameters
    ----------
    layout : Layout
        The plan.
    district : District
        The county, with the catchments in force.
    scenario : Scenario
        That of the plan.
    change : Change
        What is otherwise; ids, no names (:func:`planning.editing.what_if_words.change_of` understands what people write).
    catchments : str
        ``"held"``: zones stay where they are (but for the zone of a new estate that names its school, and zones nobody had). ``"nearby"``:
        the units that change and the four nearest of their stage share their zones anew, all others stay. ``"free"``: all zones, beginning
        with the plan; never dearer than held.
    solver, progress, stop
        As :func:`planning.editing.finish` takes them. The time limit is that of all: half of it is for drawing anew, where that is asked
        for, the rest for seating before and after.

    Returns
    -------
    Supposed
        Two layouts like any other; neither is written anywhere.
    """
    plain = _over_years(scenario, change, solver)
    clock = Clock(plain.solver.time_limit_s)
    with clock.stating():
        stated = build_problem(district, plain)
    seatings = 2 if catchments == "held" else 4
    before = held_layout(stated, places_of(stated, layout), stop=stop, clock=clock.part(1 / seatings))
    other_district, other = _changed(district, plain, change)
    with clock.stating():
        problem = build_problem(other_district, other)
    plan = places_of(problem, layout)
    touched = _touched(problem, change)
    for estate in change.estates:
        if estate.unit:
            _give(problem, plan, estate)
    held = held_layout(problem, plan, stop=stop, clock=clock.part(1 / (seatings - 1)))
    after, bound = held, None
    if catchments != "held":
        after, bound = _drawn(problem, held, change, touched, catchments, clock, progress, stop)
    forecast = plain.demand != scenario.demand
    after = dataclasses.replace(after, summary={**after.summary, **clock.figures()})
    return Supposed(before, after, touched, catchments, bound, forecast, other_district)


def _over_years(scenario: Scenario, change: Change, solver: Mapping[str, Any] | None) -> Scenario:
    """Return the scenario without locks, over its own years and on to the last one that the change speaks of."""
    last = max(scenario.years[-1], change.last_year())
    horizon = last if last > scenario.year else scenario.horizon
    told: dict[str, Any] = {"horizon": horizon, "locks": Locks(), "catchments": "free", "phases": ()}
    if change.tells_of_children() and scenario.demand == "register":
        told["demand"] = "medium"  # the register of the base year knows neither births nor homes
    if solver:
        told["solver"] = solver_with(scenario.solver, solver)
    return scenario.model_copy(update=told)


def _changed(district: District, scenario: Scenario, change: Change) -> tuple[District, Scenario]:
    """Return the district and the scenario in which it is otherwise."""
    more = district.units["unit"].astype(str).map(dict(change.rooms)).fillna(0).astype(int)
    units = grown(district.units, more)
    housing = district.housing
    if change.estates:
        rows = pd.DataFrame(
            {
                "zone": [e.zone for e in change.estates],
                "year": [e.year for e in change.estates],
                "homes": [e.homes for e in change.estates],
            }
        )
        housing = pd.concat([housing, rows.reindex(columns=housing.columns)], ignore_index=True)
        housing = _summed(housing)
    projects = scenario.projects
    decided = {**projects.decided, **change.projects}
    kept = tuple(p for p in projects.exclude if p not in change.projects)
    told = {
        "projects": projects.model_copy(update={"decided": decided, "exclude": kept}),
        "births": scenario.births * change.births,
    }
    return dataclasses.replace(district, units=units, housing=housing), scenario.model_copy(update=told)


def _summed(housing: pd.DataFrame) -> pd.DataFrame:
    """Return homes with one row for every zone and year; yields of a zone and year are those of its first row."""
    first = housing.groupby(["zone", "year"], as_index=False, sort=False).first()
    homes = housing.groupby(["zone", "year"], as_index=False, sort=False)["homes"].sum()
    return first.assign(homes=homes["homes"])[list(housing.columns)]


def _touched(problem: ZoningProblem, change: Change) -> tuple[str, ...]:
    """Return the units that a change speaks of."""
    names = problem.units["unit"].astype(str).tolist()
    of_project = {
        names[int(u)]
        for p, u in zip(problem.projects["project"].astype(str), problem.projects["unit"], strict=True)
        if p in change.projects and int(u) >= 0
    }
    said = {*change.rooms, *(e.unit for e in change.estates if e.unit), *of_project}
    return tuple(u for u in names if u in said)


def _give(problem: ZoningProblem, plan: IntArray, estate: Estate) -> None:
    unit = problem.units["unit"].astype(str).tolist().index(estate.unit)
    s = problem.stages.index(str(problem.units["stage"].iat[unit]))
    plan[s, int(problem.zones.get_indexer(pd.Index([estate.zone]))[0])] = unit


def _drawn(
    problem: ZoningProblem,
    held: Layout,
    change: Change,
    touched: tuple[str, ...],
    catchments: Catchments,
    clock: Clock,
    progress: Progress | None,
    stop: Stop | None,
) -> tuple[Layout, float | None]:
    """Return the plan drawn anew from the held one, near what changes or everywhere, and its bound."""
    plan = answer_of(problem, held).unit_of
    locks = [*_estates(problem, change), *(_frozen(problem, plan, touched) if catchments == "nearby" else ())]
    asked = dataclasses.replace(problem, start=plan, locks=HeldLocks(tuple(locks)))
    made = solve_problem(asked, progress=progress, stop=stop, clock=clock.part())
    bound = made.summary["bound"]
    if float(made.summary["objective"]) > float(held.summary["objective"]):
        return held, bound
    figures = solver_figures(made.summary)
    proven = {"bound": bound, "gap": made.summary["gap"]} if not locks else {"bound": None, "gap": None}
    return layout_of(problem, answer_of(problem, made), {**figures, **proven}), bound


def _estates(problem: ZoningProblem, change: Change) -> list[Lock]:
    """Return locks of the zones whose new estate names its school."""
    found = []
    for estate in (e for e in change.estates if e.unit):
        unit = problem.units["unit"].astype(str).tolist().index(estate.unit)
        s = problem.stages.index(str(problem.units["stage"].iat[unit]))
        zone = int(problem.zones.get_indexer(pd.Index([estate.zone]))[0])
        found.append(Lock("zones", f"zones.{estate.zone}", s, (zone,), unit))
    return found


def _frozen(problem: ZoningProblem, plan: IntArray, touched: tuple[str, ...]) -> list[Lock]:
    """Freeze every unit that is neither changed nor among the nearest of its stage to one that is; all are free where none is named."""
    position = {u: k for k, u in enumerate(problem.units["unit"].astype(str))}
    free: set[int] = set()
    for name in touched:
        unit = position[name]
        of_stage = problem.units_of(str(problem.units["stage"].iat[unit]))
        near = of_stage[np.argsort(problem.between_m[unit, of_stage], kind="stable")][: NEAREST + 1]
        free |= {unit, *near.tolist()}
    if not free:
        return []
    found = []
    for s, stage in enumerate(problem.stages):
        for u in problem.units_of(stage).tolist():
            zones = np.setdiff1d(np.flatnonzero(plan[s] == u), problem.shared_in(s))
            if u not in free and len(zones):
                found.append(Lock("frozen", f"frozen.{u}", s, tuple(zones.tolist()), u))
    return found
