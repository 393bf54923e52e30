"""Read lists of scope texts as offices publish them: workbook, CSV, or JSON records."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planning.district.cells.headers import plain
from planning.district.formats.files import sheet_from_rows
from planning.errors import DistrictError, Issue
from planning.importing.forms.grids import read_grid

HEADERS = {
    "school": ("school", "学校", "学校名称", "校名", "schoolname", "name"),
    "unit": ("unit", "办学单位", "办学单位编号"),
    "stage": ("stage", "学段", "educationtype"),
    "text": ("text", "招生范围", "学区范围", "划片范围", "招生地段", "服务范围", "belongstext"),
    "note": ("note", "备注", "说明", "共享学区", "memo"),
}
_WITHIN = 10  # the header is looked for in so many rows from the top


def read_texts(path: str | Path) -> pd.DataFrame:
    """Return ``text`` and what else is given of ``school, unit, stage, note``, one row per text.

    Parameters
    ----------
    path : str or Path
        ``.xlsx``, ``.csv`` (UTF-8 or GBK) or ``.json`` (a list of records); rows without a text are left out.

    Raises
    ------
    DistrictError
        If the file cannot be read, or no column holds texts.
    """
    source = Path(path)
    if not source.is_file():
        raise DistrictError([Issue("importing.texts.no_such_file", str(source))])
    table = _grid(source)
    found: dict[str, pd.Series[str]] = {}
    for header in table.columns:
        name = next((n for n, words in HEADERS.items() if plain(str(header)) in words), None)
        if name and name not in found:
            found[name] = table[header]
    if "text" not in found or not {"school", "unit"} & set(found):
        raise DistrictError([_no_texts(source.name, list(map(str, table.columns)))])
    texts = pd.DataFrame(found)
    return texts[texts["text"].str.strip() != ""].reset_index(drop=True)


def _grid(source: Path) -> pd.DataFrame:
    name, grid = read_grid(source)
    words = {w for known in HEADERS.values() for w in known}
    start = max(
        range(min(_WITHIN, len(grid))), key=lambda r: sum(plain(c) in words for c in grid[r]), default=0
    )
    sheet = sheet_from_rows(name, grid[start:])
    return sheet.cells.set_axis(list(sheet.headers), axis=1)


def _no_texts(file: str, headers: list[str]) -> Issue:
    return Issue("importing.texts.no_column_scope_texts_none", file, row="1", value=", ".join(headers)[:200])
