"""What the library of the command line finds wrong with the words of a command is said in the user's language."""

from __future__ import annotations

import pytest

from planning.cli.usage import in_language
from tests.cli.invoke import planning


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("zh", ("score", "--bad"), "没有选项：--bad"),
        ("zh-Hant", ("score", "--bad"), "沒有選項：--bad"),
        ("zh", ("scoer",), "没有命令 'scoer'。是否指 'score'"),
        ("zh", ("map", "a", "b", "c"), "多余的参数（b c）"),
        ("zh", ("store", "put", "a"), "缺少参数"),
        ("zh", ("run", "a", "--set"), "选项 '--set' 需要一个值。"),
        ("en", ("score", "--bad"), "No such option: --bad"),
    ],
)
def test_mistakes_in_the_words_of_a_command_are_said_in_the_users_language(
    monkeypatch, language, words, said
):
    monkeypatch.setenv("PLANNING_LANG", language)
    code, shown = planning(*words)
    assert code == 2
    assert said in " ".join(shown.split())
    assert ("Usage" in shown) == (language == "en")


@pytest.mark.parametrize("words", [("why", "-h"), ("--help",), ("store", "--help")])
def test_help_is_all_in_the_users_language(monkeypatch, words):
    monkeypatch.setenv("PLANNING_LANG", "zh")
    code, shown = planning(*words)
    assert code == 0
    assert "用法" in shown
    assert "Show this" not in shown


@pytest.mark.parametrize("words", [("start", "--help"), ("--help",), ("import", "-h"), ("run", "-h")])
def test_no_help_is_cut_where_chinese_has_no_space_to_break_at(monkeypatch, words):
    monkeypatch.setenv("PLANNING_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "80")
    shown = planning(*words)[1]
    assert not [line for line in shown.splitlines() if line.rstrip(" │").endswith("…")]
    if words[0] == "start":
        assert "小区位置" in "".join(c for c in shown if c not in "│ \n")


def test_a_text_that_no_catalogue_knows_stays_as_it_is():
    assert in_language("Something new.", {"No such option: {name}": "没有选项：{name}"}) == "Something new."
