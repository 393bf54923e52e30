"""Freeze a run that was approved: verified once more, copied with its inputs, hashed, made read-only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planning.approval.folder import SIGNATURES, file_hash, hashes, twins
from planning.approval.record import (
    DIGEST_PLACE,
    PAGE,
    PUBLISHED,
    RECORD,
    Approval,
    approval_of,
    in_groups,
    list_approved,
    page_hash,
)
from planning.atomic import new_folder, steadily
from planning.district import District, read_district
from planning.district.called import Called
from planning.district.cells.dates import calendar_day
from planning.editing.moved import moved_by_hand
from planning.errors import Issue, LayoutError
from planning.filenames import name_fault
from planning.internal import write_internal_note
from planning.layout import INPUTS, Layout, inputs_of, load_layout
from planning.messages import Both, is_chinese, paper_language
from planning.scenario import scenario_of_run
from planning.standards.money import currency_of
from planning.version import __version__

if TYPE_CHECKING:
    from planning.verify import VerifyReport

STANDARDS = "standards"
_PLAN = ("scenario.yaml", "assignment.csv", "units.csv", "overflow.csv", "projects.csv")
"""Files that say what is decided."""
_FIGURES = ("pupils", "seats_possible", "shortage_pupils", "classes_over_cap", "schools_over_size", "overflow_pupils",
            "nearby_ratio", "nearest_share", "mean_distance_m", "moved_pupils", "cost_yuan", "projects_built", "indicators")  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What was decided on paper: document number (文号), date, who decided, and a remark."""

    number: str
    date: str
    by: str
    note: str = ""


def approve(
    run: str | Path,
    decision: Decision,
    *,
    root: str | Path = "approved",
    with_exceptions: bool = False,
    draw: Callable[[Path], None] | None = None,
    page: Callable[[Approval], str] | None = None,
) -> Approval:
    """Freeze a run: copy it with its inputs, verify the copy, hash every file, and make it read-only.

    Parameters
    ----------
    run : str or Path
        Run folder; it stays as it is.
    decision : Decision
        ``date`` as ``2021-07-01``, ``2021/7/1`` or ``2021年7月1日``.
    root : str or Path
        Folder of the approved layouts; the new one is named after the document number.
    with_exceptions : bool
        Approve although verification fails; the failures are recorded as exceptions.
    draw : callable, optional
        Draws the pictures of the copied folder again, now that it has a record of approval with its exceptions.
    page : callable, optional
        Returns the page to be signed (HTML), with :data:`planning.approval.record.DIGEST_PLACE` once, where the digest is printed.

    Returns
    -------
    Approval
        With ``folder``.

    Raises
    ------
    LayoutError
        If number, date or name are missing or wrong, the number is taken, the run is approved already, or it does not verify
        and ``with_exceptions`` is not given; all at once.
    WriteError
        If the folder cannot be written.
    """
    source = Path(run)
    decided, problems = _decided(decision)
    target = Path(root) / folder_name(decided.number or "-")
    problems += _taken(source, Path(root), target, decided)
    if problems:
        raise LayoutError(problems)
    layout = load_layout(source)
    with new_folder(target, marks=(RECORD,)) as folder:
        if target.exists():  # somebody was faster
            raise LayoutError([_number_taken(target, decided.number)])
        _copy_run(source, folder)
        write_internal_note(folder, published=f"{PUBLISHED}/{target.name}")
        _copy_inputs(layout, source, folder)
        from planning.verify import verify_run

        report = _named(verify_run(folder, inputs_of(folder)), inputs_of(folder))
        if report.failures and not with_exceptions:
            raise LayoutError(_failures(source, report))
        approval = _record(replace(layout, name=source.name), decided, report, folder)
        _write(folder / RECORD, approval.text())  # what is drawn reads it
        if draw is not None:
            draw(folder)
        files = {name: value for name, value in hashes(folder).items() if name != RECORD}
        if problems := [_twins(source, names) for names in twins((*files, RECORD, PAGE))]:
            raise LayoutError(problems)
        approval = replace(approval, files=files)
        text = page(approval) if page else DIGEST_PLACE + "\n"
        approval = replace(approval, page=page_hash(text))
        _write(folder / PAGE, text.replace(DIGEST_PLACE, in_groups(approval.digest)))
        _write(folder / RECORD, approval.text())
        (folder / SIGNATURES).mkdir()
        _read_only(folder)
    target.chmod(0o555)  # last: some systems do not rename a folder that is closed
    return replace(approval, folder=target)


def folder_name(number: str) -> str:
    """Return the folder of a document number; signs that file systems refuse become a hyphen.

    Examples
    --------
    >>> folder_name("利教发〔2021〕12号"), folder_name("a/b: 7")
    ('利教发〔2021〕12号', 'a-b-7')
    """
    name = re.sub(r"[^\w〔〕［］（）()\[\].]+", "-", number).strip("-. ")[:60].strip("-. ") or "-"
    return name if name_fault(name) is None else f"-{name}"


def no_date(text: str) -> Issue:
    """Say that a text is no date."""
    return Issue("approval.freeze.no_date_calendar", "--date", value=text)


