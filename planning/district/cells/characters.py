"""Find characters that no office file can hold, and texts that were read in a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, ObjectArray
from planning.district.cells.encoding import ungarbled
from planning.district.cells.sheet import few, problems_at
from planning.errors import Issue
from planning.texts import IMPOSSIBLE, UNSEEN, impossible, unseen, visible

_TORN = re.compile("[\ud800-\udfff]")
_LOST = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


def torn_records(file: str, records: Sequence[Mapping[str, Any]]) -> list[Issue]:
    """Name the values and names of JSON records that hold half of a surrogate pair: no text can keep it."""
    found = []
    for row, record in enumerate(records, 1):
        for name, value in record.items():
            for text in (str(name), value if isinstance(value, str) else ""):
                if _TORN.search(text):
                    found.append(
                        Issue(
                            "district.characters.holds_character_no_office_file",
                            file,
                            row=str(row),
                            column=visible(str(name)),
                            value=visible(text),
                            impossible=impossible(text),
                        )
                    )
    return few(found)


def character_problems(
    text: pd.Series[str], file: str, labels: ObjectArray, column: str, *, name: bool = True
) -> list[Issue]:
    """Return what is wrong with the characters of a column: impossible ones, lost ones, error values; warnings of garbled ones.

    Unseen ones are warned of in a ``name``; identifiers have a rule of their own.
    """
    cells = text.tolist()
    odd = np.array([not c.isascii() or not c.isprintable() for c in cells], dtype=bool)
    bad = np.array([bool(o and IMPOSSIBLE.search(c)) for o, c in zip(odd, cells, strict=True)], dtype=bool)
    lost = np.array([bool(o and _LOST.search(c)) for o, c in zip(odd, cells, strict=True)], dtype=bool) & ~bad
    whole = {c: ungarbled(c) for o, c in zip(odd, cells, strict=True) if o}
    garbled = np.array([bool(whole.get(c)) for c in cells], dtype=bool) & ~bad & ~lost
    hidden = (
        np.array([bool(name and o and UNSEEN.search(c)) for o, c in zip(odd, cells, strict=True)], dtype=bool)
        & ~bad
    )
    failed = np.array([c in _ERRORS for c in cells], dtype=bool)

    def found(where: BoolArray, code: str, level: str = "error", **said: Callable[[str], str]) -> list[Issue]:
        return problems_at(
            where,
            labels,
            lambda i: Issue(
                code,
                file,
                row=unseen(str(labels[i])),
                column=column,
                value=unseen(cells[i]),
                level=level,
                **{name: of(cells[i]) for name, of in said.items()},
            ),
        )

    return [
        *found(bad, "district.characters.holds_character_no_office_file", impossible=impossible),
        *found(hidden, "district.characters.unseen", "warning"),
        *found(lost, "district.characters.lost"),
        *found(failed, "district.characters.formula_error"),
        *found(garbled, "district.characters.garbled", "warning", whole=lambda cell: whole[cell]),
    ]
