"""Make layouts by hand over the six-zone county, for the tests of what people see."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from planning.district import District
from planning.layout import Layout
from tests.district.tiny import CATCHMENT, JUNIOR_PER_GRADE, PRIMARY_PER_GRADE, ZONES, tiny_district

NASTY = "<script>alert(1)</script>\"'&=cmd"


def layout_of(primary: dict[str, str] | None = None, *, name: str = "toy") -> Layout:
    """Return a layout with these primary catchments (today's by default); C takes every junior."""
    primary = primary or CATCHMENT
    rows = [
        (z, "primary", primary[z], 6 * PRIMARY_PER_GRADE[z], 1000.0, False, 0.0, CATCHMENT[z]) for z in ZONES
    ]
    rows += [(z, "junior", "C-J", 3 * JUNIOR_PER_GRADE, 1500.0, False, 0.0, "C-J") for z in ZONES]
    columns = [
        "zone",
        "stage",
        "unit",
        "pupils",
        "distance_m",
        "crosses_barrier",
        "overflow",
        "previous_unit",
    ]
    assignment = pd.DataFrame(rows, columns=columns)
    units = []
    for unit in sorted(set(assignment["unit"])):
        stage = "junior" if unit.endswith("J") else "primary"
        here = assignment[(assignment["unit"] == unit) & (assignment["stage"] == stage)]
        grades, cap = ((7, 8, 9), 50) if stage == "junior" else (range(1, 7), 45)
        for g in grades:
            pupils = int(here["pupils"].sum()) // len(grades)
            classes = 2 if stage == "junior" else 1
            short = max(0, pupils - classes * cap)
            units.append(
                (
                    unit,
                    unit[0],
                    stage,
                    2021,
                    g,
                    pupils,
                    pupils,
                    0,
                    0,
                    classes,
                    cap,
                    classes * cap,
                    short,
                    0,
                    6,
                )
            )
    names = ["unit", "school", "stage", "year", "grade", "pupils", "own", "overflow_in", "overflow_out", "classes", "cap",
             "seats", "shortage", "oversize", "rooms"]  # fmt: skip
    projects = pd.DataFrame(
        [("P1", "A校扩建", "expansion", "A", "primary", True, 2021, 2, 4e6), ("P2", "新校N", "new", "N", "primary", False, pd.NA, 6, 3e7)],
        columns=["project", "name", "kind", "school", "stage", "built", "year", "rooms", "cost_yuan"],
    )  # fmt: skip
    summary = {
        "shortage_pupils": 0,
        "classes_over_cap": 0,
        "nearby_ratio": {"primary": 1.0, "junior": 1.0},
        "cost_yuan": 4e6,
    }
    scenario = {"name": name, "title_zh": "测试方案", "title": "Test", "year": 2021}
    return Layout(
        name, scenario, assignment, pd.DataFrame(), pd.DataFrame(units, columns=names), projects, summary
    )


def nasty_district() -> District:
    """Return the county with names that would run if a page or a sheet let them."""
    district = tiny_district()
    return replace(
        district,
        zones=district.zones.assign(name=NASTY),
        schools=district.schools.assign(name=[NASTY + s for s in district.schools["school"]]),
        townships=district.townships.assign(name=NASTY),
        info=replace(district.info, name_zh="小县" + NASTY, note=NASTY),
    )


def sharing(layout: Layout, units: tuple[str, ...] = ("A-P", "B-P"), zones: tuple[str, ...] = ()) -> Layout:
    """Return the layout with zones (all of these units by default) shared by the units, pupils in equal parts."""
    table = layout.assignment
    mine = (
        table["unit"].isin(units) if not zones else table["zone"].isin(zones) & (table["stage"] == "primary")
    )
    parts = [
        table[mine].assign(unit=u, pupils=table["pupils"] // len(units), share=1 / len(units)) for u in units
    ]
    return replace(layout, assignment=pd.concat([table[~mine].assign(share=1.0), *parts], ignore_index=True))


def overlap_m2(catchments: gpd.GeoDataFrame) -> float:
    """Return the area that lies in more than one catchment, square metres."""
    return float(catchments.area.sum() - catchments.union_all().area)
