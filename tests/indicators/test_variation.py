from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.indicators import coefficient_of_variation, composite
from planning.indicators.variation import least_variation

PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]


def test_published_example():
    p, x = np.array(PUPILS), np.array(BOOKS)
    mean = x.sum() / p.sum()
    terms = p / p.sum() * (x / p - mean) ** 2
    assert mean == pytest.approx(6.33, abs=0.006)
    assert terms.sum() == pytest.approx(10.65, abs=0.006)
    assert np.sqrt(terms.sum()) == pytest.approx(3.26, abs=0.006)
    cv = float(coefficient_of_variation(BOOKS, PUPILS))
    assert cv == pytest.approx(0.5153, abs=5e-5)
    assert f"{cv:.2f}" == "0.52"
    rates = x / p
    # the two ways that leave the pupils out come to other figures, so this is not one of them
    assert rates.std() / rates.mean() == pytest.approx(0.489, abs=5e-4)
    assert rates.std(ddof=1) / rates.mean() == pytest.approx(0.546, abs=5e-4)


@pytest.mark.parametrize(
    ("singles", "printed"),
    [
        ([0.881, 1.299, 0.977, 0.379, 0.170, 0.334, 0.286, 0.408], "0.592"),
        ([0.393, 0.578, 0.372, 0.246, 0.208, 0.311, 0.311, 0.455], "0.359"),
        ([0.437, 0.419, 0.255, 0.188, 0.171, 0.263, 0.263, 0.420], "0.302"),
    ],
)
def test_published_composites(singles, printed):
    assert f"{float(composite(singles)):.3f}" == printed


def test_many_counties_at_once_as_one_by_one():
    rng = np.random.default_rng(3)
    x, p = rng.uniform(1, 9, (4, 7, 30)), rng.integers(0, 900, (4, 1, 30))
    together = coefficient_of_variation(x, np.broadcast_to(p, x.shape))
    single = [[float(coefficient_of_variation(x[i, j], p[i, 0])) for j in range(7)] for i in range(4)]
    assert together == pytest.approx(np.array(single))


def test_nothing_to_measure_is_not_zero():
    assert np.isnan(coefficient_of_variation([], []))
    assert np.isnan(coefficient_of_variation([0, 0], [10, 10]))
    assert np.isnan(coefficient_of_variation([5, 5], [0, 0]))


counties = st.lists(st.tuples(st.floats(0.01, 1e4), st.integers(1, 3000)), min_size=1, max_size=40)


@given(counties, st.floats(0.001, 1000), st.integers(1, 50))
def test_scale_free(county, scale, crowd):
    x, p = (np.array(v, dtype=float) for v in zip(*county, strict=True))
    cv = float(coefficient_of_variation(x, p))
    assert float(coefficient_of_variation(x * scale, p)) == pytest.approx(cv, abs=1e-7)
    assert float(coefficient_of_variation(x, p * crowd)) == pytest.approx(cv, abs=1e-7)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40), st.floats(0.01, 100))
def test_identical_schools_vary_by_nothing(pupils, rate):
    p = np.array(pupils, dtype=float)
    assert float(coefficient_of_variation(p * rate, p)) == pytest.approx(0, abs=1e-7)


@given(counties)
def test_units_without_pupils_do_not_count(county):
    x, p = (np.array(v, dtype=float) for v in zip(*county, strict=True))
    more = coefficient_of_variation(np.append(x, 1e6), np.append(p, 0))
    assert float(more) == pytest.approx(float(coefficient_of_variation(x, p)), abs=1e-9)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=9))
def test_composite_lies_between_the_singles(singles):
    assert min(singles) - 1e-12 <= float(composite(singles)) <= max(singles) + 1e-12


@given(
    st.lists(st.tuples(st.floats(0.01, 9), st.integers(1, 900)), min_size=1, max_size=8),
    st.lists(st.tuples(st.floats(0, 50), st.integers(1, 900)), min_size=1, max_size=3),
)
def test_no_missing_amount_undercuts_the_least_coefficient(known, missing):
    x, p = (np.array(c, dtype=float) for c in zip(*known, strict=True))
    rates, heads = (np.array(c, dtype=float) for c in zip(*missing, strict=True))
    pupils = np.append(p, heads)
    least = least_variation(np.append(x * p, np.full(len(heads), np.nan)), pupils)
    assert least <= coefficient_of_variation(np.append(x * p, rates * heads), pupils) + 1e-6
    best = (x**2 * p).sum() / (x * p).sum()
    reached = coefficient_of_variation(np.append(x * p, best * heads), pupils)
    np.testing.assert_allclose(least, reached, atol=1e-6)
