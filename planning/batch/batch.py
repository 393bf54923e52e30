"""Carry every unit of a batch out, largest first, until each has a result or a reason why not."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planning.atomic import claimed, whole_file, writing
from planning.batch.limits import Limits
from planning.batch.plan import BatchPlan
from planning.batch.table import TABLE, write_tables
from planning.batch.unit import Unit, units_of
from planning.batch.work import FAILURES, STOP, Job, Outcome, is_done, keep_failure, machine_memory_mb
from planning.batch.workers import Workers, workers_for
from planning.filenames import inside

LIST = "batch.json"
"""The units of a batch."""
_TAKEN_WAIT_S = 2.0
_AGAIN = ("failed", "time")
"""Ends that may be an accident of the machine: the unit is tried again."""


@dataclass(frozen=True)
class Batch:
    """A batch that ended.

    Parameters
    ----------
    folder : Path
        Where everything is: ``units/KEY`` (run folders), ``failures``, ``logs``, ``province.csv`` and its kin.
    units : tuple of Unit
        What was asked for.
    table : DataFrame
        One row per unit (:func:`planning.batch.province_table`).
    complete : bool
        Whether every unit has a result or was reported; otherwise the same command goes on from here.
    """

    folder: Path
    units: tuple[Unit, ...]
    table: pd.DataFrame
    complete: bool


def run_batch(
    plan: BatchPlan,
    *,
    out: str | Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    told: Callable[[int, int, Outcome], None] | None = None,
) -> Batch:
    """Carry a batch out; units whose result is there are not done again.

    Parameters
    ----------
    plan : BatchPlan
        Counties, scenarios and limits.
    out : str or Path, optional
        Folder of the batch; ``batches/NAME`` by default.
    workers : int, optional
        Units at once on this machine; its processors by default.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://…``) whose workers see the same folders; ``workers`` is then theirs to decide.
    told : callable, optional
        Told of ``(done, all, outcome)`` after every unit.

    Returns
    -------
    Batch
        Incomplete when it was stopped (Ctrl-C, :func:`planning.batch.stop_batch`).

    Raises
    ------
    ScenarioError
        What is wrong with the scenarios, before anything is begun.
    MissingExtraError
        If a scheduler is named and the extra ``cluster`` is not installed.
    PlanningError
        If the scheduler does not answer.
    """
    units = units_of(plan)
    home = (Path(out) if out else inside("batches", plan.name)).resolve()
    home.mkdir(parents=True, exist_ok=True)
    (home / STOP).unlink(missing_ok=True)
    _write_list(home, plan, units)
    with ExitStack() as stack:
        pool = stack.enter_context(workers_for(workers or os.cpu_count() or 1, scheduler))
        complete = _Course(units, home, plan.limits, pool, told).run()
    with claimed(home / TABLE), writing(home):
        table = write_tables(home, units)
    return Batch(home, units, table, complete)


def read_list(folder: Path) -> tuple[BatchPlan, tuple[Unit, ...]]:
    """Return the plan and the units that a batch's folder lists."""
    data = json.loads((folder / LIST).read_text(encoding="utf-8"))
    plan = data["plan"]
    plan = BatchPlan(
        plan["name"],
        tuple(map(Path, plan["counties"])),
        tuple(plan["scenarios"]),
        tuple(plan["sets"]),
        {k: tuple(v) for k, v in plan["vary"].items()},
        Limits(**plan["limits"]),
    )
    return plan, tuple(Unit(**{**u, "settings": tuple(map(tuple, u["settings"]))}) for u in data["units"])


def _write_list(home: Path, plan: BatchPlan, units: Sequence[Unit]) -> None:
    told: dict[str, Any] = {
        "name": plan.name,
        "counties": [str(p.resolve()) for p in plan.counties],
        "scenarios": [s if len(Path(s).parts) == 1 else str(Path(s).resolve()) for s in plan.scenarios],
        "sets": list(plan.sets),
        "vary": {k: list(v) for k, v in plan.vary.items()},
        "limits": vars(plan.limits),
    }
    with whole_file(home / LIST) as temporary:
        text = json.dumps({"plan": told, "units": [u.as_record() for u in units]}, ensure_ascii=False)
        temporary.write_text(text, encoding="utf-8")


class _Course:
    """The course of one batch: what is under way, what was tried how often, what must run alone."""

    def __init__(
        self,
        units: Sequence[Unit],
        home: Path,
        limits: Limits,
        pool: Workers,
        told: Callable[[int, int, Outcome], None] | None,
    ) -> None:
        self.units = {unit.key: unit for unit in units}
        self.home, self.limits, self.pool, self.told = home, limits, pool, told
        self.tries = dict.fromkeys(self.units, 0)
        self.alone: list[str] = []
        self.ended = 0

    def run(self) -> bool:
        """Carry everything out; return whether every unit ended."""
        todo = [key for key in self.units if not is_done(self.home, key)]
        for key in todo:  # what was reported before is tried once more
            (self.home / FAILURES / f"{key}.json").unlink(missing_ok=True)
        self.ended = len(self.units) - len(todo)
        try:
            self._together(todo)
            for key in self.alone:  # nothing else needs memory now
                if not self.pool.stopped():
                    self._judge(self.pool.one(self._job(key, wide=True)), final=True)
        except KeyboardInterrupt:
            (self.home / STOP).touch()  # read by workers on other machines, too
            self.pool.stop()
        return self.ended == len(self.units)

    def _job(self, key: str, *, wide: bool = False) -> Job:
        limits = replace(self.limits, memory_mb=machine_memory_mb()) if wide else self.limits
        return Job(self.units[key], self.home, limits)

    def _together(self, todo: Sequence[str]) -> None:
        for key in todo:
            self.pool.submit(self._job(key))
        for outcome in self.pool.outcomes():
            self._judge(outcome)
            if (self.home / STOP).exists():
                self.pool.stop()

    def _judge(self, outcome: Outcome, *, final: bool = False) -> None:
        """Take an outcome in: count it, try again, or write down that it failed."""
        key = outcome.key
        if outcome.status == "stopped":
            return
        if outcome.status == "taken":
            time.sleep(_TAKEN_WAIT_S)
            self.pool.submit(self._job(key))
            return
        self.tries[key] += 1
        if outcome.status == "memory" and not final:
            self.alone.append(key)
            return
        if outcome.status in _AGAIN and not final and self.tries[key] < self.limits.tries:
            self.pool.submit(self._job(key))
            return
        if outcome.status != "done":
            keep_failure(self.home, self.units[key], outcome, self.tries[key])
        self.ended += 1
        if self.told:
            self.told(self.ended, len(self.units), outcome)
