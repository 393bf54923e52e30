"""Change a layout by hand: moves with reasons, a journal that undoes and branches, figures that follow every move."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.editing.carrying import carried
    from planning.editing.figures import CountyFigures, Indicators, Price, UnitFigures
    from planning.editing.findings import Finding, check
    from planning.editing.finishing import finish
    from planning.editing.journal import Journal, Move, Step, journal_from_data
    from planning.editing.live import LiveLayout, open_live
    from planning.editing.pricing import Cost, price_of
    from planning.editing.repairing import repair
    from planning.editing.what_if import Change, Estate, Supposed, what_if

__all__ = [
    "Change",
    "Cost",
    "CountyFigures",
    "Estate",
    "Finding",
    "Indicators",
    "Journal",
    "LiveLayout",
    "Move",
    "Price",
    "Step",
    "Supposed",
    "UnitFigures",
    "carried",
    "check",
    "finish",
    "journal_from_data",
    "open_live",
    "price_of",
    "repair",
    "what_if",
]

lazily(__name__)
