"""Carry districts, layouts and scorecards to and from databases and other whole-district files."""

from planning.exchange.formats import FORMATS, convert_district, format_of
from planning.exchange.same import differences

__all__ = ["FORMATS", "convert_district", "differences", "format_of"]
