"""Every free text of every table in every output: nothing runs, nothing is asked for, text is text."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from docx import Document

from planning.compare import compare
from planning.publish import to_map, write_comparison, write_map
from planning.publish.export.geopackage import write_layout_gpkg
from planning.publish.export.write import export_catchments
from planning.publish.map.print_map import write_print_map
from planning.publish.notice.compact import compact_paper
from planning.publish.notice.write import write_notice
from planning.publish.page.lookup import write_lookup
from planning.publish.page.paper import paper_html
from planning.scenario import Notice
from planning.tables import FORMULA
from planning.texts import plain_text
from tests.publish.browser import opened
from tests.publish.hostile import HIDDEN, PAYLOADS, free_texts, hostile

TURNS = (0, 11, 23, 37)
SOME_TURNS = [pytest.param(turn, marks=[pytest.mark.slow] if i > 0 else []) for i, turn in enumerate(TURNS)]
CARD = pd.DataFrame(
    {
        "id": ["B4"],
        "name_zh": ["中小学规模"],
        "name_en": ["size"],
        "verdict": ["pass"],
        "shown": [PAYLOADS[8]],
    }
)


def notice(shift: int) -> Notice:
    return Notice(**{
        key: plain_text(PAYLOADS[(shift + k) % len(PAYLOADS)]).strip()
        for k, key in enumerate(("issuer", "number", "date", "window", "phone", "email", "address", "review_number", "basis"))
    })  # fmt: skip


def test_the_schema_says_which_texts_are_free() -> None:
    found = set(free_texts())
    assert {
        ("zones", "name"),
        ("schools", "name"),
        ("townships", "name"),
        ("projects", "name"),
        ("roads", "name"),
    } <= found


@pytest.mark.browser
@pytest.mark.parametrize("shift", SOME_TURNS)
@pytest.mark.parametrize("page", ["map", "public", "folium", "lookup", "comparison", "notice"])
def test_nothing_in_a_page_runs(tmp_path: Path, page: str, shift: int) -> None:
    district, layout = hostile(shift)
    path = tmp_path / "page.html"
    if page == "map":
        write_map(district, layout, path)
    elif page == "public":
        write_map(district, layout, path, public=True)
    elif page == "folium":
        to_map(district, layout).save(str(path))
    elif page == "lookup":
        pytest.importorskip("pypinyin")
        write_lookup(district, layout, path, notice(shift))
    elif page == "notice":
        path.write_text(
            paper_html(compact_paper(district, layout, "junior", notice(shift))), encoding="utf-8"
        )
    else:
        moved = layout.assignment["unit"].where(layout.assignment["zone"] != "Z3", "A-P")
        moved = moved.where(layout.assignment["stage"] == "primary", layout.assignment["unit"])
        other = replace(
            layout,
            name=PAYLOADS[(shift + 9) % len(PAYLOADS)],
            assignment=layout.assignment.assign(unit=moved),
        )
        made = write_comparison(compare([layout, other], [CARD, CARD], district), tmp_path / "c")
        path = made / "comparison.html"
    text = path.read_text(encoding="utf-8")
    assert not set(text) & set(HIDDEN.replace("\u2028", "").replace("\u2029", ""))
    with opened(path) as (shown, outside, complaints):
        for x, y in ((400, 300), (500, 420), (640, 360)):
            shown.mouse.move(x, y)
            shown.mouse.click(x, y)
        shown.wait_for_timeout(150)
        assert shown.evaluate("window.__ran") is None
        assert not shown.evaluate(
            "Boolean(document.querySelector('[onerror],[onload],[onmouseover],[onfocus],a[href^=http]:not([href*=leaflet])'))"
        )
        if page != "folium":
            assert "49" not in shown.title()
    assert outside == []
    assert complaints == []


@pytest.mark.parametrize("shift", SOME_TURNS)
def test_layers_hold_texts_and_files_stay_where_they_belong(tmp_path: Path, shift: int) -> None:
    district, layout = hostile(shift)
    write_layout_gpkg(district, layout, tmp_path / "x" / "layout.gpkg")
    for kind in ("gpkg", "kml"):
        export_catchments(district, layout, tmp_path / "x" / f"c.{kind}", kind)
    for kind in ("geojson", "shp"):
        export_catchments(district, layout, tmp_path / "x" / kind, kind)
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    names = [
        f["properties"]["name"]
        for f in json.loads((tmp_path / "x/geojson/schools.geojson").read_text("utf-8"))["features"]
    ]
    assert len(names) == 3


@pytest.mark.parametrize("shift", SOME_TURNS)
def test_papers_and_print_maps_take_any_text(tmp_path: Path, shift: int) -> None:
    district, layout = hostile(shift)
    info = notice(shift)
    write_print_map(district, layout, "junior", tmp_path / "m.pdf", review_number=info.review_number)
    made = write_notice(district, layout, "junior", tmp_path / "n.docx", info)
    text = "\n".join(p.text for p in Document(str(made)).paragraphs)
    assert info.issuer in text
    assert not set(text) & set(HIDDEN)


@pytest.mark.parametrize("shift", SOME_TURNS)
def test_no_cell_of_a_comparison_runs(tmp_path: Path, shift: int) -> None:
    district, layout = hostile(shift)
    other = replace(layout, name=PAYLOADS[(shift + 26) % len(PAYLOADS)])
    folder = write_comparison(compare([layout, other], [CARD, CARD], district), tmp_path / "c")
    for path in folder.glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8-sig", newline="")):
            assert not [c for c in row if FORMULA.match(c)], path
    for sheet in openpyxl.load_workbook(folder / "comparison.xlsx").worksheets:
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
