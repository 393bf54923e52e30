"""Say which sets of openings to try, the most promising first, and bound the whole by the openings alone.

With whole numbers asked of the openings alone the programme is small, and its answer bounds the whole. Sets to try come from the same
programme over merged items, which is solved within seconds: with a little room kept in every unit, as whole items would not fill all seats,
and around the best of them by opening, shutting and exchanging one unit.
"""

from __future__ import annotations

import threading

import numpy as np

from planning.zoning.engine.lp.highs import Cancel, run_mip
from planning.zoning.engine.program import BoolArray, FloatArray
from planning.zoning.engine.siting.coarse import Merged
from planning.zoning.engine.siting.openings import Openings, openings_alone
from planning.zoning.engine.work import Work


class _Room:
    """Sets of openings, priced with a share of the seats kept free: over merged items first, then over all."""

    def __init__(self, work: Work, merged: Merged, room: float) -> None:
        self.share, self.most = room, work.parameters.siting.around_most
        self.sketch = Openings(work, room, merged)
        self.whole = Openings(work, room)
        self.centres: set[bytes] = set()

    def meet(self, met: list[BoolArray], cancel: Cancel) -> None:
        """Take sets that were met, and look around the best of them, once."""
        best = min(met, key=self.sketch.price, default=None)
        if best is None or best.tobytes() in self.centres:
            return
        self.centres.add(best.tobytes())
        self.sketch.around(best, cancel)
        for opened in self.sketch.ranked(self.most):
            self.whole.price(opened)


class Sets:
    """Sets of openings that were met, and which of them to try next; any thread may ask."""

    def __init__(self, work: Work, point: FloatArray, total: float, seed: int, *, large_items: bool) -> None:
        self.work, self.point, self.total, self.seed = work, point, total, seed
        self.parameters = parameters = work.parameters.siting
        self.lock = threading.RLock()
        self.tried: set[bytes] = set()
        self.merged = Merged(work, self.parameters.item_groups)
        kept_free = parameters.kept_free_large if large_items else parameters.kept_free
        self.rooms = tuple(_Room(work, self.merged, share) for share in kept_free)
        self.full = self.rooms[-1]  # every seat may be taken: no plan with these openings costs less
        self.looked_at = self.rooms if large_items else self.rooms[:-1]  # in turn
        self.large_items, self.turn = large_items, 0

    def bound(self, cancel: Cancel) -> None:
        """Raise the bound by the openings alone, every seat filled; the sets met on the way may be tried."""
        met: list[BoolArray] = []
        found = run_mip(
            openings_alone(self.work, self.point, 0.0),
            cancel.within(self.parameters.bound_time_share * self.total),
            gap=self.parameters.bound_gap,
            seed=self.seed,
            on_solution=lambda values: met.append(values[self.full.whole.switches] > 0.5),
        )
        if np.isfinite(found.bound):
            self.work.raise_bound(found.bound, "siting")
        with self.lock:
            self.full.meet(met, cancel.within(self.parameters.around_time_share * self.total))

    def choose(self, room: _Room, cancel: Cancel) -> None:
        """Find first sets, over merged items."""
        met: list[BoolArray] = []
        place = self.merged.place(self.full.whole.switches)
        run_mip(
            self.merged.arrays(openings_alone(self.work, self.point, room.share)),
            cancel.within(self.parameters.choice_time_share * self.total),
            gap=self.parameters.choice_gap,
            seed=self.seed,
            on_solution=lambda values: met.append(values[place] > 0.5),
        )
        with self.lock:
            room.meet(met, cancel.within(self.parameters.around_time_share * self.total))

    def next(self, good: list[BoolArray], cancel: Cancel, *, full: bool) -> BoolArray | None:
        """Return the most promising set that was not tried, with room kept or with every seat filled.

        Looked around first is the best of the good ones, and the others one by one as soon as nothing else is left.
        """
        with self.lock:
            return self._next(good, cancel, full=full)

    def _next(self, good: list[BoolArray], cancel: Cancel, *, full: bool) -> BoolArray | None:
        centres: list[BoolArray | None] = [*good] or [None]
        self.turn = (self.turn + 1) % len(self.looked_at)
        turns = (*self.looked_at[self.turn :], *self.looked_at[: self.turn])
        for centre in centres:
            for room in (self.full,) if full else turns:
                if centre is not None and (room is self.full or not self.large_items):
                    room.meet([centre], cancel.within(self.parameters.around_time_share * self.total))
                for opened in filter(self._worth, room.whole.ranked()):
                    self.tried.add(opened.tobytes())
                    return opened
        return None

    def _worth(self, opened: BoolArray) -> bool:
        """Return whether a set has not been tried and can still beat the best plan."""
        if opened.tobytes() in self.tried:
            return False
        best = self.work.best
        return best is None or best.broken > 0 or self.full.whole.price(opened) < best.objective
