"""Hold every setting of a scenario, one field each."""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
)
from pydantic_core import PydanticCustomError

from planning.errors import Issue, ScenarioError
from planning.filenames import name_problem
from planning.messages import Text
from planning.parameters import DEFAULTS, EngineParameters, read_toml
from planning.scenario.locks import Locks
from planning.scenario.written import Places
from planning.standards import Profile, read_profile
from planning.tables import facts_html

Stage = Literal["primary", "junior"]


def _off(value: Any) -> Any:
    """Read a bare ``off``, which YAML takes for false, as the word it is."""
    return "off" if value is False else value


def _file_name(value: str) -> str:
    """Refuse a name that would leave the project or that no folder can have: runs are named after it."""
    name = unicodedata.normalize("NFC", value)
    if problem := name_problem(name, ""):
        raise _told("file_name", problem)
    return name


def _told(kind: Literal["file_name", "toml"], problem: Issue) -> PydanticCustomError:
    """Return a finding in the form that pydantic hands on."""
    said = {
        "en": problem.message_en,
        "zh": problem.message_zh,
        "mend_en": problem.mend_en,
        "mend_zh": problem.mend_zh,
    }
    return PydanticCustomError(kind, "{en}", said)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Travel(_Part):
    """How far: the street network, or straight line × ``detour``."""

    mode: Literal["network", "straight"] = "network"
    detour: float = Field(1.3, ge=1, le=3)
    barriers: bool = True


class Contiguity(_Part):
    """Which zones are neighbours, and whether every catchment must hang together."""

    enabled: bool = True
    neighbours: Literal["rook", "queen"] = "rook"
    snap_m: float = Field(2.0, ge=0, le=100)
    cut_by: tuple[Literal["river", "canal", "railway", "motorway", "arterial"], ...] = (
        "river",
        "railway",
        "motorway",
    )
    bridges: tuple[tuple[str, str], ...] = ()


class Projects(_Part):
    """Which projects are built: the fixed ones, the optional ones, and with how much money.

    ``decided`` names projects that are built whatever the other keys say, with the school year they are in use from.
    """

    fixed: Literal["build", "choose", "skip"] = "build"
    optional: Literal["build", "choose", "skip"] = "skip"
    only: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    budget_yuan: float | None = Field(None, ge=0)
    budget_by_year: dict[int, Annotated[float, Field(ge=0)]] = {}
    decided: dict[str, int] = {}


class SmallSchools(_Part):
    """Which small units may close, and which journeys of their pupils are then acceptable.

    Walks up to ``max_walk_m``; rides up to ``bus_max_m`` where school buses run; pupils from ``boarding_from_grade`` on may
    board instead, if a boarding unit of their stage stands (younger ones do not board: 国办发〔2018〕27号). ``closed`` names units
    whose closing is decided, with the first school year in which they are closed.
    """

    close: Literal["never", "choose"] = "never"
    below_pupils: int = Field(50, ge=0)
    kinds: tuple[str, ...] = ("teaching_point",)
    max_walk_m: float = Field(3000, gt=0)
    bus_max_m: float | None = Field(None, gt=0)
    boarding_from_grade: int | None = Field(None, ge=4, le=9)
    closed: dict[str, int] = {}


class Overflow(_Part):
    """Whether pupils of a full catchment may be sent to nearby units."""

    allowed: bool = True
    nearest: int = Field(4, ge=1, le=20)
    max_distance_m: float = Field(6000, gt=0)


class Stability(_Part):
    """How much may change: share of the pupils, against today's catchments and from one phase to the next; or no limit."""

    max_moved_share: float | None = Field(None, ge=0, le=1)
    max_moved_share_between: float | None = Field(None, ge=0, le=1)


class Radius(_Part):
    """Service radius by stage; ``hard`` forbids catchments beyond it where another unit lies within."""

    enabled: bool = True
    hard: bool = False
    locales: tuple[Literal["urban", "town", "rural"], ...] = ("urban",)


class Compactness(_Part):
    """Whether catchments shall keep close around their schools, beyond short ways: priced by the square of the way."""

    enabled: bool = False


class Balance(_Part):
    """Whether schools shall be filled alike: pupils above an even share of the seats have a price.

    Even is what all units of the stage fill on average in that year, ``tolerance`` more; or the share ``above`` of the seats.
    """

    enabled: bool = False
    tolerance: float = Field(0.05, ge=0, le=1)
    above: float | None = Field(None, gt=0, le=1)


class Resources(_Part):
    """Whether a layout must respect the floors of A1–A7 (``floors``) or is paid for units that pass (``pass``)."""

    mode: Annotated[Literal["off", "floors", "pass"], BeforeValidator(_off)] = "off"


