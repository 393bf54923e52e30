"""Whatever is in the files, the check answers with problems, never with a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.district import check_district, write_district, write_workbook
from planning.errors import Issue
from tests.district.tiny import tiny_district

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
FUZZ = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return write_district(tiny_district(), tmp_path_factory.mktemp("faults") / "tiny")


def assert_answers(folder: Path) -> None:
    problems = check_district(folder)
    assert all(isinstance(p, Issue) and p.message_en and p.message_zh for p in problems)
    assert all(p.text("zh") and p.text("en") for p in problems)


@FUZZ
@given(data=st.data())
def test_bytes_changed_anywhere(home, data):
    file = home / data.draw(st.sampled_from(sorted(p.name for p in home.iterdir())))
    good = file.read_bytes()
    at = data.draw(st.integers(0, len(good)))
    length = data.draw(st.integers(0, 20))
    file.write_bytes(good[:at] + data.draw(st.binary(max_size=8)) + good[at + length :])
    try:
        assert_answers(home)
    finally:
        file.write_bytes(good)


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_files_cut_short(home, data):
    file = home / data.draw(st.sampled_from(sorted(p.name for p in home.iterdir())))
    good = file.read_bytes()
    file.write_bytes(good[: data.draw(st.integers(0, len(good)))])
    try:
        assert_answers(home)
    finally:
        file.write_bytes(good)


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "NaN",
            "inf",
            "-1",
            "1e400",
            "1e18",
            "9" * 30,
            "Z1",
            "2020-13-45",
            "=1+1",
            "\x00",
            "\ud7ff",
            "是",
            '"',
            "1,2",
        ]
    ),
    st.text(max_size=10),
)


@FUZZ
@given(data=st.data())
def test_cells_of_any_kind(home, data):
    file = home / data.draw(
        st.sampled_from(["units.csv", "zone_pupils.csv", "classes.csv", "resources.csv", "register.csv"])
    )
    good = file.read_bytes()
    rows = [line.split(",") for line in good.decode().splitlines()]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    file.write_text("\n".join(",".join(r) for r in rows), encoding="utf-8", errors="replace")
    try:
        assert_answers(home)
    finally:
        file.write_bytes(good)


NUMBERS = st.one_of(
    st.floats(-200, 200),
    st.sampled_from([float("nan"), float("inf"), 1e308, -0.0]),
    st.integers(-(10**20), 10**20),
    st.none(),
    st.just("x"),
)
GEOMETRIES = st.one_of(
    st.none(),
    st.fixed_dictionaries({"type": st.sampled_from(["Point", "Polygon", "LineString", "MultiPolygon", "GeometryCollection", "Circle"]),
                           "coordinates": st.recursive(st.lists(NUMBERS, max_size=3), lambda c: st.lists(c, max_size=4), max_leaves=8)}),
    st.dictionaries(st.text(max_size=5), NUMBERS, max_size=2),
)  # fmt: skip


@pytest.mark.slow
@FUZZ
@given(data=st.data())
def test_geometries_of_any_kind(home, data):
    file = home / data.draw(
        st.sampled_from(["zones.geojson", "schools.geojson", "roads.geojson", "boundary.geojson"])
    )
    good = file.read_bytes()
    layer = json.loads(good)
    feature = data.draw(st.sampled_from(layer["features"]))
    feature["geometry"] = data.draw(GEOMETRIES)
    file.write_text(json.dumps(layer), encoding="utf-8")
    try:
        assert_answers(home)
    finally:
        file.write_bytes(good)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    return write_workbook(tiny_district(), tmp_path_factory.mktemp("book") / "a.xlsx")


@settings(FUZZ, max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_workbooks_with_changed_bytes(book, data):
    good = book.read_bytes()
    bad = bytearray(good)
    for share, value in data.draw(
        st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=10)
    ):
        bad[int(share * (len(bad) - 1))] = value
    book.write_bytes(bytes(bad))
    try:
        problems = check_district(book)
        assert all(p.text("zh") and p.text("en") for p in problems)
    finally:
        book.write_bytes(good)
