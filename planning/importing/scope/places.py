"""Read runs of words that name places: estates, villages, communities, numbered districts."""

from __future__ import annotations

import re

from planning.importing.scope import words as w
from planning.importing.scope.draft_clause import Named
from planning.importing.scope.reader import Reader

_LONGEST, _LONGEST_PLAIN = 24, 12
# a name this short is not whole without the ending of its list (合城、新田社区)
_SHORTEST = 2
_MOST_NUMBERS = 200
_ENDING_ETC = re.compile(r"等(社区|街道|村|小区)$")
_IN = re.compile(r"(?:范围内|区域内|之中|当中|中|内)的")
_AND = re.compile(r"(?<=..)(?:以及|和|及|与)(?=..)")


def read_places(reader: Reader, start: int, end: int) -> None:
    """Read a run of words without directions as places."""
    text = reader.text[start:end]
    if several := w.SEVERAL.match(text):
        for k in (1, 2):
            _one(reader, start + several.start(k), start + several.end(k), several[3])
        return
    body = end
    if etc := _ENDING_ETC.search(text):
        body = start + etc.start()
    elif (tail := w.TAIL.search(text)) is not None:
        body = start + tail.start()
    spread = etc[1] if etc else ""
    if "等" in reader.text[body:end]:
        reader.draft.complete = False
    if body > start:
        _split(reader, start, body)
    if spread:
        _spread(reader, spread)
    reader.piece("mark", body, end)


def _split(reader: Reader, start: int, end: int) -> None:
    """Split at 和 between two whole names, and at 中的 between a place and what lies in it."""
    text = reader.text[start:end]
    if (inside := _IN.search(text)) and inside.start() > 0:
        _split(reader, start, start + inside.start())
        held = [p for p in reader.draft.places if p.row == reader.row]
        reader.draft.places = [p for p in reader.draft.places if p.row != reader.row]
        reader.list_within = (*reader.list_within, *(p.name for p in held))
        reader.piece("mark", start + inside.start(), start + inside.end())
        start, text = start + inside.end(), text[inside.end() :]
    for found in _AND.finditer(text) if text else ():
        left = text[: found.start()]
        if w.kind_of(left) != "name" or w.NUMBERS.match(left):
            _one(reader, start, start + found.start())
            reader.piece("mark", start + found.start(), start + found.end())
            _split(reader, start + found.end(), end)
            return
    if number := re.match(r"^(\d{1,3})([和及与])(\d{1,3}区)$", text):
        _one(reader, start, start + number.end(1))
        reader.piece("mark", start + number.start(2), start + number.end(2))
        _one(reader, start + number.start(3), end)
        return
    _one(reader, start, end)


def _one(reader: Reader, start: int, end: int, ending: str = "") -> None:  # noqa: C901 - one name, read in the order its parts are tried
    """Read one name, or a range of numbers."""
    text = reader.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    text = text.strip()
    if not text:
        return
    if w.COUNTED.match(text) and _counted(reader, start, end):
        return
    number = w.NUMBERS.match(text)
    if number and number[3] in (None, "区"):
        first, last = int(number[1]), int(number[2] or number[1])
        if first <= last < first + _MOST_NUMBERS:
            piece = reader.piece("place", start, end)
            for k in range(first, last + 1):
                reader.add(Named(f"{k}区", "district", start, end, reader.row, piece, _held(reader)))
            return
    if w.kind_of(text) in ("township", "community"):
        reader.holder = ()
    held = _held(reader)
    if holder := w.HOLDER.match(text):
        rest = text[holder.end() :]
        if len(rest) > 1 and not rest.startswith(("（", "-")):
            # the villages after it lie in it too
            reader.holder, start, text = (holder[1],), start + holder.end(), rest
            reader.piece("place", start - holder.end(), start)
            held = _held(reader)
    if not is_name(text):
        reader.piece("unknown", start, end)
        reader.last = ""
        return
    named = Named(text + ending, w.kind_of(text + ending), start, end, reader.row, -1, held)
    named.piece = reader.piece("place", start, end)
    reader.add(named)
    if reader.spread and named.kind == "name":
        named.name, named.kind, named.other_names = text + reader.spread, w.kind_of(reader.spread), (text,)
    elif (spread := w.SPREADS.search(text)) and not text.endswith("新村"):
        _spread(reader, spread[0])


def _counted(reader: Reader, start: int, end: int) -> bool:
    """Read the end of 某村1、2、4-6组: give the numbers before it in the list the same head and unit."""
    text = reader.text[start:end]
    last = w.COUNTED.match(text)
    assert last is not None
    row = [p for p in reader.draft.places if p.row == reader.row]
    runs = [(start, end, last["head"], last["first"], last["last"])]
    while not runs[0][2] and row:
        before = row.pop()
        words = reader.text[before.start : before.end]
        counted = w.HEAD.match(words) if not words[0].isdigit() else None
        number = w.NUMBERS.match(words)
        if counted is None and (number is None or number[3]):
            break
        if counted:
            runs.insert(0, (before.start, before.end, counted["head"], counted["first"], counted["last"]))
        elif number and (before.start, before.end) != runs[0][:2]:
            runs.insert(0, (before.start, before.end, "", number[1], number[2]))
    head = runs[0][2]
    if not head or not is_name(head):
        return False
    first = runs[0][0]
    draft = reader.draft
    draft.places = [p for p in draft.places if p.row != reader.row or p.start < first]
    reader.piece("place", start, end)
    for a, b, _, low, high in runs:
        for k in range(int(low), min(int(high or low), int(low) + _MOST_NUMBERS) + 1):
            name = f"{head}{k}{last['unit']}"
            reader.add(Named(name, w.kind_of(name), a, b, reader.row, -1, _held(reader)))
    return True


def _held(reader: Reader) -> tuple[str, ...]:
    return (*(reader.list_within or reader.draft.held), *reader.holder)


def _spread(reader: Reader, ending: str) -> None:
    """Give the ending of a list (A、B、C社区) to the names before it that have none."""
    places = reader.draft.places
    for named in reversed(places[:-1] if places and places[-1].name.endswith(ending) else places):
        if named.row != reader.row or w.SPREADS.search(named.name):
            break
        if named.kind == "name" or (named.kind != "district" and len(named.name) == _SHORTEST):
            named.name, named.other_names = named.name + ending, (named.name,)
            named.kind = w.kind_of(ending)


def is_name(text: str) -> bool:
    """Return whether words can be the name of a place: short, with letters, without verbs of description."""
    if w.DESCRIBED.search(text) or not re.search(r"\w", text):
        return False
    return len(text) <= (_LONGEST_PLAIN if w.kind_of(text) == "name" else _LONGEST)
