"""Find layers of drawn catchments, which say to which school the estates inside belong today."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning.district.cells.headers import plain
from planning.district.cells.spoken import schools_meant
from planning.district.cells.traditional import simplified
from planning.district.schema import STAGES, TABLE
from planning.importing.candidates import Source, kind_of_names
from planning.importing.derive.stages import kind_said
from planning.importing.forms.entrants import kind_of_name
from planning.importing.layers_in_force import Layer, in_force_of
from planning.importing.values.known_names import catchment_of, parts_of

COLUMNS = {stage: f"current_{stage}" for stage in STAGES}
"""Column of the zones that holds the catchment in force, by stage."""
_OTHERS = {"primary": ("junior", "complete_secondary"), "junior": ("primary", "teaching_point")}
"""Kinds of schools that have no catchment of a stage."""
_SPEAKS = re.compile(
    r"学区|片区|施教区|服务区|划片|招生|xuequ|huapian|(?<![a-z])[a-z]{0,2}xq(?:mc)?(?![a-z])|catchment|attendance|zoning"
)
_OF_STAGE = {
    "primary": re.compile("小学|primary|elementary|xiaoxue"),
    "junior": re.compile("初中|中学|junior|middle|chuzhong"),
}
_BRACKET = re.compile(r"[(\[【][^)\]】]*[)\]】]$")
_MOST = 0.6
"""Share of the names of a layer that must mean schools of the list."""


@dataclass(frozen=True)
class Listed:
    """Names of the schools that the lists hold, by stage; a school that says no kind is in both."""

    names: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Listed:
        """Return the names of the schools of the lists that are taken for the table of schools."""
        table = TABLE["schools"]
        found: dict[str, list[str]] = {stage: [] for stage in STAGES}
        for source in sources:
            cells, name = source.columns(table), source.named(table, "name")
            said = source.named(table, "kind") or source.named(TABLE["units"], "stage")
            names = cells.get(name) or next((c for c in cells.values() if kind_of_names(c) == "schools"), [])
            kinds = cells.get(said, [""] * len(names))
            for school, word in zip(names, kinds, strict=False):
                kind = kind_said(word) or kind_of_name(school)
                for stage in STAGES:
                    if school and kind not in _OTHERS[stage]:
                        found[stage].append(school)
        return cls(found)

    def meant(self, cell: str, stage: str) -> bool:
        """Return whether a name means a school of a stage, or one of several."""
        return all(schools_meant(catchment_of(p), self.names.get(stage, ())) for p in parts_of(cell))

    def any(self, cell: str) -> bool:
        """Return whether a name means a school of any stage."""
        return any(self.meant(cell, stage) for stage in self.names)


def catchments_in_force(
    sources: Sequence[Source],
    used: Collection[Source],
    homes: Source,
    listed: Listed,
    chosen: str = "",
) -> dict[str, dict[str, Any]]:
    """Return the overlay of zones that layers of drawn catchments give, by column: a layer for both stages or one for each.

    Parameters
    ----------
    sources : sequence of Source
        Everything that the files hold.
    used : collection of Source
        What is a table already.
    homes : Source
        The list of zones; a column of it that names the catchment in force goes before what is drawn.
    listed : Listed
        Schools of the lists.
    chosen : str
        Layers that are in force of those that draw the same catchments, as a person answered.
    """
    drawn: dict[str, list[Layer]] = {}
    for source in sources:
        header = "" if source.geometry != "polygon" or source in used else names_catchments(source, listed)
        if not header:
            continue
        names = list(dict.fromkeys(c for c in source.columns(TABLE["zones"])[header] if c))
        for stage, own in _by_stage(source, names, listed).items():
            if own and not homes.named(TABLE["zones"], COLUMNS[stage]):
                drawn.setdefault(COLUMNS[stage], []).append(
                    Layer(source, header, tuple(own), whole=len(own) == len(names))
                )
    return {column: in_force_of(layers, chosen) for column, layers in drawn.items()}


def overlays_without_system(tables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the overlays of all tables whose coordinate system is open, those that belong to one by themselves."""
    every = [area for entry in tables.values() for area in entry.get("overlay", {}).values()]
    return [part for area in every for part in (area, *area.get("also", [])) if not part.get("coordinates")]


def named_after_schools(source: Source, listed: Listed | None = None) -> str:
    """Return the header of a layer whose cells are names of schools, or of their catchments: as they look, or as the list has them."""
    cells = source.columns(TABLE["zones"]).items()
    held = [(header, [c for c in own if c]) for header, own in cells]
    looks = (h for h, own in held if kind_of_names([catchment_of(c) for c in own]) == "schools")
    if (header := next(looks, "")) or listed is None:
        return header
    shares = {
        h: sum(map(listed.any, own)) / len(own)
        for h, cells_of in held
        if (own := list(dict.fromkeys(cells_of)))
    }
    best = max(shares, key=lambda h: shares[h], default="")
    return best if shares.get(best, 0.0) >= _MOST else ""


def names_catchments(source: Source, listed: Listed) -> str:
    """Return the header whose cells name catchments; empty where names of schools may as well be those of their grounds."""
    header = named_after_schools(source, listed)
    words = (Path(source.file).stem, source.sheet, header, *source.columns(TABLE["zones"]).get(header, ()))
    return header if any(_SPEAKS.search(simplified(plain(w))) for w in words) else ""


def _by_stage(source: Source, names: Sequence[str], listed: Listed) -> dict[str, list[str]]:
    """Return the catchments of every stage: by the kind that a name says, or the school that it means, else by what the file is called, else of both."""
    title = simplified(plain(f"{Path(source.file).stem} {source.sheet}"))
    said = [stage for stage in STAGES if _OF_STAGE[stage].search(title)]
    stages = said if len(said) == 1 else STAGES
    kinds = {name: kind_of_name(_BRACKET.sub("", catchment_of(name))) for name in names}
    meant = {name: [s for s in STAGES if listed.meant(name, s)] for name in names}
    return {
        stage: [n for n in names if kinds[n] not in _OTHERS[stage] and stage in (meant[n] or STAGES)]
        for stage in stages
    }
