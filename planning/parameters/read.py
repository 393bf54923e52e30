"""Read the parameters of the engine from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from planning.errors import Issue, ScenarioError


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return the plain data of a TOML file of parameters, one table for each part.

    Raises
    ------
    ScenarioError
        If the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError:
        problem = Issue("parameters.read.file_engine_parameters_not", str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Issue("parameters.read.not_readable_toml", str(path), error=error)
    raise ScenarioError([problem])
