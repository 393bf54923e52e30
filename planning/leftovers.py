"""Make temporary folders that say whether their maker still lives, and clear those of makers that do not.

A maker holds a lock on its folder, which the system takes back however the process ends. So whoever gets the lock of a
folder knows that nobody works in it any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows, where an open folder has no lock: there nothing is taken for left over
    fcntl = None  # type: ignore[assignment]

ENDING = ".planning.tmp"
_OURS = re.compile(r"\..+\.[0-9a-f]{12}" + re.escape(ENDING), re.DOTALL)
_CLAIM = re.compile(rb"\d+, \d{4}-\d\d-\d\d .*", re.DOTALL)
_LONGEST = 255 - len(f"..{'0' * 12}{ENDING}")  # bytes that file systems leave for the name


@contextmanager
def temporary_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside ``target``, removed at the end unless it took another name."""
    name = target.name.encode("utf-8", "surrogateescape")[:_LONGEST].decode("utf-8", "ignore")
    path, handle = target.parent / f".{name}.{secrets.token_hex(6)}{ENDING}", None
    try:
        while True:
            path.mkdir(0o755)
            handle = _held(path)
            if handle is None or _is_at(handle, path):
                break
            os.close(handle)  # cleared by somebody between its making and its lock
        yield path
    finally:
        remove(path)
        if handle is not None:
            os.close(handle)


def clear_leftovers(parent: Path) -> None:
    """Remove the temporary folders and claims in a folder whose makers are gone; living ones stay."""
    if fcntl is None:
        return
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(parent)):
            path = Path(entry.path)
            if _OURS.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                _clear(path)
            elif (
                entry.name.startswith(".")
                and entry.name.endswith(".lock")
                and entry.is_file(follow_symlinks=False)
            ):
                _clear(path, _CLAIM)  # fmt: skip


def remove(path: Path) -> None:
    """Remove a folder and what is in it, also where it was made read-only; what cannot be removed stays."""
    if not path.is_dir() or path.is_symlink():
        return
    for folder, _, _ in os.walk(path):
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o755)
    shutil.rmtree(path, ignore_errors=True)


def _clear(path: Path, content: re.Pattern[bytes] | None = None) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its maker lives
            if not _is_at(handle, path):
                return
            if content is None:
                remove(path)
            elif content.fullmatch(os.read(handle, 200)):
                path.unlink()
        finally:
            os.close(handle)


def _held(path: Path) -> int | None:
    """Return the handle of the folder's lock, ``None`` where folders have none (network folders, other systems)."""
    if fcntl is None:
        return None
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        return None
    return handle


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path, follow_symlinks=False))
    except OSError:
        return False
