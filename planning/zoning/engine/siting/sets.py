"""Say which sets of openings to try, the most promising first, and bound the whole by the openings alone.

With whole numbers asked of the openings alone the programme is small, and its answer bounds the whole. Sets to try come from the same
programme over merged items, which is solved within seconds: with a few seats kept free in every unit, as whole items would not fill all seats,
and around the best of them by opening, shutting and exchanging one unit.
"""

from __future__ import annotations

import threading

import numpy as np

from planning.arrays import BoolArray, FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import run_mip
from planning.zoning.engine.siting.coarse import Merged
from planning.zoning.engine.siting.openings import Openings, openings_alone
from planning.zoning.engine.state import SearchState


class _SeatSlack:
    """Sets of openings, priced with a share of the seats kept free: over merged items first, then over all."""

    def __init__(self, state: SearchState, merged: Merged, slack: float) -> None:
        self.share, self.most = slack, state.parameters.siting.around_most
        self.sketch = Openings(state, slack, merged)
        self.whole = Openings(state, slack)
        self.centres: set[bytes] = set()

    def meet(self, met: list[BoolArray], deadline: Deadline) -> None:
        """Take sets that were met, and look around the best of them, once."""
        best = min(met, key=self.sketch.price, default=None)
        if best is None or best.tobytes() in self.centres:
            return
        self.centres.add(best.tobytes())
        self.sketch.around(best, deadline)
        for opened in self.sketch.ranked(self.most):
            self.whole.price(opened)


class Sets:
    """Sets of openings that were met, and which of them to try next; any thread may ask."""

    def __init__(
        self, state: SearchState, point: FloatArray, total: float, seed: int, *, large_items: bool
    ) -> None:
        self.state, self.point, self.total, self.seed = state, point, total, seed
        self.parameters = parameters = state.parameters.siting
        self.lock = threading.RLock()
        self.tried: set[bytes] = set()
        self.merged = Merged(state, self.parameters.item_groups)
        kept_free = parameters.kept_free_large if large_items else parameters.kept_free
        self.slacks = tuple(_SeatSlack(state, self.merged, share) for share in kept_free)
        self.full = self.slacks[-1]  # every seat may be taken: no plan with these openings costs less
        self.turns_of = self.slacks if large_items else self.slacks[:-1]  # in turn
        self.large_items, self.turn = large_items, 0

    def bound(self, deadline: Deadline) -> None:
        """Raise the bound by the openings alone, every seat filled; the sets met on the way may be tried."""
        met: list[BoolArray] = []
        found = run_mip(
            openings_alone(self.state, self.point, 0.0),
            deadline.within(self.parameters.bound_time_share * self.total),
            gap=self.parameters.bound_gap,
            seed=self.seed,
            on_solution=lambda values: met.append(values[self.full.whole.switches] > 0.5),
        )
        if np.isfinite(found.bound):
            self.state.incumbents.raise_bound(found.bound, "siting")
        with self.lock:
            self.full.meet(met, deadline.within(self.parameters.around_time_share * self.total))

    def choose(self, slack: _SeatSlack, deadline: Deadline) -> None:
        """Find first sets, over merged items."""
        met: list[BoolArray] = []
        place = self.merged.place(self.full.whole.switches)
        run_mip(
            self.merged.arrays(openings_alone(self.state, self.point, slack.share)),
            deadline.within(self.parameters.choice_time_share * self.total),
            gap=self.parameters.choice_gap,
            seed=self.seed,
            on_solution=lambda values: met.append(values[place] > 0.5),
        )
        with self.lock:
            slack.meet(met, deadline.within(self.parameters.around_time_share * self.total))

    def next(self, good: list[BoolArray], deadline: Deadline, *, full: bool) -> BoolArray | None:
        """Return the most promising set that was not tried, with seats kept free or with every seat filled.

        Looked around first is the best of the good ones, and the others one by one as soon as nothing else is left.
        """
        with self.lock:
            return self._next(good, deadline, full=full)

    def drawn(self, rng: np.random.Generator, most: int) -> list[BoolArray]:
        """Return some of the cheapest sets, the cheapest more often first; they count as tried by nobody."""
        with self.lock:
            sets = self.turns_of[int(rng.integers(len(self.turns_of)))].whole.ranked(2 * most)
        order = np.argsort(np.arange(len(sets)) + rng.exponential(most / 4.0, len(sets)), kind="stable")
        return [sets[k] for k in order[:most].tolist()]

    def _next(self, good: list[BoolArray], deadline: Deadline, *, full: bool) -> BoolArray | None:
        centres: list[BoolArray | None] = [*good] or [None]
        self.turn = (self.turn + 1) % len(self.turns_of)
        turns = (*self.turns_of[self.turn :], *self.turns_of[: self.turn])
        for centre in centres:
            for slack in (self.full,) if full else turns:
                if centre is not None and (slack is self.full or not self.large_items):
                    slack.meet([centre], deadline.within(self.parameters.around_time_share * self.total))
                for opened in filter(self._worth, slack.whole.ranked()):
                    self.tried.add(opened.tobytes())
                    return opened
        return None

    def _worth(self, opened: BoolArray) -> bool:
        """Return whether a set has not been tried and can still beat the best plan."""
        if opened.tobytes() in self.tried:
            return False
        return self.full.whole.price(opened) < self.state.incumbents.price_to_beat()
