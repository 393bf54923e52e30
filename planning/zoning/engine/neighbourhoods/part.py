"""Cut a region of a few catchments out of a packing, anneal it, and see which catchments it meets on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from planning.arrays import IntArray
from planning.parameters import AnnealingParameters, WalkParameters
from planning.zoning.engine.neighbourhoods.annealing import Packing, board_of, turn

if TYPE_CHECKING:
    from planning.zoning.engine.neighbourhoods.moves import Standing

CATCHMENT = tuple[int, bytes]
"""A unit and the items of its catchment, in order."""


def region(
    given: Packing, unit_of: IntArray, size: int, rng: np.random.Generator, *, first: int | None = None
) -> IntArray:
    """Return so many units whose catchments border one another, drawn from one on (a random one if not given)."""
    k = len(given.seats)
    edges = given.beside.tocoo()
    a, b = unit_of[edges.row], unit_of[edges.col]
    apart = a != b
    borders = sparse.csr_matrix((np.ones(int(apart.sum())), (a[apart], b[apart])), shape=(k, k))
    inside = np.zeros(k, dtype=bool)
    inside[int(rng.integers(k)) if first is None else first] = True
    while inside.sum() < size:
        weight = np.asarray(borders @ inside.astype(float)).ravel() ** 0.5
        weight[inside] = 0.0
        if weight.sum() <= 0.0:
            break
        inside[int(rng.choice(k, p=weight / weight.sum()))] = True
    return np.flatnonzero(inside)


def cut_out(given: Packing, unit_of: IntArray, units: IntArray) -> tuple[Packing, IntArray, IntArray]:
    """Return the packing of some units' items alone, these items, and where they are in it."""
    place = np.full(len(given.seats), -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    items = np.flatnonzero(place[unit_of] >= 0)
    part = Packing(
        given.price[np.ix_(items, units)],
        given.asked[np.ix_(items, units)],
        given.seats[units],
        given.beside[items][:, items],
        given.fixed[items],
        given.asks[units],
    )
    return part, items, place[unit_of[items]]


def anneal_part(
    part: Packing,
    unit_of: IntArray,
    heat: float,
    typical: tuple[float, float],
    seed: int,
    parameters: tuple[WalkParameters, AnnealingParameters],
    looked: Callable[[Packing, Standing], None],
) -> tuple[Standing | None, int]:
    """Anneal a region; return where that ended (None where no plan that keeps its seats was met) and how many moves were tried.

    Parameters
    ----------
    part, unit_of : Packing, ndarray (n_items,)
        The region, and where to begin; every catchment hangs together.
    heat : float
        Temperature at the start, in typical differences of price.
    typical : tuple of float
        A typical difference of price, and the seats of a typical item (``annealing.scale``).
    seed : int
        Drives every choice.
    parameters : tuple
        Of walks and of annealing.
    looked : callable
        Shown the region now and then.
    """
    from planning.zoning.engine.neighbourhoods.moves import standing

    rules, annealing = parameters
    board, units = board_of(part), len(part.seats)
    if not len(board.free) or units < 2:
        return None, rules.moves_per_item
    step, load = typical
    now = standing(board, unit_of, annealing.seat_price * step / load, seed)
    in_turn = annealing.moves_per_unit * units
    turns = max(1, rules.moves_per_item * len(board.free) // in_turn)
    last = min(1.0, rules.heat_last / heat)
    heats = step * heat * last ** (np.arange(turns) / turns)
    for some in np.array_split(heats, rules.looks):
        turn(board, now, in_turn, some, annealing)
        looked(part, now)
    return (now if np.isfinite(now.tally[1]) else None), turns * in_turn


def kept_catchments(part: Packing, items: IntArray, units: IntArray, now: Standing) -> list[CATCHMENT]:
    """Return the catchments of a region that keep to their seats just now."""
    order = np.argsort(now.unit_of, kind="stable")
    ends = np.searchsorted(now.unit_of[order], np.arange(len(units) + 1))
    found = []
    for k in np.flatnonzero(now.load <= part.seats * (1.0 + 1e-9)).tolist():
        held = items[order[ends[k] : ends[k + 1]]]
        if len(held):
            found.append((int(units[k]), held.tobytes()))
    return found
