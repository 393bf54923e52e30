"""Tell a folder that is taken for a district and is something else: a run, or the folder above a district."""

from __future__ import annotations

import json
from pathlib import Path

from planning.district.info import FILE
from planning.errors import Issue

SUMMARY = "summary.json"
"""What only the folder of a run has."""
_SHOWN = 6


def mistaken_folder(folder: Path) -> Issue | None:
    """Return what a folder without ``district.yaml`` is instead of a district, as the one thing that is wrong.

    Parameters
    ----------
    folder : Path
        An existing folder.

    Returns
    -------
    Issue or None
        Names the run's district, or the districts one floor below; ``None`` where neither is known.
    """
    if (folder / FILE).is_file():
        return None
    if (folder / SUMMARY).is_file():
        district = _district_of(folder / SUMMARY)
        mend = "district.load.is_run.mend" if district else "district.load.is_run.mend_unknown"
        return Issue("district.load.is_run", str(folder), mend=mend, district=district)
    below = sorted(p.parent for p in folder.glob(f"*/{FILE}"))
    if below:
        more = ("…",) if len(below) > _SHOWN else ()
        return Issue("district.load.holds_districts", str(folder), below=(*map(str, below[:_SHOWN]), *more))
    return None


def _district_of(summary: Path) -> str:
    """Return the district that a run's summary names; empty where it names none."""
    try:
        told = json.loads(summary.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    district = told.get("district") if isinstance(told, dict) else None
    return district if isinstance(district, str) else ""
