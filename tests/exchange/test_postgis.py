"""A real PostGIS keeps districts, layouts and scorecards whole, or changes nothing."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from planning.district import read_district, write_district
from planning.district.write import district_files
from planning.errors import DistrictError, PlanningError, StoreError, WriteError
from planning.exchange import (
    differences,
    get_run,
    layouts,
    list_store,
    put_district,
    put_run,
    read_layout,
    read_scorecard,
    read_store,
    store,
)
from planning.exchange.results import RESULTS
from planning.layout import load_layout
from planning.runs import run_scenario
from tests.cli.invoke import planning
from tests.district.tiny import tiny_district
from tests.exchange import server as servers
from tests.exchange.server import PASSWORD
from tests.zoning.county import small_county

COUNTY = Path(__file__).parents[2] / "data" / "geo" / "litong"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of a small county."""
    home = tmp_path_factory.mktemp("run")
    write_district(small_county(current="AABAAB"), home / "county")
    said = {
        "name": "today",
        "district": "county",
        "year": 2020,
        "demand": "register",
        "catchments": "current",
    }
    (home / "today.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    return run_scenario(home / "today.yaml", out=home / "runs" / "today").folder


@pytest.mark.slow
def test_the_default_county_comes_back_the_same(url: str) -> None:
    county = read_district(COUNTY)
    assert put_district(url, county) == "litong"
    again = read_store(url)
    assert differences(county, again) == []
    assert district_files(again) == district_files(county)


def test_putting_the_same_district_again_changes_nothing(url: str, server) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    before = list_store(url)
    put_district(url, tiny)
    assert list_store(url) == before


def test_another_district_of_that_id_is_refused_until_it_may_replace(url: str) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    other = dataclasses.replace(
        tiny, zones=tiny.zones.assign(population=7.0), register=tiny.register.iloc[:0]
    )
    with pytest.raises(StoreError, match="another district tiny is there already; nothing was changed"):
        put_district(url, other)
    assert differences(read_store(url), tiny) == []
    put_district(url, other, replace=True)
    assert differences(read_store(url), other) == []


def test_an_error_in_the_middle_leaves_the_old_district(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    twice = dataclasses.replace(tiny, units=pd.concat([tiny.units, tiny.units.iloc[:1]], ignore_index=True))
    with pytest.raises(StoreError, match=r"nothing was changed: duplicate key .*units") as caught:
        put_district(url, twice, replace=True)
    assert "数据库拒绝了操作" in caught.value.text("zh")
    assert differences(read_store(url), tiny) == []

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "plain_rows", stopped)
    with pytest.raises(KeyboardInterrupt):
        put_district(url, twice, replace=True)
    assert differences(read_store(url), tiny) == []


def test_readers_see_the_old_district_until_the_new_one_is_whole(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    other = dataclasses.replace(tiny, zones=tiny.zones.assign(population=7.0))
    looked = []
    rows = store.plain_rows

    def look(table, frame):
        if table.name == "register":  # everything else is written by now
            looked.append(differences(read_store(url), tiny))
        return rows(table, frame)

    monkeypatch.setattr(store, "plain_rows", look)
    put_district(url, other, replace=True)
    monkeypatch.setattr(store, "plain_rows", rows)
    assert looked == [[]]
    assert differences(read_store(url), other) == []


def test_a_run_comes_back_file_by_file(url: str, run: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    assert put_run(url, run)[1] == "today"
    back = get_run(url, "today", tmp_path / "today")
    names = {f"{n}.csv" for n in RESULTS} | {"scenario.yaml", "summary.json"}
    there = {n for n in names if (run / n).exists()}
    assert {p.name for p in back.iterdir()} == there
    assert len(there) >= 11
    for name in there:
        assert (back / name).read_bytes() == (run / name).read_bytes(), name
    layout, first = read_layout(url, "today"), load_layout(run)
    for name in ("assignment", "units", "overflow", "projects"):
        left, right = getattr(first, name), getattr(layout, name)
        pd.testing.assert_frame_equal(left, right, check_dtype=False, check_like=False)
    card = read_scorecard(url, "today")
    counts = first.summary["indicators"]
    assert (card.passed, card.failed, card.not_supplied) == tuple(
        counts[k] for k in ("passed", "failed", "not_supplied")
    )
    assert card.year == 2020


def test_the_list_says_whether_a_layout_fits_its_district(url: str, run: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    name, _ = put_run(url, run)
    assert [(e.district, e.layout, e.current) for e in list_store(url)] == [
        (name, "", None),
        (name, "today", True),
    ]
    county = read_store(url)
    put_district(url, dataclasses.replace(county, zones=county.zones.assign(population=1.0)), replace=True)
    assert [e.current for e in list_store(url)] == [None, False]
    with pytest.raises(StoreError, match="another district"):
        put_run(url, run)


def test_a_layout_is_not_replaced_silently(url: str, run: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    put_run(url, run)
    assert put_run(url, run)[1] == "today"  # the same again
    other = shutil.copytree(run, tmp_path / "today")
    text = (other / "targets.csv").read_text(encoding="utf-8")
    (other / "targets.csv").write_text(text.replace("pass", "fail", 1), encoding="utf-8")
    run = other
    with pytest.raises(StoreError, match="another layout today is there already"):
        put_run(url, run)
    put_run(url, run, replace=True)


@pytest.mark.parametrize("known", [False, True])
def test_a_layout_with_its_scorecard_comes_whole_or_not_at_all(
    url: str, server, run: Path, tmp_path: Path, monkeypatch, known: bool
) -> None:
    monkeypatch.chdir(run.parents[1])
    if known:
        put_run(url, run)
    before = [(e.district, e.layout) for e in list_store(url)] if known else None
    other = shutil.copytree(run, tmp_path / "today")
    text = (other / "targets.csv").read_text(encoding="utf-8")
    (other / "targets.csv").write_text(text.replace("pass", "fail", 1), encoding="utf-8")
    lines = layouts._lines
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{server.made[-1]}' AND usename = '{servers.USER}'"
    )

    def cut(result):
        if result.name == "targets":  # district, assignment and most of the scorecard are sent by now
            server.sql("postgres", end)
        return lines(result)

    monkeypatch.setattr(layouts, "_lines", cut)
    with pytest.raises(StoreError, match="nothing was changed"):
        put_run(url, other, replace=True)
    monkeypatch.setattr(layouts, "_lines", lines)
    if not known:
        with pytest.raises(StoreError, match="no districts are kept here"):
            list_store(url)
        return
    assert [(e.district, e.layout) for e in list_store(url)] == before
    back = get_run(url, "today", tmp_path / "back")
    assert (back / "targets.csv").read_bytes() == (run / "targets.csv").read_bytes()


def test_import_brings_a_layout_back(url: str, run: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    put_run(url, run)
    code, said = planning("import", f"{url}?layout=today", tmp_path / "again")
    assert code == 0, said
    assert (tmp_path / "again" / "scorecard.csv").read_bytes() == (run / "scorecard.csv").read_bytes()
    code, said = planning("import", f"{url}?layout=tomorrow", tmp_path / "never")
    assert code == 2
    assert "no layout tomorrow" in said


def test_queries_see_layouts_on_the_map(url: str, server, run: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    put_run(url, run)
    database = server.made[-1]
    zones, area = server.sql(
        database, "SELECT count(*), bool_and(public.ST_IsValid(geometry)) FROM planning.layout_zones"
    ).split("|")
    assert (int(zones), area) == (len(load_layout(run).assignment), "t")
    assert server.sql(database, "SELECT count(*) FROM planning.scorecards") == "32"
    assert int(server.sql(database, "SELECT sum(seats) FROM planning.layout_units")) > 0


def test_values_changed_in_the_database_are_checked_like_any_other(url: str, server) -> None:
    put_district(url, tiny_district())
    database = server.made[-1]
    server.sql(database, "UPDATE planning.units SET rooms = -3 WHERE unit = 'A-P'")
    server.sql(database, "UPDATE planning.zones SET geometry = NULL WHERE zone = 'Z2'")
    server.sql(
        database,
        "UPDATE planning.zones SET geometry = public.ST_GeomFromText('POLYGON((106 38,106.1 38.1,106.1 38,106 38.1,106 38))',4326)"
        " WHERE zone = 'Z3'",
    )
    server.sql(database, "UPDATE planning.zone_pupils SET zone = 'Z9' WHERE zone = 'Z4' AND grade = 1")
    with pytest.raises(DistrictError) as caught:
        read_store(url)
    said = caught.value.text()
    for words in ("units, row", "negative value", "no geometry", "invalid geometry: Self-intersection", "Z9"):
        assert words in said, words


def test_several_districts_must_be_named(url: str) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    put_district(url, dataclasses.replace(tiny, info=dataclasses.replace(tiny.info, id="other")))
    with pytest.raises(StoreError, match="several districts are kept here: other, tiny"):
        read_store(url)
    assert read_store(f"{url}?district=other").info.id == "other"
    assert read_store(url, "tiny").info.id == "tiny"
    with pytest.raises(StoreError, match="no district third here → there are: other, tiny"):
        read_store(url, "third")
    with pytest.raises(StoreError, match="no layout x of tiny here"):
        read_layout(url, "x", "tiny")


def test_a_store_of_another_version_is_left_alone(url: str, server) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    for version, words in (("99", "update this program"), ("0", "bring it up to date")):
        server.sql(server.made[-1], f"UPDATE planning.meta SET value = '{version}'")
        with pytest.raises(StoreError, match=f"version {version}, this program knows version 3 → .*{words}"):
            read_store(url)
        with pytest.raises(StoreError, match=f"version {version}"):
            put_district(url, dataclasses.replace(tiny, register=tiny.register.iloc[:0]), replace=True)
    server.sql(server.made[-1], "UPDATE planning.meta SET value = '3'")
    assert differences(read_store(url), tiny) == []


@pytest.mark.parametrize("snap_m", [0.0, 0.5, 2.0, 3.5])
def test_the_tolerance_of_borders_comes_back(url: str, snap_m: float) -> None:
    tiny = tiny_district()
    tiny = dataclasses.replace(tiny, info=dataclasses.replace(tiny.info, snap_m=snap_m))
    put_district(url, tiny)
    again = read_store(url)
    assert again.info == tiny.info
    assert district_files(again) == district_files(tiny)


def test_a_store_of_the_first_version_is_read_and_brought_up_to_date(url: str, server) -> None:
    tiny = tiny_district()
    put_district(url, tiny)
    server.sql(server.made[-1], "ALTER TABLE planning.districts DROP COLUMN snap_m, DROP COLUMN grades")
    server.sql(server.made[-1], "UPDATE planning.meta SET value = '1'")
    assert differences(read_store(url), tiny) == []
    wider = dataclasses.replace(tiny, info=dataclasses.replace(tiny.info, snap_m=4.0))
    put_district(url, wider, replace=True)
    assert read_store(url).info.snap_m == 4.0


def test_an_empty_database_says_what_to_do(url: str) -> None:
    with pytest.raises(StoreError, match=r"no districts are kept here .* planning store put"):
        list_store(url)


def test_a_database_without_postgis_says_whom_to_ask(server, monkeypatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    name = server.database(postgis=False)
    server.sql("postgres", f"REVOKE CREATE ON DATABASE {name} FROM PUBLIC")
    with pytest.raises(StoreError, match=r"permission denied .* administrator"):
        put_district(server.url(name), tiny_district())
    assert server.sql(name, "SELECT count(*) FROM pg_namespace WHERE nspname = 'planning'") == "0"


def test_other_schemas_are_other_stores(url: str) -> None:
    put_district(url, tiny_district())
    with pytest.raises(StoreError, match="schema second"):
        list_store(f"{url}?schema=second")
    put_district(f"{url}?schema=second", tiny_district())
    assert [e.district for e in list_store(f"{url}?schema=second")] == ["tiny"]


def test_the_password_appears_nowhere(url: str, run: Path, tmp_path: Path, monkeypatch, server) -> None:
    monkeypatch.chdir(run.parents[1])
    put_run(url, run)
    back = get_run(url, "today", tmp_path / "today")
    assert not [p for p in back.iterdir() if PASSWORD in p.read_text(encoding="utf-8")]
    everything = server.sql(server.made[-1], "SELECT json_agg(l)::text FROM planning.layouts l")
    assert PASSWORD not in everything
    wrong = [
        url.replace("/d", f"/{PASSWORD}"),
        url.replace("localhost", PASSWORD),
        url.replace("planner", PASSWORD),
    ]
    for address in wrong:
        with pytest.raises(StoreError) as caught:
            list_store(address)
        reason = caught.value.problems[0].message_en
        assert PASSWORD not in reason
    monkeypatch.setenv("PGPASSWORD", "wrong-password")
    with pytest.raises(StoreError, match=r"cannot be reached: .*password authentication failed") as caught:
        list_store(url)
    assert "wrong-password" not in caught.value.text() + caught.value.text("zh")
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"no password supplied.*PGPASSWORD"):
        list_store(url)


def test_a_run_is_not_written_over_something_else(url: str, run: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(run.parents[1])
    put_run(url, run)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="no earlier result"):
        get_run(url, "today", tmp_path / "out")


def test_a_broken_run_is_not_put(url: str, run: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(run, tmp_path / "today")
    text = (broken / "units.csv").read_text(encoding="utf-8")
    (broken / "units.csv").write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(PlanningError):
        put_run(url, broken)
    with pytest.raises(StoreError, match="no districts"):
        list_store(url)
