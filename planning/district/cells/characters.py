"""Find characters that no office file can hold, and texts that were read in a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.district.cells.encoding import ungarbled
from planning.district.cells.sheet import few, problems_at
from planning.errors import Issue
from planning.messages import Both
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
    text: pd.Series[str], file: str, labels: npt.NDArray[np.object_], column: str, *, name: bool = True
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

    def here(i: int, message: tuple[str, str], mend: tuple[str, str], level: str = "error") -> Issue:
        row, value = unseen(str(labels[i])), unseen(cells[i])
        return Issue(
            Both(*message),
            file,
            row=row,
            column=column,
            value=value,
            level=level,
            mend=Both(mend[0], mend[1]),
        )

    return [
        *problems_at(
            bad,
            labels,
            lambda i: here(
                i,
                (
                    f"holds a character that no office file can hold: {impossible(cells[i])}",
                    f"含有办公文件无法保存的字符：{impossible(cells[i])}",
                ),
                ("delete it and enter the text again", "请删除该字符并重新录入"),
            ),
        ),
        *problems_at(
            hidden,
            labels,
            lambda i: here(
                i,
                (
                    "holds characters that nobody can see; they are left out of what is published",
                    "含有不可见字符，对外公布时将略去",
                ),
                ("type the text again", "请重新键入"),
                "warning",
            ),
        ),
        *problems_at(
            lost,
            labels,
            lambda i: here(
                i,
                ("letters were lost in a wrong encoding", "文字因编码错误已丢失"),
                ("export the file again from its source", "请从原始数据重新导出"),
            ),
        ),
        *problems_at(
            failed,
            labels,
            lambda i: here(
                i,
                ("the error value of a formula", "公式的错误值"),
                ("correct the formula, or write the value", "请更正公式，或直接填写内容"),
            ),
        ),
        *problems_at(
            garbled,
            labels,
            lambda i: here(
                i,
                (
                    f"looks garbled by a wrong encoding; it may have been {whole[cells[i]]!r}",
                    f"疑似乱码，原文可能为“{whole[cells[i]]}”",
                ),
                ("look at it; export the file again in UTF-8", "请核对，并以 UTF-8 重新导出"),
                "warning",
            ),
        ),
    ]
