"""Read the traditional characters of forms from Taiwan and Hong Kong as the simplified ones of the schema."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

_TRADITIONAL = (
    "專業東個為鄉於產價體關農辦動區單歷縣號園國場備學實對屬師幹併總戶擴撥數時顯術來標點現碼確積稱級類組絡編網規計設識說質貫"
    "資轉輔運遷鐵銷鎮閉間隨項額館黃華經緯門預齡費層團圍圖處歲帶應當錄報據無舊權構電離種約統習聯證車裡裏長際兒別臺縱橫樓線"
    "鐘評認試課調選連進過達開廣庫義優寬靜驗監邊觀護書幾從務勞協衛藝歸屆環廳樣讀寫員壹貳叁肆伍陸貮參○註審責負製萬億畝頃兩冊儀"
)
_SIMPLIFIED = (
    "专业东个为乡于产价体关农办动区单历县号园国场备学实对属师干并总户扩拨数时显术来标点现码确积称级类组络编网规计设识说质贯"
    "资转辅运迁铁销镇闭间随项额馆黄华经纬门预龄费层团围图处岁带应当录报据无旧权构电离种约统习联证车里里长际儿别台纵横楼线"
    "钟评认试课调选连进过达开广库义优宽静验监边观护书几从务劳协卫艺归届环厅样读写员一二三四五六二三〇注审责负制万亿亩顷两册仪"
)
_FORMS = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """Return a header or a word of a form in simplified characters; names are never changed.

    Examples
    --------
    >>> simplified("學校代碼"), simplified("國小一年級")
    ('学校代码', '国小一年级')
    """
    return text.translate(_FORMS)


@lru_cache(maxsize=65536)
def alike(name: str) -> str:
    """Return a name in simplified characters, for comparing names only: the same place is written either way.

    Examples
    --------
    >>> alike("東灣村"), alike("陽光花園") == alike("阳光花园")
    ('东湾村', True)
    """
    return name if name.isascii() else str(_converter().convert(name))


def written_as(text: str) -> dict[str, str]:
    """Return other characters by which those of a text are written, each with the simplified one that both mean.

    A page that searches without a dictionary compares by it, character by character.

    Examples
    --------
    >>> written_as("吴忠")["吳"], written_as("學校")["學"], written_as("ABC")
    ('吴', '学', {})
    """
    known = _simple_forms()
    meant = {known.get(c, c) for c in text}
    return {other: simple for other, simple in known.items() if simple in meant}


@lru_cache(maxsize=1)
def _simple_forms() -> dict[str, str]:
    """Every Chinese character that has a simplified one, and that; one by one, as no word decides there."""
    held = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = str(_converter().convert("\n".join(held))).split("\n")
    return {one: other for one, other in zip(held, simple, strict=True) if one != other}


@lru_cache(maxsize=1)
def _converter() -> Any:
    return importlib.import_module("opencc").OpenCC("t2s")