def _decided(decision: Decision) -> tuple[Decision, list[Issue]]:
    values = {k: v.strip() for k, v in vars(decision).items()}
    problems = [
        Issue(f"approval.freeze.no_{name}", f"--{name}", name=name)
        for name in ("number", "date", "by")
        if not values[name]
    ]
    if values["date"]:
        values["date"] = calendar_day(values["date"])
        if not values["date"]:
            problems.append(no_date(decision.date))
    return Decision(**values), problems


def _taken(source: Path, root: Path, target: Path, decided: Decision) -> list[Issue]:
    problems = []
    if approval := approval_of(source):
        problems.append(Issue("approval.freeze.approved_already", str(source), number=approval.number))
    others = [p for p in list_approved(root) if _number(p) == decided.number]
    twice = next((p for p in list_approved(root) if _same_plan(source, p)), None)
    if decided.number and twice is not None and twice not in others:
        problems.append(Issue("approval.freeze.plan_approved_already", str(source), number=_number(twice)))
    if decided.number and (others or target.exists()):
        problems.append(_number_taken(others[0] if others else target, decided.number))
    return problems


def _same_plan(source: Path, approved: Path) -> bool:
    """Return whether an approved layout is this very plan: the same settings and the same tables."""
    try:
        found = approval_of(approved)
    except LayoutError:
        return False
    return found is not None and all(
        (source / name).is_file() and found.files.get(name) == file_hash(source / name) for name in _PLAN
    )


def _number(folder: Path) -> str:
    try:
        found = approval_of(folder)
    except LayoutError:
        return ""
    return found.number if found else ""


def _number_taken(target: Path, number: str) -> Issue:
    return Issue(
        "approval.freeze.document_number_taken_approved", str(target), column="--number", value=number
    )


def _copy_run(source: Path, folder: Path) -> None:
    """Copy the files of a run as they stand at one moment; what a person put into sub-folders is not part of it."""

    def read(path: Path) -> dict[str, bytes]:
        found = (p for p in sorted(path.iterdir()) if p.is_file() and p.name[0] != ".")
        return {p.name: p.read_bytes() for p in found if p.name not in (RECORD, PAGE)}

    for name, content in steadily(source, read).items():
        (folder / name).write_bytes(content)


def _copy_inputs(layout: Layout, source: Path, folder: Path) -> None:
    """Copy the district's files, and the standards where the scenario names a file of its own."""
    carried = inputs_of(source)  # as a layout that was saved from a program has them
    scenario = scenario_of_run(layout.scenario, source, layout.summary, carried=carried is not None)
    district = carried or Path(scenario.district)
    files = [district] if district.is_file() else [p for p in sorted(district.glob("*")) if p.is_file()]
    if not files:
        read_district(district)  # says what is missing
    (folder / INPUTS).mkdir()
    for path in files:
        if path.name[0] != ".":
            (folder / INPUTS / path.name).write_bytes(path.read_bytes())
    if scenario.standards.endswith(".yaml"):
        (folder / STANDARDS).mkdir()
        standards = Path(scenario.standards)
        (folder / STANDARDS / standards.name).write_bytes(standards.read_bytes())


def _record(layout: Layout, decided: Decision, report: VerifyReport, folder: Path) -> Approval:
    scenario, summary = layout.scenario, layout.summary
    figures: dict[str, Any] = {k: summary[k] for k in _FIGURES if k in summary}
    if "start_from" in summary:
        figures["start_from"] = summary["start_from"]
    figures["currency"] = currency_of(scenario)
    inputs = inputs_of(folder)
    district = read_district(inputs) if inputs else None
    if district is not None and layout.journal is not None:
        figures["moved_by_hand"] = moved_by_hand(layout, district).to_dict("records")
    county = _county(district)
    return Approval(
        **vars(decided),
        run=layout.name,
        title=str(scenario.get("title") or layout.name),
        title_zh=str(scenario.get("title_zh") or scenario.get("title") or layout.name),
        district=county,
        planning=__version__,
        years=tuple(int(y) for y in sorted(layout.units["year"].unique())),
        exceptions=report.failures,
        checks=len(report.checks),
        figures=figures,
        files={},
    )


def _county(district: District | None) -> str:
    """Return the name of the county in the language of the paper."""
    if district is None:
        return ""
    names = (district.info.name_zh, district.info.name)
    return next(filter(None, names if is_chinese(paper_language()) else reversed(names)), "")


def _named(report: VerifyReport, inputs: Path | None) -> VerifyReport:
    """Return a report that calls zones and units by their names, as the record and its page do."""
    if report.ok or inputs is None:
        return report
    called = Called.of(read_district(inputs), paper_language())
    return replace(report, checks=tuple(c.named(called.in_place, called.in_value) for c in report.checks))


def _failures(source: Path, report: VerifyReport) -> list[Issue]:
    problems = [
        Issue("approval.freeze.does_not_verify", str(source), text=Both(c.text("en"), c.text("zh")))
        for c in report.failures
    ]
    mend = Issue("approval.freeze.layout_does_not_verify_not", str(source))
    return [*problems, mend]


def _twins(source: Path, names: tuple[str, ...]) -> Issue:
    return Issue("approval.freeze.same_name_some_systems_case", str(source / names[0]), names=names)


def _write(path: Path, text: str) -> None:
    """Write exactly this text: line ends are not the system's, since it is hashed."""
    path.write_bytes(text.encode())


def _read_only(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (folder / SIGNATURES).chmod(0o755)  # signatures are made of the finished record
