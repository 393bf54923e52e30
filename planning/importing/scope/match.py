"""Turn the clauses of a scope text into zones of a district, and say what could not be located."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from planning.arrays import BoolArray, FloatArray, ObjectArray
from planning.importing.scope import words as w
from planning.importing.scope.gazetteer import Gazetteer, Shape
from planning.importing.scope.model import Clause, Place, Scope
from planning.importing.scope.sides import ENCLOSED, Region, region

_PART_OF_SCHOOL = re.compile(r"[（(](?:小学部|初中部)[）)]$")
REASONS = ("words", "place", "holder", "line", "open", "empty", "note", "school")
"""Why words of a text are missing from the draft: keys of the catalogue's ``importing.scope.lost``."""
_PART, _LOOSE, _BOTH = 0.6, 0.7, 0.05
_HOLDER, _WHOLE = 0.5, 0.95
"""Factors: only a part is meant; limits of a place are unknown. Added where name and limits agree. Then the
confidence of a community that holds the places, and of one named as a whole."""


@dataclass(frozen=True)
class Lost:
    """Words that did not become zones, and the key of the reason in ``REASONS``."""

    clause: str
    text: str
    reason: str


@dataclass(frozen=True)
class Match:
    """Zones of one scope.

    Parameters
    ----------
    confidence : array of float, shape (zones,)
        0 where a zone does not belong to the scope.
    clause, how : array of str, shape (zones,)
        Number (or place in the text) of the clause and the rule that gave the zone.
    lost : tuple of Lost
        What was not understood or located.
    """

    confidence: FloatArray
    clause: ObjectArray
    how: ObjectArray
    lost: tuple[Lost, ...]


def match_scope(
    known: Gazetteer, scope: Scope, near: BoolArray, start: Shape | None, school: tuple[str, ...] = ()
) -> Match:
    """Return the zones that a scope describes.

    Parameters
    ----------
    near : array of bool, shape (zones,)
        Zones within the search radius; holds for limits, not for names.
    start : Point, optional
        The school.
    school : tuple of str
        Names of the school: clauses that hold for other schools alone (仅可报) are left out.
    """
    found = Match(
        np.zeros(len(known.zones)),
        np.full(len(known.zones), "", dtype=object),
        np.full(len(known.zones), "", dtype=object),
        (),
    )
    lost = [
        Lost(_number_at(scope, p.start), p.text, "words" if p.kind == "unknown" else "note")
        for p in scope.pieces
        if p.kind in ("unknown", "note") and p.text.strip()
    ]
    for k, clause in enumerate(scope.clauses):
        if clause.only and not _is_one_of(school, clause.only):
            continue
        one, gone = _clause(known, clause, near, start)
        lost += [
            replace(x, clause=clause.number, text=x.text or scope.text[clause.start : clause.end])
            for x in gone
        ]
        better = one.confidence > found.confidence
        found.confidence[better] = one.confidence[better]
        found.clause[better] = clause.number or str(k + 1)
        found.how[better] = one.how[better]
    return replace(found, lost=tuple(dict.fromkeys(lost)))


def _number_at(scope: Scope, at: int) -> str:
    return next((c.number for c in scope.clauses if c.start <= at < c.end), "")


def _is_one_of(school: tuple[str, ...], names: tuple[str, ...]) -> bool:
    mine, theirs = ({w.bare(_PART_OF_SCHOOL.sub("", n)) for n in some if n} for some in (school, names))
    return any(a == b or a.endswith(b) or b.endswith(a) for a in mine for b in theirs)


