"""Gather every fault of the table, part by part."""

from __future__ import annotations

from tests.reliability import (
    belonging,
    databases,
    drawing,
    files,
    imports,
    kills,
    offices,
    people,
    province,
    settings,
    shapes,
    sizes,
    solving,
    tables,
    texts,
    workbooks,
    writing,
)
from tests.reliability.table import FAULTS

__all__ = [
    "FAULTS",
    "belonging",
    "databases",
    "drawing",
    "files",
    "imports",
    "kills",
    "offices",
    "people",
    "province",
    "settings",
    "shapes",
    "sizes",
    "solving",
    "tables",
    "texts",
    "workbooks",
    "writing",
]
