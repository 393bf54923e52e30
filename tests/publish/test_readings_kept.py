"""Readings of names are kept, and the same whether they were kept or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning import cache
from planning.publish import name_search


def test_readings_are_the_same_with_and_without_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["利通区第一小学", "合成社区001", "重庆路"]
    plain = name_search.readings_of(names)
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "cache"))
    assert name_search.readings_of(names) == plain == [name_search.readings(n) for n in names]
    monkeypatch.setattr(name_search, "readings", lambda name: pytest.fail("looked up again"))
    assert name_search.readings_of(names) == plain


def test_without_the_dictionary_the_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from planning.errors import MissingExtraError

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(name_search.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(name_search.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match="pypinyin"):
        name_search.readings_of(["重庆路"])
