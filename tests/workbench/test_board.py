"""The board: what is painted is a step of the journal, on disk before it is answered, and its figures are the package's."""

from __future__ import annotations

import itertools
import json
import random
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planning.editing import Move, journal_from_data, open_live
from planning.runs import open_run
from planning.workbench.board.boards import Boards
from planning.workbench.board.keeping import Keeping
from planning.workbench.board.scene import pack_scene
from planning.workbench.projects.picture import first_view
from tests.workbench.served import sample_workspace, served


def scene_of(packed: bytes) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    size = struct.unpack("<I", packed[:4])[0]
    head = json.loads(packed[4 : 4 + size])
    kinds = {"Float32Array": "f4", "Uint32Array": "u4", "Int32Array": "i4"}
    arrays = {
        name: np.frombuffer(packed, kinds[a["kind"]], a["length"], 4 + size + a["at"])
        for name, a in head["arrays"].items()
    }
    return head, arrays


def test_the_scene_is_the_plan(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    layout, _, district = open_run(place.plan(plan).folder)
    head, arrays = scene_of(pack_scene(district, layout))
    zones = list(district.zones["zone"])
    assert head["zones"] == zones
    for stage in head["stages"]:  # type: ignore[attr-defined]
        units = [u["unit"] for u in stage["units"]]
        told = {z: units[k] for z, k in zip(zones, arrays[f"unit_{stage['stage']}"], strict=True)}
        rows = layout.assignment[layout.assignment["stage"] == stage["stage"]]
        assert told == dict(zip(rows["zone"], rows["unit"], strict=True))
    # 4 × 3 squares: 17 borders inside, 14 pieces outside
    sides, runs = arrays["border_zones"].reshape(-1, 2), arrays["border"].reshape(-1, 2).astype(int)
    pieces = runs[:, 1] - runs[:, 0]
    assert (pieces[(sides >= 0).all(axis=1)].sum(), pieces[sides[:, 1] < 0].sum()) == (17, 14)
    assert len(runs) < 31  # corners of the county are gone round in one run
    ring = np.searchsorted(arrays["ring_start"], runs, side="right")
    assert (ring[:, 0] == ring[:, 1]).all()  # a run stays in the ring of the first zone
    assert (np.searchsorted(arrays["zone_ring"], ring[:, 0] - 1, side="right") - 1 == sides[:, 0]).all()
    assert arrays["zone_ring"][-1] == len(arrays["ring_start"]) - 1 == len(zones)


def test_strokes_undo_and_the_draft_survive_the_server(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    with served(place.root) as bench:
        before = bench.data("GET", f"{path}/state")
        zone = int(np.flatnonzero(np.array(units_now(bench.bench.boards, plan)) == "S1-P")[0])
        stroke = {
            "stage": "primary",
            "zones": [zone],
            "unit": "S2-P",
            "reason": "<b>家长要求</b>",
            "who": "",
            "head": 0,
        }
        told = bench.data("POST", f"{path}/strokes", stroke)
        assert told["moved"]["primary"] == [[zone], ["S2-P"]]
        assert {u["unit"] for u in told["units"]} == {"S1-P", "S2-P"}
        assert bench.data("GET", f"{path}/state")["saved"] == before["county"] != told["county"]
        assert bench.ask("POST", f"{path}/strokes", stroke)[0] == 409  # a page that does not know of the step
        assert bench.data("POST", f"{path}/undo", {"head": told["head"]})["county"] == before["county"]
        again = bench.data("POST", f"{path}/redo", {"head": 0})
        assert again["county"] == told["county"]
        assert bench.data("GET", "/api/home")["projects"][0]["plans"][0]["draft"]
    with served(place.root) as bench:  # the server was ended and started again
        state = bench.data("GET", f"{path}/state")
        assert state["moved"]["primary"] == [[zone], ["S2-P"]]
        assert state["steps"][0]["reason"] == "<b>家长要求</b>"
        assert bench.data("POST", f"{path}/undo", {"head": state["head"]})["edited"] is False


def units_now(boards: Boards, plan: str) -> list[str]:
    live = boards.board(plan).live
    return [live.unit_at(str(z), "primary") for z in live.problem.zones]


def test_the_figures_are_those_of_the_package(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    draw = random.Random(1)
    with served(place.root) as bench:
        head = 0
        for _ in range(12):
            zones = draw.sample(range(12), 3)
            told = bench.data(
                "POST",
                f"/api/boards/{plan}/strokes",
                {
                    "stage": "primary",
                    "zones": zones,
                    "unit": draw.choice(("S1-P", "S2-P")),
                    "reason": "",
                    "who": "",
                    "head": head,
                },
            )
            head = told["head"]
        shown = bench.data("GET", f"/api/boards/{plan}/state")
        live = bench.bench.boards.board(plan).live
        layout, district = live.layout("x"), live.district
    fresh = open_live(layout, district, problem=live.problem)
    figures = fresh.county()
    assert shown["county"]["short"] == figures.seats_short
    assert shown["county"]["price"] == pytest.approx(figures.price.total)
    assert shown["county"]["moved_pupils"] == figures.moved_pupils
    for unit in shown["units"]:
        rows = layout.units[
            (layout.units["unit"] == unit["unit"]) & (layout.units["year"] == layout.units["year"].max())
        ]
        assert (unit["pupils"], unit["classes"], unit["short"]) == tuple(
            int(rows[c].sum()) for c in ("pupils", "classes", "shortage")
        )


WRONG: list[dict[str, object]] = [{"zones": []}, {"zones": [99]}, {"zones": [-1]}, {"zones": ["0"]}, {"zones": [True]}, {"zones": None}, {"unit": "S3-J"}, {"unit": "none"},
         {"stage": "../x"}, {"head": None}, {"head": "0"}, {"reason": 1}, {"reason": "x" * 1000}]  # fmt: skip


def test_a_wrong_stroke_changes_nothing(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    good = {"stage": "primary", "zones": [0], "unit": "S2-P", "reason": "", "who": "", "head": 0}
    with served(place.root) as bench:
        before = bench.data("GET", f"/api/boards/{plan}/state")
        for wrong in WRONG:
            assert bench.ask("POST", f"/api/boards/{plan}/strokes", {**good, **wrong})[0] in (
                400,
                409,
                422,
            ), wrong
        assert bench.data("GET", f"/api/boards/{plan}/state") == before
        assert not bench.bench.boards.draft(plan).exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"of": 1, "journal": {}}', '{"journal": null}', "[" * 3000]
)
def test_a_draft_that_does_not_fit_is_put_aside_and_said(tmp_path: Path, text: str) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    boards = Boards(place)
    draft = boards.draft(plan)
    draft.parent.mkdir()
    draft.write_text(text, encoding="utf-8")
    board = boards.board(plan)
    assert not board.edited()
    if text.startswith("{"):
        assert board.note
        assert draft.with_suffix(".old").read_text(encoding="utf-8") == text


def test_a_stroke_that_cannot_be_kept_has_not_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    board = Boards(place).board(plan)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("planning.workbench.board.keeping.Keeping.keep", full)
    zone = next(
        z for z in range(12) if board.live.unit_at(str(board.live.problem.zones[z]), "primary") == "S1-P"
    )
    with pytest.raises(OSError, match="disk full"):
        board.stroke("primary", [zone], "S2-P", "", "", 0)
    assert board.live.journal.head == 0
    assert board.live.journal.steps == ()  # nor can it be gone to
    assert not board.edited()


def test_a_stroke_adds_a_line_and_a_line_cut_off_is_the_last_stroke(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    board, draft = Boards(place).board(plan), Boards(place).draft(plan)
    ends = []
    for head in range(4):
        board.stroke("primary", [2], ("S2-P", "S1-P")[head % 2], "原因", "", head)
        ends.append(draft.read_bytes())
    assert all(late.startswith(early) for early, late in itertools.pairwise(ends))
    board.hold({"primary": [3]}, ["S3-P"])
    board.undo(4)
    text = draft.read_bytes()
    again = Boards(place).board(plan)
    assert (again.live.journal, again.held) == (board.live.journal, board.held)
    again.redo(3)
    assert draft.read_bytes().startswith(text)
    for cut in range(len(ends[1]), len(ends[2])):  # killed anywhere within a line
        draft.write_bytes(ends[2][:cut])
        keeping = Keeping(draft, board.keeping.mark)
        told = journal_from_data((keeping.read() or {})["journal"], "draft")
        assert told.path() == board.live.journal.steps[: len(told.path())]
        assert len(told.path()) in (2, 3)
        keeping.took(told, {})
        more = told.add(Move(("Z1",), "primary", "S2-P"), {"Z1": "S1-P"})
        keeping.keep(more, {})
        assert (Keeping(draft, []).read() or {})["journal"] == json.loads(json.dumps(more.as_data()))


def test_a_draft_kept_as_one_object_goes_on(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    boards = Boards(place)
    board, draft = boards.board(plan), boards.draft(plan)
    board.stroke("primary", [2], "S2-P", "", "", 0)
    old = {"of": board.keeping.mark, "journal": board.live.journal.as_data(), "locks": board.held.as_data()}
    draft.write_text(json.dumps(old, indent=1), encoding="utf-8")
    again = Boards(place).board(plan)
    assert again.live.journal == board.live.journal
    again.stroke("primary", [2], "S1-P", "", "", 1)
    assert Boards(place).board(plan).live.journal == again.live.journal


def test_faults_have_a_place(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench:
        live = bench.bench.boards.board(plan).live
        far = next(z for z in range(12) if live.unit_at(str(live.problem.zones[z]), "primary") == "S1-P")
        bench.data(
            "POST",
            f"/api/boards/{plan}/strokes",
            {"stage": "primary", "zones": [far], "unit": "S2-P", "reason": "", "who": "", "head": 0},
        )
        faults = bench.data("GET", f"/api/boards/{plan}/faults")["faults"]
    assert all(f["zh"] and f["en"] for f in faults)
    detached = [f for f in faults if f["kind"] == "detached"]
    assert all(f["zones"] for f in detached)


def test_the_journal_keeps_every_step_and_leads_to_any(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    with served(place.root) as bench:
        stroke = {"stage": "primary", "who": "王", "unit": "S2-P"}
        one = bench.data("POST", f"{path}/strokes", {**stroke, "zones": [0], "reason": "甲", "head": 0})
        bench.data("POST", f"{path}/undo", {"head": 1})
        two = bench.data("POST", f"{path}/strokes", {**stroke, "zones": [1, 2], "reason": "乙", "head": 0})
        told = bench.data("GET", f"{path}/journal")
        assert [(s["number"], s["after"], s["in_force"], s["reason"], s["who"]) for s in told["steps"]] == [
            (1, 0, False, "甲", "王"),
            (2, 0, True, "乙", "王"),
        ]
        back = bench.data("POST", f"{path}/go", {"number": 1, "head": two["head"]})
        assert (back["county"], back["head"], back["count"]) == (one["county"], 1, 1)
        assert bench.ask("POST", f"{path}/go", {"number": 9, "head": 1})[0] == 422
        assert bench.ask("POST", f"{path}/go", {"number": True, "head": 1})[0] == 400
        assert bench.data("POST", f"{path}/go", {"number": 0, "head": 1})["edited"] is False


def test_why_speaks_of_the_plan_as_it_is_drawn(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    path = f"/api/boards/{plan}"
    with served(place.root) as bench:
        zone = units_now(bench.bench.boards, plan).index("S1-P")
        saved = bench.data("GET", f"{path}/why?zone={zone}&stage=primary")
        assert saved["by_hand"] is None
        stroke = {"stage": "primary", "zones": [zone], "unit": "S2-P", "reason": "甲", "who": "王", "head": 0}
        bench.data("POST", f"{path}/strokes", stroke)
        told = bench.data("GET", f"{path}/why?zone={zone}&stage=primary")
        assert told["by_hand"] == {"number": 1, "reason": "甲", "who": "王"}
        assert told["units"][0]["name"] != saved["units"][0]["name"]
        assert all(r["zh"] and r["en"] for o in told["units"][0]["others"] for r in o["reasons"])
        bench.data("POST", f"{path}/undo", {"head": 1})
        assert bench.data("GET", f"{path}/why?zone={zone}&stage=primary") == saved
        for wrong in ("", "?zone=0", "?zone=99&stage=primary", "?zone=-1&stage=primary", "?zone=0&stage=x"):
            assert bench.ask("GET", f"{path}/why{wrong}")[0] == 400


def test_names_are_found_by_pinyin(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench:
        words = bench.data("GET", f"/api/boards/{plan}/words")
    assert len(words["zones"]) == 12
    assert any(r.startswith("hc") for r in words["units"]["S1-P"])  # 合成小学01


@pytest.mark.parametrize("urban", [60, 10])
def test_the_first_view_lies_in_the_county_and_shows_its_town(urban: int) -> None:
    """East and north are far from each other, as in every map: one taken for the other shows nothing."""
    cells = [shapely.box(600_000 + 500 * k, 4_200_000, 600_500 + 500 * k, 4_200_800) for k in range(100)]
    zones = gpd.GeoDataFrame(
        {"locale": ["urban"] * urban + ["rural"] * (100 - urban)}, geometry=cells, crs="EPSG:32648"
    )
    west, south, east, north = first_view(zones)
    assert 600_000 <= west < east <= 650_000
    assert 4_200_000 <= south <= north <= 4_200_800
    assert east == pytest.approx(650_000 if urban == 10 else 600_250 + 500 * 0.98 * 59)
