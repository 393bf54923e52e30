"""Save a layout as a run folder, and load it again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from planning.arrays import BoolArray, ObjectArray
from planning.atomic import recover, steadily
from planning.errors import Issue, LayoutError
from planning.internal import write_internal_note
from planning.layout.capacity import as_file, from_file
from planning.layout.frames import NEIGHBOUR_COLUMNS, TABLES, Layout
from planning.layout.record import RECORD, SUMMARY, record_of
from planning.tables import harmless, unguarded
from planning.yamlfile import read_yaml

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
INPUTS = "inputs"
"""Folder of a run that carries its district along, as approved layouts do."""


def save_tables(layout: Layout, folder: Path) -> None:
    """Write the tables, ``scenario.yaml``, ``summary.json`` and the journal of a layout into an existing folder.

    A note says that they are internal: they hold pupils by zone. ``summary.json`` records what every file says, so that a later
    change by hand is found (:func:`planning.layout.changed_files`).
    """
    write_internal_note(folder, run=True)
    for name in TABLES:
        harmless(as_file(layout, name)).to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
    if layout.neighbours is not None:
        harmless(layout.neighbours).to_csv(
            folder / NEIGHBOURS, index=False, encoding="utf-8-sig", lineterminator="\n"
        )
    if layout.journal is not None:
        moves = json.dumps(layout.journal, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / JOURNAL).write_text(moves + "\n", encoding="utf-8")
    text = yaml.safe_dump(dict(layout.scenario), allow_unicode=True, sort_keys=False)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    figures = json.loads(json.dumps(layout.summary, allow_nan=False, default=_plain))
    summary = json.dumps({**figures, RECORD: record_of(folder, figures)}, ensure_ascii=False, indent=2)
    (folder / SUMMARY).write_text(summary + "\n", encoding="utf-8")


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
    if not path.is_dir() or not any(path.iterdir()):  # one cause, one message
        code = "no_run_in_folder" if path.is_dir() else "no_such_run"
        raise LayoutError([Issue(f"layout.folder.{code}", str(path))])
    problems = [
        Issue("layout.folder.file_run_missing", str(path / name))
        for name in (*(f"{t}.csv" for t in TABLES if t not in LATER_TABLES), "scenario.yaml", "summary.json")
        if not (path / name).is_file()
    ]
    if problems:
        raise LayoutError(problems)
    tables: dict[str, pd.DataFrame] = {}
    for name, columns in TABLES.items():
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


def _documents(path: Path) -> tuple[dict[str, Any], list[Issue]]:
    """Read the settings, the figures and the journal of a run, with what is wrong in them."""
    documents: dict[str, Any] = {}
    problems: list[Issue] = []
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


def _read_table(path: Path, columns: Sequence[str]) -> tuple[pd.DataFrame, list[Issue]]:
    try:
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            raise ValueError("the file is cut short")
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row]
        if any(len(row) < len(rows[0]) for row in rows):
            raise ValueError("a row is cut short")
        text = pd.read_csv(io.BytesIO(data), dtype=object, keep_default_na=False, encoding="utf-8-sig")
    except (
        ValueError,
        OSError,
        csv.Error,
    ) as error:  # pandas' parser errors and wrong encodings are ValueErrors
        return pd.DataFrame(), [_unreadable(path, str(error).strip())]
    text = from_file(text)
    for column in LATER:
        if column in columns and column not in text.columns:
            text[column] = LATER[column]
    problems = [
        Issue("layout.folder.column_missing", str(path), column=column)
        for column in columns
        if column not in text.columns
    ]
    read: dict[str, Any] = {}
    for column in text.columns:
        cells = text[column].to_numpy(dtype=object)
        if column in TEXT_COLUMNS or column not in columns:
            # an empty cell is missing, save for the catchment a zone did not have before
            missing = "" if column == "previous_unit" else None
            read[column] = pd.array([unguarded(v) if v else missing for v in cells], dtype="str")
            continue
        values, wrong = _truths(cells) if column in TRUTH_COLUMNS else _numbers(cells)
        if wrong.any():
            row = int(wrong.argmax())
            problems.append(_changed(path, row + 2, column, str(cells[row])))
        read[column] = values
    return pd.DataFrame(read, index=text.index, columns=text.columns), problems


def _truths(cells: ObjectArray) -> tuple[BoolArray, BoolArray]:
    """Return cells as yes or no, and which are neither."""
    values = cells == "True"
    return values, ~values & (cells != "False")


def _numbers(cells: ObjectArray) -> tuple[np.ndarray[Any, Any], BoolArray]:
    """Return cells as numbers, empty ones missing, and which are none."""
    values = pd.to_numeric(cells, errors="coerce")
    wrong: BoolArray = (np.isnan(values) & (cells != "")) | np.isinf(values)
    return values, wrong


def _unreadable(path: Path, reason: str) -> Issue:
    return Issue("layout.folder.not_readable", str(path), reason=reason)


def _changed(path: Path, row: int, column: str, value: str) -> Issue:
    return Issue("layout.folder.no_value_run_writes", str(path), row=str(row), column=column, value=value)


def _pooled(path: Path) -> Issue:
    return Issue("layout.folder.run_pools_whole_catchments_earlier", str(path), column="shared")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def inputs_of(run_folder: str | Path) -> Path | None:
    """Return the district that a folder carries along: its folder or workbook; ``None`` when it carries none."""
    folder = Path(run_folder) / INPUTS
    files = [p for p in sorted(folder.glob("*")) if p.is_file()]
    if not files:
        return None
    return files[0] if len(files) == 1 and files[0].suffix.lower() in (".xlsx", ".xlsm", ".gpkg") else folder
