"""Read a county and a scenario into plain numbers: zones, years, units, projects, and who names whom today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from planning.district import District
from planning.layout import Layout
from planning.scenario import Scenario
from tests.differential.county import Case

SUFFIX = {"primary": "P", "junior": "J"}
Key = tuple[int, int, int]


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by column."""
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


@dataclass(frozen=True)
class Tables:
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
    def grades(self) -> dict[str, tuple[int, ...]]:
        """Grades of every stage."""
        return dict(self.district.info.grades)

    @cached_property
    def zones(self) -> list[str]:
        return [str(z) for z in self.district.zones["zone"]]

    @property
    def in_seats(self) -> bool:
        return self.profile.capacity == "seats"

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
        for row in rows_of(self.district.projects):
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
        schools = {r["school"]: r for r in rows_of(self.district.schools)}
        found = []
        for row in rows_of(self.district.units):
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
                    | ({"rooms": int(row["capacity"])} if self.in_seats else {})
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
            for g in self.grades[unit["stage"]]
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
        """Return the units among which a zone's pupils are divided, declared or of today; none where the zone goes as a whole."""
        declared = self.declared.get((stage, zone), [])
        names = declared or (
            list(dict.fromkeys(self.named[stage][zone])) if self.scenario.shared_today else []
        )
        return names if len(names) > 1 else []

    @cached_property
    def declared(self) -> dict[tuple[str, int], list[int]]:
        """Units that the scenario gives to a zone of a stage: all that the entries name which hold it, today's first."""
        names = [u["unit"] for u in self.units]
        found: dict[tuple[str, int], list[int]] = {}
        for entry in self.scenario.shared:
            units, zones = ((), ()) if isinstance(entry, tuple) else (entry.units, entry.zones)
            members = [names.index(u) for u in (units or entry)]
            stage = self.units[members[0]]["stage"]
            for i, zone in enumerate(self.zones):
                today = self.named[stage][i]
                if zone not in zones if zones else not today or not set(today) <= set(members):
                    continue
                held = found.setdefault((stage, i), [])
                held += [
                    u for u in dict.fromkeys([*(t for t in today if t in members), *members]) if u not in held
                ]
        return found

    def sharing(self, u: int) -> set[int]:
        """Return the shared zones that name a unit."""
        return {i for i in range(len(self.zones)) if u in self.shared(self.units[u]["stage"], i)}
