"""Make a whole programme from the relaxation without branching: units and resources chosen by it, teachers exchanged, the rest bought."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pulp

from planning.arrays import IntArray
from planning.resourcing.case import TEACHERS
from planning.resourcing.model import ResourceModel

KEPT = 0.015
"""Curvature between planes, and rounding up, take some of the limit; more is kept where this does not do."""
FEASIBLE = 2  # HiGHS: a feasible point was found


def construct(
    model: ResourceModel, relaxed: Mapping[str, float], seconds: float, kept: float = KEPT
) -> dict[str, float] | None:
    """Return values of a programme, or ``None`` where the limits leave no way with these choices or time is short.

    The units that pass and the resource each may leave at its floor are those that the relaxation likes best; as many teachers as
    are asked for change schools, and as many come as leave, so that only purchases remain open: a linear programme.

    Parameters
    ----------
    relaxed : mapping of str to float
        Values of the relaxation by variable name.
    seconds : float
        Time for the linear programme.
    kept : float
        Kept from the limit of the squares, as a share of what units hold today.
    """
    fixed = {**_choices(model, relaxed), **_exchanges(model), model.tighter.name: kept}
    with _held(model, fixed):
        model.prob.solve(pulp.HiGHS(mip=False, msg=False, threads=1, timeLimit=max(seconds, 0.1)))
        if (
            model.prob.solverModel.getInfo().primal_solution_status != FEASIBLE
        ):  # the status says nothing at a time limit
            return None
        return {v.name: float(v.varValue or 0.0) for v in model.prob.variables()}


def exchanges_only(model: ResourceModel) -> dict[str, float]:
    """Return the values of the programme that buys nothing and lets as many teachers change schools as are asked for."""
    values = dict.fromkeys((v.name for v in model.prob.variables()), 0.0)
    return values | _exchanges(model)


@contextmanager
def _held(model: ResourceModel, fixed: Mapping[str, float]) -> Iterator[None]:
    variables = [v for v in model.prob.variables() if v.name in fixed]
    before = [(v, v.lowBound, v.upBound) for v in variables]
    for v in variables:
        v.lowBound = v.upBound = fixed[v.name]
    try:
        yield
    finally:
        for v, low, high in before:
            v.lowBound, v.upBound = low, high


def _choices(model: ResourceModel, relaxed: Mapping[str, float]) -> dict[str, float]:
    """Choose, for every year, as many units as are asked for, and of each the resource that may stay at its floor."""
    case, found = model.case, {}
    count, spare = len(case.units), len(case.resources) - model.case.profile.unit_verdict.met
    for t in range(len(case.years)):
        likes = np.array([relaxed[model.passes[u, t].name] for u in range(count)])
        wanted = math.ceil(case.share[t] * count - 1e-9)
        chosen = set(np.argsort(-likes, kind="stable")[:wanted].tolist())
        for u in range(count):
            met = np.array([relaxed[model.met[u, r, t].name] for r in range(len(case.resources))])
            least = set(np.argsort(met, kind="stable")[:spare].tolist())
            found[model.passes[u, t].name] = float(u in chosen)
            for r in range(len(case.resources)):
                found[model.met[u, r, t].name] = float(u in chosen and r not in least)
    return found


def _exchanges(model: ResourceModel) -> dict[str, float]:
    """Let as many teachers change schools as are asked for, as many coming to every unit as leave it."""
    case, found = model.case, {}
    every, backbone, arts = (case.resources.index(name) for name in TEACHERS)
    units = range(len(case.units))
    for t, year in enumerate(case.years):
        most, best = (np.array([int(model.leave[u, r, t].upBound) for u in units]) for r in (every, backbone))
        held = float(case.amounts[:, every, t].sum())
        moved = math.ceil(case.rotation("rotation_rate", year) * held - 1e-9)
        asked = math.ceil(case.rotation("rotation_backbone_rate", year) * moved - 1e-9)
        first = _divided(asked, np.minimum(most, best))
        rest = _divided(max(moved - int(first.sum()), 0), most - first)
        for r, numbers in ((every, first + rest), (backbone, first), (arts, np.zeros_like(first))):
            for u in units:
                found[model.leave[u, r, t].name] = found[model.come[u, r, t].name] = float(numbers[u])
    return found


def _divided(total: int, most: IntArray) -> IntArray:
    """Return whole numbers that sum to a total where their limits allow, in proportion to the limits."""
    if total >= most.sum():
        return most.copy()
    exact = total * most / max(int(most.sum()), 1)
    whole = np.floor(exact).astype(np.int64)
    order: Any = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(np.minimum(whole, most))
