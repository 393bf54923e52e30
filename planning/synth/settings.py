"""Say what kind of county to make."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely.geometry import LineString, Polygon

VERSION = "3"


@dataclass(frozen=True)
class Town:
    """A township: where its centre lies (metres), its share of the county's people, how urban it is.

    ``kind`` is ``"core"`` (part of the built-up city), ``"town"`` (a market town with villages around) or ``"farm"``
    (thinly settled); ``villages`` is its number of village-level units.
    """

    code: str
    name: str
    x: float
    y: float
    share: float
    kind: str = "town"
    villages: int = 10


@dataclass(frozen=True)
class Line:
    """A barrier: its kind, name and course (metres), and how far apart the safe crossings are."""

    kind: str
    name: str
    course: LineString
    crossing_every_m: float = 900.0


@dataclass(frozen=True)
class CountySettings:
    """Everything a made county depends on; the same settings give the same county.

    Parameters
    ----------
    id, name, name_zh : str
        Identifier and names.
    outline : Polygon
        Boundary in metres.
    crs : str
        Its projected CRS.
    towns : tuple of Town
        Townships; shares sum to 1.
    centre : tuple of float
        Middle of the city, metres.
    city_radius_m : float
        Rough radius of the built-up core.
    barriers : tuple of Line
        River or canal, railway, motorway, arterials.
    n_zones : int
        About how many zones.
    primary_pupils, junior_pupils : int
        Pupils living in the county in the base year.
    primaries, juniors, nine_years, teaching_points : int
        Public schools with catchments.
    turn : float
        Direction of the city's main street, radians from east.
    population, base_year, seed : int
        Residents, school year of the register, random seed.
    history_years : int
        Years before the base year whose pupils by zone are known too; what is made of other years does not change with it.
    """

    id: str
    name: str
    name_zh: str
    outline: Polygon
    crs: str
    towns: tuple[Town, ...]
    centre: tuple[float, float]
    city_radius_m: float
    barriers: tuple[Line, ...] = ()
    n_zones: int = 700
    primary_pupils: int = 32_000
    junior_pupils: int = 16_000
    primaries: int = 39
    juniors: int = 11
    nine_years: int = 6
    teaching_points: int = 9
    population: int = 460_790
    base_year: int = 2020
    seed: int = 640302
    turn: float = 0.0
    births: dict[int, float] = field(default_factory=dict)
    history_years: int = 0
