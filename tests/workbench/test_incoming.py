"""Office files become a county in the browser: uploaded, asked about, built, checked, each finding at its place."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

import planning
from planning.district import read_district, write_district
from planning.errors import DistrictError, Issue
from planning.importing import account_place
from planning.workbench.incoming import findings_data
from planning.workbench.incoming.uploads import KINDS
from planning.workbench.jobs import counties
from planning.workbench.jobs.folder import FINDINGS, read_asked
from planning.workbench.jobs.work import Work
from planning.workbench.projects.told import lines_of
from planning.workbench.projects.workspace import Workspace
from tests.importing.bureau import bureau_files
from tests.workbench.served import Served, served

CODE = "base.atomic.exists_no_earlier_result_so"
"""Code of an issue, whichever."""

ANSWERS = {
    "name": "示例县",
    "year": "2021",
    "tables.zones.coordinates": "BD-09",
    "tables.schools.coordinates": "GCJ-02",
}


def put(
    bench: Served, name: str, body: bytes, to: str = "", **headers: str | None
) -> tuple[int, dict[str, object]]:
    sent = {"Content_Type": "application/octet-stream", "X_Name": quote(name), "X_Import": to, **headers}
    status, _, text = bench.ask("POST", "/api/uploads", raw=body, **sent)
    return status, json.loads(text)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs stay in the queue: their work is done by the test."""
    monkeypatch.setattr("planning.workbench.jobs.queue.Queue._start_next", lambda *_: None)


@pytest.mark.usefixtures("no_process")
def test_files_are_asked_about_and_become_a_county(tmp_path: Path) -> None:
    files = sorted(bureau_files(planning.sample_district(), tmp_path / "files").iterdir())
    root = tmp_path / "workbench"
    with served(root) as bench:
        one = ""
        for file in files:
            status, told = put(bench, file.name, file.read_bytes(), one)
            assert status == 200
            one = str(told["import"])
        state = bench.data("GET", f"/api/imports/{one}")
        assert {t["table"] for t in state["tables"]} >= {"zones", "schools", "zone_pupils", "units"}
        for _ in range(4):
            if not state["questions"]:
                break
            asked = [p for q in state["questions"] for p in q["parts"] or [q]]  # two desks, two maps
            given = {q["key"]: ANSWERS.get(q["key"], q.get("default")) for q in asked}
            assert all(q["words"]["zh"] and q["words"]["en"] for q in state["questions"])
            state = bench.data("POST", f"/api/imports/{one}/answers", {"answers": given})
        assert state["questions"] == []
        job = bench.data("POST", f"/api/imports/{one}/build", {"name": ""})["job"]
        folder = root / "jobs" / job
        asked = read_asked(folder)
        assert asked is not None
        assert asked.kind == "import"
        result = counties.build(asked.values, Work(folder))
        assert result["errors"] == 0
        assert bench.data("GET", "/api/home")["projects"][0]["name"] == "示例县"
        assert bench.data("GET", "/api/imports") == {"imports": []}  # the copies are gone
        found = bench.data("GET", f"/api/jobs/{job}/findings")
        assert len(found["findings"]) == result["warnings"]
        assert len(found["ground"]["features"]) == 12
    project = Workspace(root).projects()[0]
    assert len(read_district(project.county).zones) == 12
    assert account_place(project.county).is_file()


def test_a_problem_is_said_without_paths_and_in_the_words_of_the_language() -> None:
    told = lines_of(Issue("workbench.workspace.one_name", "/home/li/workbench/p1/plans/方案一"))
    assert told["zh"].startswith("方案一：")
    assert told["en"].startswith("方案一: ")
    told = lines_of(Issue("workbench.workspace.one_name", "C:\\u\\zones.csv", column="pupils"))
    assert told["zh"].startswith("居住单元，列 学生数：")
    assert told["en"].startswith("zones.csv, ")
    told = lines_of(Issue("workbench.workspace.one_name", ""))
    assert told["en"][0].isalpha()
    assert "：" not in told["zh"].split("→")[0]


def test_what_the_check_refuses_is_listed_with_its_place_and_no_project_appears(tmp_path: Path) -> None:
    write_district(planning.sample_district(), tmp_path / "county")
    values = {
        "files": str(tmp_path / "county"),
        "mapping": None,
        "upload": str(tmp_path / "none"),
        "project": str(tmp_path / "p1"),
        "name": "",
    }
    table = tmp_path / "county" / "zone_pupils.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Z01,", "Z99,", 1), encoding="utf-8")
    (tmp_path / "job").mkdir()
    (tmp_path / "p1").mkdir()
    with pytest.raises(DistrictError):
        counties.build(values, Work(tmp_path / "job"))
    told = json.loads((tmp_path / "job" / FINDINGS).read_text(encoding="utf-8"))
    assert told["findings"][0]["level"] == "error"
    assert not (tmp_path / "p1").exists()


