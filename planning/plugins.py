"""Find what installed packages add through entry points; a package that cannot be used is named with what to do about it."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from planning.errors import Issue, PlanningError
from planning.messages import Both, en_zh


@dataclass(frozen=True)
class Plugin:
    """One object that was added, and whose it is.

    Parameters
    ----------
    name : str
        Name of the entry point, or of the object where it was given directly.
    package : str
        Distribution that brings it; empty where it was given directly.
    given : object
        The object itself.
    """

    name: str
    package: str
    given: Any

    def fault(self, said_en: str, said_zh: str) -> Issue:
        """Return an error that names the package and what it adds."""
        return Issue(
            Both(said_en, said_zh),
            self.package or "plug-in",
            row=self.name,
            mend="base.mend.mend_pip_uninstall" if self.package else "base.mend.mend_leave_out",
            package=(self.package) if self.package else "",
        )


def installed(group: str, needs: Iterable[str], given: Iterable[Any] = ()) -> tuple[Plugin, ...]:
    """Return what installed packages name in a group, then what was given, each object once.

    Parameters
    ----------
    group : str
        Entry-point group (``planning.rules``, ``planning.indicators``, ``planning.outputs``).
    needs : iterable of str
        Attributes that every object must have.
    given : iterable
        Objects given directly.

    Raises
    ------
    PlanningError
        Every package that cannot be loaded or adds something else, all at once.
    """
    found: list[Plugin] = []
    problems: list[Issue] = []
    for entry in _named(group, tuple((place, _changed(place)) for place in sys.path)):
        package = entry.dist.name if entry.dist is not None else entry.value
        try:
            found.append(Plugin(entry.name, package, entry.load()))
        except Exception as error:  # whatever a foreign package does while it is imported
            told = f"{type(error).__name__}: {error}"
            problems.append(
                Plugin(entry.name, package, None).fault(
                    *en_zh("base.plugins.package_cannot_be_loaded", group=group, told=told),
                )
            )
    found += [Plugin(str(getattr(each, "name", each)), "", each) for each in given]
    each_once = list({id(plugin.given): plugin for plugin in found}.values())
    for plugin in each_once:
        lacking = ", ".join(name for name in needs if not hasattr(plugin.given, name))
        if lacking:
            problems.append(
                plugin.fault(*en_zh("base.plugins.what_it_adds_has", group=group, lacking=lacking))
            )
    if problems:
        raise PlanningError(problems)
    return tuple(each_once)


@functools.lru_cache(maxsize=32)
def _named(group: str, _places: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    """Return what installed packages name; their files are read again only when a folder of packages changed: it is asked per scorecard."""
    return tuple(sorted(entry_points(group=group), key=lambda e: e.name))


def _changed(place: str) -> int:
    try:
        return os.stat(place or ".").st_mtime_ns
    except OSError:
        return 0


@contextmanager
def at_work(plugin: Plugin) -> Iterator[None]:
    """Turn whatever goes wrong inside an added object into an error for the user that names its package.

    Raises
    ------
    PlanningError
        Instead of any other exception.
    """
    try:
        yield
    except PlanningError:
        raise
    except Exception as error:  # foreign code may raise anything
        told = f"{type(error).__name__}: {error}"
        raise PlanningError([plugin.fault(*en_zh("base.plugins.it_failed", told=told))]) from error
