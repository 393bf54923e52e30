"""Make up small random counties, each of one kind of difficulty; a seed gives the same county again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point, box

from planning.district import District, DistrictInfo
from planning.district.schema import GRADES, TABLE
from planning.scenario import Scenario

CRS = "EPSG:32648"
EAST, NORTH = 600_000.0, 4_200_000.0
BASE = 2020
KINDS = (
    "roomy", "tight", "short", "nine_year", "shared", "nested", "budget", "closures",
    "follow", "stay", "phases", "islands", "nearest", "hard",
)  # fmt: skip
Pair = frozenset[str]


@dataclass(frozen=True)
class Case:
    """A county with a question; ``adjacent`` are the zones that share a border no barrier cuts, true by construction."""

    kind: str
    seed: int
    district: District
    scenario: Scenario
    adjacent: frozenset[Pair]


@dataclass
class _Draft:
    """A county while it is made up."""

    rng: np.random.Generator
    cells: dict[tuple[int, int], str]
    xs: list[float]
    ys: list[float]
    stages: list[str]
    schools: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    cut_column: int = -1
    crossings: set[int] = field(default_factory=set)


def made(kind: str, seed: int, *, seconds: float = 15.0) -> Case:
    """Return the county of a kind and a seed; ``seconds`` are the solver's."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    draft = _ground(kind, rng)
    _schools(kind, draft)
    pupils = _pupils(kind, draft)
    _rooms(kind, draft, pupils)
    settings = _settings(kind, draft)
    settings["solver"]["time_limit_s"] = seconds
    _projects(kind, draft, settings)
    if kind not in ("islands", "phases") and rng.random() < 0.25:
        _railway(draft)
    current = _current(kind, draft)
    district = _district(draft, pupils, current)
    return Case(kind, seed, district, Scenario.model_validate(settings), _adjacent(draft))


def _ground(kind: str, rng: np.random.Generator) -> _Draft:
    wide, high = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    while not 6 <= wide * high <= (12 if kind in ("nested", "follow", "stay", "phases", "nine_year") else 14):
        wide, high = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    xs = [0.0, *np.cumsum(rng.integers(300, 1500, wide)).tolist()]
    ys = [0.0, *np.cumsum(rng.integers(300, 1500, high)).tolist()]
    cells = {(c, r): f"Z{r}{c}" for r in range(high) for c in range(wide)}
    two = kind in ("nested", "nine_year") or rng.random() < 0.15
    draft = _Draft(rng, cells, xs, ys, ["primary", "junior"] if two else ["primary"])
    if kind == "islands":
        # one or two columns beyond water: 400 m of nothing
        gone = int(rng.integers(1, wide)) if wide > 1 else 1
        draft.xs = [x + (400.0 if k >= gone else 0.0) for k, x in enumerate(xs)]
        draft.xs.insert(gone, xs[gone])
        shifted = {(c + (1 if c >= gone else 0), r): n for (c, r), n in cells.items()}
        draft.cells = shifted
    elif rng.random() < 0.4:
        # a hole or a bite, as long as the county hangs together
        for spot in rng.permutation(len(cells))[:2]:
            rest = {k: v for n, (k, v) in enumerate(draft.cells.items()) if n != spot}
            if len(rest) >= 6 and len(_parts(_touching(rest), rest)) == 1:
                draft.cells = rest
                break
    return draft


def _touching(cells: dict[tuple[int, int], str]) -> set[Pair]:
    found = set()
    for (c, r), name in cells.items():
        for other in ((c + 1, r), (c, r + 1)):
            if other in cells:
                found.add(frozenset((name, cells[other])))
    return found


def _parts(pairs: set[Pair], cells: dict[tuple[int, int], str]) -> list[set[str]]:
    left, found = set(cells.values()), []
    while left:
        part, edge = set(), {min(left)}
        while edge:
            part |= edge
            edge = {b for p in pairs if p & edge for b in p} - part
        found.append(part)
        left -= part
    return found


def _adjacent(draft: _Draft) -> frozenset[Pair]:
    """Return the pairs with a common side, less those a railway without a crossing runs between."""
    cut = set()
    for (c, r), name in draft.cells.items():
        if c == draft.cut_column and r not in draft.crossings and (c + 1, r) in draft.cells:
            cut.add(frozenset((name, draft.cells[c + 1, r])))
    return frozenset(_touching(draft.cells) - cut)


