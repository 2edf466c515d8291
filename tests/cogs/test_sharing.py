"""`/journal share`: one entry to one friend, slowly, with a way out at each step on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock

import discord
import pytest
from discord import ui

from bot.journal import SHARE
from bot.journal.rules import FILE_LIMIT
from bot.journal.share_rules import BRINGING_TAKES
from bot.replies import Card, button
from bot.work.queue import Todo
from bot.work.worker import PAUSES
from tests.journals import (
    NO_ID,
    dms,
    hurry,
    ids_of,
    opens,
    protects,
    sends,
    too_large,
    unlocks,
    writes,
)
from tests.markdown import escaping
from tests.tiers import tiered
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import DAY, HOUR, Answer, Person, World, texts

TITLE, TEXT = "The night bus", "I was loud today, and it helped nobody."
CAME = "From <@"
MONTH = 30 * DAY


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture(autouse=True)
def tap() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as attached:
        yield attached
    assert [wrong for call in attached.calls for wrong in too_large(call)] == []


class Two:
    """Ana, who shares, and Beto, her friend, who allows DMs."""

    def __init__(self, world: World, locale: str = "en-US") -> None:
        self.world = world
        self.ana, self.beto = world.person("Ana", locale), world.person("Beto", locale)

    async def begin(self, text: str = TEXT, title: str = TITLE) -> Answer:
        """Beto allows DMs, and Ana writes and begins to share."""
        await self.beto.slash("privacy dms", choice="allow")
        await writes(self.ana, text, title)
        return await self.again()

    async def again(self) -> Answer:
        entry = (await ids_of(self.ana))[0]
        return await self.ana.slash("journal share", entry=entry, member=self.beto)

    async def looks(self) -> Answer:
        """Ana reads it again, from the inbox; its last page."""
        inbox = await self.ana.slash("consent inbox")
        shown = await press(self.ana, inbox, "share-look")
        while any("Read on" in each for each in shown.labels):
            shown = await self.ana.click(shown, "Read on")
        return shown

    async def ask(self, **more: Any) -> Answer:
        """All until Beto is asked; what Ana is told."""
        await self.begin(**more)
        await self.world.later(DAY)
        return await press(self.ana, await self.looks(), "share-still")

    async def answer(self, name: str) -> Answer:
        """Beto opens his inbox and answers."""
        return await press(self.beto, await self.beto.slash("consent inbox"), name)

    async def give(self, **more: Any) -> Answer:
        await self.ask(**more)
        return await self.answer("share-yes")

    async def bring_unnoticed(self) -> None:
        """It arrives in Beto's DM, and the process dies before it has written that down."""
        await self.ask()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.world.bot.posts, "is_up", AsyncMock(side_effect=TimeoutError))
            await self.answer("share-yes")
        self.world.faults.drain()
        assert len(self.came) == 1

    async def posts(self) -> list[tuple[Any, ...]]:
        """What is kept of messages in Beto's DM: which, and why they have to go."""
        asked = "SELECT message_id, goes FROM posts WHERE topic = 'shared entry'"
        return [tuple(row.values()) for row in await self.world.rows(asked)]

    async def inbox(self) -> str:
        return (await self.ana.slash("consent inbox")).text

    @property
    def came(self) -> list[Any]:
        """What stands in Beto's DM of what was shared."""
        return [each for each in dms(self.beto) if "share-remove" in str(each.components)]

    async def states(self) -> list[str]:
        rows = await self.world.rows("SELECT state FROM journal_shares ORDER BY id")
        return [row["state"] for row in rows]


async def press(person: Person, card: Any, name: str) -> Answer:
    """Press the first button of this name."""
    found = re.search(rf"firsthand:{name}:[\w.-]*", str(_components(person, card)))
    assert found, card
    return await person.click(card, id=found[0])


def _components(person: Person, card: Any) -> Any:
    return person.world.fresh(card.message if isinstance(card, Answer) else card).components


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def everything_public(world: World) -> str:
    return world.said(world.general) + world.said(world.assembly)


# -- the whole path -----------------------------------------------------------------------------


@pytest.mark.full
async def test_the_slow_path_with_a_restart_at_every_step(two: Two) -> None:
    world = two.world
    told = await two.begin()
    assert told.private
    assert "Nothing is sent now" in told.text
    await world.restart()
    await world.later(DAY - 60)
    assert "Nothing waits" in await two.inbox()
    await world.later(60)
    assert f"{two.ana.mention}, something waits for you." in world.said(world.general)
    look = await two.looks()
    assert look.private
    assert TEXT in look.text
    assert "not behind a passphrase of yours" in look.text
    await world.restart()
    asked = await press(two.ana, look, "share-still")
    assert "is asked now" in asked.text
    await world.restart()
    assert dms(two.beto)[-1].content == "Something waits for you."
    inbox = await two.beto.slash("consent inbox")
    assert f"something heavy from {two.ana.mention}" in inbox.text
    assert TITLE not in inbox.text
    assert TEXT not in inbox.text
    await world.restart()
    shown = await press(two.beto, inbox, "share-yes")
    assert shown.private
    assert TEXT not in shown.text
    [message] = two.came
    assert TEXT in "\n".join(texts(message.components))
    assert TEXT not in everything_public(world)
    assert two.ana.mention in "\n".join(texts(message.components))
    news = await two.ana.slash("consent inbox")
    assert "was up for it, and has it now" in news.text
    await press(two.ana, news, "got-it")
    assert "Nothing waits" in await two.inbox()
    await world.later(DAY)
    assert len(two.came) == 1


