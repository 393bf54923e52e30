"""Make up what a scenario asks: its settings, projects with money, and areas that it declares shared."""

from __future__ import annotations

from typing import Any

import numpy as np
from shapely.geometry import Point

from planning.district.schema import TABLE
from tests.differential.draft import BASE, Draft, middle


def settings_of(draft: Draft) -> dict[str, Any]:
    """Return the scenario of a kind, as it is written in a file."""
    rng = draft.rng
    settings: dict[str, Any] = {
        "district": "made-up", "year": BASE, "demand": "register", "stages": draft.stages,
        "travel": {"mode": "straight", "detour": round(float(rng.uniform(1.0, 1.5)), 2)},
        "solver": {"gap": 0.0, "time_limit_s": 15.0, "threads": 1},
        "candidates": {"nearest": int(rng.integers(1, 4)) if draft.has("nearest") or rng.random() < 0.2 else 10},
        "overflow": {"allowed": bool(rng.random() < 0.75), "nearest": int(rng.integers(1, 4)), "max_distance_m": float(rng.choice([1500, 3000, 6000]))},
        "radius": {"enabled": bool(rng.random() < 0.7), "hard": bool(rng.random() < 0.1), "locales": ["urban", "town"]},
        "prices": {"moved": float(rng.choice([0.0, 0.5, 2.0]))},
    }  # fmt: skip
    if rng.random() < 0.1:
        settings["contiguity"] = {"enabled": False}
    if rng.random() < 0.1:
        settings["catchments"] = "current"
    if rng.random() < 0.12:
        settings["stability"] = {"max_moved_share": round(float(rng.uniform(0.1, 0.8)), 2)}
    if draft.has("nine_year") or rng.random() < 0.2:
        caps = {"primary": int(rng.integers(150, 900)), "junior": int(rng.integers(100, 500))}
        settings["standards_set"] = {
            "school_cap": caps | {"integrated": max(*caps.values(), int(rng.integers(200, 900)))}
        }
    if draft.has("nested"):
        settings["feeder"] = "nested"
        settings["candidates"] = {"nearest": int(rng.integers(1, 5))}
    if draft.has("several_years"):
        settings |= {
            "demand": "medium",
            "year": BASE + int(rng.integers(0, 2)),
            "enrolled": "follow" if draft.has("follow") else "stay",
        }
        settings["horizon"] = settings["year"] + int(rng.integers(1, 3))
        settings["class_caps"] = str(rng.choice(["standard", "path", "path_entry"]))
    if draft.has("phases"):
        settings["phases"] = [settings["year"] + 1]
        settings.pop("stability", None)
        settings["catchments"] = "free"
        if rng.random() < 0.5:
            settings["stability"] = {"max_moved_share_between": round(float(rng.uniform(0.2, 0.8)), 2)}
    if draft.has("hard"):
        rules = ["class_size", "school_size", "nearby"]
        settings["hard"] = [r for r in rules if rng.random() < 0.5] or ["class_size"]
    if draft.has("floors", "passes"):
        settings["resources"] = {"mode": "floors" if draft.has("floors") else "pass"}
        settings["prices"] |= {
            "starved": float(rng.choice([0.5, 2.0, 10.0])),
            "unit_pass": float(rng.choice([20.0, 100.0, 400.0])),
        }
    if draft.has("seats"):
        settings["standards"] = "seats"
        settings.setdefault("standards_set", {})["not_applicable"] = []
    if draft.has("closures") or (draft.has("even") and rng.random() < 0.4):
        settings["small_schools"] = {
            "close": "choose", "kinds": ["teaching_point" if draft.has("closures") else "primary"], "below_pupils": int(rng.integers(50, 2000)),
            "max_walk_m": float(rng.choice([1000, 2000, 4000])),
        }  # fmt: skip
    if draft.has("closures") or rng.random() < 0.05:
        settings["prices"]["closure_saving"] = float(rng.choice([40.0, 120.0]))
    _even_or_compact(draft, settings)
    return settings


