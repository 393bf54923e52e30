"""Say how far a plan is from its bound: one definition for every solver."""

from __future__ import annotations

LEAST = 1e-9  # stands for the price of a plan that costs nothing


def gap_share(objective: float, bound: float) -> float:
    """Return (objective − bound) / |objective|, 0 where the bound is reached.

    Parameters
    ----------
    objective : float
        Price of the plan.
    bound : float
        A price that no plan is below.
    """
    return max(0.0, objective - bound) / max(abs(objective), LEAST)
