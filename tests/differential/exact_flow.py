"""Add to the exact programme that every catchment hangs together: a flow from its anchors through its zones."""

from __future__ import annotations

from collections import defaultdict

from tests.differential.facts import Facts
from tests.differential.programme import Programme


def add_contiguity(programme: Programme, facts: Facts, x: dict[tuple[int, int], int]) -> None:
    """From the anchors inside a catchment one unit flows to each of its zones, through its zones only."""
    p, f = programme, facts
    if not f.scenario.contiguity.enabled or f.scenario.catchments != "free":
        return
    most = float(len(f.zones))
    for u in range(len(f.units)):
        anchors = f.anchors(u)
        balance: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for i in range(len(f.zones)):
            if (i, u) not in x:
                continue
            balance[i].append((x[i, u], -1.0))
            if i in anchors:
                source = p.column()
                balance[i].append((source, 1.0))
                p.row([(source, 1.0), (x[i, u], -most)], high=0.0)
            for j in f.adjacent[i]:
                if (j, u) in x:
                    flow = p.column()
                    p.row([(flow, 1.0), (x[i, u], -most)], high=0.0)
                    p.row([(flow, 1.0), (x[j, u], -most)], high=0.0)
                    balance[i].append((flow, -1.0))
                    balance[j].append((flow, 1.0))
        for terms in balance.values():
            p.row(terms, 0.0, 0.0)
