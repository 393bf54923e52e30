"""Forecast pupils by zone, year and grade from cohorts, births, migration and new homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.demand.check import birth_years, check_inputs
from planning.demand.rates import birth_grid, entry_rates, progression_rates
from planning.demand.rounding import round_keeping_sums
from planning.demand.settings import VARIANTS, ForecastSettings, Variant, VariantSettings
from planning.demand.told import Told
from planning.district.model import District
from planning.errors import Issue, ScenarioError
from planning.grades import USUAL, Grades, grade_name, span_told
from planning.messages import Text, Words

DEFAULTS = ForecastSettings()
_HELD_GRADES = 3


@dataclass(frozen=True)
class Forecast(Told):
    """Pupils to come.

    Parameters
    ----------
    pupils : DataFrame
        ``zone, year, grade, pupils, migrant``: one row per zone, year and grade, whole pupils living in the
        zone; ``migrant`` (of them children of migrant workers) is empty where the register does not tell.
    variant : str
        ``"low"``, ``"medium"`` or ``"high"``.
    base_year : int
        Year whose register the forecast starts from and returns unchanged.
    how : mapping of str to Words
        How each part was made: entrants, progression, migration, housing, migrants, rounding.
    told : tuple of Words
        What a reader must know: years held, tables missing; ``notes`` and ``notes_zh`` are these in English and Chinese.
    grades : Grades
        Grades of the county's stages.
    """

    pupils: pd.DataFrame
    variant: Variant
    base_year: int
    how: Mapping[str, Words]
    told: tuple[Words, ...] = ()
    grades: Grades = USUAL

    @property
    def method(self) -> dict[str, str]:
        """How each part was made, in English."""
        return {part: words.text("en") for part, words in self.how.items()}

    @property
    def method_zh(self) -> dict[str, str]:
        """How each part was made, in Chinese."""
        return {part: words.text("zh") for part, words in self.how.items()}


@dataclass(frozen=True)
class _Part:
    """Numbers of one part of the forecast, how they were made, and a note."""

    values: FloatArray
    method: Text
    note: Text | None = None


def forecast(
    district: District,
    years: Sequence[int],
    *,
    variant: Variant = "medium",
    settings: ForecastSettings = DEFAULTS,
) -> Forecast:
    """Forecast the pupils who live in every zone, by school year and grade (design.md §6).

    Grades of the base-year register move up one a year; children born from 1 September to 31 August of year t - 6
    enter grade 1 in September of t (6 by 31 August; kindergarten a year earlier); new homes bring pupils as they fill.

    Parameters
    ----------
    district : District
        Register of the base year; births and housing where known.
    years : sequence of int
        School years wanted, the base year or later, in any order.
    variant : {"low", "medium", "high"}
        Which of the settings' variants.
    settings : ForecastSettings
        Rates and assumptions.

    Returns
    -------
    Forecast

    Raises
    ------
    DistrictError
        Tables that are malformed, or lack the base year or a birth year that is needed; all at once.
    ScenarioError
        An unknown variant.
    """
    if variant not in settings.variants:
        known = ", ".join(VARIANTS)
        raise ScenarioError(
            [Issue("demand.cohorts.unknown_variant_known", "demand", value=str(variant), known=known)]
        )
    check_inputs(district, years, settings)
    chosen, base = settings.variants[variant], district.info.base_year
    wanted = sorted({int(y) for y in years})
    span = list(range(base, max(wanted) + 1))
    zones = pd.Index(district.zones["zone"].astype(str))
    townships = pd.factorize(district.zones["township"].fillna("").astype(str))[0].astype(np.int64)
    register = _register(district, zones, "pupils")
    entrants = _entrants(district, zones, townships, register, span, chosen, settings)
    progression = progression_rates(district, settings)
    moved = np.array([chosen.migration.get(str(x), 0.0) for x in district.zones["locale"]])
    living = _move_up(register, entrants.values, progression.rates, moved)
    homes = _housing(district, zones, span, chosen, settings)
    pick = [y - base for y in wanted]
    total = (living + homes.values)[:, :, pick]
    whole = round_keeping_sums(total.reshape(len(zones), -1), townships).reshape(total.shape)
    migrant, migrant_method = _migrants(district, zones, register, whole, pick)
    methods: dict[str, Words] = {
        "entrants": entrants.method,
        "progression": progression.method,
        "migration": _migration_text(chosen),
        "housing": homes.method,
        "migrants": migrant_method,
        "rounding": Text("demand.cohorts.whole_pupils_sums_county_kept_year"),
    }
    return Forecast(
        _long(zones, wanted, whole, migrant, district.grades),
        variant,
        base,
        methods,
        tuple(p.note for p in (entrants, homes) if p.note),
        district.grades,
    )


def _register(district: District, zones: pd.Index[str], column: str) -> FloatArray:
    """Return the base year's register (n_zones, n_grades)."""
    table = district.zone_pupils
    rows = table[table["year"] == district.info.base_year]
    grid = np.zeros((len(zones), district.grades.count))
    z = zones.get_indexer(pd.Index(rows["zone"].astype(str)))
    values = rows[column].fillna(0).to_numpy(dtype=float)
    np.add.at(grid, (z, rows["grade"].to_numpy(dtype=np.int64) - district.grades.first), values)
    return grid


