"""Open a PostGIS database in one transaction, make its tables, and know their version."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from planning.district.schema import TABLES, Table
from planning.errors import Issue, MissingExtraError, StoreError, not_installed
from planning.exchange.address import Address, without_secrets

VERSION = 3
"""Version of the tables below; a change of them is a new version and a step in :data:`_STEPS`."""
_STEPS = {
    1: "ALTER TABLE {s}.districts ADD COLUMN snap_m double precision",
    2: "ALTER TABLE {s}.districts ADD COLUMN grades text",
}
_TYPES = {"int": "bigint", "number": "double precision", "bool": "boolean"}
_TABLES = """
CREATE TABLE {s}.meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE {s}.districts (
    district text PRIMARY KEY, name text NOT NULL, name_zh text NOT NULL, base_year integer NOT NULL,
    crs_metric text NOT NULL, note text NOT NULL, files jsonb NOT NULL, written timestamptz NOT NULL DEFAULT now(),
    snap_m double precision, grades text);
CREATE TABLE {s}.layers (
    district text NOT NULL REFERENCES {s}.districts, "table" text NOT NULL, status text NOT NULL, source text NOT NULL,
    licence text NOT NULL, method text NOT NULL, PRIMARY KEY (district, "table"));
CREATE TABLE {s}.layouts (
    district text NOT NULL REFERENCES {s}.districts, layout text NOT NULL, scenario json NOT NULL, summary json NOT NULL,
    tables json NOT NULL, written timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (district, layout));
CREATE TABLE {s}.results (
    district text NOT NULL, layout text NOT NULL, "table" text NOT NULL, row integer NOT NULL, data json NOT NULL,
    PRIMARY KEY (district, layout, "table", row),
    FOREIGN KEY (district, layout) REFERENCES {s}.layouts ON DELETE CASCADE);
"""
# what a map or a query wants to see of the rows that are kept as JSON
_VIEWS = """
CREATE VIEW {s}.layout_zones AS
    SELECT r.district, r.layout, z.zone, z.name, r.data->>'stage' AS stage, r.data->>'unit' AS unit,
           (r.data->>'pupils')::double precision AS pupils, (r.data->>'distance_m')::double precision AS distance_m,
           (r.data->>'overflow')::double precision AS overflow, r.data->>'previous_unit' AS previous_unit, z.geometry
    FROM {s}.results r JOIN {s}.zones z ON z.district = r.district AND z.zone = r.data->>'zone'
    WHERE r."table" = 'assignment';
CREATE VIEW {s}.layout_units AS
    SELECT r.district, r.layout, r.data->>'unit' AS unit, r.data->>'stage' AS stage, (r.data->>'year')::integer AS year,
           (r.data->>'grade')::integer AS grade, (r.data->>'pupils')::double precision AS pupils,
           (r.data->>'classes')::double precision AS classes, (r.data->>'seats')::double precision AS seats,
           (r.data->>'shortage')::double precision AS shortage
    FROM {s}.results r WHERE r."table" = 'units';
CREATE VIEW {s}.scorecards AS
    SELECT r.district, r.layout, r.data->>'id' AS indicator, r.data->>'name_zh' AS name_zh,
           (r.data->>'value')::double precision AS value, r.data->>'verdict' AS verdict
    FROM {s}.results r WHERE r."table" = 'scorecard';