def _middle(draft: _Draft, cell: tuple[int, int], spread: float = 0.0) -> tuple[float, float]:
    c, r = cell
    x0, x1, y0, y1 = draft.xs[c], draft.xs[c + 1], draft.ys[r], draft.ys[r + 1]
    u, v = (0.5 + spread * (draft.rng.random(2) - 0.5)).tolist()
    return EAST + x0 + u * (x1 - x0), NORTH + y0 + v * (y1 - y0)


def _schools(kind: str, draft: _Draft) -> None:
    rng = draft.rng
    cells = list(draft.cells)
    count = int(rng.integers(2, 5))
    spots = [cells[k] for k in rng.permutation(len(cells))[:count]]
    if rng.random() < 0.15:  # two schools in one zone
        spots[1] = spots[0]
    for n, spot in enumerate(spots):
        stages = _stages_of(kind, draft, n)
        school = {
            "school": f"S{n}", "name": f"合成学校{n:02d}", "township": "T1", "locale": str(rng.choice(["urban", "urban", "town", "rural"])),
            "ownership": "public", "boarding": bool(rng.random() < 0.1), "senior_pupils": 0, "site_area_m2": 20_000.0, "real_code": pd.NA,
            "kind": "nine_year" if len(stages) == 2 else stages[0],
            "geometry": Point(*_middle(draft, spot, 0.6)), "cell": spot,
        }  # fmt: skip
        if kind == "closures" and n and rng.random() < 0.7:
            school["kind"] = "teaching_point"
        draft.schools.append(school)
        draft.units += [{"unit": f"S{n}-{s[0].upper()}", "school": f"S{n}", "stage": s} for s in stages]


def _stages_of(kind: str, draft: _Draft, n: int) -> list[str]:
    if draft.stages == ["primary"]:
        return ["primary"]
    if n == 0:
        return ["primary", "junior"] if kind == "nine_year" or draft.rng.random() < 0.3 else ["junior"]
    if n == 1:
        return ["primary"]
    return [["primary"], ["junior"], ["primary", "junior"]][int(draft.rng.integers(0, 3))]


def _pupils(kind: str, draft: _Draft) -> pd.DataFrame:
    rng = draft.rng
    rows = []
    for zone in draft.cells.values():
        size = rng.integers(4, 30)
        empty = rng.random() < 0.06
        for grade in range(1, 10):
            n = 0 if empty else int(max(0, rng.normal(size, 0.2 * size)))
            rows.append((zone, BASE, grade, n, 0))
    return pd.DataFrame(rows, columns=["zone", "year", "grade", "pupils", "migrant"])


def _rooms(kind: str, draft: _Draft, pupils: pd.DataFrame) -> None:
    """Deal out classrooms: what all classes need over the county, times how roomy the kind is."""
    rng = draft.rng
    of_kind = {"short": (0.7, 0.95), "tight": (0.98, 1.08), "roomy": (1.3, 1.8), "hard": (0.95, 1.3)}
    low, high = of_kind.get(kind, (0.85, 1.35))
    for stage in draft.stages:
        mine = [u for u in draft.units if u["stage"] == stage]
        per_grade = pupils[pupils["grade"].isin(GRADES[stage])].groupby("grade")["pupils"].sum()
        need = float(np.ceil(per_grade / (45 if stage == "primary" else 50)).sum())
        share = rng.dirichlet(np.full(len(mine), 4.0))
        total = need * rng.uniform(low, high)
        for unit, part in zip(mine, share.tolist(), strict=True):
            unit["rooms"] = max(1, round(total * part))


