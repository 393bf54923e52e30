"""Say what the look of cells means to a person and not to a program: hidden rows and columns, struck-out text."""

from __future__ import annotations

from collections.abc import Sequence

from planning.district.books import Page, cell_name, column_name
from planning.district.sheet import MAX_SIMILAR, Sheet
from planning.errors import Problem


def rows_of(sheet: Sheet) -> dict[int, int]:
    """Return where the rows of a page (from 0) stand in its sheet."""
    return {int(label) - 1: i for i, label in enumerate(sheet.labels)}


def hidden_cells(name: str, page: Page, sheet: Sheet, used: Sequence[int]) -> list[Problem]:
    """Say that hidden rows and columns are read like the others."""
    rows = [str(r + 1) for r in page.hidden_rows if r in rows_of(sheet)]
    columns = [column_name(c) for c in page.hidden_columns if c in used]
    found = []
    for kind, kind_zh, places in (("rows", "行", rows), ("columns", "列", columns)):
        if places:
            listed = ", ".join(places[:MAX_SIMILAR]) + (" …" if len(places) > MAX_SIMILAR else "")
            found.append(
                Problem(
                    name,
                    f"{len(places)} hidden {kind} are read like the others",
                    f"{len(places)} 个隐藏{kind_zh}与其他{kind_zh}一样读取",
                    **{"row" if kind == "rows" else "column": listed},
                    mend_en="delete them, or leave them out with without: in the mapping, if they do not count",
                    mend_zh="如不应计入，请删除，或在映射文件中用 without: 略去",
                    level="warning",
                )
            )
    if page.hidden:
        found.append(
            Problem(
                name,
                "the sheet is hidden, and is read",
                "该工作表为隐藏状态，仍予读取",
                mend_en="name another under sheet: in the mapping, if this is an old copy",
                mend_zh="如为旧表，请在映射文件的 sheet: 中另行指定",
                level="warning",
            )
        )
    return found


def struck_out(name: str, page: Page, sheet: Sheet, used: Sequence[int]) -> list[Problem]:
    """Say that cells which somebody struck out are read like the others."""
    rows = rows_of(sheet)
    cells = [cell_name(r, c) for r, c in sorted(page.struck) if r in rows and c in used]
    if not cells:
        return []
    listed = ", ".join(cells[:MAX_SIMILAR]) + (" …" if len(cells) > MAX_SIMILAR else "")
    return [
        Problem(
            name,
            f"{len(cells)} struck-out cells are read like the others",
            f"{len(cells)} 个带删除线的单元格与其他单元格一样读取",
            value=listed,
            mend_en="delete them if they do not count any more",
            mend_zh="如已作废，请删除其内容",
            level="warning",
        )
    ]
