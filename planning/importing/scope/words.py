"""Know the words of scope texts: directions, endings of names, words that carry no place."""

from __future__ import annotations

import re
import unicodedata

DIRECTIONS = {
    "东南": "south_east", "东北": "north_east", "西南": "south_west", "西北": "north_west",
    "东": "east", "南": "south", "西": "west", "北": "north",
}  # fmt: skip
_TOWARDS = "东南|东北|西南|西北|东|南|西|北"
_LIKE = str.maketrans("()[]【】〔〕,;:－—–―→~～﹣−‐‑─", "（）（）（）（），；：" + "-" * 12)
SEPARATORS = "，、；。：/\n"

LINE_END = "大道|国道|省道|县道|乡道|公路|高速|高速路|铁路|快速路|干线|路|街|巷|河|江|渠|沟|溪|涌|水库|湖|海堤|围墙|界|线|桥"
LINE = re.compile(rf"(?:{LINE_END})(?:[东南西北中]段|（[^（）]*）)?$")
EDGE = re.compile(r"^(?:海边|海岸线?|海|大海|本片区界|边界|行政边界)$")
"""Limits that are the limit of the county or of the area itself, and need no line."""

SIDE_TO = re.compile(rf"^(?:正)?({_TOWARDS})(?:面|侧|边|部)?(?:至|到|抵|临|起|接|邻|靠|以(?=.+为界))")
SIDE_NAMED = re.compile(rf"^(?:正)?({_TOWARDS})(?:面|侧|边|部|至|界|边界)?$")
"""A side before a colon (东：某路)."""
SIDE_OF = re.compile(
    rf"(?:以|之)(?:正)?(?P<a>{_TOWARDS})(?:面|侧|边|方向)?|(?<=[道路街巷河渠线])(?P<b>{_TOWARDS})(?:侧|面|边)(?!路|街|大道)"
)
SIDE_ALONE = re.compile(rf"^(?:以)?({_TOWARDS})(?:面|侧)?$")
NEXT_TO = re.compile(rf"(?<=[道路街巷河渠线界])(?=(?:{_TOWARDS})(?:面|侧|边)?(?:至|到|抵|起)..)")

AREA = re.compile(
    r"^的?(?:三角|围合|合围|环绕|封闭|其他|其余|全部|所有|行政|管辖|所辖|部分|住宅|居民)*的?"
    r"(?:区域|范围|片区|地区|地块|辖区|区域范围|行政区域|小区)(?:范围|内)?(?=和|及|以及|与|、|的原|$)"
)
WITHIN_AREA = re.compile(
    r"^(的?原?)([^，、的]{2,20}?)((?:所辖|管辖|所属|行政|所有|辖区)*(?:的)?(?:区域|范围|片区|辖区)(?:范围|内)?)$"
)
JOIN = re.compile(r"^(?:以及|及其|及|和|与)")
INTRO = re.compile(
    r"^(?:主要)?(?:的)?(?:社区|小区|村庄|村|楼盘|范围)(?:有|包括|包含|为)|^(?:主要|其中|具体)?(?:包括|包含)|^(?:主要|其中|具体|分别)(?:有|为|是)|^含|^以及|^及"
)
EXAMPLES = re.compile(r"主要|含|有|其中")
EXCEPT = re.compile(r"^(?:但|并|其中)?(?:不含|不包括|不包含|不在内|除)")
EXCEPT_END = re.compile(r"(?:除外|之外|以外|不含|外)$")
EXCEPT_STOP = re.compile(r"(?:以外|之外|除外|外)(?=[，、；。：\n）]|$)")
ONLY = re.compile(r"(?:仅|只)(?:可|能)(?:填报|报名|申请|报读|报)")
RING = re.compile(r"^自?.{0,8}(?:顺时针|逆时针)(?:方向)?$")
LENGTH = re.compile(r"^约?[\d.]+(?:米|公里|km|m)$")
PHASES = re.compile(r"^[\d一二三四五六七八九十、，\-和至及]+期$")
FORMER = re.compile(r"^(?:原名?|又名|即|曾用名)")
NOTE = re.compile(
    r"录取|志愿|户籍|优先|学位|分享|共享|单享|购房|租房|房产|报名|为准|咨询|详见|飞地|适龄|入学|招生|协议|委托|统筹|电话"
)
DESCRIBED = re.compile(
    r"穿过|延伸|分界|所在|经过|交界|交汇|交叉|路口|方向|沿着|沿线|延[^安]|以|转|开始|直至|连接"
)
"""Words that tell of a line instead of naming it."""

