"""Faults in YAML files: scenarios, district.yaml."""

from __future__ import annotations

from pathlib import Path

from planning.district import check_district
from planning.errors import ScenarioError
from planning.scenario import read_scenario
from tests.reliability.runs import county
from tests.reliability.table import Outcome, checked, fault, refused

PART = "Scenarios and settings · 情景与设置"
BASE = "name: s\ndistrict: ../county\nyear: 2020\n"


def _scenario(place: Path, text: str, *sets: str) -> Outcome:
    folder = place / "project" / "scenarios"
    folder.mkdir(parents=True)
    county(folder.parent)
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return refused(lambda: read_scenario(folder / "s.yaml", sets), ScenarioError)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
)
_CASES = (
    ("a tag that would run a program", "会执行程序的 YAML 标签", BASE + "note: !!python/object/apply:os.system [id]\n"),
    ("aliases that unfold to ten billion values", "YAML 别名炸弹", BASE + BOMB),
    ("an alias to itself", "YAML 别名指向自身", BASE + "note: &a [*a]\n"),
    ("a file nested 5,000 deep", "YAML 嵌套五千层", BASE + "note: " + "[" * 5000 + "]" * 5000 + "\n"),
    ("a key given twice", "同一个键写了两次", BASE + "year: 2021\n"),
    ("a tab in the indentation", "缩进使用制表符", BASE + "prices:\n\tmoved: 2\n"),
    ("an unknown key", "未知的键", BASE + "yeer: 2021\n"),
    ("a word where a number belongs", "数值写成文字", BASE.replace("2020", "soon")),
    ("NaN where a number belongs", "数值为 NaN", BASE + "stability:\n  max_moved_share: .nan\n"),
    ("an empty file", "空文件", ""),
    ("a scenario that extends itself", "情景继承自身", "extends: s.yaml\n"),
    ("a district outside the project", "区县数据在项目之外", BASE.replace("../county", "../../../etc")),
    ("a parent outside the project", "上级情景在项目之外", "extends: ../../../etc/passwd.yaml\n" + BASE),
    ("standards outside the project", "标准文件在项目之外", BASE + "standards: /etc/standards.yaml\n"),
)  # fmt: skip

for _what, _zh, _text in _CASES:
    fault(PART, _what, _zh, "refused")(lambda place, t=_text: _scenario(place, t))  # type: ignore[misc]


@fault(PART, "a link in the project that leads outside", "项目内的链接指向项目之外", "refused")
def link(place: Path) -> Outcome:
    (place / "project").mkdir()
    (place / "project" / "out").symlink_to("/usr")
    return _scenario(place, BASE.replace("../county", "../out/share"))


@fault(PART, "text that is not UTF-8", "文本不是 UTF-8", "refused")
def no_utf8(place: Path) -> Outcome:
    path = place / "s.yaml"
    path.write_bytes("name: 情景\n".encode("gb18030"))
    return refused(lambda: read_scenario(path), ScenarioError)


@fault(PART, "--set with half a value", "--set 的值不完整", "refused")
def half_set(place: Path) -> Outcome:
    return _scenario(place, BASE, "prices.moved=[1")


@fault(PART, "a district.yaml that would run a program", "会执行程序的 district.yaml", "refused")
def district_tag(place: Path) -> Outcome:
    folder = county(place)
    with (folder / "district.yaml").open("a", encoding="utf-8") as file:
        file.write("x: !!python/name:os.system\n")
    return checked(check_district(folder))
