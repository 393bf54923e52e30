"""Read the Fairfax County instances, state them, and check answers without the engine."""

from __future__ import annotations

import csv
import gzip
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from planning.zoning.engine import Program


@dataclass(frozen=True)
class County:
    """Blocks with pupils, schools with seats, minutes from every block to every school, and who is next to whom."""

    name: str
    pupils: np.ndarray
    schools: tuple[str, ...]
    school_block: np.ndarray
    seats: np.ndarray
    minutes: np.ndarray
    edges: np.ndarray


def read(folder: Path, name: str) -> County:
    """Read one level, ``high`` or ``middle``."""
    with (folder / name / "units.csv").open(encoding="utf-8") as file:
        blocks = {int(r["unit"]): float(r["pupils"]) for r in csv.DictReader(file)}
    with (folder / name / "schools.csv").open(encoding="utf-8") as file:
        schools = list(csv.DictReader(file))
    with gzip.open(folder / name / "minutes.csv.gz", "rt", encoding="utf-8") as file:
        minutes = np.loadtxt(file, delimiter=",")  # no heading: columns in the order of the schools
    if minutes.shape != (len(blocks), len(schools)):
        raise ValueError(
            f"{name}: {minutes.shape} minutes for {len(blocks)} blocks and {len(schools)} schools"
        )
    with (folder / "edges.csv").open(encoding="utf-8") as file:
        edges = np.array([(int(r["a"]), int(r["b"])) for r in csv.DictReader(file)])
    return County(
        name,
        np.array([blocks[i] for i in range(len(blocks))]),
        tuple(s["school"] for s in schools),
        np.array([int(s["unit"]) for s in schools]),
        np.array([float(s["capacity"]) for s in schools]),
        minutes,
        edges,
    )


def to_program(county: County, start: np.ndarray | None = None) -> Program:
    """State the county: every block one school, seats, the school's own block; a plan at hand may be the start."""
    n, k = county.minutes.shape
    item, unit = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    lower = np.zeros(n * k)
    lower[county.school_block * k + np.arange(k)] = 1.0
    arcs = np.arange(n * k)
    rows, columns = np.concatenate([item, n + unit]), np.concatenate([arcs, arcs])
    values = np.concatenate([np.ones(n * k), county.pupils[item]])
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(n + k, n * k))
    matrix.eliminate_zeros()
    a, b = county.edges.T
    graph = sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    graph.data[:] = 1.0
    return Program(
        cost=(county.pupils[:, None] * county.minutes).ravel(),
        col_lower=lower,
        col_upper=np.ones(n * k),
        integer=np.ones(n * k, dtype=bool),
        matrix=matrix,
        row_lower=np.concatenate([np.ones(n), np.full(k, -np.inf)]),
        row_upper=np.concatenate([np.ones(n), county.seats]),
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=k,
        neighbours=graph,
        roots=tuple(np.array([b]) for b in county.school_block),
        starts=() if start is None else (start,),
    )


def check(county: County, unit_of: np.ndarray) -> tuple[float, list[str]]:
    """Return the minutes per pupil of an answer and what is wrong with it, from the raw figures alone."""
    beside: dict[int, set[int]] = {i: set() for i in range(len(county.pupils))}
    for a, b in county.edges.tolist():
        beside[a].add(b)
        beside[b].add(a)
    wrong = []
    if len(unit_of) != len(county.pupils) or (unit_of < 0).any():
        wrong.append("blocks without a school")
    total = 0.0
    for u, school in enumerate(county.schools):
        area = {i for i, v in enumerate(unit_of.tolist()) if v == u}
        total += sum(float(county.pupils[i]) * float(county.minutes[i, u]) for i in area)
        if sum(float(county.pupils[i]) for i in area) > county.seats[u] + 1e-6:
            wrong.append(f"{school}: over its seats")
        seen, queue = {int(county.school_block[u])}, deque([int(county.school_block[u])])
        if not seen <= area:
            wrong.append(f"{school}: its own block belongs elsewhere")
            continue
        while queue:
            for j in beside[queue.popleft()] & area - seen:
                seen.add(j)
                queue.append(j)
        if seen != area:
            wrong.append(f"{school}: area hangs apart")
    return total / float(county.pupils.sum()), wrong
