"""What may be typed, chosen and sent in journals: each text with hostile ones, each key bent.

In a journal mentions and links are somebody's own text: they may stand, are shown to the letter,
and notify nobody.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings

from bot import text
from bot.journal import rules
from bot.journal.service import Draft
from bot.replies import literal
from cogs.journal.writing import GONE
from tests.markdown import rendered
from tests.strategies import hostile_text
from tests.tiers import examples
from tests.wire import diary as d
from tests.wire import forge
from tests.wire.journal_controls import JOURNAL_CONTROLS
from tests.wire.laws import dump
from tests.wire.reach import For
from tests.wire.stage import Stage
from tests.wire.test_every_control import ABSURD_KEYS
from tests.wire.test_hostile_input import refuses, texts
from tests.world import Answer, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

some = settings(texts, max_examples=examples(quick=8, full=20))
few = settings(texts, max_examples=examples(quick=4, full=10))
_LONG = "x" * 4001
_MENTIONS = "@everyone <@&123> <@123456789012345678> https://discord.gg/abc [x](https://x.org)"


async def stage_of(world: World) -> Stage:
    """One stage for all texts of a world, on which nobody has a journal."""
    stage = world.__dict__.get("_hostile_journals")
    if stage is None:
        stage = world.__dict__["_hostile_journals"] = Stage(world)
    world.guild, world.general = stage.guild, stage.general
    with world.env.time_context():
        for person in (stage.ana, stage.beto, stage.carla):
            await world.bot.journal.erase(person.id)
        await d.speaks(stage)
    return stage


def kept_whole(typed: str, limit: int) -> str | None:
    """The cleaned text, where anything may stand that is not too long; else None."""
    cleaned = text.clean(typed)
    return cleaned if text.fault(cleaned, limit) is None else None


def one_line(typed: str, limit: int) -> str | None:
    """A title as it is kept; an empty one is no title."""
    line = " ".join(text.clean(typed).split())
    return line if not line or text.fault(line, limit) is None else None


async def submit(stage: Stage, control: str, key: str = "", /, **fields: Any) -> Answer:
    return await forge.submit(stage.ana, f"firsthand:{control}:{key}", at=stage.general, **fields)


def notifies_nobody(world: World) -> None:
    """No request of the bot's lets a mention take effect."""
    for each in world.env.http_requests:
        body = each.json if isinstance(each.json, dict) else {}
        body = body.get("data", body) if isinstance(body.get("data"), dict) else body
        if "components" in body and body.get("flags") is not None:
            allowed = body.get("allowed_mentions")
            assert allowed is not None, each.path
            assert not any(allowed.get(kind) for kind in ("parse", "users", "roles")), each.path


def shown_whole(answers: list[Answer]) -> str:
    return "\n".join(answer.text for answer in answers)


async def read_whole(stage: Stage, entry_id: str) -> list[Answer]:
    """Every page of an entry's card."""
    cards = [await forge.press(stage.ana, f"firsthand:journal-open:{entry_id}", at=stage.general)]
    while "Read on" in cards[-1].labels:
        [on] = [each for each in cards[-1].controls if each.get("label") == "Read on"]
        cards.append(await forge.press(stage.ana, on["custom_id"], at=stage.general))
    return cards


# -- writing ------------------------------------------------------------------------------------


