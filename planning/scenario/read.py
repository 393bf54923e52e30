"""Read a scenario: what one YAML file says, on top of the scenario it extends."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from planning.errors import Issue, ScenarioError
from planning.scenario.parts import Notice, Solver
from planning.scenario.problems import Source, named_by, outside_project, problem_of, reference_problems
from planning.scenario.settings import Scenario
from planning.scenario.written import Places
from planning.shipped import shipped_scenario
from planning.standards.profile import merge
from planning.yamlfile import compose_yaml, read_yaml


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

    Examples
    --------
    >>> import pathlib, tempfile, planning
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, county = pathlib.Path(folder, "new.yaml"), pathlib.Path(folder, "county")
    ...     _ = planning.sample_district().save(county)
    ...     _ = path.write_text("{name: new, year: 2025, district: county}")
    ...     planning.read_scenario(path, ["prices.moved=2"]).prices.moved
    2.0
    """
    path = scenario_file(path)
    data, sources = _load(path, (), None if allow_outside else project_folder(path))
    for text in sets:
        key, addition = _setting(text)
        data = merge(data, addition)
        sources = _overlaid(sources, {key: Source("--set", 0)}, key)
    problems: list[Issue] = []
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        problems = [problem_of(item, sources, Path(path)) for item in error.errors()]
        scenario = None
    needed = [key for key in ("name", "district", "year") if key not in data]  # optional only in memory
    problems += [problem_of({"loc": (k,), "type": "missing", "msg": ""}, sources, Path(path)) for k in needed]
    problems += reference_problems(data, sources, Path(path))
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario.told_at(Places({key: (s.file, s.line) for key, s in sources.items()}))


