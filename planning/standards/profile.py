"""Load a profile of thresholds, following ``extends:``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, model_validator

from planning.errors import Issue, ScenarioError
from planning.grades import Grades, read_grades
from planning.messages import Both, en_zh
from planning.yamlfile import read_yaml


def _grades(value: Any) -> Any:
    return value if value is None or isinstance(value, Grades) else read_grades(str(value))


SystemGrades = Annotated[
    Grades | None, BeforeValidator(_grades), PlainSerializer(lambda held: held and str(held))
]
"""Grades of the stages as a profile names them, or nothing."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ResourceStandard(_Strict):
    """Threshold of one resource indicator: ``column`` per ``per`` pupils, by stage."""

    column: str
    per: int
    primary: float
    junior: float

    def threshold(self, stage: str) -> float:
        """Return the threshold of a stage, in units of the indicator."""
        return self.primary if stage == "primary" else self.junior


class UnitVerdict(_Strict):
    """How many of the seven must be met and how far the remaining one may fall (share of its threshold)."""

    met: int
    floor: float


class SpecialRooms(_Strict):
    """B3: one music and one art room of at least this area per so many classes."""

    classes_per_room: int
    music_m2: float
    art_m2: float


class Nearby(_Strict):
    """B13: nearby-enrolment ratios; ``reading`` says whether the pair is by stage or by locale."""

    primary: float
    junior: float
    reading: Literal["stage", "locale"]


class TravelNorms(_Strict):
    """Walking speed and the norms of distance and time."""

    walking_m_per_min: float
    service_radius_m: dict[str, float]
    rural_minutes: float
    boarding_from_grade: int


class Readings(_Strict):
    """Which reading of an indicator decides where the texts disagree; the stricter by default.

    ``B7``: 6000 yuan for all special-education pupils (S:255) or those of special schools (S:175). ``B15``: migrant children in
    public places only (S:261), or in public and purchased ones (S:207).
    """

    B7: Literal["all_special_pupils", "special_schools"] = "all_special_pupils"
    B15: Literal["public", "public_or_purchased"] = "public"


class Target(_Strict):
    """One target of a year: the value asked, the line of the plan, and a second reading where it gives one.

    Parameters
    ----------
    value : float
        What is asked, in units of the measure.
    strict : bool
        More (or less) than the value, not equal to it.
    names : tuple of str
        Projects the target names.
    below : float
        Pupils below which a school counts as a shell.
    """

    value: float
    line: str
    strict: bool = False
    names: tuple[str, ...] = ()
    below: float = 0
    also: Target | None = None


CLASS_INDICATORS = frozenset({"B3", "B5"})
"""Indicators that count classes: not applicable where capacity is counted in seats."""


