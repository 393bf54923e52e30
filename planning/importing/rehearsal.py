"""Write a district into a folder that nobody sees and check it there, before anything appears in its place."""

from __future__ import annotations

import tempfile
from pathlib import Path

from planning.district.check import check_district
from planning.district.info import FILE as INFO
from planning.district.model import District
from planning.district.write import district_files
from planning.errors import DistrictError
from planning.importing.account import FILE


def refuse_what_check_refuses(district: District) -> None:
    """Refuse a district whose files, as they would be written, do not pass the check.

    Rounding to the decimals on disk, or text that reads back as something else, shows only there.

    Raises
    ------
    DistrictError
        With every error that the check finds.
    """
    with tempfile.TemporaryDirectory(prefix="planning-") as folder:
        for name, text in district_files(district).items():
            (Path(folder) / name).write_bytes(text.encode("utf-8"))
        wrong = [p for p in check_district(folder) if p.level == "error"]
    if wrong:
        raise DistrictError(wrong)


def account_place(out: Path) -> Path:
    """Return where the account of an import is kept: in the district's folder, or beside its file."""
    if out.is_dir() or (out.name == INFO and out.parent.is_dir()):
        return (out if out.is_dir() else out.parent) / FILE
    return out.with_name(f"{out.stem}-{FILE}")
