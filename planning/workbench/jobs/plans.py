"""Jobs that make plans: solve a scenario, verify, save a draft, draw the rest around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from planning.district import read_district
from planning.workbench.jobs.work import Work
from planning.workbench.projects.kind import figures_of
from planning.workbench.projects.picture import draw_picture
from planning.workbench.projects.state import note_verified


def solve(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Carry a scenario out into a run folder, hold it against the rules, and draw its picture.

    ``values``: ``scenario`` (plain data, or the path of a file), ``out`` (the run folder), ``project`` (folder).
    """
    from planning.runs import run_scenario

    scenario = values["scenario"]
    if not isinstance(scenario, str):
        if not scenario.get("year"):
            scenario = {**scenario, "year": read_district(scenario["district"]).info.base_year}
        path = work.folder / "scenario.yaml"
        path.write_text(yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False), encoding="utf-8")
        scenario = str(path)
    done = run_scenario(
        scenario,
        sets=tuple(values.get("sets", ())),
        out=values["out"],
        allow_outside=True,  # of the workbench's own making, or named by the user on the command line
        progress=work.point,
        stage=lambda name: work.tell(step=name),
        stop=work.stop,
    )
    work.tell(step="verify")
    ok = note_verified(Path(values["project"]), done.folder)
    draw_picture(Path(values["project"]), done.folder, done.district, done.layout)
    return _made(done.folder, ok)


def verify(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Hold a run against every rule. ``values``: ``run`` and ``project`` (folders)."""
    work.tell(step="verify")
    return {"plan": values["run"], "verified": note_verified(Path(values["project"]), Path(values["run"]))}


def save(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Write a plan with the steps of a draft as a plan of its own, hold it against the rules, and draw its picture.

    ``values``: ``run`` (the plan that was edited), ``journal``, ``out`` (the new run folder), ``project``.
    """
    from planning.editing import journal_from_data
    from planning.edits import open_edit, save_edit

    work.tell(step="read")
    opened = open_edit(values["run"])
    opened.live.resume(journal_from_data(values["journal"], "journal"))
    done = save_edit(opened, values["out"], stage=lambda name: work.tell(step=name))
    work.tell(step="verify")
    ok = note_verified(Path(values["project"]), done.folder)
    draw_picture(Path(values["project"]), done.folder, done.district, done.layout)
    return _made(done.folder, ok)


def finish(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Draw the rest of a draft anew around its locks, or mend it with the least change, as a plan of its own.

    ``values``: as :func:`save`, with ``how`` (``"finish"`` or ``"repair"``), ``locks``, and ``solver`` (settings that differ).
    """
    from planning import zoning
    from planning.editing import finish as draw_rest
    from planning.editing import journal_from_data, repair
    from planning.edits import open_edit
    from planning.runs import finish_run
    from planning.scenario import scenario_from_data

    work.tell(step="read")
    opened, out = open_edit(values["run"]), Path(values["out"])
    opened.live.resume(journal_from_data(values["journal"], "journal"))
    work.tell(step="solve")
    solved = {"finish": draw_rest, "repair": repair}[values["how"]](
        opened.live,
        locks=values["locks"],
        solver=values["solver"],
        name=out.name,
        progress=work.point,
        stop=work.stop,
    )
    scenario = scenario_from_data(solved.scenario)
    short = zoning.shortages(opened.live.problem, solved)
    done = finish_run(
        opened.district, scenario, solved, short=short, out=out, stage=lambda name: work.tell(step=name)
    )
    work.tell(step="verify")
    ok = note_verified(Path(values["project"]), done.folder)
    draw_picture(Path(values["project"]), done.folder, done.district, done.layout)
    told = {k: solved.summary[k] for k in ("finished", "repair") if k in solved.summary}
    return {**_made(done.folder, ok), **told}


def _made(run: Path, ok: bool) -> dict[str, Any]:
    """Return what is told of a plan that was made: where it is, whether it is sound, and its own figures."""
    return {"plan": str(run), "verified": ok, "figures": figures_of(run)}
