"""Say things in the user's language: texts have codes, stand in catalogues (one folder a language), and are filled with values."""

from planning.messages.catalogue import is_chinese, languages, template
from planning.messages.characters import written
from planning.messages.language import (
    LANGUAGE,
    matching,
    paper_language,
    said,
    speaking,
    spoken,
    user_language,
)
from planning.messages.text import Both, Said, Text, Words, en_zh, zh_en

__all__ = [
    "LANGUAGE",
    "Both",
    "Said",
    "Text",
    "Words",
    "en_zh",
    "is_chinese",
    "languages",
    "matching",
    "paper_language",
    "said",
    "speaking",
    "spoken",
    "template",
    "user_language",
    "written",
    "zh_en",
]
