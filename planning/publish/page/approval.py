"""Set the page that is printed and signed when a layout is approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.approval import Approval
from planning.approval.record import DIGEST_PLACE
from planning.digits import in_digits
from planning.messages import paper_language, said
from planning.publish.html import asset, render
from planning.publish.words import none_word, own, stage_word
from planning.standards.money import YUAN, money
from planning.texts import plain_text


def approval_page(approval: Approval) -> str:
    """Return the page as HTML: what was approved, its figures, every exception, the digest's place, and room for signatures."""
    years = f"{approval.years[0]}" + (f"—{approval.years[-1]}" if len(approval.years) > 1 else "")
    facts = {
        said("publish.approval.number"): approval.number,
        said("publish.approval.date_of_approval"): approval.date,
        said("publish.approval.approved_by"): approval.by,
        said("publish.word.plan"): said(
            "publish.approval.plan_of_run", title=own(approval.title_zh, approval.title), run=approval.run
        ),
        said("publish.word.county"): approval.district,
        said("publish.word.school_years"): years,
        said("publish.approval.remark"): approval.note or "—",
        said("publish.approval.verified_independently"): said(
            "publish.approval.failed", checks=approval.checks, exceptions=len(approval.exceptions)
        ),
        said("publish.approval.made_by"): f"planning {approval.planning}",
    }
    return render(
        "approval.html",
        title=_text(said("publish.approval.approval_of_a_layout", number=approval.number)),
        styles=[asset("approval.css")],
        facts=_texts(facts),
        exceptions=[_text(line) for line in approval.lines(paper_language())[1:]],
        figures=_texts(_figures(approval.figures)),
        moved=[[_text(cell) for cell in row] for row in _moved(approval.figures)],
        digest=DIGEST_PLACE,
        files=_texts(dict(sorted(approval.files.items()))),
    )


def _moved(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the zones that were moved by hand: stage, zone, from, to, why, who and when."""
    return [
        (
            stage_word(row["stage"]), row["name"], row["from_name"], row["to_name"], row["reason"] or "—",
            " ".join(t for t in (row["who"], row["when"]) if t) or "—",
        )
        for row in figures.get("moved_by_hand") or ()
    ]  # fmt: skip


def _texts(rows: Mapping[str, str]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in rows.items()}


def _text(value: object) -> str:
    # the place of the digest is unique: a note that looks like it must not be filled in
    return plain_text(value).replace(DIGEST_PLACE, "-" * 8)


def _figures(figures: Mapping[str, Any]) -> dict[str, str]:
    def by_stage(key: str, form: str) -> str:
        values = figures.get(key) or {}
        return said("publish.sign.comma_of_clauses").join(
            f"{stage_word(s)} {none_word() if v is None else in_digits(v, form)}"
            for s, v in sorted(values.items(), reverse=True)
        )

    indicators, unit = figures.get("indicators") or {}, money(figures.get("currency", YUAN))
    rows = {
        said("publish.word.pupils"): by_stage("pupils", ",d"),
        said("publish.word.seats_possible"): by_stage("seats_possible", ",d"),
        said("publish.word.seats_short"): f"{figures.get('shortage_pupils', 0):,}",
        **(
            {said("publish.word.classes_over_the_cap"): f"{figures['classes_over_cap']:,}"}
            if "classes_over_cap" in figures
            else {}
        ),
        said("publish.word.nearby_enrolment_in_the_own_catchment"): by_stage("nearby_ratio", ".1%"),
        **(
            {said("publish.word.at_the_nearest_school"): by_stage("nearest_share", ".1%")}
            if figures.get("nearest_share")
            else {}
        ),
        said("publish.word.mean_walk_m"): by_stage("mean_distance_m", ",.0f"),
        said("publish.word.pupils_with_a_new_catchment"): none_word()
        if figures.get("moved_pupils", 0) is None
        else f"{figures.get('moved_pupils', 0):,}",
        said("publish.word.projects"): said("publish.sign.comma").join(figures.get("projects_built") or ())
        or said("publish.approval.none"),
        said("publish.approval.cost", unit=unit.unit): f"{figures.get('cost_yuan', 0) / unit.scale:,.0f}",
    }
    if indicators:
        rows[said("publish.word.indicators")] = said(
            "publish.approval.passed_failed_not_supplied",
            passed=indicators["passed"],
            failed=indicators["failed"],
            not_supplied=indicators["not_supplied"],
        ) + (
            said("publish.approval.not_applicable", not_applicable=indicators["not_applicable"])
            if indicators.get("not_applicable")
            else ""
        )
    if start := figures.get("start_from"):
        rows[said("publish.approval.starting_from")] = said(
            "publish.approval.digest",
            start=start.get("number") or start["folder"],
            digest=start["digest"][:12],
        )
    return rows
