"""Hold the settings of a scenario that belong together, a model each."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from planning.errors import Issue, ScenarioError
from planning.messages import Text
from planning.parameters import DEFAULTS, EngineParameters, read_toml


def off(value: Any) -> Any:
    """Read a bare ``off``, which YAML takes for false, as the word it is."""
    return "off" if value is False else value


def told(kind: Literal["file_name", "toml"], problem: Issue) -> PydanticCustomError:
    """Return a finding in the form that pydantic hands on."""
    said = {
        "en": problem.message_en,
        "zh": problem.message_zh,
        "mend_en": problem.mend_en,
        "mend_zh": problem.mend_zh,
    }
    return PydanticCustomError(kind, "{en}", said)


class Part(BaseModel):
    """Settings that refuse unknown keys and stay as they were read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Travel(Part):
    """How far: the street network, or straight line × ``detour``."""

    mode: Literal["network", "straight"] = "network"
    detour: float = Field(1.3, ge=1, le=3)
    barriers: bool = True


class Contiguity(Part):
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


class Projects(Part):
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


class SmallSchools(Part):
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


class Overflow(Part):
    """Whether pupils of a full catchment may be sent to nearby units."""

    allowed: bool = True
    nearest: int = Field(4, ge=1, le=20)
    max_distance_m: float = Field(6000, gt=0)


class Stability(Part):
    """How much may change: share of the pupils, against today's catchments and from one phase to the next; or no limit."""

    max_moved_share: float | None = Field(None, ge=0, le=1)
    max_moved_share_between: float | None = Field(None, ge=0, le=1)


class Radius(Part):
    """Service radius by stage; ``hard`` forbids catchments beyond it where another unit lies within."""

    enabled: bool = True
    hard: bool = False
    locales: tuple[Literal["urban", "town", "rural"], ...] = ("urban",)


class Compactness(Part):
    """Whether catchments shall keep close around their schools, beyond short ways: priced by the square of the way."""

    enabled: bool = False


class Balance(Part):
    """Whether schools shall be filled alike: pupils above an even share of the seats have a price.

    Even is what all units of the stage fill on average in that year, ``tolerance`` more; or the share ``above`` of the seats.
    """

    enabled: bool = False
    tolerance: float = Field(0.05, ge=0, le=1)
    above: float | None = Field(None, gt=0, le=1)


class Resources(Part):
    """Whether a layout must respect the floors of A1–A7 (``floors``) or is paid for units that pass (``pass``)."""

    mode: Annotated[Literal["off", "floors", "pass"], BeforeValidator(off)] = "off"


class SharedArea(Part):
    """Zones whose pupils may go to any of several units of one stage (多校划片)."""

    zones: tuple[str, ...] = Field(min_length=1)
    units: tuple[str, ...] = Field(min_length=1)


class Candidates(Part):
    """How many units, nearest first, a zone may be assigned to besides its present one."""

    nearest: int = Field(10, ge=1)
    max_distance_m: float | None = Field(None, gt=0)


class Prices(Part):
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
        raise told("toml", error.problems[0]) from None


_Engine = Annotated[
    EngineParameters, BeforeValidator(_tables), PlainSerializer(EngineParameters.differing, return_type=dict)
]


class Solver(Part):
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
        day = Text("scenario.parts.day", year=value.year, month=value.month, day=value.day)
        return day.text("zh")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Words = Annotated[str, BeforeValidator(_written)]


class Notice(Part):
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
