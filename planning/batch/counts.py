"""Say how far a batch is, from its folder alone, and ask those at work on it to stop."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from planning.batch.listing import read_list
from planning.batch.names import FAILURES, MAP, UNITS
from planning.batch.presence import Worker, at_work, stop_file
from planning.batch.work import is_done
from planning.errors import Issue, LayoutError

_LATEST = 50
"""So many units tell the rate: the first are the largest."""


@dataclass(frozen=True)
class Counts:
    """How far a batch is.

    Parameters
    ----------
    all, done, failed, open : int
        Units asked for; with a result; reported without one; neither.
    failures : tuple of (str, str, str)
        Unit, and the reason in Chinese and English, of every reported unit.
    workers : tuple of Worker
        Who is at work on it.
    per_hour : float or None
        Units finished in an hour, of the latest; ``None`` before two are.
    """

    all: int
    done: int
    failed: int
    open: int
    failures: tuple[tuple[str, str, str], ...]
    workers: tuple[Worker, ...]
    per_hour: float | None

    @property
    def stopping(self) -> bool:
        """Whether those at work were asked to stop."""
        return any(w.stopping for w in self.workers)

    @property
    def hours_left(self) -> float | None:
        """Hours until all are done at the present rate; ``None`` where nobody knows."""
        return self.open / self.per_hour if self.per_hour else None


def batch_counts(folder: str | Path) -> Counts:
    """Return how far a batch is.

    Raises
    ------
    LayoutError
        If the folder holds no batch, or its list is damaged.
    """
    home = Path(folder)
    _, units = read_list(home)
    by_key = {unit.key: unit for unit in units}
    done = {key for key in by_key if is_done(home, key)}
    failures = []
    for key, unit in by_key.items():
        told = None if key in done else read_failure(home, key)
        if told is not None:
            failures.append((unit.title, told["note_zh"], told["note_en"]))
    left = len(by_key) - len(done) - len(failures)
    rate = _per_hour([(home / UNITS / key).stat().st_mtime for key in done])
    return Counts(len(by_key), len(done), len(failures), left, tuple(failures), at_work(home), rate)


def read_failure(home: Path, key: str) -> dict[str, str] | None:
    """Return what was written down of a unit that ended without a result; ``None`` where nothing readable was."""
    try:
        told = json.loads((home / FAILURES / f"{key}.json").read_text(encoding="utf-8"))
        return {name: str(told[name]) for name in ("status", "note_zh", "note_en")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def batch_map(folder: str | Path) -> Path:
    """Return the map of all counties of a batch.

    Raises
    ------
    LayoutError
        If the folder holds no batch, its list is damaged, or it has not come so far.
    """
    read_list(folder)
    file = Path(folder).resolve() / MAP
    if not file.is_file():
        raise LayoutError([Issue("batch.counts.no_map", str(file))])
    return file


def stop_batch(folder: str | Path) -> int:
    """Ask those at work on a batch to stop, and return how many they are; what is finished stays, the batch can go on later.

    Raises
    ------
    LayoutError
        If the folder holds no batch, or nobody is at work on it.
    """
    home = Path(folder)
    read_list(home)
    there = at_work(home)
    if not there:
        raise LayoutError([Issue("batch.counts.nobody_at_work", str(home))])
    for worker in there:
        stop_file(home, worker.name).touch()
    return len(there)


def _per_hour(moments: list[float]) -> float | None:
    latest = sorted(moments)[-_LATEST:]
    hours = (latest[-1] - latest[0]) / 3600 if latest else 0.0
    return (len(latest) - 1) / hours if hours > 0 else None
