"""State Kong's instances as programmes; reading and checking stand in kong_data.py, which needs nothing but numpy."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from benchmarks.kong_data import Instance, best_known, check, keep, kilometres, read, solution
from planning.zoning.engine import Program

__all__ = ["Instance", "best_known", "check", "keep", "kilometres", "read", "solution", "to_program"]


def to_program(inst: Instance) -> Program:
    """State the instance: assignment, seats, own unit, and (with opening costs) one binary per school and x ≤ y."""
    n, k = len(inst.ids), len(inst.schools)
    arcs, unit_rows = n * k, np.arange(k)
    item, unit = np.repeat(np.arange(n), k), np.tile(unit_rows, n)
    own = inst.schools * k + unit_rows
    rows = [item, n + unit]
    columns = [np.arange(arcs), np.arange(arcs)]
    values = [np.ones(arcs), inst.people[item]]
    cost, lower = (inst.people[:, None] * kilometres(inst)).ravel(), np.zeros(arcs)
    low = np.concatenate([np.ones(n), np.full(k, -np.inf)])
    high = np.concatenate([np.ones(n), inst.seats])
    if inst.opening is None:
        lower[own] = 1.0
    else:
        opened = arcs + unit_rows
        cost, lower = np.concatenate([cost, inst.opening]), np.zeros(arcs + k)
        link = n + 2 * k + np.arange(arcs)
        rows += [n + unit_rows, n + k + unit_rows, n + k + unit_rows, link, link]
        columns += [opened, own, opened, np.arange(arcs), opened[unit]]
        values += [-inst.seats, np.ones(k), -np.ones(k), np.ones(arcs), -np.ones(arcs)]
        high[n:] = 0.0
        low, high = np.r_[low, np.zeros(k), np.full(arcs, -np.inf)], np.r_[high, np.zeros(k + arcs)]
    matrix = sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(low), len(cost))
    )
    a, b = np.array(inst.edges).T
    graph = sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    graph.data[:] = 1.0
    return Program(
        cost=cost,
        col_lower=lower,
        col_upper=np.ones(len(cost)),
        integer=np.ones(len(cost), dtype=bool),
        matrix=matrix,
        row_lower=low,
        row_upper=high,
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=k,
        neighbours=graph,
        roots=tuple(np.array([s]) for s in inst.schools),
        switches=np.arange(arcs, len(cost)),
    )
