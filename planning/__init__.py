"""Plan school layout and enrolment: zones, catchments, projects, and the 32 indicators."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.district import District, read_district, write_district
    from planning.errors import (
        DistrictError,
        InfeasibleError,
        LayoutError,
        PlanningError,
        ScenarioError,
    )
    from planning.indicators import Scorecard, score
    from planning.library import Layout, check_district, load_layout, solve
    from planning.publish import to_map
    from planning.scenario import Scenario, read_scenario
    from planning.synth import sample_district
    from planning.version import __version__

__all__ = [
    "District",
    "DistrictError",
    "InfeasibleError",
    "Layout",
    "LayoutError",
    "PlanningError",
    "Scenario",
    "ScenarioError",
    "Scorecard",
    "__version__",
    "check_district",
    "load_layout",
    "read_district",
    "read_scenario",
    "sample_district",
    "score",
    "solve",
    "to_map",
    "write_district",
]

lazily(__name__)
