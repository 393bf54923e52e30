"""Commands about the years to come: forecast, warning, sweep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from planning.cli.language import say, user_language
from planning.cli.show import console, print_internal
from planning.demand import Backtest, ForecastSettings, backtest, warning_lines
from planning.demand.outlook import Outlook, look_ahead, place_names, with_built, write_outlook
from planning.demand.tables import county_table
from planning.digits import in_digits
from planning.district import District, remembered_district
from planning.district.schema import STAGE_ZH
from planning.filenames import inside
from planning.grades import grade_name
from planning.scenario import read_scenario
from planning.standards import read_profile
from planning.standards.money import Money, money

AHEAD = 10
"""School years a forecast looks ahead when ``--to`` is not given."""
SHOWN_PLACES = 12


class Counted(StrEnum):
    """Projects whose seats count."""

    fixed = "fixed"
    all = "all"
    none = "none"


_DISTRICT = Annotated[
    Path,
    typer.Argument(help=say("cli.explore.district_folder_workbook_xlsx")),
]
_To = Annotated[
    int | None,
    typer.Option("--to", help=say("cli.explore.last_school_year_base_year")),
]
_Projects = Annotated[
    Counted,
    typer.Option("--projects", help=say("cli.explore.projects_whose_seats_count")),
]
_Standards = Annotated[str, typer.Option("--standards", help=say("cli.explore.profile_standards"))]
_Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.explore.where_write"))]
_Hold = Annotated[
    bool,
    typer.Option(
        "--hold-births",
        help=say("cli.explore.hold_last_known_births_where"),
    ),
]


def forecast(
    district: _DISTRICT,
    to: _To = None,
    out: _Out = None,
    projects: _Projects = Counted.fixed,
    standards: _Standards = "litong-2021",
    hold_births: _Hold = False,
) -> None:
    """Forecast pupils and seats by year, and test the forecast on the years that are known."""
    county, settings = remembered_district(district), _settings(hold_births)
    made = _ahead(county, to, projects, standards, settings)
    tested = backtest(county, settings=settings)
    target = write_outlook(
        made, county, out or _folder("forecast", county), tested=tested, lang=user_language()
    )
    _print_county(made)
    _print_backtest(tested)
    medium = made.forecasts["medium"]
    for note in (words.text(user_language()) for words in medium.told):
        console.print(f"[dim]{escape(note)}[/]")
    _print_files(target, ("forecast.png", "forecast_county.csv", "forecast_township.csv", "backtest.csv"))


def warning(
    district: _DISTRICT,
    to: _To = None,
    out: _Out = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", help=say("cli.explore.catchments_projects_run")),
    ] = None,
    projects: _Projects = Counted.fixed,
    standards: _Standards = "litong-2021",
    hold_births: _Hold = False,
) -> None:
    """Say when, where and in which grade seats run out: tables, heat charts, a map by year."""
    from planning.layout import load_layout
    from planning.publish.map.seat_map import write_seat_map

    county = remembered_district(district)
    catchments = None
    if run is not None:
        layout = load_layout(run)
        built = layout.projects[layout.projects["built"].astype(bool)]
        county = with_built(
            county, {str(p): int(y) for p, y in zip(built["project"], built["year"], strict=True)}
        )
        own = layout.assignment[["stage", "zone", "unit"]].astype("str")
        catchments = own.assign(unit=own["unit"].str.split(";")).explode("unit", ignore_index=True)
    made = _ahead(county, to, projects, standards, _settings(hold_births), catchments)
    target = write_outlook(made, county, out or _folder("warning", county), lang=user_language())
    write_seat_map(county, made, target / "seat_map.html", catchments=catchments)
    for line in warning_lines(made.warning, lang=user_language()):
        console.print(escape(line))
    _print_places(made, place_names(county))
    _print_files(
        target, ("seat_map.html", "heat_township.png", "heat_unit.png", "seat_warning.csv", "seat_heat.csv")
    )


def _settings(hold: bool) -> ForecastSettings:
    return ForecastSettings(missing_births="hold" if hold else "error")


def _folder(kind: str, district: District) -> Path:
    return inside("runs", f"{kind}-{district.info.id}")


def _ahead(
    district: District,
    to: int | None,
    projects: Counted,
    standards: str,
    settings: ForecastSettings,
    catchments: pd.DataFrame | None = None,
) -> Outlook:
    base = district.info.base_year
    last = base + AHEAD if to is None else to
    years = range(base, last + 1) if last >= base else [last]
    return look_ahead(
        district,
        read_profile(standards),
        years,
        projects=projects.value,
        catchments=catchments,
        settings=settings,
    )


def _stage(stage: str) -> str:
    return say(stage, STAGE_ZH[stage])


def _print_county(made: Outlook) -> None:
    table = county_table(made.forecasts)
    keys = table[["stage", "year", "variant"]].itertuples(index=False, name=None)
    told = dict(zip(keys, table[["entrants", "pupils"]].itertuples(index=False, name=None), strict=True))
    seats = made.seats[made.seats["level"] == "county"].set_index(["stage", "year"])["seats"]
    shown = Table(box=None, padding=(0, 1))
    heads = (
        say("cli.explore.year"), say("cli.explore.stage"), say("cli.explore.entrants"), say("cli.explore.low_high"),
        say("cli.explore.pupils"), say("cli.explore.low_high"), say("cli.explore.seats"),
    )  # fmt: skip
    for i, head in enumerate(heads):
        shown.add_column(head, justify="left" if i < 2 else "right", no_wrap=True)
    for stage in ("primary", "junior"):
        for year in made.years:
            low, medium, high = (told[stage, year, v] for v in ("low", "medium", "high"))
            cells = [t for i in (0, 1) for t in (f"{medium[i]:,}", f"{low[i]:,}–{high[i]:,}")]
            shown.add_row(str(year), _stage(stage), *cells, f"{seats.get((stage, year), 0):,}")
    console.print(shown)


def _print_backtest(tested: Backtest) -> None:
    for note in (words.text(user_language()) for words in tested.told):
        console.print(f"[dim]{escape(note)}[/]")
    if tested.errors.empty:
        return
    table = tested.errors.set_index(["level", "year", "group", "method"])["mape"].to_dict()
    console.print(
        "[bold]" + say("cli.explore.backtest_from_mean_error_grade", base_year=tested.base_year) + "[/]"
    )
    shown = Table(box=None, padding=(0, 1))
    for i, head in enumerate(
        (say("cli.explore.level"), say("cli.explore.year"), say("cli.explore.entrants"), say("cli.explore.naive"),
         say("cli.explore.all_grades"), say("cli.explore.naive"))
    ):  # fmt: skip
        shown.add_column(head, justify="left" if i < 2 else "right", no_wrap=True)
    words = {
        "county": say("cli.explore.county"),
        "township": say("cli.explore.townships"),
        "zone": say("cli.explore.zones"),
    }
    for level, year in tested.errors[["level", "year"]].drop_duplicates().itertuples(index=False):
        cells = [f"{table[level, year, g, m]:.1%}" for g in ("entrants", "all") for m in ("cohort", "naive")]
        shown.add_row(words[level], str(year), *cells)
    console.print(shown)


def _print_places(made: Outlook, names: dict[str, str]) -> None:
    first = made.warning.first
    units = first[(first["level"] == "unit") & first["year"].notna()]
    order = units[units["variant"] == "medium"].sort_values(["year", "short"], ascending=[True, False])
    told = {
        (
            str(r["place"]),
            str(r["stage"]),
            str(r["variant"]),
        ): f"{r['year']} −{math.ceil(r['short']):,} ({grade_name(r['grade'])})"
        for r in units.to_dict("records")
    }
    title = say("cli.explore.units_short_seats_medium_variant", count=len(order))
    console.print(f"[bold]{title}[/]")
    shown = Table(box=None, padding=(0, 1))
    for head in (
        say("cli.explore.unit"),
        say("cli.explore.stage"),
        say("cli.explore.low"),
        say("cli.explore.medium"),
        say("cli.explore.high"),
    ):
        shown.add_column(head, no_wrap=True)
    for place, stage in zip(
        order["place"].head(SHOWN_PLACES), order["stage"].head(SHOWN_PLACES), strict=True
    ):
        cells = [told.get((place, stage, v), "–") for v in ("low", "medium", "high")]
        shown.add_row(escape(names.get(place, place)), _stage(stage), *cells)
    console.print(shown)
    if len(order) > SHOWN_PLACES:
        console.print(say("cli.explore.all_seat_warning_csv"))


def _print_files(folder: Path, names: tuple[str, ...]) -> None:
    console.print(say("cli.explore.written") + escape(str(folder)) + ": " + ", ".join(names))
    print_internal()


def sweep(
    scenario: Annotated[Path, typer.Argument(help=say("cli.explore.scenario_file_yaml"))],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            help=say("cli.explore.key_value_value_births_budget"),
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("cli.explore.key_key_value_top_file")),
    ] = None,
    out: _Out = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help=say("cli.explore.points_once"))] = None,
) -> int:
    """Solve a scenario over a grid of settings and draw cost against shortage and travel."""
    from planning.publish.page.pareto import write_pareto
    from planning.sweep import GIVEN, PICTURE, TABLE, read_grid
    from planning.sweep import sweep as solve_grid

    unit = money(read_scenario(scenario, list(sets or ())).profile().currency)

    def told(done: int, count: int, figures: Mapping[str, Any]) -> None:
        note = figures.get("note") or say(
            "cli.explore.short_and_cost",
            short=f"{figures.get('shortage_pupils', 0):,}",
            cost=f"{figures.get('cost_yuan', 0) / unit.scale:,.0f}",
            unit=unit.unit,
        )
        console.print(f"[dim]{done}/{count}  {escape(str(note))}[/]")

    made = solve_grid(scenario, read_grid(vary or []), sets=tuple(sets or ()), out=out, jobs=jobs, told=told)
    write_pareto(made.table, made.varied, GIVEN, made.folder / PICTURE, unit=unit, lang=user_language())
    _print_sweep(made.table, made.varied, unit)
    _print_files(made.folder, (TABLE, PICTURE))
    if made.complete:
        return 0
    console.print(say("cli.explore.stopped_what_solved_kept_repeat"))
    return 130


def _print_sweep(table: pd.DataFrame, varied: Sequence[str], unit: Money) -> None:
    shown = Table(box=None, padding=(0, 1), collapse_padding=True, pad_edge=False)
    heads = (
        say("cli.explore.short"), unit.unit.text(user_language()), say("cli.explore.rooms"), say("cli.explore.walk_m"),
        say("cli.explore.gap"), say("cli.explore.per_room"), "Pareto",
    )  # fmt: skip
    for i, head in enumerate((*(k.rpartition(".")[2].removesuffix("_yuan") for k in varied), *heads)):
        shown.add_column(head, justify="left" if i < len(varied) else "right", no_wrap=True)
    for row in table.to_dict("records"):
        cells = [f"{float(row[k]) / 1e6:g} M" if k.endswith("_yuan") else str(row[k]) for k in varied]
        if row["status"] == "solved":
            cells += [
                f"{row['shortage_pupils']:,.0f}", f"{row['cost_yuan'] / unit.scale:,.0f}", f"{row['rooms']:.0f}",
                in_digits(row['mean_distance_m']), "–" if pd.isna(row["gap"]) else f"{row['gap']:.2%}",
                "" if pd.isna(row["per_room"]) else f"{row['per_room']:.1f}", "●" if row["pareto"] else "",
            ]  # fmt: skip
        else:
            words = {
                "missing": say("cli.explore.not_solved_yet"),
                "impossible": say("cli.explore.impossible"),
            }
            cells += [words[row["status"]]]
        shown.add_row(*cells)
    console.print(shown)
