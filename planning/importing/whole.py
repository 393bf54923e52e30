"""Tell a whole district, as planning writes it, from files as offices have them."""

from __future__ import annotations

from pathlib import Path

from planning.district.formats.books import read_pages
from planning.district.formats.layers import layer_names
from planning.district.formats.package import INFO_LAYER
from planning.district.formats.workbook import INFO_SHEETS
from planning.district.info import FILE
from planning.errors import DistrictError


def is_district(path: Path) -> bool:
    """Return whether a folder, workbook or GeoPackage says itself which district it is."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return (path / FILE).is_file()
    if path.name == FILE:
        return path.is_file()
    if suffix in (".xlsx", ".xlsm") and path.is_file():
        return bool({t.strip() for t in sheet_titles(path)} & set(INFO_SHEETS))
    if suffix == ".gpkg" and path.is_file():
        try:
            return INFO_LAYER in layer_names(path)
        except DistrictError:
            return False
    return False


def sheet_titles(path: Path) -> list[str]:
    """Return the titles of a workbook's sheets, hidden ones last; none if it is damaged or unsafe to unpack."""
    try:
        pages = read_pages(path)
    except DistrictError:
        return []
    return [page.title for page in sorted(pages, key=lambda page: page.hidden)]
