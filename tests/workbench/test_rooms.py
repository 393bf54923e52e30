"""The rooms of one plan: what is made of it is found and kept, an approval freezes it, comparisons and scorecards are the package's."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from planning.batch import run_batch
from planning.district import read_district
from planning.workbench.jobs.folder import read_asked
from planning.workbench.jobs.kinds import KINDS
from planning.workbench.jobs.work import Work
from planning.workbench.rooms.plans import NOTICE
from tests.batch.made import hand_out, plan_for, province
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


@pytest.mark.parametrize(
    ("page", "office", "public"),
    [("zh", "zh", "zh"), ("zh-Hant", "zh-Hant", "zh-Hant"), ("en", "en", "zh"), ("xx", "zh", "zh")],
)
def test_papers_speak_the_language_of_the_page_and_chinese_to_the_public(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, office: str, public: str
) -> None:
    monkeypatch.delenv("PLANNING_LANG", raising=False)
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench:

        def language(path: str, data: dict[str, Any]) -> str:
            status, _, told = bench.ask("POST", f"/api/plans/{plan}/{path}", data, X_Language=page)
            assert status == 200, told
            asked = read_asked(place.root / "jobs" / json.loads(told)["job"])
            assert asked is not None
            return asked.lang

        assert language("scores", {}) == office
        assert language("publish", {"makes": ["lookup"], "notice": {}}) == public


@pytest.mark.slow
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
            rows = list(csv.DictReader(stream))
        assert [{k: r[k] for k in rows[0]} for r in told["scorecard"]] == rows
        assert "每百名學生" in told["scorecard"][0]["name_zh-Hant"]
        assert len(told["scorecard"]) == 32
        do(bench, f"{path}/scores", {})
        other = bench.data("POST", f"/api/plans/{plan}/copy", {"name": "二"})["plan"]
        do(bench, f"{path}/compare", {"others": [other]})
        names = {p["name"] for p in bench.data("GET", f"{path}/about")["papers"]}
        assert {"ledger.csv", "scorecard.xlsx", "comparison.html", "comparison.xlsx"} <= names
        for wrong in ([], [1], [other] * 4, "x"):
            assert bench.ask("POST", f"{path}/compare", {"others": wrong})[0] == 400
        assert bench.ask("POST", f"{path}/compare", {"others": ["../../etc"]})[0] == 422


@pytest.mark.slow
def test_what_if_changes_a_county_of_its_own_and_runs(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/plans/{plan}"
    good: dict[str, Any] = {
        "name": "加教室", "catchments": "current", "year": None, "horizon": None, "demand": "medium", "births": 1.0, "seconds": 2,
        "max_moved_share": None, "budget_yuan": None, "projects": {}, "prices": {"moved": 3}, "rooms": {"S1-P": 2},
        "homes": [{"zone": "合成单元03", "year": 2025, "homes": 10}],
    }  # fmt: skip
    with served(place.root) as bench:
        told = bench.data("GET", f"{path}/levers")
        zone = told["zones"][2]
        good["homes"][0]["zone"] = zone[1] or zone[0]
        before = {u["unit"]: u["rooms"] for u in told["units"]}
        for wrong in (
            {"births": 9},
            {"seconds": "2"},
            {"projects": {"P1": "x"}},
            {"prices": {"x": 1}},
            {"rooms": {"S1-P": 1.5}},
            {"homes": [{"zone": "Z"}]},
            {"demand": "?"},
        ):
            assert bench.ask("POST", f"{path}/whatif", {**good, **wrong})[0] == 400, wrong
        for wrong in (
            {"name": " "},
            {"rooms": {"none": 1}},
            {"rooms": {"S1-P": -200}},
            {"homes": [{"zone": "没有", "year": 2025, "homes": 1}]},
        ):
            assert bench.ask("POST", f"{path}/whatif", {**good, **wrong})[0] == 422, wrong
        result = do(bench, f"{path}/whatif", good)
        assert result["verified"]
        project = place.projects()[0]
        county = read_district(project.folder / "counties" / "加教室")
        rooms = dict(zip(county.units["unit"], county.units["rooms"].astype(int), strict=True))
        assert rooms == {**before, "S1-P": before["S1-P"] + 2}
        assert county.housing[["zone", "homes"]].values.tolist() == [[zone[0], 10]]
        assert "moved: 3" in (project.folder / "scenarios" / "加教室.yaml").read_text(encoding="utf-8")
        assert {u["unit"]: u["rooms"] for u in bench.data("GET", f"{path}/levers")["units"]} == before
        many = {**good, "name": "多情景", "rooms": {}, "homes": [], "seconds": 1}
        for grid in ({"births_each": [], "budget_each": []}, {"births_each": [9], "budget_each": []}, {"births_each": "x", "budget_each": []}):  # fmt: skip
            assert bench.ask("POST", f"{path}/sweep", {**many, **grid})[0] == 400, grid
        swept = do(bench, f"{path}/sweep", {**many, "births_each": [0.9, 1.1], "budget_each": []})
        assert swept["complete"]
        made = {
            p["name"]: p["id"] for p in bench.data("GET", f"{path}/about")["papers"] if p["kind"] == "sweep"
        }
        assert {"多情景/sweep.csv", "多情景/pareto.png"} <= set(made)
        status, headers, _ = bench.ask("GET", f"{path}/papers/{made['多情景/pareto.png']}?open")
        assert (status, headers["content-type"]) == (200, "image/png")


def test_comments_are_entered_imported_answered_and_deleted(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/plans/{plan}"
    with served(place.root) as bench:
        live = bench.bench.boards.board(plan).live
        zone = str(live.problem.zones[3])
        bench.data(
            "POST",
            f"{path}/objections",
            {"date": "2025-06-02", "zone": zone, "school": "", "text": "<b>太远</b>"},
        )
        table = f"序号,姓名,电话,小区名称,意见内容\n1,张三,13800000000,{zone},路口危险\n2,李四,,没有的小区,其他\n3,,,,\n"
        sent = {"Content_Type": "application/octet-stream", "X_Name": "a.csv", "X_Import": ""}
        for _ in range(2):  # the second time nothing is new
            status, _, body = bench.ask("POST", "/api/uploads", raw=table.encode("gb18030"), **sent)
            assert status == 200
            told = bench.data("POST", f"{path}/objections/import", {"import": json.loads(body)["import"]})
        assert told == {"new": 0}
        rows = bench.data("GET", f"{path}/objections")["objections"]
        assert [(r["zone"], r["text"], r["zones"]) for r in rows] == [
            ("没有的小区", "其他", []),
            (zone, "路口危险", [3]),
            (zone, "<b>太远</b>", [3]),
        ]
        kept = "".join(
            p.read_text(encoding="utf-8", errors="replace")
            for p in place.root.rglob("*")
            if p.is_file() and "objection" in p.name
        )
        assert "张三" not in kept
        assert "13800000000" not in kept
        assert not list((place.root / "uploads").glob("*"))
        do(bench, f"{path}/objections/reply", {"ids": [rows[1]["id"]]})
        assert {
            p["name"].split("/")[-1]
            for p in bench.data("GET", f"{path}/about")["papers"]
            if p["kind"] == "reply"
        } >= {"reply.docx", "reply.html"}
        assert (
            bench.ask("POST", f"{path}/objections/reply", {"ids": [rows[0]["id"]]})[0] == 422
        )  # no place that is known
        bench.data("POST", f"{path}/objections/delete", {"ids": [r["id"] for r in rows[:2]]})
        assert [r["answered"] for r in bench.data("GET", f"{path}/objections")["objections"]] == [""]
        for wrong in ({"ids": []}, {"ids": "x"}, {"ids": [1]}):
            assert bench.ask("POST", f"{path}/objections/delete", wrong)[0] == 400


def test_batches_beside_the_workspace_are_listed_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(monkeypatch)
    run_batch(plan_for(province(tmp_path / "p"), "a", "b"), out=tmp_path / "batches" / "一省", workers=1)
    place, _ = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench:
        (told,) = bench.data("GET", "/api/home")["batches"]
        assert (told["name"], told["all"], told["done"], told["failed"]) == ("一省", 2, 2, 0)
        assert told["files"] == ["map", "workbook", "table"]
        status, headers, _ = bench.ask("GET", f"/api/batches/{told['id']}/map?open")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert headers["content-security-policy"].startswith("sandbox ")
        assert bench.ask("GET", f"/api/batches/{told['id']}/workbook")[0] == 200
        for wrong in (f"{told['id']}/batch.json", "一省/map", "../x/map", f"{told['id']}/..%2fbatch.json"):
            assert bench.ask("GET", f"/api/batches/{wrong.replace('一省', 'x')}")[0] in (400, 404, 422)
        (tmp_path / "batches" / "一省" / "batch.json").write_text("{", encoding="utf-8")
        assert "all" not in bench.data("GET", "/api/home")["batches"][0]
