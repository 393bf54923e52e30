"""Say what uploaded files are taken for and what they leave open, as plain data for forms; the dialogue is the importer's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing import (
    Question,
    answer,
    draft_of,
    is_district,
    open_questions,
    passed_over,
    settle,
    still_open,
)
from planning.workbench.incoming.uploads import Upload

_FIRST = re.compile(r"^.*?[?？]")


def whole_district(one: Upload) -> Path | None:
    """Return the one file that is a whole district already (a filled template), if that is what was uploaded."""
    names = one.names()
    path = one.files / names[0] if len(names) == 1 else one.files
    return path if is_district(path) else None


def mapping_of(one: Upload) -> dict[str, Any]:
    """Return the mapping of the files with every answer that still has its place.

    Raises
    ------
    DistrictError
        If no file fits a table.
    """
    data = _proposed(one.files, one.mark())
    for key, value in one.answers().items():
        try:
            data = answer(data, key, value)
        except DistrictError:
            continue  # its file was taken out again
    return settle(data, one.files)


def finished_mapping(one: Upload) -> dict[str, Any]:
    """Return the mapping of files that leave nothing open.

    Raises
    ------
    DistrictError
        With every question that is open.
    """
    data = mapping_of(one)
    still = open_questions(data, one.files)
    if still:
        raise still_open(still, "mapping.yaml")
    return data


@functools.lru_cache(maxsize=4)
def _proposed(files: Path, mark: tuple[tuple[str, int, int], ...]) -> dict[str, Any]:
    """Return what files say by themselves; every answer asks for it again, and the files have not changed."""
    return settle(draft_of(files)[0], files)


def answer_all(one: Upload, given: Mapping[str, str]) -> None:
    """Take answers to questions that are open.

    Raises
    ------
    DistrictError
        With every answer that is none; nothing is kept then.
    """
    data = mapping_of(one)
    asked = {q.key: q for q in open_questions(data, one.files)}
    known = one.answers()
    wrong = [
        _no_answer(asked.get(key), key, value)
        for key, value in given.items()
        if key not in known and (key not in asked or not asked[key].allows(value))
    ]
    if wrong:
        raise DistrictError(wrong)
    one.keep({**known, **given})


def state_of_upload(one: Upload) -> dict[str, Any]:
    """Return what a page shows of an import: files, tables found in them, open questions, answers, what is left aside."""
    told: dict[str, Any] = {
        "id": one.id,
        "files": one.names(),
        "whole": False,
        "tables": [],
        "questions": [],
        "answers": one.answers(),
        "aside": [],
    }
    if not told["files"]:
        return told
    if whole_district(one):
        return {**told, "whole": True}
    try:
        data = mapping_of(one)
    except DistrictError as error:
        return {**told, "aside": [_line(p) for p in error.problems]}
    questions = open_questions(data, one.files)
    first = [q for q in questions if q.key.startswith("district.")]
    return {
        **told,
        "tables": [_table(name, entry) for name, entry in data["tables"].items()],
        "questions": [question_data(q) for q in (first or questions)],
        "more": bool(first) and len(first) < len(questions),
        "aside": [_line(p) for p in passed_over(one.files, data)],
    }


def question_data(question: Question) -> dict[str, Any]:
    """Return a question as a form needs it: the choices in words, and what else may be answered."""
    parts = question.key.split(".")
    kind = parts[2] if parts[0] == "tables" and len(parts) > 2 else "setting"
    column = TABLE[parts[1]].column_of.get(parts[3]) if len(parts) > 3 and parts[1] in TABLE else None
    en, zh = question.text_en, question.text_zh
    if kind == "columns":  # the signs = and # are the terminal's; a form has fields for them
        en, zh = _question(en), _question(zh)
    labels = {o: question.shown(o, "zh") for o in question.options}
    return {
        "key": question.key,
        "kind": kind,
        "en": en,
        "zh": zh,
        "options": [{"value": o, "zh": labels[o] if labels[o] != o else ""} for o in question.options],
        "default": question.default,
        "same": kind == "columns",
        "number": bool(kind == "columns" and column and column.identifier and not column.refers),
    }


def _table(name: str, entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        "table": name,
        "zh": TABLE[name].zh if name in TABLE else name,
        "file": str(entry.get("file", "")),
        "sheet": str(entry.get("sheet") or ""),
    }


def _line(problem: Issue) -> dict[str, str]:
    return {"level": problem.level, "en": problem.text("en"), "zh": problem.text("zh")}


def _no_answer(question: Question | None, key: str, value: str) -> Issue:
    return Issue(
        "workbench.questions.not_answer" if question else "workbench.questions.asked_no_more",
        question.text_en if question else key,
        column=key,
        value=value[:60],
    )


def _question(text: str) -> str:
    """Return the question of a text without how to answer it."""
    found = _FIRST.match(text)
    return found[0] if found else text