async def test_it_works_in_the_dm_too(two: Two) -> None:
    await two.beto.slash("privacy dms", choice="allow")
    await writes(two.ana, TEXT, TITLE)
    [entry] = await ids_of(two.ana)
    begun = await two.ana.dm("journal share", entry=entry, member=two.beto)
    assert "Nothing is sent now" in begun.text
    await two.world.later(DAY)
    look = await press(two.ana, await two.ana.dm("consent inbox"), "share-look")
    assert "is asked now" in (await press(two.ana, look, "share-still")).text
    shown = await press(two.beto, await two.beto.dm("consent inbox"), "share-yes")
    assert shown.private
    assert len(two.came) == 1


async def test_a_long_entry_is_read_to_its_end_and_comes_as_a_file(two: Two) -> None:
    long = "\n".join(f"{number}. *line* `of` {'night' * 8}" for number in range(70))
    await two.begin(text=long, title="")
    await two.world.later(DAY)
    inbox = await two.ana.slash("consent inbox")
    first = await press(two.ana, inbox, "share-look")
    # The yes is on the last page alone; the way out is on each.
    assert "Still want to" not in first.labels
    assert "Drop it" in first.labels
    await press(two.ana, await two.looks(), "share-still")
    await two.answer("share-yes")
    [message] = two.came
    [file] = two.world.files(message).values()
    assert file.decode() == long
    assert "line" not in "\n".join(texts(message.components))


@pytest.mark.parametrize("unit", ["[](", "words "])
async def test_a_click_escapes_what_a_page_holds_however_long_an_entry_is(
    two: Two, unit: str
) -> None:
    """Reading and sharing 64 KB: nobody else waits for what one person kept."""
    await two.beto.slash("privacy dms", choice="allow")
    await sends(two.ana, "", ("long.txt", (unit * FILE_LIMIT)[:FILE_LIMIT].encode()))
    await two.ana.click(dms(two.ana)[-1], "Keep it")
    [entry] = await ids_of(two.ana)
    begun = await two.again()
    await two.world.later(DAY)
    [share] = await two.world.rows("SELECT id FROM journal_shares")
    last = f"firsthand:share-look:{share['id']}.9999"
    for act in (
        lambda: two.ana.slash("journal read"),
        lambda: two.ana.slash("journal search", text=unit),
        lambda: forge.press(two.ana, f"firsthand:journal-open:{entry}.0", at=two.world.general),
        lambda: forge.press(two.ana, f"firsthand:journal-open:{entry}.20", at=two.world.general),
        lambda: two.ana.click(begun, "All I share"),
        lambda: forge.press(two.ana, last, at=two.world.general),
    ):
        with escaping() as escaped:
            shown = await act()
        assert shown.text, act
        assert sum(escaped) < 10_000, (shown, escaped)
    await press(two.ana, shown, "share-still")
    with escaping() as escaped:
        await two.answer("share-yes")
    assert sum(escaped) < 10_000
    assert len(two.came) == 1


async def test_the_button_on_an_entry_asks_with_whom(two: Two) -> None:
    await two.beto.slash("privacy dms", choice="allow")
    await writes(two.ana, TEXT, TITLE)
    form = await two.ana.click(await opens(two.ana), "Share slowly")
    begun = await two.ana.fill(form, friend=[two.beto.member])
    assert "Nothing is sent now" in begun.text
    assert await two.states() == ["waiting"]


async def test_the_pause_is_the_one_of_the_server(two: Two) -> None:
    mod = two.world.moderator("Mod")
    panel = await mod.slash("rules edit")
    rule = await mod.choose(panel, "share_pause", id="firsthand:rule:")
    menu = next(each for each in rule.controls if "set-rule" in each["custom_id"])
    assert "7 days" in (await mod.choose(rule, "168", id=menu["custom_id"])).text
    await two.begin()
    await two.world.later(7 * DAY - HOUR)
    assert "Nothing waits" in await two.inbox()
    await two.world.later(HOUR)
    assert "second look" in await two.inbox()


async def test_it_speaks_spanish(world: World) -> None:
    two = Two(world, "es-419")
    await two.give()
    assert len(two.came) == 1
    assert (await two.ana.slash("journal share")).private


# -- before the yes -----------------------------------------------------------------------------


async def test_before_their_yes_the_friend_finds_nothing_of_it_anywhere(two: Two) -> None:
    """Law 2: not a word, a title, a length; and before the second look, not that there is one."""
    await two.begin()
    for passes in (0, DAY):
        await two.world.later(passes)
        for answer in (
            await two.beto.slash("consent inbox"),
            await two.beto.slash("journal share"),
        ):
            assert two.ana.mention not in answer.text
    await press(two.ana, await two.looks(), "share-still")
    inbox = await two.beto.slash("consent inbox")
    seen = inbox.text + "".join(inbox.labels) + str(dms(two.beto)) + everything_public(two.world)
    assert TEXT not in seen
    assert TITLE not in seen
    assert two.came == []


async def test_not_now_changes_nothing(two: Two) -> None:
    await two.ask()
    later = await two.answer("share-later")
    assert "All right" in later.text
    assert await two.states() == ["asking"]
    assert len((await two.beto.slash("consent inbox")).labels) == 4


