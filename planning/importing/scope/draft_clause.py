"""Collect what is read of one clause until it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from planning.importing.scope.model import Clause, Place, Side


@dataclass
class Named:
    """A place being read; ``row`` counts the lists (A、B、C) so that an ending can be spread over one."""

    name: str
    kind: str
    start: int
    end: int
    row: int = -1
    piece: int = -1
    within: tuple[str, ...] = ()
    part: bool = False
    other_names: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()

    def done(self) -> Place:
        """Return the place as a value."""
        return Place(
            self.name, self.kind, self.within, self.part, self.other_names, self.sides, self.start, self.end
        )


@dataclass
class Draft:
    """A clause being read; ``held`` are the places that hold it, ``own`` tells that the clause itself names them."""

    number: str = ""
    held: tuple[str, ...] = ()
    own: bool = False
    sides: list[Side] = field(default_factory=list)
    places: list[Named] = field(default_factory=list)
    excluded: list[Clause] = field(default_factory=list)
    only: list[str] = field(default_factory=list)
    complete: bool = True
    ring: bool = False
    closed: bool = False
    start: int = -1
    end: int = -1

    @property
    def empty(self) -> bool:
        """Whether nothing has been read that names an area."""
        return not (self.sides or self.places or self.own or self.excluded)

    def done(self) -> Clause:
        """Return the clause as a value."""
        places = tuple(p.done() for p in self.places)
        return Clause(
            self.number, tuple(self.sides), places, self.held, tuple(self.excluded), tuple(self.only),
            self.complete, self.ring, self.closed, max(self.start, 0), max(self.end, 0),
        )  # fmt: skip

    def reach(self, start: int, end: int) -> None:
        """Widen the clause to the characters."""
        self.start = start if self.start < 0 else min(self.start, start)
        self.end = max(self.end, end)


def reopened(clause: Clause) -> Draft:
    """Return a finished clause as a draft, for words that go on with it (主要社区有 …)."""
    places = [
        Named(p.name, p.kind, p.start, p.end, -1, -1, p.within, p.part, p.other_names, p.sides)
        for p in clause.places
    ]
    return Draft(
        clause.number, clause.within, bool(clause.within), list(clause.sides), places, list(clause.excluded),
        list(clause.only), clause.complete, clause.ring, clause.restricts, clause.start, clause.end,
    )  # fmt: skip
