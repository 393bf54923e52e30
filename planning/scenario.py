"""Read a scenario: what one YAML file says, on top of the scenario it extends."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from planning.errors import Problem, ScenarioError
from planning.standards import Profile, list_profiles, read_profile
from planning.standards.profile import merge
from planning.yamlfile import compose_yaml, read_yaml

Stage = Literal["primary", "junior"]


def _off(value: Any) -> Any:
    """Read a bare ``off``, which YAML takes for false, as the word it is."""
    return "off" if value is False else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Resources(_Part):
    """Whether a layout must respect the floors of A1–A7 (``floors``) or is paid for units that pass (``pass``)."""

    mode: Annotated[Literal["off", "floors", "pass"], BeforeValidator(_off)] = "off"


class Candidates(_Part):
    """How many units, nearest first, a zone may be assigned to besides its present one."""

    nearest: int = Field(10, ge=1)
    max_distance_m: float | None = Field(None, gt=0)


class Prices(_Part):
    """Prices of what reality can violate, in pupil-kilometres; 1 is one pupil walking one kilometre more.

    The order is what matters: a missing seat costs more than any walk inside the county, a school over its
    size less than a missing seat, a pupil outside the own catchment less than that. ``moved_between`` is the price of a pupil whose
    catchment changes from one phase to the next (``moved`` without it).
    """

    shortage: float = Field(50.0, ge=0)
    oversize: float = Field(20.0, ge=0)
    nearby: float = Field(8.0, ge=0)
    overflow: float = Field(2.0, ge=0)
    moved: float = Field(0.5, ge=0)
    moved_between: float | None = Field(None, ge=0)
    barrier: float = Field(0.5, ge=0)
    beyond_radius: float = Field(0.3, ge=0)
    class_: float = Field(0.2, ge=0, alias="class")
    unreached: float = Field(100.0, ge=0)
    million_yuan: float = Field(20.0, ge=0)
    closure_saving: float = Field(40.0, ge=0)
    starved: float = Field(2.0, ge=0)
    unit_pass: float = Field(100.0, ge=0)

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Solver(_Part):
    """Who solves, how close to the best and for how long."""

    name: Literal["engine", "highs", "cbc"] = "engine"
    gap: float = Field(0.005, ge=0, le=1)
    time_limit_s: float = Field(60.0, gt=0)
    threads: int = Field(2, ge=1, le=64)
    seed: int = Field(1, ge=0)


def _written(value: Any) -> Any:
    """Return dates and numbers of a YAML file as they are printed."""
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Words = Annotated[str, BeforeValidator(_written)]


class Notice(_Part):
    """What a public notice says besides the plan; what is empty appears as a blank to fill in by hand.

    ``issuer`` issues notice ``number`` on ``date``; comments are taken during ``window`` by ``phone``, ``email`` and at
    ``address``; ``review_number`` is the 审图号 of the maps. ``zone_pupils_from`` lets the public page show the pupils of
    zones with at least so many; without it the page holds no pupil counts of zones.
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


def notice_with(notice: Notice, sets: Sequence[str]) -> Notice:
    """Return the notice part with ``key=value`` settings on top (``notice.key=value`` is understood too).

    Raises
    ------
    ScenarioError
        Unknown keys and wrong values, all at once.
    """
    data: dict[str, Any] = notice.model_dump()
    for text in sets:
        key, found, value = text.partition("=")
        if not found or not key.strip():
            raise ScenarioError([Problem("--set", "expected key=value", "应写成 键=值", value=text)])
        name = key.strip().removeprefix("notice.")
        data[name] = (value.strip() or None) if name == "zone_pupils_from" else value.strip()
    try:
        return Notice.model_validate(data)
    except ValidationError as error:
        sources = {key: _Source("--set", 0) for key in data}
        raise ScenarioError(
            _problem(
                {**item, "loc": ("notice", *item["loc"])},
                {f"notice.{k}": v for k, v in sources.items()},
                Path("--set"),
            )
            for item in error.errors()
        ) from None


HardRule = Literal["class_size", "school_size", "nearby"]


