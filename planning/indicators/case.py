"""Put together what every indicator is judged from: figures, standards, and what several indicators share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planning.indicators.arrays import UnitArrays, lay_out
from planning.indicators.assessment import Assessment, assess
from planning.indicators.bands import Classes, sort_classes
from planning.indicators.figures import Figures
from planning.indicators.register import Entry, Register, entry, read_register
from planning.indicators.verdict import Origin, Outcome, Verdict
from planning.standards import Profile


@dataclass(frozen=True)
class Case:
    """One county in one school year under one profile."""

    figures: Figures
    profile: Profile
    arrays: UnitArrays
    resources: Assessment
    classes: Classes
    register: Register

    @property
    def known(self) -> bool:
        """Whether anybody's enrolment is on record: without it there is nothing to judge yet, rather than nobody to judge."""
        return self.figures.source != "register" or bool(self.arrays.enrolled.sum() > 0)

    @property
    def nothing(self) -> Outcome:
        """What is said where no unit or class is there to be judged: never that it passes."""
        return "not_applicable" if self.known else "not_supplied"

    def entry(self, indicator: str, item: str) -> Entry:
        """Return a value of the register."""
        return entry(self.register, indicator, item)


def make_case(figures: Figures, profile: Profile) -> Case:
    """Work out what several indicators share, once."""
    return Case(
        figures,
        profile,
        lay_out(figures),
        assess(figures.units, profile),
        sort_classes(figures.units, figures.class_sizes, profile),
        read_register(figures.register, figures.year),
    )


@dataclass(frozen=True)
class Indicator:
    """One of the 32, or one of your own: its names, where it stands, who can change it, and the function that judges it."""

    id: str
    name_zh: str
    name_en: str
    source: str
    origin: Origin
    judge: Callable[[Case], Verdict]
