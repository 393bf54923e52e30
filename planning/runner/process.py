"""Carry a job out in a process of its own, within limits of time and memory, and end it with all it started."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from planning.messages import Text
from planning.runner.limits import Limits
from planning.runner.outcome import Status

_LOOK_S, _MEMORY_LOOK_S, _KILL_S = 0.1, 1.0, 10.0
NOTE_LENGTH = 600
"""Letters of a reason that are kept."""


def watched(
    command: Sequence[str], job: Mapping[str, Any], limits: Limits, stop: Callable[[], bool], log: IO[bytes]
) -> dict[str, Any]:
    """Start the process of a job, watch it, and return its answer or why it was ended.

    Parameters
    ----------
    command : sequence of str
        Arguments of the interpreter. The program reads one line of JSON, the job, ends when its input does, and prints one line
        (:func:`planning.runner.child.answer`).
    job : mapping
        What to do.
    limits : Limits
        What the process and all it starts may use.
    stop : callable
        Polled; return True to end the process.
    log : file
        Where what it prints goes.

    Returns
    -------
    dict
        ``status``, and why there is no result in ``zh`` and ``en``; ``killed`` where somebody else ended it, as systems do that lack memory.
    """
    plain = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
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
    most = min(limits.memory_mb, machine_memory_mb())  # of this machine, whoever sent the job
    while process.poll() is None:
        now = time.monotonic()
        if stop():
            return _told("stopped", Text("runner.process.stopped"))
        if now > end:
            return _told("time", Text("runner.process.too_long", seconds=f"{limits.time_s:g}"))
        if now > look:
            look = now + _MEMORY_LOOK_S
            used = memory_mb(process.pid)
            if used > most:
                said = Text("runner.process.too_large", used=f"{used:,.0f}", most=f"{most:,.0f}")
                return _told("memory", said)
        time.sleep(_LOOK_S)
    return None


def _answer(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    lines = process.stdout.read().decode("utf-8", "replace").strip().splitlines()
    with contextlib.suppress(ValueError, IndexError, KeyError, TypeError):
        answer = json.loads(lines[-1])
        told = answer["issues"]
        zh, en = ("\n".join(issue[lang] for issue in told)[:NOTE_LENGTH] for lang in ("zh", "en"))
        return {"status": answer["status"], "zh": zh, "en": en}
    told = _told("failed", Text("runner.process.broke_down", code=process.returncode))
    return {**told, "killed": process.returncode == -signal.SIGKILL}


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
    """Return what one unit may use that runs alone: nine tenths of the memory of the machine, or of the job it gave us, in 10⁶ bytes."""
    return 0.9 * min(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), *_granted()) / 1e6


def _granted() -> Iterator[float]:
    """Yield the bytes that control groups grant this process: those of a container, or of a job of Slurm."""
    yield math.inf
    try:
        groups = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    except OSError:
        return
    for _, kinds, place in groups:
        if kinds and "memory" not in kinds.split(","):
            continue
        root, name = ("memory", "memory.limit_in_bytes") if kinds else ("", "memory.max")
        below = Path(place.lstrip("/"))
        for group in (below, *below.parents):
            with contextlib.suppress(OSError, ValueError):  # "max" is none
                yield float(int((Path("/sys/fs/cgroup") / root / group / name).read_text()))
