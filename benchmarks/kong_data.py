"""Read Kong's service area and facility location instances, and check plans from the raw figures with nothing but numpy.

python benchmarks/kong_data.py FOLDER_OF_INSTANCES FOLDER_OF_SOLUTIONS prices every stored plan (columns ``unit,school``).
"""

from __future__ import annotations

import csv
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CONNECTIVITY = {
    "kong_sap2020": {"zy": "zy", "gy": "gy", "gy2": "gy2"},
    "kong_cflsap2021": {"zy": "zy", "gy": "gy2"},
}


@dataclass(frozen=True)
class Instance:
    """Units with people, schools with seats (and opening costs), and who is next to whom."""

    name: str
    ids: tuple[int, ...]
    people: np.ndarray
    points: np.ndarray
    schools: np.ndarray
    seats: np.ndarray
    opening: np.ndarray | None
    edges: tuple[tuple[int, int], ...]


def read(folder: Path, name: str) -> Instance:
    """Read one instance; opening costs only for the facility location set."""
    lines = [
        line.split("\t") for line in (folder / f"{name}.txt").read_text().splitlines()[1:] if line.strip()
    ]
    table = np.array([[float(v) for v in line[:7]] for line in lines])
    ids = tuple(int(v) for v in table[:, 0])
    at = {k: i for i, k in enumerate(ids)}
    family = "gy2" if name.startswith("gy2") else name[:2]
    other = folder / f"{CONNECTIVITY[folder.name][family]}_connectivity.txt"
    pairs = [line.split(",")[1:3] for line in other.read_text().splitlines()[1:] if line.strip()]
    edges = tuple((at[int(a)], at[int(b)]) for a, b in pairs if int(a) in at and int(b) in at and a != b)
    schools = np.flatnonzero(table[:, 6] > 0)
    opening = table[schools, 5] if "cflsap" in folder.name else None
    return Instance(name, ids, table[:, 1], table[:, 2:4], schools, table[schools, 6], opening, edges)


def kilometres(inst: Instance) -> np.ndarray:
    """Return straight distances from units to schools in km."""
    gap = inst.points[:, None, :] - inst.points[inst.schools][None, :, :]
    return np.hypot(gap[..., 0], gap[..., 1]) / 1000.0


def check(inst: Instance, unit_of: np.ndarray) -> tuple[float, list[str]]:
    """Return the price of an answer and what is wrong with it, from the raw figures alone."""
    beside: dict[int, set[int]] = {i: set() for i in range(len(inst.ids))}
    for a, b in inst.edges:
        beside[a].add(b)
        beside[b].add(a)
    total, wrong = 0.0, []
    for u, school in enumerate(inst.schools.tolist()):
        area = {i for i, v in enumerate(unit_of.tolist()) if v == u}
        if not area and inst.opening is not None:
            continue
        here = inst.points[school]
        for i in area:
            total += float(inst.people[i]) * float(np.hypot(*(inst.points[i] - here))) / 1000.0
        total += 0.0 if inst.opening is None else float(inst.opening[u])
        if sum(float(inst.people[i]) for i in area) > inst.seats[u] + 1e-6:
            wrong.append(f"school {inst.ids[school]}: over its seats")
        if school not in area:
            wrong.append(f"school {inst.ids[school]}: own unit belongs elsewhere")
            continue
        seen, queue = {school}, deque([school])
        while queue:
            for j in beside[queue.popleft()] & area - seen:
                seen.add(j)
                queue.append(j)
        if seen != area:
            wrong.append(f"school {inst.ids[school]}: area hangs apart")
    if len(unit_of) != len(inst.ids) or (unit_of < 0).any():
        wrong.append("units without a school")
    return total, wrong


def best_known(folder: Path, problem: str | None = None) -> dict[str, dict[str, str]]:
    """Return the published figures by instance."""
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        return {r["instance"]: r for r in csv.DictReader(file) if problem is None or r["problem"] == problem}


def solution(inst: Instance, path: Path) -> np.ndarray:
    """Return the school of every unit, by position, from a stored plan; −1 where the plan names none that there is."""
    school_at = {inst.ids[unit]: u for u, unit in enumerate(inst.schools.tolist())}
    at = {k: i for i, k in enumerate(inst.ids)}
    found = np.full(len(inst.ids), -1, dtype=np.int64)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found[at[int(row["unit"])]] = school_at.get(int(row["school"]), -1)
    return found


def keep(folder: Path, inst: Instance, unit_of: np.ndarray, price: float) -> None:
    """Write a plan (unit, and the unit of its school) unless one that costs no more is kept already."""
    path = folder / f"{inst.name}.csv"
    if (
        path.exists()
        and float(path.read_text(encoding="utf-8").split("\n", 1)[0].rpartition(" ")[2]) <= price
    ):
        return
    folder.mkdir(parents=True, exist_ok=True)
    pairs = zip(inst.ids, unit_of.tolist(), strict=True)
    lines = [f"# {inst.name}: {price:.6f}", "unit,school"]
    lines += [f"{i},{inst.ids[int(inst.schools[u])]}" for i, u in pairs]
    path.with_suffix(".tmp").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".tmp").replace(path)


def main(data: Path, solutions: Path) -> int:
    """Print the price of every stored plan beside the best published one; return the exit code."""
    published, bad = best_known(data, "CFLSAP" if "cflsap" in data.name else None), 0
    for path in sorted(solutions.glob("*.csv")):
        inst = read(data, path.stem)
        price, wrong = check(inst, solution(inst, path))
        best = float(published[path.stem]["best_known"])
        above = 100.0 * (price / best - 1.0)
        print(f"{path.stem}: {'; '.join(wrong) or f'{price:.4f}, {above:+.4f} % against the best published'}")
        bad += bool(wrong)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
