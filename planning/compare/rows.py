"""List the figures of the headline table: what each is, which direction is better, how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from planning.district.schema import STAGES
from planning.layout import Layout, in_seats
from planning.messages import Text
from planning.standards.money import Money

Better = Literal["low", "high", "none"]
Value = Callable[[Layout], float]
GROUPS = ("seats", "near", "change", "standard", "proof")
"""Parts of the table, in order; ``compare.group.…`` of the catalogues names them."""


@dataclass(frozen=True)
class Row:
    """One row of the comparison.

    Parameters
    ----------
    key, group : str
        Identifier, and the part of the table it stands in (``GROUPS``).
    better : str
        ``low``, ``high`` or ``none``: which value is marked.
    form : str
        Format of the number.
    value : callable
        Returns the figure of a layout, NaN where it is not known.
    way : str
        Code of how it is computed; the key by default.
    """

    key: str
    group: str
    better: Better
    form: str
    value: Value
    way: str = ""

    def name(self, money: Money) -> Text:
        """Return what it is called; amounts of money name their unit."""
        return Text(f"compare.row.{self.key}", **({"unit": money.unit} if self.key == COST else {}))

    @property
    def how(self) -> Text:
        """How it is computed."""
        return Text(f"compare.how.{self.way or self.key}")


def _summary(key: str, part: str | None = None) -> Value:
    def value(layout: Layout) -> float:
        found: Any = layout.summary.get(key, float("nan"))
        if part is not None:
            found = found.get(part, float("nan")) if isinstance(found, Mapping) else float("nan")
        return float("nan") if found is None else float(found)

    return value


def last_year(layout: Layout) -> pd.DataFrame:
    """Return the unit table of the last school year of a layout, when all of its projects are in use."""
    units = layout.units
    last: pd.DataFrame = units[units["year"] == units["year"].max()]
    return last


def class_sizes(layout: Layout) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the size of every class of a layout (all its years), pupils spread evenly over the classes of a grade."""
    return spread(layout.units)[0]


def spread(
    units: pd.DataFrame,
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.intp]]]:
    """Return the size of every class of a unit table and the row of the table it belongs to.

    Sizes differ by at most one within a grade; pupils of a grade without a class are one entry, which :func:`taught` tells.
    """
    rows = np.flatnonzero((units["pupils"] > 0).to_numpy())
    table = units.iloc[rows]
    classes = table["classes"].clip(lower=1).to_numpy(dtype=np.int64)
    pupils = table["pupils"].to_numpy(dtype=np.int64)
    index = np.repeat(np.arange(len(table)), classes)
    number = np.arange(len(index)) - np.repeat(np.cumsum(classes) - classes, classes)
    sizes = pupils[index] // classes[index] + (number < pupils[index] % classes[index])
    return np.asarray(sizes), rows[index]


def taught(
    units: pd.DataFrame, rows: np.ndarray[Any, np.dtype[np.intp]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which entries of :func:`spread` are classes; the others are pupils in no class, more than any band allows."""
    return np.asarray((units["classes"] > 0).to_numpy()[rows])


def _at_least(pupils: int) -> Value:
    def count(layout: Layout) -> float:
        if in_seats(layout.units):
            return float("nan")
        sizes, rows = spread(layout.units)
        return float(((sizes >= pupils) | ~taught(layout.units, rows)).sum())

    return count


COST = "cost"
"""The row of money, told in the unit of the profile's budgets."""
SUMMED = frozenset(
    ("pupils_primary", "pupils_junior", "seats_primary", "seats_junior", "shortage", "over_cap", "large", "super_large", "overflow")
)  # fmt: skip
"""Figures that add up the years of a plan: none is better than another of a plan over other years."""

ROWS: tuple[Row, ...] = (
    *(Row(f"pupils_{s}", "seats", "none", ",.0f", _summary("pupils", s), "pupils") for s in STAGES),
    *(Row(f"seats_{s}", "seats", "high", ",.0f", _summary("seats_possible", s), "seats") for s in STAGES),
    Row("shortage", "seats", "low", ",.0f", _summary("shortage_pupils")),
    Row("over_cap", "seats", "low", ",.0f", _summary("classes_over_cap"), "spread"),
    Row("large", "seats", "low", ",.0f", _at_least(56), "spread"),
    Row("super_large", "seats", "low", ",.0f", _at_least(66), "spread"),
    Row("oversized", "seats", "low", ",.0f", _summary("schools_over_size")),
    Row("overflow", "near", "low", ",.0f", _summary("overflow_pupils")),
    *(Row(f"nearby_{s}", "near", "high", ".1%", _summary("nearby_ratio", s), "nearby_ratio") for s in STAGES),
    *(
        Row(f"nearest_{s}", "near", "high", ".1%", _summary("nearest_share", s), "nearest_share")
        for s in STAGES
    ),
    *(Row(f"mean_{s}", "near", "low", ",.0f", _summary("mean_distance_m", s), "mean") for s in STAGES),
    *(Row(f"p95_{s}", "near", "low", ",.0f", _summary("p95_distance_m", s), "p95") for s in STAGES),
    Row("moved", "change", "low", ",.0f", _summary("moved_pupils")),
    Row(COST, "change", "low", ",.0f", _summary("cost_yuan")),
    Row("passed", "standard", "high", ".0f", _summary("indicators", "passed")),
    Row("failed", "standard", "low", ".0f", _summary("indicators", "failed")),
    Row("not_supplied", "standard", "none", ".0f", _summary("indicators", "not_supplied")),
    Row("gap", "proof", "none", ".2%", _summary("gap")),
)
