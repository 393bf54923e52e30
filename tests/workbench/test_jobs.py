"""Jobs: they run in processes of their own, stop with the best plan, and outlive whoever asked for them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planning.verify import verify_run
from planning.workbench.jobs import folder as jobs
from planning.workbench.jobs.folder import Asked
from planning.workbench.jobs.queue import Queue
from planning.workbench.projects.record import read_json
from planning.workbench.projects.workspace import Workspace
from tests.workbench.served import sample_workspace, served


@pytest.fixture(autouse=True)
def _found_by_children(monkeypatch: pytest.MonkeyPatch) -> None:
    here = str(Path(__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])]))


def wait(until: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = until()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("it did not happen")


def test_a_plan_is_solved_verified_and_shown(tmp_path: Path) -> None:
    place, _ = sample_workspace(tmp_path / "workbench")
    project = place.projects()[0]
    with served(place.root) as bench:
        asked = {"name": "新方案", "way": "lines", "seconds": 5}
        job = bench.data("POST", f"/api/projects/{project.id}/plans", asked)["job"]

        def ended() -> Any:
            found = next(j for j in bench.data("GET", "/api/jobs")["jobs"] if j["id"] == job)
            return found if found["state"] not in ("waiting", "running") else None

        done = wait(ended)
        assert done["state"] == "done", done
        assert any(line.get("best") is not None for line in done["progress"])
        plans = {p["name"]: p for p in bench.data("GET", "/api/home")["projects"][0]["plans"]}
        assert plans["新方案"]["state"] == "verified"
    assert verify_run(project.folder / "plans" / "新方案").ok


def test_what_is_asked_in_another_form_is_refused(tmp_path: Path) -> None:
    place, _ = sample_workspace(tmp_path / "workbench")
    path = f"/api/projects/{place.projects()[0].id}/plans"
    good = {"name": "x", "way": "lines", "seconds": 5}
    with served(place.root) as bench:
        for wrong in (
            {"name": "../x"},
            {"name": ""},
            {"way": "../../x"},
            {"way": "scenario:0"},
            {"way": "scenario:-1"},
            {"seconds": 1e9},
            {"seconds": "5"},
            {"name": 7},
        ):
            assert bench.ask("POST", path, {**good, **wrong})[0] in (400, 422), wrong
        assert bench.data("GET", "/api/jobs")["jobs"] == []
        assert bench.ask("POST", "/api/jobs/none/stop", {})[0] == 422


def sleeping(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let a job's process be one that only sleeps: what is tried here is the queue."""
    program = tmp_path / "sleeper"
    program.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("planning.workbench.jobs.queue.sys.executable", str(program))


def test_a_server_that_was_killed_finds_its_jobs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping(monkeypatch, tmp_path)
    place = Workspace(tmp_path / "workbench")
    first = Queue(place, cores=1)
    one = first.add(Asked("solve", "p", "one"))
    two = first.add(Asked("solve", "p", "two"))
    assert [j.state for j in (first.job(one.id), first.job(two.id))] == [
        "running",
        "waiting",
    ]  # one core, one job
    again = Queue(place, cores=1)  # nothing is told by the first
    again.look()
    assert [again.job(j.id).state for j in (one, two)] == ["running", "waiting"]
    pid = (read_json(again.job(one.id).folder / jobs.STARTED) or {})["pid"]
    os.kill(pid, signal.SIGKILL)
    first._children[one.id].wait()
    wait(lambda: again.look() or again.job(two.id).state == "running", 10)
    assert again.job(one.id).state == "lost"
    again.stop(two.id)
    assert again.job(two.id).as_data()["stopping"]
    monkeypatch.setattr("planning.workbench.jobs.queue._GRACE_S", 0.0)  # it is deaf
    wait(lambda: again.look() or again.job(two.id).state == "lost", 10)


def test_the_process_of_a_job_knows_the_language_of_its_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "teller"
    program.write_text("#!/bin/sh\necho speaks=$PLANNING_LANG\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("planning.workbench.jobs.queue.sys.executable", str(program))
    monkeypatch.setenv("PLANNING_LANG", "zh-Hant")
    queue = Queue(Workspace(tmp_path / "workbench"), cores=1)
    for lang, speaks in (("en", "en"), ("", "zh-Hant")):
        job = queue.add(Asked("scores", "p", "one", lang=lang))
        wait(lambda: queue.look() or queue.running() == 0, 10)
        assert (job.folder / jobs.LOG).read_text(encoding="utf-8") == f"speaks={speaks}\n"


def test_a_job_that_waits_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping(monkeypatch, tmp_path)
    queue = Queue(Workspace(tmp_path / "workbench"), cores=2)
    one = queue.add(Asked("solve", "p", "one", cores=2))
    two = queue.add(Asked("solve", "p", "two", cores=8))  # more than there are: all of them
    queue.stop(two.id)
    assert queue.job(two.id).state == "stopped"
    queue._children[one.id].kill()
    queue._children[one.id].wait()
    queue.look()
    assert queue.running() == 0


def test_half_a_line_of_progress_is_left_for_later(tmp_path: Path) -> None:
    (tmp_path / jobs.PROGRESS).write_text('{"seconds": 1}\n{"seco', encoding="utf-8")
    assert jobs.read_progress(tmp_path) == ({"seconds": 1},)
    (tmp_path / jobs.PROGRESS).write_text('{"seconds": 1}\n' * 20_000, encoding="utf-8")
    assert len(jobs.read_progress(tmp_path)) == 200
