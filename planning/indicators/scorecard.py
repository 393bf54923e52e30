"""Score a county on all 32 indicators and write the scorecard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from planning.district import District
from planning.indicators import guarantee, quality, resources
from planning.indicators.figures import Figures, figures_of_layout, figures_of_register
from planning.indicators.targets import target_table
from planning.indicators.verdict import Verdict
from planning.layout import Layout
from planning.standards import Profile

# the 32 indicators in the order of the official form; a new one is one function and one line here
INDICATORS: tuple[Callable[[Figures, Profile], Verdict], ...] = (
    resources.a1, resources.a2, resources.a3, resources.a4, resources.a5, resources.a6, resources.a7,
    guarantee.b1, guarantee.b2, guarantee.b3, guarantee.b4, guarantee.b5, guarantee.b6, guarantee.b7, guarantee.b8,
    guarantee.b9, guarantee.b10, guarantee.b11, guarantee.b12, guarantee.b13, guarantee.b14, guarantee.b15,
    quality.c1, quality.c2, quality.c3, quality.c4, quality.c5, quality.c6, quality.c7, quality.c8, quality.c9, quality.d1,
)  # fmt: skip


@dataclass(frozen=True)
class Scorecard:
    """The verdicts on a county in one year.

    Parameters
    ----------
    year : int
        School year.
    indicators : DataFrame
        32 rows: ``id, name_zh, name_en, value, standard, verdict, scope, evidence_zh, evidence_en, class, reading``.
    units : DataFrame
        Assessed units with the seven rates, how many are met, and the unit's verdict.
    rates : DataFrame
        Long form of the rates.
    variation : DataFrame
        Coefficients of variation by stage and resource, and the composite.
    targets : DataFrame
        The year's targets of the district plan.
    """

    year: int
    indicators: pd.DataFrame
    units: pd.DataFrame
    rates: pd.DataFrame
    variation: pd.DataFrame
    targets: pd.DataFrame

    def count(self, verdict: str) -> int:
        """Return how many indicators have a verdict."""
        return int((self.indicators["verdict"] == verdict).sum())

    @property
    def passed(self) -> int:
        """Indicators that pass."""
        return self.count("pass")

    @property
    def failed(self) -> int:
        """Indicators that fail."""
        return self.count("fail")

    @property
    def not_supplied(self) -> int:
        """Indicators without a value; never a pass."""
        return self.count("not_supplied")

    @property
    def overall(self) -> str:
        """``pass`` only if all 32 pass and every assessed unit does; ``not_supplied`` if nothing fails but values miss."""
        units = set(self.units["verdict"])
        if self.failed or "fail" in units:
            return "fail"
        return "not_supplied" if self.not_supplied or "not_supplied" in units else "pass"


def score(district: District, layout: Layout, profile: Profile, year: int | None = None) -> Scorecard:
    """Score a layout in one of its years (the last by default)."""
    return score_figures(figures_of_layout(district, layout, profile, year), profile)


def score_register(district: District, profile: Profile, year: int | None = None) -> Scorecard:
    """Score the district as its own class register has it, without any layout."""
    return score_figures(figures_of_register(district, profile, year), profile)


def score_figures(figures: Figures, profile: Profile) -> Scorecard:
    """Score figures that were gathered already."""
    verdicts = [indicator(figures, profile) for indicator in INDICATORS]
    table = pd.DataFrame([asdict(v) for v in verdicts]).rename(columns={"origin": "class"})
    rates = resources.unit_rates(figures, profile)
    verdict = resources.unit_verdicts(rates, profile)
    wide = rates.pivot(index="unit", columns="indicator", values="rate").reset_index()
    return Scorecard(
        year=figures.year,
        indicators=table,
        units=verdict.merge(wide, on="unit"),
        rates=rates,
        variation=resources.variation_table(figures, profile),
        targets=target_table(figures, profile, verdict),
    )


def write_scorecard(scorecard: Scorecard, folder: Path) -> None:
    """Write ``scorecard.csv``, ``scorecard_units.csv``, ``scorecard_variation.csv`` and ``targets.csv``."""
    for name, table in (
        ("scorecard", scorecard.indicators),
        ("scorecard_units", scorecard.units.round(4)),
        ("scorecard_variation", scorecard.variation.round(4)),
        ("targets", scorecard.targets),
    ):
        table.to_csv(Path(folder) / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
