"""Say what the tables of a run are: every column with its kind, its bounds and what it refers to."""

from __future__ import annotations

from dataclasses import replace

from planning.district.schema import STAGES, Choice, Column, Table
from planning.grades import HIGHEST

MANY = 1e9
"""More pupils, rooms or metres than any county has."""
MONEY = 1e15
"""More yuan than any county has."""

_STAGE = Column("stage", "", "choice", required=True, choices=tuple(Choice(stage, "") for stage in STAGES))
_YEAR = Column("year", "", "int", required=True, minimum=1990, maximum=2100)
_GRADE = Column("grade", "", "int", required=True, minimum=0, maximum=HIGHEST)


def _text(name: str, *, required: bool = True, refers: str = "", default: str | None = None) -> Column:
    return Column(name, "", required=required, refers=refers, default=default)


def _count(name: str, *, least: float = 0) -> Column:
    return Column(name, "", "int", required=True, minimum=least, maximum=MANY)


def _amount(name: str, *, most: float = MANY, required: bool = True, default: object = None) -> Column:
    return Column(name, "", "number", required=required, minimum=0, maximum=most, default=default)


def _table(name: str, *columns: Column, key: tuple[str, ...], required: bool = False) -> Table:
    return Table(name, "", "", columns, key, required=required)


ASSIGNMENT = _table(
    "assignment",
    _text("zone"),
    _STAGE,
    _text("unit", refers="units.unit"),
    _count("pupils"),
    _amount("distance_m"),
    Column("crosses_barrier", "", "bool", required=True),
    _amount("overflow"),
    _text("previous_unit", required=False, default=""),
    _amount("share", most=1, default=1),
    key=("zone", "stage", "unit"),
    required=True,
)
OVERFLOW = _table(
    "overflow",
    _YEAR,
    _GRADE,
    _text("from_unit", refers="units.unit"),
    _text("to_unit", refers="units.unit"),
    _count("pupils"),
    _amount("distance_m"),
    key=("year", "grade", "from_unit", "to_unit"),
)
UNITS = _table(
    "units",
    _text("unit"),
    _text("school"),
    _STAGE,
    _YEAR,
    _GRADE,
    _count("pupils"),
    _count("own"),
    _count("overflow_in"),
    _count("overflow_out"),
    _count("classes"),
    _count("cap", least=1),
    _count("seats"),
    _count("shortage"),
    _count("oversize"),
    _count("rooms"),
    key=("unit", "year", "grade"),
    required=True,
)
PROJECTS = _table(
    "projects",
    _text("project"),
    _text("name", required=False),
    _text("kind"),
    _text("school"),
    _STAGE,
    Column("built", "", "bool", required=True),
    replace(_YEAR, required=False),
    _count("rooms"),
    _amount("cost_yuan", most=MONEY),
    key=("project",),
)
SHARED = _table(
    "shared",
    _text("zone", refers="assignment.zone"),
    _text("unit", refers="units.unit"),
    _YEAR,
    _GRADE,
    _count("pupils"),
    key=("zone", "unit", "year", "grade"),
)
NEIGHBOURS = _table(
    "neighbours",
    _text("zone"),
    _text("neighbour"),
    key=("zone", "neighbour"),
)
RUN_TABLES = (ASSIGNMENT, OVERFLOW, UNITS, PROJECTS, SHARED)
"""The tables of a layout; the pairs of neighbours (:data:`NEIGHBOURS`) stand beside them."""
RUN_TABLE: dict[str, Table] = {table.name: table for table in (*RUN_TABLES, NEIGHBOURS)}
TEXT_COLUMNS = frozenset(
    c.name for t in RUN_TABLE.values() for c in t.columns if c.kind in ("text", "choice")
)
"""Columns of words, whichever table they stand in."""


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the names of a table's columns, in the order of its file."""
    return tuple(column.name for column in table.columns)
