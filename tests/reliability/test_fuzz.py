"""Whatever stands in cells, settings and scenarios, the answer is a value or a message, never a traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from planning.district.cells.parse import parse_column
from planning.district.schema import TABLES
from planning.errors import PlanningError
from planning.exchange.address import read_address
from planning.exchange.results import Result, read_results, result_text
from planning.layout import load_layout
from planning.scenario import read_scenario
from planning.yamlfile import read_yaml
from tests.reliability.runs import finished

FUZZ = settings(
    deadline=None,
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "25")),
    suppress_health_check=list(HealthCheck),
)


def bilingual(error: PlanningError) -> None:
    """Every problem says something in both languages."""
    assert all(p.text("zh") and p.text("en") for p in error.problems)


COLUMNS = [column for table in TABLES for column in table.columns]
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "NaN",
            "inf",
            "-inf",
            "1e400",
            "-0",
            "2020-13-45",
            "=1+1",
            "９",
            "1,2",
            "\x00",
            "是",
            "1.0",
            "44075",
        ]
    ),
    st.floats().map(repr),
    st.integers().map(str),
)


@FUZZ
@given(column=st.sampled_from(COLUMNS), cells=st.lists(WORDS, min_size=1, max_size=6))
@example(column=next(c for c in COLUMNS if c.name == "population"), cells=["9.223372036854776e+18"])
def test_cells_become_values_of_their_column_or_are_named(column, cells) -> None:
    labels = np.array([str(i) for i in range(len(cells))], dtype=object)
    values, problems = parse_column(column, pd.Series(cells, dtype="str"), file="f", labels=labels)
    assert len(values) == len(cells)
    assert all(p.text("zh") and p.text("en") for p in problems)
    if column.kind in ("int", "number"):
        assert not np.isinf(values.to_numpy(dtype=float)).any()
        known = values.notna().to_numpy()
        if not problems and column.minimum is not None:
            assert (values[known] >= column.minimum).all()
    if column.kind == "choice" and not problems:
        assert set(values.dropna()) <= {c.value for c in column.choices}


@FUZZ
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="a:&*!-[]{}\n \t#|>?,'\"%@0~", max_size=60)))
@example(text="a: &a [*a]")
@example(text="!!python/object/new:os.system [id]")
@example(text="? {a: b}\n: c")
@example(text="<<: [1]")
@example(text="a: 2020-99-99")
def test_yaml_is_plain_data_or_an_error_of_yaml(text: str) -> None:
    try:
        data = read_yaml(text)
    except yaml.YAMLError:
        return
    assert yaml.safe_load(yaml.safe_dump(data)) == data or data != data or "nan" in str(data).lower()


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(max_size=8), st.dates(),
    st.sampled_from(["stay", "county", "-1", "free"]),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(
        [
            "name",
            "district",
            "year",
            "horizon",
            "prices",
            "hard",
            "extends",
            "standards",
            "stages",
            "standards_set",
        ]
    ),
    st.text(max_size=6),
)
VALUES = st.recursive(
    SCALARS, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(KEYS, v, max_size=3)), max_leaves=6
)


@FUZZ
@given(data=st.dictionaries(KEYS, VALUES, max_size=5), sets=st.lists(st.text(max_size=12), max_size=2))
def test_scenarios_of_any_kind(tmp_path_factory, data, sets) -> None:
    path = tmp_path_factory.mktemp("s") / "s.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        read_scenario(path, sets)
    except PlanningError as error:
        bilingual(error)


@FUZZ
@given(url=st.one_of(st.text(max_size=30), st.text(max_size=30).map("postgis://".__add__)))
def test_addresses_of_any_kind(url: str) -> None:
    try:
        found = read_address(url)
    except PlanningError:
        return
    assert "password" not in found.options


CELL = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
                 st.text(alphabet="Z01-.,\"'eé合 \n", min_size=1, max_size=6))  # fmt: skip


@FUZZ
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), marked=st.booleans())
def test_tables_of_a_run_lose_no_character_in_a_store(tmp_path_factory, rows, marked) -> None:
    folder = tmp_path_factory.mktemp("r")
    text = result_text(Result("units", ("unit", "value"), tuple(rows), marked))
    (folder / "units.csv").write_bytes(text.encode("utf-8"))
    found = read_results(folder)
    assert [result_text(r) for r in found] == [text]


@pytest.mark.parametrize(
    "file", ["units.csv", "assignment.csv", "projects.csv", "scenario.yaml", "summary.json"]
)
@settings(FUZZ, max_examples=8)
@given(data=st.data())
def test_run_folders_with_changed_bytes(tmp_path_factory, file: str, data) -> None:
    folder = Path(shutil.copytree(finished().folder, tmp_path_factory.mktemp("run") / "today"))
    good = (folder / file).read_bytes()
    at, length = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 30))
    (folder / file).write_bytes(good[:at] + data.draw(st.binary(max_size=8)) + good[at + length :])
    try:
        load_layout(folder)
    except PlanningError as error:
        bilingual(error)
