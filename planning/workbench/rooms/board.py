"""The room 画板: the picture of a plan, and what is painted on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planning.errors import LayoutError
from planning.workbench import board as on_board
from planning.workbench.jobs.folder import Asked
from planning.workbench.projects.workspace import PLANS
from planning.workbench.rooms.asking import ask
from planning.workbench.rooms.jobs import LONGEST_TAB
from planning.workbench.server.answers import BadRequestError, answered, changed, told, word

if TYPE_CHECKING:
    from planning.workbench.board import Board, Change
    from planning.workbench.server.bench import Bench


def _scene(bench: Bench, request: Request) -> object:
    board = _board(bench, request)
    with board.lock:
        return Response(board.scene, media_type="application/octet-stream")


def _state(bench: Bench, request: Request) -> object:
    plan = bench.place.plan(request.path_params["plan"])
    project = bench.place.project(plan.project)
    board = bench.boards.board(plan.id)
    with board.lock:
        return {
            **on_board.board_state(board, _year(request.query_params.get("year"))),
            "others": [
                {"id": p.id, "name": p.folder.name} for p in bench.place.plans(project) if p.id != plan.id
            ],
            "name": plan.folder.name,
            "project": project.record.name,
            "project_id": project.id,
        }


def _faults(bench: Bench, request: Request) -> object:
    board = _board(bench, request)
    with board.lock:
        return {"faults": on_board.fault_data(board)}


def _journal(bench: Bench, request: Request) -> object:
    board = _board(bench, request)
    with board.lock:
        return on_board.journal_data(board)


def _why(bench: Bench, request: Request) -> object:
    board = _board(bench, request)
    zone, stage = request.query_params.get("zone", ""), request.query_params.get("stage", "")
    if not (
        zone.isascii() and zone.isdecimal() and len(zone) < 9 and int(zone) < len(board.live.problem.zones)
    ):
        raise BadRequestError("zone")
    if stage not in board.live.problem.stages:
        raise BadRequestError("stage")
    with board.lock:
        return on_board.why_data(board, int(zone), stage)


def _words(bench: Bench, request: Request) -> object:
    board = _board(bench, request)
    units = board.live.problem.units["unit"].astype(str)
    return {"zones": board.words["zones"], "units": dict(zip(units, board.words["units"], strict=True))}


def _stroke(board: Board, data: dict[str, Any]) -> Change:
    zones = zones_of(board, data.get("zones"))
    if not zones:
        raise BadRequestError("zones")
    return board.stroke(
        word(data, "stage"),
        zones,
        word(data, "unit"),
        word(data, "reason"),
        word(data, "who"),
        _number(data, "head"),
    )


def zones_of(board: Board, given: object) -> list[int]:
    """Return positions of zones that a page sent.

    Raises
    ------
    BadRequestError
        If they are none.
    """
    known = len(board.live.problem.zones)
    if not isinstance(given, list) or not all(type(z) is int and 0 <= z < known for z in given):
        raise BadRequestError("zones")
    return list(dict.fromkeys(given))


def _undo(board: Board, data: dict[str, Any]) -> Change:
    return board.undo(_number(data, "head"))


def _redo(board: Board, data: dict[str, Any]) -> Change:
    return board.redo(_number(data, "head"))


def _go(board: Board, data: dict[str, Any]) -> Change:
    return board.go(_number(data, "number"), _number(data, "head"))


def _discard(board: Board, data: dict[str, Any]) -> Change:
    return board.discard()


def _save(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Write the draft as a plan of its own: a job, since its scorecard and map take a while."""
    plan = bench.place.plan(request.path_params["plan"])
    project = bench.place.project(plan.project)
    board = bench.boards.board(plan.id)
    name = bench.place.free_name(project, word(data, "name").strip())
    from planning.filenames import inside

    with board.lock:
        values = {
            "run": str(plan.folder),
            "journal": board.live.journal.as_data(),
            "out": str(inside(project.folder / PLANS, name)),
            "project": str(project.folder),
        }
    return told({"job": ask(bench, request, Asked("save", project.id, name, values)).id})


def _edit(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Say who edits the plan: the window that asks where nobody does, or where it takes over."""
    plan = bench.place.plan(request.path_params["plan"])
    tab = word(data, "tab", LONGEST_TAB)
    held = bench.editors.ask(plan.id, tab, word(data, "who"), take=data.get("take") is True)
    return told({"mine": held.tab == tab, "who": held.who, "since": held.since})


def _leave(bench: Bench, data: dict[str, Any], request: Request) -> object:
    bench.editors.leave(request.path_params["plan"], word(data, "tab", LONGEST_TAB))
    return told({})


def tab_of(data: dict[str, Any]) -> str:
    """Return the word of the window that a request comes from, empty where it has none."""
    return word(data, "tab", LONGEST_TAB) if "tab" in data else ""


def _board(bench: Bench, request: Request) -> Board:
    return bench.boards.board(request.path_params["plan"])


def _year(given: object) -> int | None:
    """Return the position of a school year that a page looks at, ``None`` for the last."""
    if isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 4:
        return int(given)
    return given if type(given) is int else None


def _reference(bench: Bench, request: Request) -> object:
    """Return the unit of every zone in another plan of the same county, by stage."""
    board = _board(bench, request)
    other = bench.place.plan(request.path_params["other"])
    return {"stages": on_board.reference_data(board, other.folder)}


def _number(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    if type(value) is not int:
        raise BadRequestError(name)
    return value


def _acts(act: Callable[[Board, dict[str, Any]], Change]) -> Any:
    """Return the handler of a step; where the page knew another state, it gets the one that is."""

    def work(bench: Bench, data: dict[str, Any], request: Request) -> object:
        board = _board(bench, request)
        bench.editors.refuse(request.path_params["plan"], tab_of(data))
        with board.lock:
            try:
                return told(on_board.change_data(board, act(board, data), _year(data.get("year"))))
            except LayoutError:
                if type(data.get("head")) is int and data["head"] != board.live.journal.head:
                    return told({"refused": "changed_elsewhere", "state": on_board.board_state(board)}, 409)
                raise

    return changed(work)


ROUTES = [
    Route("/api/boards/{plan}/scene", answered(_scene)),
    Route("/api/boards/{plan}/state", answered(_state)),
    Route("/api/boards/{plan}/faults", answered(_faults)),
    Route("/api/boards/{plan}/journal", answered(_journal)),
    Route("/api/boards/{plan}/words", answered(_words)),
    Route("/api/boards/{plan}/why", answered(_why)),
    Route("/api/boards/{plan}/against/{other}", answered(_reference)),
    Route("/api/boards/{plan}/strokes", _acts(_stroke), methods=["POST"]),
    Route("/api/boards/{plan}/undo", _acts(_undo), methods=["POST"]),
    Route("/api/boards/{plan}/redo", _acts(_redo), methods=["POST"]),
    Route("/api/boards/{plan}/go", _acts(_go), methods=["POST"]),
    Route("/api/boards/{plan}/discard", _acts(_discard), methods=["POST"]),
    Route("/api/boards/{plan}/edit", changed(_edit), methods=["POST"]),
    Route("/api/boards/{plan}/leave", changed(_leave), methods=["POST"]),
    Route("/api/boards/{plan}/save", changed(_save), methods=["POST"]),
]
