"""Name the columns of the table of all counties, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from planning.district.schema import STAGE_ZH
from planning.indicators import INDICATORS
from planning.indicators.bands import BAND_NAMES_ZH
from planning.indicators.verdict import OUTCOME_ZH

Kind = Literal["text", "count", "number", "share", "yuan", "verdict", "status", "data"]
STATUS_ZH = {"done": "已完成", "refused": "数据或情景有误", "failed": "异常", "memory": "内存超限", "time": "超时", "damaged": "结果损坏", "open": "未计算"}  # fmt: skip
"""How a unit ended."""

DATA_ZH = {"real": "真实", "derived": "含推导数据", "synthetic": "含合成数据", "unknown": "未注明"}
"""What the data of a county are, by the layer that is furthest from the truth."""


@dataclass(frozen=True)
class Column:
    """A column.

    Parameters
    ----------
    key, name_zh : str
        Its head in the tables for programs and in those for people.
    kind : str
        What stands in it.
    ranks : int
        1 where the county with more is worse, -1 where that with less is; 0 where neither can be said.
    language : str
        ``"zh"`` or ``"en"`` where it is in that language, empty where it is in none.
    """

    key: str
    name_zh: str
    kind: Kind = "text"
    ranks: int = 0
    language: str = ""


def _by_stage(key: str, name_zh: str, kind: Kind, ranks: int = 0) -> tuple[Column, ...]:
    return tuple(
        Column(f"{key}_{stage}", f"{STAGE_ZH[stage]}{name_zh}", kind, ranks)
        for stage in ("primary", "junior")
    )


HEAD = (
    Column("county_zh", "区县", language="zh"),
    Column("county_en", "区县（英文）", language="en"),
    Column("folder", "数据文件夹"),
    Column("scenario", "情景"),
)
"""What a row is about; what varies follows."""
FIGURES = (
    Column("status", "状态", "status"),
    Column("data", "数据性质", "data"),
    Column("years", "规划学年"),
    *_by_stage("pupils", "学生", "count"),
    *_by_stage("seats", "学位", "count"),
    Column("shortage_pupils", "缺学位（各年合计）", "count", 1),
    *_by_stage("shortage", "缺学位（各年合计）", "count", 1),
    Column("gap", "与最优界限的差距", "share", 1),
    *_by_stage("nearby", "就近入学比例", "share", -1),
    *_by_stage("mean_distance_m", "平均步行距离（米）", "number", 1),
    *(Column(f"classes_{band}", f"{name}班数", "count", 0 if band == "normal" else 1) for band, name in BAND_NAMES_ZH.items()),
    Column("classes_over_cap", "超班额标准班数", "count", 1),
    Column("schools_over_size", "超规模学校数", "count", 1),
    Column("moved_pupils", "调整学区学生", "count", 1),
    Column("cost_yuan", "建设投资（元）", "yuan", 1),
    Column("targets_year", "年度目标所属年", "text"),
    Column("targets_met", "年度目标达到项", "count", -1),
    Column("targets_missed", "年度目标未达到项", "count", 1),
    Column("targets_not_supplied", "年度目标未提供数据项", "count", 1),
    Column("targets_missed_zh", "未达到的年度目标", language="zh"),
    Column("targets_missed_en", "未达到的年度目标（英文）", language="en"),
    Column("passed", "32项指标达标", "count", -1),
    Column("failed", "32项指标未达标", "count", 1),
    Column("not_supplied", "32项指标未提供", "count", 1),
    *(Column(i.id, f"{i.id} {i.name_zh}", "verdict") for i in INDICATORS),
    *(Column(f"{i.id}_value", f"{i.id} 数值", "number") for i in INDICATORS),
    Column("mend_zh", "补足学位的办法", language="zh"),
    Column("mend_en", "补足学位的办法（英文）", language="en"),
    Column("run", "结果文件夹"),
    Column("note_zh", "未能得出结果的原因", language="zh"),
    Column("note_en", "未能得出结果的原因（英文）", language="en"),
)  # fmt: skip
"""What a row says."""
MEASURES = tuple(c for c in FIGURES if c.ranks)
"""What counties can be ranked and coloured by."""
_BY_KEY = {c.key: c for c in (*HEAD, *FIGURES)}


def column(key: str) -> Column:
    """Return the column of a key; what varies is text under its own name."""
    return _BY_KEY.get(key, Column(key, key))


def in_chinese(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with Chinese heads and words, without what is there in English only."""
    shown = [column(key) for key in table.columns if column(key).language != "en"]
    words = {"verdict": OUTCOME_ZH, "status": STATUS_ZH, "data": DATA_ZH}
    parts = {}
    for c in shown:
        said = words.get(c.kind)
        parts[c.name_zh] = table[c.key].map(lambda v, said=said: said.get(v, v)) if said else table[c.key]
    return pd.DataFrame(parts, index=table.index)


def figures_in_chinese(keys: Iterable[str]) -> list[str]:
    """Return the Chinese heads of figures."""
    return [column(key).name_zh for key in keys]


def case_keys(table: pd.DataFrame) -> list[str]:
    """Return the columns that tell cases apart, within which counties can be compared: the scenario and what varies."""
    known = {c.key for c in FIGURES}
    first = list(table.columns)
    return first[first.index("scenario") : next(i for i, key in enumerate(first) if key in known)]


def case_name(keys: Sequence[str], values: Sequence[object]) -> str:
    """Return what a case is called: the scenario, and the values of what varies."""
    return " · ".join([str(values[0]), *(f"{k}={v}" for k, v in zip(keys[1:], values[1:], strict=True))])
