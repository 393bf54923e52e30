"""Hold every setting of a scenario, one field each."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
)

from planning.filenames import name_problem
from planning.scenario.locks import Locks
from planning.scenario.parts import (
    Balance,
    Candidates,
    Compactness,
    Contiguity,
    Notice,
    Overflow,
    Part,
    Prices,
    Projects,
    Radius,
    Resources,
    SharedArea,
    SmallSchools,
    Solver,
    Stability,
    Travel,
    off,
    told,
)
from planning.scenario.written import Places
from planning.standards import Profile, read_profile
from planning.tables import facts_html

Stage = Literal["primary", "junior"]


def _file_name(value: str) -> str:
    """Refuse a name that would leave the project or that no folder can have: runs are named after it."""
    name = unicodedata.normalize("NFC", value)
    if problem := name_problem(name, ""):
        raise told("file_name", problem)
    return name


def _none(value: Any) -> Any:
    """Read no district as the empty path."""
    return "" if value is None else value


def _school_year(year: int) -> int:
    """Take school years, and 0 for the base year of the district."""
    if year and not 1990 <= year <= 2100:
        raise ValueError("a school year is a number from 1990 to 2100")
    return year


class Scenario(Part):
    """The settings that lead to a layout; every key of a scenario file.

    ``district`` is a path (relative to the file that names it), empty for a district in memory; ``year`` the first school year, by
    default the district's base year. A scenario file must name both. ``catchments: current`` keeps today's
    catchments and only counts; ``free`` draws new ones. ``hard`` lists rules that may not be violated at any
    price: when they cannot be met the run ends with the places in conflict instead of a plan.

    The plan covers the school years ``year`` … ``horizon`` (one year without it). ``enrolled: follow`` seats every pupil
    by catchment; ``stay`` leaves those who are in a school where they are (grandfathering). ``births`` multiplies the children
    who enter grade 1 after the base year; ``missing_births: hold`` holds the last known births where a year is missing.

    ``class_caps`` reads how class sizes come down: ``standard`` 45 / 50 at once; ``path`` lets cohorts that entered before
    2022 keep classes of up to 55 until 2024; ``path_entry`` reads S:69 as entry grades only: from 2022 grades 1 and 7 are at
    standard size, the grades above have up to 55 until 2024. All are at standard from 2025 (S:69, S:73, S:243); no class has
    56 or more in any year, so that every share of such classes the plan allows in 2021 and 2022 (S:65, S:243) is kept.

    ``shared`` lists shared zones (多校划片): only their pupils are divided among the units named, by seats. An entry is
    ``{zones: [...], units: [...]}``, or a list of units alone: every zone of their catchments of today. Zones of the district that name
    several units (``S001-P;S002-P``) are shared besides, and stay so when lines are drawn anew, unless ``shared_today`` is false.

    ``locks`` holds zones and units as they are, ties zones together or keeps them apart (:class:`planning.scenario.locks.Locks`).

    ``phases`` lists the school years in which new catchments take effect (the first one is the first year without being named):
    :mod:`planning.phases` draws one map for each, with a price and a limit on what changes between them. ``continues`` is set by it:
    the run of the phase before, whose catchments are those in force and whose pupils may stay (``enrolled: stay``).

    ``start_from`` names the folder of an approved layout (relative to the file that names it): its catchments count as those in
    force, so that stability, ``catchments: current`` and "what changed" refer to it. Any other run may be named, edited or not: the search
    begins with its catchments and never ends dearer than them, while last year's catchments stay those of the district.

    Parameters
    ----------
    **settings
        The keys above and those of the parts (``solver={"time_limit_s": 10}``); what is not given keeps its default.

    Examples
    --------
    >>> import planning
    >>> planning.Scenario(year=2025, catchments="current")
    Scenario(year=2025, catchments='current')
    >>> planning.Scenario(year=2025) == planning.Scenario.make(year=2025)
    True
    """

    name: Annotated[str, AfterValidator(_file_name)] = "layout"
    title: str = ""
    title_zh: str = ""
    note: str = ""
    district: Annotated[str, BeforeValidator(_none)] = ""
    start_from: str | None = None
    standards: str = "litong-2021"
    standards_set: dict[str, Any] = Field(default_factory=dict)
    year: Annotated[int, AfterValidator(_school_year)] = 0
    horizon: int | None = Field(None, ge=1990, le=2100)
    enrolled: Literal["follow", "stay"] = "follow"
    phases: tuple[Annotated[int, Field(ge=1990, le=2100)], ...] = ()
    continues: str | None = None
    class_caps: Literal["standard", "path", "path_entry"] = "standard"
    births: float = Field(1.0, ge=0, le=3)
    missing_births: Literal["error", "hold"] = "error"
    stages: tuple[Stage, ...] = ("primary", "junior")
    catchments: Literal["free", "current"] = "free"
    demand: Literal["low", "medium", "high", "register"] = "medium"
    hard: tuple[str, ...] = ()
    travel: Travel = Travel()
    contiguity: Contiguity = Contiguity()
    projects: Projects = Projects()
    small_schools: SmallSchools = SmallSchools()
    overflow: Overflow = Overflow()
    stability: Stability = Stability()
    radius: Radius = Radius()
    compactness: Compactness = Compactness()
    balance: Balance = Balance()
    resources: Resources = Resources()
    feeder: Annotated[Literal["off", "nested"], BeforeValidator(off)] = "off"
    shared: tuple[tuple[str, ...] | SharedArea, ...] = ()
    shared_today: bool = True
    locks: Locks = Locks()
    candidates: Candidates = Candidates()
    prices: Prices = Prices()
    solver: Solver = Solver()
    notice: Notice = Notice()
    _places: Places = PrivateAttr(default_factory=Places)

    @classmethod
    def make(cls, **settings: Any) -> Scenario:
        """Return a scenario from keywords.

        Parameters
        ----------
        **settings
            Any setting by its name, parts of one as a mapping; those that are left out have their defaults.

        Returns
        -------
        Scenario
            The settings, resolved.

        Raises
        ------
        ScenarioError
            Every wrong setting at once, with the nearest one known; see :func:`scenario_from_data`.

        Examples
        --------
        >>> import planning
        >>> planning.Scenario.make(hard=["class_size"], solver={"time_limit_s": 5})
        Scenario(hard=('class_size',), solver={'time_limit_s': 5.0})
        """
        from planning.scenario import scenario_from_data

        return scenario_from_data(settings, "scenario")

    def told_at(self, places: Places) -> Scenario:
        """Remember the places where its settings were written, for messages.

        Parameters
        ----------
        places : Places
            File and line of every setting.

        Returns
        -------
        Scenario
            The scenario itself.
        """
        self._places = places
        return self

    def place(self, key: str) -> tuple[str, str]:
        """Return where a setting was written.

        Parameters
        ----------
        key : str
            The setting, parts joined by dots: ``solver.time_limit_s``.

        Returns
        -------
        tuple of str
            File and line; ``("scenario", "")`` for one that no file says.
        """
        return self._places.of(key)

    def begun(self, year: int) -> Scenario:
        """Return the scenario with its first year.

        Parameters
        ----------
        year : int
            School year in which the plan begins where the scenario names none.

        Returns
        -------
        Scenario
            The scenario itself where it names one, else a copy.
        """
        return self if self.year else self.model_copy(update={"year": year})

    def __repr__(self) -> str:
        told = self.model_dump(exclude_defaults=True, by_alias=True)
        return f"Scenario({', '.join(f'{k}={v!r}' for k, v in told.items())})"

    __str__ = __repr__

    def __hash__(self) -> int:
        return hash(self.digest())

    def _repr_html_(self) -> str:
        return facts_html("Scenario", dict(self.model_dump(exclude_defaults=True, by_alias=True)))

    @property
    def years(self) -> tuple[int, ...]:
        """School years of the plan, named after their September."""
        return tuple(range(self.year, max(self.year, self.horizon or self.year) + 1))

    def profile(self) -> Profile:
        """Return the standards the scenario works to.

        Returns
        -------
        Profile
            Those named, with what the scenario sets otherwise.

        Raises
        ------
        ScenarioError
            If there are no such standards, or a value is not allowed.
        """
        return read_profile(self.standards, self.standards_set)

    def as_data(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data.

        Returns
        -------
        dict
            What ``scenario.yaml`` of a run holds: numbers, texts, lists and mappings of these.
        """
        return self.model_dump(mode="json", by_alias=True)

    def digest(self) -> str:
        """Return the SHA-256 of the resolved scenario.

        Returns
        -------
        str
            64 hexadecimal digits, the same for the same settings wherever they were written.
        """
        return digest_of(self.as_data())


def digest_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a resolved scenario as ``scenario.yaml`` holds it.

    Of the file's own data, not of the settings read from it: a later version that knows more settings finds the same hash.
    """
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
