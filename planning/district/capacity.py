"""Count what units hold as a profile counts it: in classrooms, or in seats where a system has no class rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pandas as pd

from planning.district.model import District

Table = TypeVar("Table", bound=pd.DataFrame)


def counted(district: District, capacity: str) -> District:
    """Return the district with ``rooms`` of units and projects in what capacity is counted in.

    Counted in seats, a seat is a room of one pupil: ``rooms`` are the seats of the column ``capacity``, 0 where it holds none. Doing it
    twice changes nothing.

    Parameters
    ----------
    capacity : {"classes", "seats"}
        As the profile has it (:class:`planning.standards.Profile`).

    Examples
    --------
    >>> import planning
    >>> district = planning.sample_district()
    >>> district.units["capacity"] = [400, 500, 600]
    >>> counted(district, "seats").units["rooms"].tolist()
    [400, 500, 600]
    >>> counted(district, "classes") is district
    True
    """
    if capacity != "seats":
        return district
    return replace(district, units=_in_seats(district.units), projects=_in_seats(district.projects))


def _in_seats(table: Table) -> Table:
    return table.assign(rooms=table["capacity"].fillna(0).astype("int64"))


def grown(units: pd.DataFrame, more: pd.Series[int]) -> pd.DataFrame:
    """Return units with more (or fewer) rooms, and as many seats where seats are what they are counted in; none below 0."""
    table = units.assign(rooms=(units["rooms"].astype(int) + more).clip(lower=0))
    return table.assign(capacity=(units["capacity"] + more).clip(lower=0)) if "capacity" in table else table
