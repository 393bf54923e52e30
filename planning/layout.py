"""Hold one complete answer — catchments, classes, projects — and save or load it as a run folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from planning.errors import LayoutError, Problem

ASSIGNMENT_COLUMNS = (
    "zone",
    "stage",
    "unit",
    "pupils",
    "distance_m",
    "crosses_barrier",
    "overflow",
    "previous_unit",
)
OVERFLOW_COLUMNS = ("year", "grade", "from_unit", "to_unit", "pupils", "distance_m")
UNIT_COLUMNS = (
    "unit",
    "school",
    "stage",
    "year",
    "grade",
    "pupils",
    "own",
    "overflow_in",
    "overflow_out",
    "classes",
    "cap",
    "seats",
    "shortage",
    "oversize",
    "rooms",
)
PROJECT_COLUMNS = ("project", "name", "kind", "school", "stage", "built", "year", "rooms", "cost_yuan")

_TABLES = {
    "assignment": ASSIGNMENT_COLUMNS,
    "overflow": OVERFLOW_COLUMNS,
    "units": UNIT_COLUMNS,
    "projects": PROJECT_COLUMNS,
}
_TYPES = dict.fromkeys(
    ("zone", "stage", "unit", "previous_unit", "from_unit", "to_unit", "school", "project", "name", "kind"),
    str,
)


@dataclass(frozen=True)
class Layout:
    """One complete answer; together with its District it is all that anything downstream needs.

    Parameters
    ----------
    name : str
        Name of the run.
    scenario : mapping
        The resolved scenario as plain data (what ``scenario.yaml`` of the run holds).
    assignment : DataFrame
        One row per zone and stage: ``zone, stage, unit, pupils`` (living there, first year of the plan),
        ``distance_m`` (walking metres to the unit), ``crosses_barrier``, ``overflow`` (expected pupils of
        the zone's grade cohorts sent elsewhere), ``previous_unit``.
    overflow : DataFrame
        Pupils of a full catchment sent to another unit: ``year, grade, from_unit, to_unit, pupils, distance_m``.
    units : DataFrame
        One row per unit, year and grade, ``UNIT_COLUMNS``: ``own`` pupils of the own catchment who attend,
        ``overflow_in``/``overflow_out``; ``pupils = own + overflow_in`` all attend or ask for a seat here;
        ``classes``; ``cap`` pupils per class; ``seats = classes × cap``; ``shortage = max(0, pupils − seats)``;
        ``oversize`` pupils of the whole school above its size limit (same in every row of the school and year);
        ``rooms`` classrooms of the unit in that year. Units outside the zoning (private, county-wide) are carried
        along with the pupils and classes of the base year's register.
    projects : DataFrame
        ``PROJECT_COLUMNS``; ``built`` and the school year it is in use from.
    summary : mapping
        Figures of ``summary.json``.
    path : Path, optional
        Run folder it was saved to or loaded from.
    """

    name: str
    scenario: Mapping[str, Any]
    assignment: pd.DataFrame
    overflow: pd.DataFrame
    units: pd.DataFrame
    projects: pd.DataFrame
    summary: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None


def save_tables(layout: Layout, folder: Path) -> None:
    """Write the tables, ``scenario.yaml`` and ``summary.json`` of a layout into an existing folder."""
    for name in ("assignment", "overflow", "units", "projects"):
        getattr(layout, name).to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    text = yaml.safe_dump(dict(layout.scenario), allow_unicode=True, sort_keys=False)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    summary = json.dumps(layout.summary, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")


def load_layout(folder: str | Path) -> Layout:
    """Read a run folder.

    Raises
    ------
    LayoutError
        If files or columns are missing; every one is named.
    """
    path = Path(folder)
    problems = [
        Problem(
            str(path / name),
            "file of the run is missing",
            "运行结果缺少文件",
            mend_en="run the scenario again",
            mend_zh="请重新运行情景",
        )
        for name in (*(f"{t}.csv" for t in _TABLES), "scenario.yaml", "summary.json")
        if not (path / name).is_file()
    ]
    if problems:
        raise LayoutError(problems)
    tables = {name: pd.read_csv(path / f"{name}.csv", dtype=_TYPES, keep_default_na=True) for name in _TABLES}
    problems = [
        Problem(str(path / f"{name}.csv"), "column is missing", "缺少列", column=column)
        for name, columns in _TABLES.items()
        for column in columns
        if column not in tables[name].columns
    ]
    if problems:
        raise LayoutError(problems)
    tables["assignment"]["previous_unit"] = tables["assignment"]["previous_unit"].fillna("")
    try:
        scenario = yaml.safe_load((path / "scenario.yaml").read_text(encoding="utf-8"))
        summary = json.loads((path / "summary.json").read_text(encoding="utf-8"))
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        raise LayoutError([Problem(str(path), f"not readable: {error}", "无法读取运行结果")]) from None
    return Layout(name=path.name, scenario=scenario, summary=summary, path=path, **tables)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``target`` that takes its name only when everything in it was written.

    An older folder of that name is replaced at the end; on an error or interruption it stays as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    try:
        temporary.chmod(0o755)
        yield temporary
        old = temporary.with_suffix(".old")
        if target.exists():
            target.rename(old)
        temporary.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
