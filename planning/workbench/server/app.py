"""Put the rooms behind one door."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from planning.version import __version__
from planning.workbench.rooms import board, consultation, home, incoming, jobs, plans, rest, whatif
from planning.workbench.server.answers import answered, told
from planning.workbench.server.bench import Bench
from planning.workbench.server.files import page, served
from planning.workbench.server.guard import Doors, Guard

PLAN_ROOMS = ("compare", "whatif", "indicators", "publish", "consultation", "approve", "wall")
"""Rooms of one plan besides its board; one page each, drawn by the program of its name."""


def application(bench: Bench, doors: Doors) -> ASGIApp:
    """Return the whole application: pages, files, what the rooms answer, behind the guard."""
    routes = [
        Route("/", _page("home.html")),
        Route("/board/{plan}", _page("board.html")),
        Route("/import", _page("import.html")),
        *(Route(f"/{room}/{{plan}}", _page("room.html")) for room in PLAN_ROOMS),
        Route("/pages/{path:path}", served),
        Route("/leaflet/{path:path}", served),
        Route("/api/session", answered(_session)),
        *home.ROUTES,
        *jobs.ROUTES,
        *incoming.ROUTES,
        *board.ROUTES,
        *rest.ROUTES,
        *plans.ROUTES,
        *whatif.ROUTES,
        *consultation.ROUTES,
    ]
    app = Starlette(routes=routes, lifespan=_living(bench))
    app.state.bench = bench
    return Guard(app, doors)


def _living(bench: Bench) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        keeper = asyncio.create_task(bench.queue.keep_going())
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    return living


def _page(name: str) -> Callable[[Request], Response]:
    def shown(request: Request) -> Response:
        return page(name)

    return shown


def _session(bench: Bench, request: Request) -> object:
    return told(
        {"lang": bench.lang, "read_only": bench.read_only, "version": __version__, "cores": bench.queue.cores}
    )
