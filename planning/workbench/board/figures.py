"""Say the figures of the package as plain data for the board; nothing is computed here."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from planning.editing import Cost, CountyFigures, Finding, UnitFigures, check
from planning.editing.journal import Step
from planning.grades import grade_cell
from planning.layout import load_layout, one_row_per_zone
from planning.messages import languages
from planning.workbench.board.draft import Board, Change

_SHOWN = 40
"""Steps told with every answer; the whole journal is asked for where it is wanted."""


def board_state(board: Board, year: int | None = None) -> dict[str, Any]:
    """Return everything that changes: where the draft differs from the saved plan, all figures (``saved``: the county's without the draft), the journal.

    ``year`` is the position of the school year whose figures of units are told, the last one without it.
    """
    return {
        **_told(board, Change(board.saved, board.live.owners(), ())),
        "units": [unit_data(f, year) for f in board.live.units()],
        "saved": _county(board, board.as_saved),
        "years": [int(y) for y in board.live.problem.years],
        "open": [str(u) for n, u in enumerate(board.live.problem.units["unit"]) if board.live.stands(n)],
        "locks": locks_data(board),
        "note": board.note.data() if board.note else None,
    }


def locks_data(board: Board) -> dict[str, Any]:
    """Return what is locked: zones by stage as positions, units."""
    at = board.live.ground.zone_at
    return {
        "zones": {s: sorted(at[z] for z in zones) for s, zones in board.held.zones.items()},
        "units": sorted(board.held.units),
    }


def _more(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def cost_data(cost: Cost) -> dict[str, Any]:
    """Return what a plan or a move costs, and whom it touches."""
    return {
        "more": cost.more,
        "above": cost.above,
        "seats_short": cost.seats_short,
        "moved_pupils": _more(cost.before.moved_pupils, cost.after.moved_pupils),
        "price": cost.after.price.total,
        "bound": cost.after.bound,
        "gap": cost.after.gap,
        "parts": {k: v - cost.before.price.parts().get(k, 0.0) for k, v in cost.after.price.parts().items()},
        "units": [{"before": unit_data(old), "after": unit_data(new)} for old, new in cost.units],
        "findings": [
            {**{lang: f.said.text(lang) for lang in languages()}, "breaks": f.breaks} for f in cost.findings
        ],
    }


def change_data(board: Board, change: Change, year: int | None = None) -> dict[str, Any]:
    """Return what a step changed: zones, the figures of the units they touch, the county's."""
    units = [unit_data(board.live.unit(u), year) for u in change.units]
    return {**_told(board, change), "units": units}


def _told(board: Board, change: Change) -> dict[str, Any]:
    live = board.live
    moved = {}
    for number, stage in enumerate(live.problem.stages):
        at = np.flatnonzero(change.before[number] != change.after[number])
        moved[stage] = [at.tolist(), change.after[number][at].tolist()]
    steps = live.journal.path()
    return {
        "moved": moved,
        "county": _county(board, live.county()),
        "head": live.journal.head,
        "edited": board.edited(),
        "undo": bool(steps),
        "redo": bool(live.journal.branches()),
        "steps": [step_data(board, s) for s in steps[-_SHOWN:]],
        "count": len(steps),
    }


def step_data(board: Board, step: Step) -> dict[str, Any]:
    """Return a step as the list of steps shows it."""
    return {
        "number": step.number,
        "zones": len(step.move.zones),
        "first": board.live.zone_names(step.move.zones[:1])[0],
        "stage": step.move.stage,
        "unit": step.move.unit,
        "reason": step.move.reason,
        "who": step.move.who,
        "when": step.move.when,
    }


def journal_data(board: Board) -> dict[str, Any]:
    """Return every step ever made, whether it is in force, and which it follows."""
    journal = board.live.journal
    in_force = {s.number for s in journal.path()}
    steps = [
        {**step_data(board, s), "after": s.parent, "in_force": s.number in in_force} for s in journal.steps
    ]
    return {"head": journal.head, "steps": steps}


def _county(board: Board, figures: CountyFigures) -> dict[str, Any]:
    return {**county_data(figures), "in_seats": board.live.problem.profile.in_seats}


def county_data(figures: CountyFigures) -> dict[str, Any]:
    """Return the figures of the county."""
    return {
        "price": figures.price.total,
        "parts": figures.price.parts(),
        "bound": figures.bound,
        "gap": figures.gap,
        "short": figures.seats_short,
        "moved_pupils": figures.moved_pupils,
        "moved_zones": figures.moved_zones,
        "apart": figures.apart,
        "detached": figures.detached,
        "mean_m": dict(figures.mean_walk_m),
        "p95_m": dict(figures.p95_walk_m),
        "b4": figures.indicators.b4_oversized_schools,
        "b5": figures.indicators.b5_classes_over,
        "b13": dict(figures.indicators.b13_nearby),
    }


def unit_data(figures: UnitFigures, at: int | None = None) -> dict[str, Any]:
    """Return the figures of a unit, grades in one year of the plan (by position; the last one without it)."""
    last = len(figures.years) - 1 if at is None else min(max(at, 0), len(figures.years) - 1)
    year = figures.years[last]
    return {
        "unit": figures.unit,
        "zones": figures.zones,
        "pupils": sum(figures.pupils[last]),
        "classes": sum(figures.classes[last]),
        "rooms": figures.rooms[last],
        "in_seats": figures.in_seats,
        "sent": sum(figures.sent[last]),
        "taken": sum(figures.taken[last]),
        "short": sum(figures.short[last]),
        "short_all": figures.seats_short,
        "oversize": figures.oversize[last],
        "mean_m": _finite(figures.mean_walk_m),
        "p95_m": _finite(figures.p95_walk_m),
        "moved_pupils": figures.moved_pupils,
        "parts": figures.parts,
        "apart": list(figures.apart),
        "detached": list(figures.detached),
        "grades": [
            {
                "grade": grade_cell(grade),
                "pupils": figures.pupils[last][g],
                "classes": figures.classes[last][g],
                "largest": max(figures.class_sizes(year, grade), default=0),
                "cap": figures.cap[last][g],
                "short": figures.short[last][g],
            }
            for g, grade in enumerate(figures.grades)
        ],
    }


def reference_data(board: Board, folder: Path) -> dict[str, list[str]]:
    """Return the unit of every zone in another plan, in the order of the picture; ``""`` for a zone it does not have."""
    rows = one_row_per_zone(load_layout(folder).assignment)
    zones = board.live.problem.zones.astype(str)
    told = {}
    for stage in board.live.problem.stages:
        of = rows[rows["stage"] == stage].set_index("zone")["unit"].astype(str)
        told[stage] = of.reindex(zones).fillna("").tolist()
    return told


def fault_data(board: Board) -> list[dict[str, Any]]:
    """Return what is wrong with the plan as it is now, what breaks a rule first, each with its place on the map."""
    at = board.live.ground.zone_at
    return [_fault(f, at) for f in check(board.live)]


def _fault(finding: Finding, at: dict[str, int]) -> dict[str, Any]:
    zones = [at[z] for z in finding.zones if z in at]
    return {
        "kind": finding.kind,
        "unit": finding.unit,
        "zones": zones,
        "breaks": finding.breaks,
        "new": finding.new,
        **{lang: finding.said.text(lang) for lang in languages()},
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
