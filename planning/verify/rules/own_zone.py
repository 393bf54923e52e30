"""Check that every open unit keeps the zone of its site, when it is alone of its stage there.

A unit whose catchment of today lacks that zone may go on without it, as long as the zone stays where it is.

Source: design.md §4 (the school's own zone belongs to it).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, compare

RULE = "own_zone"
COVERS = ("own_zone",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when today's catchments are only counted."""
    if evidence.scenario.catchments != "free":
        return
    zoned = evidence.zoned.dropna(subset="home")
    alone = zoned[~zoned.duplicated(["stage", "home"], keep=False)]
    standing = (alone["project"] == "") | alone["project"].isin(evidence.built.index)
    shut = evidence.closed.loc[evidence.closed["year"] == max(evidence.years), "unit"]
    given = pd.Series(
        [key in evidence.shared for key in zip(alone["stage"], alone["home"], strict=True)], alone.index
    )
    alone = alone[standing & ~alone.index.isin(shut) & ~given.astype(bool)]
    expected = alone.reset_index().set_index(["stage", "home"])["unit"].rename_axis(["stage", "zone"])
    table = evidence.layout.assignment
    found = table[~evidence.is_shared(table)].set_index(["stage", "zone"])["unit"]
    placed = {unit for units in evidence.today.values() for unit in units}
    here = found.reindex(expected.index)
    stays = pd.Series(
        [
            unit in placed and unit not in evidence.today[key] and evidence.today[key][:1] == (given,)
            for key, unit, given in zip(expected.index, expected, here, strict=True)
        ],
        expected.index,
        dtype=bool,
    )
    expected = expected[~stays]
    yield from compare(RULE, Text("verify.own_zone.zone_site_belongs_unit"),
                       pd.Series(expected), found[found.index.isin(expected.index)])  # fmt: skip
