"""Say what uploaded files are taken for and what they leave open, as plain data for forms; the dialogue is the importer's own."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.district.info import STATUS
from planning.district.schema import TABLE
from planning.errors import DistrictError, Issue
from planning.importing import Question, is_district, passed_over, still_open
from planning.importing.begin import KEYS, Beginning, settled_answer
from planning.importing.begin.answers import SYSTEMS
from planning.messages import Both, is_chinese, languages, written
from planning.start import begin_county, keep_answer
from planning.workbench.incoming.uploads import Upload

_FIRST = re.compile(r"^.*?[?？]")
_OFFICE = frozenset(key.name for key in KEYS)


def whole_district(one: Upload) -> Path | None:
    """Return the one file that is a whole district already (a filled template), if that is what was uploaded."""
    names = one.names()
    path = one.files / names[0] if len(names) == 1 else one.files
    return path if is_district(path) else None


def beginning_of(one: Upload) -> Beginning:
    """Return what the files say with every answer in place, as ``planning start`` reads them.

    Raises
    ------
    DistrictError
        If no file lists estates, or none schools.
    """
    return _begun(one.folder, one.mark(), tuple(one.answers().items()))


@functools.lru_cache(maxsize=4)
def _begun(folder: Path, mark: object, answers: object) -> Beginning:
    """Return the beginning of files and answers that have not changed since they were last looked at."""
    return begin_county(folder)


def finished_mapping(one: Upload) -> dict[str, Any]:
    """Return the mapping of files that leave nothing open but what has a default.

    Raises
    ------
    DistrictError
        With every question that is open.
    """
    begun = beginning_of(one)
    still = [q for q in begun.open if not q.default]
    if still:
        raise still_open(still, "mapping.yaml")
    return begun.data


def answer_all(one: Upload, given: Mapping[str, str]) -> None:
    """Take answers to questions that were asked, or to those that were answered by default.

    Raises
    ------
    DistrictError
        With every answer that is none; nothing is kept then.
    """
    begun, known = beginning_of(one), one.answers()
    asked = {q.key: q for q in (*begun.open, *begun.assumed, *_by_table(begun))}
    wrong = [
        _no_answer(asked.get(key), value)
        for key, value in given.items()
        if not _fits(asked.get(key), key, value, known)
    ]
    if wrong:
        raise DistrictError(wrong)
    for key, value in given.items():
        keep_answer(one.folder, key, value)


def _fits(question: Question | None, key: str, value: str, known: Mapping[str, str]) -> bool:
    if key not in _OFFICE:
        return question.allows(value) if question else key in known
    try:
        return bool(settled_answer(key, value))
    except DistrictError:
        return False


def state_of_upload(one: Upload) -> dict[str, Any]:
    """Return what a page shows of an import: files, tables found in them, open questions, what is taken for granted, what is left aside."""
    told: dict[str, Any] = {
        "id": one.id,
        "files": one.names(),
        "whole": False,
        "tables": [],
        "questions": [],
        "assumed": [],
        "answers": one.answers(),
        "aside": [],
    }
    if not told["files"]:
        return told
    if whole_district(one):
        return {**told, "whole": True}
    try:
        begun = beginning_of(one)
    except DistrictError as error:
        return {**told, "aside": [_line(p) for p in error.problems]}
    return {
        **told,
        "tables": [_table(name, begun) for name in begun.data["tables"]],
        "questions": [{**question_data(q), "parts": _parts(begun, q)} for q in begun.open],
        "assumed": [question_data(q) for q in begun.assumed],
        "aside": [_line(p) for p in passed_over(one.files, begun.data)],
    }


def question_data(question: Question) -> dict[str, Any]:
    """Return a question as a form needs it: the choices in words, and what else may be answered."""
    if question.key in _OFFICE:
        return _office_question(question)
    parts = question.key.split(".")
    kind = parts[2] if parts[0] == "tables" and len(parts) > 2 else "setting"
    column = TABLE[parts[1]].column_of.get(parts[3]) if len(parts) > 3 and parts[1] in TABLE else None
    words = _spoken(question)
    if kind == "columns":  # the signs = and # are the terminal's; a form has fields for them
        words = {lang: _question(text) for lang, text in words.items()}
    return {
        "key": question.key,
        "kind": kind,
        "words": words,
        "options": [{"value": o, "words": _chinese(question.shown(o, "zh"))} for o in question.options],
        "default": question.default,
        "same": kind == "columns",
        "number": bool(kind == "columns" and column and column.identifier and not column.refers),
    }


def _by_table(begun: Beginning) -> list[Question]:
    """Return the question of the coordinates for every table by itself: two desks may take points from two maps."""
    return [
        Question(f"tables.{name}.coordinates", Both("", ""), tuple(SYSTEMS))
        for name, entry in begun.data["tables"].items()
        if TABLE[name].geometry and not entry.get("coordinates")
    ]


def _parts(begun: Beginning, question: Question) -> list[dict[str, str]]:
    """Return the tables that a question may be answered for one by one, where there are several."""
    if question.key != "coordinates":
        return []
    asked = {q.key: q.key.split(".")[1] for q in _by_table(begun)}
    parts = [{"key": k, **_table(name, begun)} for k, name in asked.items()]
    return parts if len(parts) > 1 else []


def _office_question(question: Question) -> dict[str, Any]:
    """Return a question in the office's own words; its choices by the word that is kept."""
    choices = {"coordinates": {k: names[1] for k, names in SYSTEMS.items()}, "status": STATUS}.get(
        question.key, {}
    )
    default = question.default
    with contextlib.suppress(DistrictError):
        default = settled_answer(question.key, default) if choices and default else default
    return {
        "key": question.key,
        "kind": question.key,
        "words": _spoken(question),
        "options": [{"value": value, "words": _chinese(zh)} for value, zh in choices.items()],
        "default": default,
        "same": False,
        "number": False,
    }


def _table(name: str, begun: Beginning) -> dict[str, Any]:
    """Return where a table was found; a sheet only where another of the same file is used as well."""
    entries = begun.data["tables"]
    file, sheet = (str(entries[name].get(key) or "") for key in ("file", "sheet"))
    others = {str(e.get("sheet") or "") for e in entries.values() if e.get("file") == file}
    return {
        "table": name,
        "words": {**_chinese(TABLE[name].zh if name in TABLE else name), "en": name},
        "file": file,
        "sheet": sheet if len(others) > 1 else "",
    }


def _line(problem: Issue) -> dict[str, str]:
    return {"level": problem.level, **{lang: problem.text(lang) for lang in languages()}}


def _spoken(question: Question) -> dict[str, str]:
    return {lang: question.text(lang) for lang in languages()}


def _chinese(zh: str) -> dict[str, str]:
    """Return Chinese words in the characters of every language that is Chinese."""
    return {lang: written(zh, lang) for lang in languages() if is_chinese(lang)}


def _no_answer(question: Question | None, value: str) -> Issue:
    if question is None:
        return Issue("workbench.questions.asked_no_more", "", value=value[:60])
    return Issue("workbench.questions.not_answer", "", value=value[:60], question=question.asked)


def _question(text: str) -> str:
    """Return the question of a text without how to answer it."""
    found = _FIRST.match(text)
    return found[0] if found else text
