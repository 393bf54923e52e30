"""Hold one complete answer: catchments, classes, projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.layout import schema
from planning.layout.schema import columns_of
from planning.tables import facts_html, same_table

ASSIGNMENT_COLUMNS = columns_of(schema.ASSIGNMENT)
OVERFLOW_COLUMNS = columns_of(schema.OVERFLOW)
SHARED_COLUMNS = columns_of(schema.SHARED)
UNIT_COLUMNS = columns_of(schema.UNITS)
NEIGHBOUR_COLUMNS = columns_of(schema.NEIGHBOURS)
PROJECT_COLUMNS = columns_of(schema.PROJECTS)

TABLES = {table.name: columns_of(table) for table in schema.RUN_TABLES}
"""The tables of a layout and their columns."""


@dataclass(frozen=True, eq=False, repr=False)
class Layout:
    """One complete answer; together with its District it is all that anything downstream needs.

    Parameters
    ----------
    name : str
        Name of the run.
    scenario : mapping
        The resolved scenario as plain data (what ``scenario.yaml`` of the run holds).
    assignment : DataFrame
        One row per zone and stage, of a shared zone (多校划片) one for each unit it names: ``zone, stage, unit, pupils`` (of the
        zone who go to the unit, first year of the plan), ``distance_m`` (walking metres to the unit), ``crosses_barrier``,
        ``overflow`` (expected pupils of the zone's grade cohorts sent elsewhere), ``previous_unit`` (several joined by ``;``),
        ``share`` of the zone's pupils. :func:`one_row_per_zone` joins the units.
    overflow : DataFrame
        Pupils of a full catchment sent to another unit: ``year, grade, from_unit, to_unit, pupils, distance_m``.
    units : DataFrame
        One row per unit, year and grade, ``UNIT_COLUMNS``: ``own`` pupils of the own catchment who attend,
        ``overflow_in``/``overflow_out``; ``pupils = own + overflow_in`` all attend or ask for a seat here;
        ``classes``; ``cap`` pupils per class; ``seats = classes × cap``; ``shortage = max(0, pupils − seats)``;
        ``oversize`` pupils of the whole school above its size limit (same in every row of the school and year);
        ``rooms`` classrooms of the unit in that year. Units outside the zoning (private, county-wide) are carried
        along with the pupils and classes of the base year's register.
    projects : DataFrame
        ``PROJECT_COLUMNS``; ``built`` and the school year it is in use from.
    shared : DataFrame
        How the pupils of shared zones are divided: ``zone, unit, year, grade, pupils``, a row for every unit named.
    summary : mapping
        Figures of ``summary.json``.
    path : Path, optional
        Run folder it was saved to or loaded from.
    neighbours : DataFrame, optional
        Pairs of zones that the plan took for neighbours (``NEIGHBOUR_COLUMNS``); runs of earlier versions do not say.
    journal : mapping, optional
        What was moved by hand, as plain data (:mod:`planning.editing.journal` reads it); none where nothing was.
    """

    name: str
    scenario: Mapping[str, Any]
    assignment: pd.DataFrame
    overflow: pd.DataFrame
    units: pd.DataFrame
    projects: pd.DataFrame
    summary: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    neighbours: pd.DataFrame | None = None
    journal: Mapping[str, Any] | None = None
    shared: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SHARED_COLUMNS)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layout):
            return NotImplemented
        return dict(self.scenario) == dict(other.scenario) and all(
            same_table(getattr(self, name), getattr(other, name)) for name in TABLES
        )

    def __hash__(self) -> int:
        return hash((str(self.scenario.get("year")), *(len(getattr(self, name)) for name in TABLES)))

    def _facts(self) -> dict[str, object]:
        gap = self.summary.get("gap")
        return {
            "zones": self.assignment["zone"].nunique(),
            "units": self.units["unit"].nunique(),
            "years": "–".join(str(y) for y in sorted({self.units["year"].min(), self.units["year"].max()})),
            "seats short": f"{int(self.units['shortage'].sum()):,}",
            "gap": "not proven" if gap is None else f"{gap:.2%}",
        }

    def __repr__(self) -> str:
        facts = self._facts()
        return (
            f"<Layout {self.name} {facts['years']}: {facts['zones']} zones, {facts['units']} units, "
            f"{facts['seats short']} seats short, gap {facts['gap']}>"
        )

    def _repr_html_(self) -> str:
        return facts_html(f"Layout {self.name}", self._facts())


def one_row_per_zone(assignment: pd.DataFrame) -> pd.DataFrame:
    """Return an assignment with one row per zone and stage, the units of a shared zone joined by ``;``.

    Pupils and overflow are summed, walking metres the mean by pupils, a barrier is crossed where any of the ways crosses one.
    """
    table = assignment.copy()
    table["unit"] = table["unit"].fillna("").astype(str)
    if "previous_unit" in table:
        table["previous_unit"] = table["previous_unit"].fillna("").astype(str).map(_in_order)
    twice = table.duplicated(["zone", "stage"], keep=False)
    table["unit"] = table["unit"].map(_in_order)
    if not twice.any():
        return table
    merged = [_merged(part) for _, part in table[twice].groupby(["stage", "zone"], sort=False)]
    first = table.drop_duplicates(["zone", "stage"]).index
    kept = pd.concat([table[~twice], pd.DataFrame(merged)])
    return kept.loc[first].astype(table.dtypes.to_dict()).reset_index(drop=True)


def _in_order(units: str) -> str:
    return ";".join(sorted({u.strip() for u in units.split(";") if u.strip()}))


def _merged(part: pd.DataFrame) -> pd.Series[Any]:
    row = part.iloc[0].copy()
    row["unit"] = _in_order(";".join(part["unit"]))
    if "pupils" in part:
        row["pupils"] = part["pupils"].sum()
    if "distance_m" in part:
        weight = part["pupils"].to_numpy(dtype=float)
        even = np.full(len(part), 1.0)
        row["distance_m"] = np.average(part["distance_m"], weights=weight if weight.sum() > 0 else even)
    if "crosses_barrier" in part:
        row["crosses_barrier"] = bool(part["crosses_barrier"].any())
    if "overflow" in part:
        row["overflow"] = part["overflow"].sum()
    if "share" in part:
        row["share"] = 1.0
    return row


def in_force(layout: Layout, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones with the catchments of a layout as those of today (columns ``current_STAGE``).

    Zones the layout does not have keep theirs; a shared zone names its units, its reference first (``S001-P;S002-P``).
    """
    zones = zones.copy()
    for stage, rows in layout.assignment.groupby("stage"):
        named = rows.groupby("zone")["unit"].agg(lambda units: ";".join(dict.fromkeys(map(str, units))))
        column = f"current_{stage}"
        zones[column] = zones["zone"].map(named).fillna(zones[column])
    return zones
