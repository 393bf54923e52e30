"""Write the scorecard as an Excel workbook laid out like the tables of the county's application form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.indicators import Scorecard
from planning.indicators.bands import BANDS
from planning.indicators.ledger import NOTHING
from planning.indicators.targets import is_share
from planning.messages import Text, paper_language, said
from planning.publish.words import (
    band_word,
    internal_word,
    item_word,
    measure_word,
    outcome_word,
    own,
    own_cell,
    printed,
    stage_word,
)
from planning.publish.workbook.form_sheet import (
    number_or_none,
    set_page,
    write_head,
    write_row,
    write_title,
)
from planning.publish.workbook.school_resources import fill_differences, fill_resources, stage_shares

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
            lambda w, t: fill_resources(w, t, scorecard, "primary"),
        ),
        (
            said("publish.scorecard.table_3_junior_resources"),
            lambda w, t: fill_resources(w, t, scorecard, "junior"),
        ),
        (said("publish.scorecard.table_4_differences"), lambda w, t: fill_differences(w, t, scorecard)),
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
        set_page(sheet)
    _save(book, Path(path))


def _overview(sheet: Worksheet, title: str, card: Scorecard) -> None:
    write_title(sheet, title, 7)
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
    write_head(
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
    for row in card.indicators.to_dict("records"):
        cells = [
            row["id"],
            own_cell(row, "name"),
            _shown(row["shown"]),
            own_cell(row, "standard"),
            outcome_word(str(row["verdict"])),
            ORIGINS[str(row["class"])],
        ]
        write_row(
            sheet,
            [*cells, said("publish.scorecard.data_older_than_a_school_year") if row["stale"] else ""],
            {5: str(row["verdict"])},
        )
    for text, share in stage_shares(card):
        write_row(sheet, ["", text, share], formats={3: "0.0%"})


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
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [7, 28, 36, 18, 9, 22, 60, 24, 8])
    for row in card.indicators.to_dict("records"):
        if str(row["id"])[0] in letters:
            cells = [
                row["id"],
                own_cell(row, "name"),
                own_cell(row, "standard"),
                _shown(row["shown"]),
                outcome_word(str(row["verdict"])),
            ]
            cells += [
                own_cell(row, "scope"),
                own_cell(row, "evidence"),
                own_cell(row, "reading"),
                row["source"],
            ]
            write_row(sheet, cells, {5: str(row["verdict"])})


def _bands(sheet: Worksheet, title: str, card: Scorecard) -> None:
    if card.classes.empty:
        write_title(sheet, said("publish.scorecard.not_applicable_capacity_is_counted_in", title=title), 1)
        return
    headers = [
        said("publish.word.school"),
        said("publish.word.stage"),
        said("publish.word.classes"),
        *(band_word(b) for b in BANDS),
        said("publish.word.over_the_cap"),
        said("publish.word.largest_class"),
    ]
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [24, 8, 8, *[11] * 4, 10, 10])
    columns = ["classes", *BANDS, "over_cap", "largest"]
    for row in card.classes.to_dict("records"):
        cells = [row["name"], stage_word(str(row["stage"])), *(int(row[c]) for c in columns)]
        write_row(sheet, cells, {8: "fail" if row["over_cap"] else "pass"})
    totals = [int(card.classes[c].sum()) for c in columns[:-1]]
    write_row(
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
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [8, 34, 8, 10, 12, 12, 10, 10, 10, 10])
    for row in card.targets.to_dict("records"):
        shape = "0.0%" if is_share(str(row["target"])) else "0"
        cells = [
            row["year"],
            own_cell(row, "name"),
            said("publish.word.default")
            if row["reading"] == "default"
            else said("publish.word.other_reading"),
            row["asked"],
        ]
        cells += [
            number_or_none(row["value"]),
            number_or_none(row["shortfall"]),
            outcome_word(str(row["verdict"])),
        ]
        cells += [
            row["measured_year"],
            said("publish.word.yes") if row["due"] else said("publish.word.not_so"),
            row["line"],
        ]
        write_row(sheet, cells, {7: str(row["verdict"])}, {4: shape, 5: shape, 6: shape})


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
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [24, 8, 22, 12, 12, 12, 7, 10, 10, 9, 12, 12])
    for row in ledger[ledger["item"] != NOTHING].to_dict("records"):
        year = None if pd.isna(row["clear_by"]) else int(row["clear_by"])
        cells = [
            row["name"],
            stage_word(str(row["stage"])),
            item_word(str(row["item"])),
            number_or_none(row["have"]),
            number_or_none(row["need"]),
        ]
        cells += [
            number_or_none(row["gap"]),
            measure_word(str(row["measure"])),
            year,
            said("publish.word.yes") if row["excused"] else "",
            row["line"],
            "",
            "",
        ]
        write_row(sheet, cells, formats=dict.fromkeys((4, 5, 6), "#,##0.##"))


def _notes(sheet: Worksheet, title: str, card: Scorecard) -> None:
    write_title(sheet, title, 1)
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


def _shown(text: object) -> str:
    """Return a figure as the Chinese form prints it."""
    return printed(text)


def _save(book: Workbook, path: Path) -> None:
    with whole_file(path) as temporary:
        book.save(temporary)
