"""Set the rates of a forecast and of its low, medium and high variants."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from planning.errors import Issue, ScenarioError
from planning.grades import HIGHEST, Grades
from planning.messages import Text

Variant = Literal["low", "medium", "high"]
VARIANTS: tuple[Variant, ...] = ("low", "medium", "high")
LOCALES = ("urban", "town", "rural")


@dataclass(frozen=True)
class VariantSettings:
    """What a variant multiplies or delays.

    Parameters
    ----------
    births : float
        Factor on the children who enter grade 1.
    housing : float
        Factor on the pupils of new homes.
    delivery_lag : int
        Years by which homes promised for after the base year come late.
    migration : mapping of str to float
        Net yearly migration of enrolled pupils by locale, as a fraction of them (0.01 = one more in a hundred).
    """

    births: float = 1.0
    housing: float = 1.0
    delivery_lag: int = 0
    migration: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(LOCALES, 0.0))


def _variants() -> Mapping[Variant, VariantSettings]:
    return MappingProxyType(
        {
            "low": VariantSettings(0.95, 0.9, 1, {"urban": -0.005, "town": -0.01, "rural": -0.015}),
            "medium": VariantSettings(),
            "high": VariantSettings(1.05, 1.1, 0, {"urban": 0.01, "town": 0.005, "rural": 0.0}),
        }
    )


@dataclass(frozen=True)
class ForecastSettings:
    """Assumptions of a forecast that the tables of a district do not hold; each can be replaced.

    Parameters
    ----------
    variants : mapping of str to VariantSettings
        The three variants.
    births_factor : float
        Factor on entrants in every variant (for sensitivity runs).
    entry_rate : float, optional
        Entrants of the lowest grade per birth of their cohort; calibrated on the base year when absent.
    entry_age : int, optional
        Whole years between a birth cohort and its September of entry; what the lowest grade asks when absent (6 by 31 August for
        grade 1, 5 for kindergarten).
    shrink_births : float
        Weight, in births, of the township's rate in a zone's and of the county's in a township's.
    progression : mapping of int to float, optional
        Share that moves up from a grade to the next; from the registers of several years when absent, else 1.
    progression_limits : tuple of float
        Rates from registers are held inside these limits.
    missing_births : {"error", "hold"}
        Whether a missing birth year stops the forecast or holds the last known year before it.
    settling : tuple of float
        Share of a home's pupils who live there in the school year of delivery, the next, and so on; the last one stays.
    primary_yield, junior_yield : float
        Pupils per settled home where the housing table leaves the cell empty.
    """

    variants: Mapping[Variant, VariantSettings] = field(default_factory=_variants)
    births_factor: float = 1.0
    entry_rate: float | None = None
    entry_age: int | None = None
    shrink_births: float = 30.0
    progression: Mapping[int, float] | None = None
    progression_limits: tuple[float, float] = (0.9, 1.1)
    missing_births: Literal["error", "hold"] = "error"
    settling: tuple[float, ...] = (0.3, 0.55, 0.75, 0.9, 1.0)
    primary_yield: float = 0.25
    junior_yield: float = 0.12

    def __post_init__(self) -> None:
        problems = [
            Issue(
                "demand.settings.expected",
                "forecast settings",
                column=name,
                value=str(value),
                wanted=wanted,
            )
            for name, value, good, wanted in self._checks()
            if not good
        ]
        if problems:
            raise ScenarioError(problems)

    def age_at_entry(self, grades: Grades) -> int:
        """Return the age at which children enter the lowest of the grades."""
        return grades.entry_age if self.entry_age is None else self.entry_age

    def _checks(self) -> Iterator[tuple[str, object, bool, Text]]:
        low, high = self.progression_limits
        rising = all(a <= b for a, b in zip(self.settling, self.settling[1:], strict=False))
        yield (
            "births_factor",
            self.births_factor,
            _share(self.births_factor),
            Text("demand.settings.number_0_more"),
        )
        for name, value in (("primary_yield", self.primary_yield), ("junior_yield", self.junior_yield)):
            yield name, value, _share(value), Text("demand.settings.number_0_more")
        rate = self.entry_rate
        yield "entry_rate", rate, rate is None or _share(rate), Text("demand.settings.number_0_more")
        yield (
            "shrink_births",
            self.shrink_births,
            _share(self.shrink_births),
            Text("demand.settings.0_more_births"),
        )
        age = self.entry_age
        yield "entry_age", age, age is None or 0 < age < 20, Text("demand.settings.age_years")
        yield (
            "settling",
            self.settling,
            bool(self.settling) and rising and self.settling[0] >= 0 and self.settling[-1] <= 1,
            Text("demand.settings.shares_0_1_do_not_fall"),
        )
        yield (
            "progression_limits",
            self.progression_limits,
            0 <= low <= 1 <= high,
            Text("demand.settings.range_around_1"),
        )
        for grade, share in (self.progression or {}).items():
            yield (
                f"progression.{grade}",
                share,
                grade in range(HIGHEST) and _share(share),
                Text("demand.settings.progression"),
            )
        for variant in VARIANTS:
            yield (
                f"variants.{variant}",
                "",
                variant in self.variants,
                Text("demand.settings.all_three_variants"),
            )
        for variant, v in self.variants.items():
            yield (
                f"variants.{variant}.births",
                v.births,
                _share(v.births),
                Text("demand.settings.number_0_more"),
            )
            yield (
                f"variants.{variant}.housing",
                v.housing,
                _share(v.housing),
                Text("demand.settings.number_0_more"),
            )
            yield (
                f"variants.{variant}.delivery_lag",
                v.delivery_lag,
                v.delivery_lag >= 0,
                Text("demand.settings.0_more_years"),
            )
            for locale, moved in v.migration.items():
                yield (
                    f"variants.{variant}.migration.{locale}",
                    moved,
                    locale in LOCALES and -1 <= moved <= 1,
                    Text("demand.settings.urban_town_rural_fraction_1_1"),
                )


def _share(value: float) -> bool:
    return math.isfinite(value) and value >= 0
