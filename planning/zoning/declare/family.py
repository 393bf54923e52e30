"""Say what the variables of a rule are, so that everything else can read it instead of knowing them by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["decision", "flow", "measure", "violation"]
"""What a family is: chosen; pupils on the move; counted from what was chosen; by how much a rule is broken."""


@dataclass(frozen=True)
class Family:
    """The variables of one name; all are 0 or more.

    The file of the rule that adds a family holds it as a constant; who reads the family imports that constant.

    Parameters
    ----------
    name : str
        Name, unique among the families.
    role : str
        :data:`Role`. Flows are whole in a plan and divisible while the engine seeks one: between whole pupils and whole seats they
        come out whole almost by themselves, and demanding it made the search ten times slower.
    key : tuple of str
        What the parts of a variable's key mean, in order (``("unit", "grade", "year")``).
    whole : bool
        Whole numbers in a plan.
    most : float, optional
        Upper limit (1 for a choice).
    opens : bool
        Decides what stands: projects, openings, closings.
    reseated : bool
        A decision that is taken anew, year by year, once catchments, projects and closings are settled. Flows, measures and violations
        of one year always are.
    """

    name: str
    role: Role
    key: tuple[str, ...]
    whole: bool = False
    most: float | None = None
    opens: bool = False
    reseated: bool = False

    @property
    def of_a_year(self) -> bool:
        """Whether a variable of the family belongs to one year, the last part of its key."""
        return self.key[-1] == "year"

    @property
    def follows(self) -> bool:
        """Whether the family is decided anew by year once catchments, projects and closings are settled."""
        return self.of_a_year and (self.reseated or self.role != "decision")


class Breakable(Protocol):
    """What the programme asks of a rule that may be broken: its name, and the family that says by how much."""

    @property
    def name(self) -> str:
        """Name of the rule."""

    @property
    def violated(self) -> Family | None:
        """By how much it is broken."""
