"""Solver and browser are killed at random moments: the plan and what was drawn are there, nothing is half-written, work goes on."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from planning.layout import load_layout
from planning.workbench.jobs.folder import OVER, STARTED
from planning.workbench.projects.record import read_json
from planning.workbench.projects.workspace import PLANS
from tests.needs import need, need_module
from tests.workbench.served import Served, sample_workspace, served
from tests.workbench.test_jobs import _found_by_children as _found_by_children

PATIENCE_S = 60.0


def whole(root: Path) -> None:
    """Assert that every JSON file of a workspace is whole, and every plan one that can be opened."""
    for path in root.rglob("*.json"):
        if path.parent.name != "drafts":
            json.loads(path.read_text(encoding="utf-8"))
    for folder in root.glob(
        f"*/{PLANS}/[!.]*"
    ):  # what begins with a dot is unfinished: shown to nobody, cleared by the next job
        load_layout(folder)


def until(found: Any) -> Any:
    """Return what a look gives as soon as it gives something."""
    deadline = time.monotonic() + PATIENCE_S
    while not (told := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("times", [25])
def test_a_solver_killed_at_any_moment_leaves_no_half_plan(tmp_path: Path, times: int) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    dice, states = random.Random(7), []
    with served(place.root) as bench:
        stroke = {"stage": "primary", "zones": [2], "unit": "S2-P", "reason": "", "who": "", "head": 0}
        head = bench.data("POST", f"/api/boards/{plan}/strokes", stroke)["head"]
        for number in range(times):
            asked = {"how": "finish", "name": f"其余{number}", "seconds": 2}
            job = bench.data("POST", f"/api/boards/{plan}/finish", asked)["job"]
            folder = place.root / "jobs" / job
            pid = int(until(lambda at=folder: (read_json(at / STARTED) or {}).get("pid")))
            time.sleep(dice.uniform(0.0, 8.0))
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            state = until(lambda one=job: over(bench, one))
            states.append(state)
            assert state in ("lost", "done")
            told = bench.data("GET", f"/api/boards/{plan}/state")
            assert (told["head"], told["note"]) == (head, None)
            whole(place.root)
        assert "lost" in states
        project = place.root / place.projects()[0].folder.name / PLANS
        made = {p.name for p in project.iterdir() if p.name.startswith("其余")}
        assert len(made) >= states.count("done")  # killed after its plan was there: the plan is kept


def over(bench: Served, job: str) -> str:
    """Return how a job ended, nothing while it goes on."""
    bench.bench.queue.look()
    state = bench.bench.queue.job(job).state
    return state if state in OVER else ""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("times", [25])
def test_a_browser_killed_at_any_moment_loses_the_last_stroke_at_most(tmp_path: Path, times: int) -> None:
    chromium = shutil.which("chromium")
    need(chromium is not None, "chromium (apt-get install chromium): no browser is killed;")
    need_module("playwright")
    from playwright import sync_api as playwright

    place, plan = sample_workspace(tmp_path / "workbench")
    dice, made = random.Random(11), 0
    with served(place.root) as bench, playwright.sync_playwright() as driver:
        for number in range(times):
            profile = tmp_path / f"profile{number}"
            context = driver.chromium.launch_persistent_context(
                str(profile), executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = context.new_page()
            page.goto(bench.address)
            page.goto(f"http://{bench.host}/board/{plan}")
            page.wait_for_selector("#take, [data-tool=brush]", timeout=60_000)
            if page.locator("#take").count():  # the window that was killed has not been missed yet
                page.click("#take")
                page.wait_for_selector("[data-tool=brush]")
            assert page.evaluate("board.state().head") == head_of(bench, plan)
            before = head_of(bench, plan)
            page.evaluate(PAINTING)
            page.wait_for_timeout(dice.uniform(0.0, 600.0))
            sent = page.evaluate("globalThis.sent")
            killed(profile)
            with contextlib.suppress(playwright.Error):
                context.close()
            after = until(lambda: (told := settled(bench, plan)) is not None and [told])[0]
            assert before <= after
            assert after >= before + sent - 1  # every stroke but the one under way was answered
            made += after - before
            whole(place.root)
            shutil.rmtree(profile, ignore_errors=True)
    assert made


PAINTING = """() => {
  globalThis.sent = 0;
  let n = 0;
  const stroke = () => {
    if (board.idle()) {
      board.drawing.target = n++ % 2 ? "S1-P" : "S2-P";
      board.painter.on.done([2]);
      globalThis.sent = board.idle() ? globalThis.sent : globalThis.sent + 1;
    }
    setTimeout(stroke, 1);
  };
  stroke();
}"""


def head_of(bench: Served, plan: str) -> int:
    return int(bench.data("GET", f"/api/boards/{plan}/state")["head"])


def settled(bench: Served, plan: str) -> int | None:
    """Return the last step, nothing while a stroke that was under way is still being written."""
    one = head_of(bench, plan)
    time.sleep(0.1)
    return one if head_of(bench, plan) == one else None


def killed(profile: Path) -> None:
    """Kill every process of the browser that was started with a profile of our own."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(profile).encode() in (entry / "cmdline").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)
