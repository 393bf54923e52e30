"""Write a comparison as an Excel workbook, one sheet per question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.compare import Comparison
from planning.compare.people import BINS
from planning.compare.sides import OBJECTIVES
from planning.indicators.bands import BANDS
from planning.messages import Both, Text, paper_language, said, spoken
from planning.publish.words import (
    OUTCOMES,
    band_word,
    internal_word,
    outcome_word,
    own,
    own_cell,
    printed,
    stage_word,
)
from planning.texts import plain_text

_GROUPS = {
    "all": Text("publish.word.all_pupils"),
    "urban": Text("publish.word.urban_area"),
    "town": Text("publish.word.town"),
    "rural": Text("publish.word.rural_area"),
    "migrant": Text("publish.word.children_of_migrant_workers"),
    "other": Text("publish.word.other_pupils"),
}
_FORMATS = {".1%": "0.0%", ".2%": "0.00%"}
_BEST = PatternFill("solid", fgColor="E3F2E1")
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_BAD = PatternFill("solid", fgColor="F8D7DA")


def write_comparison_workbook(comparison: Comparison, path: str | Path) -> None:
    """Write the workbook: headline, zones that change, changes of the way, equity, class bands, indicators, projects, Pareto.

    Numbers are unrounded; text is never taken for a formula; the better value is shaded as in the report.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, fill in (
        (said("publish.comparison_book.layouts"), _headline),
        (said("publish.comparison_book.zones_that_change"), _zones),
        (said("publish.comparison_book.walks"), _changes),
        (said("publish.word.equity"), _equity),
        (said("publish.word.class_sizes"), _bands),
        (said("publish.word.indicators"), _indicators),
        (said("publish.word.projects"), _projects),
        (said("publish.comparison_book.pareto_position"), _pareto),
        (said("publish.word.notes"), _notes),
    ):
        sheet = book.create_sheet(title)
        fill(sheet, comparison)
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _headline(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, [said("publish.word.figure"), *c.names, said("publish.word.how_it_is_computed")])
    for row in c.table.to_dict("records"):
        values = [_number(row[n]) for n in c.names]
        append_row(sheet, [own_cell(row, "name"), *values, own(row["how_zh"], row["how"])])
        for k, best in enumerate(c.best(row["key"])):
            cell = sheet.cell(sheet.max_row, 2 + k)
            cell.number_format = _FORMATS.get(row["form"], "#,##0")
            if best:
                cell.fill, cell.font = _BEST, Font(bold=True)


def _zones(sheet: Worksheet, c: Comparison) -> None:
    heads = [
        said("publish.word.plan"),
        said("publish.word.stage"),
        said("publish.word.zones"),
        said("publish.word.locale"),
        said("publish.word.pupils"),
        said("publish.comparison_book.old_unit"),
        said("publish.comparison_book.new_unit"),
        said("publish.word.new_way_m"),
        said("publish.comparison_book.change_m"),
    ]
    append_row(sheet, heads)
    for r in c.moved_zones.to_dict("records"):
        about = [r["layout"], stage_word(r["stage"]), r["zone"], spoken(_GROUPS.get(r["locale"], ""))]
        append_row(
            sheet, [*about, r["pupils"], r["before"], r["unit"], r["distance_m"], _number(r["delta_m"])]
        )
    set_formats(sheet, {5: "#,##0", 8: "#,##0", 9: "+#,##0;-#,##0;0"})


def _changes(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.word.plan"),
            said("publish.word.stage"),
            said("publish.word.pupils"),
            said("publish.word.new_school"),
            said("publish.word.nearer"),
            said("publish.comparison_book.within_100_m"),
            said("publish.word.farther"),
            said("publish.word.mean_change_m"),
            said("publish.word.quantile_5"),
            said("publish.word.25"),
            said("publish.word.median"),
            said("publish.word.75"),
            said("publish.comparison_book.95"),
        ],
    )
    for r in c.winners.to_dict("records"):
        keys = ("pupils", "moved", "shorter", "same", "longer", "mean_m", "q05", "q25", "q50", "q75", "q95")
        append_row(sheet, [r["layout"], stage_word(r["stage"]), *(_number(r[k]) for k in keys)])
    set_formats(
        sheet, {**dict.fromkeys(range(3, 8), "#,##0"), **dict.fromkeys(range(8, 14), "+#,##0;-#,##0;0")}
    )
    append_row(sheet, [])
    append_row(
        sheet,
        [
            said("publish.word.plan"),
            said("publish.word.stage"),
            said("publish.word.change_of_the_walk"),
            said("publish.word.pupils"),
            said("publish.comparison_book.share"),
        ],
    )
    for r in c.changes.to_dict("records"):
        append_row(
            sheet,
            [
                r["layout"],
                stage_word(r["stage"]),
                BINS[r["bin"]].text(paper_language()),
                _number(r["pupils"]),
                _number(r["share"]),
            ],
        )
        sheet.cell(sheet.max_row, 5).number_format = "0.0%"


def _equity(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.word.stage"),
            said("publish.word.group"),
            said("publish.word.plan"),
            said("publish.word.pupils"),
            said("publish.word.mean_m"),
            said("publish.word.median_m"),
            said("publish.word.95_m"),
            said("publish.comparison_book.share_beyond_the_norm"),
            said("publish.word.against_the_base_m"),
        ],
    )
    keys = ("pupils", "mean_m", "median_m", "p95_m", "beyond", "delta_m")
    for r in c.equity.to_dict("records"):
        append_row(
            sheet,
            [
                stage_word(r["stage"]),
                spoken(_GROUPS[r["group"]]),
                r["layout"],
                *(_number(r[k]) for k in keys),
            ],
        )
    set_formats(sheet, {**dict.fromkeys(range(4, 8), "#,##0"), 8: "0.0%", 9: "+#,##0;-#,##0;0"})