@some
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed="x" * 4000)
@example(typed="*" * 4000)
@example(typed=_MENTIONS)
async def test_the_text_of_an_entry(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before, heard = await dump(shared), len(shared.env.http_requests)
    answer = await submit(stage, "journal-written", title="", text=typed)
    kept = kept_whole(typed, rules.TEXT_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        comes_back(answer, typed)
        return
    assert answer.text == "Kept in your journal."
    (entry,) = await d.written(stage)
    assert entry.text == kept
    cards = await read_whole(stage, entry.id)
    quotes = [card.text[card.text.index(">>> ") + 4 :] for card in cards]
    assert "".join(map(rendered, quotes)).split() == kept.split()
    listed = await stage.ana.slash("journal read")
    assert literal(text.shorten(kept, 80)) in listed.text
    for answer in (*cards, listed):
        assert answer.private
    assert shared.faults.drain() == []
    del shared.env.http_requests[:heard]
    notifies_nobody(shared)


def whole(typed: str) -> str:
    """A text as it comes back: a sign says where half an emoji was."""
    return re.sub("[\ud800-\udfff]", "\ufffd", typed)


def comes_back(answer: Answer, typed: str) -> None:
    """What was typed and not kept is on the card, to the letter, in a file."""
    assert answer.files["not-kept.md"].decode().endswith("\n\n" + whole(typed))


@some
@given(typed=hostile_text())
@example(typed="x" * 101)
@example(typed=_MENTIONS)
async def test_the_title_of_an_entry(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    answer = await submit(stage, "journal-written", title=typed, text=stage.entry)
    kept = one_line(typed, rules.TITLE_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        comes_back(answer, stage.entry)
        return
    (entry,) = await d.written(stage)
    assert entry.title == kept
    if kept:
        (card,) = await read_whole(stage, entry.id)
        assert card.text.startswith(f"**{literal(kept)}**")
        assert rendered(literal(kept)) == kept


@some
@given(typed=hostile_text())
@example(typed=_LONG)
async def test_what_could_not_be_kept_is_kept_from_its_card(shared: World, typed: str) -> None:
    """The text waits on the card alone; nothing is lost between there and the journal."""
    stage = await stage_of(shared)
    journal: Any = shared.bot.journal
    real = journal.write

    async def fails(*_: Any, **__: Any) -> None:
        raise TimeoutError

    journal.write = fails
    try:
        card = await submit(stage, "journal-written", title=stage.title, text=typed)
    finally:
        journal.write = real
    shared.faults.drain()
    comes_back(card, typed)
    kept = kept_whole(whole(typed), rules.TEXT_LIMIT)
    await stage.ana.click(card, id="firsthand:journal-keep:new.")
    assert await d.texts(stage) == ([] if kept is None else [(stage.title, kept)])


@some
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed=_MENTIONS)
async def test_changing_an_entry(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    with shared.env.time_context():
        await d.kept(stage)
    before = await dump(shared)
    answer = await submit(
        stage, "journal-edited", f"{d.entry_id(stage)}.1", title=typed, text=typed
    )
    title, kept = one_line(typed, rules.TITLE_LIMIT), kept_whole(typed, rules.TEXT_LIMIT)
    if title is None or kept is None:
        await refuses(shared, answer, before)
        comes_back(answer, typed)
        return
    assert await d.texts(stage) == [(title, kept)]
    form = await forge.press(
        stage.ana, f"firsthand:journal-edit:{d.entry_id(stage)}", at=stage.general
    )
    assert kept in json.loads(json.dumps(_defaults(form)))


def _defaults(form: Answer) -> list[str]:
    assert form.form is not None, form
    return [part["component"].get("value") for part in form.form["components"]]


@some
@given(typed=hostile_text())
@example(typed="x" * 11)
@example(typed="x" * 201)
@example(typed="ｆｕｌｌ ｗｉｄｔｈ ｗｏｒｄｓ")
async def test_a_passphrase(shared: World, typed: str) -> None:
    """Whatever opens it has to be typed the same; it is never shown again."""
    stage = await stage_of(shared)
    with shared.env.time_context():
        await d.kept(stage)
    before = await dump(shared)
    fields = {"passphrase-new": typed, "passphrase-again": typed}
    answer = await submit(stage, "journal-passphrase-set", **fields)
    kept = kept_whole(typed, rules.PASSPHRASE_LIMIT)
    if kept is None or len(kept) < rules.PASSPHRASE_LEAST:
        await refuses(shared, answer, before)
        return
    assert kept not in answer.text
    await stage.ana.slash("journal lock")
    wrong = await submit(
        stage, "journal-unlocked", passphrase=kept[:-1] + ("-" if kept.endswith("+") else "+")
    )
    assert wrong.text.startswith("That's not your passphrase")
    assert kept not in wrong.text
    right = await submit(stage, "journal-unlocked", passphrase=typed)
    assert right.text.startswith("Your journal is open")
    assert await d.texts(stage, kept) == [(stage.title, stage.entry)]


# -- finding ------------------------------------------------------------------------------------


@some
@given(typed=hostile_text())
@example(typed="%")
@example(typed="_")
@example(typed="' OR 1=1 --")
async def test_searching(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    with shared.env.time_context():
        await d.kept(stage)
        kept = kept_whole(typed, rules.TEXT_LIMIT)
        if kept is not None:
            await shared.bot.journal.write(stage.ana.id, Draft("", kept))
    before = await dump(shared)
    answer = await forge.command(stage.ana, "journal search", at=stage.general, text=typed)
    await refuses(shared, answer, before)  # nothing changes, whatever is found
    wanted = text.folded(text.clean(typed))
    if kept and wanted and len(text.clean(typed)) <= rules.SEARCH_LIMIT:
        assert answer.text.startswith("Entries with this")
    suggested = await stage.ana.suggestions(
        "journal edit", "entry", typed.encode(errors="replace").decode()
    )
    assert all(1 <= len(each["name"]) <= 100 for each in suggested)
    assert shared.faults.drain() == []


@some
@given(typed=hostile_text())
@example(typed="0000-01")
@example(typed="9999-12")
@example(typed="2026-13")
@example(typed="٢٠٢٦-٠١")
@example(typed="25:61")
@example(typed="24:00")
@example(typed="7:30 pm")
@example(typed="../../etc/passwd")
@example(typed="Europe/Berlin\x00")
async def test_months_entries_questions_times_and_zones(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    for command, option in (
        ("journal read", "month"),
        ("journal edit", "entry"),
        ("journal delete", "entry"),
        ("journal share", "entry"),
        ("journal export", "format"),
        ("journal remind", "time"),
        ("journal remind", "zone"),
    ):
        answer = await forge.command(stage.ana, command, at=stage.general, **{option: typed})
        await refuses(shared, answer, before)
        if command in ("journal edit", "journal delete"):
            assert answer.text == GONE
    form = await forge.command(stage.ana, "journal write", at=stage.general, prompt=typed)
    assert form.form is not None or form.private
    for command, option in (
        ("journal write", "prompt"),
        ("journal read", "month"),
        ("journal share", "entry"),
        ("journal remind", "zone"),
    ):
        await stage.ana.suggestions(command, option, typed.encode(errors="replace").decode())
    assert shared.faults.drain() == []
    assert await dump(shared) == before


# -- direct messages ----------------------------------------------------------------------------


@some
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed=_MENTIONS)
async def test_a_direct_message(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    # At most what the simulator lets people send; nobody can send nothing.
    sent = typed.encode(errors="replace").decode()[:2000]
    sent = sent if sent.strip() else "Rain"
    before = len(shared.env.http_requests)
    await d.sends(stage, sent)
    assert await d.rows_of(stage, "journal_entries") == []  # nothing is kept unasked
    answer = await d.answers(stage.ana, "letter-keep")
    kept = text.clean(sent)
    if answer is not None and kept:
        assert [found for _, found in await d.texts(stage)] == [kept]
    assert shared.faults.drain() == []
    del shared.env.http_requests[:before]
    notifies_nobody(shared)
    await _empty_dm(stage)


@few
@given(typed=hostile_text())
@example(typed="x" * 300)
async def test_the_name_and_the_words_of_a_file(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    name = typed.encode(errors="replace").decode().replace("/", "").replace("\0", "") or "x"
    for ending in (".txt", ".exe"):
        await d.sends(stage, "", (name + ending, typed.encode(errors="replace")))
        await d.answers(stage.ana, "letter-keep")
        for message in d.dms(stage.ana):
            assert len(d.shown(message)) <= 4000
    found = [entry for _, entry in await d.texts(stage)]
    assert found in ([], [text.clean(typed.encode(errors="replace").decode("utf-8-sig"))])
    assert shared.faults.drain() == []
    await _empty_dm(stage)


async def _empty_dm(stage: Stage) -> None:
    for message in list(d.dms(stage.ana)):
        stage.world.env.backend.delete_message(message.channel_id, message.id)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"\xef\xbb\xbf", "é".encode("latin-1"), b"x" * 65_536, b"x" * 65_537],
)
async def test_files_that_are_hardly_texts(shared: World, data: bytes) -> None:
    stage = await stage_of(shared)
    await d.sends(stage, "", ("evening.txt", data))
    await d.answers(stage.ana, "letter-keep")
    kept = [entry for _, entry in await d.texts(stage)]
    assert kept in ([], [io.BytesIO(data).read().decode("utf-8-sig", errors="ignore")])
    assert len(data) <= 65_536 or kept == []
    assert shared.faults.drain() == []
    await _empty_dm(stage)


# -- bent keys ----------------------------------------------------------------------------------

_KEYED = sorted(name for name, reach in JOURNAL_CONTROLS.items() if reach.whose is For.ONE)


@pytest.mark.parametrize("name", _KEYED)
async def test_a_writer_with_a_bent_key_does_nothing(shared: World, name: str) -> None:
    """Their own entry or share in front, and something absurd behind it."""
    stage, reach = Stage(shared), JOURNAL_CONTROLS[name]
    with shared.env.time_context():
        await reach.prepare(stage)
    own, before = reach.key(stage).partition(".")[0], await dump(shared)
    person = getattr(stage, reach.person)
    for key in [f"{own}{own}", own[:-1], *(f"{own[:-1]}.{key}"[:60] for key in ABSURD_KEYS)]:
        if name == "journal-choose":
            custom_id = "firsthand:journal-choose:"
            answer = await forge.choose(person, custom_id, key, at=stage.general)
        else:
            answer = await reach.press(name, stage, person, key=key)
        assert answer.private, key
        assert "something went wrong" not in answer.text
        assert shared.faults.drain() == [], key
    assert await dump(shared) == before


# -- what is gone, over or late -----------------------------------------------------------------


async def test_changing_what_was_deleted_meanwhile(shared: World) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await d.kept(stage)
    form = await stage.ana.slash("journal edit", entry=d.entry_id(stage))
    await shared.bot.journal.delete(stage.ana.id, d.entry_id(stage))
    before = await dump(shared)
    answer = await stage.ana.fill(form, title="", text=stage.changed)
    await refuses(shared, answer, before)
    assert answer.text.startswith(GONE)
    assert stage.changed in answer.text  # nothing has to be written twice


@pytest.mark.parametrize("name", ["share-yes", "share-no", "share-later", "share-never"])
async def test_a_friend_who_answers_too_late(shared: World, name: str) -> None:
    """It was dropped meanwhile: nothing is shown, and nothing is done."""
    stage = Stage(shared)
    with shared.env.time_context():
        await d.asked(stage)
    await forge.press(stage.ana, f"firsthand:share-drop:{d.share_id(stage)}", at=stage.general)
    before = await dump(shared)
    answer = await forge.press(
        stage.beto, f"firsthand:{name}:{d.share_id(stage)}", at=stage.general
    )
    await refuses(shared, answer, before)
    assert d.in_friends_dm(stage) == []


@pytest.mark.parametrize("name", ["share-still", "share-drop", "share-back", "share-look"])
async def test_a_writer_who_presses_an_old_button(shared: World, name: str) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await d.declined(stage)
    before = await dump(shared)
    key = f"{d.share_id(stage)}.1" if name == "share-still" else d.share_id(stage)
    answer = await forge.press(stage.ana, f"firsthand:{name}:{key}", at=stage.general)
    await refuses(shared, answer, before)