def test_findings_lead_to_the_zone_or_school_they_name() -> None:
    county = planning.sample_district()
    zone, point = (
        county.zones["zone"].iloc[3],
        county.zones.to_crs(4326).geometry.iloc[3].representative_point(),
    )
    rows = [
        Issue(CODE, "zones.geojson", row=str(zone)),
        Issue(CODE, "zones.geojson", row="5"),
        Issue(CODE, "zone_pupils.csv", row=str(2 + list(county.zone_pupils["zone"]).index(zone))),
        Issue(CODE, "district.yaml", row="1"),
        Issue(CODE, "boundary.geojson"),
    ]
    at = [f["at"] for f in findings_data(rows, county)]
    expected = pytest.approx([point.y, point.x], abs=1e-5)
    assert at[0] == expected
    assert at[1] == expected
    assert at[2] == expected
    assert at[3:] == [None, None]


WRONG = ["../evil.xlsx", "a/b.csv", "..\\evil.csv", "C:evil.csv", "nul.csv", ".hidden.csv", "mapping.yaml", "run.sh", "a.zip", "a.html", "",
         "x" * 400 + ".csv", "a\x00.csv", "a\u202egpj.csv", "district.yaml"]  # fmt: skip


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return packed.getvalue()


def test_a_zipped_folder_gives_its_files_or_none(tmp_path: Path) -> None:
    root = tmp_path / "workbench"
    with served(root) as bench:
        good = {
            "某县/小区.csv": b"a,b\n1,2\n",
            "某县/图/学校.xlsx": b"x",
            "某县/照片.jpg": b"x",
            "__MACOSX/小区.csv": b"x",
        }
        status, told = put(bench, "材料.zip", zipped(**good))
        assert status == 200
        one = str(told["import"])
        assert bench.data("GET", f"/api/imports/{one}")["files"] == ["学校.xlsx", "小区.csv"]
        for wrong in (
            {"../evil.csv": b"x"},
            {"/etc/evil.csv": b"x"},
            {"a/nul.csv": b"x", "b.csv": b"x"},
            {"照片.jpg": b"x"},
            {},
            {f"{n}.csv": b"%d" % n for n in range(100)},
            {"bomb.csv": b"0" * 40_000_000},
        ):
            status, told = put(bench, "坏.zip", zipped(**wrong), one)
            assert status == 422, wrong
            assert "坏.zip" in str(told) or "nul.csv" in str(told)
            assert str(root) not in str(told)
        assert bench.data("GET", f"/api/imports/{one}")["files"] == ["学校.xlsx", "小区.csv"]
    assert {p.name for p in root.rglob("*") if p.is_file() and p.parent.name == "files"} == {
        "学校.xlsx",
        "小区.csv",
    }
    assert not [p for p in tmp_path.rglob("*") if p.suffix == ".zip" or "evil" in p.name]


def test_hostile_uploads_leave_nothing(tmp_path: Path) -> None:
    root = tmp_path / "workbench"
    with served(root) as bench:
        for name in WRONG:
            assert put(bench, name, b"a,b\n1,2\n")[0] == 422, name
        assert put(bench, "a.csv", b"x", "../../etc")[0] == 422
        assert put(bench, "a.csv", b"x", Origin="http://evil.example")[0] == 403
        assert put(bench, "a.csv", b"x", Content_Type="text/plain")[0] == 415
        assert (
            bench.ask(
                "POST", "/api/uploads", None, Content_Type="application/octet-stream", X_Name="%ff.csv"
            )[0]
            == 400
        )
        good = put(bench, "a.csv", b"\xff\xfe\x00" * 100)
        assert good[0] == 200
        one = str(good[1]["import"])
        assert bench.data("GET", f"/api/imports/{one}")["tables"] == []  # said, not failed
        bomb = put(bench, "b.xlsx", b"PK\x03\x04" + b"\0" * 5000, one)
        assert bomb[0] == 200
        assert bench.data("GET", f"/api/imports/{one}")["aside"]
        assert (
            bench.ask(
                "POST", f"/api/imports/{one}/answers", {"answers": {"tables.zones.file": "/etc/passwd"}}
            )[0]
            == 422
        )
        assert bench.ask("POST", f"/api/imports/{one}/remove", {"name": "../answers.json"})[0] == 422
        bench.data("POST", f"/api/imports/{one}/discard", {})
        assert bench.ask("GET", f"/api/imports/{one}")[0] == 422
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix in KINDS]
    with served(root, read_only=True) as bench:
        assert put(bench, "a.csv", b"x")[0] == 403
