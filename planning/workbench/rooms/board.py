"""The room 画板: the picture of a plan, and what is painted on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planning.workbench.server.answers import answered

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench


def _scene(bench: Bench, request: Request) -> object:
    board = bench.boards.board(request.path_params["plan"])
    with board.lock:
        return Response(board.scene, media_type="application/octet-stream")


ROUTES = [Route("/api/boards/{plan}/scene", answered(_scene))]
