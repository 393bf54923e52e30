"""Make what no file of an office holds from what the others say: outlines, places, units, locales, pupils from births."""

from __future__ import annotations

from planning.importing.derive.derive import NAMES, Derived, Wanted, derive_tables
from planning.importing.derive.locales import METHOD as LOCALES

__all__ = ["LOCALES", "NAMES", "Derived", "Wanted", "derive_tables"]
