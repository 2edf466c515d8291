"""What a group's name looks like: which names could be taken for one another, and which never."""

from __future__ import annotations

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.affinity import names
from bot.affinity.names import looks
from tests.strategies import ZERO_WIDTH, full_width, hostile_text

NAME = "Tenants of Elm Street 10"
SPOOFS = (
    "tenants OF elm STREET 10",
    "TENANTS OF ELM STREET 10",
    "  Tenants   of\u3000Elm\u00a0Street 10 ",
    "TenantsOfElmStreet10",
    "Tenants-of_Elm.Street, 10!",
    "«Tenants of Elm Street» (10)",
    "Tenants of Elm Street 10 ✓",
    "🏠 Tenants of Elm Street 10",
    "Téñänts öf Élm Štrêét 10",
    "T̶enants of Elm S̲treet 10",
    "T\u0489enants\u20dd of Elm Street 10",
    "Ten\u0e38ants of Elm Street 10",
    "Ten\u200bants\u2060 of\ufeff Elm\u00ad Street 10",
    "Tenants of Elm\u3164Street\u115f\uffa0\u2800 10",
    "Ten\u034fants\ufe0f of Elm Street\U000e0101 10",
    "Tenants of Elm Street \U0001d7cf\U0001d7ce",
    "Tenants of Elm Street l0",
    "Tenants of Elm Street IO",
    "Tenants of Elm Street io",
    "Tenants 0f E1m Street |0",
    "Tenants of Elrn Street 10",
    "Tenants of EIm Street 10",
    "Tеnаnts оf Еlm Strееt 10",  # Cyrillic е, а, о, Е
    "ТЕΝАΝТЅ ОF ЕLМ ЅТRЕЕТ 10",  # Cyrillic and Greek capitals
    "ΤEΝANTS OF EL\u039c STREET 10",
    "teηaηts of elm street 10",
    "TeΝaηts of Elm Street 10",  # Greek capital nu, small eta
    "tεnαntѕ οf εlm ѕtrεετ 10",
    "Teոaոts օf Elm Տtreet 10",  # Armenian
    "ᎢᎬnants of Ꭼlm Ꮪtreet 10",  # Cherokee
    "ꭲenants of elm street 10",
    "ꓔꓰꓠꓮꓠꓔꓢ ꓳꓝ ꓰꓡꓟ ꓢꓔꓣꓰꓰꓔ 10",  # Lisu
    "Tⲉnants ⲟf Elm Street 10",  # Coptic
    "ᴛᴇɴᴀɴᴛꜱ ᴏꜰ ᴇʟᴍ ꜱᴛʀᴇᴇᴛ 10",
    "ᵀᵉⁿᵃⁿᵗˢ of Elm Street ¹⁰",
    "Ŧenanţs øf Ełm Ꞩtɍeeƭ 10",
    "ⓉⒺⓃⒶⓃⓉⓈ ⓞⓕ Elm Street ①⓪",
    "🅣🅔🅝🅐🅝🅣🅢 of 🅴🅻🅼 Street 10",
    "🇹 🇪 🇳 🇦 🇳 🇹 🇸 of Elm Street 10",
    "𝕋𝕖𝕟𝕒𝕟𝕥𝕤 𝓸𝓯 𝔈𝔩𝔪 𝚂𝚝𝚛𝚎𝚎𝚝 𝟏𝟎",
    "Tenants of Elm Street １٠",
    "Tenants of Elm $tr€et 10",
    full_width(NAME),
)
#: Names that stay apart, each a group: it is as good a name as the others.
APART = (
    (NAME, "Tenants of Elm Street", "Tenants of Elm Street 11", "Tenants of Oak Street 10"),
    ("Night owls", "Night owl", "Knight owls", "Night bowls", "Owls"),
    ("Soup", "Soap", "Soups", "Group soup", "🍲", "🍞", "+", "!", "?!"),
    ("La Ronda", "La Rueda", "El Rondo", "La Ronda del Sur"),
    ("की", "का", "कि", "कु"),  # vowel signs
    ("น้ำ", "นำ", "น้า", "หมู", "หมุ", "หมี"),
    ("かき", "がき", "かぎ", "カキ"),
    ("မီး", "မိုး", "မြို့"),
    ("夜猫子", "夜貓", "早鸟"),
    ("한빛", "한빚", "새벽"),
    ("Солидарность", "Соседи", "Сад", "Суд"),
    ("Γειτονιά", "Γιορτή", "Γη"),
    ("חברים", "שכנים", "חברות"),
    ("جيران", "أصدقاء", "جيرة"),
    ("Բարեկամներ", "Հարևաններ"),
)


def alike(one: str, other: str) -> bool:
    return not looks(one).isdisjoint(looks(other))


@pytest.mark.parametrize("spoof", SPOOFS)
def test_no_spelling_makes_another_name_of_it(spoof: str) -> None:
    assert alike(NAME, spoof)


def test_a_name_of_symbols_is_reserved_as_well() -> None:
    for spoof in (" 🍲 !", "«🍲»", "🍲\ufe0f", "\u3164🍲"):
        assert alike("🍲", spoof)


@pytest.mark.parametrize("apart", APART, ids=lambda each: each[0])
def test_names_that_differ_stay_apart(apart: tuple[str, ...]) -> None:
    assert [pair for pair in combinations(apart, 2) if alike(*pair)] == []


@pytest.mark.parametrize("name", ["ГРУППА", "ΗΛΙΟΣ ΝΥΧΤΑ", "ՀԱՐԵՎԱՆ", "STRASSE", "ᎣᏏᏲ", "ÉTÉ"])
def test_case_makes_no_other_name_in_any_alphabet(name: str) -> None:
    assert alike(name, name.lower())
    assert alike(name, name.title())


@given(hostile_text(), st.sampled_from(ZERO_WIDTH))
def test_whatever_is_typed_has_a_look_of_its_own_kind(text: str, unseen: str) -> None:
    """Never none, the same for the same name, and no other with what nobody sees in it."""
    assert looks(text)
    assert looks(text) == looks(text)
    if any(char.isalpha() for char in text):
        assert alike(text, unseen.join(f"{unseen}{text}".split(" ")))


def test_the_table_says_one_thing_of_each_letter() -> None:
    """And nothing of what is plain by itself: that would go unnoticed."""
    every = "".join(names._ALIKE.values())
    assert len(every) == len({*every})
    assert [char for char in every if unicodedata.normalize("NFKD", char) != char] == []
    assert [char for char in every if char.isascii() and char.isalnum()] == []
    for plain, others in names._ALIKE.items():
        assert all(alike(plain, other) for other in others), plain
