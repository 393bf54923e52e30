"""Find the cheapest purchases, hires and moves of teachers with which the units meet A1–A7, year by year."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.resourcing.case import ResourceCase, resource_case
    from planning.resourcing.check import check_programme
    from planning.resourcing.prices import Prices, read_prices
    from planning.resourcing.programme import Programme, save_programme
    from planning.resourcing.singles import cheapest_by_unit, single_purchases
    from planning.resourcing.solve import Settings, plan_resources

__all__ = [
    "Prices",
    "Programme",
    "ResourceCase",
    "Settings",
    "cheapest_by_unit",
    "check_programme",
    "plan_resources",
    "read_prices",
    "resource_case",
    "save_programme",
    "single_purchases",
]

lazily(__name__)
