"""Anneal plans of nearly full units: items shifted, exchanged and passed on between neighbouring catchments.

Where seats are nearly all taken, a rounded relaxation leaves many units too full, and what is too much must travel over
several of them; and neighbourhoods of a few units find little to gain, as none of them has room.
Simulated annealing: Kirkpatrick, Gelatt and Vecchi (1983); title in docs/engine.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.parameters import AnnealingParameters, EngineParameters
from planning.zoning.engine.completion import offer_units
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.program import Program
from planning.zoning.engine.programme import WorkingProgramme, working_programme
from planning.zoning.engine.state import SearchState

if TYPE_CHECKING:
    from planning.zoning.engine.neighbourhoods.moves import Board, Standing

BETWEEN_LOOKS = 400_000
"""Moves between two questions whether to stop."""


@dataclass(frozen=True)
class Packing:
    """Items to pack into units, each with one limit.

    Parameters
    ----------
    price : ndarray (n_items, n_units)
        Price of a pair; infinite where it may not be.
    asked : ndarray (n_items, n_units)
        Seats that an item takes in a unit.
    seats : ndarray (n_units,)
        Seats of the units (infinite: no limit).
    beside : csr_matrix (n_items, n_items)
        Which items are neighbours.
    fixed : ndarray of bool (n_items,)
        Items that stay where they are: held ones and anchors.
    asks : ndarray of bool (n_units,)
        Whether the catchment of a unit must hang together.
    """

    price: FloatArray
    asked: FloatArray
    seats: FloatArray
    beside: sparse.csr_matrix
    fixed: np.ndarray
    asks: np.ndarray


def packing(state: SearchState) -> Packing | None:
    """Return the programme as a packing around its best plan; None where its rows say more than one limit per unit."""
    assert state.incumbents.best is not None
    found = _seats(state.programme)
    if found is None:
        return None
    asked, seats = found
    graph = state.programme.graph
    price, fixed = open_pairs(state, state.incumbents.best.unit_of)
    return Packing(price, asked, seats, graph.adjacency, fixed, graph.asked)


def open_pairs(state: SearchState, unit_of: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return what pairs cost, infinite where they may not be (n_items, n_units), and the items of a plan that may not move (n_items,)."""
    n, k = state.programme.n_items, state.programme.n_units
    # also arcs that no better plan uses (ruled out meanwhile): the way to a better one may lead over them
    allowed = state.programme.item >= 0
    allowed[: len(state.programme.given.cost)] &= state.programme.given.col_upper > 0.5
    arcs = np.flatnonzero(allowed)
    price = np.full((n, k), np.inf)
    price[state.programme.item[arcs], state.programme.unit[arcs]] = state.programme.cost[arcs]
    fixed = np.zeros(n, dtype=bool)
    fixed[state.programme.item[(state.programme.item >= 0) & (state.programme.lower > 0.5)]] = True
    for u, roots in enumerate(state.programme.graph.roots):
        fixed[roots[unit_of[roots] == u]] = True
    return price, fixed


def fill(given: Packing) -> float:
    """Return the share of all seats that the items ask for at least."""
    least = np.where(np.isfinite(given.price), given.asked, np.inf).min(axis=1)
    seats = float(given.seats.sum())
    return float(least.sum()) / seats if 0.0 < seats < np.inf else 0.0


def _seats(programme: WorkingProgramme) -> tuple[FloatArray, FloatArray] | None:
    """Return what items ask of units and what these offer, where every row but the assignment is one unit's upper limit."""
    plain = ~programme.elastic
    if (plain & (programme.item < 0) & (programme.lower != programme.upper)).any():
        return None
    rows = programme.matrix[:, np.flatnonzero(plain)].tocsr()
    item, unit = programme.item[plain], programme.unit[plain]
    asked = np.zeros((programme.n_items, programme.n_units))
    seats = np.full(programme.n_units, np.inf)
    for r in np.flatnonzero(programme.row_item < 0):
        columns = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
        weight = rows.data[rows.indptr[r] : rows.indptr[r + 1]]
        units = np.unique(unit[columns])
        if not len(columns):
            continue
        simple = (
            len(units) == 1 and units[0] >= 0 and np.isneginf(programme.row_lower[r]) and (weight >= 0).all()
        )
        if not simple or np.isfinite(seats[units[0]]):
            return None
        asked[item[columns], units[0]] = weight
        seats[units[0]] = programme.row_upper[r]
    return asked, seats


