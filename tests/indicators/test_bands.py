from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from planning.indicators import even_classes, judge, make_case
from planning.indicators.bands import BANDS, band_of, band_table, sort_classes
from planning.indicators.targets import large_class_share
from planning.standards.profile import Target
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


def test_pupils_in_no_class_are_over_every_cap_and_none_is_lost():
    enrolment = pd.DataFrame(
        [("U", 1, 40, 1, 40), ("U", 2, 18, 0, 18), ("U", 3, 0, 0, 0)],
        columns=["unit", "grade", "pupils", "classes", "own"],
    )
    f = figures([unit("U")], sizes=[("U", 1, 40)])
    classes = sort_classes(f.units, even_classes(enrolment), PROFILE)
    assert int(classes.pupils.sum()) == int(enrolment["pupils"].sum())
    assert (int(classes.over.sum()), classes.unseated) == (1, 18)
    row = band_table(f.units, classes).iloc[0]
    wanted = ["classes", *BANDS, "over_cap", "largest", "unseated", "pupils"]
    assert row[wanted].tolist() == [1, 1, 0, 0, 1, 1, 40, 18, 58]


def test_b5_fails_where_a_grade_has_no_class():
    sizes = pd.DataFrame(
        [("U", 1, 40, True), ("U", 2, 18, False)], columns=["unit", "grade", "pupils", "seated"]
    )
    f = replace(figures([unit("U")]), class_sizes=sizes)
    case = make_case(f, PROFILE)
    verdict = judge(case)["B5"]
    assert (verdict.outcome, verdict.value) == ("fail", 1.0)
    assert "18 pupils in grades without a class" in verdict.evidence_en
    assert large_class_share(case, case, Target(value=0.0, line="73")) == 0.5
