"""Hold one complete answer, and save or load it as a run folder."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.layout.belonging import foreign
    from planning.layout.capacity import in_seats
    from planning.layout.folder import (
        INPUTS,
        JOURNAL,
        MARKS,
        inputs_of,
        load_layout,
        save_tables,
    )
    from planning.layout.frames import (
        ASSIGNMENT_COLUMNS,
        NEIGHBOUR_COLUMNS,
        OVERFLOW_COLUMNS,
        PROJECT_COLUMNS,
        SHARED_COLUMNS,
        UNIT_COLUMNS,
        Layout,
        in_force,
        one_row_per_zone,
    )
    from planning.layout.record import changed_files
    from planning.layout.schema import TEXT_COLUMNS

__all__ = [
    "ASSIGNMENT_COLUMNS",
    "INPUTS",
    "JOURNAL",
    "MARKS",
    "NEIGHBOUR_COLUMNS",
    "OVERFLOW_COLUMNS",
    "PROJECT_COLUMNS",
    "SHARED_COLUMNS",
    "TEXT_COLUMNS",
    "UNIT_COLUMNS",
    "Layout",
    "changed_files",
    "foreign",
    "in_force",
    "in_seats",
    "inputs_of",
    "load_layout",
    "one_row_per_zone",
    "save_tables",
]

lazily(__name__)
