"""Photograph the rooms of the workbench, used as a planner uses them."""

from __future__ import annotations

from pathlib import Path

from album import WINDOW, Album
from playwright.sync_api import Page

LONG_MS = 240_000
MOST_QUESTIONS = 4


def settled(page: Page, wait_ms: int = 700) -> None:
    """Wait until maps and figures have been drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(wait_ms)


class Rooms:
    """The workbench in a browser, and the pictures taken there."""

    def __init__(self, page: Page, address: str, album: Album, project: Path) -> None:
        self.page, self.album, self.project = page, album, project
        self.host = address.split("/?")[0]
        page.goto(address)
        page.wait_for_selector("#main, article.plan", timeout=LONG_MS)

    def shot(self, name: str, selector: str = "") -> None:
        """Photograph the window, or one part of the page."""
        settled(self.page)
        place = self.page.locator(selector).first if selector else self.page
        self.album.keep(name, place.screenshot())

    def whole(self, name: str) -> None:
        """Photograph a page from top to bottom."""
        settled(self.page)
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": WINDOW["width"], "height": max(height, WINDOW["height"])})
        self.shot(name)
        self.page.set_viewport_size(WINDOW)  # type: ignore[arg-type]

    def plan(self, name: str) -> str:
        """Return the id of a plan by its name."""
        self.page.goto(f"{self.host}/")
        self.page.wait_for_selector(f"article.plan:has-text('{name}')", timeout=LONG_MS)
        return str(self.page.get_attribute(f"article.plan:has-text('{name}')", "data-plan"))

    def go(self, room: str, plan: str) -> None:
        """Open a room of a plan."""
        self.page.goto(f"{self.host}/{room}/{plan}")
        self.page.wait_for_selector("#main h1", timeout=LONG_MS)

    def done(self, where: str = "article.job") -> None:
        """Wait until the newest job has ended."""
        first = f"{where}:first-of-type"
        self.page.wait_for_selector(f"{first} .chip.good, {first} .chip.bad", timeout=LONG_MS)


def answer(page: Page) -> None:
    """Answer what is asked: points of a web map, otherwise the first choice or the county's name; mark the form as answered."""
    for field in page.locator("#questions select:visible").all():
        offered = [v for v in field.locator("option").evaluate_all("all => all.map((o) => o.value)") if v]
        field.select_option("GCJ-02" if "GCJ-02" in offered else offered[0])
    for field in page.locator("#questions input[type=text]:visible").all():
        if not field.input_value():
            field.fill("利和县")
    page.evaluate("document.querySelector('#questions').dataset.answered = 'yes'")
    page.click("#questions button[type=submit]")


def beginning(rooms: Rooms, desk: Path) -> None:
    """Make a county of three spreadsheets."""
    page = rooms.page
    page.goto(f"{rooms.host}/")
    rooms.shot("begin-home")
    page.goto(f"{rooms.host}/import")
    page.wait_for_selector(".drop")
    rooms.shot("begin-files")
    page.set_input_files("#files", [str(p) for p in sorted(desk.iterdir())])
    page.wait_for_selector("#questions", timeout=LONG_MS)
    rooms.shot("begin-questions", ".card:has(#questions)")
    for _ in range(MOST_QUESTIONS):
        answer(page)
        page.wait_for_selector("#build, #questions:not([data-answered])", timeout=LONG_MS)
        if page.locator("#build").count():
            break
    rooms.whole("begin-assumed")
    page.click("#build button[type=submit]")
    page.wait_for_selector("#first-plan", timeout=LONG_MS)
    rooms.whole("begin-county")
    page.click("#first-plan")
    page.wait_for_selector("dialog")
    rooms.shot("begin-first-plan", "dialog")
    page.fill("dialog input[name=seconds]", "10")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("article.job .chip.bad, article.job .chip.good", timeout=LONG_MS)
    rooms.plan("新方案")
    rooms.shot("begin-done")


