"""Change a layout by hand: moves with reasons, a journal that undoes and branches, figures that follow every move."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.editing.figures import CountyFigures, Indicators, Price, UnitFigures
    from planning.editing.findings import Finding, check
    from planning.editing.journal import Journal, Move, Step, journal_from_data
    from planning.editing.live import LiveLayout, open_live

__all__ = [
    "CountyFigures",
    "Finding",
    "Indicators",
    "Journal",
    "LiveLayout",
    "Move",
    "Price",
    "Step",
    "UnitFigures",
    "check",
    "journal_from_data",
    "open_live",
]

lazily(__name__)
