"""Start a real PostgreSQL with PostGIS for the tests, and stop it afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "not-a-real-secret"
USER = "planner"


@dataclass
class Server:
    """A running server, its port and its databases."""

    folder: Path
    port: int
    binaries: Path
    made: list[str] = field(default_factory=list)

    def url(self, database: str, **options: str) -> str:
        query = "".join(f"&{k}={v}" for k, v in options.items())
        return f"postgis://{USER}@localhost:{self.port}/{database}" + (f"?{query[1:]}" if query else "")

    def database(self, postgis: bool = True) -> str:
        """Make a new database and return its name."""
        name = f"d{len(self.made)}"
        self.made.append(name)
        self.sql("postgres", f"CREATE DATABASE {name} OWNER {USER}")
        if postgis:
            self.sql(name, "CREATE EXTENSION postgis")
        return name

    def sql(self, database: str, statement: str) -> str:
        """Run a statement as the administrator, over the socket."""
        command = [self.binaries / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d", database, "-c", statement]
        done = subprocess.run([*command, *where], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def binaries() -> Path | None:
    """Return the folder of the newest server that has PostGIS, or nothing."""
    found = [
        p.parent
        for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if Path(f"/usr/share/postgresql/{p.parts[-3]}/extension/postgis.control").exists()
    ]
    return max(found, key=lambda p: int(p.parts[-2]), default=None)


def _owner() -> str | None:
    """Return whom the server must run as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


@contextmanager
def started() -> Iterator[Server]:
    """Run a server in a new folder on a free port; it takes the password of :data:`USER` only over TCP."""
    place, owner = binaries(), _owner()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="planning-pg-"))
    folder.chmod(0o755)
    if owner:
        shutil.chown(folder, owner)
    data, port = folder / "data", _free_port()

    def run(*command: str | Path) -> None:
        done = subprocess.run([*command], user=owner, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(
            place / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        (data / "pg_hba.conf").write_text(
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", "utf-8"
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=20"
        run(place / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            server = Server(folder, port, place)
            server.sql("postgres", f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            run(place / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
