"""What is said to people stands in the catalogues: no Chinese in the logic, no test for one language."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.syntax import docstrings, nodes

CHINESE = re.compile("[\u3400-\u9fff]")
RECOGNISED = ("district", "importing", "synth", "evaluation/sheets.py", "evaluation/place.py", "grades.py")
"""Data: headers and words of offices that are recognised, the schema's names of columns, names of made-up places."""
DATA = {
    "editing/drawn.py": (3, "headers that are recognised"),
    "editing/what_if_words.py": (3, "forms in which a change is written"),
    "evaluation/real.py": (
        58,
        "the table of real enrolment: headers that are recognised, with meaning and example",
    ),
    "publish/notice/word.py": (2, "names of fonts"),
    "scenario/parts.py": (2, "what a Chinese notice says unless the office says otherwise"),
    "scenario/read.py": (10, "names of what a notice says that are recognised"),
    "workbench/projects/objections.py": (23, "headers that are recognised"),
}
"""Words that are recognised, names of files, papers: how many a file, and what they are."""


def allowed(file: str) -> int:
    return DATA.get(file, (0, ""))[0]


def in_logic() -> Counter[str]:
    """Return every file outside data with the number of its texts that hold Chinese."""
    return Counter(
        file
        for file, node in nodes(ast.Constant)
        if isinstance(node.value, str) and CHINESE.search(node.value) and id(node) not in docstrings()
        if not file.startswith(tuple(f"{part}/" for part in (*RECOGNISED,))) and file not in RECOGNISED
    )


def test_no_chinese_stands_in_the_logic() -> None:
    assert [f"{file}: {count}" for file, count in in_logic().items() if count > allowed(file)] == []


def _words(node: ast.AST) -> str:
    return "".join(
        n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )


def test_nothing_is_said_in_a_pair_of_languages_written_out() -> None:
    """``Both("…", "…")`` and pairs of a sentence in English and Chinese have no code and no third language."""
    wrong = [
        f"{file}:{node.lineno}"
        for file, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name)
        and node.func.id == "Both"
        and any(CHINESE.search(_words(a)) for a in node.args)
    ]
    for file, node in nodes(ast.Tuple):
        said = [_words(e) for e in node.elts if isinstance(e, ast.Constant | ast.JoinedStr)]
        chinese = [bool(CHINESE.search(s)) for s in said]
        if (
            len(said) == 2 == len(node.elts)
            and chinese.count(True) == 1
            and " " in said[chinese.index(False)]
        ):
            wrong.append(f"{file}:{node.lineno}")
    assert wrong == []


def test_what_is_let_through_is_there() -> None:
    here = in_logic()
    assert [file for file in DATA if here.get(file, 0) < allowed(file)] == [], "lower the number"


def test_nothing_is_said_in_one_language_by_its_name() -> None:
    """``lang == "zh"`` leaves traditional Chinese in English; ``is_chinese`` and the catalogues do not."""
    wrong = [
        f"{name}:{node.lineno}"
        for name, node in nodes(ast.Compare)
        if name != "messages/catalogue.py"
        and any(
            isinstance(c, ast.Constant) and c.value in ("zh", "zh-Hant")
            for c in (node.left, *node.comparators)
        )
    ]
    assert wrong == []
