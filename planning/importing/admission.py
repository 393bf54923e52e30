"""Find the units whose admission the files leave open, so that a person is asked instead of a guess being made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning.district.admission import admission_open
from planning.district.cells.headers import plain
from planning.district.cells.parse import TRUE_WORDS, choice_words
from planning.district.cells.sheet import Sheet
from planning.district.schema import TABLE
from planning.importing.steps.steps import position_of_column
from planning.messages import Both, Text

LISTED = 6


def open_admission(sheets: Mapping[str, Sheet], entries: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the schools whose units say nothing of admission though kind, boarding or name make it doubtful, by group.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        ``units`` and ``schools`` as they were read; schools may stand in units by name.
    entries : mapping
        What the mapping says of each table: its words for choices.

    Returns
    -------
    dict of str to list of str
        Names of schools by a group of :func:`planning.district.admission.admission_open`.
    """
    if not {"units", "schools"} <= set(sheets):
        return {}
    about = {
        c: _texts("schools", sheets["schools"], c)
        for c in ("school", "name", "kind", "ownership", "boarding")
    }
    schools = pd.DataFrame(
        {
            "school": about["school"],
            "name": about["name"],
            "kind": _words("schools", "kind", about["kind"], entries),
            "ownership": _words("schools", "ownership", about["ownership"], entries),
            "boarding": [plain(t) in TRUE_WORDS for t in about["boarding"]],
        }
    )
    named = dict(zip(schools["name"], schools["school"], strict=True))
    units = pd.DataFrame({"school": [named.get(s, s) for s in _texts("units", sheets["units"], "school")]})
    blank = np.array([not t for t in _texts("units", sheets["units"], "admission")], dtype=bool)
    name_of = dict(zip(schools["school"], schools["name"], strict=True))
    found = {}
    for group, where in admission_open(units, schools, blank).items():
        if where.any():
            names = [name_of.get(s, s) for s in units.loc[where, "school"]]
            found[group] = list(dict.fromkeys(names))
    return found


def admission_asked(group: str, schools: list[str], file: str) -> Text:
    """Return the question about the units of a group."""
    more = f" … (+{len(schools) - LISTED})" if len(schools) > LISTED else ""
    some = schools[:LISTED]
    listed = Both(", ".join(some) + more, "、".join(some) + more)
    told = Text(f"importing.admission.{group}")
    return Text("importing.questions.ask.admission", file=file, schools=listed, group=told)


def _texts(table: str, sheet: Sheet, column: str) -> list[str]:
    at = position_of_column(TABLE[table], sheet, column)
    if at is None:
        return [""] * len(sheet.cells)
    return [c.strip() for c in sheet.cells[at].fillna("").astype("str")]


def _words(table: str, column: str, texts: list[str], entries: Mapping[str, Any]) -> list[str]:
    own = entries.get(table, {}).get("words", {}).get(column, {})
    known = {plain(w): v for w, v in choice_words(TABLE[table].column_of[column].choices).items()}
    known |= {plain(w): v for w, v in own.items()}
    return [str(known.get(plain(t), "")) for t in texts]
