"""Make up small random counties, each of one kind of difficulty; a seed gives the same county again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry import Point

from planning.district import District
from planning.grades import USUAL, read_grades
from planning.scenario import Scenario
from tests.differential.as_district import district_of, resources_of
from tests.differential.asked import add_locks, add_projects, declare_shared, settings_of
from tests.differential.draft import BASE, KINDS, Draft, Pair, middle, traits_of
from tests.differential.rarer import SPANS, add_rarer, set_apart


@dataclass(frozen=True)
class Case:
    """A county with a question; ``adjacent`` are the zones that share a border no barrier cuts, true by construction."""

    kind: str
    seed: int
    district: District
    scenario: Scenario
    adjacent: frozenset[Pair]


def made(kind: str, seed: int, *, seconds: float = 15.0) -> Case:
    """Return the county of a kind and a seed; ``seconds`` are the solver's."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    draft = _ground(traits_of(kind, seed), rng)
    _schools(draft)
    pupils = _pupils(draft)
    _rooms(draft, pupils)
    settings = {"name": kind} | settings_of(draft)
    settings["solver"]["time_limit_s"] = seconds
    add_projects(draft, settings)
    if not draft.has("islands", "phases") and rng.random() < 0.25:
        _railway(draft)
    current = _current(draft)
    if draft.has("declared"):
        declare_shared(draft, settings, current)
    if draft.has("locks"):
        add_locks(draft, settings, current)
    add_rarer(draft, settings)
    district = district_of(draft, pupils, current)
    if draft.has("floors", "passes"):
        district = replace(district, resources=resources_of(draft))
    return Case(kind, seed, district, Scenario.model_validate(settings), _adjacent(draft, settings))


def _ground(traits: frozenset[str], rng: np.random.Generator) -> Draft:
    wide, high = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    while not 6 <= wide * high <= (12 if "small" in traits else 14):
        wide, high = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    xs = [0.0, *np.cumsum(rng.integers(300, 1500, wide)).tolist()]
    ys = [0.0, *np.cumsum(rng.integers(300, 1500, high)).tolist()]
    cells = {(c, r): f"Z{r}{c}" for r in range(high) for c in range(wide)}
    two = "two_stages" in traits or rng.random() < 0.15
    grades = read_grades(str(rng.choice(SPANS))) if "grades" in traits else USUAL
    two = two and len(grades) > 1
    draft = Draft(
        rng, cells, xs, ys, ["primary", "junior"] if two else ["primary"], traits=traits, grades=grades
    )
    if draft.has("islands"):
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


def _adjacent(draft: Draft, settings: dict[str, Any] | None = None) -> frozenset[Pair]:
    """Return the pairs with a common side, less those a railway without a crossing runs between, and what the scenario joins."""
    cut = set()
    for (c, r), name in draft.cells.items():
        if c == draft.cut_column and r not in draft.crossings and (c + 1, r) in draft.cells:
            cut.add(frozenset((name, draft.cells[c + 1, r])))
    asked = settings or {}
    if "railway" not in asked.get("contiguity", {}).get("cut_by", ("railway",)):
        cut = set()
    joined = {frozenset(pair) for pair in asked.get("contiguity", {}).get("bridges", ())}
    return frozenset((_touching(draft.cells) - cut) | joined)


def _schools(draft: Draft) -> None:
    rng = draft.rng
    cells = list(draft.cells)
    count = int(rng.integers(2, 5))
    spots = [cells[k] for k in rng.permutation(len(cells))[:count]]
    if rng.random() < 0.15:  # two schools in one zone
        spots[1] = spots[0]
    for n, spot in enumerate(spots):
        stages = _stages_of(draft, n)
        school = {
            "school": f"S{n}", "name": f"合成学校{n:02d}", "township": "T1", "locale": str(rng.choice(["urban", "urban", "town", "rural"])),
            "ownership": "public", "boarding": bool(rng.random() < 0.1), "senior_pupils": 0, "site_area_m2": 20_000.0, "real_code": pd.NA,
            "kind": "nine_year" if len(stages) == 2 else stages[0],
            "geometry": Point(*middle(draft, spot, 0.6)), "cell": spot,
        }  # fmt: skip
        if draft.has("closures") and n and rng.random() < 0.7:
            school["kind"] = "teaching_point"
        draft.schools.append(school)
        draft.units += [{"unit": f"S{n}-{s[0].upper()}", "school": f"S{n}", "stage": s} for s in stages]
    if draft.has("other_schools"):
        set_apart(draft)


