"""List the rules of the zoning model in the order they are stated; a new rule is a new file and a line here."""

from planning.zoning.declare import Family
from planning.zoning.rules import (
    assignment,
    catchment,
    class_size,
    contiguity,
    feeder,
    nearby,
    overflow,
    own_zone,
    projects,
    resources,
    school_size,
    shared,
    small_schools,
    stability,
    standing,
    staying,
)

# A rule that creates a family of variables stands before the rules that read it.
RULES = (
    assignment,
    shared,
    catchment,
    projects,
    small_schools,
    standing,
    overflow,
    staying,
    own_zone,
    class_size,
    school_size,
    nearby,
    stability,
    resources,
    feeder,
    contiguity,
)


def slacks() -> dict[str, Family]:
    """Return, for every rule that a scenario may call hard, the family that says by how much it is broken."""
    return {rule.__name__.rpartition(".")[2]: rule.VIOLATED for rule in RULES if hasattr(rule, "VIOLATED")}


__all__ = ["RULES", "slacks"]
