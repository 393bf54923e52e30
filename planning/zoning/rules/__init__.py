"""List the rules of the zoning model in the order they are stated; a new rule is a new file and a line here."""

from typing import Any

from planning.added_rules import with_installed
from planning.zoning.declare import Rule, declared
from planning.zoning.declare.guarded import guarded
from planning.zoning.rules import (
    assignment,
    balance,
    catchment,
    class_size,
    compactness,
    contiguity,
    feeder,
    locks,
    longest_walk,
    nearby,
    overflow,
    own_zone,
    projects,
    radius,
    resources,
    school_size,
    shared,
    small_schools,
    stability,
    standing,
    staying,
    ties,
)

# A rule that creates a family of variables stands before the rules that read it.
RULES: tuple[Rule, ...] = (
    assignment.RULE,
    locks.RULE,
    longest_walk.RULE,
    radius.RULE,
    compactness.RULE,
    shared.RULE,
    catchment.RULE,
    projects.RULE,
    small_schools.RULE,
    standing.RULE,
    overflow.RULE,
    staying.RULE,
    own_zone.RULE,
    class_size.RULE,
    school_size.RULE,
    nearby.RULE,
    balance.RULE,
    stability.RULE,
    resources.RULE,
    feeder.RULE,
    ties.RULE,
    contiguity.RULE,
)


def all_rules(added: tuple[Any, ...] = ()) -> tuple[Rule, ...]:
    """Return the rules of the package, those of installed packages and those given, in order.

    Raises
    ------
    PlanningError
        If two rules have one name, or a rule has none.
    """
    own = with_installed(added, taken=tuple(rule.name for rule in RULES))
    return (*RULES, *(guarded(declared(rule)) for rule in own))


__all__ = ["RULES", "all_rules"]
