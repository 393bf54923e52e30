"""Start a plan from an approved layout: its catchments are those in force, and stability refers to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from planning.approval.record import require_intact
from planning.district import District
from planning.district.capacity import counted
from planning.district.read import closed_wider
from planning.errors import Issue, ScenarioError
from planning.layout import in_force, load_layout
from planning.scenario import Scenario


def starting_from(district: District, scenario: Scenario) -> District:
    """Return the district as the scenario sees it: with the catchments of the approved layout that it starts from.

    Zones the approved layout does not have keep the catchment of the district. Units that share a catchment there share it
    still (``S001-P;S002-P``). Without ``start_from`` they are those of the district. Borders are closed at ``contiguity.snap_m`` where
    that is wider than the district's own tolerance; rooms are seats where the profile counts seats.

    Raises
    ------
    LayoutError
        If the layout was not approved or changed since.
    ScenarioError
        If it belongs to another county: no zone in common.
    """
    district = closed_wider(district, scenario.contiguity.snap_m)
    district = counted(district, scenario.profile().capacity)
    if scenario.start_from is None:
        return district
    require_intact(scenario.start_from)
    approved = load_layout(scenario.start_from)
    if not set(approved.assignment["zone"]) & set(district.zones["zone"]):
        raise ScenarioError([_other_county(scenario)])
    return replace(district, zones=in_force(approved, district.zones))


def start_summary(scenario: Scenario) -> dict[str, Any]:
    """Return what a run's summary says about the layout it started from: folder, number, digest; nothing without one."""
    if scenario.start_from is None:
        return {}
    approval = require_intact(scenario.start_from)
    folder = Path(scenario.start_from).as_posix()
    return {"start_from": {"folder": folder, "number": approval.number, "digest": approval.digest}}


def _other_county(scenario: Scenario) -> Issue:
    return Issue(
        "approval.start.approved_layout_no_zone_district",
        "scenario",
        column="start_from",
        value=str(scenario.start_from),
    )
