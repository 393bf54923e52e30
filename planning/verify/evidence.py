"""Hold a run and its district with the facts that verification derives from both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from planning.district import District
from planning.grades import Grades
from planning.layout import Layout, in_force, load_layout
from planning.scenario import Scenario
from planning.standards import Profile
from planning.verify import people
from planning.verify.neighbours import Borders, borders
from planning.verify.places import home_zones
from planning.verify.report import Series
from planning.verify.streets import Streets

_SUFFIX = {"primary": "P", "junior": "J"}
GRADE_KEY = ["unit", "year", "grade"]


@dataclass(frozen=True)
class Evidence:
    """A run and its district, with the facts that several rules need, each derived once; ``rules`` are those that were added."""

    layout: Layout
    district: District
    scenario: Scenario
    profile: Profile
    rules: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.profile.capacity == "seats":  # a seat is a room of one pupil
            tables = {"units": self.district.units, "projects": self.district.projects}
            seats: dict[str, Any] = {
                name: table.assign(rooms=[0 if pd.isna(n) else int(n) for n in table["capacity"]])
                for name, table in tables.items()
            }
            object.__setattr__(self, "district", replace(self.district, **seats))

    @property
    def grades(self) -> Grades:
        """Grades of the county's stages."""
        return self.district.grades

    @property
    def years(self) -> tuple[int, ...]:
        """School years the unit table must cover."""
        return self.scenario.years

    @cached_property
    def options(self) -> pd.DataFrame:
        """Projects the scenario builds or may build, by id, with ``mode`` (``build`` or ``choose``)."""
        table, setting = self.district.projects.set_index("project"), self.scenario.projects
        decided = table["fixed"].fillna(False).astype(bool)
        mode = decided.map({True: setting.fixed, False: setting.optional})
        keep = mode != "skip"
        if setting.only is not None:
            keep &= decided | table.index.isin(list(setting.only))
        keep &= ~table.index.isin(list(setting.exclude))
        table = table.assign(
            open_year=[setting.decided.get(str(p), y) for p, y in table["open_year"].items()]
        )
        dated = table.index.isin(list(setting.decided))
        mode = mode.mask(dated, "build")
        keep = (keep | dated) & (table["open_year"].astype(int) <= max(self.years))
        options: pd.DataFrame = table.assign(mode=mode)[keep]
        return options

    @cached_property
    def built(self) -> pd.DataFrame:
        """Projects the run says are built, by id, with the district's own figures and the run's ``year``."""
        rows = self.layout.projects[self.layout.projects["built"].astype(bool)]
        said = rows.drop_duplicates("project").set_index("project")["year"]
        known = self.options.loc[self.options.index.intersection(said.index)]
        return known.assign(year=said.reindex(known.index).fillna(known["open_year"]).astype(int))

    @cached_property
    def zoned(self) -> pd.DataFrame:
        """Units that zoning fills, by id: ``school, stage, kind, locale, ownership, boarding, rooms, project, home``."""
        schools = self.district.schools.set_index("school")
        units = self.district.units
        mine = units[
            units["stage"].isin(self.scenario.stages)
            & (units["admission"].fillna("catchment") == "catchment")
            & (units["school"].map(schools["kind"]) != "special")
        ]
        about = mine.set_index("unit")[["school", "stage", "rooms"]].join(
            schools[["kind", "locale", "ownership", "boarding"]], on="school"
        )
        about["project"] = ""
        frame: pd.DataFrame = pd.concat([about, pd.DataFrame(self._created(set(about.index), schools))])
        frame["boarding"] = frame["boarding"].fillna(False).astype(bool)
        frame["home"] = frame["school"].map(home_zones(self.district.zones, self.sites))
        frame.index.name = "unit"
        return frame

    def _created(self, known: set[str], schools: pd.DataFrame) -> Iterator[pd.Series]:
        for project, row in self.options.iterrows():
            unit = f"{row['school']}-{_SUFFIX[row['stage']]}"
            if (
                row["kind"] not in ("new", "conversion")
                or row["stage"] not in self.scenario.stages
                or unit in known
            ):
                continue
            known.add(unit)
            existing = schools.loc[row["school"]] if row["school"] in schools.index else None
            locale = row["locale"] if isinstance(row["locale"], str) and row["locale"] else "urban"
            yield pd.Series(
                {
                    "school": row["school"],
                    "stage": row["stage"],
                    "rooms": 0,
                    "kind": row["stage"] if existing is None else "nine_year",
                    "locale": locale if existing is None else existing["locale"],
                    "ownership": "public",
                    "boarding": False,
                    "project": project,
                },
                name=unit,
            )

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """Points of schools and of sites of projects, by school id."""
        schools = self.district.schools.set_index("school").geometry
        projects = self.options.drop_duplicates("school").set_index("school").geometry
        both = pd.concat([schools, projects[~projects.index.isin(schools.index)]])
        return gpd.GeoDataFrame(geometry=both, crs=self.district.info.crs_metric)

    @cached_property
    def target(self) -> Series:
        """Unit each project of the scenario adds rooms to or closes, by project id; missing where none."""
        zoned = self.zoned
        at = zoned.reset_index().drop_duplicates(["school", "stage"]).set_index(["school", "stage"])["unit"]
        wanted = {}
        for project, row in self.options.iterrows():
            unit = f"{row['school']}-{_SUFFIX[row['stage']]}"
            wanted[project] = unit if unit in zoned.index else at.get((row["school"], row["stage"]))
        return pd.Series(wanted, dtype="object")

    @cached_property
    def pupils(self) -> pd.DataFrame:
        """Pupils to be placed by catchment: ``zone, year, grade, pupils``.

        When pupils may stay where they are (``enrolled: stay``), a cohort that sat in the stage is placed only as far as it has grown.
        """
        rows = self._moved
        return rows.assign(pupils=rows["joined"].fillna(rows["pupils"]))[people.COLUMNS]

    @cached_property
    def _moved(self) -> pd.DataFrame:
        return people.moved(self.district, self.scenario, self.years, self.register_year)

    @cached_property
    def joining(self) -> pd.Series[float]:
        """By how many the pupils placed in a unit's zones grow from the grade below the year before, indexed like :attr:`living`."""
        whole = people.grown(self.pupils).rename(columns={"pupils": "more"})
        pair = self.placed["zone"].astype("str") + "\n" + self.placed["unit"].astype("str")
        divided = pd.Series(
            [key in self.shared for key in zip(self.placed["stage"], self.placed["zone"], strict=True)]
        )
        parts = people.grown(self.placed.assign(zone=pair)[people.COLUMNS])["pupils"].to_numpy()
        grown = self.placed.merge(whole, on=people.COLUMNS[:3], how="left")["more"].fillna(0.0)
        return self._by_unit(self.placed.assign(pupils=grown.where(~divided, pd.Series(parts))))

    def _stays(self, year: pd.Series[int], grade: pd.Series[int]) -> pd.Series[bool]:
        """Tell which (year, grade) hold pupils who sat in the same stage in the base year."""
        entry = grade.map({g: grades[0] for grades in self.grades.values() for g in grades})
        stays: pd.Series[bool] = (grade - (year - self.register_year)) >= entry
        return stays

    @cached_property
    def register_year(self) -> int:
        """Year whose pupils may stay: the base year, or the last one of the phase before."""
        continues = self.scenario.continues is not None
        return self.scenario.year - 1 if continues else self.district.info.base_year

    @cached_property
    def _register(self) -> pd.Series[int]:
        """Pupils by unit and grade in :attr:`register_year`."""
        if self.scenario.continues is not None:
            rows = load_layout(self.scenario.continues).units
        else:
            rows = self.district.classes
        here = rows[rows["year"] == self.register_year]
        return here.groupby(["unit", "grade"])["pupils"].sum()

    @cached_property
    def continuing(self) -> pd.Series[int]:
        """Pupils of the register who stay in their unit, indexed like :attr:`living`; 0 when all follow catchments."""
        rows = self.living.index.to_frame(index=False)
        if self.scenario.enrolled == "follow":
            return pd.Series(0, self.living.index)
        before = rows["grade"] - (rows["year"] - self.register_year)
        sat = self._register.reindex(
            pd.MultiIndex.from_arrays([rows["unit"], before]), fill_value=0
        ).to_numpy()
        stays = self._stays(rows["year"], rows["grade"]).to_numpy()
        staying = pd.Series(sat * stays, self.living.index)
        zones = self.district.zones
        if self.scenario.continues is not None:
            zones = in_force(load_layout(self.scenario.continues), zones)
        staying -= people.gone(self._moved, zones, self.zoned["stage"], staying, self.grades)
        for unit, year in zip(self.closed["unit"], self.closed["year"], strict=True):
            heir = self.heir_of(unit)
            if heir is None:
                continue
            for grade in self.grades[str(self.zoned.at[unit, "stage"])]:
                staying[heir, year, grade] += staying[unit, year, grade]
                staying[unit, year, grade] = 0
        return staying

    @cached_property
    def may_close(self) -> set[str]:
        """Units that the scenario lets the plan close."""
        small = self.scenario.small_schools
        if small.close == "never":
            return set()
        classes = self.district.classes
        here = classes[classes["year"] == self.district.info.base_year]
        enrolled = here.groupby("unit")["pupils"].sum()
        fits = self.zoned["kind"].isin(list(small.kinds)) & (self.zoned["project"] == "")
        return {str(u) for u in self.zoned.index[fits] if enrolled.get(u, 0) < small.below_pupils}

    def heir_of(self, unit: str) -> str | None:
        """Return the unit that takes in the pupils of a closed one: the nearest of its stage that stands whatever is decided."""
        zoned = self.zoned
        closures = self.options.index[self.options["kind"] == "closure"]
        unsure = (
            self.may_close
            | set(self.scenario.small_schools.closed)
            | set(self.target.reindex(closures).dropna())
        )
        sure = (zoned["stage"] == zoned.at[unit, "stage"]) & (zoned["project"] == "")
        sure &= (zoned["rooms"].astype(int) > 0) & ~zoned.index.isin(list(unsure | {unit}))
        if not sure.any():
            return None
        x, y = self.sites.geometry.x, self.sites.geometry.y
        here, there = str(zoned.at[unit, "school"]), zoned.loc[sure, "school"]
        away = (x.reindex(there) - x[here]) ** 2 + (y.reindex(there) - y[here]) ** 2
        return str(zoned.index[sure][int(away.to_numpy().argmin())])

    @cached_property
    def streets(self) -> Streets:
        """The walking streets, built a second time."""
        return Streets(
            self.district.roads, self.district.barriers, barriers_count=self.scenario.travel.barriers
        )

    @cached_property
    def borders(self) -> Borders:
        """The neighbours, derived a second time."""
        return borders(self.district, self.scenario.contiguity, self._school_zones)

    @cached_property
    def _school_zones(self) -> dict[str, set[str]]:
        """Zones with a school that stands whatever the plan decides, by stage."""
        sure = self.zoned[self.standing_surely]
        return {
            stage: {h for h in sure.loc[sure["stage"] == stage, "home"] if isinstance(h, str)}
            for stage in self.scenario.stages
        }

    @cached_property
    def standing_surely(self) -> pd.Series[bool]:
        """Tell which units stand whatever the plan decides, by id."""
        chosen = set(self.options.index[self.options["mode"] == "choose"])
        closures = self.target.reindex(self.options.index[self.options["kind"] == "closure"]).dropna()
        unsure = self.may_close | set(self.scenario.small_schools.closed) | set(closures)
        found: pd.Series[bool] = ~self.zoned["project"].isin(chosen) & ~self.zoned.index.isin(list(unsure))
        return found

    @cached_property
    def living(self) -> pd.Series[int]:
        """Pupils placed in each catchment, by unit, year and grade; every zoned unit has every row."""
        return self._by_unit(self.placed)

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Pupils placed by catchment with the unit they go to: ``zone, stage, unit, year, grade, pupils``.

        Whole zones by the assignment, shared ones as ``shared.csv`` divides them.
        """
        parts = []
        divided = self.layout.shared.astype({"zone": "str", "unit": "str"})
        for stage in self.scenario.stages:
            mine = self.layout.assignment[self.layout.assignment["stage"] == stage]
            unit_of = mine.drop_duplicates("zone").set_index("zone")["unit"]
            shared = {zone for at, zone in self.shared if at == stage}
            here = self.pupils[self.pupils["grade"].isin(self.grades[stage])]
            here = here[~here["zone"].isin(shared)]
            parts.append(here.assign(unit=here["zone"].map(unit_of), stage=stage))
            parts.append(divided[divided["grade"].isin(self.grades[stage])].assign(stage=stage))
        columns = ["zone", "stage", "unit", "year", "grade", "pupils"]
        return pd.concat(parts, ignore_index=True)[columns].astype({"pupils": float})

    def _by_unit(self, placed: pd.DataFrame) -> pd.Series[Any]:
        total = placed.groupby(GRADE_KEY)["pupils"].sum()
        rows = [
            (unit, year, grade)
            for unit, stage in self.zoned["stage"].items()
            for year in self.years
            for grade in self.grades[str(stage)]
        ]
        return total.reindex(pd.MultiIndex.from_tuples(rows, names=GRADE_KEY), fill_value=0)

    @cached_property
    def closed(self) -> pd.DataFrame:
        """Units closed in a year: ``unit, year, by`` — a project, or by choice where the run shows no rooms at all."""
        rows = [
            (str(self.target.get(project)), year, "project")
            for project, row in self.built.iterrows()
            if row["kind"] == "closure" and self.target.get(project) is not None
            for year in self.years
            if row["year"] <= year
        ]
        shown = self.zoned_rows.groupby(["unit", "year"])["rooms"].max()
        had = self.open_rooms.reindex(shown.index).fillna(0)
        known = {(unit, year) for unit, year, _ in rows}
        rows += [
            (u, y, "choice") for u, y in shown.index[(shown == 0) & (had > 0)].tolist() if (u, y) not in known
        ]
        return pd.DataFrame(rows, columns=["unit", "year", "by"])

    @cached_property
    def open_rooms(self) -> pd.Series[int]:
        """Classrooms by unit and year while the unit is open: its own and those of built projects."""
        rows = {}
        for year in self.years:
            total = self.zoned["rooms"].astype(int).copy()
            for project, row in self.built.iterrows():
                unit = self.target.get(project)
                if row["kind"] != "closure" and unit in total.index and row["year"] <= year:
                    total.loc[str(unit)] += int(row["rooms"])
            rows[year] = total
        return pd.concat(rows, names=["year", "unit"]).swaplevel()

    @cached_property
    def zoned_rows(self) -> pd.DataFrame:
        """The run's unit table of the units that zoning fills."""
        return self.layout.units[self.layout.units["unit"].isin(self.zoned.index)]

    @cached_property
    def shared(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Units that each shared zone names, by stage and zone: declared by the zones of today or by the scenario."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for (stage, zone), units in self.today.items():
            said: list[str] = []
            for entry in self.scenario.shared:
                members = list(getattr(entry, "units", entry))
                zones = list(getattr(entry, "zones", ()))
                mine = zone in zones if zones else bool(units) and set(units) <= set(members)
                if mine and set(members) <= set(self.zoned.index[self.zoned["stage"] == stage]):
                    said += members
            if not said and self.scenario.shared_today:
                said = list(units)
            if len(set(said)) > 1:
                found[stage, zone] = tuple(sorted(set(said)))
        return found

    @cached_property
    def today(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Units of the zoning that the catchment of today of each zone names, by stage and zone; empty where none."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for stage in self.scenario.stages:
            known = set(self.zoned.index[self.zoned["stage"] == stage])
            named = self.district.zones[f"current_{stage}"].fillna("").astype("str")
            for zone, text in zip(self.district.zones["zone"].astype("str"), named, strict=True):
                parts = [u.strip() for u in text.split(";")]
                found[stage, zone] = tuple(dict.fromkeys(u for u in parts if u in known))
        return found

    def is_shared(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Return which rows of a table with ``stage, zone`` are of shared zones."""
        if not self.shared:
            return pd.Series(False, table.index, dtype=bool)
        keys = zip(table["stage"].astype("str"), table["zone"].astype("str"), strict=True)
        return pd.Series([key in self.shared for key in keys], table.index, dtype=bool)

    def is_new(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Return which rows (``stage, zone, unit``) go to a unit that the zone's catchment of today does not name, where it has one."""
        keys = zip(table["stage"].astype("str"), table["zone"].astype("str"), table["unit"], strict=True)
        new = [bool(named := self.today.get((s, z), ())) and u not in named for s, z, u in keys]
        return pd.Series(new, table.index, dtype=bool)
