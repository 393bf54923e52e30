"""Hold one complete answer — catchments, classes, projects — and save or load it as a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

ASSIGNMENT_COLUMNS = ("zone", "stage", "unit", "pupils", "distance_m", "crosses_barrier", "overflow", "previous_unit")
OVERFLOW_COLUMNS = ("year", "grade", "from_unit", "to_unit", "pupils", "distance_m")
UNIT_COLUMNS = (
    "unit", "school", "stage", "year", "grade", "pupils", "own", "overflow_in", "overflow_out",
    "classes", "cap", "seats", "shortage", "oversize", "rooms",
)
PROJECT_COLUMNS = ("project", "name", "kind", "school", "stage", "built", "year", "rooms", "cost_yuan")


@dataclass(frozen=True)
class Layout:
    """One complete answer; together with its District it is all that anything downstream needs.

    Parameters
    ----------
    name : str
        Name of the run.
    scenario : mapping
        The resolved scenario as plain data (what ``scenario.yaml`` of the run holds).
    assignment : DataFrame
        One row per zone and stage: ``zone, stage, unit, pupils`` (living there, first year of the plan),
        ``distance_m`` (walking metres to the unit), ``crosses_barrier``, ``overflow`` (expected pupils of
        the zone's grade cohorts sent elsewhere), ``previous_unit``.
    overflow : DataFrame
        Pupils of a full catchment sent to another unit: ``year, grade, from_unit, to_unit, pupils, distance_m``.
    units : DataFrame
        One row per unit, year and grade, ``UNIT_COLUMNS``: ``own`` pupils of the own catchment who attend,
        ``overflow_in``/``overflow_out``; ``pupils = own + overflow_in`` all attend or ask for a seat here;
        ``classes``; ``cap`` pupils per class; ``seats = classes × cap``; ``shortage = max(0, pupils − seats)``;
        ``oversize`` pupils of the whole school above its size limit (same in every row of the school and year);
        ``rooms`` classrooms of the unit in that year.
    projects : DataFrame
        ``PROJECT_COLUMNS``; ``built`` and the school year it is in use from.
    summary : mapping
        Figures of ``summary.json``.
    path : Path, optional
        Run folder it was saved to or loaded from.
    """

    name: str
    scenario: Mapping[str, Any]
    assignment: pd.DataFrame
    overflow: pd.DataFrame
    units: pd.DataFrame
    projects: pd.DataFrame
    summary: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
