"""Share one database server among the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.exchange import server as servers
from tests.needs import need, need_module


@pytest.fixture(scope="session")
def server() -> Iterator[servers.Server]:
    need_module("psycopg")
    need(servers.binaries() is not None, "a PostgreSQL server with PostGIS (Debian: postgresql-15-postgis-3)")
    with servers.started() as running:
        yield running


@pytest.fixture
def url(server: servers.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database; its password is in the environment."""
    monkeypatch.setenv("PGPASSWORD", servers.PASSWORD)
    return server.url(server.database())