def _settings(kind: str, draft: _Draft) -> dict[str, Any]:
    rng = draft.rng
    settings: dict[str, Any] = {
        "name": f"{kind}", "district": "made-up", "year": BASE, "demand": "register", "stages": draft.stages,
        "travel": {"mode": "straight", "detour": round(float(rng.uniform(1.0, 1.5)), 2)},
        "solver": {"gap": 0.0, "time_limit_s": 15.0, "threads": 1},
        "candidates": {"nearest": int(rng.integers(1, 4)) if kind == "nearest" or rng.random() < 0.2 else 10},
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
    if kind == "nine_year" or rng.random() < 0.2:
        caps = {"primary": int(rng.integers(150, 900)), "junior": int(rng.integers(100, 500))}
        settings["standards_set"] = {
            "school_cap": caps | {"integrated": max(*caps.values(), int(rng.integers(200, 900)))}
        }
    if kind == "nested":
        settings["feeder"] = "nested"
        settings["candidates"] = {"nearest": int(rng.integers(1, 5))}
    if kind in ("follow", "stay", "phases"):
        settings |= {
            "demand": "medium",
            "year": BASE + int(rng.integers(0, 2)),
            "enrolled": "follow" if kind == "follow" else "stay",
        }
        settings["horizon"] = settings["year"] + int(rng.integers(1, 3))
        settings["class_caps"] = str(rng.choice(["standard", "path", "path_entry"]))
    if kind == "phases":
        settings["phases"] = [settings["year"] + 1]
        settings.pop("stability", None)
        settings["catchments"] = "free"
        if rng.random() < 0.5:
            settings["stability"] = {"max_moved_share_between": round(float(rng.uniform(0.2, 0.8)), 2)}
    if kind == "hard":
        rules = ["class_size", "school_size", "nearby"]
        settings["hard"] = [r for r in rules if rng.random() < 0.5] or ["class_size"]
    if kind == "closures":
        settings["small_schools"] = {
            "close": "choose", "kinds": ["teaching_point"], "below_pupils": int(rng.integers(50, 2000)),
            "max_walk_m": float(rng.choice([1000, 2000, 4000])),
        }  # fmt: skip
    if kind == "closures" or rng.random() < 0.05:
        settings["prices"]["closure_saving"] = float(rng.choice([40.0, 120.0]))
    return settings


def _projects(kind: str, draft: _Draft, settings: dict[str, Any]) -> None:
    rng = draft.rng
    if kind not in ("budget", "closures", "nine_year") and rng.random() < 0.75:
        return
    fresh = {c.name: None for c in TABLE["projects"].columns}
    years = [settings["year"], settings.get("horizon", settings["year"])]
    for n in range(int(rng.integers(2, 5)) if kind == "budget" else int(rng.integers(1, 3))):
        unit = draft.units[int(rng.integers(0, len(draft.units)))]
        sort = str(
            rng.choice(
                ["expansion", "expansion", "new", "closure"]
                if kind != "closures"
                else ["closure", "closure", "expansion"]
            )
        )
        if kind == "nine_year" and len(draft.stages) == 2 and n == 0:
            sort = "conversion"
        rooms = int(rng.integers(3, 13))
        row = fresh | {
            "project": f"P{n}", "name": f"合成项目{n}", "kind": sort, "school": unit["school"], "stage": unit["stage"], "locale": "urban",
            "rooms": 0 if sort == "closure" else rooms, "cost_yuan": 0.0 if sort == "closure" else float(rng.integers(1, 9) * 1e6),
            "open_year": int(rng.integers(max(BASE, years[0]), years[1] + 1)), "fixed": bool(rng.random() < 0.3),
        }  # fmt: skip
        if sort == "closure" and any(p["kind"] == "closure" for p in draft.projects):
            continue
        if sort == "new":
            cell = list(draft.cells)[int(rng.integers(0, len(draft.cells)))]
            row |= {"school": f"N{n}", "geometry": Point(*_middle(draft, cell, 0.5))}
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
    if kind == "budget" or rng.random() < 0.3:
        settings["projects"]["budget_yuan"] = float(round(cost * rng.uniform(0.3, 0.9)))
    if "horizon" in settings and rng.random() < 0.5:
        settings["projects"]["budget_by_year"] = {
            settings["year"]: float(round(cost * rng.uniform(0.2, 0.8)))
        }


def _railway(draft: _Draft) -> None:
    """Lay a railway between two columns, with crossings in some rows; the county still hangs together."""
    columns = sorted({c for c, _ in draft.cells})
    if len(columns) < 2:
        return
    draft.cut_column = int(draft.rng.choice(columns[:-1]))
    rows = sorted({r for c, r in draft.cells if c == draft.cut_column and (c + 1, r) in draft.cells})
    draft.crossings = {r for r in rows if draft.rng.random() < 0.5}
    while len(_parts(set(_adjacent(draft)), draft.cells)) > 1:
        draft.crossings.add(next(r for r in rows if r not in draft.crossings))


def _current(kind: str, draft: _Draft) -> dict[str, list[str]]:
    """Return today's units by zone: mostly the nearest, sometimes another, none, or several (``A;B``)."""
    rng = draft.rng
    found = {}
    for stage in ("primary", "junior"):
        mine = [u["unit"] for u in draft.units if u["stage"] == stage and stage in draft.stages]
        site = {
            u["unit"]: next(s["geometry"] for s in draft.schools if s["school"] == u["school"])
            for u in draft.units
        }
        column = []
        for cell in draft.cells:
            here = Point(*_middle(draft, cell))
            order = sorted(mine, key=lambda u: site[u].distance(here))
            draw = rng.random()
            if not order or draw < 0.05:
                column.append("")
            elif draw < 0.15:
                column.append(str(rng.choice(order)))
            elif kind == "shared" and draw < 0.5 and len(order) > 1:
                column.append(";".join(order[: int(rng.integers(2, min(3, len(order)) + 1))]))
            else:
                column.append(order[0])
        found[stage] = column
    return found


def _district(draft: _Draft, pupils: pd.DataFrame, current: dict[str, list[str]]) -> District:
    names = list(draft.cells.values())
    shapes = [
        box(EAST + draft.xs[c], NORTH + draft.ys[r], EAST + draft.xs[c + 1], NORTH + draft.ys[r + 1]) for c, r in draft.cells
    ]  # fmt: skip
    zones = gpd.GeoDataFrame(
        {
            "zone": names, "name": [f"合成社区{k:03d}" for k in range(len(names))], "township": "T1", "kind": "estate",
            "locale": draft.rng.choice(["urban", "urban", "town", "rural"], len(names)), "population": 900.0,
            "current_primary": current["primary"], "current_junior": current["junior"], "real_code": pd.NA,
        },
        geometry=shapes, crs=CRS,
    )  # fmt: skip
    tables: dict[str, Any] = {name: _empty(name) for name in TABLE}
    whole = [zones.union_all()]
    tables |= {
        "zones": zones,
        "boundary": gpd.GeoDataFrame({"name": ["合成县"]}, geometry=whole, crs=CRS),
        "townships": gpd.GeoDataFrame({"township": ["T1"], "name": ["合成镇"], "population": [5400]}, geometry=whole, crs=CRS),
        "zone_pupils": pupils,
        "schools": gpd.GeoDataFrame([{k: v for k, v in s.items() if k != "cell"} for s in draft.schools], geometry="geometry", crs=CRS),
        "units": pd.DataFrame([u | {"admission": "catchment", "music_rooms": 1, "art_rooms": 1} for u in draft.units]),
        "classes": _classes(draft, pupils, current),
    }  # fmt: skip
    if draft.projects:
        tables["projects"] = gpd.GeoDataFrame(draft.projects, geometry="geometry", crs=CRS)
    if draft.cut_column >= 0:
        tables |= _rails(draft)
    return District(info=DistrictInfo("made-up", "Made-up County", "合成县", BASE, CRS), **tables)


def _rails(draft: _Draft) -> dict[str, Any]:
    x = EAST + draft.xs[draft.cut_column + 1]
    line = LineString([(x, NORTH - 500.0), (x, NORTH + draft.ys[-1] + 500.0)])
    ways = []
    for row in sorted(draft.crossings):
        y = NORTH + (draft.ys[row] + draft.ys[row + 1]) / 2
        ways.append(LineString([(x - 100, y), (x + 100, y)]))
    roads = gpd.GeoDataFrame(
        {"road": [f"R{k}" for k in range(len(ways))], "name": [f"合成路{k}" for k in range(len(ways))], "road_class": "local",
         "walkable": True, "crossing": True}, geometry=ways, crs=CRS,
    )  # fmt: skip
    barriers = gpd.GeoDataFrame(
        {"barrier": ["B1"], "name": ["合成铁路"], "kind": ["railway"]}, geometry=[line], crs=CRS
    )
    return {"roads": roads, "barriers": barriers}


def _classes(draft: _Draft, pupils: pd.DataFrame, current: dict[str, list[str]]) -> pd.DataFrame:
    """Return the register of classes: every zone's pupils sit where its first unit of today is."""
    rows = []
    for stage in ("primary", "junior"):
        mine = [u["unit"] for u in draft.units if u["stage"] == stage]
        if not mine:
            continue
        sits = {
            z: (u.split(";")[0] or mine[0]) for z, u in zip(draft.cells.values(), current[stage], strict=True)
        }
        table = pupils[pupils["grade"].isin(GRADES[stage])]
        total = table.assign(unit=table["zone"].map(sits)).groupby(["unit", "grade"])["pupils"].sum()
        rows += [(u, BASE, g, 1, int(n)) for (u, g), n in total.items() if n]
    return pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])


def _empty(name: str) -> Any:
    table = TABLE[name]
    frame = pd.DataFrame({c.name: pd.Series(dtype="object") for c in table.columns})
    return gpd.GeoDataFrame(frame, geometry=[], crs=CRS) if table.geometry else frame
