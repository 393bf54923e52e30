"""Check the walking distance of every zone to its unit by a search of our own.

Source: design.md §4 (distance[i,u]); GB 50099-2011 (safe crossings).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from planning.arrays import FloatArray
from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.places import outlines
from planning.verify.report import Check, Series, compare, items_of, require, rows_of
from planning.verify.walking import sample, ways

RULE = "distances"
_ROUNDING_M = 0.06  # the table holds tenths of a metre
_PENALTY = 2.0  # a pair without a way counts twice the straight line × detour


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.assignment.copy()
    table["school"] = table["unit"].map(evidence.zoned["school"])
    table = table[table["school"].notna() & table["zone"].isin(evidence.district.zones["zone"].astype("str"))]
    schools = sorted(set(table["school"]))
    chosen = sample(evidence, schools)
    table = table[table["school"].isin(chosen)].set_index(["stage", "zone", "unit"])
    straight = pd.Series(_straight(evidence, table), table.index)
    far, over, streets = ways(evidence, chosen)
    zones = table.index.get_level_values("zone")
    rows, columns = far.index.get_indexer(zones), far.columns.get_indexer(pd.Index(table["school"]))
    metres = pd.Series(far.to_numpy()[rows, columns], table.index)
    crosses = pd.Series(over.to_numpy()[rows, columns], table.index).astype(bool)
    lost = ~np.isfinite(metres)
    metres = metres.where(~lost, _PENALTY * evidence.scenario.travel.detour * straight)
    some = Text("verify.distances.some", chosen=len(chosen), schools=len(schools))
    scope = "" if len(chosen) == len(schools) else some
    how = "streets" if streets else "straight"
    yield from compare(
        RULE,
        Text(f"verify.distances.metres.{how}", scope=scope),
        metres,
        table["distance_m"].astype(float),
        tolerance=_ROUNDING_M,
    )
    yield from compare(
        RULE,
        Text("verify.distances.way_crosses_barrier", scope=scope),
        crosses & ~lost,
        table["crosses_barrier"].astype(bool),
    )
    short = table["distance_m"][table["distance_m"] < straight - _ROUNDING_M - 2.0]
    broken = [
        (f"stage {s}, zone {z}", f"at least {straight[s, z, u]:.1f} m", f"{m:.1f} m")
        for (s, z, u), m in items_of(short)
    ]
    yield from require(RULE, Text("verify.distances.no_way_shorter_than_straight_line"), broken, len(table))


def without_way(evidence: Evidence, table: pd.DataFrame) -> Series:
    """Return for each row of the assignment whether there is no way on foot over the streets.

    Only a row that carries the penalised straight line can be one; the search decides.
    """
    found = pd.Series(False, table.index)
    if evidence.scenario.travel.mode != "network" or evidence.district.roads.empty:
        return found
    known = table.assign(school=table["unit"].map(evidence.zoned["school"]))
    known = known[known["school"].notna() & known["zone"].isin(evidence.district.zones["zone"].astype("str"))]
    penalised = (
        _PENALTY * evidence.scenario.travel.detour * _straight(evidence, known.set_index(["stage", "zone"]))
    )
    maybe = known[np.abs(known["distance_m"].to_numpy(dtype=float) - penalised) <= _ROUNDING_M]
    if len(maybe):
        far: Any = ways(evidence, sorted(set(maybe["school"])))[0]
        lost = {row.Index: not bool(np.isfinite(far.at[row.zone, row.school])) for row in rows_of(maybe)}
        found = pd.Series(lost).reindex(table.index, fill_value=False)
    return found


def _straight(evidence: Evidence, table: pd.DataFrame) -> FloatArray:
    home = {z: shape.point_on_surface() for z, shape in outlines(evidence.district.zones, "zone").items()}
    site = dict(zip(evidence.sites.index, evidence.sites.geometry, strict=True))
    a = np.array([home[z] for z in table.index.get_level_values("zone")], dtype=object)
    b = np.array([site[s] for s in table["school"]], dtype=object)
    return np.asarray(shapely.distance(a, b), dtype=np.float64)
