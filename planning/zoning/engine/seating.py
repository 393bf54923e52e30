"""Say what a unit costs for the items it holds, beside its arcs: classes, seats short, schools too large. A guide to searches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Seating:
    """What the rules of class and school size say of given catchments, as arrays, nobody sent on.

    The rows of the programme alone decide what a plan costs; this tells a search in a microsecond what they will say. Years and
    grades are one axis (``t · n_grades + g``); a stage with fewer grades than another has grades without pupils.

    Parameters
    ----------
    coming : ndarray (n_items, n_years · n_grades)
        Pupils that an item brings to its unit.
    staying : ndarray (n_units, n_years · n_grades)
        Pupils who sit in a unit whatever its catchment.
    cap : ndarray (n_units, n_years · n_grades)
        Pupils that a class holds.
    rooms : ndarray (n_units, n_years)
        Classes that a unit may open while no switch is on.
    adding : ndarray of int (n, 3)
        Switch (column), unit and year of what is built or closed; ``added`` (n,) the rooms that come of it.
    added : ndarray (n,)
        Rooms, negative where a unit closes.
    school : ndarray of int (n_units,)
        School of every unit, counted from 0.
    size : ndarray (n_schools, n_years)
        Pupils that a school may have.
    short, sent : ndarray (n_units,)
        Price of a pupil without a seat; of one who is sent where that is cheapest, as if there were room (no more than that).
    each, over : float
        Price of a class, of a pupil above the size of a school. All prices are of one year.
    """

    coming: FloatArray
    staying: FloatArray
    cap: FloatArray
    rooms: FloatArray
    adding: IntArray
    added: FloatArray
    school: IntArray
    size: FloatArray
    short: FloatArray
    sent: FloatArray
    each: float
    over: float

    @property
    def several_years(self) -> bool:
        """Whether catchments are to serve more than one year."""
        return bool(self.rooms.shape[1] > 1)

    def rooms_under(self, values: FloatArray) -> FloatArray:
        """Return the rooms by unit and year under the switches of a plan (n_units, n_years)."""
        found = self.rooms.copy()
        column, unit, year = self.adding.T
        np.add.at(found, (unit, year), self.added * values[column])
        return np.maximum(0.0, np.round(found))
