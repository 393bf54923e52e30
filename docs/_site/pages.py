"""Write the generated pages, and lead links out of ``docs/`` to their pages of the site."""

from __future__ import annotations

import re
from pathlib import Path

from _site import api, architecture, declared, gallery

LINK = re.compile(r"(?P<text>\[[^\]\n]*\])\((?P<target>(?!https?:|mailto:|#)[^)\s]+)\)")
ROOT_PAGES = {"README.md": "readme", "README.zh-CN.md": "readme-zh", "CONTRIBUTING.md": "contributing",
              "CHANGELOG.md": "changelog", "SECURITY.md": "security"}  # fmt: skip
"""Files at the top of the repository that have a page of their own."""


def write(target: Path, root: Path) -> None:
    """Write every generated page below ``target`` (a folder that is only theirs)."""
    written = {
        **{f"{page}.md": (root / name).read_text(encoding="utf-8") for name, page in ROOT_PAGES.items()},
        **api.pages(),
        **declared.pages(),
        **architecture.pages(root / "planning"),
        **gallery.pages(root / "notebooks"),
    }
    for name, content in written.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        if not path.is_file() or path.read_bytes() != data:  # unchanged pages are not built again
            path.write_bytes(data)


def lead_home(app, docname: str, source: list[str]) -> None:
    """Lead links that leave ``docs/`` to the page of the site, or show the name of a file that has none.

    A link to a file that does not exist stays as it is, so that the build fails on it.
    """
    here, docs = Path(app.srcdir, docname).parent, Path(app.srcdir)
    base = docs.parent if here == docs / "generated" and Path(docname).name in ROOT_PAGES.values() else here

    def led(found: re.Match[str]) -> str:
        path, _, anchor = found["target"].partition("#")
        file = (base / path).resolve()
        if not file.exists() or (file.is_relative_to(docs) and base == here):
            return found[0]
        if _has_page(file, docs):
            return f"{found['text']}({_page(file, docs, here)}{'#' + anchor if anchor else ''})"
        shown, name = found["text"][1:-1], f"`{file.relative_to(docs.parent).as_posix()}`"
        return name if shown in (path, f"`{path}`") else f"{shown} ({name})"

    source[0] = LINK.sub(led, source[0])


def _has_page(file: Path, docs: Path) -> bool:
    return (file.is_relative_to(docs) and file.is_file()) or (
        file.parent == docs.parent and file.name in ROOT_PAGES
    )


def _page(file: Path, docs: Path, here: Path) -> str:
    at = file if file.is_relative_to(docs) else docs / "generated" / f"{ROOT_PAGES[file.name]}.md"
    up = [".."] * len(here.relative_to(docs).parts)
    return "/".join([*up, at.relative_to(docs).as_posix()])
