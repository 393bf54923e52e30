"""Read what stands in brackets: places inside, exceptions, parts, former names, limits, notes."""

from __future__ import annotations

import re
from dataclasses import replace

from planning.importing.scope import words as w
from planning.importing.scope.draft_clause import Named
from planning.importing.scope.model import Clause, Side
from planning.importing.scope.places import is_name
from planning.importing.scope.reader import Reader

_PART = re.compile(r"^(?:部分|部分区域|大部分|小部分|局部)$")


def read_bracket(reader: Reader, at: int, close: int) -> None:
    """Read one bracket; ``at`` and ``close`` are its two signs."""
    text = reader.text[at + 1 : close]
    reader.piece("mark", at, at + 1)
    start, end = at + 1, close
    draft = reader.draft
    place = draft.places[-1] if reader.last == "place" and draft.places else None
    excluded = bool(w.EXCEPT.match(text) or re.search(r"除外|之外", text[-3:]))
    if not text.strip():
        reader.piece("mark", start, end)
    elif reader.last == "school" and draft.only:
        draft.only[-1] += f"（{text}）"
        reader.piece("place", start, end)
    elif w.NOTE.search(text) and not excluded:
        reader.piece("note", start, end)
    elif excluded:
        _excluded(reader, start, end)
    elif place is not None and _PART.match(text):
        place.part = True
        reader.piece("place", start, end)
    elif place is not None and w.FORMER.match(text):
        names = re.split(r"[、，和]", w.FORMER.sub("", text))
        place.other_names = (*place.other_names, *(n.strip() for n in names if n.strip()))
        reader.piece("place", start, end)
    elif reader.last == "to" and draft.sides and is_name(text):
        last = draft.sides[-1]
        draft.sides[-1] = Side(
            (*last.lines[:-1], f"{last.lines[-1]}（{text}）"), last.lies, last.start, close + 1
        )
        reader.piece("side", start, end)
    elif place is not None and not w.INTRO.match(text) and not w.SIDE_OF.search(text):
        _of_name(reader, place, start, end)
    else:
        _inside(reader, start, end, place)
    reader.piece("mark", close, close + 1)


def _of_name(reader: Reader, place: Named, start: int, end: int) -> None:
    """Take the words in the bracket as a part of the name: 某苑（1、2期）, 高速公路（示意）."""
    text = reader.text[start:end]
    if w.PHASES.match(text) or is_name(text):
        place.name += f"（{text}）"
        reader.piece("place", start, end)
        reader.last = "place"
    else:
        reader.piece("unknown", start, end)


def _excluded(reader: Reader, start: int, end: int) -> None:
    text = reader.text[start:end]
    head = w.EXCEPT.match(text)
    first = start + (head.end() if head else 0)
    tail = w.EXCEPT_END.search(reader.text[first:end])
    stop = first + tail.start() if tail else end
    if stop < first:
        stop = first
    reader.piece("mark", start, first)
    last = reader.last
    reader.reopen()
    reader.draft.excluded += reader.inner(first, stop)
    reader.piece("mark", stop, end)
    reader.last = last


def _inside(reader: Reader, start: int, end: int, place: Named | None) -> None:
    """Add what the bracket names to the clause; limits alone hold for the place before the bracket."""
    last = reader.last
    examples = bool(re.match(r"含|主要|其中", reader.text[start:end]))
    read = reader.inner(start, end)
    draft = reader.draft
    for clause in read:
        if place is not None and clause.sides and not clause.places:
            place.sides = (*place.sides, *clause.sides)
            continue
        if place is not None or (clause.places and (examples or not clause.complete)):
            draft.complete = False
        _merge(reader, clause)
    if place is not None and place in draft.places:
        # what follows still speaks of the place
        draft.places.remove(place)
        draft.places.append(place)
    reader.last = last


def _merge(reader: Reader, clause: Clause) -> None:
    draft = reader.draft
    for p in clause.places:
        p = replace(p, sides=(*p.sides, *clause.sides), within=p.within or draft.held)
        draft.places.append(
            Named(p.name, p.kind, p.start, p.end, -1, -1, p.within, p.part, p.other_names, p.sides)
        )
    if clause.sides and not clause.places:
        draft.sides += clause.sides
    draft.excluded += clause.excluded
    draft.only += clause.only
