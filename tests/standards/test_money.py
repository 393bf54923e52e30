"""Money is told in the currency of the profile: nobody in Virginia reads of yuan."""

from __future__ import annotations

import pytest

from planning.standards.money import money_of


@pytest.mark.parametrize(
    ("settings", "scale", "en", "zh"),
    [
        ({"standards": "national-2017"}, 1e4, "× 10,000 yuan", "万元"),
        ({"standards": "seats"}, 1e3, "thousands", "千"),
        ({"standards": "seats", "standards_set": {"currency": "USD"}}, 1e3, "thousand USD", "千USD"),
        ({"standards": "gone.yaml"}, 1e4, "× 10,000 yuan", "万元"),
    ],
)
def test_the_profile_says_which_money(settings: dict[str, object], scale: float, en: str, zh: str) -> None:
    found = money_of(settings)
    assert (found.scale, found.unit.text("en"), found.unit.text("zh")) == (scale, en, zh)
