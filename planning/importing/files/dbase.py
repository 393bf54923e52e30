"""Read dBASE tables without shapes as pages of cells."""

from __future__ import annotations

from pathlib import Path

import pyogrio

from planning.district.formats.books import Page
from planning.district.formats.files import broken, cell_text
from planning.district.formats.layers import shapefile_encoding

DBASE = ".dbf"


def dbase_page(path: Path, encoding: str = "") -> Page:
    """Return a dBASE table, its columns as the first row.

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    try:
        frame = pyogrio.read_dataframe(path, read_geometry=False, encoding=shapefile_encoding(path, encoding))
    except (pyogrio.errors.DataSourceError, RuntimeError, ValueError, OSError) as error:
        raise broken(path.name, str(error)) from error
    cells = frame.astype("object").to_numpy().tolist()
    rows = [["" if v is None or v != v else cell_text(v) for v in row] for row in cells]
    return Page("", [[str(c) for c in frame.columns], *rows])
