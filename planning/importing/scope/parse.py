"""Read scope texts (招生范围) and sharing notes as values in which nothing is lost."""

from __future__ import annotations

import re

from planning.importing.scope import words as w
from planning.importing.scope.brackets import read_bracket
from planning.importing.scope.model import Piece, Scope, Sharing
from planning.importing.scope.reader import Pieces, Reader
from planning.importing.scope.runs import read_run

_GROUP = re.compile(r"【([^【】]+)】")
_SHARING_WORDS = re.compile(r"共享学区|分享学区|单享学区|可?分享|共享|单享|的?学位|学区")
_AND = re.compile(r"、|，|(?<=[学校部）)区])[和与及](?=..)")


def parse_scope(text: str) -> Scope:
    """Read a scope text; never raises, whatever the text is.

    Parameters
    ----------
    text : str
        As printed: numbered clauses, sides (某路以东, 东至某路, A路-B路以北, rings), lists of estates, villages,
        communities and numbered districts (19-22区), 包括, 含, 不含, 除外, 仅可报.

    Returns
    -------
    Scope
        Its pieces cover the text without gaps; what was not understood is a piece of kind ``unknown``.
    """
    alike = w.alike(text)
    pieces: Pieces = []
    reader = Reader(alike, pieces, w.brackets(alike), _read)
    _read(reader, 0, len(alike))
    reader.end_of_part()
    return Scope(text, tuple(reader.clauses), _covering(text, pieces))


def _read(reader: Reader, start: int, end: int) -> None:
    at = start
    while at < end:
        char = reader.text[at]
        number = w.numbering(reader.text, at)
        if number and number[1] <= end:
            reader.number(number[0], at, number[1])
            at = number[1]
        elif char in w.SEPARATORS:
            reader.separator(at)
            at += 1
        elif char == "（" and reader.pairs.get(at, end) < end:
            read_bracket(reader, at, reader.pairs[at])
            at = reader.pairs[at] + 1
        elif char in "（） ":
            reader.piece("mark", at, at + 1)
            at += 1
        else:
            at = read_run(reader, at, reader.run_end(at, end))


def _covering(text: str, pieces: Pieces) -> tuple[Piece, ...]:
    """Return the pieces in order; characters that nobody claimed are unknown."""
    kinds = ["unknown"] * len(text)
    ids = [-1] * len(text)
    for k, (start, end, kind) in enumerate(pieces):
        kinds[start:end] = [kind] * (end - start)
        ids[start:end] = [k] * (end - start)
    found: list[Piece] = []
    first = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or (kinds[i], ids[i]) != (kinds[first], ids[first]):
            found.append(Piece(first, i, kinds[first], text[first:i]))
            first = i
    return tuple(found)


def parse_sharing(note: str) -> Sharing:
    """Read a note on shared places: 可分享【甲小学、乙小学】或【丙小学】学位, 单享学区.

    Returns
    -------
    Sharing
        ``groups`` are alternatives; ``rest`` holds the words that were not understood.
    """
    text = note.strip()
    kind = (
        "overflow" if "分享" in text else "shared" if "共享" in text else "single" if "单享" in text else ""
    )
    if not kind:
        return Sharing("", (), text)
    groups: list[tuple[str, ...]] = []
    # brackets around 【…】 group schools; what is left of the words names single ones
    for part in re.split(r"或者?(?=[^】]*(?:【|$))", text):
        named = _GROUP.findall(part) or [part]
        for group in named:
            words = _SHARING_WORDS.sub("；", w.alike(group))
            for run in re.split(r"；", words):
                schools = tuple(s for s in (_trimmed(x) for x in _AND.split(run)) if len(s) > 1)
                if schools:
                    groups.append(schools)
    rest = [s for g in groups for s in g if not _is_school(s)]
    kept = tuple(g for g in (tuple(s for s in g if _is_school(s)) for g in groups) if g)
    return Sharing(kind, kept, "；".join(rest))


def _trimmed(school: str) -> str:
    """Return a name without the brackets that belong to the sentence around it."""
    school = school.strip(" 。")
    while school.startswith("（"):
        school = school[1:]
    while school.endswith("）") and school.count("）") > school.count("（"):
        school = school[:-1]
    return school.strip()


def _is_school(name: str) -> bool:
    return len(name) <= 40 and re.search(r"[学校部园]", name) is not None