TAIL = re.compile(
    r"(?:的|中的|内的|等)?(?:所有|全部|整个)?(?:的)?(?:所辖|管辖|行政|围合|合围|原辖)*(?:的)?"
    r"(?:行政区域|区域|范围|辖区|全域|全境|住宅小区|居民区)(?:范围)?$|(?:等地|等处|等|全部|全域|全境)$|的围合片区$"
)
IN_NAME = re.compile(r"（(?:集团|总校|公办|民办)）(?=[^，、；。：（）\n ])")
"""Brackets in the middle of a school's name."""
SPREADS = re.compile(r"(?:社区|村委会|居委会|街道|村民小组|村)$")
"""Endings that hold for a whole list: ``A、B、C社区``."""
SEVERAL = re.compile(r"^(.+?)(?:和|、|及|与)(.+?)[两二三四五]个(社区|村|街道)$")
NUMBER_LIST = re.compile(r"^\d{1,3}-\d{1,3}(?:区|期|号|栋|组)?等?$")
COUNTED = re.compile(
    r"^(?P<head>.*?[^\d-])?(?P<first>\d{1,3})(?:-(?P<last>\d{1,3}))?(?P<unit>村民小组|组|队|号楼|号|栋|社)$"
)
HEAD = re.compile(r"^(?P<head>.+?)(?P<first>\d{1,3})(?:-(?P<last>\d{1,3}))?$")
"""Groups of a village, houses of an estate: 某村1、2、4-6组."""
NUMBERS = re.compile(r"^(\d{1,3})(?:-(\d{1,3}))?(区|期|号|栋|组)?$")
HOLDER = re.compile(r"^(.+?(?:社区|街道|居委会))(?=[^\d]+)")
KINDS = (
    ("township", re.compile(r"街道(?:办|办事处)?$|..[镇乡]$|(?:农场|开发区|科技园区)$")),
    ("community", re.compile(r"(?:社区|居委会|片区|街坊)$")),
    ("village", re.compile(r"(?:村|村委会|村民小组|村组|屯|(?<!山)庄|组|队)\d*$")),
    (
        "estate",
        re.compile(
            r"(?:小区|花园|花苑|家园|苑|园|城|府|庭|居|公馆|山庄|广场|大厦|公寓|楼|湾|里|邸|轩|阁|郡|天下|国际|名门|名镌|世家|物业"
            r"|华庭|豪庭|名苑|新城|宿舍|院|期|领寓|号|栋|坊)(?:（[^（）]*）)?$"
        ),
    ),
)
_NUMBERING = re.compile(
    r"(?P<paren>（(?:\d{1,2}|[一二三四五六七八九十]{1,2})）)|(?P<dot>\d{1,2}[.．](?!\d))|(?P<cn>[一二三四五六七八九十]{1,2}、)"
    r"|(?P<circle>[①-⑳])"
)
_STOPS = "；。：\n，"


def alike(text: str) -> str:
    """Return the text with one form of every bracket, dash and digit, character by character (same length)."""
    turned = text.replace("\r", "\n").translate(_LIKE)
    return "".join(_half(c) for c in turned)


def _half(char: str) -> str:
    if char < "\u3000" or "\u4e00" <= char <= "\u9fff" or char in "，；：（）。、":
        return " " if char != "\n" and char.isspace() else char
    form = unicodedata.normalize("NFKC", char)
    return form if len(form) == 1 and form.isalnum() else (" " if char.isspace() else char)


def numbering(text: str, at: int) -> tuple[str, int] | None:
    """Return the style and the end of a clause number that stands at a place, or ``None``."""
    found = _NUMBERING.match(text, at)
    if found is None:
        return None
    before = text[max(0, at - 8) : at].rstrip(" ")
    allowed = before == "" or before[-1] in (_STOPS if found.lastgroup != "cn" else "；。\n")
    return (str(found.lastgroup), found.end()) if allowed else None


def brackets(text: str) -> dict[int, int]:
    """Return where every bracket that is closed is closed."""
    stack: list[int] = []
    pairs: dict[int, int] = {}
    for i, char in enumerate(text):
        if char == "（":
            stack.append(i)
        elif char == "）" and stack:
            pairs[stack.pop()] = i
    return pairs


def kind_of(name: str) -> str:
    """Return what a name says about its place."""
    if re.fullmatch(r"\d{1,3}区", name):
        return "district"
    return next((kind for kind, ending in KINDS if ending.search(name)), "name")


def bare(name: str) -> str:
    """Return a name as names are compared: half width, lower case, without spaces, hyphens and brackets' forms."""
    text = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\s\-—–·・.。,，\"'“”‘’《》]+", "", text)
