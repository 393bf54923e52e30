"""Find identifiers that would not stay what they are: shown, listed, stored or opened in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.district.cells.sheet import problems_at
from planning.district.schema import TABLES, Column
from planning.errors import Issue
from planning.messages import Both
from planning.tables import FORMULA
from planning.texts import UNSEEN, unseen

LONGEST = 100
"""Characters of an identifier; the narrowest table that is written (dBASE) ends at 254 bytes."""
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_SEPARATORS = re.compile("[;,、|/]")
# what lists join, and what they are named after: units of a project's school carry its id
_LISTED = {c.refers.partition(".")[2] for t in TABLES for c in t.columns if c.many and c.refers} | {"school"}

_Words = tuple[str, str]


def identifier_problems(
    column: Column, text: pd.Series[str], file: str, labels: npt.NDArray[np.object_]
) -> list[Issue]:
    """Return the identifiers of a column that no table, list or page could keep apart, by row.

    Parameters
    ----------
    column : Column
        Which identifiers they are.
    text : Series of str
        Cells, lists already joined by ``;``.
    file : str
        File or sheet, for messages.
    labels : array of str
        Row labels, for messages.
    """
    rules: list[tuple[Callable[[str], bool], _Words, _Words]] = [
        (
            lambda cell: _SCIENTIFIC.fullmatch(cell) is not None,
            ("identifier in scientific notation: its digits are lost", "编号变成了科学计数法，位数已丢失"),
            ("format the column as text and enter the code again", "将该列设为文本格式后重新录入编号"),
        ),
        (
            lambda cell: FORMULA.match(cell) is not None,
            ("identifier that a spreadsheet would run as a formula", "编号会被表格软件当作公式运行"),
            ("begin it with a letter or a digit", "编号请以字母或数字开头"),
        ),
        (
            lambda cell: UNSEEN.search(cell) is not None,
            ("identifier with characters that nobody can see", "编号含有不可见字符"),
            ("delete them: type the identifier again", "请重新键入该编号"),
        ),
        (
            lambda cell: any(len(part) > LONGEST for part in cell.split(";")),
            (f"identifier of more than {LONGEST} characters", f"编号超过 {LONGEST} 个字符"),
            ("use a short code; what it means belongs into the name", "请使用简短编码，说明文字请填入名称"),
        ),
    ]
    if column.name in _LISTED and not column.refers:
        rules.append(
            (
                lambda cell: _SEPARATORS.search(cell) is not None,
                ("identifier with a sign that joins lists (; , | / 、)", "编号含有列表分隔符（; , | / 、）"),
                ("use letters, digits and hyphens", "请使用字母、数字和连字符"),
            )
        )
    return [problem for rule in rules for problem in _broken(column, text, file, labels, *rule)]


def _broken(
    column: Column,
    text: pd.Series[str],
    file: str,
    labels: npt.NDArray[np.object_],
    wrong: Callable[[str], bool],
    said: _Words,
    mend: _Words,
) -> list[Issue]:
    broken = [cell for cell in text.unique() if wrong(cell)]
    if not broken:
        return []
    return problems_at(
        text.isin(broken).to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            Both(*said),
            file,
            row=unseen(str(labels[i])),
            column=column.name,
            value=unseen(text.iloc[i])[:60],
            mend=Both(mend[0], mend[1]),
        ),
    )
