"""Measure how unevenly a resource is spread over schools: the coefficient of variation, weighted by pupils."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planning.arrays import FloatArray


def coefficient_of_variation(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> FloatArray:
    """Return the coefficient of variation of a resource per pupil over schools.

    With x_i = X_i / P_i and X̄ = ΣX / ΣP:  S = √( Σ (P_i/ΣP) (x_i − X̄)² ),  CV = S / X̄.

    Parameters
    ----------
    amounts : array_like (…, n_units)
        Amount of the resource, X.
    pupils : array_like (…, n_units)
        Pupils, P; units without pupils do not count.

    Returns
    -------
    ndarray (…)
        CV; NaN where there are no pupils or no resource at all.

    Notes
    -----
    Source: calculation sheet to 教督〔2017〕6号; the mean is that of the county, not of the schools.

    Examples
    --------
    The published example, books per pupil of five schools:

    >>> cv = coefficient_of_variation([279, 137, 935, 160, 402], [45, 37, 89, 76, 55])
    >>> round(float(cv), 4)
    0.5153
    """
    x, p = np.asarray(amounts, dtype=float), np.asarray(pupils, dtype=float)
    counted = p > 0
    p = np.where(counted, p, 0.0)
    x = np.where(counted, x, 0.0)
    total_p = p.sum(axis=-1)
    total_x = x.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total_x / total_p
        rate = np.where(counted, x / np.where(counted, p, 1.0), 0.0)
        variance = (p * (rate - mean[..., None]) ** 2).sum(axis=-1) / total_p
        return np.asarray(np.where(total_x > 0, np.sqrt(variance) / mean, np.nan))


def least_variation(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> FloatArray:
    """Return the smallest coefficient of variation that is possible whatever the missing amounts may be.

    With S = ΣX²/P, T = ΣX and Q = ΣP over known amounts and M pupils where the amount is missing, the least is reached when
    all of these have the rate S/T:  CV² = (Q + M) S / (T² + M S) − 1.  Where nothing is missing it is the coefficient itself.

    Parameters
    ----------
    amounts : array_like (…, n_units)
        Amounts; NaN where not supplied.
    pupils : array_like (…, n_units)
        Pupils; units without pupils do not count.

    Returns
    -------
    ndarray (…)
        0 where no amount is known; NaN where there are no pupils, or no resource at all and nothing missing.

    Examples
    --------
    Two schools at rates 1 and 3; a third of any rate cannot hide the difference:

    >>> least_variation([100.0, 300.0, float("nan")], [100, 100, 100]).round(3).item()
    0.392
    """
    x, p = np.asarray(amounts, dtype=float), np.asarray(pupils, dtype=float)
    known = ~np.isnan(x) & (p > 0)
    missing = np.where(np.isnan(x) & (p > 0), p, 0.0).sum(axis=-1)
    held, heads = np.where(known, x, 0.0), np.where(known, p, 0.0)
    total, pupils_known = held.sum(axis=-1), heads.sum(axis=-1)
    squares = (held**2 / np.where(known, p, 1.0)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (pupils_known + missing) * squares / (total**2 + missing * squares)
    least = np.where(total > 0, np.sqrt(np.maximum(ratio - 1.0, 0.0)), np.where(missing > 0, 0.0, np.nan))
    return np.asarray(np.where(missing > 0, least, coefficient_of_variation(held, heads)))


def composite(coefficients: npt.ArrayLike) -> FloatArray:
    """Return the composite coefficient (综合差异系数): the plain mean over the last axis.

    Examples
    --------
    >>> round(float(composite([.881, 1.299, .977, .379, .170, .334, .286, .408])), 3)
    0.592
    """
    return np.asarray(np.asarray(coefficients, dtype=float).mean(axis=-1))
