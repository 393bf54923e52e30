"""Measure the engine on growing counties: python -m benchmarks.scale [--only 1000x30 1500x45 …] [--seconds 600]."""

from __future__ import annotations

import multiprocessing
import resource
import time

import numpy as np
import pulp
from scipy import sparse
from scipy.spatial import Delaunay

from benchmarks import kong, table
from planning.zoning.engine import Program, TracePoint, solve_program

SIZES = ("1000x30", "1500x45", "3000x90", "10000x300", "30000x900")
NEAREST = 10  # candidate schools of a zone
SLACK = 1.1  # seats per pupil
PLAIN_MOST = 3000  # zones up to which the plain model is tried


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


def engine(inst: kong.Instance, seconds: float, threads: int) -> dict[str, object]:
    """Solve to 0.3 % and say when 1 % and 0.3 % were proven."""
    began, gaps = time.perf_counter(), {0.01: "", 0.003: ""}
    cpu = time.process_time()
    program = to_program(inst)

    def told(point: TracePoint) -> None:
        share = (point.objective - point.bound) / max(abs(point.objective), 1e-9)
        for limit, seen in gaps.items():
            if not seen and share <= limit:
                gaps[limit] = f"{time.process_time() - cpu:.0f}"

    answer = solve_program(program, gap=0.003, time_limit_s=seconds, threads=threads, progress=told)
    _, wrong = kong.check(inst, answer.unit_of_item)
    return {
        "gap %": f"{100 * answer.gap:.3f}",
        "to 1 %, s": gaps[0.01],
        "to 0.3 %, s": gaps[0.003],
        "processor s": f"{time.process_time() - cpu:.0f}",
        "wall s": f"{time.perf_counter() - began:.0f}",
        "verified": "; ".join(wrong[:2]) or "yes",
    }


def plain(inst: kong.Instance, seconds: float, solver: str) -> dict[str, object]:
    """State the textbook model, with one commodity flowing along neighbours, in PuLP; solve it as it is."""
    began, program = time.perf_counter(), to_program(inst)
    model = pulp.LpProblem("plain", pulp.LpMinimize)
    pairs = list(zip(program.arc_item.tolist(), program.arc_unit.tolist(), strict=True))
    x = {p: pulp.LpVariable(f"x_{p[0]}_{p[1]}", cat="Binary") for p in pairs}
    model += pulp.lpSum(c * x[p] for c, p in zip(program.cost.tolist(), pairs, strict=True))
    at: dict[int, list[int]] = {}
    held: dict[int, list[int]] = {}
    for i, u in pairs:
        at.setdefault(i, []).append(u)
        held.setdefault(u, []).append(i)
    for i, units in at.items():
        model += pulp.lpSum(x[i, u] for u in units) == 1
    for u, items in held.items():
        model += pulp.lpSum(float(inst.people[i]) * x[i, u] for i in items) <= float(inst.seats[u])
        home, inside, most = int(inst.schools[u]), set(items), len(items)
        model += x[home, u] == 1
        ways = [(a, b) for e in inst.edges for a, b in (e, e[::-1]) if a in inside and b in inside]
        flow = {w: pulp.LpVariable(f"f_{u}_{w[0]}_{w[1]}", lowBound=0) for w in ways}
        into: dict[int, list[pulp.LpVariable]] = {i: [] for i in items}
        out: dict[int, list[pulp.LpVariable]] = {i: [] for i in items}
        for (a, b), f in flow.items():
            out[a].append(f)
            into[b].append(f)
        for i in items:
            model += pulp.lpSum(into[i]) <= most * x[i, u]
            if i != home:
                model += pulp.lpSum(into[i]) - pulp.lpSum(out[i]) == x[i, u]
    built = time.perf_counter() - began
    tool = (
        pulp.HiGHS(msg=False, timeLimit=seconds, threads=1)
        if solver == "HiGHS"
        else pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1)
    )
    model.solve(tool)
    taken = np.full(len(inst.ids), -1)
    for (i, u), v in x.items():
        if (v.value() or 0.0) > 0.5:
            taken[i] = u
    price, wrong = kong.check(inst, taken)
    bound = float("nan") if (taken < 0).any() else price
    return {
        "gap %": "no plan" if wrong else f"price {bound:.0f}",
        "to 1 %, s": "",
        "to 0.3 %, s": "",
        "processor s": f"building {built:.0f}",
        "wall s": f"{time.perf_counter() - began:.0f}",
        "verified": "; ".join(wrong[:1]) or "yes",
    }


def _one(size: str, what: str, seconds: float, threads: int, seed: int) -> dict[str, object]:
    zones, schools = (int(v) for v in size.split("x"))
    inst = county(zones, schools, seed)
    figures = engine(inst, seconds, threads) if what == "engine" else plain(inst, seconds, what)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {"zones x schools": size, "with": what, **figures, "peak GiB": f"{memory:.2f}"}


def main() -> None:
    args = table.arguments("growing counties", 600.0)
    rows: list[dict[str, object]] = []
    for size in args.only or SIZES:
        ways = ["engine"] + (["HiGHS", "CBC"] if int(size.split("x")[0]) <= PLAIN_MOST else [])
        for what in ways:
            # a process each, so that peak memory is its own
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                rows.append(pool.apply(_one, (size, what, args.seconds, args.threads, args.seed)))
            print(rows[-1], flush=True)
            table.write(
                args.out,
                "scale",
                "Growing counties",
                rows,
                [
                    "Random connected counties, the 10 nearest schools of every zone as candidates, seats for 110 % of the pupils;",
                    "HiGHS and CBC: the textbook flow model in PuLP, one thread. Times to a proven gap are processor seconds.",
                    f"Command: `python -m benchmarks.scale --seconds {args.seconds:g} --threads {args.threads}`.",
                ],
            )


if __name__ == "__main__":
    main()
