"""Look into every kind of file that a command writes, and say what in it could run, call out, mislead or leave its place."""

from __future__ import annotations

import base64
import contextlib
import csv
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pyogrio
import yaml
from docx import Document

from planning.tables import FORMULA
from planning.texts import IMPOSSIBLE, UNSEEN
from tests.publish.hostile import CANARY

_RUNS = re.compile(r"javascript:|vbscript:", re.IGNORECASE)
# what a reader of PDF would do by itself or at a click
_PDF = (
    b"/JavaScript",
    b"/JS",
    b"/URI",
    b"/Launch",
    b"/OpenAction",
    b"/AA",
    b"/EmbeddedFile",
    b"/SubmitForm",
    b"/GoToR",
    b"/Annot",
)
_BESIDE = re.compile(r"units/[0-9a-f]+(/[a-z.]+)?")
"""Where the workbook of a batch may lead: to the runs beside it, whose folders are no names of anybody's."""
_SVG_BAD = {"script", "foreignObject", "a", "animate", "set", "iframe", "handler"}


def complaints(path: Path) -> list[str]:
    """Return what is wrong with a file; one of a kind that nobody looks into is wrong."""
    look = LOOKS.get(path.suffix.lower())
    return (
        [f"{path.name}: nobody looks into {path.suffix or 'files without ending'}"]
        if look is None
        else [f"{path.name}: {found}" for found in look(path)]
    )


def misread(text: str) -> Iterator[str]:
    """Yield the signs of a text that steer, hide or turn what stands around them (tabs and line ends aside)."""
    for sign in sorted({*UNSEEN.findall(text), *IMPOSSIBLE.findall(text)} - set("\t\n\r")):
        yield f"U+{ord(sign):04X}"


