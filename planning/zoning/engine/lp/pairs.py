"""Let every pair join that a better plan could use, so that bounds and separators hold for the whole problem."""

from __future__ import annotations

import numpy as np

from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.state import SearchState


def tighten(state: SearchState, relaxation: Relaxation) -> bool:
    """Price in what a better plan could use, cut, and fix; return whether the arcs now hold every better plan."""
    exact = let_join_all(state, relaxation)
    if exact and state.programme.graph.asked.any():
        rules = state.parameters.relaxation
        share = rules.tighten_time_share * relaxation.deadline.left()
        relaxation.separate(seconds=max(rules.tighten_time_least_s, share))
        relaxation.fix()
    return exact


def let_join_all(state: SearchState, relaxation: Relaxation) -> bool:
    """Let all arcs join that a better plan could use; return whether they have, and rule the others out."""
    pairs = state.programme.n_items * state.programme.n_units
    rules = state.parameters.relaxation
    all_wanted = state.programme.given.price_left_out is None or pairs <= rules.all_pairs_most
    most = np.inf if all_wanted else rules.all_pairs_gap
    if state.incumbents.best is None or state.incumbents.best.broken > 0 or state.incumbents.gap() > most:
        return False
    distance = state.incumbents.best.objective - state.programme.offset - relaxation.objective
    exact = relaxation.price_in(distance) if not relaxation.rows else True
    relaxation.fix()
    return exact
