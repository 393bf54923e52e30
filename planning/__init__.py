"""Plan school layout and enrolment: zones, catchments, projects, and the 32 indicators."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.district import District, check_district, read_district, write_district
    from planning.indicators import Scorecard, score
    from planning.layout import Layout, load_layout
    from planning.publish import to_map
    from planning.scenario import Scenario, read_scenario
    from planning.version import __version__
    from planning.zoning import solve

__all__ = [
    "District",
    "Layout",
    "Scenario",
    "Scorecard",
    "__version__",
    "check_district",
    "load_layout",
    "read_district",
    "read_scenario",
    "score",
    "solve",
    "to_map",
    "write_district",
]

lazily(__name__)
