"""Make the pictures of the manual from the default county: plans solved, papers written, every room of the workbench photographed.

    python docs/zh/pictures.py [--project FOLDER] [--seconds 40] [--only BEGINNING]

About ten minutes on two cores. FOLDER keeps the plans between two turns. Needs chromium, LibreOffice, poppler (``make system``) and the
packages of ``make test``. Every picture that could not be made is named, and the command ends with code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
SHOWN = Path(__file__).parent / "pictures"
WINDOW = {"width": 1280, "height": 800}
QUALITY = 72  # of WebP: text stays sharp, a page takes about 50 kB
LONG_MS = 240_000
MOST_QUESTIONS = 4
RUN = "from planning.cli import main; main()"
PLAN = "new-schools"

DESK = {
    "小区": [
        ["小区名称", "所属乡镇", "经度", "纬度", "现学区", *(f"{g}年级" for g in "一二三四五六七八九")],
        ["阳光花园", "城关街道", 106.2012, 38.0021, "第一小学", 60, 58, 61, 55, 57, 50, 52, 49, 47],
        ["康乐小区", "城关街道", 106.2051, 38.0043, "第一小学", 48, 46, 45, 47, 44, 41, 43, 40, 39],
        ["金岸家园", "城关街道", 106.2098, 38.0012, "第二小学", 66, 62, 60, 59, 57, 55, 51, 50, 48],
        ["幸福里", "城关街道", 106.2133, 38.0057, "第二小学", 44, 43, 41, 40, 42, 39, 38, 36, 37],
        ["东湾村", "河东镇", 106.2301, 38.0102, "河东小学", 21, 20, 22, 19, 18, 20, 17, 18, 16],
        ["西湖村", "河东镇", 106.2362, 38.0061, "河东小学", 18, 17, 16, 18, 15, 16, 15, 14, 15],
    ],
    "学校": [
        ["学校名称", "学校类型", "普通教室数", "经度", "纬度", "所属乡镇"],
        ["第一小学", "小学", 18, 106.2031, 38.0032, "城关街道"],
        ["第二小学", "小学", 18, 106.2115, 38.0034, "城关街道"],
        ["河东小学", "小学", 6, 106.2331, 38.0082, "河东镇"],
        ["城关中学", "初中", 18, 106.2074, 38.0051, "城关街道"],
    ],
    "在校生": [
        ["学校名称", *(f"{g}年级" for g in "一二三四五六七八九")],
        ["第一小学", 108, 104, 106, 102, 101, 91, None, None, None],
        ["第二小学", 110, 105, 101, 99, 99, 94, None, None, None],
        ["河东小学", 39, 37, 38, 37, 33, 36, None, None, None],
        ["城关中学", None, None, None, None, None, None, 216, 207, 202],
    ],
}
"""What three desks of an office hand over: estates, schools, pupils at school."""


class Album:
    """Pictures as they are made, and those that could not be.

    Parameters
    ----------
    only : str
        Chapters that begin otherwise are left as they are.
    """

    def __init__(self, only: str = "") -> None:
        self.only = only
        self.made: list[str] = []
        self.failed: list[str] = []

    def keep(self, name: str, picture: Image.Image | bytes) -> None:
        """Write one picture, no wider than the window."""
        image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
        if image.width > WINDOW["width"]:
            image = image.resize((WINDOW["width"], round(image.height * WINDOW["width"] / image.width)))
        SHOWN.mkdir(exist_ok=True)
        image.convert("RGB").save(SHOWN / f"{name}.webp", quality=QUALITY, method=6)
        self.made.append(name)

    def chapter(self, name: str, draw: Callable[[], None]) -> None:
        """Make the pictures of one chapter; what goes wrong ends this chapter only."""
        if not name.startswith(self.only):
            return
        try:
            draw()
        except Exception:
            self.failed.append(name)
            traceback.print_exc()
        print(f"{name}: {len(self.made)} pictures", flush=True)


def planning(project: Path, *words: object) -> str:
    """Type a command in the project and return what it says."""
    paths = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)],
        cwd=project,
        env={**os.environ, "PLANNING_LANG": "zh", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def bench(project: Path) -> Iterator[str]:
    """Yield the address of a workbench over the project."""
    paths = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "open", "--no-browser"],
        cwd=project,
        env={**os.environ, "PLANNING_LANG": "zh", "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(text for text in process.stdout if "http://" in text)
        found = re.search(r"http://\S+", line)
        assert found is not None
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)


def pages_of(document: Path, folder: Path) -> list[Image.Image]:
    """Return the pages of an office document as it is printed."""
    folder.mkdir(parents=True, exist_ok=True)
    if document.suffix != ".pdf":
        plain = folder / f"document{document.suffix}"  # names of files pass through a locale without Chinese
        shutil.copyfile(document, plain)
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(plain)]
        subprocess.run(command, check=True, capture_output=True)
        document = folder / "document.pdf"
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(document), str(folder / "page")], check=True)
    return [Image.open(p) for p in sorted(folder.glob("page*.png"))]


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


def middle_of_a_school(page: Page) -> tuple[float, float]:
    """Return where a school is drawn near the middle of a map."""
    box = page.evaluate(
        """() => {
      const middle = [innerWidth / 2, innerHeight / 2];
      const at = (e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
      const far = (e) => Math.hypot(at(e)[0] - middle[0], at(e)[1] - middle[1]);
      const all = [...document.querySelectorAll(".leaflet-marker-pane > *, .leaflet-overlay-pane circle, .leaflet-interactive")];
      const small = all.filter((e) => e.getBoundingClientRect().width < 40 && e.getBoundingClientRect().width > 4);
      return at(small.sort((a, b) => far(a) - far(b))[0]);
    }"""
    )
    return float(box[0]), float(box[1])


def papers(album: Album, project: Path, page: Page, place: Path) -> None:
    """Make what is printed, posted and looked up."""
    run = f"runs/{PLAN}"
    planning(project, "notice", run, "--stage", "primary", "--to", "docx", "-o", place / "notice")
    (document,) = (place / "notice").glob("*.docx")
    for number, picture in enumerate(pages_of(document, place / "sheets")[:3], 1):
        album.keep(f"publish-notice-{number}", picture)
    planning(project, "print", run, "--stage", "primary", "-o", place / "print")
    printed = sorted((place / "print").rglob("*.p[nd][gf]"))
    shown = printed[0]
    album.keep(
        "publish-print",
        Image.open(shown) if shown.suffix == ".png" else pages_of(shown, place / "printed")[0],
    )
    planning(project, "lookup", run, "-o", place / "lookup.html")
    page.goto((place / "lookup.html").resolve().as_uri())
    settled(page)
    album.keep("publish-lookup", page.screenshot())
    page.locator("input").first.fill("合成")
    page.keyboard.press("Enter")
    settled(page)
    album.keep("publish-answer", page.screenshot())
    planning(project, "map", run, "--public", "-o", place / "public.html")
    for name, file in (
        ("plan-map", project / run / "map.html"),
        ("publish-public-map", place / "public.html"),
    ):
        page.goto(file.resolve().as_uri())
        settled(page, 2000)
        album.keep(name, page.screenshot())
        if name == "plan-map":
            page.mouse.click(*middle_of_a_school(page))
            settled(page)
            album.keep("plan-map-school", page.screenshot())


def ahead(album: Album, project: Path, page: Page, place: Path) -> None:
    """Show the forecast, where seats run out, and the report that compares two plans."""
    planning(project, "forecast", "data/geo/litong", "-o", place / "forecast")
    for name, file in (("plan-forecast", "forecast.png"), ("plan-heat", "heat_township.png")):
        album.keep(name, Image.open(place / "forecast" / file))
    planning(project, "compare", f"runs/{PLAN}", "runs/baseline", "-o", place / "both")
    page.goto((place / "both" / "comparison.html").resolve().as_uri())
    settled(page)
    album.keep("plan-comparison", page.screenshot())


def deciding(rooms: Rooms, plan: str) -> None:
    for room, name in (
        ("indicators", "evaluate-indicators"),
        ("approve", "evaluate-approve"),
        ("wall", "evaluate-wall"),
    ):
        rooms.go(room, plan)
        settled(rooms.page, 2000)
        rooms.shot(name)


def main() -> int:
    """Make the pictures; return 1 when any could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    album = Album(given.only)
    with tempfile.TemporaryDirectory() as scratch:
        project = given.project or Path(scratch) / "project"
        project.mkdir(parents=True, exist_ok=True)
        for name in ("data", "scenarios"):
            if not (project / name).exists():
                (project / name).symlink_to(ROOT / name)
        for scenario in (PLAN, "baseline"):
            if not (project / "runs" / scenario).is_dir():
                limit = f"solver.time_limit_s={given.seconds}"
                planning(project, "run", f"scenarios/{scenario}.yaml", "--allow-outside", "--set", limit)
        desk = Path(scratch) / "desk"
        desk.mkdir()
        for name, rows in DESK.items():
            book = Workbook()
            for row in [[f"利和县2025年秋季{name}"], *rows]:
                book.worksheets[0].append(row)
            book.save(desk / f"{name}.xlsx")
        take(album, project, desk, Path(scratch), given.seconds)
    print(
        f"{len(album.made)} pictures in {SHOWN.relative_to(ROOT)}"
        + "".join(f"; failed: {f}" for f in album.failed)
    )
    return 1 if album.failed else 0


def take(album: Album, project: Path, desk: Path, scratch: Path, seconds: int) -> None:
    """Open the workbench and a browser, and take every chapter."""
    with bench(project) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        )
        page = browser.new_context(viewport=WINDOW, locale="zh-CN").new_page()  # type: ignore[arg-type]
        rooms = Rooms(page, address, album, project)
        plan, other = rooms.plan(PLAN), rooms.plan("baseline")
        chapters: tuple[tuple[str, Callable[..., None], tuple[Any, ...]], ...] = (
            ("plan-whatif", planning_room, (rooms, plan, seconds)),
            ("plan-compare", comparing, (rooms, plan, other)),
            ("edit", board, (rooms, plan)),
            ("publish-rooms", publishing, (rooms, plan)),
            ("evaluate", deciding, (rooms, plan)),
            ("publish-papers", papers, (album, project, page, scratch)),
            ("plan-ahead", ahead, (album, project, page, scratch)),
            ("begin", beginning, (rooms, desk)),
        )
        for name, draw, asked in chapters:
            album.chapter(name, lambda draw=draw, asked=asked: draw(*asked))  # type: ignore[misc]
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
