"""The folder of a job: what is asked, how far it is, how it ended; read and written by server and job alike.

A job's state is only what its folder says, so that a server that was killed finds it again. The lock on ``alive`` belongs to the
process of the job: the system takes it back however that process ends, and no number of a process is mistaken for another's.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planning.workbench.projects.record import now, read_json, write_json

try:
    import fcntl
except ImportError:  # not on Windows: there a job that outlives its server is told apart by its end alone
    fcntl = None  # type: ignore[assignment]

ASKED, STARTED, PROGRESS, ENDED, STOP, ALIVE, LOG = (
    "asked.json", "started.json", "progress.jsonl", "ended.json", "stop", "alive", "log.txt"
)  # fmt: skip
FINDINGS = "findings.json"
"""What a check found, with places on the map; too much for the list of jobs."""
WAITING, RUNNING, DONE, FAILED, STOPPED, LOST = "waiting", "running", "done", "failed", "stopped", "lost"
OVER = (DONE, FAILED, STOPPED, LOST)
_TAIL = 65_536


@dataclass(frozen=True)
class Asked:
    """What a job is to do.

    Parameters
    ----------
    kind : str
        Name of a function in :mod:`planning.workbench.jobs.kinds`.
    project : str
        Project it belongs to.
    title : str
        As the list shows it.
    values : mapping
        Arguments, plain data.
    cores : int
        Processor cores it will use.
    made : str
        ISO 8601 time.
    lang : str
        Language of the papers that come of it; that of the server where it is empty.
    """

    kind: str
    project: str
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    cores: int = 1
    made: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Job:
    """A job with its state, as the pages show it."""

    id: str
    folder: Path
    asked: Asked
    state: str
    progress: tuple[dict[str, Any], ...] = ()
    result: dict[str, Any] | None = None

    def as_data(self) -> dict[str, Any]:
        """Return plain data for a page."""
        return {
            "id": self.id,
            "kind": self.asked.kind,
            "project": self.asked.project,
            "title": self.asked.title,
            "made": self.asked.made,
            "state": self.state,
            "stopping": self.state == RUNNING and (self.folder / STOP).exists(),
            "progress": list(self.progress),
            "result": self.result,
        }


def new_job(root: Path, asked: Asked) -> Path:
    """Make the folder of a job and return it; its name orders jobs by the time they were asked for."""
    moment = now()
    folder = root / f"{moment[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    write_json(folder / ASKED, asdict(asked) | {"made": moment})
    return folder


def read_asked(folder: Path) -> Asked | None:
    """Return what a job is to do, ``None`` where the folder is none of ours."""
    data = read_json(folder / ASKED)
    if data is None:
        return None
    try:
        return Asked(**data)
    except TypeError:
        return None


def read_job(folder: Path) -> Job | None:
    """Return a job as its folder tells it."""
    asked = read_asked(folder)
    if asked is None:
        return None
    ended = read_json(folder / ENDED)
    if ended is None and is_alive(folder):
        state = RUNNING
    else:
        ended = ended or read_json(folder / ENDED)  # it may have ended between two looks
        state = str(ended["state"]) if ended else LOST if (folder / STARTED).exists() else WAITING
    if state == WAITING and (folder / STOP).exists():
        state = STOPPED
    return Job(folder.name, folder, asked, state, read_progress(folder), ended)


def read_progress(folder: Path) -> tuple[dict[str, Any], ...]:
    """Return the last lines of a job's progress; a line that is being written is left for the next look."""
    try:
        with (folder / PROGRESS).open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL))
            lines = stream.read().split(b"\n")
    except OSError:
        return ()
    found = []
    for line in lines[1 if size > _TAIL else 0 : -1]:
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return tuple(found[-200:])


def is_alive(folder: Path) -> bool:
    """Return whether the process of a job holds its lock."""
    try:
        handle = os.open(folder / ALIVE, os.O_RDWR)
    except OSError:
        return False
    try:
        if fcntl is None:
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def hold(folder: Path) -> int:
    """Return a handle that holds the lock of a job; whoever inherits it holds it on."""
    handle = os.open(folder / ALIVE, os.O_RDWR | os.O_CREAT, 0o600)
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
