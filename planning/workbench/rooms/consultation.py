"""The room 意见: objections entered or imported, seen on the map, answered by a letter, deleted."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import Route

from planning.errors import Issue, LayoutError
from planning.workbench.jobs.folder import DONE, RUNNING, WAITING, Asked
from planning.workbench.projects import objections
from planning.workbench.projects.papers import home_of
from planning.workbench.rooms.asking import ask
from planning.workbench.rooms.plans import plan_of
from planning.workbench.server.answers import BadRequestError, answered, changed, told, word

if TYPE_CHECKING:
    from planning.district.names import Names
    from planning.workbench.server.bench import Bench


def _place(bench: Bench, request: Request) -> Path:
    plan, project = plan_of(bench, request)
    return home_of(project, plan) / "objections.json"


def _list(bench: Bench, request: Request) -> object:
    """Return the entries, each with the zones it may mean, as positions of the picture."""
    board = bench.boards.board(request.path_params["plan"])
    names = board.opened.names()
    at = {str(z): n for n, z in enumerate(board.live.problem.zones)}
    known = {j.id: j.state for j in bench.queue.jobs()}
    rows = objections.listed(_place(bench, request))
    return {
        "objections": [
            {
                **r,
                **_answer(r, known),
                "zones": [at[z] for z in zones_meant(names, r["zone"]) if z in at],
            }
            for r in rows
        ]
    }


def _answer(row: dict[str, Any], jobs: dict[str, str]) -> dict[str, Any]:
    """Return whether an entry is answered: not before its letter is there, and not where that failed."""
    state = jobs.get(str(row.get("job", "")))
    there = state in (None, DONE)
    return {"answered": row["answered"] if there else "", "writing": state in (WAITING, RUNNING)}


def zones_meant(names: Names, text: str) -> list[str]:
    """Return the zones that somebody's words for a place mean: an id, a name, or an address that holds one name."""
    found = names.zone_candidates(text) if text else []
    if found or not text:
        return found
    held = [name for name in set(names.zones.values()) if len(name) > 1 and name in text]
    longest = max(map(len, held), default=0)
    named = [name for name in held if len(name) == longest]
    return names.zone_candidates(named[0]) if len(named) == 1 else []


def _add(bench: Bench, data: dict[str, Any], request: Request) -> object:
    row = {k: word(data, k, objections.LONGEST) for k in objections.HEADERS}
    if not row["text"].strip():
        raise BadRequestError("text")
    return told({"new": objections.add(_place(bench, request), [row])})


def _import(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Take the entries of a file that was uploaded; the file is deleted, as it may hold names of persons."""
    from planning.workbench.incoming.uploads import discard, upload

    given, new = upload(bench.place, word(data, "import")), 0
    try:
        for name in given.names():
            new += objections.add(_place(bench, request), objections.read_objections(given.files / name))
    finally:
        discard(given)
    return told({"new": new})


def _ids(data: dict[str, Any]) -> list[str]:
    ids = data.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(i, str) for i in ids):
        raise BadRequestError("ids")
    return ids


def _delete(bench: Bench, data: dict[str, Any], request: Request) -> object:
    objections.delete(_place(bench, request), _ids(data))
    return told({})


def _locate(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Say which zone an entry is about."""
    board = bench.boards.board(request.path_params["plan"])
    zone = word(data, "zone").strip()
    if not zones_meant(board.opened.names(), zone):
        raise LayoutError([Issue("workbench.consultation.no_such_zone", "", value=zone[:60])])
    objections.note_zone(_place(bench, request), word(data, "id"), zone)
    return told({})


def _reply(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Ask for a letter that answers the entries chosen: why each zone is where it is, and what a nearer school would take."""
    plan, project = plan_of(bench, request)
    place, ids = _place(bench, request), set(_ids(data))
    board = bench.boards.board(plan.id)
    names, units = board.opened.names(), set(board.live.ground.unit_at)
    rows = [r for r in objections.listed(place) if r["id"] in ids]
    zones = [z for r in rows for z in zones_meant(names, r["zone"])[:1]]
    schools = [u for r in rows if r["school"] for u in names.unit_candidates(r["school"]) if u in units]
    if not zones and not schools:
        raise LayoutError([Issue("workbench.consultation.no_place", "")])
    word_of = "-".join(dict.fromkeys(r["zone"] or r["school"] for r in rows))[:40]
    values = {
        "run": str(plan.folder),
        "zones": list(dict.fromkeys(zones)),
        "units": list(dict.fromkeys(schools)),
        "out": str(_numbered(bench, home_of(project, plan) / "reply")),
        "name": "reply",
    }
    job = ask(bench, request, Asked("reply", project.id, word_of, values), public=True)
    objections.note_answered(place, [r["id"] for r in rows], job.id)
    return told({"job": job.id})


def _numbered(bench: Bench, home: Path) -> Path:
    """Return the folder of the next letter; planners see its name, so it is a number that they can say."""
    asked = {str(job.asked.values.get("out")) for job in bench.queue.jobs()}
    places = (home / str(number) for number in itertools.count(1))
    return next(p for p in places if not p.exists() and str(p) not in asked)


ROUTES = [
    Route("/api/plans/{plan}/objections", answered(_list)),
    Route("/api/plans/{plan}/objections", changed(_add), methods=["POST"]),
    Route("/api/plans/{plan}/objections/import", changed(_import), methods=["POST"]),
    Route("/api/plans/{plan}/objections/delete", changed(_delete), methods=["POST"]),
    Route("/api/plans/{plan}/objections/locate", changed(_locate), methods=["POST"]),
    Route("/api/plans/{plan}/objections/reply", changed(_reply), methods=["POST"]),
]
