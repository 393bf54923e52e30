"""Know who is at work on a batch, here or on another machine, and ask exactly them to stop.

Whoever works holds a lock on a file of its own, which the system takes back however its process ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from planning.batch.names import AT_WORK

try:
    import fcntl
except ImportError:  # not on Windows: there everybody who did not leave is taken for present
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Worker:
    """Somebody at work on a batch.

    Parameters
    ----------
    name : str
        Tells them apart.
    host : str
        Machine and process.
    plan : str
        Digest of the plan that is carried out.
    stopping : bool
        Whether it was asked to stop.
    dashboard : str
        Address of a page that shows its workers; empty where there is none.
    """

    name: str
    host: str
    plan: str
    stopping: bool
    dashboard: str = ""


@contextmanager
def present(home: Path, plan: str, *, dashboard: str = "", far: bool = False) -> Iterator[str]:
    """Be at work on a batch; yield the name under which one may be asked to stop.

    Whoever works for it elsewhere (``far``) may read that it is to stop only after its end: that file is left for the next one to clear.
    """
    folder = home / AT_WORK
    folder.mkdir(parents=True, exist_ok=True)
    _clear_stops(folder)
    name = secrets.token_hex(6)
    mine, hidden = folder / f"{name}.json", folder / f".{name}.json"
    handle = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a network folder without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        said = {"host": f"{socket.gethostname()}, {os.getpid()}", "plan": plan, "dashboard": dashboard}
        os.write(handle, json.dumps(said, ensure_ascii=False).encode())
        hidden.rename(mine)  # seen only with its lock on
        yield name
    finally:
        for file in (hidden, mine, *(() if far else (stop_file(home, name),))):
            file.unlink(missing_ok=True)
        os.close(handle)


def at_work(home: Path) -> tuple[Worker, ...]:
    """Return who is at work on a batch; what the dead left is cleared away."""
    found = []
    for file in sorted((home / AT_WORK).glob("[0-9a-f]*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(file.read_text(encoding="utf-8"))
            if _is_held(file):
                stopping = stop_file(home, file.stem).exists()
                page = str(said.get("dashboard", ""))
                found.append(Worker(file.stem, str(said["host"]), str(said["plan"]), stopping, page))
    return tuple(found)


def stop_file(home: Path, name: str) -> Path:
    """Return the file whose presence asks one at work, and everyone who works for it, to stop."""
    return home / AT_WORK / f"{name}.stop"


def _clear_stops(folder: Path) -> None:
    """Remove what asked those to stop who left since; whoever still works for them ends what is under way, which is not lost."""
    for file in folder.glob("[0-9a-f]*.stop"):
        if not file.with_suffix(".json").exists():
            file.unlink(missing_ok=True)


def _is_held(file: Path) -> bool:
    if fcntl is None:
        return True
    handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or a folder without locks, where nobody can tell
        return True
    else:
        file.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)
