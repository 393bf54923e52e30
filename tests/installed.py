"""Put a package with entry points on the path, as pip would."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


def install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, source: str, points: dict[str, str]
) -> None:
    """Install a module of one file.

    Parameters
    ----------
    folder : Path
        Where to.
    module : str
        Name of module and distribution.
    source : str
        The module's text.
    points : dict of str to str
        Group → ``name = module:object``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    groups = (f"[{group}]\n{point}\n" for group, point in points.items())
    (info / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(__import__("sys").modules, module, raising=False)
    importlib.invalidate_caches()
