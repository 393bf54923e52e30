"""The board: the picture of a plan for the browser, and its draft; loaded when the first is opened."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.workbench.board.draft import Board, Change, open_board
    from planning.workbench.board.figures import board_state, change_data, fault_data, journal_data
    from planning.workbench.board.why import why_data

__all__ = [
    "Board",
    "Change",
    "board_state",
    "change_data",
    "fault_data",
    "journal_data",
    "open_board",
    "why_data",
]

lazily(__name__)
