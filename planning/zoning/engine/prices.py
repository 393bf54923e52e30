"""Keep what columns cost at the duals of the last relaxation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.zoning.engine.program import FloatArray


@dataclass
class Prices:
    """What columns cost at the duals of the last relaxation.

    Parameters
    ----------
    reduced : ndarray (n_cols,), optional
        Reduced cost of every column; None before a relaxation was solved.
    """

    reduced: FloatArray | None = None

    def join(self, n: int) -> None:
        """Count ``n`` arcs that joined as if they cost nothing, until the next relaxation tells."""
        if self.reduced is not None:
            self.reduced = np.concatenate([self.reduced, np.zeros(n)])
