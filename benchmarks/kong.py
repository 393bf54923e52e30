"""Read Kong's service area and facility location instances, state them, and check answers without the engine."""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from planning.zoning.engine import Program

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


def to_program(inst: Instance) -> Program:
    """State the instance: assignment, seats, own unit, and (with opening costs) one binary per school and x ≤ y."""
    n, k = len(inst.ids), len(inst.schools)
    arcs, unit_rows = n * k, np.arange(k)
    item, unit = np.repeat(np.arange(n), k), np.tile(unit_rows, n)
    own = inst.schools * k + unit_rows
    rows = [item, n + unit]
    columns = [np.arange(arcs), np.arange(arcs)]
    values = [np.ones(arcs), inst.people[item]]
    cost, lower = (inst.people[:, None] * kilometres(inst)).ravel(), np.zeros(arcs)
    low = np.concatenate([np.ones(n), np.full(k, -np.inf)])
    high = np.concatenate([np.ones(n), inst.seats])
    if inst.opening is None:
        lower[own] = 1.0
    else:
        opened = arcs + unit_rows
        cost, lower = np.concatenate([cost, inst.opening]), np.zeros(arcs + k)
        link = n + 2 * k + np.arange(arcs)
        rows += [n + unit_rows, n + k + unit_rows, n + k + unit_rows, link, link]
        columns += [opened, own, opened, np.arange(arcs), opened[unit]]
        values += [-inst.seats, np.ones(k), -np.ones(k), np.ones(arcs), -np.ones(arcs)]
        high[n:] = 0.0
        low, high = np.r_[low, np.zeros(k), np.full(arcs, -np.inf)], np.r_[high, np.zeros(k + arcs)]
    matrix = sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(low), len(cost))
    )
    a, b = np.array(inst.edges).T
    graph = sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    graph.data[:] = 1.0
    return Program(
        cost=cost,
        col_lower=lower,
        col_upper=np.ones(len(cost)),
        integer=np.ones(len(cost), dtype=bool),
        matrix=matrix,
        row_lower=low,
        row_upper=high,
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=k,
        neighbours=graph,
        roots=tuple(np.array([s]) for s in inst.schools),
        switches=np.arange(arcs, len(cost)),
    )


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
