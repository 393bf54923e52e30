"""Say what the look of cells means to a person and not to a program: hidden rows and columns, struck-out text."""

from __future__ import annotations

from collections.abc import Sequence

from planning.district.cells.sheet import MAX_SIMILAR, Sheet
from planning.district.formats.books import Page, cell_name, column_name
from planning.errors import Issue


def rows_of(sheet: Sheet) -> dict[int, int]:
    """Return where the rows of a page (from 0) stand in its sheet."""
    return {int(label) - 1: i for i, label in enumerate(sheet.labels)}


def hidden_cells(name: str, page: Page, sheet: Sheet, used: Sequence[int]) -> list[Issue]:
    """Say that hidden rows and columns are read like the others."""
    rows = [str(r + 1) for r in page.hidden_rows if r in rows_of(sheet)]
    columns = [column_name(c) for c in page.hidden_columns if c in used]
    found = []
    for kind, places in (("row", rows), ("column", columns)):
        if places:
            listed = ", ".join(places[:MAX_SIMILAR]) + (" …" if len(places) > MAX_SIMILAR else "")
            found.append(
                Issue(f"importing.looks.hidden_{kind}s", name, level="warning", count=len(places)).at(
                    **{kind: listed}
                )
            )
    if page.hidden:
        found.append(Issue("importing.looks.sheet_hidden_read", name, level="warning"))
    return found


def struck_out(name: str, page: Page, sheet: Sheet, used: Sequence[int]) -> list[Issue]:
    """Say that cells which somebody struck out are read like the others."""
    rows = rows_of(sheet)
    cells = [cell_name(r, c) for r, c in sorted(page.struck) if r in rows and c in used]
    if not cells:
        return []
    listed = ", ".join(cells[:MAX_SIMILAR]) + (" …" if len(cells) > MAX_SIMILAR else "")
    return [
        Issue(
            "importing.looks.struck_out_cells_read_like",
            name,
            value=listed,
            level="warning",
            count=len(cells),
        )
    ]
