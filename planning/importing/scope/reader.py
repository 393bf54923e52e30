"""Walk over a scope text and hand every number, bracket and run of words to who understands it."""

from __future__ import annotations

import re
from collections.abc import Callable

from planning.importing.scope import words as w
from planning.importing.scope.draft_clause import Draft, Named, reopened
from planning.importing.scope.model import OPPOSITE, Clause

_DEPTH = 4
Pieces = list[tuple[int, int, str]]


class Reader:
    """Read one level of a text; a bracket is read by a reader of its own that shares the pieces.

    Parameters
    ----------
    text : str
        As :func:`planning.importing.scope.words.alike` returns it.
    pieces : list
        Takes what each run of characters was read as.
    pairs : dict of int to int
        Where every bracket closes.
    read : callable
        Reads a stretch of the text with a reader.
    depth : int
        How many brackets deep.
    """

    def __init__(
        self,
        text: str,
        pieces: Pieces,
        pairs: dict[int, int],
        read: Callable[[Reader, int, int], None],
        depth: int = 0,
    ) -> None:
        self.text, self.pieces, self.pairs, self.read, self.depth = text, pieces, pairs, read, depth
        self.clauses: list[Clause] = []
        self.draft = Draft()
        self.parents: list[tuple[str, str, tuple[str, ...]]] = [("", "", ())]
        self.style = ""
        self.row = 0
        self.joiner = ""
        self.last = ""
        self.list_within: tuple[str, ...] = ()
        self.holder: tuple[str, ...] = ()
        self.spread = ""
        self.schools = False
        self.to_open = False
        self.named = ""

    def piece(self, kind: str, start: int, end: int) -> int:
        """Note what characters were read as and return the place of the note."""
        if end > start:
            self.pieces.append((start, end, kind))
            if kind in ("side", "place", "unknown", "note"):
                self.draft.reach(start, end)
        return len(self.pieces) - 1

    def flush(self) -> None:
        """End the clause being read; the next one keeps its number and what holds it."""
        draft = self.draft
        if not draft.empty:
            self.clauses.append(draft.done())
        self.draft = Draft(number=draft.number, held=self.parents[-1][2])
        self.last, self.to_open = "", False

    def end_of_part(self) -> None:
        """End the clause at ；or 。and forget what held for it alone."""
        self.flush()
        self.list_within, self.spread, self.schools = (), "", False

    def reopen(self) -> None:
        """Go on with the clause before, if this one has not begun and bears the same number."""
        if self.draft.empty and self.clauses and self.clauses[-1].number == self.draft.number:
            self.draft = reopened(self.clauses.pop())

    def number(self, style: str, start: int, end: int) -> None:
        """Begin a numbered clause; one whose text is a heading (2.某社区：（1）…) holds those of another style below it."""
        draft = self.draft
        heading = draft.own and not (draft.sides or draft.places) and style != self.style
        if heading:
            self.parents.append((self.style, draft.number, draft.held))
            self.draft = Draft()
        else:
            self.end_of_part()
            styles = [s for s, _, _ in self.parents]
            if style in styles[1:]:
                del self.parents[styles.index(style, 1) :]
        self.piece("number", start, end)
        self.style = style
        label = self.text[start:end].strip()
        self.draft = Draft(number=self.parents[-1][1] + label, held=self.parents[-1][2])
        self.list_within, self.spread, self.schools, self.row = (), "", False, self.row + 1

    def separator(self, at: int) -> None:
        """Take one separator."""
        char = self.text[at]
        self.piece("mark", at, at + 1)
        if char in "；\n" and self.another_side(at + 1):
            char = "，"
        elif char in "；。\n":
            self.end_of_part()
        elif char == "：":
            self.heading()
        self.joiner = "、" if char == "/" else char
        if self.joiner != "、":
            self.holder = ()
            self.row += 1
            self.to_open = False

    def another_side(self, at: int) -> bool:
        """Return whether the next words give a side that the clause does not have yet (东至甲路；南至乙路)."""
        sides = self.draft.sides
        words = self.text[at : at + 16].lstrip(" ")
        found = w.SIDE_TO.match(words) or re.match(r"([东南西北])(?:面|侧|边)?：", words)
        if found is None or not sides or self.draft.places:
            return False
        return all(s.lies != OPPOSITE[w.DIRECTIONS[found[1]]] for s in sides)

    def heading(self) -> None:
        """Make the place before a colon what holds the places after it."""
        if self.last != "place" or not self.draft.places:
            return
        name = self.draft.places.pop().name
        if self.draft.sides or self.draft.places:
            self.list_within = (*self.parents[-1][2], name)
        else:
            self.draft.held, self.draft.own = (*self.parents[-1][2], name), True
        self.last = ""

    def part_end(self, at: int, end: int) -> int:
        """Return where the part (up to ；。) that holds a character ends on this level."""
        while at < end and self.text[at] not in "；。\n":
            at = self.pairs[at] + 1 if self.text[at] == "（" and at in self.pairs else at + 1
        return min(at, end)

    def run_end(self, at: int, end: int) -> int:
        """Return where the run of plain words that begins at a character ends."""
        while at < end and self.text[at] not in w.SEPARATORS:
            grouped = w.IN_NAME.match(self.text, at)
            if self.text[at] in "（）" and not (grouped and grouped.end() < end):
                break
            at = grouped.end() if grouped else at + 1
        return at

    def inner(self, start: int, end: int) -> list[Clause]:
        """Return what stands inside a bracket, or after an exception, as clauses."""
        if self.depth >= _DEPTH:
            self.piece("unknown", start, end)
            return []
        reader = Reader(self.text, self.pieces, self.pairs, self.read, self.depth + 1)
        self.read(reader, start, end)
        reader.flush()
        self.draft.reach(start, end)
        return reader.clauses

    def closed(self) -> None:
        """End the clause if a place has closed it (新沙路以南的某花园)."""
        if self.draft.closed:
            self.flush()

    def add(self, named: Named) -> None:
        """Add a place to the clause."""
        self.draft.places.append(named)
        self.last = "place"
