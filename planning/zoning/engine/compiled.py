"""Compile functions of arrays to machine code, kept on disk where there is a place for it."""

from __future__ import annotations

import getpass
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return a function of arrays and numbers, compiled when it is first called; it lets other threads run.

    What is compiled is kept beside the package, else where numba keeps things of a user, else in a folder for temporary files that
    nobody else may write to; where none may be written to, every process compiles anew (:func:`kept`).
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no folder
        pass
    try:
        numba.config.CACHE_DIR = str(_own_folder())  # type: ignore[attr-defined]
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except (OSError, RuntimeError):
        return cast(F, numba.njit(nogil=True)(function))


def kept(function: Callable[..., Any]) -> bool:
    """Return whether a compiled function is kept on disk, so that another process need not compile it."""
    return getattr(getattr(function, "_cache", None), "cache_path", None) is not None


def _own_folder() -> Path:
    """Return a folder for temporary files that is this user's alone; what is kept there is run as code.

    Raises
    ------
    OSError
        If there is none, or somebody else may write to it.
    """
    folder = Path(tempfile.gettempdir()) / f"xuequ-compiled-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    foreign = hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o077)
    if not stat.S_ISDIR(about.st_mode) or foreign:
        raise PermissionError(f"{folder} is not this user's alone")
    return folder


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