def _clause(
    known: Gazetteer, clause: Clause, near: BoolArray, start: Shape | None
) -> tuple[Match, tuple[Lost, ...]]:
    """Return the zones of one clause: named places, and what its sides enclose, less what is excluded."""
    size = len(known.zones)
    match = Match(
        np.zeros(size), np.full(size, "", dtype=object), np.full(size, "", dtype=object), tuple[Lost, ...]()
    )
    lost: list[Lost] = []
    held = _held(known, clause, lost)
    area = region(known, clause.sides, near & held, start, ring=clause.ring) if clause.sides else None
    if area is not None:
        lost += [Lost("", name, "line") for name in area.missing]
        area = _usable(area, clause, lost, held=not held.all())
    for place in clause.places:
        if not _place(known, place, (near, start), clause, area, match):
            lost.append(Lost("", place.name, "place"))
    unheard = any(x.reason == "place" for x in lost)
    if area is not None and not clause.restricts and (not clause.places or not clause.complete or unheard):
        _claim(match, area.zones, area.confidence, "limits")
    community = bool(clause.within) and w.kind_of(clause.within[-1]) == "community" and not held.all()
    if clause.places and community and not match.confidence.any():
        # zones may be whole communities, of which the text names the villages
        _claim(match, held, _HOLDER, "community of the places named")
    if clause.within and not clause.sides and not clause.places:
        _claim(match, held, _WHOLE if not held.all() else _HOLDER, "whole of " + "、".join(clause.within))
    for out in clause.excluded:
        gone, more = _clause(known, replace(out, only=()), near, start)
        match.confidence[gone.confidence > 0] = 0.0
        lost += more
    return match, tuple(lost)


def _held(known: Gazetteer, clause: Clause, lost: list[Lost]) -> BoolArray:
    """Return the zones of the townships or communities that hold a clause; all where none is known."""
    held = np.ones(len(known.zones), dtype=bool)
    for name in clause.within:
        zones = known.holder(name)
        if zones is None:
            # places say their names themselves; limits lose a bound
            if clause.sides or not clause.places:
                lost.append(Lost("", name, "holder" if clause.sides else "place"))
            if not clause.sides and not clause.places:
                held[:] = False
        elif (held & zones).any():
            held &= zones
    return held


def _usable(area: Region, clause: Clause, lost: list[Lost], *, held: bool) -> Region | None:
    """Return the area if its lines enclose it, or if the text itself names no more and a township holds it."""
    enough = area.quarters >= ENCLOSED or (area.quarters > 0 and (held or not area.missing))
    if not enough:
        lost.append(Lost("", "", "open"))
        return None
    if not area.zones.any():
        lost.append(Lost("", "", "empty"))
        return None
    return area


def _place(
    known: Gazetteer, place: Place, ground: tuple[BoolArray, Shape | None], clause: Clause, area: Region | None,
    match: Match,
) -> bool:  # fmt: skip
    """Claim the zones of one place and return whether there are any."""
    found = known.place(place)
    if found is None:
        return False
    zones, confidence, how = found.zones, found.confidence, found.how
    if place.sides:
        cut = region(known, place.sides, np.ones(len(zones), dtype=bool), ground[1], ring=False)
        zones, confidence = _cut(zones, confidence, cut if cut.quarters else None)
    if clause.restricts:
        zones, confidence = _cut(zones, confidence, area)
    elif area is not None:
        agree = zones & area.zones
        _claim(match, agree, min(confidence + _BOTH, 1.0), f"{how}, inside the limits")
    _claim(match, zones, confidence * (_PART if place.part else 1.0), how)
    return True


def _cut(zones: BoolArray, confidence: float, area: Region | None) -> tuple[BoolArray, float]:
    if area is not None and (zones & area.zones).any():
        return zones & area.zones, min(confidence, area.confidence + _BOTH)
    return zones, confidence * _LOOSE


def _claim(match: Match, zones: BoolArray, confidence: float, how: str) -> None:
    better = zones & (match.confidence < confidence)
    match.confidence[better] = confidence
    match.how[better] = how


def clauses_of(clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """Yield clauses and the clauses they exclude."""
    for clause in clauses:
        yield clause
        yield from clauses_of(clause.excluded)
