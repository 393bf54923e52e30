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
from planning.district import District, read_district
from planning.district.schema import STAGE_ZH
from planning.filenames import inside
from planning.standards import read_profile

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
    typer.Argument(help=say("District folder or workbook (.xlsx).", "区县数据文件夹或工作簿（.xlsx）。")),
]
_To = Annotated[
    int | None,
    typer.Option("--to", help=say("Last school year (base year + 10).", "最后学年（默认基年后第10年）。")),
]
_Projects = Annotated[
    Counted,
    typer.Option("--projects", help=say("Projects whose seats count.", "计入学位的建设项目。")),
]
_Standards = Annotated[str, typer.Option("--standards", help=say("Profile of standards.", "标准配置。"))]
_Out = Annotated[Path | None, typer.Option("--out", "-o", help=say("Where to write.", "输出位置。"))]
_Hold = Annotated[
    bool,
    typer.Option(
        "--hold-births",
        help=say("Hold the last known births where a year is missing.", "缺少年份时沿用最近已知出生人数。"),
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
    county, settings = read_district(district), _settings(hold_births)
    made = _ahead(county, to, projects, standards, settings)
    tested = backtest(county, settings=settings)
    target = write_outlook(
        made, county, out or _folder("forecast", county), tested=tested, lang=user_language()
    )
    _print_county(made)
    _print_backtest(tested)
    medium = made.forecasts["medium"]
    for note in medium.notes if user_language() == "en" else medium.notes_zh:
        console.print(f"[dim]{escape(note)}[/]")
    _print_files(target, ("forecast.png", "forecast_county.csv", "forecast_township.csv", "backtest.csv"))


def warning(
    district: _DISTRICT,
    to: _To = None,
    out: _Out = None,
    run: Annotated[
        Path | None,
        typer.Option(
            "--run", help=say("Catchments and projects of this run.", "采用该运行结果的学区与项目。")
        ),
    ] = None,
    projects: _Projects = Counted.fixed,
    standards: _Standards = "litong-2021",
    hold_births: _Hold = False,
) -> None:
    """Say when, where and in which grade seats run out: tables, heat charts, a map by year."""
    from planning.layout import load_layout
    from planning.publish.map.seat_map import write_seat_map

    county = read_district(district)
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
        say("year", "学年"), say("stage", "学段"), say("entrants", "新生"), say("low–high", "低—高"),
        say("pupils", "在校生"), say("low–high", "低—高"), say("seats", "学位"),
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
    for note in tested.notes if user_language() == "en" else tested.notes_zh:
        console.print(f"[dim]{escape(note)}[/]")
    if tested.errors.empty:
        return
    table = tested.errors.set_index(["level", "year", "group", "method"])["mape"].to_dict()
    console.print(
        "[bold]"
        + say(
            f"Backtest from {tested.base_year}: mean error a grade (naive: as in {tested.base_year})",
            f"自 {tested.base_year} 学年回测：各年级平均误差（对照：与 {tested.base_year} 学年相同）",
        )
        + "[/]"
    )
    shown = Table(box=None, padding=(0, 1))
    for i, head in enumerate(
        (say("level", "层级"), say("year", "学年"), say("entrants", "新生"), say("naive", "对照"),
         say("all grades", "各年级"), say("naive", "对照"))
    ):  # fmt: skip
        shown.add_column(head, justify="left" if i < 2 else "right", no_wrap=True)
    words = {
        "county": say("county", "全县"),
        "township": say("townships", "乡镇"),
        "zone": say("zones", "居住单元"),
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
        ): f"{r['year']} −{math.ceil(r['short']):,} ({r['grade']})"
        for r in units.to_dict("records")
    }
    title = say(
        f"Units short of seats (medium variant): {len(order)}; first year, pupils without a seat (fullest grade)",
        f"学位不足的办学单位（中方案）：{len(order)} 个；首次不足学年、缺口（最紧年级）",
    )
    console.print(f"[bold]{title}[/]")
    shown = Table(box=None, padding=(0, 1))
    for head in (
        say("unit", "办学单位"),
        say("stage", "学段"),
        say("low", "低方案"),
        say("medium", "中方案"),
        say("high", "高方案"),
    ):
        shown.add_column(head, no_wrap=True)
    for place, stage in zip(
        order["place"].head(SHOWN_PLACES), order["stage"].head(SHOWN_PLACES), strict=True
    ):
        cells = [told.get((place, stage, v), "–") for v in ("low", "medium", "high")]
        shown.add_row(escape(names.get(place, place)), _stage(stage), *cells)
    console.print(shown)
    if len(order) > SHOWN_PLACES:
        console.print(say("  … all in seat_warning.csv", "  …… 其余见 seat_warning.csv"))


def _print_files(folder: Path, names: tuple[str, ...]) -> None:
    console.print(say("Written to ", "已写入 ") + escape(str(folder)) + ": " + ", ".join(names))
    print_internal()


def sweep(
    scenario: Annotated[Path, typer.Argument(help=say("Scenario file (YAML).", "情景文件（YAML）。"))],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            help=say(
                "key=value,value,…: births, budget (yuan), or any scenario key; repeatable.",
                "键=值,值,…:births、budget（元）或任一情景键；可重复。",
            ),
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("key.key=value on top of the file.", "覆盖情景设置：键.键=值。")),
    ] = None,
    out: _Out = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help=say("Points at once.", "同时求解的方案数。"))
    ] = None,
) -> int:
    """Solve a scenario over a grid of settings and draw cost against shortage and travel."""
    from planning.publish.page.pareto import write_pareto
    from planning.sweep import GIVEN, PICTURE, TABLE, read_grid
    from planning.sweep import sweep as solve_grid

    def told(done: int, count: int, figures: Mapping[str, Any]) -> None:
        note = figures.get("note") or say(
            f"{figures.get('shortage_pupils', 0):,} seats short, {figures.get('cost_yuan', 0) / 1e6:,.0f} million yuan",
            f"缺学位 {figures.get('shortage_pupils', 0):,}，投资 {figures.get('cost_yuan', 0) / 1e4:,.0f} 万元",
        )
        console.print(f"[dim]{done}/{count}  {escape(str(note))}[/]")

    made = solve_grid(scenario, read_grid(vary or []), sets=tuple(sets or ()), out=out, jobs=jobs, told=told)
    write_pareto(made.table, made.varied, GIVEN, made.folder / PICTURE, lang=user_language())
    _print_sweep(made.table, made.varied)
    _print_files(made.folder, (TABLE, PICTURE))
    if made.complete:
        return 0
    console.print(
        say(
            "Stopped; what was solved is kept. Repeat the command to go on.",
            "已停止，已求解的方案已保留；重复该命令可继续。",
        )
    )
    return 130


