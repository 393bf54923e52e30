"""Choose what to open first, where opening decides most of the price; every set of openings is then a programme of its own.

Sets to try come from sets.py; trial.py draws the catchments of one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.siting.search import Search
from planning.zoning.engine.siting.search_large import LargeSearch
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.trial import Phases
from planning.zoning.engine.work import Work

SWITCHES = (12, 400)  # with so many openings they are chosen first
OPENING_SHARE = 0.1  # of the relaxation's price must come from openings for that
LARGE_BELOW = 40  # items to a unit, below which they are large
DEEP_SHARE = 0.1  # of the time, at once, for the best set
REST_SHARE = 0.08  # of the time is left for openings and catchments together


def decides(work: Work, point: FloatArray) -> bool:
    """Return whether openings decide so much of the price that they are chosen first."""
    switches = work.program.switches
    if switches is None or work.program.price_left_out is not None:
        return False
    if not SWITCHES[0] <= len(switches) <= SWITCHES[1]:
        return False
    opening = float(np.abs(work.cost[switches] @ point[switches]))
    return opening >= OPENING_SHARE * abs(float(work.cost[: len(point)] @ point))


def site(
    work: Work, relaxation: Relaxation, phases: Phases, cancel: Cancel, *, gap: float, seed: int, threads: int
) -> None:
    """Offer plans from the best sets of openings, and raise the bound.

    Parameters
    ----------
    work : Work
        The programme; its switches say what may open.
    relaxation : Relaxation
        The linear relaxation of it, solved.
    phases : callable
        Draws the catchments of a programme whose openings are given.
    cancel : Cancel
        Most of its time may be used.
    gap, seed, threads : float, int, int
        As in :func:`planning.zoning.engine.solve_program`.
    """
    total, point = cancel.left(), relaxation.values
    # without contiguity the relaxation tells enough, and the proof is worth more than a ranking
    few_items = work.program.n_items < LARGE_BELOW * float(point[work.program.switches].sum())
    large_items = few_items and bool(work.hood.asked.any())
    sets = Sets(work, point, total, seed, large_items=large_items)
    search: Search
    if large_items:
        search = LargeSearch(work, sets, phases, gap=gap, seed=seed, duals=relaxation.duals)
    else:
        search = Search(work, sets, phases, gap=gap, seed=seed)
    looking = cancel.within(search.looks_share * total)
    with ThreadPoolExecutor(threads) as pool:
        bound = pool.submit(sets.bound, looking)
        chosen = [pool.submit(sets.choose, room, looking) for room in sets.rooms[:-1]]

        def look() -> None:
            wait(chosen)  # there are no sets before
            search.look(looking)

        looks = [pool.submit(look) for _ in range(threads)]
        for done in (bound, *chosen, *looks):
            done.result()
        # at sets that came up when the others had ended
        for done in [pool.submit(search.look, looking) for _ in range(threads)]:
            done.result()
    search.deepen(cancel.within(cancel.left() - REST_SHARE * total), DEEP_SHARE * total, threads)
