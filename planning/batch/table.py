"""Put the results of a batch into one table: a row per county and scenario, the same whatever happened on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planning.batch.counts import read_failure
from planning.batch.figures import run_figures, shown_run
from planning.batch.names import UNITS
from planning.batch.unit import Unit, county_names
from planning.batch.work import is_done
from planning.errors import PlanningError
from planning.messages import Text
from planning.publish.province_columns import FIGURES, HEAD

_COMPARED = (
    "status", "pupils_primary", "pupils_junior", "seats_primary", "seats_junior", "shortage_pupils", "gap", "nearby_primary",
    "nearby_junior", "classes_over_cap", "schools_over_size", "cost_yuan", "targets_met", "targets_missed", "passed", "failed",
    "not_supplied",
)  # fmt: skip
_HEAD = tuple(c.key for c in HEAD)
PLACE = "place"


def province_table(home: Path, units: Sequence[Unit]) -> pd.DataFrame:
    """Return one row per unit, sorted by county, scenario and what varies.

    Parameters
    ----------
    home : Path
        Folder of the batch.
    units : sequence of Unit
        What the batch was asked for.

    Returns
    -------
    DataFrame
        The columns of :data:`planning.publish.province_columns.HEAD`, those of what varies, and those of :data:`planning.publish.province_columns.FIGURES`:
        how it ended (``done``, ``refused``, ``failed``, ``memory``, ``time``, ``damaged``, ``open``), pupils, seats, seats short, gap,
        nearby ratios, walks, class bands, cost, the targets of the plan's year, the verdict and value of each indicator, what would end
        the largest shortages, the run's folder, why there is no result. Indicators that packages add follow.
    """
    return placed_table(home, units).drop(columns=PLACE)


def placed_table(home: Path, units: Sequence[Unit]) -> pd.DataFrame:
    """Return :func:`province_table` with a column ``place`` more: the county's folder or workbook."""
    varied = list(dict.fromkeys(k for unit in units for k, _ in unit.settings))
    names: dict[str, tuple[str, str]] = {}
    rows = [_row(home, unit, names) for unit in units]
    first = [*_HEAD, *varied, *(c.key for c in FIGURES)]
    added = sorted({key for row in rows for key in row} - {*first, PLACE})
    table = pd.DataFrame(rows, columns=[*first, *added, PLACE])
    counts = [c.key for c in FIGURES if c.kind == "count"]
    table[counts] = table[counts].astype("Int64")  # whole numbers also beside rows without any
    # of equal names the folder's place decides, so that no order is left to chance
    order = ["county_zh", "folder", "scenario", *varied, PLACE]
    return table.sort_values(order, kind="stable", ignore_index=True)


def changed(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two tables: one row per county, scenario and figure.

    Parameters
    ----------
    before, now : DataFrame
        All columns as text.

    Returns
    -------
    DataFrame
        The columns that tell units apart, ``figure, before, now``; rows that are only in one table have an empty side.
    """
    first = list(now.columns[: now.columns.get_loc("status")])  # county, folder, scenario and what varies
    keys = (
        first
        if set(first) <= set(before.columns)
        else [k for k in _HEAD if k in before.columns and k in now.columns]
    )
    figures = [c for c in _COMPARED if c in before.columns and c in now.columns]
    sides = [
        t.fillna("").drop_duplicates(keys, keep="last").set_index(keys)[figures].stack()
        for t in (before, now)
    ]
    both = pd.concat(sides, axis=1, keys=["before", "now"]).fillna("")
    both = both[both["before"] != both["now"]].rename_axis([*keys, "figure"]).reset_index()
    order = {figure: i for i, figure in enumerate(figures)}
    return both.sort_values(
        [*keys, "figure"], ignore_index=True, key=lambda c: c.map(order) if c.name == "figure" else c
    )


def _row(home: Path, unit: Unit, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    county = Path(unit.county)
    if unit.county not in names:
        names[unit.county] = county_names(county)
    zh, en = names[unit.county]
    head = {
        "county_zh": zh,
        "county_en": en,
        "folder": county.name,
        "scenario": unit.scenario,
        **dict(unit.settings),
        PLACE: unit.county,
    }
    if is_done(home, unit.key):
        place = f"{UNITS}/{unit.key}"
        try:
            shown = shown_run(home / place).relative_to(home).as_posix()
            return {**head, "status": "done", **run_figures(home / place), "run": shown}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, PlanningError):
            why = Text("batch.table.damaged", folder=place)
            return {**head, "status": "damaged", "note_zh": why.text("zh"), "note_en": why.text("en")}
    return {**head, "status": "open", **(read_failure(home, unit.key) or {})}
