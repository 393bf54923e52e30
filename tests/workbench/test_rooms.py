"""The rooms of one plan: what is made of it is found and kept, an approval freezes it, comparisons and scorecards are the package's."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from planning.workbench.jobs import papers
from planning.workbench.jobs.folder import read_asked
from planning.workbench.jobs.kinds import KINDS
from planning.workbench.jobs.work import Work
from planning.workbench.rooms.plans import NOTICE
from tests.workbench.served import Served, sample_workspace, served


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs stay in the queue: their work is done by the test."""
    monkeypatch.setattr("planning.workbench.jobs.queue.Queue._start_next", lambda *_: None)


def do(bench: Served, path: str, data: dict[str, Any]) -> dict[str, Any]:
    """Ask for a job and do its work here."""
    folder = bench.bench.place.root / "jobs" / bench.data("POST", path, data)["job"]
    asked = read_asked(folder)
    assert asked is not None
    return KINDS[asked.kind](asked.values, Work(folder))


def test_papers_are_made_listed_shown_and_kept_apart(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/plans/{plan}"
    with served(place.root) as bench:
        notice = {"issuer": "<b>局</b>", "date": "2025-06-01"}
        do(bench, f"{path}/publish", {"makes": ["lookup", "geojson"], "notice": notice})
        about = bench.data("GET", f"{path}/about")
        assert about["notice"] == notice
        made = {p["name"]: p["id"] for p in about["papers"]}
        assert {"lookup.html", "catchments-geojson/schools.geojson"} <= set(made)
        status, headers, body = bench.ask("GET", f"{path}/papers/{made['lookup.html']}?open")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        # its own scripts run, as a stranger's: no cookie of ours, nothing of ours reached
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert policy.startswith("sandbox ")
        assert "allow-same-origin" not in policy
        assert "<b>局</b>".encode() not in body
        status, headers, _ = bench.ask("GET", f"{path}/papers/{made['lookup.html']}")
        assert headers["content-disposition"].startswith("attachment")
        assert headers["content-security-policy"].startswith("default-src 'self'")
        for wrong in ("..%2f..%2fproject.json", "0" * 16, "project.json"):
            assert bench.ask("GET", f"{path}/papers/{wrong}")[0] in (404, 422)
        for data in (
            {"makes": ["x"], "notice": {}},
            {"makes": [], "notice": {}},
            {"makes": ["lookup"], "notice": {"zone_pupils_from": "1"}},
            {"makes": ["lookup"], "notice": {"issuer": 1}},
        ):
            assert bench.ask("POST", f"{path}/publish", data)[0] == 400
    assert set(NOTICE) >= set(notice)


def test_a_plan_is_approved_listed_and_a_change_is_noticed(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/plans/{plan}"
    decision = {
        "number": "教〔2025〕1号",
        "date": "2025-06-01",
        "by": "教育局",
        "note": "",
        "exceptions": False,
    }
    with served(place.root) as bench:
        result = do(bench, f"{path}/approve", decision)
        (one,) = bench.data("GET", f"{path}/approved")["approved"]
        assert (one["number"], one["digest"], one["changed"]) == ("教〔2025〕1号", result["digest"], [])
        assert bench.data("GET", f"/api/plans/{one['plan']}/about")["state"] == "approved"
        with (Path(result["plan"]) / "assignment.csv").open("a", encoding="utf-8") as stream:
            stream.write("\n")
        (one,) = bench.data("GET", f"{path}/approved")["approved"]
        assert one["changed"]
        assert bench.ask("POST", f"{path}/approve", {**decision, "number": 1})[0] == 400


def test_scorecard_and_comparison_are_those_of_the_package(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/plans/{plan}"
    with served(place.root) as bench:
        run = bench.bench.place.plan(plan).folder
        told = bench.data("GET", f"{path}/scorecard")
        with (run / "scorecard.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert told["scorecard"] == list(csv.DictReader(stream))
        assert len(told["scorecard"]) == 32
        do(bench, f"{path}/scores", {})
        other = bench.data("POST", f"/api/plans/{plan}/copy", {"name": "二"})["plan"]
        do(bench, f"{path}/compare", {"others": [other]})
        names = {p["name"] for p in bench.data("GET", f"{path}/about")["papers"]}
        assert {"ledger.csv", "scorecard.xlsx", "comparison.html", "comparison.xlsx"} <= names
        for wrong in ([], [1], [other] * 4, "x"):
            assert bench.ask("POST", f"{path}/compare", {"others": wrong})[0] == 400
        assert bench.ask("POST", f"{path}/compare", {"others": ["../../etc"]})[0] == 422


def test_jobs_know_every_paper_that_a_page_can_ask_for() -> None:
    from planning.workbench.rooms.plans import _MAKES

    assert _MAKES == papers.MAKES