def _entrants(
    district: District,
    zones: pd.Index[str],
    townships: IntArray,
    register: FloatArray,
    span: list[int],
    chosen: VariantSettings,
    settings: ForecastSettings,
) -> _Part:
    """Return children entering the lowest grade (n_zones, n_years); the base year's column is the register's."""
    factor = chosen.births * settings.births_factor
    values = np.repeat(register[:, :1], len(span), axis=1)
    if len(span) == 1:
        return _Part(values, Text("demand.cohorts.register_base_year"))
    if district.births.empty:
        values[:, 1:] = register[:, :_HELD_GRADES].mean(axis=1)[:, None] * factor
        held_grades = span_told(district.grades.every[:_HELD_GRADES])
        text = Text("demand.cohorts.no_births", grades=held_grades, year=span[0])
        return _Part(values, Text("demand.cohorts.times", what=text, factor=factor), text)
    years = birth_years(district, span, settings)
    births, held = birth_grid(district, zones, years, settings)
    cohort = births[:, -len(span)] if len(years) == len(span) else births[:, 0]
    rate = entry_rates(register[:, 0], cohort, townships, settings)
    values[:, 1:] = births[:, len(years) - len(span) + 1 :] * rate[:, None] * factor
    age = settings.age_at_entry(district.grades)
    set_, calibrated = Text("demand.cohorts.from_settings"), _calibrated(district.grades, span[0])
    how = set_ if settings.entry_rate is not None else calibrated
    method = Text("demand.cohorts.births", age=age, how=how, factor=factor)
    if not held:
        return _Part(values, method)
    listed = ", ".join(map(str, held))
    return _Part(
        values,
        method,
        Text("demand.cohorts.births_unknown_held_nearest_known_year", listed=listed),
    )


def _calibrated(grades: Grades, year: int) -> Text:
    if grades.first == 1:
        return Text("demand.cohorts.calibrated", year=year)
    return Text("demand.cohorts.calibrated_on", grade=grade_name(grades.first), year=year)


def _move_up(register: FloatArray, entrants: FloatArray, rates: FloatArray, moved: FloatArray) -> FloatArray:
    """Return ``N[z, g+1, t+1] = N[z, g, t] × rate[g] × (1 + moved[z])`` (n_zones, n_grades, n_years)."""
    n_years = entrants.shape[1]
    living = np.zeros((*register.shape, n_years))
    living[:, :, 0] = register
    step = rates[None, :] * (1 + moved)[:, None]
    for t in range(1, n_years):
        living[:, 1:, t] = living[:, :-1, t - 1] * step
        living[:, 0, t] = entrants[:, t]
    return living


