"""Compute a column of a mapping from other columns: arithmetic and a few functions, nothing else."""

from __future__ import annotations

import ast
import enum
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import FloatArray

LONGEST = 500
"""Characters an expression may have."""
_IF = re.compile(r"\bif\s*\(")  # a word of the language that reads the expression
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def apportion(total: float, weights: FloatArray) -> FloatArray:
    """Return whole numbers in proportion to weights that sum to the rounded total (largest remainders).

    Parameters
    ----------
    total : float
        What is shared out.
    weights : array of float, shape (n,)
        Not negative; missing ones count as 0.

    Returns
    -------
    array of float, shape (n,)
        Zeros where no weight is positive.
    """
    share = np.maximum(np.nan_to_num(weights), 0.0)
    if not len(share) or share.sum() <= 0:
        return np.zeros(len(share))
    exact = round(total) * (share / share.sum())
    whole = np.floor(exact + 1e-9)
    rest = int(round(total) - whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return np.asarray(whole, dtype=np.float64)


def _first_known(*values: FloatArray) -> FloatArray:
    return np.asarray(pd.concat([pd.Series(v) for v in values], axis=1).bfill(axis=1).iloc[:, 0], dtype=float)


def _wide(value: Any, like: FloatArray) -> FloatArray:
    return np.broadcast_to(np.asarray(value, dtype=float), like.shape)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "apportion": lambda total, weights: apportion(float(np.max(total)), np.asarray(weights)),
    "ceil": lambda values: np.ceil(np.asarray(values) - 1e-9),
    "floor": lambda values: np.floor(np.asarray(values) + 1e-9),
    "first": _first_known,
    "if": lambda test, yes, no: np.where(test, yes, no),
    "max": np.fmax,
    "mean": np.nanmean,
    "median": np.nanmedian,
    "min": np.fmin,
    "round": lambda values: np.floor(np.asarray(values) + 0.5),
    "sum": np.nansum,
}
"""``first`` takes the first value that is not missing; ``sum``, ``mean`` and ``median`` go over all rows."""
_OVER_ALL = ("sum", "mean", "median")


def evaluate(expression: str, columns: Mapping[str, FloatArray], rows: int) -> FloatArray:
    """Return the values of an expression for every row.

    Parameters
    ----------
    expression : str
        ``+ - * / %``, comparisons, numbers, names of columns and :data:`FUNCTIONS`; ``row`` is the number of the row,
        from 0. A header that is no plain name is written in backquotes.
    columns : mapping of str to array
        Numbers by header; ``nan`` where missing.
    rows : int
        Number of rows.

    Returns
    -------
    array of float, shape (rows,)

    Raises
    ------
    ValueError
        If it is not such an expression, or names an unknown column or function.
    """
    tree, quoted = _parsed(expression)
    index = np.zeros(rows)
    known = {"row": np.arange(rows, dtype=float), **columns}
    known |= {name: _column(columns, header) for name, header in quoted.items()}
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(_wide(_value(tree, known, index), index), dtype=float).copy()
    except (OverflowError, RecursionError) as error:
        raise ValueError(f"too large or too deep ({error})") from error
    found[~np.isfinite(found)] = np.nan
    return found


class Extent(enum.Flag):
    """What the value of an expression speaks of: its row, all rows together, or both."""

    NOTHING = 0
    ROW = enum.auto()
    WHOLE = enum.auto()


def extent_of(expression: str, known: Mapping[str, Extent]) -> Extent:
    """Return whether an expression speaks of each row, of all rows together (``sum(a) / 2``), or mixes both.

    Parameters
    ----------
    expression : str
        As :func:`evaluate` reads it.
    known : mapping of str to Extent
        Columns that are computed themselves; any other column speaks of its row.

    Raises
    ------
    ValueError
        If it is not such an expression.

    Examples
    --------
    >>> extent_of("sum(a) / 2", {}), extent_of("a - mean(a)", {})
    (<Extent.WHOLE: 2>, <Extent.ROW|WHOLE: 3>)
    """
    tree, quoted = _parsed(expression)
    return _extent(tree, {**known, **{name: known.get(h, Extent.ROW) for name, h in quoted.items()}})


def _extent(node: ast.AST, known: Mapping[str, Extent]) -> Extent:
    match node:
        case ast.Name(id=name):
            return known.get(name, Extent.ROW)
        case ast.Call(func=ast.Name(id=name)) if name in _OVER_ALL:
            return Extent.WHOLE
        case ast.Call(func=ast.Name(id="apportion")):
            return Extent.ROW  # the shares add up to the total
        case ast.Call(args=args):
            parts: Iterable[ast.AST] = args
        case _:
            parts = ast.iter_child_nodes(node)
    found = Extent.NOTHING
    for part in parts:
        found |= _extent(part, known)
    return found


def _parsed(expression: str) -> tuple[ast.expr, dict[str, str]]:
    """Return the tree of an expression and the headers in backquotes by the names that stand for them in it."""
    if len(expression) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    text, quoted = _unquote(expression)
    try:
        return ast.parse(text.strip(), mode="eval").body, quoted
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"not an expression ({error})") from error


def _unquote(expression: str) -> tuple[str, dict[str, str]]:
    """Replace headers in backquotes by names."""
    parts = expression.split("`")
    if len(parts) % 2 == 0:
        raise ValueError("a backquote is not closed")
    names = {f"_quoted{i}": parts[i] for i in range(1, len(parts), 2)}
    plain = (f" _quoted{i} " if i % 2 else _IF.sub("if_(", part) for i, part in enumerate(parts))
    return "".join(plain), names


def _column(columns: Mapping[str, FloatArray], name: str) -> FloatArray:
    if name not in columns:
        raise ValueError(f"no column {name!r}; columns: {', '.join(columns)}")
    return columns[name]


def _value(node: ast.expr, columns: Mapping[str, FloatArray], index: FloatArray) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return np.float64(number)  # divides by zero as columns do: nan, which is missing
        case ast.Name(id=name):
            return _column(columns, name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, columns, index)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)](_value(left, columns, index), _value(right, columns, index))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARE:
            truth = _COMPARE[type(sign)](_value(left, columns, index), _value(right, columns, index))
            return np.asarray(truth, dtype=np.float64)  # 1 and 0, so that it counts in sums and differences
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name.rstrip("_"), [_value(a, columns, index) for a in args], index)
    raise ValueError(f"{ast.unparse(node)} is not allowed")


def _call(name: str, values: list[Any], index: FloatArray) -> Any:
    if name not in FUNCTIONS:
        raise ValueError(f"no function {name!r}; functions: {', '.join(FUNCTIONS)}")
    try:
        return FUNCTIONS[name](*(_wide(v, index) for v in values))
    except TypeError as error:
        raise ValueError(f"{name} takes another number of values") from error
