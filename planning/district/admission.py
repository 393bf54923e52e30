"""Decide who admits by catchment where the table of units leaves it open: kind and boarding say it, or a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from planning.errors import Issue

_PRIVATE_NAMES = re.compile("民办|私立|民营")
_LISTED = 10


def admission_open(units: pd.DataFrame, schools: pd.DataFrame, blank: np.ndarray) -> dict[str, np.ndarray]:
    """Return which units leave their admission open although they may not take pupils by catchment, by group."""
    own = schools.drop_duplicates("school").set_index("school").reindex(units["school"])
    private = blank & (own["ownership"] == "private").to_numpy()
    names = own["name"].fillna("").astype("str")
    named = blank & ~private & names.map(lambda n: bool(_PRIVATE_NAMES.search(n))).to_numpy(dtype=bool)
    boarding = (own["boarding"].fillna(False).astype("bool") | (own["kind"] == "special")).to_numpy()
    return {"private": private, "private_name": named, "boarding": blank & ~private & ~named & boarding}


def settle_admission(
    units: pd.DataFrame,
    schools: pd.DataFrame,
    blank: np.ndarray,
    file: str,
    said: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[Issue]]:
    """Return the units with admission where it was left empty, and what a person should look at (warnings).

    Parameters
    ----------
    blank : array of bool, shape (units,)
        Where the file says nothing.
    said : mapping of str to str, optional
        Admission that a person gave for a group of :func:`admission_open`.

    Notes
    -----
    Private schools choose how they admit within their approved size (民办教育促进法实施条例), so they take no catchment
    unless somebody says so. Boarding and special public schools may draw on the whole county: they stay as they are, and
    are named.
    """
    if not blank.any() or not len(schools):
        return units, []
    groups = admission_open(units, schools, blank)
    settled = units.copy()
    settled.loc[groups["private"], "admission"] = "none"
    for group, admission in (said or {}).items():
        settled.loc[groups[group], "admission"] = admission
        groups[group] = np.zeros(len(units), dtype=bool)
    private, named, open_ = groups.values()
    found = []
    for where, code in (
        (private, "district.admission.private"),
        (named, "district.admission.named_private"),
        (open_, "district.admission.boarding"),
    ):
        if where.any():
            found.append(_said(file, units.loc[where, "unit"].tolist(), code))
    return settled, found


def _said(file: str, units: Sequence[str], code: str) -> Issue:
    listed = ", ".join(map(str, units[:_LISTED])) + (
        f" … (+{len(units) - _LISTED})" if len(units) > _LISTED else ""
    )
    return Issue(code, file, column="admission", value=listed, level="warning")
