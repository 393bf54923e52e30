"""Hold the settings that lead to a layout, and read them from YAML files that extend each other."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.scenario.parts import Notice
    from planning.scenario.read import (
        NOTICE_ZH,
        notice_with,
        project_folder,
        read_scenario,
        runs_folder,
        scenario_from_data,
        scenario_with,
        solver_with,
        with_settings,
    )
    from planning.scenario.settings import Scenario, digest_of
    from planning.scenario.whence import PROJECT, project_seen_from, scenario_of_run

__all__ = [
    "NOTICE_ZH",
    "PROJECT",
    "Notice",
    "Scenario",
    "digest_of",
    "notice_with",
    "project_folder",
    "project_seen_from",
    "read_scenario",
    "runs_folder",
    "scenario_from_data",
    "scenario_of_run",
    "scenario_with",
    "solver_with",
    "with_settings",
]

lazily(__name__)
