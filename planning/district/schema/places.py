"""Tables of the county's ground: townships, zones, streets, barriers, outline."""

from __future__ import annotations

from planning.district.schema.define import Choice, Column, Table
from planning.district.schema.words import LOCALE_COLUMN, TOWN_NAMES, ZONE_NAMES, identifier

BOUNDARY = Table(
    "boundary",
    "县界",
    "Outline of the county.",
    (Column("name", "名称", required=True, example="利通区"),),
    geometry="polygon",
    meaning_zh="县域边界。",
    aliases=("边界", "区界", "行政区划"),
)

TOWNSHIPS = Table(
    "townships",
    "乡镇",
    "Townships of the county; polygons where known.",
    (
        identifier(
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
        identifier("zone", "单元编号", example="Z0001", aliases=("小区编号", "小区代码", "单元代码")),
        Column(
            "name",
            "单元名称",
            required=True,
            example="合成社区001",
            aliases=(
                *ZONE_NAMES[1:],
                "名称",
            ),
        ),
        identifier(
            "township", "乡镇编号", refers="townships.township", example="640302106", aliases=TOWN_NAMES
        ),
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
        LOCALE_COLUMN,
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
            aliases=(
                "小学学区",
                "所属小学",
                "对应小学",
                "小学片区",
                "划片小学",
                "对口小学",
                # a list with one column means the school that is entered first
                "现学区",
                "现行学区",
                "现学区学校",
                "学区学校",
                "划片学校",
                "对口学校",
            ),
        ),
        Column(
            "current_junior",
            "现初中学区",
            meaning="Junior unit of today's catchment; several joined by ;.",
            meaning_zh="现行初中学区所属办学单位,多校划片用分号隔开。",
            refers="units.unit",
            identifier=True,
            many=True,
            aliases=("初中学区", "所属初中", "对应初中", "初中片区", "划片初中", "对口初中"),
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

ROADS = Table(
    "roads",
    "道路",
    "Walkable street network; segments meet at shared end points.",
    (
        identifier("road", "道路编号", example="R0001"),
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
        identifier("barrier", "阻隔编号", example="B01"),
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
