"""Say which zone and unit the words of a scenario mean: the id, or the only one of that name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

import pandas as pd

from planning.verify.evidence import Evidence


class Named:
    """Zones and units of a run by id or name; what means nothing, or several, stays the word that it is, so that no row fits it."""

    def __init__(self, evidence: Evidence) -> None:
        zones, schools = evidence.district.zones, evidence.district.schools
        named = _texts(evidence.district.projects, "school", "name") | _texts(schools, "school", "name")
        self._zones = _meant(_texts(zones, "zone", "name").items())
        units = {str(u): str(s) for u, s in evidence.zoned["school"].items()}
        words = [(u, named.get(s, "")) for u, s in units.items()] + list(units.items())
        self._units = _meant(words)

    def zone(self, word: str) -> str:
        """Return the id of a zone."""
        return self._zones.get(word.strip(), self._zones.get(_plain(word), word))

    def unit(self, word: str) -> str:
        """Return the id of a unit that admits by catchment in a stage of the plan."""
        return self._units.get(word.strip(), self._units.get(_plain(word), word))

    def table(self, told: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
        """Return the pairs of zone and unit of a table."""
        return [(self.zone(zone), self.unit(unit)) for zone, units in told.items() for unit in units]


def _texts(table: pd.DataFrame, key: str, column: str) -> dict[str, str]:
    frame = table.drop_duplicates(key)
    return dict(zip(frame[key].astype(str), frame[column].fillna("").astype(str), strict=True))


def _meant(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what ids and words mean; a word of several means nothing, an id itself before all."""
    pairs = [(key, _plain(word)) for key, word in words]
    of: dict[str, set[str]] = {}
    for key, word in (pair for pair in pairs if pair[1]):
        of.setdefault(word, set()).add(key)
    return {w: min(keys) for w, keys in of.items() if len(keys) == 1} | {key: key for key, _ in pairs}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
