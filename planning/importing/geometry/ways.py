"""Hold the ways of a street network, and mend those whose nodes lie on one spot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.errors import Issue

_LISTED = 10


@dataclass(frozen=True)
class Way:
    """One line of a street network with its tags.

    Parameters
    ----------
    key : str
        Identifier in the source.
    tags : mapping of str to str
    nodes : array of int, shape (n,)
        Identifiers of its nodes, shared where lines meet.
    xy : array of float, shape (n, 2)
        Degrees.
    """

    key: str
    tags: Mapping[str, str]
    nodes: IntArray
    xy: FloatArray


def mend_ways(
    path: Path, ways: Iterable[Way], crossings: Iterable[int]
) -> tuple[list[Way], set[int], list[Issue]]:
    """Return ways without nodes that repeat the place of the one before, the crossings, and what was mended.

    Nodes of one way that follow each other on one spot become one node, in every other way too, so that what met there
    still meets. A way of which one spot is left goes; so do nodes whose coordinates are no numbers.
    """
    known = [_finite(way) for way in ways]
    same: dict[int, int] = {}
    repeated = [way for way in known if len(way.nodes) > 1 and _repeats(way).any()]
    for way in repeated:
        for i in np.flatnonzero(_repeats(way)):
            a, b = _root(same, int(way.nodes[i])), _root(same, int(way.nodes[i + 1]))
            if a != b:
                same[max(a, b)] = min(a, b)
    kept, gone = [], []
    mended = {way.key for way in repeated}
    for way in known:
        nodes = np.array([_root(same, int(n)) for n in way.nodes], dtype=np.int64) if same else way.nodes
        own = dataclasses.replace(way, nodes=nodes)
        if way.key in mended:
            first = np.concatenate([[True], ~_repeats(own)])
            own = dataclasses.replace(own, nodes=own.nodes[first], xy=own.xy[first])
        if len(own.nodes) > 1 and len(np.unique(own.xy, axis=0)) > 1:
            kept.append(own)
        else:
            gone.append(way.key)
    changed = sorted(mended - set(gone))
    joined = {_root(same, int(n)) for n in crossings}
    return kept, joined, _said(path, gone, changed)


def _finite(way: Way) -> Way:
    good = np.isfinite(way.xy).all(axis=1)
    return way if good.all() else dataclasses.replace(way, nodes=way.nodes[good], xy=way.xy[good])


def _repeats(way: Way) -> BoolArray:
    """Return where a node lies on the spot of the one before it."""
    return np.asarray((way.xy[1:] == way.xy[:-1]).all(axis=1), dtype=np.bool_)


def _root(same: dict[int, int], node: int) -> int:
    while node in same:
        node = same[node]
    return node


def _said(path: Path, gone: list[str], changed: list[str]) -> list[Issue]:
    found = []
    for code, keys in (("importing.ways.left_out", gone), ("importing.ways.mended", changed)):
        if keys:
            listed = ", ".join(keys[:_LISTED]) + (" …" if len(keys) > _LISTED else "")
            found.append(Issue(code, path.name, value=listed, level="warning", count=len(keys)))
    return found
