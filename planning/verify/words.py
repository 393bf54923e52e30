"""Say places, requirements and findings of a check in Chinese; what has no entry stays as it is (ids, numbers, file names)."""

from __future__ import annotations

import re
from collections.abc import Callable

_AT = {"most": "不超过", "least": "不少于"}
_UNIT = {"m": "米", "yuan": "元", "classes": "个班"}
_WORDS = {
    "unit": "单位", "from_unit": "调出单位", "to_unit": "调入单位", "year": "学年", "grade": "年级", "zone": "居住单元", "stage": "学段",
    "school": "学校", "project": "项目", "group": "组别", "indicator": "指标", "primary": "小学", "junior": "初中", "built": "已建", "closed": "已撤并",
    "open": "开放", "apart": "不连通", "missing": "缺失", "empty": "空", "true": "是", "false": "否",
}  # fmt: skip
_PHRASES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\ba (primary|junior) unit that admits by catchment and is open\b", r"按学区招生且开放的\1单位"),
    (r"\btwo different units of the grade's stage\b", "该年级所属学段的两个不同单位"),
    (r"\bconnected to the zone of the school\b", "与校址所在单元连通"),
    (r"\bno overflow \(overflow\.allowed is false\)", "不得调剂（overflow.allowed 为 false）"),
    (r"\bor later, within the plan\b", "或以后，且在规划期内"),
    (r"\ba whole number, 0 or more\b", "不小于 0 的整数"),
    (r"\ba whole number above 0\b", "大于 0 的整数"),
    (r"\ba unit that stands\b", "已投用且未撤并的单位"),
    (r"\ba unit that may close\b", "可以撤并的单位"),
    (r"\bclosed or not built\b", "已撤并或尚未建成"),
    (r"\ban open unit\b", "开放的单位"),
    (r"\bone junior unit\b", "同一个初中单位"),
    (r"^one unit$", "同一个单位"),
    (r"^a unit each$", "各自不同的单位"),
    (r"^a catchment in force$", "有现行学区"),
    (r"^in$", "划入"),
    (r"^out$", "不划入"),
    (r"^none$", "无"),
    (r"^not (?=\S+-[PJ]$)", "不是 "),
    (r"\bat most (\S+) m apart\b", r"相距不超过 \1 米"),
    (r"\bat most (\S+) of the pupils\b", r"不超过学生的 \1"),
    (r"\bat (most|least) (\S+) (m|yuan|classes)\b", lambda m: f"{_AT[m[1]]} {m[2]} {_UNIT[m[3]]}"),
    (r"\bat (most|least)\b", lambda m: _AT[m[1]]),
    (r"(?<=\d) (m|yuan)\b", lambda m: f" {_UNIT[m[1]]}"),
    (r"\bnot built\b", "未建"),
    (r"\bnot asked for\b", "未要求"),
    (r"\bno classes\b", "没有班级"),
    (r"\bno year\b", "无年份"),
    (r"^(built|closed|open|apart|missing|empty|true|false)$", lambda m: _WORDS[m[1]]),
    (r"\b(unit|from_unit|to_unit|year|grade|zone|stage|school|project|group|indicator) (?=\S)", lambda m: f"{_WORDS[m[1]]} "),
    (r"(?<![A-Za-z])(primary|junior)(?![A-Za-z])", lambda m: _WORDS[m[1]]),
    (r", ", "，"),
)  # fmt: skip


def in_chinese(text: str) -> str:
    """Return a place, requirement or finding in Chinese."""
    for pattern, words in _PHRASES:
        text = re.sub(pattern, words, text)
    return text
