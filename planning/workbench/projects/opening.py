"""Find out what the user asked to open, and see that the workspace has it."""

from __future__ import annotations

from pathlib import Path

from planning.errors import DistrictError, Issue, LayoutError
from planning.messages import Text, user_language
from planning.shipped import shipped_county
from planning.workbench.projects.record import told_by
from planning.workbench.projects.workspace import Project, Workspace, county_of

HOME, BOARD = "/", "/board/"


def open_target(place: Workspace, target: str | Path | None) -> str:
    """Return the address, without host, of the page that shows what was asked for.

    Parameters
    ----------
    place : Workspace
        Takes what it does not know yet.
    target : str or Path, optional
        County, run folder or scenario; the home page without it, with the default county in an empty workspace.

    Raises
    ------
    PlanningError
        If it is none of these, or cannot be read.
    """
    if target is None:
        if not place.read_only and not place.projects():
            _default(place)
        return HOME
    from planning.importing import is_district
    from planning.scenario import read_scenario

    path = Path(target)
    if (path / "summary.json").is_file():
        return BOARD + _of_run(place, path)
    if path.suffix.lower() in (".yaml", ".yml") and path.is_file() and path.name != "district.yaml":
        scenario = read_scenario(path)
        project = _of_county(place, Path(scenario.district))
        if not place.read_only:
            known = project.record.scenarios
            place.note(project, scenarios=tuple(dict.fromkeys((*known, str(path.resolve())))))
        return f"{HOME}?project={project.id}"
    if not path.exists():
        raise LayoutError([_nothing(path)])
    if is_district(path):
        return f"{HOME}?project={_of_county(place, path).id}"
    raise DistrictError([_to_import(path)])


def _of_run(place: Workspace, run: Path) -> str:
    county, folder = county_of(run), run.resolve()
    known = {plan.folder: plan.id for project in place.projects() for plan in place.plans(project)}
    if folder in known:
        return known[folder]
    if county is None or place.read_only:
        raise LayoutError([_nothing(run) if county is None else _not_reading(run)])
    project = _of_county(place, county)
    project = place.note(project, outside=(*project.record.outside, str(folder)))
    return next(plan.id for plan in place.plans(project) if plan.folder == folder)


def _of_county(place: Workspace, county: Path) -> Project:
    known = place.of_county(county)
    if known:
        return known
    from planning.district import read_district

    district = read_district(county)  # says what is wrong with it, before anything is written
    if place.read_only:
        raise LayoutError([_not_reading(county)])
    project = place.add_project(district.info.name_zh or county.name, county)
    return place.note(project, **told_by(district))


def _default(place: Workspace) -> None:
    """Show something at the first start: the default county, or a small made-up one where that is not at hand."""
    shipped = shipped_county()
    if shipped is not None:
        _of_county(place, shipped)
        return
    from planning.district import write_district
    from planning.synth.sample import sample_district

    project, district = (
        place.place_for(Text("workbench.opening.sample_county").text(user_language())),
        sample_district(),
    )
    write_district(district, project.folder / "county")
    place.note(project, **told_by(district))


def _nothing(path: Path) -> Issue:
    return Issue("workbench.opening.no_county_run_scenario", str(path))


def _to_import(path: Path) -> Issue:
    return Issue("workbench.opening.holds_files_still_imported", str(path))


def _not_reading(county: Path) -> Issue:
    return Issue("workbench.opening.not_workspace_read_only_adds", str(county))
