"""Carry one unit out in a process of its own, within its limits, and leave its result or its failure on disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from planning.atomic import whole_file
from planning.batch.names import FAILURES, LOGS, OUTLINES, SCENARIOS, UNITS
from planning.batch.presence import stop_file
from planning.batch.unit import Unit
from planning.errors import Issue, WriteError
from planning.messages import Both
from planning.phases import TABLE as PHASES
from planning.runner.limits import Limits
from planning.runner.outcome import Outcome
from planning.runner.process import NOTE_LENGTH, watched

COMMAND = ("-P", "-m", "planning.batch.child")


def is_done(home: Path, key: str) -> bool:
    """Return whether the result of a unit is there: a run folder appears whole, the table of a plan in phases last."""
    run = home / UNITS / key
    return any((run / mark).is_file() for mark in ("summary.json", PHASES)) and not run.is_symlink()


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
        answer = watched(COMMAND, job, limits, stop, log)
    seconds = time.monotonic() - began
    if is_done(home, unit.key):
        return Outcome(unit.key, "done", seconds)
    killed = bool(answer.get("killed"))
    return Outcome(unit.key, answer["status"], seconds, answer["zh"], answer["en"], killed)


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

    @property
    def key(self) -> str:
        """Key of the unit."""
        return self.unit.key

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
            zh, en = ("\n".join(issue.text(lang) for issue in issues)[:NOTE_LENGTH] for lang in ("zh", "en"))
            return Outcome(self.unit.key, "failed", note_zh=zh, note_en=en)


def outline_file(home: Path, key: str) -> Path:
    """Return the file that holds the outline of a unit's county, for the map of all."""
    return home / OUTLINES / f"{key}.json"


def keep_failure(home: Path, unit: Unit, outcome: Outcome, tries: int) -> None:
    """Write down that a unit ended without a result."""
    with whole_file(home / FAILURES / f"{unit.key}.json") as temporary:
        told = {**asdict(outcome), "tries": tries, "log": f"{LOGS}/{unit.key}.log"}
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
