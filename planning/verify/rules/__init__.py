"""List the rules that are recomputed; the twin of each stands in the zoning model or in the run's files."""

from collections.abc import Callable, Iterator
from typing import Any

from planning.messages import Text, Words
from planning.verify.evidence import Evidence
from planning.verify.report import Check
from planning.verify.rules import (
    assignment,
    carried,
    class_size,
    contiguity,
    distances,
    feeder,
    figures,
    inputs,
    locks,
    nearby,
    neighbours,
    objective,
    overflow,
    own_zone,
    projects,
    reach,
    rooms,
    school_size,
    scorecard,
    shared,
    small_schools,
    stability,
    summary,
    ties,
)

Rule = Callable[[Evidence], Iterator[Check]]

# a module has RULE, its code (its name is in the catalogues); check(evidence); COVERS, the rules of the model whose twin it is
_MODULES: tuple[Any, ...] = (
    inputs,
    assignment,
    shared,
    overflow,
    carried,
    class_size,
    rooms,
    school_size,
    nearby,
    neighbours,
    contiguity,
    own_zone,
    projects,
    small_schools,
    stability,
    feeder,
    locks,
    ties,
    reach,
    distances,
    objective,
    summary,
    figures,
    scorecard,
)
RULES: tuple[tuple[str, Words, Rule], ...] = tuple(
    (m.RULE, Text(f"verify.rule.{m.RULE}"), m.check) for m in _MODULES
)
COVERS: dict[str, tuple[str, ...]] = {m.RULE: tuple(getattr(m, "COVERS", ())) for m in _MODULES}
"""Which rules of the zoning model each check recomputes; the model's rules name their checks, and a test asks both sides."""
