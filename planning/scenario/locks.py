"""Settings that hold parts of a map as they are: zones, units, and zones that belong together or apart."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _word(value: Any) -> Any:
    """Read an identifier that YAML takes for a number as it is written."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _several(value: Any) -> Any:
    """Read one name as a list of one."""
    return value if isinstance(value, (list, tuple)) else (value,)


def _table(value: Any) -> Any:
    """Read the keys of a table, identifiers that YAML takes for numbers among them."""
    return {_word(key): named for key, named in value.items()} if isinstance(value, dict) else value


def _tie(value: Any) -> Any:
    """Read a bare list of zones as a tie in every stage."""
    return {"zones": value} if isinstance(value, (list, tuple)) else value


Word = Annotated[str, BeforeValidator(_word)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_several)]
Table = Annotated[dict[str, Words], BeforeValidator(_table)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Tie(_Part):
    """Zones that go to one unit, or each to another one; in one stage, or in every stage of the plan."""

    zones: tuple[Word, ...] = Field(min_length=2)
    stage: Literal["primary", "junior"] | None = None


Ties = tuple[Annotated[Tie, BeforeValidator(_tie)], ...]


class Locks(_Part):
    """What the plan must leave as it is, by id or name; every lock holds at any price.

    ``zones`` gives zones to units (one for each stage), ``not`` keeps them from units; a unit says the stage. A unit of ``frozen``
    neither gains nor loses a zone against the catchments in force (``current_*``, or those of ``start_from``); a zone that it shares in force stays shared. The zones of each
    list of ``together`` go to one unit, those of each list of ``apart`` each to another one, in every stage or in one:
    ``{zones: [Z1, Z2], stage: primary}``.
    """

    zones: Table = {}
    not_: Table = Field({}, alias="not")
    frozen: tuple[Word, ...] = ()
    together: Ties = ()
    apart: Ties = ()
