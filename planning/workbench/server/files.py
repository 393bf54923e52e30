"""Serve the pages, their programs and Leaflet: a list made at the start, so that no path of a request reaches the disk."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

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


_ALONE = (
    b"sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    b"img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Policy of a page that was made to be published: its scripts stand in it, so it is shown as a stranger that reaches nothing of ours."""
_OPENS = {".html": "text/html", ".pdf": "application/pdf", ".png": "image/png"}


def made_file(path: Path, *, shown: bool) -> Response:
    """Return a file that was made of a plan: to be kept, or (a page, a PDF, a picture) to be looked at."""
    kind = _OPENS.get(path.suffix) if shown else None
    headers = {
        "content-disposition": f"{'inline' if kind else 'attachment'}; filename*=UTF-8''{quote(path.name)}"
    }
    answer = FileResponse(path, media_type=kind or "application/octet-stream", headers=headers)
    if kind == "text/html":
        answer.raw_headers.append((b"content-security-policy", _ALONE))
    return answer


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
