"""Add to the exact programme what schools that are filled unevenly cost (docstring of the rule ``balance``)."""

from __future__ import annotations

from tests.differential.facts import Facts
from tests.differential.programme import Programme
from tests.differential.tables import Key


def add_balance(
    programme: Programme,
    facts: Facts,
    attending: dict[Key, int],
    built: dict[tuple[int, int], int],
    closed: dict[tuple[int, int], int],
) -> None:
    """Pay every pupil of a unit above the share of its seats that all units of the stage fill on average."""
    setting, years = facts.scenario.balance, len(facts.years)
    if not setting.enabled:
        return
    for u, unit in enumerate(facts.units):
        stage = unit["stage"]
        for t in range(years):
            each = _seats_by_room(facts, stage, t)
            share = setting.above if setting.above is not None else _filled(facts, stage, t)
            uneven = programme.column(facts.scenario.prices.uneven / years)
            terms = [*((attending[u, g, t], 1.0) for g in facts.grades[stage]), (uneven, -1.0)]
            if (u, t) in closed:  # a unit that is closed has no seat
                most = share * each * (unit["rooms"] + sum(_added(facts, u).values()))
                programme.row([*terms, (closed[u, t], most)], high=most)
            terms += [(built[k, t], -share * each * rooms) for k, rooms in _added(facts, u).items()]
            programme.row(terms, high=share * each * unit["rooms"])


def _seats_by_room(facts: Facts, stage: str, t: int) -> float:
    """Return the seats of a classroom, mean over the grades; 1 where capacity is counted in seats."""
    if facts.in_seats:
        return 1.0
    return sum(facts.cap(stage, g, t) for g in facts.grades[stage]) / len(facts.grades[stage])


def _filled(facts: Facts, stage: str, t: int) -> float:
    """Return the share of the seats that surely stand which all pupils of a stage fill, with what is tolerated, at most all."""
    seats = sum(_sure(facts, u, t) for u in facts.of_stage(stage)) * _seats_by_room(facts, stage, t)
    if not seats:
        return 1.0
    return min(1.0, (1.0 + facts.scenario.balance.tolerance) * facts.everyone(stage, t) / seats)


def _added(facts: Facts, u: int) -> dict[int, float]:
    """Return what projects add to a unit, in rooms or seats."""
    of = "capacity" if facts.in_seats else "rooms"
    return {
        k: float(facts.projects[k][of])
        for k, v in enumerate(facts.target)
        if v == u and facts.projects[k]["kind"] != "closure"
    }


def _sure(facts: Facts, u: int, t: int) -> float:
    """Return the rooms of a unit in a year that nothing the plan may choose takes or gives."""
    year = facts.years[t]
    sure = [p["mode"] == "build" and p["open_year"] <= year for p in facts.projects]
    closing = facts.closed_by.get(u)
    shut = facts.scenario.small_schools.closed.get(facts.units[u]["unit"], year + 1) <= year
    if shut or (closing is not None and sure[closing]):
        return 0.0
    return float(facts.units[u]["rooms"]) + sum(n for k, n in _added(facts, u).items() if sure[k])
