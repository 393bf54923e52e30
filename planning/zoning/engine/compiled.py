"""Compile functions of arrays to machine code, kept on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return a function of arrays and numbers, compiled when it is first called; it lets other threads run."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder may be written to: compiled anew in every process
        return cast(F, numba.njit(nogil=True)(function))
