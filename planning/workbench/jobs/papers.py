"""Jobs that make papers of a plan: the notice and what is published with it, comparisons, evaluations, the approval itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planning.workbench.jobs.work import Work
from planning.workbench.projects.record import read_project, write_project
from planning.workbench.projects.state import note_verified
from planning.workbench.projects.workspace import RECORD

if TYPE_CHECKING:
    from planning.district import District
    from planning.layout import Layout
    from planning.scenario import Notice


def publish(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Make what is published of a plan. ``values``: ``run``, ``out``, ``makes`` , ``notice`` (texts by key)."""
    from planning.publish.told import notice_of
    from planning.runs import open_run, open_to_publish

    work.tell(step="read")
    # a map to print carries the warning that the run was changed by hand; what else is published is refused then
    opened = open_run if set(values["makes"]) <= {"print"} else open_to_publish
    layout, _, district = opened(values["run"])
    info = notice_of(layout).model_copy(update=dict(values["notice"]))
    out = Path(values["out"])
    for make in values["makes"]:
        if work.stop():
            break
        work.tell(step=make)
        _MAKERS.get(make, _export(make))(district, layout, info, out)
    return {}


def _notice(district: District, layout: Layout, info: Notice, out: Path) -> None:
    from planning.publish.notice.write import notice_kinds, write_notice
    from planning.publish.places import stages_of
    from planning.together import written_together

    names = {f"notice-{s}.{kind}": s for s in stages_of(layout) for kind in notice_kinds("both")}
    with written_together(out, list(names)) as making:
        for name, stage in sorted(names.items(), key=lambda item: Path(item[0]).suffix):
            write_notice(district, layout, stage, making / name, info)


def _print(district: District, layout: Layout, info: Notice, out: Path) -> None:
    from planning.publish.map.print_map import write_print_map
    from planning.publish.places import stages_of
    from planning.publish.words import day_word
    from planning.together import written_together

    number, date = info.review_number, day_word(info.date)
    maps = {f"map-{s}.pdf": s for s in stages_of(layout)}
    with written_together(out, list(maps)) as making:
        for name, stage in maps.items():
            write_print_map(district, layout, stage, making / name, review_number=number, date=date)


def _lookup(district: District, layout: Layout, info: Notice, out: Path) -> None:
    from planning.publish.page.lookup import LOOKUP, write_lookup

    write_lookup(district, layout, out / LOOKUP, info)


def _export(kind: str) -> Callable[[District, Layout, Notice, Path], None]:
    def write(district: District, layout: Layout, info: Notice, out: Path) -> None:
        from planning.publish.export.write import export_catchments

        ending = f"catchments.{kind}" if kind in ("gpkg", "kml") else f"catchments-{kind}"
        export_catchments(district, layout, out / ending, kind)

    return write


_MAKERS = {"notice": _notice, "print": _print, "lookup": _lookup}


def compare(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Put plans side by side as a report and a workbook. ``values``: ``runs``, ``out``."""
    from planning.compare import compare_runs
    from planning.publish import write_comparison

    work.tell(step="read")
    found = compare_runs(values["runs"])
    work.tell(step="write")
    write_comparison(found, values["out"])
    return {}


def approve(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Freeze a plan. ``values``: ``run``, ``root``, ``decision`` (number, date, by, note), ``exceptions``, ``project``."""
    from planning.approval import Decision
    from planning.runs import approve_run

    work.tell(step="verify")
    note_verified(Path(values["project"]), Path(values["run"]))
    work.tell(step="write")
    approval = approve_run(
        values["run"],
        Decision(**values["decision"]),
        root=values["root"],
        with_exceptions=values["exceptions"],
    )
    place = Path(values["project"]) / RECORD
    record = read_project(place)
    if record is not None:  # a layout that carries its county is not known by where that lies
        outside = dict.fromkeys((*record.outside, str(Path(str(approval.folder)).resolve())))
        write_project(place, replace(record, outside=tuple(outside)))
    return {"plan": str(approval.folder), "digest": approval.digest, "exceptions": len(approval.exceptions)}


def evaluate(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Hold an approved plan against real enrolment. ``values``: ``run``, ``enrolment`` (file), ``coordinates``, ``date``, ``out``."""
    from planning.evaluation import evaluate as hold_against
    from planning.evaluation import known_units, read_all
    from planning.publish.page.evaluation import write_evaluation
    from planning.runs import open_approved

    work.tell(step="read")
    approval, layout, scenario, district = open_approved(values["run"])
    units = known_units(district, layout)
    enrolment = Path(values["enrolment"])
    real, register, before = read_all(enrolment, district, units, coordinates=values["coordinates"])
    work.tell(step="score")
    done = hold_against(
        district, layout, scenario.profile(), real, as_of=values["date"], register=register, before=before
    )
    work.tell(step="write")
    write_evaluation(
        done, values["out"], approval=approval, district=district, sources={"enrolment": enrolment}
    )
    return {"year": done.year}


def scores(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Write the ledger and the scorecard workbook of a plan. ``values``: ``run``, ``out``, ``date``."""
    from planning.atomic import new_folder
    from planning.indicators import figures_of_layout, make_case, score
    from planning.indicators.ledger import make_ledger, write_ledger
    from planning.internal import write_internal_note
    from planning.publish.workbook.scorecard import write_scorecard_workbook
    from planning.runs import open_run

    work.tell(step="read")
    layout, scenario, district = open_run(values["run"])
    profile = scenario.profile()
    work.tell(step="score")
    card = score(district, layout, profile)
    case = make_case(figures_of_layout(district, layout, profile), profile)
    table = make_ledger(case, values["date"], district=district.info.id, district_zh=district.info.name_zh)
    synthetic = any(layer.status == "synthetic" for layer in district.info.layers.values())
    with new_folder(Path(values["out"]), marks=("ledger.csv",)) as folder:
        write_internal_note(folder)
        write_ledger(table, folder / "ledger.csv")
        write_scorecard_workbook(
            card,
            folder / "scorecard.xlsx",
            county=district.info.name_zh,
            synthetic=synthetic,
            ledger=table,
        )
    return {}


def reply(values: dict[str, Any], work: Work) -> dict[str, Any]:
    """Answer objections in a letter. ``values``: ``run``, ``zones`` (ids), ``units`` (ids of schools asked about), ``out``, ``name``."""
    from planning.editing.objections import answers, fullness
    from planning.edits import open_edit
    from planning.publish.page.paper import write_paper
    from planning.publish.page.reply import reply_paper
    from planning.runs import refuse_changed

    work.tell(step="read")
    refuse_changed(values["run"])
    opened = open_edit(values["run"])
    told = [a for zone in values["zones"] for a in answers(opened.live, zone)]
    full = [fullness(opened.live, unit) for unit in values["units"]]
    work.tell(step="write")
    paper = reply_paper(opened.district, opened.live.layout(opened.folder.name), told, full)
    write_paper(paper, Path(values["out"]), values["name"])
    return {}
