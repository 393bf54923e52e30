"""Serve the pages, their programs and Leaflet: a list made at the start, so that no path of a request reaches the disk."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

PAGES = Path(__file__).parents[1] / "pages"
_KINDS = {
    ".js": "text/javascript",
    ".json": "application/json",
    ".html": "text/html",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


@cache
def listed() -> dict[str, Path]:
    """Return every file that is served, by the path it is served under."""
    found = {f"/pages/{p.relative_to(PAGES).as_posix()}": p for p in PAGES.rglob("*") if p.is_file()}
    return {**found, **{f"/leaflet/{name}": path for name, path in _leaflet().items()}}


def _leaflet() -> dict[str, Path]:
    import xstatic.pkg.leaflet as package

    base = Path(package.BASE_DIR)
    shown = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png")
    return {name: base / name for name in shown if (base / name).is_file()}


async def served(request: Request) -> Response:
    """Answer with a listed file, or with nothing."""
    path = listed().get(request.url.path)
    return page_file(path) if path else Response(status_code=404)


def page(name: str) -> Response:
    """Return one of the pages, e.g. ``home.html``."""
    return page_file(PAGES / name)


def page_file(path: Path) -> Response:
    """Return a file with its kind; browsers ask again each time, the disk is near."""
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), media_type=kind, headers={"cache-control": "no-cache"})
