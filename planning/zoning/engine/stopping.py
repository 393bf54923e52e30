"""Say when a run ends besides its gap and its time limit: rules with one method, asked now and then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    seconds : float
        Since it began.
    objective, bound, gap : float
        Price of the incumbent, bound, and the gap between them (objective and gap infinite without a plan that keeps every row).
    steps, steps_without_gain : int
        Steps of the improvement, and how many there were since the last that gained.
    """

    seconds: float
    objective: float
    bound: float
    gap: float
    steps: int
    steps_without_gain: int


class StoppingRule(Protocol):
    """Ends a run early; its best plan is returned, ``stopped_by="rule"``.

    A rule is asked after every step of the improvement, and every ``stopping.poll_s`` seconds besides, from more than one thread. One that
    looks only at steps and prices ends a run with one thread and one seed always at the same plan.
    """

    def reached(self, progress: Progress) -> bool:
        """Return whether the run is to end."""
        ...


@dataclass(frozen=True)
class StepsWithoutGain:
    """Ends a run when so many steps in turn have gained nothing.

    Parameters
    ----------
    steps : int
        How many.
    """

    steps: int

    def reached(self, progress: Progress) -> bool:
        """Return whether the run is to end."""
        return progress.steps_without_gain >= self.steps


@dataclass(frozen=True)
class PriceAtMost:
    """Ends a run when a plan that keeps every row costs no more than this.

    Parameters
    ----------
    price : float
        In pupil-kilometres, as every objective.
    """

    price: float

    def reached(self, progress: Progress) -> bool:
        """Return whether the run is to end."""
        return progress.objective <= self.price


def any_reached(rules: Sequence[StoppingRule], progress: Progress) -> bool:
    """Return whether some rule ends the run."""
    return any(rule.reached(progress) for rule in rules)
