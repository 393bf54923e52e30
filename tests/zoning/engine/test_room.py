"""What is too much travels over neighbouring catchments to where there is room."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planning.zoning.engine import Program, solve_program
from planning.zoning.engine.construct import complete
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.work import Work
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
    work = Work(street(), time.perf_counter(), None)
    cancel = Cancel(time.perf_counter() + 20)
    root(work, cancel)
    values = complete(work, np.arange(STREET) // 4, cancel, seed=0)
    assert values is not None
    assert work.offer(values, "start")
    return Improver(work, cancel, 0)


def test_the_way_leads_from_the_room_to_the_full_unit() -> None:
    found = improver()
    assert found.broken_units().tolist() == [0]
    assert found._room().tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert found._towards_room(0, np.zeros(UNITS, dtype=bool)) == [4, 3, 2, 1, 0]
    # another thread holds a unit on the only way
    assert found._towards_room(0, np.arange(UNITS) == 2) == []


def test_every_item_moves_on_by_one() -> None:
    answer = solve_program(street(), gap=0.0, time_limit_s=20, threads=1)
    assert answer.feasible
    assert answer.proven
    assert np.bincount(answer.unit_of_item).tolist() == [3, 4, 4, 4, 5]
