"""The room 情景: rooms of a school, projects, births, new estates, prices and budget as a form; each becomes a scenario file and a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import Route

from planning.workbench.jobs.folder import Asked
from planning.workbench.projects.papers import home_of
from planning.workbench.projects.workspace import PLANS
from planning.workbench.rooms.asking import ask
from planning.workbench.rooms.plans import plan_of
from planning.workbench.server.answers import BadRequestError, answered, changed, told, word

if TYPE_CHECKING:
    from planning.workbench.projects.workspace import Project
    from planning.workbench.server.bench import Bench

_YEARS = (1990, 2100)
_MOST_MORE = 20_000
"""Rooms or seats more or less; what no school can have is refused when the county is made."""
_MOST_POINTS = 60
"""Points of one sweep."""


def _levers(bench: Bench, request: Request) -> object:
    from planning.district import read_district
    from planning.workbench.projects.levers import levers, profile_of

    plan, project = plan_of(bench, request)
    return levers(read_district(project.county), profile_of(plan.folder))


def _whatif(bench: Bench, data: dict[str, Any], request: Request) -> object:
    from planning.filenames import inside

    project, name, values = _meant(bench, data, request)
    values["out"] = str(inside(project.folder / PLANS, name))
    return told({"job": ask(bench, request, Asked("whatif", project.id, name, values, values["threads"])).id})


def _sweep(bench: Bench, data: dict[str, Any], request: Request) -> object:
    """Ask for what the form says over a grid of births and budgets."""
    project, name, values = _meant(bench, data, request)
    given = {
        "births": _each(data, "births_each", 0, 3),
        "projects.budget_yuan": _each(data, "budget_each", 0, 1e12),
    }
    grid = {k: v for k, v in given.items() if v}
    points = math.prod(map(len, grid.values()))
    if not grid or points > _MOST_POINTS:
        raise BadRequestError("grid")
    plan, _ = plan_of(bench, request)
    values |= {"grid": grid, "name": name, "out": str(home_of(project, plan) / "sweep" / name)}
    return told({"job": ask(bench, request, Asked("sweep", project.id, name, values, values["threads"])).id})


def _each(data: dict[str, Any], name: str, low: float, high: float) -> list[str]:
    """Return numbers of a list as the texts of a grid."""
    found = data.get(name)
    if not isinstance(found, list) or len(found) > _MOST_POINTS:
        raise BadRequestError(name)
    return [f"{_amount({name: v}, name, low, high):.12g}" for v in dict.fromkeys(found)]


def _meant(bench: Bench, data: dict[str, Any], request: Request) -> tuple[Project, str, dict[str, Any]]:
    """Return the project, the name and the job's values that a form means; what is wrong with it is said now."""
    from planning.district import read_district
    from planning.workbench.projects.levers import changed_county, profile_of, standards_of

    plan, project = plan_of(bench, request)
    name = bench.place.free_name(project, word(data, "name").strip())
    given = {**_settings(data), "name": name}
    rooms, homes = _rooms(data), _homes(data)
    district, capacity = read_district(project.county), profile_of(plan.folder).capacity
    changed_county(district, rooms, homes, capacity)  # what is wrong is said now, not by the job
    threads = min(2, bench.queue.cores)
    values = {
        "county": str(project.county),
        "given": {
            **given,
            "year": given["year"] or district.info.base_year,
            "standards": standards_of(plan.folder),
        },
        "capacity": capacity,
        "rooms": rooms,
        "homes": homes,
        "threads": threads,
        "project": str(project.folder),
    }
    return project, name, values


def _settings(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "catchments": _one_of(data, "catchments", ("free", "current")),
        "demand": _one_of(data, "demand", ("low", "medium", "high")),
        "births": _amount(data, "births", 0, 3),
        "year": _year(data, "year"),
        "horizon": _year(data, "horizon"),
        "budget_yuan": None if data.get("budget_yuan") is None else _amount(data, "budget_yuan", 0, 1e12),
        "max_moved_share": None
        if data.get("max_moved_share") is None
        else _amount(data, "max_moved_share", 0, 1),
        "seconds": _amount(data, "seconds", 1, 3600),
        "prices": _prices(data),
        "projects": _projects(data),
    }


def _one_of(data: dict[str, Any], name: str, words: tuple[str, ...]) -> str:
    if data.get(name) not in words:
        raise BadRequestError(name)
    return str(data[name])


def _amount(data: dict[str, Any], name: str, low: float, high: float) -> float:
    value: Any = data.get(name)
    if type(value) not in (int, float) or not low <= float(value) <= high:
        raise BadRequestError(name)
    return float(value)


def _year(data: dict[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if type(value) is not int or not _YEARS[0] <= value <= _YEARS[1]:
        raise BadRequestError(name)
    return value


def _prices(data: dict[str, Any]) -> dict[str, float]:
    from planning.workbench.projects.levers import PRICES

    given = data.get("prices")
    if not isinstance(given, dict) or not set(given) <= set(PRICES):
        raise BadRequestError("prices")
    return {k: _amount(given, k, 0, 1e6) for k in given}


def _projects(data: dict[str, Any]) -> dict[str, str | int]:
    """Return what becomes of each project: as planned, off, left to the solver, or built by a year."""
    given = data.get("projects")
    words = ("plan", "plan_off", "off", "choose")
    if not isinstance(given, dict) or not all(
        v in words or (type(v) is int and _YEARS[0] <= v <= _YEARS[1]) for v in given.values()
    ):
        raise BadRequestError("projects")
    return given


def _rooms(data: dict[str, Any]) -> dict[str, int]:
    given = data.get("rooms")
    if not isinstance(given, dict) or not all(
        type(v) is int and abs(v) <= _MOST_MORE for v in given.values()
    ):
        raise BadRequestError("rooms")
    return {k: v for k, v in given.items() if v}


def _homes(data: dict[str, Any]) -> list[dict[str, Any]]:
    given = data.get("homes")
    if not isinstance(given, list) or len(given) > 200:
        raise BadRequestError("homes")
    found = []
    for row in given:
        if not isinstance(row, dict) or _year(row, "year") is None:
            raise BadRequestError("homes")
        found.append(
            {"zone": word(row, "zone"), "year": row["year"], "homes": int(_amount(row, "homes", 1, 1e6))}
        )
    return found


ROUTES = [
    Route("/api/plans/{plan}/levers", answered(_levers)),
    Route("/api/plans/{plan}/whatif", changed(_whatif), methods=["POST"]),
    Route("/api/plans/{plan}/sweep", changed(_sweep), methods=["POST"]),
]
