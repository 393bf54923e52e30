"""What a what-if scenario may change of a county, and the county and scenario that come of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planning.district import District
from planning.district.capacity import counted, grown
from planning.district.names import Names, Place
from planning.errors import DistrictError, Issue
from planning.messages import languages
from planning.scenario.parts import Prices
from planning.standards import Profile, read_profile
from planning.standards.money import money
from planning.yamlfile import read_yaml

PRICES = ("shortage", "oversize", "nearby", "overflow", "moved", "beyond_radius", "million_yuan")
"""Prices of the form; the others keep their defaults."""
_MOST_ZONES = 4000


def standards_of(run: Path) -> dict[str, Any]:
    """Return the settings of a plan that name its standards, as a scenario has them; a what-if keeps to them."""
    told = read_yaml((run / "scenario.yaml").read_text(encoding="utf-8"))
    carried = [str(p) for p in sorted((run / "standards").glob("*.yaml"))]
    found = {k: told[k] for k in ("standards", "standards_set") if k in told}
    return found | ({"standards": carried[-1]} if carried else {})


def profile_of(run: Path) -> Profile:
    """Return the standards that a plan works to."""
    told = standards_of(run)
    return read_profile(told["standards"], told.get("standards_set", {}))


def levers(district: District, profile: Profile) -> dict[str, Any]:
    """Return what a form offers: schools with their rooms (seats where these are capacity), projects, zones, prices, the unit of money."""
    district, unit = counted(district, profile.capacity), money(profile.currency)
    names = dict(
        zip(district.schools["school"].astype(str), district.schools["name"].astype(str), strict=True)
    )
    units = district.units
    projects = district.projects
    return {
        "year": district.info.base_year,
        "in_seats": profile.capacity == "seats",
        "money": {"scale": unit.scale, **{lang: unit.unit.text(lang) for lang in languages()}},
        "units": [
            {"unit": str(u), "name": names.get(str(s), str(s)), "stage": str(t), "rooms": int(r)}
            for u, s, t, r in zip(units["unit"], units["school"], units["stage"], units["rooms"], strict=True)
        ],
        "projects": [
            {
                "project": str(row["project"]),
                "name": str(row["name"]),
                "stage": str(row["stage"]),
                "fixed": bool(row["fixed"]),
                "year": int(row["open_year"]),
                "cost_yuan": None if pd.isna(row["cost_yuan"]) else float(row["cost_yuan"]),
            }
            for row in projects.to_dict("records")
        ],
        "zones": [
            [str(z), "" if pd.isna(n) else str(n)]
            for z, n in zip(district.zones["zone"], district.zones["name"], strict=True)
        ][:_MOST_ZONES],
        "prices": {k: getattr(Prices(), k) for k in PRICES},
    }


def changed_county(
    district: District, rooms: Mapping[str, int], homes: list[dict[str, Any]], capacity: str
) -> District:
    """Return a county with more or fewer classrooms in some units, and with new homes.

    Parameters
    ----------
    rooms : mapping of str to int
        Classrooms, or seats where these are counted, more (or less) by unit.
    homes : list of mapping
        ``zone`` (id or name), ``year`` of delivery, ``homes``.
    capacity : {"classes", "seats"}
        What the plan's standards count (:class:`planning.standards.Profile`).

    Raises
    ------
    DistrictError
        With every unit and zone that is not there, and every unit left with fewer than no rooms.
    """
    units, problems = district.units, []
    at = {str(u): n for n, u in enumerate(units["unit"])}
    now = counted(district, capacity).units["rooms"].astype(int).tolist()
    more = pd.Series(0, index=units.index)
    for unit, by in rooms.items():
        if unit not in at or now[at[unit]] + by < 0:
            problems.append(_no_rooms(unit, by))
        else:
            more.iloc[at[unit]] = by
    units = grown(units, more)
    names, rows = Names.of(district), []
    for home in homes:
        zone = names.zone(str(home["zone"]), Place("zones"))
        if isinstance(zone, str):
            rows.append({"zone": zone, "year": home["year"], "homes": home["homes"]})
        else:
            problems.append(zone)
    if problems:
        raise DistrictError(problems)
    return dataclasses.replace(district, units=units, housing=_with_homes(district.housing, rows))


def scenario_of(given: Mapping[str, Any], county: str, threads: int) -> dict[str, Any]:
    """Return the scenario that a form says, only what differs from the defaults."""
    projects = given["projects"]
    chosen = [p for p, how in projects.items() if how == "choose"]
    off = [p for p, how in projects.items() if how == "off"]
    if chosen:
        off += [p for p, how in projects.items() if how == "plan_off"]
    decided = {p: how for p, how in projects.items() if isinstance(how, int)}
    told: dict[str, Any] = {
        "name": given["name"],
        "title": given["name"],
        "title_zh": given["name"],
        "district": county,
        "year": given["year"],
        "catchments": given["catchments"],
        "births": given["births"],
        "demand": given["demand"],
        "missing_births": "hold",
        "projects": {
            "fixed": "build",
            "optional": "choose" if chosen else "skip",
            "exclude": off,
            "decided": decided,
            "budget_yuan": given["budget_yuan"],
        },
        "stability": {"max_moved_share": given["max_moved_share"]},
        "prices": given["prices"],
        **given["standards"],
        "solver": {"time_limit_s": given["seconds"], "threads": threads},
    }
    if given["horizon"]:
        told["horizon"] = given["horizon"]
    return told


def _with_homes(housing: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the homes with those added; more in the same zone and year are counted together."""
    if not rows:
        return housing
    table = housing.copy()
    for row in rows:
        same = (table["zone"] == row["zone"]) & (table["year"] == row["year"])
        if same.any():
            table.loc[same, "homes"] = table.loc[same, "homes"] + row["homes"]
        else:
            table = pd.concat([table, pd.DataFrame([row])], ignore_index=True).astype(
                {c: housing[c].dtype for c in ("zone", "year", "homes")}
            )
    return table


def _no_rooms(unit: str, by: int) -> Issue:
    return Issue("workbench.levers.no_such_rooms", "units", row=unit, value=str(by))
