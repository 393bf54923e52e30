"""Measure each instance in a process of its own, by the runner of batches: one after the other, or several at once.

A process each keeps peak memory and processor time apart. On a quiet machine one at a time (the default) measures what the engine takes.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning.runner.child import answer, ended
from planning.runner.limits import Limits
from planning.runner.outcome import Outcome
from planning.runner.process import watched
from planning.runner.workers import workers_for

COMMAND = ("-m", "benchmarks.apart")
NO_LIMITS = Limits(time_s=math.inf, memory_mb=math.inf, tries=1)


def measured(
    task: str, jobs: Sequence[Mapping[str, Any]], *, workers: int = 1, processor: bool = False
) -> Iterator[tuple[int, Any]]:
    """Yield the position of every job and what its task found, as they end.

    Parameters
    ----------
    task : str
        ``module:function``; takes a job as keywords and returns plain data.
    jobs : sequence of mapping
        Plain data.
    workers : int
        Jobs at once.
    processor : bool
        Whether the engine's clock counts the processor's seconds.

    Raises
    ------
    SystemExit
        If a process breaks down; says what it printed.
    """
    with tempfile.TemporaryDirectory() as folder, workers_for(workers) as pool:
        for k, job in enumerate(jobs):
            pool.submit(_Job(str(k), task, dict(job), processor, Path(folder)))
        for outcome in pool.outcomes():
            place = Path(folder) / outcome.key
            if outcome.status != "done":
                log = place.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
                sys.exit(f"{task} {jobs[int(outcome.key)]}: {outcome.note_en}\n{log}")
            yield int(outcome.key), json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))


def rows(
    task: str, jobs: Sequence[Mapping[str, Any]], *, workers: int = 1, processor: bool = False
) -> Iterator[list[dict[str, object]]]:
    """Print the row that every job's task found, and yield the rows so far in the order of the jobs; as :func:`measured`."""
    found: dict[int, dict[str, object]] = {}
    for k, row in measured(task, jobs, workers=workers, processor=processor):
        found[k] = row
        print(row, flush=True)
        yield [found[i] for i in sorted(found)]


@dataclass(frozen=True)
class _Job:
    key: str
    task: str
    given: dict[str, Any]
    processor: bool
    folder: Path

    def __call__(self, stop: Callable[[], bool] = lambda: False) -> Outcome:
        place = self.folder / self.key
        job = {"task": self.task, "given": self.given, "processor": self.processor}
        with place.with_suffix(".log").open("wb") as log:
            told = watched(COMMAND, {**job, "found": str(place.with_suffix(".json"))}, NO_LIMITS, stop, log)
        return Outcome(self.key, told["status"], note_zh=told["zh"], note_en=told["en"])


def _carried_out(job: Mapping[str, Any]) -> dict[str, Any]:
    if job["processor"]:  # the engine reads its clock through the module
        time.perf_counter = time.process_time
    module, _, name = job["task"].partition(":")
    found = getattr(importlib.import_module(module), name)(**job["given"])
    Path(job["found"]).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return ended("done")


if __name__ == "__main__":
    answer(_carried_out)
