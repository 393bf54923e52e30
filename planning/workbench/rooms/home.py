"""The room 首页: projects, plans and batches, and what is done with whole plans."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planning.errors import PlanningError
from planning.workbench.jobs.folder import Asked
from planning.workbench.projects.batches import Batch, batch_file, batches
from planning.workbench.projects.kind import figures_of, kind_of
from planning.workbench.projects.state import found_of, state_of
from planning.workbench.projects.workspace import PLANS, Plan, Project
from planning.workbench.rooms.asking import ask, language_of
from planning.workbench.server.answers import BadRequestError, answered, changed, told, word
from planning.workbench.server.files import made_file

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench

TODAY: dict[str, Any] = {
    "catchments": "current",
    "projects": {"fixed": "skip"},
    "overflow": {"allowed": False},
}
NEW: dict[str, Any] = {"catchments": "free"}
WAYS = {
    "today": TODAY,
    "lines": {**NEW, "projects": {"fixed": "skip"}},
    "projects": {**NEW, "projects": {"fixed": "build"}},
}
"""What a new plan can start with: the catchments in force as they are; new lines; new lines with the county's fixed projects."""
_LONGEST_S = 3600.0


def _home(bench: Bench, request: Request) -> object:
    return {
        "projects": [_project(bench, p) for p in bench.place.projects()],
        "jobs": [j.as_data() for j in bench.queue.jobs()],
        "batches": [_batch(b, language_of(request)) for b in batches(bench.place.root)],
    }


def _batch(batch: Batch, lang: str) -> dict[str, Any]:
    """Return how far a batch is, and what of it can be opened; one that cannot be read has its files alone."""
    from planning.batch import batch_counts

    told: dict[str, Any] = {"id": batch.id, "name": batch.folder.name, "files": list(batch.files(lang))}
    with contextlib.suppress(PlanningError):
        counts = batch_counts(batch.folder)
        told |= {"all": counts.all, "done": counts.done, "failed": counts.failed}
    return told


def _batch_file(bench: Bench, request: Request) -> object:
    asked = request.path_params
    path = batch_file(bench.place.root, asked["batch"], asked["word"], language_of(request))
    return made_file(path, shown="open" in request.query_params)


def _project(bench: Bench, project: Project) -> dict[str, Any]:
    held = bench.editors.told("")
    plans = [{**_plan(project, plan), "editor": held.get(plan.id)} for plan in bench.place.plans(project)]
    return {
        "id": project.id,
        "name": project.record.name,
        "made": project.record.made,
        "there": project.county.exists(),
        "year": project.record.year,
        "drawn": project.record.drawn,
        "plans": plans,
        "scenarios": [{"number": n, "name": Path(p).name} for n, p in enumerate(project.record.scenarios)],
    }


def _plan(project: Project, plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "name": plan.folder.name,
        "own": plan.own,
        "state": state_of(project.folder, plan.folder),
        "found": found_of(project.folder, plan.folder),
        "draft": bench_draft(project, plan),
        "kind": kind_of(plan.folder),
        **figures_of(plan.folder),
        "when": (plan.folder / "summary.json").stat().st_mtime,
    }


def bench_draft(project: Project, plan: Plan) -> bool:
    """Return whether the plan has an edit that was not yet saved as a plan."""
    return (project.folder / "drafts" / f"{plan.id}.json").is_file()


def _picture(bench: Bench, request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    from planning.workbench.projects.picture import picture_of

    path = picture_of(bench.place.project(plan.project).folder, plan.folder)
    return Response(
        path.read_bytes(), media_type="image/svg+xml", headers={"cache-control": "private, max-age=60"}
    )


def _copy(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    name = bench.place.free_name(bench.place.project(plan.project), word(data, "name"))
    return told({"plan": bench.place.copy_plan(plan, name).id})


def _rename(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    bench.editors.refuse(plan.id, "")
    bench.boards.close(plan.id)
    return told({"plan": bench.place.rename_plan(plan, word(data, "name")).id})


def _delete(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    bench.editors.refuse(plan.id, "")
    bench.boards.close(plan.id)
    return told({"undo": bench.place.delete_plan(plan)})


def _rename_project(bench: Bench, data: dict[str, Any], request: Request) -> object:
    name = word(data, "name", 100).strip()
    if not name:
        raise BadRequestError("name")
    bench.place.note(bench.place.project(request.path_params["project"]), name=name)
    return told({})


def _delete_project(bench: Bench, data: dict[str, Any], request: Request) -> object:
    return told({"undo": bench.place.delete_project(bench.place.project(request.path_params["project"]))})


def _restore(bench: Bench, data: dict[str, Any], request: Request) -> object:
    bench.place.restore(word(data, "undo"))
    return told({})


def _new_plan(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Ask for a plan: one of the ways to start, or a scenario file that the user opened."""
    project = bench.place.project(request.path_params["project"])
    name = bench.place.free_name(project, word(data, "name").strip())
    way, seconds = word(data, "way"), data.get("seconds", 60)
    if not isinstance(seconds, (int, float)) or not 1 <= seconds <= _LONGEST_S:
        raise BadRequestError("seconds")
    year = data.get("year")
    if year is not None and (not isinstance(year, int) or not 1990 <= year <= 2100):
        raise BadRequestError("year")
    threads = min(2, bench.queue.cores)
    sets: list[str] = []
    scenario: Any
    if way.startswith("scenario:"):
        number = way.partition(":")[2]
        if not number.isdigit() or int(number) >= len(project.record.scenarios):
            raise BadRequestError("way")
        scenario, sets = (
            project.record.scenarios[int(number)],
            [f"solver.time_limit_s={seconds}", f"solver.threads={threads}"],
        )
    elif way in WAYS:
        solver = {"time_limit_s": float(seconds), "threads": threads}
        scenario = {
            "name": name,
            "title_zh": name,
            "title": name,
            "district": str(project.county),
            "solver": solver,
            "year": year,
            **WAYS[way],
        }
    else:
        raise BadRequestError("way")
    values = {
        "scenario": scenario,
        "sets": sets,
        "out": str(_place(project, name)),
        "project": str(project.folder),
    }
    return told({"job": ask(bench, request, Asked("solve", project.id, name, values, threads)).id})


def _place(project: Project, name: str) -> Path:
    from planning.filenames import inside

    return inside(project.folder / PLANS, name)


def _verify(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    project = bench.place.project(plan.project)
    values = {"run": str(plan.folder), "project": str(project.folder)}
    return told({"job": ask(bench, request, Asked("verify", project.id, plan.folder.name, values)).id})


ROUTES = [
    Route("/api/home", answered(_home)),
    Route("/api/batches/{batch}/{word}", answered(_batch_file)),
    Route("/api/pictures/{plan}", answered(_picture)),
    Route("/api/plans/{plan}/copy", changed(_copy), methods=["POST"]),
    Route("/api/plans/{plan}/rename", changed(_rename), methods=["POST"]),
    Route("/api/plans/{plan}/delete", changed(_delete), methods=["POST"]),
    Route("/api/plans/{plan}/verify", changed(_verify), methods=["POST"]),
    Route("/api/projects/{project}/rename", changed(_rename_project), methods=["POST"]),
    Route("/api/projects/{project}/delete", changed(_delete_project), methods=["POST"]),
    Route("/api/projects/{project}/plans", changed(_new_plan), methods=["POST"]),
    Route("/api/restore", changed(_restore), methods=["POST"]),
]
