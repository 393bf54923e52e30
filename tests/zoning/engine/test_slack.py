"""What is too much travels over neighbouring catchments to where there is room."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planning.zoning.engine import Program, solve_program
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.competing import path_to_slack, slack_of_units, units_over_limits
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_engine import county, grid

UNITS = 5
STREET = 4 * UNITS  # items in a row, four to a unit


def street() -> Program:
    """A street of one-pupil items; the first unit is one pupil short of seats, the last has one to spare."""
    base = county(0, columns=STREET, rows=1, units=UNITS)
    item, unit = base.arc_item, base.arc_unit
    homes = 4 * np.arange(UNITS) + 1
    rows = base.matrix.copy()
    rows.data[:] = 1.0
    lower = np.zeros(len(base.cost))
    lower[homes * UNITS + np.arange(UNITS)] = 1.0
    seats = np.full(UNITS, 4.0)
    seats[0], seats[-1] = 3.0, 5.0
    return replace(
        base,
        cost=np.abs(item - homes[unit]).astype(float),
        col_lower=lower,
        matrix=rows,
        row_upper=np.r_[np.ones(STREET), seats],
        neighbours=grid(STREET, 1),
        roots=tuple(np.array([h]) for h in homes),
    )


def improver() -> Improver:
    """Return the improvement at the plan in which every unit has its own four items."""
    state = SearchState(street(), time.perf_counter(), None)
    deadline = Deadline(time.perf_counter() + 20)
    root(state, deadline)
    values = complete(state, np.arange(STREET) // 4, deadline, seed=0)
    assert values is not None
    assert state.incumbents.offer(values, "start")
    return Improver(state, deadline, 0)


def test_the_path_leads_from_slack_to_the_full_unit() -> None:
    found = improver()
    plan = found.state.incumbents.best
    assert plan is not None
    situation = found.situation(plan)
    assert units_over_limits(situation).tolist() == [0]
    assert slack_of_units(situation).tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert path_to_slack(situation, 0) == [4, 3, 2, 1, 0]
    # another thread holds a unit on the only path
    assert path_to_slack(found.situation(plan, busy=np.arange(UNITS) == 2), 0) == []


def test_every_item_moves_on_by_one() -> None:
    answer = solve_program(street(), gap=0.0, time_limit_s=20, threads=1)
    assert answer.feasible
    assert answer.proven
    assert np.bincount(answer.unit_of_item).tolist() == [3, 4, 4, 4, 5]
