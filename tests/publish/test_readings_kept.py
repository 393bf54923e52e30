"""Readings of names are kept, and the same whether they were kept or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning import cache
from planning.publish.page import lookup


def test_readings_are_the_same_with_and_without_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["利通区第一小学", "合成社区001", "重庆路"]
    plain = lookup.readings_of(names)
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "cache"))
    assert lookup.readings_of(names) == plain == [lookup.readings(n) for n in names]
    monkeypatch.setattr(lookup, "readings", lambda name: pytest.fail("looked up again"))
    assert lookup.readings_of(names) == plain


def test_without_the_dictionary_the_mend_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from planning.errors import MissingExtraError

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(lookup.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(lookup.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match="pypinyin"):
        lookup.readings_of(["重庆路"])
