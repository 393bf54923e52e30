"""Declare a form of vector file: how its names end, and how its layers are listed and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Form:
    """One form of vector file.

    Parameters
    ----------
    suffixes : tuple of str
        Endings of file names, in small letters with their dot.
    layers : Callable
        Names of the layers of a file.
    read : Callable
        A layer (the first for ``""``) in an encoding (``""``: found) as a frame, with shapes where it has any; its error names the file.
    layered : bool
        Whether a file may hold several layers.
    """

    suffixes: tuple[str, ...]
    layers: Callable[[Path], list[str]]
    read: Callable[[Path, str, str], pd.DataFrame]
    layered: bool = False
