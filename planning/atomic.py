"""Put files and folders in place whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from planning.errors import Issue, WriteError
from planning.leftovers import clear_leftovers, remove, temporary_folder

try:
    import fcntl
except ImportError:  # not on Windows; folders still appear whole, only the second writer is not turned away
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
_TRIES = 25
_TRIES_CLAIM = 5
_DRIVERS = ("pyogrio", "lxml", "pyarrow", "fiona", "PIL")
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True)
class Claim:
    """The right to write one folder, held by :func:`claimed`."""

    target: Path


@contextmanager
def claimed(target: str | Path) -> Iterator[Claim]:
    """Hold the right to write a folder; a second writer is turned away instead of overwriting the first.

    A claim ends with the process that holds it, however it ends.

    Raises
    ------
    WriteError
        If another process is writing there, or the place cannot be written.
    """
    path = Path(target)
    refuse_link(path)
    lock = path.parent / f".{path.name}.lock"
    with folders_above(path):
        with writing(path):
            handle = _lock(lock, path)
        try:
            _clear(path)
            yield Claim(path)
        finally:
            if handle is not None:
                lock.unlink(missing_ok=True)
                os.close(handle)


@contextmanager
def folders_above(path: Path) -> Iterator[None]:
    """Make the folders above a path; those that were missing go again, where they are empty, if nothing came of it."""
    missing = [folder for folder in path.parents if not folder.exists()]
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def writing(target: str | Path) -> Iterator[None]:
    """Turn what the operating system refuses (disk full, no permission …) into an error for the user.

    Raises
    ------
    WriteError
        Instead of any ``OSError``, and of the errors by which the libraries that write files name it.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in _DRIVERS:
            raise
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise WriteError(
            [Issue("base.atomic.cannot_written_what_stays", str(target), reason=reason)]
        ) from error


@contextmanager
def new_folder(target: Path, *, claim: Claim | None = None, marks: Sequence[str] = ()) -> Iterator[Path]:
    """Yield a temporary folder beside ``target`` that takes its name only when everything in it was written.

    An older folder of that name is replaced in one step at the end; on an error, an interruption or a killed
    process it stays as it was.

    Parameters
    ----------
    target : Path
        Where the folder is to stand.
    claim : Claim, optional
        The claim on ``target`` where the caller holds it already.
    marks : sequence of str
        File names of which an existing folder must hold one to be replaced; without them, one of the new ones.

    Raises
    ------
    WriteError
        If another process is writing there, ``target`` holds something else, or the disk refuses.
    """
    with contextlib.ExitStack() as stack:
        if claim is None:
            stack.enter_context(claimed(target))
        if marks:
            check_replaceable(target, marks)
        stack.enter_context(writing(target))
        temporary = stack.enter_context(temporary_folder(target))
        try:
            yield temporary
            check_replaceable(target, marks or [p.name for p in temporary.iterdir()])
            place_folder(temporary, target)
        except WriteError as error:  # of a file in it: the user knows it by the name it was to have
            raise WriteError(
                p.at(file=p.file.replace(str(temporary), str(target))) for p in error.problems
            ) from error


def refuse_link(target: Path) -> None:
    """Refuse to write where a link stands: it would become a folder or file, and what it points to would stay old.

    Raises
    ------
    WriteError
        If ``target`` is a link, or cannot be the name of a file.
    """
    with writing(target):
        linked = target.is_symlink()
    if not linked:
        return
    raise WriteError(
        [Issue("base.atomic.link_another_place_so_neither", str(target), value=os.fspath(target.readlink()))]
    )


def check_replaceable(target: Path, marks: Sequence[str]) -> None:
    """Refuse to replace what is not an earlier result: a file, or a folder of other things.

    Raises
    ------
    WriteError
        If ``target`` is a file, or a folder that holds files but none of ``marks``.
    """
    refuse_link(target)
    if not target.exists():
        return
    if target.is_dir():
        names = {p.name for p in target.iterdir()}
        if not names or names & set(marks):
            return
    raise WriteError([Issue("base.atomic.exists_no_earlier_result_so", str(target))])


def place_folder(temporary: Path, target: Path) -> None:
    """Give a finished folder its name; the folder that had it is exchanged in one step and removed."""
    _flush(temporary)
    if not target.exists():
        temporary.rename(target)
    elif exchange(temporary, target):
        remove(temporary)
    else:  # a file system without exchange: two steps, and `recover` for what happens between them
        previous = _previous(target)
        remove(previous)
        target.rename(previous)
        try:
            temporary.rename(target)
        except OSError:
            previous.rename(target)
            raise
        remove(previous)
    _flush_folder(target.parent)


def steadily(path: Path, read: Callable[[Path], T]) -> T:
    """Return what ``read`` says of a folder, read again when the folder was exchanged meanwhile.

    So a reader never sees one file of the old folder and the next one of the new.

    Raises
    ------
    WriteError
        If it was exchanged at every try.
    """
    for attempt in range(_TRIES):
        time.sleep(0.01 * attempt)
        before = _identity(path)
        try:
            result = read(path)
        except Exception:
            if _identity(path) == before:
                raise
            continue
        if _identity(path) == before:
            return result
    raise WriteError([_busy(path, "")])


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def recover(target: str | Path) -> None:
    """Bring back the folder that a process killed between two steps had put aside."""
    path = Path(target)
    previous = _previous(path)
    if not path.exists() and previous.is_dir():
        with contextlib.suppress(OSError):
            previous.rename(path)


def exchange(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; return whether the system can (``renameat2``, Linux)."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done = call(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(second))


@contextmanager
def whole_file(target: str | Path) -> Iterator[Path]:
    """Yield a temporary name beside ``target`` that takes its place when everything was written.

    Raises
    ------
    WriteError
        If ``target`` is a folder, or the disk refuses.
    """
    path = Path(target)
    refuse_link(path)
    with folders_above(path), writing(path):
        clear_leftovers(path.parent)
        with temporary_folder(path) as folder:
            temporary = folder / path.name  # some drivers look at the name, and write side files beside it
            yield temporary
            temporary.chmod(0o644)
            _flush(folder)
            temporary.replace(path)


def _lock(lock: Path, target: Path) -> int | None:
    tries = 0
    while fcntl is not None:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tries += 1
            if tries < _TRIES_CLAIM:  # somebody may only be looking whether its owner lives
                os.close(handle)
                time.sleep(0.02)
                continue
            owner = os.read(handle, 200).decode(errors="replace").strip()
            os.close(handle)
            raise WriteError([_busy(target, owner)]) from None
        except OSError:  # a network folder without locks
            os.close(handle)
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == lock.stat().st_ino:
                moment = datetime.datetime.now().astimezone().isoformat(" ", "seconds")
                with contextlib.suppress(
                    OSError
                ):  # who it is helps the second writer; a full disk must not stop us here
                    os.truncate(handle, 0)
                    os.write(handle, f"{os.getpid()}, {moment}".encode())
                return handle
        os.close(handle)  # its owner has just removed it: take the new one
    return None


def _busy(target: Path, owner: str) -> Issue:
    return Issue("base.atomic.another_process_writing_folder", str(target), value=owner)


def _clear(target: Path) -> None:
    """Remove what killed writers of this folder left behind; only the holder of the claim may."""
    recover(target)
    clear_leftovers(target.parent)
    if target.exists():
        remove(_previous(target))


def _previous(target: Path) -> Path:
    return target.parent / f".{target.name}.previous"


def _flush(folder: Path) -> None:
    """Have every file of a folder on the disk before its name appears."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
