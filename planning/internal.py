"""Say in a folder, where a person sees it and no program stumbles over it, that its files are not for publication."""

from __future__ import annotations

from pathlib import Path

from planning.messages import said, zh_en

INTERNAL_ZH, INTERNAL_EN = zh_en("base.internal.mark")
NOTE = "INTERNAL.txt"
"""Name of the note: letters that every system can write, whatever its language."""


def write_internal_note(folder: Path, *, run: bool = False, published: str = "") -> None:
    """Write the note into a folder that is being made.

    Parameters
    ----------
    run : bool
        Public files will stand beside the internal ones, as in a run; else the folder holds none.
    published : str
        Where the public files of a folder go that nothing may change: that of an approved layout.
    """
    public = said("base.internal.this_folder_only_lookup" if run else "base.internal.no_file_this_folder")
    if published:
        public += said("base.internal.written_to", place=published)
    (folder / NOTE).write_text(said("base.internal.note", public=public), encoding="utf-8", newline="\n")
