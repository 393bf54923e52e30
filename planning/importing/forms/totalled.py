"""Find the rows that a total of a sheet may speak of: those it names, its block, one of several gathered below, or all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planning.arrays import BoolArray
from planning.district.cells.dates import half_width
from planning.district.cells.traditional import simplified

_WORD = re.compile(
    r"(其中:?)?(?P<before>.*?)(?P<word>合计|总计|小计|共计|总数|累计|计)数?:?(\((?P<after>.*)\)|(?P<rest>.*))$"
)
_GRAND = ("合计", "总计", "共计", "总数", "累计", "计")
_NUMBER = re.compile(r"[-+]?[\d.,%\s]*")


@dataclass(frozen=True)
class Total:
    """A row of totals: where it stands, which word it uses, the names in it, and what it has in common with others of its level."""

    row: int
    word: str
    names: tuple[str, ...]
    level: str


@dataclass(frozen=True)
class Ground:
    """The rows of a sheet below its header.

    Parameters
    ----------
    data : array of bool, shape (rows,)
        Rows that are neither totals nor remarks.
    carry : sequence of dict of str to list of int
        For every column without amounts: the rows of data that carry a text, also where it stands once above cells left blank.
    below : dict of str to list of int
        Rows of data below a row that holds no amount, by the texts of that row: the title of a block.
    totals : sequence of Total
        In the order of their rows.
    """

    data: BoolArray
    carry: Sequence[Mapping[str, Sequence[int]]]
    below: Mapping[str, Sequence[int]]
    totals: Sequence[Total]

    @classmethod
    def of(
        cls, texts: Sequence[Sequence[str]], data: BoolArray, bare: BoolArray, totals: Sequence[int]
    ) -> Ground:
        """Return the ground of a sheet.

        Parameters
        ----------
        texts : sequence of sequence of str
            Cells of every row that are no amounts, as :func:`spelt`.
        data, bare : arrays of bool, shape (rows,)
            Rows that are data; rows that hold no amount.
        totals : sequence of int
            Rows of totals.
        """
        columns = list(zip(*texts, strict=True))
        carry = [_carried(column, data & ~bare) for column in columns]
        return cls(data, carry, _below(texts, data, bare), [total_of(i, texts[i]) for i in totals])


def spelt(cell: str) -> str:
    """Return a cell without spaces, with half-width signs and simplified characters."""
    return simplified(re.sub(r"\s+", "", half_width(cell)))


def total_of(row: int, texts: Sequence[str]) -> Total:
    """Return what a row of totals says of itself.

    Examples
    --------
    >>> total_of(3, ["胜利镇小计", ""])
    Total(row=3, word='小计', names=('胜利镇',), level='镇小计')
    >>> total_of(3, ["胜利镇", "小计"]).names
    ('胜利镇',)
    """
    word, own = "", ""
    others = []
    for text in texts:
        if not word and (hit := _WORD.match(text)):
            word, own = hit["word"], hit["before"] or hit["after"] or (hit["rest"] or "").lstrip(":")
        elif text and not _NUMBER.fullmatch(text):
            others.append(text)
    names = tuple(dict.fromkeys(n for n in (own, *others) if n))
    return Total(row, word, names, (names[0][-1:] if names else "") + word)


def scopes(ground: Ground, k: int) -> list[BoolArray]:
    """Return the sets of rows that the k-th total may be the sum of; one of them must fit in every column.

    A name that rows carry decides. 小计 without one is the sum of its block (above it, or below where totals stand first), never of
    all rows when there are other blocks; 合计 and 总计 may be either.
    """
    here = ground.totals[k]
    block, after = _since(ground, k, lambda _: True), _following(ground, k)
    if (own := named(ground, k)) is not None:
        beside = [b for b in (block, after) if b.any() and (b != ground.data).any()]
        return [own, *beside]
    same = _since(ground, k, lambda t: t.level == here.level)
    found = [block, same, after]
    alike = [t.row for t in ground.totals if t.level == here.level]
    if here.word in _GRAND and here.row in (alike[0], alike[-1]):
        above = ground.data.copy()
        above[here.row :] = False
        found += [above, ground.data]
    return found


def named(ground: Ground, k: int) -> BoolArray | None:
    """Return the rows that carry a name of the k-th total, nothing where none does."""
    found = (named_rows(ground, name) for name in ground.totals[k].names)
    return next((rows for rows in found if rows.any()), None)


def gathered(ground: Ground, k: int) -> tuple[list[int], BoolArray]:
    """Return the totals of one level that stand below each other with nothing between, the k-th among them, and the rows above them."""
    first = last = k
    while first and _next_to(ground, first - 1):
        first -= 1
    while last + 1 < len(ground.totals) and _next_to(ground, last):
        last += 1
    return list(range(first, last + 1)), _since(ground, first, lambda _: True)


def _next_to(ground: Ground, k: int) -> bool:
    """Return whether a total and the one after it are of one level, without data between."""
    one, two = ground.totals[k], ground.totals[k + 1]
    return one.level == two.level and not ground.data[one.row : two.row].any()


def named_rows(ground: Ground, name: str) -> BoolArray:
    """Return the rows that carry a name, stand below it as their title, or else begin with it."""
    places = [*(column.get(name, ()) for column in ground.carry), ground.below.get(name, ())]
    found = max(places, key=len)
    if not found and len(name) > 1:
        found = [
            i for column in ground.carry for text in column if text.startswith(name) for i in column[text]
        ]
    rows = np.zeros(len(ground.data), dtype=bool)
    rows[list(found)] = True
    return rows


def _carried(column: Sequence[str], data: BoolArray) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    current = ""
    for i, cell in enumerate(column):
        current = (cell or current) if data[i] else ""
        if current:
            found.setdefault(current, []).append(i)
    return found


def _below(texts: Sequence[Sequence[str]], data: BoolArray, bare: BoolArray) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    titles: Sequence[str] = ()
    for i in range(len(data)):
        if bare[i] or not data[i]:
            titles = [t for t in texts[i] if t] if data[i] else ()
            continue
        for title in dict.fromkeys(titles):
            found.setdefault(title, []).append(i)
    return found


def _since(ground: Ground, k: int, ends: Callable[[Total], bool]) -> BoolArray:
    """Return the data above the k-th total, down from the last total before it that ends a block of its level."""
    here = ground.totals[k].row
    first = next((t.row + 1 for t in reversed(ground.totals[:k]) if ends(t)), 0)
    rows = np.zeros(len(ground.data), dtype=bool)
    rows[first:here] = ground.data[first:here]
    return rows


def _following(ground: Ground, k: int) -> BoolArray:
    """Return the data below the k-th total, down to the next one."""
    here = ground.totals[k].row
    last = ground.totals[k + 1].row if k + 1 < len(ground.totals) else len(ground.data)
    rows = np.zeros(len(ground.data), dtype=bool)
    rows[here:last] = ground.data[here:last]
    return rows
