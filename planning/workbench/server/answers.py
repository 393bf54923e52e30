"""Turn what the package returns or refuses into answers for the pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from planning.errors import Issue, PlanningError
from planning.workbench.projects.told import lines_of

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench

Handler = Callable[[Request], Awaitable[Response]]


class BadRequestError(Exception):
    """A request that none of our pages makes: its form is wrong."""


def told(data: Any, status: int = 200) -> Response:
    """Return plain data as JSON."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")


def answered(work: Callable[[Bench, Request], object]) -> Handler:
    """Return a handler that does its work in a thread and says what the package refuses."""

    async def handler(request: Request) -> Response:
        return await _carefully(lambda: work(request.app.state.bench, request))

    return handler


def changed(work: Callable[[Bench, dict[str, Any], Request], object]) -> Handler:
    """Return a handler of a request that carries a JSON object and changes something."""

    async def handler(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return told({"refused": "not_json"}, 415)
        try:
            data = json.loads(await request.body())
        except (ValueError, RecursionError):
            return told({"refused": "not_json"}, 400)
        if not isinstance(data, dict):
            return told({"refused": "not_json"}, 400)
        return await _carefully(lambda: work(request.app.state.bench, data, request))

    return handler


def word(data: dict[str, Any], name: str, longest: int = 300) -> str:
    """Return a text of a request.

    Raises
    ------
    BadRequestError
        If it is missing, no text, or longer than any that a page sends.
    """
    value = data.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise BadRequestError(name)
    return value


def problem_data(problem: Issue) -> dict[str, Any]:
    """Return a problem as plain data with its line in every language."""
    return {**problem.data(), **lines_of(problem)}


async def _carefully(work: Callable[[], object]) -> Response:
    try:
        result = await run_in_threadpool(work)
    except PlanningError as error:
        return told({"problems": [problem_data(p) for p in error.problems]}, 422)
    except BadRequestError as error:
        return told({"refused": "bad_request", "what": str(error)}, 400)
    return result if isinstance(result, Response) else told(result)
