"""Score a county on all 32 indicators and write the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from planning.atomic import whole_file
from planning.district import District
from planning.errors import PlanningError
from planning.indicators import duties, guarantee, quality, resources
from planning.indicators.assessment import unit_table, variation_table
from planning.indicators.bands import band_table
from planning.indicators.case import Case, Indicator, make_case
from planning.indicators.figures import Figures, figures_of_layout, figures_of_register
from planning.indicators.recount import COLUMNS as FIGURES
from planning.indicators.recount import recount
from planning.indicators.targets import target_table
from planning.indicators.verdict import Outcome, Verdict, unknown_here
from planning.layout import Layout
from planning.messages import Text, en_zh
from planning.plugins import Plugin, at_work, installed
from planning.scenario import scenario_from_data
from planning.standards import CLASS_INDICATORS, Profile
from planning.tables import facts_html, harmless


def _by_number(indicator: Indicator) -> tuple[str, int]:
    return indicator.id[0], int(indicator.id[1:])


# the indicators in the order of the official form; each module lists its own
INDICATORS: tuple[Indicator, ...] = tuple(
    sorted(
        (*resources.INDICATORS, *guarantee.INDICATORS, *duties.INDICATORS, *quality.INDICATORS),
        key=_by_number,
    )
)
GROUP = "planning.indicators"
"""Entry points by which packages add indicators of their own (:class:`planning.indicators.Indicator`)."""
COLUMNS = (
    "id", "name_zh", "name_en", "value", "shown", "standard_zh", "standard_en", "verdict", "scope_zh", "scope_en",
    "evidence_zh", "evidence_en", "class", "reading_zh", "reading_en", "stale", "source",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Scorecard:
    """The verdicts on a county in one year.

    Parameters
    ----------
    year : int
        School year.
    profile, profile_zh : str
        Name of the standards.
    source : str
        Where the enrolment comes from: ``layout``, ``register``, ``assignment`` or ``attendance``.
    indicators : DataFrame
        32 rows: ``id, name_zh, name_en, value`` (unrounded headline figure, missing where there is none), ``shown`` (as
        printed), ``standard_zh/en, verdict`` (``pass``, ``fail``, ``not_supplied``, ``not_applicable``), ``scope_zh/en, evidence_zh/en, class``
        (``layout``, ``partly``, ``register``: who changes it), ``reading_zh/en, stale, source``.
    units : DataFrame
        Every unit with the seven rates, their states and the unit's verdict (:func:`planning.indicators.assessment.unit_table`).
    variation : DataFrame
        ``stage, indicator, units, mean, cv, limit, within``, the composite included.
    classes : DataFrame
        Class bands by unit (:func:`planning.indicators.bands.band_table`).
    targets : DataFrame
        Yearly targets (:func:`planning.indicators.targets.target_table`).
    added : DataFrame
        Indicators that were added, with the columns of ``indicators``; they are not among the 32 and count in no verdict on the county.
    figures : DataFrame
        ``figure, of, value``: what ``planning verify`` works out again by itself (:func:`planning.indicators.recount.recount`).

    Examples
    --------
    >>> import planning
    >>> layout = planning.solve(planning.sample_district(), {"solver": {"time_limit_s": 5}})
    >>> scorecard = layout.score()
    >>> scorecard.year, len(scorecard.indicators)
    (2025, 32)
    """

    year: int
    profile: str
    profile_zh: str
    source: str
    indicators: pd.DataFrame
    units: pd.DataFrame
    variation: pd.DataFrame
    classes: pd.DataFrame
    targets: pd.DataFrame
    added: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    figures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FIGURES)))

    def __repr__(self) -> str:
        return f"<Scorecard {self.year}: {self.text('en')}>"

    def _repr_html_(self) -> str:
        return facts_html(
            f"Scorecard {self.year}",
            {"": self.text("en"), Text("indicators.scorecard.of_32").text("zh"): self.text("zh")},
        )

    def count(self, verdict: str) -> int:
        """Return how many indicators have a verdict."""
        return int((self.indicators["verdict"] == verdict).sum())

    def counts(self) -> dict[str, int]:
        """Return how many pass, fail and are not supplied, as ``summary.json`` says it; how many do not apply only where any do not."""
        found = {"passed": self.passed, "failed": self.failed, "not_supplied": self.not_supplied}
        return found | ({"not_applicable": self.not_applicable} if self.not_applicable else {})

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
    def not_applicable(self) -> int:
        """Indicators that the profile does not know."""
        return self.count("not_applicable")

    @property
    def overall(self) -> Outcome:
        """``pass`` only when all 32 pass; ``not_supplied`` when nothing fails but values are missing."""
        return "fail" if self.failed else "not_supplied" if self.not_supplied else "pass"

    @property
    def units_passing(self) -> tuple[int, int]:
        """Assessed units that pass A1–A7, and assessed units."""
        verdict = self.units["verdict"]
        return int((verdict == "pass").sum()), int((verdict != "not_counted").sum())

    def text(self, lang: str = "zh") -> str:
        """Return the overall verdict in one line (Chinese or English)."""
        good, counted = self.units_passing
        known = self.indicators.loc[self.indicators["verdict"] != "not_applicable", "id"]
        judged = bool(known.str.startswith("A").any())
        unknown, elsewhere = self.not_supplied, self.not_applicable
        return Text(
            "indicators.scorecard.in_one_line",
            overall=Text(f"indicators.scorecard.overall.{self.overall}"),
            items=len(self.indicators),
            passed=self.passed,
            failed=self.failed,
            missing=Text("indicators.scorecard.missing", count=unknown) if unknown else "",
            elsewhere=Text("indicators.scorecard.elsewhere", count=elsewhere) if elsewhere else "",
            units=Text("indicators.scorecard.units_pass", good=good, counted=counted) if judged else "",
        ).text(lang)


def score(
    district: District,
    layout: Layout,
    profile: Profile | None = None,
    year: int | None = None,
    *,
    indicators: Iterable[Indicator] = (),
) -> Scorecard:
    """Score a layout in one of its years, with the targets of all its years.

    Parameters
    ----------
    district, layout : District, Layout
        The county and the plan.
    profile : Profile, optional
        The standards; those of the layout's scenario by default.
    year : int, optional
        School year; the last of the plan by default.
    indicators : iterable of Indicator
        Indicators beside the 32 and those of installed packages (entry points of the group ``planning.indicators``).

    Returns
    -------
    Scorecard

    Raises
    ------
    PlanningError
        If an added indicator fails; names the package that brings it.

    Examples
    --------
    >>> import planning
    >>> district = planning.sample_district()
    >>> layout = planning.solve(district, {"solver": {"time_limit_s": 5}})
    >>> planning.score(district, layout).indicators.set_index("id").loc["B5", "verdict"]
    'pass'
    """
    profile = profile or scenario_from_data(layout.scenario).profile()
    years = sorted(int(y) for y in layout.units["year"].unique())
    scored = years[-1] if year is None else year
    figures = {y: figures_of_layout(district, layout, profile, y) for y in {*years, scored}}
    if len(district.classes) and district.info.base_year not in figures:
        figures[district.info.base_year] = figures_of_register(district, profile)
    return score_figures(figures[scored], profile, others=figures, indicators=indicators)


def score_register(district: District, profile: Profile, year: int | None = None) -> Scorecard:
    """Score the district as its own class register has it, without any layout."""
    return score_figures(figures_of_register(district, profile, year), profile)


def score_figures(
    figures: Figures,
    profile: Profile,
    others: Mapping[int, Figures] | None = None,
    *,
    indicators: Iterable[Indicator] = (),
) -> Scorecard:
    """Score figures that were gathered already; ``others`` are the same county in other years, for the targets."""
    case = make_case(figures, profile)
    cases = {y: make_case(f, profile) for y, f in (others or {}).items() if y != figures.year}
    rows = [_row(indicator, _judged(indicator, case)) for indicator in INDICATORS]
    return Scorecard(
        year=figures.year,
        profile=profile.name,
        profile_zh=profile.name_zh,
        source=figures.source,
        indicators=pd.DataFrame(rows, columns=list(COLUMNS)),
        units=unit_table(case.resources, figures.units),
        variation=variation_table(case.resources),
        classes=band_table(figures.units, case.classes),
        added=pd.DataFrame(_added(case, indicators), columns=list(COLUMNS)),
        targets=target_table({**cases, figures.year: case}, figures.year, profile),
        figures=recount(case),
    )


def _judged(indicator: Indicator, case: Case) -> Verdict:
    if case.profile.applies(indicator.id):
        return indicator.judge(case)
    return unknown_here(seats=case.profile.in_seats and indicator.id in CLASS_INDICATORS)


def added_indicators(given: Iterable[Indicator] = ()) -> tuple[Plugin, ...]:
    """Return the indicators that packages add and those given, before anything is judged.

    Raises
    ------
    PlanningError
        Every package that cannot be loaded or adds something else.
    """
    return installed(GROUP, ("id", "name_zh", "name_en", "source", "origin", "judge"), given)


def _added(case: Case, indicators: Iterable[Indicator]) -> list[tuple[object, ...]]:
    """Return the rows of indicators that packages and the caller add; none may take the id of another."""
    rows, taken = [], {indicator.id for indicator in INDICATORS}
    for plugin in added_indicators(indicators):
        if plugin.given.id in taken:
            taken_id = plugin.given.id
            raise PlanningError(
                [plugin.fault(*en_zh("indicators.scorecard.there_indicator_already", taken_id=taken_id))]
            )
        taken.add(plugin.given.id)
        with at_work(plugin):
            rows.append(_row(plugin.given, plugin.given.judge(case)))
    return rows


def judge(case: Case) -> dict[str, Verdict]:
    """Return the verdict on every indicator by id."""
    return {indicator.id: _judged(indicator, case) for indicator in INDICATORS}


def write_scorecard(scorecard: Scorecard, folder: str | Path) -> None:
    """Write ``scorecard.csv`` (32 rows), ``scorecard_added.csv`` where indicators were added, ``scorecard_{units,variation,classes,figures}.csv`` and ``targets.csv``.

    UTF-8 with a mark that lets spreadsheets open Chinese, texts that would run there guarded; unrounded values. Each file appears only when it is complete.
    """
    tables = {
        "scorecard": scorecard.indicators,
        "scorecard_units": scorecard.units,
        "scorecard_variation": scorecard.variation,
        "scorecard_classes": scorecard.classes,
        "scorecard_figures": scorecard.figures,
        "targets": scorecard.targets,
        **({"scorecard_added": scorecard.added} if len(scorecard.added) else {}),
    }
    for name, table in tables.items():
        write_csv(table, Path(folder) / f"{name}.csv")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table under a temporary name, then give it its own."""
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        harmless(table).to_csv(file, index=False, lineterminator="\n")


def _row(indicator: Indicator, verdict: Verdict) -> tuple[object, ...]:
    v = verdict
    return (
        indicator.id, indicator.name_zh, indicator.name_en, v.value, v.shown, v.standard_zh, v.standard_en, v.outcome,
        v.scope_zh, v.scope_en, v.evidence_zh, v.evidence_en, indicator.origin, v.reading_zh, v.reading_en, v.stale,
        indicator.source,
    )  # fmt: skip
