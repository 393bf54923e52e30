"""Put a made county together: every table of a District from settings and a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from planning.district.model import District, DistrictInfo, Layer
from planning.district.schema import TABLE
from planning.synth import people, register, schools, streets
from planning.synth.geography import make_zones
from planning.synth.means import resources
from planning.synth.mesh import Mesh
from planning.synth.programme import make_projects, name_expanded, special_schools
from planning.synth.settings import VERSION, CountySettings


def make_county(settings: CountySettings) -> District:
    """Make a county; the same settings give the same county.

    Parameters
    ----------
    settings : CountySettings
        Size, outline, towns, barriers, seed.

    Returns
    -------
    District
        Complete and consistent: the class registers hold exactly the pupils of the zones, in today's catchments.
    """
    rng = np.random.default_rng(settings.seed)
    zones, mesh = make_zones(settings, rng)
    courses = streets.make_courses(mesh, settings)
    zones["zone"] = [f"Z{k + 1:05d}" if len(zones) > 9999 else f"Z{k + 1:04d}" for k in range(len(zones))]
    number = zones.groupby("kind").cumcount() + 1
    stem = zones["kind"].map({"estate": "合成社区", "town_block": "合成街坊", "village_group": "合成村组"})
    zones["name"] = stem + number.astype(str).str.zfill(3)
    zones["population"] = people.residents(zones, settings, rng)
    pupils = people.pupils(zones, zones["population"].to_numpy(), settings, rng)
    placed = schools.place_schools(zones, pupils, links(mesh, courses), settings, rng)
    classes, units = schools.registers(placed, pupils, settings, rng)
    means = resources(units, placed.schools, classes, rng)
    names = units["unit"].to_numpy()
    zones["current_primary"] = names[placed.current["primary"]]
    zones["current_junior"] = names[placed.current["junior"]]
    extra = special_schools(zones, settings, rng)
    all_schools: pd.DataFrame = pd.concat([placed.schools, extra.schools], ignore_index=True)
    projects = make_projects(zones, all_schools, units, classes, settings)
    all_schools = name_expanded(all_schools, projects)
    tables: dict[str, Any] = {
        "boundary": gpd.GeoDataFrame(
            {"name": [settings.name_zh]}, geometry=[settings.outline], crs=settings.crs
        ),
        "townships": _townships(zones, settings),
        "zones": zones,
        "zone_pupils": _zone_pupils(zones, pupils, settings, rng),
        "schools": gpd.GeoDataFrame(all_schools, geometry="geometry", crs=settings.crs),
        "units": pd.concat([units, extra.units], ignore_index=True),
        "classes": pd.concat([classes, extra.classes], ignore_index=True),
        "resources": pd.concat([means, extra.resources], ignore_index=True),
        "projects": projects,
        "roads": streets.make_streets(zones, mesh, courses, settings, rng),
        "barriers": streets.make_barriers(mesh, courses, settings),
        "births": people.births(pupils, pd.Index(zones["zone"]), settings, rng),
        "housing": people.housing(zones, settings, rng),
        "register": register.make_register(settings),
    }
    info = DistrictInfo(
        settings.id, settings.name, settings.name_zh, settings.base_year, settings.crs, _layers(settings)
    )
    return District(info=info, **{name: _shaped(name, tables[name], settings) for name in TABLE})


def links(mesh: Mesh, courses: streets.Courses) -> sparse.csr_matrix:
    """Return distances between neighbouring zones; those across a barrier count many times over."""
    left, right = mesh.sides.T
    length = np.hypot(*(mesh.seeds[left] - mesh.seeds[right]).T)
    length = np.where(courses.of >= 0, length * 4.0, length)
    graph = sparse.coo_matrix((length, (left, right)), shape=(len(mesh.seeds), len(mesh.seeds)))
    return sparse.csr_matrix(graph + graph.T)


def _townships(zones: gpd.GeoDataFrame, settings: CountySettings) -> gpd.GeoDataFrame:
    whole = zones[["township", "geometry"]].dissolve("township")
    names = {t.code: t.name for t in settings.towns}
    return gpd.GeoDataFrame(
        {
            "township": whole.index,
            "name": [names[c] for c in whole.index],
            "population": zones.groupby("township")["population"].sum().reindex(whole.index).to_numpy(),
        },
        geometry=whole.geometry.to_numpy(),
        crs=settings.crs,
    )


def _zone_pupils(
    zones: gpd.GeoDataFrame, pupils: Any, settings: CountySettings, rng: np.random.Generator
) -> pd.DataFrame:
    known = _pupils_of_year(zones, settings.base_year, pupils, people.migrants(zones, settings, pupils, rng))
    if not settings.history_years:
        return known
    # numbers of their own, so that years added before change nothing else
    past = np.random.default_rng([settings.seed, settings.base_year])
    before = people.earlier(zones, pupils, settings, past)
    first = settings.base_year - settings.history_years
    years = [
        _pupils_of_year(zones, first + t, count, people.migrants(zones, settings, count, past))
        for t, count in enumerate(before)
    ]
    return pd.concat([*years, known], ignore_index=True)


def _pupils_of_year(zones: gpd.GeoDataFrame, year: int, pupils: Any, migrant: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone": np.repeat(zones["zone"].to_numpy(), 9),
            "year": year,
            "grade": np.tile(np.arange(1, 10), len(zones)),
            "pupils": pupils.ravel(),
            "migrant": migrant.ravel(),
        }
    )


def _shaped(name: str, table: Any, settings: CountySettings) -> Any:
    """Return a table with exactly the schema's columns, missing ones empty."""
    columns = [c.name for c in TABLE[name].columns]
    for column in columns:
        if column not in table.columns:
            table = table.assign(**{column: pd.NA})
    if TABLE[name].geometry:
        return gpd.GeoDataFrame(
            table[[*columns, "geometry"]], geometry="geometry", crs=settings.crs
        ).reset_index(drop=True)
    return pd.DataFrame(table[columns]).reset_index(drop=True)


def _layers(settings: CountySettings) -> dict[str, Layer]:
    made = Layer("synthetic", "planning.synth", "CC0-1.0", f"generator {VERSION}, seed {settings.seed}")
    return {name: replace(made) for name in TABLE}
