"""Say amounts of money in the currency of a system, in the unit its budgets are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planning.errors import ScenarioError
from planning.messages import Text

YUAN = "CNY"


@dataclass(frozen=True)
class Money:
    """The unit in which amounts are told: so many of the currency (``scale``), its name, and that of one of the currency; whether it has a name."""

    scale: float
    unit: Text
    single: Text
    named: bool = True


def money(currency: str) -> Money:
    """Return the unit of budgets: 万元 for yuan, thousands elsewhere.

    Parameters
    ----------
    currency : str
        ISO 4217 code of the profile (``Profile.currency``), empty where the system names none.

    Examples
    --------
    >>> money("CNY").unit.text("zh"), money("USD").unit.text("en"), money("").scale
    ('万元', 'thousand USD', 1000.0)
    """
    if currency == YUAN:
        return Money(1e4, Text("base.money.ten_thousand_yuan"), Text("base.money.yuan"))
    if currency:
        return Money(
            1e3,
            Text("base.money.thousand", currency=currency),
            Text("base.money.currency", currency=currency),
        )
    return Money(1e3, Text("base.money.thousands"), Text("base.money.unnamed"), named=False)


def money_of(scenario: Mapping[str, Any]) -> Money:
    """Return the unit of budgets under the profile that a plan's settings name; yuan where it is not at hand any more."""
    return money(currency_of(scenario))


def currency_of(scenario: Mapping[str, Any]) -> str:
    """Return the currency of the profile that a plan's settings name; yuan where it is not at hand any more."""
    from planning.standards.profile import read_profile

    try:
        profile = read_profile(str(scenario.get("standards", "")), scenario.get("standards_set") or None)
    except ScenarioError:
        return YUAN
    return profile.currency
