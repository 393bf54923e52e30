"""Hold moves by hand against schools that the same wish asks to leave as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planning.district.names import Names, Place
from planning.editing.journal import Move
from planning.editing.live import LiveLayout
from planning.errors import Issue

_PLACE = Place("--freeze")


def frozen_conflicts(
    live: LiveLayout, moves: Sequence[Move], words: Sequence[str], names: Names
) -> Iterator[Issue]:
    """Yield words that name no school, and every move into or out of a school that is to stay as it is.

    Parameters
    ----------
    words : sequence of str
        Schools or units that are to stay as they are, in words.
    """
    for word in words:
        units = set(names.unit_candidates(word))
        if not units:
            found = names.unit(word, _PLACE)
            if isinstance(found, Issue):
                yield found
            continue
        for move in moves:
            into = sorted(units & set(move.unit.split(";")))
            for zone in move.zones:
                out = sorted(units & set(live.units_at(zone, move.stage)))
                if into != out:
                    way = "into" if into else "out_of"
                    yield Issue(
                        f"editing.frozen.moves_{way}",
                        "--move",
                        value=live.zone_names([zone])[0],
                        school=live.unit_names((into or out)[0])[0],
                        frozen=word,
                    )
