"""Hold the settings that lead to a layout, and read them from YAML files that extend each other."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.scenario.read import notice_with, project_folder, read_scenario, scenario_from_data
    from planning.scenario.settings import Notice, Scenario, digest_of

__all__ = [
    "Notice",
    "Scenario",
    "digest_of",
    "notice_with",
    "project_folder",
    "read_scenario",
    "scenario_from_data",
]

lazily(__name__)
