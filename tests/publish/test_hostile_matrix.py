"""Every command over a county whose texts and identifiers all attack: nothing in any file runs, calls out, misleads or leaves its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planning.district import read_district
from planning.district.schema import TABLES
from planning.layout import load_layout
from planning.publish.map.print_map import write_print_map
from planning.scenario import Notice
from tests.cli.invoke import planning
from tests.district.tiny import tiny_district
from tests.evaluation.made import homes
from tests.publish.browser import opened
from tests.publish.hostile import CANARY
from tests.publish.hostile_county import hostile_district, hostile_project, hostile_words
from tests.publish.inspected import LOOKS, complaints

TURNS = tuple(pytest.param(turn, marks=pytest.mark.slow) for turn in (0, 17))
PAGES = (
    "map.html",
    "map-public.html",
    "lookup.html",
    "comparison.html",
    "seat_map.html",
    "evaluation.html",
    "approval.html",
    "reply.html",
    "whatif.html",
    "province.html",
)


def commands(place: Path, turn: int) -> Iterator[list[object]]:
    """Yield what is typed, in order; every command that writes something."""
    words = iter(range(turn, turn + 40))
    yield ["run", "hostile.yaml"]
    yield [
        "run",
        "hostile.yaml",
        "--set",
        "name=second",
        "--set",
        "catchments=free",
        "--set",
        "solver.time_limit_s=3",
    ]
    yield ["map", "runs/hostile", "--public"]
    yield ["notice", "runs/hostile", "--stage", "primary", "--compact"]
    yield ["print", "runs/hostile", "--stage", "primary"]
    yield ["lookup", "runs/hostile"]
    for kind in ("gpkg", "geojson", "shp", "kml"):
        yield ["export", "runs/hostile", "--to", kind]
    yield ["compare", "runs/hostile", "runs/second"]
    yield ["score", "runs/hostile"]
    yield ["ledger", "runs/score-hostile/ledger.csv", "runs/score-hostile/ledger.csv", "--out", "changes.csv"]
    yield ["resource", "county", "--time-limit", "5"]
    yield ["warning", "county", "--run", "runs/hostile", "--to", "2021"]
    yield ["forecast", "county", "--to", "2021"]
    yield ["sweep", "hostile.yaml", "--vary", "births=1.0", "--jobs", "1"]
    yield ["template", "template.xlsx"]
    yield ["convert", "county", "county.xlsx"]
    yield ["convert", "county.xlsx", "again"]
    (zone, school), who = moved_zone(place), hostile_words(next(words)) or "1"
    yield [
        "edit",
        "runs/hostile",
        "--move",
        f"{zone}={school}",
        "--reason",
        who,
        "--who",
        who,
        "--out",
        "runs/edited",
    ]
    yield ["notice", "runs/edited", "--stage", "primary", "--to", "docx"]
    yield ["why", "runs/edited", zone, "--school", school, "--move", f"{zone}={school}", "--reply", "letter"]
    rooms, built, estate = f"{school}=+2", f"{projects_of(place)[0]}@2020", f"{zone}:100homes@2021->{school}"
    yield [
        "whatif",
        "runs/hostile",
        "--rooms",
        rooms,
        "--project",
        built,
        "--estate",
        estate,
        "--out",
        "supposed",
    ]
    yield ["batch", "county", "--scenario", "hostile.yaml", "--workers", "1", "--out", "province"]
    yield ["map", "runs/edited"]
    said = [hostile_words(next(words)) or "1" for _ in range(3)]
    yield [
        "approve",
        "runs/hostile",
        "--number",
        "7-" + said[0],
        "--date",
        "2020-08-01",
        "--by",
        said[1],
        "--note",
        said[2],
    ]
    (approved,) = (place / "approved").iterdir()
    homes_of(place).to_csv(place / "real.csv", index=False)
    yield ["evaluate", approved.relative_to(place), "--enrolment", "real.csv", "--year", "2020"]


def moved_zone(place: Path) -> tuple[str, str]:
    """Return a zone and another school of its stage, by their identifiers."""
    table = load_layout(place / "runs" / "hostile").assignment
    table = table[table["stage"] == "primary"]
    row = table.iloc[0]
    return str(row["zone"]), str(next(u for u in table["unit"] if u != row["unit"]))


def projects_of(place: Path) -> list[str]:
    return list(read_district(place / "county").projects["project"].astype(str))


def homes_of(place: Path):
    """Return real enrolment of ``tests/evaluation/made.py`` under the identifiers of the hostile county."""
    county, plain = read_district(place / "county"), tiny_district()
    assert len(plain.zones) == len(county.zones)
    zones = dict(zip(sorted(plain.zones["zone"]), county.zones["zone"], strict=True))
    schools = dict(zip(("甲小学", "乙小学", "丙中学"), county.schools["school"], strict=True))
    table = homes()
    return table.assign(学校=table["学校"].map(schools), 居住单元编号=table["居住单元编号"].map(zones))


@pytest.fixture(scope="module", params=TURNS, ids=str)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which every command was typed, with its own project inside so that what leaves it is seen."""
    outer = tmp_path_factory.mktemp("hostile")
    inner = outer / "project"
    inner.mkdir()
    hostile_project(inner, request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(inner)
        for typed in commands(inner, request.param):
            code, said = planning(*typed)
            assert code == 0, (typed, said[-600:])
            assert "Traceback" not in said
            assert "\x1b" not in said
    assert [p.name for p in outer.iterdir()] == ["project"]
    return inner


def files(place: Path) -> list[Path]:
    return sorted(p for p in place.rglob("*") if p.is_file())


def test_every_text_of_the_schema_is_hostile() -> None:
    district = hostile_district()
    for table in TABLES:
        frame = getattr(district, table.name)
        assert len(frame), table.name
        for column in table.columns:
            if (
                column.kind == "text"
                and not column.choices
                and column.name not in ("real_code", "indicator", "item")
            ):
                assert frame[column.name].notna().any(), (table.name, column.name)


@pytest.mark.slow
def test_no_file_runs_calls_out_or_misleads(place: Path) -> None:
    found = [c for path in files(place) for c in complaints(path)]
    assert found == []


def test_every_kind_of_output_is_among_them(place: Path) -> None:
    kinds = {p.suffix for p in files(place)}
    assert (
        {".html", ".csv", ".xlsx", ".docx", ".kml", ".geojson", ".gpkg", ".shp", ".png", ".json", ".parquet"}
        <= kinds
        <= set(LOOKS)
    )
    assert set(PAGES) <= {p.name for p in files(place)}


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_in_a_page_of_a_command_runs(place: Path) -> None:
    pages = {p.name: p for p in files(place) if p.suffix == ".html" and "inputs" not in p.parts}
    for name, path in pages.items():
        with opened(path) as (page, outside, complained):
            page.mouse.move(500, 420)
            page.mouse.click(500, 420)
            searched(page)
            assert page.evaluate("window.__ran") is None, name
            assert (outside, complained) == ([], []), name
            assert CANARY not in page.evaluate(
                "[...document.scripts].filter(s => !s.type).map(s => s.text).join()"
            )


def searched(page: Any) -> None:
    """Type into every field of a page what finds hostile names: a sign of markup, letters and initials of pinyin; take the first hit."""
    for field in page.locator("input[type=search], input[type=text], input:not([type])").all():
        for typed in ("<", "{{", "x", "dc"):
            if field.is_visible():
                field.fill(typed)
                field.press("Enter")


def test_the_district_comes_back_from_its_workbook(place: Path) -> None:
    first, again = read_district(place / "county"), read_district(place / "again")
    for table in TABLES:
        for column in table.columns:
            if column.kind == "text":
                one, other = (getattr(d, table.name)[column.name].fillna("").tolist() for d in (first, again))
                assert one == other, (table.name, column.name)


def test_a_run_reads_back_as_it_was_written(place: Path) -> None:
    layout = load_layout(place / "runs" / "hostile")
    assert set(layout.assignment["zone"]) == set(read_district(place / "county").zones["zone"])


def test_print_maps_are_drawn_as_pictures_too(place: Path) -> None:
    layout, district = load_layout(place / "runs" / "hostile"), read_district(place / "county")
    for ending in ("png", "svg"):
        path = write_print_map(
            district, layout, "junior", place / f"picture.{ending}", review_number=Notice().review_number
        )
        assert path.stat().st_size > 1000
