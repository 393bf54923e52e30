"""Define every table of a district once: validation, messages, templates and documents come from here."""

from planning.district.schema.assessment import REGISTER, RESOURCE_COLUMNS, RESOURCES
from planning.district.schema.define import Choice, Column, Geometry, Kind, Table
from planning.district.schema.people import BIRTHS, HOUSING, ZONE_PUPILS
from planning.district.schema.places import BARRIERS, BOUNDARY, ROADS, TOWNSHIPS, ZONES
from planning.district.schema.projects import PROJECTS
from planning.district.schema.schools import CLASSES, SCHOOLS, UNITS
from planning.district.schema.words import SCHOOL_KINDS, STAGE_ZH, STAGES
from planning.errors import name_columns

TABLES: tuple[Table, ...] = (
    BOUNDARY,
    TOWNSHIPS,
    ZONES,
    ZONE_PUPILS,
    SCHOOLS,
    UNITS,
    CLASSES,
    RESOURCES,
    PROJECTS,
    ROADS,
    BARRIERS,
    BIRTHS,
    HOUSING,
    REGISTER,
)
TABLE: dict[str, Table] = {t.name: t for t in TABLES}


def _column_names() -> dict[str, str]:
    """Return what every column is called in Chinese; what the names share where several tables have it."""
    named: dict[str, set[str]] = {}
    for table in TABLES:
        for column in table.columns:
            named.setdefault(column.name, set()).add(column.zh)
    return {name: _shared_ending(words) or min(words, key=len) for name, words in named.items()}


def _shared_ending(words: set[str]) -> str:
    some = min(words, key=len)
    return next((e for i in range(len(some)) if all(w.endswith(e := some[i:]) for w in words)), "")


name_columns({**_column_names(), "lon": "经度", "lat": "纬度"})

__all__ = [
    "RESOURCE_COLUMNS",
    "SCHOOL_KINDS",
    "STAGES",
    "STAGE_ZH",
    "TABLE",
    "TABLES",
    "Choice",
    "Column",
    "Geometry",
    "Kind",
    "Table",
]
