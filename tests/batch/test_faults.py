"""Counties that are solved for good, while disks are full, counties poisoned and everything killed: the tables are the undisturbed ones."""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pytest

from planning.batch import BatchPlan, Limits, Outcome, plan_of_counties, resume_batch, run_batch
from planning.batch import work as work_module
from planning.district import write_district
from planning.runner import process
from tests.batch import cluster
from tests.needs import need, need_module
from tests.zoning.county import small_county

SCENARIO = "{name: one, year: 2020, district: x, demand: register, solver: {threads: 1, gap: 0.01, time_limit_s: 60}}"
GOOD = {"a": 20, "b": 23, "c": 26, "large": 29}
"""Counties and their pupils a grade and zone: each has a plan of its own."""
CHILD = """
import json, time
from pathlib import Path
from planning.batch.child import carried_out
from planning.runner.child import answer

def poisoned(job):
    name = Path(json.loads(Path(job["scenario"]).read_text())["district"]).name
    held = bytearray(700_000_000) if name in ("large", "huge") and POISON else b""
    if name in ("endless", "huge"):
        time.sleep(600)
    told = carried_out(job)
    return told if held is not None else {}

answer(poisoned)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return counties that are solved in a second, and the batch of them that nobody disturbed."""
    place = tmp_path_factory.mktemp("faults")
    for name, pupils in GOOD.items():
        write_district(small_county(pupils=pupils), place / "counties" / name)
    (place / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    for poison in (True, False):
        text = CHILD.replace("POISON", str(poison))
        (place / f"child-{poison}.py").write_text(text, encoding="utf-8")
    command = (str(place / "child-False.py"),)
    (place / "cheap.py").write_text(
        f"from planning.batch import work\nwork.COMMAND = {command!r}\n", encoding="utf-8"
    )
    run_batch(plan_of(place, *GOOD), out=place / "alone", workers=2)
    assert set(cluster.statuses(place / "alone")) == {"done"}
    return place


def plan_of(place: Path, *names: str, **limits: float) -> BatchPlan:
    told = Limits(**{"time_s": 300, "memory_mb": 4000, "tries": 3, **limits})  # type: ignore[arg-type]
    counties = [place / "counties" / name for name in names]
    return plan_of_counties(counties, [str(place / "one.yaml")], limits=told)


def results(home: Path, *names: str) -> dict[str, bytes]:
    """Return what a batch says of counties: rows of its tables and who goes where, byte by byte."""
    found = {}
    for name in ("province.csv", "province.zh.csv"):
        head, *rows = (home / name).read_bytes().splitlines()
        mine = [row for row in rows if any(f",{county},".encode() in row for county in names)]
        found[name] = b"\n".join([head, *mine])
    table = pd.read_csv(home / "province.csv", encoding="utf-8-sig")
    for county, run in zip(table["folder"], table["run"], strict=True):
        if county in names:
            found[f"{county}/assignment.csv"] = (home / run / "assignment.csv").read_bytes()
    return found


@pytest.mark.slow
def test_poisoned_counties_are_told_and_change_nothing_of_others(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bad", "endless", "huge"):
        shutil.copytree(place / "counties" / "a", place / "counties" / name)
        with (place / "counties" / name / "district.yaml").open("a", encoding="utf-8") as info:
            info.write(f"# {name}\n")
    (place / "counties" / "bad" / "zones.geojson").write_text("not JSON", encoding="utf-8")
    monkeypatch.setattr(work_module, "COMMAND", (str(place / "child-True.py"),))
    tried: dict[str, list[float]] = {}
    carried = work_module.carry_out

    def told(unit: object, home: Path, limits: Limits, *more: object) -> Outcome:
        name = Path(unit.county).name  # type: ignore[attr-defined]
        tried.setdefault(name, []).append(limits.memory_mb)
        alone = {"huge": 690.0}.get(name, limits.memory_mb)  # a small machine
        found = limits if len(tried[name]) == 1 else Limits(limits.time_s, alone, limits.tries)
        return carried(unit, home, found, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(work_module, "carry_out", told)
    plan = plan_of(place, *GOOD, "bad", "endless", "huge", time_s=60, memory_mb=650, tries=1)
    made = run_batch(plan, out=place / "poisoned", workers=2)
    assert made.complete
    rows = made.table.set_index("folder")["status"].to_dict()
    assert {rows.pop(name) for name in GOOD} == {"done"}
    assert rows == {"bad": "refused", "endless": "time", "huge": "memory"}
    assert tried["large"] == tried["huge"] == [650, math.inf]  # once more, alone
    assert len(tried["a"]) == 1
    assert results(place / "poisoned", *GOOD) == results(place / "alone", *GOOD)


@contextmanager
def full_disk(place: Path, address: str, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker that sees a disk of 300 kB where results go, in a namespace of its own."""
    mount = f'mount -t tmpfs -o size=300k tmpfs "{out}/units" && exec "$@"'
    within = ("unshare", "--mount", "sh", "-c", mount, "sh")
    with cluster.worker(place, address, name="full", within=within) as nanny:
        yield nanny


def may_mount(place: Path) -> bool:
    """Return whether this process may give a program a disk of its own."""
    (place / "disk").mkdir(exist_ok=True)
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place / "disk")]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.slow
def test_a_worker_whose_disk_is_full_costs_tries_only(place: Path) -> None:
    need_module("distributed")
    need(may_mount(place), "the right to mount a small disk (root, `unshare`)")
    out = place / "full"
    (out / "units").mkdir(parents=True)
    with ExitStack() as stack:
        address, _ = stack.enter_context(cluster.scheduler(place))
        stack.enter_context(full_disk(place, address, out))
        stack.enter_context(cluster.worker(place, address, name="well"))
        cluster.wait(lambda: len(workers(address)) == 2)
        made = run_batch(plan_of(place, *GOOD), out=out, scheduler=address)
    assert made.complete
    assert set(made.table["status"]) == {"done"}
    logs = "".join(p.read_text(encoding="utf-8", errors="replace") for p in (out / "logs").iterdir())
    assert results(out, *GOOD) == results(place / "alone", *GOOD), logs


def workers(address: str) -> dict[str, object]:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return dict(client.scheduler_info(n_workers=-1)["workers"])


@pytest.mark.slow
def test_everything_is_killed_under_two_batches_on_one_folder(place: Path) -> None:
    need_module("distributed")
    out, chance, killed = place / "killed", random.Random(2), []
    code = "import sys; sys.path.insert(0, {0!r}); import cheap; from planning.batch import resume_batch; resume_batch({1!r}, {2})"
    _begun(plan_of(place, *GOOD), out)
    with ExitStack() as stack:
        address, _ = stack.enter_context(cluster.scheduler(place))
        for k in range(2):
            stack.enter_context(cluster.worker(place, address, name=f"k{k}"))
        cluster.wait(lambda: len(workers(address)) == 2)
        parents = [
            stack.enter_context(
                cluster.running("-c", code.format(str(place), str(out), how), log=place / f"parent-{k}.log")
            )
            for k, how in enumerate((f"scheduler={address!r}", "workers=1"))
        ]
        over = threading.Event()

        def kill() -> None:  # children and workers, then one of the two that hand units out
            while not over.wait(4.0) and len(killed) < 6:
                there = cluster.processes(str(place / "child-False.py")) + cluster.processes(
                    "spawn_main", "worker"
                )
                if there:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(chance.choice(there), signal.SIGKILL)
                        killed.append(1)
                if len(killed) == 3:
                    os.kill(parents[1].pid, signal.SIGKILL)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        try:
            for parent in parents:
                parent.wait(400)
        finally:
            over.set()
            thread.join()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_module, "COMMAND", (str(place / "child-False.py"),))
        made = resume_batch(out, workers=2)  # what one of them left
    assert made.complete
    assert len(killed) >= 3
    assert results(out, *GOOD) == results(place / "alone", *GOOD)
    for name in ("province.csv", "province.zh.csv", "province.html"):
        assert (out / name).read_bytes() == (place / "alone" / name).read_bytes()


def _begun(plan: BatchPlan, out: Path) -> None:
    """List the units of a batch that nobody carries out yet."""
    from planning.batch.listing import begin
    from planning.batch.unit import units_of

    begin(out, plan, units_of(plan))


def test_what_a_unit_alone_may_use_is_what_its_machine_or_job_has(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
    assert 0 < process.machine_memory_mb() < 0.91 * whole
    monkeypatch.setattr(process, "_granted", lambda: iter([2e9, 5e9]))
    assert process.machine_memory_mb() == pytest.approx(1800)


def test_a_unit_that_the_system_ends_is_tried_the_last_time_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_district(small_county(), tmp_path / "counties" / "a")
    (tmp_path / "one.yaml").write_text(SCENARIO, encoding="utf-8")
    asked: list[float] = []

    def killed(unit: object, home: Path, limits: Limits, *_: object) -> Outcome:
        asked.append(limits.memory_mb)
        return Outcome(unit.key, "failed", 0.0, "x", "x", killed=True)  # type: ignore[attr-defined]

    monkeypatch.setattr(work_module, "carry_out", killed)
    made = run_batch(plan_of(tmp_path, "a"), out=tmp_path / "out", workers=1)
    assert asked == [4000, 4000, math.inf]
    (told,) = (tmp_path / "out" / "failures").iterdir()
    assert json.loads(told.read_text(encoding="utf-8"))["tries"] == 3
    assert list(made.table["status"]) == ["failed"]
