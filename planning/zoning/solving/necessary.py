"""Prove how many seats are short in any plan, whatever its catchments: classes whole, every pupil free to go wherever a pair allows.

For one stage and year, G the groups of zones that may go to the same units (by a pair that the rules allow, or sent on from there):

    least  Σ short[u,g]
    Σ_u come[G,u,g] = pupils[G,g]
    sits[u,g] + Σ_G come[G,u,g] ≤ cap[g] · classes[u,g] + short[u,g]
    Σ_g classes[u,g] ≤ rooms[u] + Σ_k add[k,u]        every project that may stand by then

Every plan keeps these rows, so that none leaves fewer pupils without a seat: not contiguity, other rules and money make a shortage that
is counted here, but pupils, classes and rooms alone. Pupils who sit in a unit that may close are free to go anywhere.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import allowed_pairs
from planning.zoning.rules.overflow import partners

GROUPS_MOST = 60
"""Groups of zones that are told apart; where there are more, everybody may go anywhere."""
NODES = 200
"""Of the search for one stage and year: the same bound on any machine."""
ROUNDING = 1e-5
"""A bound so little above a whole number is that number."""


def seats_short_at_least(problem: ZoningProblem, *, seconds: float) -> dict[str, int]:
    """Return by stage how many seats at least are short in any plan, summed over the years.

    Parameters
    ----------
    problem : ZoningProblem
        What was asked.
    seconds : float
        For all stages and years; what is not proven by then is not counted.
    """
    years = range(len(problem.years))
    each = seconds / (len(problem.stages) * len(years))
    return {stage: sum(_least(problem, s, t, each) for t in years) for s, stage in enumerate(problem.stages)}


def pairs_left(problem: ZoningProblem) -> str:
    """Return among which plans the seats are short: ``current`` catchments, ``allowed`` pairs, or ``any`` catchments at all."""
    if problem.scenario.catchments == "current":
        return "current"
    stages = enumerate(problem.stages)
    free = all(allowed_pairs(problem, s, problem.units_of(stage)).all() for s, stage in stages)
    return "any" if free else "allowed"


def _least(problem: ZoningProblem, s: int, t: int, seconds: float) -> int:
    """Return the bound of one stage and year, rounded up to whole pupils."""
    stage = problem.stages[s]
    units, grades = problem.units_of(stage), problem.rows(stage)
    caps = problem.caps[s, grades, t]
    coming, reach = _groups(problem, s, t, grades)
    sits = problem.continuing[units][:, grades, t].copy()
    closing = problem.switched[units]
    if closing.any():
        coming = np.vstack([coming, sits[closing].sum(axis=0)])
        reach = np.vstack([reach, np.ones(len(units), dtype=bool)])
        sits[closing] = 0.0
    cost, rows, upper, whole = _stated(sits, coming, reach, caps, _rooms(problem, units, t))
    lower = np.concatenate([np.full(len(upper) - coming.size, -np.inf), coming.ravel()])
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0.0, np.inf),
        constraints=LinearConstraint(rows, lower, upper),
        options={"time_limit": max(0.01, seconds), "node_limit": NODES},
    )
    bound = found.mip_dual_bound
    return max(0, math.ceil(bound - ROUNDING)) if bound is not None and np.isfinite(bound) else 0


def _groups(problem: ZoningProblem, s: int, t: int, grades: list[int]) -> tuple[FloatArray, BoolArray]:
    """Return pupils by group and grade, and the units where each group may have its seats (n_groups, n_units of the stage)."""
    units = problem.units_of(problem.stages[s])
    reach = allowed_pairs(problem, s, units)
    today = problem.current[s]
    if problem.scenario.catchments == "current":
        known = today >= 0
        reach[known] = units[None, :] == today[known][:, None]
    reach[problem.shared_in(s)] = True
    place = {u: j for j, u in enumerate(units.tolist())}
    sent = np.eye(len(units), dtype=bool)
    for u, v in partners(problem):
        if u in place:
            sent[place[u], place[v]] = True
    found, group = np.unique((reach.astype(int) @ sent) > 0, axis=0, return_inverse=True)
    if len(found) > GROUPS_MOST:
        found, group = np.ones((1, len(units)), dtype=bool), np.zeros(problem.n_zones, dtype=np.int64)
    coming = np.zeros((len(found), len(grades)))
    np.add.at(coming, group.ravel(), problem.pupils[:, grades, t])
    # a zone that fits nowhere is another rule's matter: it asks for nothing here
    return coming[found.any(axis=1)], found[found.any(axis=1)]


def _rooms(problem: ZoningProblem, units: IntArray, t: int) -> FloatArray:
    """Return the most rooms that each unit can have in a year, whatever is built."""
    table = problem.projects
    adds = table[(table["kind"] != "closure") & (table["open_year"] <= problem.years[t])]
    more = adds.groupby("unit")["rooms"].sum().reindex(units).fillna(0.0).to_numpy(dtype=float)
    return np.asarray(problem.units["rooms"].to_numpy(dtype=float)[units] + more)


def _stated(
    sits: FloatArray, coming: FloatArray, reach: BoolArray, caps: FloatArray, rooms: FloatArray
) -> tuple[FloatArray, sparse.csr_matrix, FloatArray, IntArray]:
    """Return prices, rows, their upper limits and which columns are whole: classes, pupils short, pupils who come by group and unit."""
    n_units, n_grades = sits.shape
    n, (group, unit) = sits.size, np.nonzero(reach)
    one = sparse.identity(n_grades)
    seats = sparse.hstack(
        [
            -sparse.kron(sparse.identity(n_units), sparse.diags(caps)),
            -sparse.identity(n),
            sparse.kron(_ones(unit, n_units), one),
        ]
    )
    room = sparse.hstack(
        [
            sparse.kron(sparse.identity(n_units), np.ones((1, n_grades))),
            sparse.csr_matrix((n_units, n + len(unit) * n_grades)),
        ]
    )
    come = sparse.hstack(
        [sparse.csr_matrix((coming.size, 2 * n)), sparse.kron(_ones(group, len(coming)), one)]
    )
    cost = np.zeros(2 * n + len(unit) * n_grades)
    cost[n : 2 * n] = 1.0
    whole = np.zeros(len(cost), dtype=np.int64)
    whole[:n] = 1
    rows = sparse.csr_matrix(sparse.vstack([seats, room, come]))
    return cost, rows, np.concatenate([-sits.ravel(), rooms, coming.ravel()]), whole


def _ones(at: IntArray, n: int) -> sparse.csr_matrix:
    """Return a matrix (n, len(at)) with a one for every position in its row."""
    return sparse.csr_matrix((np.ones(len(at)), (at, np.arange(len(at)))), shape=(n, len(at)))
