"""Fill the tables of the application form on the resources of schools: two and three, every school's, and four, the differences between them."""

from __future__ import annotations

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from planning.indicators import Scorecard
from planning.messages import Text, said
from planning.publish.words import none_word, outcome_word, own_cell, stage_word
from planning.publish.workbook.form_sheet import number_or_none, write_head, write_row, write_title

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
RESOURCE_HEADERS = {
    "A1": Text("publish.scorecard.teachers_with_more_than_the_required"),
    "A2": Text("publish.scorecard.key_teachers_per_100_pupils"),
    "A3": Text("publish.scorecard.teachers_of_sport_and_art_per"),
    "A4": Text("publish.scorecard.teaching_rooms_per_pupil_m"),
    "A5": Text("publish.scorecard.sports_grounds_per_pupil_m"),
    "A6": Text("publish.scorecard.equipment_per_pupil"),
    "A7": Text("publish.scorecard.multimedia_classrooms_per_100_pupils"),
}


def stage_shares(card: Scorecard) -> list[tuple[str, float | None]]:
    """Return for each stage, in words and as a share of those counted, how many schools pass."""
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


def fill_resources(sheet: Worksheet, title: str, card: Scorecard, stage: str) -> None:
    """Fill table two or three: what every school of a stage has, against what is asked, and the mean of the county."""
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
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [6, 22, 14, 8, 7, *[13] * 7, 9, 9, 18])
    formats = {4: "0", 5: "0", **{6 + i: "0.00" for i in range(7)}}
    _schools(sheet, card, stage, formats)
    means = card.variation[(card.variation["stage"] == stage) & (card.variation["indicator"] != "composite")]
    write_row(
        sheet,
        ["", said("publish.scorecard.mean_of_the_county"), *[""] * 3, *map(number_or_none, means["mean"])],
        formats=formats,
    )
    text, share = stage_shares(card)[0 if stage == "primary" else 1]
    write_row(sheet, ["", text, number_or_none(share)], formats={3: "0.0%"})
    sheet.append([said("publish.scorecard.green_met_yellow_85_of_the")])


def _schools(sheet: Worksheet, card: Scorecard, stage: str, formats: dict[int, str]) -> None:
    """Write a row for every school of a stage that has pupils, coloured by what is met."""
    names = list(RESOURCE_HEADERS)
    table = card.units[(card.units["stage"] == stage) & (card.units["pupils"] > 0)]
    for number, unit in enumerate(table.to_dict("records"), start=1):
        values = [number_or_none(unit[name]) for name in names]
        kind = KINDS.get(str(unit["kind"]), unit["kind"])
        verdict = str(unit["verdict"])
        cells = [number, unit["name"], kind, unit["pupils"], unit["classes"], *values, unit["met"]]
        cells += [
            said("publish.scorecard.not_counted") if verdict == "not_counted" else outcome_word(verdict),
            _why(str(unit["why_not"])),
        ]
        fills = {6 + i: str(unit[f"{name}_state"]) for i, name in enumerate(names)}
        write_row(sheet, cells, {**fills, 14: verdict}, formats)


def fill_differences(sheet: Worksheet, title: str, card: Scorecard) -> None:
    """Fill table four: mean, coefficient of variation and its limit by stage and resource."""
    headers = [
        said("publish.word.stage"),
        said("publish.word.project"),
        *RESOURCE_HEADERS.values(),
        said("publish.scorecard.all_of_them"),
    ]
    write_title(sheet, title, len(headers))
    write_head(sheet, headers, [8, 14, *[13] * 7, 13])
    for stage in ("primary", "junior"):
        _stage_differences(sheet, card.variation[card.variation["stage"] == stage], stage)
    reading = own_cell(card.indicators.iloc[0].to_dict(), "reading")
    sheet.append([said("publish.scorecard.read_as", reading=reading)])


def _stage_differences(sheet: Worksheet, part: pd.DataFrame, stage: str) -> None:
    """Write the means, the coefficients of variation and their limits of one stage."""
    means = [number_or_none(v) for v in part["mean"]]
    write_row(
        sheet,
        [stage_word(stage), said("publish.scorecard.mean_of_the_county"), *means],
        formats=dict.fromkeys(range(3, 11), "0.00"),
    )
    cv = [number_or_none(v) for v in part["cv"]]
    none = "not_supplied" if part["units"].any() else "not_applicable"
    fills = {
        3 + i: none if good is None else "pass" if good else "fail"
        for i, good in enumerate(part["within"].astype(object).where(part["within"].notna(), None))
    }
    write_row(
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
    write_row(
        sheet,
        [stage_word(stage), said("publish.scorecard.limit"), *limits],
        formats=dict.fromkeys(range(3, 11), "0.00"),
    )


def _why(reason: str) -> Text | str:
    return WHY_NOT.get(
        reason,
        said("publish.scorecard.teaching_point_of_fewer_than_50")
        if reason.startswith("teaching point")
        else reason,
    )
