"""Read runs of words that name sides: 某路以东, 东至某路, A路-B路以北, rings of roads."""

from __future__ import annotations

import re

from planning.importing.scope import words as w
from planning.importing.scope.draft_clause import Named
from planning.importing.scope.model import OPPOSITE, Clause, Side
from planning.importing.scope.places import is_name, read_places
from planning.importing.scope.reader import Reader

_LONGEST = 24
# no sentence goes on so long without a comma
_LONGEST_RUN = 300
_HIGHWAY = re.compile(r"^(?P<held>[^\d]{2,}?)(?=\d{2,4}国道$)")
_TO_TAIL = re.compile(r"(?:为界)(?:的)?(?:围合)?(?:片区|区域|范围)?$|的?围合(?:片区|区域|范围)$")
_TO_HELD = re.compile(
    rf"^(?P<line>.*?(?:大道|国道|公路|高速|路|街(?!道)|河|渠))(?:的)?(?P<held>.*?(?:街道|社区|镇|乡))(?P<tail>.*)$|^(?P<only>.*?(?:{w.LINE_END}|海边))(?P<area>的?(?:围合)?(?:区域|范围|片区))$"
)


def read_run(reader: Reader, start: int, end: int) -> int:
    """Read plain words up to the next separator or bracket and return where reading goes on."""
    text = reader.text[start:end]
    if len(text) > _LONGEST_RUN:
        reader.piece("unknown", start, end)
        return end
    if lead := re.match(r"[ -]+", text):
        reader.piece("mark", start, start + lead.end())
        reader.joiner = "-" if "-" in lead[0] else reader.joiner
        start, text = start + lead.end(), text[lead.end() :]
    whole, at = end, end
    if trail := re.search(r"[ -]+$", text):
        at = start + trail.start()
        text = text[: trail.start()]
    if text:
        at = _words(reader, start, at)
    if at < whole:
        reader.piece("mark", at, whole)
    return max(at, whole)


def _words(reader: Reader, start: int, end: int) -> int:  # noqa: C901 - one branch per kind of words
    text = reader.text[start:end]
    if w.RING.match(text):
        reader.piece("mark", start, end)
        reader.reopen()
        reader.flush()
        reader.draft.ring = True
        return end
    if reader.schools:
        return _schools(reader, start, end)
    if only := w.ONLY.search(text):
        if only.start():
            _words(reader, start, start + only.start())
        reader.piece("mark", start + only.start(), start + only.end())
        reader.schools = True
        return _schools(reader, start + only.end(), end)
    if found := _exception(reader, start, end):
        return found
    if intro := w.INTRO.match(text):
        return _intro(reader, start, end, intro)
    if (named := w.SIDE_NAMED.match(text)) and reader.text[end : end + 1] == "：":
        reader.piece("mark", start, end)
        reader.named = named[1]
        return end
    if reader.named and reader.joiner == "：":
        _one_side(reader, start, start, end, reader.named)
        reader.named = ""
    elif to := w.SIDE_TO.match(text):
        _side_to(reader, start, end, to)
    elif of := w.SIDE_OF.search(text):
        _side_of(reader, start, end, of)
    else:
        return _plain(reader, start, end)
    return end


def _schools(reader: Reader, start: int, end: int) -> int:
    for part in re.finditer(r"[^和及]+|[和及]", reader.text[start:end]):
        known = len(part[0]) > 1
        reader.piece("place" if known else "mark", start + part.start(), start + part.end())
        if known:
            reader.draft.only.append(part[0])
    reader.last = "school"
    return end


def _exception(reader: Reader, start: int, end: int) -> int:
    """Read 不含…, 除…外 to the end of the part as areas that do not belong; return 0 if the words are no exception."""
    head = w.EXCEPT.match(reader.text[start:end])
    if head is None:
        return 0
    stop = reader.part_end(start, len(reader.text) if reader.depth == 0 else reader.part_end(start, end))
    if head[0].endswith("除"):
        tail = w.EXCEPT_STOP.search(reader.text, start + head.end(), stop)
        if tail is None:
            return 0
        inner, stop = tail.start(), tail.end()
    else:
        tail = w.EXCEPT_END.search(reader.text[start + head.end() : stop])
        inner = start + head.end() + tail.start() if tail else stop
    reader.piece("mark", start, start + head.end())
    reader.draft.excluded += reader.inner(start + head.end(), inner)
    reader.piece("mark", inner, stop)
    return stop


