"""Say how far a batch is, from its folder alone, and ask it to stop."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from planning.batch.batch import LIST, read_list
from planning.batch.work import FAILURES, STOP, is_done
from planning.errors import Issue, LayoutError


@dataclass(frozen=True)
class Counts:
    """How far a batch is.

    Parameters
    ----------
    all, done, failed, open : int
        Units asked for; with a result; reported without one; neither.
    failures : tuple of (str, str, str)
        County, scenario and reason of every reported unit.
    stopping : bool
        Whether it was asked to stop.
    """

    all: int
    done: int
    failed: int
    open: int
    failures: tuple[tuple[str, str, str], ...]
    stopping: bool


def batch_counts(folder: str | Path) -> Counts:
    """Return how far a batch is.

    Raises
    ------
    LayoutError
        If the folder holds no batch.
    """
    home = _home(folder)
    _, units = read_list(home)
    done = {unit.key for unit in units if is_done(home, unit.key)}
    failures = []
    for unit in units:
        file = home / FAILURES / f"{unit.key}.json"
        if unit.key not in done and file.is_file():
            note = json.loads(file.read_text(encoding="utf-8"))["note"]
            failures.append((Path(unit.county).name, unit.scenario, note))
    finished = sum(unit.key in done for unit in units)
    left = len(units) - finished - len(failures)
    return Counts(len(units), finished, len(failures), left, tuple(failures), (home / STOP).exists())


def stop_batch(folder: str | Path) -> None:
    """Ask whoever works on a batch to stop; what is finished stays, the same batch can go on later.

    Raises
    ------
    LayoutError
        If the folder holds no batch.
    """
    (_home(folder) / STOP).touch()


def _home(folder: str | Path) -> Path:
    home = Path(folder)
    if not (home / LIST).is_file():
        raise LayoutError([Issue("batch.counts.no_batch", str(home))])
    return home
