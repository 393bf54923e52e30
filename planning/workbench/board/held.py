"""What the person at the board has locked: zones and schools that neither a stroke nor the solver may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planning.editing import LiveLayout
from planning.errors import Issue, LayoutError


@dataclass(frozen=True)
class Held:
    """Locks of a draft.

    Parameters
    ----------
    zones : mapping of str to frozenset of str
        Locked zones by stage.
    units : frozenset of str
        Units that neither gain nor lose a zone.
    """

    zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    @classmethod
    def read(cls, data: Any, live: LiveLayout) -> Held:
        """Return the locks that a draft says, those of zones and units that are not here left out."""
        if not isinstance(data, dict):
            return cls()
        known, units = set(map(str, live.problem.zones)), set(live.problem.units["unit"].astype(str))
        told = data.get("zones")
        zones = (
            {s: _words(told.get(s)) & known for s in live.problem.stages} if isinstance(told, dict) else {}
        )
        return cls({s: z for s, z in zones.items() if z}, _words(data.get("units")) & units)

    def as_data(self) -> dict[str, Any]:
        """Return plain data for the draft."""
        return {"zones": {s: sorted(z) for s, z in self.zones.items()}, "units": sorted(self.units)}

    def refuse(self, live: LiveLayout, stage: str, zones: tuple[str, ...], unit: str) -> None:
        """Refuse a stroke over what is locked.

        Raises
        ------
        LayoutError
            With the zones and units that are locked.
        """
        if stage not in live.problem.stages:
            return  # the move itself is refused
        held = [z for z in zones if z in self.zones.get(stage, ())]
        touched = {unit, *(live.unit_at(z, stage) for z in zones)} & self.units
        if held or touched:
            units = live.problem.units
            called = dict(zip(units["unit"].astype(str), units["name"].astype(str), strict=True))
            raise LayoutError(
                [_locked([*live.zone_names(held[:5]), *(called.get(u, u) for u in sorted(touched))])]
            )

    def for_solver(self, live: LiveLayout) -> dict[str, Any]:
        """Return the locks as :func:`planning.editing.finish` takes them; shared zones are the solver's."""
        given: dict[str, list[str]] = {}
        for stage, zones in self.zones.items():
            for zone in sorted(zones):
                given.setdefault(zone, []).append(live.unit_at(zone, stage))
        return {"zones": given, "frozen": sorted(self.units)}


def _words(given: Any) -> frozenset[str]:
    return frozenset(w for w in given if isinstance(w, str)) if isinstance(given, list) else frozenset()


def _locked(names: list[str]) -> Issue:
    return Issue("workbench.held.locked", "", value=", ".join(names)[:200])
