"""Draw the county everybody can check by hand: six zones, two primary schools, one junior school.

      0     1     2     3 km            Squares of 1 km. Streets run between the centres only (==, ‖), so the way
    2 +-----+-----+-----+               from centre to centre is 1 km per step: Z1 → Z6 is 3 km.
      | Z4==|=Z5==|=Z6B |               A (Z1) and B (Z6) are primary schools with 6 rooms, C (Z2) is a junior
    1 +--‖--+--‖--+--‖--+               school with 6 rooms.
      | Z1A=|=Z2C=|=Z3  |               Today A takes Z1, Z2, Z4 and B takes Z3, Z5, Z6; C takes all.
    0 +-----+-----+-----+

Pupils of 2020 per grade: primary 20 in Z1 and Z6, 10 elsewhere (40 for A, 40 for B, one class each); junior 10 in
every zone (60 for C, two classes of 30). So A and B have 240 pupils in 6 classes, C has 180 in 6 classes.
Projects: P1 adds 2 rooms to A (4,000,000 yuan), P2 is a new primary school N with 6 rooms in the centre of Z3
(30,000,000 yuan); both from 2021, neither decided.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
from shapely.geometry import LineString, Point, box

from planning.district.model import District, DistrictInfo, Layer
from tests.district.frame import make_layer, make_table

CRS = "EPSG:32648"
ORIGIN = (600_000.0, 4_200_000.0)
ZONES = ("Z1", "Z2", "Z3", "Z4", "Z5", "Z6")
CATCHMENT = {"Z1": "A-P", "Z2": "A-P", "Z4": "A-P", "Z3": "B-P", "Z5": "B-P", "Z6": "B-P"}
PRIMARY_PER_GRADE = {"Z1": 20, "Z2": 10, "Z3": 10, "Z4": 10, "Z5": 10, "Z6": 20}
JUNIOR_PER_GRADE = 10


def at(x_km: float, y_km: float) -> tuple[float, float]:
    """Return the point so many kilometres east and north of the corner."""
    return ORIGIN[0] + 1000 * x_km, ORIGIN[1] + 1000 * y_km


def square(column: int, row: int):
    return box(*at(column, row), *at(column + 1, row + 1))


def centre(zone: str) -> Point:
    index = ZONES.index(zone)
    return Point(at(index % 3 + 0.5, index // 3 + 0.5))


def tiny_district() -> District:
    """Return the county of the drawing, a test's own copy; see the module's docstring for every number."""
    drawn = _drawn()
    frames = {n: f.copy() for n, f in vars(drawn).items() if isinstance(f, pd.DataFrame)}
    return replace(drawn, info=replace(drawn.info, layers=dict(drawn.info.layers)), **frames)


@cache
def _drawn() -> District:
    tables = _places() | _people() | _plans()
    names = sorted(tables)
    info = DistrictInfo(
        id="tiny",
        name="Tiny",
        name_zh="小县",
        base_year=2020,
        crs_metric=CRS,
        layers={
            name: Layer("synthetic", "drawn by hand", "CC0-1.0", "tests/district/tiny.py") for name in names
        },
    )
    return District(info=info, **tables)


def _places():
    roads = [("Z1", "Z2"), ("Z2", "Z3"), ("Z4", "Z5"), ("Z5", "Z6"), ("Z1", "Z4"), ("Z2", "Z5"), ("Z3", "Z6")]
    schools = [("A", "primary", "Z1"), ("B", "primary", "Z6"), ("C", "junior", "Z2")]
    return {
        "boundary": make_layer("boundary", [{"name": "小县"}], [box(*at(0, 0), *at(3, 2))], CRS),
        "townships": make_layer("townships", [{"township": "T1", "name": "小镇"}], [box(*at(0, 0), *at(3, 2))], CRS),
        "zones": make_layer(
            "zones",
            [
                {"zone": z, "name": f"小区{z[1]}", "township": "T1", "kind": "estate", "locale": "urban", "population": 1000.0,
                 "current_primary": CATCHMENT[z], "current_junior": "C-J"}
                for z in ZONES
            ],
            [square(i % 3, i // 3) for i in range(6)],
            CRS,
        ),
        "schools": make_layer(
            "schools",
            [{"school": s, "name": f"学校{s}", "kind": k, "township": "T1", "locale": "urban", "site_area_m2": 12_000.0}
             for s, k, _ in schools],
            [centre(z) for _, _, z in schools],
            CRS,
        ),
        "roads": make_layer(
            "roads",
            [{"road": f"R{i}", "road_class": "local"} for i in range(1, 8)],
            [LineString([centre(a), centre(b)]) for a, b in roads],
            CRS,
        ),
        "barriers": make_layer("barriers", [], [], CRS),
    }  # fmt: skip


def _people():
    pupils = [
        (z, g, PRIMARY_PER_GRADE[z] if g <= 6 else JUNIOR_PER_GRADE) for z in ZONES for g in range(1, 10)
    ]
    classes = [(u, g, 1, 40) for u in ("A-P", "B-P") for g in range(1, 7)]
    classes += [("C-J", g, n, 30) for g in (7, 8, 9) for n in (1, 2)]
    units = [("A-P", "A", "primary"), ("B-P", "B", "primary"), ("C-J", "C", "junior")]
    return {
        "zone_pupils": make_table(
            "zone_pupils", [{"zone": z, "year": 2020, "grade": g, "pupils": n} for z, g, n in pupils]
        ),
        "units": make_table(
            "units",
            [
                {"unit": u, "school": s, "stage": t, "rooms": 6, "music_rooms": 1, "art_rooms": 1}
                for u, s, t in units
            ],
        ),
        "classes": make_table(
            "classes",
            [{"unit": u, "year": 2020, "grade": g, "class_no": c, "pupils": n} for u, g, c, n in classes],
        ),
    }


def _plans():
    columns = ("teachers_qualified", "teachers_backbone", "teachers_arts", "teaching_area_m2", "sports_area_m2",
               "equipment_yuan", "network_rooms")  # fmt: skip
    # A: every resource reached; B: 10/240 = 4.17 qualified teachers per 100 misses 4.2; C: every resource reached
    amounts = {
        ("A", "primary"): (12, 3, 3, 1200, 1920, 720_000, 6),
        ("B", "primary"): (10, 3, 3, 1200, 1920, 720_000, 6),
        ("C", "junior"): (12, 2, 2, 1080, 1980, 540_000, 5),
    }
    projects = [
        {"project": "P1", "name": "A校扩建", "kind": "expansion", "school": "A", "rooms": 2, "cost_yuan": 4e6},
        {"project": "P2", "name": "新校N", "kind": "new", "school": "N", "rooms": 6, "cost_yuan": 30e6, "locale": "urban"},
    ]  # fmt: skip
    return {
        "resources": make_table(
            "resources",
            [{"school": s, "stage": t, **dict(zip(columns, map(float, a), strict=True))} for (s, t), a in amounts.items()],
        ),
        "projects": make_layer(
            "projects",
            [{"stage": "primary", "open_year": 2021, **p} for p in projects],
            [centre("Z1"), centre("Z3")],
            CRS,
        ),
        "births": make_table("births"),
        "housing": make_table("housing"),
        "register": make_table(
            "register",
            [{"indicator": "B7", "item": "special_per_pupil_yuan", "value": 6500.0, "date": "2020-09-01", "note": "=虚构"}],
        ),
    }  # fmt: skip
