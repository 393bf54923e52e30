"""Find the encoding of a text: what is stated is believed only if it gives text that a person could have written."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from planning.errors import DistrictError, Issue

UTF8, GB = "utf-8", "gb18030"
CANDIDATES = (UTF8, GB, "big5hkscs", "cp1252")
"""Tried in this order; a later one must read clearly better than an earlier one."""
NAMES = {UTF8: "UTF-8", GB: "GB18030 (GBK)", "big5hkscs": "Big5", "cp1252": "Windows-1252"}
PLAUSIBLE = 0.5
"""Mean score from which a text may have been written by a person; mojibake of Chinese scores below 0.45."""
_BETTER = 0.15
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAGES = {"936": GB, "950": "big5hkscs", "65001": UTF8, "1252": "cp1252", "88591": "latin-1", "54936": GB}
_CELL = re.compile(rb"[,\t;|\"]")
_SIGNS = "—…·“”‘’–㎡²°×№"
_SAMPLE = 20_000
_SHOWN = 3
_FEW, _CLEAR = 3, 0.7


@dataclass(frozen=True)
class Reading:
    """How a text is read.

    Parameters
    ----------
    encoding : str
        Name of the codec.
    stated : str
        What the file, or the mapping, says.
    believed : bool
        What is stated gives plausible text, or nothing is stated.
    sure : bool
        No other encoding gives text nearly as plausible.
    """

    encoding: str
    stated: str = ""
    believed: bool = True
    sure: bool = True

    @property
    def name(self) -> str:
        """Return the encoding as people call it."""
        return NAMES.get(self.encoding, self.encoding)


def codec_of(stated: str) -> str:
    """Return the codec that a word in a .cpg file or a mapping means, or an empty string.

    Examples
    --------
    >>> codec_of("ANSI 936"), codec_of("UTF-8"), codec_of("System")
    ('gb18030', 'utf-8', '')
    """
    word = stated.strip().lower()
    digits = re.sub(r"\D", "", word)
    if digits in _PAGES and not word.startswith("utf"):
        return _PAGES[digits]
    try:
        name = codecs.lookup(word).name
    except (LookupError, ValueError):
        return ""
    return {"gbk": GB, "gb2312": GB, "big5": "big5hkscs", "cp950": "big5hkscs"}.get(name, name)


def find_encoding(cells: Sequence[bytes], stated: str = "") -> Reading | None:
    """Return how texts are read, ``None`` when nothing reads them.

    Parameters
    ----------
    cells : sequence of bytes
        Texts of one file; the last letter of each may be cut.
    stated : str
        Encoding that is claimed for them.
    """
    some = [c for c in cells if not c.isascii()][:_SAMPLE]
    own = codec_of(stated)
    if not some:
        return Reading(own or UTF8, stated)
    scores = {name: score for name in CANDIDATES if (score := plausibility(some, name)) is not None}
    if own and own not in scores and (score := plausibility(some, own)) is not None:
        scores[own] = score
    if own in scores and scores[own] >= max(PLAUSIBLE, max(scores.values()) - _BETTER):
        return Reading(own, stated)
    if all(_is_valid(c) for c in some):
        # few signs (a space of another kind, an accent) may be Chinese in GBK too; whole texts are UTF-8 hardly by chance
        return Reading(UTF8, stated, not stated or own == UTF8)
    best = ""
    for name, score in scores.items():
        if score >= PLAUSIBLE and (not best or score > scores[best] + _BETTER):
            best = name
    if not best:
        # odd signs, yet UTF-8: nothing else would be valid by chance
        return Reading(UTF8, stated, not stated or own == UTF8) if UTF8 in scores else None
    near = [n for n in scores if n not in (best, "cp1252") and scores[n] > scores[best] - _BETTER]
    return Reading(best, stated, believed=not stated, sure=best == UTF8 or not near)


def plausibility(cells: Sequence[bytes], encoding: str) -> float | None:
    """Return how likely texts are writing, from -3 to 1, or ``None`` when the encoding cannot read them."""
    counts: Counter[str] = Counter()
    words = 0
    try:
        for cell in cells:
            text = codecs.getincrementaldecoder(encoding)().decode(cell)
            counts.update(c for c in text if not c.isascii())
            words += len(re.findall(r"(?<=[A-Za-z])[À-ÖØ-öø-ÿ]|[À-ÖØ-öø-ÿ](?=[A-Za-z])", text))
    except (UnicodeDecodeError, LookupError):
        return None
    total = sum(counts.values())
    if not total:
        return 0.0
    score = sum(_weight(char) * n for char, n in counts.items())
    return (score + 2 * words) / total  # a Latin letter within a word counts 1 instead of -1


@cache
def _weight(char: str) -> float:
    """Return how common a letter is: 1 for the common characters of both scripts, less for rare ones and signs."""
    if "一" <= char <= "\u9fff":
        return max(_level(char, "gb2312", 0xB0, 0xD7), _level(char, "big5", 0xA4, 0xC6))
    kind = unicodedata.category(char)
    if kind in ("Co", "Cn", "Cc", "Cs"):
        return -3.0
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" or "①" <= char <= "⑳" or char in _SIGNS:
        return 0.8
    return -1.0 if char < "\u2000" else 0.0


def _level(char: str, encoding: str, first: int, last: int) -> float:
    try:
        lead = char.encode(encoding)[0]
    except UnicodeEncodeError:
        return 0.0
    return 1.0 if first <= lead <= last else 0.4


def decode(data: bytes, file: str, stated: str = "") -> str:
    """Return a text in whatever usual encoding it is: UTF-8, UTF-16, GB18030 (GBK), Big5.

    Parameters
    ----------
    stated : str
        Encoding that the mapping states.

    Raises
    ------
    DistrictError
        If none fits, what is stated gives no plausible text, or several are mixed; lines are named.
    """
    return decoded(data, file, stated)[0]


def decoded(data: bytes, file: str, stated: str = "") -> tuple[str, Reading]:
    """Return a text as :func:`decode` does, and how it was read.

    Raises
    ------
    DistrictError
        As :func:`decode`.
    """
    mark = next((name for start, name in _BOMS if data.startswith(start)), "") or _without_mark(data)
    if mark:
        try:
            return data.decode(mark), Reading(mark, stated)
        except UnicodeDecodeError as error:
            raise DistrictError([_unreadable(file, data, error.start, mark)]) from error
    if stated and not codec_of(stated):
        raise DistrictError([unknown_encoding(file, stated)])
    lines = data.split(b"\n")
    # lines in English are most of a layer of roads, and a name is often repeated: looked at once
    cells = list(
        dict.fromkeys(c for ln in lines if not ln.isascii() for c in _CELL.split(ln) if not c.isascii())
    )
    if not _is_valid(data) and (mixed := _mixed(file, lines)):
        raise DistrictError(mixed)
    reading = find_encoding(cells, stated)
    if reading is None or (stated and not reading.believed):
        raise DistrictError([not_as_stated(file, data, stated, reading)])
    try:
        return data.decode(reading.encoding), reading
    except UnicodeDecodeError as error:
        raise DistrictError([_unreadable(file, data, error.start, reading.encoding)]) from error


def _without_mark(data: bytes) -> str:
    """Return UTF-16 for a text of which every other byte is 0."""
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    some = max(len(data[:2000]) // 8, 4)
    return "utf-16-le" if odd > max(some, even) else "utf-16-be" if even > max(some, odd) else ""


def is_utf8(cell: bytes) -> bool:
    """Return whether bytes are Chinese in UTF-8; two letters are hardly so by chance."""
    try:
        text = cell.decode(UTF8)
    except UnicodeDecodeError:
        return False
    chinese = [c for c in text if "一" <= c <= "\u9fff"]
    return bool(chinese) and (plausibility([cell], UTF8) or 0) >= PLAUSIBLE


def _is_valid(cell: bytes) -> bool:
    try:
        cell.decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _mixed(file: str, lines: Sequence[bytes]) -> list[Issue]:
    """Name cells in UTF-8 beside cells that are not, of one file."""
    one: list[tuple[int, int, bytes]] = []
    other: list[tuple[int, int, bytes]] = []
    for row, line in enumerate(lines, 1):
        if line.isascii():
            continue
        for column, cell in enumerate(_CELL.split(line), 1):
            if not cell.isascii():
                (one if is_utf8(cell) else other if not _is_valid(cell) else []).append((row, column, cell))
    if not one or not other:
        return []
    return mixed_problems(file, one, other)


def mixed_problems(
    file: str, one: Sequence[tuple[int, int | str, bytes]], other: Sequence[tuple[int, int | str, bytes]]
) -> list[Issue]:
    """Say which cells (row, column, bytes) of a file are in UTF-8 and which are not, the fewer of them first."""
    few, name = (one, NAMES[UTF8]) if len(one) <= len(other) else (other, "GB18030")
    rest = NAMES[UTF8] if name != NAMES[UTF8] else "GB18030"
    found = []
    for row, column, cell in few[:_SHOWN]:
        text = cell.decode(UTF8 if name == NAMES[UTF8] else GB, "replace")
        found.append(
            Issue(
                "district.encoding.mixed_encodings_cells_other",
                file,
                row=str(row),
                column=str(column),
                value=text.strip()[:40],
                count=len(few),
                name=name,
                count2=len(one) + len(other) - len(few),
                rest=rest,
            )
        )
    return found


def _unreadable(file: str, data: bytes, at: int, encoding: str) -> Issue:
    line = data[:at].count(b"\n") + 1
    name = NAMES.get(encoding, encoding)
    return Issue(
        "district.encoding.bytes_no_text", file, row=str(line), value=data[at : at + 4].hex(" "), name=name
    )


def unknown_encoding(file: str, stated: str) -> Issue:
    """Say that an encoding is none that is known."""
    return Issue("district.encoding.cannot_read_unknown_encoding", file, value=stated)


def not_as_stated(file: str, data: bytes, stated: str, reading: Reading | None) -> Issue:
    """Say that texts are not in the encoding that is stated for them."""
    if not stated or reading is None:
        return Issue("district.encoding.text_neither_utf_8_nor", file)
    text = next((line for line in data.split(b"\n") if not line.isascii()), b"").decode(
        reading.encoding, "replace"
    )
    return Issue(
        "district.encoding.text_not_reads",
        file,
        value=text.strip()[:40],
        stated=stated,
        reading=reading.name,
        encoding=reading.encoding,
    )


def ungarbled(text: str) -> str:
    """Return what a garbled text was before it was read in a wrong encoding, or an empty string.

    Examples
    --------
    >>> ungarbled("¼×Ë®ÉçÇø"), ungarbled("鐢叉按绀惧尯"), ungarbled("甲水社区")
    ('甲水社区', '甲水社区', '')
    """
    if text.isascii() or len(text) < _FEW:
        return ""
    for read_as, meant in (("cp1252", GB), ("latin-1", GB), ("cp1252", UTF8), ("latin-1", UTF8), (GB, UTF8)):
        try:
            whole = text.encode(read_as).decode(meant)
        except UnicodeError:
            continue
        chinese = sum("一" <= c <= "\u9fff" for c in whole)
        if chinese * 2 >= len(whole) > 1 and (plausibility([whole.encode(UTF8)], UTF8) or 0) >= _CLEAR:
            return whole
    return ""
