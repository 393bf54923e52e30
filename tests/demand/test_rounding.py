"""Rounding keeps sums."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planning.demand.rounding import round_keeping_sums


def test_by_hand() -> None:
    values = np.array([[1.5], [1.5], [0.25], [0.75]])
    # the county's 4; township 0 has 3 (2 + 1, the first wins the tie), township 1 has 1
    assert round_keeping_sums(values, np.array([0, 0, 1, 1])).ravel().tolist() == [2, 1, 0, 1]


@given(
    arrays(np.float64, (7, 3), elements=st.floats(0, 1000)),
    arrays(np.int64, 7, elements=st.integers(0, 2)),
)
def test_sums_of_county_and_groups_are_kept(values, groups) -> None:
    got = round_keeping_sums(values, groups)
    clean = np.round(values, 6)
    assert np.abs(got.sum(axis=0) - clean.sum(axis=0)).max() <= 0.5 + 1e-6
    assert np.abs(got - clean).max() < 1
    assert got.min() >= 0
    for g in set(groups.tolist()):
        assert np.abs(got[groups == g].sum(axis=0) - clean[groups == g].sum(axis=0)).max() < 1


@given(arrays(np.int64, (5, 2), elements=st.integers(0, 99)))
def test_whole_numbers_stay(values) -> None:
    assert (round_keeping_sums(values.astype(float), np.zeros(5, dtype=np.int64)) == values).all()
