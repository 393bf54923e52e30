"""Draw catchments phase by phase: bound, first plan, improvement, proof."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planning.zoning.engine.blocks import block_bound, link_duals
from planning.zoning.engine.construct import first_plan, mostly_arcs
from planning.zoning.engine.highs import Cancel
from planning.zoning.engine.improve import Improver, column_units
from planning.zoning.engine.prove import prove
from planning.zoning.engine.relax import Relaxation, root
from planning.zoning.engine.siting import decides, site
from planning.zoning.engine.work import Work

EXACT_GAP = 0.1  # arcs that were left out are all priced in once the plan is so near the bound
BLOCK_SHARE = 0.4  # of the time is left when the units are bounded one by one
EXACT_PAIRS = 20_000  # or where there are so few pairs in all
PROOF_STALE = 8  # steps without gain after which a thread is given to the proof
PROOF_AFTER = (0.2, 20.0)  # or this share of the time, at most so many seconds
CUT_SHARE = 0.15  # of the time, for separators before the first plan


def draw(work: Work, cancel: Cancel, gap: float, seed: int, threads: int) -> None:
    """Run the phases in turn until the gap is reached or time is over; plans and bounds stay in the work."""
    relaxation = root(work, cancel)
    if not relaxation.solved:
        return
    sited = decides(work, relaxation.values)
    if sited:

        def catchments(part: Work, until: Cancel, seed: int, threads: int) -> None:
            draw(part, until, 0.0, seed, threads)

        site(work, relaxation.values, catchments, cancel, gap=gap, seed=seed, threads=threads)
    elif work.program.price_left_out is None:
        # with arcs left out, separators would bound only the arcs there are
        relaxation.separate(seconds=CUT_SHARE * cancel.left())
    if work.best is None:
        first_plan(work, relaxation.values, relaxation.active(), cancel, seed=seed)
    if work.best is None or work.gap() <= gap:
        return
    exact = tighten(work, relaxation) or work.program.price_left_out is None
    # where something opens, a thread is worth more in the improvement (measured on siting)
    opens = work.program.switches is not None and len(work.program.switches) > 0
    if exact and threads > 1 and mostly_arcs(work) and not opens:
        _improve_beside_proof(work, relaxation, cancel, gap, seed, threads)
    else:
        _improve_then_prove(work, relaxation, cancel, gap, seed, threads, exact)


def _improve_beside_proof(
    work: Work, relaxation: Relaxation, cancel: Cancel, gap: float, seed: int, threads: int
) -> None:
    """Improve the plan; as soon as that gets harder, give one thread to the proof, which also finds plans."""
    begun, late = time.perf_counter(), min(PROOF_AFTER[0] * cancel.left(), PROOF_AFTER[1])
    improving = cancel.below()  # ends with the proof
    improver = Improver(work, improving, seed, threads)
    with ThreadPoolExecutor(1) as pool:
        while not improving.over() and work.gap() > gap:
            improver.step()
            harder = improver.stale >= PROOF_STALE or time.perf_counter() - begun > late
            if harder and improver.threads == threads:
                improver.threads = threads - 1
                proof = pool.submit(prove, work, relaxation, cancel, gap=gap, seed=seed)
                proof.add_done_callback(lambda _: improving.stop())
            improver.exact = improver.exact or improver.stale >= patience_of(work)
        if improver.threads < threads:
            # the proof ends by itself at the gap or the time limit; an error in it must be heard
            proof.result()
    improver.drain()


def _improve_then_prove(
    work: Work, relaxation: Relaxation, cancel: Cancel, gap: float, seed: int, threads: int, exact: bool
) -> None:
    improver = Improver(work, cancel, seed, threads)
    patience = patience_of(work)
    late = (1.0 - BLOCK_SHARE) * cancel.left()
    begun, bounded = time.perf_counter(), False
    while not cancel.over() and work.gap() > gap:
        improver.stale = 0
        while not cancel.over() and work.gap() > gap and improver.stale < patience:
            improver.step()
            if not bounded and time.perf_counter() - begun > late:
                improver.drain()
                bounded = bound_units(work, relaxation, cancel, threads)
            if improver.stale >= patience and not improver.exact:
                improver.exact, improver.stale = True, 0
        if cancel.over() or work.gap() <= gap:
            return
        improver.drain()
        if not bounded:
            bounded = bound_units(work, relaxation, cancel, threads)
            continue
        exact = tighten(work, relaxation) or exact
        if exact and prove(work, relaxation, cancel, gap=gap, seed=seed):
            return
        patience = 2 * patience


def patience_of(work: Work) -> int:
    """Return after how many steps without gain improvement counts as stuck."""
    return 10 + 2 * work.program.n_units


def bound_units(work: Work, relaxation: Relaxation, cancel: Cancel, threads: int) -> bool:
    """Raise the bound by solving every unit by itself at the prices of the relaxation; return whether it was tried."""
    labels, n_rows = column_units(work), work.matrix.shape[0]
    duals = relaxation.duals[:n_rows]
    if work.program.price_left_out is not None:
        if not work.program.lighter:
            return True
        out = work.program.price_left_out(link_duals(work, labels, duals))
        fresh = np.array([work.arc_at[i, u] < 0 for i, u in zip(out.item, out.unit, strict=True)], dtype=bool)
        if fresh.any():
            work.add_arcs(out.item[fresh], out.unit[fresh], out.add(out.item[fresh], out.unit[fresh]))
            relaxation.build()
            if not relaxation.run():
                return True
            labels, duals = column_units(work), relaxation.duals[:n_rows]
    work.raise_bound(block_bound(work, labels, duals, cancel, threads), "units")
    return True


def tighten(work: Work, relaxation: Relaxation) -> bool:
    """Price in what a better plan could use, cut, and fix; return whether the arcs now hold every better plan."""
    pairs = work.program.n_items * work.program.n_units
    most = np.inf if work.program.price_left_out is None or pairs <= EXACT_PAIRS else EXACT_GAP
    if work.best is None or work.best.broken > 0 or work.gap() > most:
        return False
    room = work.best.objective - work.program.offset - relaxation.objective
    exact = relaxation.price_in(room) if not relaxation.rows else True
    relaxation.fix()
    if exact and work.hood.asked.any():
        relaxation.separate(seconds=max(5.0, 0.25 * relaxation.cancel.left()))
        relaxation.fix()
    return exact
