"""Say of a plan in a few plain words what it is, and its own figures, from the small files of its run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from planning.workbench.projects.record import read_json

_CATCHMENTS = re.compile(r"^catchments: (\w+)\s*$", re.MULTILINE)
"""The setting as ``scenario.yaml`` of a run holds it: with the locks of a large county the whole file takes seconds to read."""


def kind_of(run: Path) -> dict[str, Any]:
    """Return what a plan is.

    Returns
    -------
    dict
        ``catchments`` (``"free"`` or ``"current"``, ``None`` where the run does not say), ``years`` (first and last), ``built`` (number of
        projects), ``steps`` (made by hand and in force), ``how`` (``"finished"`` or ``"repair"`` where the engine went on from a draft).
    """
    from planning.layout import JOURNAL

    summary = read_json(run / "summary.json") or {}
    years = [y for y in _listed(summary.get("years")) if isinstance(y, int)]
    return {
        "catchments": _catchments(run),
        "years": [years[0], years[-1]] if years else [],
        "built": len(_listed(summary.get("projects_built"))),
        "steps": _steps(read_json(run / JOURNAL) or {}),
        "how": next((how for how in ("finished", "repair") if how in summary), None),
    }


def figures_of(run: Path) -> dict[str, Any]:
    """Return the figures by which a plan is known: ``short`` (by stage), ``gap``, ``mean_m`` and ``moved``."""
    summary = read_json(run / "summary.json") or {}
    short = summary.get("shortage_by_stage")
    return {
        "short": short if isinstance(short, dict) else {},
        "gap": summary.get("gap"),
        "mean_m": summary.get("mean_distance_m"),
        "moved": summary.get("moved_pupils"),
    }


def _catchments(run: Path) -> str | None:
    try:
        found = _CATCHMENTS.search((run / "scenario.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return found[1] if found else None


def _steps(journal: dict[str, Any]) -> int:
    """Return how many steps are in force, those before the engine went on among them."""
    after = {s.get("number"): s.get("parent") for s in _listed(journal.get("steps")) if isinstance(s, dict)}
    count, here = len(_listed(journal.get("earlier"))), journal.get("head")
    while here in after:
        count, here = count + 1, after.pop(here)
    return count


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
