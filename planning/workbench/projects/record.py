"""What the workspace remembers of a project and of a plan, as small JSON files that appear whole or not at all."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planning.atomic import whole_file

if TYPE_CHECKING:
    from planning.district import District


@dataclass(frozen=True)
class ProjectRecord:
    """A county that plans are made for.

    Parameters
    ----------
    name : str
        As the user calls it.
    county : str
        Where its tables are: an absolute path, or one relative to the project's folder.
    outside : tuple of str
        Run folders that lie elsewhere and are shown in place (absolute paths).
    scenarios : tuple of str
        Scenario files that were opened (absolute paths).
    made : str
        ISO 8601 time.
    year : int, optional
        School year of the county's tables, ``None`` where nobody has looked.
    drawn : bool
        Whether its tables name catchments in force.
    """

    name: str
    county: str
    outside: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    made: str = field(default="")
    year: int | None = None
    drawn: bool = True


def now() -> str:
    """Return this moment, to the second, with its time zone."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def read_json(path: Path) -> dict[str, Any] | None:
    """Return a JSON object; ``None`` where there is none or it is broken (it was written by hand, then)."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def write_json(path: Path, data: Any) -> None:
    """Write a JSON file whole or not at all.

    Raises
    ------
    WriteError
        If the disk refuses.
    """
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    with whole_file(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_project(path: Path) -> ProjectRecord | None:
    """Return the record of a project's folder, ``None`` where it is none of ours."""
    data = read_json(path)
    if data is None or not all(isinstance(data.get(k), str) for k in ("name", "county")):
        return None
    lists = {k: tuple(str(p) for p in data.get(k, ()) if p) for k in ("outside", "scenarios")}
    year = data.get("year")
    return ProjectRecord(
        data["name"],
        data["county"],
        made=str(data.get("made", "")),
        year=year if type(year) is int else None,
        drawn=data.get("drawn") is not False,
        **lists,
    )


def told_by(district: District) -> dict[str, Any]:
    """Return what a project's record remembers of its county."""
    in_force = [c for c in ("current_primary", "current_junior") if c in district.zones]
    drawn = any(district.zones[c].fillna("").astype(str).ne("").any() for c in in_force)
    return {"year": int(district.info.base_year), "drawn": bool(drawn)}


def write_project(path: Path, record: ProjectRecord) -> None:
    """Write the record of a project."""
    write_json(path, asdict(record))
