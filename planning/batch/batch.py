"""Carry every unit of a batch out, largest first, until each has a result or a reason why not."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from planning.atomic import writing
from planning.batch.listing import begin, patiently, plan_digest, read_list
from planning.batch.names import FAILURES, TABLE
from planning.batch.plan import BatchPlan
from planning.batch.presence import present, stop_file
from planning.batch.results import keep_before, write_results
from planning.batch.stored import fetch, stored_counties, with_counties
from planning.batch.unit import Unit, units_as_now, units_of
from planning.batch.work import Job, is_done, keep_failure
from planning.filenames import inside
from planning.runner.limits import Limits
from planning.runner.outcome import Outcome
from planning.runner.workers import Workers, workers_for

_TAKEN_WAIT_S = 2.0
_AGAIN = ("failed", "time")
"""Ends that may be an accident of the machine: the unit is tried again."""
Told: TypeAlias = "Callable[[int, int, Unit, Outcome], None]"
"""Told of ``(ended, all, unit, outcome)`` after every unit."""


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
    replace: bool = False,
    told: Told | None = None,
    dashboard: Callable[[str], None] | None = None,
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
    replace : bool
        Let the plan take the place of another one in the folder; results of both stay.
    told : callable, optional
        Told of ``(ended, all, unit, outcome)`` after every unit.
    dashboard : callable, optional
        Told of the address of a page that shows the workers, where there is one.

    Returns
    -------
    Batch
        Incomplete when it was stopped (Ctrl-C, :func:`planning.batch.stop_batch`).

    Raises
    ------
    ScenarioError
        What is wrong with the scenarios, before anything is begun.
    StoreError
        If a store of counties cannot be reached, or does not hold the district that is named.
    MissingExtraError
        If a scheduler is named and the extra ``cluster`` is not installed, or a store and the extra ``postgis`` is not.
    WriteError
        If the folder holds other things or another batch, or the disk refuses.
    PlanningError
        If the scheduler does not answer.
    """
    home = (Path(out) if out else inside("batches", plan.name)).absolute()
    sources = stored_counties(plan.stores, home)
    plan = with_counties(plan, sources)
    units = units_of(plan)
    with workers_for(workers or os.cpu_count() or 1, scheduler) as pool:  # nothing is made without them
        begin(home, plan, units, replace=replace)
        refused = fetch(sources, home)
        if sources:  # now that their files are there, they name their units
            units = units_of(plan)
            begin(home, plan, units)
        return _carried_out(home, plan, units, refused, pool, scheduler is not None, told, dashboard)


def resume_batch(
    folder: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    told: Told | None = None,
    dashboard: Callable[[str], None] | None = None,
) -> Batch:
    """Go on with the batch of a folder: its scenarios as they were read, its counties as they are now.

    Parameters
    ----------
    folder : str or Path
        Folder of the batch.
    workers, scheduler, told, dashboard
        As for :func:`run_batch`.

    Raises
    ------
    LayoutError
        If the folder holds no batch, or its list is damaged.
    StoreError, WriteError, MissingExtraError, PlanningError
        As for :func:`run_batch`.
    """
    plan, listed = read_list(folder)
    home = Path(folder).absolute()
    counties = {unit.county for unit in listed}
    sources = stored_counties(plan.stores, home)
    with workers_for(workers or os.cpu_count() or 1, scheduler) as pool:
        refused = fetch({p: s for p, s in sources.items() if str(p.resolve()) in counties}, home)
        units = units_as_now(listed)
        begin(home, plan, units)
        return _carried_out(home, plan, units, refused, pool, scheduler is not None, told, dashboard)


def _carried_out(
    home: Path,
    plan: BatchPlan,
    units: tuple[Unit, ...],
    refused: Mapping[str, tuple[str, str]],
    pool: Workers,
    far: bool,
    told: Told | None,
    dashboard: Callable[[str], None] | None,
) -> Batch:
    with ExitStack() as stack:
        stack.enter_context(writing(home))
        page, digest = pool.dashboard(), plan_digest(plan, units)
        name = stack.enter_context(present(home, digest, dashboard=page, far=far))
        if dashboard and page:
            dashboard(page)
        keep_before(home)
        complete = _Course(units, home, plan.limits, pool, told, name).run(refused)
        with patiently(home / TABLE):
            table = write_results(home, units, plan.name)
    return Batch(home, units, table, complete)


class _Course:
    """The course of one batch: what is under way, what was tried how often, what must run alone."""

    def __init__(
        self,
        units: Sequence[Unit],
        home: Path,
        limits: Limits,
        pool: Workers,
        told: Told | None,
        name: str,
    ) -> None:
        self.units = {unit.key: unit for unit in units}
        self.home, self.limits, self.pool, self.told, self.name = home, limits, pool, told, name
        self.stop = stop_file(home, name)
        self.tries = dict.fromkeys(self.units, 0)
        self.alone: list[str] = []
        self.ended = 0

    def run(self, refused: Mapping[str, tuple[str, str]]) -> bool:
        """Carry everything out but the units of counties that have no data; return whether every unit ended."""
        todo = [key for key in self.units if not is_done(self.home, key)]
        for key in todo:  # what was reported before is tried once more
            (self.home / FAILURES / f"{key}.json").unlink(missing_ok=True)
        self.ended = len(self.units) - len(todo)
        for key in [key for key in todo if self.units[key].county in refused]:
            zh, en = refused[self.units[key].county]
            self._judge(Outcome(key, "refused", note_zh=zh, note_en=en), final=True)
            todo.remove(key)
        try:
            self._together(todo)
            for key in self.alone:  # nothing else needs memory now
                if not self.pool.stopped():
                    self._judge(self.pool.one(self._job(key, wide=True)), final=True)
        except KeyboardInterrupt:
            self.stop.touch()  # read by workers on other machines, too
            self.pool.stop()
        return self.ended == len(self.units)

    def _job(self, key: str, *, wide: bool = False) -> Job:
        limits = (
            replace(self.limits, memory_mb=math.inf) if wide else self.limits
        )  # the worker's machine tells
        return Job(self.units[key], self.home, limits, self.name)

    def _together(self, todo: Sequence[str]) -> None:
        for key in todo:
            self.pool.submit(self._job(key))
        for outcome in self.pool.outcomes():
            self._judge(outcome)
            if self.stop.exists():
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
            if (
                outcome.killed and self.tries[key] == self.limits.tries - 1
            ):  # by a system without memory, perhaps
                self.alone.append(key)
            else:
                self.pool.submit(self._job(key))
            return
        if outcome.status != "done":
            keep_failure(self.home, self.units[key], outcome, self.tries[key])
        self.ended += 1
        if self.told:
            self.told(self.ended, len(self.units), self.units[key], outcome)
