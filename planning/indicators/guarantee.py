"""Judge the items of government guarantee that a layout moves: B1, B3, B4, B5, B6, B13, B15.

Source: 教督〔2017〕6号; S:143–S:207. "15项指标均要达到要求": every item is a verdict of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planning.indicators.case import Case, Indicator
from planning.indicators.documents import at_least, met_by_document
from planning.indicators.nearby import (
    nearby_by_locale,
    nearby_by_stage,
    nearest_school_share,
)
from planning.indicators.verdict import NOBODY, NONE_ZH, NOTHING, Outcome, Verdict, decide, listed
from planning.messages import Text, zh_en


def b1(case: Case) -> Verdict:
    """B1: the layout of schools fits urbanisation and the resident population (S:151).

    A document decides (register ``met``); computed beside it: seats against pupils by stage, pupils within the service
    radius where distances are known, schools over their cap.
    """
    balance = seat_balance(case)
    over = oversized_schools(case)
    reach = within_radius(case)
    there = _stages_there(case)
    seats = tuple(
        Text("indicators.guarantee.seats_of", stage=_group(s), balance=f"{b:+,.0f}", short=f"{short:,.0f}")
        if there[s]
        else Text("indicators.guarantee.seats_of_nobody", stage=_group(s), nobody=NOBODY)
        for s, (b, short) in balance.items()
    )
    near = Text("indicators.guarantee.within_radius", shares=_shares(reach)) if reach else ""
    extra_zh, extra_en = zh_en("indicators.guarantee.computed", seats=seats, over=len(over), near=near)
    return met_by_document(
        case,
        "B1",
        *zh_en("indicators.guarantee.fits_urbanisation_resident_population"),
        extra_zh=extra_zh,
        extra_en=extra_en,
    )


def b3(case: Case) -> Verdict:
    """B3: ⌈classes ÷ 12⌉ music rooms (≥ 96 m²) and as many art rooms (≥ 90 m²) in every unit (S:159).

    Scope: assessed units (as A1–A7) with classes. Rooms on record already reach the area. A count that is not supplied is
    never a pass.
    """
    units, rooms = case.figures.units, case.profile.special_rooms
    assessed = units["counted"].to_numpy(dtype=bool) & (case.arrays.classes > 0)
    need = np.ceil(case.arrays.classes[assessed] / rooms.classes_per_room)
    lacking = {k: need - units[k].to_numpy(dtype=float)[assessed] for k in ("music_rooms", "art_rooms")}
    short = np.logical_or.reduce([g > 0 for g in lacking.values()])
    missing = np.logical_or.reduce([np.isnan(g) for g in lacking.values()])
    outcome = decide(not short.any())
    if not assessed.any():
        outcome = case.nothing
    elif outcome == "pass" and missing.any():
        outcome = "not_supplied"
    music, art = (int(np.nansum(np.maximum(g, 0))) for g in lacking.values())
    n, good = len(need), int((~short & ~missing).sum())
    names = listed(units["name"].to_numpy(dtype=object)[assessed][short].tolist())
    per = rooms.classes_per_room
    return Verdict(
        outcome,
        good / n if n else None,
        f"{good}/{n}" if n else "",
        *zh_en(
            "indicators.guarantee.music_m_art_room",
            per=per,
            music_m2=f"{rooms.music_m2:g}",
            art_m2=f"{rooms.art_m2:g}",
        ),
        *zh_en(
            "indicators.guarantee.music_art_rooms_short",
            music=music,
            art=art,
            shown=names or NOTHING,
            missing=int(missing.sum()),
        ),
        *zh_en("indicators.guarantee.units", n=n),
        *zh_en("indicators.guarantee.every_stage_integrated_school"),
    )


def b4(case: Case) -> Verdict:
    """B4: no primary or junior school over 2000 pupils, no nine- or twelve-year school over 2500 (S:163).

    The compulsory stages of an integrated school count together; special schools are left out.
    """
    over = oversized_schools(case)
    shown = listed([f"{s.name}({s.pupils:,.0f})" for s in over])
    n = running_schools(case)
    cap = case.profile.school_cap
    return Verdict(
        decide(not over) if n else case.nothing,
        float(len(over)) if n else None,
        f"{len(over)}" if n else "",
        *zh_en(
            "indicators.guarantee.primary_junior_integrated",
            primary=f"{cap['primary']:,}",
            integrated=f"{cap['integrated']:,}",
        ),
        *zh_en("indicators.guarantee.oversized", over=len(over), shown=shown or NOTHING),
        *zh_en("indicators.guarantee.schools_both_stages_integrated", n=n),
        *zh_en("indicators.guarantee.twelve_year_schools_up", twelve_year=f"{cap['twelve_year']:,}"),
    )


def b5(case: Case) -> Verdict:
    """B5: every class at most 45 pupils (primary) or 50 (junior); private schools too, special schools not (S:167).

    A grade with pupils and no class counts as one that is over every cap.
    """
    classes = case.classes
    unseated = Text("indicators.guarantee.without_class", pupils=classes.unseated) if classes.unseated else ""
    total, over = len(classes.pupils), int(classes.over.sum())
    large, huge = int(classes.at_least("large").sum()), int(classes.at_least("super").sum())
    cap = case.profile.class_cap
    largest = int(classes.pupils[classes.seated].max(initial=0))
    first = case.profile.class_bands["largish"] + 1, case.profile.class_bands["large"] + 1
    return Verdict(
        decide(over == 0) if total else case.nothing,
        float(over) if total else None,
        f"{over}/{total}" if total else "",
        *zh_en("indicators.guarantee.primary_junior_no_class", primary=cap["primary"], junior=cap["junior"]),
        *zh_en(
            "indicators.guarantee.over_cap_more_more",
            over=over,
            first=first[0],
            large=large,
            first2=first[1],
            huge=huge,
            largest=largest,
            more=unseated,
        ),
        *zh_en("indicators.guarantee.classes", seated=int(classes.seated.sum())),
    )


def b6(case: Case) -> Verdict:
    """B6: rural primary schools and teaching points under 100 pupils are funded as 100 (S:171).

    A document decides (register ``funded_as_100``); the layout decides how many schools it concerns.
    """
    units, most = case.arrays, case.profile.small_school_pupils
    rural = units.point | (units.locale["rural"] & units.stage["primary"])
    small = units.pupils[rural & units.ordinary & (units.pupils > 0) & (units.pupils < most)]
    missing = int((most - small).sum())
    extra_zh, extra_en = zh_en(
        "indicators.guarantee.to_make_up", most=most, small=len(small), missing=missing
    )
    scope_zh, scope_en = zh_en("indicators.guarantee.units", n=len(small))
    return met_by_document(
        case,
        "B6",
        *zh_en("indicators.guarantee.under_pupils_funded_as", most=most),
        item="funded_as_100",
        extra_zh=extra_zh,
        extra_en=extra_en,
        scope_zh=scope_zh,
        scope_en=scope_en,
    )


def b13(case: Case) -> Verdict:
    """B13: nearby enrolment over urban and town public schools without boarding (S:199); see ``nearby``.

    Reading ``stage`` (default, national form): primary 100 %, junior 95 %; reading ``locale``: urban 100 %, town 95 %. Stock
    (all grades) decides, the intake is shown. Where homes are not known the register's ``nearby_*_rate`` serve. A group without
    pupils of counted units does not apply and decides nothing; where none applies, neither does the indicator.
    """
    nearby, figures = case.profile.nearby, case.figures
    by_locale = nearby.reading == "locale"
    ratio = nearby_by_locale if by_locale else nearby_by_stage
    stock, intake = ratio(case), ratio(case, grades=figures.grades.entries)
    asked = dict(zip(stock, (nearby.primary, nearby.junior), strict=True))
    registered = {k: case.entry("B13", f"nearby_{k}_rate") for k in stock}
    applies = {k: v for k, v in stock.items() if v is not None}
    known = {k: registered[k].value if math.isnan(v) else v for k, v in applies.items()}
    values = {k: v for k, v in known.items() if v is not None}
    outcome: Outcome = decide(all(v >= asked[k] for k, v in values.items())) if applies else case.nothing
    if outcome == "pass" and len(values) < len(known):
        outcome = "not_supplied"
    missing = {k: math.nan if v is None else v for k, v in known.items()}
    said: dict[str, float | None] = {k: missing.get(k) for k in stock}
    other = nearby_by_stage(case) if by_locale else nearby_by_locale(case)
    nearest = nearest_school_share(figures)
    assumed = figures.source == "assignment"
    tail = "" if math.isnan(nearest) else Text("indicators.guarantee.nearest_by_line", share=f"{nearest:.1%}")
    return Verdict(
        outcome,
        min(values.values()) if values else None,
        " / ".join(_percent(v, NONE_ZH) for v in said.values()) if values else "",
        *zh_en("indicators.guarantee.nearby_asked", asked=_shares(asked, "≥ {:.0%}")),
        *zh_en(
            "indicators.guarantee.all_grades_intake_other",
            said=_shares(said),
            intake=_shares(intake),
            other=_shares(other),
            tail=tail,
        ),
        *zh_en(
            "indicators.guarantee.urban_town_public",
            assumed=Text("indicators.guarantee.assumed_to_attend") if assumed else "",
        ),
        *zh_en(
            "indicators.guarantee.nearby_by_locale" if by_locale else "indicators.guarantee.nearby_by_stage"
        ),
        stale=any(registered[k].stale for k in known if registered[k].value is not None),
    )


def b15(case: Case) -> Verdict:
    """B15: at least 85 % of migrant children in public places (S:261), or in public and purchased ones (S:207).

    A document decides; the layout decides whether there are seats. The stricter reading counts public places only. When the
    wider rate is not supplied the public one serves as its lower bound.
    """
    wide = case.profile.readings.B15 == "public_or_purchased"
    limit = case.profile.thresholds["B15"]["migrant_public_rate"]
    both = case.entry("B15", "migrant_public_or_purchased_rate")
    short = sum(gap for _, gap in seat_balance(case, public=True).values())
    extra_zh, extra_en = zh_en(
        "indicators.guarantee.migrant_children",
        migrants=f"{case.figures.migrants:,.0f}",
        short=f"{short:,.0f}",
    )
    verdict = at_least(case, "B15", ["migrant_public_rate"], extra_zh=extra_zh, extra_en=extra_en)
    outcome, value, shown, stale = verdict.outcome, verdict.value, verdict.shown, verdict.stale
    if wide and both.value is not None:
        outcome, value, shown, stale = (
            decide(both.value >= limit),
            both.value,
            f"{both.value:.1%}",
            both.stale,
        )
    elif wide and outcome == "fail":
        outcome = "not_supplied"  # public places alone fall short; those that are purchased are not on record
    reading_zh, reading_en = zh_en(
        "indicators.guarantee.public_or_purchased" if wide else "indicators.guarantee.public_only"
    )
    return Verdict(
        outcome,
        value,
        shown,
        verdict.standard_zh,
        verdict.standard_en,
        verdict.evidence_zh,
        verdict.evidence_en,
        reading_zh=reading_zh,
        reading_en=reading_en,
        stale=stale,
    )


@dataclass(frozen=True)
class OversizedSchool:
    """A school with more pupils over its compulsory stages than its limit."""

    school: str
    name: str
    pupils: float
    limit: float


def oversized_schools(case: Case) -> list[OversizedSchool]:
    """Return the schools over their size limit, largest excess first (B4; S:163)."""
    units = case.arrays
    pupils = np.bincount(units.school, weights=units.pupils * units.ordinary, minlength=len(units.schools))
    limit = np.array([case.profile.school_limit(k) for k in units.kinds], dtype=float)
    over = np.flatnonzero(pupils > limit)
    over = over[np.argsort(limit[over] - pupils[over], kind="stable")]
    return [
        OversizedSchool(str(units.schools[i]), str(units.names[i]), float(pupils[i]), float(limit[i]))
        for i in over
    ]


def running_schools(case: Case) -> int:
    """Return how many schools have pupils, special schools left out."""
    units = case.arrays
    return len(np.unique(units.school[units.ordinary & (units.pupils > 0)]))


def seat_balance(case: Case, *, public: bool = False) -> dict[str, tuple[float, float]]:
    """Return by stage: seats (classes × cap) minus pupils, and the pupils above the seats of their unit and grade."""
    units = case.arrays
    counted = units.ordinary & units.public if public else units.ordinary
    result = {}
    for stage, cap in case.profile.class_cap.items():
        mine = (counted & units.stage[stage])[units.at] & (units.at >= 0)
        spare = (units.taught * cap - units.enrolled)[mine]
        result[stage] = (float(spare.sum()), float(0.0 - spare[spare < 0].sum()))
    return result


def within_radius(case: Case) -> dict[str, float]:
    """Return by stage the share of pupils whose way is no longer than the service radius, where ways are known."""
    table, result = case.figures.assignment, {}
    if not len(table):
        return {}
    distance, living = (table[c].to_numpy(dtype=float) for c in ("distance_m", "pupils"))
    stages = table["stage"].to_numpy(dtype=object)
    for stage, radius in case.profile.travel.service_radius_m.items():
        known = (stages == stage) & ~np.isnan(distance)
        pupils = living[known]
        if pupils.sum():
            result[stage] = float(pupils[distance[known] <= radius].sum() / pupils.sum())
    return result


def _stages_there(case: Case) -> dict[str, bool]:
    """Return by stage whether it has a school that is no special school."""
    return {s: bool((part & case.arrays.ordinary).any()) for s, part in case.arrays.stage.items()}


def _group(name: str) -> Text:
    """Return the word for a stage or a locale."""
    return Text(f"indicators.guarantee.group.{name}")


def _shares(values: Mapping[str, float | None], form: str = "{:.1%}") -> tuple[Text, ...]:
    """Return each group with its share; a dash where it is not known, "not applicable" where nobody is in it."""
    return tuple(
        Text(
            "indicators.guarantee.share_of",
            group=_group(k),
            share=NOBODY if v is None else "–" if math.isnan(v) else form.format(v),
        )
        for k, v in values.items()
    )


def _percent(value: float | None, nobody: str) -> str:
    return nobody if value is None else "–" if math.isnan(value) else f"{value:.1%}"


B1 = Indicator("B1", *zh_en("indicators.guarantee.b1.name"), "S:151", "layout", b1)
B3 = Indicator("B3", *zh_en("indicators.guarantee.b3.name"), "S:159", "layout", b3)
B4 = Indicator("B4", *zh_en("indicators.guarantee.b4.name"), "S:163", "layout", b4)
B5 = Indicator("B5", *zh_en("indicators.guarantee.b5.name"), "S:167", "layout", b5)
B6 = Indicator("B6", *zh_en("indicators.guarantee.b6.name"), "S:171", "partly", b6)
B13 = Indicator("B13", *zh_en("indicators.guarantee.b13.name"), "S:199", "layout", b13)
B15 = Indicator("B15", *zh_en("indicators.guarantee.b15.name"), "S:207", "partly", b15)
INDICATORS = (B1, B3, B4, B5, B6, B13, B15)