async def test_no_thanks_is_told_kindly_and_rests_for_a_month(two: Two) -> None:
    await two.ask()
    assert "good answer" in (await two.answer("share-no")).text
    assert await two.states() == ["declined"]
    news = await two.ana.slash("consent inbox")
    assert "nothing about you" in news.text
    await press(two.ana, news, "got-it")
    assert await two.states() == []
    assert "let it rest" in (await two.again()).text
    await two.world.later(MONTH)
    assert "Nothing is sent now" in (await two.again()).text


async def test_silence_lapses_after_a_week(two: Two) -> None:
    """Law 1: silence is not consent."""
    await two.ask()
    await two.world.later(7 * DAY - HOUR)
    assert await two.states() == ["asking"]
    stale = await two.beto.slash("consent inbox")
    await two.world.later(HOUR)
    assert "has lapsed" in await two.inbox()
    for name in ("share-yes", "share-no", "share-later", "share-never"):
        assert "is over" in (await press(two.beto, stale, name)).text
        stale = await _card_again(two, stale)
    assert two.came == []
    assert "let it rest" in (await two.again()).text


async def _card_again(two: Two, card: Answer) -> Any:
    """The same buttons on another card, as on another device."""
    [row] = await two.world.rows("SELECT id FROM journal_shares")
    fresh = await two.beto.slash("consent inbox")
    names = ("yes", "no", "later", "never")
    stored = two.world.env.backend.messages[fresh.message.channel_id][fresh.message.id]
    stored.components[:] = [
        {
            "type": 1,
            "components": [
                {
                    "type": 2,
                    "style": 2,
                    "label": name,
                    "custom_id": f"firsthand:share-{name}:{row['id']}",
                }
                for name in names
            ],
        }
    ]
    return fresh


async def test_a_second_look_that_nobody_takes_is_dropped_in_silence(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY)
    await two.world.later(MONTH)
    await two.world.later(60)
    assert await two.states() == []
    assert "Nothing waits" in await two.inbox()
    assert dms(two.beto) == []


async def test_it_can_be_dropped_at_each_step(two: Two) -> None:
    await two.begin()
    dropped = await press(two.ana, await two.ana.slash("journal share"), "share-drop")
    assert "Dropped" in dropped.text
    await two.again()
    await two.world.later(DAY)
    await press(two.ana, await two.looks(), "share-drop")
    await two.again()
    await two.world.later(DAY)
    await press(two.ana, await two.looks(), "share-still")
    stale = await two.beto.slash("consent inbox")
    await press(two.ana, await two.ana.slash("journal share"), "share-drop")
    assert await two.states() == []
    assert "can't find that" in (await press(two.beto, stale, "share-yes")).text
    assert two.came == []


async def test_an_edit_in_the_pause_begins_it_again(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY - HOUR)
    form = await two.ana.click(await opens(two.ana), "Change")
    await two.ana.fill(form, title="", text="Another text")
    await two.world.later(HOUR)
    assert "Nothing waits" in await two.inbox()
    await two.world.later(DAY)
    assert "Another text" in (await two.looks()).text


async def test_an_edit_while_the_friend_is_asked_begins_it_again(two: Two) -> None:
    await two.ask()
    stale = await two.beto.slash("consent inbox")
    form = await two.ana.click(await opens(two.ana), "Change")
    await two.ana.fill(form, title="", text="Another text")
    assert "can't find that" in (await press(two.beto, stale, "share-yes")).text
    assert "Nothing waits" in (await two.beto.slash("consent inbox")).text
    assert two.came == []
    await two.world.later(DAY)
    await press(two.ana, await two.looks(), "share-still")
    await two.answer("share-yes")
    [message] = two.came
    assert "Another text" in "\n".join(texts(message.components))


async def test_a_yes_to_what_was_read_before_the_edit_is_none(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY)
    old = await two.looks()
    form = await two.ana.click(await opens(two.ana), "Change")
    await two.ana.fill(form, title="", text="Another text")
    await two.world.later(DAY)
    assert "moved on" in (await press(two.ana, old, "share-still")).text
    assert await two.states() == ["confirming"]


@pytest.mark.parametrize("days", [0, 1])
async def test_deleting_the_entry_drops_it(two: Two, days: int) -> None:
    await two.begin()
    await two.world.later(days * DAY)
    sure = await two.ana.click(await opens(two.ana), "Delete")
    await two.ana.click(sure, "Delete it")
    assert await two.states() == []
    await two.world.later(DAY)
    assert "Nothing waits" in await two.inbox()


async def test_a_locked_journal_is_unlocked_for_the_second_look(two: Two) -> None:
    await protects(two.ana)
    await two.begin()
    await two.world.later(DAY)
    inbox = await two.ana.slash("consent inbox")
    locked = await press(two.ana, inbox, "share-look")
    assert "locked" in locked.text
    assert "Unlock" in locked.labels
    assert TITLE not in (await two.ana.slash("journal share")).text
    await unlocks(two.ana)
    look = await two.looks()
    await two.ana.slash("journal lock")
    assert "locked" in (await press(two.ana, look, "share-still")).text
    assert await two.states() == ["confirming"]
    await unlocks(two.ana)
    assert "is asked now" in (await press(two.ana, await two.looks(), "share-still")).text
    await two.ana.slash("journal lock")
    await two.answer("share-yes")
    assert len(two.came) == 1


