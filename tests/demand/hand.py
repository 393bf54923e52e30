"""The tiny county with births and new homes, so that every number of a forecast can be worked out on paper."""

from __future__ import annotations

import dataclasses

import pandas as pd

from planning.district.model import District
from tests.district.tiny import ZONES


def with_births(district: District, of_year: dict[int, float], zones=ZONES) -> District:
    rows = [(z, y, float(n)) for z in zones for y, n in of_year.items()]
    return dataclasses.replace(district, births=pd.DataFrame(rows, columns=["zone", "year", "births"]))


def with_housing(district: District, rows) -> District:
    columns = ["zone", "year", "homes", "primary_yield", "junior_yield"]
    return dataclasses.replace(district, housing=pd.DataFrame(rows, columns=columns))


def with_register(district: District, rows) -> District:
    table = pd.DataFrame(rows, columns=["zone", "year", "grade", "pupils"]).assign(migrant=0)
    return dataclasses.replace(district, zone_pupils=table)
