"""Hold what a solver gave back, and say why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from planning.arrays import IntArray
from planning.errors import Issue
from planning.gap import gap_share


@dataclass(frozen=True)
class Outcome:
    """What a solver gave back, and how good it is proven to be.

    Parameters
    ----------
    values : dict of str to float
        Values by name of the variable.
    unit_of_item : array (n_items,)
        Position of the unit of every item; −1 where the solver gave none.
    objective, bound : float
        Price of the plan; what no plan costs less than.
    solver, stopped_by : str
        Who, and why it ended.
    impossible : bool
        Whether it is proven that every plan violates a hard rule.
    """

    values: dict[str, float]
    unit_of_item: IntArray
    objective: float
    bound: float
    solver: str
    stopped_by: str
    impossible: bool = False

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the objective (0 when both are 0)."""
        return gap_share(self.objective, self.bound)


def nothing_found(name: str, seconds: float) -> Issue:
    """Say that there was no time to find a plan, or to prove that there is none."""
    return Issue("zoning.outcome.found_no_plan_within_s", "solver", name=name, seconds=seconds)


def broke_down() -> Issue:
    """Say that the solver broke down."""
    return Issue("zoning.outcome.solver_broke_down_twice_before", "solver")
