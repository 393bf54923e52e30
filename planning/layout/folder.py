"""Save a layout as a run folder, and load it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from planning.atomic import recover, steadily
from planning.errors import Issue, LayoutError
from planning.internal import write_internal_note
from planning.layout.belonging import contradictions
from planning.layout.capacity import as_file
from planning.layout.frames import TABLES, Layout
from planning.layout.reading import read_table, unreadable
from planning.layout.record import RECORD, SUMMARY, record_of
from planning.layout.schema import RUN_TABLE
from planning.tables import harmless
from planning.yamlfile import read_yaml

LATER_TABLES = frozenset(("shared",))
"""Tables that runs of earlier versions do not have: empty there."""
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
    names = [t for t in TABLES if t not in LATER_TABLES or (path / f"{t}.csv").is_file()]
    needed = (*(f"{t}.csv" for t in names), "scenario.yaml", "summary.json")
    problems = [
        Issue("layout.folder.file_run_missing", str(path / n)) for n in needed if not (path / n).is_file()
    ]
    if problems:
        raise LayoutError(problems)
    names += ["neighbours"] * (path / NEIGHBOURS).is_file()
    tables: dict[str, pd.DataFrame] = {}
    for name in names:
        tables[name], wrong = read_table(path / f"{name}.csv", RUN_TABLE[name])
        problems += wrong
    if "shared" in tables["overflow"]:
        pooled = tables["overflow"].pop("shared")
        problems += [_pooled(path / "overflow.csv")] * bool((pooled == "True").any())
    documents, wrong = _documents(path)
    problems += wrong
    if problems := problems or contradictions(tables, path):
        raise LayoutError(problems)
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
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
            problems.append(unreadable(path / name, str(error)))
            continue
        if not isinstance(documents[name], dict) or not (documents[name] or name == JOURNAL):
            problems.append(unreadable(path / name, "no settings in it"))
    return documents, problems


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
