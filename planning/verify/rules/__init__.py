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
    inputs,
    nearby,
    objective,
    overflow,
    own_zone,
    projects,
    reach,
    rooms,
    school_size,
    scorecard,
    small_schools,
    stability,
    summary,
)

Rule = Callable[[Evidence], Iterator[Check]]

RULES: tuple[tuple[str, Rule], ...] = (
    (inputs.RULE, inputs.check),
    (assignment.RULE, assignment.check),
    (overflow.RULE, overflow.check),
    (carried.RULE, carried.check),
    (class_size.RULE, class_size.check),
    (rooms.RULE, rooms.check),
    (school_size.RULE, school_size.check),
    (nearby.RULE, nearby.check),
    (contiguity.RULE, contiguity.check),
    (own_zone.RULE, own_zone.check),
    (projects.RULE, projects.check),
    (small_schools.RULE, small_schools.check),
    (stability.RULE, stability.check),
    (feeder.RULE, feeder.check),
    (reach.RULE, reach.check),
    (distances.RULE, distances.check),
    (objective.RULE, objective.check),
    (summary.RULE, summary.check),
    (scorecard.RULE, scorecard.check),
)
