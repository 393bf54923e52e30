"""The scope texts, points and class plans of a real district, where they lie beside the checkout."""

from __future__ import annotations

import pytest

from benchmarks.places.baoan import DATA, against_areas, points, read_rows, seats, sharing, understood

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the texts are not part of the project"),
]


@pytest.fixture(scope="module")
def rows():
    return read_rows(DATA)


def table(found) -> dict[str, tuple[float, object]]:
    return {row["what"]: (row["count"], row["of"]) for row in found}


def share(found, what: str) -> float:
    count, of = table(found)[what]
    return count / of


def test_nearly_all_of_the_texts_is_understood(rows):
    found = understood(rows)
    assert share(found, "characters not understood") < 0.02
    assert share(found, "clauses understood to the last word") > 0.97
    # what is read as a limit says on which side the area lies
    assert share(found, "limits with a direction") > 0.98


def test_points_in_gcj02_lie_where_the_wgs84_file_has_them(rows):
    found = table(points(rows, DATA))
    assert found["points within 1 m of it"] == (41, 41)
    assert found["largest distance, m"][0] < 1


def test_schools_without_coordinates_are_missing_not_at_zero(rows):
    assert table(points(rows, DATA))["schools without a place"] == (120, 161)
    assert rows["lon"].min() > 113


def test_schools_with_one_text_are_those_that_the_register_calls_shared(rows):
    assert share(sharing(rows), "schools whose code (shared or not) agrees") > 0.9


def test_neighbours_lie_on_the_stated_sides(rows):
    assert share(against_areas(rows, DATA), "neighbours on opposite sides of a road that lie so") > 0.8


def test_planned_classes_are_seats(rows):
    found = table(seats(rows))
    assert found["primary: entry seats"][0] == 45 * found["primary: entry classes"][0]
    assert found["junior: entry seats"][0] == 50 * found["junior: entry classes"][0]