# -- a block ------------------------------------------------------------------------------------


async def test_a_blocked_writer_sees_what_a_lapsed_request_looks_like(two: Two) -> None:
    """What Ana is shown does not differ by a word, whenever Beto blocks her."""
    world = two.world
    cass = world.person("Cass")
    await cass.slash("privacy dms", choice="allow")
    await two.beto.slash("consent block", member=two.ana)
    told: dict[str, list[str]] = {}
    for friend in (two.beto, cass):
        await friend.slash("privacy dms", choice="allow")
        await writes(two.ana, TEXT, TITLE)
        entry = (await ids_of(two.ana))[0]
        said = [(await two.ana.slash("journal share", entry=entry, member=friend)).text]
        await world.later(DAY)
        said.append((await press(two.ana, await two.looks(), "share-still")).text)
        said.append((await two.ana.slash("journal share")).text)
        assert ("something heavy" in (await friend.slash("consent inbox")).text) == (friend is cass)
        await world.later(7 * DAY)
        news = await two.ana.slash("consent inbox")
        said.append(news.text)
        await press(two.ana, news, "got-it")
        said.append((await two.ana.slash("journal share", entry=entry, member=friend)).text)
        told[friend.user.name] = [
            re.sub(r"<t:\d+", "<t:", each).replace(friend.mention, "@") for each in said
        ]
    assert told["beto"] == told["cass"]
    assert dms(two.beto) == []


async def test_dont_let_them_ask_again_hides_it_and_destroys_the_copy(two: Two) -> None:
    await two.ask()
    assert "looks as if you had not answered" in (await two.answer("share-never")).text
    assert "Nothing waits" in (await two.beto.slash("consent inbox")).text
    [row] = await two.world.rows("SELECT state, hidden, copy, key_id FROM journal_shares")
    assert tuple(row.values()) == ("asking", 1, None, None)
    assert "is asked" in (await two.ana.slash("journal share")).text
    await two.world.later(7 * DAY)
    assert "has lapsed" in await two.inbox()


# -- bringing it --------------------------------------------------------------------------------


def close_dms(two: Two, *, times: int | None = None) -> None:
    two.world.env.inject_error(
        "POST",
        f"/channels/{two.beto.user.dm_channel.id}/messages",
        status=403,
        code=50007,
        times=times,
    )


async def test_closed_dms_are_told_to_both_and_blame_nobody(two: Two) -> None:
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    close_dms(two)
    shown = await press(two.beto, inbox, "share-yes")
    assert "Privacy Settings" in shown.text
    assert await two.states() == ["unreached"]
    assert "nobody's fault" in await two.inbox()
    assert two.came == []
    # Nobody has said no, so nothing rests.
    assert "Nothing is sent now" in (await two.again()).text


async def test_law_10_who_stopped_dms_is_not_written_to(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY)
    await two.beto.slash("privacy dms", choice="stop")
    refused = await press(two.ana, await two.looks(), "share-still")
    assert "/privacy dms" in refused.text
    assert await two.states() == ["confirming"]
    await two.beto.slash("privacy dms", choice="allow")
    assert "is asked now" in (await press(two.ana, refused, "share-still")).text
    await two.beto.slash("privacy dms", choice="stop")
    refused = await two.answer("share-yes")
    assert "/privacy dms" in refused.text
    assert two.came == []
    await two.beto.slash("privacy dms", choice="allow")
    await press(two.beto, refused, "share-yes")
    assert len(two.came) == 1


async def test_a_friend_who_left_every_shared_server_is_not_asked(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY)
    look = await two.looks()
    two.world.env.backend.remove_member(two.world.guild.id, two.beto.id)
    assert "in no server with me" in (await press(two.ana, look, "share-still")).text
    assert await two.states() == []
    assert dms(two.beto) == []


@pytest.mark.parametrize(("owner", "step"), [("posts", "is_up"), ("sharing", "brought")])
@pytest.mark.parametrize("down", [BRINGING_TAKES, 30 * HOUR])
async def test_a_crash_between_sending_and_noting_it_brings_it_once(
    two: Two, tap: Wiretap, owner: str, step: str, down: int
) -> None:
    await two.ask()
    inbox = await two.beto.dm("consent inbox")
    setattr(getattr(two.world.bot, owner), step, AsyncMock(side_effect=RuntimeError))
    assert "nothing more to do" in (await press(two.beto, inbox, "share-yes")).text
    assert two.world.faults.drain()
    assert await two.states() == ["sending"]
    two.world.env.backend.advance_clock(down)
    tap.hours_pass()
    await two.world.restart()
    await two.world.later(BRINGING_TAKES)
    assert await two.states() == ["given"]
    assert len(two.came) == 1
    assert "has it now" in await two.inbox()


async def test_brought_hours_after_the_first_try_it_is_found_as_well(
    two: Two, tap: Wiretap
) -> None:
    """It is looked for where the last try would be, and not the first."""
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    path = f"/channels/{two.beto.user.dm_channel.id}/messages"
    two.world.env.inject_error("POST", path, status=500, code=0, times=None)
    await press(two.beto, inbox, "share-yes")
    for pause in PAUSES:
        await two.world.later(pause)
    two.world.env.backend.faults.clear()
    assert two.came == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two.world.bot.posts, "is_up", AsyncMock(side_effect=TimeoutError))
        await two.world.later(PAUSES[-1])
    assert len(two.came) == 1
    tap.hours_pass()
    await two.world.later(PAUSES[-1])
    assert await two.states() == ["given"]
    assert len(two.came) == 1


