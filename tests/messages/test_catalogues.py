"""Every text that is said stands in every catalogue with the same fields, and nothing else does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from planning.errors import Issue
from planning.messages import Both, Text, languages, template, user_language
from planning.messages.form import fields, fill, formed
from tests.messages.codes import patterns, spoken
from tests.syntax import PACKAGE

FOLDER = PACKAGE / "messages"


def forms(text: str) -> list[str]:
    return re.findall(r"(?<!\{)\{[a-z][a-z0-9_]*:([^{}|]*)\}", text)


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        if path.stem in ("language", "library", "phrases"):
            continue
        for code, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert code not in found, f"{code} stands twice"
            assert code.startswith(f"{path.stem}."), f"{code} stands in {path.name}"
            assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+){2,}", code), code
            found[code] = text
    return found


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_every_catalogue_says_the_same_codes_with_the_same_fields(language):
    english, other = texts("en"), texts(language)
    assert sorted(english) == sorted(other)
    assert {c: fields(t) for c, t in english.items() if fields(t) != fields(other[c])} == {}


@pytest.mark.parametrize("language", languages())
def test_every_form_is_known(language):
    for text in texts(language).values():
        for form in forms(text):
            formed(1.0, form)


def test_what_is_said_stands_in_the_catalogues_and_gets_its_values():
    known = texts("en")
    wrong = []
    for place in spoken():
        for code in place.codes + place.mends:
            if code not in known:
                wrong.append(f"{place.where}: no text {code}")
        asked = [known.get(c, "") for c in place.codes + place.mends]
        asked += [known.get(f"{c}.mend", "") for c in place.codes]
        asked += [known.get(f"{c}.more", "") for c in place.codes]
        needed = frozenset().union(*map(fields, asked)) if asked else frozenset()
        if not place.open and needed != place.values:
            wrong.append(f"{place.where}: {sorted(needed)} needed, {sorted(place.values)} given")
    assert wrong == []


def test_every_text_is_said():
    said = list(patterns())
    plain = {p.pattern.replace("\\.", ".") for p in said}
    put_together = [p for p in said if "[" in p.pattern]

    def used(code: str) -> bool:
        return code in plain or any(p.fullmatch(code) for p in put_together)

    left = [
        c for c in texts("en") if not used(c) and not (c.endswith(".mend") and used(c.removesuffix(".mend")))
    ]
    assert left == []


def test_values_are_never_read_as_texts():
    assert fill("{a} {b}", {"a": "{b} {{", "b": "{0.__class__}"}, str) == "{b} {{ {0.__class__}"
    assert fill("{a.real} {a[0]} {a!r}", {"a": 1}, str) == "{a.real} {a[0]} {a!r}"
    assert fill("{missing}", {}, str) == "{missing}"


def test_a_text_is_compared_sent_and_stored():
    import pickle

    issue = Issue("base.extra.missing", "f", what=Text("base.extra.osm"), line="x")
    assert pickle.loads(pickle.dumps(issue)) == issue
    assert len({issue, issue.at(row="3"), issue.at(row="3")}) == 2
    assert Both("a", "甲").text("zh") == "甲"


def test_the_setting_stands_before_the_machine(monkeypatch):
    for name in ("PLANNING_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert user_language() == "zh"
    monkeypatch.setenv("PLANNING_LANG", "en")
    assert user_language() == "en"


def test_a_language_is_a_folder(tmp_path, monkeypatch):
    from planning.messages import catalogue, language

    for path in (FOLDER / "en").glob("*.toml"):
        target = tmp_path / "en" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    other = tmp_path / "fr"
    other.mkdir()
    (other / "language.toml").write_text('name = "français"\nlocales = "fr"\nelse = "en"\n', encoding="utf-8")
    (other / "base.toml").write_text('"base.issue.row" = "ligne {row}"\n', encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", Path(tmp_path))
    caches = (catalogue.languages, catalogue.catalogue, catalogue._chain, language.known)
    for each in caches:
        each.cache_clear()
    try:
        monkeypatch.setenv("PLANNING_LANG", "fr_FR.UTF-8")
        assert user_language() == "fr"
        assert template("base.issue.row", "fr") == "ligne {row}"
        assert template("base.issue.column", "fr") == "column {column}"
    finally:
        for each in caches:
            each.cache_clear()


def test_the_page_of_messages_is_current():
    from tests.messages_table import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.messages_table"


_HAN = re.compile("[\u3400-\u9fff]")
_FILE_NAMES = re.compile(r"[\w.]+\.(?:xlsx|html)")  # as the program writes them
_OF_THE_MAINLAND = re.compile(
    "數據|軟件|網絡|字節|鏈接|導出|導入|反饋|工作簿|窗口|默認|打印|文件夾|信息|質量|標准|系數|重覆|修覆|覆製|限製"
)
"""Terms and slips of conversion that readers in Taiwan and Hong Kong stumble over."""


def test_traditional_chinese_holds_no_simplified_character():
    """Every character stands in Big5, which holds none that only the simplified script has."""
    wrong = {
        code: strange
        for code, text in texts("zh-Hant").items()
        if (strange := {c for c in _HAN.findall(_FILE_NAMES.sub("", text)) if not c.encode("big5", "ignore")})
    }
    assert wrong == {}


def test_traditional_chinese_uses_its_own_terms():
    found = {c: m[0] for c, t in texts("zh-Hant").items() if (m := _OF_THE_MAINLAND.search(t))}
    assert found == {}
