"""What the board asks of the engine: the rest of the plan around locks, a repair, the price of an edit or of one move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import Route

from planning.workbench import board as on_board
from planning.workbench.jobs.folder import Asked
from planning.workbench.projects.workspace import PLANS
from planning.workbench.rooms.asking import ask
from planning.workbench.rooms.board import tab_of, zones_of
from planning.workbench.server.answers import BadRequestError, changed, told, word

if TYPE_CHECKING:
    from planning.workbench.server.bench import Bench

LONGEST_S = 3600.0


def _locks(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Lock zones and units, those that a request names and no others."""
    board = bench.boards.board(request.path_params["plan"])
    bench.editors.refuse(request.path_params["plan"], tab_of(data))
    zones, units = data.get("zones"), data.get("units")
    if not isinstance(zones, dict) or not set(zones) <= set(board.live.problem.stages):
        raise BadRequestError("zones")
    if not isinstance(units, list) or not all(isinstance(u, str) for u in units):
        raise BadRequestError("units")
    with board.lock:
        board.hold({s: zones_of(board, at) for s, at in zones.items()}, units)
        return told(on_board.locks_data(board))


def _price(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Say what the draft costs since the plan began, or what giving zones to a unit would cost; nothing is changed."""
    from planning.editing import Move, price_of

    board = bench.boards.board(request.path_params["plan"])
    with board.lock:
        if data.get("zones") is None:
            return told(on_board.cost_data(price_of(board.live)))
        names = tuple(board.live.ground.zone_ids[z] for z in zones_of(board, data["zones"]))
        move = Move(names, word(data, "stage"), word(data, "unit"), "", "", "")
        return told(on_board.cost_data(price_of(board.live, [move])))


def _finish(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Ask for a plan of its own that draws the rest anew, or mends what is broken with the least change."""
    from planning.filenames import inside

    plan = bench.place.plan(request.path_params["plan"])
    project, board = bench.place.project(plan.project), bench.boards.board(plan.id)
    how, seconds = word(data, "how"), data.get("seconds", 60)
    if how not in ("finish", "repair"):
        raise BadRequestError("how")
    if type(seconds) not in (int, float) or not 1 <= seconds <= LONGEST_S:
        raise BadRequestError("seconds")
    name = bench.place.free_name(project, word(data, "name").strip())
    threads = min(2, bench.queue.cores)
    with board.lock:
        values = {
            "how": how,
            "run": str(plan.folder),
            "journal": board.live.journal.as_data(),
            "locks": board.held.for_solver(board.live),
            "solver": {"time_limit_s": float(seconds), "threads": threads},
            "out": str(inside(project.folder / PLANS, name)),
            "project": str(project.folder),
        }
    return told({"job": ask(bench, request, Asked("finish", project.id, name, values, threads)).id})


ROUTES = [
    Route("/api/boards/{plan}/locks", changed(_locks), methods=["POST"]),
    Route("/api/boards/{plan}/price", changed(_price), methods=["POST"]),
    Route("/api/boards/{plan}/finish", changed(_finish), methods=["POST"]),
]
