"""The seal: what was sealed opens in its place, under its keys, unharmed, and nowhere else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.seal import InstanceKey, Place, Unreadable, mark, seal, unseal

ANA, BETO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029
KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
PLACE = Place("consent words", (ANA,), "row-1")
PAIR = Place("consent words", (ANA, BETO), "row-1")
HEADER = 1 + 4 + 12
TAG = 16


@given(st.text())
@example("")
@example("\0\0\0")
@example("👩🏽‍🚀 solidarity \0 with a NUL")
@example("ñ" * 100_000)
def test_a_sealed_text_opens_again(text: str) -> None:
    assert unseal(seal(text, [KEY], PLACE), [KEY], PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        PLACE._replace(people=(BETO,)),
        PLACE._replace(people=(ANA, BETO)),
        PLACE._replace(people=()),
        PLACE._replace(row="row-2"),
        PLACE._replace(purpose="consent place"),
        PLACE._replace(revision=2),
        PLACE._replace(row="row-11", revision=1),
    ],
    ids=["person", "one more person", "nobody", "row", "purpose", "revision", "longer row"],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(elsewhere: Place) -> None:
    sealed = seal("Say I agree.", [KEY], PLACE)
    with pytest.raises(Unreadable):
        unseal(sealed, [KEY], elsewhere)


def test_parts_of_a_place_do_not_run_into_each_other() -> None:
    one = Place("a", (1,), "2", 3)
    assert one.binding() != Place("a", (12,), "", 3).binding()
    assert one.binding() != Place("a1", (), "2", 3).binding()
    assert one.binding() != Place("a", (1,), "23", 3).binding()


def test_a_flipped_bit_anywhere_does_not_open() -> None:
    sealed = seal("Say I agree.", [KEY], PLACE)
    for place in range(len(sealed) * 8):
        harmed = bytearray(sealed)
        harmed[place // 8] ^= 1 << place % 8
        with pytest.raises(Unreadable):
            unseal(bytes(harmed), [KEY], PLACE)


def test_a_text_cut_or_lengthened_does_not_open() -> None:
    sealed = seal("Say I agree.", [KEY], PLACE)
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            unseal(sealed[:length], [KEY], PLACE)
    for more in (sealed + b"\0", b"\0" + sealed, sealed + sealed, sealed[1:] + sealed[:1]):
        with pytest.raises(Unreadable):
            unseal(more, [KEY], PLACE)


@given(st.binary(max_size=400))
def test_what_was_never_sealed_does_not_open(data: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(data, [KEY], PLACE)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Unreadable):
        unseal(seal("Say I agree.", [KEY], PLACE), [OTHER], PLACE)


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (1, 256), (252, 256), (253, 512), (508, 512), (509, 1024), (4000, 4096)],
)
def test_only_the_rough_size_shows(length: int, padded: int) -> None:
    assert len(seal("x" * length, [KEY], PLACE)) == HEADER + padded + TAG


@given(st.text(max_size=3000))
def test_padding_is_a_power_of_two_from_256(text: str) -> None:
    padded = len(seal(text, [KEY], PLACE)) - HEADER - TAG
    assert padded >= 256
    assert padded & (padded - 1) == 0


def test_the_same_text_never_looks_the_same() -> None:
    sealed = {seal("Say I agree.", [KEY], PLACE) for _ in range(500)}
    assert len(sealed) == 500
    assert len({each[5:17] for each in sealed}) == 500


@pytest.mark.parametrize(
    "keys", [[KEY], [OTHER], [OTHER, KEY], [KEY, KEY], [OTHER, OTHER], [KEY, OTHER, OTHER]]
)
def test_a_text_of_two_people_needs_the_keys_of_both(keys: list[bytes]) -> None:
    sealed = seal("Say I agree.", [KEY, OTHER], PAIR)
    assert unseal(sealed, [KEY, OTHER], PAIR) == "Say I agree."
    with pytest.raises(Unreadable):
        unseal(sealed, keys, PAIR)


def test_who_is_named_first_does_not_matter() -> None:
    sealed = seal("Say I agree.", [KEY, OTHER], PAIR)
    assert unseal(sealed, [KEY, OTHER], PAIR._replace(people=(BETO, ANA))) == "Say I agree."


def test_a_personal_key_is_wrapped_for_one_person() -> None:
    instance = InstanceKey(KEY)
    wrapped = instance.wrap(OTHER, ANA)
    assert OTHER not in wrapped
    assert instance.unwrap(wrapped, ANA) == OTHER
    with pytest.raises(Unreadable):
        instance.unwrap(wrapped, BETO)
    with pytest.raises(Unreadable):
        InstanceKey(OTHER).unwrap(wrapped, ANA)


def test_a_proof_tells_keys_and_instances_apart_and_holds_no_key() -> None:
    proof = InstanceKey(KEY).proof("a")
    assert proof == InstanceKey(KEY).proof("a")
    assert proof not in (InstanceKey(OTHER).proof("a"), InstanceKey(KEY).proof("b"))
    assert KEY not in proof


def test_a_fingerprint_tells_owner_purpose_and_person_apart() -> None:
    found = {
        mark(key, purpose, value)
        for key in (KEY, OTHER)
        for purpose in ("block", "block1")
        for value in (1, 11)
    }
    assert len(found) == 8


def test_a_key_is_never_shown() -> None:
    secret = secrets.token_bytes(32)
    assert repr(InstanceKey(secret)) == str(InstanceKey(secret)) == "InstanceKey(…)"


def test_a_key_is_on_the_disk_before_anybody_can_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sealed under a key that a power cut took back would never open again."""
    file, synced, real = tmp_path / "instance.key", [], os.fsync

    def fsync(handle: int) -> None:
        synced.append((handle, os.fstat(handle).st_ino, file.exists()))
        real(handle)

    closed, close = [], os.close
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "close", lambda handle: closed.append(handle) or close(handle))
    InstanceKey.make().write(file)
    written, named = file.stat().st_ino, tmp_path.stat().st_ino
    assert [each[1:] for each in synced] == [(written, False), (named, True)]
    assert synced[1][0] in closed
