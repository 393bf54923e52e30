"""Turn long tables of pupils into arrays, so that sums over many zones are quick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import FloatArray
from planning.grades import USUAL, Grades


@dataclass(frozen=True)
class Grid:
    """Values by zone, grade and year: ``values`` has shape (n_zones, n_grades, n_years)."""

    zones: pd.Index[str]
    years: list[int]
    values: FloatArray
    grades: Grades


def grid_of(table: pd.DataFrame, column: str = "pupils", grades: Grades = USUAL) -> Grid:
    """Return a column of a long table ``zone, year, grade, …`` as an array; what is not given counts 0."""
    z, zones = pd.factorize(table["zone"])
    years = sorted(int(y) for y in table["year"].unique())
    t = np.searchsorted(years, table["year"].to_numpy(dtype=np.int64))
    g = table["grade"].to_numpy(dtype=np.int64) - grades.first
    values = np.zeros((len(zones), grades.count, len(years)))
    amounts = table[column].to_numpy(dtype=float, na_value=np.nan)
    np.add.at(values, (z, g, t), amounts)
    return Grid(pd.Index(zones).astype(str), years, values, grades)