def _intro(reader: Reader, start: int, end: int, intro: re.Match[str]) -> int:
    """Read 包括, 主要社区有 …: places inside the area that the words before described."""
    if start + intro.end() == end and reader.text[end : end + 1] not in ("：", "（"):
        return _plain(reader, start, end)
    reader.reopen()
    reader.piece("mark", start, start + intro.end())
    if w.EXAMPLES.search(intro[0].replace("包含", "")):
        reader.draft.complete = False
    reader.spread = "社区" if "社区" in intro[0] else ""
    reader.row += 1
    reader.last, reader.list_within = "", ()
    rest = start + intro.end()
    return _words(reader, rest, end) if rest < end else end


def _side_to(reader: Reader, start: int, end: int, to: re.Match[str]) -> None:
    """Read 东至某路 (东至某路西至某路): the area lies on the other side of the road."""
    at = start + to.end()
    following = w.NEXT_TO.search(reader.text[at:end])
    stop = at + following.start() if following else end
    _one_side(reader, start, at, stop, to[1])
    again = w.SIDE_TO.match(reader.text[stop:end])
    if again:
        _side_to(reader, stop, end, again)


def _one_side(reader: Reader, start: int, at: int, end: int, towards: str) -> None:
    """Read the line, and what may follow it, of one side; ``start`` and ``at`` are where the side and its line begin."""
    text = reader.text[at:end]
    _new_area(reader)
    reader.closed()
    tail = _TO_TAIL.search(text)
    body = at + tail.start() if tail else end
    held = None if reader.text[at:body].endswith("界") else _TO_HELD.match(reader.text[at:body])
    stop = body
    if held:
        stop = at + (held.end("line") if held["line"] else held.end("only"))
    if not stop > at:
        reader.piece("unknown", start, end)
        return
    side(reader, (start, stop), (at, stop), OPPOSITE[w.DIRECTIONS[towards]])
    reader.to_open, reader.last = True, "to"
    if held and held["held"]:
        _holder(reader, at + held.start("held"), at + held.end("held"), stop)
        stop = at + held.end("held")
        if held["tail"] and not w.AREA.match(held["tail"]) and not w.TAIL.match(held["tail"]):
            reader.last, reader.to_open = "", False
            read_places(reader, stop, body)
            stop = body
    reader.piece("mark", stop, end)


def _holder(reader: Reader, start: int, end: int, stop: int) -> None:
    """Note the communities or townships that hold the area (松岗街道松岗社区: both)."""
    reader.piece("mark", stop, start)
    reader.piece("place", start, end)
    text = reader.text[start:end]
    names = tuple(re.findall(r".+?(?:街道|社区|镇|乡|$)", text)) or (text,)
    reader.draft.held = (*reader.draft.held, *(n for n in names if n))


def side(
    reader: Reader, span: tuple[int, int], names: tuple[int, int], lies: str, before: tuple[str, ...] = ()
) -> None:
    """Add one side whose lines stand in ``names``, chained by dashes; words that only describe are not understood."""
    text = reader.text[names[0] : names[1]]
    chain = tuple(n for n in (n.strip() for n in re.split(r"[-、]", text)) if n)
    if not chain or w.DESCRIBED.search(text) or any(len(n) > _LONGEST for n in chain):
        reader.piece("unknown", *span)
        return
    reader.piece("side", *span)
    reader.draft.sides.append(Side((*before, *chain), lies, *span))


def _side_of(reader: Reader, start: int, end: int, of: re.Match[str]) -> None:
    """Read 某路以东, the lines listed before it (A路、B路以东) and what follows it."""
    reader.closed()
    head = start
    joined = w.JOIN.match(reader.text[start : start + of.start()])
    if joined and joined[0] in ("以及", "及"):
        head = start + joined.end()
        reader.piece("mark", start, head)
    if reader.text[head:].startswith("在") and of.start() > 2:
        reader.piece("mark", head, head + 1)
        head += 1
    before, first = _listed(reader, head)
    _new_area(reader)
    head = _held_before(reader, head, start + of.start())
    stop = start + of.end()
    side(reader, (head, stop), (head, start + of.start()), w.DIRECTIONS[of["a"] or of["b"]], before)
    if before and reader.draft.sides:
        last = reader.draft.sides[-1]
        reader.draft.sides[-1] = Side(last.lines, last.lies, first, last.end)
    reader.last = "area"
    _after(reader, stop, end)


