"""Gather what verification works from: the files of a run and its district."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planning.district import District, read_district
from planning.layout import inputs_of, load_layout
from planning.scenario import Scenario, scenario_of_run
from planning.verify.evidence import Evidence


def gather(run_folder: str | Path, district: District | str | Path | None = None) -> Evidence:
    """Read a run folder and its district.

    Parameters
    ----------
    run_folder : str or Path
        Folder with ``assignment.csv``, ``units.csv`` …
    district : District, str or Path, optional
        District or its folder; when missing the one the folder carries along, or else the one its scenario names.

    Raises
    ------
    LayoutError, ScenarioError, DistrictError
        If files are missing or cannot be read.
    """
    layout = load_layout(run_folder)
    given = district or inputs_of(run_folder)
    scenario = scenario_of_run(layout.scenario, run_folder, layout.summary, carried=given is not None)
    district = given if isinstance(given, District) else read_district(given or scenario.district)
    return Evidence(layout, started(district, scenario), scenario, scenario.profile())


def started(district: District, scenario: Scenario) -> District:
    """Return the district with today's catchments as the layout that the scenario starts from has them.

    Raises
    ------
    LayoutError
        If that layout is gone or cannot be read.
    """
    before = scenario.continues or scenario.start_from
    if before is None:
        return district
    start = load_layout(before)
    zones = district.zones.copy()
    for (stage, zone), rows in start.assignment.groupby(["stage", "zone"], sort=False):
        zones.loc[zones["zone"] == zone, f"current_{stage}"] = ";".join(rows["unit"])
    return replace(district, zones=zones)
