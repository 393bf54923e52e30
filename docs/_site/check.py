"""Check a built site: it asks nothing of the network, and every link inside it leads somewhere.

``python docs/_site/check.py docs/_build/html`` prints what is wrong and ends with 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
    "video": "src",
    "object": "data",
}
"""Elements whose address a browser asks for by itself."""
ONLY_TOLD = {"canonical", "next", "prev", "author", "search", "index", "copyright"}
"""Relations of a ``link`` that are not loaded."""
STYLE = re.compile(r"(?:@import\s+(?:url\()?|url\()\s*[\"']?(?:https?:)?//[^\"')]+", re.IGNORECASE)


class _Page(HTMLParser):
    """What one page loads, links to, and can be linked at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        held = {name: value or "" for name, value in attrs}
        self.ids.update(v for k, v in held.items() if k in ("id", "name"))
        if tag == "a" and "href" in held:
            self.links.append(held["href"])
        if tag in LOADED and LOADED[tag] in held and not set(held.get("rel", "").split()) & ONLY_TOLD:
            self.loads.append(held[LOADED[tag]])


def faults(site: Path) -> Iterator[str]:
    """Yield what is wrong with the site, one line each."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        yield from (f"{name}: loads {a} from outside" for a in page.loads if urlsplit(a).netloc)
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link in ("", "#"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{name}: {link} leads nowhere"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{name}: {link} has no such place"
    for sheet in sorted(site.rglob("*.css")):
        for found in STYLE.findall(sheet.read_text(encoding="utf-8")):
            yield f"{sheet.relative_to(site)}: {found} is loaded from outside"


if __name__ == "__main__":
    wrong = list(faults(Path(sys.argv[1])))
    print("\n".join(wrong) or "every link leads somewhere; nothing is loaded from outside")
    sys.exit(bool(wrong))
