"""Say where a database is; passwords are never part of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from planning.errors import Issue, StoreError

SCHEMES = ("postgis", "postgresql", "postgres")
_OPTIONS = ("host", "sslmode", "sslrootcert", "connect_timeout", "service")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,50}")


@dataclass(frozen=True)
class Address:
    """Host, database and schema of a store; ``str`` of it is safe to print.

    Parameters
    ----------
    options : mapping of str to str
        Keywords of a libpq connection, never ``password``.
    schema : str
        Schema of the database that holds the tables.
    district, layout : str
        District and layout the address names, or ``""``.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    schema: str = "planning"
    district: str = ""
    layout: str = ""

    def __str__(self) -> str:
        user = f"{self.options['user']}@" if "user" in self.options else ""
        port = f":{self.options['port']}" if "port" in self.options else ""
        host = self.options.get("host", "")
        place = f"{user}{host if not host.startswith('/') else ''}{port}"
        return f"postgis://{place}/{self.options.get('dbname', '')}"


def is_address(text: str) -> bool:
    """Return whether a text is the address of a store and not a path."""
    return text.partition("://")[0].lower() in SCHEMES and "://" in text


def read_address(url: str) -> Address:
    """Read ``postgis://user@host:port/database?schema=planning&district=litong``.

    Every part may be left out and then comes from the environment as with any PostgreSQL program (``PGHOST``, ``PGUSER`` …).
    The password always does: ``PGPASSWORD``, or ``~/.pgpass``.

    Raises
    ------
    StoreError
        If it is no such address, or holds a password: command lines are seen by others and stay in histories.
    """
    try:
        parts = urlsplit(url)
        port, password = parts.port, parts.password
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise StoreError([_malformed()]) from None
    if parts.scheme.lower() not in SCHEMES:
        raise StoreError([_malformed()])
    if password is not None or {"password", "passfile", "sslpassword"} & set(query):
        raise StoreError([_password_given()])
    schema, district = query.pop("schema", "planning"), query.pop("district", "")
    layout = query.pop("layout", "")
    if unknown := sorted(set(query) - set(_OPTIONS)):
        raise StoreError([_unknown_option(unknown[0])])
    if not _SCHEMA.fullmatch(schema):
        raise StoreError([_bad_schema(schema)])
    given = {
        "user": unquote(parts.username or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "dbname": unquote(parts.path.strip("/")),
        **query,
    }
    return Address({k: v for k, v in given.items() if v}, schema, district, layout)


def without_secrets(text: str) -> str:
    """Return a message of the database without the password that the environment holds."""
    secret = os.environ.get("PGPASSWORD", "")
    return text.replace(secret, "***") if secret else text


def _malformed() -> Issue:
    return Issue("exchange.address.not_address_database", "URL")


def _password_given() -> Issue:
    return Issue("exchange.address.address_holds_password_others_could", "URL")


def _unknown_option(name: str) -> Issue:
    known = ", ".join(("schema", "district", "layout", *_OPTIONS))
    return Issue("exchange.address.unknown_option_known", "URL", value=name, known=known)


def _bad_schema(name: str) -> Issue:
    return Issue("exchange.address.not_name_schema", "URL", column="schema", value=name)
