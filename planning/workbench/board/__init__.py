"""The board: the picture of a plan for the browser, and its draft; loaded when the first is opened."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.workbench.board.draft import Board, Change, open_board
    from planning.workbench.board.figures import (
        board_state,
        change_data,
        cost_data,
        fault_data,
        journal_data,
        locks_data,
        reference_data,
    )
    from planning.workbench.board.why import why_data

__all__ = [
    "Board",
    "Change",
    "board_state",
    "change_data",
    "cost_data",
    "fault_data",
    "journal_data",
    "locks_data",
    "open_board",
    "reference_data",
    "why_data",
]

lazily(__name__)
