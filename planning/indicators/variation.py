"""Measure how unevenly a resource is spread over schools: the coefficient of variation, weighted by pupils."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


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


def composite(coefficients: npt.ArrayLike) -> FloatArray:
    """Return the composite coefficient (综合差异系数): the plain mean over the last axis.

    Examples
    --------
    >>> round(float(composite([.881, 1.299, .977, .379, .170, .334, .286, .408])), 3)
    0.592
    """
    return np.asarray(np.asarray(coefficients, dtype=float).mean(axis=-1))
