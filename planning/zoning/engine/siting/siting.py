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


def decides(work: Work, point: FloatArray) -> bool:
    """Return whether openings decide so much of the price that they are chosen first."""
    switches = work.program.switches
    if switches is None or work.program.price_left_out is not None:
        return False
    parameters = work.parameters.siting
    if not parameters.openings_least <= len(switches) <= parameters.openings_most:
        return False
    opening = float(np.abs(work.cost[switches] @ point[switches]))
    return opening >= parameters.price_share_least * abs(float(work.cost[: len(point)] @ point))


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
    total, point, parameters = cancel.left(), relaxation.values, work.parameters.siting
    # without contiguity the relaxation tells enough, and the proof is worth more than a ranking
    opened = float(point[work.program.switches].sum())
    few_items = work.program.n_items < parameters.large_items_below * opened
    large_items = few_items and bool(work.hood.asked.any())
    sets = Sets(work, point, total, seed, large_items=large_items)
    search: Search
    if large_items:
        search = LargeSearch(work, sets, phases, gap=gap, seed=seed, duals=relaxation.duals)
    else:
        search = Search(work, sets, phases, gap=gap, seed=seed)
    looking = cancel.within(search.trials_time_share * total)
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
    deep = cancel.within(cancel.left() - parameters.rest_time_share * total)
    search.deepen(deep, parameters.deepening_time_share * total, threads)
