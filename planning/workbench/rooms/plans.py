"""What the rooms of one plan share: what it is called, which others there are, and the papers that were made of it."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import Route

from planning.messages import is_chinese, languages, written
from planning.workbench.jobs.folder import Asked
from planning.workbench.projects.papers import MAKES, home_of, paper, papers
from planning.workbench.projects.record import read_json
from planning.workbench.projects.state import state_of
from planning.workbench.rooms.asking import ask
from planning.workbench.server.answers import BadRequestError, answered, changed, told, word
from planning.workbench.server.files import made_file

if TYPE_CHECKING:
    from planning.workbench.projects.workspace import Plan, Project
    from planning.workbench.server.bench import Bench

_TABLES = ("scorecard", "targets", "scorecard_units")
NOTICE = ("issuer", "number", "date", "window", "phone", "email", "address", "review_number")
"""What a notice says that only its office knows."""


def plan_of(bench: Bench, request: Request) -> tuple[Plan, Project]:
    """Return the plan that a request is about, with its project."""
    plan = bench.place.plan(request.path_params["plan"])
    return plan, bench.place.project(plan.project)


def _about(bench: Bench, request: Request) -> object:
    plan, project = plan_of(bench, request)
    summary = read_json(plan.folder / "summary.json") or {}
    return {
        "id": plan.id,
        "name": plan.folder.name,
        "project": project.record.name,
        "project_id": project.id,
        "state": state_of(project.folder, plan.folder),
        "summary": {
            k: summary.get(k)
            for k in (
                "shortage_pupils",
                "mean_distance_m",
                "moved_pupils",
                "gap",
                "indicators",
                "shortage_by_stage",
            )
        },
        "plans": [
            {"id": p.id, "name": p.folder.name, "state": state_of(project.folder, p.folder)}
            for p in bench.place.plans(project)
        ],
        "notice": (read_json(home_of(project, plan) / "notice.json") or {}),
        "papers": [
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.path.relative_to(home_of(project, plan) / one.kind).as_posix(),
                "size": one.path.stat().st_size,
                "when": one.path.stat().st_mtime,
            }
            for one in papers(project, plan)
        ],
    }


def _paper(bench: Bench, request: Request) -> object:
    plan, project = plan_of(bench, request)
    one = paper(project, plan, request.path_params["paper"])
    return made_file(one.path, shown="open" in request.query_params)


def _scorecard(bench: Bench, request: Request) -> object:
    """Return the tables of the scorecard that lie in the run, cell by cell as they are written there."""
    plan, _ = plan_of(bench, request)
    return {name: [_spoken(row) for row in _rows(plan.folder / f"{name}.csv")] for name in _TABLES}


def _spoken(row: dict[str, str]) -> dict[str, str]:
    """Return a row with its Chinese cells in the characters of every language that is Chinese."""
    chinese = {k.removesuffix("zh"): v for k, v in row.items() if k.endswith("_zh")}
    ways = [lang for lang in languages() if is_chinese(lang)]
    return {**row, **{k + lang: written(v, lang) for k, v in chinese.items() for lang in ways}}


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError:
        return []


def _publish(bench: Bench, data: dict[str, Any], request: Request) -> object:
    from planning.workbench.projects.record import write_json

    plan, project = plan_of(bench, request)
    makes, given = data.get("makes"), data.get("notice")
    if not isinstance(makes, list) or not makes or not set(map(str, makes)) <= set(MAKES):
        raise BadRequestError("makes")
    if not isinstance(given, dict) or not set(given) <= set(NOTICE):
        raise BadRequestError("notice")
    notice = {k: word(given, k).strip() for k in given}
    home = home_of(project, plan)
    write_json(home / "notice.json", notice)
    values = {"run": str(plan.folder), "out": str(home / "publish"), "makes": makes, "notice": notice}
    return _ask(bench, request, plan, "publish", values, public=True)


def _compare(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan, project = plan_of(bench, request)
    others = data.get("others")
    if (
        not isinstance(others, list)
        or not 1 <= len(others) <= 3
        or not all(isinstance(o, str) for o in others)
    ):
        raise BadRequestError("others")
    runs = [plan.folder, *(bench.place.plan(o).folder for o in others)]
    values = {"runs": [str(r) for r in runs], "out": str(home_of(project, plan) / "compare")}
    return _ask(bench, request, plan, "compare", values)


def _approve(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan, project = plan_of(bench, request)
    values = {
        "run": str(plan.folder),
        "root": str(bench.place.root.parent / "approved"),
        "decision": {k: word(data, k).strip() for k in ("number", "date", "by", "note")},
        "exceptions": data.get("exceptions") is True,
        "project": str(project.folder),
    }
    return _ask(bench, request, plan, "approve", values)


def _evaluate(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Hold an approved plan against the enrolment in a file that was uploaded."""
    from planning.workbench.incoming.uploads import upload

    plan, project = plan_of(bench, request)
    given = upload(bench.place, word(data, "import"))
    names = given.names()
    if len(names) != 1:
        raise BadRequestError("import")
    coordinates = word(data, "coordinates")
    if coordinates not in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        raise BadRequestError("coordinates")
    values = {
        "run": str(plan.folder),
        "enrolment": str(given.files / names[0]),
        "coordinates": coordinates,
        "date": datetime.date.today().isoformat(),
        "out": str(home_of(project, plan) / "evaluate"),
    }
    return _ask(bench, request, plan, "evaluate", values)


def _scores(bench: Bench, data: dict[str, Any], request: Request) -> object:
    plan, project = plan_of(bench, request)
    today = datetime.date.today().isoformat()
    values = {"run": str(plan.folder), "out": str(home_of(project, plan) / "scores"), "date": today}
    return _ask(bench, request, plan, "scores", values)


def _approved(bench: Bench, request: Request) -> object:
    """List the approved layouts beside the workspace, and whether anything in them changed since."""
    from planning.approval import approval_of, changes, list_approved
    from planning.workbench.server.answers import problem_data

    _, project = plan_of(bench, request)
    ids = {p.folder: p.id for p in bench.place.plans(project)}
    listed = []
    for folder in list_approved(bench.place.root.parent / "approved"):
        wrong = changes(folder)
        approval = None if wrong else approval_of(folder)
        listed.append(
            {
                "name": folder.name,
                "plan": ids.get(folder.resolve()),
                "changed": [problem_data(p) for p in wrong],
                "number": approval.number if approval else "",
                "date": approval.date if approval else "",
                "by": approval.by if approval else "",
                "exceptions": len(approval.exceptions) if approval else 0,
                "digest": approval.digest if approval else "",
            }
        )
    return {"approved": listed}


def _ask(
    bench: Bench, request: Request, plan: Plan, kind: str, values: dict[str, Any], *, public: bool = False
) -> object:
    asked = Asked(kind, plan.project, plan.folder.name, values)
    return told({"job": ask(bench, request, asked, public=public).id})


ROUTES = [
    Route("/api/plans/{plan}/about", answered(_about)),
    Route("/api/plans/{plan}/papers/{paper}", answered(_paper)),
    Route("/api/plans/{plan}/scorecard", answered(_scorecard)),
    Route("/api/plans/{plan}/approved", answered(_approved)),
    Route("/api/plans/{plan}/publish", changed(_publish), methods=["POST"]),
    Route("/api/plans/{plan}/compare", changed(_compare), methods=["POST"]),
    Route("/api/plans/{plan}/approve", changed(_approve), methods=["POST"]),
    Route("/api/plans/{plan}/evaluate", changed(_evaluate), methods=["POST"]),
    Route("/api/plans/{plan}/scores", changed(_scores), methods=["POST"]),
]
