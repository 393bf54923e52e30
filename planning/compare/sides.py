"""Put layouts side by side and mark the better value of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.approval import approval_lines, starting_from
from planning.compare import people
from planning.compare.rows import COST, ROWS, SUMMED, last_year, spread, taught
from planning.district import District, remembered_district
from planning.errors import Issue, LayoutError
from planning.indicators.bands import BANDS, band_of
from planning.layout import Layout, in_seats, inputs_of, load_layout, one_row_per_zone
from planning.messages import Both, Text, languages, paper_language
from planning.scenario import scenario_of_run
from planning.standards import Profile, read_profile
from planning.standards.money import YUAN, Money, money

# what a layout is weighed by when asked whether another one beats it in everything: smaller is better
OBJECTIVES = ("shortage", "way", "outside", "moved", "cost", "failed")
"""``compare.objective.…`` of the catalogues names them."""


@dataclass(frozen=True)
class Comparison:
    """Layouts side by side; the first is what the others are measured against.

    Parameters
    ----------
    names : tuple of str
        Layouts, in order.
    table : DataFrame
        One row per figure: ``key, group, better, form``, ``name_…`` in every language, ``how``, ``how_…`` in the others, and one column per layout.
    indicators : DataFrame
        Verdicts of the 32 indicators, one column per layout.
    moved : DataFrame
        Zones whose unit differs between layouts: ``zone, stage`` and one column per layout.
    values : DataFrame
        Values of the 32 indicators as shown, ``id`` and one column per layout.
    walks, changes, winners, equity, moved_zones : DataFrame
        See :mod:`planning.compare.people`.
    bands : DataFrame
        Classes in the last year by ``stage`` and ``layout``: ``classes, normal, largish, large, super, over_cap, largest``.
    projects : DataFrame
        ``project, name, kind, stage, cost_yuan`` and the year of use in every layout (missing where not built).
    pareto : DataFrame
        One row per layout: the objectives, and ``beaten_by`` (a layout at least as good in all of them and better in one).
    titles : tuple of Both
        Titles of the scenarios.
    years : tuple of str
        School years of every plan.
    cites : bool
        Whether the standards that judge the plans cite national ones.
    money : Money
        Unit that amounts of money are told in.
    approvals : tuple of tuple of str
        What is to be printed about the approval of every layout and its exceptions (Chinese).
    notes : tuple of Text
        What a reader must know: other years, other data.
    district : District, optional
        For maps and names.
    """

    names: tuple[str, ...]
    table: pd.DataFrame
    indicators: pd.DataFrame
    moved: pd.DataFrame
    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    walks: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    winners: pd.DataFrame = field(default_factory=pd.DataFrame)
    equity: pd.DataFrame = field(default_factory=pd.DataFrame)
    moved_zones: pd.DataFrame = field(default_factory=pd.DataFrame)
    bands: pd.DataFrame = field(default_factory=pd.DataFrame)
    projects: pd.DataFrame = field(default_factory=pd.DataFrame)
    pareto: pd.DataFrame = field(default_factory=pd.DataFrame)
    titles: tuple[Both, ...] = ()
    years: tuple[str, ...] = ()
    cites: bool = True
    money: Money = field(default_factory=lambda: money(YUAN))
    approvals: tuple[tuple[str, ...], ...] = ()
    notes: tuple[Text, ...] = ()
    district: District | None = None

    def objective(self, key: str) -> Text:
        """Return what an objective (:data:`OBJECTIVES`) is called; amounts of money name their unit."""
        return Text(f"compare.objective.{key}", **({"unit": self.money.unit} if key == COST else {}))

    def best(self, key: str) -> list[bool]:
        """Return which layouts hold the better value of a row; none when they are equal, or sums over other years."""
        row = self.table.set_index("key").loc[key]
        values = np.array([row[n] for n in self.names], dtype=float)
        known = values[~np.isnan(values)]
        other_years = key in SUMMED and len(set(self.years)) > 1
        if other_years or row["better"] == "none" or len(known) < 2 or known.max() - known.min() < 1e-9:
            return [False] * len(values)
        target = known.min() if row["better"] == "low" else known.max()
        return [bool(v == target) for v in values]


def compare_runs(folders: Sequence[str | Path]) -> Comparison:
    """Compare run folders, approved or not.

    Raises
    ------
    LayoutError
        If fewer than two are given or one is incomplete; everything at once.
    DistrictError
        If the district of the first cannot be read.
    """
    if len(folders) < 2:
        raise LayoutError([Issue("compare.sides.two_more_run_folders_needed", "compare")])
    problems: list[Issue] = []
    layouts = []
    for folder in folders:
        try:
            layouts.append(load_layout(folder))
        except LayoutError as error:
            problems += error.problems
    if problems:
        raise LayoutError(problems)
    first, inputs = layouts[0], inputs_of(folders[0])
    scenario = scenario_of_run(first.scenario, folders[0], first.summary, carried=inputs is not None)
    district = starting_from(remembered_district(inputs or scenario.district), scenario)
    layouts[0] = replace(first, scenario={**first.scenario, "standards": scenario.standards})
    return compare(layouts, [_scorecard(Path(f)) for f in folders], district)


def compare(
    layouts: Sequence[Layout], scorecards: Sequence[pd.DataFrame], district: District | None = None
) -> Comparison:
    """Compare layouts that are in memory, with their indicator tables.

    Parameters
    ----------
    scorecards : sequence of DataFrame
        ``scorecard.csv`` of every layout; empty frames where there is none.
    district : District, optional
        District of the first layout; without it nothing is said about locales and migrant children.
    """
    names = _distinct([x.name for x in layouts])
    settings = layouts[0].scenario
    profile = read_profile(
        str(settings.get("standards", "litong-2021")), settings.get("standards_set") or None
    )
    walk = people.walks(names, layouts, district, profile)
    unit = money(profile.currency)
    table = _table(names, layouts, unit)
    return Comparison(
        names,
        table,
        _indicators(names, scorecards, "verdict"),
        _moved(names, layouts),
        values=_indicators(names, scorecards, "shown"),
        walks=walk,
        changes=people.changes(walk),
        winners=people.winners(walk),
        equity=people.equity(walk, names),
        moved_zones=people.moved_zones(walk),
        bands=_bands(names, layouts, profile),
        projects=_projects(names, layouts),
        pareto=_pareto(names, layouts, walk, table),
        titles=tuple(_title(x.scenario) for x in layouts),
        years=tuple(_years(x) for x in layouts),
        cites=bool(profile.source),
        money=unit,
        approvals=tuple(approval_lines(x, paper_language(), limit=10) for x in layouts),
        notes=_notes(names, layouts),
        district=district,
    )


def _table(names: Sequence[str], layouts: Sequence[Layout], unit: Money) -> pd.DataFrame:
    rows = [
        {
            "key": row.key, "group": row.group, **{f"name_{lang}": row.name(unit).text(lang) for lang in languages()}, "better": row.better, "form": row.form,
            **{"how" if lang == "en" else f"how_{lang}": row.how.text(lang) for lang in languages()}, **{n: row.value(x) for n, x in zip(names, layouts, strict=True)},
        }
        for row in ROWS
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[table["key"] == COST, list(names)] /= unit.scale
    return table[~table[list(names)].isna().all(axis=1)].reset_index(drop=True)


def _scorecard(folder: Path) -> pd.DataFrame:
    path = folder / "scorecard.csv"
    if not path.is_file():
        return pd.DataFrame()
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        number = 2
        fresh = name
        while fresh in found:
            fresh, number = f"{name} ({number})", number + 1
        found.append(fresh)
    return tuple(found)


def _indicators(names: Sequence[str], scorecards: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    known = [s for s in scorecards if len(s)]
    if not known:
        return pd.DataFrame(columns=["id", "name_zh", "name_en", *names])
    result = known[0][["id", "name_zh", "name_en"]].copy()
    for name, table in zip(names, scorecards, strict=True):
        found = dict(zip(table["id"], table[column], strict=True)) if column in table else {}
        result[name] = [found.get(i, "") for i in result["id"]]
    return result


def _moved(names: Sequence[str], layouts: Sequence[Layout]) -> pd.DataFrame:
    wide = pd.DataFrame(
        {
            n: one_row_per_zone(x.assignment).set_index(["zone", "stage"])["unit"]
            for n, x in zip(names, layouts, strict=True)
        }
    )
    differs = wide.nunique(axis=1, dropna=False) > 1
    return wide[differs].reset_index()


def _bands(names: Sequence[str], layouts: Sequence[Layout], profile: Profile) -> pd.DataFrame:
    bounds = [profile.class_bands[name] for name in BANDS[:-1]]
    rows = []
    for name, layout in zip(names, layouts, strict=True):
        units = last_year(layout)
        if in_seats(units):
            continue
        sizes, row = spread(units)
        stage, cap = units["stage"].to_numpy(dtype=object)[row], units["cap"].to_numpy(dtype=float)[row]
        for wanted in ("primary", "junior"):
            here = stage == wanted
            if here.any():
                classes = taught(units, row)[here]
                band = np.where(classes, band_of(sizes[here], bounds), len(BANDS) - 1)
                counts = np.bincount(band, minlength=len(BANDS)).tolist()
                over = int(((sizes[here] > cap[here]) | ~classes).sum())
                largest = int(sizes[here][classes].max(initial=0))
                rows.append((wanted, name, int(classes.sum()), *counts, over, largest))
    return pd.DataFrame(rows, columns=["stage", "layout", "classes", *BANDS, "over_cap", "largest"])


def _projects(names: Sequence[str], layouts: Sequence[Layout]) -> pd.DataFrame:
    about = ["project", "name", "kind", "stage", "cost_yuan"]
    every = pd.concat([x.projects[about] for x in layouts], ignore_index=True).drop_duplicates("project")
    result = every.sort_values("project").reset_index(drop=True)
    for name, layout in zip(names, layouts, strict=True):
        built = layout.projects[layout.projects["built"].astype(bool)].drop_duplicates("project")
        years = pd.to_numeric(built.set_index("project")["year"], errors="coerce")
        result[name] = result["project"].map(years)
    return result[result[list(names)].notna().any(axis=1)].reset_index(drop=True)


def _pareto(
    names: Sequence[str], layouts: Sequence[Layout], walk: pd.DataFrame, table: pd.DataFrame
) -> pd.DataFrame:
    figures = table.set_index("key")
    rows = []
    for name, layout in zip(names, layouts, strict=True):
        part = walk[walk["layout"] == name]
        pupils = part["pupils"].sum()
        units = last_year(layout)
        row = {
            "layout": name,
            "shortage": float(units["shortage"].sum()),
            "way": float((part["distance_m"] * part["pupils"]).sum() / pupils) if pupils else np.nan,
            "outside": float((units["pupils"] - units["own"]).sum()),
        }
        for key in ("moved", "cost", "failed"):
            row[key] = float(figures[name][key]) if key in figures.index else np.nan
        rows.append(row)
    result = pd.DataFrame(rows)[["layout", *OBJECTIVES]]
    values = result.drop(columns="layout").to_numpy(dtype=float).round(6)
    values = values[:, ~np.isnan(values).any(axis=0)]  # only what is known of every layout can be weighed
    beaten = []
    for k in range(len(values)):
        better = [
            names[j]
            for j in range(len(values))
            if (values[j] <= values[k]).all() and (values[j] < values[k]).any()
        ]
        beaten.append("、".join(better))
    return result.assign(beaten_by=beaten)


def _years(layout: Layout) -> str:
    first, last = int(layout.units["year"].min()), int(layout.units["year"].max())
    return str(first) if first == last else f"{first}—{last}"


def _notes(names: Sequence[str], layouts: Sequence[Layout]) -> tuple[Text, ...]:
    notes = []
    for name, layout in zip(names[1:], layouts[1:], strict=True):
        if _years(layout) != _years(layouts[0]):
            years, others = _years(layout), _years(layouts[0])
            notes.append(
                Text("compare.sides.other_years", name=name, years=years, first=names[0], others=others)
            )
        inputs, first = layout.summary.get("inputs"), layouts[0].summary.get("inputs")
        if inputs and first and inputs != first:
            files = sorted(f for f in {*inputs, *first} if inputs.get(f) != first.get(f))
            notes.append(Text("compare.sides.other_inputs", name=name, first=names[0], files=files))
        if set(layout.assignment["zone"]) != set(layouts[0].assignment["zone"]):
            notes.append(Text("compare.sides.other_zones", name=name, first=names[0]))
    return tuple(notes)


def _title(scenario: Mapping[str, Any]) -> Both:
    zh, en = (str(scenario.get(key) or "") for key in ("title_zh", "title"))
    return Both(en or zh, zh or en)
