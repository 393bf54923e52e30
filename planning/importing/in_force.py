"""Find layers of drawn catchments, which say to which school the estates inside belong today."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from planning.district.cells.headers import plain
from planning.district.cells.traditional import simplified
from planning.district.schema import STAGES, TABLE
from planning.importing.candidates import Source, kind_of_names
from planning.importing.forms.entrants import kind_of_name
from planning.importing.values.names import catchment_of

COLUMNS = {stage: f"current_{stage}" for stage in STAGES}
"""Column of the zones that holds the catchment in force, by stage."""
_OTHERS = {"primary": ("junior", "complete_secondary"), "junior": ("primary", "teaching_point")}
"""Kinds of schools that have no catchment of a stage."""
_SPEAKS = re.compile("学区|片区|施教区|服务区|划片|招生")
_OF_STAGE = {"primary": re.compile("小学"), "junior": re.compile("初中|中学")}


def catchments_in_force(
    sources: Sequence[Source], used: Collection[Source], homes: Source
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
    """
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        placed = source.says_where() or source.degrees
        if source.geometry != "polygon" or source in used or not placed:
            continue
        header = _names_catchments(source)
        if not header:
            continue
        names = list(dict.fromkeys(c for c in source.columns(TABLE["zones"])[header] if c))
        for stage, own in _by_stage(source, names).items():
            column = COLUMNS[stage]
            if not own or column in found or homes.named(TABLE["zones"], column):
                continue
            layer = {"sheet": source.sheet} if source.sheet else {}
            only = {"only": own} if len(own) < len(names) else {}
            says = {"coordinates": "file" if source.says_where() else ""}
            found[column] = {"file": source.file, **layer, **says, "column": header, **only}
    return found


def overlays_without_system(tables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the overlays of all tables whose coordinate system is open."""
    every = [area for entry in tables.values() for area in entry.get("overlay", {}).values()]
    return [area for area in every if not area.get("coordinates")]


def named_after_schools(source: Source) -> str:
    """Return the header of a layer whose cells are names of schools, or of their catchments."""
    cells = source.columns(TABLE["zones"]).items()
    held = ((header, [catchment_of(c) for c in own if c]) for header, own in cells)
    return next((header for header, own in held if kind_of_names(own) == "schools"), "")


def _names_catchments(source: Source) -> str:
    """Return the header whose cells name catchments; empty where names of schools may as well be those of their grounds."""
    header = named_after_schools(source)
    words = (Path(source.file).stem, source.sheet, header, *source.columns(TABLE["zones"]).get(header, ()))
    return header if any(_SPEAKS.search(simplified(plain(w))) for w in words) else ""


def _by_stage(source: Source, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the catchments of every stage: by the kind that a name says, else by what the file is called, else of both."""
    title = simplified(plain(f"{Path(source.file).stem} {source.sheet}"))
    said = [stage for stage in STAGES if _OF_STAGE[stage].search(title)]
    stages = said if len(said) == 1 else STAGES
    kinds = {name: kind_of_name(catchment_of(name)) for name in names}
    return {stage: [n for n in names if kinds[n] not in _OTHERS[stage]] for stage in stages}