def prepare(program: Program, parameters: EngineParameters) -> bool:
    """Load what annealing needs, compiled, where a programme may come to be annealed; return whether other processes find it on disk.

    Compiling takes seconds, which belong to no time limit: a search that was begun before would be cut shorter by a machine that keeps
    nothing, and one seed would give another plan there. True where the programme is never annealed.
    """
    n_arcs = len(program.arc_item)
    if seated(program, parameters):
        return _compiled_seats()
    if parameters.annealing.rounds_most <= 0 or not program.n_items:
        return True
    many = program.n_items >= parameters.site_walks.items_least
    if many and program.price_left_out is None and _openings(program) >= parameters.siting.openings_least:
        return _compiled()  # sites are walked over
    if (program.col_lower != program.col_upper)[n_arcs:].any():
        return True  # columns beside the arcs: never a packing, and told without a look at the rows
    try:
        programme = working_programme(program, parameters.relaxation.elastic_factor)
    except ValueError:  # arrays that do not fit each other: the search says so, where mistakes are told
        return True
    found = _seats(programme)
    if found is None:
        return True
    asked, seats = found
    arcs = np.flatnonzero((programme.item >= 0) & (programme.upper > 0.5))
    price = np.full(asked.shape, np.inf)
    price[programme.item[arcs], programme.unit[arcs]] = 0.0
    graph = programme.graph
    nearly = fill(Packing(price, asked, seats, graph.adjacency, np.zeros(0, dtype=bool), graph.asked))
    return nearly < parameters.annealing.fill_least or _compiled()


def _openings(program: Program) -> int:
    return 0 if program.switches is None else len(program.switches)


def seated(program: Program, parameters: EngineParameters) -> bool:
    """Return whether catchments are annealed by their classes: where one neighbourhood cannot hold everything."""
    rules, seating = parameters.seated, program.seating
    if seating is None:
        return False
    least = rules.items_least if seating.several_years else rules.items_least_one_year
    return program.n_items >= least


@cache
def _compiled() -> bool:
    """Anneal two items, so that every move is compiled; return whether that is kept on disk."""
    from planning.zoning.engine.compiled import kept
    from planning.zoning.engine.neighbourhoods.moves import anneal_turns

    no = np.zeros(2, dtype=bool)
    two = Packing(
        np.ones((2, 2)), np.ones((2, 2)), np.full(2, 2.0), sparse.csr_matrix(1.0 - np.eye(2)), no, no
    )
    anneal(two, np.arange(2), 1, heat=1.0, seed=0, parameters=AnnealingParameters())
    return kept(anneal_turns)


@cache
def _compiled_seats() -> bool:
    """Do the same with the search that prices classes."""
    from planning.zoning.engine.compiled import kept
    from planning.zoning.engine.neighbourhoods.moves import Board, standing
    from planning.zoning.engine.neighbourhoods.seats import Desks, Seated, anneal_seats

    two, no, ones = np.arange(2), np.zeros(2, dtype=bool), np.ones((2, 2))
    board = Board(ones, ones, np.ones(2), np.array([0, 1, 2]), np.array([1, 0]), two, no, no)
    desks = Desks(ones, ones, ones, two, ones, ~no, np.ones(2), 1.0, 1.0)
    sitting = Seated(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros((3, 2)), np.zeros(3))
    anneal_seats(board, standing(board, two, 0.0, 0), desks, sitting, np.ones(1), 1, (0.4, 0.8))
    return kept(anneal_seats)