def _print_sweep(table: pd.DataFrame, varied: Sequence[str]) -> None:
    shown = Table(box=None, padding=(0, 1), collapse_padding=True, pad_edge=False)
    heads = (
        say("short", "缺学位"), say("M yuan", "百万元"), say("rooms", "教室"), say("walk m", "步行 米"),
        say("gap", "差距"), say("per room", "每间减少"), "Pareto",
    )  # fmt: skip
    for i, head in enumerate((*(k.rpartition(".")[2].removesuffix("_yuan") for k in varied), *heads)):
        shown.add_column(head, justify="left" if i < len(varied) else "right", no_wrap=True)
    for row in table.to_dict("records"):
        cells = [f"{float(row[k]) / 1e6:g} M" if k.endswith("_yuan") else str(row[k]) for k in varied]
        if row["status"] == "solved":
            cells += [
                f"{row['shortage_pupils']:,.0f}", f"{row['cost_yuan'] / 1e6:,.0f}", f"{row['rooms']:.0f}",
                f"{row['mean_distance_m']:,.0f}", "–" if pd.isna(row["gap"]) else f"{row['gap']:.2%}",
                "" if pd.isna(row["per_room"]) else f"{row['per_room']:.1f}", "●" if row["pareto"] else "",
            ]  # fmt: skip
        else:
            words = {
                "missing": say("not solved yet", "未求解"),
                "impossible": say("impossible", "无可行方案"),
            }
            cells += [words[row["status"]]]
        shown.add_row(*cells)
    console.print(shown)
