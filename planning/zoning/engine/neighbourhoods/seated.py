"""Anneal plans by what their classes and missing seats cost: all catchments, or a few that border one another.

A class belongs to one grade of one school, so that half a class a grade stays empty and every limit is met in every year at once: the
relaxation sees none of it, and branching over a few catchments little (docs/engine-log.md has the figures).
Simulated annealing: Kirkpatrick, Gelatt and Vecchi (1983); title in docs/engine.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.annealing import Packing, board_of, open_pairs, scale, seated
from planning.zoning.engine.neighbourhoods.crossing import crossed
from planning.zoning.engine.neighbourhoods.part import region
from planning.zoning.engine.neighbourhoods.regions import Annealed
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.seating import Seating
from planning.zoning.engine.state import SearchState

if TYPE_CHECKING:
    from planning.zoning.engine.neighbourhoods.seats import Desks, Seated

BETWEEN_LOOKS = 200_000
"""Moves between two questions whether to stop."""
IN_TURN = 500
"""Moves at one temperature."""
NO_SEAT, MIDDLE = 1.0, 0.5
"""How dear a pupil beyond the seats is, on the way from being sent on to having no seat, in the first turns."""
EXACT = 1e-6
"""Gap to which classes are chosen for a plan that annealing calls better."""


@dataclass(frozen=True)
class Drawn:
    """The cheapest plan that a turn met, what it is said to cost less than the one it began with, and how many moves were tried.

    ``late`` is the cheapest met while it was cold: another plan than the one it began with, cheaper or not.
    """

    unit_of: IntArray
    saved: float
    moves: int
    late: IntArray


class SeatedWalks:
    """Anneals the incumbent between neighbourhoods: all of it, or a region.

    Parameters
    ----------
    state : SearchState
        What the search knows.
    on : bool
        False: it is never its turn.

    Attributes
    ----------
    gap : float
        To which classes are chosen for its plans.
    """

    gap: float | None = EXACT

    def __init__(self, state: SearchState, *, on: bool) -> None:
        self.state = state
        self.rules = state.parameters.seated
        self.fits = on and fits(state)
        self.turns, self.trust = 0, 1.0
        seating = state.programme.given.seating
        self.several_years = seating is None or seating.several_years
        # of the last turn, of the last that gave a better plan
        self.dearness = self.liked = NO_SEAT if self.several_years else self.rules.dearness_one_year
        self.moves, self.effort = 0.0, 0.0  # tried here; simplex iterations of neighbourhoods

    def due(self) -> bool:
        """Return whether it is its turn: moves keep their share beside the effort of neighbourhoods."""
        return self.fits and self.moves <= self.rules.moves_per_iteration * self.trust * self.effort

    def worked(self, effort: int) -> None:
        """Take note of a neighbourhood that was solved with so many simplex iterations."""
        self.effort += effort + self.rules.iterations_per_step

    def anneal(self, plan: Plan, seed: int, deadline: Deadline) -> Annealed:
        """Anneal for one turn; return the plan that came of it where it is called better."""
        rules, rng = self.rules, np.random.default_rng(seed)
        given = seated_packing(self.state, plan)
        units = np.arange(self.state.programme.n_units)
        whole = self.turns < rules.wholes_first or rng.random() < rules.whole_share
        if not whole:
            size = np.exp(rng.uniform(np.log(rules.units_least), np.log(rules.units_most)))
            units = region(given, plan.unit_of, max(2, round(size)), rng)
        self.turns += 1
        self.dearness = self._dearness(rng)
        found = anneal_seated(self.state, given, plan, units, rng, deadline, dearness=self.dearness)
        self.moves += found.moves
        child = self._crossed(plan, found.late, seed, deadline) if whole else None
        return Annealed([found.unit_of] if found.saved > 0.0 else [], [], ended=False, child=child)

    def _crossed(self, plan: Plan, late: IntArray, seed: int, deadline: Deadline) -> FloatArray | None:
        """Return the plan crossed with another: what one has right in the north, the other may have in the south."""
        other = complete(self.state, late, deadline, seed=seed, gap=EXACT)
        if other is None:
            return None
        rules, met = self.state.parameters.crossing, self.state.programme.plan_of(other)
        if abs(met.objective - plan.objective) > rules.apart_most * abs(plan.objective):
            return None  # too much would be free
        until = deadline.within(min(rules.time_share * deadline.left(), rules.time_most_s))
        first, second = (plan, other) if plan.objective <= met.objective else (met, plan.values)
        child = crossed(self.state, first, second, until, seed=seed)
        self.moves += self.rules.moves_per_iteration * child.iterations
        return child.values

    def _dearness(self, rng: np.random.Generator) -> float:
        """Return how dear a pupil beyond the seats is in a turn: near what gave a better plan last, or anything."""
        if self.turns == 1 and not self.several_years:
            return self.liked
        if rng.random() < self.rules.liked_share:
            return float(np.clip(self.liked + rng.normal(0.0, self.rules.liked_spread), 0.0, 1.0))
        return float(rng.random())

    def judged(self, *, better: bool) -> None:
        """Take note whether a plan that was called better was better."""
        if better:
            self.liked = self.dearness
        self.trust = 1.0 if better else self.rules.distrust * self.trust


def fits(state: SearchState) -> bool:
    """Return whether plans can be annealed so (:func:`planning.zoning.engine.neighbourhoods.annealing.seated`) over all arcs."""
    return seated(state.programme.given, state.parameters) and state.few_arcs() is None


def seat(state: SearchState, deadline: Deadline, *, seed: int) -> bool:
    """Anneal all catchments of the best plan of several years for a share of the time; return whether a better plan was taken.

    Where pupils may be sent on, once more at a lower price for those beyond the seats: the first is right where schools nearby are full.
    Where pupils sit already and stay, so that completing a plan takes long, at the lower price alone.
    """
    seating = state.programme.given.seating
    if state.incumbents.best is None or seating is None or not seating.several_years or not fits(state):
        return False
    rng, better = np.random.default_rng(seed), False
    first: tuple[float, ...] = (NO_SEAT, MIDDLE)
    if (seating.sent >= seating.short).all():
        first = (NO_SEAT,)
    elif seating.staying.any():
        first = (MIDDLE,)
    for dearness in first:
        better |= _seat(state, deadline, rng, seed, dearness)
    return better


def _seat(
    state: SearchState, deadline: Deadline, rng: np.random.Generator, seed: int, dearness: float
) -> bool:
    """Anneal all catchments of the best plan once; return whether a better plan was taken."""
    plan, rules = state.incumbents.best, state.parameters.seated
    assert plan is not None
    found = anneal_seated(
        state,
        seated_packing(state, plan),
        plan,
        np.arange(state.programme.n_units),
        rng,
        deadline.within(rules.first_time_share * deadline.left()),
        per_item=rules.moves_first_per_item,
        dearness=dearness,
    )
    if found.saved <= 0.0:
        return False
    values = complete(state, found.unit_of, deadline, seed=seed, gap=EXACT)
    return values is not None and state.incumbents.offer(values, "anneal")


def seated_packing(state: SearchState, plan: Plan) -> Packing:
    """Return pairs and neighbours as they are moved; seats have no limit here, as classes say what they cost."""
    price, fixed = open_pairs(state, plan.unit_of)
    seats = np.full(state.programme.n_units, np.inf)
    graph = state.programme.graph
    return Packing(price, np.ones_like(price), seats, graph.adjacency, fixed, graph.asked)


def anneal_seated(
    state: SearchState,
    given: Packing,
    plan: Plan,
    units: IntArray,
    rng: np.random.Generator,
    deadline: Deadline,
    *,
    per_item: int | None = None,
    dearness: float = NO_SEAT,
) -> Drawn:
    """Anneal the catchments of some units, everything else as it is in a plan.

    The temperature at the start is drawn at random, as no one suits all counties, and falls to a share of it. ``per_item``: moves
    for every item that is free, those of the parameters without it. ``dearness``: a pupil beyond the seats costs between being sent on to
    the cheapest school (0), which may be full and keeps him for years, and having no seat (1); in between by ratio.
    """
    from planning.zoning.engine.neighbourhoods.moves import standing
    from planning.zoning.engine.neighbourhoods.seats import anneal_seats

    seating, rules = state.programme.given.seating, state.parameters.seated
    assert seating is not None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(seating.sent > 0.0, seating.short / seating.sent, 1.0)
    short = seating.sent * ratio**dearness
    desks = _desks(seating, plan.values, units, short)
    board = board_of(given)
    board = board._replace(free=board.free[desks.inside[plan.unit_of[board.free]]])
    now = standing(board, plan.unit_of, 0.0, int(rng.integers(1 << 30)))
    shares = (rules.shift_share, rules.shift_share + rules.exchange_share)
    anneal_seats(board, now, desks, _seated(seating), np.empty(0), 0, shares)
    before = price = latest = float(now.tally[0])
    best = late = plan.unit_of
    tried = 0
    heat = scale(given)[0] * np.exp(rng.uniform(np.log(rules.heat_least), np.log(rules.heat_most)))
    moves = (rules.moves_per_item if per_item is None else per_item) * len(board.free)
    turns = max(1, min(rules.moves_most, moves) // IN_TURN)
    heats = heat * rules.heat_last ** (np.arange(turns) / turns)
    parts = np.array_split(heats, max(1, turns * IN_TURN // BETWEEN_LOOKS))
    for k, part in enumerate(parts):
        if not len(board.free) or len(units) < 2 or deadline.over():
            break
        anneal_seats(board, now, desks, _seated(seating), part, IN_TURN, shares)
        tried += len(part) * IN_TURN
        if now.tally[1] < price - 1e-9 * abs(price):
            best, price = now.best.copy(), float(now.tally[1])
        if 2 * k < len(parts) or now.tally[1] < latest:
            late, latest = now.best.copy(), float(now.tally[1])
    return Drawn(best, before - price, tried, late)


def _desks(seating: Seating, values: FloatArray, units: IntArray, short: FloatArray) -> Desks:
    """Return what a search prices under the switches of a plan, items moved between some units alone."""
    from planning.zoning.engine.neighbourhoods.seats import Desks

    inside = np.zeros(len(seating.rooms), dtype=bool)
    inside[units] = True
    return Desks(
        np.ascontiguousarray(seating.coming, dtype=float),
        np.ascontiguousarray(seating.cap, dtype=float),
        seating.rooms_under(values),
        seating.school,
        np.ascontiguousarray(seating.size, dtype=float),
        inside,
        short,
        seating.each,
        seating.over,
    )


def _seated(seating: Seating) -> Seated:
    """Return who sits in every unit whatever its catchment."""
    from planning.zoning.engine.neighbourhoods.seats import Seated

    load = np.array(seating.staying, dtype=float)
    attending = np.zeros_like(seating.size, dtype=float)
    return Seated(load, attending, np.zeros(len(load)), np.empty((3, load.shape[1])), np.empty(3))
