"""Make what no file of an office holds from what the others say: outlines, places, units, locales, pupils from births."""

from __future__ import annotations

from planning.importing.derive.derive import NAMES, Derived, Wanted, derive_tables

__all__ = ["NAMES", "Derived", "Wanted", "derive_tables"]
