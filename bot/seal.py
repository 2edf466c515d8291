"""Sealing: encryption at rest for every free text (design, section 6).

Two layers. The instance's key lies in a file of its own and wraps the personal keys; the personal
keys, kept in their own database, seal the texts. Erasing a person's key makes every copy of what
was sealed under it unreadable, backups of the main database included.

A sealed text, byte by byte:

    version  1   currently 1
    key id   4   tells which derived key sealed it
    nonce   12   random
    rest     –   AES-256-GCM-SIV of the padded text, tag included

The associated data binds purpose, people, row and revision, so a ciphertext that was moved
elsewhere does not open. The plaintext is its length (4 bytes), the UTF-8 text and zeros, up to the
next power of two from 256 bytes: only the rough size of a text shows.

A text that concerns two people is sealed under both keys together (HKDF over the two, in order of
their ids): when either of them erases, nobody can open it any more.

`cryptography` is imported by the first text that is sealed or opened: it takes 6 MB, and a start
needs only to recognise the instance's key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.files import sync

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_SMALLEST = 256
_FILE_MARK = "firsthand-key-1:"


class KeyFileError(Exception):
    """The instance's key cannot be used; the message is one line for the operator."""


class Unreadable(Exception):
    """A sealed text does not open: damaged, moved, or its key is gone."""


class Place(NamedTuple):
    """Where a sealed text belongs; it opens nowhere else.

    `purpose` is a short constant such as "consent words", `people` the ids of those whose keys
    seal it, `row` the row's id, `revision` counts the texts that stood in that row.
    """

    purpose: str
    people: tuple[int, ...]
    row: str
    revision: int = 1

    def binding(self) -> bytes:
        parts = [self.purpose, *map(str, sorted(self.people)), self.row, str(self.revision)]
        return b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)


def seal(text: str, keys: Sequence[bytes], place: Place) -> bytes:
    """Seal a text under the keys of `place.people`, given in the order of their ids."""
    key, key_id = _derive(keys, place.purpose)
    return _encrypt(_pad(text.encode()), key, key_id, place.binding())


def unseal(sealed: bytes, keys: Sequence[bytes], place: Place) -> str:
    """Open what `seal` made. Raises Unreadable."""
    key, key_id = _derive(keys, place.purpose)
    padded = _decrypt(sealed, key, key_id, place.binding())
    return padded[4 : 4 + int.from_bytes(padded[:4])].decode()


def mark(key: bytes, purpose: str, value: int) -> bytes:
    """A fingerprint of an id that only the holder of this key can recompute (32 bytes)."""
    return hmac.digest(key, purpose.encode() + b"\0" + str(value).encode(), "sha256")


@dataclass(frozen=True, slots=True)
class InstanceKey:
    """The key that wraps the personal keys. Never stored in a database, never logged."""

    secret: bytes

    @classmethod
    def make(cls) -> InstanceKey:
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        return "InstanceKey(…)"

    def wrap(self, personal: bytes, person_id: int) -> bytes:
        key, key_id = _derive([self.secret], "personal key")
        return _encrypt(personal, key, key_id, str(person_id).encode())

    def unwrap(self, wrapped: bytes, person_id: int) -> bytes:
        """Raises Unreadable."""
        key, key_id = _derive([self.secret], "personal key")
        return _decrypt(wrapped, key, key_id, str(person_id).encode())

    def proof(self, instance: str) -> bytes:
        """What a database keeps to recognise this key by, without learning it."""
        return hmac.digest(self.secret, b"instance\0" + instance.encode(), "sha256")

    def write(self, file: Path) -> None:
        """Write the key to a new file, mode 0600, on disk before this returns.

        The file appears whole or not at all, and nothing else is left when it cannot be written.
        Raises FileExistsError, and other OSErrors.
        """
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as out:
                out.write(_FILE_MARK + base64.b64encode(self.secret).decode() + "\n")
                out.flush()
                os.fsync(out.fileno())
            # A link and not a rename, because a rename would replace another process's key.
            os.link(part, file)
        finally:
            part.unlink(missing_ok=True)  # a start may have cleared it away
        sync(file.parent)

    @classmethod
    def read(cls, file: Path) -> InstanceKey:
        """Read a key file that nobody else can read.

        Raises FileNotFoundError when there is none and KeyFileError when it is not usable.
        """
        try:
            text = file.read_text("ascii").strip()
            mode = stat.S_IMODE(file.stat().st_mode)
            secret = base64.b64decode(text.removeprefix(_FILE_MARK), validate=True)
        except (UnicodeDecodeError, binascii.Error) as error:
            raise KeyFileError(_NOT_A_KEY.format(file=file)) from error
        except FileNotFoundError:
            raise
        except OSError as error:
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: {file} cannot be read ({error.strerror}). "
                "Name a file that belongs to this user."
            ) from error
        if mode & 0o077:
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: others on this machine can read {file} (mode {mode:04o}). "
                f"Close it with `chmod 600 {file}`; if somebody may have read it, run "
                "`python -m bot rekey` then."
            )
        if not text.startswith(_FILE_MARK) or len(secret) != KEY_BYTES:
            raise KeyFileError(_NOT_A_KEY.format(file=file))
        return cls(secret)


_NOT_A_KEY = (
    "FIRSTHAND_KEY_FILE: {file} does not hold a Firsthand key. "
    "Put the key file from your backup in its place."
)


def _derive(keys: Sequence[bytes], purpose: str) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(
        algorithm=SHA256(),
        length=KEY_BYTES + _ID_BYTES,
        salt=None,
        info=b"firsthand:" + purpose.encode(),
    ).derive(b"".join(keys))
    return made[:KEY_BYTES], made[KEY_BYTES:]


def _encrypt(plain: bytes, key: bytes, key_id: bytes, binding: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

    header = _VERSION + key_id + secrets.token_bytes(_NONCE_BYTES)
    nonce = header[-_NONCE_BYTES:]
    return header + AESGCMSIV(key).encrypt(nonce, plain, header + binding)


def _decrypt(sealed: bytes, key: bytes, key_id: bytes, binding: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

    end = 1 + _ID_BYTES + _NONCE_BYTES
    header, rest = sealed[:end], sealed[end:]
    if header[:1] != _VERSION or header[1 : 1 + _ID_BYTES] != key_id:
        raise Unreadable
    try:
        return AESGCMSIV(key).decrypt(header[-_NONCE_BYTES:], rest, header + binding)
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _pad(data: bytes) -> bytes:
    size = _SMALLEST
    while size < len(data) + 4:
        size *= 2
    return (len(data).to_bytes(4) + data).ljust(size, b"\0")
