"""A planner's whole way, by mouse and keyboard: from three spreadsheets to a posted notice, from an objection to a written reply, to approval."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from planning.editing import LiveLayout, Move, check
from tests.begin.offices import Office
from tests.workbench.served import Served, jobs_at_home, sample_workspace, served
from tests.workbench.test_jobs import _found_by_children as _found_by_children
from tests.workbench.test_pages import page_of

LONG_MS = 150_000
WRONG_WORDS = re.compile(r"\bnan\b|\bnull\b|undefined|\[object|Infinity", re.IGNORECASE)
OUR_WORDS = re.compile(r"\b[0-9a-f]{12}\b|Sheet|SHA-256|CGCS2000|GeoPackage|GeoJSON|Shapefile|KML|Excel|CSV|Word|PDF|QGIS|ArcGIS|WPS|English|planning open|[A-Z]\d{0,2}\b|[\w.-]+\.(?:xlsx|html|pdf|docx|csv|gpkg|geojson|json)|xlsx|kB|km")  # fmt: skip
"""Words of another alphabet that offices use themselves, and the digest of what was approved."""


def reads_well(page: Any) -> None:
    """Assert that a page in Chinese holds no English sentence and nothing that only programs say, and is not wider than its window."""
    told = page.inner_text("body")
    assert not WRONG_WORDS.search(told), WRONG_WORDS.findall(told)
    foreign = re.findall(r"[A-Za-z]{4,}", OUR_WORDS.sub("", told))
    assert not foreign, foreign[:20]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def wait_for_job(page: Any, kind: str) -> None:
    """Wait until the newest job of a room is done."""
    newest = f"article.job:first-of-type:has-text('{kind}')"
    page.wait_for_selector(f"{newest} .chip.good, {newest} .chip.bad", timeout=LONG_MS)
    assert page.locator(f"{newest} .chip.good").count(), page.inner_text(newest)


def bring_files(page: Any, desk: Path) -> None:
    """Upload what the desks handed over, answer what is asked, and wait for the county."""
    page.click("#bar nav a:has-text('导入')")
    page.wait_for_selector(".drop")
    page.set_input_files("#files", [str(p) for p in sorted(desk.iterdir())])
    page.wait_for_selector("#questions", timeout=LONG_MS)
    assert page.locator("#questions .field:visible").count() <= 3
    reads_well(page)
    page.select_option("#questions [data-question=coordinates] select", "GCJ-02")
    page.click("#questions button[type=submit]")
    page.wait_for_selector("#build", timeout=LONG_MS)
    page.click("#build button[type=submit]")
    page.wait_for_selector("#first-plan", timeout=LONG_MS)
    reads_well(page)


def first_plan(page: Any) -> str:
    """Make the first plan with what the form proposes and return its address."""
    page.click("#first-plan")
    page.wait_for_selector("dialog")
    assert page.is_disabled("dialog input[value=today]")  # three spreadsheets name no catchments in force
    assert page.is_checked("dialog input[value=lines]")
    page.fill("dialog input[name=seconds]", "5")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("article.plan .chip.good", timeout=LONG_MS)
    reads_well(page)
    return str(page.get_attribute("article.plan", "data-plan"))


def go(page: Any, bench: Served, room: str, plan: str) -> None:
    page.goto(f"http://{bench.host}/{room}/{plan}")
    page.wait_for_selector("#main h1", timeout=LONG_MS)


def publish(page: Any, bench: Served, plan: str, *makes: str) -> set[str]:
    """Fill in the notice, make these papers, and return their names."""
    go(page, bench, "publish", plan)
    page.fill("[name=issuer]", "利和县教育局")
    page.fill("[name=date]", "2025-06-01")
    for box in page.locator("[name=make]").all():
        box.set_checked(box.get_attribute("value") in makes)
    page.dblclick("#publish button[type=submit]")  # asks for one thing all the same
    wait_for_job(page, "制作公示材料")
    assert page.locator("article.job").count() == 1
    page.wait_for_selector("[data-papers=publish] li")
    reads_well(page)
    lines = page.locator("[data-papers=publish] li")
    assert "家长查询页 · 网页" in lines.all_inner_texts()[0]
    return {str(line.get_attribute("data-paper")) for line in lines.all()}


def answer_an_objection(page: Any, bench: Served, plan: str, zone: str) -> None:
    """Enter what somebody said of a zone, and make the letter that answers it."""
    go(page, bench, "consultation", plan)
    page.fill("#enter [name=zone]", zone)
    page.fill("#enter [name=text]", "离另一所学校更近，为什么不划过去？")
    page.dblclick("#enter button[type=submit]")
    page.wait_for_selector("#objections tbody tr")
    page.wait_for_timeout(300)
    assert page.locator("#objections tbody tr").count() == 1
    page.check("#objections tbody input")
    page.click("#reply")
    wait_for_job(page, "答复")
    page.wait_for_selector("[data-papers=reply] li")
    page.wait_for_selector("#objections .chip.good")
    reads_well(page)


def may_go(live: LiveLayout) -> tuple[int, str]:
    """Return a zone that can go over to another school without breaking a rule, by position, and that school."""
    zones = [str(z) for z in live.problem.zones]
    for place, zone in enumerate(zones):
        for unit in live.problem.units.loc[live.problem.units["stage"] == "primary", "unit"].astype(str):
            if unit != live.unit_at(zone, "primary"):
                with live.trial([Move((zone,), "primary", unit)]):
                    if not any(f.new and f.breaks for f in check(live)):
                        return place, unit
    raise AssertionError("no zone may go")


def click_zone(page: Any, zone: int) -> None:
    """Click where a zone lies on the board's map."""
    x, y = page.evaluate("(z) => board.drawing.pixels(board.drawing.scene.point[2 * z], board.drawing.scene.point[2 * z + 1])", zone)  # fmt: skip
    frame = page.locator("#map").bounding_box()
    page.mouse.click(frame["x"] + x, frame["y"] + y)


