"""Keep the tables of a run folder without losing a character of them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planning.errors import Issue, LayoutError
from planning.layout import TEXT_COLUMNS

RESULTS = (
    "assignment", "units", "overflow", "shared", "projects", "shortages", "shared_proposals",
    "scorecard", "scorecard_units", "scorecard_variation", "scorecard_classes", "scorecard_figures", "targets",
)  # fmt: skip
"""Tables of a run folder that a store keeps; maps and layers are drawn from them again."""
_INT = re.compile(r"0|-?[1-9]\d{0,14}")
_TRUTH = {"True": True, "False": False}


@dataclass(frozen=True)
class Result:
    """One table of a run: its columns, its rows as plain values (``None`` where empty), and its byte mark."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    marked: bool

    def frame(self) -> pd.DataFrame:
        """Return the rows as a table."""
        return pd.DataFrame(list(self.rows), columns=list(self.columns))


def read_results(folder: Path) -> list[Result]:
    """Read the tables of a run folder; cells become numbers only where they are printed back the same.

    Raises
    ------
    LayoutError
        If a file is not a table.
    """
    found = []
    for name in RESULTS:
        path = folder / f"{name}.csv"
        if not path.is_file():
            continue
        try:
            data = path.read_bytes()
            lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise LayoutError([_broken(path, str(error))]) from None
        if not lines or any(len(line) != len(lines[0]) for line in lines):
            raise LayoutError([_broken(path, "rows of unequal length")])
        columns = [_values(head, [line[i] for line in lines[1:]]) for i, head in enumerate(lines[0])]
        rows = tuple(zip(*columns, strict=True)) if columns else ()
        found.append(Result(name, tuple(lines[0]), rows, data.startswith(codecs.BOM_UTF8)))
    return found


def result_text(result: Result) -> str:
    """Return the file that :func:`read_results` read."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)
    return ("\ufeff" if result.marked else "") + out.getvalue()


def _values(head: str, cells: list[str]) -> list[Any]:
    filled = [c for c in cells if c]
    if head not in TEXT_COLUMNS and filled:
        if all(map(_INT.fullmatch, filled)):
            return [int(c) if c else None for c in cells]
        if all(c in _TRUTH for c in filled):
            return [_TRUTH[c] if c else None for c in cells]
        if all(map(_printed_back, filled)):
            return [float(c) if c else None for c in cells]
    return [c or None for c in cells]


def _printed_back(text: str) -> bool:
    try:
        return repr(float(text)) == text and text not in ("nan", "inf", "-inf")
    except ValueError:
        return False


def _broken(path: Path, reason: str) -> Issue:
    return Issue("exchange.results.not_table_run", str(path), reason=reason)
