"""Tables that the indicators read beside schools: the seven resources, the register of documents."""

from __future__ import annotations

from planning.district.schema.define import Column, Table
from planning.district.schema.words import SCHOOL_NAMES, STAGE_RESOURCE, identifier

RESOURCE_COLUMNS = (
    Column(
        "teachers_qualified",
        "高于规定学历教师数",
        "number",
        "Full-time teachers above the required degree (A1).",
        "专任教师中高于规定学历人数(A1)。",
        "teachers",
        minimum=0,
        aliases=("高于规定学历专任教师数", "高学历教师数"),
    ),
    Column(
        "teachers_backbone",
        "骨干教师数",
        "number",
        "Backbone teachers, county level and above (A2).",
        "县级及以上骨干教师人数(A2)。",
        "teachers",
        minimum=0,
        aliases=("县级及以上骨干教师数", "县级以上骨干教师数"),
    ),
    Column(
        "teachers_arts",
        "体育艺术教师数",
        "number",
        "Full-time PE, music and art teachers (A3).",
        "体育、音乐、美术专任教师人数(A3)。",
        "teachers",
        minimum=0,
        aliases=("体育、艺术专任教师数", "体育艺术专任教师数", "体音美专任教师数", "体音美教师数"),
    ),
    Column(
        "teaching_area_m2",
        "教学及辅助用房面积",
        "number",
        "Teaching and auxiliary floor area without indoor sports rooms (A4).",
        "不含室内体育用房(A4)。",
        "m2",
        minimum=0,
        aliases=("教学及辅助用房",),
    ),
    Column(
        "sports_area_m2",
        "体育运动场馆面积",
        "number",
        "Outdoor sports grounds and indoor sports rooms (A5).",
        "室外运动场地与室内体育用房(A5)。",
        "m2",
        minimum=0,
        aliases=("体育运动场馆",),
    ),
    Column(
        "equipment_yuan",
        "教学仪器设备值",
        "number",
        "Book value of teaching equipment (A6).",
        "教学仪器设备账面值(A6)。",
        "yuan",
        minimum=0,
        aliases=("教学仪器设备资产值", "教学仪器设备总值", "教学仪器设备总额", "教学仪器设备"),
    ),
    Column(
        "network_rooms",
        "网络多媒体教室数",
        "number",
        "Networked multimedia classrooms (A7).",
        "网络多媒体教室间数(A7)。",
        "rooms",
        minimum=0,
        aliases=("网络多媒体教室", "多媒体教室数"),
    ),
)

RESOURCES = Table(
    "resources",
    "办学资源",
    "The seven resources; facilities of integrated schools on a row with stage 'shared'.",
    (
        identifier("school", "学校编号", refers="schools.school", example="S001", aliases=SCHOOL_NAMES),
        Column(
            "stage",
            "学段",
            "choice",
            "Stage the row belongs to; 'shared' is split by weighted pupils.",
            "所属学段,共用部分按加权学生数分摊。",
            required=True,
            choices=STAGE_RESOURCE,
        ),
        *RESOURCE_COLUMNS,
    ),
    key=("school", "stage"),
    required=False,
    meaning_zh="七项资源,一贯制学校的设施填在“共用”行。",
    aliases=("资源", "办学条件"),
)

REGISTER = Table(
    "register",
    "指标台账",
    "Values of the indicators that come from documents.",
    (
        Column(
            "indicator",
            "指标",
            required=True,
            example="B7",
            meaning="Indicator id of standards (A1–D1).",
            meaning_zh="指标编号。",
        ),
        Column(
            "item",
            "项目",
            required=True,
            example="special_per_pupil_yuan",
            meaning="What the value is.",
            meaning_zh="数据项。",
        ),
        Column("value", "数值", "number", "The value; empty means not supplied.", "数值,留空表示未提供。"),
        Column("unit_of_value", "单位", meaning="Unit of the value.", meaning_zh="数值单位。"),
        Column("date", "日期", "date", "Date of the value.", "数据日期。"),
        Column("source", "来源文件", meaning="Document the value comes from.", meaning_zh="来源文件。"),
        Column("note", "备注"),
    ),
    key=("indicator", "item"),
    required=False,
    meaning_zh="由文件资料提供的指标数值。",
    aliases=("指标",),
)
