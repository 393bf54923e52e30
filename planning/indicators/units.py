"""Judge units on the seven resources: rates, states against the standard, unit verdicts; arrays of any leading shape."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planning.arrays import BoolArray, FloatArray

CodeArray = npt.NDArray[np.int8]

MISSING, BELOW, FLOOR, MET = -1, 0, 1, 2  # states of one resource of one unit
STATE_NAMES = {MISSING: "missing", BELOW: "below", FLOOR: "floor", MET: "met"}
UNKNOWN, FAIL, PASS = -1, 0, 1  # verdicts
VERDICT_NAMES = {UNKNOWN: "not_supplied", FAIL: "fail", PASS: "pass"}
NOISE = 1e-9  # relative; only what floating-point division leaves behind


def rates(amounts: npt.ArrayLike, pupils: npt.ArrayLike, per: npt.ArrayLike) -> FloatArray:
    """Return every resource per pupil or per 100 pupils.

    Parameters
    ----------
    amounts : array_like (…, units, 7)
        Amounts; NaN where not supplied.
    pupils : array_like (…, units)
    per : array_like (7,)
        Pupils the rate refers to (1 or 100).

    Returns
    -------
    ndarray (…, units, 7)
        Unrounded; NaN where the amount is missing or there are no pupils.

    Examples
    --------
    One networked room for a full primary class of 45:

    >>> round(float(rates([[1.0]], [45], [100])[0, 0]), 2)
    2.22
    """
    heads = np.asarray(pupils, dtype=float)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(amounts, dtype=float) * np.asarray(per, dtype=float) / heads
    return np.where(heads > 0, values, np.nan)


def states(values: npt.ArrayLike, thresholds: npt.ArrayLike, floor: float) -> CodeArray:
    """Return the state of every resource: met, at least ``floor`` × standard, below, or missing.

    Parameters
    ----------
    values, thresholds : array_like (…, units, 7)
        Unrounded rates and standards in the same unit.
    floor : float
        Share of the standard the remaining one may fall to (0.85; S:139).
    """
    value, standard = np.asarray(values, dtype=float), np.asarray(thresholds, dtype=float) * (1.0 - NOISE)
    with np.errstate(invalid="ignore"):
        code = (value >= standard).astype(np.int8) + (value >= floor * standard).astype(np.int8)
    return np.where(np.isnan(value), MISSING, code).astype(np.int8)


def unit_verdicts(code: CodeArray, required: int) -> CodeArray:
    """Return the verdict of every unit: at least ``required`` of the seven met, no other below the floor.

    A missing amount is never met; the unit fails when it fails whatever the missing amount may be, and is
    not supplied otherwise. Source: 教督〔2017〕6号; S:139.

    Examples
    --------
    >>> unit_verdicts(np.array([[2, 2, 2, 2, 2, 2, 1], [2, 2, 2, 2, 2, 1, 1], [2, 2, 2, 2, 2, 2, 0]], np.int8), 6).tolist()
    [1, 0, 0]
    """
    spare = code.shape[-1] - required
    missed = ((code == BELOW) | (code == FLOOR)).sum(axis=-1)
    failed = (missed > spare) | (code == BELOW).any(axis=-1)
    return np.where(failed, FAIL, np.where((code == MISSING).any(axis=-1), UNKNOWN, PASS)).astype(np.int8)


def excused(code: CodeArray, required: int) -> BoolArray:
    """Return where a missed resource is the allowed remainder: at least the floor, in a unit that may miss it."""
    missed = ((code == BELOW) | (code == FLOOR)).sum(axis=-1)
    allowed: BoolArray = (code == FLOOR) & (missed <= code.shape[-1] - required)[..., None]
    return allowed
