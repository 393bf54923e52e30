"""A person at the workbench, in a real browser: home, board, paint, undo, a job, its result."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from planning.messages import languages, written
from planning.workbench.server.files import PAGES
from tests.needs import need, need_module
from tests.workbench.served import Served, sample_workspace, served
from tests.workbench.test_jobs import _found_by_children as _found_by_children

WIDE = {"width": 1366, "height": 768}


@contextmanager
def page_of(bench: Served, *, lang: str = "zh", path: str = "/") -> Iterator[tuple[Any, list[str]]]:
    """Yield a page of the workbench and what it complains about, requests to other places among it."""
    chromium = shutil.which("chromium")
    need(
        chromium is not None,
        "chromium (apt-get install chromium fonts-wqy-microhei): pages are not looked at;",
    )
    need_module("playwright")
    from playwright import sync_api as playwright

    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport=WIDE, locale="zh-CN").new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on(
            "request",
            lambda r: complaints.append(r.url) if not r.url.startswith(f"http://{bench.host}/") else None,
        )
        page.goto(f"http://{bench.host}{path}?key=the-key")
        yield page, complaints
        browser.close()


@pytest.mark.browser
def test_a_person_paints_takes_back_solves_and_opens_the_result(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench, page_of(bench) as (page, complaints):
        page.wait_for_selector(".plan")
        assert "the-key" not in page.url
        page.click("h3 a")  # to the board
        page.wait_for_selector("[data-tool=brush]", timeout=60_000)
        live = bench.bench.boards.board(plan).live
        zones = [str(z) for z in live.problem.zones]
        mine = next(n for n, z in enumerate(zones) if live.unit_at(z, "primary") == "S1-P")
        page.fill("#reason", "家长反映")
        page.click("#units button:has-text('合成小学02')")
        page.keyboard.press("c")
        x, y = page.evaluate(
            f"board.drawing.pixels(...board.drawing.scene.point.slice({2 * mine}, {2 * mine + 2}))"
        )
        frame = page.locator("#map").bounding_box()
        page.mouse.click(frame["x"] + x, frame["y"] + y)
        page.wait_for_selector("#edited")
        assert live.unit_at(zones[mine], "primary") == "S2-P"
        figures = live.county()
        assert page.inner_text("[data-figure=short] b") == f"{figures.seats_short:,}"
        assert page.inner_text("[data-figure=detached] b") == str(figures.detached)
        assert figures.moved_pupils is None  # the county has no catchments in force
        assert page.inner_text("[data-figure=moved] b") == "不适用"
        assert page.evaluate(f"board.drawing.stage.units[board.drawing.stage.now[{mine}]].unit") == "S2-P"
        page.keyboard.press("Control+z")
        page.wait_for_selector("#edited", state="detached")
        assert live.unit_at(zones[mine], "primary") == "S1-P"
        page.keyboard.press("Control+y")
        page.wait_for_selector("#edited")
        page.reload()  # the page is closed and comes back
        page.wait_for_selector("#edited", timeout=60_000)
        assert page.input_value("#reason") == "家长反映"
        page.click("[data-tool=pan]")
        page.mouse.click(frame["x"] + x, frame["y"] + y)
        page.click("#why")
        page.wait_for_selector("#why-told:has-text('第 1 步手工调整')")
        assert "家长反映" in page.inner_text("#panel .steps")
        page.click("#journal")
        page.click("dialog [data-step='0']")
        page.wait_for_selector("#edited", state="detached")
        page.click("#journal")
        page.click("dialog [data-step='1']")
        page.wait_for_selector("#edited")
        assert live.unit_at(zones[mine], "primary") == "S2-P"
        page.click("#find")
        page.wait_for_function("document.activeElement.id === 'find'")
        page.keyboard.type(zones[0])
        page.wait_for_selector(".found")
        page.keyboard.press("Enter")
        page.wait_for_selector(f".zone[data-zone='{zones[0]}']")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("?")
        page.click("dialog button[type=submit]")
        page.click("#bar nav a")
        page.wait_for_selector("text=有未保存的调整")
        page.click("text=新方案")
        page.fill("dialog input[name=name]", "求解")
        page.check("dialog input[value=lines]")
        page.fill("dialog input[name=seconds]", "5")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("article.job .chip.good", timeout=120_000)
        made = page.wait_for_selector(".plan:has-text('求解'):has(.chip.good)")
        assert "重新划片" in made.query_selector(".kind").inner_text()  # what it is, whatever it is called
        short = made.query_selector("dl dd").inner_text().split()[0]
        assert (
            page.inner_text("article.job [data-made] .number >> nth=0") == short
        )  # the plan's figures, not the engine's
        page.select_option("#language", "zh-Hant")
        page.wait_for_selector(".plan .kind:has-text('重新劃片')")
        page.select_option("#language", "zh")
        page.wait_for_selector(".plan .kind:has-text('重新划片')")
        page.click("article.job a")
        page.wait_for_selector("[data-tool=brush]", timeout=60_000)
        assert complaints == []


@pytest.mark.slow
@pytest.mark.browser
def test_english_is_wholly_english_and_hostile_names_are_text(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    name = "<img src=x onerror=alert(1)>"
    place.note(place.projects()[0], name=name)
    with served(place.root, lang="en") as bench, page_of(bench, lang="en") as (page, complaints):
        page.wait_for_selector(".plan")
        assert page.inner_text(".project h2") == name
        told = re.sub("方案一|简体中文|繁體中文", "", page.inner_text("body"))
        assert not re.search(r"[\u4e00-\u9fff]", told)
        page.goto(f"http://{bench.host}/board/{plan}")
        page.wait_for_selector("[data-tool=brush]", timeout=60_000)
        told = re.sub("方案一|简体中文|繁體中文|合成..[0-9]*", "", page.inner_text("body"))
        assert not re.search(r"[\u4e00-\u9fff]", told)
        for control in page.locator("button, input, a, select").all():
            shown = (
                control.get_attribute("aria-label")
                or control.text_content()
                or control.get_attribute("title")
            )
            assert shown or control.evaluate("e => Boolean(e.labels && e.labels.length)"), control.evaluate(
                "e => e.outerHTML"
            )
        assert complaints == []


@pytest.mark.browser
def test_a_step_made_elsewhere_is_told(tmp_path: Path) -> None:
    place, plan = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench, page_of(bench, path=f"/board/{plan}") as (page, _):
        page.wait_for_selector("[data-tool=brush]", timeout=60_000)
        bench.bench.boards.board(plan).stroke("primary", [1], "S2-P", "", "", 0)
        page.click("#units button:has-text('合成小学01')")
        page.keyboard.press("c")
        x, y = page.evaluate("board.drawing.pixels(...board.drawing.scene.point.slice(6, 8))")
        frame = page.locator("#map").bounding_box()
        page.mouse.click(frame["x"] + x, frame["y"] + y)
        page.wait_for_selector(".toast.bad")
        page.wait_for_selector("#edited")


@pytest.mark.browser
def test_what_is_refused_is_said_where_it_was_typed_and_only_once(tmp_path: Path) -> None:
    place, _ = sample_workspace(tmp_path / "workbench")
    with served(place.root) as bench, page_of(bench) as (page, _):
        page.wait_for_selector(".plan")
        page.click("button[aria-label^='重命名 方案一']")
        page.fill("dialog input[name=name]", "甲/乙")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog .refused:not(:empty)")
        told = page.inner_text("dialog .refused")
        assert "甲/乙" in told
        assert not re.search(
            r"[A-Za-z]{3}|/[^ 甲乙]{2}", told
        )  # no word of a program, no folder of this machine
        assert page.input_value("dialog input[name=name]") == "甲/乙"  # not to be typed again
        page.fill("dialog input[name=name]", "甲乙")
        page.wait_for_timeout(700)
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog", state="detached")
        page.wait_for_selector(".plan h3:has-text('甲乙')")
        page.goto(f"http://{bench.host}/board/{place.plans(place.projects()[0])[0].id}")
        page.wait_for_selector("#rest", timeout=60_000)
        page.click("#rest")
        page.fill("dialog input[name=name]", "  ")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog .refused:not(:empty)")
        assert not re.search(r"[A-Za-z]{3}|/", page.inner_text("dialog .refused"))
        page.keyboard.press("Escape")
        page.evaluate("""async () => {
          const { toast } = await import("/pages/shared/toast.js");
          for (const text of ["a", "b", "b", "c", "d", "a"]) toast(text);
        }""")
        assert page.locator(".toast").all_inner_texts() == ["c", "d", "a"]


def test_every_language_has_every_text() -> None:
    texts = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in (PAGES / "texts").glob("*.json")}
    assert sorted(texts) == sorted(languages())
    zh = texts["zh"]
    for lang, told in texts.items():
        assert list(zh) == list(told), lang
        for key, text in told.items():
            assert sorted(re.findall(r"\{\w+\}", zh[key])) == sorted(re.findall(r"\{\w+\}", text)), key
            if not key.startswith("language."):
                assert written(text, lang) == text, key  # no simplified characters in traditional texts
    code = "".join(p.read_text(encoding="utf-8") for p in PAGES.rglob("*.js"))
    assert not re.search(
        r"[\u4e00-\u9fff]", re.sub(r"/\*.*?\*/|//.*|\"中文\"", "", code, flags=re.S).replace("：", "")
    )
    for key in re.findall(r"say\(\"([\w.]+)\"", code):
        assert key in zh, key
    words = re.search(r"const WORDS = (\[.*?\]);", code)  # what answers to the import's questions are called
    assert words
    assert all(f"import.word.{word}" in zh for word in json.loads(words[1]))


def test_pages_hold_no_inline_code() -> None:
    for path in PAGES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|https?:", text), (
            path
        )
    code = "".join(p.read_text(encoding="utf-8") for p in PAGES.rglob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", code)
