"""Name the columns of the table of all counties, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from planning.indicators import INDICATORS
from planning.indicators.bands import BANDS
from planning.messages import Both, Text, Words, said, spoken
from planning.publish.words import chinese, outcome_word

Kind = Literal["text", "count", "number", "share", "yuan", "verdict", "status", "data"]
STATUSES = ("done", "refused", "failed", "memory", "time", "damaged", "open")
"""How a unit ended."""

DATA = ("real", "derived", "synthetic", "unknown")
"""What the data of a county are, by the layer that is furthest from the truth."""


@dataclass(frozen=True)
class Column:
    """A column.

    Parameters
    ----------
    key : str
        Its head in the tables for programs.
    name : Text, Both or str
        Its head in the tables for people.
    kind : str
        What stands in it.
    ranks : int
        1 where the county with more is worse, -1 where that with less is; 0 where neither can be said.
    language : str
        ``"zh"`` or ``"en"`` where it is in that language, empty where it is in none.
    """

    key: str
    name: Words | str
    kind: Kind = "text"
    ranks: int = 0
    language: str = ""


def _column(key: str, kind: Kind = "text", ranks: int = 0, language: str = "") -> Column:
    return Column(key, Text(f"publish.column.{key}"), kind, ranks, language)


def _by_stage(key: str, kind: Kind, ranks: int = 0) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{key}_{stage}",
            Text(
                "publish.column.of_stage",
                name=Text(f"publish.column.{key}"),
                stage=Text(f"base.stage.{stage}"),
            ),
            kind,
            ranks,
        )
        for stage in ("primary", "junior")
    )


HEAD = (
    _column("county_zh", language="zh"),
    _column("county_en", language="en"),
    _column("folder"),
    _column("scenario"),
)
"""What a row is about; what varies follows."""
FIGURES = (
    _column("status", "status"),
    _column("data", "data"),
    _column("years"),
    *_by_stage("pupils", "count"),
    *_by_stage("seats", "count"),
    _column("shortage_pupils", "count", 1),
    *_by_stage("shortage", "count", 1),
    _column("gap", "share", 1),
    *_by_stage("nearby", "share", -1),
    *_by_stage("mean_distance_m", "number", 1),
    *(
        Column(f"classes_{band}", Text("publish.column.classes_of", band=Text(f"indicators.bands.{band}")), "count", int(band != "normal"))
        for band in BANDS
    ),
    _column("classes_over_cap", "count", 1),
    _column("schools_over_size", "count", 1),
    _column("moved_pupils", "count", 1),
    _column("cost_yuan", "yuan", 1),
    _column("targets_year", "text"),
    _column("targets_met", "count", -1),
    _column("targets_missed", "count", 1),
    _column("targets_not_supplied", "count", 1),
    _column("targets_missed_zh", language="zh"),
    _column("targets_missed_en", language="en"),
    _column("passed", "count", -1),
    _column("failed", "count", 1),
    _column("not_supplied", "count", 1),
    *(Column(i.id, Both(f"{i.id} {i.name_en}", f"{i.id} {i.name_zh}"), "verdict") for i in INDICATORS),
    *(Column(f"{i.id}_value", Text("publish.column.value_of", id=i.id), "number") for i in INDICATORS),
    _column("mend_zh", language="zh"),
    _column("mend_en", language="en"),
    _column("run"),
    _column("note_zh", language="zh"),
    _column("note_en", language="en"),
)  # fmt: skip
"""What a row says."""
MEASURES = tuple(c for c in FIGURES if c.ranks)
"""What counties can be ranked and coloured by."""
_BY_KEY = {c.key: c for c in (*HEAD, *FIGURES)}


def column(key: str) -> Column:
    """Return the column of a key; what varies is text under its own name."""
    return _BY_KEY.get(key, Column(key, key))


def shown_columns(table: pd.DataFrame) -> list[Column]:
    """Return the columns of a table without those that are there in the other language only."""
    other = "en" if chinese() else "zh"
    return [c for c in map(column, table.columns) if c.language != other]


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with heads and words in the language of the paper, without what is there in the other language only."""
    words: dict[str, Callable[[str], str]] = {
        "verdict": outcome_word,
        "status": lambda ended: said(f"publish.ended.{ended}"),
        "data": lambda kind: said(f"publish.data.{kind}"),
    }
    parts = {}
    for c in shown_columns(table):
        say = words.get(c.kind)
        parts[spoken(c.name)] = (
            table[c.key].map(lambda v, say=say: say(v) if isinstance(v, str) and v else v)
            if say
            else table[c.key]
        )
    return pd.DataFrame(parts, index=table.index)


def figure_words(keys: Iterable[str]) -> list[str]:
    """Return the heads of figures."""
    return [spoken(column(key).name) for key in keys]


def case_keys(table: pd.DataFrame) -> list[str]:
    """Return the columns that tell cases apart, within which counties can be compared: the scenario and what varies."""
    known = {c.key for c in FIGURES}
    first = list(table.columns)
    return first[first.index("scenario") : next(i for i, key in enumerate(first) if key in known)]


def case_name(keys: Sequence[str], values: Sequence[object]) -> str:
    """Return what a case is called: the scenario, and the values of what varies."""
    return " · ".join([str(values[0]), *(f"{k}={v}" for k, v in zip(keys[1:], values[1:], strict=True))])