def scenario_with(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """Return a scenario with ``key.key=value`` settings on top.

    Raises
    ------
    ScenarioError
        Unknown keys and wrong values, all at once.
    """
    data, sources = scenario.as_data(), {}
    for text in sets:
        key, addition = _setting(text)
        data = merge(data, addition)
        sources[key] = Source("--set", 0)
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(problem_of(item, sources, Path("--set")) for item in error.errors()) from None


def _setting(text: str) -> tuple[str, dict[str, Any]]:
    """Return the key of ``key.key=value``, and the value as a mapping that goes on top of a scenario."""
    key, found, value = text.partition("=")
    if not found or not key.strip():
        raise ScenarioError([Issue("scenario.read.expected_key_key_value", "--set", value=text)])
    try:
        addition: Any = read_yaml(value)
    except yaml.YAMLError as error:
        raise ScenarioError(
            [
                Issue(
                    "scenario.read.not_readable_yaml",
                    "--set",
                    value=text,
                    getattr=getattr(error, "problem", None) or error,
                )
            ]
        ) from None
    for part in reversed(key.strip().split(".")):
        addition = {part: addition}
    return key.strip(), addition


def with_settings(data: Mapping[str, Any], sets: Sequence[str]) -> dict[str, Any]:
    """Return plain data of a scenario with ``key.key=value`` settings on top.

    Raises
    ------
    ScenarioError
        If a text is no ``key.key=value``.
    """
    told = dict(data)
    for text in sets:
        told = merge(told, _setting(text)[1])
    return told


def scenario_from_data(data: Mapping[str, Any], file: str = "scenario.yaml") -> Scenario:
    """Return the scenario that resolved plain data describe (a run's own ``scenario.yaml``)."""
    try:
        return Scenario.model_validate(dict(data))
    except ValidationError as error:
        raise ScenarioError(problem_of(item, {}, Path(file)) for item in error.errors()) from None


def solver_with(solver: Solver, changes: Mapping[str, Any]) -> Solver:
    """Return the settings of a solver with some changed; plain data of the engine's parameters become parameters again.

    Raises
    ------
    ScenarioError
        Unknown keys and wrong values, all at once.
    """
    return scenario_from_data({"solver": {**solver.model_dump(), **changes}}, "solver").solver


def scenario_file(path: str | Path) -> Path:
    """Return the file that is meant: the one named, one of that name in ``scenarios/``, or one that comes with the package.

    A name with a folder or an ending means that file only.
    """
    named = Path(path)
    if len(named.parts) != 1 or named.suffix or named.name in ("", ".", ".."):
        return named
    here = [named.with_suffix(".yaml"), Path("scenarios", named.name).with_suffix(".yaml")]
    return next((file for file in here if file.is_file()), shipped_scenario(named.name) or here[0])


def project_folder(path: str | Path) -> Path:
    """Return the folder that a scenario file may name paths in.

    The working folder when the file lies in it and that is not ``scenarios/`` itself; else the folder that holds ``scenarios/``; else the
    file's own folder.
    """
    file, here = Path(path).resolve(), Path.cwd().resolve()
    if file.is_relative_to(here) and not (file.parent == here and here.name == "scenarios"):
        return here
    return file.parent.parent if file.parent.name == "scenarios" else file.parent


def runs_folder(path: str | Path) -> Path:
    """Return the folder for the runs of a scenario file: ``runs`` of the county that it belongs to, else of the working folder.

    A county is a folder with ``district/`` whose scenarios lie beside it or in ``scenarios/``, as ``planning start`` makes it: its
    results stay together wherever the command is typed.
    """
    file = scenario_file(path).resolve()
    home = file.parent.parent if file.parent.name == "scenarios" else file.parent
    if not (home / "district").is_dir() or home == Path.cwd().resolve():
        return Path("runs")
    try:
        return Path(os.path.relpath(home / "runs"))
    except ValueError:  # another drive
        return home / "runs"


def _load(
    path: Path, seen: tuple[Path, ...], project: Path | None
) -> tuple[dict[str, Any], dict[str, Source]]:
    path = path if path.suffix else path.with_suffix(".yaml")
    if not path.is_file():
        folder = path.parent
        known = [p.name for p in sorted(folder.glob("*.yaml"))] if folder.is_dir() else []
        near = difflib.get_close_matches(path.name, known, 1)
        raise ScenarioError(
            [
                Issue(
                    "scenario.read.scenario_file_not_found",
                    str(path),
                    mend="scenario.mend.did_you_mean_load"
                    if near
                    else "scenario.mend.known"
                    if known
                    else "",
                    near=(near[0]) if near else "",
                    known=known,
                )
            ]
        )
    if path.resolve() in seen:
        raise ScenarioError([Issue("scenario.read.scenarios_extend_each_other_circle", str(path))])
    try:
        text = path.read_text(encoding="utf-8-sig")
        node, data = compose_yaml(text)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ScenarioError(
            [
                Issue(
                    "scenario.read.not_readable_yaml_load",
                    str(path),
                    row=str(mark.line + 1) if mark else "",
                    getattr=getattr(error, "problem", None) or error,
                )
            ]
        ) from None
    if not isinstance(data, dict) or node is None:
        raise ScenarioError([Issue("scenario.read.expected_key_value_lines", str(path))])
    sources = {key: Source(str(path), line) for key, line in _lines(node)}
    if project is not None and (outside := list(outside_project(path, data, sources, project))):
        raise ScenarioError(outside)
    for key in ("district", "start_from"):
        if isinstance(data.get(key), str):
            data[key] = _relative(path.parent / data[key])
    if isinstance(table := named_by(data, "solver.engine"), str):
        data["solver"]["engine"] = _relative(path.parent / table)
    parent = data.pop("extends", None)
    if parent is not None:
        base, base_sources = _load(path.parent / str(parent), (*seen, path.resolve()), project)
        return merge(base, data), _overlaid(base_sources, sources)
    return data, sources


def _overlaid(below: dict[str, Source], above: dict[str, Source], *replaced: str) -> dict[str, Source]:
    """Return where settings were written, entries of lists that are ``replaced`` or written anew forgotten."""
    lists = (*replaced, *(key[:-2] for key in above if key.endswith(".0")))
    gone = tuple(f"{key}." for key in lists)
    return {k: s for k, s in below.items() if not k.startswith(gone)} | above


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
    if isinstance(node, yaml.SequenceNode):
        for k, value in enumerate(node.value):
            yield f"{prefix}{k}", value.start_mark.line + 1
            yield from _lines(value, f"{prefix}{k}.")


NOTICE_ZH = {
    "issuer": "发布单位",
    "number": "文号",
    "date": "日期",
    "window": "公示期",
    "phone": "电话",
    "email": "邮箱",
    "address": "地址",
    "review_number": "审图号",
    "basis": "依据",
    "overflow_rule": "超额办法",
}
"""Chinese names of what a notice says; they are understood wherever a setting of it is given on a command's line."""


def notice_with(notice: Notice, sets: Sequence[str]) -> Notice:
    """Return the notice part with ``key=value`` settings on top (``notice.key=value`` and Chinese names, 电话=…, are understood too).

    Raises
    ------
    ScenarioError
        Unknown keys and wrong values, all at once.
    """
    data: dict[str, Any] = notice.model_dump()
    for text in sets:
        key, found, value = text.partition("=")
        if not found or not key.strip():
            raise ScenarioError([Issue("scenario.read.expected_key_value", "--set", value=text)])
        name = key.strip().removeprefix("notice.")
        name = next((k for k, zh in NOTICE_ZH.items() if zh == name), name)
        data[name] = (value.strip() or None) if name == "zone_pupils_from" else value.strip()
    try:
        return Notice.model_validate(data)
    except ValidationError as error:
        sources = {key: Source("--set", 0) for key in data}
        raise ScenarioError(
            problem_of(
                {**item, "loc": ("notice", *item["loc"])},
                {f"notice.{k}": v for k, v in sources.items()},
                Path("--set"),
            )
            for item in error.errors()
        ) from None
