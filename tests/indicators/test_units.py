from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from planning.indicators.holdings import shares
from planning.indicators.units import BELOW, FLOOR, MET, MISSING, excused, rates, states, unit_verdicts
from planning.standards import read_profile

PROFILE = read_profile("national-2017")


def test_network_rooms_trap():
    # one room per full class: 45 primary pupils 2.22, under 2.3 but over 1.955; 50 junior pupils 2.00, under 2.04
    value = rates([[1.0], [1.0]], [45, 50], [100])
    assert [f"{v:.2f}" for v in value[:, 0]] == ["2.22", "2.00"]
    assert states(value, [[2.3], [2.4]], 0.85)[:, 0].tolist() == [FLOOR, BELOW]


def test_unrounded_values_are_compared():
    # 4.196 prints as 4.20 and is still under 4.2
    assert states([[4.196]], [[4.2]], 0.85).item() == FLOOR
    assert states([[4.2]], [[4.2]], 0.85).item() == MET
    # 21 teachers for 500 pupils are 4.2 per 100, whatever binary fractions make of it
    assert states(rates([[21.0]], [500], [100]), [[4.2]], 0.85).item() == MET
    assert states([[0.85 * 4.2]], [[4.2]], 0.85).item() == FLOOR


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ([MET] * 7, 1),
        ([MET] * 6 + [FLOOR], 1),
        ([MET] * 5 + [FLOOR] * 2, 0),
        ([MET] * 6 + [BELOW], 0),
        ([MET] * 6 + [MISSING], -1),
        ([MET] * 5 + [FLOOR, MISSING], -1),
        ([MET] * 4 + [FLOOR, FLOOR, MISSING], 0),
        ([MET] * 5 + [BELOW, MISSING], 0),
    ],
)
def test_six_of_seven_and_the_rest_at_85_percent(code, verdict):
    assert unit_verdicts(np.array(code, dtype=np.int8), 6) == verdict


def test_only_a_single_remainder_is_excused():
    one, two = np.array([[MET] * 6 + [FLOOR], [MET] * 5 + [FLOOR] * 2], dtype=np.int8)
    assert excused(one, 6).tolist() == [False] * 6 + [True]
    assert not excused(two, 6).any()


def school(kind: str, senior: int = 0, **pupils: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "school": "S",
            "kind": kind,
            "stage": list(pupils),
            "pupils": list(pupils.values()),
            "senior_pupils": senior,
        }
    )


def test_split_of_a_nine_year_school():
    share = shares(school("nine_year", primary=600, junior=300), PROFILE)
    assert [f"{6000 * s / p:.3f}" for s, p in zip(share, (600, 300), strict=True)] == ["6.452", "7.097"]
    assert share.sum() == pytest.approx(1)


def test_split_with_senior_pupils():
    # complete secondary 1 : 1.2 → 300 of 300 + 1.2 × 500 = 900; twelve-year 1 : 1.1 : 1.32
    assert shares(school("complete_secondary", 500, junior=300), PROFILE) == pytest.approx([1 / 3])
    whole = 400 + 1.1 * 200 + 1.32 * 100
    share = shares(school("twelve_year", 100, primary=400, junior=200), PROFILE)
    assert share == pytest.approx([400 / whole, 220 / whole])


def test_two_schools_are_split_apart():
    both = pd.concat(
        [
            school("nine_year", primary=600, junior=300),
            school("nine_year", primary=10, junior=0).assign(school="T"),
        ]
    )
    assert shares(both, PROFILE) == pytest.approx([600 / 930, 330 / 930, 1, 0])


amounts = hnp.arrays(float, (5, 7), elements=st.floats(0, 1e4))


@given(
    amounts,
    hnp.arrays(float, (5, 7), elements=st.floats(0, 1e3)),
    hnp.arrays(float, 5, elements=st.integers(1, 3000)),
)
def test_adding_resources_never_fails_a_unit(held, added, pupils):
    per = np.array([r.per for r in PROFILE.resources.values()], dtype=float)
    asked = np.array([r.primary for r in PROFILE.resources.values()])
    before = unit_verdicts(states(rates(held, pupils, per), asked, 0.85), 6)
    after = unit_verdicts(states(rates(held + added, pupils, per), asked, 0.85), 6)
    assert (after >= before).all()


@given(hnp.arrays(np.int8, (6, 7), elements=st.sampled_from([BELOW, FLOOR, MET])))
def test_units_pass_exactly_when_no_resource_is_unacceptable(code):
    wrong = (code == BELOW) | ((code == FLOOR) & ~excused(code, 6))
    assert ((unit_verdicts(code, 6) == 1) == ~wrong.any(axis=1)).all()