async def test_a_crash_before_sending_brings_it_later(two: Two) -> None:
    await two.ask()
    [row] = await two.world.rows("SELECT id FROM journal_shares")
    with two.world.env.time_context():
        assert await two.world.bot.sharing.accept(row["id"], two.beto.id) is not None
    await two.world.restart()
    assert two.came == []
    await two.world.later(BRINGING_TAKES)
    assert len(two.came) == 1
    await two.world.later(BRINGING_TAKES)
    assert len(two.came) == 1


async def test_looked_at_before_its_time_nothing_becomes_of_it(two: Two) -> None:
    await two.begin()
    [before] = await two.world.rows("SELECT * FROM journal_shares")
    worker = two.world.bot.worker
    with two.world.env.time_context():
        await worker.run(Todo(SHARE, before["id"]), Todo(SHARE, NO_ID))
    assert await two.world.rows("SELECT * FROM journal_shares") == [before]
    work = await two.world.rows("SELECT key, due_at FROM work WHERE kind = 'share'")
    assert work == [{"key": before["id"], "due_at": before["due_at"]}]


async def test_two_clicks_on_yes_bring_it_once(two: Two) -> None:
    await two.ask()
    one, other = await two.beto.slash("consent inbox"), await two.beto.slash("consent inbox")
    await two.world.at_once(
        lambda: press(two.beto, one, "share-yes"), lambda: press(two.beto, other, "share-yes")
    )
    assert len(two.came) == 1
    assert await two.states() == ["given"]


async def test_two_second_yeses_ask_once(two: Two) -> None:
    await two.begin()
    await two.world.later(DAY)
    one, other = await two.looks(), await two.looks()
    await two.world.at_once(
        lambda: press(two.ana, one, "share-still"), lambda: press(two.ana, other, "share-still")
    )
    assert await two.states() == ["asking"]
    await two.answer("share-yes")
    assert len(two.came) == 1


@pytest.mark.parametrize("kind", ["500", "429", "time-out", "answer lost", "cut off", "403"])
@pytest.mark.parametrize("number", tiered(range(4), quick=[2]))
async def test_whatever_fails_on_the_friend_s_yes_it_comes_at_most_once(
    two: Two, tap: Wiretap, kind: str, number: int
) -> None:
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    tap.break_call(number, kind)
    await press(two.beto, inbox, "share-yes")
    tap.listen()
    two.world.faults.drain()
    await two.world.later(BRINGING_TAKES)
    await two.world.later(BRINGING_TAKES)
    [state] = await two.states()
    assert state in ("asking", "given", "unreached")
    assert len(two.came) == (state == "given")
    if state == "asking":
        # Discord had not even taken the click, so nothing was done.
        await two.answer("share-yes")
        assert len(two.came) == 1


@pytest.mark.parametrize("kind", ["500", "time-out", "cut off", "403"])
@pytest.mark.parametrize("number", tiered(range(5), quick=[2]))
async def test_whatever_fails_on_the_second_yes_the_friend_is_asked_once_or_not_at_all(
    two: Two, tap: Wiretap, kind: str, number: int
) -> None:
    await two.begin()
    await two.world.later(DAY)
    look = await two.looks()
    tap.break_call(number, kind)
    await press(two.ana, look, "share-still")
    tap.listen()
    two.world.faults.drain()
    await two.world.later(HOUR)
    states = await two.states()
    assert states in (["asking"], ["confirming"])
    waits = (await two.beto.slash("consent inbox")).text
    assert ("something heavy" in waits) == (states == ["asking"])


@pytest.mark.parametrize("choice", ["allow", "stop"])
async def test_what_an_older_version_was_just_bringing_is_found(
    two: Two, tap: Wiretap, choice: str
) -> None:
    """It noted neither where nor when; and they may allow no DMs any more."""
    await two.bring_unnoticed()
    await two.world.rows("UPDATE posts SET channel_id = 0, begun_at = 0")
    await two.beto.slash("privacy dms", choice=choice)
    two.world.env.backend.advance_clock(30 * HOUR)
    tap.hours_pass()
    await two.world.restart()
    await two.world.later(BRINGING_TAKES)
    assert await two.states() == ["given"]
    [message] = two.came
    assert await two.posts() == [(message.id, "")]
    await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert two.came == []


async def test_while_nobody_can_see_whether_it_arrived_it_is_not_called_closed(two: Two) -> None:
    """Discord does not show the DM in which it stands."""
    await two.bring_unnoticed()
    path = f"/channels/{two.beto.user.dm_channel.id}/messages"
    two.world.env.inject_error("GET", path, status=403, code=50001, times=1)
    await two.world.later(PAUSES[0])
    assert await two.states() == ["sending"]
    await two.world.later(PAUSES[1])
    assert await two.states() == ["given"]
    assert len(two.came) == 1


