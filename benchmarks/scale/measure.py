"""Make a random county of a size, solve it with one tool, and say what it took."""

from __future__ import annotations

import resource
import time

import numpy as np
from scipy import sparse
from scipy.spatial import Delaunay

from benchmarks import kong
from benchmarks.scale import peers
from planning.zoning.engine import Program, TracePoint, solve_program

NEAREST = 10  # candidate schools of a zone
SLACK = 1.1  # seats per pupil


def county(zones: int, schools: int, seed: int) -> kong.Instance:
    """Scatter zones and schools; pupils 20 to 80 a zone; seats follow the pupils around each school, a tenth to spare."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.0, 1000.0 * np.sqrt(zones / 10.0), (zones, 2))
    people = rng.integers(20, 81, zones).astype(float)
    triangles = Delaunay(points).simplices
    edges = np.unique(
        np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])), axis=0
    )
    homes = np.sort(rng.choice(zones, schools, replace=False))
    even, near = np.full(schools, 1.0 / schools), _nearest(points, points[homes], 1)[:, 0]
    pull = np.bincount(near, weights=people, minlength=schools) / people.sum()
    seats = np.ceil(SLACK * people.sum() * (0.5 * even + 0.5 * pull)) + people[homes]
    pairs = tuple((int(a), int(b)) for a, b in edges)
    return kong.Instance(f"{zones}x{schools}", tuple(range(zones)), people, points, homes, seats, None, pairs)


def _nearest(points: np.ndarray, targets: np.ndarray, count: int) -> np.ndarray:
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(targets).query(points, k=count)[1]).reshape(len(points), count)


def to_program(inst: kong.Instance) -> Program:
    """State assignment, seats and own zone over the nearest schools of every zone."""
    n, k = len(inst.ids), len(inst.schools)
    near = _nearest(inst.points, inst.points[inst.schools], min(NEAREST, k))
    item, unit = np.repeat(np.arange(n), near.shape[1]), near.ravel()
    gap = np.hypot(*(inst.points[item] - inst.points[inst.schools[unit]]).T) / 1000.0
    arcs = np.arange(len(item))
    matrix = sparse.csr_matrix(
        (np.r_[np.ones(len(item)), inst.people[item]], (np.r_[item, n + unit], np.r_[arcs, arcs])),
        shape=(n + k, len(item)),
    )
    a, b = np.array(inst.edges).T
    return Program(
        cost=inst.people[item] * gap,
        col_lower=(inst.schools[unit] == item).astype(float),
        col_upper=np.ones(len(item)),
        integer=np.ones(len(item), dtype=bool),
        matrix=matrix,
        row_lower=np.r_[np.ones(n), np.full(k, -np.inf)],
        row_upper=np.r_[np.ones(n), inst.seats],
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=n,
        n_units=k,
        neighbours=sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n)),
        roots=tuple(np.array([s]) for s in inst.schools),
    )


def engine(inst: kong.Instance, program: Program, seconds: float, threads: int) -> dict[str, object]:
    """Solve to 0.3 % and say when 1 % and 0.3 % were proven."""
    began, gaps = time.perf_counter(), {0.01: "", 0.003: ""}
    cpu = time.process_time()

    def told(point: TracePoint) -> None:
        share = (point.objective - point.bound) / max(abs(point.objective), 1e-9)
        for limit, seen in gaps.items():
            if not seen and share <= limit:
                gaps[limit] = f"{time.process_time() - cpu:.0f}"

    answer = solve_program(program, gap=0.003, time_limit_s=seconds, threads=threads, progress=told)
    price, wrong = kong.check(inst, answer.unit_of_item)
    return {
        "price": f"{price:.0f}",
        "gap %": f"{100 * answer.gap:.3f}",
        "to 1 %, s": gaps[0.01],
        "to 0.3 %, s": gaps[0.003],
        "processor s": f"{time.process_time() - cpu:.0f}",
        "building s": "",
        "wall s": f"{time.perf_counter() - began:.0f}",
        "verified": "; ".join(wrong[:2]) or "yes",
    }


def one(size: str, what: str, seconds: float, threads: int, seed: int) -> dict[str, object]:
    zones, schools = (int(v) for v in size.split("x"))
    inst = county(zones, schools, seed)
    program = to_program(inst)
    if what == "engine":
        figures = engine(inst, program, seconds, threads)
    elif what == "spopt":
        figures = peers.spopt(inst, seconds)
    else:
        figures = peers.plain(inst, program, seconds, what)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {"zones x schools": size, "with": what, **figures, "peak GiB": f"{memory:.2f}"}
