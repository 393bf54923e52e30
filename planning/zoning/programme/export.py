"""Hand the integer programme that the rules stated in PuLP to the engine as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pulp
from scipy import sparse

from planning.arrays import FloatArray, IntArray
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine.program import LeftOut, NewColumns, Program
from planning.zoning.problem.arcs import allowed_pairs
from planning.zoning.problem.sites import anchors
from planning.zoning.programme.seating import seating_of


def to_program(model: ZoningModel) -> Program:
    """Return the programme as arrays, with the meaning of its arc columns.

    Columns keep the order in which the rules made them, arcs first. Flows may be divided here (:mod:`planning.zoning.declare`).
    """
    problem = model.problem
    variables = model.columns()
    flows = {v.name for family, of in model.variables.items() if family.role == "flow" for v in of.values()}
    column = {v.name: j for j, v in enumerate(variables)}
    cost = np.zeros(len(variables))
    for variable, coefficient in model.prob.objective.items():
        cost[column[variable.name]] = coefficient
    matrix, lower, upper, row_of = _rows(model, column)
    free = problem.scenario.contiguity.enabled and problem.scenario.catchments == "free"
    return Program(
        cost=cost,
        col_lower=np.array([-np.inf if v.lowBound is None else float(v.lowBound) for v in variables]),
        col_upper=np.array([np.inf if v.upBound is None else float(v.upBound) for v in variables]),
        integer=np.array([v.cat == pulp.LpInteger and v.name not in flows for v in variables]),
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        offset=float(model.constant),
        arc_item=model.arcs.item,
        arc_unit=model.arcs.unit,
        n_items=problem.n_items,
        n_units=len(problem.units),
        neighbours=_item_neighbours(model) if free else sparse.csr_matrix((problem.n_items, problem.n_items)),
        roots=_roots(model)
        if free
        else tuple(np.empty(0, dtype=np.int64) for _ in range(len(problem.units))),
        switches=np.array(
            [column[v.name] for family, of in model.variables.items() if family.opens for v in of.values()],
            dtype=np.int64,
        ),
        price_left_out=_pricer(model, row_of) if problem.scenario.catchments == "free" else None,
        arc_distance=model.arcs.distance_m,
        flows=np.array([column[name] for name in sorted(flows)], dtype=np.int64),
        year=_years(model, column),
        starts=tuple(plan.ravel() for plan in model.starts),
        begun=_begun(model, column),
        seating=seating_of(model, column),
    )


def _years(model: ZoningModel, column: dict[str, int]) -> IntArray:
    """Return the year of every column, −1 where its family knows none."""
    found = np.full(len(column), -1, dtype=np.int64)
    for family, of in model.variables.items():
        if family.key and family.key[-1] == "year":
            for key, variable in of.items():
                found[column[variable.name]] = key[-1]
    return found


def _begun(model: ZoningModel, column: dict[str, int]) -> FloatArray | None:
    """Return the values of the plan that the search begins with, NaN where it does not tell."""
    if model.problem.seated is None:
        return None
    found = np.full(len(column), np.nan)
    for family, values in model.problem.seated.items():
        for key, variable in model.variables.get(family, {}).items():
            # a table has no row for nobody
            found[column[variable.name]] = values.get(key, 0.0)
    return found


def _rows(
    model: ZoningModel, column: dict[str, int]
) -> tuple[sparse.csr_matrix, FloatArray, FloatArray, dict[str, int]]:
    rows, columns, values = [], [], []
    lower, upper = [], []
    row_of: dict[str, int] = {}
    for r, constraint in enumerate(model.prob.constraints()):
        row_of[constraint.name] = r
        rhs = -float(constraint.constant)
        lower.append(rhs if constraint.sense >= 0 else -np.inf)
        upper.append(rhs if constraint.sense <= 0 else np.inf)
        for variable, coefficient in constraint.items():
            rows.append(r)
            columns.append(column[variable.name])
            values.append(float(coefficient))
    shape = (len(lower), len(column))
    return sparse.csr_matrix((values, (rows, columns)), shape=shape), np.array(lower), np.array(upper), row_of


def _item_neighbours(model: ZoningModel) -> sparse.csr_matrix:
    stages = len(model.problem.stages)
    return sparse.csr_matrix(sparse.block_diag([model.problem.neighbours] * stages))


def _roots(model: ZoningModel) -> tuple[IntArray, ...]:
    problem = model.problem
    shift = [problem.stages.index(str(s)) * problem.n_zones for s in problem.units["stage"]]
    return tuple(zones + offset for zones, offset in zip(anchors(problem), shift, strict=True))


def _pricer(model: ZoningModel, row_of: dict[str, int]) -> Any:
    """Return the function that prices the pairs the candidate list left out.

    A left-out pair enters the row of its item and the rows of its unit that rules stated for any pair
    (:meth:`planning.zoning.declare.model.ZoningModel.require_pairs`); no other row knows it, as the pairs that other rules tie are never
    left out (:mod:`planning.zoning.programme.assemble`).
    """
    problem, arcs = model.problem, model.arcs
    known = set(zip(arcs.item.tolist(), arcs.unit.tolist(), strict=True))
    assignment = np.array([row_of[model.item_rows[i]] for i in range(problem.n_items)], dtype=np.int64)
    stage_of = [problem.stages.index(str(s)) for s in problem.units["stage"]]
    cost = [problem.arc_cost(s, u) for u, s in enumerate(stage_of)]
    allowed = [allowed_pairs(problem, s, problem.units_of(stage)) for s, stage in enumerate(problem.stages)]
    entered = [_counted(model, u, row_of) for u in range(len(stage_of))]

    def price(duals: FloatArray) -> LeftOut:
        items, units, reduced = [], [], []
        for s in range(len(problem.stages)):
            of_stage = problem.units_of(problem.stages[s])
            pi = duals[assignment[s * problem.n_zones : (s + 1) * problem.n_zones]]
            for j, u in enumerate(of_stage.tolist()):
                rows, pupils = entered[u]
                rc = cost[u] - pi - pupils @ duals[rows]
                for z in np.flatnonzero(allowed[s][:, j] & (rc < -1e-9)).tolist():
                    if (s * problem.n_zones + z, u) not in known:
                        items.append(s * problem.n_zones + z)
                        units.append(u)
                        reduced.append(float(rc[z]))
        return LeftOut(
            np.array(items, dtype=np.int64), np.array(units, dtype=np.int64), np.array(reduced), add
        )

    def add(item: IntArray, unit: IntArray) -> NewColumns:
        costs, rows, columns, values = [], [], [], []
        for c, (i, u) in enumerate(zip(item.tolist(), unit.tolist(), strict=True)):
            zone = i % problem.n_zones
            rows_u, pupils = entered[u]
            costs.append(cost[u][zone])
            rows += [int(assignment[i]), *rows_u.tolist()]
            columns += [c] * (1 + len(rows_u))
            values += [1.0, *pupils[zone].tolist()]
        matrix = sparse.csc_matrix((values, (rows, columns)), shape=(len(row_of), len(costs)))
        return NewColumns(np.array(costs), matrix)

    return price


def _counted(model: ZoningModel, unit: int, row_of: dict[str, int]) -> tuple[IntArray, FloatArray]:
    """Return the rows in which pairs of a unit stand, and the coefficient of every zone in each (n_zones, n_rows)."""
    blocks = model.pair_rows.get(unit, [])
    rows = np.array([row_of[name] for names, _ in blocks for name in names], dtype=np.int64)
    amounts = [part for _, part in blocks]
    if not amounts:
        return rows, np.zeros((model.problem.n_zones, 0))
    return rows, amounts[0] if len(amounts) == 1 else np.column_stack(amounts)
