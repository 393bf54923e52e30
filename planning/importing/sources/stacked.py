"""Put the sheets that make up one table below each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planning.district.cells.headers import plain
from planning.district.cells.sheet import Sheet, text_frame

SHEET_COLUMN = "工作表"
"""Column that several sheets read together get: the name of the sheet of every row."""


def stack_sheets(name: str, titles: Sequence[str], sheets: Sequence[Sheet]) -> Sheet:
    """Return several sheets below each other, columns by header, rows named after their sheet."""
    headers: dict[str, str] = {}
    for sheet in sheets:
        for header in sheet.headers:
            headers.setdefault(plain(header), header)
    parts, labels = [], []
    for title, sheet in zip(titles, sheets, strict=True):
        at: dict[str, int] = {}
        for i, header in enumerate(sheet.headers):
            at.setdefault(plain(header), i)
        columns = [sheet.cells[at[h]].tolist() if h in at else [""] * len(sheet.cells) for h in headers]
        parts += [[*row, title] for row in zip(*columns, strict=True)]
        labels += [f"{title}!{label}" for label in sheet.labels]
    shown = [*headers.values(), SHEET_COLUMN]
    return Sheet(name, shown, text_frame(parts, len(shown)), np.array(labels, dtype=object))
