"""Start jobs in turn, never more than the machine has cores for, and know how far each is."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from planning.errors import LayoutError
from planning.messages import LANGUAGE
from planning.workbench.jobs.folder import (
    LOG,
    OVER,
    RUNNING,
    STARTED,
    STOP,
    WAITING,
    Asked,
    Job,
    hold,
    is_alive,
    new_job,
    read_job,
)  # fmt: skip
from planning.workbench.projects.record import now, read_json, write_json
from planning.workbench.projects.workspace import Workspace, no_such

JOBS = "jobs"
_LOOK_S = 0.4
_GRACE_S = 30.0
"""Seconds from the word to stop until a process that does not end by itself is ended."""
_SHOWN = 60


class Queue:
    """The jobs of a workspace.

    Parameters
    ----------
    place : Workspace
    cores : int, optional
        Cores that jobs may use together; those of the machine without it.
    """

    def __init__(self, place: Workspace, cores: int | None = None) -> None:
        self.root = place.root / JOBS
        self.cores = cores or os.cpu_count() or 1
        self.version = 0
        self._jobs: dict[str, Job] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._told: dict[str, float] = {}
        self._read_only = place.read_only

    def jobs(self) -> list[Job]:
        """Return the newest jobs, newest first."""
        return [self._jobs[k] for k in sorted(self._jobs, reverse=True)][:_SHOWN]

    def job(self, job: str) -> Job:
        """Return the job of an id that a page asked for.

        Raises
        ------
        LayoutError
            If there is none.
        """
        if job not in self._jobs:
            raise LayoutError([no_such(job)])
        return self._jobs[job]

    def running(self) -> int:
        """Return how many jobs run."""
        return sum(j.state == RUNNING for j in self._jobs.values())

    def add(self, asked: Asked) -> Job:
        """Put a job at the end of the queue."""
        folder = new_job(self.root, asked)
        self.look()
        return self._jobs[folder.name]

    def stop(self, job: str) -> None:
        """Ask a job to stop with the best it has; one that waits never begins."""
        self._told.setdefault(job, time.monotonic())
        (self.job(job).folder / STOP).touch()
        self.look()

    async def keep_going(self) -> None:
        """Look after the jobs until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(_LOOK_S)

    def look(self) -> None:
        """Read what the jobs' folders say, and start what may start."""
        self._reap()
        before = self._jobs
        names = sorted(p.name for p in self.root.iterdir() if p.is_dir()) if self.root.is_dir() else []
        found: dict[str, Job] = {}
        for name in names[-_SHOWN:]:
            job = before.get(name)
            if job is None or job.state not in OVER:
                job = read_job(self.root / name)
            if job:
                found[name] = job
        if not self._read_only:
            self._end_deaf(found)
            self._start_next(found)
        if found != before:
            self._jobs = found
            self.version += 1

    def _start_next(self, jobs: dict[str, Job]) -> None:
        used = sum(min(j.asked.cores, self.cores) for j in jobs.values() if j.state == RUNNING)
        for name, job in jobs.items():
            if job.state == WAITING:
                wants = min(job.asked.cores, self.cores)
                if used + wants > self.cores:
                    return  # in turn: a small job does not overtake a large one for ever
                used += wants
                self._start(job.folder, job.asked.lang)
                jobs[name] = read_job(job.folder) or job

    def _start(self, folder: Path, lang: str) -> None:
        """Start the process of a job in a session of its own, with the lock that says it lives and the language of its papers."""
        handle = hold(folder)
        try:
            with (folder / LOG).open("ab") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", "planning.workbench.jobs.child", str(folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=os.environ | ({LANGUAGE: lang} if lang else {}),
                    start_new_session=True,
                    pass_fds=(handle,) if os.name == "posix" else (),
                )
            self._children[folder.name] = child
            write_json(folder / STARTED, {"pid": child.pid, "when": now()})
        finally:
            os.close(handle)

    def _end_deaf(self, jobs: dict[str, Job]) -> None:
        """End the process of a job that was told to stop and did not: what it had kept on disk stays."""
        for name, job in jobs.items():
            told = self._told.get(name)
            if told is None or job.state != RUNNING or time.monotonic() - told < _GRACE_S:
                continue
            started = read_json(job.folder / STARTED)
            if started and is_alive(job.folder):
                with contextlib.suppress(OSError, ValueError, TypeError):
                    os.killpg(int(started["pid"]), signal.SIGKILL)

    def _reap(self) -> None:
        for name, child in list(self._children.items()):
            if child.poll() is not None:
                del self._children[name]
