"""Decide the whole county anew over few arcs, along paths through the present catchments: large counties start with it."""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.repair import Repair, Step
from planning.zoning.engine.state import SearchState


def sweep(state: SearchState, values: FloatArray, deadline: Deadline, *, seed: int) -> None:
    """Offer plans better than a connected one, over more arcs each time, until every row is kept.

    Hardly an item is divided in the relaxation where units hold hundreds of them, so that what is left to decide lies at the
    borders of the catchments, and one search can hold it all.
    """
    rules = state.parameters.neighbourhoods
    until = deadline.within(rules.sweep_time_share * deadline.left())
    repair = Repair(state, until.left(), restart=True, keep_seen=False)
    base = state.programme.plan_of(values)
    for width in rules.sweep_arcs_per_item:
        if until.over() or base.broken <= 0:
            return
        few = state.few_arcs(width)
        assert few is not None
        columns = np.flatnonzero(few | (base.values > 0.5) | (state.programme.item < 0))
        units = np.arange(state.programme.n_units)
        found = repair.solve(Step(base, columns, units, False, False, True, seed), until)
        if found.values is not None:
            values = base.values.copy()
            values[columns] = found.values
            state.incumbents.offer(values, "first plan")
            base = state.programme.plan_of(values)
