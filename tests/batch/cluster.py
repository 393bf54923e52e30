"""Start schedulers and workers of Dask by hand, with units whose processes cost little, and kill what they are told to."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planning.batch import BatchPlan, Limits, plan_of_counties
from tests.batch.made import province
from tests.reliability.runs import finished

ROOT = Path(__file__).parents[2]
CHILD = """
import json, os, shutil, sys, time
from pathlib import Path
from planning.atomic import Claim, claimed, new_folder
from planning.errors import WriteError
from planning.runner.child import answer, ended

def carried_out(job):
    name = Path(json.loads(Path(job["scenario"]).read_text())["district"]).name
    if name == "endless":
        time.sleep(600)
    if name == "huge":
        full = bytearray(400_000_000)
        time.sleep(600)
    if name == "broken":
        os.kill(os.getpid(), 9)
    out = Path(job["out"])
    try:
        with claimed(out), new_folder(out, claim=Claim(out)) as temporary:
            for k in range(SLEEP):
                time.sleep(0.1)
            shutil.copytree(RUN, temporary, dirs_exist_ok=True)
    except WriteError as error:
        busy = any("another_process" in str(p.code) for p in error.problems)
        return ended("taken" if busy else "failed", error.problems)
    return ended("done")

answer(carried_out)
"""


def cheap(place: Path, *, tenths: int = 5) -> Path:
    """Write a module that lets every unit hand out a finished run after so many tenths of a second; workers load it beforehand."""
    (place / "child.py").write_text(
        f"RUN, SLEEP = {str(finished().folder)!r}, {tenths}\n{CHILD}", encoding="utf-8"
    )
    module = place / "cheap.py"
    module.write_text(
        f"from planning.batch import work\nwork.COMMAND = ({str(place / 'child.py')!r},)\n", encoding="utf-8"
    )
    return module


def plan_of(place: Path, *names: str, seeds: int, limits: Limits | None = None) -> BatchPlan:
    """Return a plan of counties × seeds."""
    province(place, names)
    counties = [place / "counties" / name for name in names]
    vary = {"solver.seed": tuple(str(k + 1) for k in range(seeds))}
    return plan_of_counties(
        counties, [str(place / "one.yaml")], vary=vary, limits=limits or Limits(120, 4000, 3)
    )


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
        "OMP_NUM_THREADS": "1",
    }


@contextmanager
def running(*command: str, log: Path, within: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of Python in a session of its own, and end it with all it started."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            [*within, sys.executable, *command], cwd=log.parent, env=environment(), stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def scheduler(
    place: Path, *, host: str = "127.0.0.1", within: Sequence[str] = ()
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a scheduler by hand; yield its address and its process."""
    told = place / "scheduler.json"
    told.unlink(missing_ok=True)
    words = (
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        host,
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(told),
    )
    with running(*words, log=place / "scheduler.log", within=within) as process:
        wait(lambda: told.is_file() and bool(told.read_text().strip()))
        yield str(json.loads(told.read_text())["address"]), process


@contextmanager
def worker(
    place: Path, address: str, *, name: str = "w", within: Sequence[str] = (), more: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker with the nanny that starts it again when it is lost."""
    words = (
        "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--name", name, "--no-dashboard", "--preload",
        str(place / "cheap.py"), "--memory-limit", "0", "--local-directory", str(place / f"scratch-{name}"), *more,
    )  # fmt: skip
    with running(*words, log=place / f"{name}.log", within=within) as process:
        yield process


def wait(there: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something is there."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)


def processes(*words: str) -> list[int]:
    """Return the processes whose command line holds all of these words."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if all(word in line for word in words):
                found.append(int(entry.name))
    return sorted(found)


def parent_of(process: int) -> int:
    """Return the process that started one; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def tables(home: Path) -> dict[str, bytes]:
    """Return the tables of a batch as they stand on disk."""
    return {name: (home / name).read_bytes() for name in ("province.csv", "province.zh.csv")}


def statuses(home: Path) -> list[str]:
    return list(pd.read_csv(home / "province.csv", encoding="utf-8-sig")["status"])


@dataclass(frozen=True)
class Machine:
    """A network of its own: its address and how a program is run in it."""

    address: str
    within: tuple[str, ...]


def may_make_networks() -> bool:
    """Return whether this process may make network namespaces."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"planning-{os.getpid()}-try"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return False
    return subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False).returncode == 0


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Make two networks that see only each other."""
    names = [f"planning-{os.getpid()}-{k}" for k in (1, 2)]

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    try:
        for name in names:
            ip("netns", "add", name)
        ip("link", "add", "one", "netns", names[0], "type", "veth", "peer", "name", "two", "netns", names[1])
        for k, (name, link) in enumerate(zip(names, ("one", "two"), strict=True), 1):
            for words in (
                ("addr", "add", f"10.213.77.{k}/24", "dev", link),
                ("link", "set", link, "up"),
                ("link", "set", "lo", "up"),
            ):
                ip("-n", name, *words)
        one, two = (
            Machine(f"10.213.77.{k}", ("ip", "netns", "exec", name)) for k, name in enumerate(names, 1)
        )
        yield one, two
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
