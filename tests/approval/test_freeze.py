"""Approved layouts: what is refused, what is recorded, and that no change goes unseen."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.approval import (
    Approval,
    Decision,
    approval_lines,
    approval_of,
    changes,
    list_approved,
    require_intact,
    signatures,
)
from planning.approval.folder import twins
from planning.approval.freeze import folder_name
from planning.approval.record import DIGEST_PLACE, in_groups
from planning.district import read_district
from planning.errors import LayoutError, WriteError
from planning.filenames import name_fault
from planning.internal import NOTE
from planning.layout import inputs_of, load_layout
from planning.runs import approve_run, open_approved, run_scenario
from planning.verify import verify_run
from tests.approval.made import DECISION, shared, writable


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory)[0]


@pytest.fixture(scope="module")
def approval(tmp_path_factory: pytest.TempPathFactory) -> Approval:
    return shared(tmp_path_factory)[1]


def broken_run(place: Path, target: Path) -> Path:
    """Copy the run and move one zone by hand, so that it does not verify."""
    shutil.copytree(place / "runs" / "today", target)
    table = pd.read_csv(target / "assignment.csv", dtype=str, keep_default_na=False)
    table.loc[(table["zone"] == "Z3") & (table["stage"] == "primary"), "unit"] = "A-P"
    table.to_csv(target / "assignment.csv", index=False)
    return target


def test_the_record_says_who_when_and_what(approval: Approval) -> None:
    assert (approval.number, approval.date, approval.by) == ("教发〔2020〕1号", "2020-08-01", "小县教育局")
    assert approval.folder is not None
    assert approval.folder.name == "教发〔2020〕1号"
    assert approval.years == (2020,)
    assert approval.exceptions == ()
    assert {"assignment.csv", "map.html", "inputs/zones.geojson"} <= set(approval.files)
    assert approval_lines(approval.folder) == ("已批准：教发〔2020〕1号，2020-08-01，小县教育局",)


def test_its_note_says_where_public_files_go(approval: Approval) -> None:
    text = (approval.folder / NOTE).read_text(encoding="utf-8")
    assert f"published/{approval.folder.name}" in text
    assert "lookup.html" not in text


def test_it_is_intact_listed_and_read_only(approval: Approval) -> None:
    assert approval.folder is not None
    assert changes(approval.folder) == ()
    assert approval.folder in list_approved(approval.folder.parent)
    writable = {
        p.name
        for p in (approval.folder, *approval.folder.rglob("*"))
        if stat.S_IMODE(p.stat().st_mode) & 0o222
    }
    assert writable == {"signatures"}


@pytest.mark.parametrize("name", ["units.csv", "map.html", "inputs/zones.geojson", "approval.html"])
def test_a_changed_file_is_named(approval: Approval, tmp_path: Path, name: str) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(" ")
    problems = changes(folder)
    assert [p.message_en for p in problems] == ["was changed after the approval"]
    assert problems[0].file.endswith(name)
    with pytest.raises(LayoutError, match="was changed after the approval"):
        require_intact(folder)


def test_added_and_missing_files_are_named(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    (folder / "units.csv").unlink()
    (folder / "inputs" / "more.csv").write_text("x", encoding="utf-8")
    said = {Path(p.file).name: p.message_en for p in changes(folder)}
    assert said == {"units.csv": "is missing after the approval", "more.csv": "was added after the approval"}


ADDED = ("approval.json.p7s", "approval.json.bak", "notes.asc", "inputs/x.asc", ".hidden", "inputs/.hidden", "signatures/evil.html",
         "signatures/.x.asc", "signatures/deep/approval.json.asc", "Approval.JSON2", "new/page.html")  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_nothing_is_added_unseen(approval: Approval, tmp_path: Path, name: str) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x", encoding="utf-8")
    said = {p.file.removeprefix(f"{folder}/"): p.message_en for p in changes(folder)}
    assert said[name] == "was added after the approval"


def test_signatures_have_a_place_and_are_named(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    (folder / "signatures" / "approval.json.p7s").write_bytes(b"signature")
    assert changes(folder) == ()
    assert signatures(folder) == ("signatures/approval.json.p7s",)


def _linked(folder: Path, outside: Path) -> str:
    (folder / "map.html").rename(outside)
    (folder / "map.html").symlink_to(outside)
    return "map.html"


def _twice(folder: Path, outside: Path) -> str:
    os.link(folder / "map.html", outside)
    return "map.html"


def _linked_folder(folder: Path, outside: Path) -> str:
    (folder / "inputs").rename(outside)
    (folder / "inputs").symlink_to(outside)
    return "inputs"


def _pipe(folder: Path, outside: Path) -> str:
    os.mkfifo(folder / "talk")
    return "talk"


def _empty(folder: Path, outside: Path) -> str:
    (folder / "empty").mkdir()
    return "empty"


def _instead(folder: Path, outside: Path) -> str:
    (folder / "units.csv").rename(outside)
    (folder / "units.csv").mkdir()
    return "units.csv"


@pytest.mark.parametrize("attack", [_linked, _twice, _linked_folder, _pipe, _empty, _instead])
def test_only_files_of_its_own(
    approval: Approval, tmp_path: Path, attack: Callable[[Path, Path], str]
) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    name = attack(folder, tmp_path / "outside")
    assert name in {p.file.removeprefix(f"{folder}/") for p in changes(folder)}


def test_a_linked_folder_is_no_approved_layout(approval: Approval, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(approval.folder)  # type: ignore[arg-type]
    assert "is a link" in changes(tmp_path / "a")[0].message_en


def test_names_that_are_one_on_some_systems(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    (folder / "MAP.html").write_text("another", encoding="utf-8")
    (problem,) = changes(folder)
    assert "same name as map.html" in problem.message_en
    assert list(twins(["caf\u00e9.csv", "cafe\u0301.csv", "b"])) == [("cafe\u0301.csv", "caf\u00e9.csv")]


def test_twins_are_not_approved(place: Path, tmp_path: Path) -> None:
    run = shutil.copytree(place / "runs" / "today", tmp_path / "today")
    (run / "UNITS.csv").write_text("x", encoding="utf-8")
    with pytest.raises(LayoutError, match="same name on some systems"):
        approve_run(run, replace(DECISION, number="9号"), root=tmp_path / "approved")


def test_the_digest_covers_the_page(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    page = (folder / "approval.html").read_text(encoding="utf-8")
    (folder / "approval.html").write_text(page.replace("小县教育局", "别的局"), encoding="utf-8")
    record = json.loads((folder / "approval.json").read_text(encoding="utf-8"))
    blank = page.replace("小县教育局", "别的局").replace(in_groups(approval.digest), DIGEST_PLACE)
    record["page"] = hashlib.sha256(blank.encode()).hexdigest()
    (folder / "approval.json").write_text(json.dumps(record), encoding="utf-8")
    # the page and its hash fit each other again, but not the digest that was signed
    assert "approval.json" in {Path(p.file).name for p in changes(folder)}


@pytest.mark.parametrize("key", ["number", "date", "by", "note", "years"])
def test_a_changed_record_is_seen(approval: Approval, tmp_path: Path, key: str) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    record = json.loads((folder / "approval.json").read_text(encoding="utf-8"))
    record[key] = [1999] if key == "years" else "别的"
    (folder / "approval.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    assert [Path(p.file).name for p in changes(folder)] == ["approval.json"]


def test_a_record_of_rubbish_is_a_message(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    (folder / "approval.json").write_text("[1]", encoding="utf-8")
    assert "not a readable record" in changes(folder)[0].message_en


def test_everything_missing_is_said_at_once(place: Path, approval: Approval) -> None:
    with pytest.raises(LayoutError) as error:
        approve_run(place / "runs" / "today", Decision(" ", "2020-02-30", ""), root=place / "approved")
    assert [p.file for p in error.value.problems] == ["--number", "--by", "--date"]


def test_a_number_is_given_once_and_a_layout_approved_once(place: Path, approval: Approval) -> None:
    before = (place / "approved" / approval.number / "approval.json").read_bytes()
    with pytest.raises(LayoutError, match="number is taken"):
        approve_run(place / "runs" / "today", DECISION, root=place / "approved")
    with pytest.raises(LayoutError, match="is approved already"):
        approve_run(approval.folder, replace(DECISION, number="2号"), root=place / "approved")  # type: ignore[arg-type]
    assert (place / "approved" / approval.number / "approval.json").read_bytes() == before


def test_what_does_not_verify_is_refused(place: Path, approval: Approval, tmp_path: Path) -> None:
    run = broken_run(place, tmp_path / "broken")
    with pytest.raises(LayoutError, match="does not verify: assignment"):
        approve_run(run, replace(DECISION, number="3号"), root=tmp_path / "approved")
    assert list_approved(tmp_path / "approved") == ()


def test_exceptions_are_recorded_and_printed(place: Path, approval: Approval, tmp_path: Path) -> None:
    run = broken_run(place, tmp_path / "broken")
    (run / "lookup.html").write_text("made before the decision: no exceptions", encoding="utf-8")
    made = approve_run(run, replace(DECISION, number="3号"), root=tmp_path / "approved", with_exceptions=True)
    assert made.folder is not None
    called = dict(read_district(inputs_of(made.folder)).zones[["zone", "name"]].to_numpy().tolist())
    assert any(called["Z3"] in c.where for c in made.exceptions)
    lines = approval_lines(load_layout(made.folder), "en")
    assert f"Approved with {len(made.exceptions)} exception" in lines[1]
    assert len(lines) == 2 + len(made.exceptions)
    assert len(approval_lines(made.folder, limit=2)) == 5
    # maps and notices print the district's note
    assert made.exceptions[0].what_zh in open_approved(made.folder)[3].info.note
    assert made.exceptions[0].what_zh in (made.folder / "map.html").read_text(encoding="utf-8")
    # a page that parents would open and that does not say so is left out
    assert "lookup.html" not in made.files
    assert (run / "lookup.html").is_file()
    page = (made.folder / "approval.html").read_text(encoding="utf-8")
    assert made.exceptions[0].what_zh in page
    assert " ".join(made.digest[i : i + 8] for i in range(0, 64, 8)) in page


def test_it_opens_as_approved_whatever_becomes_of_the_district(approval: Approval, tmp_path: Path) -> None:
    folder = writable(approval.folder, tmp_path / "a")  # type: ignore[arg-type]
    record = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert not Path(record["district"]).is_relative_to(folder)
    _, _, _, district = open_approved(folder)
    assert district.path == folder / "inputs"
    assert verify_run(folder).ok


def test_runs_keep_out_of_approved_layouts(place: Path, approval: Approval) -> None:
    with pytest.raises(WriteError, match="read-only"):
        run_scenario(place / "today.yaml", out=approval.folder)
    assert changes(approval.folder) == ()  # type: ignore[arg-type]


def test_a_run_is_not_approved(place: Path, approval: Approval) -> None:
    assert approval_of(place / "runs" / "today") is None
    with pytest.raises(LayoutError, match="no approved layout"):
        open_approved(place / "runs" / "today")


@given(st.text())
def test_folder_names_stay_in_their_folder(number: str) -> None:
    name = folder_name(number)
    assert name
    assert Path("root", name).parent == Path("root")
    assert name_fault(name) is None