async def test_closed_dms_take_away_what_may_have_arrived_before(two: Two) -> None:
    """The first try was not answered, and Discord took it a little later than the next one."""
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    path = f"/channels/{two.beto.user.dm_channel.id}/messages"
    two.world.env.inject_error("POST", path, status=500, code=0, times=1)
    await press(two.beto, inbox, "share-yes")
    close_dms(two, times=1)
    await two.world.later(PAUSES[0])
    assert await two.states() == ["unreached"]
    assert await two.posts() == [(None, "over")]
    [row] = await two.world.rows("SELECT id FROM journal_shares")
    with two.world.env.time_context():
        channel = await two.world.bot.create_dm(discord.Object(two.beto.id))
        late = button("Delete it here", "share-remove", row["id"])
        await channel.send(view=Card(ui.ActionRow[Any](late)))
    assert len(two.came) == 1
    await two.world.later(PAUSES[0])
    assert two.came == []
    assert await two.posts() == []


async def test_what_never_arrived_is_given_up_once_that_is_certain(two: Two) -> None:
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    path = f"/channels/{two.beto.user.dm_channel.id}/messages"
    two.world.env.inject_error("POST", path, status=500, code=0, times=1)
    await press(two.beto, inbox, "share-yes")
    await two.beto.slash("privacy dms", choice="stop")
    await two.world.later(PAUSES[0])
    assert await two.states() == ["sending"]
    for pause in PAUSES[1:3]:
        await two.world.later(pause)
    assert await two.states() == ["unreached"]
    assert await two.posts() == []
    assert two.came == []


async def test_what_arrived_is_found_though_they_allow_no_dms_any_more(two: Two) -> None:
    """Called closed, it would stand there, and its writer could not take it back."""
    await two.bring_unnoticed()
    await two.beto.slash("privacy dms", choice="stop")
    await two.world.later(BRINGING_TAKES)
    assert await two.states() == ["given"]
    assert len(two.came) == 1
    await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert two.came == []


# -- taking it back -----------------------------------------------------------------------------


async def test_the_writer_takes_it_back(two: Two) -> None:
    await two.give()
    listed = await two.ana.slash("journal share")
    assert "has the entry" in listed.text
    taken = await press(two.ana, listed, "share-back")
    assert "Taken back" in taken.text
    assert two.came == []
    assert await two.states() == []
    assert "moved on" not in taken.text
    assert "You share nothing" in (await two.ana.slash("journal share")).text


async def test_taking_it_back_is_tried_until_discord_has_deleted_it(two: Two) -> None:
    await two.give()
    [message] = two.came
    path = f"/channels/{two.beto.user.dm_channel.id}/messages/{message.id}"
    two.world.env.inject_error("DELETE", path, status=500, code=0, times=3)
    taken = await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert "keep trying" in taken.text
    assert await two.states() == ["retracting"]
    assert await two.posts() == [(message.id, "over")]
    listed = await two.ana.slash("journal share")
    assert "taking it back" in listed.text
    assert listed.labels == []
    assert f'"message": {message.id}' in await exported(two.ana)
    await two.world.restart()
    for pause in PAUSES[:2]:
        await two.world.later(pause)
        assert await two.posts() == [(message.id, "over")]
        assert "taking it back" in (await two.ana.slash("journal share")).text
    await two.world.later(PAUSES[2])
    assert await two.posts() == []
    assert two.came == []
    assert "You share nothing" in (await two.ana.slash("journal share")).text


async def test_a_message_that_is_gone_counts_as_taken_back(two: Two) -> None:
    await two.give()
    [message] = two.came
    two.world.env.backend.delete_message(two.beto.user.dm_channel.id, message.id)
    await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert await two.states() == []
    assert await two.posts() == []


async def test_the_friend_deletes_it_and_nobody_is_told(two: Two) -> None:
    await two.give()
    [message] = two.came
    removed = await two.beto.click(message, "Delete it here")
    assert "Nobody is told" in removed.text
    assert two.came == []
    assert await two.states() == []
    assert await two.posts() == []
    assert "Nothing waits" in await two.inbox()


async def test_the_friend_s_delete_is_tried_again(two: Two) -> None:
    await two.give()
    [message] = two.came
    path = f"/channels/{two.beto.user.dm_channel.id}/messages/{message.id}"
    two.world.env.inject_error("DELETE", path, status=500, code=0, times=1)
    assert "keep trying" in (await two.beto.click(message, "Delete it here")).text
    await two.world.later(PAUSES[0])
    assert two.came == []
    assert await two.states() == []
    assert await two.posts() == []


async def test_delete_it_here_works_without_a_row(two: Two) -> None:
    await two.give()
    await two.world.rows("DELETE FROM journal_shares")
    [message] = two.came
    await two.beto.click(message, "Delete it here")
    assert two.came == []


async def test_taken_back_while_it_is_brought_it_does_not_stay(two: Two) -> None:
    """It stands in the DM, the bot died before it noted that, and the writer takes it back."""
    await two.bring_unnoticed()
    await two.world.restart()
    taken = await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert "may still be there" in taken.text
    await two.world.later(BRINGING_TAKES)
    assert two.came == []
    assert await two.states() == []
    assert await two.posts() == []


