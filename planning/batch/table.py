"""Put the results of a batch into one table: a row per county and scenario, the same whatever happened on the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planning.atomic import whole_file
from planning.batch.unit import Unit
from planning.batch.work import FAILURES, RUNS, is_done
from planning.district.info import read_info
from planning.tables import harmless

TABLE, CHANGES = "province.csv", "changes.csv"
MENDS_SHOWN = 3
_COMPARED = ("shortage_pupils", "gap", "passed", "failed", "not_supplied", "cost_yuan", "status")


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
        ``county`` (name), ``folder``, ``scenario``, the varied keys, ``status`` (``done``, ``refused``, ``failed``, ``memory``, ``time``,
        ``open``), ``pupils_primary``, ``pupils_junior``, ``seats_…``, ``shortage_pupils`` (over all years), ``gap``,
        ``nearby_primary``, ``nearby_junior``, ``classes_over_cap``, ``schools_over_size``, ``mean_distance_m_…``, ``moved_pupils``,
        ``cost_yuan``, ``passed``, ``failed``, ``not_supplied``, the verdict of each indicator (``A1`` …), ``mend`` (what would end the
        largest shortages), ``run`` (its folder), ``note``.
    """
    rows = [_row(home, unit) for unit in units]
    table = pd.DataFrame(rows)
    varied = list(dict.fromkeys(k for unit in units for k, _ in unit.settings))
    if not len(table):
        return table
    return table.sort_values(["county", "folder", "scenario", *varied], kind="stable", ignore_index=True)


def write_tables(home: Path, units: Sequence[Unit]) -> pd.DataFrame:
    """Write ``province.csv``, and ``changes.csv`` where there was a table of other units or results before; return the table."""
    table = province_table(home, units)
    old = home / TABLE
    before = pd.read_csv(old, encoding="utf-8-sig", dtype=str) if old.is_file() else None
    _write(home / TABLE, table)
    if before is not None:
        now = pd.read_csv(old, encoding="utf-8-sig", dtype=str)
        _write(home / CHANGES, changed(before, now))
    return table


def changed(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two tables as they were written: one row per county, scenario and figure.

    Parameters
    ----------
    before, now : DataFrame
        All columns as text.

    Returns
    -------
    DataFrame
        ``county, scenario, figure, before, now``; rows that are only in one table have an empty side.
    """
    first = list(now.columns[: now.columns.get_loc("status")])  # county, folder, scenario and what varies
    keys = first if set(first) <= set(before.columns) else ["county", "folder", "scenario"]
    figures = [c for c in _COMPARED if c in before.columns and c in now.columns]
    sides = [
        t.drop_duplicates(keys, keep="last").set_index(keys)[figures].fillna("").stack()
        for t in (before, now)
    ]
    both = pd.concat(sides, axis=1, keys=["before", "now"]).fillna("")
    both = both[both["before"] != both["now"]].rename_axis([*keys, "figure"]).reset_index()
    return both.sort_values([*keys, "figure"], ignore_index=True)


def _write(target: Path, table: pd.DataFrame) -> None:
    with whole_file(target) as temporary:
        harmless(table).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")


def _row(home: Path, unit: Unit) -> dict[str, Any]:
    county = Path(unit.county)
    head = {"county": _name(county), "folder": county.name, "scenario": unit.scenario, **dict(unit.settings)}
    if is_done(home, unit.key):
        return {
            **head,
            "status": "done",
            **_figures(home / RUNS / unit.key),
            "run": f"{RUNS}/{unit.key}",
            "note": "",
        }
    failure = home / FAILURES / f"{unit.key}.json"
    told = (
        json.loads(failure.read_text(encoding="utf-8"))
        if failure.is_file()
        else {"status": "open", "note": ""}
    )
    return {**head, "status": told["status"], "run": "", "note": told["note"]}


def _name(county: Path) -> str:
    file = county / "district.yaml"
    info = read_info(file)[0] if file.is_file() else None
    return info.name_zh if info is not None else county.stem


def _figures(run: Path) -> dict[str, Any]:
    said = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    card = pd.read_csv(run / "scorecard.csv", encoding="utf-8-sig", usecols=["id", "verdict"])
    by_stage = {
        f"{name}_{stage}": value
        for name in ("pupils", "seats", "mean_distance_m")
        for stage, value in sorted(said[name].items())
    }
    return {
        **by_stage,
        "shortage_pupils": said["shortage_pupils"],
        "gap": said["gap"],
        **{f"nearby_{stage}": ratio for stage, ratio in sorted(said["nearby_ratio"].items())},
        **{
            k: said[k]
            for k in ("classes_over_cap", "schools_over_size", "moved_pupils", "cost_yuan")
            if k in said
        },
        **said["indicators"],
        **dict(zip(card["id"], card["verdict"], strict=True)),
        "mend": _mend(run / "shortages.csv"),
    }


def _mend(file: Path) -> str:
    if not file.is_file():
        return ""
    table = pd.read_csv(file, encoding="utf-8-sig", dtype=str).fillna("")
    said = dict.fromkeys(table["mend_zh"])
    return "；".join([text for text in said if text][:MENDS_SHOWN])
