"""Jobs about a county's data: build it from uploaded files, check it again."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import yaml

from planning.atomic import whole_file
from planning.district import District, read_district, write_district
from planning.errors import DistrictError
from planning.messages import paper_language
from planning.workbench.incoming.findings import findings_data, outline_data
from planning.workbench.jobs.folder import FINDINGS
from planning.workbench.jobs.work import Work
from planning.workbench.projects.record import ProjectRecord, now, told_by, write_json, write_project
from planning.workbench.projects.workspace import RECORD

MAPPING = "mapping.yaml"


def build(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Build a county from uploaded files into the folder of its project, and check it.

    ``values``: ``files`` (the folder, or the one file that is a whole district), ``mapping`` (``None`` for a whole district), ``upload``
    (the folder of the copies, which are deleted in the end), ``project``
    (its folder, which has no record yet: the project appears when its county is there), ``name``.
    """
    from planning.importing import account_csv, account_place, refuse_what_check_refuses

    work.tell(step="read")
    project, county = Path(values["project"]), None
    account, warnings = None, ()
    try:
        if values["mapping"] is None:
            county = read_district(values["files"])
        else:
            county, account, warnings = _imported(values, work)
        work.tell(step="check")
        refuse_what_check_refuses(county)
    except DistrictError as error:
        _keep(work.folder, error.problems, county)
        with contextlib.suppress(OSError):
            (project / MAPPING).unlink(missing_ok=True)
            project.rmdir()  # made for this county, which does not come
        raise
    work.tell(step="write")
    target = project / "county"
    write_district(county, target)
    if account is not None:
        with whole_file(account_place(target)) as temporary:
            temporary.write_text(account_csv(account), encoding="utf-8-sig", newline="\n")
    found = _check(target, work.folder, warnings)
    name = values["name"] or county.info.name_zh
    write_project(project / RECORD, ProjectRecord(name, "county", made=now(), **told_by(county)))
    shutil.rmtree(values["upload"], ignore_errors=True)  # copies; the user's own files are where they were
    return {"project": project.name, **found}


def check(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Check a county as ``planning check`` does. ``values``: ``county`` (folder or workbook)."""
    work.tell(step="check")
    return _check(Path(values["county"]), work.folder, ())


def _imported(values: dict[str, Any], work: Work) -> tuple[District, Any, Any]:
    from planning.importing import import_accounted, write_mapping

    place = write_mapping(values["mapping"], Path(values["project"]) / MAPPING)
    found = import_accounted(place, values["files"])
    return found.district, found.account, found.problems


def _check(county: Path, folder: Path, before: Any) -> dict[str, Any]:
    from planning.library import check_district

    said = {p.what("en") for p in before}  # with the user's own files
    problems = [p for p in check_district(county) if p.level == "error" or p.what("en") not in said]
    wrong = any(p.level == "error" for p in problems)
    _keep(folder, [*problems, *before], None if wrong else read_district(county))
    return {
        "errors": sum(p.level == "error" for p in problems),
        "warnings": len(before) + sum(p.level != "error" for p in problems),
    }


def _keep(folder: Path, problems: Any, district: District | None) -> None:
    write_json(
        folder / FINDINGS,
        {"findings": findings_data(problems, district), "ground": outline_data(district)},
    )


def whatif(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Carry out what a what-if form says: a county of its own where it changes one, a scenario file, a run.

    ``values``: ``county``, ``rooms`` and ``homes`` (:func:`planning.workbench.projects.levers.changed_county`), ``given`` (the settings),
    ``capacity`` (what rooms are counted in), ``threads``, ``out`` (the run folder), ``project`` (folder).
    """
    from planning.workbench.jobs.plans import solve

    work.tell(step="read")
    place = _scenario(values, Path(values["out"]).name)
    return solve({"scenario": str(place), "out": values["out"], "project": values["project"]}, work)


def sweep(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Solve what a what-if form says over a grid, as ``planning sweep`` does, and draw its chart; stopped, it keeps the points it has.

    ``values``: as :func:`whatif`, with ``grid`` (texts by scenario key), ``name`` of the scenario file, and ``out`` (folder of the papers).
    """
    from planning.publish.page.pareto import write_pareto
    from planning.scenario import read_scenario
    from planning.standards.money import money
    from planning.sweep import GIVEN, PICTURE
    from planning.sweep import sweep as solve_grid

    def told(done: int, count: int, figures: Any) -> None:
        work.tell(step="solve", done=done, all=count)
        if work.stop():
            raise KeyboardInterrupt  # how a sweep is asked to keep what it has

    work.tell(step="read")
    place = _scenario(values, values["name"])
    made = solve_grid(place, values["grid"], out=values["out"], jobs=values["threads"], told=told)
    unit = money(read_scenario(place).profile().currency)
    write_pareto(made.table, made.varied, GIVEN, made.folder / PICTURE, unit=unit, lang=paper_language())
    return {"complete": made.complete}


def _scenario(values: dict[str, Any], name: str) -> Path:
    """Write the scenario file that a what-if form means, with a county of its own where it changes one; return its path."""
    from planning.workbench.projects.levers import changed_county, scenario_of

    project, county = Path(values["project"]), Path(values["county"])
    if values["rooms"] or values["homes"]:
        district = changed_county(read_district(county), values["rooms"], values["homes"], values["capacity"])
        county = project / "counties" / name
        write_district(district, county)
    told = scenario_of(values["given"], str(county), values["threads"])
    place = project / "scenarios" / f"{name}.yaml"
    with whole_file(place) as temporary:
        temporary.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return place
