"""Write the results of many counties as an Excel workbook: all figures, ranking, distribution, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.messages import Text, said, spoken
from planning.publish.province_columns import (
    DATA,
    FIGURES,
    STATUSES,
    case_keys,
    case_name,
    column,
    in_words,
    shown_columns,
)
from planning.publish.words import internal_word, own_column
from planning.publish.workbook.comparison import append_row, finish_sheet

_FORMATS = {"count": "#,##0", "number": "#,##0.##", "share": "0.00%", "yuan": "#,##0"}
_QUANTILES = (
    (0.0, Text("publish.province.least")),
    (0.1, Text("publish.province.10")),
    (0.25, Text("publish.word.25")),
    (0.5, Text("publish.word.median")),
    (0.75, Text("publish.word.75")),
    (0.9, Text("publish.province.90")),
    (1.0, Text("publish.province.most")),
)
_RANKED = (
    "shortage_pupils",
    "failed",
    "targets_missed",
    "nearby_primary",
    "nearby_junior",
    "classes_over_cap",
    "gap",
    "cost_yuan",
)
_LINKED = "run"
_MAP = "map.html"


def write_province_workbook(
    path: str | Path, table: pd.DataFrame, changes: pd.DataFrame | None, title: str
) -> None:
    """Write the workbook; numbers unrounded, text never taken for a formula.

    Parameters
    ----------
    path : str or Path
        File; the links to the counties' maps are seen from its folder.
    table : DataFrame
        One row per county and scenario, columns as :mod:`planning.publish.province_columns` names them.
    changes : DataFrame, optional
        What differs from the batch before, with heads in words.
    title : str
        Name of the batch.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book.create_sheet(said("publish.word.overview")), table, title)
    _all(book.create_sheet(said("publish.province.counties_3")), table)
    _ranking(book.create_sheet(said("publish.province.ranking")), table)
    _distribution(book.create_sheet(said("publish.province.distribution")), table)
    if changes is not None:
        sheet = book.create_sheet(said("publish.province.against_the_batch_before"))
        append_row(sheet, list(changes.columns))
        for row in changes.itertuples(index=False):
            append_row(sheet, list(row))
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _overview(sheet: Worksheet, table: pd.DataFrame, title: str) -> None:
    append_row(sheet, [title, said("publish.province.counties_and_scenarios"), internal_word()])
    append_row(
        sheet, [said("publish.word.county"), table[["county_zh", "folder"]].drop_duplicates().shape[0]]
    )
    append_row(sheet, [said("publish.province.county_and_scenario"), len(table)])
    for status in STATUSES:
        append_row(sheet, [said(f"publish.ended.{status}"), int((table["status"] == status).sum())])
    counties = table.dropna(subset=["data"]).drop_duplicates(["county_zh", "folder"])
    for kind in DATA:
        name = said(f"publish.data.{kind}")
        append_row(
            sheet,
            [
                said("publish.province.data_are", name=name)
                if kind == "real"
                else said("publish.province.counties_2", name=name),
                int((counties["data"] == kind).sum()),
            ],
        )
    append_row(sheet, [])
    sums = ("pupils_primary", "pupils_junior", "seats_primary", "seats_junior", "shortage_pupils", "classes_over_cap", "cost_yuan")  # fmt: skip
    append_row(
        sheet,
        [
            said("publish.province.scenario"),
            said("publish.province.counties"),
            *(said("publish.province.total", figure=spoken(column(key).name)) for key in sums),
            said("publish.province.counties_short_of_seats"),
        ],
    )
    done = table[table["status"] == "done"]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        totals = [float(pd.to_numeric(part[key]).sum()) for key in sums]
        short = int((pd.to_numeric(part["shortage_pupils"]) > 0).sum())
        append_row(sheet, [case_name(case_keys(table), names), len(part), *totals, short])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "#,##0"
    append_row(sheet, [])
    for line in (
        said("publish.province.only_counties_with_the_same_scenario"),
        said("publish.province.the_column_of_folders_on_the"),
        said("publish.province.indicators_that_were_not_supplied_do"),
    ):
        append_row(sheet, [line])
    finish_sheet(sheet)


def _all(sheet: Worksheet, table: pd.DataFrame) -> None:
    shown = shown_columns(table)
    append_row(sheet, [spoken(c.name) for c in shown])
    words = in_words(table)
    for row, run in zip(words.itertuples(index=False), table[_LINKED], strict=True):
        append_row(sheet, [_cell(v) for v in row])
        for cell, c in zip(sheet[sheet.max_row], shown, strict=True):
            if c.kind in _FORMATS and isinstance(cell.value, int | float):
                cell.number_format = _FORMATS[c.kind]
            if c.key == _LINKED and isinstance(run, str) and run:
                cell.hyperlink = f"{run}/{_MAP}"
                cell.font = Font(color="0563C1", underline="single")
    finish_sheet(sheet)
    sheet.freeze_panes = "B2"


def _ranking(sheet: Worksheet, table: pd.DataFrame) -> None:
    """List the counties by each measure, the one in most need first; equal figures share a rank."""
    append_row(
        sheet,
        [
            said("publish.province.scenario"),
            said("publish.province.figure"),
            said("publish.province.rank"),
            said("publish.word.county"),
            said("publish.province.folder_of_data"),
            said("publish.word.value"),
        ],
    )
    done = table[table["status"] == "done"]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        for c in map(column, _RANKED):
            values = pd.to_numeric(part[c.key], errors="coerce").dropna()
            ranks = values.rank(method="min", ascending=c.ranks < 0).sort_values(kind="stable")
            for row, rank, value in zip(ranks.index, ranks, values[ranks.index], strict=True):
                about = [case_name(case_keys(table), names), spoken(c.name), int(rank)]
                append_row(
                    sheet, [*about, part.at[row, own_column("county")], part.at[row, "folder"], float(value)]
                )
                sheet.cell(sheet.max_row, 6).number_format = _FORMATS[c.kind]
    finish_sheet(sheet)
    sheet.auto_filter.ref = sheet.dimensions


def _distribution(sheet: Worksheet, table: pd.DataFrame) -> None:
    append_row(
        sheet,
        [
            said("publish.province.scenario"),
            said("publish.province.figure"),
            said("publish.province.counties"),
            said("publish.word.total"),
            said("publish.province.mean"),
            *(name for _, name in _QUANTILES),
        ],
    )
    done = table[table["status"] == "done"]
    counted = [c for c in FIGURES if c.kind in _FORMATS and not c.key.endswith("_value")]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        for c in counted:
            values = pd.to_numeric(part[c.key], errors="coerce").dropna()
            if values.empty:
                continue
            whole = float(values.sum()) if c.kind in ("count", "yuan") else None
            points = [float(values.quantile(q)) for q, _ in _QUANTILES]
            append_row(
                sheet,
                [
                    case_name(case_keys(table), names),
                    spoken(c.name),
                    len(values),
                    whole,
                    float(values.mean()),
                    *points,
                ],
            )
            for cell in sheet[sheet.max_row][3:]:
                cell.number_format = "#,##0.0" if c.kind == "count" else _FORMATS[c.kind]
    finish_sheet(sheet)
    sheet.auto_filter.ref = sheet.dimensions


def _cell(value: Any) -> Any:
    return None if value is None or (not isinstance(value, str) and pd.isna(value)) else value
