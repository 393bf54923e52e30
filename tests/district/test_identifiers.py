"""Identifiers that no table, list, file or page could keep apart are refused; all others stay as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planning import sample_district
from planning.district.cells.parse import parse_column
from planning.district.names import Names, Place
from planning.district.schema import TABLE, TABLES
from planning.errors import Issue


def said(table: str, column: str, cell: str) -> list[str]:
    _, problems = parse_column(
        TABLE[table].column_of[column],
        pd.Series([cell], dtype="str"),
        file="f.csv",
        labels=np.array(["2"], dtype=object),
    )
    return [p.message_en for p in problems if p.level == "error"]


IDENTIFIERS = [(t.name, c.name) for t in TABLES for c in t.columns if c.identifier]


@pytest.mark.parametrize(("table", "column"), IDENTIFIERS)
@pytest.mark.parametrize(
    "sign", ["\u200b", "\u202e", "\u2066", "\ufeff", "\xad", "\u3164", "\u2028", "\n", "\U000e0041"]
)
def test_what_nobody_can_see_is_refused_in_every_identifier(table: str, column: str, sign: str) -> None:
    assert said(table, column, f"甲{sign}1") == ["identifier with characters that nobody can see"]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x9b", "\ufffe"])
def test_what_no_file_can_hold_is_refused(sign: str) -> None:
    assert any("no office file can hold" in words for words in said("zones", "zone", f"Z{sign}1"))


@pytest.mark.parametrize("sign", ";,、|/")
@pytest.mark.parametrize(
    ("table", "column"), [("units", "unit"), ("schools", "school"), ("projects", "school")]
)
def test_signs_that_join_lists_are_refused_where_lists_name_it(table: str, column: str, sign: str) -> None:
    assert said(table, column, f"A{sign}B") == ["identifier with a sign that joins lists (; , | / 、)"]


@pytest.mark.parametrize(
    "cell",
    [
        "../x",
        "a/b",
        "/etc/x",
        "CON",
        "x.",
        "~",
        "%2e%2e",
        "{{7*7}}",
        "<script>",
        "$HOME",
        "\U00020000",
        "邊\U000e0100",
    ],
)
def test_paths_and_markup_are_only_texts(cell: str) -> None:
    assert said("zones", "zone", cell) == []


def test_lists_may_be_long_their_parts_not() -> None:
    assert said("zones", "current_primary", ";".join(f"S{k:03d}-P" for k in range(60))) == []
    assert said("zones", "zone", "x" * 101) == ["identifier of more than 100 characters"]


def test_a_school_given_for_a_zone_is_told_as_that():
    names = Names.of(sample_district())
    school = next(name for _, name, _ in names.units.values())
    told = names.zone(school, Place("zones"))
    assert isinstance(told, Issue)
    assert told.code == "district.names.school_no_zone"
    assert "--school" in told.mend_en
