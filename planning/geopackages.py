"""Write GeoPackages without waiting for the disk after every layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio

_SETTING = "OGR_SQLITE_SYNCHRONOUS"


@contextmanager
def flushed_later() -> Iterator[None]:
    """Let SQLite hand what it writes to the system only: for files under a temporary name, which :mod:`planning.atomic` flushes whole.

    SQLite waits for the disk eight times a layer otherwise, most of the seconds that small files take.
    """
    pyogrio.set_gdal_config_options({_SETTING: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_SETTING: None})
