"""End at Ctrl-C, a request to end (SIGTERM) or a lost terminal (SIGHUP): at any moment, without a traceback, nothing half-written."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_SIGNALS = tuple(getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n))
_TOGETHER_S = 0.5
"""Signals that follow so soon are one request: nobody presses twice so fast to stop the tidying-up too."""


class _Stop:
    """What was heard, and whether a command is at work that has something to tidy up."""

    def __init__(self) -> None:
        self.number = 0
        self.last = 0.0
        self.working = False
        self.words = b""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Interrupt the work; with none under way (programs load, everything is written) there is nothing to tidy up."""
        if not self.working:
            if self.words:
                with contextlib.suppress(OSError):
                    os.write(2, self.words)
            os._exit(128 + number)
        now = time.monotonic()
        if self.number and now - self.last < _TOGETHER_S:
            return
        self.number, self.last = self.number or number, now
        raise KeyboardInterrupt

    def again(self, refused: Any) -> None:
        """Raise an interruption again that fell into a place where Python drops exceptions (a finaliser, a callback)."""
        if not issubclass(refused.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(refused)
            return
        self.last = 0.0
        later = threading.Timer(0.05, _thread.interrupt_main, (self.number or signal.SIGINT,))
        later.daemon = True
        later.start()


_STOP = _Stop()


def listen() -> None:
    """Answer the signals from now on, save those that the caller of the program wants ignored (``nohup``)."""
    sys.unraisablehook = _STOP.again
    for number in _SIGNALS:
        with contextlib.suppress(ValueError, OSError):  # not the main thread
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _STOP)


def leave(code: int) -> NoReturn:
    """End the program with an exit code that no later signal changes: everything is written and said.

    After an interruption the interpreter is not taken down: it may remember it, and would end by SIGINT instead.
    """
    for number in _SIGNALS:
        with contextlib.suppress(ValueError, OSError):  # not the main thread
            signal.signal(number, signal.SIG_IGN)
    if not stop_code():
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def say_when_stopped(words: str) -> None:
    """Take the line that is said when a signal ends the program where it has nothing to tidy up."""
    _STOP.words = f"{words}\n".encode()


@contextmanager
def loading() -> Iterator[None]:
    """Let signals end the program at once while programs load: libraries swallow interruptions there, and nothing is begun."""
    before, _STOP.working = _STOP.working, False
    try:
        yield
    finally:
        _STOP.working = before


@contextmanager
def at_work() -> Iterator[None]:
    """Let signals interrupt the work inside, so that it can tidy up and keep what is finished."""
    _STOP.number, _STOP.working = 0, True
    try:
        yield
    finally:
        _STOP.working = False


def stop_code() -> int:
    """Return the exit code that the signal heard asks for (130 for Ctrl-C, 143 for SIGTERM), 0 when none was."""
    return 128 + _STOP.number if _STOP.number else 0
