"""The same units on a Dask cluster, also when a worker is killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

import planning
from planning.batch import BatchPlan, Limits, Outcome, plan_of_counties, run_batch, slurm_script
from planning.errors import PlanningError
from planning.runner import workers

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra `cluster` is not installed"
)
SCENARIO = "{name: one, year: 2025, solver: {threads: 1, gap: 0.05, time_limit_s: 20}, district: county}"


def plan_of(place: Path) -> BatchPlan:
    planning.sample_district().save(place / "county")
    (place / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    return plan_of_counties(
        [place / "county"], [str(place / "one.yaml")], limits=Limits(120, 4000, 3), vary={"births": ("0.9", "1.0", "1.1")}
    )  # fmt: skip


@pytest.mark.slow
def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path) -> None:
    from distributed import LocalCluster

    plan = plan_of(tmp_path)
    here = run_batch(plan, out=tmp_path / "here", workers=2)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0) as cluster:
        victims = [w.pid for w in cluster.workers.values()]

        def kill() -> None:
            for pid in victims:
                time.sleep(3)
                os.kill(pid, signal.SIGKILL)

        threading.Thread(target=kill, daemon=True).start()
        there = run_batch(plan, out=tmp_path / "there", scheduler=cluster.scheduler_address)
    assert there.complete
    assert set(there.table["status"]) == {"done"}
    pd.testing.assert_frame_equal(there.table, here.table)
    assert (tmp_path / "there/province.csv").read_bytes() == (tmp_path / "here/province.csv").read_bytes()


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:8786", "tcp://", "of something else"]
)
def test_a_scheduler_that_does_not_answer_is_named_and_nothing_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(workers, "_CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:  # takes connections and says nothing
        told = f"tcp://127.0.0.1:{other.getsockname()[1]}" if " " in address else address
        with pytest.raises(PlanningError, match="no Dask scheduler answers there") as raised:
            run_batch(plan_of(tmp_path), out=tmp_path / "out", scheduler=told)
    assert raised.value.problems[0].value == told
    assert not (tmp_path / "out").exists()


def test_a_job_that_failed_on_a_worker_is_left_to_another_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_DECLINED_S", 0.0)
    sent: list[tuple[str, ...]] = []

    class Future:
        status = "finished"

        def __init__(self, key: str, where: str, avoided: tuple[str, ...]) -> None:
            status = "failed" if where == "full" else "done"
            self.key, self.where = key, where
            self.told = None if where in avoided else Outcome("unit", status)

        def result(self) -> tuple[Outcome | None, str]:
            return self.told, self.where

        def exception(self) -> None:
            return None

    class Client:
        """A cluster whose scheduler gives everything to the worker that is idle, the one whose disk is full, but every third time."""

        loop = None
        there = ("full", "well")

        def scheduler_info(self, **_: int) -> dict[str, tuple[str, ...]]:
            return {"workers": self.there}

        def submit(
            self, _: object, job: object, avoided: tuple[str, ...], *, key: str, **__: object
        ) -> Future:
            sent.append(avoided)
            return Future(key, "full" if len(sent) % 3 or len(self.there) == 1 else "well", avoided)

    monkeypatch.setattr("distributed.as_completed", lambda loop: None)
    cluster = workers._Cluster(Client())

    class Job:
        key = "unit"

    assert [cluster.one(Job()).status for _ in range(2)] == ["failed", "done"]
    assert sent == [(), ("full",), ("full",)]  # tried once, declined once, done elsewhere
    Client.there = ("full",)
    assert cluster.one(Job()).status == "failed"  # no other is left to decline for
    assert sent[-1] == ()


def test_the_slurm_script_starts_a_worker_of_that_scheduler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = slurm_script("tcp://10.0.0.1:8786", cores=2, memory_mb=3000, hours=1.5)
    assert text.startswith("#!/usr/bin/env bash")
    assert "tcp://10.0.0.1:8786" in text
    assert "#SBATCH -t 01:30:00" in text
    assert "--mem=" in text
    assert "#SBATCH -o planning-worker-%j.log" in text
    assert not list(tmp_path.iterdir())  # printing makes nothing
