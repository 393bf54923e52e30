"""Carry districts, layouts and scorecards to and from databases and other whole-district files."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.exchange.address import is_address, read_address
    from planning.exchange.formats import FORMATS, convert_district, format_of
    from planning.exchange.layouts import get_run, put_run, read_layout, read_scorecard
    from planning.exchange.same import differences
    from planning.exchange.store import Entry, list_store, put_district, read_store

__all__ = [
    "FORMATS",
    "Entry",
    "convert_district",
    "differences",
    "format_of",
    "get_run",
    "is_address",
    "list_store",
    "put_district",
    "put_run",
    "read_address",
    "read_layout",
    "read_scorecard",
    "read_store",
]

lazily(__name__)
