"""Count who is placed by catchment and who stays where they sit, cohort by cohort."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planning.demand import ForecastSettings, forecast
from tests.differential.tables import Key, Tables


class Cohorts(Tables):
    """Pupils to come, those who stay, and the class sizes of every year."""

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
                (place[str(z)], int(g), t): int(n)
                for z, g, n in zip(base["zone"], base["grade"], base["pupils"], strict=True)
                for t in range(len(years))
            }
        setting = ForecastSettings(
            births_factor=self.scenario.births, missing_births=self.scenario.missing_births
        )
        table = forecast(self.district, years, variant=self.scenario.demand, settings=setting).pupils
        return {
            (place[str(z)], int(g), years.index(int(y))): int(n)
            for z, g, y, n in zip(table["zone"], table["grade"], table["year"], table["pupils"], strict=True)
            if int(y) in years
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
        stage = next(s for s, grades in self.grades.items() if g in grades)
        if before < self.grades[stage][0]:
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
        if t == 0 or any(g == grades[0] for grades in self.grades.values()):
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
                for g in self.grades[stage]:
                    before = g - (year - self.since)
                    if before < self.grades[stage][0]:
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
        standard, year, entry = self.profile.class_cap[stage], self.years[t], self.grades[stage][0]
        older = {
            "standard": False, "path": year - (g - entry) < 2022, "path_entry": g > entry if year >= 2022 else year - (g - entry) < 2022,
        }[self.scenario.class_caps]  # fmt: skip
        return int(self.profile.class_bands["largish"] if older and year < 2025 else standard)
