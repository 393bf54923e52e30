"""The room 导入: office files uploaded, their open questions answered, the county built and checked."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planning.errors import PlanningError
from planning.workbench import incoming
from planning.workbench.incoming import uploads
from planning.workbench.jobs.folder import FINDINGS, Asked
from planning.workbench.projects.record import read_json
from planning.workbench.rooms.asking import ask
from planning.workbench.server.answers import (
    BadRequestError,
    answered,
    changed,
    problem_data,
    told,
    word,
)

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench

_LONGEST = 400


async def _upload(request: Request) -> Response:
    """Take one file: its bytes are the body, its name and the import it belongs to are headers."""
    if request.headers.get("content-type") != "application/octet-stream":
        return told({"refused": "not_a_file"}, 415)
    bench: Bench = request.app.state.bench
    try:
        name = urllib.parse.unquote(request.headers.get("x-name", ""), errors="strict")
        known = request.headers.get("x-import", "")
        one = uploads.upload(bench.place, known) if known else uploads.new_upload(bench.place)
        await one.take(name, request.stream())
    except UnicodeDecodeError:
        return told({"refused": "bad_request", "what": "x-name"}, 400)
    except PlanningError as error:
        return told({"problems": [problem_data(p) for p in error.problems]}, 422)
    return told({"import": one.id})


def _list(bench: Bench, request: Request) -> object:
    return {"imports": uploads.uploads(bench.place)}


def _state(bench: Bench, request: Request) -> object:
    return incoming.state_of_upload(_one(bench, request))


def _answer(bench: Bench, data: dict[str, Any], request: Request) -> object:
    given, one = data.get("answers"), _one(bench, request)
    if not isinstance(given, dict) or len(given) > 500:
        raise BadRequestError("answers")
    texts = {k: word(given, k, _LONGEST).strip() for k in given if len(k) <= _LONGEST}
    incoming.answer_all(one, {k: v for k, v in texts.items() if v})
    return incoming.state_of_upload(one)


def _again(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Forget the answers, so that all is asked again."""
    one = _one(bench, request)
    one.forget()
    return incoming.state_of_upload(one)


def _remove(bench: Bench, data: dict[str, Any], request: Request) -> object:
    one = _one(bench, request)
    one.remove(word(data, "name"))
    return incoming.state_of_upload(one)


def _discard(bench: Bench, data: dict[str, Any], request: Request) -> object:
    uploads.discard(_one(bench, request))
    return told({})


def _build(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Ask for the county: a job, since borders of thousands of zones are closed and checked."""
    one, name = _one(bench, request), word(data, "name", 100).strip()
    whole = incoming.whole_district(one)
    mapping = incoming.finished_mapping(one) if whole is None else None
    project = bench.place.place_for(name)
    values = {
        "files": str(whole or one.files),
        "mapping": mapping,
        "upload": str(one.folder),
        "project": str(project.folder),
        "name": name,
    }
    title = name or str(((mapping or {}).get("district") or {}).get("name_zh") or one.names()[0])
    return told({"job": ask(bench, request, Asked("import", project.id, title, values)).id})


def _check(bench: Bench, data: dict[str, Any], request: Request) -> object:
    project = bench.place.project(request.path_params["project"])
    asked = Asked("check", project.id, project.record.name, {"county": str(project.county)})
    return told({"job": ask(bench, request, asked).id})


def _findings(bench: Bench, request: Request) -> object:
    job = bench.queue.job(request.path_params["job"])
    found = read_json(job.folder / FINDINGS)
    return found or {"findings": [], "ground": None}


def _one(bench: Bench, request: Request) -> uploads.Upload:
    return uploads.upload(bench.place, request.path_params["upload"])


ROUTES = [
    Route("/api/uploads", _upload, methods=["POST"]),
    Route("/api/imports", answered(_list)),
    Route("/api/imports/{upload}", answered(_state)),
    Route("/api/imports/{upload}/answers", changed(_answer), methods=["POST"]),
    Route("/api/imports/{upload}/again", changed(_again), methods=["POST"]),
    Route("/api/imports/{upload}/remove", changed(_remove), methods=["POST"]),
    Route("/api/imports/{upload}/discard", changed(_discard), methods=["POST"]),
    Route("/api/imports/{upload}/build", changed(_build), methods=["POST"]),
    Route("/api/projects/{project}/check", changed(_check), methods=["POST"]),
    Route("/api/jobs/{job}/findings", answered(_findings)),
]