class _Page(HTMLParser):
    """Collect what a page would run or fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.pictures: list[str] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.sends_nothing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        self.inside = tag
        self.found += [f"<{tag} {k}>" for k in values if k.startswith("on")]
        for name in ("href", "src", "action", "data", "srcset", "formaction", "xlink:href"):
            value = values.get(name, "")
            if value and not value.startswith(("data:image/", "#")):
                self.found.append(f"<{tag} {name}={value[:60]}>")
            if value.startswith("data:image/svg+xml;base64,"):
                self.pictures.append(value.partition(",")[2])
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            self.sends_nothing = "form-action 'none'" in values.get("content", "")
        # a form of a page that may send none is a frame of fields
        if tag in ("iframe", "object", "embed", "base", "link") or (tag == "form" and not self.sends_nothing):
            self.found.append(f"<{tag}>")
        if tag == "script":
            self.scripts.append(values.get("type", ""))
        if "style" in values and re.search(r"url\(|expression|@import", values["style"]):
            self.found.append(f"<{tag} style>")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script" and self.scripts[-1] == "application/json":
            json.loads(data)
        elif self.inside == "script" and CANARY in data:
            self.found.append("a payload in a script")
        elif self.inside == "style" and CANARY in data:
            self.found.append("a payload in a style sheet")


def _html(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from misread(text)
    if "Content-Security-Policy" not in text[:2000]:
        yield "no content policy"
    page = _Page()
    page.feed(text)
    yield from page.found
    for picture in page.pictures:
        yield from svg(base64.b64decode(picture))


def svg(data: bytes) -> Iterator[str]:
    """Yield what a drawing holds that is no drawing."""
    for element in ET.fromstring(data).iter():
        tag = element.tag.rpartition("}")[2]
        if tag in _SVG_BAD:
            yield f"svg <{tag}>"
        for name, value in element.attrib.items():
            short = name.rpartition("}")[2]
            if short.startswith("on") or _RUNS.search(value):
                yield f"svg {short}"
            if short == "href" and not value.startswith(("#", "data:image/png")):
                yield f"svg href {value[:40]}"


def _csv(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield from (f"formula {cell[:40]!r}" for cell in row if FORMULA.match(cell))


def _xlsx(path: Path) -> Iterator[str]:
    links = set()
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if re.search(r"external|vba|macro|activex|embeddings|hyperlink", name, re.IGNORECASE):
                yield name
            if name.endswith(".rels"):
                links |= set(
                    re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', book.read(name).decode())
                )
                links |= set(
                    re.findall(r'TargetMode="External"[^>]*Target="([^"]*)"', book.read(name).decode())
                )
    yield from (f"leads to {link!r}" for link in sorted(links) if not _BESIDE.fullmatch(link))
    for sheet in openpyxl.load_workbook(path).worksheets:
        if re.search(r"[\[\]:*?/\\]", sheet.title) or len(sheet.title) > 31:
            yield f"sheet {sheet.title!r}"
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or (
                    cell.hyperlink is not None and cell.hyperlink.target not in links
                ):
                    yield f"{sheet.title}!{cell.coordinate}: {str(cell.value)[:40]!r}"


def _docx(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as paper:
        for name in paper.namelist():
            if name.endswith(".rels") and b'TargetMode="External"' in paper.read(name):
                yield f"{name}: leads outside"
            if re.search(r"vba|activex|embeddings", name, re.IGNORECASE):
                yield name
        body = paper.read("word/document.xml").decode()
    codes = set(re.findall(r"<w:instrText[^>]*>([^<]*)<", body)) | set(re.findall(r'w:instr="([^"]*)"', body))
    yield from (
        f"field {code[:40]!r}" for code in codes if code.split()[:1] not in ([], ["PAGE"], ["NUMPAGES"])
    )
    yield from ("hyperlink" for _ in re.findall("<w:hyperlink", body))
    paper_ = Document(str(path))
    yield from misread("\n".join(p.text for p in paper_.paragraphs))
    yield from misread("\n".join(c.text for t in paper_.tables for r in t.rows for c in r.cells))


def _pdf(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    parts = [data, *_inflated(data)]
    for word in _PDF:
        if any(re.search(re.escape(word) + rb"[\s/(<\[]", part) for part in parts):
            yield word.decode()
    if shutil.which("pdftotext"):
        yield from misread(
            subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
            .stdout.decode()
            .replace("\f", "")
        )


def _inflated(data: bytes) -> Iterator[bytes]:
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(stream)


def _kml(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from misread(text)
    for element in ET.fromstring(text).iter():
        tag = element.tag.rpartition("}")[2]
        if tag in {"NetworkLink", "href", "Link", "Script", "BalloonStyle"}:
            yield tag
        # globe programs read it as HTML
        if tag == "description" and re.search("<[a-zA-Z!/]", element.text or ""):
            yield f"markup {(element.text or '')[:60]!r}"


def _json(path: Path) -> Iterator[str]:
    json.loads(
        path.read_text(encoding="utf-8"), parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word))
    )
    return iter(())


def _geojson(path: Path) -> Iterator[str]:
    yield from _json(path)


def _yaml(path: Path) -> Iterator[str]:
    yaml.safe_load(path.read_text(encoding="utf-8"))
    return iter(())


def _layers(path: Path) -> Iterator[str]:
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    yield from (f"layer {name!r}" for name in names if not re.fullmatch(r"[A-Za-z0-9_]+", name))


def _parquet(path: Path) -> Iterator[str]:
    table = gpd.read_parquet(path).drop(columns="geometry")
    for column in table.select_dtypes("object"):
        yield from misread("\n".join(cell for cell in table[column] if isinstance(cell, str)))


def _text(path: Path) -> Iterator[str]:
    yield from misread(path.read_text(encoding="utf-8"))


def _nothing(path: Path) -> Iterator[str]:
    return iter(())


LOOKS: dict[str, Callable[[Path], Iterator[str]]] = {
    ".html": _html, ".csv": _csv, ".xlsx": _xlsx, ".docx": _docx, ".pdf": _pdf, ".kml": _kml, ".json": _json, ".geojson": _geojson,
    ".yaml": _yaml, ".gpkg": _layers, ".shp": _layers, ".dbf": _nothing, ".shx": _nothing, ".prj": _nothing, ".cpg": _nothing,
    ".parquet": _parquet, ".log": _text, ".png": _nothing, ".txt": _text, ".md": _nothing,
}  # fmt: skip
