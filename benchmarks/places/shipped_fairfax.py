"""Make the Fairfax County that comes with the package from the 9,404 census blocks of its boundary review.

    python -m benchmarks.places.shipped_fairfax

Blocks become block groups, cut where today's catchments or options 2–5 of the review cut them, so that each of those plans can be stated exactly on
the zones; ``options.csv`` holds them. Borders are simplified together: neighbours keep one common line. What is real and what is derived
stands in ``data/geo/README.md``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from planning.district import write_district
from planning.importing import import_checked

HERE = Path(__file__).parent
PLACE = HERE.parents[2] / "shared" / "places" / "fairfax"
TARGET = HERE.parents[1] / "data" / "geo" / "fairfax"
PLANS = ("middle_now", *(f"middle_option{k}" for k in range(2, 6)))
METRES = "EPSG:26918"
TOLERANCE_M = 25.0


def main() -> None:
    """Write ``data/geo/fairfax`` anew; its licence stays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, default=PLACE)
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    zones = merged(pyogrio.read_dataframe(given.files / "blocks.gpkg"))
    with tempfile.TemporaryDirectory() as folder:
        files, county = Path(folder, "files"), Path(folder, "county")
        files.mkdir()
        pyogrio.write_dataframe(zones, files / "zones.gpkg")
        shutil.copy(given.files / "schools.csv", files)
        district, problems = import_checked(HERE / "fairfax-shipped.yaml", files)
        print(*(problem.text("en") for problem in problems), sep="\n")
        write_district(district, county)
        given.out.mkdir(parents=True, exist_ok=True)
        for file in county.iterdir():
            shutil.copyfile(file, given.out / file.name)
    options = zones[["zone", *PLANS]].rename(columns=lambda c: c.removeprefix("middle_"))
    options.to_csv(given.out / "options.csv", index=False, lineterminator="\n")


def merged(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones: connected pieces of block groups on which all five plans agree, in the order of their codes."""
    keys = ["group", *PLANS]
    blocks = blocks.to_crs(METRES).assign(group=blocks["geoid"].astype(str).str[:12])
    pieces = blocks.dissolve(keys, as_index=False)[[*keys, "geometry"]].explode(ignore_index=True)
    inside = blocks.set_geometry(blocks.representative_point())[["population", "middle_pupils", "geometry"]]
    sums = inside.sjoin(pieces[["geometry"]], predicate="within").groupby("index_right")
    pieces[["population", "middle_pupils"]] = sums[["population", "middle_pupils"]].sum()
    pieces = pieces.sort_values([*keys, "population"]).reset_index(drop=True)
    part = pieces.groupby("group").cumcount()
    letters = part.map(lambda k: chr(ord("a") + k)).where(pieces["group"].duplicated(keep=False), "")
    tract = pd.to_numeric(pieces["group"].str[5:11]) / 100
    pieces["name"] = tract.map("Tract {:.2f}".format) + " group " + pieces["group"].str[11] + letters
    pieces["zone"] = [f"F{k:03}" for k in range(1, len(pieces) + 1)]
    pieces["geometry"] = shapely.coverage_simplify(pieces.geometry.to_numpy(), TOLERANCE_M)
    return pieces


if __name__ == "__main__":
    main()
