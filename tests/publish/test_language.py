"""Every paper, page and workbook is in one language: none of the other stands in it beside what data bring."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from planning.compare import compare
from planning.district import District
from planning.indicators import score
from planning.internal import write_internal_note
from planning.layout import Layout
from planning.messages import speaking
from planning.publish import results_name, write_comparison, write_map, write_results_workbook
from planning.publish.export.write import export_catchments
from planning.publish.map.print_map import overview_figure
from planning.publish.map.province_map import write_province_map
from planning.publish.notice.compact import compact_paper
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.word import write_word
from planning.publish.page.lookup import write_lookup
from planning.publish.workbook.province import write_province_workbook
from planning.publish.workbook.scorecard import write_scorecard_workbook
from planning.standards.money import money
from tests.district.tiny import CATCHMENT, tiny_district
from tests.publish.made import layout_of

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
FREE = re.compile(
    r"(?i)\{\w+\}|excel|planning|\w+_\w+|[\w./-]+\.(csv|xlsx|html|yaml|txt|png)|notice|print|lookup|export|public|map\b|done|toy|second|"
    r"litong|synthetic|kml|wgs|iso|gb \d|baseline|#?[0-9a-f]{6,8}\b|[\w/]+/[\w/]+"
)
"""Names of files, commands, programs and identifiers, which are the same in every language."""


def english(district: District) -> District:
    """Return the county with English names, so that what is Chinese is said by us."""
    names = {
        "zones": [f"Block {z}" for z in district.zones["zone"]],
        "schools": [f"School {s}" for s in district.schools["school"]],
        "townships": ["Town"] * len(district.townships),
        "projects": [f"Project {p}" for p in district.projects["project"]],
        "boundary": ["Tiny"] * len(district.boundary),
    }
    return replace(district, **{t: getattr(district, t).assign(name=n) for t, n in names.items()})


@pytest.fixture(scope="module", params=["en", "zh"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Write everything in one language and return language and folder."""
    lang, home = request.param, tmp_path_factory.mktemp(request.param)
    district, layout = tiny_district(), layout_of()
    moved = layout_of(CATCHMENT | {"Z3": "A-P"}, name="second")
    if lang == "en":
        district = english(district)
        projects = layout.projects.assign(name=["Project 1", "Project 2"])
        layout, moved = replace(layout, projects=projects), replace(moved, projects=projects)
    whole = {
        "years": [2021],
        "shortage_by_stage": {},
        "schools_over_size": 0,
        "moved_pupils": 60,
        "gap": 0.01,
        "pupils": {"primary": 480},
    }
    layout = replace(layout, summary=layout.summary | whole)
    with speaking(lang):
        _write(district, layout, moved, home)
    return lang, home


def _write(district: District, layout: Layout, moved: Layout, home: Path) -> None:
    card = score(district, layout)
    for stage in ("primary", "junior"):
        write_word(
            replace(notice_paper(district, moved, stage), blocks=_plain(district, moved, stage)),
            home / f"{stage}.docx",
        )
        write_word(compact_paper(district, moved, stage), home / f"{stage}-compact.docx")
    texts = [
        t.get_text() for t in overview_figure(district, layout, "primary").findobj() if hasattr(t, "get_text")
    ]
    (home / "print.txt").write_text("\n".join(texts), encoding="utf-8")
    write_map(district, layout, home / "map.html")
    write_lookup(district, layout, home / "lookup.html")
    export_catchments(district, layout, home / "plan.kml")
    write_results_workbook(district, layout, card, None, home / results_name())
    write_scorecard_workbook(card, home / "scorecard.xlsx", county="", synthetic=True)
    write_comparison(
        compare([layout, moved], [card.indicators, card.indicators], district), home / "compared"
    )
    table = _province()
    write_province_workbook(home / "province.xlsx", table, None, "2021")
    write_province_map(home / "province.html", table.assign(place="1"), {}, "2021", money("CNY"))
    write_internal_note(home, run=True)


def _plain(district: District, layout: Layout, stage: str):
    """Return the blocks of a notice without its pictures, which are drawn elsewhere."""
    return tuple(b for b in notice_paper(district, layout, stage).blocks if type(b).__name__ != "Picture")


def _province() -> pd.DataFrame:
    from planning.publish.province_columns import FIGURES, HEAD

    row = {c.key: 1.0 if c.kind in ("count", "number", "share", "yuan") else "" for c in (*HEAD, *FIGURES)}
    row |= {
        "status": "done",
        "data": "synthetic",
        "B4": "pass",
        "years": "2021",
        "run": "1",
        "folder": "1",
        "scenario": "1",
    }
    return pd.DataFrame([row])


def said(path: Path) -> Iterator[str]:
    """Yield what a person reads of a file."""
    if path.suffix == ".xlsx":
        for sheet in load_workbook(path).worksheets:
            yield sheet.title
            yield str(sheet.oddHeader.right.text or "")
            yield from (
                cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
            )
    elif path.suffix == ".docx":
        document = Document(str(path))
        yield from (p.text for p in document.paragraphs)
        yield from (p.text for p in document.sections[0].footer.paragraphs)
        yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    elif path.suffix == ".html":
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            r"<(style|script(?! type)|head).*?</\1>".replace("(?! type)", ""), " ", text, flags=re.S
        )
        yield from (html.unescape(t) for t in re.split(r"<[^>]*>", text) if t.strip())
        yield from re.findall(r'aria-label="([^"]*)"', text)
        data = re.search(
            r'<script type="application/json" id="data">(.*?)</script>',
            path.read_text(encoding="utf-8"),
            re.S,
        )
        yield from told(json.loads(data[1])) if data else ()
    elif path.suffix in (".txt", ".kml"):
        text = re.sub(r"<(ExtendedData|color)>.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
        yield from re.split(r"<[^>]*>|\n", text)


def told(data: object) -> Iterator[str]:
    """Yield the texts of a page's data that are shown: not those that tell things apart."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "measures":
                value = [name for _, name, *_ in value]
            if key not in (
                "type",
                "stage",
                "stages",
                "kind",
                "unit",
                "status",
                "locale",
                "road_class",
                "keys",
                "key",
            ) or (key in ("status",) and isinstance(value, str)):
                yield from told(value)
    elif isinstance(data, list):
        for value in data:
            yield from told(value)
    elif isinstance(data, str):
        yield data


def test_nothing_is_said_in_another_language(written: tuple[str, Path]) -> None:
    lang, home = written
    wrong: dict[str, set[str]] = {}
    files = [path for path in sorted(home.rglob("*")) if path.suffix != ".csv" and path.is_file()]
    assert len(files) > 12
    for path in files:
        assert lang != "en" or not CHINESE.search(path.name), path.name
        for text in said(path):
            strange = CHINESE.findall(text) if lang == "en" else LATIN.findall(FREE.sub(" ", text))
            if strange:
                wrong.setdefault(path.name, set()).add(text[:80])
    assert wrong == {}, wrong
