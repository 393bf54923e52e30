"""Words that several tables share: stages, kinds of places and schools, headers that mean the same."""

from __future__ import annotations

from planning.district.schema.define import Choice, Column
from planning.grades import USUAL

STAGES = ("primary", "junior")

ZONE_NAMES = ("单元名称", "小区名称", "小区", "居住小区", "居住单元", "村组名称", "村组", "社区", "社区名称", "居住地",
               "村社区", "村居", "村里", "里别", "村里名称", "村名", "村名称", "村庄", "行政村", "自然村", "小区名", "楼盘名称", "xqmc", "sqmc", "cmc", "cunmc", "xzcmc", "jwhmc",
               "屋苑", "屋苑名称", "neighbourhood", "neighborhood", "estate", "居委会", "村委会", "村居名称")  # fmt: skip
TOWN_NAMES = ("乡镇", "所属乡镇", "所在乡镇", "乡镇名称", "乡镇街道", "所属街道", "镇街",
               "所属镇街", "所在镇街", "乡镇街道名称", "乡镇市区",
               "镇", "镇区", "镇乡", "乡", "街道", "街道名称", "镇名", "乡镇名", "镇(街道)", "乡镇(街道)",
              "ssxz", "szxz", "xzmc", "xzjd", "xzjdmc", "ssjd", "jdmc", "ssxzjd", "zjmc")  # fmt: skip
SEAT_NAMES = ("学位", "核定学位", "核定学位数", "可容纳学生数", "容量", "学位总数", "总学位", "总学位数", "学位规模", "设计学位", "设计学位数",
              "可提供学位", "可提供学位数", "办学规模(学位)", "办学规模(学位数)", "办学规模(人)", "设计规模(学位)", "设计规模(人)", "核定规模(学位)", "核定规模(人)",
              "核定办学规模(人)", "学校规模(人)", "规模(学位)", "规模(人)", "规模(学位数)", "xws", "hdxw", "hdxws", "seats", "places", "school capacity", "program capacity",
              "design capacity", "building capacity", "seat capacity", "enrolment capacity", "enrollment capacity")  # fmt: skip
YEARS = ("年度", "学年度")
LOCALES = ("城乡分类", "城乡属性", "城乡")
SCHOOL_NAMES = (
    "学校",
    "学校名称",
    "校名",
    "学校名",
    "学校代码",
    "学校标识码",
    "school name",
    "schoolname",
    "xxmc",
    "xxdm",
    "xxbsm",
)
"""Headers of columns that refer to a row of another table by its name or code."""


def identifier(
    name: str,
    zh: str,
    *,
    refers: str = "",
    required: bool = True,
    example: str = "",
    aliases: tuple[str, ...] = (),
) -> Column:
    """Return a column of identifiers, always text."""
    return Column(
        name,
        zh,
        meaning="Identifier, always text.",
        meaning_zh="编号,一律按文本保存。",
        required=required,
        refers=refers,
        example=example,
        aliases=aliases,
        identifier=True,
    )


STAGE = (
    Choice("primary", "小学", ("小学段", "小学部", "国小", "国民小学")),
    Choice("junior", "初中", ("初中段", "初中部", "中学", "国中", "国民中学")),
)
STAGE_ZH = {choice.value: choice.zh for choice in STAGE}
"""Stages by code in Chinese; the one place where these words stand."""
STAGE_RESOURCE = (
    *STAGE,
    Choice("senior", "高中", ("高中段",)),
    Choice("shared", "共用", ("全校", "合计共用")),
)
LOCALE = (
    Choice("urban", "城区", ("城市", "主城区")),
    Choice("town", "镇区", ("县镇", "镇")),
    Choice("rural", "乡村", ("农村", "村")),
)
SCHOOL_KINDS = (
    Choice(
        "primary",
        "小学",
        ("完全小学", "完小", "国小", "国民小学", "primary school", "elementary", "elementary school"),
    ),
    Choice(
        "junior",
        "初级中学",
        ("初中", "国中", "国民中学", "junior high", "junior school", "middle school", "junior secondary"),
    ),
    Choice(
        "nine_year",
        "九年一贯制学校",
        ("九年一贯制", "九年制", "九年一贯", "中小学", "nine-year", "nine year", "k-9"),
    ),
    Choice("twelve_year", "十二年一贯制学校", ("十二年一贯制", "十二年制", "k-12")),
    Choice("complete_secondary", "完全中学", ("完中",)),
    Choice("teaching_point", "教学点", ("小学教学点",)),
    Choice("special", "特殊教育学校", ("特教学校",)),
)
YES_NO_NOTE = "true/false, yes/no, 是/否."

LOCALE_COLUMN = Column(
    "locale",
    "城乡类型",
    "choice",
    "Urban, town or rural.",
    "城区、镇区、乡村。",
    required=True,
    choices=LOCALE,
    aliases=LOCALES,
)
SCHOOL_YEAR = Column(
    "year",
    "学年",
    "int",
    "School year, named after its September.",
    "学年,以当年9月计。",
    required=True,
    minimum=1990,
    maximum=2100,
    example="2020",
    aliases=YEARS,
)
GRADE = Column(
    "grade",
    "年级",
    "int",
    "Grade: 1–9, or those of `grades` in district.yaml (K for kindergarten).",
    "年级：1—9，或 district.yaml 中 grades 所列年级（K 为学前）。",
    required=True,
    minimum=USUAL.first,
    maximum=USUAL.last,
    example="1",
)