def planning_room(rooms: Rooms, plan: str, seconds: int) -> None:
    """Solve a plan while one watches, and ask what would be otherwise."""
    page = rooms.page
    page.goto(f"{rooms.host}/board/{plan}")
    page.wait_for_selector("#rest", timeout=LONG_MS)
    if page.locator("#hints-gone").count():
        rooms.shot("edit-hints", "#hints")
        page.click("#hints-gone")
    rooms.go("whatif", plan)
    rooms.whole("plan-whatif")
    page.fill("[name=name]", "出生人数多一成")
    page.fill("[name=births]", "110")
    page.fill("[name=seconds]", str(seconds))
    page.click("#whatif button[type=submit]")
    page.wait_for_selector("#runs article.job", timeout=LONG_MS)
    page.wait_for_timeout(1000 * seconds // 2)
    rooms.shot("plan-running", "#runs")
    rooms.done("#runs article.job")


def comparing(rooms: Rooms, plan: str, other: str) -> None:
    page = rooms.page
    rooms.go("compare", plan)
    for box in page.locator(".picks input").all():
        box.set_checked(box.get_attribute("value") == other)
    page.wait_for_selector("#figures table", timeout=LONG_MS)
    settled(page, 2500)
    rooms.shot("plan-compare")
    rooms.shot("plan-compare-figures", "#figures")


def zone_at(page: Page, unit: str) -> int:
    """Return a zone of the board that borders a school's catchment and is not part of it, nearest first."""
    return int(
        page.evaluate(
            """(unit) => {
      const { stage, scene } = board.drawing, at = stage.units.findIndex((u) => u.unit === unit);
      const mine = [...stage.now.keys()].filter((z) => stage.now[z] === at);
      const middle = [0, 1].map((k) => mine.reduce((s, z) => s + scene.point[2 * z + k], 0) / mine.length);
      const far = (z) => Math.hypot(scene.point[2 * z] - middle[0], scene.point[2 * z + 1] - middle[1]);
      return [...stage.now.keys()].filter((z) => stage.now[z] !== at && stage.now[z] >= 0).sort((a, b) => far(a) - far(b))[0];
    }""",
            unit,
        )
    )


def click_zone(page: Page, zone: int) -> None:
    x, y = page.evaluate(
        "(z) => board.drawing.pixels(board.drawing.scene.point[2 * z], board.drawing.scene.point[2 * z + 1])",
        zone,
    )
    frame = page.locator("#map").bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + x, frame["y"] + y)


def board(rooms: Rooms, plan: str) -> None:
    """Give one estate to another school; show what that costs, why it was as it was, and the way back."""
    page = rooms.page
    page.goto(f"{rooms.host}/board/{plan}")
    page.wait_for_selector("#rest", timeout=LONG_MS)
    if page.locator("#hints-gone").count():
        page.click("#hints-gone")
    rooms.shot("edit-board")
    page.fill("#reason", "居民申请")
    unit = str(page.get_attribute("#units button >> nth=1", "data-unit"))
    page.click(f"#units button[data-unit='{unit}']")
    rooms.shot("edit-school", "#panel")
    zone = zone_at(page, unit)
    page.evaluate("document.querySelector('#map').focus()")
    page.keyboard.press("v")
    click_zone(page, zone)
    page.keyboard.press("w")
    page.wait_for_selector("#why-told", timeout=LONG_MS)
    rooms.shot("edit-why", "#panel")
    page.click(f"#units button[data-unit='{unit}']")
    page.keyboard.press("c")
    click_zone(page, zone)
    page.wait_for_selector("#edited", timeout=LONG_MS)
    while not page.evaluate("board.idle()"):  # the page's policy forbids waiting inside it
        page.wait_for_timeout(100)
    rooms.shot("edit-painted")
    page.click("#journal")
    page.wait_for_selector("dialog")
    rooms.shot("edit-journal", "dialog")
    page.keyboard.press("Escape")
    after(rooms, zone)


def after(rooms: Rooms, zone: int) -> None:
    """Lock what was decided, look for faults, find a place, and let the rest be drawn."""
    page = rooms.page
    page.evaluate("document.querySelector('#map').focus()")
    page.keyboard.press("v")
    click_zone(page, zone)
    page.keyboard.press("l")
    page.wait_for_selector("#locked", timeout=LONG_MS)
    page.keyboard.press("h")
    rooms.shot("edit-locked")
    page.keyboard.press("n")
    page.wait_for_timeout(1500)
    rooms.shot("edit-fault")
    page.click("#find")
    page.keyboard.type("hc")
    page.wait_for_timeout(500)
    rooms.shot("edit-find", "#panel")
    page.keyboard.press("Escape")
    page.click("#rest")
    page.wait_for_selector("dialog")
    rooms.shot("edit-rest", "dialog")
    page.keyboard.press("Escape")
    page.click("#save")
    page.wait_for_selector("dialog")
    rooms.shot("edit-save", "dialog")
    page.keyboard.press("Escape")


def publishing(rooms: Rooms, plan: str) -> None:
    page = rooms.page
    rooms.go("publish", plan)
    page.fill("[name=issuer]", "利通区教育局")
    page.fill("[name=date]", "2021-06-01")
    rooms.whole("publish-form")
    rooms.go("consultation", plan)
    zone = page.evaluate("document.querySelector('#zones option')?.value || ''")
    page.fill("#enter [name=zone]", zone)
    page.fill("#enter [name=text]", "离另一所学校更近，为什么不划过去？")
    page.click("#enter button[type=submit]")
    page.wait_for_selector("#objections tbody tr", timeout=LONG_MS)
    rooms.whole("publish-comments")


def deciding(rooms: Rooms, plan: str) -> None:
    for room, name in (
        ("indicators", "evaluate-indicators"),
        ("approve", "evaluate-approve"),
        ("wall", "evaluate-wall"),
    ):
        rooms.go(room, plan)
        settled(rooms.page, 2000)
        rooms.shot(name)