def _listed(reader: Reader, at: int) -> tuple[tuple[str, ...], int]:
    """Take back the names before 、 that are lines: they belong to the side that follows."""
    taken: list[Named] = []
    places = reader.draft.places
    while (
        reader.joiner == "、" and places and places[-1].row == reader.row and w.LINE.search(places[-1].name)
    ):
        taken.insert(0, places.pop())
    for named in taken:
        start, end, _ = reader.pieces[named.piece]
        reader.pieces[named.piece] = (start, end, "side")
    return tuple(n.name for n in taken), taken[0].start if taken else at


def _held_before(reader: Reader, start: int, end: int) -> int:
    """Note the community that stands before the first line (新和社区某大道) and return where the line begins."""
    text = reader.text[start:end]
    found = w.HOLDER.match(text) or _HIGHWAY.match(text)
    if found is None or len(text) - found.end() < 3:
        return start
    holder = text[: found.end()]
    several = w.SEVERAL.match(holder.removesuffix("在"))
    names = (several[1] + several[3], several[2] + several[3]) if several else (holder,)
    reader.piece("place", start, start + found.end())
    reader.draft.held = (*reader.draft.held, *names)
    start += found.end()
    if reader.text[start] == "在":
        reader.piece("mark", start, start + 1)
        start += 1
    return start


def _after(reader: Reader, start: int, end: int) -> None:
    """Read what follows a direction: area, holder, a place that the sides restrict, a limit, another side."""
    text = reader.text[start:end]
    if not text:
        return
    if dash := re.match(r"[ -]*-[ -]*", text):
        reader.piece("mark", start, start + dash.end())
        reader.joiner, reader.draft.ring = "-", True
        _ring_on(reader, start + dash.end(), end)
    elif to := re.match(r"^至(.+?)(?=的?(?:区域|范围|片区|$))", text):
        reader.piece("side", start, start + to.end())
        lies = OPPOSITE.get(reader.draft.sides[-1].lies, "") if reader.draft.sides else ""
        reader.draft.sides.append(Side((to[1],), lies, start, start + to.end()))
        _after(reader, start + to.end(), end)
    elif area := w.AREA.match(text):
        reader.piece("mark", start, start + area.end())
        _after(reader, start + area.end(), end)
    elif joined := w.JOIN.match(text):
        reader.piece("mark", start, start + joined.end())
        reader.flush()
        _words(reader, start + joined.end(), end)
    elif w.SIDE_OF.search(text) and not w.DESCRIBED.search(text):
        of = w.SIDE_OF.search(text)
        assert of is not None
        _side_of(reader, start, end, of)
    elif (held := w.WITHIN_AREA.match(text)) and is_name(held[2]):
        if "原" in held[1]:
            # who was in charge of the area before does not say where it is
            reader.piece("mark", start, start + held.end(1))
            reader.piece("note", start + held.start(2), start + held.end(2))
        else:
            _holder(reader, start + held.start(2), start + held.end(2), start)
        reader.piece("mark", start + held.end(2), end)
        reader.last = "area"
    elif text.startswith("的") and is_name(text[1:]):
        reader.piece("mark", start, start + 1)
        read_places(reader, start + 1, end)
        reader.draft.closed = True
    else:
        reader.piece("unknown", start, end)


def _ring_on(reader: Reader, start: int, end: int) -> None:
    """Read the next line of a ring (某路以西北-某路以东), with or without a direction."""
    if of := w.SIDE_OF.search(reader.text[start:end]):
        _side_of(reader, start, end, of)
    elif start < end:
        for part in re.finditer(r"[^-]+|-+", reader.text[start:end]):
            at, stop = start + part.start(), start + part.end()
            if part[0].strip(" -"):
                _ring_tail(reader, at, stop)
            else:
                reader.piece("mark", at, stop)


