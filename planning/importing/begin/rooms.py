"""Let the number of classes of a list of schools stand for classrooms where it tells neither rooms nor seats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planning.district.cells.headers import plain
from planning.district.cells.sheet import Sheet
from planning.district.cells.traditional import simplified
from planning.importing.questions import Question
from planning.messages import Text

KEY = "tables.units.columns.rooms"
_CLASSES = re.compile("(?:现有|现|在校|教学|总|全校)*(?:班级|教学班|班)(?:总?数|个数|数目)?|bjs|xybjs|jxbs")
_BRACKET = re.compile(r"[(\[【].*")


def header_of_classes(sheet: Sheet) -> str:
    """Return the header of the number of classes of every school; empty where none, or several, say it."""
    cells = dict(zip(sheet.headers, (sheet.cells[i] for i in range(len(sheet.headers))), strict=True))
    said = [h for h in sheet.headers if _CLASSES.fullmatch(simplified(_BRACKET.sub("", plain(h))))]
    held = [h for h in said if any(re.search(r"\d", c) for c in cells[h])]
    return held[0] if len(held) == 1 else ""


def classes_for_rooms(data: Mapping[str, Any], told: Mapping[str, str]) -> list[Question]:
    """Return what is taken for granted where classes stand for rooms: that there are as many rooms as classes now."""
    entry = data["tables"].get("units", {})
    header = entry.get("columns", {}).get("rooms", "")
    if not header or KEY in told:
        return []
    text = Text("importing.questions.ask.rooms", file=entry["file"], header=header)
    return [Question(KEY, text, (header,), header)]
