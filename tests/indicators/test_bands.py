from __future__ import annotations

import pytest

from planning.indicators import make_case
from planning.indicators.bands import BANDS, band_of, band_table, sort_classes
from tests.indicators.hand import PROFILE, figures, unit

BOUNDS = [45, 55, 65]


@pytest.mark.parametrize(
    ("pupils", "band"),
    [
        (45, "normal"),
        (46, "largish"),
        (50, "largish"),
        (51, "largish"),
        (55, "largish"),
        (56, "large"),
        (65, "large"),
        (66, "super"),
    ],
)
def test_band(pupils, band):
    assert BANDS[band_of([pupils], BOUNDS)[0]] == band


@pytest.mark.parametrize(
    ("stage", "pupils", "over"),
    [("primary", 45, 0), ("primary", 46, 1), ("junior", 46, 0), ("junior", 50, 0), ("junior", 51, 1)],
)
def test_cap_of_the_stage(stage, pupils, over):
    f = figures([unit("U", stage)], sizes=[("U", 1, pupils)])
    assert int(sort_classes(f.units, f.class_sizes, PROFILE).over.sum()) == over


def test_56_and_more_holds_66_and_more():
    f = figures([unit("U")], sizes=[("U", 1, n) for n in (45, 46, 55, 56, 65, 66, 80)])
    classes = sort_classes(f.units, f.class_sizes, PROFILE)
    assert int(classes.at_least("large").sum()) == 4
    assert int(classes.at_least("super").sum()) == 2
    row = band_table(f.units, classes).iloc[0]
    assert row[["classes", *BANDS, "over_cap", "largest"]].tolist() == [7, 1, 2, 2, 2, 6, 80]


def test_special_schools_are_left_out_and_private_ones_are_in():
    f = figures(
        [unit("S", kind="special"), unit("P", ownership="private")], sizes=[("S", 1, 60), ("P", 1, 60)]
    )
    assert make_case(f, PROFILE).classes.pupils.tolist() == [60]
