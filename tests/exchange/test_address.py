"""An address says where a store is, and never a password."""

from __future__ import annotations

import pytest

from planning.errors import StoreError
from planning.exchange.address import is_address, read_address


def test_every_part_is_read() -> None:
    found = read_address(
        "postgis://li%40ming@db.example:5433/county?schema=plans&district=litong&sslmode=require"
    )
    assert found.options == {
        "user": "li@ming", "host": "db.example", "port": "5433", "dbname": "county", "sslmode": "require"
    }  # fmt: skip
    assert (found.schema, found.district) == ("plans", "litong")
    assert str(found) == "postgis://li@ming@db.example:5433/county"


def test_everything_may_come_from_the_environment() -> None:
    found = read_address("postgresql:///")
    assert (found.options, found.schema, found.district) == ({}, "planning", "")


def test_a_socket_folder_is_not_printed() -> None:
    assert str(read_address("postgis:///db?host=/run/postgresql")) == "postgis:///db"


@pytest.mark.parametrize(
    "url",
    [
        "postgis://me:hunter2@h/db",
        "postgis://me:@h/db",
        "postgis://h/db?password=hunter2",
        "postgis://h/db?passfile=x",
    ],
)
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StoreError, match="PGPASSWORD") as caught:
        read_address(url)
    assert "hunter2" not in caught.value.text() + caught.value.text("zh")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://h/db", "not the address"),
        ("data/geo/litong", "not the address"),
        ("postgis://h:port/db", "not the address"),
        ("postgis://[h/db", "not the address"),
        ("postgis://h/db?district", "not the address"),
        ("postgis://h/db?options=-cwork_mem=1", "unknown option"),
        ('postgis://h/db?schema=a";drop', "not the name of a schema"),
        ("postgis://h/db?schema=../x", "not the name of a schema"),
    ],
)
def test_other_texts_are_refused(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        read_address(url)


def test_paths_are_no_addresses() -> None:
    assert [is_address(t) for t in ("postgis://h/d", "POSTGRESQL://h", "data/x", "C:\\x", "postgis", "file://x")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
