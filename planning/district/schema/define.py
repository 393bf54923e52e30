"""Say what a table and a column of a district are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from planning.grades import USUAL, Grades

Kind = Literal["text", "int", "number", "bool", "choice", "date"]
Geometry = Literal["point", "line", "polygon"]


@dataclass(frozen=True)
class Choice:
    """One allowed value of a column, with the Chinese words that mean the same."""

    value: str
    zh: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name, zh : str
        English name used in files and code; Chinese header.
    kind : str
        Type of the values.
    meaning, meaning_zh : str
        One line for the input-format page and the template.
    unit : str
        Unit of the values (``"m2"``, ``"yuan"``, ``"pupils"`` …) or empty.
    required : bool
        The column must exist and hold a value in every row.
    minimum, maximum : float, optional
        Allowed range, bounds included.
    choices : tuple of Choice
        Allowed values when ``kind`` is ``"choice"``.
    refers : str
        ``"table.column"`` that must hold every value of this column.
    aliases : tuple of str
        Other headers (Chinese or English) that mean this column.
    default : object
        Value used where an optional cell is empty; ``None`` keeps it missing.
    instead : str
        Column that may hold a value where this required one holds none.
    example : str
        Example for the template.
    identifier : bool
        The values are identifiers: always text, leading zeros kept.
    many : bool
        A cell may hold several values joined by ``;``.
    """

    name: str
    zh: str
    kind: Kind = "text"
    meaning: str = ""
    meaning_zh: str = ""
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    refers: str = ""
    aliases: tuple[str, ...] = ()
    default: object = None
    instead: str = ""
    example: str = ""
    identifier: bool = False
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a district: a CSV file, a GeoJSON layer or a sheet of the workbook.

    ``aliases`` are words in the names of files that are likely to hold it; ``grades`` those that its column of grades may hold.
    """

    name: str
    zh: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    geometry: Geometry | None = None
    required: bool = True
    meaning_zh: str = ""
    aliases: tuple[str, ...] = ()
    grades: Grades = USUAL
    column_of: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.column_of.update({c.name: c for c in self.columns})

    def with_grades(self, grades: Grades) -> Table:
        """Return the table of a system with these grades."""
        if grades == self.grades:
            return self
        bounds = {"minimum": grades.first, "maximum": grades.last}
        columns = tuple(replace(c, **bounds) if c.name == "grade" else c for c in self.columns)  # type: ignore[arg-type]
        return replace(self, columns=columns, grades=grades)

    @property
    def file(self) -> str:
        """Name of the file inside a district folder."""
        return f"{self.name}.{'geojson' if self.geometry else 'csv'}"
