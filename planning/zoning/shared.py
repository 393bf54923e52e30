"""Find the units that admit from one common catchment (多校划片), declared today or by the scenario, and propose more."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import permutations

import pandas as pd

from planning.district import District
from planning.errors import DistrictError, Problem
from planning.layout import Layout
from planning.scenario import Scenario

PROPOSAL_COLUMNS = ("unit", "other", "stage", "pupils", "distance_m")


def shared_units(district: District, scenario: Scenario, units: pd.DataFrame) -> frozenset[tuple[int, int]]:
    """Return the ordered pairs of positions of units that share a catchment.

    Zones whose unit of today names several (``S001-P;S002-P``) declare a common catchment, as does ``shared`` in the scenario.

    Raises
    ------
    DistrictError
        If the scenario names units that are not in the zoning, or of several stages; all at once.
    """
    position = {str(u): j for j, u in enumerate(units["unit"])}
    stage = dict(zip(units["unit"].astype(str), units["stage"], strict=True))
    problems = [p for group in scenario.shared for p in _wrong(group, stage)]
    if problems:
        raise DistrictError(problems)
    groups = {tuple(position[u] for u in group) for group in scenario.shared}
    for name in scenario.stages:
        named = district.zones[f"current_{name}"].dropna().astype(str)
        for text in named[named.str.contains(";", regex=False)].unique():
            members = [u.strip() for u in text.split(";")]
            groups.add(tuple(position[u] for u in members if u in position))
    return frozenset(pair for group in groups for pair in permutations(set(group), 2))


def _wrong(group: tuple[str, ...], stage: dict[str, str]) -> Iterator[Problem]:
    place = {"file": "scenario", "column": "shared"}
    for unit in group:
        if unit not in stage:
            near = difflib.get_close_matches(unit, list(stage), 1, cutoff=0.4)
            yield Problem(
                **place,
                message_en="no unit of the zoning",
                message_zh="划片中没有这个办学单位",
                value=unit,
                mend_en=f"did you mean {near[0]}?" if near else "",
                mend_zh=f"是否指 {near[0]}？" if near else "",
            )
    if len(set(group)) < 2 or len({stage[u] for u in group if u in stage}) > 1:
        yield Problem(
            **place,
            message_en="expected two or more units of one stage",
            message_zh="应为同一学段的两个或更多办学单位",
            value=", ".join(group),
        )


def propose_shared(layout: Layout) -> pd.DataFrame:
    """List pairs of units whose catchments could become one: pupils are sent from one to the other because it is full.

    Returns
    -------
    DataFrame
        ``PROPOSAL_COLUMNS``: pupils a year who would then count as enrolled nearby (B13), metres between the units; most
        pupils first.
    """
    flows = layout.overflow[~layout.overflow["shared"].astype(bool)]
    if flows.empty:
        return pd.DataFrame(columns=list(PROPOSAL_COLUMNS))
    stage = layout.units.drop_duplicates("unit").set_index("unit")["stage"]
    ends = pd.DataFrame({"a": flows["from_unit"].astype(str), "b": flows["to_unit"].astype(str)})
    pairs = flows.assign(unit=ends.min(axis=1), other=ends.max(axis=1))
    years = max(1, layout.units["year"].nunique())
    table = pairs.groupby(["unit", "other"], as_index=False).agg(
        pupils=("pupils", "sum"), distance_m=("distance_m", "first")
    )
    table["pupils"] = (table["pupils"] / years).round(1)
    table["stage"] = table["unit"].map(stage)
    ordered = table.sort_values(["pupils", "unit", "other"], ascending=[False, True, True], ignore_index=True)
    return ordered[list(PROPOSAL_COLUMNS)]
