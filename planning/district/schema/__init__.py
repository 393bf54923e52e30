"""Define every table of a district once: validation, messages, templates and documents come from here."""

from planning.district.schema.define import Choice, Column, Geometry, Kind, Table
from planning.district.schema.people import BIRTHS, HOUSING, ZONE_PUPILS
from planning.district.schema.places import BARRIERS, BOUNDARY, ROADS, TOWNSHIPS, ZONES
from planning.district.schema.schools import (
    CLASSES,
    PROJECTS,
    REGISTER,
    RESOURCE_COLUMNS,
    RESOURCES,
    SCHOOLS,
    UNITS,
)
from planning.district.schema.words import GRADES, SCHOOL_KINDS, STAGE_ZH, STAGES

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

__all__ = [
    "GRADES",
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