async def test_dropped_on_an_old_card_while_it_is_brought_it_does_not_stay(two: Two) -> None:
    await two.ask()
    old = await two.ana.slash("journal share")
    inbox = await two.beto.slash("consent inbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two.world.bot.posts, "is_up", AsyncMock(side_effect=TimeoutError))
        await press(two.beto, inbox, "share-yes")
    two.world.faults.drain()
    assert "taking it back" in (await press(two.ana, old, "share-drop")).text
    assert "taking it back" in (await two.ana.slash("journal share")).text
    await two.world.later(BRINGING_TAKES)
    assert two.came == []
    assert await two.posts() == []
    assert "You share nothing" in (await two.ana.slash("journal share")).text


async def test_taken_back_before_anything_was_sent_nothing_is(two: Two) -> None:
    """What certainly never arrived is not said to be there perhaps."""
    await two.ask()
    [row] = await two.world.rows("SELECT id FROM journal_shares")
    with two.world.env.time_context():
        assert await two.world.bot.sharing.accept(row["id"], two.beto.id) is not None
    taken = await press(two.ana, await two.ana.slash("journal share"), "share-back")
    assert "Nothing of it is on its way" in taken.text
    await two.world.later(BRINGING_TAKES)
    assert two.came == []
    assert await two.states() == []
    assert await two.posts() == []


async def test_taken_back_just_before_it_is_sent_it_is_not(two: Two) -> None:
    """Between the look at what is due and the note of the post."""
    await two.ask()
    inbox = await two.beto.slash("consent inbox")
    bot: Any = two.world.bot
    make_dm, left = bot.create_dm, []

    async def meanwhile(person: Any) -> Any:
        [row] = await two.world.rows("SELECT id FROM journal_shares")
        left.append(await bot.sharing.take_back(row["id"], two.ana.id))
        return await make_dm(person)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot, "create_dm", meanwhile)
        told = await press(two.beto, inbox, "share-yes")
    assert left == [[]]
    assert "has just taken it back" in told.text
    assert two.came == []
    assert await two.posts() == []


# -- erasing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["journal erase", "privacy erase"])
async def test_the_writer_s_erasing_takes_it_back(two: Two, command: str) -> None:
    await two.give()
    sure = await two.ana.slash(command)
    await two.ana.click(sure, "Erase my journal" if "journal" in command else "Erase everything")
    assert two.came == []
    assert await two.states() == []
    assert await two.posts() == []


@pytest.mark.parametrize("command", ["journal erase", "privacy erase"])
async def test_the_writer_s_erasing_while_it_is_brought_takes_it_out(
    two: Two, command: str
) -> None:
    await two.bring_unnoticed()
    sure = await two.ana.slash(command)
    told = await two.ana.click(
        sure, "Erase my journal" if "journal" in command else "Erase everything"
    )
    # Where in a DM it may be is nothing that a moderator could see to.
    assert "these places" not in told.text
    assert await two.states() == []
    await two.world.later(BRINGING_TAKES)
    assert two.came == []
    assert await two.posts() == []


@pytest.mark.parametrize("command", ["journal erase", "privacy erase"])
async def test_the_writer_s_erasing_ends_what_is_on_its_way(two: Two, command: str) -> None:
    await two.ask()
    stale = await two.beto.slash("consent inbox")
    sure = await two.ana.slash(command)
    await two.ana.click(sure, "Erase my journal" if "journal" in command else "Erase everything")
    assert await two.states() == []
    assert "can't find that" in (await press(two.beto, stale, "share-yes")).text
    assert two.came == []


@pytest.mark.parametrize("reach", ["ask", "give"])
async def test_the_friend_s_erasing_ends_it(two: Two, reach: str) -> None:
    await getattr(two, reach)()
    await two.beto.click(await two.beto.slash("privacy erase"), "Erase everything")
    assert await two.states() == []
    assert await two.posts() == []
    assert "You share nothing" in (await two.ana.slash("journal share")).text
    # What they have is theirs alone.
    assert len(two.came) == (reach == "give")
    for message in two.came:
        await two.beto.click(message, "Delete it here")
    assert two.came == []


async def test_the_friend_s_erasing_while_it_is_brought_takes_it_out(two: Two) -> None:
    await two.bring_unnoticed()
    await two.beto.click(await two.beto.slash("privacy erase"), "Erase everything")
    assert await two.states() == []
    await two.world.later(BRINGING_TAKES)
    assert two.came == []
    assert await two.posts() == []


# -- refusals, and what others may do -------------------------------------------------------------


async def test_each_refusal_names_the_next_step(two: Two) -> None:
    ana, beto = two.ana, two.beto
    await writes(ana, TEXT, TITLE)
    [entry] = await ids_of(ana)

    async def refused(**options: Any) -> str:
        answer = await ana.slash("journal share", **options)
        assert answer.private
        return answer.text

    assert "member" in await refused(entry=entry)
    assert "entry" in await refused(member=beto)
    assert "/privacy dms" in await refused(entry=entry, member=beto)
    assert "in your journal already" in await refused(entry=entry, member=ana)
    assert "/journal read" in await refused(entry=NO_ID, member=beto)
    assert "/journal read" in await refused(entry="'); DROP TABLE\x00 🌙", member=beto)
    assert "You share nothing" in await refused()
    await beto.slash("privacy dms", choice="allow")
    assert "Nothing is sent" in await refused(entry=entry, member=beto)
    assert "on its way" in await refused(entry=entry, member=beto)
    assert await two.states() == ["waiting"]