def _housing(
    district: District,
    zones: pd.Index[str],
    span: list[int],
    chosen: VariantSettings,
    settings: ForecastSettings,
) -> _Part:
    """Return pupils whom homes add to the register of the base year (n_zones, n_grades, n_years).

    ``homes × yield / grades × (share filled in t − share filled in the base year)``: what is filled by the base
    year is in the register already.
    """
    table, base, grades = district.housing, span[0], district.grades
    added = np.zeros((len(zones), grades.count, len(span)))
    if table.empty:
        return _Part(added, Text("demand.cohorts.no_housing_table_no_pupils_new"))
    z = zones.get_indexer(pd.Index(table["zone"].astype(str)))
    delivered = table["year"].to_numpy(dtype=np.int64)
    delivered = delivered + np.where(delivered > base, chosen.delivery_lag, 0)
    filled = _filled(np.array(span)[None, :] - delivered[:, None], settings.settling)
    homes = table["homes"].to_numpy(dtype=float) * chosen.housing
    extra = homes[:, None] * (filled - filled[:, :1])
    for stage, default in (("primary", settings.primary_yield), ("junior", settings.junior_yield)):
        if stage not in grades:
            continue
        column = f"{stage}_yield"
        per_home = (
            pd.to_numeric(table[column]).fillna(default).to_numpy(dtype=float) if column in table else default
        )
        per_grade = extra * np.broadcast_to(per_home, len(table))[:, None] / len(grades[stage])
        of_zone = np.zeros((len(zones), len(span)))
        np.add.at(of_zone, z, per_grade)
        for row in grades.rows(stage):
            added[:, row, :] = of_zone
    shares = "/".join(f"{s:g}" for s in settings.settling)
    return _Part(
        added,
        Text(
            "demand.cohorts.homes_yield_filled_school_year_delivery",
            housing=chosen.housing,
            shares=shares,
            base=base,
            delivery_lag=chosen.delivery_lag,
        ),
    )


def _filled(age: IntArray, settling: tuple[float, ...]) -> FloatArray:
    """Return the share of a home's pupils who live there ``age`` school years after delivery."""
    curve = np.array([0.0, *settling])
    filled: FloatArray = curve[np.clip(age + 1, 0, len(settling))]
    return filled


def _migration_text(chosen: VariantSettings) -> Text:
    rates = [Text(f"demand.migration.{locale}", rate=rate) for locale, rate in chosen.migration.items()]
    return Text("demand.cohorts.migration", rates=rates)


def _migrants(
    district: District, zones: pd.Index[str], register: FloatArray, whole: IntArray, pick: list[int]
) -> tuple[IntArray | None, Text]:
    """Return children of migrant workers: the share of a cohort moves up with it, entrants take that of the lowest grade."""
    table = district.zone_pupils
    base = table[table["year"] == district.info.base_year]
    if "migrant" not in table or base["migrant"].isna().all():
        return None, Text("demand.cohorts.not_register")
    known = _register(district, zones, "migrant")
    share = np.divide(known, register, out=np.zeros_like(known), where=register > 0)
    shares = np.stack([share[:, np.maximum(np.arange(district.grades.count) - t, 0)] for t in pick], axis=2)
    migrant = np.minimum(np.floor(shares * whole + 0.5).astype(np.int64), whole)
    return migrant, Text("demand.cohorts.share_each_base_year_cohort_moves")


def _long(
    zones: pd.Index[str], years: list[int], whole: IntArray, migrant: IntArray | None, grades: Grades
) -> pd.DataFrame:
    n, n_years = len(zones), len(years)
    by_year = whole.transpose(0, 2, 1)
    table = pd.DataFrame(
        {
            "zone": np.repeat(zones.to_numpy(), n_years * grades.count),
            "year": np.tile(np.repeat(np.array(years, dtype=np.int64), grades.count), n),
            "grade": np.tile(np.array(grades.every, dtype=np.int64), n * n_years),
            "pupils": by_year.reshape(-1),
        }
    ).astype({"zone": "str"})
    known = None if migrant is None else migrant.transpose(0, 2, 1).reshape(-1)
    table["migrant"] = pd.array([pd.NA] * len(table) if known is None else known, dtype="Int64")
    return table
