"""Sum a layout up in the figures of ``summary.json``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.layout.notes import notes_key
from planning.messages import languages
from planning.zoning.declare import PlanTables
from planning.zoning.problem import ZoningProblem


def summarise(problem: ZoningProblem, tables: PlanTables, solved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headline figures of a layout, ready for JSON: what was solved, what is counted, and what each rule has to say."""
    assignment, zoned = tables.assignment, tables.zoned
    # where everybody stays where they sit, nobody is placed and there is no walk to tell of
    placed = assignment.groupby("stage", sort=False).filter(lambda part: part["pupils"].sum() > 0)
    ways = {s: _walks(part) for s, part in placed.groupby("stage", sort=False)}
    figures = {key: value for rule in problem.rules for key, value in rule.figures(problem, tables).items()}
    return {
        **solved,
        "scenario": problem.scenario.name,
        "year": problem.scenario.year,
        "years": list(problem.years),
        "stages": list(problem.stages),
        "zones": problem.n_zones,
        "pupils": {s: int(part["pupils"].sum()) for s, part in zoned.groupby("stage")},
        "seats": {s: int(part["seats"].sum()) for s, part in zoned.groupby("stage")},
        "seats_possible": _seats_possible(zoned),
        "classes": {s: int(part["classes"].sum()) for s, part in zoned.groupby("stage")},
        "mean_distance_m": {s: w[0] for s, w in ways.items()},
        "p95_distance_m": {s: w[1] for s, w in ways.items()},
        **figures,
        "bridges": [dataclasses.asdict(b) for b in problem.bridges],
        **{notes_key(lang): _notes(problem, {**solved, **figures}, lang) for lang in languages()},
    }


def _notes(problem: ZoningProblem, figures: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader must know of the figures in a language, one line each."""
    ours = [note.text(lang) for note in problem.notes]
    return ours + [n for rule in problem.rules for n in rule.notes(figures, lang)]


def weighted_quantile(values: FloatArray, weights: FloatArray, q: float) -> float:
    """Return the smallest value below which at least a share ``q`` of the weight lies."""
    if weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][np.searchsorted(reached, q - 1e-12)])


def _walks(part: pd.DataFrame) -> tuple[float, float]:
    distance, pupils = part["distance_m"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=np.int64)
    return walks(np.rint(distance * 10).astype(np.int64), pupils)


def walks(tenths: IntArray, pupils: IntArray) -> tuple[float, float]:
    """Return mean walk and the walk that 95 % of the pupils do not exceed, metres, from walks in whole tenths of a metre.

    Whole numbers, so that the order in which they are summed does not matter; NaN without pupils.
    """
    total = int(pupils.sum())
    mean = int((tenths * pupils).sum()) / (10 * total) if total else float("nan")
    return round(mean, 1), round(weighted_quantile(tenths / 10.0, pupils.astype(float), 0.95), 1)


def _seats_possible(zoned: pd.DataFrame) -> dict[str, int]:
    rooms = zoned.drop_duplicates(["unit", "year"])
    return {s: int((part["rooms"] * part["cap"]).sum()) for s, part in rooms.groupby("stage")}  # type: ignore[misc]
