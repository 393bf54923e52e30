"""Hold a programme as tables, and write them: purchases, moves, which units pass when, coefficients, money."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import FloatArray
from planning.atomic import new_folder
from planning.gap import gap_share
from planning.indicators import coefficient_of_variation
from planning.indicators.assessment import STAGES
from planning.indicators.units import PASS, states, unit_verdicts
from planning.internal import write_internal_note
from planning.resourcing.case import ResourceCase
from planning.resourcing.model import MISSING_FACTOR, ResourceModel
from planning.resourcing.prices import Prices
from planning.tables import harmless

PURCHASE_COLUMNS = (
    "unit",
    "name",
    "stage",
    "year",
    "resource",
    "thing_zh",
    "thing_en",
    "amount",
    "unit_zh",
    "cost_yuan",
)
MOVE_COLUMNS = ("unit", "name", "stage", "year", "resource", "leave", "come")
MARKS = ("programme.csv",)


@dataclass(frozen=True)
class Programme:
    """What to buy and whom to move, and what becomes of it.

    Parameters
    ----------
    purchases : DataFrame
        ``PURCHASE_COLUMNS``; ``stage`` is ``shared`` for what a school holds in common, ``unit`` then its first unit.
    moves : DataFrame
        ``MOVE_COLUMNS``: teachers who leave and come, by kind (A1 every teacher above the degree, A2 backbone teachers among
        them, A3 arts and sports teachers).
    compliance : DataFrame
        ``year, passing_before`` (without the programme), ``passing, units, share, asked, cost_yuan, missing_yuan``.
    clearance : DataFrame
        ``unit, name, stage, passes_from``: the first year from which the unit passes for good (missing: never).
    variation : DataFrame
        ``stage, resource, before, after, limit`` of the last year.
    summary : mapping
        Cost, bound and gap in yuan (discounted), seconds, missing money, notes.
    """

    purchases: pd.DataFrame
    moves: pd.DataFrame
    compliance: pd.DataFrame
    clearance: pd.DataFrame
    variation: pd.DataFrame
    summary: Mapping[str, Any]


def programme_of(
    model: ResourceModel,
    values: Mapping[str, float],
    *,
    bound: float,
    seconds: float,
    stopped_by: str,
) -> Programme:
    """Turn values of the model into tables."""
    case, prices = model.case, model.prices
    purchases, moves = _purchases(model, values), _moves(model, values)
    held = held_amounts(case, purchases, moves)
    verdict = verdicts(case, held)
    compliance = _compliance(case, prices, purchases, moves, verdict, model.budget)
    variation = pd.DataFrame(
        [
            (stage, name, *_cv(case, stage, r, held), case.profile.cv_limit[stage])
            for stage in STAGES
            for r, name in enumerate(case.resources)
            if len(case.of_stage(stage))
        ],
        columns=["stage", "resource", "before", "after", "limit"],
    )
    lasting = np.flip(np.logical_and.accumulate(np.flip(verdict == PASS, axis=1), axis=1), axis=1)
    since = [case.years[int(np.argmax(row))] if row.any() else pd.NA for row in lasting]
    clearance = case.units.assign(passes_from=pd.array(since, dtype="Int64")).reset_index(names="unit")
    factor = (1.0 - prices.discount) ** np.arange(len(case.years))
    paid = compliance["cost_yuan"] + MISSING_FACTOR * compliance["missing_yuan"]
    objective = float((paid * factor).sum())
    summary = {
        "cost_yuan": float(compliance["cost_yuan"].sum()),
        "objective_yuan": round(objective, 2),
        "bound_yuan": round(bound, 2),
        "gap": round(gap_share(objective, bound), 6),
        "stopped_by": stopped_by,
        "seconds": round(seconds, 2),
        "missing_yuan": float(compliance["missing_yuan"].sum()),
        "years": list(case.years),
        "units": len(case.units),
        "left_out": case.left_out.to_dict("records"),
        "planes": model.planes,
        "prices": prices.source,
        "notes": [n for pair in case.notes for n in pair],
    }
    return Programme(purchases, moves, compliance, clearance, variation, summary)


def save_programme(programme: Programme, folder: str | Path, singles: pd.DataFrame | None = None) -> None:
    """Write ``programme.csv``, ``moves.csv``, ``compliance.csv``, ``clearance.csv``, ``variation.csv``, ``summary.json`` whole or not at all.

    Parameters
    ----------
    singles : DataFrame, optional
        Written as ``single_purchases.csv``.
    """
    tables = {
        "programme": programme.purchases,
        "moves": programme.moves,
        "compliance": programme.compliance,
        "clearance": programme.clearance,
        "variation": programme.variation,
    }
    if singles is not None:
        tables["single_purchases"] = singles
    with new_folder(Path(folder), marks=MARKS) as temporary:
        write_internal_note(temporary)
        for name, table in tables.items():
            harmless(table).to_csv(
                temporary / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
            )
        text = json.dumps(programme.summary, ensure_ascii=False, indent=2, allow_nan=False)
        (temporary / "summary.json").write_text(text + "\n", encoding="utf-8")


def held_amounts(case: ResourceCase, purchases: pd.DataFrame, moves: pd.DataFrame) -> FloatArray:
    """Return what every unit holds in every year after purchases and moves, from the tables alone (n, 7, m)."""
    bought, moved = np.zeros_like(case.amounts), np.zeros_like(case.amounts)
    at = [pd.Index(case.units.index).get_indexer(pd.Index(table["unit"])) for table in (purchases, moves)]
    names, years = pd.Index(list(case.resources)), pd.Index(list(case.years))
    for change, table, unit, amount in (
        (bought, purchases, at[0], purchases["amount"]),
        (moved, moves, at[1], moves["come"] - moves["leave"]),
    ):
        key = (
            unit,
            names.get_indexer(pd.Index(table["resource"])),
            years.get_indexer(pd.Index(table["year"])),
        )
        np.add.at(change, key, amount.to_numpy(dtype=float))
    return np.asarray(case.amounts + case.received(bought) + np.cumsum(moved, axis=2))


def verdicts(case: ResourceCase, held: FloatArray) -> np.ndarray[Any, np.dtype[np.int8]]:
    """Return the verdict of every unit and year, as the scorecard judges (n, m)."""
    rule = case.profile.unit_verdict
    columns = []
    for t in range(len(case.years)):
        rate = held[:, :, t] / case.pupils[:, t][:, None]
        columns.append(unit_verdicts(states(rate, case.standard, rule.floor), rule.met))
    return np.column_stack(columns)


def _purchases(model: ResourceModel, values: Mapping[str, float]) -> pd.DataFrame:
    case, rows = model.case, []
    for (u, r, t), variable in model.buy.items():
        steps = math.ceil(values[variable.name] - 1e-4)
        if steps > 0:
            name = case.resources[r]
            thing = model.prices.things[name]
            amount = steps * thing.step
            rows.append(
                (
                    *about(case, u, r),
                    case.years[t],
                    name,
                    thing.name_zh,
                    thing.name_en,
                    amount,
                    thing.unit_zh,
                    amount * thing.yuan,
                )
            )
    table = pd.DataFrame(rows, columns=list(PURCHASE_COLUMNS)).astype({"amount": float, "cost_yuan": float})
    return table.sort_values(["year", "unit", "resource"], ignore_index=True)


def _moves(model: ResourceModel, values: Mapping[str, float]) -> pd.DataFrame:
    case, rows = model.case, []
    for (u, r, t), variable in model.leave.items():
        leave, come = values[variable.name], values[model.come[u, r, t].name]
        if leave > 0.5 or come > 0.5:
            rows.append((*about(case, u, r), case.years[t], case.resources[r], int(leave), int(come)))
    table = pd.DataFrame(rows, columns=list(MOVE_COLUMNS)).astype({"leave": int, "come": int})
    return table.sort_values(["year", "unit", "resource"], ignore_index=True)


def about(case: ResourceCase, u: int, r: int) -> tuple[str, str, str]:
    """Return id, name and stage of a unit; stage ``shared`` where its school holds the resource in common."""
    row = case.units.iloc[u]
    return str(case.units.index[u]), str(row["name"]), "shared" if case.common(u, r) else str(row["stage"])


def _cv(case: ResourceCase, stage: str, r: int, held: FloatArray) -> tuple[float, float]:
    units = case.of_stage(stage)
    pupils = case.pupils[units, -1]
    return tuple(float(coefficient_of_variation(x[units, r, -1], pupils)) for x in (case.amounts, held))  # type: ignore[return-value]


def _compliance(
    case: ResourceCase,
    prices: Prices,
    purchases: pd.DataFrame,
    moves: pd.DataFrame,
    verdict: np.ndarray[Any, np.dtype[np.int8]],
    budget: Mapping[int, float],
) -> pd.DataFrame:
    before = (verdicts(case, case.amounts) == PASS).sum(axis=0)
    bought = purchases.groupby("year")["cost_yuan"].sum()
    paid = moves[moves["resource"].isin(("A1", "A3"))].groupby("year")["leave"].sum() * prices.move_yuan
    rows = []
    for t, year in enumerate(case.years):
        passing = int((verdict[:, t] == PASS).sum())
        cost = float(bought.get(year, 0.0) + paid.get(year, 0.0))
        rows.append(
            (
                year,
                int(before[t]),
                passing,
                len(case.units),
                passing / len(case.units),
                case.share[t],
                cost,
                max(0.0, cost - budget.get(year, math.inf)),
            )
        )
    columns = ["year", "passing_before", "passing", "units", "share", "asked", "cost_yuan", "missing_yuan"]
    return pd.DataFrame(rows, columns=columns)
