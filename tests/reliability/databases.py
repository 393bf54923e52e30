"""Faults of databases, most of them on a real server."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import functools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from planning.district import read_district
from planning.errors import DistrictError, StoreError
from planning.exchange import differences, list_store, put_district, read_store, store
from tests.district.tiny import tiny_district
from tests.exchange import server as servers
from tests.needs import need, need_module
from tests.reliability.table import Outcome, fault, refused

COUNTY = Path(__file__).parents[2] / "data" / "geo" / "litong"
PART = "Databases · 数据库"


@functools.cache
def _server() -> servers.Server:
    stack = contextlib.ExitStack()
    server = stack.enter_context(servers.started())
    atexit.register(stack.close)
    return server


def served(attempt: Callable[[servers.Server, str, str], Outcome]) -> Callable[[Path], Outcome]:
    """Give a fault a server, the name of a database that holds the tiny county, and its address."""

    @functools.wraps(attempt)
    def tried(place: Path) -> Outcome:
        need_module("psycopg")
        need(
            servers.binaries() is not None,
            "a PostgreSQL server with PostGIS (Debian: postgresql-15-postgis-3)",
        )
        with mock.patch.dict(os.environ, PGPASSWORD=servers.PASSWORD):
            server = _server()
            name = server.database()
            put_district(server.url(name), tiny_district())
            return attempt(server, name, server.url(name))

    return tried


def _other():
    tiny = tiny_district()
    return dataclasses.replace(tiny, zones=tiny.zones.assign(population=7.0))


def _short(outcome: Outcome) -> Outcome:
    """Leave out the server's own words."""
    return Outcome(
        outcome.kind,
        outcome.said.partition("; nothing was changed")[0].partition(": connection")[0].split(": ", 1)[-1],
    )


def _while_writing(act: Callable[[], object]) -> mock._patch:
    """Do something when all tables but the last are written."""
    rows = store.plain_rows

    def look(table, frame):
        if table.name == "register":
            act()
        return rows(table, frame)

    return mock.patch.object(store, "plain_rows", look)


@fault(PART, "a password in the address", "地址中含密码", "refused")
def password(place: Path) -> Outcome:
    outcome = refused(lambda: list_store("postgis://me:hunter2@db/county"), StoreError)
    assert "hunter2" not in outcome.said
    return outcome


@fault(PART, "a schema name that is a statement", "模式名是 SQL 语句", "refused")
def injection(place: Path) -> Outcome:
    return refused(lambda: list_store('postgis://db/county?schema=x";drop schema public'), StoreError)


@fault(PART, "no server at the address", "地址处没有服务器", "refused")
def no_server(place: Path) -> Outcome:
    need_module("psycopg")
    return _short(refused(lambda: read_store("postgis://me@127.0.0.1:1/county"), StoreError))


@fault(PART, "a wrong password", "密码错误", "refused")
@served
def wrong_password(server: servers.Server, name: str, url: str) -> Outcome:
    with mock.patch.dict(os.environ, PGPASSWORD="guessed"):
        outcome = refused(lambda: read_store(url), StoreError)
    assert "guessed" not in outcome.said
    return _short(outcome)


@fault(PART, "the server ends the connection in the middle of writing", "写入途中服务器断开连接", "old kept")
@served
def cut_off(server: servers.Server, name: str, url: str) -> Outcome:
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = '{servers.USER}'"
    with _while_writing(lambda: server.sql("postgres", end)):
        outcome = _short(refused(lambda: put_district(url, _other(), replace=True), StoreError))
    assert differences(read_store(url), tiny_district()) == []
    return Outcome("old kept", outcome.said)


@fault(PART, "the program is killed at 4 moments of writing", "写入途中程序在 4 个时刻被强制终止", "whole")
@served
def killed(server: servers.Server, name: str, url: str) -> Outcome:
    small, large = tiny_district(), read_district(COUNTY)
    large = dataclasses.replace(large, info=dataclasses.replace(large.info, id="tiny"))
    for step in range(4):
        child = os.fork()
        if child == 0:
            try:
                put_district(url, small if step == 2 else large, replace=True)
            finally:
                os._exit(0)
        time.sleep((0.1, 0.4, 0.1, 0.7)[step])
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = read_store(url)
        wanted = {len(small.zones): small, len(large.zones): large}[len(found.zones)]
        assert differences(found, wanted) == []
    return Outcome("whole", "the old or the new district, never a mixture")


@fault(PART, "read while another writes", "读取时他人正在写入", "whole")
@served
def read_meanwhile(server: servers.Server, name: str, url: str) -> Outcome:
    seen = []
    with _while_writing(lambda: seen.append(differences(read_store(url), tiny_district()))):
        put_district(url, _other(), replace=True)
    assert seen == [[]]
    assert differences(read_store(url), _other()) == []
    return Outcome("whole", "the old district until the new one is whole")


@fault(PART, "another district of the same id", "已有同编号的其他区县", "refused")
@served
def same_id(server: servers.Server, name: str, url: str) -> Outcome:
    outcome = _short(refused(lambda: put_district(url, _other()), StoreError))
    assert differences(read_store(url), tiny_district()) == []
    return outcome


@fault(PART, "values made wrong by another program", "其他程序写入了错误数值", "refused")
@served
def spoilt(server: servers.Server, name: str, url: str) -> Outcome:
    server.sql(name, "UPDATE planning.units SET rooms = -3 WHERE unit = 'A-P'")
    outcome = refused(lambda: read_store(url), DistrictError)
    return Outcome(outcome.kind, outcome.said.removeprefix(f"{name} "))


@fault(PART, "tables of a newer version", "数据表版本更新", "refused")
@served
def newer(server: servers.Server, name: str, url: str) -> Outcome:
    server.sql(name, "UPDATE planning.meta SET value = '99'")
    outcome = _short(refused(lambda: put_district(url, _other(), replace=True), StoreError))
    assert outcome == _short(refused(lambda: read_store(url), StoreError))
    return outcome
