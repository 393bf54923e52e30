"""The cache is only ever a faster way to the same answer."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planning
from planning import cache
from planning.district import read_and_keep, read_district, remembered_district
from planning.district.model import District
from planning.district.remembered import KIND, TABLES
from planning.travel import remembered, school_places, travel_matrix
from tests.district.tiny import tiny_district


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a cache that is on."""
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return planning.sample_district().save(tmp_path / "county")


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{KIND}-*"))


def same_to_the_bit(one: District, other: District) -> bool:
    for name in TABLES:
        left, right = getattr(one, name), getattr(other, name)
        assert type(left) is type(right)
        pd.testing.assert_frame_equal(pd.DataFrame(left), pd.DataFrame(right), check_exact=True)
        if hasattr(left, "geometry"):
            assert left.crs == right.crs
            assert left.geometry.to_wkb().equals(right.geometry.to_wkb())
    return one.info == other.info and one.path == other.path


def test_a_remembered_district_is_the_same_to_the_last_bit(folder: Path, county: Path) -> None:
    fresh = read_district(county)
    assert kept(folder) == []  # the plain reader neither keeps nor recalls: the verifier stands on it
    assert same_to_the_bit(read_and_keep(county), fresh)
    assert len(kept(folder)) == 1
    assert same_to_the_bit(remembered_district(county), fresh)
    assert same_to_the_bit(remembered_district(county / "district.yaml"), fresh)


def test_what_is_remembered_is_not_read_again(
    folder: Path, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_and_keep(county)
    monkeypatch.setattr("planning.district.read.load", lambda path: pytest.fail("read again"))
    assert remembered_district(county).path == county


def test_a_folder_with_much_else_in_it_is_not_hashed(
    folder: Path, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (county / "photographs.bin").open("wb") as file:
        file.truncate(1_000_000_000)  # no byte of it is on the disk
    monkeypatch.setattr("planning.cache.key_of", lambda parts: pytest.fail("hashed"))
    assert remembered_district(county).path == county
    assert kept(folder) == []


def test_a_changed_file_is_read_anew(folder: Path, county: Path) -> None:
    before = read_and_keep(county)
    schools = county / "units.csv"
    when = schools.stat()
    text = schools.read_text(encoding="utf-8")
    rooms = int(before.units["rooms"].iloc[0])
    column = text.splitlines()[0].lstrip("\ufeff").split(",").index("rooms")
    lines = text.splitlines()
    cells = lines[1].split(",")
    cells[column] = str((rooms + 1) % 10)
    schools.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    os.utime(schools, ns=(when.st_atime_ns, when.st_mtime_ns))  # content decides, not the time
    assert remembered_district(county).units["rooms"].iloc[0] == (rooms + 1) % 10


def test_a_new_file_is_seen(folder: Path, county: Path) -> None:
    read_and_keep(county)
    (county / "housing.csv").write_text("project,nonsense\n1,2\n", encoding="utf-8")
    with pytest.raises(planning.DistrictError):
        remembered_district(county)


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "other"])
def test_a_damaged_entry_counts_as_none(folder: Path, county: Path, harm: str) -> None:
    fresh = read_and_keep(county)
    (entry,) = kept(folder)
    raw = bytearray(entry.read_bytes())
    raw[len(raw) // 2] ^= 1
    entry.write_bytes(
        {"cut": bytes(raw[:-100]), "flipped": bytes(raw), "empty": b"", "other": b"PK" * 99}[harm]
    )
    assert same_to_the_bit(remembered_district(county), fresh)
    assert cache.recall(KIND, entry.stem.partition("-")[2]) is not None  # made anew


def test_a_wrong_district_is_never_kept(folder: Path, county: Path) -> None:
    (county / "units.csv").unlink()
    for _ in range(2):
        with pytest.raises(planning.DistrictError):
            read_and_keep(county)
    assert kept(folder) == []


def test_the_folder_is_the_users_alone(folder: Path, county: Path) -> None:
    read_and_keep(county)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    folder.chmod(0o755)  # others can read it: not used, neither to read nor to write
    assert cache.cache_folder() is None


def test_a_link_is_no_cache_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    assert cache.cache_folder() is None


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.SWITCH)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.cache_folder() == tmp_path / "planning"
    monkeypatch.setenv(cache.SWITCH, "off")
    assert cache.cache_folder() is None


def test_a_place_that_cannot_be_written_costs_nothing(
    tmp_path: Path, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.SWITCH, str(tmp_path / "file" / "below"))
    assert same_to_the_bit(remembered_district(county), read_district(county))


def test_the_entries_used_longest_ago_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_ENTRIES", 2)
    for number in range(3):
        cache.keep(KIND, f"{number:040x}", {"a": np.arange(3)})
        os.utime(folder / f"{KIND}-{number:040x}.npz", ns=(number, number))
    cache.keep(KIND, f"{3:040x}", {"a": np.arange(3)})
    assert [p.stem for p in kept(folder)] == [f"{KIND}-{n:040x}" for n in (2, 3)]