def pack(state: SearchState, given: Packing, deadline: Deadline, *, seed: int) -> bool:
    """Offer a plan that keeps every seat, annealed from the best plan; return whether one was taken.

    Rounds begin hotter and grow longer until one finds a plan or the time for them is over: where there is room for it the plan
    stays near the relaxation. What a round leaves is offered, too: fewer units are too full then. One seed repeats a run that
    time does not end.
    """
    assert state.incumbents.best is not None
    parameters = state.parameters.annealing
    until = deadline.within(parameters.time_share * deadline.left())
    moves = float(parameters.moves_per_item * int((~given.fixed).sum()))
    unit_of, heat = state.incumbents.best.unit_of, parameters.heat_least
    for k in range(parameters.rounds_most):
        best, unit_of = anneal(
            given, unit_of, int(moves), heat=heat, seed=seed + k, parameters=parameters, stop=until.over
        )
        if best is not None:
            return offer_units(state, best, deadline, seed)
        offer_units(state, unit_of, deadline, seed)
        if until.over():
            return False
        moves *= parameters.moves_growth
        heat = min(parameters.heat_most, parameters.heat_growth * heat)
    return False


def anneal(
    given: Packing,
    unit_of: IntArray,
    moves: int,
    *,
    heat: float,
    seed: int,
    parameters: AnnealingParameters,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[IntArray | None, IntArray]:
    """Return the cheapest assignment met that keeps all seats (None if none did), and the last one.

    Every unit has a price of its own for seats that it lacks: it rises while seats lack there and falls while they do not, so
    that what is too much travels to where there is room.

    Parameters
    ----------
    given : Packing
        Prices, seats and neighbours.
    unit_of : ndarray (n_items,)
        Where to start; every catchment hangs together.
    moves : int
        How many moves are tried, temperature falling from the first to the last.
    heat : float
        Temperature at the start, in typical differences of price between two units.
    seed : int
        Drives every choice.
    parameters : AnnealingParameters
        Temperatures, prices of a seat that is missing, kinds of moves.
    stop : callable
        Asked now and then; True ends the search.
    """
    from planning.zoning.engine.neighbourhoods.moves import standing

    board = board_of(given)
    step, typical = scale(given)
    now = standing(board, unit_of, parameters.seat_price * step / typical, seed)
    if len(board.free):
        in_turn = parameters.moves_per_unit * len(given.seats)
        turns = max(1, moves // in_turn)
        heats = step * heat * (min(1.0, parameters.heat_last / heat)) ** (np.arange(turns) / turns)
        at_once = max(1, BETWEEN_LOOKS // in_turn)
        for begin in range(0, turns, at_once):
            if stop():
                break
            some = heats[begin : begin + at_once]
            turn(board, now, in_turn, some, parameters)
    return (now.best if np.isfinite(now.tally[1]) else None), now.unit_of


def turn(board: Board, now: Standing, moves: int, heats: FloatArray, parameters: AnnealingParameters) -> None:
    """Try so many moves at each temperature."""
    from planning.zoning.engine.neighbourhoods.moves import anneal_turns

    shares = (parameters.shift_share, parameters.shift_share + parameters.exchange_share)
    # all units at once keep their seats now and then only if each of many lacks them seldom
    ease = min(parameters.seat_price_ease, parameters.units_lacking / len(board.seats))
    anneal_turns(board, now, len(heats), moves, heats, shares, parameters.seat_price_rise, ease)


def board_of(given: Packing) -> Board:
    """Return a packing as the arrays that moves are made on."""
    from planning.zoning.engine.neighbourhoods.moves import Board

    return Board(
        np.ascontiguousarray(given.price),
        np.ascontiguousarray(given.asked),
        given.seats.astype(float),
        given.beside.indptr.astype(np.int64),
        given.beside.indices.astype(np.int64),
        np.flatnonzero(~given.fixed & (np.diff(given.beside.indptr) > 0)),
        given.fixed,
        np.array(given.asks, dtype=bool),
    )


def scale(given: Packing) -> tuple[float, float]:
    """Return a typical difference in price between the best two units of an item, and the seats of a typical item."""
    two = np.sort(given.price, axis=1)[:, :2]
    gap = two[:, 1] - two[:, 0] if two.shape[1] > 1 else np.zeros(len(two))
    gap = gap[np.isfinite(gap) & (gap > 0)]
    asked = given.asked.max(axis=1)
    asked = asked[asked > 0]
    return (
        float(np.median(gap)) if len(gap) else 1.0,
        float(asked.mean()) if len(asked) else 1.0,
    )
