"""Faults of batches that take minutes: whatever is killed, the tables are the undisturbed ones, bit by bit."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from planning.batch import BatchPlan, batch_counts, resume_batch, run_batch
from planning.batch import work as work_module
from tests.batch import cluster
from tests.needs import need, need_module
from tests.reliability.province import PART
from tests.reliability.table import Outcome, fault

KILLS = 20


@contextmanager
def cheap(place: Path, *, seeds: int) -> Iterator[tuple[BatchPlan, dict[str, bytes]]]:
    """Yield a plan whose units cost little, here and on workers, and the tables of a batch that nobody disturbed."""
    need_module("distributed")
    cluster.cheap(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work_module, "COMMAND", (str(place / "child.py"),))
        plan = cluster.plan_of(place, "a", "b", seeds=seeds)
        yield plan, undisturbed(place, plan)


def undisturbed(place: Path, plan: BatchPlan) -> dict[str, bytes]:
    run_batch(plan, out=place / "alone", workers=2)
    return cluster.tables(place / "alone")


@contextlib.contextmanager
def meanwhile(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do something beside the block until it ends."""
    over = threading.Event()
    thread = threading.Thread(target=act, args=(over,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def killed(
    of: Callable[[], list[int]], every_s: float, most: int, count: list[int]
) -> Callable[[threading.Event], None]:
    """Return what kills one of these processes, again and again."""
    chance = random.Random(1)

    def act(over: threading.Event) -> None:
        while not over.wait(every_s) and len(count) < most:
            there = of()
            if there:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(there), signal.SIGKILL)
                    count.append(1)

    return act


def children(*parents: subprocess.Popen[bytes]) -> list[int]:
    """Return the workers that these nannies started."""
    wanted = {p.pid for p in parents}
    return [pid for pid in cluster.processes("spawn_main") if cluster.parent_of(pid) in wanted]


def at_work(place: Path, *nannies: subprocess.Popen[bytes]) -> list[int]:
    """Return the workers of these nannies that carry a unit out just now."""
    busy = {cluster.parent_of(pid) for pid in cluster.processes(str(place / "child.py"))}
    return [pid for pid in children(*nannies) if pid in busy]


@fault(PART, "workers of a cluster are killed twenty times", "集群的计算进程被强制结束二十次", "whole")
def workers_killed(place: Path) -> Outcome:
    count: list[int] = []
    with (
        cheap(place, seeds=12) as (plan, expected),
        cluster.scheduler(place) as (address, _),
        ExitStack() as stack,
    ):
        nannies = [stack.enter_context(cluster.worker(place, address, name=f"w{k}")) for k in range(2)]
        cluster.wait(lambda: len(children(*nannies)) == 2)
        with meanwhile(killed(lambda: at_work(place, *nannies), 0.3, KILLS, count)):
            made = run_batch(plan, out=place / "out", scheduler=address)
            while (
                not made.complete or len(count) < KILLS
            ):  # what was made goes, so that there is more to lose
                for unit in (place / "out" / "units").iterdir():
                    unit.rename(place / f"{unit.name}-{len(count)}")
                made = run_batch(plan, out=place / "out", scheduler=address)
        assert cluster.tables(place / "out") == expected
    assert len(count) == KILLS
    return Outcome("whole")


@fault(PART, "the processes of half the units are killed", "半数单元的进程被强制结束", "whole")
def units_killed(place: Path) -> Outcome:
    count: list[int] = []
    with cheap(place, seeds=6) as (plan, expected):
        with meanwhile(killed(lambda: cluster.processes(str(place / "child.py")), 0.7, 6, count)):
            assert run_batch(plan, out=place / "out", workers=2).complete
        assert len(count) >= 3
        assert cluster.tables(place / "out") == expected
    return Outcome("whole")


@fault(PART, "the scheduler is killed, and another one goes on", "调度程序被强制结束后由另一个接续", "whole")
def scheduler_killed(place: Path) -> Outcome:
    out = place / "out"
    with cheap(place, seeds=5) as (plan, expected):
        with cluster.scheduler(place) as (address, process), cluster.worker(place, address):

            def kill(over: threading.Event) -> None:
                while not over.wait(0.2):
                    if len(_units(out)) >= 3:
                        os.killpg(process.pid, signal.SIGKILL)
                        return

            with meanwhile(kill):
                assert not run_batch(plan, out=out, scheduler=address).complete
        kept = _units(out)
        assert 3 <= len(kept) < 10
        with cluster.scheduler(place) as (address, _), cluster.worker(place, address):
            assert resume_batch(out, scheduler=address).complete
        assert kept.items() <= _units(out).items()  # nothing was done twice
        assert cluster.tables(out) == expected
    return Outcome("whole")


@fault(PART, "the program that hands units out is killed", "分发单元的程序被强制结束", "whole")
def parent_killed(place: Path) -> Outcome:
    out = place / "out"
    with cheap(place, seeds=5) as (plan, expected):
        _begun(plan, out)
        before = batch_counts(out).done
        code = f"import sys; sys.path.insert(0, {str(place)!r}); import cheap; from planning.batch import resume_batch; resume_batch({str(out)!r}, workers=2)"
        with cluster.running("-c", code, log=place / "parent.log") as parent:
            own = str(place / "child.py")
            cluster.wait(lambda: batch_counts(out).done > before and len(cluster.processes(own)) > 0)
            os.kill(parent.pid, signal.SIGKILL)
            parent.wait()
            cluster.wait(lambda: not cluster.processes(own))
            assert not batch_counts(out).workers
        assert resume_batch(out, workers=2).complete
        assert cluster.tables(out) == expected
    return Outcome("whole")


@fault(
    PART,
    "two machines in networks of their own, and one worker of each is killed",
    "两台机器各在独立网络中，各有一个计算进程被强制结束",
    "whole",
)
def two_machines(place: Path) -> Outcome:
    need(cluster.may_make_networks(), "the right to make network namespaces (root, `ip`)")
    out = place / "out"
    with (
        cheap(place, seeds=4) as (plan, expected),
        cluster.two_machines() as (one, two),
        ExitStack() as stack,
    ):
        _begun(plan, out)
        address, _ = stack.enter_context(cluster.scheduler(place, host=two.address, within=two.within))
        nannies = [
            stack.enter_context(
                cluster.worker(place, address, name=name, within=m.within, more=("--host", m.address))
            )
            for name, m in (("one", one), ("two", two))
        ]
        cluster.wait(lambda: len(children(*nannies)) == 2)
        code = f"from planning.batch import resume_batch; assert resume_batch({str(out)!r}, scheduler={address!r}).complete"
        with cluster.running("-c", code, log=place / "parent.log", within=one.within) as parent:
            cluster.wait(lambda: batch_counts(out).done >= 3)
            for pid in children(*nannies):
                os.kill(pid, signal.SIGKILL)
            assert parent.wait(240) == 0
        assert cluster.tables(out) == expected
    return Outcome("whole")


def _begun(plan: BatchPlan, out: Path) -> None:
    """Let a batch begin and be interrupted after its first unit."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    assert not run_batch(plan, out=out, workers=1, told=interrupt).complete


def _units(out: Path) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in (out / "units").glob("[0-9a-f]*")}
