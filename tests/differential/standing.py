"""Tell which units stand whatever a plan decides, which may close, and who takes in whom."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from tests.differential.as_district import PER_PUPIL
from tests.differential.journeys import Journeys
from tests.differential.tables import rows_of

WEIGHT = {"primary": 1.0, "junior": 1.1}
"""Of a pupil in what a nine-year school holds in common."""


class Standing(Journeys):
    """Units that open and close."""

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
        boards = small.boarding_from_grade if any(self.units[v]["boarding"] for v in others) else None
        daily = [g for g in self.grades[stage] if boards is None or g < boards]
        zones = [
            i for i in range(len(self.zones))
            if u in self.named[stage][i] and any(self.placed[i, g, t] for g in daily for t in range(len(self.years)))
        ]  # fmt: skip
        reach = [[v for v in others if self.metres(i, v) <= limit] for i in zones]
        return reach if others and all(reach) else None

    @cached_property
    def suffices(self) -> list[list[tuple[dict[int, float], float]]]:
        """By unit and resource: weights of the units that draw on it, and the weighted pupils for whom it is enough."""
        table = {(r["school"], r["stage"]): r for r in rows_of(self.district.resources)}
        found: list[list[tuple[dict[int, float], float]]] = []
        for u, unit in enumerate(self.units):
            own = table.get((unit["school"], unit["stage"]), {})
            common = table.get((unit["school"], "shared"), {})
            limits: list[tuple[dict[int, float], float]] = []
            for column, standard in PER_PUPIL.items():
                each = standard[unit["stage"] == "junior"]
                if not pd.isna(own.get(column)):
                    limits.append(({u: 1.0}, float(own[column]) / each))
                elif not pd.isna(common.get(column)):
                    siblings = [v for v, other in enumerate(self.units) if other["school"] == unit["school"]]
                    weights = {v: WEIGHT[self.units[v]["stage"]] for v in siblings}
                    limits.append((weights, float(common[column]) * weights[u] / each))
            found.append(limits)
        return found

    def everyone(self, stage: str, t: int) -> float:
        """Return all pupils of a stage in a year: no unit has more."""
        stay = sum(
            n for (u, _, year), n in self.staying.items() if year == t and self.units[u]["stage"] == stage
        )
        return stay + float(
            sum(self.placed[i, g, t] for i in range(len(self.zones)) for g in self.grades[stage])
        )
