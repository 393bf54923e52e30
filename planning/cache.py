"""Keep what takes long to read or to compute in the user's own cache folder, named by the content it came from.

What is kept is only ever a faster way to the same answer: the name of an entry is the digest of everything that the answer depends on,
a damaged entry counts as none, and a folder that cannot be written, or that belongs to somebody else, is not used. ``PLANNING_CACHE``
names another folder, or is ``off``.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import secrets
import stat
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SWITCH = "PLANNING_CACHE"
OFF = ("off", "0", "no")
MOST_ENTRIES, MOST_BYTES = 96, 400_000_000
"""What the folder may hold; the entries used longest ago go first."""
_ENDING = ".npz"
_ENTRY, _BEGUN = re.compile(r"\w+-[0-9a-f]{40}\.npz"), re.compile(r"\.\w+\.[0-9a-f]{12}")
"""Names of entries, and of those that are being written: nothing else of the folder is touched, whose ever it is."""
ABANDONED_S = 600.0
"""What a process began to keep this long ago was left by one that was killed."""
_DIGEST_BYTES = 32


def cache_folder() -> Path | None:
    """Return the cache folder of this user (XDG), made when it is missing; ``None`` where none may or can be used."""
    said = os.environ.get(SWITCH, "").strip()
    if said.lower() in OFF:
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
        folder = Path(said) if said else home / "planning"
        folder.mkdir(0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError, ValueError):  # no home, a file in its place, no permission
        return None
    private = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    return folder if stat.S_ISDIR(found.st_mode) and private else None


def key_of(parts: Iterable[bytes | str]) -> str:
    """Return the name of an entry: a digest of all parts, each set apart from the next."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "little"))
        digest.update(raw)
    return digest.hexdigest()


def stamp_of_code(*folders: Path) -> str:
    """Return what changes whenever the code in these folders does: name, size and time of every module."""
    found = sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for folder in folders
        for path in folder.rglob("*.py")
    )
    return repr(found)


def recall(kind: str, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """Return the arrays of an entry, or ``None`` when there is none that is whole."""
    folder = cache_folder()
    if folder is None:
        return None
    path = folder / f"{kind}-{key}{_ENDING}"
    try:
        raw = path.read_bytes()
        body = raw[_DIGEST_BYTES:]
        if hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest() != raw[:_DIGEST_BYTES]:
            return None
        with np.load(io.BytesIO(body), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
    except (OSError, TypeError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used now
    return arrays


def keep(kind: str, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Keep arrays under a key; a disk that refuses costs nothing but the time saved."""
    folder = cache_folder()
    if folder is None:
        return
    body = io.BytesIO()
    np.savez(body, **arrays)  # type: ignore[arg-type]
    raw = body.getvalue()
    temporary = folder / f".{kind}.{secrets.token_hex(6)}"
    try:
        temporary.touch(0o600)
        temporary.write_bytes(hashlib.blake2b(raw, digest_size=_DIGEST_BYTES).digest() + raw)
        temporary.replace(folder / f"{kind}-{key}{_ENDING}")
        _prune(folder)
    except OSError:
        pass
    finally:  # also where the user stops the command
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _prune(folder: Path) -> None:
    """Remove the entries used longest ago beyond what the folder may hold, and what killed processes left."""
    total, now = 0, time.time()
    about = list(_stats(folder, _ENTRY))
    gone = [path for path, held in _stats(folder, _BEGUN) if now - held.st_mtime > ABANDONED_S]
    for rank, (path, held) in enumerate(sorted(about, key=lambda a: -a[1].st_mtime_ns)):
        total += held.st_size
        if rank >= MOST_ENTRIES or total > MOST_BYTES:
            gone.append(path)
    for path in gone:
        with contextlib.suppress(OSError):
            path.unlink()


def _stats(folder: Path, name: re.Pattern[str]) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the files of a name that are still there: another process may prune the folder, too."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if name.fullmatch(path.name):
                yield path, path.stat()
