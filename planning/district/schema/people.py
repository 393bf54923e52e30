"""Tables of who lives where: pupils of zones, births, new housing."""

from __future__ import annotations

from planning.district.schema.define import Column, Table
from planning.district.schema.words import GRADE, SCHOOL_YEAR, YEARS, ZONE_NAMES, identifier

ZONE_PUPILS = Table(
    "zone_pupils",
    "单元学生",
    "Pupils who live in a zone, by school year and grade.",
    (
        identifier("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=ZONE_NAMES),
        SCHOOL_YEAR,
        GRADE,
        Column(
            "pupils",
            "学生数",
            "int",
            "Pupils living in the zone.",
            "居住在该单元的学生数。",
            "pupils",
            required=True,
            minimum=0,
            example="24",
            aliases=("人数", "学生人数", "在校生数", "在校学生数"),
        ),
        Column(
            "migrant",
            "其中随迁子女",
            "int",
            "Of them children of migrant workers.",
            "其中随迁子女。",
            "pupils",
            minimum=0,
            default=0,
        ),
    ),
    key=("zone", "year", "grade"),
    meaning_zh="各单元分学年、分年级的居住学生数。",
    aliases=("小区学生", "学生数", "学生统计", "学龄人口"),
)

BIRTHS = Table(
    "births",
    "出生人口",
    "Births by zone and assessment year (1 September to 31 August).",
    (
        identifier("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=ZONE_NAMES),
        Column(
            "year",
            "年份",
            "int",
            "Births from 1 September of the year before to 31 August of this year.",
            "上年9月1日至当年8月31日出生。",
            required=True,
            minimum=1990,
            maximum=2100,
            aliases=YEARS,
        ),
        Column(
            "births",
            "出生人数",
            "number",
            "Births.",
            "出生人数。",
            "persons",
            required=True,
            minimum=0,
            aliases=("出生人口", "出生人口数", "出生数"),
        ),
    ),
    key=("zone", "year"),
    required=False,
    meaning_zh="各单元出生人数。",
    aliases=("出生",),
)

HOUSING = Table(
    "housing",
    "新增住房",
    "New homes by zone and year of delivery.",
    (
        identifier("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=ZONE_NAMES),
        Column(
            "year",
            "交付年份",
            "int",
            "Year of delivery.",
            "交付年份。",
            required=True,
            minimum=1990,
            maximum=2100,
        ),
        Column(
            "homes",
            "住房套数",
            "int",
            "Homes delivered.",
            "交付套数。",
            "homes",
            required=True,
            minimum=0,
            aliases=("套数", "户数", "规划户数"),
        ),
        Column(
            "primary_yield",
            "小学生系数",
            "number",
            "Primary pupils per home when settled.",
            "每套住房小学生数。",
            "pupils/home",
            minimum=0,
            maximum=3,
        ),
        Column(
            "junior_yield",
            "初中生系数",
            "number",
            "Junior pupils per home when settled.",
            "每套住房初中生数。",
            "pupils/home",
            minimum=0,
            maximum=3,
        ),
    ),
    key=("zone", "year"),
    required=False,
    meaning_zh="各单元新建住房。",
    aliases=("住房", "楼盘"),
)