class Profile(_Strict):
    """Every threshold the package uses; one YAML file in ``standards/profiles``.

    Parameters
    ----------
    capacity : {"classes", "seats"}
        What a school's capacity is counted in: classrooms with a class cap, or seats over all grades where a system has no class rule.
        Counted in seats, every seat is a class of one pupil, so that ``class_cap`` is 1 whatever a parent profile says.
    grades : Grades, optional
        Grades of the primary stage, then of the junior stage (``1-5, 6-9``, ``K-5, 6-8``): a county whose tables have others is refused.
        Where nothing is said they are those of the county.
    not_applicable : tuple of str
        Indicators that the system does not know; those that count classes are never applicable to seats.
    currency : str
        ISO 4217 code of the money that costs and budgets are in; empty where nobody says (columns are called ``cost_yuan`` all the same).
    """

    id: str
    name: str
    name_zh: str
    source: str
    capacity: Literal["classes", "seats"] = "classes"
    grades: SystemGrades = None
    not_applicable: tuple[str, ...] = ()
    currency: str = "CNY"
    class_cap: dict[str, int]
    school_cap: dict[str, int]
    class_bands: dict[str, int]
    resources: dict[str, ResourceStandard]
    unit_verdict: UnitVerdict
    cv_limit: dict[str, float]
    cv_reading: Literal["each", "composite"]
    split_weights: dict[str, dict[str, float]]
    teaching_point_min_pupils: int
    small_school_pupils: int
    special_rooms: SpecialRooms
    nearby: Nearby
    thresholds: dict[str, dict[str, float]]
    travel: TravelNorms
    readings: Readings = Readings()
    targets: dict[int, dict[str, Target]] = {}

    @model_validator(mode="before")
    @classmethod
    def _one_pupil_a_seat(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("capacity") == "seats":
            return {**data, "class_cap": dict.fromkeys(data.get("class_cap") or (), 1)}
        return data

    @property
    def in_seats(self) -> bool:
        """Whether capacity is counted in seats."""
        return self.capacity == "seats"

    def applies(self, indicator: str) -> bool:
        """Return whether the system knows an indicator."""
        return indicator not in self.not_applicable and not (self.in_seats and indicator in CLASS_INDICATORS)

    def other_grades(self, grades: Grades, standards: str) -> list[Issue]:
        """Return what is wrong with the grades of a county: those of the profile are others."""
        if self.grades is None or self.grades == grades:
            return []
        asked = str(self.grades)
        return [
            Issue(
                "standards.profile.other_grades",
                "scenario",
                column="standards",
                value=standards,
                asked=asked,
                found=str(grades),
            )
        ]

    def school_limit(self, kind: str) -> int:
        """Return the size limit in pupils of a school by its kind (B4; S:163)."""
        if kind == "nine_year":
            return self.school_cap["integrated"]
        if kind == "twelve_year":
            return self.school_cap["twelve_year"]
        return self.school_cap["primary" if kind in ("primary", "teaching_point", "special") else "junior"]


def list_profiles() -> tuple[str, ...]:
    """Return the ids of the profiles that come with the package."""
    folder = files("planning.standards") / "profiles"
    return tuple(sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")))


def read_profile(name_or_path: str | Path, overrides: Mapping[str, Any] | None = None) -> Profile:
    """Read a profile by id or from a YAML file.

    Parameters
    ----------
    name_or_path : str or Path
        An id of :func:`list_profiles` or a path ending in ``.yaml``.
    overrides : mapping, optional
        Values that replace those of the profile (a scenario's ``standards_set``).

    Returns
    -------
    Profile

    Raises
    ------
    ScenarioError
        If the profile is unknown or a key or value in it is not understood.
    """
    data = _resolved(str(name_or_path))
    if overrides:
        data = merge(data, overrides)
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(
            Issue(
                Both(*en_zh("standards.profile.not_allowed", told=str(item["msg"]))),
                str(name_or_path),
                column=".".join(str(part) for part in item["loc"]),
                value=str(item.get("input", ""))[:60],
            )
            for item in error.errors()
        ) from None


def merge(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the values of ``top`` laid over it, mappings merged key by key."""
    result = dict(base)
    for key, value in top.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def _text(name: str) -> str:
    path = Path(name)
    if path.suffix == ".yaml":
        if not path.is_file():
            raise ScenarioError([Issue("standards.profile.file_not_found", name)])
        return path.read_text(encoding="utf-8-sig")
    known = list_profiles()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise ScenarioError(
            [
                Issue(
                    "standards.profile.unknown_profile_known",
                    "standards",
                    value=name,
                    mend="standards.mend.did_you_mean" if near else "",
                    known=known,
                    near=(near[0]) if near else "",
                )
            ]
        )
    return (files("planning.standards") / "profiles" / f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    """Return the data of a profile's text, read once; nobody may change them."""
    return read_yaml(text)


def _resolved(name: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    if name in seen:
        raise ScenarioError(
            [
                Issue(
                    "standards.profile.profiles_extend_each_other_circle",
                    "standards",
                    value=" → ".join((*seen, name)),
                )
            ]
        )
    try:
        data = _parsed(_text(name)) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ScenarioError([Issue("standards.profile.not_readable_yaml", name, error=error)]) from None
    if not isinstance(data, dict):
        raise ScenarioError([Issue("standards.profile.expected_key_value_lines", name)])
    own = {key: value for key, value in data.items() if key != "extends"}
    parent = data.get("extends")
    return merge(_resolved(str(parent), (*seen, name)), own) if parent else own
