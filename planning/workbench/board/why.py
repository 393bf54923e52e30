"""Say why a zone belongs to its school in the plan as it is on the board, as plain data in both languages."""

from __future__ import annotations

from typing import Any

from planning import zoning
from planning.messages import languages
from planning.workbench.board.draft import Board


def why_data(board: Board, zone: int, stage: str) -> dict[str, Any]:
    """Return what :func:`planning.zoning.explain` says of a zone in one stage, and the step that moved it by hand."""
    name = str(board.live.problem.zones[zone])
    step = board.live.journal.moved().get((stage, name))
    told = [e for e in zoning.explain(board.live.problem, board.drawn(), name) if e.stage == stage]
    return {
        "by_hand": None
        if step is None
        else {"number": step.number, "reason": step.move.reason, "who": step.move.who},
        "units": [_explained(e) for e in told],
    }


def _explained(told: zoning.Explanation) -> dict[str, Any]:
    return {
        "name": told.name,
        "pupils": told.pupils,
        "distance_m": told.distance_m,
        "nearest": told.nearest,
        "shared": list(told.shared),
        "others": [
            {
                "name": other.name,
                "distance_m": other.distance_m,
                "reasons": [{lang: r.text(lang) for lang in languages()} for r in other.reasons],
                "mend": {lang: other.mend.text(lang) if other.mend else "" for lang in languages()},
            }
            for other in told.alternatives
        ],
    }
