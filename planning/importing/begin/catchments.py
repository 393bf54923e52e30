"""Ask about layers of drawn catchments: which is in force where several draw the same, and which school a name on one means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planning.district.cells.headers import plain
from planning.district.cells.parse import is_blank
from planning.district.cells.sheet import Sheet
from planning.district.schema import STAGES, TABLE
from planning.importing.candidates import Source, scan
from planning.importing.derive.cells import texts
from planning.importing.derive.stages import kind_said
from planning.importing.derive.units import STAGES_OF_KIND, fill_kinds
from planning.importing.forms.entrants import kind_of_name
from planning.importing.in_force import COLUMNS
from planning.importing.layers_in_force import is_plain, label_of
from planning.importing.mapping import grades_of
from planning.importing.values.known_names import Names, catchment_of, parts_of, same_name
from planning.messages import Text

REST = "其余"
"""Stands for every name that an answer does not name."""
_NAMED = 30
_APART = "；"


def layer_asked(data: Mapping[str, Any]) -> tuple[Text, tuple[str, ...], str] | None:
    """Return the question which layers are in force, the layers, and what their names suggest; nothing where it is not open."""
    areas = [a for a in _drawn(data).values() if a.get("instead_of")]
    if not areas:
        return None
    first = [[label_of(part) for part in (area, *area.get("also", []))] for area in areas]
    rivals = [area["instead_of"] for area in areas]
    clear = all(
        is_plain(one, other)
        for own, others in zip(first, rivals, strict=True)
        for one in own
        for other in others
    )
    options = dict.fromkeys(label for some in (*first, *rivals) for label in some)
    default = _APART.join(dict.fromkeys(label for own in first for label in own))
    return (
        Text("importing.questions.ask.layer", layers=tuple(options)),
        tuple(options),
        default if clear else "",
    )


def with_words(
    data: dict[str, Any], told: Mapping[str, str], sheets: Mapping[str, Sheet], root: Path
) -> dict[str, list[str]]:
    """Put into a mapping what the names on its layers of catchments mean, as a person answered, and return those that are open.

    Parameters
    ----------
    told : mapping of str to str
        Name on a layer, or :data:`REST`: school; ``无`` for none.

    Returns
    -------
    dict of str to list of str
        Name on a layer: the schools that may be meant.
    """
    drawn = _drawn(data)
    if not drawn or "schools" not in sheets:
        return {}
    names = _names_of_schools(data, sheets)
    said = {same_name(catchment_of(k)): v for k, v in told.items()}
    rest = said.get(same_name(REST), "")
    sources = {(s.file, s.sheet): s for s in scan(root) if isinstance(s, Source)}
    fits: dict[str, list[str]] = {}
    settled: set[str] = set()
    for stage, column in COLUMNS.items():
        words: dict[str, str] = {}
        others: set[str] = set()
        for cell in _names_on(drawn.get(column), sources):
            for part in parts_of(cell, names[stage]):
                answer = said.get(same_name(catchment_of(part)), "")
                meant = names[stage].meant(part)
                if not answer and len(meant) != 1:
                    answer = rest
                if answer:
                    words[part] = answer
                    others |= {cell} if _of_another(answer, stage, names) else set()
                    meant = (
                        []
                        if is_blank(answer)
                        else [w for p in parts_of(answer, names[stage]) for w in names[stage].meant(p)[:1]]
                    )
                    settled |= {part} if meant or is_blank(answer) else set()
                elif len(meant) == 1:
                    settled.add(part)
                fits.setdefault(part, []).extend(m for m in meant if m not in fits[part])
        if words:
            drawn[column]["words"] = words
        for layer in (drawn[column], *drawn[column].get("also", [])) if others else ():
            layer["only"] = [c for c in _names_on({**layer, "also": []}, sources) if c not in others]
    return {part: fits[part] for part in fits if part not in settled}


def _of_another(answer: str, stage: str, names: Mapping[str, Names]) -> bool:
    """Return whether an answer names schools of another stage alone: their areas lie over those of this one."""
    if is_blank(answer):
        return False
    here, *there = (
        [n.meant(p) for p in parts_of(answer, n)]
        for n in (names[stage], *(n for s, n in names.items() if s != stage))
    )
    return not any(here) and any(any(some) for some in there)


def words_asked(data: Mapping[str, Any], open_: Mapping[str, list[str]]) -> Text:
    """Return the question which schools names on layers of catchments mean."""
    files = "、".join(
        dict.fromkeys(label_of(p) for a in _drawn(data).values() for p in (a, *a.get("also", [])))
    )
    shown = list(open_.items())[:_NAMED]
    names = tuple(
        Text("importing.questions.one_of", name=name, fits=tuple(fits)) if fits else name
        for name, fits in shown
    )
    more = ("…",) if len(open_) > _NAMED else ()
    return Text("importing.questions.ask.catchments", files=files, names=(*names, *more), rest=REST)


def _drawn(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the overlays of catchments in force by column."""
    areas = data["tables"].get("zones", {}).get("overlay", {})
    return {column: areas[column] for column in COLUMNS.values() if column in areas}


def _names_on(area: Mapping[str, Any] | None, sources: Mapping[tuple[str, str], Source]) -> Iterator[str]:
    """Yield the names on the layers of an overlay."""
    for part in (area, *area.get("also", [])) if area else ():
        source = sources.get((part["file"], part.get("sheet", "")))
        cells = source.columns(TABLE["zones"]).get(part["column"], []) if source else []
        only = {plain(w) for w in part.get("only", [])}
        yield from dict.fromkeys(c for c in cells if c and (not only or plain(c) in only))


def _names_of_schools(data: Mapping[str, Any], sheets: Mapping[str, Sheet]) -> dict[str, Names]:
    """Return the names of the schools of every stage."""
    listed = dict(sheets)
    kinds = texts({"schools": fill_kinds(listed, grades_of(data["district"]))}, "schools", "kind")
    found: dict[str, dict[str, str]] = {stage: {} for stage in STAGES}
    for name, code, kind in zip(
        texts(listed, "schools", "name"), texts(listed, "schools", "school"), kinds, strict=True
    ):
        for stage in STAGES_OF_KIND.get(kind_said(kind) or kind_of_name(name), STAGES):
            found[stage] |= {plain(word): name for word in (name, code) if word}
    return {stage: Names(known, frozenset(), spoken=True) for stage, known in found.items()}
