"""Faults of names, approvals and ledgers: what leads out of the project, is added unseen, or does not belong together."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import yaml

from planning.approval import Decision, changes
from planning.errors import WriteError
from planning.evaluation.real import read_enrolment
from planning.indicators import figures_of_register, make_case
from planning.indicators.ledger import compare_ledgers, make_ledger, write_ledger
from planning.indicators.ledger_pair import read_both
from planning.runs import approve_run, finish_run, refuse_changed
from planning.scenario import read_scenario
from planning.standards import read_profile
from tests.reliability.runs import _scratch, finished
from tests.reliability.table import Outcome, checked, fault, refused
from tests.zoning.county import small_county

PART = "Names, approvals and ledgers · 名称、批准与台账"


@fault(
    PART,
    "a scenario name that leaves the project",
    "情景名称指向项目之外",
    "refused",
)
def evil_name(place: Path) -> Outcome:
    (place / "county").mkdir()
    file = place / "s.yaml"
    file.write_text(yaml.safe_dump({"name": "s", "district": "county", "year": 2020}), encoding="utf-8")
    return refused(lambda: read_scenario(file, ["name=../../../evil"]))


@fault(PART, "a link where the run folder should stand", "运行结果位置是链接", "refused")
def link(place: Path) -> Outcome:
    (place / "real").mkdir()
    (place / "today").symlink_to(place / "real")
    run = finished()
    outcome = refused(
        lambda: finish_run(run.district, run.scenario, run.layout, out=place / "today"), WriteError
    )
    assert (place / "today").is_symlink()
    return outcome


@functools.cache
def _approved() -> Path:
    root = _scratch() / "approved"
    folder = approve_run(finished().folder, Decision("1号", "2020-08-01", "某局"), root=root).folder
    assert folder is not None
    return folder


def _opened(place: Path) -> Path:
    folder = shutil.copytree(_approved(), place / "one")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@fault(PART, "a file named approval.json.bak added to an approval", "批准后新增 approval.json.bak", "refused")
def added(place: Path) -> Outcome:
    folder = _opened(place)
    (folder / "approval.json.bak").write_text("x", encoding="utf-8")
    return checked(changes(folder))


@fault(PART, "the sheet to be signed is changed", "批准单被改动", "refused")
def sheet(place: Path) -> Outcome:
    folder = _opened(place)
    page = folder / "approval.html"
    page.write_text(page.read_text(encoding="utf-8").replace("某局", "别的局"), encoding="utf-8")
    return Outcome("refused", checked(changes(folder)).said.partition(" (found")[0])


def _ledger(place: Path, name: str, day: str, county: str, spared: str = "") -> Path:
    district = small_county(current="AABAAB")
    profile = read_profile("litong-2021")
    table = make_ledger(make_case(figures_of_register(district, profile), profile), day, district=county)
    write_ledger(table[table["unit"] != spared], place / name)
    return place / name


@fault(PART, "a run changed by hand is to be published", "手工改动过的方案要对外公布", "refused")
def published(place: Path) -> Outcome:
    folder = shutil.copytree(finished().folder, place / "run")
    table = (folder / "assignment.csv").read_text(encoding="utf-8-sig")
    (folder / "assignment.csv").write_text(table.replace("A-P", "B-P", 1), encoding="utf-8-sig")
    return refused(lambda: refuse_changed(folder))


@fault(PART, "one plan approved under two numbers", "同一方案以两个文号批准", "refused")
def twice(place: Path) -> Outcome:
    root = _approved().parent
    return refused(lambda: approve_run(finished().folder, Decision("2号", "2020-08-02", "某局"), root=root))


@fault(PART, "one unknown village among real enrolment", "实际就读中有一个查不到的村", "read")
def unknown_village(place: Path) -> Outcome:
    county = small_county(current="AABAAB")
    rows = ["学校,年级,居住单元编号,人数", "甲小学,1,Z1,30", "甲小学,1,Z2,20", "甲小学,1,Z99,5"]
    (place / "real.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    real = read_enrolment(place / "real.csv", county, {"A-P": "primary", "B-P": "primary", "C-J": "junior"})
    assert real.enrolled["pupils"].sum() == 55
    return Outcome("read", real.notes[-1][1])


@fault(PART, "ledgers of two counties", "两个区县的台账相比", "refused")
def two_counties(place: Path) -> Outcome:
    first = _ledger(place, "a.csv", "2020-09-01", "640302")
    second = _ledger(place, "b.csv", "2021-09-01", "640303")
    outcome = refused(lambda: read_both(first, second))
    return Outcome(outcome.kind, "b.csv, column district: is of another county than a.csv")


@fault(PART, "a unit that is gone is not called cleared", "撤并的学校不算销号", "read")
def vanished(place: Path) -> Outcome:
    first = _ledger(place, "a.csv", "2020-09-01", "640302")
    second = _ledger(place, "b.csv", "2021-09-01", "640302", spared="A-P")
    table = compare_ledgers(*read_both(first, second))
    gone = set(table.loc[table["unit"] == "A-P", "status"])
    assert gone == {"vanished"}, table
    return Outcome("read", "vanished, not cleared")


@fault(PART, "a unit that the plan merged into others", "方案撤并的学校", "read")
def merged(place: Path) -> Outcome:
    first = _ledger(place, "a.csv", "2020-09-01", "640302")
    second = _ledger(place, "b.csv", "2021-09-01", "640302", spared="A-P")
    table = compare_ledgers(*read_both(first, second), {"A-P"})
    assert set(table.loc[table["unit"] == "A-P", "status"]) == {"merged"}, table
    return Outcome("read", "told as merged (已撤并), neither cleared nor vanished")


@fault(PART, "a title that names another county", "标题为其他区县", "refused")
def other_title(place: Path) -> Outcome:
    titles = (
        "附件1：2023年秋季中宁县各校在校生统计",
        "鄂温克族自治旗教育局",
        "2023-2024学年青铜峡市中小学学生名册",
    )
    for title in titles:
        (place / "real.csv").write_text(f"{title}\n学校,年级\n甲小学,1\n", encoding="utf-8")
        district = small_county()
        units = dict(zip(district.units["unit"], district.units["stage"], strict=True))
        outcome = refused(lambda d=district, u=units: read_enrolment(place / "real.csv", d, u))
    return Outcome(
        outcome.kind, f"real.csv: the file is of another county, in {len(titles)} ways of writing a title"
    )
