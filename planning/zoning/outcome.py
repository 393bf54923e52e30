"""Hold what a solver gave back, and say why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from planning.errors import Problem
from planning.gap import gap_share
from planning.zoning.problem import IntArray


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


def nothing_found(name: str, seconds: float) -> Problem:
    """Say that there was no time to find a plan, or to prove that there is none."""
    return Problem(
        "solver",
        f"{name} found no plan within {seconds:g} s, nor a proof that there is none: rules that allow no violation (own zones, "
        "hard radius, nested catchments, contiguity) may contradict each other",
        f"{name} 在 {seconds:g} 秒内没有找到方案，也未能证明方案不存在：不允许违反的要求（校址单元、硬性半径、对口直升、连片）可能互相矛盾",
        mend_en="raise solver.time_limit_s, or relax one of them",
        mend_zh="请增大 solver.time_limit_s，或放宽其中一项",
    )


def broke_down() -> Problem:
    """Say that the solver broke down."""
    return Problem(
        "solver",
        "the solver broke down twice before it had a plan (no memory left, or a fault in the solver)",
        "求解器两次意外中断，尚未得到方案（内存不足，或求解器自身故障）",
        mend_en="close other programmes and run again, or set solver.threads to 1",
        mend_zh="请关闭其他程序后重新运行，或将 solver.threads 设为 1",
    )