def _even_or_compact(draft: Draft, settings: dict[str, Any]) -> None:
    """Ask for compact catchments and for schools filled alike, by an own share or by the county's."""
    rng = draft.rng
    if draft.has("compact") or (draft.has("even") and rng.random() < 0.5):
        settings["compactness"] = {"enabled": True}
        settings["prices"]["spread"] = float(rng.choice([0.1, 0.5, 2.0]))
    if draft.has("even"):
        settings["balance"] = {"enabled": True, "tolerance": float(rng.choice([0.0, 0.05, 0.2]))}
        settings["prices"]["uneven"] = float(rng.choice([0.5, 1.0, 5.0]))
        if rng.random() < 0.3:
            settings["balance"]["above"] = round(float(rng.uniform(0.5, 1.0)), 2)


def add_projects(draft: Draft, settings: dict[str, Any]) -> None:
    """Make projects up, and the money for them."""
    rng = draft.rng
    if not draft.has("budget", "closures", "nine_year", "locks_stay", "even") and rng.random() < 0.75:
        return
    fresh = {c.name: None for c in TABLE["projects"].columns}
    years = [settings["year"], settings.get("horizon", settings["year"])]
    for n in range(int(rng.integers(2, 5)) if draft.has("budget") else int(rng.integers(1, 3))):
        unit = draft.units[int(rng.integers(0, len(draft.units)))]
        sort = str(
            rng.choice(
                ["expansion", "expansion", "new", "closure"]
                if not draft.has("closures")
                else ["closure", "closure", "expansion"]
            )
        )
        if draft.has("nine_year") and len(draft.stages) == 2 and n == 0:
            sort = "conversion"
        rooms = int(rng.integers(3, 13))
        row = fresh | {
            "project": f"P{n}", "name": f"合成项目{n}", "kind": sort, "school": unit["school"], "stage": unit["stage"], "locale": "urban",
            "rooms": 0 if sort == "closure" else rooms, "cost_yuan": 0.0 if sort == "closure" else float(rng.integers(1, 9) * 1e6),
            "open_year": int(rng.integers(max(BASE, years[0]), years[1] + 1)), "fixed": bool(rng.random() < 0.3),
        }  # fmt: skip
        if draft.has("seats"):
            row |= {"rooms": 0, "capacity": 0 if sort == "closure" else 20 * rooms}
        if sort == "closure" and any(p["kind"] == "closure" for p in draft.projects):
            continue
        if sort == "new":
            cell = list(draft.cells)[int(rng.integers(0, len(draft.cells)))]
            row |= {"school": f"N{n}", "geometry": Point(*middle(draft, cell, 0.5))}
        elif sort == "conversion":
            alone = [u for u in draft.units if sum(v["school"] == u["school"] for v in draft.units) == 1]
            if not alone:
                continue
            row |= {
                "school": alone[0]["school"],
                "stage": "junior" if alone[0]["stage"] == "primary" else "primary",
            }
        if row["geometry"] is None if "geometry" in row else True:
            row["geometry"] = next(s["geometry"] for s in draft.schools if s["school"] == row["school"])
        draft.projects.append(row)
    settings["projects"] = {
        "fixed": str(rng.choice(["build", "build", "choose"])),
        "optional": str(rng.choice(["choose", "choose", "skip"])),
    }
    cost = sum(p["cost_yuan"] for p in draft.projects)
    if draft.has("budget") or rng.random() < 0.3:
        settings["projects"]["budget_yuan"] = float(round(cost * rng.uniform(0.3, 0.9)))
    if "horizon" in settings and rng.random() < 0.5:
        settings["projects"]["budget_by_year"] = {
            settings["year"]: float(round(cost * rng.uniform(0.2, 0.8)))
        }


