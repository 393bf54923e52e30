"""Keep account of an import: what was read from every sheet, what became rows of the district, what was left out and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from planning.district.cells.sheet import Sheet
from planning.district.load import Loaded
from planning.district.schema import TABLE, Table
from planning.errors import Issue
from planning.importing.forms.amounts import CLASSES, amounts_of, is_amount
from planning.importing.methods import Method, in_words, method
from planning.messages import Both, Text, Words
from planning.messages.catalogue import is_chinese

FILE = "import-account.csv"
TOLERANCE = 1e-9
"""Relative difference by which sums of binary fractions may differ."""
_SHOWN_ROWS = 12
_HEADERS = ("table", "source", "amount", "unit", "kind", "value", "rows", "reason", "reason_zh")


@dataclass(frozen=True)
class Change:
    """What a step took away from, or added to, the amounts of a source.

    Parameters
    ----------
    reason : Text
    rows : tuple of str
        Rows of the source, as its user sees them.
    amounts : mapping of str to float
        By schema column; positive where it was left out, negative where it was added.
    kept : bool
        The rows are in the table all the same: only their amounts changed.
    taken : bool
        Nothing was left out or added: words of the rows were taken for others, as a warning says.
    """

    reason: Text
    rows: tuple[str, ...] = ()
    amounts: Mapping[str, float] = field(default_factory=dict)
    kept: bool = False
    taken: bool = False


@dataclass(frozen=True)
class Trail:
    """The way of one source into its table.

    Parameters
    ----------
    table, file : str
        Table of the schema; file and sheet.
    rows : int
        Rows below the header, totals and remarks included.
    read : mapping of str to float
        Sum of every amount over all these rows, merged cells once, in the unit of the schema.
    changes : tuple of Change
    made : mapping of str to str
        Amounts that the file does not hold: how they are made.
    encoding : str
        How its texts were read, where that is a choice.
    """

    table: str
    file: str
    rows: int = 0
    read: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    made: Mapping[str, Method] = field(default_factory=dict)
    encoding: str = ""

    @property
    def gone(self) -> int:
        """Return how many rows were left out."""
        return sum(len(c.rows) for c in self.changes if not (c.kept or c.taken))

    def noted(self, change: Change) -> Trail:
        """Return the trail with one more change, unless nothing changed."""
        return (
            replace(self, changes=(*self.changes, change))
            if change.rows or any(change.amounts.values())
            else self
        )


@dataclass(frozen=True)
class Line:
    """One amount of one source: read = written + left out.

    Parameters
    ----------
    trail : Trail
    amount : str
        Schema column, or ``rows``.
    written : float
        Sum in the district.
    """

    trail: Trail
    amount: str
    written: float

    @property
    def read(self) -> float:
        """Return the sum over the source."""
        return self.trail.read[self.amount]

    @property
    def left(self) -> float:
        """Return the sum of what was left out, less what was added."""
        return self.lost - self.added

    @property
    def lost(self) -> float:
        """Return the sum of what was left out."""
        return sum(max(0.0, c.amounts.get(self.amount, 0.0)) for c in self.trail.changes)

    @property
    def added(self) -> float:
        """Return the sum of what was added."""
        return sum(max(0.0, -c.amounts.get(self.amount, 0.0)) for c in self.trail.changes)

    @property
    def balances(self) -> bool:
        """Return whether nothing is missing and nothing invented."""
        return abs(self.read - self.left - self.written) <= TOLERANCE * max(
            abs(self.read), abs(self.written), 1.0
        )


def begin(table: Table, raw: Sheet, *, encoding: str = "") -> Trail:
    """Return the trail of a source from all its rows below the header."""
    sums = amounts_of(table, raw).sum()
    return Trail(
        table.name, raw.file, len(raw.cells), {str(k): float(v) for k, v in sums.items()}, encoding=encoding
    )


def step(trail: Trail, table: Table, before: Sheet, after: Sheet, reason: Text) -> Trail:
    """Return the trail after a step that may have left rows out; what they held is counted as it was before."""
    kept = set(after.labels.astype(str))
    old = amounts_of(table, before)
    gone = [label for label in old.index if label not in kept]
    left = {str(k): float(v) for k, v in old.loc[~old.index.isin(kept)].sum().items() if k in trail.read}
    return trail.noted(Change(reason, tuple(dict.fromkeys(gone)), left))


def add_made(trail: Trail, sums: Mapping[str, float], how: Method) -> Trail:
    """Return the trail with amounts that the file does not hold, or that are computed anew."""
    changes = tuple(
        replace(c, amounts={k: v for k, v in c.amounts.items() if k not in sums}) for c in trail.changes
    )
    made = {**trail.made, **dict.fromkeys(sums, how)}
    return replace(trail, read={**trail.read, **sums}, made=made, changes=changes)


def close(trails: Iterable[Trail], loaded: Loaded) -> tuple[Line, ...]:
    """Return the account: every amount of every source against its sum in the tables.

    Amounts that a step makes last (rasters, totals spread to zones) are in the tables only, and begin here.
    """
    lines = []
    for trail in trails:
        frame = loaded.frames[trail.table]
        sums = _written(TABLE[trail.table], frame, trail)
        late = {k: v for k, v in sums.items() if k not in trail.read and v}
        whole = add_made(trail, late, method("by_import")) if late else trail
        lines.append(
            Line(replace(whole, read={**whole.read, "rows": float(whole.rows)}), "rows", float(len(frame)))
        )
        lines += [Line(whole, k, sums.get(k, 0.0)) for k in whole.read]
    return tuple(lines)


def _written(table: Table, frame: pd.DataFrame, trail: Trail) -> dict[str, float]:
    sums = {c.name: float(frame[c.name].sum()) for c in table.columns if is_amount(c) and c.name in frame}
    if CLASSES in trail.read:
        sums[CLASSES] = float(len(frame))
    return sums


def unbalanced(lines: Iterable[Line]) -> list[Issue]:
    """Refuse an account that does not balance: something would be lost or counted twice."""
    return [
        Issue(
            "importing.account.does_not_balance_read_written",
            line.trail.file,
            column=line.amount,
            value=_number(line.read - line.left - line.written),
            amount=_amount(line.trail.table, line.amount),
            number=_number(line.read),
            number2=_number(line.written),
            number3=_number(line.left),
        )
        for line in lines
        if line.amount != "rows" and not line.balances
    ]


def account_text(lines: Sequence[Line], lang: str = "en") -> list[str]:
    """Return the account as lines to print: a line per source, with what was left out below it."""
    texts = []
    for trail in {line.trail.file + line.trail.table: line.trail for line in lines}.values():
        own = [li for li in lines if li.trail.file == trail.file and li.trail.table == trail.table]
        rows = next(li for li in own if li.amount == "rows")
        name = Both(trail.table, TABLE[trail.table].zh).text(lang)
        told = [_told(li, lang) for li in own if li.amount != "rows" and (li.read or li.written)]
        head = f"{name} ← {trail.file}{_rows_told(rows).text(lang)}"
        if trail.encoding:
            head += Text("importing.account.encoding", encoding=trail.encoding).text(lang)
        texts.append(("；" if is_chinese(lang) else "; ").join([head, *told]))
        texts += [f"    {_left(trail.table, c, lang)}" for c in trail.changes if not c.taken]  # warned of
    return texts


def _told(line: Line, lang: str) -> str:
    name = _amount(line.trail.table, line.amount).text(lang)
    read, written = _number(line.read), _number(line.written)
    steps = [f"{sign} {_number(n)}" for sign, n in (("−", line.lost), ("+", line.added)) if n]
    how = in_words(line.trail.made.get(line.amount, ""), lang)
    if how:
        total = " ".join([read, *steps, "=", written] if steps else [written])
        return Text("importing.account.made", name=name, written=total, how=how).text(lang)
    return " ".join([name, read, *steps, *(["=", written] if steps else [])])


def _rows_told(rows: Line) -> Text:
    """Say how many rows were read, left out and written; those that a row became where these are others."""
    gone, written = rows.trail.gone, f"{rows.written:.0f}"
    rest = rows.trail.rows - gone
    if rest == rows.written:
        told = Text("importing.account.rows_written", written=written)
    elif gone:
        told = Text("importing.account.rest_became", rest=rest, written=written)
    else:
        told = Text("importing.account.rows_became", written=written)
    left = Text("importing.account.rows_left", gone=gone) if gone else ""
    return Text("importing.account.rows_read", rows=rows.trail.rows, left=left, told=told)


def _left(table: str, change: Change, lang: str) -> str:
    rows = ", ".join(change.rows[:_SHOWN_ROWS]) + (
        f" … (+{len(change.rows) - _SHOWN_ROWS})" if len(change.rows) > _SHOWN_ROWS else ""
    )
    amounts = (
        Text("base.issue.comma")
        .text(lang)
        .join(
            f"{_amount(table, k).text(lang)} {'+' if v < 0 else ''}{_number(abs(v))}"
            for k, v in change.amounts.items()
            if v
        )
    )
    place = Text("importing.account.rows", rows=rows).text(lang) if rows else ""
    held = Text("importing.account.in_brackets", amounts=amounts).text(lang) if amounts else ""
    return place + change.reason.text(lang) + held


def account_csv(lines: Sequence[Line]) -> str:
    """Return the account as a table: a row for every amount read and written, and for every change between."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADERS)
    for line in lines:
        trail = line.trail
        column = TABLE[trail.table].column_of.get(line.amount)
        base = (trail.table, trail.file, line.amount, column.unit if column else "")
        how = trail.made.get(line.amount, "")
        said = [in_words(how, lang) for lang in ("en", "zh")] if how else ["", ""]
        writer.writerow([*base, "made" if how else "read", _number(line.read), "", *said])
        for change in trail.changes:
            if line.amount != "rows" and change.amounts.get(line.amount):
                kind = "left out" if change.amounts[line.amount] > 0 else "added"
                value = _number(abs(change.amounts[line.amount]))
                writer.writerow([*base, kind, value, " ".join(change.rows), *_both(change.reason)])
            elif line.amount == "rows" and change.rows and not (change.kept or change.taken):
                row = [*base, "left out", len(change.rows), " ".join(change.rows), *_both(change.reason)]
                writer.writerow(row)
            elif line.amount == "rows" and change.taken:
                writer.writerow([*base, "taken", "", " ".join(change.rows), *_both(change.reason)])
        rest = trail.rows - trail.gone
        if line.amount == "rows" and line.written != rest:
            became = _both(Text("importing.account.united"))
            kind = "added" if line.written > rest else "left out"
            writer.writerow([*base, kind, _number(abs(line.written - rest)), "", *became])
        writer.writerow([*base, "written", _number(line.written), "", "", ""])
    return out.getvalue()


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "") if float(value).is_integer() else f"{value:.10g}"


def _both(reason: Text) -> tuple[str, str]:
    return reason.text("en"), reason.text("zh")


def _amount(table: str, amount: str) -> Words:
    column = TABLE[table].column_of.get(amount)
    if column:
        return Both(amount, column.zh)
    return Text("importing.account.classes" if amount == CLASSES else "importing.account.count")
