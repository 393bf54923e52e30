"""Read a county and a scenario into plain numbers, by the documents and without the product's zoning code.

What is data to the zoning model (design.md §4) comes from the tables: pupils to come from the forecast, standards from the profile.
Everything the model derives is derived here again: who stays, who is placed, walks, anchors, who may close, who takes in whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from planning.demand import ForecastSettings, forecast
from planning.district import District
from planning.layout import Layout
from planning.scenario import Scenario
from tests.differential.county import Case

GRADES = {"primary": (1, 2, 3, 4, 5, 6), "junior": (7, 8, 9)}
SUFFIX = {"primary": "P", "junior": "J"}
BARRED = ("arterial", "railway", "motorway")
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Facts:
    """A case; ``before`` is the layout of the phase before, where there is one."""

    case: Case
    before: Layout | None = None

    @property
    def district(self) -> District:
        return self.case.district

    @property
    def scenario(self) -> Scenario:
        return self.case.scenario

    @cached_property
    def profile(self) -> Any:
        return self.scenario.profile()

    @cached_property
    def zones(self) -> list[str]:
        return [str(z) for z in self.district.zones["zone"]]

    @property
    def stages(self) -> tuple[str, ...]:
        return self.scenario.stages

    @cached_property
    def years(self) -> list[int]:
        last = self.scenario.horizon or self.scenario.year
        return list(range(self.scenario.year, last + 1))

    @cached_property
    def projects(self) -> list[dict[str, Any]]:
        """Projects that are built or chosen among, with ``mode`` and the year they open."""
        setting, found = self.scenario.projects, []
        for row in self.district.projects.to_dict("records"):
            mode = setting.fixed if row["fixed"] else setting.optional
            if setting.only is not None and not row["fixed"] and row["project"] not in setting.only:
                mode = "skip"
            if row["project"] in setting.exclude:
                mode = "skip"
            opens = int(row["open_year"])
            if row["project"] in setting.decided:
                mode, opens = "build", setting.decided[row["project"]]
            if mode != "skip" and opens <= self.years[-1]:
                found.append(row | {"mode": mode, "open_year": opens})
        for project in found:
            wanted = f"{project['school']}-{SUFFIX[project['stage']]}"
            project["adds_to"] = wanted
        return found

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        """Units that admit by catchment, those that a project creates included; ``created`` is that project's position."""
        schools = {r["school"]: r for r in self.district.schools.to_dict("records")}
        found = []
        for row in self.district.units.to_dict("records"):
            school = schools[row["school"]]
            if (
                row["stage"] in self.stages
                and row["admission"] == "catchment"
                and school["kind"] != "special"
            ):
                found.append(
                    {k: school[k] for k in ("kind", "locale", "ownership", "boarding", "geometry")}
                    | {k: row[k] for k in ("unit", "school", "stage", "rooms")}
                    | {"created": -1}
                )  # fmt: skip
        for k, project in enumerate(self.projects):
            name = f"{project['school']}-{SUFFIX[project['stage']]}"
            known = any(u["unit"] == name for u in found)
            if project["kind"] not in ("new", "conversion") or known or project["stage"] not in self.stages:
                continue
            old = schools.get(project["school"])
            found.append(
                {
                    "unit": name, "school": project["school"], "stage": project["stage"], "rooms": 0, "created": k, "ownership": "public",
                    "boarding": False, "kind": "nine_year" if old else project["stage"], "locale": old["locale"] if old else project["locale"] or "urban",
                    "geometry": old["geometry"] if old else project["geometry"],
                }
            )  # fmt: skip
        for unit in found:
            unit["limit"] = self._limit(unit["kind"])
        return found

    def _limit(self, kind: str) -> int:
        caps = self.profile.school_cap
        return int(
            caps[
                {"nine_year": "integrated", "twelve_year": "twelve_year"}.get(
                    kind, "primary" if kind in ("primary", "teaching_point") else "junior"
                )
            ]
        )

    def of_stage(self, stage: str) -> list[int]:
        return [u for u, unit in enumerate(self.units) if unit["stage"] == stage]

    def rows(self) -> list[Key]:
        """Every (unit, grade, year)."""
        return [
            (u, g, t)
            for u, unit in enumerate(self.units)
            for g in GRADES[unit["stage"]]
            for t in range(len(self.years))
        ]

    @cached_property
    def target(self) -> list[int]:
        """Unit that each project adds rooms to, or closes."""
        names = [u["unit"] for u in self.units]
        return [names.index(p["adds_to"]) if p["adds_to"] in names else -1 for p in self.projects]

    @cached_property
    def named(self) -> dict[str, list[list[int]]]:
        """Units of today that every zone names, by stage."""
        names = [u["unit"] for u in self.units]
        if self.before is None:
            texts = {s: [str(v or "") for v in self.district.zones[f"current_{s}"]] for s in self.stages}
        else:
            mine = self.before.assignment
            texts = {}
            for s in self.stages:
                of = mine[mine["stage"] == s].set_index("zone")["unit"]
                texts[s] = [str(of[z]) for z in self.zones]
        return {
            s: [[names.index(n.strip()) for n in text.split(";") if n.strip() in names] for text in column] for s, column in texts.items()
        }  # fmt: skip

    def today(self, stage: str, zone: int) -> int:
        """Unit of today, the first where several are named, −1 where there is none."""
        found = self.named[stage][zone]
        return found[0] if found else -1

    def has_catchment(self, u: int) -> bool:
        """Tell whether some zone names a unit today."""
        return any(u in names for names in self.named[self.units[u]["stage"]])

    def shared(self, stage: str, zone: int) -> list[int]:
        """Return the units among which a zone's pupils are divided (``A;B``); none where the zone goes as a whole."""
        names = list(dict.fromkeys(self.named[stage][zone]))
        return names if len(names) > 1 and self.scenario.shared_today else []

    def sharing(self, u: int) -> set[int]:
        """Return the shared zones that name a unit."""
        return {i for i in range(len(self.zones)) if u in self.shared(self.units[u]["stage"], i)}

    @cached_property
    def living(self) -> dict[tuple[int, int, int], int]:
        """Pupils who live in a zone, by grade and year (position)."""
        return self._counted(tuple(self.years))

    def _counted(self, years: tuple[int, ...]) -> dict[tuple[int, int, int], int]:
        place = {z: i for i, z in enumerate(self.zones)}
        if self.scenario.demand == "register":
            table = self.district.zone_pupils
            base = table[table["year"] == self.district.info.base_year]
            return {
                (place[r.zone], r.grade, t): int(r.pupils)
                for r in base.itertuples()
                for t in range(len(years))
            }
        setting = ForecastSettings(
            births_factor=self.scenario.births, missing_births=self.scenario.missing_births
        )
        table = forecast(self.district, years, variant=self.scenario.demand, settings=setting).pupils
        return {
            (place[r.zone], r.grade, years.index(r.year)): int(r.pupils)
            for r in table.itertuples()
            if r.year in years
        }

    @cached_property
    def since(self) -> int:
        """School year whose pupils may stay."""
        return self.district.info.base_year if self.before is None else self.scenario.year - 1

    def _change(self, i: int, g: int, t: int) -> int | None:
        """Return by how many a cohort of a zone has grown since it was counted; nothing where it had not entered."""
        if self.scenario.enrolled == "follow":
            return None
        before = g - (self.years[t] - self.since)
        stage = next(s for s, grades in GRADES.items() if g in grades)
        if before < GRADES[stage][0]:
            return None
        if self.scenario.demand == "register":
            return 0
        return self.living[i, g, t] - self._then[i, before, 0]

    @cached_property
    def _then(self) -> dict[tuple[int, int, int], int]:
        return self._counted((self.since,))

    @cached_property
    def placed(self) -> dict[tuple[int, int, int], int]:
        """Pupils to be placed by catchment."""
        found = {}
        for (i, g, t), n in self.living.items():
            change = self._change(i, g, t)
            found[i, g, t] = n if change is None else max(0, change)
        return found

    def grown(self, i: int, g: int, t: int) -> int:
        """By how much the placed pupils grow from the grade below the year before; nobody at entry or in the first year."""
        if t == 0 or g in (1, 7):
            return 0
        return max(0, self.placed[i, g, t] - self.placed[i, g - 1, t - 1])

    @cached_property
    def staying(self) -> dict[Key, float]:
        """Pupils who sit in a unit and stay: those of the register less those who moved away."""
        found = dict.fromkeys(self.rows(), 0.0)
        if self.scenario.enrolled == "follow":
            return found
        table = self.district.classes if self.before is None else self.before.units
        sat = table[table["year"] == self.since].groupby(["unit", "grade"])["pupils"].sum().to_dict()
        for stage in self.stages:
            units = self.of_stage(stage)
            for t, year in enumerate(self.years):
                for g in GRADES[stage]:
                    before = g - (year - self.since)
                    if before < GRADES[stage][0]:
                        continue
                    here = [float(sat.get((self.units[u]["unit"], before), 0)) for u in units]
                    gone = self._gone(stage, units, here, g, t)
                    found |= {(u, g, t): n - m for u, n, m in zip(units, here, gone, strict=True)}
        return found

    def _gone(self, stage: str, units: list[int], here: list[float], g: int, t: int) -> list[float]:
        """Those who moved away leave the unit of their zone as far as it has them, the rest all units in proportion."""
        left, stray = dict.fromkeys(units, 0.0), 0.0
        for i in range(len(self.zones)):
            away = max(0, -(self._change(i, g, t) or 0))
            if self.today(stage, i) in left:
                left[self.today(stage, i)] += away
            else:
                stray += away
        own = [min(n, left[u]) for u, n in zip(units, here, strict=True)]
        remain = [n - m for n, m in zip(here, own, strict=True)]
        rest = min(sum(left.values()) + stray - sum(own), sum(remain))
        if rest <= 0:
            return own
        shares = [round(r * rest / sum(remain), 6) for r in remain]
        whole = [float(int(s)) for s in shares]
        missing = int(np.floor(sum(shares) + 0.5 + 1e-9)) - int(sum(whole))
        for k in sorted(range(len(shares)), key=lambda k: (whole[k] - shares[k], k))[:missing]:
            whole[k] += 1.0
        return [a + b for a, b in zip(own, whole, strict=True)]

    def cap(self, stage: str, g: int, t: int) -> int:
        """Pupils per class: 45 / 50, or up to 55 on the way there."""
        standard, year, entry = self.profile.class_cap[stage], self.years[t], GRADES[stage][0]
        older = {
            "standard": False, "path": year - (g - entry) < 2022, "path_entry": g > entry if year >= 2022 else year - (g - entry) < 2022,
        }[self.scenario.class_caps]  # fmt: skip
        return int(self.profile.class_bands["largish"] if older and year < 2025 else standard)

    @cached_property
    def homes(self) -> list[Any]:
        return [shape.representative_point() for shape in self.district.zones.geometry]

    def metres(self, i: int, u: int) -> float:
        """Straight line × detour from a zone to a unit."""
        site = self.units[u]["geometry"]
        return float(self.homes[i].distance(site)) * self.scenario.travel.detour

    def crosses(self, i: int, u: int) -> bool:
        """Tell whether the straight way goes over an arterial, a railway or a motorway."""
        from shapely.geometry import LineString

        way = LineString([self.homes[i], self.units[u]["geometry"]])
        table = self.district.barriers
        return any(
            way.intersects(line)
            for line, kind in zip(table.geometry, table["kind"], strict=True)
            if kind in BARRED
        )

    def between(self, u: int, v: int) -> float:
        """Straight line × detour between two units."""
        return (
            float(self.units[u]["geometry"].distance(self.units[v]["geometry"])) * self.scenario.travel.detour
        )

    def weight(self, stage: str, i: int) -> float:
        """Pupils of a zone to be placed in a stage, mean over the years; a hundredth where nobody is."""
        total = sum(self.placed[i, g, t] for g in GRADES[stage] for t in range(len(self.years)))
        return max(0.01, total / len(self.years))

    def price_of(self, stage: str, i: int, u: int) -> float:
        """What it costs to give a zone to a unit, in pupil-kilometres."""
        return self.weight(stage, i) * self.price_each(stage, i, u)

    def price_each(self, stage: str, i: int, u: int) -> float:
        """What it costs that a pupil of a zone goes to a unit, in pupil-kilometres."""
        prices, km = self.scenario.prices, self.metres(i, u) / 1000.0
        each = km + prices.barrier * self.crosses(i, u)
        if (
            self.scenario.radius.enabled
            and self.district.zones["locale"].iloc[i] in self.scenario.radius.locales
        ):
            each += prices.beyond_radius * max(0.0, km - self.profile.travel.service_radius_m[stage] / 1000.0)
        if self.named[stage][i] and u not in self.named[stage][i]:
            each += prices.moved
        return each

    def may_have(self, stage: str, i: int) -> list[int]:
        """Units a zone may be given to: all, but those beyond a hard radius where another lies within; today's and the school's own always."""
        units, today = self.of_stage(stage), self.today(stage, i)
        if self.scenario.catchments == "current" and today >= 0:
            return [today]
        radius = self.scenario.radius
        if radius.enabled and radius.hard and self.district.zones["locale"].iloc[i] in radius.locales:
            reach = self.profile.travel.service_radius_m[stage]
            near = [u for u in units if self.metres(i, u) <= reach]
            if near:
                return sorted({*near, *(u for u in units if u == today or self.home(u) == i)})
        return units

    def home(self, u: int) -> int:
        """Zone in which a unit stands."""
        site = self.units[u]["geometry"]
        inside = [i for i, shape in enumerate(self.district.zones.geometry) if shape.distance(site) == 0]
        return min(inside, key=lambda i: self.zones[i])

    @cached_property
    def adjacent(self) -> dict[int, set[int]]:
        """Zones by the zones they touch; places without a school are joined (:meth:`_join`)."""
        place = {z: i for i, z in enumerate(self.zones)}
        found: dict[int, set[int]] = {i: set() for i in range(len(self.zones))}
        for pair in self.case.adjacent:
            a, b = (place[z] for z in pair)
            found[a].add(b)
            found[b].add(a)
        for a in [i for i, near in found.items() if not near]:
            b = min((i for i in found if i != a), key=lambda i: self.homes[i].distance(self.homes[a]))
            found[a].add(b)
            found[b].add(a)
        self._join(found)
        return found

    def _join(self, found: dict[int, set[int]]) -> None:
        """Join every group of zones that lacks a standing school of a stage to the nearest zone outside, until none does."""
        shapes, homes = list(self.district.zones.geometry), self.homes
        while True:
            groups = self._groups(found)
            lacking = [g for g in groups if any(not self._sites(s) & g for s in self.stages)]
            if not lacking or len(groups) < 2:
                return
            edges = []
            for group in lacking:
                outside = [b for b in found if b not in group]
                edges.append(
                    min(
                        (round(shapes[a].distance(shapes[b]), 5), round(homes[a].distance(homes[b]), 5), self.zones[a], self.zones[b], a, b)
                        for a in group for b in outside
                    )
                )  # fmt: skip
            for *_, a, b in edges:
                found[a].add(b)
                found[b].add(a)

    def _groups(self, found: dict[int, set[int]]) -> list[set[int]]:
        """Return the groups of zones that hang together."""
        groups, left = [], set(found)
        while left:
            group, edge = set(), {min(left)}
            while edge:
                group |= edge
                edge = {b for a in edge for b in found[a]} - group
            groups.append(group)
            left -= group
        return groups

    def _sites(self, stage: str) -> set[int]:
        """Return the zones with a unit of a stage that stands whatever the plan decides."""
        return {self.home(u) for u in self.of_stage(stage) if u not in self.unsure}

    def reached(self, start: set[int], inside: set[int]) -> set[int]:
        """Zones that can be reached from some zones through neighbours, without leaving ``inside``."""
        seen, edge = set(start), set(start)
        while edge:
            edge = {b for a in edge for b in self.adjacent[a] if b in inside} - seen
            seen |= edge
        return seen

    def anchors(self, u: int) -> set[int]:
        """Zones to which a catchment must hang: the school's own; its neighbours where schools stand together or divide its pupils;

        shared zones that name the unit, with their neighbours; what hangs apart today.
        """
        stage, home, shared = self.units[u]["stage"], self.home(u), self.sharing(u)
        found = {home, *shared}.union(*(self.adjacent[i] for i in shared))
        if sum(self.home(v) == home for v in self.of_stage(stage)) > 1 or self.shared(stage, home):
            found |= self.adjacent[home]
        whole = {i for i in range(len(self.zones)) if self.today(stage, i) == u and not self.shared(stage, i)}
        near = {home} | (self.adjacent[home] if self.shared(stage, home) else set())
        start = near & (whole | shared)
        return found | (whole - self.reached(start, whole | shared))

    @cached_property
    def enrolled(self) -> dict[str, int]:
        base = self.district.classes[self.district.classes["year"] == self.district.info.base_year]
        return {str(k): int(v) for k, v in base.groupby("unit")["pupils"].sum().items()}

    @cached_property
    def closed_by(self) -> dict[int, int]:
        """Closure project of a unit."""
        return {u: k for k, u in enumerate(self.target) if u >= 0 and self.projects[k]["kind"] == "closure"}

    def may_close(self, u: int) -> bool:
        """Tell whether the scenario lets the plan close a unit, or closes it."""
        small, unit = self.scenario.small_schools, self.units[u]
        if unit["unit"] in small.closed:
            return True
        fits = unit["kind"] in small.kinds and unit["created"] < 0
        return small.close == "choose" and fits and self.enrolled.get(unit["unit"], 0) < small.below_pupils

    @cached_property
    def unsure(self) -> set[int]:
        """Units that stand or not, as the plan decides."""
        created = {
            u
            for u, unit in enumerate(self.units)
            if unit["created"] >= 0 and self.projects[unit["created"]]["mode"] == "choose"
        }
        return created | {u for u in range(len(self.units)) if self.may_close(u)} | set(self.closed_by)

    def heir(self, u: int) -> int:
        """Unit that takes in the pupils of a closed one: the nearest of its stage that surely stands; −1 where none does."""
        if u not in self.unsure or self.units[u]["created"] >= 0:
            return -1
        others = [
            v for v in self.of_stage(self.units[u]["stage"]) if v != u and v not in self.unsure and self.units[v]["rooms"] > 0
        ]  # fmt: skip
        return min(others, key=lambda v: self.between(u, v), default=-1)

    def journeys(self, u: int) -> list[list[int]] | None:
        """Return, by zone of today with pupils, the other units of today within the limit; nothing where one has none."""
        small, stage = self.scenario.small_schools, self.units[u]["stage"]
        others = [v for v in self.of_stage(stage) if v != u and self.units[v]["created"] < 0]
        limit = max(small.max_walk_m, small.bus_max_m or 0.0)
        zones = [
            i for i in range(len(self.zones))
            if u in self.named[stage][i] and any(self.placed[i, g, t] for g in GRADES[stage] for t in range(len(self.years)))
        ]  # fmt: skip
        reach = [[v for v in others if self.metres(i, v) <= limit] for i in zones]
        return reach if others and all(reach) else None

    @cached_property
    def partners(self) -> list[tuple[int, int]]:
        """Pairs of units between which pupils may be sent: the nearest of the stage, within reach."""
        setting = self.scenario.overflow
        found = []
        for stage in self.stages if setting.allowed else ():
            units = self.of_stage(stage)
            for u in units:
                near = sorted((v for v in units if v != u), key=lambda v: self.between(u, v))[
                    : setting.nearest
                ]
                found += [(u, v) for v in near if self.between(u, v) <= setting.max_distance_m]
        return found

    @property
    def carried(self) -> pd.DataFrame:
        """Register of units outside the zoning; the counties made up here have none."""
        return self.district.classes[~self.district.classes["unit"].isin([u["unit"] for u in self.units])]
