"""Say the headline of an evaluation: planned and real values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planning.evaluation import Evaluation
from planning.indicators.verdict import NOBODY
from planning.messages import Text
from planning.publish.page.figures import percent
from planning.publish.words import stage_text

Figure = str | Text
"""A figure as it is printed, or what stands for one that does not apply."""
GRADES = {"all": Text("publish.word.all_grades"), "entry": Text("publish.word.entry_grade")}


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
    if not e.in_seats:
        over_cap = [int(c.classes["over_cap"].sum()) for c in cards]
        rows.append(_pair("publish.word.classes_over_the_cap", over_cap))
    rows += [
        (
            Text(
                "publish.evaluation_page.nearby_enrolment_2",
                stage=stage_text(r["stage"]),
                grades=GRADES[r["grades"]],
            ),
            *nearby_shares(r),
        )
        for r in e.nearby.to_dict("records")
    ]
    rows.append(_pair("publish.evaluation_page.indicators_passed", [c.passed for c in cards]))
    rows.append(_pair("publish.evaluation_page.indicators_failed", [c.failed for c in cards]))
    rows.append(_pair("publish.evaluation_page.indicators_not_supplied", [c.not_supplied for c in cards]))
    return rows


def told(figure: Figure, lang: str) -> str:
    """Return a figure of the headline in a language."""
    return figure if isinstance(figure, str) else figure.text(lang)


def _pair(code: str, values: Sequence[int]) -> tuple[Text, Figure, Figure]:
    return Text(code), f"{values[0]:,}", f"{values[1]:,}"


def nearby_shares(row: Mapping[Any, Any]) -> tuple[Figure, Figure]:
    """Return the nearby ratio of the plan and of reality."""
    plan = NOBODY if row["nobody_planned"] else percent(row["plan"])
    return plan, NOBODY if row["nobody"] else percent(row["real"])
