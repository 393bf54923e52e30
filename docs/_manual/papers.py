"""Photograph what is printed, posted, looked up and reported."""

from __future__ import annotations

from pathlib import Path

from album import Album
from PIL import Image
from playwright.sync_api import Page
from rooms import settled
from typed import pages_of, planning

PLAN = "new-schools"


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
