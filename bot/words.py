"""Words: every sentence a person reads, in that person's language.

English is written where it is used and doubles as the message id, the gettext way; the other
languages are catalogues in `data/locales/`, read with Babel the first time somebody needs them.
A language without a catalogue, or a message without a translation, is shown in English.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).resolve().parent.parent / "data" / "locales"
DOMAIN = "firsthand"
LANGUAGES = ("en", "es")
#: The names of commands and options are translated in this gettext context, because a name must
#: be one lower-case word where the same English word elsewhere may become a sentence.
NAME = "name"


def N_(message: str) -> str:
    """Mark a message for the catalogues where it is declared; it is translated where it is used."""
    return message


class Words:
    """The words of one language. Call it with an English message and the facts it names."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, **facts: Any) -> str:
        return self._catalogue.gettext(message).format(**facts)

    def n(self, one: str, many: str, n: int, **facts: Any) -> str:
        """The form for `n` things."""
        return self._catalogue.ngettext(one, many, n).format(n=n, **facts)

    def name(self, name: str) -> str:
        """The name of a command, option or menu entry."""
        return self._catalogue.pgettext(NAME, name)


@cache  # discord.py asks for each text of each command in each of Discord's locales
def language_of(locale: str) -> str:
    """The language of a Discord locale such as `es-419`: one of `LANGUAGES`."""
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def speak(locale: str) -> Words:
    """The words for a Discord locale or a language code."""
    return _load(language_of(locale))


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _load(language: str) -> Words:
    if language == "en":
        return Words("en", gettext.NullTranslations())
    # Imported here: a bot whose people all read English never needs a catalogue.
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, gettext.GNUTranslations(compiled))
