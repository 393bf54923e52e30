"""Write a run by hand: six zones, two schools, every number worked out on paper.

    z10 z11 z12     squares of 100 m, streets on every border; homes join the street below them (50 m × 1.3)
    z00 z01 z02     S1 primary stands at (50, 10), S2 nine-year at (250, 190): 10 m × 1.3 from the street

Ten pupils a grade live in every zone, but forty in grade 1 of z00. S1 has six rooms: grade 1 of its catchment
(z00 z01 z10) counts 60 for 45 seats; ten are sent to S2, five go short. The junior section of S2 gets three rooms
by the optional project P1 and then two classes a grade. z11 moves from S1 to S2. S3 is private and carried along.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import yaml
from shapely.geometry import Point

from planning.district.model import District
from planning.district.schema import TABLE
from planning.errors import LayoutError
from planning.layout import ASSIGNMENT_COLUMNS, OVERFLOW_COLUMNS, PROJECT_COLUMNS, UNIT_COLUMNS, Layout
from planning.layout.reading import read_table
from planning.layout.schema import RUN_TABLES
from planning.scenario import Scenario
from planning.verify.evidence import Evidence
from planning.verify.gather import gather
from tests.travel.grid import CRS, grid_district

ZONES = ("z00", "z01", "z02", "z10", "z11", "z12")
TO_S1 = {"z00": 78.0, "z01": 178.0, "z10": 278.0}
TO_S2 = {"z00": 478.0, "z01": 378.0, "z02": 378.0, "z10": 378.0, "z11": 278.0, "z12": 278.0}


@cache
def county() -> District:
    base = grid_district(columns=3, rows=2)
    was = {"z00": "S1-P", "z01": "S1-P", "z10": "S1-P", "z11": "S1-P", "z02": "S2-P", "z12": "S2-P"}
    zones = base.zones.assign(current_primary=base.zones["zone"].map(was), current_junior="S2-J")
    pupils = [(z, 2020, g, 40 if (z, g) == ("z00", 1) else 10) for z in ZONES for g in range(1, 10)]
    schools = [
        ("S1", "primary", "public", (50, 10)),
        ("S2", "nine_year", "public", (250, 190)),
        ("S3", "primary", "private", (150, 150)),
    ]
    units = [("S1-P", "S1", "primary", 6, "catchment"), ("S2-P", "S2", "primary", 8, "catchment"),
             ("S2-J", "S2", "junior", 3, "catchment"), ("S3-P", "S3", "primary", 6, "none")]  # fmt: skip
    projects = [
        ("P1", "expansion", "S2", "junior", 3, 12e6, (250, 190)),
        ("P2", "new", "N1", "primary", 6, 30e6, (150, 60)),
    ]
    resources = dict.fromkeys(c.name for c in TABLE["resources"].columns[2:])
    return dataclasses.replace(
        base,
        zones=zones,
        zone_pupils=pd.DataFrame(pupils, columns=["zone", "year", "grade", "pupils"]).assign(migrant=0),
        schools=gpd.GeoDataFrame(
            {"school": [s[0] for s in schools], "name": [s[0] for s in schools], "kind": [s[1] for s in schools],
             "locale": "urban", "ownership": [s[2] for s in schools], "boarding": False, "senior_pupils": 0},
            geometry=[Point(s[3]) for s in schools], crs=CRS,
        ),
        units=pd.DataFrame(units, columns=["unit", "school", "stage", "rooms", "admission"]).assign(music_rooms=1, art_rooms=1),
        classes=pd.DataFrame(
            [(u, 2020, g, 1, n) for u, n in (("S1-P", 40), ("S3-P", 20)) for g in range(1, 7)],
            columns=["unit", "year", "grade", "class_no", "pupils"],
        ),
        projects=gpd.GeoDataFrame(
            {"project": [p[0] for p in projects], "name": ["扩建", "新建"], "kind": [p[1] for p in projects], "school": [p[2] for p in projects],
             "stage": [p[3] for p in projects], "locale": "urban", "music_rooms": 0, "art_rooms": 0, "rooms": [p[4] for p in projects], "cost_yuan": [p[5] for p in projects],
             "open_year": 2021, "fixed": False, **resources},
            geometry=[Point(p[6]) for p in projects], crs=CRS,
        ),
    )  # fmt: skip


def scenario() -> Scenario:
    return Scenario.model_validate(
        {
            "name": "hand", "district": "nowhere", "year": 2021, "demand": "register",
            "prices": {"shortage": 200, "oversize": 60, "nearby": 30, "overflow": 4},
            "projects": {"optional": "choose", "budget_yuan": 20e6}, "stability": {"max_moved_share": 0.2},
        }
    )  # fmt: skip


def assignment() -> pd.DataFrame:
    rows = []
    for zone in ZONES:
        unit = "S1-P" if zone in TO_S1 else "S2-P"
        sent = {"z00": 6.67, "z01": 1.67, "z10": 1.67}.get(zone, 0.0)
        pupils = 90 if zone == "z00" else 60
        was = "S2-P" if zone in ("z02", "z12") else "S1-P"
        rows.append((zone, "primary", unit, pupils, TO_S1.get(zone, TO_S2[zone]), False, sent, was, 1.0))
    rows += [(zone, "junior", "S2-J", 30, TO_S2[zone], False, 0.0, "S2-J", 1.0) for zone in ZONES]
    return pd.DataFrame(rows, columns=list(ASSIGNMENT_COLUMNS))


def unit_rows() -> pd.DataFrame:
    rows = []
    for grade in range(1, 7):
        one = grade == 1
        # unit, school, stage, year, grade, pupils, own, in, out, classes, cap, seats, shortage, oversize, rooms
        rows.append(
            (
                "S1-P",
                "S1",
                "primary",
                2021,
                grade,
                *((50, 50, 0, 10) if one else (30, 30, 0, 0)),
                1,
                45,
                45,
                5 if one else 0,
                0,
                6,
            )
        )
        rows.append(
            (
                "S2-P",
                "S2",
                "primary",
                2021,
                grade,
                *((40, 30, 10, 0) if one else (30, 30, 0, 0)),
                1,
                45,
                45,
                0,
                0,
                8,
            )
        )
        rows.append(("S3-P", "S3", "primary", 2021, grade, 20, 20, 0, 0, 1, 45, 45, 0, 0, 6))
        rows.append(("N1-P", "N1", "primary", 2021, grade, 0, 0, 0, 0, 0, 45, 0, 0, 0, 0))
    rows += [("S2-J", "S2", "junior", 2021, grade, 60, 60, 0, 0, 2, 50, 100, 0, 0, 6) for grade in (7, 8, 9)]
    return pd.DataFrame(rows, columns=list(UNIT_COLUMNS))


def summary() -> dict:
    return {
        "objective": 1772.558, "bound": 1700.0, "gap": 0.040934, "seconds": 1.0, "solver": "hand", "stopped_by": "gap",
        "objective_parts": {"travel": 185.46, "overflow": 43.498, "shortage": 1000.0, "classes": 3.6, "oversize": 0.0,
                            "nearby": 300.0, "money": 240.0},
        "years": [2021], "shortage_pupils": 5, "classes_over_cap": 1, "schools_over_size": 0,
        "nearby_ratio": {"primary": 0.974359, "junior": 1.0}, "contiguous": True, "closed_units": [],
        "indicators": {"passed": 29, "failed": 2, "not_supplied": 1}, "cost_yuan": 12e6, "moved_pupils": 60, "overflow_pupils": 10, "shared_pupils": 0,
        "mean_distance_m": {"primary": 231.8, "junior": 361.3}, "p95_distance_m": {"primary": 378.0, "junior": 478.0},
    }  # fmt: skip


def scorecard() -> pd.DataFrame:
    ids = [
        *(f"A{i}" for i in range(1, 8)),
        *(f"B{i}" for i in range(1, 16)),
        *(f"C{i}" for i in range(1, 10)),
        "D1",
    ]
    said = {"B5": "fail", "B13": "fail", "C1": "not_supplied"}
    return pd.DataFrame({"indicator": ids, "verdict": [said.get(i, "pass") for i in ids]})


def figures() -> pd.DataFrame:
    """What scorecard_figures.csv says; N1 is not built, so nothing of it stands."""
    rows: list[tuple[str, str, float]] = []
    for unit, pupils, rooms_cap in (("S1-P", 200, 270), ("S2-J", 180, 300), ("S2-P", 190, 360), ("S3-P", 120, 270)):  # fmt: skip
        full = unit == "S1-P"  # grade 1: 50 pupils in one class of 45
        values = {
            "pupils": pupils, "classes": 6, "load": pupils / rooms_cap, "normal": 5 if full else 6, "largish": int(full), "large": 0,
            "super": 0, "over_cap": int(full), "unseated": 0, "seats_short": 5 if full else 0,
        }  # fmt: skip
        rows += [(name, unit, value) for name, value in values.items()]
    rows += [("oversize", school, 0) for school in ("S1", "S2", "S3")]
    stock = {
        "primary": 380 / 390,
        "junior": 1.0,
        "urban": 560 / 570,
    }  # nobody attends a counted school of a town
    intake = {"primary": 80 / 90, "junior": 1.0, "urban": 140 / 150}
    rows += [("nearby_stock", *item) for item in stock.items()]
    rows += [("nearby_intake", *item) for item in intake.items()]
    rows += [("mean_distance_m", "primary", 90420 / 390), ("mean_distance_m", "junior", 65040 / 180)]
    rows += [("within_radius", "primary", 1.0), ("within_radius", "junior", 1.0)]
    return pd.DataFrame(rows, columns=["figure", "of", "value"])


def write_run(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    assignment().to_csv(folder / "assignment.csv", index=False)
    unit_rows().to_csv(folder / "units.csv", index=False)
    flows = pd.DataFrame([(2021, 1, "S1-P", "S2-P", 10, 349.8)], columns=list(OVERFLOW_COLUMNS))
    flows.to_csv(folder / "overflow.csv", index=False)
    projects = [
        ("P1", "扩建", "expansion", "S2", "junior", True, 2021, 3, 12e6),
        ("P2", "新建", "new", "N1", "primary", False, None, 6, 30e6),
    ]
    pd.DataFrame(projects, columns=list(PROJECT_COLUMNS)).to_csv(folder / "projects.csv", index=False)
    scorecard().to_csv(folder / "scorecard.csv", index=False)
    figures().to_csv(folder / "scorecard_figures.csv", index=False)
    (folder / "scenario.yaml").write_text(
        yaml.safe_dump(scenario().as_data(), allow_unicode=True), encoding="utf-8"
    )
    (folder / "summary.json").write_text(json.dumps(summary()), encoding="utf-8")
    return folder


def examined(folder: Path, district: District) -> Evidence:
    """Return a run with its district, also where its tables hold what reading refuses: a layout in memory may hold it."""
    try:
        return gather(folder, district)
    except LayoutError:
        tables = {table.name: read_table(folder / f"{table.name}.csv", table)[0] for table in RUN_TABLES}
        said = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        asked = Scenario.model_validate(said)
        layout = Layout(folder.name, said, summary=summary, path=folder, **tables)
        return Evidence(layout, district, asked, asked.profile())
