"""Sort classes into the bands of the standard: normal, large-ish, large, super-large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.arrays import BoolArray, IntArray
from planning.standards import Profile

BANDS = ("normal", "largish", "large", "super")


@dataclass(frozen=True)
class Classes:
    """Every class that B5 counts, as arrays of equal length.

    Parameters
    ----------
    unit : IntArray
        Position of the unit in the unit table.
    grade, pupils, cap, band : IntArray
        Grade, pupils, the cap of the stage, and the position in ``BANDS``.
    seated : BoolArray
        False for the pupils of a grade that has no class: they are no class, but over every cap and in the largest band.
    """

    unit: IntArray
    grade: IntArray
    pupils: IntArray
    cap: IntArray
    band: IntArray
    seated: BoolArray

    @property
    def over(self) -> BoolArray:
        """Classes above the cap of their stage, and grades whose pupils sit in no class."""
        return (self.pupils > self.cap) | ~self.seated

    @property
    def unseated(self) -> int:
        """Pupils who sit in no class."""
        return int(self.pupils[~self.seated].sum())

    def at_least(self, band: str) -> BoolArray:
        """Return the classes of a band and every larger one (``"large"`` is 56 and more)."""
        return self.band >= BANDS.index(band)


def band_of(pupils: npt.ArrayLike, bounds: npt.ArrayLike) -> IntArray:
    """Return the band of every class; bounds belong to the smaller band.

    Source: the classes of size in national statistics; standards: 46–55 large-ish, 56–65 large, from 66 super-large.

    Examples
    --------
    >>> band_of([45, 46, 50, 51, 55, 56, 65, 66], [45, 55, 65]).tolist()
    [0, 1, 1, 1, 1, 2, 2, 3]
    """
    return np.searchsorted(np.asarray(bounds), np.asarray(pupils), side="left").astype(np.int64)


def sort_classes(units: pd.DataFrame, class_sizes: pd.DataFrame, profile: Profile) -> Classes:
    """Return every class with its cap and band; special schools are left out, private schools are in (S:167).

    Parameters
    ----------
    class_sizes : DataFrame
        ``unit, grade, pupils`` and, where grades may have no class, ``seated`` (:func:`planning.indicators.even_classes`).
    """
    position = units.index.get_indexer(pd.Index(class_sizes["unit"]))
    ordinary = units["kind"].to_numpy(dtype=object) != "special"
    keep = (position >= 0) & ordinary[position]
    unit = position[keep].astype(np.int64)
    pupils = class_sizes["pupils"].to_numpy()[keep].astype(np.int64)
    primary = (units["stage"].to_numpy(dtype=object) == "primary")[unit]
    cap = np.where(primary, profile.class_cap["primary"], profile.class_cap["junior"]).astype(np.int64)
    bounds = [profile.class_bands[name] for name in BANDS[:-1]]
    grade = class_sizes["grade"].to_numpy()[keep].astype(np.int64)
    seated = np.ones(len(pupils), dtype=bool)
    if "seated" in class_sizes:
        seated = class_sizes["seated"].to_numpy(dtype=bool)[keep]
    band = np.where(seated, band_of(pupils, bounds), len(BANDS) - 1)
    return Classes(unit, grade, pupils, cap, band, seated)


def band_table(units: pd.DataFrame, classes: Classes) -> pd.DataFrame:
    """Return, for every unit with classes or pupils, how many it has in every band, over the cap, and the largest.

    Returns
    -------
    DataFrame
        ``unit, name, stage, classes, normal, largish, large, super, over_cap, largest, unseated, pupils``. Pupils of a grade without a
        class are ``unseated`` pupils and count once in the largest band and over the cap.
    """
    n = len(units)
    counts = np.bincount(classes.unit * len(BANDS) + classes.band, minlength=n * len(BANDS)).reshape(n, -1)
    largest = np.zeros(n, dtype=np.int64)
    np.maximum.at(largest, classes.unit[classes.seated], classes.pupils[classes.seated])
    sitting = np.bincount(classes.unit[classes.seated], minlength=n)
    unseated = np.bincount(classes.unit, weights=classes.pupils * ~classes.seated, minlength=n)
    some = np.flatnonzero((sitting > 0) | (unseated > 0))
    return pd.DataFrame(
        {
            "unit": units.index.array[some],
            "name": units["name"].array[some],
            "stage": units["stage"].array[some],
            "classes": sitting[some],
            **{name: counts[some, i] for i, name in enumerate(BANDS)},
            "over_cap": np.bincount(classes.unit[classes.over], minlength=n)[some],
            "largest": largest[some],
            "unseated": unseated[some].astype(np.int64),
            "pupils": np.bincount(classes.unit, weights=classes.pupils, minlength=n)[some].astype(np.int64),
        }
    )
