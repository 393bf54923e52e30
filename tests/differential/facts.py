"""Everything the exact model knows of a county, by the documents and without the product's zoning code.

What is data to the zoning model (design.md §4) comes from the tables: pupils to come from the forecast, standards from the profile.
Everything the model derives is derived here again, floor by floor: tables, cohorts, journeys, units that stand, and here what
hangs together.
"""

from __future__ import annotations

from functools import cached_property

from tests.differential.standing import Standing


class Facts(Standing):
    """A case in plain numbers, with the anchors to which every catchment must hang."""

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