def settled(page: Any) -> None:
    page.wait_for_function("board.idle()")


def paint(page: Any, bench: Served, plan: str) -> None:
    """Give one zone to another school and say why; take it back, make it again, and lock the zone there."""
    page.goto(f"http://{bench.host}/board/{plan}")
    page.wait_for_selector("[data-tool=brush]", timeout=LONG_MS)
    page.click("#hints-gone")
    page.wait_for_selector("#hints", state="detached")
    page.fill("#reason", "家长反映")
    live = bench.bench.boards.board(plan).live
    zone, unit = may_go(live)
    name, before = str(live.problem.zones[zone]), figures_shown(page)
    page.click(f"#units button[data-unit='{unit}']")
    page.evaluate("document.querySelector('#map').focus()")
    page.keyboard.press("c")
    click_zone(page, zone)
    page.wait_for_selector("#edited")
    settled(page)
    after = figures_shown(page)
    assert live.unit_at(name, "primary") == unit
    page.keyboard.press("z")
    page.wait_for_selector("#edited", state="detached")
    assert figures_shown(page) == before
    page.keyboard.press("y")
    page.wait_for_selector("#edited")
    settled(page)
    assert figures_shown(page) == after
    assert live.unit_at(name, "primary") == unit
    page.keyboard.press("v")
    click_zone(page, zone)
    page.keyboard.press("l")
    page.wait_for_selector("#locked:has-text('1')")
    reads_well(page)


def figures_shown(page: Any) -> list[str]:
    """Return the county's figures beside the map, without what changed with the last step."""
    return [str(t) for t in page.locator(".headline [data-figure] b").all_inner_texts()]


def at_home(page: Any, bench: Served, name: str) -> str:
    """Wait on the first page until a plan is there and sound, and return its address."""
    page.goto(f"http://{bench.host}/")
    page.wait_for_selector(f"article.plan:has-text('{name}') .chip.good", timeout=LONG_MS)
    return str(page.get_attribute(f"article.plan:has-text('{name}')", "data-plan"))


def finish_the_rest(page: Any, bench: Served, plan: str, name: str) -> str:
    """Let the engine draw the rest around what was painted and locked, look at it while it does, and return its plan."""
    page.goto(f"http://{bench.host}/board/{plan}")
    page.wait_for_selector("#rest", timeout=LONG_MS)
    page.click("#rest")
    page.fill("dialog input[name=name]", name)
    page.fill("dialog input[name=seconds]", "5")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#panel article.job .chip.good", timeout=LONG_MS)
    reads_well(page)
    return at_home(page, bench, name)


def compare(page: Any, bench: Served, plan: str, other: str) -> None:
    """Put two plans side by side, figures those of the package, and make the report."""
    go(page, bench, "compare", plan)
    for box in page.locator(".picks input").all():
        box.set_checked(box.get_attribute("value") == other)
    page.wait_for_selector(f"figure[data-plan='{other}']")
    page.wait_for_selector("#figures table")
    reads_well(page)
    page.click("#report")
    wait_for_job(page, "对比")
    page.wait_for_selector("[data-papers=compare] li")
    reads_well(page)


