"""Places that border no school are joined once, and what is said of it names the tolerance."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from planning.travel.neighbours import NAMED, _notes
from planning.zoning.build.islands import bridged

BOXES = {"a": (0, 0), "b": (100, 0), "c": (300, 0), "d": (400, 0), "e": (700, 0)}
"""Two islands of two zones each, 100 m apart, and the mainland 200 m beyond."""
NONE = gpd.GeoDataFrame({"barrier": [], "kind": []}, geometry=[], crs="EPSG:32648")


def joined(homes: dict[str, list[int]], boxes: dict[str, tuple[int, int]] = BOXES, touching=((0, 1), (2, 3))):
    shapes = np.array([shapely.box(x, y, x + 100, y + 100) for x, y in boxes.values()], dtype=object)
    near = sparse.lil_matrix((len(boxes), len(boxes)))
    for a, b in touching:
        near[a, b] = near[b, a] = 1
    here = {s: np.isin(np.arange(len(boxes)), zones) for s, zones in homes.items()}
    return bridged(sparse.csr_matrix(near), pd.Index(list(boxes)), shapes, here, NONE)[1]


def test_two_places_joined_to_each_other_are_one_bridge() -> None:
    """Both islands lack a school and lie nearest each other: b–c was listed from both sides."""
    found = joined({"primary": [4]})
    assert [(b.from_zone, b.to_zone) for b in found] == [("b", "c"), ("d", "e")]
    assert set(found[0].zones) == set(found[1].zones) == {"a", "b", "c", "d"}
    assert "contiguity.snap_m" in found[0].said.text("en")


def test_places_that_lack_different_schools_are_both_told() -> None:
    found = joined({"primary": [0, 4], "junior": [2, 4]})
    assert {(b.zones, b.stages) for b in found} == {(("a", "b"), ("junior",)), (("c", "d"), ("primary",))}


def test_a_corner_is_no_gap_of_0_m() -> None:
    (found,) = joined({"primary": [0]}, {"a": (0, 0), "b": (100, 100)}, ())
    assert "only touch at a corner" in found.said.text("en")


def test_pairs_in_a_note_are_listed_once_with_the_tolerance() -> None:
    pairs = (("x", "y"), ("y", "x"), *((f"z{k}", "x") for k in range(NAMED + 2)))
    english, chinese = _notes((), pairs, np.zeros(1, dtype=np.int64), 2.0)
    assert english.startswith("14 zones without a neighbour (contiguity.snap_m: 2 m)")
    assert english.count("x–y") + english.count("y–x") == 1
    assert english.endswith("… (+3)")
    assert "contiguity.snap_m 为 2 米" in chinese
