"""List the rules that are recomputed; the twin of each stands in the zoning model or in the run's files."""

from collections.abc import Callable, Iterator

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
)

Rule = Callable[[Evidence], Iterator[Check]]

RULES: tuple[tuple[str, str, Rule], ...] = (
    (inputs.RULE, inputs.RULE_ZH, inputs.check),
    (assignment.RULE, assignment.RULE_ZH, assignment.check),
    (shared.RULE, shared.RULE_ZH, shared.check),
    (overflow.RULE, overflow.RULE_ZH, overflow.check),
    (carried.RULE, carried.RULE_ZH, carried.check),
    (class_size.RULE, class_size.RULE_ZH, class_size.check),
    (rooms.RULE, rooms.RULE_ZH, rooms.check),
    (school_size.RULE, school_size.RULE_ZH, school_size.check),
    (nearby.RULE, nearby.RULE_ZH, nearby.check),
    (neighbours.RULE, neighbours.RULE_ZH, neighbours.check),
    (contiguity.RULE, contiguity.RULE_ZH, contiguity.check),
    (own_zone.RULE, own_zone.RULE_ZH, own_zone.check),
    (projects.RULE, projects.RULE_ZH, projects.check),
    (small_schools.RULE, small_schools.RULE_ZH, small_schools.check),
    (stability.RULE, stability.RULE_ZH, stability.check),
    (feeder.RULE, feeder.RULE_ZH, feeder.check),
    (reach.RULE, reach.RULE_ZH, reach.check),
    (distances.RULE, distances.RULE_ZH, distances.check),
    (objective.RULE, objective.RULE_ZH, objective.check),
    (summary.RULE, summary.RULE_ZH, summary.check),
    (figures.RULE, figures.RULE_ZH, figures.check),
    (scorecard.RULE, scorecard.RULE_ZH, scorecard.check),
)
