"""Count seats by year and warn of the first year and grade in which they run out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planning.demand.cohorts import Forecast
from planning.demand.grid import grid_of
from planning.district.capacity import counted
from planning.district.model import District
from planning.district.schema import STAGES
from planning.errors import DistrictError, Issue
from planning.grades import Grades, grade_name
from planning.messages import Text
from planning.standards import Profile

COUNTY = "county"
_SUFFIX = {"primary": "P", "junior": "J"}
_ADMITTING = ("catchment", "county")
_KEY = ["level", "place", "stage"]


@dataclass(frozen=True)
class SeatWarning:
    """Where and when seats run out (学位预警).

    Parameters
    ----------
    heat : DataFrame
        ``variant, level, place, stage, year``; ``pupils``, ``seats``, ``short`` (pupils without a seat),
        ``use`` (pupils / seats, empty without seats); ``grade`` (the one furthest over an even share of the seats, or
        nearest to it), ``grade_pupils``, ``grade_seats``, ``grade_short``.
    first : DataFrame
        One row per ``variant, level, place, stage``: ``year`` in which the stage first runs out, ``grade`` that is
        furthest over its share then, ``short``; ``grade_year``, ``tight_grade``, ``grade_short``: the first year in
        which a grade alone is over its share (rooms of other grades may still mend it). Empty where seats suffice.
    """

    heat: pd.DataFrame
    first: pd.DataFrame


def seats_by_year(
    district: District,
    profile: Profile,
    years: Sequence[int],
    *,
    projects: Literal["fixed", "all", "none"] = "fixed",
) -> pd.DataFrame:
    """Return seats by unit, township and county: ``level, place, stage, year, seats``.

    ``seats = rooms × class size standard`` (B5) of units that admit by catchment or from the whole county; projects
    add their rooms from ``open_year`` on, closures take the unit's away. Mergers of pupils are left to zoning.

    Parameters
    ----------
    district : District
        Units, schools and projects.
    profile : Profile
        Class size standard by stage.
    years : sequence of int
        School years.
    projects : {"fixed", "all", "none"}
        Projects that count.

    Returns
    -------
    DataFrame
    """
    rooms = _rooms(counted(district, profile.capacity), sorted({int(y) for y in years}), projects)
    rooms["seats"] = rooms["rooms"] * rooms["stage"].map(profile.class_cap)
    parts = [
        rooms.assign(level=level, place=place).groupby([*_KEY, "year"], as_index=False)["seats"].sum()
        for level, place in (("county", COUNTY), ("township", rooms["township"]), ("unit", rooms["unit"]))
    ]
    table = pd.concat(parts, ignore_index=True)
    kept: pd.DataFrame = table[table["place"] != ""].astype({"seats": "int64"})
    return kept.reset_index(drop=True)


def _rooms(district: District, years: list[int], projects: str) -> pd.DataFrame:
    """Return ``unit, township, stage, year, rooms`` with the projects that count."""
    schools = district.schools.set_index("school")
    of_school = schools["township"].fillna("").astype(str)
    units = district.units[district.units["admission"].isin(_ADMITTING)]
    base = units[["unit", "stage", "rooms"]].assign(township=units["school"].map(of_school).fillna(""))
    table = base.merge(pd.DataFrame({"year": np.array(years, dtype=np.int64)}), how="cross")
    table = table.astype({"rooms": "int64"})
    if projects == "none" or district.projects.empty:
        return table
    counted = district.projects[district.projects["stage"].isin(STAGES)]
    if projects == "fixed":
        counted = counted[counted["fixed"].fillna(False).astype(bool)]
    added = []
    at = {(s, g): u for u, s, g in zip(units["unit"], units["school"], units["stage"], strict=True)}
    towns = _project_townships(district, counted)
    columns = ["kind", "school", "stage", "rooms", "open_year"]
    for row, town in zip(counted[columns].to_dict("records"), towns, strict=True):
        school, stage, opens = str(row["school"]), str(row["stage"]), int(row["open_year"])
        unit = at.get((school, stage), f"{school}-{_SUFFIX[stage]}")
        if row["kind"] == "closure":
            table.loc[(table["unit"] == unit) & (table["year"] >= opens), "rooms"] = 0
            continue
        here = of_school.get(school, town)
        added += [(unit, stage, int(row["rooms"]), here, y) for y in years if y >= opens]
    return pd.concat(
        [table, pd.DataFrame(added, columns=["unit", "stage", "rooms", "township", "year"])],
        ignore_index=True,
    )


def _project_townships(district: District, projects: pd.DataFrame) -> list[str]:
    """Return the township each site lies in, empty where no polygon holds it."""
    towns = district.townships
    names = towns["township"].astype(str).to_list()
    found = []
    for point in projects.geometry:
        inside = np.flatnonzero(towns.geometry.covers(point).to_numpy())
        found.append(names[inside[0]] if len(inside) else "")
    return found


def zone_places(district: District, catchments: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return which zones belong to which place: ``level, place, stage, zone, share``.

    Parameters
    ----------
    district : District
        Zones with their townships and present catchments.
    catchments : DataFrame, optional
        ``stage, zone, unit`` (a layout's assignment); today's catchments when absent. A zone of several units is
        shared evenly.

    Returns
    -------
    DataFrame
    """
    zones = district.zones["zone"].astype(str)
    towns = district.zones["township"].fillna("").astype(str)
    parts = []
    for stage in district.grades:
        parts.append(pd.DataFrame({"level": "county", "place": COUNTY, "stage": stage, "zone": zones}))
        parts.append(pd.DataFrame({"level": "township", "place": towns, "stage": stage, "zone": zones}))
        if catchments is None:
            units = district.zones[f"current_{stage}"].fillna("").astype(str).str.split(";")
            own = pd.DataFrame({"zone": zones, "place": units}).explode("place")
            own["place"] = own["place"].str.strip()
        else:
            own = catchments.loc[catchments["stage"] == stage, ["zone", "unit"]]
            own = own.rename(columns={"unit": "place"}).astype({"zone": "str", "place": "str"})
        parts.append(own.assign(level="unit", stage=stage))
    table = pd.concat(parts, ignore_index=True).drop_duplicates([*_KEY, "zone"])
    table = table[table["place"] != ""]
    count = table.groupby(["level", "stage", "zone"])["place"].transform("size")
    return table.assign(share=1.0 / count)[[*_KEY, "zone", "share"]].reset_index(drop=True)