class Scenario(_Part):
    """The settings that lead to a layout; every key of a scenario file.

    ``district`` is a path (relative to the file that names it). ``catchments: current`` keeps today's
    catchments and only counts; ``free`` draws new ones. ``hard`` lists rules that may not be violated at any
    price: when they cannot be met the run ends with the places in conflict instead of a plan.

    The plan covers the school years ``year`` … ``horizon`` (one year without it). ``enrolled: follow`` seats every pupil
    by catchment; ``stay`` leaves those who are in a school where they are (grandfathering). ``births`` multiplies the children
    who enter grade 1 after the base year; ``missing_births: hold`` holds the last known births where a year is missing.

    ``class_caps`` reads how class sizes come down: ``standard`` 45 / 50 at once; ``path`` lets cohorts that entered before
    2022 keep classes of up to 55 until 2024; ``path_entry`` reads S:69 as entry grades only: from 2022 grades 1 and 7 are at
    standard size, the grades above have up to 55 until 2024. All are at standard from 2025 (S:69, S:73, S:243); no class has
    56 or more in any year, so that every share of such classes the plan allows in 2021 and 2022 (S:65, S:243) is kept.

    ``shared`` lists groups of units that admit from one common catchment (多校划片), besides those of the district's zones
    that name several units of today (``S001-P;S002-P``).

    ``phases`` lists the school years in which new catchments take effect (the first one is the first year without being named):
    :mod:`planning.phases` draws one map for each, with a price and a limit on what changes between them. ``continues`` is set by it:
    the run of the phase before, whose catchments are those in force and whose pupils may stay (``enrolled: stay``).

    ``start_from`` names the folder of an approved layout (relative to the file that names it): its catchments count as those in
    force, so that stability, ``catchments: current`` and "what changed" refer to it.
    """

    name: str
    title: str = ""
    title_zh: str = ""
    note: str = ""
    district: str
    start_from: str | None = None
    standards: str = "litong-2021"
    standards_set: dict[str, Any] = {}
    year: int = Field(ge=1990, le=2100)
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
    hard: tuple[HardRule, ...] = ()
    travel: Travel = Travel()
    contiguity: Contiguity = Contiguity()
    projects: Projects = Projects()
    small_schools: SmallSchools = SmallSchools()
    overflow: Overflow = Overflow()
    stability: Stability = Stability()
    radius: Radius = Radius()
    resources: Resources = Resources()
    feeder: Annotated[Literal["off", "nested"], BeforeValidator(_off)] = "off"
    shared: tuple[tuple[str, ...], ...] = ()
    candidates: Candidates = Candidates()
    prices: Prices = Prices()
    solver: Solver = Solver()
    notice: Notice = Notice()

    @property
    def years(self) -> tuple[int, ...]:
        """School years of the plan."""
        return tuple(range(self.year, max(self.year, self.horizon or self.year) + 1))

    def profile(self) -> Profile:
        """Return the standards the scenario works to."""
        return read_profile(self.standards, self.standards_set)

    def as_data(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data for ``scenario.yaml``."""
        return self.model_dump(mode="json", by_alias=True)

    def digest(self) -> str:
        """Return the SHA-256 of the resolved scenario."""
        return digest_of(self.as_data())


def digest_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a resolved scenario as ``scenario.yaml`` holds it.

    Of the file's own data, not of the settings read from it: a later version that knows more settings finds the same hash.
    """
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class _Source:
    """Where a value was written: file and line, for messages."""

    file: str
    line: int


def read_scenario(path: str | Path, sets: Sequence[str] = (), *, allow_outside: bool = False) -> Scenario:
    """Read a scenario file, the scenarios it extends, and ``a.b=c`` settings on top.

    Parameters
    ----------
    path : str or Path
        YAML file.
    sets : sequence of str
        ``key.key=value`` pairs, values read as YAML; they win over the file.
    allow_outside : bool
        Let the file name a district, standards or a parent outside the project (see :func:`project_folder`). What the
        caller names (``path``, ``sets``) may lie anywhere.

    Returns
    -------
    Scenario
        ``district`` is an absolute path or a path relative to the working folder.

    Raises
    ------
    ScenarioError
        Unknown key (with the nearest known one), wrong type, missing or circular file; every one at once,
        each with file and line.
    """
    data, sources = _load(Path(path), (), None if allow_outside else project_folder(path))
    for text in sets:
        key, found, value = text.partition("=")
        if not found or not key.strip():
            raise ScenarioError([Problem("--set", "expected key.key=value", "应写成 键.键=值", value=text)])
        try:
            addition: Any = read_yaml(value)
        except yaml.YAMLError as error:
            raise ScenarioError(
                [
                    Problem(
                        "--set",
                        f"not readable as YAML: {getattr(error, 'problem', None) or error}",
                        "不是有效的 YAML 值",
                        value=text,
                    )
                ]
            ) from None
        for part in reversed(key.strip().split(".")):
            addition = {part: addition}
        data = merge(data, addition)
        sources[key.strip()] = _Source("--set", 0)
    problems: list[Problem] = []
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        problems = [_problem(item, sources, Path(path)) for item in error.errors()]
        scenario = None
    problems += _reference_problems(data, sources, Path(path))
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario


def scenario_from_data(data: Mapping[str, Any], file: str = "scenario.yaml") -> Scenario:
    """Return the scenario that resolved plain data describe (a run's own ``scenario.yaml``)."""
    try:
        return Scenario.model_validate(dict(data))
    except ValidationError as error:
        raise ScenarioError(_problem(item, {}, Path(file)) for item in error.errors()) from None


def project_folder(path: str | Path) -> Path:
    """Return the folder that a scenario file may name paths in.

    The working folder when the file lies in it; else the folder that holds ``scenarios/``; else the file's own folder.
    """
    file, here = Path(path).resolve(), Path.cwd().resolve()
    if file.is_relative_to(here):
        return here
    return file.parent.parent if file.parent.name == "scenarios" else file.parent


def _load(
    path: Path, seen: tuple[Path, ...], project: Path | None
) -> tuple[dict[str, Any], dict[str, _Source]]:
    path = path if path.suffix else path.with_suffix(".yaml")
    if not path.is_file():
        folder = path.parent
        known = [p.name for p in sorted(folder.glob("*.yaml"))] if folder.is_dir() else []
        near = difflib.get_close_matches(path.name, known, 1)
        raise ScenarioError(
            [
                Problem(
                    str(path),
                    "scenario file not found",
                    "找不到情景文件",
                    mend_en=f"did you mean {near[0]}?"
                    if near
                    else (f"known: {', '.join(known)}" if known else ""),
                    mend_zh=f"是否指 {near[0]}？" if near else (f"已有：{'、'.join(known)}" if known else ""),
                )
            ]
        )
    if path.resolve() in seen:
        raise ScenarioError(
            [Problem(str(path), "scenarios extend each other in a circle", "情景文件循环继承")]
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
        node, data = compose_yaml(text)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ScenarioError(
            [
                Problem(
                    str(path),
                    f"not readable as YAML: {getattr(error, 'problem', None) or error}",
                    "不是有效的 YAML 文件（请用 UTF-8 保存，注意缩进与冒号）",
                    row=str(mark.line + 1) if mark else "",
                )
            ]
        ) from None
    if not isinstance(data, dict) or node is None:
        raise ScenarioError([Problem(str(path), "expected key: value lines", "文件应由“键: 值”组成")])
    sources = {key: _Source(str(path), line) for key, line in _lines(node)}
    if project is not None and (outside := list(_outside(path, data, sources, project))):
        raise ScenarioError(outside)
    for key in ("district", "start_from"):
        if isinstance(data.get(key), str):
            data[key] = _relative(path.parent / data[key])
    parent = data.pop("extends", None)
    if parent is not None:
        base, base_sources = _load(path.parent / str(parent), (*seen, path.resolve()), project)
        return merge(base, data), {**base_sources, **sources}
    return data, sources


def _outside(
    path: Path, data: Mapping[str, Any], sources: Mapping[str, _Source], project: Path
) -> Iterator[Problem]:
    """Name the paths of a scenario file that leave the project, links followed."""
    named = {
        "district": path.parent,
        "extends": path.parent,
        "start_from": path.parent,
        "standards": Path(),
    }
    for key, folder in named.items():
        value = data.get(key)
        if not isinstance(value, str) or (key == "standards" and not value.endswith(".yaml")):
            continue
        if not (folder / value).resolve().is_relative_to(project):
            yield Problem(
                str(path),
                f"the path leaves the project ({project})",
                f"路径超出项目文件夹（{project}）",
                row=str(sources[key].line),
                column=key,
                value=value,
                mend_en="move it into the project, or allow it with --allow-outside",
                mend_zh="请移入项目文件夹，或用 --allow-outside 明确允许",
            )


def _relative(path: Path) -> str:
    resolved = path.resolve()
    try:
        return resolved.relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return resolved.as_posix()


def _lines(node: yaml.Node, prefix: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{prefix}{key.value}"
            yield name, key.start_mark.line + 1
            yield from _lines(value, name + ".")


def _known_keys(parts: Sequence[str]) -> list[str]:
    model: type[BaseModel] = Scenario
    for part in parts:
        info = model.model_fields.get(part)
        if info is None or not (isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)):
            return []
        model = info.annotation
    return sorted(
        {(f.alias or n) for n, f in model.model_fields.items()} | ({"extends"} if not parts else set())
    )


_TYPES_ZH = {
    "missing": "缺少必填项",
    "extra_forbidden": "未知的键",
    "literal_error": "取值不在允许范围内",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
}


def _problem(item: Any, sources: Mapping[str, _Source], path: Path) -> Problem:
    parts = [str(p) for p in item["loc"]]
    key = ".".join(parts)
    where = next(
        (sources[k] for k in (".".join(parts[:n]) for n in range(len(parts), 0, -1)) if k in sources), None
    )
    mend_en = mend_zh = ""
    message = str(item["msg"])
    if item["type"] == "extra_forbidden":
        known = _known_keys(parts[:-1])
        near = difflib.get_close_matches(parts[-1], known, 1, 0.5)
        message = "unknown key"
        mend_en = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        mend_zh = f"是否指 {near[0]!r}？" if near else f"可用的键：{'、'.join(known)}"
    elif item["type"] == "missing":
        message = "a value is required"
    value = item.get("input", "")
    return Problem(
        file=where.file if where else str(path),
        row=str(where.line) if where and where.line else "",
        column=key,
        value=""
        if item["type"] in ("missing", "extra_forbidden") or isinstance(value, dict)
        else str(value)[:60],
        message_en=message,
        message_zh=_TYPES_ZH.get(str(item["type"]), "取值不符合要求"),
        mend_en=mend_en,
        mend_zh=mend_zh,
    )


def _reference_problems(data: Mapping[str, Any], sources: Mapping[str, _Source], path: Path) -> list[Problem]:
    problems = []
    district = data.get("district")
    if isinstance(district, str) and not Path(district).exists():
        where = sources.get("district", _Source(str(path), 0))
        parent = Path(district).parent
        known = [p.name for p in sorted(parent.iterdir()) if p.is_dir()] if parent.is_dir() else []
        near = difflib.get_close_matches(Path(district).name, known, 1, 0.4)
        problems.append(
            Problem(
                where.file,
                "the district folder does not exist",
                "区县数据文件夹不存在",
                row=str(where.line) if where.line else "",
                column="district",
                value=district,
                mend_en=f"did you mean {near[0]!r}?"
                if near
                else "give the path from the scenario file to the district folder",
                mend_zh=f"是否指 {near[0]!r}？" if near else "请写出从情景文件到区县数据文件夹的路径",
            )
        )
    if isinstance(data.get("start_from"), str) and not (Path(data["start_from"]) / "approval.json").is_file():
        problems.append(
            _not_approved(Path(data["start_from"]), sources.get("start_from", _Source(str(path), 0)))
        )
    standards = data.get("standards")
    if isinstance(standards, str) and not standards.endswith(".yaml") and standards not in list_profiles():
        where = sources.get("standards", _Source(str(path), 0))
        near = difflib.get_close_matches(standards, list_profiles(), 1, 0.4)
        problems.append(
            Problem(
                where.file,
                f"unknown standards; known: {', '.join(list_profiles())}",
                f"未知的标准；可用：{'、'.join(list_profiles())}",
                row=str(where.line) if where.line else "",
                column="standards",
                value=standards,
                mend_en=f"did you mean {near[0]!r}?" if near else "",
                mend_zh=f"是否指 {near[0]!r}？" if near else "",
            )
        )
    return problems


def _not_approved(folder: Path, where: _Source) -> Problem:
    parent = folder.parent
    known = [p.parent.name for p in sorted(parent.glob("*/approval.json"))] if parent.is_dir() else []
    near = difflib.get_close_matches(folder.name, known, 1, 0.4)
    return Problem(
        where.file,
        "no approved layout there (a folder with approval.json)",
        "该处没有已批准的方案（应为含 approval.json 的文件夹）",
        row=str(where.line) if where.line else "",
        column="start_from",
        value=folder.as_posix(),
        mend_en=f"did you mean {near[0]!r}?"
        if near
        else "give the path from the scenario file to approved/NUMBER",
        mend_zh=f"是否指 {near[0]!r}？" if near else "请写出从情景文件到 approved/文号 的路径",
    )
