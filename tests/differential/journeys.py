"""Measure walks and price them: what a zone, or a pupil of it, costs at every unit."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from shapely.geometry import LineString

from tests.differential.cohorts import Cohorts

BARRED = ("arterial", "railway", "motorway")


class Journeys(Cohorts):
    """Ways from homes to units and between units."""

    @cached_property
    def homes(self) -> list[Any]:
        return [shape.representative_point() for shape in self.district.zones.geometry]

    def metres(self, i: int, u: int) -> float:
        """Straight line × detour from a zone to a unit."""
        site = self.units[u]["geometry"]
        return float(self.homes[i].distance(site)) * self.scenario.travel.detour

    def crosses(self, i: int, u: int) -> bool:
        """Tell whether the straight way goes over an arterial, a railway or a motorway, where the scenario counts them."""
        if not self.scenario.travel.barriers:
            return False
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
        total = sum(self.placed[i, g, t] for g in self.grades[stage] for t in range(len(self.years)))
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
        if self.scenario.compactness.enabled:
            each += prices.spread * km**2
        return each

    def may_have(self, stage: str, i: int) -> list[int]:
        """Units a zone may be given to: all, but those beyond a hard radius or the longest walk where another lies within; today's and the school's own always."""
        units, today = self.of_stage(stage), self.today(stage, i)
        if self.scenario.catchments == "current" and today >= 0:
            return [today]
        radius, limits = self.scenario.radius, []
        if radius.enabled and radius.hard and self.district.zones["locale"].iloc[i] in radius.locales:
            limits.append(self.profile.travel.service_radius_m[stage])
        if self.scenario.candidates.max_distance_m is not None:
            limits.append(self.scenario.candidates.max_distance_m)
        for limit in limits:
            near = [u for u in self.of_stage(stage) if self.metres(i, u) <= limit]
            if near:
                units = [u for u in units if u in near or u == today or self.home(u) == i]
        return units

    def home(self, u: int) -> int:
        """Zone in which a unit stands."""
        site = self.units[u]["geometry"]
        inside = [i for i, shape in enumerate(self.district.zones.geometry) if shape.distance(site) == 0]
        return min(inside, key=lambda i: self.zones[i])

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
