"""Name the types of arrays, once for the whole package."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]
# polygons, lines and points of shapely
Shapes = npt.NDArray[np.object_]
