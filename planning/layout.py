"""Hold one complete answer — catchments, classes, projects — and save or load it as a run folder."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from planning.atomic import new_folder as new_folder
from planning.atomic import recover, steadily
from planning.errors import LayoutError, Problem
from planning.internal import write_internal_note
from planning.tables import as_written, facts_html, harmless, same_table
from planning.yamlfile import read_yaml

ASSIGNMENT_COLUMNS = (
    "zone",
    "stage",
    "unit",
    "pupils",
    "distance_m",
    "crosses_barrier",
    "overflow",
    "previous_unit",
    "share",
)
OVERFLOW_COLUMNS = ("year", "grade", "from_unit", "to_unit", "pupils", "distance_m")
SHARED_COLUMNS = ("zone", "unit", "year", "grade", "pupils")
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
NEIGHBOUR_COLUMNS = ("zone", "neighbour")
PROJECT_COLUMNS = ("project", "name", "kind", "school", "stage", "built", "year", "rooms", "cost_yuan")

_TABLES = {
    "assignment": ASSIGNMENT_COLUMNS,
    "overflow": OVERFLOW_COLUMNS,
    "units": UNIT_COLUMNS,
    "projects": PROJECT_COLUMNS,
    "shared": SHARED_COLUMNS,
}
LATER_TABLES = frozenset(("shared",))
"""Tables that runs of earlier versions do not have: empty there."""
TEXT_COLUMNS = frozenset(
    (
        "zone",
        "neighbour",
        "stage",
        "unit",
        "previous_unit",
        "from_unit",
        "to_unit",
        "school",
        "project",
        "name",
        "kind",
    )
)
TRUTH_COLUMNS = frozenset(("crosses_barrier", "built"))
LATER: dict[str, str] = {"share": "1"}
"""Columns that runs of earlier versions do not have, and what they mean there."""
NEIGHBOURS = "neighbours.csv"
"""Pairs of zones that the plan took for neighbours; runs of earlier versions have none."""
JOURNAL = "journal.json"
"""What was moved by hand, where anything was."""
MARKS = ("summary.json",)
"""A folder that holds one of these is a run and may be replaced by a new one."""


@dataclass(frozen=True, eq=False, repr=False)
class Layout:
    """One complete answer; together with its District it is all that anything downstream needs.

    Parameters
    ----------
    name : str
        Name of the run.
    scenario : mapping
        The resolved scenario as plain data (what ``scenario.yaml`` of the run holds).
    assignment : DataFrame
        One row per zone and stage, of a shared zone (多校划片) one for each unit it names: ``zone, stage, unit, pupils`` (of the
        zone who go to the unit, first year of the plan), ``distance_m`` (walking metres to the unit), ``crosses_barrier``,
        ``overflow`` (expected pupils of the zone's grade cohorts sent elsewhere), ``previous_unit`` (several joined by ``;``),
        ``share`` of the zone's pupils. :func:`one_row_per_zone` joins the units.
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
    shared : DataFrame
        How the pupils of shared zones are divided: ``zone, unit, year, grade, pupils``, a row for every unit named.
    summary : mapping
        Figures of ``summary.json``.
    path : Path, optional
        Run folder it was saved to or loaded from.
    neighbours : DataFrame, optional
        Pairs of zones that the plan took for neighbours (``NEIGHBOUR_COLUMNS``); runs of earlier versions do not say.
    journal : mapping, optional
        What was moved by hand, as plain data (:mod:`planning.editing.journal` reads it); none where nothing was.
    """

    name: str
    scenario: Mapping[str, Any]
    assignment: pd.DataFrame
    overflow: pd.DataFrame
    units: pd.DataFrame
    projects: pd.DataFrame
    summary: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    neighbours: pd.DataFrame | None = None
    journal: Mapping[str, Any] | None = None
    shared: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SHARED_COLUMNS)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layout):
            return NotImplemented
        return dict(self.scenario) == dict(other.scenario) and all(
            same_table(getattr(self, name), getattr(other, name)) for name in _TABLES
        )

    def __hash__(self) -> int:
        return hash((str(self.scenario.get("year")), *(len(getattr(self, name)) for name in _TABLES)))

    def _facts(self) -> dict[str, object]:
        gap = self.summary.get("gap")
        return {
            "zones": self.assignment["zone"].nunique(),
            "units": self.units["unit"].nunique(),
            "years": "–".join(str(y) for y in sorted({self.units["year"].min(), self.units["year"].max()})),
            "seats short": f"{int(self.units['shortage'].sum()):,}",
            "gap": "not proven" if gap is None else f"{gap:.2%}",
        }

    def __repr__(self) -> str:
        facts = self._facts()
        return (
            f"<Layout {self.name} {facts['years']}: {facts['zones']} zones, {facts['units']} units, "
            f"{facts['seats short']} seats short, gap {facts['gap']}>"
        )

    def _repr_html_(self) -> str:
        return facts_html(f"Layout {self.name}", self._facts())


def one_row_per_zone(assignment: pd.DataFrame) -> pd.DataFrame:
    """Return an assignment with one row per zone and stage, the units of a shared zone joined by ``;``.

    Pupils and overflow are summed, walking metres the mean by pupils, a barrier is crossed where any of the ways crosses one.
    """
    table = assignment.copy()
    table["unit"] = table["unit"].fillna("").astype(str)
    if "previous_unit" in table:
        table["previous_unit"] = table["previous_unit"].fillna("").astype(str).map(_in_order)
    twice = table.duplicated(["zone", "stage"], keep=False)
    table["unit"] = table["unit"].map(_in_order)
    if not twice.any():
        return table
    merged = [_merged(part) for _, part in table[twice].groupby(["stage", "zone"], sort=False)]
    first = table.drop_duplicates(["zone", "stage"]).index
    kept = pd.concat([table[~twice], pd.DataFrame(merged)])
    return kept.loc[first].astype(table.dtypes.to_dict()).reset_index(drop=True)


def _in_order(units: str) -> str:
    return ";".join(sorted({u.strip() for u in units.split(";") if u.strip()}))


def _merged(part: pd.DataFrame) -> pd.Series[Any]:
    row = part.iloc[0].copy()
    row["unit"] = _in_order(";".join(part["unit"]))
    if "pupils" in part:
        row["pupils"] = part["pupils"].sum()
    if "distance_m" in part:
        weight = part["pupils"].to_numpy(dtype=float)
        even = np.full(len(part), 1.0)
        row["distance_m"] = np.average(part["distance_m"], weights=weight if weight.sum() > 0 else even)
    if "crosses_barrier" in part:
        row["crosses_barrier"] = bool(part["crosses_barrier"].any())
    if "overflow" in part:
        row["overflow"] = part["overflow"].sum()
    if "share" in part:
        row["share"] = 1.0
    return row


def in_force(layout: Layout, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones with the catchments of a layout as those of today (columns ``current_STAGE``).

    Zones the layout does not have keep theirs; a shared zone names its units, its reference first (``S001-P;S002-P``).
    """
    zones = zones.copy()
    for stage, rows in layout.assignment.groupby("stage"):
        named = rows.groupby("zone")["unit"].agg(lambda units: ";".join(dict.fromkeys(map(str, units))))
        column = f"current_{stage}"
        zones[column] = zones["zone"].map(named).fillna(zones[column])
    return zones


def save_tables(layout: Layout, folder: Path) -> None:
    """Write the tables, ``scenario.yaml``, ``summary.json`` and the journal of a layout into an existing folder.

    A note says that they are internal: they hold pupils by zone.
    """
    write_internal_note(folder, run=True)
    for name in _TABLES:
        harmless(getattr(layout, name)).to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    if layout.neighbours is not None:
        harmless(layout.neighbours).to_csv(
            folder / NEIGHBOURS, index=False, encoding="utf-8", lineterminator="\n"
        )
    if layout.journal is not None:
        moves = json.dumps(layout.journal, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / JOURNAL).write_text(moves + "\n", encoding="utf-8")
    text = yaml.safe_dump(dict(layout.scenario), allow_unicode=True, sort_keys=False)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    summary = json.dumps(layout.summary, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")


def load_layout(folder: str | Path) -> Layout:
    """Read a run folder.

    Raises
    ------
    LayoutError
        If files or columns are missing, broken or changed by hand; every one is named.
    """
    path = Path(folder)
    recover(path)
    return steadily(path, _load)


def _load(path: Path) -> Layout:
    problems = [
        Problem(
            str(path / name),
            "file of the run is missing",
            "运行结果缺少文件",
            mend_en="run the scenario again",
            mend_zh="请重新运行情景",
        )
        for name in (*(f"{t}.csv" for t in _TABLES if t not in LATER_TABLES), "scenario.yaml", "summary.json")
        if not (path / name).is_file()
    ]
    if problems:
        raise LayoutError(problems)
    tables: dict[str, pd.DataFrame] = {}
    for name, columns in _TABLES.items():
        if name in LATER_TABLES and not (path / f"{name}.csv").is_file():
            continue
        tables[name], wrong = _read_table(path / f"{name}.csv", columns)
        problems += wrong
    if "shared" in tables.get("overflow", ()):
        pooled = tables["overflow"].pop("shared")
        problems += [_pooled(path / "overflow.csv")] * bool((pooled == "True").any())
    documents, wrong = _documents(path)
    problems += wrong
    if problems:
        raise LayoutError(problems)
    if (path / NEIGHBOURS).is_file():
        tables["neighbours"], problems = _read_table(path / NEIGHBOURS, NEIGHBOUR_COLUMNS)
        if problems:
            raise LayoutError(problems)
    return Layout(
        name=path.name,
        scenario=documents["scenario.yaml"],
        summary=documents["summary.json"],
        path=path,
        journal=documents.get(JOURNAL),
        **tables,
    )


def _documents(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read the settings, the figures and the journal of a run, with what is wrong in them."""
    documents: dict[str, Any] = {}
    problems: list[Problem] = []
    files: list[tuple[str, Callable[[str], Any]]] = [
        ("scenario.yaml", read_yaml),
        ("summary.json", json.loads),
    ]
    if (path / JOURNAL).is_file():
        files.append((JOURNAL, json.loads))
    for name, read in files:
        try:
            documents[name] = read((path / name).read_text(encoding="utf-8"))
        except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:
            problems.append(_unreadable(path / name, str(error)))
            continue
        if not isinstance(documents[name], dict):
            problems.append(_unreadable(path / name, "no settings in it"))
    return documents, problems


def _read_table(path: Path, columns: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    try:
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            raise ValueError("the file is cut short")
        text = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        if text.isna().any(axis=None):
            raise ValueError("a row is cut short")
    except (ValueError, OSError) as error:  # pandas' parser errors and wrong encodings are ValueErrors
        return pd.DataFrame(), [_unreadable(path, str(error).strip())]
    for column in LATER:
        if column in columns and column not in text.columns:
            text[column] = LATER[column]
    problems = [
        Problem(
            str(path),
            "column is missing",
            "缺少列",
            column=column,
            mend_en="run the scenario again",
            mend_zh="请重新运行情景",
        )
        for column in columns
        if column not in text.columns
    ]
    for column in text.columns:
        cells = text[column]
        if column in TEXT_COLUMNS or column not in columns:
            # an empty cell is missing, save for the catchment a zone did not have before
            text[column] = as_written(cells if column == "previous_unit" else cells.where(cells != ""))
            continue
        if column in TRUTH_COLUMNS:
            values = cells.map({"True": True, "False": False})
            wrong = values.isna()
        else:
            values = pd.to_numeric(cells.replace("", None), errors="coerce")
            wrong = (values.isna() & (cells != "")) | values.isin((np.inf, -np.inf))
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            problems.append(_changed(path, row + 2, column, str(cells.iloc[row])))
        else:
            text[column] = values.astype(bool) if column in TRUTH_COLUMNS else values
    return text, problems


def _unreadable(path: Path, reason: str) -> Problem:
    return Problem(
        str(path),
        f"not readable: {reason}",
        f"无法读取：{reason}",
        mend_en="run the scenario again",
        mend_zh="请重新运行情景",
    )


def _changed(path: Path, row: int, column: str, value: str) -> Problem:
    return Problem(
        str(path),
        "no value that a run writes",
        "不是运行结果会写出的值",
        row=str(row),
        column=column,
        value=value,
        mend_en="the file was changed by hand: run the scenario again",
        mend_zh="文件被手工改动过，请重新运行情景",
    )


def _pooled(path: Path) -> Problem:
    return Problem(
        str(path),
        "the run pools whole catchments, as an earlier version did: shared zones are divided zone by zone now",
        "该方案由旧版本生成，将整个学区合并；现按居住单元分配多校划片学生",
        column="shared",
        mend_en="run the scenario again",
        mend_zh="请重新运行情景",
    )


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
