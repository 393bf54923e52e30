"""Say in a folder, where a person sees it and no program stumbles over it, that its files are not for publication."""

from __future__ import annotations

from pathlib import Path

from planning.messages import zh_en

INTERNAL_ZH, INTERNAL_EN = zh_en("base.internal.mark")
NOTE = "INTERNAL.txt"
"""Name of the note: letters that every system can write, whatever its language."""
_TEXT = """\
{internal_zh}

本文件夹中的文件供编制和审核人员使用，含分居住单元或分学区的学生人数（表格、图层、地图、网页、工作簿），可据以推知个别住址的情况，请勿对外提供。
对外公开请使用以下命令生成的文件，其中已略去可能识别个人的人数：
  planning notice（公示）  planning print（印刷地图）  planning lookup（查询网页）  planning export（图层）  planning map --public（公开地图）
{public_zh}

{internal_en}

The files of this folder hold pupils by zone or catchment and tell of single addresses. What may be published is made by
planning notice, print, lookup, export and map --public.
{public_en}
"""
_NONE = zh_en("base.internal.no_file_this_folder")
_OF_RUN = zh_en("base.internal.this_folder_only_lookup")


def write_internal_note(folder: Path, *, run: bool = False, published: str = "") -> None:
    """Write the note into a folder that is being made.

    Parameters
    ----------
    run : bool
        Public files will stand beside the internal ones, as in a run; else the folder holds none.
    published : str
        Where the public files of a folder go that nothing may change: that of an approved layout.
    """
    zh, en = _OF_RUN if run else _NONE
    if published:
        more = zh_en("base.internal.written_to", place=published)
        zh, en = zh + more[0], en + more[1]
    text = _TEXT.format(
        internal_zh=INTERNAL_ZH, internal_en=INTERNAL_EN.capitalize(), public_zh=zh, public_en=en
    )
    (folder / NOTE).write_text(text, encoding="utf-8", newline="\n")