def _plain(reader: Reader, start: int, end: int) -> int:
    """Read words without a direction: a line of a ring, more lines of 东至…, a note, places."""
    text = reader.text[start:end]
    close = reader.pairs.get(end, -1) if reader.text[end : end + 1] == "（" else -1
    inside = reader.text[end + 1 : close] if close > 0 else ""
    draft = reader.draft
    if alone := w.SIDE_ALONE.match(inside):
        _ring_line(reader, start, end, w.DIRECTIONS[alone[1]])
        reader.piece("side", end, close + 1)
        return close + 1
    if length := _length(reader, end):
        draft.ring = True
        side(reader, (start, length[0]), (start, length[0]), "")
        reader.piece("mark", *length)
        return length[1]
    if reader.to_open and reader.joiner == "、" and draft.sides:
        last = draft.sides[-1]
        reader.piece("side", start, end)
        draft.sides[-1] = Side((*last.lines, text), last.lies, last.start, end)
        reader.last = "to"
        return end
    if (w.AREA.match(text) or w.TAIL.fullmatch(text)) and (draft.sides or draft.held):
        reader.piece("mark", start, end)
        reader.last = "area"
    elif draft.sides and not draft.closed and _goes_on(reader, text):
        _ring_tail(reader, start, end)
    elif w.NOTE.search(text):
        reader.piece("note", start, end)
        reader.last = "note"
    elif "-" in text and not w.NUMBER_LIST.match(text) and not w.COUNTED.match(text):
        side(reader, (start, end), (start, end), "")
        draft.ring = True
    else:
        reader.closed()
        _except_end(reader, start, end)
    return end


def _length(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return the bracket with a length (约200米) that follows a line, perhaps after a bracket that belongs to its name."""
    for _ in range(2):
        close = reader.pairs.get(at, -1) if reader.text[at : at + 1] == "（" else -1
        if close < 0:
            return None
        if w.LENGTH.match(reader.text[at + 1 : close]):
            return at, close + 1
        at = close + 1
    return None


def _goes_on(reader: Reader, text: str) -> bool:
    return reader.joiner == "-" or (reader.last == "side-bracket" and text.startswith("的"))


def _new_area(reader: Reader) -> None:
    """End the clause before a new side if places were listed in it; those in brackets (含某花园) do not end it."""
    if any(p.row >= 0 for p in reader.draft.places):
        reader.flush()


def _ring_line(reader: Reader, start: int, end: int, lies: str) -> None:
    """Read 某路（以西）, one line of a ring; what holds the ring may stand before the first."""
    reader.closed()
    if joined := re.match(r"以及|及", reader.text[start:end]):
        reader.piece("mark", start, start + joined.end())
        start += joined.end()
        reader.flush()
    before, first = _listed(reader, start)
    if reader.joiner == "、" and reader.draft.sides and not reader.draft.sides[-1].lies:
        other = reader.draft.sides.pop()
        before, first = (*other.lines, *before), other.start
    _new_area(reader)
    if not reader.draft.sides:
        start = _held_before(reader, start, end)
        first = start if not before else first
    side(reader, (start, end), (start, end), lies, before)
    reader.draft.ring = True
    reader.last = "side-bracket"


def _ring_tail(reader: Reader, start: int, end: int) -> None:
    """Read the last words of a ring: 的围合区域, 的原某社区管辖区域, a line without a direction."""
    text = reader.text[start:end]
    if w.AREA.match(text) or text.startswith("的"):
        _after(reader, start, end)
    elif tail := re.search(r"的?(?:围合)?(?:区域|范围|片区)", text):
        side(reader, (start, start + tail.start()), (start, start + tail.start()), "")
        _after(reader, start + tail.start(), end)
    else:
        side(reader, (start, end), (start, end), "")


def _except_end(reader: Reader, start: int, end: int) -> None:
    """Read places; 除外 at their end takes the list out of the area."""
    tail = re.search(r"除外$", reader.text[start:end])
    if tail is None:
        read_places(reader, start, end)
        return
    read_places(reader, start, start + tail.start())
    reader.piece("mark", start + tail.start(), end)
    draft = reader.draft
    out = [p for p in draft.places if p.row == reader.row]
    draft.places = [p for p in draft.places if p.row != reader.row]
    if out:
        draft.excluded.append(
            Clause(draft.number, places=tuple(p.done() for p in out), start=out[0].start, end=out[-1].end)
        )