def _bands(sheet: Worksheet, c: Comparison) -> None:
    if c.bands.empty:
        append_row(sheet, [said("publish.comparison_book.capacity_is_counted_in_seats_there")])
        return
    append_row(
        sheet,
        [
            said("publish.word.stage"),
            said("publish.word.plan"),
            said("publish.word.classes"),
            *(band_word(b) for b in BANDS),
            said("publish.word.over_the_cap"),
            said("publish.word.largest_class"),
        ],
    )
    for r in c.bands.to_dict("records"):
        counts = [int(r[k]) for k in ("classes", *BANDS, "over_cap", "largest")]
        append_row(sheet, [stage_word(r["stage"]), r["layout"], *counts])


def _indicators(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.comparison_book.code_2"),
            said("publish.word.figure"),
            *(said("publish.comparison_book.verdict", n=n) for n in c.names),
            *(said("publish.comparison_book.value", n=n) for n in c.names),
        ],
    )
    values = c.values.set_index("id") if len(c.values) else pd.DataFrame()
    for row in c.indicators.to_dict("records"):
        verdicts = [outcome_word(row[n]) if row[n] in OUTCOMES else "" for n in c.names]
        shown = [printed(values[n].get(row["id"], "")) if n in values else "" for n in c.names]
        append_row(sheet, [row["id"], own_cell(row, "name"), *verdicts, *shown])
        for k, n in enumerate(c.names):
            if row[n] in ("pass", "fail"):
                sheet.cell(sheet.max_row, 3 + k).fill = _BEST if row[n] == "pass" else _BAD


def _projects(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.comparison_book.code"),
            said("publish.word.project"),
            said("publish.comparison_book.cost", unit=c.money.single),
            *(said("publish.comparison_book.opens", n=n) for n in c.names),
        ],
    )
    for r in c.projects.to_dict("records"):
        append_row(
            sheet, [r["project"], r["name"], _number(r["cost_yuan"]), *(_number(r[n]) for n in c.names)]
        )
        sheet.cell(sheet.max_row, 3).number_format = "#,##0"


def _pareto(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.word.plan"),
            *(c.objective(k).text(paper_language()) for k in OBJECTIVES),
            said("publish.comparison_book.beaten_by"),
        ],
    )
    for r in c.pareto.to_dict("records"):
        append_row(
            sheet,
            [
                r["layout"],
                *(_number(r[k]) for k in OBJECTIVES),
                r["beaten_by"] or said("publish.word.not_beaten"),
            ],
        )
    set_formats(sheet, dict.fromkeys(range(2, 2 + len(OBJECTIVES)), "#,##0"))


def _notes(sheet: Worksheet, c: Comparison) -> None:
    append_row(
        sheet,
        [
            said("publish.word.plan"),
            said("publish.word.title"),
            said("publish.word.school_years"),
            said("publish.comparison_book.approval_and_exceptions"),
            internal_word(),
        ],
    )
    for k, name in enumerate(c.names):
        lines = list(c.approvals[k]) if k < len(c.approvals) else []
        title, years = (x[k] if k < len(x) else "" for x in (c.titles, c.years))
        append_row(sheet, [name, spoken(title), years, "\n".join(lines) or said("publish.word.not_approved")])
    append_row(sheet, [])
    for line in (
        said("publish.comparison_book.the_first_plan_is_the_base", names=c.names[0]),
        said("publish.comparison_book.distances_are_walks_from_a_zone"),
        said("publish.comparison_book.beyond_the_norm_beyond_the_radius"),
        said("publish.comparison_book.pareto_position_a_plan_is_beaten"),
        said("publish.comparison_book.class_sizes_are_those_of_the"),
        *(note.text(paper_language()) for note in c.notes),
    ):
        append_row(sheet, [line])


def append_row(sheet: Worksheet, cells: Sequence[Any]) -> None:
    """Append a row; text stays text even when it begins like a formula, texts of the catalogues are said."""
    sheet.append([None] * len(cells))
    for column, cell_value in enumerate(cells, start=1):
        value = spoken(cell_value) if isinstance(cell_value, Text | Both) else cell_value
        cell = sheet.cell(sheet.max_row if cells else 1, column)
        cell.value = (
            plain_text(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value
        )
        if isinstance(value, str):
            cell.data_type = "s"


def set_formats(sheet: Worksheet, formats: dict[int, str]) -> None:
    """Give the numbers of columns (by position, from 1) a format."""
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if cell.column in formats and isinstance(cell.value, (int, float)):
                cell.number_format = formats[cell.column]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def finish_sheet(sheet: Worksheet) -> None:
    """Set head, widths and page of a sheet whose first row is its head."""
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column in range(1, sheet.max_column + 1):
        longest = max(
            (_width(sheet.cell(r, column).value) for r in range(1, min(sheet.max_row, 60) + 1)), default=8
        )
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 9), 46)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
    sheet.freeze_panes = "A2"
    sheet.oddHeader.right.text = internal_word()
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _width(value: Any) -> int:
    lines = str("" if value is None else value).split("\n")
    return max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in lines)
