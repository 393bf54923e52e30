"""The command that plans purchases, hires and moves of teachers so that the units meet A1–A7."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.cli.language import say
from planning.cli.show import console, errors, listed
from planning.district import remembered_district
from planning.errors import Issue, LayoutError, ScenarioError
from planning.filenames import inside
from planning.gap import gap_share
from planning.indicators import Figures, figures_of_layout, figures_of_register
from planning.messages import Both, Text
from planning.resourcing import (
    Programme,
    Settings,
    check_programme,
    plan_resources,
    read_prices,
    resource_case,
    save_programme,
    single_purchases,
)
from planning.runs import open_run
from planning.standards import Profile, read_profile
from planning.standards.money import money

STANDARDS = "litong-2021"


def resource(
    source: Annotated[
        Path,
        typer.Argument(help=say("cli.resource.run_folder_district_folder_workbook")),
    ],
    budget: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.resource.budget_year_yuan_2022_8000000")),
    ] = None,
    prices: Annotated[Path | None, typer.Option(help=say("cli.resource.price_file_yaml"))] = None,
    reading: Annotated[
        str,
        typer.Option(help=say("cli.resource.default_2025_all_units_other")),
    ] = "default",
    standards: Annotated[
        str | None, typer.Option(help=say("cli.score.profile_standards_run_own_else"))
    ] = None,
    gap: Annotated[float, typer.Option(help=say("cli.resource.stop_gap"))] = 0.01,
    time_limit: Annotated[float, typer.Option(help=say("cli.resource.seconds"))] = 120.0,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("cli.resource.where_write"))] = None,
) -> int:
    """Find the cheapest purchases, hires and moves of teachers with which enough units pass A1–A7 in every year."""
    limits = _budgets(budget or [])
    if reading not in ("default", "other"):
        raise ScenarioError([Issue("cli.resource.expected_default_other", "--reading", value=reading)])
    figures, profile = _figures(source, standards)
    case, paid = resource_case(figures, profile, reading=reading), read_prices(prices)
    singles = single_purchases(case, paid)
    console.print(say("cli.resource.planning_purchases_moves"), style="dim")
    settings = Settings(limits, gap=gap, time_limit_s=time_limit)
    programme = plan_resources(case, paid, settings, progress=_progress)
    wrong = check_programme(programme, case, paid, limits)
    if wrong:
        raise LayoutError([Issue(Both(w, w), "resourcing") for w in wrong])
    single = money(profile.currency).single
    console.print(_table(programme, single))
    _headline(programme, single)
    if len(singles):
        first = singles.iloc[0]
        bought = paid.things[str(first["resource"])]
        thing = say(str(first["thing_en"]), str(first["thing_zh"]))
        console.print(
            say("cli.resource.single_purchase_buys_most")
            + escape(
                f"{first['name']}  {thing}  {first['amount']:,.0f} {say(bought.unit_en, bought.unit_zh)}  {first['cost_yuan']:,.0f} "
            )
            + say("cli.resource.yuan_unit_s_more_pass", units_gained=first["units_gained"], currency=single)
        )
    target = out or inside("runs", f"resource-{source.resolve().stem}")
    save_programme(programme, target, singles)
    console.print(say("cli.resource.written") + escape(str(target)))
    return 0


def _figures(source: Path, standards: str | None) -> tuple[dict[int, Figures], Profile]:
    if (source / "summary.json").is_file():
        layout, scenario, district = open_run(source)
        profile = read_profile(standards) if standards else scenario.profile()
        years = sorted(int(y) for y in layout.units["year"].unique())
        return {y: figures_of_layout(district, layout, profile, y) for y in years}, profile
    district, profile = remembered_district(source), read_profile(standards or STANDARDS)
    figures = figures_of_register(district, profile)
    return {figures.year: figures}, profile


def _budgets(texts: list[str]) -> dict[int, float]:
    found, problems = {}, []
    for text in texts:
        year, _, yuan = text.partition("=")
        try:
            value = float(yuan.replace(",", "").replace("_", ""))
            if not (value >= 0 and value < float("inf")):
                raise ValueError
            found[int(year)] = value
        except ValueError:
            problems.append(Issue("cli.resource.expected_year_yuan_example_2022", "--budget", value=text))
    if problems:
        raise ScenarioError(problems)
    return found


def _progress(seconds: float, best: float, bound: float) -> None:
    if not errors.is_terminal:
        return
    share = gap_share(best, bound)
    errors.print(
        say("cli.resource.s_best_gap", seconds=seconds, best=best, share=share),
        end="\r",
    )


def _headline(programme: Programme, single: Text) -> None:
    summary = programme.summary
    for unmet in summary.get("unmet", ()):
        why = say(str(unmet["why_en"]), str(unmet["why_zh"]))
        text = say(str(unmet["text_en"]), str(unmet["text_zh"])) + (f" — {why}" if why else "")
        console.print(f"[bold red]{escape(text)}[/]")
    if "unmet" in summary:
        console.print(say("cli.resource.no_programme_meets_everything_found"))
    console.print(
        say(
            "cli.resource.total_yuan_gap_checked_from",
            cost_yuan=summary["cost_yuan"],
            gap=summary["gap"],
            currency=single,
        )
    )
    if summary["missing_yuan"] > 0.5:
        lacking = programme.compliance[programme.compliance["missing_yuan"] > 0.5]
        text = listed(
            [f"{y}: {v:,.0f}" for y, v in zip(lacking["year"], lacking["missing_yuan"], strict=True)]
        )
        console.print(
            "[bold red]"
            + say("cli.resource.budget_not_enough_missing_yuan", text=text, currency=single)
            + "[/]"
        )
    for unit in summary["left_out"]:
        console.print(f"[dim]{escape(str(unit['name']))}: {say(str(unit['why_en']), str(unit['why_zh']))}[/]")


def _table(programme: Programme, single: Text) -> Table:
    table = Table(box=None)
    heads = [
        say("cli.resource.year"), say("cli.resource.pass_today"), say("cli.resource.pass"), say("cli.resource.share"),
        say("cli.resource.asked"), say("cli.resource.cost_yuan", currency=single),
    ]  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right")
    for row in programme.compliance.to_dict("records"):
        table.add_row(
            str(row["year"]), str(row["passing_before"]), f"{row['passing']} / {row['units']}", f"{row['share']:.1%}",
            f"{row['asked']:.0%}", f"{row['cost_yuan']:,.0f}",
        )  # fmt: skip
    return table
