"""Tell of layers that draw catchments of one stage which is in force: the newest, one named by a person, or several beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.headers import plain
from planning.district.cells.traditional import simplified
from planning.district.schema import TABLE
from planning.importing.candidates import Source
from planning.importing.values.known_names import catchment_of, same_name

APART = re.compile(r"[;；\n]")
"""What stands between the layers of an answer."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_NOW = re.compile(
    r"旧(?!城)|(?<![\u4e00-\u9fff])[原老](?=小学|初中|学区|划片|片区)|历史|往年|上年|去年|作废|废止|过期|备份|副本|草案|草稿|征求意见|拟(?=定|划|调)"
    r"|(?<![a-z])(?:old|bak|backup|copy|draft|previous|former)(?![a-z])"
)
"""What files are called that say what was, or what may be."""
_SAME, _TOUCHES = 0.999, 0.05


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of catchments of one stage.

    Parameters
    ----------
    source : Source
    header : str
        Column that names the schools.
    names : tuple of str
        Names whose areas are catchments of the stage.
    whole : bool
        These are all names of the layer.
    """

    source: Source
    header: str
    names: tuple[str, ...]
    whole: bool

    @property
    def label(self) -> str:
        """Return what the layer is called: its file, and the layer of it."""
        return label_of({"file": self.source.file, "sheet": self.source.sheet})

    def rank(self) -> tuple[bool, int]:
        """Return how likely a layer is in force, by what it is called: nothing says that it is old, the year is the newest."""
        title = simplified(plain(f"{Path(self.source.file).stem} {self.source.sheet}"))
        return not _NOT_NOW.search(title), max(map(int, _YEAR.findall(title)), default=0)

    def schools(self) -> set[str]:
        """Return the names of the schools as they are compared."""
        return {same_name(catchment_of(n)) for n in self.names}

    def area(self, name: str = "") -> shapely.Geometry:
        """Return the land of all catchments, or of those of one name."""
        cells = self.source.columns(TABLE["zones"])[self.header]
        wanted = {same_name(catchment_of(name))} if name else self.schools()
        rows = np.array([same_name(catchment_of(c)) in wanted for c in cells], dtype=bool)
        shapes: Shapes = self.source.shapes[rows] if self.source.shapes is not None else np.array([], object)
        return shapely.union_all(shapely.make_valid(shapes[~shapely.is_missing(shapes)]))

    def entry(self) -> dict[str, Any]:
        """Return what a mapping says about the layer."""
        sheet = {"sheet": self.source.sheet} if self.source.sheet else {}
        only = {} if self.whole else {"only": list(self.names)}
        stated = {"coordinates": "file" if self.source.says_where() else ""}
        return {"file": self.source.file, **sheet, **stated, "column": self.header, **only}


def label_of(entry: dict[str, Any]) -> str:
    """Return what the layer of a mapping's entry is called in questions."""
    return f"{entry['file']}:{entry['sheet']}" if entry.get("sheet") else str(entry["file"])


def in_force_of(layers: Sequence[Layer], chosen: str = "") -> dict[str, Any]:
    """Return the overlay of the layers in force, and which others it goes before.

    Layers that draw other schools on other land belong together; of those that draw the same catchments in another way the one that a
    person named counts, else the one that is not called old, else the newest, else the first.
    """
    told = {plain(word) for word in APART.split(chosen) if word.strip()}
    named = [x for x in layers if {plain(x.label), plain(Path(x.source.file).name)} & told]
    taken: list[Layer] = list(named)
    same: list[Layer] = []
    rivals: list[Layer] = [x for x in layers if named and x not in named]
    for layer in sorted((x for x in layers if not named), key=Layer.rank, reverse=True):
        if any(_identical(layer, other) for other in (*taken, *rivals)):
            same.append(layer)
        elif all(_beside(layer, other) for other in taken):
            taken.append(layer)
        else:
            rivals.append(layer)
    first, *more = taken
    entry = first.entry() | ({"also": [x.entry() for x in more]} if more else {})
    entry |= {"instead_of": [x.label for x in rivals]} if rivals else {}
    return entry | ({"same_as": [x.label for x in same]} if same else {})


def is_plain(first: str, other: str) -> bool:
    """Return whether the names of two layers tell which is in force.

    Examples
    --------
    >>> is_plain("小学学区.shp", "旧小学学区.shp"), is_plain("学区2024.shp", "学区2023.shp"), is_plain("甲.shp", "乙.shp")
    (True, True, False)
    """
    ranks = [Layer(Source(label, "", []), "", (), whole=True).rank() for label in (first, other)]
    return ranks[0] > ranks[1]


def _comparable(one: Layer, other: Layer) -> bool:
    """Return whether the numbers of two layers are of one kind, so that their land can be compared."""
    here, there = one.source, other.source
    return here.degrees == there.degrees if not (here.crs and there.crs) else here.crs == there.crs


def _identical(one: Layer, other: Layer) -> bool:
    """Return whether two layers draw the same catchments for the same schools."""
    if one.schools() != other.schools() or not _comparable(one, other):
        return False
    return all(_share(one.area(n), other.area(n)) >= _SAME for n in one.names)


def _share(one: shapely.Geometry, other: shapely.Geometry) -> float:
    whole = shapely.area(shapely.union(one, other))
    return float(shapely.area(shapely.intersection(one, other)) / whole) if whole else 1.0


def _beside(one: Layer, other: Layer) -> bool:
    """Return whether two layers draw other schools on other land: the parts of one county."""
    if one.schools() & other.schools() or not _comparable(one, other):
        return False
    here, there = one.area(), other.area()
    least = min(shapely.area(here), shapely.area(there))
    return bool(shapely.area(shapely.intersection(here, there)) <= _TOUCHES * least)
