"""What is said to people stands in the catalogues: no Chinese in the logic, no test for one language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.messages.codes import PACKAGE, trees

CHINESE = re.compile("[\u3400-\u9fff]")
RECOGNISED = ("district", "importing", "synth", "evaluation/sheets.py", "evaluation/place.py")
"""Data: headers and words of offices that are recognised, the schema's names of columns, names of made-up places."""
PAPERS = ("publish",)
"""Papers of Chinese authorities, which have one language: what they say is what they are."""


DATA = {
    "batch/names.py": (1, "name of a file that a batch writes"),
    "cli/plan.py": (1, "name of a file that a run writes"),
    "editing/drawn.py": (3, "headers that are recognised"),
    "editing/wondered.py": (3, "forms in which a change is written"),
    "evaluation/real.py": (
        58,
        "the table of real enrolment: headers that are recognised, with meaning and example",
    ),
    "internal.py": (1, "the note in a folder, whole, in both languages"),
    "scenario/read.py": (10, "names of what a notice says that are recognised"),
    "scenario/settings.py": (2, "what a Chinese notice says unless the office says otherwise"),
    "workbench/projects/objections.py": (23, "headers that are recognised"),
}
"""Words that are recognised, names of files, papers: how many a file, and what they are."""
LEFT = {
    "indicators/documents.py": 1,
    "indicators/duties.py": 5,
    "indicators/guarantee.py": 25,
    "indicators/resources.py": 2,
    "indicators/verdict.py": 6,
    "workbench/projects/opening.py": 1,
    "workbench/server/guard.py": 1,
}
"""What is still to be moved into the catalogues, texts a file; a number falls and never rises."""


def allowed(file: str) -> int:
    return LEFT.get(file, 0) + DATA.get(file, (0, ""))[0]


def docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            found |= {
                id(each.value)
                for each in body
                if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            }
    return found


def in_logic() -> Iterator[tuple[str, int]]:
    """Yield every file outside data and papers with the number of its texts that hold Chinese."""
    for name, tree in trees().items():
        inside = Path(name).relative_to(PACKAGE.name).as_posix()
        if inside.startswith(tuple(f"{part}/" for part in (*RECOGNISED, *PAPERS))) or inside in RECOGNISED:
            continue
        told = docstrings(tree)
        count = sum(
            isinstance(n, ast.Constant)
            and isinstance(n.value, str)
            and id(n) not in told
            and bool(CHINESE.search(n.value))
            for n in ast.walk(tree)
        )
        if count:
            yield inside, count


def test_no_chinese_stands_in_the_logic() -> None:
    assert [f"{file}: {count}" for file, count in in_logic() if count > allowed(file)] == []


def test_what_is_left_to_move_is_not_more_than_there_is() -> None:
    here = dict(in_logic())
    assert [file for file in {*LEFT, *DATA} if here.get(file, 0) < allowed(file)] == [], "lower the number"


def test_nothing_is_said_in_one_language_by_its_name() -> None:
    """``lang == "zh"`` leaves traditional Chinese in English; ``is_chinese`` and the catalogues do not."""
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        if name != "planning/messages/catalogue.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(
            isinstance(c, ast.Constant) and c.value in ("zh", "zh-Hant")
            for c in (node.left, *node.comparators)
        )
    ]
    assert wrong == []