def countywide_pupils(district: District) -> pd.DataFrame:
    """Return who sits in units that draw from the whole county (boarding schools): ``level, place, stage, grade, pupils``.

    Pupils of the base year's register; they take seats without living in a catchment of the unit.
    """
    units = district.units[district.units["admission"] == "county"]
    base = district.classes[district.classes["year"] == district.info.base_year]
    rows = base.merge(units[["unit", "school", "stage"]], on="unit")
    town = rows["school"].map(district.schools.set_index("school")["township"]).fillna("").astype(str)
    parts = [
        rows.assign(level=level, place=place)
        for level, place in (("county", COUNTY), ("township", town), ("unit", rows["unit"]))
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[table["place"] != ""].groupby([*_KEY, "grade"])["pupils"].sum().reset_index()


def seat_warning(
    forecasts: Mapping[str, Forecast],
    seats: pd.DataFrame,
    places: pd.DataFrame,
    *,
    beside: pd.DataFrame | None = None,
) -> SeatWarning:
    """Compare pupils with seats in every variant, year and place.

    Parameters
    ----------
    forecasts : mapping of str to Forecast
        Forecast by variant, over the same years.
    seats : DataFrame
        ``level, place, stage, year, seats`` as :func:`seats_by_year` returns it.
    places : DataFrame
        ``level, place, stage, zone, share`` as :func:`zone_places` returns it.
    beside : DataFrame, optional
        Pupils who take seats every year besides those who live there, as :func:`countywide_pupils` returns them.

    Returns
    -------
    SeatWarning

    Raises
    ------
    DistrictError
        If the seats lack columns or years, or are not numbers of 0 or more; all at once.
    """
    _check_seats(forecasts, seats)
    heat = pd.concat(
        [_heat(made, seats, places, beside).assign(variant=variant) for variant, made in forecasts.items()],
        ignore_index=True,
    )
    columns = ["variant", *_KEY, "year", "pupils", "seats", "short", "use"]
    heat = heat[[*columns, "grade", "grade_pupils", "grade_seats", "grade_short"]]
    return SeatWarning(heat, _first(heat))


def _check_seats(forecasts: Mapping[str, Forecast], seats: pd.DataFrame) -> None:
    problems = [
        Issue("demand.seats.column_missing", "seats", column=c)
        for c in (*_KEY, "year", "seats")
        if c not in seats.columns
    ]
    if not problems:
        values = pd.to_numeric(seats["seats"], errors="coerce").to_numpy(dtype=float)
        problems += [
            Issue(
                "demand.seats.expected_number_0_more",
                "seats",
                row=str(i + 2),
                column="seats",
                value=str(seats["seats"].iloc[i]),
            )
            for i in np.flatnonzero(~np.isfinite(values) | (values < 0))
        ]
        years = {int(y) for made in forecasts.values() for y in made.pupils["year"].unique()}
        for year in sorted(years - set(seats["year"])):
            problems.append(
                Issue("demand.seats.no_seats_forecast_year", "seats", column="year", value=str(year))
            )
    if problems:
        raise DistrictError(problems)


def _heat(
    made: Forecast, seats: pd.DataFrame, places: pd.DataFrame, beside: pd.DataFrame | None
) -> pd.DataFrame:
    pupils, grades = made.pupils, made.grades
    table = _of_places(pupils, places, grades)
    if beside is not None and len(beside):
        years = pd.DataFrame({"year": sorted(set(pupils["year"]))})
        both = pd.concat([table, beside.merge(years, how="cross")], ignore_index=True)
        table = both.groupby([*_KEY, "year", "grade"])["pupils"].sum().reset_index()
    key = [*_KEY, "year"]
    given = seats[seats["year"].isin(set(pupils["year"]))].groupby(key)["seats"].sum().reset_index()
    totals = table.groupby(key)["pupils"].sum().reset_index().merge(given, "outer", key)
    totals = totals.fillna({"pupils": 0.0, "seats": 0}).sort_values(key, ignore_index=True)
    totals["short"] = (totals["pupils"] - totals["seats"]).clip(lower=0)
    totals["use"] = totals["pupils"] / totals["seats"].where(totals["seats"] > 0)
    table = table.merge(totals[[*key, "seats"]], "left", key).rename(columns={"pupils": "grade_pupils"})
    table["grade_seats"] = table["seats"] / table["stage"].map({s: len(g) for s, g in grades.items()})
    table["over"] = table["grade_pupils"] - table["grade_seats"]
    worst = table.sort_values([*key, "over", "grade"], ascending=[True] * 4 + [False, True])
    worst = worst.drop_duplicates(key).assign(grade_short=lambda t: t["over"].clip(lower=0))
    worst = worst[[*key, "grade", "grade_pupils", "grade_seats", "grade_short"]]
    heat: pd.DataFrame = totals.merge(worst, "left", key).astype({"grade": "Int64"})
    return heat


def _of_places(pupils: pd.DataFrame, places: pd.DataFrame, county: Grades) -> pd.DataFrame:
    """Return ``level, place, stage, year, grade, pupils``: every place has its share of its zones' pupils."""
    from scipy.sparse import coo_array

    grid = grid_of(pupils, grades=county)
    parts = []
    for stage, grades in county.items():
        own = places[places["stage"] == stage]
        z = grid.zones.get_indexer(pd.Index(own["zone"].astype(str)))
        own, z = own[z >= 0], z[z >= 0]
        keys = own[["level", "place"]].drop_duplicates()
        p = own.groupby(["level", "place"], sort=False).ngroup().to_numpy()
        shares = coo_array((own["share"].to_numpy(dtype=float), (p, z)), (len(keys), len(grid.zones)))
        values = grid.values[:, county.rows(stage), :]
        sums = shares @ values.reshape(len(grid.zones), len(grades) * len(grid.years))
        each = len(grades) * len(grid.years)
        parts.append(
            pd.DataFrame(
                {
                    "level": np.repeat(keys["level"].to_numpy(), each),
                    "place": np.repeat(keys["place"].to_numpy(), each),
                    "stage": stage,
                    "year": np.tile(grid.years, len(keys) * len(grades)),
                    "grade": np.tile(np.repeat(grades, len(grid.years)), len(keys)),
                    "pupils": sums.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _first(heat: pd.DataFrame) -> pd.DataFrame:
    key = ["variant", *_KEY]
    every = heat[key].drop_duplicates()
    ordered = heat.sort_values("year", kind="stable")
    stage = ordered[ordered["short"] > 0].drop_duplicates(key)[[*key, "year", "grade", "short"]]
    alone = ordered[ordered["grade_short"] > 0].drop_duplicates(key)[[*key, "year", "grade", "grade_short"]]
    alone = alone.rename(columns={"year": "grade_year", "grade": "tight_grade"})
    first = every.merge(stage, "left", key).merge(alone, "left", key)
    whole = {"year": "Int64", "grade": "Int64", "grade_year": "Int64", "tight_grade": "Int64"}
    return first.astype(whole).reset_index(drop=True)


def warning_lines(
    warning: SeatWarning, *, level: str = "county", names: Mapping[str, str] | None = None, lang: str = "zh"
) -> list[str]:
    """Return one line per place, stage and variant of a level: when seats run out, in which grade, how many.

    Parameters
    ----------
    warning : SeatWarning
        Result of :func:`seat_warning`.
    level : {"county", "township", "unit"}
        Places told of.
    names : mapping of str to str, optional
        Names told instead of the ids.
    lang : str
        Language of the lines.

    Returns
    -------
    list of str
    """
    lines = []
    for row in warning.first[warning.first["level"] == level].to_dict("records"):
        county = Text("demand.chart.county") if row["place"] == COUNTY else row["place"]
        about = {
            "place": (names or {}).get(row["place"], county),
            "stage": Text(f"base.stage.{row['stage']}"),
            "variant": Text(f"demand.variant.{row['variant']}"),
        }
        if pd.isna(row["year"]):
            lines.append(Text("demand.seats.suffice", **about).text(lang))
            continue
        grade = "" if pd.isna(row["grade"]) else grade_name(row["grade"])
        short = int(np.ceil(row["short"]))
        said = Text("demand.seats.run_out", **about, year=int(row["year"]), short=short, grade=grade)
        lines.append(said.text(lang))
    return lines
