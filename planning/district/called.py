"""Call zones and units by their names when something is said of them: the id stands beside a name only where several share it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from planning.district.model import District
from planning.district.names import Names
from planning.messages import Text

_KIND = re.compile(r"(zone|unit|school)s? (?=\S)")
_APART = re.compile(r"(, |; ?| → )")


@dataclass(frozen=True)
class Called:
    """What zones and units are called, by id.

    Examples
    --------
    >>> from planning.synth import sample_district
    >>> called = Called.of(sample_district(), "en")
    >>> called.zone("Z01"), called.in_place("unit S1-P, year 2025, grade 3")
    ('合成社区001', 'unit 合成小学01, year 2025, grade 3')
    """

    zones: Mapping[str, str]
    units: Mapping[str, str]

    @classmethod
    def of(cls, district: District, language: str) -> Called:
        """Return what people call the zones and units of a district; a unit says its stage where its school has several."""
        return cls.by(Names.of(district), language)

    @classmethod
    def by(cls, names: Names, language: str) -> Called:
        """Return what people call zones and units whose names are known."""
        stages = Counter((school, name) for school, name, _ in names.units.values())
        units = {
            unit: name if stages[school, name] == 1 or not name else Text("district.names.school_of_stage", name=name, stage=Text(f"base.stage.{stage}")).text(language)
            for unit, (school, name, stage) in names.units.items()
        }  # fmt: skip
        return cls(_apart(names.zones), _apart(units))

    def zone(self, zone: str) -> str:
        """Return what a zone is called."""
        return self.zones.get(zone, zone)

    def unit(self, unit: str, name: str = "") -> str:
        """Return what a unit is called; several, joined by ``;``, each; ``name`` where a project creates it."""
        return ";".join(self.units.get(one, name or one) for one in unit.split(";"))

    def in_place(self, where: str) -> str:
        """Return a place of a check, written in English as ``unit A-P, zone Z1, Z2, year 2021``, with names instead of ids."""
        kind, parts = "", []
        for part in _APART.split(where):
            found = _KIND.match(part)
            kind = found[1] if found else kind
            head = found[0] if found else ""
            known = self.zones if kind == "zone" else self.units
            parts.append(head + known.get(part[len(head) :], part[len(head) :]))
        return "".join(parts)

    def in_value(self, value: str) -> str:
        """Return what a check expected or found with names instead of the ids of units it consists of."""
        head = "not " if value.startswith("not ") else ""
        return head + self.unit(value.removeprefix("not ")) if not value.isdigit() else value


def _apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by id: with the id in brackets where several have the name, the id alone where there is none."""
    count = Counter(names.values())
    return {i: i if not name else name if count[name] == 1 else f"{name} ({i})" for i, name in names.items()}
