"""Ask what few counties ask: other grades, schools beside the zoning, decided closings, boarding and buses, own prices, bridges."""

from __future__ import annotations

from typing import Any

from tests.differential.draft import BASE, Draft

SPANS = ("1-5, 6-9", "K-5, 6-8", "1-4, 5-8", "K-8", "1-6, 7-12", "2-3")
"""Grades of the stages of a county; one stage where there is one span."""


def set_apart(draft: Draft) -> None:
    """Let a unit take no pupils by catchment, of a stage that keeps another which does."""
    stage = str(draft.rng.choice(draft.stages))
    mine = draft.zoned(stage)
    if len(mine) < 2:
        return
    name = str(draft.rng.choice(mine))
    unit = next(u for u in draft.units if u["unit"] == name)
    unit["admission"] = str(draft.rng.choice(["county", "none"]))
    if draft.rng.random() < 0.5:
        school = next(s for s in draft.schools if s["school"] == unit["school"])
        school["ownership"] = "private"


def add_rarer(draft: Draft, settings: dict[str, Any]) -> None:
    """Add to a scenario what its county's traits ask for beside the usual."""
    if draft.has("boarding"):
        _boarding(draft, settings)
    if draft.has("closed"):
        _closed(draft, settings)
    if draft.has("prices"):
        _prices(draft, settings)
    if draft.has("settings"):
        _settings(draft, settings)


def _boarding(draft: Draft, settings: dict[str, Any]) -> None:
    """Let small schools close where pupils may ride or board."""
    rng = draft.rng
    small = {"close": "choose", "kinds": ["primary", "junior", "nine_year"], "below_pupils": int(rng.integers(100, 1500)),
             "max_walk_m": float(rng.choice([500, 1000, 2000])), "bus_max_m": [None, 1500.0, 4000.0][int(rng.integers(0, 3))],
             "boarding_from_grade": [None, 4, 5, 7][int(rng.integers(0, 4))]}  # fmt: skip
    settings["small_schools"] = small
    settings["prices"]["closure_saving"] = float(rng.choice([40.0, 400.0]))
    for school in draft.schools:
        school["boarding"] = bool(rng.random() < 0.4)


def _closed(draft: Draft, settings: dict[str, Any]) -> None:
    """Decide that a unit closes, in a year of the plan or the one after, of a stage that keeps another."""
    rng = draft.rng
    stage = str(rng.choice(draft.stages))
    mine = draft.zoned(stage)
    if len(mine) < 2:
        return
    last = settings.get("horizon", settings["year"])
    small = settings.setdefault("small_schools", {})
    small["closed"] = {str(rng.choice(mine)): int(rng.integers(settings["year"], last + 2))}


def _prices(draft: Draft, settings: dict[str, Any]) -> None:
    rng = draft.rng
    drawn = {
        "shortage": (5.0, 20.0, 200.0), "oversize": (0.0, 5.0, 60.0), "nearby": (0.0, 1.0, 30.0), "overflow": (0.0, 0.3, 8.0), "barrier": (0.0, 3.0),
        "beyond_radius": (0.0, 2.0), "class": (0.0, 3.0), "million_yuan": (0.0, 2.0, 100.0), "moved": (0.0, 8.0),
    }  # fmt: skip
    for name, values in drawn.items():
        if rng.random() < 0.5:
            settings["prices"][name] = float(rng.choice(values))


def _settings(draft: Draft, settings: dict[str, Any]) -> None:
    """Join zones that do not touch, let railways part nothing or cost nothing, forbid long walks, name projects by hand."""
    rng, zones = draft.rng, list(draft.cells.values())
    contiguity = settings.setdefault("contiguity", {})
    if rng.random() < 0.4:
        contiguity["bridges"] = [[str(z) for z in rng.permutation(zones)[:2]]]
    if rng.random() < 0.3:
        contiguity["cut_by"] = []
    if rng.random() < 0.3:
        settings["travel"]["barriers"] = False
    if rng.random() < 0.4:
        settings["candidates"]["max_distance_m"] = float(rng.choice([600, 1500, 3000]))
    if "horizon" in settings:
        settings["demand"] = str(rng.choice(["low", "high", "register"]))
        settings["births"] = float(rng.choice([0.8, 1.0, 1.3]))
    named = [str(p["project"]) for p in draft.projects if not p["fixed"]]
    if named and rng.random() < 0.6:
        how = str(rng.choice(["only", "exclude", "decided"]))
        one = str(rng.choice(named))
        opens = next(int(p["open_year"]) for p in draft.projects if p["project"] == one)
        settings["projects"][how] = (
            {one: max(BASE, opens) + int(rng.integers(0, 2))} if how == "decided" else [one]
        )
