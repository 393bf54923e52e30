"""Open a page in Debian's chromium and watch what it asks for and complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.needs import need, need_module

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
              "--disable-component-update", "--disable-sync")  # fmt: skip


@contextmanager
def opened(path: Path, *, width: int = 1300, height: int = 850) -> Iterator[tuple[Any, list[str], list[str]]]:
    """Yield the page, the requests that would leave the machine (all blocked) and the complaints of the console."""
    chromium = shutil.which("chromium")
    need(
        chromium is not None,
        "chromium (apt-get install chromium fonts-wqy-microhei): pages are not looked at;",
    )
    need_module("playwright")
    from playwright import sync_api as playwright

    outside: list[str] = []
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        page = browser.new_page(viewport={"width": width, "height": height})

        def gate(route: Any) -> None:
            if route.request.url.startswith(("file:", "data:", "blob:")):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        page.route("**/*", gate)
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on("dialog", lambda d: (complaints.append("dialog: " + d.message), d.dismiss()))
        page.goto(path.resolve().as_uri())
        page.wait_for_timeout(300)
        yield page, outside, complaints
        browser.close()


GLYPHS = """() => {
  const draw = (text) => { const c = document.createElement('canvas'); c.width = c.height = 40; const g = c.getContext('2d');
    g.font = '30px ' + getComputedStyle(document.body).fontFamily; g.fillText(text, 2, 32); return c.toDataURL(); };
  return draw('学') !== draw('\\uFFFF') && draw('学') !== draw('区');
}"""
"""True when Chinese characters are drawn as themselves and not as empty boxes (which all look alike)."""
