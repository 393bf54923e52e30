"""List the figures that the scorecard and the verifier each work out by themselves; what they are, not how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recounted:
    """One figure of a school year.

    Parameters
    ----------
    name, name_zh : str
        What it is.
    of : str
        ``unit``, ``school``, ``stage``, ``group`` (of B13: stages, and the locales urban and town) or ``county``.
    tolerance : float
        The two may differ by this much (tables print walks in tenths of a metre).
    """

    name: str
    name_zh: str
    of: str
    tolerance: float = 1e-9


RECOUNTED: tuple[Recounted, ...] = (
    Recounted("pupils", "学生数", "unit"),
    Recounted("classes", "班数", "unit"),
    Recounted("load", "学位使用率（学生数÷教室可设学位）", "unit"),
    Recounted("normal", "标准班额班数", "unit"),
    Recounted("largish", "偏大班额班数", "unit"),
    Recounted("large", "大班额班数", "unit"),
    Recounted("super", "超大班额班数", "unit"),
    Recounted("over_cap", "超标准班额班数（B5）", "unit"),
    Recounted("unseated", "未编班学生数", "unit"),
    Recounted("seats_short", "学位缺口", "unit"),
    Recounted("oversize", "超规模人数（B4）", "school"),
    Recounted("nearby_stock", "就近入学比例，在校生（B13）", "group"),
    Recounted("nearby_intake", "就近入学比例，新生（B13）", "group"),
    Recounted("mean_distance_m", "平均步行距离（米）", "stage", 0.051),
    Recounted("within_radius", "服务半径内学生比例", "stage"),
)
"""Of every unit that stands in the year and is no special school (S:101); oversize of schools with such a unit. Caps are those of
the standard, also on the way to it; a grade with pupils and no class is over every cap. Walks are those of the plan's first year."""
