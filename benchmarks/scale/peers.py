"""State the county in the tools a planner could take instead: a textbook model in PuLP, and spopt."""

from __future__ import annotations

import time

import numpy as np
import pulp

from benchmarks import kong
from planning.zoning.engine import Program


def plain(inst: kong.Instance, program: Program, seconds: float, solver: str) -> dict[str, object]:
    """State the textbook model, with one commodity flowing along neighbours, in PuLP; solve it as it is."""
    began = time.perf_counter()
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
    return figures(inst, taken, built, began)


def spopt(inst: kong.Instance, seconds: float) -> dict[str, object]:
    """Solve spopt's p-median with every school opened: seats and whole zones, but it cannot state connection.

    Needs ``pip install spopt``.
    """
    from spopt.locate import PMedian

    began, k = time.perf_counter(), len(inst.schools)
    model = PMedian.from_cost_matrix(kong.kilometres(inst), inst.people, k, facility_capacities=inst.seats)
    built = time.perf_counter() - began
    model.problem.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1))
    taken = np.full(len(inst.ids), -1)
    for i, row in enumerate(model.cli_assgn_vars):
        for u, chosen in enumerate(row):
            if (chosen.value() or 0.0) > 0.5:
                taken[i] = u
    return figures(inst, taken, built, began)


def figures(inst: kong.Instance, taken: np.ndarray, built: float, began: float) -> dict[str, object]:
    """Return the row of a peer: its price where it found a plan, and what is wrong with that plan."""
    price, wrong = kong.check(inst, taken)
    return {
        "price": "no plan" if (taken < 0).any() else f"{price:.0f}",
        "gap %": "",
        "to 1 %, s": "",
        "to 0.3 %, s": "",
        "processor s": "",
        "building s": f"{built:.0f}",
        "wall s": f"{time.perf_counter() - began:.0f}",
        "verified": f"{len(wrong)} faults: {wrong[0]}" if wrong else "yes",
    }
