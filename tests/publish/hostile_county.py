"""A county on disk whose texts and identifiers attack every program that shows them, as far as ``planning check`` lets them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import yaml
from shapely.geometry import LineString

from planning.district import District, write_district
from planning.district.schema import TABLE, TABLES
from tests.publish.hostile import PAYLOADS, free_texts
from tests.zoning.county import CRS, EAST, NORTH, project, small_county, with_projects

PATHS = ("../x", "C:\\x", "CON", "x.", "a/b", "~", "nul.txt", "..", "x" * 90, "%2e%2e%2f")
"""Identifiers that are paths somewhere; those of units and schools may not hold signs that join lists."""
MARKUP = (
    "<script>window.__ran=1</script>",
    "{{7*7}}",
    "\"onload='x",
    "[bold]x",
    "`id`",
    "$HOME",
    "<b>&amp;",
    "{%x%}",
    "#{1}",
    "]]>",
)
_REFERENCES = {
    "zone": {"zone": ("zones", "zone_pupils", "births", "housing")},
    "unit": {"unit": ("units", "classes"), "current_primary": ("zones",), "current_junior": ("zones",)},
    "school": {"school": ("schools", "units", "resources", "projects")},
    "township": {"township": ("townships", "zones", "schools")},
    "project": {"project": ("projects",)},
    "road": {"road": ("roads",)},
    "barrier": {"barrier": ("barriers",)},
}


def hostile_district(shift: int = 0) -> District:
    """Return the county of ``tests/zoning/county.py`` with every table filled and a payload in every free text and identifier."""
    district = _filled()
    turn = count(shift)
    tables = {t.name: getattr(district, t.name).copy() for t in TABLES if t.name != "projects"}
    tables["projects"] = district.projects.copy()
    for table, column in free_texts():
        frame = tables[table]
        said = [_allowed(next(turn)) for _ in range(len(frame))]
        if column == "unit_of_value":  # known items are refused in units that nobody knows
            said = [None] * (len(said) - 1) + said[-1:]
        frame[column] = said
    for kind, places in _REFERENCES.items():
        _rename(tables, kind, places, _names(kind, shift))
    info = replace(
        district.info, name=_allowed(next(turn)), name_zh=_allowed(next(turn)), note=_allowed(next(turn))
    )
    return replace(district, **tables, info=info)


def hostile_project(place: Path, shift: int = 0, **settings: Any) -> Path:
    """Write the county and a scenario whose titles are hostile too; return the scenario file."""
    district = hostile_district(shift)
    write_district(district, place / "county")
    titles = {key: _allowed(shift + 20 + k) for k, key in enumerate(("title", "title_zh"))}
    notice = {
        key: _allowed(shift + 30 + k)
        for k, key in enumerate(("issuer", "number", "window", "phone", "email", "address", "basis"))
    }
    base = {
        "name": "hostile",
        "district": "county",
        "year": 2020,
        "demand": "register",
        "catchments": "current",
    }
    file = place / "hostile.yaml"
    file.write_text(
        yaml.safe_dump(base | titles | {"notice": notice} | settings, allow_unicode=True), encoding="utf-8"
    )
    return file


def hostile_words(turn: int) -> str:
    """Return a payload as a person would type it into an option."""
    return _allowed(turn)


def _allowed(turn: int) -> str:
    return PAYLOADS[turn % len(PAYLOADS)].strip()


def _names(kind: str, shift: int) -> Iterator[str]:
    listed = kind in ("unit", "school")
    found = [n for pair in zip(PATHS, MARKUP, strict=True) for n in pair]
    found = [n for n in found if not (listed and set(n) & set(";,、|/"))]
    turned = found[shift % len(found) :] + found[: shift % len(found)]
    yield from turned
    yield from (f"{n}{k}" for k in count() for n in turned)


def _rename(
    tables: dict[str, Any], kind: str, places: dict[str, tuple[str, ...]], fresh: Iterator[str]
) -> None:
    new: dict[str, str] = {}
    for column, names in places.items():
        for name in names:
            old = [v if isinstance(v, str) and v else None for v in tables[name][column]]
            new |= {v: next(fresh) for v in dict.fromkeys(old) if v is not None and v not in new}
            tables[name][column] = [None if v is None else new[v] for v in old]


def _filled() -> District:
    district = small_county(current="AABAAB")
    district = with_projects(
        district,
        project("P1", "expansion", "A", 2, 4e6, (0, 0)),
        project("P2", "new", "N", 6, 3e7, (2, 0)),
    )
    zones = list(district.zones["zone"])
    amounts = {
        "teachers_qualified": 30.0,
        "teachers_backbone": 10.0,
        "teachers_arts": 10.0,
        "network_rooms": 14.0,
    }
    amounts |= {"teaching_area_m2": 3000.0, "sports_area_m2": 4000.0, "equipment_yuan": 1.2e6}
    register = [
        ("B7", "special_per_pupil_yuan", 6500.0),
        ("B6", "small_school_funded_pupils", 100.0),
        ("C1", "retention_rate", 0.97),
    ]
    register.append(("{{7*7}}", "<script>window.__ran=1</script>", 1.0))
    return replace(
        district,
        resources=_table(
            "resources",
            [
                {"school": s, "stage": t, **amounts}
                for s, t in (("A", "primary"), ("B", "primary"), ("C", "junior"))
            ],
        ),
        births=_table(
            "births", [{"zone": z, "year": y, "births": 20} for z in zones for y in range(2008, 2021)]
        ),
        housing=_table(
            "housing",
            [{"zone": zones[0], "year": 2021, "homes": 100, "primary_yield": 0.3, "junior_yield": 0.1}],
        ),
        register=_table(
            "register",
            [{"indicator": i, "item": n, "value": v, "date": "2020-09-01"} for i, n, v in register],
        ),
        barriers=gpd.GeoDataFrame(
            {"barrier": ["W1", "W2"], "name": ["x", "y"], "kind": ["canal", "railway"]},
            geometry=[
                LineString([(EAST + 100, NORTH), (EAST + 100, NORTH + 200)]),
                LineString([(EAST, NORTH + 1990), (EAST + 300, NORTH + 1990)]),
            ],
            crs=CRS,
        ),
    )


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=[c.name for c in TABLE[name].columns])
