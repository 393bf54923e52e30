"""Choose what to open first, where opening decides most of the price; every set of openings is then a programme of its own.

Sets to try come from sets.py; open_set.py finds the catchments of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.owners import column_owners
from planning.zoning.engine.siting.open_set import Phases
from planning.zoning.engine.siting.search import SitingSearch
from planning.zoning.engine.siting.search_large import LargeItemSearch
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.site_walk import SharedCatchments, SiteWalks
from planning.zoning.engine.siting.sites import sites_of
from planning.zoning.engine.state import SearchState


def decides(state: SearchState, point: FloatArray) -> bool:
    """Return whether openings decide so much of the price that they are chosen first."""
    switches = state.programme.given.switches
    if switches is None or state.programme.given.price_left_out is not None:
        return False
    parameters = state.parameters.siting
    if not parameters.openings_least <= len(switches) <= parameters.openings_most:
        return False
    opening = float(np.abs(state.programme.cost[switches] @ point[switches]))
    return opening >= parameters.price_share_least * abs(float(state.programme.cost[: len(point)] @ point))


def walks_over(state: SearchState, sets: Sets, seed: int, threads: int) -> Sequence[SiteWalks | None]:
    """Return walks over sites for every thread; none where there are few items, more rules, or catchments that may fall apart."""
    enough = state.programme.n_items >= state.parameters.site_walks.items_least
    sites = sites_of(state) if enough and state.programme.graph.asked.any() else None
    if sites is None:
        return [None] * threads
    catchments = Catchments(state, column_owners(state.programme, state.parameters.neighbourhoods).of)
    pool = SharedCatchments(state, catchments)
    return [SiteWalks(state, sites, sets, pool, seed + k) for k in range(threads)]


@dataclass(frozen=True)
class OpeningsFirst:
    """Openings first, where they decide most of the price; every set of openings is then a programme of its own."""

    def site(
        self,
        state: SearchState,
        relaxation: Relaxation,
        phases: Phases,
        deadline: Deadline,
        *,
        gap: float,
        seed: int,
        threads: int,
    ) -> bool:
        """Offer plans from the best sets of openings, and raise the bound; return whether openings decide that much.

        Parameters
        ----------
        state : SearchState
            Its programme's switches say what may open.
        relaxation : Relaxation
            The linear relaxation of it, solved.
        phases : callable
            Solves a programme whose openings are given.
        deadline : Deadline
            Most of its time may be used.
        gap, seed, threads : float, int, int
            As in :func:`planning.zoning.engine.solve_program`.
        """
        if not decides(state, relaxation.values):
            return False
        _site(state, relaxation, phases, deadline, gap, seed, threads)
        return True


def _site(
    state: SearchState,
    relaxation: Relaxation,
    phases: Phases,
    deadline: Deadline,
    gap: float,
    seed: int,
    threads: int,
) -> None:
    total, point, parameters = deadline.left(), relaxation.values, state.parameters.siting
    # without contiguity the relaxation tells enough, and the proof is worth more than a ranking
    opened = float(point[state.programme.given.switches].sum())
    few_items = state.programme.n_items < parameters.large_items_below * opened
    large_items = few_items and bool(state.programme.graph.asked.any())
    sets = Sets(state, point, total, seed, large_items=large_items)
    search: SitingSearch
    if large_items:
        search = LargeItemSearch(state, sets, phases, gap=gap, seed=seed, duals=relaxation.duals)
    else:
        search = SitingSearch(state, sets, phases, gap=gap, seed=seed)
    looking = deadline.within(search.trials_time_share * total)
    walks = walks_over(state, sets, seed, threads)
    with ThreadPoolExecutor(threads) as pool:
        first = pool.submit(walks[0].first, looking) if walks[0] is not None else None
        bound = pool.submit(sets.bound, looking)
        chosen = [pool.submit(sets.choose, slack, looking) for slack in sets.slacks[:-1]]

        def attempt(walks: SiteWalks | None) -> None:
            wait(chosen if first is None else [first, *chosen])  # there are no sets before
            search.attempt(looking, walks)

        attempts = [pool.submit(attempt, w) for w in walks]
        for done in (bound, *chosen, *attempts, *([] if first is None else [first])):
            done.result()
        # at sets that came up when the others had ended
        for done in [pool.submit(search.attempt, looking) for _ in range(threads)]:
            done.result()
    deep = deadline.within(deadline.left() - parameters.rest_time_share * total)
    search.deepen(deep, parameters.deepening_time_share * total, threads)
