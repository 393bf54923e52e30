"""Hold a scope text (招生范围) as a value: clauses of sides and places, and what every character was read as."""

from __future__ import annotations

from dataclasses import dataclass

OPPOSITE = {
    "east": "west", "west": "east", "north": "south", "south": "north",
    "north_east": "south_west", "south_west": "north_east", "north_west": "south_east", "south_east": "north_west",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A run of characters and what it was read as (``number, mark, side, place, note, unknown``).

    A ``note`` is recognised as a condition of admission and kept, but not drawn.
    """

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True)
class Side:
    """One limit of an area.

    Parameters
    ----------
    lines : tuple of str
        Roads, rivers, walls or limits that form it, in their order.
    lies : str
        Where the area lies as seen from the line (``east``, ``north_west`` …); empty for a line of a ring.
    start, end : int
        Characters of the text.
    """

    lines: tuple[str, ...]
    lies: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """A named place.

    Parameters
    ----------
    name : str
        As it is meant: ``A、B社区`` gives ``A社区`` and ``B社区``, ``19-21区`` gives ``19区``, ``20区``, ``21区``.
    kind : str
        ``district`` (numbered), ``township``, ``community``, ``village``, ``estate`` or, where the name does not
        say it, ``name``.
    within : tuple of str
        Places that hold it.
    part : bool
        The text says that only a part of it is meant.
    other_names : tuple of str
        Former names.
    sides : tuple of Side
        Limits that hold for this place alone.
    start, end : int
        Characters of the text.
    """

    name: str
    kind: str
    within: tuple[str, ...]
    part: bool
    other_names: tuple[str, ...]
    sides: tuple[Side, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Clause:
    """One area of a scope: what lies on all the sides, and the places named.

    Parameters
    ----------
    number : str
        As printed (``（2）``, ``2.（1）``), empty without numbering.
    sides, places : tuple
        Limits that hold together; places, each a part of the area.
    within : tuple of str
        Communities or townships that hold the area.
    excluded : tuple of Clause
        Areas that do not belong to it.
    only : tuple of str
        Schools for which alone the clause holds (仅可报).
    complete : bool
        The list of places names all of the area, not examples (等, 主要, 含).
    ring : bool
        The sides follow one another around the area.
    restricts : bool
        The sides do not enclose an area of their own but cut the places (某路以南的某花园).
    start, end : int
        Characters of the text.
    """

    number: str
    sides: tuple[Side, ...] = ()
    places: tuple[Place, ...] = ()
    within: tuple[str, ...] = ()
    excluded: tuple[Clause, ...] = ()
    only: tuple[str, ...] = ()
    complete: bool = True
    ring: bool = False
    restricts: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Scope:
    """A scope text and what was read from it; the pieces follow one another and cover the text."""

    text: str
    clauses: tuple[Clause, ...]
    pieces: tuple[Piece, ...]

    @property
    def not_understood(self) -> tuple[Piece, ...]:
        """Pieces that could not be read."""
        return tuple(p for p in self.pieces if p.kind == "unknown")


@dataclass(frozen=True)
class Sharing:
    """A note on shared places (共享, 分享, 单享).

    Parameters
    ----------
    kind : str
        ``shared`` (several schools, one scope), ``overflow`` (places of other schools may be asked for), ``single``
        or empty.
    groups : tuple of tuple of str
        Alternatives (或), each the schools whose places may be asked for.
    rest : str
        Words of the note that were not understood.
    """

    kind: str
    groups: tuple[tuple[str, ...], ...]
    rest: str = ""
