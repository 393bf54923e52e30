"""Say what a rule is, what its variables are, and where it states them."""

from planning.zoning.declare.family import Family
from planning.zoning.declare.rule import ABOUT, SAID, WHOLE, PlanTables, Reason, Rule, called_hard, declared

__all__ = ["ABOUT", "SAID", "WHOLE", "Family", "PlanTables", "Reason", "Rule", "called_hard", "declared"]