async def test_an_app_and_a_stranger_are_not_asked(two: Two) -> None:
    await writes(two.ana, TEXT, TITLE)
    [entry] = await ids_of(two.ana)
    key = f"firsthand:journal-shared:{entry}"
    bot = str(two.world.env.backend.bot_user.id)
    for friend, told in ((bot, "an app"), ("123456789012345678", "in a server together")):
        answer = await forge.submit(two.ana, key, at=two.world.general, friend=[friend])
        assert told in answer.text
    for wrong in (["x"], [], ["1", "2"], ["9" * 30]):
        answer = await forge.submit(two.ana, key, at=two.world.general, friend=wrong)
        assert "can't find that" in answer.text
    assert await two.states() == []


async def test_only_three_are_begun_in_a_day(two: Two) -> None:
    await writes(two.ana, TEXT, TITLE)
    [entry] = await ids_of(two.ana)
    told = []
    for name in ("Cass", "Dede", "Emil", "Fay"):
        friend = two.world.person(name)
        await friend.slash("privacy dms", choice="allow")
        answer = await two.ana.slash("journal share", entry=entry, member=friend)
        told.append("Nothing is sent now" in answer.text)
    assert told == [True, True, True, False]
    listed = await two.ana.slash("journal share")
    assert listed.labels == ["Drop it"] * 3


async def test_nobody_else_can_press_anything(two: Two) -> None:
    cass, mod = two.world.person("Cass"), two.world.moderator("Mod")
    await two.begin()
    names = ("look", "still", "drop", "back", "yes", "later", "no", "never", "remove")
    steps = [lambda: two.world.later(DAY), lambda: _still(two), lambda: two.answer("share-yes")]
    for step in [None, *steps]:
        if step is not None:
            await step()
        [row] = await two.world.rows("SELECT * FROM journal_shares")
        for somebody in (cass, mod):
            for name in names:
                key = row["id"] + {"look": ".0", "still": ".1"}.get(name, "")
                at = two.world.general
                answer = await forge.press(somebody, f"firsthand:share-{name}:{key}", at=at)
                assert answer.private
                assert "can't find that" in answer.text
                assert TEXT not in answer.text
            for notice in await notices(two):
                pressed = await forge.press(somebody, f"firsthand:got-it:{notice['id']}", at=at)
                assert "can't find that" in pressed.text
        assert await two.world.rows("SELECT * FROM journal_shares") == [row]


async def notices(two: Two) -> list[dict[str, Any]]:
    return await two.world.rows("SELECT * FROM notices WHERE topic = 'shared entry'")


async def _still(two: Two) -> None:
    await press(two.ana, await two.looks(), "share-still")


async def test_the_writer_cannot_answer_for_the_friend_nor_the_friend_for_the_writer(
    two: Two,
) -> None:
    await two.begin()
    await two.world.later(DAY)
    [row] = await two.world.rows("SELECT id FROM journal_shares")
    at = two.world.general
    refused = await forge.press(two.beto, f"firsthand:share-still:{row['id']}.1", at=at)
    assert "can't find that" in refused.text
    await _still(two)
    for name in ("yes", "no", "never"):
        refused = await forge.press(two.ana, f"firsthand:share-{name}:{row['id']}", at=at)
        assert "can't find that" in refused.text
    assert await two.states() == ["asking"]
    assert two.came == []


@pytest.mark.parametrize("key", ["", "x", ".", "0.x", f"{NO_ID}.0", f"{NO_ID}.99999999999999999"])
async def test_forged_keys_find_nothing(two: Two, key: str) -> None:
    for name in ("look", "still", "drop", "back", "yes", "later", "no", "never", "remove"):
        answer = await forge.press(two.ana, f"firsthand:share-{name}:{key}", at=two.world.general)
        assert "can't find that" in answer.text


async def test_an_outcome_can_be_seen_to_in_the_list_of_what_is_shared(two: Two) -> None:
    await two.ask()
    await two.answer("share-no")
    listed = await two.ana.slash("journal share")
    assert "Nothing waits" in (await press(two.ana, listed, "got-it")).text
    assert await two.states() == []


@pytest.mark.parametrize("name", ["share-yes", "share-no"])
async def test_each_is_rung_for_at_once_for_what_the_other_said(two: Two, name: str) -> None:
    await two.ask()
    assert dms(two.beto)[-1].content == "Something waits for you."
    await two.world.later(HOUR)
    assert two.ana.mention not in everything_public(two.world)
    await two.answer(name)
    assert f"{two.ana.mention}, something waits" in two.world.said(two.world.general)


async def test_an_outcome_is_told_once_and_forgotten_after_a_month(two: Two) -> None:
    await two.ask()
    await two.answer("share-no")
    await two.world.later(MONTH)
    assert await two.states() == []
    assert "Nothing waits" in await two.inbox()


async def exported(person: Person) -> str:
    answer = await person.slash("privacy export")
    [file] = answer.files.values()
    return file.decode()


async def test_the_export_tells_each_of_the_two_what_they_may_know(two: Two) -> None:
    await two.begin()
    assert '"state": "waiting"' in await exported(two.ana)
    assert str(two.ana.id) not in await exported(two.beto)
    await two.world.later(DAY)
    await _still(two)
    assert '"state": "asking"' in await exported(two.beto)
    [row] = await two.world.rows("SELECT entry_id FROM journal_shares")
    assert row["entry_id"] not in await exported(two.beto)
    assert TEXT not in await exported(two.beto)
