"""Keep the list of a batch's units in its folder: one plan a folder, unless it is replaced on purpose."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planning.atomic import claimed, refuse_link, whole_file, writing
from planning.batch.names import LIST, OURS, UNITS
from planning.batch.plan import BatchPlan
from planning.batch.presence import at_work
from planning.batch.unit import Identity, Unit
from planning.errors import Issue, LayoutError, WriteError
from planning.runner.limits import Limits

_BUSY = "base.atomic.another_process_writing_folder"
_PATIENCE_S = 60.0


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Limits(_Kept):
    time_s: float = Field(gt=0)
    memory_mb: float = Field(gt=0)
    tries: int = Field(ge=1)


class _Plan(_Kept):
    name: str
    counties: list[str]
    scenarios: list[str]
    sets: list[str]
    vary: dict[str, list[str]]
    limits: _Limits
    stores: list[str] = []


class _Unit(_Kept):
    key: str = Field(pattern="^[0-9a-f]{20}$")
    county: str
    scenario: str
    settings: list[tuple[str, str]]
    size: int
    data: str


class _List(_Kept):
    plan: _Plan
    units: list[_Unit]


def read_list(folder: str | Path) -> tuple[BatchPlan, tuple[Unit, ...]]:
    """Return the plan and the units that a batch's folder lists.

    Raises
    ------
    LayoutError
        If the folder holds no batch, or its list is damaged.
    """
    file = Path(folder) / LIST
    try:
        if not file.is_file():
            raise LayoutError([Issue("batch.counts.no_batch", str(folder))])
        told = _List.model_validate_json(file.read_bytes())
    except OSError as error:
        raise LayoutError(
            [Issue("batch.plan.cannot_be_read", str(file), reason=error.strerror or "")]
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LayoutError([Issue("batch.listing.damaged", str(file), column=where)]) from None
    p = told.plan
    plan = BatchPlan(
        p.name,
        tuple(map(Path, p.counties)),
        tuple(p.scenarios),
        tuple(p.sets),
        {k: tuple(v) for k, v in p.vary.items()},
        Limits(p.limits.time_s, p.limits.memory_mb, p.limits.tries),
        tuple(p.stores),
    )
    return plan, tuple(
        Unit(u.key, u.county, u.scenario, tuple(u.settings), u.size, u.data) for u in told.units
    )


def plan_digest(plan: BatchPlan, units: Sequence[Unit]) -> str:
    """Return a digest of what a batch is asked for: its units as a person tells them apart, and the settings of all."""
    asked = [sorted(map(list, {u.identity for u in units})), list(plan.sets)]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:20]


def begin(home: Path, plan: BatchPlan, units: Sequence[Unit], *, replace: bool = False) -> None:
    """Make the folder of a batch, or go on in it, and list its units.

    A plan that keeps all units of the one before it (the same one again, or with more counties) goes on with it.

    Raises
    ------
    WriteError
        If the folder is a file, a link or holds other things, holds another batch and ``replace`` is not asked for, or somebody is at
        work in it with another plan.
    LayoutError
        If the list in it is damaged.
    """
    refuse_link(home)
    with writing(home):
        home.mkdir(parents=True, exist_ok=True)
    for name in OURS:
        refuse_link(home / name)
    with patiently(home / LIST):
        if (home / LIST).exists():
            _refuse_another(home, plan, units, replace=replace)
        elif not (home / UNITS).is_dir() and any((home / name).exists() for name in OURS):
            raise WriteError([Issue("base.atomic.exists_no_earlier_result_so", str(home))])
        _write(home, plan, units)


def _refuse_another(home: Path, plan: BatchPlan, units: Sequence[Unit], *, replace: bool) -> None:
    before, listed = read_list(home)
    asked: set[Identity] = {u.identity for u in units}
    lost = [u for u in listed if u.identity not in asked]
    other = bool(lost) or tuple(before.sets) != tuple(plan.sets)
    if other and not replace:
        example = lost[0].title if lost else " ".join(before.sets) or "–"
        raise WriteError([Issue("batch.listing.another_plan", str(home), value=before.name, example=example)])
    mine = plan_digest(plan, units)
    others = [w for w in at_work(home) if w.plan != mine]
    if others:
        raise WriteError([Issue("batch.listing.others_at_work", str(home), value=others[0].host)])


@contextmanager
def patiently(target: Path) -> Iterator[None]:
    """Hold the right to write a file for a moment, waiting for another batch that writes it."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            claim = claimed(target)
            claim.__enter__()
            break
        except WriteError as error:
            if all(p.code != _BUSY for p in error.problems) or time.monotonic() > until:
                raise
            time.sleep(0.1)
    try:
        yield
    finally:
        claim.__exit__(None, None, None)


def _write(home: Path, plan: BatchPlan, units: Sequence[Unit]) -> None:
    told = _List(
        plan=_Plan(
            name=plan.name,
            counties=[str(p.resolve()) for p in plan.counties],
            scenarios=[s if len(Path(s).parts) == 1 else str(Path(s).resolve()) for s in plan.scenarios],
            sets=list(plan.sets),
            vary={k: list(v) for k, v in plan.vary.items()},
            limits=_Limits(**vars(plan.limits)),
            stores=list(plan.stores),
        ),
        units=[_Unit.model_validate(u.as_record()) for u in units],
    )
    with whole_file(home / LIST) as temporary:
        temporary.write_text(told.model_dump_json(), encoding="utf-8")
