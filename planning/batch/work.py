"""Carry one unit out in a process of its own, within its limits, and leave its result or its failure on disk."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from planning.atomic import whole_file
from planning.batch.limits import Limits
from planning.batch.names import FAILURES, LOGS, OUTLINES, SCENARIOS, UNITS
from planning.batch.presence import stop_file
from planning.batch.unit import Unit
from planning.errors import Issue, WriteError
from planning.messages import Both, Text

Status = Literal["done", "refused", "failed", "memory", "time", "taken", "stopped"]
COMMAND = ("-P", "-m", "planning.batch.child")
_LOOK_S, _MEMORY_LOOK_S, _KILL_S = 0.1, 1.0, 10.0
_NOTE_LENGTH = 600


@dataclass(frozen=True)
class Outcome:
    """How one try of a unit ended.

    Parameters
    ----------
    key : str
        The unit.
    status : str
        ``done``; ``refused``: its data or scenario are wrong; ``failed``: its process broke down; ``memory``, ``time``: it went beyond
        a limit; ``taken``: another batch is at it; ``stopped``: the batch was.
    seconds : float
        How long the try took.
    note_zh, note_en : str
        Why there is no result, in both languages of the tables.
    """

    key: str
    status: Status
    seconds: float = 0.0
    note_zh: str = ""
    note_en: str = ""


def is_done(home: Path, key: str) -> bool:
    """Return whether the result of a unit is there; a run folder appears whole."""
    run = home / UNITS / key
    return (run / "summary.json").is_file() and not run.is_symlink()


def carry_out(unit: Unit, home: Path, limits: Limits, stop: Callable[[], bool] = lambda: False) -> Outcome:
    """Carry a unit out, unless it is done.

    Parameters
    ----------
    unit : Unit
        What to do.
    home : Path
        Folder of the batch; several machines may share it.
    limits : Limits
        What the unit's processes may use.
    stop : callable
        Polled; return True to end the process.
    """
    if is_done(home, unit.key):
        return Outcome(unit.key, "done")
    began = time.monotonic()
    scenario = home / SCENARIOS / f"{unit.key}.yaml"
    with whole_file(scenario) as temporary:
        temporary.write_text(unit.data, encoding="utf-8")  # JSON is YAML
    (home / LOGS).mkdir(parents=True, exist_ok=True)
    job = {
        "scenario": str(scenario),
        "out": str(home / UNITS / unit.key),
        "outline": str(outline_file(home, unit.key)),
    }
    with _appended(home / LOGS / f"{unit.key}.log") as log:
        answer = _watched(job, limits, stop, log)
    seconds = time.monotonic() - began
    if is_done(home, unit.key):
        return Outcome(unit.key, "done", seconds)
    return Outcome(unit.key, answer["status"], seconds, answer["zh"], answer["en"])


def _appended(log: Path) -> IO[bytes]:
    return os.fdopen(
        os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o644), "ab"
    )


@dataclass(frozen=True)
class Job:
    """One try of a unit, as it is sent to a worker: called there with the question whether to stop."""

    unit: Unit
    home: Path
    limits: Limits
    batch: str = ""
    """Name under which the one who sent it is at work, and may be asked to stop."""

    def __call__(self, stop: Callable[[], bool] = lambda: False) -> Outcome:
        """Carry it out."""
        asked = stop_file(self.home, self.batch)
        try:
            return carry_out(self.unit, self.home, self.limits, lambda: stop() or asked.exists())
        except (
            OSError,
            WriteError,
        ) as error:  # a full disk, a link: of this machine, perhaps not of the next
            issues = (
                error.problems
                if isinstance(error, WriteError)
                else [Issue(Both(str(error), str(error)), str(self.home))]
            )
            zh, en = ("\n".join(issue.text(lang) for issue in issues)[:_NOTE_LENGTH] for lang in ("zh", "en"))
            return Outcome(self.unit.key, "failed", note_zh=zh, note_en=en)


def outline_file(home: Path, key: str) -> Path:
    """Return the file that holds the outline of a unit's county, for the map of all."""
    return home / OUTLINES / f"{key}.json"


def keep_failure(home: Path, unit: Unit, outcome: Outcome, tries: int) -> None:
    """Write down that a unit ended without a result."""
    with whole_file(home / FAILURES / f"{unit.key}.json") as temporary:
        told = {**asdict(outcome), "tries": tries, "log": f"{LOGS}/{unit.key}.log"}
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _watched(job: dict[str, str], limits: Limits, stop: Callable[[], bool], log: IO[bytes]) -> dict[str, Any]:
    """Start the process, watch it, and return its answer or why it was ended."""
    plain = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        env={**os.environ, **plain},
    )  # fmt: skip
    assert process.stdin is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        ended = _wait(process, limits, stop)
        return ended or _answer(process)
    finally:
        _end(process)


def _wait(
    process: subprocess.Popen[bytes], limits: Limits, stop: Callable[[], bool]
) -> dict[str, Any] | None:
    """Wait for the end; return why the process must be ended before it."""
    end, look = time.monotonic() + limits.time_s, 0.0
    while process.poll() is None:
        now = time.monotonic()
        if stop():
            return _told("stopped", Text("batch.work.stopped"))
        if now > end:
            return _told("time", Text("batch.work.too_long", seconds=f"{limits.time_s:g}"))
        if now > look:
            look = now + _MEMORY_LOOK_S
            used = memory_mb(process.pid)
            if used > limits.memory_mb:
                said = Text("batch.work.too_large", used=f"{used:,.0f}", most=f"{limits.memory_mb:,.0f}")
                return _told("memory", said)
        time.sleep(_LOOK_S)
    return None


def _answer(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    lines = process.stdout.read().decode("utf-8", "replace").strip().splitlines()
    with contextlib.suppress(ValueError, IndexError, KeyError, TypeError):
        answer = json.loads(lines[-1])
        told = answer["issues"]
        zh, en = ("\n".join(issue[lang] for issue in told)[:_NOTE_LENGTH] for lang in ("zh", "en"))
        return {"status": answer["status"], "zh": zh, "en": en}
    return _told("failed", Text("batch.work.broke_down", code=process.returncode))


def _told(status: Status, why: Text) -> dict[str, Any]:
    return {"status": status, "zh": why.text("zh"), "en": why.text("en")}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process with all it started."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_S)
    if process.stdout is not None:
        process.stdout.close()


def memory_mb(session: int) -> float:
    """Return the resident memory of all processes of a session in 10⁶ bytes; 0 where the system does not tell."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if os.getsid(int(entry.name)) == session:
                total += int((entry / "statm").read_text().split()[1])
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6 if total else 0.0


def machine_memory_mb() -> float:
    """Return what one unit may use that runs alone: nine tenths of the machine's memory, in 10⁶ bytes."""
    return 0.9 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
