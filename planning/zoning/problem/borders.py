"""Put into a table which zones a plan took for neighbours, so that verification can hold them against its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.layout import NEIGHBOUR_COLUMNS
from planning.zoning.problem.problem import ZoningProblem


def neighbour_table(problem: ZoningProblem) -> pd.DataFrame:
    """Return every pair of neighbours once (``layout.NEIGHBOUR_COLUMNS``), in the order of the zones."""
    pairs = problem.neighbours.tocoo()
    once = pairs.row < pairs.col
    order = np.lexsort((pairs.col[once], pairs.row[once]))
    ends = (problem.zones.to_numpy()[side[once][order]] for side in (pairs.row, pairs.col))
    return pd.DataFrame(dict(zip(NEIGHBOUR_COLUMNS, ends, strict=True)), dtype="str")
