"""Show an evaluation: one HTML page, one workbook, the tables as CSV, the scorecard and the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from planning.approval import Approval
from planning.approval.folder import file_hash
from planning.atomic import new_folder
from planning.district import District
from planning.evaluation import Evaluation
from planning.indicators import write_scorecard
from planning.indicators.ledger import STATUSES, write_ledger
from planning.indicators.targets import is_share
from planning.indicators.verdict import NOBODY
from planning.internal import write_internal_note
from planning.messages import Text, paper_language, said, spoken
from planning.publish.page.blocks import Block, Cell, Section, Warned, Words, report_page
from planning.publish.page.blocks import Table as Grid
from planning.publish.safe import safe_csv
from planning.publish.words import (
    county_word,
    item_word,
    outcome_word,
    own,
    own_column,
    printed,
    stage_text,
    stage_word,
    status_of_gap,
)
from planning.publish.workbook.evaluation import write_evaluation_workbook
from planning.publish.workbook.scorecard import write_scorecard_workbook

SHOWN = 30
Figure = str | Text
"""A figure as it is printed, or what stands for one that does not apply."""
GRADES = {"all": Text("publish.word.all_grades"), "entry": Text("publish.word.entry_grade")}
HOW = {
    "accuracy": Text("publish.evaluation_page.the_plan_holds_the_forecast_when"),
    "nearby": Text("publish.evaluation_page.nearby_enrolment_b13_of_public_day"),
    "targets": Text("publish.evaluation_page.what_is_to_be_reached_this"),
    "indicators": Text("publish.evaluation_page.the_indicators_expected_by_the_plan"),
    "schools": Text("publish.evaluation_page.difference_real_plan_living_inside_pupils"),
    "outside": Text("publish.evaluation_page.pupils_who_live_in_the_catchment"),
    "moved": Text("publish.evaluation_page.zones_of_the_approved_plan_that"),
    "ledger": Text("publish.evaluation_page.how_every_gap_changed_against_the"),
}


def evaluation_table(evaluation: Evaluation, lang: str = "en") -> Table:
    """Return the headline of an evaluation for the terminal: planned and real, side by side."""
    table = Table(show_edge=False)
    for head in ("", Text("publish.word.plan").text(lang), Text("publish.word.real").text(lang)):
        table.add_column(head, justify="left" if not head else "right")
    for name, plan, real in headline(evaluation):
        table.add_row(escape(name.text(lang)), *(_told(v, lang) for v in (plan, real)))
    return table


def headline(e: Evaluation) -> list[tuple[Text, Figure, Figure]]:
    """Return the headline rows: name, planned and real value."""
    rows: list[tuple[Text, Figure, Figure]] = [
        (
            Text("publish.evaluation_page.pupils", stage=stage_text(r["stage"])),
            f"{r['plan']:,.0f}",
            f"{r['real']:,.0f}",
        )
        for r in e.accuracy.to_dict("records")
    ]
    over = e.grades["over"].sum()
    planned_over = (e.grades["plan_pupils"] - e.grades["plan_classes"] * e.grades["cap"]).clip(lower=0).sum()
    rows.append((Text("publish.evaluation_page.seats_short"), f"{planned_over:,.0f}", f"{over:,.0f}"))
    cards = (e.planned, e.scorecard)
    rows.append(_pair("publish.word.classes_over_the_cap", [int(c.classes["over_cap"].sum()) for c in cards]))
    rows += [
        (
            Text(
                "publish.evaluation_page.nearby_enrolment_2",
                stage=stage_text(r["stage"]),
                grades=GRADES[r["grades"]],
            ),
            *_shares(r),
        )
        for r in e.nearby.to_dict("records")
    ]
    rows.append(_pair("publish.evaluation_page.indicators_passed", [c.passed for c in cards]))
    rows.append(_pair("publish.evaluation_page.indicators_failed", [c.failed for c in cards]))
    rows.append(_pair("publish.evaluation_page.indicators_not_supplied", [c.not_supplied for c in cards]))
    return rows


def _told(figure: Figure, lang: str) -> str:
    return figure if isinstance(figure, str) else figure.text(lang)


def _pair(code: str, values: Sequence[int]) -> tuple[Text, Figure, Figure]:
    return Text(code), f"{values[0]:,}", f"{values[1]:,}"


def write_evaluation(
    evaluation: Evaluation,
    folder: str | Path,
    *,
    approval: Approval,
    district: District,
    sources: dict[str, Path],
) -> Path:
    """Write ``evaluation.html``, ``evaluation.xlsx``, ``scorecard.xlsx``, ``ledger.csv`` and every table; all or nothing.

    Parameters
    ----------
    sources : dict of str to Path
        Files the evaluation was made from, by their role; their SHA-256 goes into ``evaluation.json``.
    """
    target = Path(folder)
    synthetic = any(layer.status == "synthetic" for layer in district.info.layers.values())
    county = county_word(district)
    with new_folder(target, marks=("evaluation.json",)) as temporary:
        write_internal_note(temporary)
        for name in ("grades", "schools", "accuracy", "nearby", "outside", "moved", "cleared"):
            safe_csv(getattr(evaluation, name), temporary / f"{name}.csv")
        write_scorecard(evaluation.scorecard, temporary)
        write_ledger(evaluation.ledger, temporary / "ledger.csv")
        write_scorecard_workbook(
            evaluation.scorecard,
            temporary / "scorecard.xlsx",
            county=county,
            synthetic=synthetic,
            ledger=evaluation.ledger,
        )
        write_evaluation_workbook(evaluation, temporary / "evaluation.xlsx", approval=approval, county=county)
        page = evaluation_page(evaluation, approval=approval, county=county)
        (temporary / "evaluation.html").write_text(page, encoding="utf-8")
        record = _record(evaluation, approval, sources)
        (temporary / "evaluation.json").write_text(record, encoding="utf-8")
    return target


def evaluation_page(evaluation: Evaluation, *, approval: Approval, county: str) -> str:
    """Return the report as one HTML page: no script, no outside address, names are text."""
    e = evaluation
    figures = Grid(
        [said("publish.word.project"), said("publish.word.plan"), said("publish.word.real")],
        [[spoken(cell) for cell in row] for row in headline(e)],
    )
    parts: tuple[tuple[str, str, list[Block]], ...] = (
        ("accuracy", said("publish.evaluation_page.plan_and_reality_the_whole"), [figures, *_accuracy(e)]),
        ("nearby", said("publish.evaluation_page.nearby_enrolment"), _nearby(e)),
        ("targets", said("publish.evaluation_page.targets_of", year=e.year), _targets(e)),
        ("schools", said("publish.evaluation_page.schools_plan_and_reality"), _schools(e)),
        ("outside", said("publish.word.who_attends_a_school_outside_the"), _outside(e)),
        *((("moved", said("publish.word.zones_moved_by_hand"), _moved(e)),) if len(e.moved) else ()),
        ("indicators", said("publish.word.indicators"), _indicators(e)),
        ("ledger", said("publish.word.changes_of_the_ledger"), _cleared(e)),
    )
    first, *exceptions = approval.lines(paper_language(), limit=10)
    head: list[Block] = [
        Words(said("publish.evaluation_page.digest", first=first, digest=approval.digest[:16]))
    ]
    if exceptions:
        head.append(Warned(exceptions[0], exceptions[1:]))
    head += [Words(own(zh, en), "note") for zh, en in e.notes]
    if e.no_home:
        head.append(
            Words(said("publish.evaluation_page.the_file_gives_no_address_of", no_home=e.no_home), "note")
        )
    return report_page(
        said("publish.evaluation_page.the_approved_plan_evaluated_in", county=county, year=e.year),
        head=head,
        sections=[Section(title, spoken(HOW[key]), blocks) for key, title, blocks in parts],
    )


def _moved(e: Evaluation) -> list[Block]:
    rows: list[list[Cell | str]] = [
        [
            stage_word(r["stage"]),
            r["name"],
            r["from_name"],
            r["to_name"],
            r["reason"] or "—",
            *("–" if pd.isna(r[c]) else f"{r[c]:,.0f}" for c in ("living", "attending")),
        ]
        for r in e.moved.head(SHOWN).to_dict("records")
    ]
    return [
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.zones"),
                said("publish.word.from"),
                said("publish.word.to"),
                said("publish.word.reason"),
                said("publish.evaluation_page.live_there"),
                said("publish.evaluation_page.attend_it"),
            ],
            rows,
        )
    ]


def _accuracy(e: Evaluation) -> list[Block]:
    rows = [
        [
            stage_word(r["stage"]),
            f"{r['plan']:,.0f}",
            f"{r['real']:,.0f}",
            _signed(r["difference"]),
            _percent(r["share"], "+.1%"),
            _percent(r["absolute"]),
        ]
        for r in e.accuracy.to_dict("records")
    ]
    return [
        Words(said("publish.evaluation_page.how_good_was_the_forecast"), "h3"),
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.plan"),
                said("publish.word.real"),
                said("publish.word.difference"),
                said("publish.word.deviation"),
                said("publish.word.absolute_deviation"),
            ],
            rows,
        ),
    ]


def _nearby(e: Evaluation) -> list[Block]:
    rows: list[list[Cell | str]] = []
    for r in e.nearby.to_dict("records"):
        good = (
            "not_applicable"
            if r["nobody"]
            else "not_supplied"
            if pd.isna(r["real"])
            else "pass"
            if r["real"] >= r["asked"] - 1e-12
            else "fail"
        )
        cells = [stage_word(r["stage"]), spoken(GRADES[r["grades"]]), *map(spoken, _shares(r))]
        rows.append([*cells, f"≥ {r['asked']:.0%}", Cell(outcome_word(good), kind=good)])
    return [
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.pupils_counted"),
                said("publish.word.plan"),
                said("publish.word.real"),
                said("publish.word.standard"),
                said("publish.word.verdict"),
            ],
            rows,
        )
    ]


def _targets(e: Evaluation) -> list[Block]:
    table = e.targets()
    rows = []
    for r in table.to_dict("records"):
        share = is_share(str(r["target"]))
        shown = [_percent(v) if share else _plain(v) for v in (r["asked"], r["value"])]
        reading = "" if r["reading"] == "default" else said("publish.evaluation_page.other_reading")
        rows.append(
            [r[own_column("name")] + reading, *shown, outcome_word(str(r["verdict"])), str(r["line"])]
        )
    return [
        Grid(
            [
                said("publish.word.target"),
                said("publish.word.asked"),
                said("publish.word.real"),
                said("publish.word.verdict"),
                said("publish.word.source"),
            ],
            rows,
        )
        if rows
        else Words(said("publish.evaluation_page.the_standards_used_have_no_target"))
    ]


def _schools(e: Evaluation) -> list[Block]:
    table = e.schools.assign(size=e.schools["difference"].abs()).sort_values(
        ["size", "unit"], ascending=[False, True]
    )
    rows: list[list[Cell | str]] = []
    for r in table.to_dict("records"):
        figures = [f"{r['plan_pupils']:,}", f"{r['real_pupils']:,}", _signed(r["difference"])]
        living = [_plain(r["plan_living"]), _plain(r["real_living"])]
        # a unit without a catchment has nobody to take from it
        zoned = r["real_pupils"] and not pd.isna(r["plan_living"])
        share = _percent(r["real_own"] / r["real_pupils"]) if zoned else "–"
        classes = [f"{r['plan_classes']} → {r['real_classes']}", f"{r['plan_largest']} → {r['real_largest']}"]
        rows.append(
            [
                Cell(str(r["name"]), str(r["unit"])),
                stage_word(r["stage"]),
                *figures,
                *living,
                share,
                *classes,
                f"{r['over']:,}" if r["over"] else "",
            ]
        )
    heads = [
        said("publish.word.school"),
        said("publish.word.stage"),
        said("publish.word.plan"),
        said("publish.word.real"),
        said("publish.word.difference"),
        said("publish.evaluation_page.living_inside_plan"),
        said("publish.evaluation_page.living_inside_real"),
        said("publish.evaluation_page.share_from_inside"),
        said("publish.word.classes"),
        said("publish.word.largest_class"),
        said("publish.evaluation_page.too_many"),
    ]
    return [Grid(heads, rows), Words(said("publish.evaluation_page.by_the_size_of_the_difference"), "how")]


def _outside(e: Evaluation) -> list[Block]:
    if not len(e.outside):
        return [Words(said("publish.evaluation_page.no_addresses_or_nobody_attends_a"))]
    names = dict(zip(e.schools["unit"], e.schools["name"], strict=True))
    rows = [
        [
            stage_word(r["stage"]),
            str(
                names.get(
                    r["home_unit"],
                    r["home_unit"] or said("publish.evaluation_page.outside_the_county_or_unknown"),
                )
            ),
            str(names.get(r["unit"], r["unit"])),
            f"{r['pupils']:,}",
        ]
        for r in e.outside.head(SHOWN).to_dict("records")
    ]
    total = said(
        "publish.evaluation_page.pupils_the_first_flows",
        pupils=e.outside["pupils"].sum(),
        shown=min(SHOWN, len(e.outside)),
    )
    return [
        Words(total),
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.lives_in_the_catchment_of"),
                said("publish.evaluation_page.attends"),
                said("publish.word.pupils"),
            ],
            rows,
        ),
    ]


def _indicators(e: Evaluation) -> list[Block]:
    plan = e.planned.indicators.set_index("id")
    rows = []
    for r in e.scorecard.indicators.to_dict("records"):
        before = plan.loc[r["id"]]
        cells: list[Cell | str] = [f"{r['id']} {r[own_column('name')]}", str(r[own_column("standard")])]
        for side in (before, r):
            verdict = str(side["verdict"])
            cells.append(Cell(outcome_word(verdict), printed(side["shown"]), kind=verdict))
        rows.append([*cells, "◆" if before["verdict"] != r["verdict"] else ""])
    return [
        Grid(
            [
                said("publish.word.figure"),
                said("publish.word.standard"),
                said("publish.word.expected_by_the_plan"),
                said("publish.word.real"),
                said("publish.word.change"),
            ],
            rows,
            left=(1, 2, 3),
        )
    ]


def _cleared(e: Evaluation) -> list[Block]:
    counts = e.cleared["status"].value_counts()
    text = said("publish.sign.comma").join(
        said("publish.evaluation_page.state_count", state=status_of_gap(word), counts=int(counts[word]))
        for word in STATUSES
        if word in counts.index
    )
    changed = e.cleared[e.cleared["status"] != "unchanged"]
    rows = [
        [
            str(r["name"]),
            item_word(str(r["item"])),
            _plain(r["gap_before"]),
            _plain(r["gap_after"]),
            status_of_gap(str(r["status"])),
        ]
        for r in changed.head(SHOWN * 2).to_dict("records")
    ]
    more = len(changed) - SHOWN * 2
    return [
        Words(said("publish.evaluation_page.sentence", text=text)),
        Grid(
            [
                said("publish.word.school"),
                said("publish.word.project"),
                said("publish.word.gap_before"),
                said("publish.word.gap_now"),
                said("publish.word.state"),
            ],
            rows,
            left=(1,),
        ),
        *(
            [Words(said("publish.evaluation_page.more_in_the_workbook", more=more), "how")]
            if more > 0
            else []
        ),
        Words(said("publish.evaluation_page.the_whole_ledger_ledger_csv"), "how"),
    ]


def _record(e: Evaluation, approval: Approval, sources: dict[str, Path]) -> str:
    files = {role: {"file": path.name, "sha256": file_hash(path)} for role, path in sorted(sources.items())}
    data: dict[str, Any] = {
        "approved": {"number": approval.number, "date": approval.date, "digest": approval.digest},
        "year": e.year,
        "sources": files,
        "headline": [
            {
                "zh": name.text("zh"),
                "en": name.text("en"),
                "plan": _told(plan, "zh"),
                "real": _told(real, "zh"),
            }
            for name, plan, real in headline(e)
        ],
        "notes": [en for _, en in e.notes],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _shares(row: Mapping[Any, Any]) -> tuple[Figure, Figure]:
    """Return the nearby ratio of the plan and of reality."""
    plan = NOBODY if row["nobody_planned"] else _percent(row["plan"])
    return plan, NOBODY if row["nobody"] else _percent(row["real"])


def _percent(value: float, form: str = ".1%") -> str:
    return "–" if pd.isna(value) else format(value, form)


def _signed(value: float) -> str:
    return "0" if abs(value) < 0.5 else f"{value:+,.0f}".replace("-", "−")


def _plain(value: float) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:.3g}" if 0 < abs(value) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
