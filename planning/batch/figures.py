"""Read from a finished run what the table of all counties says of it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planning.grades import grade_name
from planning.indicators.bands import BANDS
from planning.messages import Text
from planning.phases import TABLE as PHASES
from planning.phases import gap_of_phases, run_folders
from planning.tables import unguarded

MENDS_SHOWN = 3
_SUMMED = ("shortage_pupils", "shortage_primary", "shortage_junior", "moved_pupils", "classes_over_cap", "schools_over_size")  # fmt: skip
"""What the phases of a plan add up, as one run adds its years up."""


def shown_run(run: Path) -> Path:
    """Return the run folder whose map stands for a unit: the last phase of a plan in phases, else itself."""
    return run_folders(run)[-1]


def run_figures(run: Path) -> dict[str, Any]:
    """Return the figures of a run by the keys of :data:`planning.publish.province_columns.FIGURES`.

    Pupils, seats, class bands, targets and indicators are those of the plan's last year; what is short, moved or over a limit is summed
    over all years. Of a plan in phases, nearby ratios, walks and costs are those of the last phase, whose programme is the whole one.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError, AttributeError
        If a file of the run is missing or damaged.
    """
    if not (run / PHASES).is_file():
        return _figures(run)
    phases = [(_figures(folder), folder) for folder in run_folders(run)[1:]]
    last = phases[-1][0]
    first_year = phases[0][0]["years"].partition("–")[0]
    table = pd.read_csv(run / PHASES, encoding="utf-8-sig")
    return {
        **last,
        "years": f"{first_year}–{last['years'].rpartition('–')[2]}",
        "gap": gap_of_phases(table),
        **{key: sum(figures[key] for figures, _ in phases) for key in _SUMMED if key in last},
        **_mends([folder / "shortages.csv" for _, folder in phases]),
    }


def _figures(run: Path) -> dict[str, Any]:
    said = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    years = [int(y) for y in said["years"]]
    card = _rows(run / "scorecard.csv")
    return {
        "years": f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}",
        "data": next(
            (s for s in ("synthetic", "derived", "unknown", "real") if s in said["layers_status"].values()),
            "",
        ),
        **{f"mean_distance_m_{stage}": v for stage, v in said["mean_distance_m"].items()},
        **_pupils(run / "units.csv", said, years),
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
        **_mends([run / "shortages.csv"]),
    }


def _pupils(file: Path, said: dict[str, Any], years: list[int]) -> dict[str, float]:
    """Return pupils and seats by stage in the plan's last year; the summary adds the years up."""
    if len(years) == 1:
        return {f"{k}_{stage}": v for k in ("pupils", "seats") for stage, v in said[k].items()}
    found = {f"{k}_{stage}": 0.0 for k in ("pupils", "seats") for stage in said["pupils"]}
    for row in _rows(file):
        if int(row["year"]) == years[-1]:
            found[f"pupils_{row['stage']}"] += float(row["pupils"])
            found[f"seats_{row['stage']}"] += float(row["seats"])
    return {k: round(v) for k, v in found.items()}


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


def _mends(files: Sequence[Path]) -> dict[str, str]:
    rows = [row for file in files if file.is_file() for row in _rows(file)]
    rows = [row for row in rows if row["mend_zh"]]
    said = {
        lang: list(dict.fromkeys(_mend(row, lang) for row in rows))[:MENDS_SHOWN] for lang in ("zh", "en")
    }
    return {"mend_zh": "；".join(said["zh"]), "mend_en": "; ".join(said["en"])}


def _mend(row: dict[str, str], lang: str) -> str:
    """Return a mend with the school, year and grade (none where seats belong to none) whose seats it makes."""
    said = {"name": row["name"], "year": row["year"], "mend": row[f"mend_{lang}"]}
    if not row["grade"]:
        return Text("batch.figures.mend_whole_school", **said).text(lang)
    return Text("batch.figures.mend", **said, grade=grade_name(float(row["grade"]))).text(lang)