def picture(page: Any, folder: Path, name: str) -> None:
    """Keep what a person sees at a step."""
    folder.mkdir(exist_ok=True)
    page.screenshot(path=str(folder / f"{len(list(folder.iterdir())):02}-{name}.png"))


def one_file(desk: Path) -> Path:
    """Put the sheets of all desks into one workbook, as an office keeps them."""
    whole = Workbook()
    whole.remove(whole.worksheets[0])
    for path in sorted(desk.glob("*.xlsx")):
        sheet = whole.create_sheet(path.stem)
        for row in load_workbook(path).worksheets[0].iter_rows(values_only=True):
            sheet.append(list(row))
        path.unlink()
    whole.save(desk / "利和县.xlsx")
    return desk


def approve(page: Any, bench: Served, plan: str) -> str:
    """Approve a plan, its open points as exceptions, and go to what was approved."""
    go(page, bench, "approve", plan)
    page.fill("[name=number]", "利教发〔2025〕1号")
    page.fill("[name=date]", "2025-06-20")
    page.fill("[name=by]", "利和县教育局")
    page.check("[name=exceptions]")
    page.click("#approve button[type=submit]")
    page.wait_for_selector("#approved tbody tr .chip.good", timeout=LONG_MS)
    reads_well(page)
    return str(page.get_attribute("#approved a", "href")).rpartition("/")[2]


def attended(live: LiveLayout) -> str:
    """Return the table of a year in which every school has the pupils that the plan gave it."""
    rows = ["学校,年级,班级,学生数,居住单元"]
    for unit in live.units():
        zone = next(z for z, u in live.catchments(unit.stage).items() if u == unit.unit)
        (name,) = live.zone_names([zone])
        rows += [f"{unit.name},{g},1,{n},{name}" for g, n in zip(unit.grades, unit.pupils[-1], strict=True)]
    return "\n".join(rows) + "\n"


@pytest.mark.slow
@pytest.mark.browser
def test_from_spreadsheets_to_a_first_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs_at_home(monkeypatch)
    desk = Office().write(tmp_path / "desk")
    with served(tmp_path / "workbench") as bench, page_of(bench) as (page, complaints):
        page.wait_for_selector("#bring")
        bring_files(page, desk)
        first_plan(page)
        assert complaints == []


@pytest.mark.browser
def test_a_notice_and_a_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs_at_home(monkeypatch)
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench, page_of(bench) as (page, complaints):
        assert "lookup.html" in publish(page, bench, plan, "lookup")
        answer_an_objection(page, bench, plan, "合成社区003号楼")
        assert complaints == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_whole_way(tmp_path: Path) -> None:
    desk, seen = one_file(Office(addresses=True).write(tmp_path / "desk")), tmp_path / "seen"
    with served(tmp_path / "workbench") as bench, page_of(bench) as (page, complaints):
        page.wait_for_selector("#bring")
        picture(page, seen, "home")
        bring_files(page, desk)
        picture(page, seen, "county")
        first = first_plan(page)
        picture(page, seen, "first-plan")
        paint(page, bench, first)
        picture(page, seen, "painted")
        plan = finish_the_rest(page, bench, first, "其余重划")
        live = bench.bench.boards.board(plan).live
        zone = next(iter(bench.bench.boards.board(first).live.journal.moved()))[1]
        assert live.unit_at(zone, "primary") == bench.bench.boards.board(first).live.unit_at(zone, "primary")
        picture(page, seen, "finished")
        compare(page, bench, first, plan)
        picture(page, seen, "compared")
        made = publish(page, bench, plan, "notice", "lookup")
        picture(page, seen, "published")
        assert {"notice-primary.docx", "notice-primary.pdf", "lookup.html"} <= made
        answer_an_objection(page, bench, plan, "阳光花园")
        picture(page, seen, "answered")
        for room in ("whatif", "indicators", "wall"):
            go(page, bench, room, plan)
            page.wait_for_timeout(500)
            reads_well(page)
            picture(page, seen, room)
        frozen = approve(page, bench, plan)
        picture(page, seen, "approved")
        go(page, bench, "approve", frozen)
        table = attended(bench.bench.boards.board(plan).live)
        (tmp_path / "就读.csv").write_text(table, encoding="utf-8-sig")
        page.set_input_files("#evaluate input[type=file]", str(tmp_path / "就读.csv"))
        page.click("#evaluate button[type=submit]")
        page.wait_for_selector("[data-papers=evaluate] li, .job .problems", timeout=LONG_MS)
        reads_well(page)
        picture(page, seen, "evaluated")
        assert page.locator("[data-papers=evaluate] li").count(), page.inner_text("#made")
        assert complaints == []