def _stages_of(draft: Draft, n: int) -> list[str]:
    if draft.stages == ["primary"]:
        return ["primary"]
    if n == 0:
        return ["primary", "junior"] if draft.has("nine_year") or draft.rng.random() < 0.3 else ["junior"]
    if n == 1:
        return ["primary"]
    return [["primary"], ["junior"], ["primary", "junior"]][int(draft.rng.integers(0, 3))]


def _pupils(draft: Draft) -> pd.DataFrame:
    rng = draft.rng
    rows = []
    for zone in draft.cells.values():
        size = rng.integers(4, 30)
        empty = rng.random() < 0.06
        for grade in draft.grades.every:
            n = 0 if empty else int(max(0, rng.normal(size, 0.2 * size)))
            rows.append((zone, BASE, grade, n, 0))
    return pd.DataFrame(rows, columns=["zone", "year", "grade", "pupils", "migrant"])


def _rooms(draft: Draft, pupils: pd.DataFrame) -> None:
    """Deal out classrooms: what all classes need over the county, times how roomy the kind is."""
    rng = draft.rng
    of_kind = {"short": (0.7, 0.95), "tight": (0.98, 1.08), "roomy": (1.3, 1.8), "hard": (0.95, 1.3)}
    low, high = next((span for word, span in of_kind.items() if draft.has(word)), (0.85, 1.35))
    for stage in draft.stages:
        mine = [u for u in draft.units if u["stage"] == stage]
        per_grade = pupils[pupils["grade"].isin(draft.grades[stage])].groupby("grade")["pupils"].sum()
        need = float(np.ceil(per_grade / (45 if stage == "primary" else 50)).sum())
        share = rng.dirichlet(np.full(len(mine), 4.0))
        total = need * rng.uniform(low, high)
        for unit, part in zip(mine, share.tolist(), strict=True):
            unit["rooms"] = max(1, round(total * part))
            if draft.has("seats"):
                everybody = float(pupils.loc[pupils["grade"].isin(draft.grades[stage]), "pupils"].sum())
                unit |= {"rooms": 0, "capacity": round(everybody * rng.uniform(0.75, 1.3) * part)}


def _railway(draft: Draft) -> None:
    """Lay a railway between two columns, with crossings in some rows; the county still hangs together."""
    columns = sorted({c for c, _ in draft.cells})
    if len(columns) < 2:
        return
    draft.cut_column = int(draft.rng.choice(columns[:-1]))
    rows = sorted({r for c, r in draft.cells if c == draft.cut_column and (c + 1, r) in draft.cells})
    draft.crossings = {r for r in rows if draft.rng.random() < 0.5}
    while len(_parts(set(_adjacent(draft)), draft.cells)) > 1:
        draft.crossings.add(next(r for r in rows if r not in draft.crossings))


def _current(draft: Draft) -> dict[str, list[str]]:
    """Return today's units by zone: mostly the nearest, sometimes another, none, or several (``A;B``)."""
    rng = draft.rng
    found = {}
    for stage in ("primary", "junior"):
        mine = draft.zoned(stage) if stage in draft.stages else []
        site = {
            u["unit"]: next(s["geometry"] for s in draft.schools if s["school"] == u["school"])
            for u in draft.units
        }
        column = []
        for cell in draft.cells:
            here = Point(*middle(draft, cell))
            order = sorted(mine, key=lambda u: site[u].distance(here))
            draw = rng.random()
            if not order or draw < 0.05:
                column.append("")
            elif draw < 0.15:
                column.append(str(rng.choice(order)))
            elif draft.has("shared") and draw < 0.5 and len(order) > 1:
                column.append(";".join(order[: int(rng.integers(2, min(3, len(order)) + 1))]))
            else:
                column.append(order[0])
        found[stage] = column
    return found
