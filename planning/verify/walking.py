"""Search the walking ways of a run again, over streets built a second time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from planning.verify.evidence import Evidence
from planning.verify.places import outlines
from planning.verify.streets import BARRED

_EFFORT = 40_000_000  # roads × schools searched; beyond it schools are sampled evenly


def ways(evidence: Evidence, schools: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Return walking metres and crossings of barriers, zones × schools, and whether streets were used.

    Unreachable pairs hold ``inf``. With straight lines (by the scenario, or because there are no roads) the
    distance is the straight line × detour.
    """
    homes = {z: shape.point_on_surface() for z, shape in outlines(evidence.district.zones, "zone").items()}
    sites = list(evidence.sites.geometry.loc[schools])
    streets = evidence.streets if evidence.scenario.travel.mode == "network" else None
    if streets is None or not streets.ways_:
        return *_straight(evidence, homes, schools, sites), False
    # homes are joined with every place of the run in view, as parts of the network with a school are preferred
    places = list(evidence.sites.geometry.loc[sorted(set(evidence.zoned["school"]))])
    far, over = streets.ways(
        list(homes.values()), sites, detour=evidence.scenario.travel.detour, places=places
    )
    return pd.DataFrame(far, list(homes), schools), pd.DataFrame(over, list(homes), schools), True


def sample(evidence: Evidence, schools: list[str]) -> list[str]:
    """Return the schools to search from: all, or evenly spread ones where the network is very large."""
    most = max(1, _EFFORT // max(1, 2 * len(evidence.district.roads)))
    return (
        schools
        if len(schools) <= most
        else [schools[i] for i in np.linspace(0, len(schools) - 1, most).astype(int)]
    )


def _straight(
    evidence: Evidence, homes: dict[str, Any], schools: list[str], sites: list[Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    barriers = evidence.district.barriers
    kept = barriers[barriers["kind"].isin(BARRED)] if evidence.scenario.travel.barriers else barriers.iloc[:0]
    lines = shapely.union_all(list(kept.geometry))
    shapely.prepare(lines)
    points = np.array(list(homes.values()), dtype=object)
    detour = evidence.scenario.travel.detour
    far = {s: shapely.distance(points, p) * detour for s, p in zip(schools, sites, strict=True)}
    over = {
        s: shapely.intersects(lines, shapely.shortest_line(points, p))
        for s, p in zip(schools, sites, strict=True)
    }
    return pd.DataFrame(far, index=list(homes)), pd.DataFrame(over, index=list(homes))
