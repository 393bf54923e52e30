"""Fetch the counties of a batch that are kept in a PostGIS store, so that whoever carries a unit out needs no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from planning.atomic import new_folder
from planning.batch.listing import patiently
from planning.batch.names import FETCHED
from planning.batch.plan import BatchPlan
from planning.district.info import FILE
from planning.district.write import district_files
from planning.errors import DistrictError
from planning.exchange import list_store, read_address, read_store

REFUSED = "refused.txt"
"""File that stands in the place of a county whose values are wrong, and says why."""
Sources: TypeAlias = dict[Path, tuple[str, str]]
"""Address of the store and identifier of the district, by the folder it is fetched to."""


def stored_counties(stores: Iterable[str], home: Path) -> Sources:
    """Return the districts that addresses name, all of a store where one names none, by the folder of each.

    Raises
    ------
    StoreError
        If a store cannot be reached, or does not hold the district that is named.
    MissingExtraError
        If the extra ``postgis`` is not installed.
    """
    found: Sources = {}
    for url in stores:
        address = read_address(url)
        kept = dict.fromkeys(entry.district for entry in list_store(url))
        if address.district not in kept and (address.district or not kept):
            read_store(url)  # says what is wrong with the address
        for name in [address.district] if address.district else kept:
            place = home / FETCHED / name
            if found.get(place, (url, name)) != (url, name):  # of equal names in two stores
                place = home / FETCHED / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"
            found[place] = url, name
    return found


def with_counties(plan: BatchPlan, places: Iterable[Path]) -> BatchPlan:
    """Return a plan whose counties are these, too."""
    return replace(plan, counties=tuple(dict.fromkeys([*plan.counties, *places])))


def fetch(sources: Mapping[Path, tuple[str, str]], home: Path) -> dict[str, tuple[str, str]]:
    """Write the districts to their folders as they are in the stores now; what did not change is not touched.

    Returns
    -------
    dict of str to (str, str)
        Why a county has no data, in Chinese and English, by its folder: wrong values in one county stop no other.

    Raises
    ------
    StoreError, WriteError
        If a store cannot be reached, or the disk refuses.
    """
    refused = {}
    for place, (url, name) in sources.items():
        try:
            district = read_store(url, name)
        except DistrictError as error:
            zh, en = ("\n".join(issue.text(lang) for issue in error.problems) for lang in ("zh", "en"))
            refused[str(place.resolve())] = zh, en
            files = {REFUSED: en.encode("utf-8")}
        else:
            files = {n: t.encode("utf-8") for n, t in district_files(district).items()}
        with patiently(home / FETCHED):  # another batch may be fetching, too
            if not place.is_dir() or {p.name: p.read_bytes() for p in place.iterdir()} != files:
                _write(place, files)
    return refused


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    with new_folder(place, marks=(FILE, REFUSED)) as temporary:
        for name, content in files.items():
            (temporary / name).write_bytes(content)
