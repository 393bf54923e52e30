"""Define every table of a district once: validation, messages, templates and documents come from here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "int", "number", "bool", "choice", "date"]
Geometry = Literal["point", "line", "polygon"]

STAGES = ("primary", "junior")
GRADES = {"primary": (1, 2, 3, 4, 5, 6), "junior": (7, 8, 9)}


@dataclass(frozen=True)
class Choice:
    """One allowed value of a column, with the Chinese words that mean the same."""

    value: str
    zh: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name, zh : str
        English name used in files and code; Chinese header.
    kind : str
        Type of the values.
    meaning, meaning_zh : str
        One line for the input-format page and the template.
    unit : str
        Unit of the values (``"m2"``, ``"yuan"``, ``"pupils"`` …) or empty.
    required : bool
        The column must exist and hold a value in every row.
    minimum, maximum : float, optional
        Allowed range, bounds included.
    choices : tuple of Choice
        Allowed values when ``kind`` is ``"choice"``.
    refers : str
        ``"table.column"`` that must hold every value of this column.
    aliases : tuple of str
        Other headers (Chinese or English) that mean this column.
    default : object
        Value used where an optional cell is empty; ``None`` keeps it missing.
    example : str
        Example for the template.
    identifier : bool
        The values are identifiers: always text, leading zeros kept.
    many : bool
        A cell may hold several values joined by ``;``.
    """

    name: str
    zh: str
    kind: Kind = "text"
    meaning: str = ""
    meaning_zh: str = ""
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    refers: str = ""
    aliases: tuple[str, ...] = ()
    default: object = None
    example: str = ""
    identifier: bool = False
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a district: a CSV file, a GeoJSON layer or a sheet of the workbook.

    ``aliases`` are words in the names of files that are likely to hold it.
    """

    name: str
    zh: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    geometry: Geometry | None = None
    required: bool = True
    meaning_zh: str = ""
    aliases: tuple[str, ...] = ()
    column_of: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.column_of.update({c.name: c for c in self.columns})

    @property
    def file(self) -> str:
        """Name of the file inside a district folder."""
        return f"{self.name}.{'geojson' if self.geometry else 'csv'}"


_ZONE_NAMES = ("单元名称", "小区名称", "小区", "居住小区", "居住单元", "村组名称", "村组", "社区", "社区名称", "居住地",
               "村社区", "村居")  # fmt: skip
_TOWN_NAMES = ("乡镇", "所属乡镇", "所在乡镇", "乡镇名称", "乡镇街道", "所属街道", "镇街",
               "所属镇街", "所在镇街", "乡镇街道名称")  # fmt: skip
_YEARS = ("年度", "学年度")
_LOCALES = ("城乡分类", "城乡属性", "城乡")
_SCHOOL_NAMES = ("学校", "学校名称", "校名", "学校代码", "学校标识码")
"""Headers of columns that refer to a row of another table by its name or code."""


def _id(
    name: str,
    zh: str,
    *,
    refers: str = "",
    required: bool = True,
    example: str = "",
    aliases: tuple[str, ...] = (),
) -> Column:
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


_STAGE = (
    Choice("primary", "小学", ("小学段", "小学部")),
    Choice("junior", "初中", ("初中段", "初中部", "中学")),
)
_STAGE_RESOURCE = (
    *_STAGE,
    Choice("senior", "高中", ("高中段",)),
    Choice("shared", "共用", ("全校", "合计共用")),
)
_LOCALE = (
    Choice("urban", "城区", ("城市", "主城区")),
    Choice("town", "镇区", ("县镇", "镇")),
    Choice("rural", "乡村", ("农村", "村")),
)
SCHOOL_KINDS = (
    Choice("primary", "小学", ("完全小学", "完小")),
    Choice("junior", "初级中学", ("初中",)),
    Choice("nine_year", "九年一贯制学校", ("九年一贯制", "九年制")),
    Choice("twelve_year", "十二年一贯制学校", ("十二年一贯制",)),
    Choice("complete_secondary", "完全中学", ("完中",)),
    Choice("teaching_point", "教学点", ("小学教学点",)),
    Choice("special", "特殊教育学校", ("特教学校",)),
)
_YES_NO_NOTE = "true/false, yes/no, 是/否."

TOWNSHIPS = Table(
    "townships",
    "乡镇",
    "Townships of the county; polygons where known.",
    (
        _id(
            "township",
            "乡镇编号",
            example="640302106",
            aliases=("乡镇代码", "行政区划代码", "区划代码", "乡镇街道代码", "代码", "编码"),
        ),
        Column(
            "name",
            "乡镇名称",
            required=True,
            example="金星镇",
            aliases=("乡镇", "街道名称", "街道", "镇街", "镇街名称", "名称"),
        ),
        Column("population", "常住人口", "int", "Resident population.", "常住人口。", "persons", minimum=0),
    ),
    key=("township",),
    geometry="polygon",
    meaning_zh="县域内各乡镇(街道、农场)。",
    aliases=("街道", "乡镇界"),
)

ZONES = Table(
    "zones",
    "居住单元",
    "Smallest residential areas that are assigned as a whole.",
    (
        _id("zone", "单元编号", example="Z0001", aliases=("小区编号", "小区代码", "单元代码")),
        Column(
            "name",
            "单元名称",
            required=True,
            example="合成社区001",
            aliases=(
                "小区名称",
                "小区名",
                "小区",
                "居住小区",
                "村组名称",
                "村组",
                "社区",
                "社区名称",
                "村居",
                "名称",
            ),
        ),
        _id("township", "乡镇编号", refers="townships.township", example="640302106", aliases=_TOWN_NAMES),
        Column(
            "kind",
            "单元类型",
            "choice",
            "Estate, town block or village group.",
            "小区、镇区街坊或村组。",
            choices=(
                Choice("estate", "城市小区", ("小区", "社区")),
                Choice("town_block", "镇区街坊", ("街坊",)),
                Choice("village_group", "村组", ("村", "行政村", "自然村")),
            ),
            default="estate",
        ),
        Column(
            "locale",
            "城乡类型",
            "choice",
            "Urban, town or rural.",
            "城区、镇区、乡村。",
            required=True,
            choices=_LOCALE,
            aliases=_LOCALES,
        ),
        Column(
            "population",
            "常住人口",
            "number",
            "Residents.",
            "常住人口。",
            "persons",
            minimum=0,
            aliases=("人口", "总人口", "人口数", "常住人口数"),
        ),
        Column(
            "current_primary",
            "现小学学区",
            meaning="Unit whose catchment the zone lies in today; several, joined by ;, for a shared zone.",
            meaning_zh="现行小学学区所属办学单位,多校划片用分号隔开。",
            refers="units.unit",
            identifier=True,
            many=True,
        ),
        Column(
            "current_junior",
            "现初中学区",
            meaning="Junior unit of today's catchment; several joined by ;.",
            meaning_zh="现行初中学区所属办学单位,多校划片用分号隔开。",
            refers="units.unit",
            identifier=True,
            many=True,
        ),
        Column(
            "real_code",
            "真实代码",
            meaning="Code of the real place, empty for synthetic zones.",
            meaning_zh="真实行政区划代码,合成数据留空。",
            identifier=True,
        ),
    ),
    key=("zone",),
    geometry="polygon",
    meaning_zh="整体划入同一学区的最小居住区域。",
    aliases=("小区", "居住区", "社区", "村组", "estates"),
)

ZONE_PUPILS = Table(
    "zone_pupils",
    "单元学生",
    "Pupils who live in a zone, by school year and grade.",
    (
        _id("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=_ZONE_NAMES),
        Column(
            "year",
            "学年",
            "int",
            "School year, named after its September.",
            "学年,以当年9月计。",
            required=True,
            minimum=1990,
            maximum=2100,
            example="2020",
            aliases=_YEARS,
        ),
        Column(
            "grade",
            "年级",
            "int",
            "Grade 1–9.",
            "年级1—9。",
            required=True,
            minimum=1,
            maximum=9,
            example="1",
        ),
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

SCHOOLS = Table(
    "schools",
    "学校",
    "Campuses.",
    (
        _id("school", "学校编号", example="S001", aliases=("学校代码", "学校标识码")),
        Column("name", "学校名称", required=True, example="合成小学01", aliases=("学校", "名称", "校名")),
        Column(
            "kind",
            "学校类型",
            "choice",
            "Kind of school.",
            "学校类别。",
            required=True,
            choices=SCHOOL_KINDS,
            aliases=("办学类型", "类别", "学校类别", "学校办学类型"),
        ),
        _id("township", "乡镇编号", refers="townships.township", required=False, aliases=_TOWN_NAMES),
        Column(
            "locale",
            "城乡类型",
            "choice",
            "Urban, town or rural.",
            "城区、镇区、乡村。",
            required=True,
            choices=_LOCALE,
            aliases=_LOCALES,
        ),
        Column(
            "ownership",
            "办学性质",
            "choice",
            "Public or private.",
            "公办或民办。",
            choices=(Choice("public", "公办"), Choice("private", "民办")),
            default="public",
        ),
        Column(
            "boarding",
            "寄宿制",
            "bool",
            "Boarding school. " + _YES_NO_NOTE,
            "是否寄宿制学校。",
            default=False,
            aliases=("是否寄宿制",),
        ),
        Column(
            "senior_pupils",
            "高中学生数",
            "int",
            "Senior pupils on the campus.",
            "同校高中学生数。",
            "pupils",
            minimum=0,
            default=0,
        ),
        Column(
            "site_area_m2",
            "占地面积",
            "number",
            "Site area.",
            "占地面积。",
            "m2",
            minimum=0,
            aliases=("学校占地面积", "校园占地面积"),
        ),
        Column(
            "real_code",
            "真实代码",
            meaning="Code of the real school, empty for synthetic ones.",
            meaning_zh="真实学校标识码,合成数据留空。",
            identifier=True,
        ),
    ),
    key=("school",),
    geometry="point",
    meaning_zh="校区。",
    aliases=("学校",),
)

UNITS = Table(
    "units",
    "办学单位",
    "One school × one stage.",
    (
        _id("unit", "办学单位编号", example="S001-P"),
        _id("school", "学校编号", refers="schools.school", example="S001", aliases=_SCHOOL_NAMES),
        Column(
            "stage", "学段", "choice", "Primary or junior.", "小学或初中。", required=True, choices=_STAGE
        ),
        Column(
            "rooms",
            "普通教室数",
            "int",
            "Classrooms that can hold a class.",
            "可编班的普通教室数。",
            "rooms",
            required=True,
            minimum=0,
            example="24",
            aliases=("教室数", "普通教室", "普通教室间数"),
        ),
        Column(
            "admission",
            "招生方式",
            "choice",
            "How the unit takes pupils: by catchment, from the whole county, or not by zoning.",
            "划片、面向全县或不参加划片。",
            choices=(
                Choice("catchment", "划片招生", ("划片",)),
                Choice("county", "面向全县", ("全县",)),
                Choice("none", "不参加划片", ("自主招生", "不划片")),
            ),
            default="catchment",
        ),
        Column(
            "music_rooms",
            "音乐教室",
            "int",
            "Music rooms of at least 96 m².",
            "不小于96平方米的音乐教室数。",
            "rooms",
            minimum=0,
        ),
        Column(
            "art_rooms",
            "美术教室",
            "int",
            "Art rooms of at least 90 m².",
            "不小于90平方米的美术教室数。",
            "rooms",
            minimum=0,
        ),
    ),
    key=("unit",),
    meaning_zh="一所学校的一个学段。",
)

CLASSES = Table(
    "classes",
    "班级",
    "Every class of the register, with its pupils.",
    (
        _id(
            "unit",
            "办学单位编号",
            refers="units.unit",
            example="S001-P",
            aliases=("办学单位", *_SCHOOL_NAMES),
        ),
        Column(
            "year",
            "学年",
            "int",
            "School year.",
            "学年。",
            required=True,
            minimum=1990,
            maximum=2100,
            example="2020",
            aliases=_YEARS,
        ),
        Column(
            "grade",
            "年级",
            "int",
            "Grade 1–9.",
            "年级1—9。",
            required=True,
            minimum=1,
            maximum=9,
            example="1",
        ),
        Column(
            "class_no",
            "班号",
            "int",
            "Number of the class in its grade.",
            "班号。",
            required=True,
            minimum=1,
            example="1",
            aliases=("班级",),
        ),
        Column(
            "pupils",
            "学生数",
            "int",
            "Pupils in the class.",
            "班级学生数。",
            "pupils",
            required=True,
            minimum=0,
            example="48",
            aliases=("人数", "学生人数", "班额", "在校生数", "班级人数"),
        ),
    ),
    key=("unit", "year", "grade", "class_no"),
    required=False,
    meaning_zh="班级台账,每班一行。",
    aliases=("班级", "班额", "教学班"),
)

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
        _id("school", "学校编号", refers="schools.school", example="S001", aliases=_SCHOOL_NAMES),
        Column(
            "stage",
            "学段",
            "choice",
            "Stage the row belongs to; 'shared' is split by weighted pupils.",
            "所属学段,共用部分按加权学生数分摊。",
            required=True,
            choices=_STAGE_RESOURCE,
        ),
        *RESOURCE_COLUMNS,
    ),
    key=("school", "stage"),
    required=False,
    meaning_zh="七项资源,一贯制学校的设施填在“共用”行。",
    aliases=("资源", "办学条件"),
)

PROJECTS = Table(
    "projects",
    "建设项目",
    "New schools, expansions, mergers and closures that may or must happen.",
    (
        _id("project", "项目编号", example="P01"),
        Column("name", "项目名称", required=True, example="第十七小学"),
        Column(
            "kind",
            "项目类型",
            "choice",
            "What is done.",
            "新建、扩建、合并或撤销。",
            required=True,
            choices=(
                Choice("new", "新建"),
                Choice("expansion", "改扩建", ("扩建",)),
                Choice("closure", "撤并", ("撤销", "关闭", "合并")),
                Choice("conversion", "改制", ("转为九年一贯制",)),
            ),
        ),
        Column(
            "school",
            "学校编号",
            meaning="Existing school that is changed, or the id the new school gets.",
            meaning_zh="被改扩建学校编号,或新校编号。",
            required=True,
            example="S901",
            identifier=True,
        ),
        Column("stage", "学段", "choice", "Stage of the seats.", "学段。", required=True, choices=_STAGE),
        Column(
            "locale",
            "城乡类型",
            "choice",
            "Urban, town or rural (new schools).",
            "城乡类型(新建学校)。",
            choices=_LOCALE,
            aliases=_LOCALES,
        ),
        Column(
            "rooms",
            "新增教室数",
            "int",
            "Classrooms it adds.",
            "新增普通教室。",
            "rooms",
            required=True,
            minimum=0,
            maximum=120,
            example="36",
        ),
        Column(
            "cost_yuan",
            "投资",
            "number",
            "Total cost.",
            "总投资。",
            "yuan",
            required=True,
            minimum=0,
            example="60000000",
            aliases=("造价", "总投资", "估算投资", "投资估算", "投资额"),
        ),
        Column(
            "open_year",
            "投用年份",
            "int",
            "First school year (September) in use; earliest year of an optional project.",
            "最早投入使用学年。",
            required=True,
            minimum=1990,
            maximum=2100,
            example="2021",
        ),
        Column(
            "fixed", "已确定", "bool", "Decided already (not optional).", "是否已确定实施。", default=False
        ),
        Column(
            "location_note",
            "位置说明",
            meaning="How sure the place is, for example 位置示意.",
            meaning_zh="位置可靠程度,如“位置示意”。",
            example="位置示意",
        ),
        Column(
            "music_rooms",
            "音乐教室",
            "int",
            "Music rooms it adds.",
            "新增音乐教室。",
            "rooms",
            minimum=0,
            default=0,
        ),
        Column(
            "art_rooms",
            "美术教室",
            "int",
            "Art rooms it adds.",
            "新增美术教室。",
            "rooms",
            minimum=0,
            default=0,
        ),
        *RESOURCE_COLUMNS,
    ),
    key=("project",),
    geometry="point",
    required=False,
    meaning_zh="新建、改扩建、撤并等项目。",
    aliases=("项目", "建设"),
)

ROADS = Table(
    "roads",
    "道路",
    "Walkable street network; segments meet at shared end points.",
    (
        _id("road", "道路编号", example="R0001"),
        Column("name", "道路名称"),
        Column(
            "road_class",
            "道路等级",
            "choice",
            "Class of the road.",
            "道路等级。",
            required=True,
            choices=(
                Choice("motorway", "高速公路"),
                Choice("trunk", "国省道", ("国道", "省道")),
                Choice("arterial", "主干路", ("主干道",)),
                Choice("secondary", "次干路", ("次干道",)),
                Choice("local", "支路", ("街巷",)),
                Choice("rural", "乡村道路", ("村道", "乡道", "县道")),
                Choice("path", "步行道", ("小路",)),
            ),
        ),
        Column("walkable", "可步行", "bool", "Pupils may walk along it.", "是否可步行。", default=True),
        Column(
            "crossing",
            "跨越设施",
            "bool",
            "Bridge, underpass or signal crossing: may cross a barrier.",
            "是否桥梁、地道、信号路口等安全过街设施。",
            default=False,
        ),
    ),
    key=("road",),
    geometry="line",
    required=False,
    meaning_zh="步行路网,路段在端点相接。",
    aliases=("道路", "路网", "streets"),
)

BARRIERS = Table(
    "barriers",
    "阻隔",
    "Rivers, canals, railways and arterials that pupils should not cross on foot except at crossings.",
    (
        _id("barrier", "阻隔编号", example="B01"),
        Column("name", "名称"),
        Column(
            "kind",
            "类型",
            "choice",
            "Kind of barrier.",
            "阻隔类型。",
            required=True,
            choices=(
                Choice("river", "河流", ("黄河",)),
                Choice("canal", "渠道", ("干渠",)),
                Choice("railway", "铁路"),
                Choice("arterial", "主干路"),
                Choice("motorway", "高速公路"),
            ),
        ),
    ),
    key=("barrier",),
    geometry="line",
    required=False,
    meaning_zh="步行不得随意穿越的河渠、铁路、干路。",
    aliases=("河流", "铁路", "水系"),
)

BIRTHS = Table(
    "births",
    "出生人口",
    "Births by zone and assessment year (1 September to 31 August).",
    (
        _id("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=_ZONE_NAMES),
        Column(
            "year",
            "年份",
            "int",
            "Births from 1 September of the year before to 31 August of this year.",
            "上年9月1日至当年8月31日出生。",
            required=True,
            minimum=1990,
            maximum=2100,
            aliases=_YEARS,
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
        _id("zone", "单元编号", refers="zones.zone", example="Z0001", aliases=_ZONE_NAMES),
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

BOUNDARY = Table(
    "boundary",
    "县界",
    "Outline of the county.",
    (Column("name", "名称", required=True, example="利通区"),),
    geometry="polygon",
    meaning_zh="县域边界。",
    aliases=("边界", "区界", "行政区划"),
)

TABLES: tuple[Table, ...] = (
    BOUNDARY,
    TOWNSHIPS,
    ZONES,
    ZONE_PUPILS,
    SCHOOLS,
    UNITS,
    CLASSES,
    RESOURCES,
    PROJECTS,
    ROADS,
    BARRIERS,
    BIRTHS,
    HOUSING,
    REGISTER,
)
TABLE: dict[str, Table] = {t.name: t for t in TABLES}
