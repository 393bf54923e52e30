"""Write the scorecard as an Excel workbook laid out like the tables of the county's application form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.indicators import Scorecard
from planning.indicators.bands import BANDS
from planning.indicators.ledger import NOTHING
from planning.indicators.targets import is_share
from planning.messages import Text, paper_language, said, spoken
from planning.publish.words import (
    band_word,
    internal_word,
    item_word,
    measure_word,
    none_word,
    outcome_word,
    own,
    own_column,
    printed,
    stage_word,
)
from planning.texts import plain_text

ORIGINS = {
    "layout": Text("publish.scorecard.by_the_layout"),
    "partly": Text("publish.scorecard.partly_by_the_layout"),
    "register": Text("publish.scorecard.register"),
}
SOURCES = {
    "layout": Text("publish.scorecard.computed_from_the_layout"),
    "register": Text("publish.scorecard.register_of_classes"),
    "assignment": Text("publish.scorecard.as_if_all_attended_the_school"),
    "attendance": Text("publish.scorecard.real_attendance"),
}
KINDS = {
    "primary": Text("publish.scorecard.primary_school"),
    "junior": Text("publish.scorecard.junior_secondary_school"),
    "nine_year": Text("publish.scorecard.nine_year_school"),
    "twelve_year": Text("publish.scorecard.twelve_year_school"),
    "complete_secondary": Text("publish.scorecard.complete_secondary_school"),
    "teaching_point": Text("publish.scorecard.teaching_point"),
    "special": Text("publish.scorecard.special_school"),
}
WHY_NOT = {
    "special school": Text("publish.scorecard.special_school"),
    "no pupils": Text("publish.scorecard.no_pupils"),
}
FILLS = {
    "met": "E3F1E3",
    "floor": "FFF3CD",
    "below": "F8D7DA",
    "missing": "E2E3E5",
    "pass": "E3F1E3",
    "fail": "F8D7DA",
    "not_supplied": "E2E3E5",
    "not_applicable": "F5F5F5",
}
RESOURCE_HEADERS = {
    "A1": Text("publish.scorecard.teachers_with_more_than_the_required"),
    "A2": Text("publish.scorecard.key_teachers_per_100_pupils"),
    "A3": Text("publish.scorecard.teachers_of_sport_and_art_per"),
    "A4": Text("publish.scorecard.teaching_rooms_per_pupil_m"),
    "A5": Text("publish.scorecard.sports_grounds_per_pupil_m"),
    "A6": Text("publish.scorecard.equipment_per_pupil"),
    "A7": Text("publish.scorecard.multimedia_classrooms_per_100_pupils"),
}
LINE = 14.5  # points of a line of text
_EDGE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TEXT, _FIGURE = (Alignment(wrap_text=wrap, vertical="center") for wrap in (True, False))


def write_scorecard_workbook(
    scorecard: Scorecard,
    path: str | Path,
    *,
    county: str,
    synthetic: bool,
    ledger: pd.DataFrame | None = None,
) -> None:
    """Write the workbook.

    Tables: 一 overview, 二 and 三 resources of every primary and junior unit, 四 differences between schools, 五 government
    guarantee, 六 quality and recognition; then class bands, yearly targets, the ledger, and how to read it all. Cells hold
    unrounded values and show rates with 2 decimals, coefficients with 3, percentages with 1.

    Parameters
    ----------
    county : str
        Name of the county in Chinese.
    synthetic : bool
        Some data are synthetic; every table says so.
    ledger : DataFrame, optional
        From :func:`planning.indicators.ledger.make_ledger`.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    note = said("publish.scorecard.holds_synthetic_data_for_demonstration_only") if synthetic else ""
    sheets: list[tuple[str, Callable[[Worksheet, str], None]]] = [
        (said("publish.scorecard.table_1_overview"), lambda w, t: _overview(w, t, scorecard)),
        (
            said("publish.scorecard.table_2_primary_resources"),
            lambda w, t: _resources(w, t, scorecard, "primary"),
        ),
        (
            said("publish.scorecard.table_3_junior_resources"),
            lambda w, t: _resources(w, t, scorecard, "junior"),
        ),
        (said("publish.scorecard.table_4_differences"), lambda w, t: _variation(w, t, scorecard)),
        (said("publish.scorecard.table_5_guarantees"), lambda w, t: _items(w, t, scorecard, "B")),
        (said("publish.scorecard.table_6_quality_recognition"), lambda w, t: _items(w, t, scorecard, "CD")),
        (said("publish.word.class_sizes"), lambda w, t: _bands(w, t, scorecard)),
        (said("publish.word.targets"), lambda w, t: _targets(w, t, scorecard)),
    ]
    if ledger is not None:
        sheets.append((said("publish.scorecard.ledger"), lambda w, t: _ledger(w, t, ledger)))
    sheets.append((said("publish.scorecard.notes"), lambda w, t: _notes(w, t, scorecard)))
    for name, fill in sheets:
        sheet = book.create_sheet(name)
        fill(
            sheet,
            said(
                "publish.scorecard.school_year",
                county=county,
                name=name.split(" ")[-1],
                year=scorecard.year,
                note=note,
            ),
        )
        _page(sheet)
    _save(book, Path(path))


