"""Faults of databases that need no server; tests/exchange/test_postgis.py tries the others on a real one."""

from __future__ import annotations

from pathlib import Path

from planning.errors import StoreError
from planning.exchange import list_store, read_store
from tests.exchange.needs import need_module
from tests.reliability.table import Outcome, fault, refused

PART = "Databases · 数据库"


@fault(PART, "a password in the address", "地址中含密码", "refused")
def password(place: Path) -> Outcome:
    outcome = refused(lambda: list_store("postgis://me:hunter2@db/county"), StoreError)
    assert "hunter2" not in outcome.said
    return outcome


@fault(PART, "no server at the address", "地址处没有服务器", "refused")
def no_server(place: Path) -> Outcome:
    need_module("psycopg")
    outcome = refused(lambda: read_store("postgis://me@127.0.0.1:1/county"), StoreError)
    return Outcome(outcome.kind, outcome.said.partition(": connection")[0].partition(" : ")[0])


@fault(PART, "a schema name that is a statement", "模式名是 SQL 语句", "refused")
def injection(place: Path) -> Outcome:
    return refused(lambda: list_store('postgis://db/county?schema=x";drop schema public'), StoreError)
