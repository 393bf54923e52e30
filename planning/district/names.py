"""Find zones and units by identifier or by name, never by guess: what is unknown is answered with the nearest, what is ambiguous with all."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from planning.district.cells.traditional import alike
from planning.district.model import District
from planning.district.schema import STAGE_ZH
from planning.errors import Issue

SHOWN = 6
"""Candidates that a message lists."""
_BETWEEN = re.compile(r"[()\[\]【】·・\-—_/、,.:;]")
_TOWN_ENDING = re.compile(r"(?<=..)(?:街道办事处|街道|乡|镇|鄉|鎮)$")
_STAGES = {word: stage for stage, zh in STAGE_ZH.items() for word in (stage, zh)}


@dataclass(frozen=True)
class Place:
    """Where a name was written: file or option, row, column."""

    file: str
    row: str = ""
    column: str = ""


@dataclass(frozen=True)
class Names:
    """Zones and units of a county by the words people use for them.

    Parameters
    ----------
    zones : mapping of str to str
        Name of every zone by id.
    units : mapping of str to (school, name, stage)
        By id; units that projects create included where they are told.
    towns : mapping of str to str
        Name of the township of every zone by id, where there is one.
    """

    zones: Mapping[str, str]
    units: Mapping[str, tuple[str, str, str]]
    towns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District, more: Iterable[tuple[str, str, str, str]] = ()) -> Names:
        """Return the names of a district; ``more`` are units (id, school, name, stage) that projects create."""
        zones = district.zones[["zone", "name"]].fillna("").astype(str)
        school = dict(
            zip(
                district.schools["school"].astype(str),
                district.schools["name"].fillna("").astype(str),
                strict=True,
            )
        )
        units = {
            str(u): (str(s), school.get(str(s), ""), str(g))
            for u, s, g in zip(district.units["unit"], district.units["school"], district.units["stage"], strict=True)
        }  # fmt: skip
        units.update({u: (s, name, g) for u, s, name, g in more if u not in units})
        named = dict(zip(district.townships["township"], district.townships["name"], strict=True))
        of_zone = zip(district.zones["zone"].astype(str), district.zones["township"].map(named), strict=True)
        towns = {zone: str(town) for zone, town in of_zone if isinstance(town, str) and town}
        return cls(dict(zones.itertuples(index=False, name=None)), units, towns)

    def zone_candidates(self, text: str) -> list[str]:
        """Return the ids of the zones that a text means: the id, or all zones of that name, with their township before it or behind."""
        word = _written_in(self.zones, text)
        if word in self.zones:
            return [word]
        plain = plain_name(word)
        found = self._by_name.get(plain, []) or self._alike.get(alike(plain), [])
        return list(found or self._by_place.get(alike(_joined(plain)), []))

    def unit_candidates(self, text: str, stage: str | None = None) -> list[str]:
        """Return the ids of the units that a text means: the id, or all units of a school by its id or name."""
        word = _written_in(self.units, text)
        if word in self.units:
            return [word]
        plain = plain_name(word)
        found = [u for u, (school, _, _) in self.units.items() if word == school or plain == self._plain[u]]
        found = found or [u for u in self.units if alike(plain) == alike(self._plain[u])]
        return [u for u in found if stage in (None, self.units[u][2])]

    def zone(self, text: str, place: Place) -> str | Issue:
        """Return the id of the zone that a text means, or what is wrong with it."""
        found = self.zone_candidates(text)
        return found[0] if len(found) == 1 else self._no_zone(text, place, found)

    def unit(self, text: str, place: Place, stage: str | None = None) -> str | Issue:
        """Return the id of the unit that a text means in a stage (any without one), or what is wrong with it."""
        found = self.unit_candidates(text, stage)
        if len(found) == 1:
            return found[0]
        return self._several_units(text, place, found) if found else self._no_unit(text, place, stage)

    def near_zones(self, text: str) -> list[str]:
        """Return the names and ids of zones nearest to a text."""
        if text not in self._nearest:  # a long table asks for the same unknown name again and again
            self._nearest[text] = near_words(text, self._known_zones)
        return self._nearest[text]

    def _no_zone(self, text: str, place: Place, candidates: Sequence[str]) -> Issue:
        if candidates:
            towns = {self.towns.get(zone, "") for zone in candidates}
            told = [f"{z} ({self.towns[z]})" if len(towns) > 1 and z in self.towns else z for z in candidates]
            shown = ", ".join(told[:SHOWN]) + (" …" if len(told) > SHOWN else "")
            return Issue(
                "district.names.several_zones_name",
                place.file,
                row=place.row,
                column=place.column,
                value=text,
                mend="district.mend.write_id_or_township"
                if len(towns) > 1
                else "district.names.several_zones_name.mend",
                shown=shown,
            )
        if self.unit_candidates(text):
            return Issue(
                "district.names.school_no_zone", place.file, row=place.row, column=place.column, value=text
            )
        near = self.near_zones(text)
        return Issue(
            "district.names.no_such_zone_district",
            place.file,
            row=place.row,
            column=place.column,
            value=text,
            mend="district.mend.did_you_mean_no_zone" if near else "district.mend.write_id_name_zones",
            near=near,
        )

    @cached_property
    def _nearest(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def _known_zones(self) -> dict[str, str]:
        known = {plain_name(name): name for name in self.zones.values() if name}
        return known | {zone.casefold(): zone for zone in self.zones}

    @cached_property
    def _plain(self) -> dict[str, str]:
        """Names of units by id as they are compared."""
        return {u: plain_name(name) for u, (_, name, _) in self.units.items()}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for zone, name in self.zones.items():
            if name:
                found[plain_name(name)].append(zone)
        return found

    @cached_property
    def _by_place(self) -> dict[str, list[str]]:
        """Zones by township and name as people write them together: 柳河乡幸福花园, 柳河幸福花园, 幸福花园（柳河乡）."""
        found: dict[str, list[str]] = defaultdict(list)
        for zone, town in self.towns.items():
            name = self.zones.get(zone, "")
            if name:
                short = _TOWN_ENDING.sub("", town)
                for word in dict.fromkeys((town + name, short + name, name + town)):
                    found[alike(_joined(plain_name(word)))].append(zone)
        return found

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Zones by name in simplified characters: 東灣村 is 东湾村 where nothing is written like it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, zones in self._by_name.items():
            found[alike(name)] += zones
        return found

    def _several_units(self, text: str, place: Place, found: Sequence[str]) -> Issue:
        stages = {self.units[u][2] for u in found}
        shown = ", ".join(found[:SHOWN])
        by_stage = len(stages) == len(found)
        return Issue(
            "district.names.several_units_meant",
            place.file,
            row=place.row,
            column=place.column,
            value=text,
            mend="district.mend.name_stage_write_id" if by_stage else "district.mend.write_id_one_meant",
            shown=shown,
        )

    def _no_unit(self, text: str, place: Place, stage: str | None) -> Issue:
        others = self.unit_candidates(text)
        if others:
            taught = ", ".join(sorted({self.units[u][2] for u in others}))
            return Issue(
                "district.names.school_no_unit_stage",
                place.file,
                row=place.row,
                column=place.column,
                value=text,
                stage=stage,
                taught=taught,
            )
        known = {plain_name(name): name for _, name, _ in self.units.values() if name}
        known |= {u.casefold(): u for u in self.units}
        near = near_words(text, known)
        return Issue(
            "district.names.no_such_school_unit",
            place.file,
            row=place.row,
            column=place.column,
            value=text,
            mend="district.mend.did_you_mean_no_zone"
            if near
            else "district.mend.write_name_id_schools_units",
            near=near,
        )


def _written_in(ids: Mapping[str, object], text: str) -> str:
    """Return a text without spaces around it; an id that was typed in full-width signs as the id."""
    word = text.strip()
    narrow = unicodedata.normalize("NFKC", word)
    return narrow if word not in ids and narrow in ids else word


def plain_name(text: str) -> str:
    """Return a name without what people write differently: width, case, spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _joined(plain: str) -> str:
    """Return a plain name without the signs between its parts."""
    return _BETWEEN.sub("", plain)


def stage_of(word: str) -> str | None:
    """Return the stage that a word means, ``None`` where it means none.

    Examples
    --------
    >>> stage_of("小学"), stage_of("junior"), stage_of("高中")
    ('primary', 'junior', None)
    """
    return _STAGES.get(plain_name(word))


def near_words(text: str, known: Mapping[str, str], most: int = 3) -> list[str]:
    """Return the known names nearest to a text: those that hold it first, then those written nearly so."""
    plain = plain_name(text)
    holding = [name for key, name in known.items() if plain and (plain in key or key in plain)]
    alike = [known[key] for key in difflib.get_close_matches(plain, list(known), most, 0.5)]
    return list(dict.fromkeys([*sorted(holding, key=len), *alike]))[:most]
