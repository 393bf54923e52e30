"""Say things in the user's language: texts have codes, stand in catalogues (one folder a language), and are filled with values."""

from planning.messages.catalogue import languages, template
from planning.messages.language import paper_language, user_language
from planning.messages.text import Both, Said, Text, Words, en_zh, zh_en

__all__ = [
    "Both",
    "Said",
    "Text",
    "Words",
    "en_zh",
    "languages",
    "paper_language",
    "template",
    "user_language",
    "zh_en",
]
