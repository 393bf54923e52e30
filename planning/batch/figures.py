"""Read from a finished run what the table of all counties says of it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from planning.indicators.bands import BANDS
from planning.tables import unguarded

MENDS_SHOWN = 3


def run_figures(run: Path) -> dict[str, Any]:
    """Return the figures of a run by the keys of :data:`planning.publish.province_columns.FIGURES`.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError, AttributeError
        If a file of the run is missing or damaged.
    """
    said = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    years = [int(y) for y in said["years"]]
    card = _rows(run / "scorecard.csv")
    return {
        "years": f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}",
        "data": next(
            (s for s in ("synthetic", "derived", "real") if s in said["layers_status"].values()), ""
        ),
        **{f"{k}_{stage}": v for k in ("pupils", "seats", "mean_distance_m") for stage, v in said[k].items()},
        "shortage_pupils": said["shortage_pupils"],
        **{f"shortage_{stage}": v for stage, v in said["shortage_by_stage"].items()},
        **{f"nearby_{stage}": v for stage, v in said["nearby_ratio"].items()},
        "gap": said["gap"],
        # a system without a class rule has no classes to count
        **{
            k: said[k]
            for k in ("classes_over_cap", "schools_over_size", "moved_pupils", "cost_yuan")
            if k in said
        },
        **_bands(run / "scorecard_classes.csv"),
        **_targets(run / "targets.csv", years[-1]),
        **{k: int(said["indicators"][k]) for k in ("passed", "failed", "not_supplied")},
        **{row["id"]: row["verdict"] for row in card},
        **{f"{row['id']}_value": _number(row["value"]) for row in card},
        **_mends(run / "shortages.csv"),
    }


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return [{k: unguarded(v) for k, v in row.items()} for row in csv.DictReader(text)]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _bands(file: Path) -> dict[str, int]:
    rows = [row for row in _rows(file) if float(row["classes"] or 0) > 0]
    return {f"classes_{band}": sum(int(float(row[band])) for row in rows) for band in BANDS} if rows else {}


def _targets(file: Path, year: int) -> dict[str, Any]:
    """Return how the targets of the plan's last year stand; those of the latest year before it that has any."""
    due = [row for row in _rows(file) if row["reading"] == "default" and int(row["year"]) <= year]
    if not due:
        return {}
    latest = max(int(row["year"]) for row in due)
    mine = [row for row in due if int(row["year"]) == latest]
    counted = Counter(row["verdict"] for row in mine)
    missed = [row for row in mine if row["verdict"] == "fail"]
    return {
        "targets_year": str(latest),
        "targets_met": counted["pass"],
        "targets_missed": counted["fail"],
        "targets_not_supplied": counted["not_supplied"],
        "targets_missed_zh": "；".join(row["name_zh"] for row in missed),
        "targets_missed_en": "; ".join(row["name_en"] for row in missed),
    }


def _mends(file: Path) -> dict[str, str]:
    rows = _rows(file) if file.is_file() else []
    said = {
        lang: [t for t in dict.fromkeys(row[f"mend_{lang}"] for row in rows) if t][:MENDS_SHOWN]
        for lang in ("zh", "en")
    }
    return {"mend_zh": "；".join(said["zh"]), "mend_en": "; ".join(said["en"])}
