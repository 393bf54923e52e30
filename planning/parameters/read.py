"""Read the parameters of the engine from a TOML file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from planning.errors import Problem, ScenarioError


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
        problem = Problem(str(path), "the file of engine parameters is not there", "找不到求解器参数文件")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(
            str(path),
            f"not readable as TOML: {error}",
            "不是有效的 TOML 文件",
            mend_en="write tables and values: [neighbourhoods], then items_first = 120",
            mend_zh="请写成表与值：[neighbourhoods] 下写 items_first = 120",
        )
    raise ScenarioError([problem])
