"""Remember port and session of the last server, so that pages that are open go on when it is started again."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from planning.atomic import writing
from planning.workbench.projects.record import read_json

_PLACE = ".session"
_LONGEST_S = 7 * 24 * 3600.0
"""A session is not taken up again after so long."""


@dataclass(frozen=True)
class Kept:
    """Where the last server listened, and the secret of its cookie; both empty where nothing is kept.

    Parameters
    ----------
    port : int
    session : str
    """

    port: int = 0
    session: str = ""

    @classmethod
    def read(cls, root: Path) -> Kept:
        """Return what the last server of a workspace kept; only this user can have written it."""
        place = root / _PLACE
        with contextlib.suppress(OSError):
            if time.time() - place.stat().st_mtime < _LONGEST_S:
                data = read_json(place) or {}
                port, session = data.get("port"), data.get("session")
                if type(port) is int and isinstance(session, str) and len(session) > 40:
                    return cls(port, session)
        return cls()

    def write(self, root: Path) -> None:
        """Keep it, readable for this user alone."""
        with writing(root):
            handle = os.open(root / _PLACE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"port": self.port, "session": self.session}, stream)