"""


@dataclass(frozen=True)
class Session:
    """One transaction of one store; everything done in it happens or nothing does."""

    address: Address
    connection: Any
    postgis: str

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        """Run a statement; ``{s}`` stands for the schema of the store, ``{g}`` for that of PostGIS."""
        text = statement.replace("{s}", f'"{self.address.schema}"').replace("{g}", f'"{self.postgis}"')
        return self.connection.execute(text, values or None)

    def copy(self, table: str, columns: list[str], rows: Iterator[list[Any]]) -> None:
        """Send rows to a table in bulk."""
        names = ", ".join(f'"{c}"' for c in columns)
        statement = f'COPY "{self.address.schema}"."{table}" ({names}) FROM STDIN'
        with self.connection.cursor() as cursor, cursor.copy(statement) as out:
            for row in rows:
                out.write_row(row)


@contextmanager
def reading(address: Address) -> Iterator[Session]:
    """Yield a session that sees one moment of the store, whatever others write meanwhile.

    Raises
    ------
    StoreError
        If the database cannot be reached, holds no store, or one of a newer version.
    """
    with _transaction(address, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as session:
        version = _version(session)
        if version is None:
            raise StoreError([_no_store(address)])
        if not _known(version):
            raise StoreError([_other_version(address, version)])
        yield session


@contextmanager
def changing(address: Address) -> Iterator[Session]:
    """Yield a session that changes the store: all of it or, on any error or interruption, nothing.

    Writers come one after the other. The tables are made when they are not there, and brought up to date when they are old.

    Raises
    ------
    StoreError
        If the database cannot be reached or refuses, or the store is of a newer version.
    """
    with _transaction(address, "BEGIN") as session:
        session.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"planning:{address.schema}",))
        version = _version(session)
        if version is None:
            _create(session)
        elif not _known(version):
            raise StoreError([_other_version(address, version)])
        else:
            for step in range(version, VERSION):
                session.run(_STEPS[step])
            session.run("UPDATE {s}.meta SET value = %s WHERE key = 'version'", (str(VERSION),))
        yield session


def _known(version: int) -> bool:
    """Return whether tables of a version can be read, and brought up to date when they are written."""
    return version <= VERSION and all(step in _STEPS for step in range(version, VERSION))


@contextmanager
def _transaction(address: Address, begin: str) -> Iterator[Session]:
    psycopg = _driver()
    try:
        options = {"connect_timeout": "10", "application_name": "planning", **address.options}
        connection = psycopg.connect(**options, autocommit=True)
    except (psycopg.Error, OSError, ValueError) as error:
        raise StoreError([_unreachable(address, error)]) from None
    try:
        with connection:
            connection.execute(begin)
            # an error anywhere leaves the block, and closing the connection rolls everything back
            yield Session(address, connection, _postgis(connection))
            connection.execute("COMMIT")
    except (psycopg.Error, OSError) as error:
        raise StoreError([_refused(address, error)]) from None
    finally:
        connection.close()


def _driver() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        raise MissingExtraError([not_installed("postgis", "postgis")]) from None


def _postgis(connection: Any) -> str:
    found = connection.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    return str(found[0]) if found else ""


def _version(session: Session) -> int | None:
    """Return the version of the tables, or ``None`` where there are none."""
    name = f'"{session.address.schema}".meta'
    if session.run("SELECT to_regclass(%s)", (name,)).fetchone()[0] is None:
        return None
    found = session.run("SELECT value FROM {s}.meta WHERE key = 'version'").fetchone()
    return int(found[0]) if found and found[0].isdigit() else 0


def _create(session: Session) -> None:
    if not session.postgis:
        session.run("CREATE EXTENSION IF NOT EXISTS postgis")
        session = Session(session.address, session.connection, _postgis(session.connection))
    session.run("CREATE SCHEMA IF NOT EXISTS {s}")
    session.run(_TABLES)
    for table in TABLES:
        session.run(_table_sql(table))
        if table.geometry:
            session.run(f'CREATE INDEX ON {{s}}."{table.name}" USING gist (geometry)')
    session.run(_VIEWS)
    session.run("INSERT INTO {s}.meta VALUES ('version', %s)", (str(VERSION),))


def _table_sql(table: Table) -> str:
    columns = [f'"{c.name}" {_TYPES.get(c.kind, "text")}' for c in table.columns]
    if table.geometry:
        columns.append("geometry {g}.geometry(Geometry, 4326)")
    if table.key:
        columns.append("UNIQUE (district, " + ", ".join(f'"{k}"' for k in table.key) + ")")
    return (
        f'CREATE TABLE {{s}}."{table.name}" (district text NOT NULL REFERENCES {{s}}.districts, row integer NOT NULL, '
        + ", ".join(columns)
        + ", PRIMARY KEY (district, row))"
    )


def _reason(error: Exception) -> str:
    return without_secrets(" ".join(str(error).split()))[:300]


def _unreachable(address: Address, error: Exception) -> Issue:
    return Issue("exchange.database.database_cannot_reached", str(address), reason=_reason(error))


def _refused(address: Address, error: Exception) -> Issue:
    return Issue("exchange.database.database_refused_nothing_changed", str(address), reason=_reason(error))


def _no_store(address: Address) -> Issue:
    return Issue("exchange.database.no_districts_kept_here_schema", str(address), schema=address.schema)


def _other_version(address: Address, version: int) -> Issue:
    newer = version > VERSION
    return Issue(
        "exchange.database.tables_version_program_knows",
        str(address),
        mend="exchange.mend.update_program" if newer else "exchange.mend.write_once_program_bring_up",
        version=version,
        version2=VERSION,
    )
