"""Judge items that documents decide: a yes or no, or a rate held against the profile's threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planning.district.schema import STAGE_ZH
from planning.indicators.case import Case
from planning.indicators.register import Entry
from planning.indicators.verdict import COUNTY_EN, COUNTY_ZH, NO, YES, Outcome, Verdict, decide, worst
from planning.messages import Both, Text


def met_by_document(  # noqa: PLR0913 - the parts of one verdict
    case: Case,
    indicator: str,
    asked_zh: str,
    asked_en: str,
    *,
    item: str = "met",
    extra_zh: str = "",
    extra_en: str = "",
    scope_zh: str = COUNTY_ZH,
    scope_en: str = COUNTY_EN,
) -> Verdict:
    """Judge an item by the register's yes (1) or no (0); without a value it is not supplied, never a pass."""
    found = case.entry(indicator, item)
    outcome: Outcome = "not_supplied" if found.value is None else decide(found.value >= 1)
    words = {"pass": YES, "fail": NO, "not_supplied": ""}
    return Verdict(
        outcome,
        found.value,
        words[outcome],
        asked_zh,
        asked_en,
        "；".join(t for t in (found.text_zh, extra_zh) if t),
        "; ".join(t for t in (found.text_en, extra_en) if t),
        scope_zh,
        scope_en,
        stale=found.stale,
    )


def at_least(
    case: Case, indicator: str, items: Sequence[str], *, extra_zh: str = "", extra_en: str = ""
) -> Verdict:
    """Judge an item whose register values must all reach the profile's thresholds; value is that of the first."""
    found = [case.entry(indicator, item) for item in items]
    asked = [case.profile.thresholds[indicator][item] for item in items]
    outcomes = [_reaches(e, limit) for e, limit in zip(found, asked, strict=True)]
    standard = " / ".join(
        f"≥ {figure(item, limit, exact=False)}" for item, limit in zip(items, asked, strict=True)
    )
    shown = " / ".join(
        "–" if e.value is None else figure(item, e.value) for item, e in zip(items, found, strict=True)
    )
    same = len({(e.source, e.date) for e in found}) == 1
    sources = found[:1] if same else found
    return Verdict(
        worst(outcomes),
        found[0].value,
        "" if all(e.value is None for e in found) else shown,
        standard,
        standard,
        "；".join(t for t in (*(e.text_zh for e in sources), extra_zh) if t),
        "; ".join(t for t in (*(e.text_en for e in sources), extra_en) if t),
        stale=any(e.stale for e in found),
    )


def without_stage(case: Case, stage: str, verdict: Verdict) -> Verdict:
    """Return a verdict that speaks of one stage: where the county has no school of it, that it does not apply, whatever a document says."""
    if (case.arrays.stage[stage] & case.arrays.ordinary).any() or not len(case.figures.units):
        return verdict
    why = Text("indicators.documents.no_school_of_stage", stage=Both(stage, STAGE_ZH[stage]))
    zh, en = why.text("zh"), why.text("en")
    return replace(
        verdict, outcome="not_applicable", value=None, shown="", evidence_zh=zh, evidence_en=en, stale=False
    )


def figure(item: str, value: float, *, exact: bool = True) -> str:
    """Print a register value: rates as percentages with one decimal (standards without), yuan with separators."""
    if item.endswith("_rate"):
        return f"{value:.1%}" if exact else f"{value:.4g}" if value > 1 else f"{value:.0%}"
    return f"{value:,.0f}" if item.endswith("_yuan") else f"{value:g}"


def _reaches(found: Entry, limit: float) -> Outcome:
    return "not_supplied" if found.value is None else decide(found.value >= limit)
