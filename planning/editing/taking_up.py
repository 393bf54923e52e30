"""Take a layout up where its journal left it: the plan before the first step, or why the two do not fit."""

from __future__ import annotations

import hashlib

import numpy as np

from planning.arrays import IntArray
from planning.district import District
from planning.editing.journal import Journal, journal_from_data, units_named
from planning.editing.sharing import sharing_of
from planning.editing.start import Start, no_fit, other_pupils, start_of
from planning.editing.state import State
from planning.errors import LayoutError, PlanningError
from planning.layout import Layout
from planning.zoning.answer.layout import Answer
from planning.zoning.problem import ZoningProblem


def take_up(
    problem: ZoningProblem, layout: Layout, answer: Answer, district: District, place: str
) -> tuple[Journal, Start, ZoningProblem, Answer]:
    """Return journal and start of a layout, and problem and answer before its first step."""
    if layout.journal is None:
        return Journal(digest(problem, answer.unit_of)), start_of(problem, layout, answer), problem, answer
    journal = journal_from_data(layout.journal, place)
    start = Start.read(layout.journal.get("start"), place)
    unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
    zone = {str(z): i for i, z in enumerate(problem.zones)}
    found, shares = answer.unit_of.copy(), sharing_of(problem)
    now = {key: frozenset(units) for key, units in shares.items()}
    try:
        origin = start.problem(problem, district)
        for step in reversed(journal.path()):
            s = problem.stages.index(step.move.stage)
            for name, before in step.before:
                key = (s, zone[name])
                if now.get(key, {int(found[key])}) != {unit[u] for u in step.move.units}:
                    raise LayoutError([no_fit(place)])
                units = [unit[u] for u in units_named(before)]
                found[key] = units[0]
                now[key] = frozenset(units)
        for given in origin.shared:
            found[given.stage, given.zone] = given.units[0]
        values = {**answer.values, **start.values(origin)}
    except (KeyError, TypeError, ValueError, IndexError, PlanningError) as error:
        raise LayoutError([no_fit(place)]) from error
    if digest(problem, found) != journal.origin:
        raise LayoutError([no_fit(place)])
    return journal, start, origin, Answer(found, values)


def digest(problem: ZoningProblem, unit_of: IntArray) -> str:
    """Return the SHA-256 of catchments: a line of stage, zone and unit for every zone."""
    names, zones = problem.units["unit"].astype(str).tolist(), problem.zones.astype(str).tolist()
    lines = sorted(
        f"{stage}\t{zone}\t{names[u]}"
        for stage, row in zip(problem.stages, unit_of.tolist(), strict=True)
        for zone, u in zip(zones, row, strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check_fit(state: State, problem: ZoningProblem, layout: Layout, place: str) -> None:
    """Refuse a layout whose pupils are not those of its district."""
    rows = layout.units[layout.units["unit"].isin(list(problem.units["unit"]))]
    at = problem.units["unit"].astype(str).reset_index(drop=True)
    u = rows["unit"].map(dict(zip(at, at.index, strict=True))).to_numpy(dtype=np.int64)
    t = rows["year"].map({y: k for k, y in enumerate(problem.years)}).to_numpy(dtype=np.int64)
    found = state.pupils[u, rows["grade"].to_numpy(dtype=np.int64) - problem.school_grades.first, t]
    if not (found == rows["pupils"].to_numpy(dtype=np.int64)).all():
        raise LayoutError([other_pupils(place)])
