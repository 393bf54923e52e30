"""Say what a neighbourhood is: an object with one method, given the situation, that says what is decided anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.parameters import NeighbourhoodParameters
from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.owners import ColumnOwners
from planning.zoning.engine.programme import Plan, WorkingProgramme


@dataclass(frozen=True)
class Freed:
    """What is decided anew: the items of some units, or some of these items; everything else stays.

    Parameters
    ----------
    units : ndarray of int
        Units whose catchments may change; freed items may go to any of them.
    items : ndarray of int, optional
        Items that may change, of these units in the incumbent; all of them without it.
    """

    units: IntArray
    items: IntArray | None = None


@dataclass
class Memory:
    """What was learnt from the steps so far.

    Parameters
    ----------
    size : float
        Items that a neighbourhood should set free about: larger when steps were easy.
    credit : ndarray (n_units,)
        Falls when a neighbourhood starts at a unit, back to 1 when one that holds it has gained.
    failed_at : dict
        Price of the incumbent at which units, behind 1 for exact and 0 for other steps, gave nothing.
    """

    size: float
    credit: FloatArray
    failed_at: dict[tuple[int, ...], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """What a neighbourhood may look at; arrays must not be changed.

    Parameters
    ----------
    programme : WorkingProgramme
        Columns and rows as they stand.
    plan : Plan
        The incumbent: ``plan.unit_of`` (n_items,), ``plan.objective``, ``plan.values`` (n_cols,).
    reduced : ndarray (n_cols,), optional
        Reduced costs of the last relaxation.
    owners : ColumnOwners
        Which units every column speaks of.
    busy : ndarray of bool (n_units,)
        Units that another thread decides anew right now; they are taken out of what is set free.
    exact : bool
        Whether the step is solved with separators; otherwise along the present catchments.
    memory : Memory
        What was learnt so far.
    parameters : NeighbourhoodParameters
        What may be tuned.
    rng : Generator
        The only source of chance, so that a seed repeats a run.
    only : ndarray of bool (n_cols,), optional
        Arcs that may be taken up, where units hold so many items that not all of them can be decided anew.
    """

    programme: WorkingProgramme
    plan: Plan
    reduced: FloatArray | None
    owners: ColumnOwners
    busy: BoolArray
    exact: bool
    memory: Memory
    parameters: NeighbourhoodParameters
    rng: np.random.Generator
    only: BoolArray | None = None

    @property
    def graph(self) -> ItemGraph:
        """Neighbouring items, and the anchors of every unit."""
        return self.programme.graph

    @property
    def size(self) -> float:
        """Items that should be set free about."""
        return self.memory.size


class Neighbourhood(Protocol):
    """What one step of the improvement decides anew; the engine solves it and keeps what is better.

    An object serves every search of a run, several threads at once: what it remembers it must guard itself.
    """

    def destroy(self, situation: Situation) -> Freed | None:
        """Return what is decided anew; None where there is nothing."""
        ...
