"""Show an evaluation: one HTML page, one workbook, the tables as CSV, the scorecard and the ledger."""

from __future__ import annotations

import json
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
from planning.internal import write_internal_note
from planning.messages import Text, paper_language, said, spoken
from planning.publish.page.blocks import Block, Cell, Section, Warned, Words, report_page
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.evaluation_headline import GRADES, headline, nearby_shares, told
from planning.publish.page.evaluation_schools import SHOWN, attending_elsewhere, planned_and_real, zones_moved
from planning.publish.page.figures import percent, plain, signed
from planning.publish.safe import safe_csv
from planning.publish.words import (
    county_word,
    item_word,
    outcome_word,
    own,
    own_cell,
    printed,
    stage_word,
    status_of_gap,
)
from planning.publish.workbook.evaluation import write_evaluation_workbook
from planning.publish.workbook.scorecard import write_scorecard_workbook

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
        table.add_row(escape(name.text(lang)), *(told(v, lang) for v in (plan, real)))
    return table


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
        ("schools", said("publish.evaluation_page.schools_plan_and_reality"), planned_and_real(e)),
        ("outside", said("publish.word.who_attends_a_school_outside_the"), attending_elsewhere(e)),
        *((("moved", said("publish.word.zones_moved_by_hand"), zones_moved(e)),) if len(e.moved) else ()),
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


def _accuracy(e: Evaluation) -> list[Block]:
    rows = [
        [
            stage_word(r["stage"]),
            f"{r['plan']:,.0f}",
            f"{r['real']:,.0f}",
            signed(r["difference"]),
            percent(r["share"], "+.1%"),
            percent(r["absolute"]),
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
        cells = [stage_word(r["stage"]), spoken(GRADES[r["grades"]]), *map(spoken, nearby_shares(r))]
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
        shown = [percent(v) if share else plain(v) for v in (r["asked"], r["value"])]
        reading = "" if r["reading"] == "default" else said("publish.evaluation_page.other_reading")
        rows.append([own_cell(r, "name") + reading, *shown, outcome_word(str(r["verdict"])), str(r["line"])])
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


def _indicators(e: Evaluation) -> list[Block]:
    plan = e.planned.indicators.set_index("id")
    rows = []
    for r in e.scorecard.indicators.to_dict("records"):
        before = plan.loc[r["id"]]
        cells: list[Cell | str] = [f"{r['id']} {own_cell(r, 'name')}", str(own_cell(r, "standard"))]
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
            plain(r["gap_before"]),
            plain(r["gap_after"]),
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
                "plan": told(plan, "zh"),
                "real": told(real, "zh"),
            }
            for name, plan, real in headline(e)
        ],
        "notes": [en for _, en in e.notes],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
