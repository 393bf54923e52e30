"""Folders and archives become the files of a county: names as they were meant, each under a name of its own."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from planning.errors import DistrictError
from planning.start import begin_county, take_files
from tests.begin.offices import Office


def packed(files: dict[str, bytes], *, coding: str = "") -> bytes:
    """Return an archive; names in a code page as Chinese Windows packs them when one is given."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.encode(coding).decode("cp437") if coding else name, content)
    data = held.getvalue()
    if coding:  # Python marks every such name as UTF-8: packers of the time wrote the bytes alone
        for name in files:
            told, meant = name.encode(coding).decode("cp437").encode("utf-8"), name.encode(coding)
            assert told in data
            data = _with_names(data, told, meant)
    return data


def _with_names(data: bytes, told: bytes, meant: bytes) -> bytes:
    """Return an archive whose one name is given by its bytes in a code page (local header, directory, end)."""
    first = data.index(told)
    local = bytearray(data[: first + len(told)])
    struct.pack_into("<H", local, 6, 0)
    struct.pack_into("<H", local, 26, len(meant))
    head = bytes(local[:first]) + meant
    rest = data[first + len(told) :]
    at = rest.index(b"PK\x01\x02")
    entry = bytearray(rest[at:])
    struct.pack_into("<H", entry, 8, 0)
    struct.pack_into("<H", entry, 28, len(meant))
    tail = bytes(entry).replace(told, meant, 1)
    end = tail.rindex(b"PK\x05\x06")
    shorter = len(told) - len(meant)
    last = bytearray(tail[end:])
    size, offset = struct.unpack_from("<II", last, 12)
    struct.pack_into("<II", last, 12, size - shorter, offset - shorter)
    return head + rest[:at] + tail[:end] + bytes(last)


def test_an_archive_of_the_office_is_a_folder(tmp_path: Path) -> None:
    desk = Office().write(tmp_path / "desk")
    whole = {f"材料/{f.name}": f.read_bytes() for f in desk.iterdir()}
    (tmp_path / "材料.zip").write_bytes(packed(whole))
    take_files([tmp_path / "材料.zip"], tmp_path / "county")
    assert {p.name for p in (tmp_path / "county/files").iterdir()} == {p.name for p in desk.iterdir()}
    assert {"zones", "schools", "classes"} <= set(begin_county(tmp_path / "county").data["tables"])


def test_names_of_chinese_windows_are_read(tmp_path: Path) -> None:
    (tmp_path / "旧.zip").write_bytes(packed({"学校名单.csv": "学校名称\n一小\n".encode()}, coding="gb18030"))
    take_files([tmp_path / "旧.zip"], tmp_path / "county")
    assert [p.name for p in (tmp_path / "county/files").iterdir()] == ["学校名单.csv"]


def test_an_archive_within_an_archive_is_opened(tmp_path: Path) -> None:
    inner = packed({"小区.csv": b"a,b\n1,2\n"})
    (tmp_path / "外.zip").write_bytes(packed({"里.zip": inner, "__MACOSX/._x": b"x", "Thumbs.db": b"x"}))
    take_files([tmp_path / "外.zip"], tmp_path / "county")
    assert [p.name for p in (tmp_path / "county/files").iterdir()] == ["小区.csv"]


def _bomb() -> bytes:
    return packed({"零.csv": b"0" * 40_000_000})


def _locked() -> bytes:
    data = bytearray(packed({"甲.csv": b"a"}))
    struct.pack_into("<H", data, 6, 1)
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_bomb(), "unpacks to"),
        (packed({"../../外面.csv": b"a,b\n1,2\n"}), "leads out"),
        (packed({"/etc/甲.csv": b"a"}), "leads out"),
        (packed({"C:\\甲.csv": b"a"}), "leads out"),
        (packed({f"{i}.csv": b"a" for i in range(5001)}), "holds 5001 files"),
        (_locked(), "password"),
        (b"PK no archive at all", "damaged"),
    ],
    ids=["bomb", "parents", "root", "drive", "many", "locked", "damaged"],
)
def test_archives_that_would_harm_are_refused_before_anything_is_copied(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "坏.zip").write_bytes(content)
    with pytest.raises(DistrictError, match=said):
        take_files([tmp_path / "坏.zip"], tmp_path / "county")
    assert not (tmp_path / "county").exists()
    assert not (tmp_path.parent / "外面.csv").exists()


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for town in ("甲镇", "乙镇"):
        (tmp_path / "报送" / town).mkdir(parents=True)
        (tmp_path / "报送" / town / "学生.csv").write_text(f"小区,人数\n{town}一村,3\n", encoding="utf-8")
    take_files([tmp_path / "报送"], tmp_path / "county")
    assert {p.name for p in (tmp_path / "county/files").iterdir()} == {"甲镇-学生.csv", "乙镇-学生.csv"}


def test_a_geodatabase_stays_one(tmp_path: Path) -> None:
    base = tmp_path / "材料" / "县.gdb"
    base.mkdir(parents=True)
    (base / "a0001.gdbtable").write_bytes(b"table")
    for _ in range(2):
        take_files([tmp_path / "材料"], tmp_path / "county")
    assert (tmp_path / "county/files/县.gdb/a0001.gdbtable").read_bytes() == b"table"
