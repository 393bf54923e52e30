"""Keep what people said of a plan that was shown to them: no more of a person than where the matter lies; every entry can be deleted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planning.district.cells.headers import plain
from planning.errors import DistrictError, Issue
from planning.workbench.projects.record import now, read_json, write_json

HEADERS: dict[str, tuple[str, ...]] = {
    "date": ("日期", "时间", "提交日期", "收到日期", "date"),
    "zone": ("居住单元", "单元", "单元编号", "小区", "小区名称", "所在小区", "村组", "地址", "住址", "zone", "address"),
    "school": ("学校", "涉及学校", "意向学校", "希望学校", "school"),
    "text": ("内容", "意见", "意见内容", "诉求", "反映内容", "意见建议", "text", "comment"),
}  # fmt: skip
"""Columns that are read; names and telephone numbers of persons are not."""
LONGEST = 2000
_MOST = 20_000


def listed(place: Path) -> list[dict[str, Any]]:
    """Return the entries, newest first."""
    rows = (read_json(place) or {}).get("objections")
    return rows if isinstance(rows, list) else []


def add(place: Path, rows: Sequence[Mapping[str, str]]) -> int:
    """Add entries; what was entered already, word for word, is not entered again. Return how many are new."""
    known = listed(place)
    seen = {tuple(r.get(k, "") for k in HEADERS) for r in known}
    fresh = []
    for row in rows:
        said = tuple(row.get(k, "").strip()[:LONGEST] for k in HEADERS)
        if said not in seen and said[-1]:
            seen.add(said)
            fresh.append(
                {"id": secrets.token_hex(6), **dict(zip(HEADERS, said, strict=True)), "answered": ""}
            )
    if len(known) + len(fresh) > _MOST:
        raise DistrictError([Issue("workbench.objections.too_many", "", most=_MOST)])
    write_json(place, {"objections": [*reversed(fresh), *known]})
    return len(fresh)


def delete(place: Path, ids: Sequence[str]) -> None:
    """Forget entries for good."""
    write_json(place, {"objections": [r for r in listed(place) if r["id"] not in set(ids)]})


def note_answered(place: Path, ids: Sequence[str], job: str) -> None:
    """Note that entries are answered today, by the letter that a job writes."""
    day = now()[:10]
    rows = [{**r, "answered": day, "job": job} if r["id"] in set(ids) else r for r in listed(place)]
    write_json(place, {"objections": rows})


def note_zone(place: Path, one: str, zone: str) -> None:
    """Note which zone an entry is about, where its own words lead nowhere."""
    write_json(
        place,
        {"objections": [{**r, "zone": zone} if r["id"] == one else r for r in listed(place)]},
    )


def read_objections(file: Path) -> list[dict[str, str]]:
    """Return the entries of a spreadsheet or CSV file: the first sheet in which a row names the columns.

    Raises
    ------
    DistrictError
        If no row of it names a column for the text.
    """
    from planning.importing.files.pages import read_page, sheet_names
    from planning.tables import unguarded

    for title in sheet_names(file) or [""]:
        rows = read_page(file, title)[1].rows
        for number, row in enumerate(rows[:10]):
            at = {
                key: n
                for n, cell in enumerate(row)
                for key, words in HEADERS.items()
                if plain(cell) in map(plain, words)
            }
            if "text" in at:
                below = (r for r in rows[number + 1 :] if any(c.strip() for c in r))
                return [{key: unguarded(r[n].strip()) for key, n in at.items()} for r in below]
    raise DistrictError([Issue("workbench.objections.no_text_column", file.name)])
