"""Write an evaluation as an Excel workbook: plan against reality by school and grade, nearness, targets, ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from planning.approval import Approval
from planning.atomic import whole_file
from planning.evaluation import Evaluation
from planning.grades import grade_cell
from planning.indicators.targets import is_share
from planning.messages import Text, paper_language, said, spoken
from planning.publish.words import (
    internal_word,
    item_word,
    none_word,
    outcome_word,
    own,
    own_cell,
    stage_word,
    status_of_gap,
)
from planning.publish.workbook.comparison import append_row, finish_sheet, set_formats

_SCHOOLS = (
    ("unit", Text("publish.word.unit")),
    ("name", Text("publish.word.school")),
    ("stage", Text("publish.word.stage")),
    ("plan_pupils", Text("publish.evaluation_book.pupils_plan")),
    ("real_pupils", Text("publish.evaluation_book.pupils_real")),
    ("difference", Text("publish.word.difference")),
    ("plan_classes", Text("publish.evaluation_book.classes_plan")),
    ("real_classes", Text("publish.evaluation_book.classes_real")),
    ("plan_largest", Text("publish.evaluation_book.largest_class_plan")),
    ("real_largest", Text("publish.evaluation_book.largest_class_real")),
    ("over", Text("publish.evaluation_book.too_many")),
    ("plan_own", Text("publish.evaluation_book.from_inside_plan")),
    ("real_own", Text("publish.evaluation_book.from_inside_real")),
    ("plan_living", Text("publish.evaluation_book.living_inside_plan")),
    ("real_living", Text("publish.evaluation_book.living_inside_real")),
)
_GRADES = (
    ("unit", Text("publish.word.unit")),
    ("name", Text("publish.word.school")),
    ("stage", Text("publish.word.stage")),
    ("grade", Text("publish.word.grade")),
    ("plan_pupils", Text("publish.evaluation_book.pupils_plan")),
    ("real_pupils", Text("publish.evaluation_book.pupils_real")),
    ("difference", Text("publish.word.difference")),
    ("plan_classes", Text("publish.evaluation_book.classes_plan")),
    ("real_classes", Text("publish.evaluation_book.classes_real")),
    ("plan_largest", Text("publish.evaluation_book.largest_class_plan")),
    ("real_largest", Text("publish.evaluation_book.largest_class_real")),
    ("cap", Text("publish.evaluation_book.class_cap")),
    ("over", Text("publish.evaluation_book.too_many")),
)
_OUTSIDE = (
    ("stage", Text("publish.word.stage")),
    ("home_unit", Text("publish.word.lives_in_the_catchment_of")),
    ("unit", Text("publish.evaluation_book.attended_unit")),
    ("pupils", Text("publish.word.pupils")),
)
_MOVED = (
    ("stage", Text("publish.word.stage")),
    ("name", Text("publish.word.zones")),
    ("from_name", Text("publish.word.from")),
    ("to_name", Text("publish.word.to")),
    ("reason", Text("publish.word.reason")),
    ("who", Text("publish.evaluation_book.decided_by")),
    ("when", Text("publish.evaluation_book.date")),
    ("living", Text("publish.evaluation_book.pupils_living_there")),
    ("attending", Text("publish.evaluation_book.attend_the_new_school")),
)
_CLEARED = (
    ("unit", Text("publish.word.unit")),
    ("name", Text("publish.word.school")),
    ("item", Text("publish.word.project")),
    ("gap_before", Text("publish.word.gap_before")),
    ("gap_after", Text("publish.word.gap_now")),
    ("change", Text("publish.word.change")),
    ("status", Text("publish.word.state")),
)


_IN_SEATS = {side + "_classes": Text(f"publish.evaluation_book.seats_{side}") for side in ("plan", "real")}
_OF_CLASSES = ("plan_largest", "real_largest", "cap")


def _counted(e: Evaluation, columns: tuple[tuple[str, Text], ...]) -> tuple[tuple[str, Text], ...]:
    """Return the columns of a table; where capacity is counted in seats, seats in use instead of classes."""
    if not e.in_seats:
        return columns
    return tuple((key, _IN_SEATS.get(key, head)) for key, head in columns if key not in _OF_CLASSES)


def write_evaluation_workbook(
    evaluation: Evaluation, path: str | Path, *, approval: Approval, county: str
) -> None:
    """Write the workbook; numbers unrounded, text never taken for a formula.

    Parameters
    ----------
    county : str
        Name of the county in Chinese.
    """
    e = evaluation
    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book, e, approval, county)
    _plain(book, said("publish.evaluation_book.schools"), e.schools, _counted(e, _SCHOOLS))
    _plain(book, said("publish.evaluation_book.schools_by_grade"), e.grades, _counted(e, _GRADES))
    _plain(book, said("publish.evaluation_book.outside"), e.outside, _OUTSIDE)
    if len(e.moved):
        _plain(book, said("publish.word.zones_moved_by_hand"), e.moved, _MOVED)
    _targets(book, e)
    _plain(book, said("publish.word.changes_of_the_ledger"), e.cleared, _CLEARED)
    with whole_file(path) as temporary:
        book.save(temporary)


def _overview(book: Workbook, e: Evaluation, approval: Approval, county: str) -> None:
    sheet = book.create_sheet(said("publish.word.overview"))
    append_row(
        sheet,
        [
            said("publish.evaluation_book.evaluation_of_the_approved_plan", county=county),
            said("publish.evaluation_book.school_year", year=e.year),
            internal_word(),
        ],
    )
    for line in approval.lines(paper_language()):
        append_row(sheet, [line])
    append_row(sheet, [said("publish.evaluation_book.digest"), approval.digest])
    append_row(sheet, [])
    append_row(
        sheet,
        [
            said("publish.word.stage"),
            said("publish.evaluation_book.pupils_plan"),
            said("publish.evaluation_book.pupils_real"),
            said("publish.word.difference"),
            said("publish.word.deviation"),
            said("publish.word.absolute_deviation"),
        ],
    )
    for r in e.accuracy.to_dict("records"):
        append_row(
            sheet,
            [
                stage_word(r["stage"]),
                r["plan"],
                r["real"],
                r["difference"],
                _number(r["share"]),
                _number(r["absolute"]),
            ],
        )
        for column in (5, 6):
            sheet.cell(sheet.max_row, column).number_format = "0.0%"
    append_row(sheet, [])
    append_row(
        sheet,
        [
            said("publish.word.stage"),
            said("publish.evaluation_book.nearby_enrolment_of_whom"),
            said("publish.word.plan"),
            said("publish.word.real"),
            said("publish.word.standard"),
        ],
    )
    for r in e.nearby.to_dict("records"):
        grades = said("publish.word.all_grades") if r["grades"] == "all" else said("publish.word.entry_grade")
        plan = none_word() if r["nobody_planned"] else _number(r["plan"])
        real = none_word() if r["nobody"] else _number(r["real"])
        append_row(sheet, [stage_word(r["stage"]), grades, plan, real, r["asked"]])
        for column in (3, 4, 5):
            sheet.cell(sheet.max_row, column).number_format = "0.0%"
    append_row(sheet, [])
    for card, name in (
        (e.planned, said("publish.word.expected_by_the_plan")),
        (e.scorecard, said("publish.word.real")),
    ):
        append_row(
            sheet,
            [
                name,
                said("publish.evaluation_book.passed", passed=card.passed),
                said("publish.evaluation_book.failed", failed=card.failed),
                said("publish.evaluation_book.not_supplied", not_supplied=card.not_supplied),
            ],
        )
    for zh, en in e.notes:
        append_row(sheet, [own(zh, en)])
    if e.no_home:
        append_row(sheet, [said("publish.evaluation_book.the_file_gives_no_address_of", no_home=e.no_home)])
    finish_sheet(sheet)


def _targets(book: Workbook, e: Evaluation) -> None:
    sheet = book.create_sheet(said("publish.word.targets"))
    append_row(
        sheet,
        [
            said("publish.word.year"),
            said("publish.word.target"),
            said("publish.word.reading"),
            said("publish.word.asked"),
            said("publish.word.real"),
            said("publish.word.gap"),
            said("publish.word.verdict"),
            said("publish.word.source"),
        ],
    )
    for r in e.targets().to_dict("records"):
        reading = (
            said("publish.word.default") if r["reading"] == "default" else said("publish.word.other_reading")
        )
        verdict = outcome_word(str(r["verdict"]))
        append_row(
            sheet,
            [
                r["year"],
                own_cell(r, "name"),
                reading,
                r["asked"],
                _number(r["value"]),
                _number(r["shortfall"]),
                verdict,
                r["line"],
            ],
        )
        if is_share(str(r["target"])):
            for column in (4, 5, 6):
                sheet.cell(sheet.max_row, column).number_format = "0.0%"
    finish_sheet(sheet)


def _plain(book: Workbook, title: str, table: pd.DataFrame, columns: Sequence[tuple[str, Text]]) -> None:
    sheet = book.create_sheet(title)
    append_row(sheet, [spoken(name) for _, name in columns])
    words: dict[str, Callable[[Any], Any]] = {
        "stage": stage_word,
        "status": status_of_gap,
        "item": item_word,
        "grade": grade_cell,
    }
    for r in table.to_dict("records"):
        cells = [r[name] for name, _ in columns]
        append_row(
            sheet,
            [words[n](v) if n in words else _number(v) for (n, _), v in zip(columns, cells, strict=True)],
        )
    set_formats(
        sheet, {k: "#,##0.##" for k, (name, _) in enumerate(columns, start=1) if name.startswith("gap")}
    )
    finish_sheet(sheet)


def _number(value: Any) -> Any:
    return value if isinstance(value, str) else None if pd.isna(value) else value
