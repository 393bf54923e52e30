"""Lay the columns that many indicators ask for out as arrays, once per county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.district.schema import STAGES
from planning.indicators.figures import Figures


@dataclass(frozen=True)
class UnitArrays:
    """Flags and numbers of the n units, and of the m rows of the enrolment.

    Parameters
    ----------
    stage : dict of str to ndarray (n,)
        Units of a stage.
    locale : dict of str to ndarray (n,)
        Units of a locale.
    ordinary : ndarray (n,)
        Units that are not special schools.
    point : ndarray (n,)
        Teaching points.
    public : ndarray (n,)
        Units of public schools.
    nearby : ndarray (n,)
        Units that B13 counts: urban and town, public, no boarding, admitting by catchment (S:199).
    pupils, classes : ndarray (n,)
    school : ndarray (n,)
        Position of the unit's school in ``schools``.
    schools, kinds, names : ndarray (k,)
        Id, kind and name of every school.
    at : ndarray (m,)
        Position of the unit of every row of the enrolment, −1 where unknown.
    enrolled, own, taught : ndarray (m,)
        Pupils, pupils from the unit's own catchment (NaN where unknown), classes.
    grade : ndarray (m,)
    """

    stage: dict[str, BoolArray]
    locale: dict[str, BoolArray]
    ordinary: BoolArray
    point: BoolArray
    public: BoolArray
    nearby: BoolArray
    pupils: FloatArray
    classes: FloatArray
    school: IntArray
    schools: ObjectArray
    kinds: ObjectArray
    names: ObjectArray
    at: IntArray
    enrolled: FloatArray
    own: FloatArray
    taught: FloatArray
    grade: IntArray


def lay_out(figures: Figures) -> UnitArrays:
    """Lay a county's units and enrolment out as arrays."""
    units, enrolment = figures.units, figures.enrolment
    columns = ("school", "name", "stage", "kind", "locale", "ownership", "admission")
    text = {c: units[c].to_numpy(dtype=object) for c in columns}
    school, schools = pd.factorize(text["school"])
    first = np.zeros(len(schools), dtype=np.int64)
    first[school[::-1]] = np.arange(len(units))[::-1]
    locale = {name: text["locale"] == name for name in ("urban", "town", "rural")}
    ordinary, public = text["kind"] != "special", text["ownership"] == "public"
    day = ~units["boarding"].to_numpy(dtype=bool)
    by_catchment = text["admission"] == "catchment"
    return UnitArrays(
        {s: text["stage"] == s for s in STAGES},
        locale,
        ordinary,
        text["kind"] == "teaching_point",
        public,
        (locale["urban"] | locale["town"]) & public & day & by_catchment & ordinary,
        units["pupils"].to_numpy(dtype=float),
        units["classes"].to_numpy(dtype=float),
        school.astype(np.int64),
        np.asarray(schools, dtype=object),
        text["kind"][first],
        text["name"][first],
        units.index.get_indexer(pd.Index(enrolment["unit"])).astype(np.int64),
        enrolment["pupils"].to_numpy(dtype=float),
        enrolment["own"].to_numpy(dtype=float),
        enrolment["classes"].to_numpy(dtype=float),
        enrolment["grade"].to_numpy(dtype=np.int64),
    )
