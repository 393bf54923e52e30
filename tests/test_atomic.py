"""What killed writers leave behind, and links where results should stand."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from planning.atomic import claimed, new_folder, whole_file
from planning.errors import WriteError
from planning.leftovers import clear_leftovers


def left_by_killed(begin: Callable[[], object]) -> int:
    """Let a process begin to write, kill it there, and return its number."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        begin()
        os.write(writer, b"!")
        signal.pause()
    os.read(reader, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return child


OPEN: list[object] = []  # a context that nobody holds would be closed


def enter(*contexts: object) -> list[object]:
    OPEN.extend(contexts)
    return [c.__enter__() for c in contexts]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["N30", "N3.0", "方案", "a[b]*", "x" * 230])
def test_what_the_dead_left_goes_with_the_next_writer_of_anything(tmp_path: Path, name: str) -> None:
    left_by_killed(lambda: enter(whole_file(tmp_path / name)))
    left_by_killed(lambda: enter(new_folder(tmp_path / name)))
    assert len(os.listdir(tmp_path)) >= 2
    with whole_file(tmp_path / "other.csv") as temporary:
        temporary.write_text("x", encoding="utf-8")
    assert os.listdir(tmp_path) == ["other.csv"]


def test_a_read_only_leftover_goes_too(tmp_path: Path) -> None:
    def begin() -> None:
        (folder,) = enter(new_folder(tmp_path / "a"))
        (folder / "inputs").mkdir()  # type: ignore[operator]
        (folder / "inputs").chmod(0o555)  # type: ignore[operator]
        folder.chmod(0o555)  # type: ignore[attr-defined]

    left_by_killed(begin)
    clear_leftovers(tmp_path)
    assert os.listdir(tmp_path) == []


def test_the_work_of_the_living_stays(tmp_path: Path) -> None:
    with new_folder(tmp_path / "N3.0") as living:
        (living / "half").write_text("x", encoding="utf-8")
        with claimed(tmp_path / "N3"):
            assert (living / "half").is_file()
        with whole_file(tmp_path / "other") as temporary:
            temporary.write_text("x", encoding="utf-8")
        assert (living / "half").is_file()
        with pytest.raises(WriteError, match="another process"), claimed(tmp_path / "N3.0"):
            pass
    assert (tmp_path / "N3.0" / "half").is_file()


def test_other_programs_hidden_files_stay(tmp_path: Path) -> None:
    (tmp_path / ".N30.abcdefgh.tmp").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".office.lock").write_text("theirs", encoding="utf-8")
    (tmp_path / ".a.0123456789ab.planning.tmp").write_text("a file", encoding="utf-8")
    (tmp_path / ".b.0123456789ab.planning.tmp").symlink_to(tmp_path / ".git")
    before = sorted(os.listdir(tmp_path))
    clear_leftovers(tmp_path)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_link_is_neither_replaced_nor_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "summary.json").write_text("{}", encoding="utf-8")
    for place in ("real", "nowhere"):
        link = tmp_path / f"to-{place}"
        link.symlink_to(tmp_path / place)
        for write in (new_folder, whole_file, claimed):
            with pytest.raises(WriteError, match="is a link"), write(link):  # type: ignore[operator]
                pass
        assert link.is_symlink()
    assert os.listdir(tmp_path / "real") == ["summary.json"]


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError, SystemExit])
@pytest.mark.parametrize("way", [new_folder, whole_file])
def test_folders_made_for_what_was_stopped_go_again(tmp_path: Path, way, stopped) -> None:
    """A notice stopped with Ctrl-C left the empty folder it was to stand in."""
    kept = tmp_path / "kept"
    kept.mkdir()
    expected = WriteError if stopped is OSError else stopped
    with pytest.raises(expected), way(kept / "a" / "b" / "notice"):
        raise stopped
    assert list(tmp_path.rglob("*")) == [kept]
    with way(kept / "a" / "b" / "notice") as place:
        (place / "x" if way is new_folder else place).write_text("x")
    assert (kept / "a" / "b" / "notice").exists()