def _overview(sheet: Worksheet, title: str, card: Scorecard) -> None:
    _title(sheet, title, 7)
    sheet.append([card.text(paper_language())])
    sheet.append(
        [
            said(
                "publish.scorecard.standards_pupils",
                profile=own(card.profile_zh, card.profile),
                source=SOURCES.get(card.source, card.source),
            )
        ]
    )
    _head(
        sheet,
        [
            said("publish.word.figure"),
            said("publish.word.title"),
            said("publish.word.value"),
            said("publish.word.standard"),
            said("publish.word.verdict"),
            said("publish.scorecard.decided"),
            said("publish.scorecard.remark"),
        ],
        [7, 38, 20, 44, 10, 14, 16],
    )
    for row in card.indicators.itertuples(index=False):
        origin = ORIGINS[str(row[card.indicators.columns.get_loc("class")])]
        cells = [
            row.id,
            getattr(row, own_column("name")),
            _shown(row.shown),
            getattr(row, own_column("standard")),
            outcome_word(str(row.verdict)),
            origin,
        ]
        _row(
            sheet,
            [*cells, said("publish.scorecard.data_older_than_a_school_year") if row.stale else ""],
            {5: str(row.verdict)},
        )
    for text, share in _stage_shares(card):
        _row(sheet, ["", text, share], formats={3: "0.0%"})


def _stage_shares(card: Scorecard) -> list[tuple[str, float | None]]:
    counted = card.units[card.units["verdict"] != "not_counted"]
    rows: list[tuple[str, float | None]] = []
    for stage in ("primary", "junior"):
        part = counted[counted["stage"] == stage]
        good = int((part["verdict"] == "pass").sum())
        text = said(
            "publish.scorecard.of_schools_counted_pass", stages=stage_word(stage), good=good, part=len(part)
        )
        rows.append((text, good / len(part) if len(part) else None))
    return rows


