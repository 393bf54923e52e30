"""Hold the tables of one county as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from planning.district.geometry.closing import SNAP_M
from planning.grades import USUAL, Grades
from planning.tables import facts_html, same_table

SAME_PLACE_M = 0.2
"""Shapes this close are the same: files hold decimetres."""


@dataclass(frozen=True)
class Layer:
    """Where one table comes from.

    Parameters
    ----------
    status : str
        ``"real"``, ``"derived"``, ``"synthetic"`` or ``"unknown"``.
    source, licence, method : str
        Origin, licence, and how it was made (generator version and seed where synthetic).
    """

    status: str
    source: str = ""
    licence: str = ""
    method: str = ""


@dataclass(frozen=True)
class DistrictInfo:
    """What ``district.yaml`` says: names, years, coordinate system and the origin of each layer.

    Parameters
    ----------
    id, name, name_zh : str
        Short identifier and names.
    base_year : int
        School year of the register (named after its September).
    crs_metric : str
        Projected CRS used for every length and area.
    layers : mapping of str to Layer
        Origin of each table.
    note : str
        Anything a reader should know.
    snap_m : float
        Gaps and overlaps between zones narrower than this are closed when the district is read, metres.
    grades : Grades
        Grades of its stages.
    """

    id: str
    name: str
    name_zh: str
    base_year: int
    crs_metric: str
    layers: Mapping[str, Layer] = field(default_factory=dict)
    note: str = ""
    snap_m: float = SNAP_M
    grades: Grades = USUAL


@dataclass(frozen=True, eq=False, repr=False)
class District:
    """Every table of one county, checked; geometries in ``info.crs_metric`` (metres).

    Tables follow :mod:`planning.district.schema`; optional tables that are missing are empty frames with
    the schema's columns. Make one with :meth:`from_frames` or :meth:`read`. Two districts are equal when they say the same, wherever
    they are kept; shapes may differ by the last decimal that files hold.

    Parameters
    ----------
    info : DistrictInfo
        Names, school year, coordinate system, origin of each table.
    boundary, townships, zones, schools, projects, roads, barriers : GeoDataFrame
        Tables with shapes.
    zone_pupils, units, classes, resources, births, housing, register : DataFrame
        Tables without.
    path : Path, optional
        Where it was read from (``None`` when made in memory).

    Examples
    --------
    >>> import planning
    >>> planning.sample_district()
    <District 合成县 2025: 12 zones, 3 schools, 1,080 pupils, EPSG:32648>
    """

    info: DistrictInfo
    boundary: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    zone_pupils: pd.DataFrame
    schools: gpd.GeoDataFrame
    units: pd.DataFrame
    classes: pd.DataFrame
    resources: pd.DataFrame
    projects: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    births: pd.DataFrame
    housing: pd.DataFrame
    register: pd.DataFrame
    path: Path | None = None

    @classmethod
    def from_frames(  # noqa: PLR0913 - the parts of one county
        cls,
        zones: gpd.GeoDataFrame,
        schools: pd.DataFrame,
        pupils: pd.DataFrame | pd.Series[Any] | None = None,
        *,
        name: str = "district",
        crs: str | None = None,
        base_year: int | None = None,
        seats_per_room: Mapping[str, int] | None = None,
        status: str = "derived",
        grades: str = "",
        **tables: pd.DataFrame | None,
    ) -> District:
        """Make a district from frames in memory, checked as files are.

        Headers may be those of the schema, their Chinese names or aliases. What a small county leaves out is completed: ``name`` is
        the identifier, ``locale`` urban, all zones one township, the outline that of the zones, a school primary unless ``kind`` or
        ``stage`` says otherwise, and one unit stands for each school (``A`` → ``A-P``).

        Parameters
        ----------
        zones : GeoDataFrame
            ``zone`` (or ``id``, or a named index) and areas in any coordinate system.
        schools : GeoDataFrame or DataFrame
            ``school`` (or ``id``), points (or ``lon`` and ``lat``), ``rooms`` (classrooms) or ``seats``, ``kind`` or ``stage``.
        pupils : DataFrame or Series, optional
            Long (``zone, grade, pupils`` and perhaps ``year``), wide (one column per grade ``1`` … ``9`` or stage ``primary``,
            ``junior``) or one number a zone. Without it the zones' own columns of these names count. A total over several grades is
            divided evenly, the lowest grades first; the origin of the table says so.
        name : str
            Name of the county.
        crs : str, optional
            Projected system in metres for lengths and areas; that of the zones, or one that suits the place.
        base_year : int, optional
            School year of the figures; the last year of ``pupils``, or the present one.
        seats_per_room : mapping of str to int, optional
            Seats of a classroom by stage, where schools give ``seats`` instead of ``rooms``.
        status : str
            ``"real"``, ``"derived"``, ``"synthetic"`` or ``"unknown"``: printed on maps and notices.
        grades : str
            Grades of the primary stage, then those of the junior stage, where they are not 1–6 and 7–9: ``"1-5, 6-9"``,
            ``"K-5, 6-8"``; one span where there is one stage.
        **tables : DataFrame
            Any further table of the schema: ``units, classes, resources, projects, roads, barriers, townships, boundary, births,
            housing, register``. Without ``roads`` ways are straight lines × detour.

        Returns
        -------
        District

        Raises
        ------
        DistrictError
            With everything that is wrong, each with table, row, column, value and mend.

        Examples
        --------
        >>> import geopandas as gpd, planning
        >>> from shapely import box
        >>> areas = [box(600_000 + 500 * k, 4_200_000, 600_500 + 500 * k, 4_200_500) for k in range(4)]
        >>> zones = gpd.GeoDataFrame({"id": list("abcd"), "pupils": [60, 90, 30, 60]}, geometry=areas, crs="EPSG:32648")
        >>> schools = gpd.GeoDataFrame({"id": ["A", "B"], "rooms": [6, 6]}, geometry=zones.centroid[[0, 3]].values, crs=zones.crs)
        >>> planning.District.from_frames(zones, schools, base_year=2025, name="小县")
        <District 小县 2025: 4 zones, 2 schools, 240 pupils, EPSG:32648>
        """
        from planning.district import district_from_frames
        from planning.district.said import Said

        said = Said(name, crs, base_year, status, grades)
        return district_from_frames(
            zones, schools, pupils, said=said, seats_per_room=seats_per_room, **tables
        )

    @classmethod
    def read(cls, path: str | Path) -> District:
        """Read and check a district.

        Parameters
        ----------
        path : str or Path
            Folder, workbook or GeoPackage.

        Returns
        -------
        District
            The county, checked.

        Raises
        ------
        DistrictError
            Everything that is wrong at once; see :func:`planning.read_district`.
        """
        from planning.district import read_district

        return read_district(path)

    def save(self, folder: str | Path) -> Path:
        """Write every table to a folder, all or nothing.

        Parameters
        ----------
        folder : str or Path
            Made, or replaced where it is a district already.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        WriteError
            If it holds something else or cannot be written; see :func:`planning.write_district`.
        """
        from planning.district import write_district

        return write_district(self, folder)

    @property
    def grades(self) -> Grades:
        """Grades of its stages."""
        return self.info.grades

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("info", "path")}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, District):
            return NotImplemented
        if self.info != other.info:
            return False
        theirs = other._tables()
        return all(same_table(t, theirs[n], tolerance_m=SAME_PLACE_M) for n, t in self._tables().items())

    def __hash__(self) -> int:
        return hash((self.info.id, self.info.base_year, *(len(t) for t in self._tables().values())))

    def _facts(self) -> dict[str, object]:
        now = self.zone_pupils["year"] == self.info.base_year
        return {
            "zones": len(self.zones),
            "schools": len(self.schools),
            "pupils": f"{int(self.zone_pupils.loc[now, 'pupils'].sum()):,}",
        }

    def __repr__(self) -> str:
        counted = ", ".join(f"{value} {name}" for name, value in self._facts().items())
        return f"<District {self.info.name_zh} {self.info.base_year}: {counted}, {self.info.crs_metric}>"

    def _repr_html_(self) -> str:
        rows = {n: len(t) for n, t in self._tables().items() if len(t) and n not in ("zones", "schools")}
        facts = {
            **self._facts(),
            "system": self.info.crs_metric,
            "tables": ", ".join(f"{n} ({k})" for n, k in rows.items()),
        }
        return facts_html(f"{self.info.name_zh} {self.info.base_year}", facts)
