"""What the keyring holds for a journal: its key, or its key closed by a passphrase.

The keyring wraps either under the instance's key (design, section 6), so that neither a copy of the
keys database nor the passphrase alone opens a journal. Byte by byte:

    kind    1   0: the key itself; 1: closed by a passphrase
    key    32   of kind 0
    salt   16   of kind 1, for Argon2id
    nonce  12
    rest   48   the key under AES-256-GCM-SIV, tag included

Argon2id with 64 MiB and five passes takes half a second of one core, on purpose. It runs in a
thread, and never more than two at once: a third waits, and the bot goes on answering. One lane,
because with more `cryptography` 50.0 can deadlock between threads.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata

from bot.seal import KEY_BYTES

_PLAIN, _CLOSED = b"\x00", b"\x01"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_PASSES = 5
_KIBIBYTES = 64 * 1024
_AT_ONCE = 2


def is_closed(held: bytes) -> bool:
    """Whether a passphrase closes it."""
    return held[:1] == _CLOSED


def plain(key: bytes) -> bytes:
    """A key as it is held without a passphrase."""
    return _PLAIN + key


def key_of(held: bytes) -> bytes:
    """The key of what no passphrase closes."""
    return held[1:]


class Passphrases:
    """Closes keys and opens them."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def close(self, key: bytes, passphrase: str) -> bytes:
        """Close a key with a passphrase."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        closing = AESGCMSIV(await self._stretch(passphrase, salt))
        return _CLOSED + salt + nonce + closing.encrypt(nonce, key, _CLOSED + salt)

    async def open(self, held: bytes, passphrase: str) -> bytes | None:
        """The key, or None: that is not the passphrase."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

        salt, rest = held[1 : 1 + _SALT_BYTES], held[1 + _SALT_BYTES :]
        opening = AESGCMSIV(await self._stretch(passphrase, salt))
        try:
            return opening.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _CLOSED + salt)
        except (InvalidTag, ValueError):
            return None

    async def _stretch(self, passphrase: str, salt: bytes) -> bytes:
        async with self._turns:
            return await asyncio.to_thread(_argon2, passphrase, salt)


def _argon2(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # Composed alike, so that every keyboard types the same passphrase.
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    stretching = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=_PASSES, lanes=1, memory_cost=_KIBIBYTES
    )
    return stretching.derive(typed)
