"""Keep what columns cost at the duals of the last relaxation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.engine.guide import guide_of, weightless
from planning.zoning.engine.programme import WorkingProgramme


@dataclass
class Prices:
    """What columns cost at the duals of the last relaxation.

    Parameters
    ----------
    reduced : ndarray (n_cols,), optional
        Reduced cost of every column; None before a relaxation was solved.
    """

    reduced: FloatArray | None = None
    _guide: tuple[FloatArray, FloatArray] | None = field(default=None, repr=False)

    def guide(self, programme: WorkingProgramme) -> FloatArray | None:
        """Return what arcs cost where something is chosen: see :mod:`planning.zoning.engine.guide` (n_cols,)."""
        reduced, kept = self.reduced, self._guide
        if reduced is None:
            return None
        if kept is None or kept[0] is not reduced:
            kept = reduced, guide_of(programme, reduced, weightless(programme))
            self._guide = kept
        return kept[1]

    def join(self, n: int) -> None:
        """Count ``n`` arcs that joined as if they cost nothing, until the next relaxation tells."""
        if self.reduced is not None:
            self.reduced = np.concatenate([self.reduced, np.zeros(n)])
