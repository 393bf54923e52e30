"""On the board: locks hold against strokes and the solver, a move has its price, the rest is drawn by the engine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from planning.editing import Move, open_live, price_of
from planning.layout import load_layout
from planning.workbench.board.boards import Boards
from planning.workbench.board.held import Held
from planning.workbench.jobs import plans
from planning.workbench.jobs.folder import read_asked
from planning.workbench.jobs.work import Work
from tests.workbench.served import sample_workspace, served


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs stay in the queue: their work is done by the test."""
    monkeypatch.setattr("planning.workbench.jobs.queue.Queue._start_next", lambda *_: None)


def of_unit(boards: Boards, plan: str, unit: str) -> list[int]:
    live = boards.board(plan).live
    return [n for n, z in enumerate(live.problem.zones) if live.unit_at(str(z), "primary") == unit]


def test_locks_hold_against_strokes_and_survive_the_server(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    stroke = {"stage": "primary", "unit": "S2-P", "reason": "", "who": "", "head": 0}
    with served(place.root) as bench:
        one, two = of_unit(bench.bench.boards, plan, "S1-P")[:2]
        told = bench.data("POST", f"{path}/locks", {"zones": {"primary": [one]}, "units": []})
        assert told == {"zones": {"primary": [one]}, "units": []}
        assert bench.ask("POST", f"{path}/strokes", {**stroke, "zones": [one]})[0] == 422
        assert bench.ask("POST", f"{path}/strokes", {**stroke, "zones": [two, one]})[0] == 422
        assert bench.data("GET", f"{path}/state")["edited"] is False
        bench.data("POST", f"{path}/strokes", {**stroke, "zones": [two]})
        bench.data("POST", f"{path}/locks", {"zones": {}, "units": ["S1-P", "no such"]})
        third = of_unit(bench.bench.boards, plan, "S1-P")[1]
        status, _, said = bench.ask("POST", f"{path}/strokes", {**stroke, "zones": [third], "head": 1})
        assert status == 422
        assert "合成小学01" in json.loads(said)["problems"][0]["zh"]  # by its name: the planner saw no id
        for wrong in (
            {"zones": {"x": []}, "units": []},
            {"zones": {"primary": [99]}, "units": []},
            {"zones": [], "units": []},
            {"zones": {}, "units": [1]},
        ):
            assert bench.ask("POST", f"{path}/locks", wrong)[0] == 400
    with served(place.root) as bench:
        assert bench.data("GET", f"{path}/state")["locks"] == {"zones": {}, "units": ["S1-P"]}


BROKEN = [
    None,
    [],
    {"zones": 1},
    {"zones": {"primary": {"a": 1}}, "units": 3},
    {"zones": {"primary": [1, None, "Z01"]}},
]


def test_locks_of_a_broken_draft_are_left_out(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    live = Boards(place).board(plan).live
    for data in BROKEN:
        held = Held.read(data, live)
        assert set(held.zones.get("primary", ())) <= {"Z01"}
        assert held.units == frozenset()


def test_prices_are_those_of_the_package_and_change_nothing(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    with served(place.root) as bench:
        zone = of_unit(bench.bench.boards, plan, "S1-P")[0]
        before = bench.data("GET", f"{path}/state")
        told = bench.data("POST", f"{path}/price", {"zones": [zone], "stage": "primary", "unit": "S2-P"})
        assert bench.data("GET", f"{path}/state") == before
        live = bench.bench.boards.board(plan).live
        fresh = open_live(live.layout("x"), live.district, problem=live.problem)
        cost = price_of(fresh, [Move((str(live.problem.zones[zone]),), "primary", "S2-P", "", "", "")])
        assert told["more"] == pytest.approx(cost.more)
        assert told["seats_short"] == cost.seats_short
        assert {u["after"]["unit"] for u in told["units"]} == {"S1-P", "S2-P"}
        assert bench.data("POST", f"{path}/price", {})["more"] == pytest.approx(0.0)
        assert (
            bench.ask("POST", f"{path}/price", {"zones": [99], "stage": "primary", "unit": "S2-P"})[0] == 400
        )
        assert (
            bench.ask("POST", f"{path}/price", {"zones": [0], "stage": "primary", "unit": "none"})[0] == 422
        )


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("how", ["finish", pytest.param("repair", marks=pytest.mark.slow)])
def test_the_rest_is_drawn_around_moves_and_locks(tmp_path: Path, how: str) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    with served(place.root) as bench:
        lock, *_, mine = of_unit(bench.bench.boards, plan, "S1-P")
        bench.data(
            "POST",
            f"{path}/strokes",
            {"stage": "primary", "zones": [mine], "unit": "S2-P", "reason": "甲", "who": "", "head": 0},
        )
        bench.data("POST", f"{path}/locks", {"zones": {"primary": [lock]}, "units": []})
        for wrong in ({"how": "x"}, {"seconds": 0}, {"seconds": True}, {"name": 7}):
            assert (
                bench.ask("POST", f"{path}/finish", {"how": how, "name": "其余", "seconds": 2, **wrong})[0]
                == 400
            )
        job = bench.data("POST", f"{path}/finish", {"how": how, "name": "其余", "seconds": 2})["job"]
        names = bench.bench.boards.board(plan).live.problem.zones.astype(str)
        asked = read_asked(place.root / "jobs" / job)
        assert asked is not None
        result = plans.finish(asked.values, Work(place.root / "jobs" / job))
        assert result["verified"]
        made = load_layout(result["plan"])
        now = made.assignment[made.assignment["stage"] == "primary"].set_index("zone")["unit"]
        assert (now[names[mine]], now[names[lock]]) == ("S2-P", "S1-P")
        other = next(
            p["id"] for p in bench.data("GET", "/api/home")["projects"][0]["plans"] if p["name"] == "其余"
        )
        against = bench.data("GET", f"{path}/against/{other}")["stages"]["primary"]
        assert against == now.reindex(np.asarray(names)).tolist()
        assert {o["name"] for o in bench.data("GET", f"{path}/state")["others"]} == {"其余"}
