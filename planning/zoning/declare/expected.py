"""Say what each method of a rule must return, so that a rule of one's own that answers in another form is named and not guessed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planning.errors import Issue
from planning.zoning.declare.rule import Reason


class UnfitAnswerError(TypeError):
    """A method of a rule returned what nothing can be made of."""


def fitting(method: str, given: tuple[Any, ...], found: Any) -> Any:
    """Return what a method of a rule returned, as the model reads it.

    Parameters
    ----------
    method : str
        Name of a method of :class:`planning.zoning.declare.rule.Rule`.
    given : tuple
        What it was called with.
    found : object
        What it returned.

    Raises
    ------
    UnfitAnswerError
        When it is of another kind, shape or range than the method promises.
    """
    if method in ("allows", "pairs"):
        return None if found is None else _mask(found, (given[0].n_zones, len(given[0].units)))
    if method == "pupil_price":
        zones = np.arange(given[0].n_zones)[given[3]]
        return None if found is None else _numbers(found, zones.shape)
    if method in ("improve", "divide"):
        return _numbers(found, given[1].shape)
    if method in ("settle", "repair"):
        return _plan(found, given[-1].shape, len(given[0].units))
    if method in LISTS:
        return _listed(found, LISTS[method])
    if method in KINDS and not isinstance(found, KINDS[method]):
        raise UnfitAnswerError(f"returned {_kind(found)}, expected {KINDS[method][0].__name__}")
    return found


KINDS: dict[str, tuple[type, ...]] = {
    "active": (bool, np.bool_),
    "value": (str,),
    "figures": (Mapping,),
}
"""What methods return that return one thing."""
LISTS: dict[str, type] = {"reasons": Reason, "broken": Issue, "notes": str, "places": tuple}
"""Of what the methods return several that return any number of things."""


def _mask(found: Any, shape: tuple[int, ...]) -> Any:
    array = _array(found, shape)
    if not np.isin(array, (0, 1)).all():
        raise UnfitAnswerError(
            f"returned other values than true and false, expected an array {shape} of them"
        )
    return array.astype(bool)


def _numbers(found: Any, shape: tuple[int, ...]) -> Any:
    array = _array(found, shape)
    if not np.isfinite(array).all():
        raise UnfitAnswerError(
            f"returned values that are no finite numbers, expected an array {shape} of numbers"
        )
    return array.astype(float)


def _plan(found: Any, shape: tuple[int, ...], n_units: int) -> Any:
    array = _array(found, shape)
    whole = array.astype(np.int64)
    if (whole != array).any() or (whole < -1).any() or (whole >= n_units).any():
        raise UnfitAnswerError(f"returned other values than positions of units, expected -1 … {n_units - 1}")
    return whole


def _array(found: Any, shape: tuple[int, ...]) -> Any:
    try:
        array = np.asarray(found)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biuf" or array.shape != shape:
        raise UnfitAnswerError(f"returned {_kind(found)}, expected an array {shape}")
    return array


def _listed(found: Any, kind: type) -> list[Any]:
    if isinstance(found, str) or not hasattr(found, "__iter__"):
        raise UnfitAnswerError(f"returned {_kind(found)}, expected any number of {kind.__name__}")
    several = list(found)
    for one in several:
        if not isinstance(one, kind):
            raise UnfitAnswerError(f"returned {_kind(one)} among them, expected {kind.__name__}")
    return several


def _kind(found: Any) -> str:
    shape = getattr(found, "shape", None)
    return f"{type(found).__name__} {shape}" if shape is not None else type(found).__name__
