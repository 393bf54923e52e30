"""Read which counties meet which scenarios: a plan file, or folders on the command line."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planning.errors import Issue, ScenarioError, StoreError
from planning.exchange import is_address, read_address
from planning.filenames import name_problem
from planning.runner.limits import TRIES, Limits
from planning.scenario.problems import problem_of
from planning.sweep import SHORT_NAMES
from planning.yamlfile import read_yaml

DISTRICT = "district"
"""Folder of the tables within a county that `planning start` made."""
_SHOWN = 200


@dataclass(frozen=True)
class BatchPlan:
    """What a batch is to do.

    Parameters
    ----------
    name : str
        Names its folder.
    counties : tuple of Path
        District folders or workbooks.
    scenarios : tuple of str
        Scenario files or names (:func:`planning.scenario.scenario_file`).
    sets : tuple of str
        ``key.key=value`` settings for all.
    vary : mapping of str to tuple of str
        Values by scenario key; every combination is a unit.
    limits : Limits
        What one unit may use.
    """

    name: str
    counties: tuple[Path, ...]
    scenarios: tuple[str, ...]
    sets: tuple[str, ...] = ()
    vary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stores: tuple[str, ...] = ()
    """Addresses of PostGIS stores whose districts are counties, too; :func:`planning.batch.run_batch` fetches them."""
    left_out: tuple[str, ...] = ()
    """Folders beside the counties, in folders that were named as a whole, that hold no county."""


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")
    time_s: float = Field(Limits.time_s, gt=0)
    memory_mb: float = Field(Limits.memory_mb, gt=0)
    tries: int = Field(TRIES, ge=1)


class _File(BaseModel):
    """The plan file as it is written."""

    model_config = ConfigDict(extra="forbid")
    name: str = ""
    counties: list[str] = Field(min_length=1)
    scenarios: list[str] = Field(min_length=1)
    sets: list[str] = []
    vary: dict[str, list[str | int | float | bool]] = {}
    limits: _Limits = _Limits()


def read_plan(path: str | Path) -> BatchPlan:
    """Read a plan file.

    ``counties`` are folders, workbooks, patterns (``counties/*``) or addresses of stores (``postgis://…``), ``scenarios`` files; both relative to the plan file. A name of a
    scenario without folder and ending is looked for as :func:`planning.scenario.scenario_file` says.

    Parameters
    ----------
    path : str or Path
        YAML: ``counties``, ``scenarios``, and, if wanted, ``name``, ``sets``, ``vary``, ``limits``.

    Raises
    ------
    ScenarioError
        Unknown keys, wrong values, patterns that match nothing; all at once.
    """
    file = Path(path)
    try:
        data: Any = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "problem", None) or "UTF-8"
        raise ScenarioError([Issue("batch.plan.cannot_be_read", str(file), reason=reason)]) from None
    if not isinstance(data, dict):
        raise ScenarioError([Issue("batch.plan.not_key_value", str(file))])
    try:
        told = _File.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(problem_of(item, {}, file) for item in error.errors()) from None
    stores, places, wrong = _apart(told.counties)
    counties, unmatched = _matched(file.parent, places)
    wrong += [_no_county(str(file), text) for text in unmatched]
    vary = {
        SHORT_NAMES.get(key, key): tuple(_written(v) for v in values) for key, values in told.vary.items()
    }
    wrong += [
        Issue("base.sweep.given_twice", str(file), column=f"vary.{key}", value=", ".join(values))
        for key, values in vary.items()
        if len(set(values)) < len(values)
    ]
    name = told.name or file.stem
    wrong += [
        Issue("batch.plan.no_values", str(file), column=f"vary.{key}")
        for key, values in vary.items()
        if not values
    ]
    wrong += [p for p in (name_problem(name, str(file), "name"),) if p]
    if wrong:
        raise ScenarioError(wrong)
    scenarios = tuple(text if is_bare(text) else str(file.parent / text) for text in told.scenarios)
    limits = Limits(**told.limits.model_dump())
    left_out = _left_out(file.parent / text for text in places)
    return BatchPlan(name, counties, scenarios, tuple(told.sets), vary, limits, stores, left_out)


def plan_of_counties(
    counties: Sequence[str | Path], scenarios: Sequence[str], *, name: str = "batch", **more: Any
) -> BatchPlan:
    """Return the plan for county folders named one by one, or for a folder that holds them.

    Parameters
    ----------
    counties : sequence of str or Path
        Counties, folders whose sub-folders are counties, or addresses of PostGIS stores.
    scenarios : sequence of str
        Scenario files or names.
    name : str
        Names the folder of the batch.
    **more
        Further fields of :class:`BatchPlan`.

    Raises
    ------
    ScenarioError
        If a folder is no county and holds none.
    """
    found: list[Path] = []
    stores, places, wrong = _apart(counties)
    for place in map(Path, places):
        county = _county_at(place)
        inside = [county] if county else _counties_in(place)
        found += inside
        wrong += [] if inside else [_no_county("planning batch", str(place))]
    if wrong:
        raise ScenarioError(wrong)
    return BatchPlan(
        name,
        tuple(dict.fromkeys(found)),
        tuple(scenarios),
        stores=stores,
        left_out=_left_out(map(Path, places)),
        **more,
    )


def _apart(counties: Iterable[str | Path]) -> tuple[tuple[str, ...], list[str], list[Issue]]:
    """Return the addresses of stores, the other texts, and what is wrong with addresses."""
    told = list(dict.fromkeys(map(str, counties)))
    stores = tuple(text for text in told if is_address(text))
    wrong: list[Issue] = []
    for url in stores:
        try:
            read_address(url)
        except StoreError as error:
            wrong += error.problems
    return stores, [text for text in told if not is_address(text)], wrong


def _matched(base: Path, texts: Sequence[str]) -> tuple[tuple[Path, ...], list[str]]:
    found: list[Path] = []
    unmatched = []
    for text in texts:
        named = base / text
        county = _county_at(named)
        places = [county] if county else _counties_in(named)
        if not places and any(sign in text for sign in "*?["):  # else a name that holds such a sign
            pattern = str(Path(text)) if Path(text).is_absolute() else f"{glob.escape(str(base))}/{text}"
            matched = map(_county_at, map(Path, sorted(glob.glob(pattern, recursive=True))))
            places = list(dict.fromkeys(p for p in matched if p))
        found += places
        unmatched += [] if places else [text]
    return tuple(dict.fromkeys(found)), unmatched


def _counties_in(folder: Path) -> list[Path]:
    try:
        return [c for p in sorted(folder.iterdir()) if (c := _county_at(p))] if folder.is_dir() else []
    except OSError:  # may not be read, or a name that is too long for any file
        return []


def _left_out(places: Iterable[Path]) -> tuple[str, ...]:
    """Return the names of folders without a county in folders of counties: one that lacks district.yaml must not be missed in silence."""
    found: list[str] = []
    for place in places:
        if not _county_at(place) and _counties_in(place):
            inside = [p for p in sorted(place.iterdir()) if p.is_dir() and p.name[0] != "."]
            found += [p.name for p in inside if not _county_at(p)]
    return tuple(dict.fromkeys(found))


def _county_at(path: Path) -> Path | None:
    """Return the county of a folder or workbook: itself, or the district in it where `planning start` made the folder."""
    return next((place for place in (path, path / DISTRICT) if _is_county(place)), None)


def _is_county(path: Path) -> bool:
    try:
        book = path.suffix.lower() == ".xlsx" and path.name[:1] not in (
            ".",
            "~",
        )  # not what Excel locks one with
        return (path / "district.yaml").is_file() or (book and path.is_file())
    except OSError:
        return False


def is_bare(text: str) -> bool:
    """Return whether a text is a name, without folder and ending."""
    return len(Path(text).parts) == 1 and not Path(text).suffix


def _written(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_county(file: str, text: str) -> Issue:
    return Issue("batch.plan.no_county", file, column="counties", value=text[:_SHOWN])
