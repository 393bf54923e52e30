"""What the pages ask about jobs: the list, the stream of their progress, and the word to stop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from planning.workbench.server.answers import answered, changed, told

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench

_LOOK_S = 0.3
_SIGN_OF_LIFE_S = 15.0
_MOST_STREAMS = 40
"""Streams open at once: more than a person has tabs; what opens more is broken or means harm."""
_open = 0
LONGEST_TAB = 80
"""Letters of the word that a window makes up for itself."""


def _jobs(bench: Bench, request: Request) -> object:
    return {"jobs": [j.as_data() for j in bench.queue.jobs()]}


def _plan(bench: Bench, request: Request) -> object:
    """Return the plan that a job made, ``None`` where it made none or it is gone."""
    job = bench.queue.job(request.path_params["job"])
    made = str((job.result or {}).get("plan", ""))
    project = next((p for p in bench.place.projects() if p.id == job.asked.project), None)
    plans = bench.place.plans(project) if project and made else []
    return {"plan": next((p.id for p in plans if str(p.folder) == made), None)}


def _stop(bench: Bench, data: dict[str, Any], request: Request) -> object:
    bench.queue.stop(request.path_params["job"])
    return told({})


async def _stream(request: Request) -> Response:
    """Send the jobs whenever they change; a client that does not read gets the newest state when it does."""
    if _open >= _MOST_STREAMS:
        return told({"refused": "too_many_streams"}, 503)
    tab = request.query_params.get("tab", "")[:LONGEST_TAB]
    return StreamingResponse(_events(request.app.state.bench, tab), media_type="text/event-stream")


async def _events(bench: Bench, tab: str) -> AsyncIterator[bytes]:
    global _open
    _open += 1
    try:
        with bench.editors.present(tab):
            async for event in _changes(bench, tab):
                yield event
    finally:
        _open -= 1


async def _changes(bench: Bench, tab: str) -> AsyncIterator[bytes]:
    """Yield jobs and editors whenever they change, and a sign of life."""
    seen, waited, held = -1, 0.0, None
    yield b"retry: 1000\n\n"
    while not bench.closing.is_set():
        editors = bench.editors.told(tab)
        if editors != held:
            held = editors
            yield f"event: editors\ndata: {json.dumps(editors, ensure_ascii=False)}\n\n".encode(
                "utf-8", "replace"
            )
        if bench.queue.version != seen:
            seen, waited = bench.queue.version, 0.0
            text = json.dumps(
                [j.as_data() for j in bench.queue.jobs()], ensure_ascii=False, separators=(",", ":")
            )
            yield f"event: jobs\ndata: {text}\n\n".encode("utf-8", "replace")
        elif waited > _SIGN_OF_LIFE_S:
            waited = 0.0
            yield b": here\n\n"
        try:
            await asyncio.wait_for(bench.closing.wait(), _LOOK_S)
        except TimeoutError:
            waited += _LOOK_S
    yield b"event: end\ndata: {}\n\n"


ROUTES = [
    Route("/api/jobs", answered(_jobs)),
    Route("/api/jobs/stream", _stream),
    Route("/api/jobs/{job}/plan", answered(_plan)),
    Route("/api/jobs/{job}/stop", changed(_stop), methods=["POST"]),
]
