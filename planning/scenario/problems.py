"""Say what is wrong with a scenario file: where it stands, what was expected, what was probably meant."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel

from planning.errors import Issue
from planning.messages import Both, Text, en_zh
from planning.scenario.settings import Scenario
from planning.standards import list_profiles


@dataclass(frozen=True)
class Source:
    """Where a value was written: file and line, for messages."""

    file: str
    line: int


def named_by(data: Mapping[str, Any], key: str) -> Any:
    """Return what a scenario file says under a key with dots (None where it says nothing)."""
    found: Any = data
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def outside_project(
    path: Path, data: Mapping[str, Any], sources: Mapping[str, Source], project: Path
) -> Iterator[Issue]:
    """Name the paths of a scenario file that leave the project, links followed."""
    named = {
        "district": path.parent,
        "extends": path.parent,
        "start_from": path.parent,
        "solver.engine": path.parent,
        "standards": Path(),
    }
    for key, folder in named.items():
        value = named_by(data, key)
        if not isinstance(value, str) or (key == "standards" and not value.endswith(".yaml")):
            continue
        if not (folder / value).resolve().is_relative_to(project):
            yield Issue(
                "scenario.problems.path_leaves_project",
                str(path),
                row=str(sources[key].line),
                column=key,
                value=value,
                project=project,
            )


def _known_keys(parts: Sequence[str]) -> list[str]:
    known = _keys(Scenario)
    for part in parts:
        known = _keys(known.get(part))
    return sorted({*known, *([] if parts else ["extends"])})


def _keys(kind: Any) -> dict[str, Any]:
    """Return the keys of one part of a scenario with the kinds of their values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {(f.alias or n): f.annotation for n, f in kind.model_fields.items()}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return {f.name: hints[f.name] for f in dataclasses.fields(kind)}
    return {}


_TYPES = (
    "missing",
    "extra_forbidden",
    "unexpected_keyword_argument",
    "dataclass_type",
    "literal_error",
    "int_parsing",
    "int_type",
    "float_parsing",
    "float_type",
    "finite_number",
    "bool_parsing",
    "string_type",
)
"""What pydantic may find that the catalogues say in words of their own."""
_BOUNDS = ("ge", "gt", "le", "lt")


def _message_zh(item: Any) -> str:
    """Return the Chinese for what pydantic found, a bound with its value."""
    kind, limits = str(item["type"]), item.get("ctx", {})
    if kind in _TYPES:
        # pydantic joins the choices in English: 'low', 'medium' or 'high'
        choices = str(limits.get("expected", "")).replace(" or ", ", ").replace(", ", "、")
        return Text(f"scenario.problems.type.{kind}", choices=choices).text("zh")
    bounds = [
        f"{Text(f'scenario.problems.bound.{k}').text('zh')} {limits[k]:g}" for k in _BOUNDS if k in limits
    ]
    return "、".join(bounds) or Text("scenario.problems.type.other").text("zh")


UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


def problem_of(item: Any, sources: Mapping[str, Source], path: Path) -> Issue:
    """Return what pydantic found as a problem with its place and, for an unknown key, the nearest known one."""
    parts = [str(p) for p in item["loc"]]
    key = ".".join(parts)
    where = next(
        (sources[k] for k in (".".join(parts[:n]) for n in range(len(parts), 0, -1)) if k in sources), None
    )
    mend_en = mend_zh = ""
    message = str(item["msg"])
    if item["type"] in UNKNOWN:
        known = _known_keys(parts[:-1])
        near = difflib.get_close_matches(parts[-1], known, 1, 0.5)
        message = "unknown key"
        mend_en, mend_zh = (
            en_zh("scenario.problems.did_you_mean", near=repr(near[0]))
            if near
            else en_zh("scenario.problems.known_keys", known=Both(", ".join(known), "、".join(known)))
        )
    elif item["type"] == "missing":
        message = "a value is required"
    said = item.get("ctx", {}) if item["type"] in ("file_name", "toml") else {}
    value = item.get("input", "")
    return Issue(
        Both(message, said.get("zh") or _message_zh(item)),
        where.file if where else str(path),
        row=str(where.line) if where and where.line else "",
        column=key,
        value="" if item["type"] in ("missing", *UNKNOWN) or isinstance(value, dict) else str(value)[:60],
        mend=Both(said.get("mend_en", mend_en), said.get("mend_zh", mend_zh)),
    )


def reference_problems(data: Mapping[str, Any], sources: Mapping[str, Source], path: Path) -> list[Issue]:
    """Return the folders and standards a scenario names that are not there."""
    problems = []
    district = data.get("district")
    if isinstance(district, str) and not Path(district).exists():
        where = sources.get("district", Source(str(path), 0))
        parent = Path(district).parent
        known = [p.name for p in sorted(parent.iterdir()) if p.is_dir()] if parent.is_dir() else []
        near = difflib.get_close_matches(Path(district).name, known, 1, 0.4)
        problems.append(
            Issue(
                "scenario.problems.district_folder_does_not_exist",
                where.file,
                row=str(where.line) if where.line else "",
                column="district",
                value=district,
                mend="scenario.mend.did_you_mean" if near else "scenario.mend.give_path_from_scenario_file",
                near=(near[0]) if near else "",
            )
        )
    start = data.get("start_from")
    if isinstance(start, str) and not any(
        (Path(start) / f).is_file() for f in ("approval.json", "assignment.csv")
    ):
        problems.append(_no_layout(Path(start), sources.get("start_from", Source(str(path), 0))))
    standards = data.get("standards")
    if isinstance(standards, str) and not standards.endswith(".yaml") and standards not in list_profiles():
        where = sources.get("standards", Source(str(path), 0))
        near = difflib.get_close_matches(standards, list_profiles(), 1, 0.4)
        problems.append(
            Issue(
                "scenario.problems.unknown_standards_known",
                where.file,
                row=str(where.line) if where.line else "",
                column="standards",
                value=standards,
                mend="scenario.mend.did_you_mean" if near else "",
                list_profiles=list_profiles(),
                near=(near[0]) if near else "",
            )
        )
    return problems


def _no_layout(folder: Path, where: Source) -> Issue:
    parent = folder.parent
    known = [p.parent.name for p in sorted(parent.glob("*/assignment.csv"))] if parent.is_dir() else []
    near = difflib.get_close_matches(folder.name, known, 1, 0.4)
    return Issue(
        "scenario.problems.no_layout_to_start_from",
        where.file,
        row=str(where.line) if where.line else "",
        column="start_from",
        value=folder.as_posix(),
        mend="scenario.mend.did_you_mean" if near else "scenario.mend.give_path_to_layout",
        near=(near[0]) if near else "",
    )
