"""Hold what was approved, by whom and with which exceptions, and compare a folder with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planning.approval.folder import changed, file_hash, unlike
from planning.errors import Issue, LayoutError, WriteError
from planning.layout import Layout
from planning.messages import Text
from planning.verify import Check

RECORD = "approval.json"
PAGE = "approval.html"
PUBLISHED = "published"
"""Folder beside the approved layouts where what is made of them goes."""
FORMAT = "planning-approval-2"
FORMATS = ("planning-approval-1", FORMAT)
"""Formats that are read; in the first the digest did not cover the page."""
DIGEST_PLACE = " ".join(["-" * 8] * 8)
"""What stands on the page where the digest is printed, when the page is hashed: no hash can cover itself."""
_TEXTS = ("number", "date", "by", "note", "run", "title", "title_zh", "district", "planning")


@dataclass(frozen=True)
class Approval:
    """The record of one approved layout (``approval.json``).

    Parameters
    ----------
    number, date, by, note : str
        Document number (文号), date ``YYYY-MM-DD``, who approved, and a remark.
    run, title, title_zh, district, planning : str
        Name of the run, titles of its scenario, county, and version of the package that froze it.
    years : tuple of int
        School years of the plan.
    exceptions : tuple of Check
        What failed verification and was accepted nevertheless; empty for a layout that verifies.
    checks : int
        How many things were recomputed.
    figures : mapping
        Headline figures at the time.
    files : mapping of str to str
        SHA-256 of every file of the folder, inputs included, by relative name.
    page : str
        SHA-256 of the page to be signed, with :data:`DIGEST_PLACE` where it shows the digest.
    folder : Path, optional
        Where it stands.
    """

    number: str
    date: str
    by: str
    note: str
    run: str
    title: str
    title_zh: str
    district: str
    planning: str
    years: tuple[int, ...]
    exceptions: tuple[Check, ...]
    checks: int
    figures: Mapping[str, Any]
    files: Mapping[str, str]
    page: str = ""
    format: str = FORMAT
    folder: Path | None = field(default=None, compare=False)

    def facts(self) -> dict[str, Any]:
        """Return what the digest covers, as plain data."""
        page = {} if self.format == FORMATS[0] else {"page": self.page}
        return {
            **page,
            "format": self.format,
            **{name: getattr(self, name) for name in _TEXTS},
            "years": list(self.years),
            "checks": self.checks,
            "exceptions": [check.data() for check in self.exceptions],
            "figures": dict(self.figures),
            "files": dict(self.files),
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the facts and thereby over every input, output and the page itself; what is printed and signed."""
        text = json.dumps(self.facts(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def text(self) -> str:
        """Return the record as the file holds it, the same bytes every time."""
        data = {**self.facts(), "digest": self.digest, "page": self.page}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"

    def lines(self, lang: str = "zh", limit: int | None = None) -> tuple[str, ...]:
        """Return what every picture and table of an approved layout says: the approval, then each exception.

        ``limit`` lists so many exceptions and counts the rest, where there is little room.
        """
        first = Text("approval.record.approved", number=self.number, date=self.date, by=self.by).text(lang)
        if not self.exceptions:
            return (first,)
        count = len(self.exceptions)
        second = Text("approval.record.with_exceptions", count=count).text(lang)
        shown = [check.text(lang) for check in self.exceptions[:limit]]
        if rest := count - len(shown):
            shown.append(Text("approval.record.more_exceptions", rest=rest).text(lang))
        return (first, second, *shown)


def approval_of(source: Layout | str | Path) -> Approval | None:
    """Return the approval of a layout or of its folder, ``None`` when it was never approved.

    Raises
    ------
    LayoutError
        If there is a record that cannot be read.
    """
    folder = source.path if isinstance(source, Layout) else Path(source)
    return read_approval(folder) if folder is not None and (folder / RECORD).is_file() else None


def approval_lines(
    source: Layout | str | Path, lang: str = "zh", limit: int | None = None
) -> tuple[str, ...]:
    """Return what maps, notices and comparisons print about the approval of a layout; nothing when there is none.

    Parameters
    ----------
    source : Layout, str or Path
        A loaded layout (its ``path`` counts) or the folder.
    lang : str
        One of the languages of the catalogues.
    limit : int, optional
        List so many exceptions and count the rest.
    """
    found = approval_of(source)
    return found.lines(lang, limit) if found else ()


def read_approval(folder: str | Path) -> Approval:
    """Read the record of an approved layout without comparing the files with it (:func:`changes` does).

    Raises
    ------
    LayoutError
        If the folder holds no record, or it cannot be read.
    """
    path = Path(folder) / RECORD
    if not path.is_file():
        raise LayoutError([_no_approval(Path(folder))])
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] not in FORMATS:
            raise ValueError(f"format {data['format']!r}")
        return Approval(
            **{name: str(data[name]) for name in _TEXTS},
            years=tuple(int(y) for y in data["years"]),
            exceptions=tuple(Check(**check) for check in data["exceptions"]),
            checks=int(data["checks"]),
            figures=dict(data["figures"]),
            files={str(k): str(v) for k, v in data["files"].items()},
            page=str(data["page"]),
            format=str(data["format"]),
            folder=Path(folder),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise LayoutError(
            [
                Issue(
                    "approval.record.not_readable_record_approval",
                    str(path),
                    name=type(error).__name__,
                    error=error,
                )
            ]
        ) from None


def changes(folder: str | Path) -> tuple[Issue, ...]:
    """Return everything that differs from what was approved: files changed, missing, added or linked, the page, the record.

    Detached signatures of the record may be added in ``signatures/`` (:func:`signatures` names them), nothing anywhere else.
    """
    path = Path(folder)
    try:
        approval = read_approval(path)
        said = json.loads((path / RECORD).read_text(encoding="utf-8"))["digest"]
    except LayoutError as error:
        return error.problems
    problems = list(unlike(path, approval.files, (RECORD, PAGE)))
    if (path / PAGE).is_file() and (now := _page_hash(path / PAGE, approval, str(said))) != approval.page:
        problems.append(changed(path, PAGE, approval.page, now))
    if said != approval.digest:
        problems.append(changed(path, RECORD, str(said), approval.digest))
    return tuple(problems)


def in_groups(digest: str) -> str:
    """Return a digest as the page shows it, in groups of eight."""
    return " ".join(digest[i : i + 8] for i in range(0, 64, 8))


def page_hash(text: str) -> str:
    """Return the SHA-256 of a page that has :data:`DIGEST_PLACE` where the digest will be printed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _page_hash(path: Path, approval: Approval, digest: str) -> str:
    """Return the SHA-256 of the page as it was before the digest was printed on it."""
    if approval.format == FORMATS[0]:
        return file_hash(path)
    page, printed = path.read_bytes(), in_groups(digest).encode()
    if page.count(printed) != 1 or DIGEST_PLACE.encode() in page:
        return hashlib.sha256(page).hexdigest()
    return hashlib.sha256(page.replace(printed, DIGEST_PLACE.encode())).hexdigest()


def require_intact(folder: str | Path) -> Approval:
    """Return the approval of a folder in which nothing has changed since.

    Raises
    ------
    LayoutError
        If it was not approved, or anything changed; every file is named.
    """
    approval = read_approval(folder)
    if problems := changes(folder):
        raise LayoutError(problems)
    return approval


def refuse_approved(folder: str | Path) -> None:
    """Refuse to write into an approved layout.

    Raises
    ------
    WriteError
        If the folder holds a record of approval.
    """
    if (Path(folder) / RECORD).exists():
        raise WriteError([Issue("approval.record.approved_layout_read_only", str(folder))])


def list_approved(root: str | Path = "approved") -> tuple[Path, ...]:
    """Return the folders of approved layouts, in the order of their names."""
    folder = Path(root)
    return tuple(sorted(p.parent for p in folder.glob(f"*/{RECORD}") if p.parent.name[0] != "."))


def without_record(root: str | Path = "approved") -> tuple[Path, ...]:
    """Return the folders among the approved layouts that have lost their record."""
    folder = Path(root)
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(p for p in inside if p.is_dir() and p.name[0] != "." and not (p / RECORD).is_file())


def _no_approval(folder: Path) -> Issue:
    return Issue("approval.record.no_approved_layout_no_approval", str(folder))
