"""Write what a plan says as one workbook: summary, schools, estates, shortages with mends, projects, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.digits import in_digits
from planning.district import District
from planning.district.schema import STAGES, TABLE
from planning.grades import grade_cell
from planning.indicators import Scorecard
from planning.layout import Layout, in_seats
from planning.layout.notes import notes_of
from planning.messages import paper_language, said
from planning.publish.places import names_of_zones
from planning.publish.words import (
    choice_word,
    county_word,
    internal_word,
    none_word,
    outcome_word,
    own_cell,
    printed,
    stage_word,
    status_word,
    table_word,
    title_word,
)
from planning.publish.workbook.comparison import append_row, finish_sheet, set_formats
from planning.standards.money import Money, money_of


def results_name() -> str:
    """Return the name of the workbook in a run folder; it holds pupils by zone and is internal as the folder is."""
    return said("publish.results.file")


def write_results_workbook(
    district: District, layout: Layout, scorecard: Scorecard, short: pd.DataFrame | None, path: str | Path
) -> None:
    """Write the workbook.

    Parameters
    ----------
    short : DataFrame, optional
        Shortages with their mends (:func:`planning.zoning.answer.shortages`).
    """
    book, unit = Workbook(), money_of(layout.scenario)
    book.remove(book.worksheets[0])
    for title, rows, formats in (
        (said("publish.results.overview"), _summary(district, layout, unit), {}),
        (
            said("publish.word.school"),
            _schools(district, layout),
            {**dict.fromkeys(range(4, 11), "#,##0"), 11: "#,##0"},
        ),
        (said("publish.results.zones"), _zones(district, layout), {5: "#,##0", 8: "#,##0", 9: "#,##0"}),
        (
            said("publish.word.seats_short"),
            _shortages(short, unit),
            {5: "#,##0", 7: "#,##0.0"},
        ),
        (said("publish.word.projects"), _projects(layout, unit), {6: "#,##0", 7: "#,##0.0"}),
        (said("publish.word.indicators"), _indicators(scorecard), {}),
    ):
        sheet: Worksheet = book.create_sheet(title)
        for row in rows:
            append_row(sheet, row)
        set_formats(sheet, formats)
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _summary(district: District, layout: Layout, unit: Money) -> list[list[Any]]:
    summary = layout.summary
    info = district.info
    rows: list[list[Any]] = [
        [said("publish.word.project"), said("publish.word.value"), internal_word()],
        [said("publish.word.county"), county_word(district)],
        [said("publish.word.plan"), title_word(layout)],
        [said("publish.word.school_years"), said("publish.sign.comma").join(map(str, summary["years"]))],
    ]
    for key, text, form in (
        ("pupils", said("publish.word.pupils"), ",.0f"),
        ("seats_possible", said("publish.word.seats_possible"), ",.0f"),
        ("shortage_by_stage", said("publish.word.seats_short"), ",.0f"),
        ("nearby_ratio", said("publish.word.nearby_enrolment_in_the_own_catchment"), ".1%"),
        ("nearest_share", said("publish.word.at_the_nearest_school"), ".1%"),
        ("mean_distance_m", said("publish.word.mean_walk_m"), ",.0f"),
        ("p95_distance_m", said("publish.results.95_walk_less_than_m"), ",.0f"),
    ):
        by_stage: Mapping[str, Any] = summary.get(key, {})
        rows += [
            [
                said("publish.results.of_stage", text=text, stage=stage_word(s)),
                none_word() if by_stage[s] is None else in_digits(by_stage[s], form),
            ]
            for s in STAGES
            if s in by_stage
        ]
    rows += [
        *(
            [[said("publish.word.classes_over_the_cap"), int(summary["classes_over_cap"])]]
            if "classes_over_cap" in summary
            else []
        ),
        [said("publish.results.schools_over_size"), int(summary["schools_over_size"])],
        [
            said("publish.word.pupils_with_a_new_catchment"),
            none_word() if summary["moved_pupils"] is None else int(summary["moved_pupils"]),
        ],
        *(
            [
                [
                    said("publish.results.cost_of_projects", unit=unit.unit.text(paper_language())),
                    round(float(summary["cost_yuan"]) / unit.scale, 1),
                ]
            ]
            if unit.named or summary["cost_yuan"]
            else []
        ),
        [
            said("publish.results.gap_to_the_proven_bound"),
            "–" if summary["gap"] is None else f"{summary['gap']:.2%}",
        ],
    ]
    if any(summary["shortage_by_stage"].values()):
        rows.append(
            [said("publish.word.notes"), said("publish.results.seats_are_short_nearby_enrolment_says")]
        )
    rows += [[said("publish.word.notes"), note] for note in notes_of(summary, paper_language())]
    rows += [
        [
            said("publish.results.status_of_the_data"),
            said("publish.results.table_status", table=table_word(n), status=status_word(s.status)),
        ]
        for n, s in sorted(info.layers.items())
        if n in TABLE
    ]
    return rows


def _name(names: Mapping[str, str], units: Any) -> str:
    """Return the schools of one unit or of several that share a zone, by name."""
    return (
        ""
        if pd.isna(units)
        else said("publish.sign.comma").join(names.get(u, u) for u in str(units).split(";") if u)
    )


def _names(district: District, layout: Layout) -> dict[str, str]:
    """Return the names of units, those of new schools and of units without pupils included."""
    table = pd.concat([layout.units[["unit", "school"]], district.units[["unit", "school"]]]).drop_duplicates(
        "unit"
    )
    schools = dict(zip(district.projects["school"], district.projects["name"], strict=True))
    schools |= dict(zip(district.schools["school"], district.schools["name"], strict=True))
    return {str(u): str(schools.get(s, s)) for u, s in zip(table["unit"], table["school"], strict=True)}


def _schools(district: District, layout: Layout) -> list[list[Any]]:
    names = _names(district, layout)
    seats = in_seats(layout.units)
    held = (
        [said("publish.word.seats")]
        if seats
        else [said("publish.word.classes"), said("publish.word.seats"), said("publish.results.classrooms")]
    )
    rows: list[list[Any]] = [
        [
            said("publish.word.school"),
            said("publish.word.stage"),
            said("publish.word.school_years"),
            said("publish.word.pupils"),
            said("publish.results.of_these_living_inside"),
            said("publish.results.sent_here"),
            said("publish.results.sent_on_2"),
            *held,
            said("publish.word.seats_short"),
            said("publish.results.unit_code"),
        ]
    ]
    sums = ["pupils", "own", "overflow_in", "overflow_out", *([] if seats else ["classes", "seats"])]
    for (unit, stage, year), part in layout.units.groupby(["unit", "stage", "year"], sort=False):
        total = part[sums].sum()
        rows.append(
            [
                names.get(str(unit), str(unit)),
                stage_word(str(stage)),
                int(str(year)),
                *(float(total[c]) for c in sums),
                float(part["rooms"].max()),
                float(part["shortage"].sum()),
                str(unit),
            ]
        )
    return rows


def _zones(district: District, layout: Layout) -> list[list[Any]]:
    names = _names(district, layout)
    zones = district.zones.assign(name=names_of_zones(district)).set_index("zone")
    towns = dict(zip(district.townships["township"], district.townships["name"], strict=True))
    rows: list[list[Any]] = [
        [
            said("publish.results.zone"),
            said("publish.results.township"),
            said("publish.word.locale"),
            said("publish.word.stage"),
            said("publish.word.pupils"),
            said("publish.word.school"),
            said("publish.word.old_school"),
            said("publish.results.walk_m"),
            said("publish.results.sent_on"),
            said("publish.results.zone_code"),
        ]
    ]
    for row in layout.assignment.to_dict("records"):
        place = zones.loc[row["zone"]]
        town = place["township"]
        rows.append(
            [
                str(place["name"]),
                str(towns.get(town, town)),
                choice_word("zones", "locale", str(place["locale"])),
                stage_word(row["stage"]),
                float(row["pupils"]),
                _name(names, row["unit"]),
                _name(names, row["previous_unit"]),
                _number(row["distance_m"]),
                _number(row["overflow"]),
                str(row["zone"]),
            ]
        )
    return rows


def _shortages(short: pd.DataFrame | None, unit: Money) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            said("publish.word.school"),
            said("publish.word.stage"),
            said("publish.word.school_years"),
            said("publish.word.grade"),
            said("publish.results.seats_short"),
            said("publish.results.what_would_mend_it"),
            said("publish.results.cost_2", unit=unit.unit.text(paper_language())),
        ]
    ]
    if short is None or not len(short):
        return [*rows, [said("publish.results.no_seats_are_short")]]
    for row in short.to_dict("records"):
        about = [
            row["name"],
            stage_word(row["stage"]),
            int(row["year"]),
            said("publish.word.whole_school") if pd.isna(row["grade"]) else grade_cell(row["grade"]),
        ]
        cost = float(row["cost_yuan"])
        told = said("publish.results.unknown") if isnan(cost) else cost / unit.scale
        rows.append([*about, float(row["seats_short"]), own_cell(row, "mend"), told])
    return rows


def _projects(layout: Layout, unit: Money) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            said("publish.word.project"),
            said("publish.word.kind"),
            said("publish.word.stage"),
            said("publish.results.built"),
            said("publish.results.in_use_from"),
            said("publish.results.seats_added")
            if in_seats(layout.units)
            else said("publish.results.classrooms_added"),
            said("publish.results.cost", unit=unit.unit.text(paper_language())),
        ]
    ]
    for row in layout.projects.to_dict("records"):
        year = None if pd.isna(row["year"]) else int(row["year"])
        rows.append(
            [
                row["name"],
                choice_word("projects", "kind", row["kind"]),
                stage_word(row["stage"]),
                said("publish.word.yes") if row["built"] else said("publish.word.not_so"),
                year,
                float(row["rooms"]),
                float(row["cost_yuan"]) / unit.scale,
            ]
        )
    return rows


def _indicators(card: Scorecard) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            said("publish.word.figure"),
            said("publish.word.title"),
            said("publish.word.value"),
            said("publish.word.standard"),
            said("publish.word.verdict"),
        ]
    ]
    for row in card.indicators.to_dict("records"):
        verdict = outcome_word(str(row["verdict"]))
        rows.append(
            [row["id"], own_cell(row, "name"), printed(row["shown"]), own_cell(row, "standard"), verdict]
        )
    return rows


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
