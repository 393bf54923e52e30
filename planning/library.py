"""Hold a layout together with its district, so that a question to it is one call."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from planning import indicators, publish, verify, zoning
from planning import layout as tables
from planning.approval import starting_from
from planning.atomic import check_replaceable, claimed, new_folder
from planning.district import District, write_district
from planning.district.check import checked
from planning.district.names import Names, Place
from planning.errors import Issue, LayoutError
from planning.layout import INPUTS, MARKS, save_tables
from planning.runs import input_hashes, open_run
from planning.scenario import Scenario, scenario_from_data
from planning.zoning.build.parted import parted_places
from planning.zoning.problem.shared_apart import apart_today

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

    from planning.zoning import Explanation
    from planning.zoning.engine import Engine, TracePoint


def check_district(path: str | Path) -> list[Issue]:
    """Return everything that is wrong (errors) or odd (warnings) with a district, all at once.

    As ``planning check`` does: the tables (:func:`planning.district.check_district`), and, where they are sound, the places that a river or
    another barrier without a crossing parts from every school.

    Parameters
    ----------
    path : str or Path
        District folder or filled workbook; bad content is reported, never raised.

    Returns
    -------
    list of Issue
        Errors first; ``text("zh")`` says them in Chinese.

    Examples
    --------
    >>> import planning
    >>> planning.check_district("no-such-county")[0].level
    'error'
    """
    problems, read = checked(path)
    return problems if read is None else [*problems, *parted_places(read), *apart_today(read)]


@dataclass(frozen=True, eq=False, repr=False)
class Layout(tables.Layout):
    """One complete answer with its district: tables, and the questions that one asks of it.

    The tables are those of :class:`planning.layout.Layout` (``assignment``, ``units``, ``overflow``, ``projects``, ``summary``). Two layouts
    are equal when their scenarios and tables are, whatever they are called and wherever they are kept.

    Parameters
    ----------
    district : District, optional
        The county; read from the run folder when it is first needed, where a folder was loaded.

    Examples
    --------
    >>> import planning
    >>> layout = planning.solve(planning.sample_district(), {"solver": {"time_limit_s": 5}})
    >>> layout.loads()[["name", "pupils", "capacity", "shortage"]]
         name  pupils  capacity  shortage
    0  合成小学01     360       540         0
    1  合成小学02     360       540         0
    2  合成中学01     360       450         0
    >>> layout.verify().ok
    True
    >>> len(layout.explain("Z01"))
    2
    """

    district: District | None = None

    @classmethod
    def of(cls, layout: tables.Layout, district: District | None = None) -> Layout:
        """Return a layout as one that can be asked.

        Parameters
        ----------
        layout : planning.layout.Layout
            The tables.
        district : District, optional
            The county it answers; read from the run folder when it is first needed.

        Returns
        -------
        Layout
            The same tables.
        """
        values = {f.name: getattr(layout, f.name) for f in dataclasses.fields(tables.Layout)}
        return cls(**values, district=district)

    @classmethod
    def load(cls, folder: str | Path) -> Layout:
        """Read a run folder and the district it came from.

        Parameters
        ----------
        folder : str or Path
            Written by ``planning run`` or :meth:`save`.

        Returns
        -------
        Layout
            The layout with its district.

        Raises
        ------
        LayoutError, ScenarioError, DistrictError
            If the folder is incomplete or its district is gone; see :func:`planning.load_layout`.
        """
        layout, _, district = open_run(folder)
        return cls.of(layout, district)

    def save(self, folder: str | Path) -> Path:
        """Write the layout with its scorecard and its district as a run folder, all or nothing.

        ``planning verify``, ``why``, ``lookup`` … work with the folder as with any run.

        Parameters
        ----------
        folder : str or Path
            Made, or replaced where it is a run already.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        WriteError
            If it holds something else or cannot be written; what was there is unchanged.
        """
        district, target = self._county(), Path(folder)
        with claimed(target) as claim:
            check_replaceable(target, MARKS)
            scorecard = self.score()
            with new_folder(target, claim=claim, marks=MARKS) as temporary:
                write_district(district, temporary / INPUTS)
                summary = {
                    **self.summary,
                    "indicators": scorecard.counts(),
                    "scenario_hash": self._scenario().digest(),
                    "inputs": input_hashes(temporary / INPUTS),
                }
                save_tables(dataclasses.replace(self, summary=summary), temporary)
                indicators.write_scorecard(scorecard, temporary)
        return target

    def catchments(self, stage: str | None = None, *, simplify_m: float = 0.0) -> gpd.GeoDataFrame:
        """Return one polygon per catchment.

        Parameters
        ----------
        stage : str, optional
            ``primary`` or ``junior``; all stages of the plan by default.
        simplify_m : float
            Tolerance by which borders are simplified, metres; neighbours keep a common border.

        Returns
        -------
        GeoDataFrame
            A row per catchment in the district's metric system, columns of :func:`planning.publish.catchment_polygons`.

        Raises
        ------
        LayoutError
            If the plan has no such stage.
        """
        parts = [
            publish.catchment_polygons(self._county(), self, one, simplify_m=simplify_m)
            for one in self._stages(stage)
        ]
        return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)

    def loads(self) -> pd.DataFrame:
        """Return how full every unit is in the last year of the plan.

        Returns
        -------
        DataFrame
            ``unit, name, stage, pupils, classes, seats`` (classes × cap), ``capacity`` (rooms × cap), ``load`` (pupils ÷ capacity),
            ``shortage``; primary units first.
        """
        names = ["unit", "name", "stage", "pupils", "classes", "seats", "capacity", "load", "shortage"]
        places = pd.DataFrame(publish.unit_places(self._county(), self))[names]
        return places.sort_values(["stage", "unit"], ascending=[False, True], ignore_index=True)

    def moved(self, reference: tables.Layout | None = None) -> pd.DataFrame:
        """Return the zones whose unit differs from that of another layout, or from today's catchments.

        Parameters
        ----------
        reference : Layout, optional
            What was before; the catchments in force without it.

        Returns
        -------
        DataFrame
            ``zone, stage, from_unit, to_unit, pupils``; zones that had no catchment have not moved.
        """
        now = tables.one_row_per_zone(self.assignment)
        if reference is None:
            before = now["previous_unit"]
        else:
            known = tables.one_row_per_zone(reference.assignment).set_index(["zone", "stage"])["unit"]
            before = known.reindex(pd.MultiIndex.from_frame(now[["zone", "stage"]])).fillna("").astype("str")
        table = now.assign(from_unit=before.to_numpy(), to_unit=now["unit"])
        table = table[(table["from_unit"] != "") & (table["from_unit"] != table["to_unit"])]
        return table[["zone", "stage", "from_unit", "to_unit", "pupils"]].reset_index(drop=True)

    def explain(self, zone: str) -> tuple[Explanation, ...]:
        """Say why a zone belongs to its units and what would change that.

        Parameters
        ----------
        zone : str
            Its name or identifier.

        Returns
        -------
        tuple of Explanation
            One per stage.

        Raises
        ------
        LayoutError
            If there is no such zone (the nearest are named), or several have this name (all are named).
        """
        district = starting_from(self._county(), self._scenario())
        meant = Names.of(district).zone(zone, Place("zones"))
        if not isinstance(meant, str):
            raise LayoutError([meant])
        return zoning.explain(zoning.build_problem(district, self._scenario()), self, meant)

    def verify(self, *, rules: Sequence[Any] = ()) -> verify.VerifyReport:
        """Recompute every rule from the tables and the district, without the solver's code.

        Parameters
        ----------
        rules : sequence
            Rules of your own that the plan was made with, as :func:`planning.solve` takes them.

        Returns
        -------
        VerifyReport
            Every check; ``ok`` where none failed.
        """
        from planning.verify.evidence import Evidence
        from planning.verify.gather import started

        scenario = self._scenario()
        evidence = Evidence(
            dataclasses.replace(self, path=None),
            started(self._county(), scenario),
            scenario,
            scenario.profile(),
        )
        return verify.verify_evidence(evidence, rules=tuple(rules))

    def score(self) -> indicators.Scorecard:
        """Return the layout's scorecard on the 32 indicators.

        Returns
        -------
        Scorecard
            By the standards of the scenario, in the last year of the plan; see :func:`planning.score`.
        """
        return indicators.score(self._county(), self, self._scenario().profile())

    def to_gdf(self, stage: str | None = None) -> gpd.GeoDataFrame:
        """Return the zones with their unit: the assignment with shapes.

        Parameters
        ----------
        stage : str, optional
            ``primary`` or ``junior``; all stages of the plan by default.

        Returns
        -------
        GeoDataFrame
            One row per zone and stage, in the district's metric system.

        Raises
        ------
        LayoutError
            If the plan has no such stage.
        """
        rows = self.assignment[self.assignment["stage"].isin(self._stages(stage))]
        return self._county().zones[["zone", "name", "geometry"]].merge(rows, on="zone")

    def plot(self, stage: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw the catchments of a stage and its schools with matplotlib.

        Parameters
        ----------
        stage : str, optional
            ``primary`` or ``junior``; the first of the plan by default.
        ax : Axes, optional
            Where to draw; new axes by default.

        Returns
        -------
        Axes
            What was drawn on.

        Raises
        ------
        LayoutError
            If the plan has no such stage.
        """
        one = self._stages(stage)[0]
        table = self.catchments(one)
        ax = table.plot(color=table["colour"], edgecolor="#555555", linewidth=0.6, ax=ax)
        places = publish.unit_places(self._county(), self)
        places[places["zoned"] & (places["stage"] == one)].plot(ax=ax, color="black", markersize=18)
        ax.set_axis_off()
        return ax

    def to_map(self) -> folium.Map:
        """Return the layout as a web map.

        Returns
        -------
        folium.Map
            It needs no internet; see :func:`planning.to_map`.
        """
        return publish.to_map(self._county(), self)

    def _stages(self, stage: str | None) -> list[str]:
        known = [str(s) for s in self.assignment["stage"].unique()]
        if stage is not None and stage not in known:
            raise LayoutError([_no_stage(stage, known)])
        return known if stage is None else [stage]

    def _scenario(self) -> Scenario:
        return scenario_from_data(self.scenario)

    def _county(self) -> District:
        if self.district is None:
            if self.path is None:
                raise LayoutError([_no_district()])
            object.__setattr__(self, "district", open_run(self.path)[2])
        assert self.district is not None, "just read"
        return self.district


