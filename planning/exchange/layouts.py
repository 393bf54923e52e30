"""Put layouts and scorecards into a PostGIS database and get them back, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from planning.atomic import new_folder
from planning.district.read import read_district
from planning.errors import Issue, LayoutError, StoreError
from planning.exchange.address import read_address
from planning.exchange.database import Session, changing, reading
from planning.exchange.results import RESULTS, Result, read_results, result_text
from planning.exchange.store import exists, name_of, plain_json, put_tables, unknown
from planning.indicators import Scorecard
from planning.layout import MARKS, Layout, load_layout
from planning.messages import en_zh
from planning.scenario import scenario_of_run
from planning.standards import read_profile


def put_run(url: str, folder: str | Path, *, replace: bool = False) -> tuple[str, str]:
    """Put a run folder — layout and scorecard — into a store, with its district where that is not there yet.

    Returns
    -------
    district, layout : str
        Identifiers in the store.

    Raises
    ------
    LayoutError, DistrictError
        If the run or its district cannot be read.
    StoreError
        If the database refuses, or holds another district or layout of that name and ``replace`` is not set.
    """
    path = Path(folder).resolve()
    layout, results = load_layout(path), read_results(path)
    scenario = scenario_of_run(layout.scenario, folder, layout.summary)
    district = read_district(scenario.district)
    key = (district.info.id, layout.name)
    with changing(read_address(url)) as session:
        put_tables(session, district, replace=replace)
        there = session.run("SELECT 1 FROM {s}.layouts WHERE district = %s AND layout = %s", key).fetchone()
        if there and _run(session, *key) == (*_plain(layout.scenario, layout.summary), results):
            return key
        if there and not replace:
            raise StoreError([exists(session.address, *en_zh("exchange.layouts.layout2", name=layout.name))])
        session.run("DELETE FROM {s}.layouts WHERE district = %s AND layout = %s", key)
        tables = {r.name: {"columns": r.columns, "marked": r.marked} for r in results}
        documents = (plain_json(layout.scenario), plain_json(layout.summary), plain_json(tables))
        session.run(
            "INSERT INTO {s}.layouts (district, layout, scenario, summary, tables) VALUES (%s, %s, %s, %s, %s)",
            (*key, *documents),
        )
        columns = ["district", "layout", "table", "row", "data"]
        session.copy("results", columns, ([*key, r.name, *line] for r in results for line in _lines(r)))
    return key


def read_layout(url: str, layout: str, district: str = "") -> Layout:
    """Read a layout from a store.

    Raises
    ------
    StoreError
        If the database cannot be reached or has no such layout.
    """
    address = read_address(url)
    with reading(address) as session:
        scenario, summary, results = _run(session, name_of(session, district or address.district), layout)
    tables = {r.name: r.frame() for r in results}
    assignment = tables["assignment"].fillna({"previous_unit": ""})
    return Layout(
        name=layout,
        scenario=scenario,
        assignment=assignment,
        overflow=tables["overflow"],
        units=tables["units"],
        projects=tables["projects"],
        summary=summary,
    )


def read_scorecard(url: str, layout: str, district: str = "") -> Scorecard:
    """Read the scorecard of a layout from a store.

    Raises
    ------
    StoreError
        If the database cannot be reached or has no scorecard of that layout.
    """
    address = read_address(url)
    with reading(address) as session:
        scenario, _, results = _run(session, name_of(session, district or address.district), layout)
    frames = {r.name: r.frame() for r in results}
    if "scorecard" not in frames:
        raise StoreError([unknown(address, *en_zh("exchange.layouts.scorecard", layout=layout), [])])
    profile = read_profile(scenario["standards"], scenario.get("standards_set") or {})
    return Scorecard(
        year=max(int(scenario["year"]), int(scenario.get("horizon") or 0)),
        profile=profile.name,
        profile_zh=profile.name_zh,
        source="layout",
        indicators=frames["scorecard"],
        units=frames["scorecard_units"],
        variation=frames["scorecard_variation"],
        classes=frames["scorecard_classes"],
        targets=frames["targets"],
        **({"figures": frames["scorecard_figures"]} if "scorecard_figures" in frames else {}),
    )


def get_run(url: str, layout: str, folder: str | Path, district: str = "") -> Path:
    """Write a layout and its scorecard from a store as a run folder, file by file as it was put there.

    Raises
    ------
    StoreError
        If the database cannot be reached or has no such layout.
    WriteError
        If the folder holds something else or the disk refuses.
    """
    address = read_address(url)
    with reading(address) as session:
        scenario, summary, results = _run(session, name_of(session, district or address.district), layout)
    target = Path(folder)
    with new_folder(target, marks=MARKS) as temporary:
        for result in results:
            (temporary / f"{result.name}.csv").write_bytes(result_text(result).encode("utf-8"))
        text = yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False)
        (temporary / "scenario.yaml").write_text(text, encoding="utf-8")
        text = json.dumps(summary, ensure_ascii=False, indent=2)
        (temporary / "summary.json").write_text(text + "\n", encoding="utf-8")
    return target


def _lines(result: Result) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(result.rows, 1):
        yield number, plain_json(dict(zip(result.columns, row, strict=True)))


def _plain(*documents: Any) -> tuple[Any, ...]:
    return tuple(json.loads(plain_json(document)) for document in documents)


def _run(session: Session, district: str, layout: str) -> tuple[dict[str, Any], dict[str, Any], list[Result]]:
    key = (district, layout)
    row = session.run(
        "SELECT scenario, summary, tables FROM {s}.layouts WHERE district = %s AND layout = %s", key
    ).fetchone()
    if row is None:
        known = session.run(
            "SELECT layout FROM {s}.layouts WHERE district = %s ORDER BY layout", (district,)
        ).fetchall()
        words = en_zh("exchange.layouts.layout", district=district, layout=layout)
        raise StoreError([unknown(session.address, *words, [r[0] for r in known])])
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in row[2]}
    found = session.run(
        'SELECT "table", data FROM {s}.results WHERE district = %s AND layout = %s ORDER BY "table", row', key
    )
    for name, data in found:
        rows[name].append(tuple(data.get(c) for c in row[2][name]["columns"]))
    order = [name for name in RESULTS if name in rows]
    results = [
        Result(n, tuple(row[2][n]["columns"]), tuple(rows[n]), bool(row[2][n]["marked"])) for n in order
    ]
    if not {"assignment", "units", "overflow", "projects"} <= set(rows):
        raise LayoutError([Issue("exchange.layouts.layout_not_complete", str(session.address), value=layout)])
    return row[0], row[1], results
