"""Ids that the program makes, and the numbers under which the keyring holds their keys."""

from __future__ import annotations

import secrets

#: Crockford's: no letter that looks like a digit. Twelve of them are 60 random bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = 12


def new_id() -> str:
    """An id of 60 bits that nobody can guess; a consent's is also its receipt's code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))


def owner_of(id: str) -> int:
    """The negative number under which something has its key: no person's id is negative."""
    number = 0
    for letter in id:
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    return -1 - number


def id_of(owner_id: int) -> str:
    """What has its key under this number."""
    number, letters = -1 - owner_id, ""
    for _ in range(_LETTERS):
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return letters