class SharedArea(_Part):
    """Zones whose pupils may go to any of several units of one stage (多校划片)."""

    zones: tuple[str, ...] = Field(min_length=1)
    units: tuple[str, ...] = Field(min_length=1)


class Candidates(_Part):
    """How many units, nearest first, a zone may be assigned to besides its present one."""

    nearest: int = Field(10, ge=1)
    max_distance_m: float | None = Field(None, gt=0)


class Prices(_Part):
    """Prices of what reality can violate, in pupil-kilometres; 1 is one pupil walking one kilometre more.

    The order is what matters: a missing seat costs more than any walk inside the county, a school over its
    size less than a missing seat, a pupil outside the own catchment less than that. ``moved_between`` is the price of a pupil whose
    catchment changes from one phase to the next (``moved`` without it). ``spread`` is that of a pupil by the square of the kilometres
    (``compactness``), ``uneven`` that of a pupil above the even share of a school's seats (``balance``).
    """

    shortage: float = Field(50.0, ge=0)
    oversize: float = Field(20.0, ge=0)
    nearby: float = Field(8.0, ge=0)
    overflow: float = Field(2.0, ge=0)
    moved: float = Field(0.5, ge=0)
    moved_between: float | None = Field(None, ge=0)
    barrier: float = Field(0.5, ge=0)
    beyond_radius: float = Field(0.3, ge=0)
    spread: float = Field(0.1, ge=0)
    uneven: float = Field(1.0, ge=0)
    class_: float = Field(0.2, ge=0, alias="class")
    unreached: float = Field(100.0, ge=0)
    million_yuan: float = Field(20.0, ge=0)
    closure_saving: float = Field(40.0, ge=0)
    starved: float = Field(2.0, ge=0)
    unit_pass: float = Field(100.0, ge=0)

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _tables(value: Any) -> Any:
    """Read the parameters of the engine from a TOML file where a scenario names one."""
    if not isinstance(value, str):
        return value
    try:
        return read_toml(value)
    except ScenarioError as error:
        raise _told("toml", error.problems[0]) from None


_Engine = Annotated[
    EngineParameters, BeforeValidator(_tables), PlainSerializer(EngineParameters.differing, return_type=dict)
]


class Solver(_Part):
    """Who solves, how close to the best and for how long.

    ``engine`` holds the parameters of the engine that differ from the defaults (``docs/parameters.md``), or names a TOML file of
    them, relative to the scenario file.
    """

    name: Literal["engine", "highs", "cbc"] = "engine"
    gap: float = Field(0.005, ge=0, le=1)
    time_limit_s: float = Field(60.0, gt=0)
    threads: int = Field(2, ge=1, le=64)
    seed: int = Field(1, ge=0)
    engine: _Engine = DEFAULTS


def _written(value: Any) -> Any:
    """Return dates and numbers of a YAML file as they are printed."""
    if isinstance(value, datetime.date):
        day = Text("scenario.settings.day", year=value.year, month=value.month, day=value.day)
        return day.text("zh")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Words = Annotated[str, BeforeValidator(_written)]


class Notice(_Part):
    """What a public notice says besides the plan; what is empty appears as a blank to fill in by hand.

    ``issuer`` issues notice ``number`` on ``date``; comments are taken during ``window`` by ``phone``, ``email`` and at
    ``address``; ``review_number`` is the 审图号 of the maps. ``zone_pupils_from`` lets the public page show the pupils of
    zones with at least so many; without it the page holds no pupil counts of zones. ``pupils_from`` is the smallest count of a
    catchment that any public file says; a catchment of one zone never says its own.
    """

    issuer: _Words = ""
    number: _Words = ""
    date: _Words = ""
    window: _Words = ""
    phone: _Words = ""
    email: _Words = ""
    address: _Words = ""
    review_number: _Words = ""
    basis: _Words = "《中华人民共和国义务教育法》关于适龄儿童、少年免试就近入学的规定"
    overflow_rule: _Words = (
        "学区内报名人数超过学位时，按事先公布的顺序录取；未能录取的学生由教育行政部门统筹安排到就近有空余学位的公办学校，"
        "并在入学前告知家长。"
    )
    zone_pupils_from: int | None = Field(None, ge=10)
    pupils_from: int = Field(10, ge=5)


def _none(value: Any) -> Any:
    """Read no district as the empty path."""
    return "" if value is None else value


def _school_year(year: int) -> int:
    """Take school years, and 0 for the base year of the district."""
    if year and not 1990 <= year <= 2100:
        raise ValueError("a school year is a number from 1990 to 2100")
    return year


class Scenario(_Part):
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
    standards_set: dict[str, Any] = {}
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
    feeder: Annotated[Literal["off", "nested"], BeforeValidator(_off)] = "off"
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