def _resources(sheet: Worksheet, title: str, card: Scorecard, stage: str) -> None:
    names = list(RESOURCE_HEADERS)
    headers = [
        said("publish.word.number"),
        said("publish.word.school"),
        said("publish.word.kind"),
        said("publish.scorecard.pupils"),
        said("publish.word.classes"),
        *RESOURCE_HEADERS.values(),
        said("publish.scorecard.items_met"),
        said("publish.word.verdict"),
        said("publish.scorecard.why_not_counted"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [6, 22, 14, 8, 7, *[13] * 7, 9, 9, 18])
    formats = {4: "0", 5: "0", **{6 + i: "0.00" for i in range(7)}}
    table = card.units[(card.units["stage"] == stage) & (card.units["pupils"] > 0)]
    for number, unit in enumerate(table.to_dict("records"), start=1):
        values = [_number(unit[name]) for name in names]
        kind = KINDS.get(str(unit["kind"]), unit["kind"])
        verdict = str(unit["verdict"])
        cells = [number, unit["name"], kind, unit["pupils"], unit["classes"], *values, unit["met"]]
        cells += [
            said("publish.scorecard.not_counted") if verdict == "not_counted" else outcome_word(verdict),
            _why(str(unit["why_not"])),
        ]
        fills = {6 + i: str(unit[f"{name}_state"]) for i, name in enumerate(names)}
        _row(sheet, cells, {**fills, 14: verdict}, formats)
    means = card.variation[(card.variation["stage"] == stage) & (card.variation["indicator"] != "composite")]
    _row(
        sheet,
        ["", said("publish.scorecard.mean_of_the_county"), "", "", "", *(_number(v) for v in means["mean"])],
        formats=formats,
    )
    text, share = _stage_shares(card)[0 if stage == "primary" else 1]
    _row(sheet, ["", text, _number(share)], formats={3: "0.0%"})
    sheet.append([said("publish.scorecard.green_met_yellow_85_of_the")])


def _variation(sheet: Worksheet, title: str, card: Scorecard) -> None:
    headers = [
        said("publish.word.stage"),
        said("publish.word.project"),
        *RESOURCE_HEADERS.values(),
        said("publish.scorecard.all_of_them"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [8, 14, *[13] * 7, 13])
    for stage in ("primary", "junior"):
        part = card.variation[card.variation["stage"] == stage]
        means = [_number(v) for v in part["mean"]]
        _row(
            sheet,
            [stage_word(stage), said("publish.scorecard.mean_of_the_county"), *means],
            formats=dict.fromkeys(range(3, 11), "0.00"),
        )
        cv = [_number(v) for v in part["cv"]]
        none = "not_supplied" if part["units"].any() else "not_applicable"
        fills = {
            3 + i: none if good is None else "pass" if good else "fail"
            for i, good in enumerate(part["within"].astype(object).where(part["within"].notna(), None))
        }
        _row(
            sheet,
            [
                stage_word(stage)
                + ("" if part["units"].any() else said("publish.scorecard.stage_without", none=none_word())),
                said("publish.scorecard.coefficient_of_variation"),
                *cv,
            ],
            fills,
            dict.fromkeys(range(3, 11), "0.000"),
        )
        limits = [float(v) for v in part["limit"]]
        _row(
            sheet,
            [stage_word(stage), said("publish.scorecard.limit"), *limits],
            formats=dict.fromkeys(range(3, 11), "0.00"),
        )
    reading = card.indicators[own_column("reading")].iloc[0]
    sheet.append([said("publish.scorecard.read_as", reading=reading)])


def _items(sheet: Worksheet, title: str, card: Scorecard, letters: str) -> None:
    headers = [
        said("publish.word.figure"),
        said("publish.word.title"),
        said("publish.word.standard"),
        said("publish.word.value"),
        said("publish.word.verdict"),
        said("publish.scorecard.scope"),
        said("publish.scorecard.evidence"),
        said("publish.word.pupils_counted"),
        said("publish.word.source"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [7, 28, 36, 18, 9, 22, 60, 24, 8])
    for row in card.indicators.to_dict("records"):
        if str(row["id"])[0] in letters:
            cells = [
                row["id"],
                row[own_column("name")],
                row[own_column("standard")],
                _shown(row["shown"]),
                outcome_word(str(row["verdict"])),
            ]
            cells += [
                row[own_column("scope")],
                row[own_column("evidence")],
                row[own_column("reading")],
                row["source"],
            ]
            _row(sheet, cells, {5: str(row["verdict"])})


def _bands(sheet: Worksheet, title: str, card: Scorecard) -> None:
    if card.classes.empty:
        _title(sheet, said("publish.scorecard.not_applicable_capacity_is_counted_in", title=title), 1)
        return
    headers = [
        said("publish.word.school"),
        said("publish.word.stage"),
        said("publish.word.classes"),
        *(band_word(b) for b in BANDS),
        said("publish.word.over_the_cap"),
        said("publish.word.largest_class"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [24, 8, 8, *[11] * 4, 10, 10])
    columns = ["classes", *BANDS, "over_cap", "largest"]
    for row in card.classes.to_dict("records"):
        cells = [row["name"], stage_word(str(row["stage"])), *(int(row[c]) for c in columns)]
        _row(sheet, cells, {8: "fail" if row["over_cap"] else "pass"})
    totals = [int(card.classes[c].sum()) for c in columns[:-1]]
    _row(
        sheet,
        [
            said("publish.word.total"),
            "",
            *totals,
            int(card.classes["largest"].max()) if len(card.classes) else 0,
        ],
    )


def _targets(sheet: Worksheet, title: str, card: Scorecard) -> None:
    headers = [
        said("publish.word.year"),
        said("publish.word.target"),
        said("publish.word.reading"),
        said("publish.word.asked"),
        said("publish.word.real"),
        said("publish.word.gap"),
        said("publish.word.verdict"),
        said("publish.scorecard.year_of_the_data"),
        said("publish.scorecard.due"),
        said("publish.word.source"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [8, 34, 8, 10, 12, 12, 10, 10, 10, 10])
    for row in card.targets.to_dict("records"):
        shape = "0.0%" if is_share(str(row["target"])) else "0"
        cells = [
            row["year"],
            row[own_column("name")],
            said("publish.word.default")
            if row["reading"] == "default"
            else said("publish.word.other_reading"),
            row["asked"],
        ]
        cells += [_number(row["value"]), _number(row["shortfall"]), outcome_word(str(row["verdict"]))]
        cells += [
            row["measured_year"],
            said("publish.word.yes") if row["due"] else said("publish.word.not_so"),
            row["line"],
        ]
        _row(sheet, cells, {7: str(row["verdict"])}, {4: shape, 5: shape, 6: shape})


def _ledger(sheet: Worksheet, title: str, ledger: pd.DataFrame) -> None:
    headers = [
        said("publish.word.school"),
        said("publish.word.stage"),
        said("publish.word.project"),
        said("publish.scorecard.have"),
        said("publish.scorecard.need"),
        said("publish.scorecard.gap"),
        said("publish.scorecard.unit"),
        said("publish.scorecard.clear_by"),
        said("publish.scorecard.allowed_to_remain"),
        said("publish.word.source"),
        said("publish.scorecard.cleared_on"),
        said("publish.scorecard.responsible"),
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [24, 8, 22, 12, 12, 12, 7, 10, 10, 9, 12, 12])
    for row in ledger[ledger["item"] != NOTHING].to_dict("records"):
        year = None if pd.isna(row["clear_by"]) else int(row["clear_by"])
        cells = [
            row["name"],
            stage_word(str(row["stage"])),
            item_word(str(row["item"])),
            _number(row["have"]),
            _number(row["need"]),
        ]
        cells += [
            _number(row["gap"]),
            measure_word(str(row["measure"])),
            year,
            said("publish.word.yes") if row["excused"] else "",
            row["line"],
            "",
            "",
        ]
        _row(sheet, cells, formats=dict.fromkeys((4, 5, 6), "#,##0.##"))


def _notes(sheet: Worksheet, title: str, card: Scorecard) -> None:
    _title(sheet, title, 1)
    sheet.column_dimensions["A"].width = 110
    for line in (
        said("publish.scorecard.internal", internal=internal_word()),
        said("publish.scorecard.counted_are_primary_schools_junior_schools"),
        said("publish.scorecard.a_school_passes_with_six_of"),
        said("publish.scorecard.a1_a7_pass_where_all_schools"),
        said("publish.scorecard.rooms_grounds_equipment_and_classrooms_of"),
        said("publish.scorecard.not_supplied_is_no_pass_where"),
        said("publish.scorecard.s_n_names_line_n_of"),
        said(
            "publish.scorecard.made_on_standards",
            date=date.today().isoformat(),
            profile=own(card.profile_zh, card.profile),
        ),
    ):
        sheet.append([line])


def _why(reason: str) -> Text | str:
    return WHY_NOT.get(
        reason,
        said("publish.scorecard.teaching_point_of_fewer_than_50")
        if reason.startswith("teaching point")
        else reason,
    )


def _shown(text: object) -> str:
    """Return a figure as the Chinese form prints it."""
    return printed(text)


def _number(value: object) -> object:
    return None if value is None or pd.isna(value) else value  # type: ignore[call-overload]


def _title(sheet: Worksheet, text: str, width: int) -> None:
    sheet.append([text])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 26


def _head(sheet: Worksheet, headers: Sequence[object], widths: Sequence[float]) -> None:
    texts = [spoken(head) if isinstance(head, Text) else str(head) for head in headers]
    sheet.append(texts)
    for column, width in enumerate(widths, start=1):
        cell = sheet.cell(sheet.max_row, column)
        cell.font, cell.border = Font(bold=True), _BOX
        cell.fill = PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[sheet.max_row].height = _height(texts, widths)
    sheet.freeze_panes = f"C{sheet.max_row + 1}"  # by name: asking for the cell would leave an empty row
    sheet.print_title_rows = f"1:{sheet.max_row}"


def _row(
    sheet: Worksheet,
    cells: Sequence[object],
    fills: dict[int, str] | None = None,
    formats: dict[int, str] | None = None,
) -> None:
    """Append a row; ``fills`` and ``formats`` go by column number. Text is never taken for a formula."""
    cells = [spoken(value) if isinstance(value, Text) else value for value in cells]
    made = [Cell(sheet) for _ in cells]
    for column, (cell, value) in enumerate(zip(made, cells, strict=True), start=1):
        cell.value = (
            plain_text(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value
        )
        if isinstance(value, str):
            cell.data_type = "s"
        cell.border = _BOX
        cell.alignment = _TEXT if isinstance(value, str) else _FIGURE
        colour = FILLS.get((fills or {}).get(column, ""))
        if colour:
            cell.fill = PatternFill("solid", fgColor=colour)
        if formats and column in formats:
            cell.number_format = formats[column]
    sheet.append(
        made
    )  # gives the cells their row; the sheet itself would look for its last row anew each time
    widths = [sheet.column_dimensions[get_column_letter(c)].width for c in range(1, len(cells) + 1)]
    sheet.row_dimensions[made[0].row].height = _height(cells, widths)


def _height(cells: Sequence[object], widths: Sequence[float]) -> float:
    """Return the height in points that the longest text needs; a Chinese character is two columns wide."""
    texts = [(c, w) for c, w in zip(cells, widths, strict=True) if isinstance(c, str)]
    wide = [(sum(2 if ord(k) > 0x2E7F else 1 for k in text), w) for text, w in texts]
    return LINE * max((math.ceil(n / w) for n, w in wide), default=1) + 2


def _page(sheet: Worksheet) -> None:
    sheet.oddHeader.right.text = internal_word()
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _save(book: Workbook, path: Path) -> None:
    with whole_file(path) as temporary:
        book.save(temporary)
