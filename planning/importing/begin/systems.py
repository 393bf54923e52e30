"""See which coordinate system files are in: by eastings with a zone's number, by their headers, by where the other files lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.geometry.gauss import MERIDIANS, system_of_meridian
from planning.district.schema import TABLE
from planning.importing.begin.answers import SYSTEMS
from planning.importing.candidates import Source, scan
from planning.importing.dialogue import read_sheets
from planning.importing.in_force import overlays_without_system
from planning.importing.layers_in_force import label_of
from planning.importing.questions import Question
from planning.importing.steps.positions import axes_of, system_said, system_seen
from planning.messages import Both, Text

_ZONE = 3.0
"""Degrees that a county lies from its meridian at most: maps reach into the next zone."""
_NEAR = 0.5
"""Degrees that two files of one county lie apart at most; the next meridian is three away."""


def see_systems(data: Mapping[str, Any], root: Path) -> tuple[set[str], list[Question]]:
    """Fill in the systems that eastings with a zone's number show, or that headers of degrees name.

    Returns the tables, and the layers laid over them, whose coordinates are other metres, and for every system that a header named
    what was taken.
    """
    metres, stated = set(), []
    for name, sheet in read_sheets(data, root).items():
        entry = data["tables"][name]
        if TABLE[name].geometry and not entry.get("coordinates"):
            seen = system_seen(sheet)
            if seen == "metres":
                metres.add(name)
            elif seen:
                entry["coordinates"] = seen
            elif (said := system_said(sheet))[0]:
                entry["coordinates"] = said[0]
                text = Text("importing.questions.ask.system_said", file=entry["file"], header=said[1])
                words = system_words()
                stated.append(
                    Question(f"tables.{name}.coordinates", text, tuple(words), said[0], words=words)
                )
    for label, area, sheet in _layers_over(data, root):
        seen = system_seen(sheet)
        if seen == "metres":
            metres.add(label)
        elif seen:
            area["coordinates"] = seen
    return metres, stated


def meridian_seen(data: Mapping[str, Any], root: Path, metres: Collection[str]) -> str:
    """Return the only central meridian that puts eastings without a zone's number where the county's degrees lie; else empty."""
    held = [(name, sheet) for name, sheet in read_sheets(data, root).items() if TABLE[name].geometry]
    held += [(label, sheet) for label, _, sheet in _layers_over(data, root)]
    middles = [(name in metres, _middle(sheet)) for name, sheet in held]
    degrees = [m for far, m in middles if not far and m is not None and np.abs(m[0]) <= 180]
    eastings = [m for far, m in middles if far and m is not None]
    if not degrees or not eastings:
        return ""
    county = np.median(np.array(degrees), axis=0)

    def fits(meridian: int) -> bool:
        turn = pyproj.Transformer.from_crs(system_of_meridian(meridian), "EPSG:4326", always_xy=True)
        return all(np.abs(np.array(turn.transform(*m)) - county).max() <= _NEAR for m in eastings)

    near = (m for m in MERIDIANS if abs(m - county[0]) <= _ZONE)
    found = [meridian for meridian in near if fits(meridian)]
    return str(found[0]) if len(found) == 1 else ""


def _middle(sheet: Sheet) -> tuple[float, float] | None:
    """Return the middle of what a sheet places, in its own numbers."""
    x, y = axes_of(sheet)
    there = np.isfinite(x) & np.isfinite(y)
    return (float(np.median(x[there])), float(np.median(y[there]))) if there.any() else None


def _layers_over(data: Mapping[str, Any], root: Path) -> Iterator[tuple[str, dict[str, Any], Sheet]]:
    """Yield the layers laid over tables whose system is open: what they are called, their entry, their shapes."""
    open_ = overlays_without_system(data["tables"])
    sources = {(s.file, s.sheet): s for s in scan(root) if isinstance(s, Source)} if open_ else {}
    for area in open_:
        source = sources.get((area["file"], area.get("sheet", "")))
        if source is not None and source.shapes is not None:
            labels = np.array([""] * len(source.shapes), dtype=object)
            yield label_of(area), area, Sheet(source.file, [], text_frame([], 0), labels, source.shapes)


def system_words() -> dict[str, Both]:
    """Return the systems of degrees in words."""
    return {s: Both(f"{en} ({s})", f"{zh}（{s}）") for s, (en, zh, _) in SYSTEMS.items()}