def declare_shared(draft: Draft, settings: dict[str, Any], current: dict[str, list[str]]) -> None:
    """Declare areas shared by the scenario: zones with units, or units with the catchments they have; sometimes instead of today's."""
    rng, zones = draft.rng, list(draft.cells.values())
    entries: list[Any] = []
    for stage in draft.stages:
        units = draft.zoned(stage)
        for _ in range(int(rng.integers(1, 3))):
            if len(units) < 2:
                continue
            members = [str(u) for u in rng.permutation(units)[: int(rng.integers(2, min(3, len(units)) + 1))]]
            held = any(text and set(text.split(";")) <= set(members) for text in current[stage])
            if held and rng.random() < 0.3:
                entries.append(members)
            else:
                chosen = rng.permutation(zones)[: int(rng.integers(1, 4))]
                entries.append({"zones": [str(z) for z in chosen], "units": members})
    settings["shared"] = entries
    settings["shared_today"] = bool(rng.random() < 0.6)


def _drawn(rng: np.random.Generator, zones: list[str], alike: list[str], part: str) -> list[str]:
    others = [z for z in zones if z not in alike]
    if part == "together" or not others:
        return [str(z) for z in rng.permutation(alike if len(alike) > 1 else zones)[:2]]
    return [str(rng.choice(alike)), str(rng.choice(others))]


def _shared(zone: str, today: str, settings: dict[str, Any]) -> bool:
    """Tell whether a zone is shared by today's catchments or by an entry of the scenario."""
    for entry in settings.get("shared", ()):
        if (
            zone in entry["zones"]
            if isinstance(entry, dict)
            else today and set(today.split(";")) <= set(entry)
        ):
            return True
    return ";" in today


def add_locks(draft: Draft, settings: dict[str, Any], current: dict[str, list[str]]) -> None:
    """Lock zones and units: given to a unit (mostly today's, so that plans exist), kept from one, frozen, together, apart; no lock names a shared zone."""
    rng, every = draft.rng, list(draft.cells.values())
    whole = [
        not any(_shared(zone, current[stage][k], settings) for stage in draft.stages)
        for k, zone in enumerate(every)
    ]
    zones = [z for z, free in zip(every, whole, strict=True) if free]
    locks: dict[str, Any] = {"zones": {}, "not": {}, "frozen": [], "together": [], "apart": []}

    def some(least: int, most: int) -> list[str]:
        return [str(z) for z in rng.permutation(zones)[: int(rng.integers(least, most + 1))]]

    for stage in draft.stages:
        units = draft.zoned(stage)
        today = dict(zip(every, current[stage], strict=True))
        for zone in some(0, 1):
            own = [u for u in today[zone].split(";") if u]
            unit = rng.choice(own if own and rng.random() < 0.8 else units)
            locks["zones"].setdefault(zone, []).append(str(unit))
        for zone in some(0, 2):
            others = [u for u in units if u not in today[zone].split(";")]
            unit = rng.choice(others if others and rng.random() < 0.7 else units)
            locks["not"].setdefault(zone, []).append(str(unit))
        held = sorted({unit for text in current[stage] for unit in text.split(";") if unit})
        if held and rng.random() < 0.2:
            locks["frozen"].append(str(rng.choice(held)))
    for part in ("together", "apart"):
        if rng.random() < 0.5 and len(zones) > 1:
            stage = str(rng.choice([*draft.stages, "every"]))
            named = current[draft.stages[0] if stage == "every" else stage]
            column = [text for text, free in zip(named, whole, strict=True) if free]
            alike = [z for z, unit in zip(zones, column, strict=True) if unit == column[0]]
            # zones of one catchment of today can mostly stay together, zones of two can mostly stay apart
            drawn = some(2, 3) if rng.random() < 0.3 else _drawn(rng, zones, alike, part)
            locks[part].append({"zones": drawn} | ({} if stage == "every" else {"stage": stage}))
    settings["locks"] = locks
    if rng.random() < 0.8:  # today's catchments break most locks
        settings["catchments"] = "free"
