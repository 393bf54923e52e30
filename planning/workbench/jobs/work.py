"""What a job may do besides its work: tell how far it is, and ask whether it is to stop."""

from __future__ import annotations

import json
import math
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planning.workbench.jobs.folder import PROGRESS, STOP

if TYPE_CHECKING:
    from planning.zoning.engine import TracePoint

_PAUSE_S = 0.25


class Work:
    """The line between a job and whoever waits for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._last, self._asked_to_stop = folder, 0.0, False

    def tell(self, **facts: Any) -> None:
        """Add a line to the progress."""
        line = json.dumps(facts, ensure_ascii=False, allow_nan=False) + "\n"
        with (self.folder / PROGRESS).open("ab") as stream:
            stream.write(line.encode("utf-8"))

    def point(self, point: TracePoint) -> None:
        """Tell the best plan and the bound, not more often than a person sees."""
        moment = time.monotonic()
        if moment - self._last >= _PAUSE_S:
            self._last = moment
            self.tell(
                seconds=round(point.seconds, 2),
                best=_finite(point.objective),
                bound=_finite(point.bound),
                phase=point.phase,
            )

    def stop(self) -> bool:
        """Return whether the job is to stop with what it has."""
        return self._asked_to_stop or (self.folder / STOP).exists()

    def listen(self) -> None:
        """Take SIGTERM as the word to stop; Ctrl-C in the server's terminal is not meant for jobs."""

        def heard(number: int, frame: Any) -> None:
            self._asked_to_stop = True

        signal.signal(signal.SIGTERM, heard)
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
