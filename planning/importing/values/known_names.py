"""Know the names of schools, townships and zones: the identifier by the plain form of a name, and which names a cell lists."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from planning.district.cells.dates import half_width
from planning.district.cells.headers import plain
from planning.district.cells.parse import is_blank
from planning.district.cells.sheet import Sheet
from planning.district.cells.spoken import schools_meant
from planning.district.cells.traditional import alike
from planning.district.schema import TABLE, Table
from planning.importing.steps.steps import position_of_column

STAGE_WORDS = {plain(word): c.value for c in TABLE["units"].column_of["stage"].choices
               for word in (c.value, c.zh, *c.aliases)}  # fmt: skip
_OF_CATCHMENT = re.compile(
    r"[-_—·]?(?:招生|划片|劃片|施教|服务|服務|学区|學區)?(?:学区|學區|片区|片區|施教区|施教區|服务区|服務區|范围|範圍|区域|區域|划片|劃片|边界|邊界|片)$"
)
"""What lists put behind the name of a school whose catchment is meant."""
_ROWS = 12
_LISTED = re.compile(r"[;、,/|]")
"""What stands between the names of a list; full-width signs are read as half-width ones before."""
_BETWEEN = re.compile("[和与與及]")
"""What stands between the names of two schools that share a catchment; part of many a name, too."""
_ENUMERATED = re.compile(r"[(\[]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)\]、.,:]+\s*(?=\D)")
"""What lists put before a name: 1、 (2) 三、."""


def catchment_of(cell: str) -> str:
    """Return the school whose catchment a name means.

    Examples
    --------
    >>> catchment_of("第一小学学区"), catchment_of("第二小學招生範圍"), catchment_of("三小片"), catchment_of("第一小学")
    ('第一小学', '第二小學', '三小', '第一小学')
    """
    return _OF_CATCHMENT.sub("", half_width(cell).strip())


def same_name(cell: str) -> str:
    """Return a name for comparing: without what offices write differently, traditional characters among it."""
    return alike(plain(cell))


def few(rows: Sequence[str]) -> str:
    """Return rows as one line names them: the first of many, and how many more there are."""
    return ", ".join(rows[:_ROWS]) + (f" … (+{len(rows) - _ROWS})" if len(rows) > _ROWS else "")


@dataclasses.dataclass(frozen=True)
class Names:
    """Identifiers by the plain form of a name; names that several rows have are in ``twice``.

    ``spoken`` names of schools are known by their end and their short forms, too, where only one school fits.
    """

    known: Mapping[str, str]
    twice: frozenset[str]
    spoken: bool = False

    def word(self, cell: str) -> str:
        """Return a name as it is known: plain; where only so it is known, without the number of a list, or in other characters."""
        word = self._written(cell)
        if word in self.known or not self.spoken:
            return word
        meant = self.meant(cell)
        return meant[0] if len(meant) == 1 else word

    def meant(self, cell: str) -> list[str]:
        """Return the names that may be meant by one that is not known as it is written."""
        word = self._written(cell)
        if word in self.known or word.isascii():
            return [word] if word in self.known else []
        if word not in self._meant:
            bare = plain(_ENUMERATED.sub("", half_width(cell).strip(), count=1))
            self._meant[word] = schools_meant(_OF_CATCHMENT.sub("", bare), self.known)
        return self._meant[word]

    def differs(self, cell: str) -> str:
        """Return the known name that was taken for another one; empty where it is written so, but for its characters, or unknown."""
        word = self.word(cell)
        return word if word in self.known and word != self._written(cell) else ""

    def _written(self, cell: str) -> str:
        word, bare = plain(cell), plain(_ENUMERATED.sub("", half_width(cell).strip(), count=1))
        forms = (word, bare, _OF_CATCHMENT.sub("", bare))
        known = next((w for w in forms if w in self.known), "")
        return known or next((self._alike[a] for w in forms if (a := alike(w)) in self._alike), word)

    @cached_property
    def _meant(self) -> dict[str, list[str]]:
        """What unknown names were found to mean: a long column asks for the same one again and again."""
        return {}

    @cached_property
    def _alike(self) -> dict[str, str]:
        """The one known name that is written so in simplified characters."""
        count = Counter(map(alike, self.known))
        return {alike(w): w for w in self.known if count[alike(w)] == 1}


def parts_of(cell: str, *known: Names) -> list[str]:
    """Return the names that a cell lists, none where it says 无 or the like; a name that is known with its signs stays whole."""
    text = half_width(cell).strip()
    if is_blank(text):
        return []
    if any(names.word(text) in names.known for names in known):
        return [text]
    listed = [p for p in _LISTED.split(text) if not is_blank(p.strip())]
    return [part for p in listed for part in _divided(p, known)]


def _divided(text: str, known: Sequence[Names]) -> list[str]:
    """Return the names of two schools with 和 between them, the text as it is where it is none of that: 和 is in many a name."""
    if any(names.word(text) in names.known for names in known):
        return [text]
    for sign in _BETWEEN.finditer(text):
        parts = (text[: sign.start()], text[sign.end() :])
        found = [_divided(part, known) for part in parts]
        if all(any(names.word(p) in names.known for names in known) for some in found for p in some):
            return [p for some in found for p in some]
    return [text]


def row_names(table: Table, sheet: Sheet) -> Names:
    """Return the identifiers of a table's rows by name, and by themselves."""
    by_name = position_of_column(table, sheet, "name")
    by_key = position_of_column(table, sheet, table.key[0])
    if by_name is None or by_key is None:
        return Names({}, frozenset())
    return _names(zip(sheet.cells[by_name].map(plain), sheet.cells[by_key].str.strip(), strict=True))


def _names(pairs: Iterable[tuple[str, str]]) -> Names:
    listed = [(n, k) for n, k in pairs if n]
    count = Counter(n for n, _ in listed)
    known = {**dict(listed), **{plain(k): k for _, k in listed}}
    return Names(known, frozenset(n for n, c in count.items() if c > 1))


def unit_names(sheets: Mapping[str, Sheet]) -> dict[str, Names]:
    """Return the units' identifiers by the name or identifier of their school, for each stage."""
    units = sheets["units"]
    columns = [position_of_column(TABLE["units"], units, c) for c in ("unit", "school", "stage")]
    if any(c is None for c in columns):
        return {}
    cells = [units.cells[c].map(half_width).str.strip() for c in columns]
    name_of: dict[str, list[str]] = {}
    if "schools" in sheets:
        found = row_names(TABLE["schools"], sheets["schools"])
        for name, key in found.known.items():
            name_of.setdefault(key, []).append(name)
    pairs: dict[str, list[tuple[str, str]]] = {}
    for unit, school, stage in zip(*cells, strict=True):
        for name in dict.fromkeys((plain(school), *name_of.get(school, []))):
            pairs.setdefault(STAGE_WORDS.get(plain(stage), stage), []).append((name, unit))
    return {stage: _names(listed) for stage, listed in pairs.items()}
