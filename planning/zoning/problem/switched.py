"""Say which units a plan may open or leave shut."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.arrays import BoolArray


def switched(units: pd.DataFrame, projects: pd.DataFrame) -> BoolArray:
    """Return which of the units may be open or not under the projects of a scenario (n_units,)."""
    chosen = set(projects.loc[projects["mode"] == "choose", "project"])
    closures = projects.loc[projects["kind"] == "closure", "unit"]
    found = (units["project"].isin(chosen) | units["closable"]).to_numpy(dtype=bool)
    return np.asarray(found | np.isin(np.arange(len(units)), closures))