def solve(
    district: District,
    scenario: Scenario | Mapping[str, Any] | None = None,
    *,
    rules: Sequence[Any] = (),
    engine: Engine | None = None,
    progress: Callable[[TracePoint], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Layout:
    """Draw the catchments of a district.

    Parameters
    ----------
    district : District
        The county.
    scenario : Scenario or mapping, optional
        The settings, or only those that differ; the defaults without it (new catchments for every stage that has units, no optional
        project, at most 60 s). The plan begins in the district's base year unless the scenario says otherwise.
    rules : sequence
        Rules of your own, one object each: what it may hold is listed in :mod:`planning.added_rules`.
    engine : Engine, optional
        The engine with parts of your own, as neighbourhoods and stopping rules (:class:`planning.zoning.engine.Engine`).
    progress : callable, optional
        Called whenever the plan or the bound improves.
    stop : callable, optional
        Polled while solving; return True to stop with the best plan so far.

    Returns
    -------
    Layout
        Always complete; what could not be met is in ``units.shortage``, ``units.oversize`` and ``summary``.

    Raises
    ------
    ScenarioError
        If settings are unknown or contradict each other or the district.
    InfeasibleError
        If rules declared hard cannot be met; names the units in conflict.

    Examples
    --------
    >>> import planning
    >>> planning.solve(planning.sample_district(), {"solver": {"time_limit_s": 5}}).summary["shortage_pupils"]
    0
    """
    told = scenario if isinstance(scenario, Scenario) else Scenario.make(**dict(scenario or {}))
    if "stages" not in told.model_fields_set:
        taught = set(district.units["stage"])
        told = told.model_copy(update={"stages": tuple(s for s in told.stages if s in taught) or told.stages})
    told = told.begun(district.info.base_year)
    told, start = zoning.start_of_scenario(told)
    problem = zoning.build_problem(starting_from(district, told), told, rules=tuple(rules))
    problem = zoning.begun_with(problem, start)
    layout = zoning.solve_problem(problem, engine=engine, progress=progress, stop=stop)
    return Layout.of(
        dataclasses.replace(layout, summary={**layout.summary, **zoning.begun_summary(start)}), district
    )


def load_layout(folder: str | Path) -> Layout:
    """Read a run folder; its district is read when it is first needed.

    Parameters
    ----------
    folder : str or Path
        What ``planning run`` or :meth:`Layout.save` wrote.

    Returns
    -------
    Layout

    Raises
    ------
    LayoutError
        If files or columns are missing, broken or changed by hand; every one is named.

    Examples
    --------
    >>> import pathlib, tempfile, planning
    >>> layout = planning.solve(planning.sample_district(), {"solver": {"time_limit_s": 5}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     planning.load_layout(layout.save(pathlib.Path(folder) / "run")) == layout
    True
    """
    return Layout.of(tables.load_layout(folder))


def _no_stage(stage: str, known: list[str]) -> Issue:
    return Issue("base.library.layout_no_such_stage", "layout", value=stage, known=known)


def _no_district() -> Issue:
    return Issue("base.library.layout_not_told_district_answers", "layout")
