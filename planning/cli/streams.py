"""Make standard input and output that neither a lost reader, a full disk nor another code page can break."""

from __future__ import annotations

import contextlib
import io
import os
import sys


class SteadyText(io.TextIOWrapper):
    """A stream for people: when nobody can read it any more it falls silent, and the work goes on."""

    def write(self, text: str) -> int:
        """Write, or fall silent."""
        try:
            return super().write(text)
        except OSError:
            self._fall_silent()
            return len(text)

    def flush(self) -> None:
        """Flush, or fall silent."""
        try:
            super().flush()
        except OSError:
            self._fall_silent()

    def _fall_silent(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())  # what is still in the buffer goes there too
        os.close(nowhere)


def make_steady() -> None:
    """Replace the standard streams; signs that their encoding does not have come out as their numbers."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # closed: or else the next file that is opened would take what is printed
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = _steady(sys.stdout, 1)
    sys.stderr = _steady(sys.stderr, 2)
    if isinstance(sys.stdin, io.TextIOWrapper):
        with contextlib.suppress(io.UnsupportedOperation):  # already begun to read
            sys.stdin.reconfigure(errors="replace")


def _steady(stream: object, number: int) -> SteadyText:
    if isinstance(stream, io.TextIOWrapper):
        encoding, lines = stream.encoding, stream.line_buffering
        return SteadyText(stream.detach(), encoding, "backslashreplace", line_buffering=lines)
    raw = open(number, "wb", closefd=False)  # noqa: SIM115 -- for the life of the process
    return SteadyText(raw, "utf-8", "backslashreplace", line_buffering=number == 2)
