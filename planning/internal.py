"""Say in a folder, where a person sees it and no program stumbles over it, that its files are not for publication."""

from __future__ import annotations

from pathlib import Path

INTERNAL_ZH = "内部资料 不得公开"
INTERNAL_EN = "internal, not for publication"
NOTE = "INTERNAL.txt"
"""Name of the note: letters that every system can write, whatever its language."""
_TEXT = f"""\
{INTERNAL_ZH}

本文件夹中的文件供编制和审核人员使用，含分居住单元或分学区的学生人数（表格、图层、地图、网页、工作簿），可据以推知个别住址的情况，请勿对外提供。
对外公开请使用以下命令生成的文件，其中已略去可能识别个人的人数：
  planning notice（公示）  planning print（印刷地图）  planning lookup（查询网页）  planning export（图层）  planning map --public（公开地图）
其中的公开文件只有：lookup.html，以及子文件夹 public、notice、print 中的文件。

{INTERNAL_EN.capitalize()}

The files of this folder hold pupils by zone or catchment and tell of single addresses. What may be published is made by
planning notice, print, lookup, export and map --public.
"""


def write_internal_note(folder: Path) -> None:
    """Write the note into a folder that is being made."""
    (folder / NOTE).write_text(_TEXT, encoding="utf-8")
