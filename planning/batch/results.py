"""Write what comes out of a batch: tables in both languages, what changed, workbook, map, and a file for analysts."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Geometry

from planning.atomic import whole_file
from planning.batch.names import (
    BEFORE,
    CHANGES,
    CHANGES_ZH,
    MAP,
    PARQUET,
    TABLE,
    TABLE_ZH,
    UNITS,
    WORKBOOKS,
    workbook_name,
)
from planning.batch.outline import read_outline
from planning.batch.table import PLACE, changed, placed_table
from planning.batch.unit import Unit
from planning.batch.work import is_done, outline_file
from planning.district.geometry.coordinates import WGS84
from planning.internal import write_internal_note
from planning.messages import Text, is_chinese, paper_language, said, speaking
from planning.publish.map.province_map import write_province_map
from planning.publish.province_columns import column, figure_words, in_words
from planning.publish.safe import safe_table
from planning.publish.workbook.province import write_province_workbook
from planning.standards.money import Money, currency_of, money
from planning.tables import as_written


def keep_before(home: Path) -> None:
    """Keep the table of the last batch that ended, so that what changes is told against it, whatever stops the next one."""
    table = _read(home / TABLE)
    if table is not None and "status" in table and not (table["status"] == "open").any():
        with whole_file(home / BEFORE) as temporary:
            shutil.copyfile(home / TABLE, temporary)


def write_results(home: Path, units: Sequence[Unit], title: str) -> pd.DataFrame:
    """Write everything that comes out of a batch and return its table.

    Parameters
    ----------
    home : Path
        Folder of the batch.
    units : sequence of Unit
        What the batch was asked for.
    title : str
        Name of the batch.

    Raises
    ------
    WriteError
        If the disk refuses.
    """
    placed = placed_table(home, units)
    table = placed.drop(columns=PLACE)
    _write(home / TABLE, table)
    with speaking("zh"):
        _write(home / TABLE_ZH, in_words(table))
    before, now = _read(home / BEFORE), _read(home / TABLE)
    changes = None
    if before is not None and now is not None:
        changes = changed(before, now)
        _write(home / CHANGES, changes)
        with speaking("zh"):
            _write(home / CHANGES_ZH, _told(changes))
        changes = _told(changes)
    outlines = _outlines(home, units)
    called = titles(units)
    shown = table.assign(scenario=table["scenario"].map(called))
    write_province_workbook(home / workbook_name(), shown, changes, title)
    for name in {*WORKBOOKS} - {workbook_name()}:  # of a batch in another language: it tells what was
        (home / name).unlink(missing_ok=True)
    placed_shown = placed.assign(scenario=shown["scenario"])
    write_province_map(home / MAP, placed_shown, outlines, title, _money(units))
    if importlib.util.find_spec("pyarrow") is not None:  # the extra `parquet`
        _write_parquet(home / PARQUET, table, [outlines.get(place) for place in placed[PLACE]])
    write_internal_note(home)
    return table


def titles(units: Sequence[Unit]) -> dict[str, str]:
    """Return what people call each scenario: its title in the language of papers, with its name where two share one, else its name."""
    chinese = is_chinese(paper_language())
    found: dict[str, str] = {}
    for unit in units:
        if unit.scenario not in found:
            told = json.loads(unit.data)
            title = told.get("title_zh" if chinese else "title") or told.get("title")
            found[unit.scenario] = str(title or unit.scenario)
    shared = {title for title, count in Counter(found.values()).items() if count > 1}
    return {
        name: Text("batch.results.of", title=title, name=name).text(paper_language())
        if title in shared
        else title
        for name, title in found.items()
    }


def _money(units: Sequence[Unit]) -> Money:
    """Return what amounts of the counties are told in: their currency where they share one, else none by name."""
    found = {currency_of(json.loads(data)) for data in {unit.data for unit in units}}
    return money(found.pop() if len(found) == 1 else "")


def _outlines(home: Path, units: Sequence[Unit]) -> dict[str, Geometry]:
    """Return the outline of every county that has one, by its folder or workbook."""
    found: dict[str, Geometry] = {}
    for unit in sorted(units, key=lambda u: (not is_done(home, u.key), u.key)):
        if unit.county not in found:
            shape = read_outline(outline_file(home, unit.key), home / UNITS / unit.key, Path(unit.county))
            if shape is not None:
                found[unit.county] = shape
    return found


def _write_parquet(target: Path, table: pd.DataFrame, shapes: Sequence[Geometry | None]) -> None:
    plain = table.copy()
    for name in table.columns:
        if column(name).kind in ("count", "number", "share", "yuan"):
            plain[name] = pd.to_numeric(table[name], errors="coerce")
        else:
            plain[name] = table[name].astype("string")
    with whole_file(target) as temporary:
        gpd.GeoDataFrame(plain, geometry=np.array(shapes, dtype=object), crs=WGS84).to_parquet(
            temporary, index=False
        )


def _read(file: Path) -> pd.DataFrame | None:
    """Return a table as it was before it was made harmless; nothing where it is missing or damaged."""
    try:
        table = pd.read_csv(file, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    except (OSError, ValueError):  # of pandas: empty, or not a table
        return None
    return table.apply(as_written)


def _told(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the table of changes with heads and names of figures in the language of the paper."""
    heads = {name: said(f"batch.results.{name}") for name in ("figure", "before", "now")}
    told = in_words(changes).rename(columns=heads)
    if len(told):
        told[heads["figure"]] = figure_words(changes["figure"])
    return told


def _write(target: Path, table: pd.DataFrame) -> None:
    with whole_file(target) as temporary:
        safe_table(table).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
