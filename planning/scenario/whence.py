"""Find what the scenario of a run names, wherever the command is typed and wherever the project was moved to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planning.errors import Issue, LayoutError
from planning.scenario.read import scenario_from_data
from planning.scenario.settings import Scenario

PROJECT = "project"
"""Key of a run's summary: the folder its paths are relative to, as seen from the run folder."""
_PATHS = ("district", "start_from", "continues", "standards")


def project_seen_from(folder: str | Path) -> str:
    """Return the working folder as seen from a run folder; its full path where there is no way (another drive)."""
    here = Path.cwd().resolve()
    try:
        return Path(os.path.relpath(here, Path(folder).resolve())).as_posix()
    except ValueError:
        return here.as_posix()


def scenario_of_run(
    data: Mapping[str, Any], folder: str | Path, summary: Mapping[str, Any], *, carried: bool = False
) -> Scenario:
    """Return the scenario of a run folder with its paths as they lead from here.

    A relative path is sought from the project that the run was made in, then from the folders around the run, then from the working
    folder, so that a project may be moved as a whole and a command typed anywhere.

    Parameters
    ----------
    data : mapping
        What ``scenario.yaml`` of the run holds.
    folder : str or Path
        The run folder.
    summary : mapping
        What ``summary.json`` of the run holds.
    carried : bool
        Whether the folder carries its district along, so that the one named is not needed.

    Raises
    ------
    ScenarioError
        If the settings are not understood.
    LayoutError
        If the district was moved away: where it was sought.
    """
    file = str(Path(folder) / "scenario.yaml")
    scenario = scenario_from_data(data, file)
    changes: dict[str, str] = {}
    for key in _PATHS:
        value = getattr(scenario, key)
        if value is None or (key == "standards" and not value.endswith(".yaml")):
            continue
        places = list(dict.fromkeys(_places(value, Path(folder), summary)))
        found = next((p for p in places if p.exists()), None)
        if found is not None:
            changes[key] = _from_here(found)
        elif key == "district" and not carried:
            raise LayoutError([_moved(file, value, places)])
    return scenario.model_copy(update=changes)


def _places(value: str, folder: Path, summary: Mapping[str, Any]) -> Iterator[Path]:
    named, own = Path(value), folder.resolve()
    if named.is_absolute():
        yield named
        return
    if isinstance(summary.get(PROJECT), str):
        yield Path(os.path.normpath(own / summary[PROJECT] / named))
    for around in own.parents:
        yield around / named
    yield Path.cwd().resolve() / named


def _from_here(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _moved(file: str, value: str, places: list[Path]) -> Issue:
    shown = ", ".join(str(p) for p in places[:3])
    return Issue(
        "scenario.whence.district_run_not_where_sought", file, column="district", value=value, shown=shown
    )
