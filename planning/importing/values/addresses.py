"""Count pupils by zone from a list of home addresses; names and addresses stay in the list."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planning.arrays import BoolArray
from planning.district.cells.dates import half_width
from planning.district.cells.headers import plain
from planning.district.cells.sheet import Sheet, problems_at, text_frame
from planning.district.schema import TABLE
from planning.errors import Issue
from planning.importing.methods import Method, method
from planning.importing.steps.steps import position_of_column

ALIKE = 0.8
"""Least similarity (Ratcliff–Obershelp) of two names that differ in spelling; the next best must be clearly worse."""
_APART = 0.06
_SHORTEST = 2
_NUMBERS = re.compile(
    r"[0-9一二三四五六七八九十]+(号楼|号院|栋|幢|单元|室|号|楼|层|组|户)|[0-9a-z]+[-－#][0-9a-z\-－#]*"
)
_TELLING = set(
    "0123456789abcdefghijklmnopqrstuvwxyz一二三四五六七八九十甲乙丙丁东西南北中新旧老上下大小前后内外村镇乡"
)
"""Names that differ in one of these are names of different places."""
_PHASE = r"[0-9一二三四五六七八九十]+期"
_ENDING = re.compile(r"(居民小区|住宅小区|小区|居住区|社区居委会|居委会|村委会)$")

_ELSE = r"(?!路|街|巷|道|大街|大道|[东西南北中]{1,2}[路街]|镇|乡|县|市|区|村|组|小学|中学)"
"""A name before one of these is a street, a town or another place that bears the same name."""
_YES_NO = {"是": 1, "yes": 1, "true": 1, "y": 1, "√": 1, "否": 0, "no": 0, "false": 0, "n": 0, "": 0}


@dataclass(frozen=True)
class Matches:
    """Which zone each address means.

    Parameters
    ----------
    zone : tuple of str
        Zone of each address, ``""`` where it is open.
    alike : tuple of bool
        Matched by similarity, not by the name itself.
    """

    zone: tuple[str, ...]
    alike: tuple[bool, ...]


def bare(name: str) -> str:
    """Return a name without blanks, brackets, numbers of buildings and rooms, and endings such as 小区."""
    text = re.sub(r"[(\[【（].*?[)\]】）]", "", plain(name))
    return _ENDING.sub("", _NUMBERS.sub("", text)) or text


def match_addresses(addresses: Sequence[str], zone_of: Mapping[str, str]) -> Matches:
    """Return the zone of every address: by a name that stands in it, else by the one name that is alike.

    Parameters
    ----------
    zone_of : mapping of str to str
        Name of a zone → its identifier; ``""`` for a name that several zones have. Such names are never matched.
    """
    count = Counter(bare(n) for n in zone_of)
    known = {
        bare(n): z if count[bare(n)] == 1 else "" for n, z in zone_of.items() if len(bare(n)) >= _SHORTEST
    }
    exact = {plain(n): z for n, z in zone_of.items()}
    answers: dict[str, tuple[str, bool]] = {}
    by_length = sorted(known, key=len, reverse=True)
    for address in dict.fromkeys(addresses):
        text = bare(address)
        if hit := exact.get(plain(address)) or known.get(text):
            answers[address] = (hit, False)
            continue
        inside = [n for n in by_length if n in text and re.search(re.escape(n) + _ELSE, text)]
        longest = [n for n in inside if not any(n != m and n in m for m in inside)]
        if len(longest) == 1:
            # a later phase of an estate is another place as often as not
            phase = re.search(re.escape(longest[0]) + _PHASE, text) is not None
            answers[address] = (known[longest[0]], phase and bool(known[longest[0]]))
        elif not longest and len(text) >= _SHORTEST:
            answers[address] = _alike(text, known)
        else:
            answers[address] = ("", False)
    found = [answers[a] for a in addresses]
    return Matches(tuple(z for z, _ in found), tuple(a for _, a in found))


def _alike(text: str, known: Mapping[str, str]) -> tuple[str, bool]:
    close = difflib.get_close_matches(text, list(known), n=2, cutoff=ALIKE - _APART)
    scores = [difflib.SequenceMatcher(None, text, n).ratio() for n in close]
    if not scores or scores[0] < ALIKE or (len(scores) > 1 and scores[0] - scores[1] < _APART):
        return "", False
    changes = difflib.SequenceMatcher(None, text, close[0]).get_opcodes()
    differ = "".join(text[a:b] + close[0][c:d] for kind, a, b, c, d in changes if kind != "equal")
    zone = "" if set(differ) & _TELLING else known[close[0]]
    return zone, bool(zone)


def count_by_zone(
    sheet: Sheet, zones: Sheet, header: int, *, drop: bool
) -> tuple[Sheet, list[Issue], Method]:
    """Return pupils by zone, year and grade from a list with an address in every row.

    Parameters
    ----------
    sheet : Sheet
        One row per pupil, or per address and grade with a number of pupils.
    header : int
        Column of the addresses.
    drop : bool
        Leave out rows whose zone stays open (counted in the method) instead of refusing them.

    Returns
    -------
    sheet, problems, method
    """
    table, zone_table = TABLE["zone_pupils"], TABLE["zones"]
    columns = [position_of_column(zone_table, zones, c) for c in ("name", "zone")]
    if columns[0] is None or columns[1] is None:
        return sheet, [], ""
    names = _zones_by_name(zones.cells[columns[0]].tolist(), zones.cells[columns[1]].str.strip().tolist())
    addresses = sheet.cells[header].tolist()
    matches = match_addresses(addresses, names)
    at = {c: position_of_column(table, sheet, c) for c in ("year", "grade", "pupils", "migrant")}
    unread = _grades_unread(sheet, at["grade"])
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, zone in enumerate(matches.zone):
        if zone and not unread[i]:
            cell = [
                sheet.cells[p].iloc[i].strip() if (p := at[c]) is not None else "" for c in ("year", "grade")
            ]
            groups.setdefault((zone, cell[0], cell[1]), []).append(i)
    rows = [
        [*key, str(_total(sheet, at["pupils"], own, 1)), str(_total(sheet, at["migrant"], own, 0))]
        for key, own in sorted(groups.items())
    ]
    missing = np.array([not z for z in matches.zone], dtype=bool)
    level = "warning" if drop else "error"
    problems = problems_at(
        missing, sheet.labels, lambda i: _open(sheet, addresses[i], str(sheet.labels[i]), list(names), level)
    )
    problems += problems_at(unread, sheet.labels, lambda i: _no_grade(sheet, at["grade"], i))
    alike = np.array(matches.alike, dtype=bool)
    shown = dict(zip(names.values(), names, strict=True))
    problems += problems_at(
        alike, sheet.labels, lambda i: _guessed(sheet, i, addresses[i], shown[matches.zone[i]])
    )
    for column in ("pupils", "migrant"):
        problems += _no_counts(sheet, column, at[column], ~missing)
    how = method("addresses", matched=int((~missing).sum()), all=len(addresses), alike=int(alike.sum()))
    counted = replace(
        sheet,
        headers=["zone", "year", "grade", "pupils", "migrant"],
        cells=text_frame(rows, 5),
        labels=np.array([r[0] for r in rows], dtype=object),
    )
    return counted, problems, how


def _grades_unread(sheet: Sheet, column: int | None) -> BoolArray:
    """Return the rows whose grade is no number: a year of entry (2021级) is that of a primary or of a junior school."""
    if column is None:
        return np.zeros(len(sheet.cells), dtype=bool)
    cells = [half_width(c).strip() for c in sheet.cells[column]]
    return np.array([bool(c) and not re.fullmatch(r"\d{1,2}(\.0+)?", c) for c in cells], dtype=bool)


def _no_grade(sheet: Sheet, column: int | None, i: int) -> Issue:
    return Issue(
        "importing.addresses.grade_not_understood",
        sheet.file,
        row=str(sheet.labels[i]),
        column="grade",
        value="" if column is None else sheet.cells[column].iloc[i],
    )


def _total(sheet: Sheet, column: int | None, rows: Sequence[int], each: int) -> int:
    """Return the sum of a column over rows; so many for every row where there is no such column."""
    if column is None:
        return each * len(rows)
    return sum(_count(sheet.cells[column].iloc[i]) or 0 for i in rows)


def _count(cell: str) -> int | None:
    """Return a number of pupils, 1 and 0 for yes and no; ``None`` for anything else."""
    text = half_width(cell).strip().lower().replace(",", "").removesuffix("人").removesuffix("名")
    if text in _YES_NO:
        return _YES_NO[text]
    return int(text.split(".")[0]) if re.fullmatch(r"[0-9]{1,6}(\.0+)?", text) else None


def _no_counts(sheet: Sheet, name: str, column: int | None, rows: BoolArray) -> list[Issue]:
    """Return the cells among some rows that hold no number of pupils."""
    if column is None:
        return []
    cells = sheet.cells[column].tolist()
    wrong = rows & np.array([_count(c) is None for c in cells], dtype=bool)
    return problems_at(
        wrong,
        sheet.labels,
        lambda i: Issue(
            "importing.addresses.not_number_pupils",
            sheet.file,
            row=str(sheet.labels[i]),
            column=name,
            value=cells[i],
        ),
    )


def _zones_by_name(names: Sequence[str], zones: Sequence[str]) -> dict[str, str]:
    """Return the zone of every name, ``""`` where several zones have it."""
    count = Counter(plain(n) for n in names)
    return {n: z if count[plain(n)] == 1 else "" for n, z in zip(names, zones, strict=True)}


def _open(sheet: Sheet, address: str, row: str, names: Sequence[str], level: str) -> Issue:
    near = difflib.get_close_matches(bare(address), [bare(n) for n in names], n=3, cutoff=0.4)
    listed = "、".join(n for n in names if bare(n) in near)
    return Issue(
        "importing.addresses.no_zone_several_name",
        sheet.file,
        row=row,
        column="zone",
        value=_without_numbers(address),
        level=level,
        # rows that are left out as it was asked need no mend
        mend=""
        if level == "warning"
        else "importing.mend.nearest_correct_write_unmatched"
        if listed
        else "importing.mend.correct_write_unmatched_drop",
        listed=listed,
    )


def _guessed(sheet: Sheet, i: int, address: str, zone: str) -> Issue:
    return Issue(
        "importing.addresses.taken_whose_name_alike",
        sheet.file,
        row=str(sheet.labels[i]),
        column="zone",
        value=_without_numbers(address),
        level="warning",
        zone=zone,
    )


def _without_numbers(address: str) -> str:
    """Return an address without the numbers that point to one home."""
    return _NUMBERS.sub("…", plain(address))
