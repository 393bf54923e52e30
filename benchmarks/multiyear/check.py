"""Price and check plans of the multi-year instances with nothing but numpy: python benchmarks/multiyear/check.py [SOLUTIONS].

The format and the problem stand in README.md beside this file.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CAP, SHORT, CLASS, OVER = 45, 50.0, 0.2, 20.0
"""Pupils a class may hold; prices of a missing seat, of a class and of a pupil above a school's limit, in pupil-kilometres."""
NOBODY = 0.01
"""Weight of a zone without pupils, so that it, too, prefers a near school."""


@dataclass(frozen=True)
class Instance:
    """One county with one amount of rooms.

    Parameters
    ----------
    pupils : array (n_zones, n_years, n_grades)
    metres : array (n_zones, n_schools)
    beside : list of set of int
        Neighbours of every zone.
    home, rooms, limit : array (n_schools,)
        Zone of the site, classrooms, greatest number of pupils.
    """

    pupils: np.ndarray
    metres: np.ndarray
    beside: list[set[int]]
    home: np.ndarray
    rooms: np.ndarray
    limit: np.ndarray


def _rows(path: Path) -> np.ndarray:
    with path.open(encoding="utf-8", newline="") as file:
        return np.array([[float(v) for v in row] for row in list(csv.reader(file))[1:]])


def read(name: str, folder: Path = HERE / "instances") -> Instance:
    """Read an instance by its name, ``county-spare`` (``c60-30``)."""
    county, spare = name.split("-")
    zones, schools = _rows(folder / county / "zones.csv"), _rows(folder / county / "schools.csv")
    edges = _rows(folder / county / "edges.csv").astype(int)
    beside: list[set[int]] = [set() for _ in zones]
    for a, b in edges:
        beside[a].add(int(b))
        beside[b].add(int(a))
    rooms = schools[:, 3 + ["40", "30", "20"].index(spare)].astype(int)
    pupils = zones[:, 1:].reshape(len(zones), -1, 6)
    metres = _rows(folder / county / "metres.csv")[:, 1:]
    return Instance(pupils, metres, beside, schools[:, 1].astype(int), rooms, schools[:, 2])


def seats(pupils: np.ndarray, rooms: int) -> tuple[int, float]:
    """Return the classes opened and the pupils left without a seat, for the pupils of the grades of one school and year.

    Each class goes to the grade where it seats most; the gain of a grade never grows, so that no other choice is cheaper.
    """
    left, classes = pupils.astype(float).copy(), 0
    for _ in range(rooms):
        gain = np.minimum(left, CAP)
        best = int(gain.argmax())
        if gain[best] * SHORT <= CLASS:
            break
        left[best] -= gain[best]
        classes += 1
    return classes, float(left.sum())


def check(inst: Instance, school_of: np.ndarray) -> tuple[float, list[str]]:
    """Return the price of a plan in pupil-kilometres and what is wrong with it."""
    n, wrong = len(inst.metres), []
    if school_of.shape != (n,) or school_of.min() < 0 or school_of.max() >= len(inst.home):
        return float("inf"), ["every zone needs one school of the list"]
    years = inst.pupils.shape[1]
    weight = np.maximum(inst.pupils.sum(axis=2).mean(axis=1), NOBODY)
    total = float((weight * inst.metres[np.arange(n), school_of]).sum()) / 1000.0
    for u, home in enumerate(inst.home.tolist()):
        area = set(np.flatnonzero(school_of == u).tolist())
        if home not in area:
            wrong.append(f"school {u}: its own zone {home} belongs elsewhere")
            continue
        seen, queue = {home}, [home]
        while queue:
            new = inst.beside[queue.pop()] & area - seen
            seen |= new
            queue += list(new)
        if seen != area:
            wrong.append(f"school {u}: zones {sorted(area - seen)} hang apart")
        here = inst.pupils[sorted(area)].sum(axis=0)
        for t in range(years):
            classes, short = seats(here[t], int(inst.rooms[u]))
            over = max(0.0, float(here[t].sum() - inst.limit[u]))
            total += (SHORT * short + CLASS * classes + OVER * over) / years
    return total, wrong


def main() -> int:
    """Check every solution of a folder (those of the project by default) against what bounds.csv says; return the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "solutions"
    said = {}
    with (HERE / "bounds.csv").open(encoding="utf-8", newline="") as file:
        said = {row["instance"]: row for row in csv.DictReader(file)}
    bad = 0
    for path in sorted(folder.glob("*.csv")):
        price, wrong = check(read(path.stem), _rows(path)[:, 1].astype(int))
        known = said[path.stem]
        gap = 100.0 * (price - float(known["bound"])) / price
        told = f"{price:.4f}, {gap:.3f} % above the bound, best known {known['best']}"
        print(f"{path.stem}: {'; '.join(wrong) or told}")
        bad += bool(wrong) or gap < -1e-4
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