def test_every_kind_of_column_of_a_district_is_known(folder: Path) -> None:
    """A kind that is not known is not kept, so commands would be slow without a word."""
    from planning.district.remembered import _arrays

    assert _arrays(planning.sample_district()) is not None
    assert {f.name for f in dataclasses.fields(District)} == {*TABLES, "info", "path"}


def test_a_change_beside_the_file_that_a_link_leads_to_is_seen(folder: Path, tmp_path: Path) -> None:
    """SQLite keeps its journal beside the real file, not beside the link."""
    from planning.district.remembered import _key

    real, link = tmp_path / "one.gpkg", tmp_path / "link.gpkg"
    real.write_bytes(b"county")
    link.symlink_to(real)
    before = _key(link)
    (tmp_path / "one.gpkg-wal").write_bytes(b"a change")
    assert before is not None
    assert _key(link) != before


def test_an_entry_of_another_kind_counts_as_none(folder: Path) -> None:
    import hashlib
    import io

    body = io.BytesIO()
    np.save(body, np.arange(3))
    raw = body.getvalue()
    cache.cache_folder()
    (folder / "x-y.npz").write_bytes(hashlib.blake2b(raw, digest_size=32).digest() + raw)
    assert cache.recall("x", "y") is None


def test_what_a_killed_process_left_is_removed_and_nothing_else(folder: Path) -> None:
    """Whoever names a folder of other files as the cache keeps them all."""
    folder.mkdir(mode=0o700)
    long_ago = 1_600_000_000
    others = [folder / name for name in (".profile.backup", "measured.npz", "district-notes.npz")]
    begun = [folder / f".district.{end}" for end in ("0" * 12, "a" * 12)]
    for path in (*others, *begun):
        path.write_bytes(b"x")
        os.utime(path, (long_ago, long_ago))
    os.utime(begun[1])  # somebody is writing it now
    cache.keep("district", "0" * 40, {"a": np.arange(3)})
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [*(p.name for p in others), begun[1].name, f"district-{'0' * 40}.npz"]
    )


WRITES = """
import numpy as np
from planning import cache
for n in range(100_000):
    cache.keep("district", f"{n % 3:040x}", {"a": np.full(20_000, CHILD)})
"""


def test_processes_that_keep_and_are_killed_at_once_leave_whole_entries(folder: Path) -> None:
    """Whatever entry is found is one that somebody wrote, while others write and are killed on the way."""
    folder.mkdir(mode=0o700)
    said = [WRITES.replace("CHILD", str(child)) for child in range(3)]
    children = [subprocess.Popen([sys.executable, "-c", text]) for text in said]
    try:
        while not kept(folder):
            assert any(child.poll() is None for child in children)
        found = 0
        for n in range(90):
            if n in (30, 60):
                children[n // 30].kill()
            held = cache.recall("district", f"{n % 3:040x}")
            assert held is None or len(set(held["a"].tolist())) == 1
            found += held is not None
        assert found
    finally:
        for child in children:
            child.kill()
            child.wait()
    cache.keep("district", "0" * 40, {"a": np.arange(3)})
    held = cache.recall("district", "0" * 40)
    assert held is not None
    assert held["a"].tolist() == [0, 1, 2]


def test_ways_are_measured_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "WORTH_ROADS", 1)
    county = tiny_district()
    places = school_places(county)
    fresh = travel_matrix(county, places)
    for _ in range(2):
        found = remembered.remembered_travel(county, places)
        for field in dataclasses.fields(fresh):
            one, other = getattr(found, field.name), getattr(fresh, field.name)
            if isinstance(other, np.ndarray):
                assert one.dtype == other.dtype
                assert np.array_equal(one, other)
            elif isinstance(other, pd.Index):
                pd.testing.assert_index_equal(one, other)
            else:
                assert one == other
        monkeypatch.setattr(remembered, "travel_matrix", None)  # the second time nobody is asked
    assert len(list(folder.glob(f"{remembered.KIND}-*"))) == 1


def test_other_ways_have_another_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "WORTH_ROADS", 1)
    county = tiny_district()
    places = school_places(county)
    asked = ("network", "1.3", "True")
    usual = remembered._key(county, places, asked)
    closed = county.roads.copy()
    closed.loc[closed.index[0], "walkable"] = False
    moved = places.copy()
    moved["geometry"] = moved.geometry.translate(1e-9)
    others = [
        remembered._key(dataclasses.replace(county, roads=closed), places, asked),
        remembered._key(county, moved, asked),
        remembered._key(county, places[::-1], asked),
        remembered._key(county, places, ("straight", "1.3", "True")),
    ]
    assert len({usual, *others}) == 5
