"""Go on from the phase before: its catchments are those in force, and its pupils are those who may stay."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from planning.district import District
from planning.errors import Issue, ScenarioError
from planning.layout import in_force, load_layout
from planning.scenario import Scenario

TABLES = ("assignment.csv", "units.csv")
"""What a plan takes over from the run it continues."""


def register_year(district: District, scenario: Scenario) -> int:
    """Return the year whose pupils may stay: the base year, or the last one of the phase before."""
    return district.info.base_year if scenario.continues is None else scenario.year - 1


def continuing_from(district: District, scenario: Scenario) -> District:
    """Return the district with the catchments that the phase before leaves behind.

    Without ``continues`` the district comes back as it is.

    Raises
    ------
    LayoutError
        If the run of the phase before is gone or cannot be read.
    ScenarioError
        If it does not end in the year before this plan.
    """
    if scenario.continues is None:
        return district
    before = load_layout(scenario.continues)
    last = before.units[before.units["year"] == register_year(district, scenario)]
    if last.empty:
        raise ScenarioError([_years_apart(scenario)])
    return replace(district, zones=in_force(before, district.zones))


def sitting(district: District, scenario: Scenario) -> pd.Series[int]:
    """Return the pupils who may stay, by unit and grade: of the register, or of the last year of the phase before."""
    table = district.classes if scenario.continues is None else load_layout(scenario.continues).units
    here = table[table["year"] == register_year(district, scenario)]
    return here.groupby(["unit", "grade"])["pupils"].sum()


def _years_apart(scenario: Scenario) -> Issue:
    return Issue(
        "zoning.predecessor.run_plan_continues_no_school",
        "scenario",
        column="continues",
        value=str(scenario.continues),
        year=scenario.year - 1,
    )


def predecessor_summary(scenario: Scenario) -> dict[str, Any]:
    """Return what a run's summary says about the run it continues: folder and SHA-256 of its tables; nothing without one."""
    if scenario.continues is None:
        return {}
    folder = Path(scenario.continues)
    tables = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}
    return {"continues": {"folder": folder.as_posix(), **tables}}
