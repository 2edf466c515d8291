"""Many clicks at once, and two people at once: everything happens once."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from simcord.results import to_discord_message

from bot.consent.rules import Act
from tests.cogs.test_speaking import said_beside
from tests.tiers import in_both_tiers
from tests.wire import diary as d
from tests.wire import flows, forge
from tests.wire.circle_controls import CIRCLE_CONTROLS
from tests.wire.curating_controls import CURATING_CONTROLS
from tests.wire.gathering import ids_on
from tests.wire.group_controls import GROUP_CONTROLS
from tests.wire.journal_controls import JOURNAL_CONTROLS
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.reading_controls import READING_CONTROLS
from tests.wire.stage import Stage
from tests.wire.test_every_control import CONTROLS
from tests.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

CLICKS = 50
#: They only show something.
_SHOWING = {"read", "entry", "inbox", "ledger", "rules", "rule", "number-rule", "edit"}
#: Of groups, where each click is followed by a look at the channel, and of journals.
_FEW_CLICKS = 10
#: Two find the race; many show that it does not depend on how many there are.
_TWO = 2
#: Every click is a question of its own; test_many_members has them.
_ASKS_AGAIN = {
    "group-proposed",
    "group-spoke",
    "group-close",
    "group-setting",
    "group-renamed",
}


#: Discord refuses a second thread under one message; the simulator writes once more in the first.
_AGAIN = _ASKS_AGAIN | {"verify", "never-mind", "history", "group-ask"}
#: A form is sent once by a client; each time it is sent it is another entry, or passphrase.
_SENT_ONCE = {"journal-written", "journal-passphrase-set", "journal-passphrase-removed"}


async def count(stage: Stage, sql: str) -> int:
    rows = await stage.world.rows(sql.format(guild=stage.guild.id, ana=stage.ana.id))
    return rows[0]["n"]


async def effects(stage: Stage) -> dict[str, int]:
    """How often each thing has happened on a stage."""
    here = "WHERE guild_id = {guild}"
    return {
        "consents": await count(stage, f"SELECT count(*) AS n FROM consents {here}"),
        "changes": await count(stage, f"SELECT count(*) AS n FROM rule_changes {here}"),
        "refusals": await count(stage, "SELECT count(*) AS n FROM refusals WHERE owner_id = {ana}"),
        "slots": await count(stage, f"SELECT count(*) AS n FROM slots {here}"),
        "rings": sum(
            len(stage.rings(person)) for person in (stage.ana, stage.beto, stage.carla, stage.mara)
        ),
        "said": len(stage.public()),
        "groups": await count(stage, f"SELECT count(*) AS n FROM affinity_groups {here}"),
        "members": await count(stage, f"SELECT count(*) AS n FROM group_members {here}"),
        "questions": await count(stage, f"SELECT count(*) AS n FROM decisions {here}"),
        "news": await count(stage, f"SELECT count(*) AS n FROM notices {here}"),
        **{table: len(await d.rows_of(stage, table)) for table in d.TABLES},
        "circles": await count(stage, f"SELECT count(*) AS n FROM circles {here}"),
        "events": len(stage.world.env.backend.get_guild(stage.guild.id).scheduled_events),
        "works": await count(stage, f"SELECT count(*) AS n FROM reading_works {here}"),
        "suggestions": await count(stage, f"SELECT count(*) AS n FROM reading_suggestions {here}"),
        "files": await count(stage, f"SELECT count(*) AS n FROM reading_imports {here}"),
        "shelf": len(await d.rows_of(stage, "reading_shelves")),
        "shares": await count(stage, f"SELECT count(*) AS n FROM journal_shares {here}"),
        "direct messages": sum(
            each.author_id == stage.world.env.backend.bot_user.id
            for person in (stage.ana, stage.beto)
            for each in d.dms(person)
        ),
        "channels": sum(
            channel.guild_id == stage.guild.id
            for channel in stage.world.env.backend.channels.values()
        ),
    }


class Came(NamedTuple):
    """What came of clicks at once: how often what happened, the consent's state, what is wrong."""

    effects: dict[str, int]
    state: str
    wrong: list[str]


async def clicked(world: World, name: str, clicks: int) -> tuple[Came, bool]:
    """What comes of so many clicks at once, and whether the first answers changed a row."""
    stage, reach = Stage(world), CONTROLS[name]
    with world.env.time_context():
        await reach.prepare(stage)
    person, before = getattr(stage, reach.person), await dump(world)

    async def click() -> Any:
        return await reach.press(name, stage, person)

    answers = await world.at_once(*[click] * clicks)
    assert all(answer.form or answer.text for answer in answers), "a click without an answer"
    changed = await dump(world) != before
    await settle_down(world)
    state = await stage.state() if "consent" in stage.memory else ""
    return Came(await effects(stage), state, await laws_hold(stage)), changed


@pytest.fixture
def _rings_that_wait_wait_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is rung for at a random time would now and then be rung for on one stage only."""
    monkeypatch.setattr(secrets, "randbelow", lambda below: below // 2)


_NAMES = sorted(set(CONTROLS) - _AGAIN - _SENT_ONCE)


@pytest.mark.usefixtures("_rings_that_wait_wait_alike")
@pytest.mark.parametrize(
    ("name", "full"),
    [
        *((name, False) for name in _NAMES[::3]),
        *(pytest.param(name, True, marks=pytest.mark.full) for name in _NAMES),
    ],
)
async def test_many_clicks_do_what_one_does(shared: World, name: str, full: bool) -> None:
    clicks = 10 if name in _SHOWING else CLICKS
    families = (GROUP_CONTROLS, JOURNAL_CONTROLS, READING_CONTROLS, CURATING_CONTROLS)
    if any(name in each for each in (*families, CIRCLE_CONTROLS)):
        clicks = _FEW_CLICKS
    once, changed = await clicked(shared, name, 1)
    assert once.wrong == []
    if full or changed:
        many, _ = await clicked(shared, name, clicks if full else _TWO)
        assert many == once


@in_both_tiers
async def test_spoken_many_times_at_once_it_is_said_once_and_can_be_taken_back(
    shared: World, full: bool
) -> None:
    stage, clicks = Stage(shared), CLICKS if full else _TWO
    await stage.agreed()
    await shared.at_once(*[lambda: stage.beto.speaks(stage.consent, at=stage.general)] * clicks)
    assert stage.said_aloud().count(stage.words) == 1
    async for _ in flows.take_back.act(stage):
        pass
    for _ in range(3):
        await shared.later(70)
    assert stage.words not in stage.said_aloud()
    assert await laws_hold(stage) == []


async def test_everything_can_be_taken_back_however_often_it_was_said(shared: World) -> None:
    """The ledger's card names the places; however many they are, it still fits into a message.

    Earlier versions let the same be said again and again.
    """
    stage = Stage(shared)
    await stage.asked("*" * 1500)
    await stage.act(stage.ana, Act.YES)
    await stage.beto.speaks(stage.consent, at=stage.general)
    for _ in range(39):
        await said_beside(shared, stage.consent, stage.general)
    async for answer in flows.take_back.act(stage):
        stage.memory["last"] = answer
    assert await stage.state() == "withdrawn", stage.memory["last"]


# -- in a journal -------------------------------------------------------------------------------


async def test_pressing_try_again_many_times_keeps_it_once(shared: World) -> None:
    """What could not be kept waits on a card; two impatient presses are one entry."""
    stage = Stage(shared)
    card = None
    async for step in flows.journal.keep_what_could_not_be_kept.act(stage):
        card = step
        if d.has(step, "journal-keep"):
            break
    custom_id = "firsthand:journal-keep:new."
    await both(stage, *[lambda: stage.ana.click(card, id=custom_id)] * 5)
    assert await d.texts(stage) == [(stage.title, stage.entry)]


def presses(stage: Stage, message: Any, custom_id: str) -> Callable[[], Awaitable[Any]]:
    shown = to_discord_message(stage.world.env, message)
    return lambda: stage.ana.click(shown, id=custom_id)


async def test_always_keeping_a_message_that_is_just_being_kept(shared: World) -> None:
    for names in (("letter-keep", "letter-always"), ("letter-always", "letter-keep")):
        stage = Stage(shared)
        await d.sends(stage, stage.letter)
        message = d.standing(stage.ana, "letter-keep")
        ids = [next(id for id in ids_on(message) if f":{name}:" in id) for name in names]
        await both(stage, *(presses(stage, message, id) for id in ids))
        assert [text for _, text in await d.texts(stage)] == [stage.letter]


async def test_two_devices_set_a_passphrase_at_once(shared: World) -> None:
    """One of the two holds, and every entry opens with it."""
    stage = Stage(shared)
    with shared.env.time_context():
        await d.kept(stage)

    def sets(passphrase: str) -> Callable[[], Awaitable[Any]]:
        fields = {"passphrase-new": passphrase, "passphrase-again": passphrase}
        custom_id = "firsthand:journal-passphrase-set:"
        return lambda: forge.submit(stage.ana, custom_id, at=stage.general, **fields)

    await both(stage, sets(stage.passphrase), sets(stage.other_passphrase))
    opens = [await d.texts(stage, each) for each in (stage.passphrase, stage.other_passphrase)]
    assert sorted(opens) == [[], [(stage.title, stage.entry)]]


async def test_writing_while_a_passphrase_is_set_loses_nothing(shared: World) -> None:
    for first in (1, -1):
        stage = Stage(shared)
        with shared.env.time_context():
            await d.kept(stage)
        fields = {"passphrase-new": stage.passphrase, "passphrase-again": stage.passphrase}
        written = {"title": "", "text": stage.changed}
        acts = [
            lambda s=stage, f=fields: forge.submit(
                s.ana, "firsthand:journal-passphrase-set:", at=s.general, **f
            ),
            lambda s=stage, f=written: forge.submit(
                s.ana, "firsthand:journal-written:", at=s.general, **f
            ),
        ]
        await both(stage, *acts[::first])
        found = {text for _, text in await d.texts(stage, stage.passphrase)}
        assert found == {stage.entry, stage.changed}


async def test_dropping_and_saying_yes_at_once(shared: World) -> None:
    """The writer's *Drop it* and the friend's yes: afterwards it is nowhere."""
    for first in (1, -1):
        stage = Stage(shared)
        with shared.env.time_context():
            await d.asked(stage)
        id = d.share_id(stage)
        acts = [
            lambda s=stage, i=id: forge.press(s.ana, f"firsthand:share-drop:{i}", at=s.general),
            lambda s=stage, i=id: forge.press(s.beto, f"firsthand:share-yes:{i}", at=s.general),
        ]
        await both(stage, *acts[::first])
        if await d.share_state(stage) == "given":  # the friend was faster
            await forge.press(stage.ana, f"firsthand:share-back:{id}", at=stage.general)
        assert d.in_friends_dm(stage) == []
        assert await d.share_state(stage) == ""


async def test_editing_and_saying_yes_at_once_shows_the_old_text_or_nothing(
    shared: World,
) -> None:
    for first in (1, -1):
        stage = Stage(shared)
        with shared.env.time_context():
            await d.asked(stage)
        written = {"title": stage.title, "text": stage.changed}
        acts = [
            lambda s=stage, f=written: forge.submit(
                s.ana, f"firsthand:journal-edited:{d.entry_id(s)}.1", at=s.general, **f
            ),
            lambda s=stage: forge.press(
                s.beto, f"firsthand:share-yes:{d.share_id(s)}", at=s.general
            ),
        ]
        await both(stage, *acts[::first])
        state = await d.share_state(stage)
        assert len(d.in_friends_dm(stage)) == (state == "given")
        assert state in ("given", "waiting")
        assert not any(stage.marks["changed"] in str(m.components) for m in d.dms(stage.beto))


# -- two people --------------------------------------------------------------------------------


async def both(stage: Stage, *acts: Callable[[], Awaitable[Any]]) -> None:
    await stage.world.at_once(*acts)
    await settle_down(stage.world)
    assert await laws_hold(stage) == []


async def test_giving_up_and_taking_back_at_once_ends_it_once(shared: World) -> None:
    for first in (True, False):
        stage = Stage(shared)
        await stage.said()
        acts = [
            lambda s=stage: forge.press(s.ana, f"firsthand:take-back:{s.consent}", at=s.general),
            lambda s=stage: forge.press(s.beto, f"firsthand:give-up:{s.consent}", at=s.general),
        ]
        await both(stage, *(acts if first else acts[::-1]))
        assert await stage.state() in ("withdrawn", "given_up")
        if await stage.state() == "given_up":
            # Reversible at any moment, with effect on what was already published (law 2).
            await forge.press(stage.ana, f"firsthand:take-back:{stage.consent}", at=stage.general)
        assert stage.words not in stage.said_aloud()


async def test_taking_back_while_it_is_being_said_leaves_no_words(shared: World) -> None:
    for first in (True, False):
        stage = Stage(shared)
        await stage.agreed()
        acts = [
            lambda s=stage: forge.press(s.ana, f"firsthand:take-back:{s.consent}", at=s.general),
            lambda s=stage: s.beto.speaks(s.consent, at=s.general),
        ]
        await both(stage, *(acts if first else acts[::-1]))
        assert await stage.state() == "withdrawn"
        assert stage.words not in stage.said_aloud()


@pytest.mark.parametrize("arrived", [False, True])
async def test_taking_back_while_the_post_is_on_its_way(
    shared: World, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    """Between the decision to post and Discord's answer the person takes it back."""
    stage = Stage(shared)
    await stage.agreed()
    http = shared.bot.http
    request = http.request

    async def meanwhile(route: Any, **how: Any) -> Any:
        if route.method != "POST" or not route.path.endswith("/messages"):
            return await request(route, **how)
        message = await request(route, **how) if arrived else None
        await stage.act(stage.ana, Act.TAKE_BACK)
        return message or await request(route, **how)

    monkeypatch.setattr(http, "request", meanwhile)
    answer = await stage.beto.speaks(stage.consent, at=stage.general)
    monkeypatch.undo()
    assert answer.private
    assert stage.words not in answer.text
    assert stage.words not in stage.said_aloud()
    await settle_down(shared)
    assert await laws_hold(stage) == []


async def test_three_people_asking_ring_once(shared: World) -> None:
    stage = Stage(shared)
    askers = (stage.beto, stage.carla, stage.mara)

    def asks(person: Any) -> Callable[[], Awaitable[Any]]:
        fields = {"words": stage.words, "place": "Here"}
        custom_id = f"firsthand:ask:{stage.ana.id}"
        return lambda: forge.submit(person, custom_id, at=stage.general, **fields)

    await both(stage, asks(stage.beto), asks(stage.carla))
    await both(stage, asks(stage.mara))
    assert len(stage.rings(stage.ana)) == 1
    inbox = await stage.ana.slash("consent inbox")
    assert all(one.mention in inbox.text for one in askers)
    assert stage.rings(stage.ana) == []


async def test_two_moderators_change_a_rule_once(shared: World) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await flows.announcing(stage)
    second = shared.moderator("Macarena")

    def sets(person: Any, value: str) -> Callable[[], Awaitable[Any]]:
        return lambda: forge.choose(
            person, "firsthand:set-rule:longest_consent.0", value, at=stage.general
        )

    await both(stage, sets(stage.mara, "7"), sets(second, "14"))
    changes = await shared.rows(
        "SELECT after_value FROM rule_changes "
        f"WHERE guild_id = {stage.guild.id} AND name = 'longest_consent'"
    )
    assert len(changes) == 1
    assert shared.said(stage.assembly).count("Longest consent") == 1


async def test_asking_and_blocking_at_once_never_shows_a_blocked_request(shared: World) -> None:
    stage = Stage(shared)
    form = await stage.beto.slash("consent ask", member=stage.ana)
    await both(
        stage,
        lambda: stage.beto.fill(form, words=stage.words, place=stage.place),
        lambda: stage.ana.slash("consent block", member=stage.beto),
    )
    rows = await shared.rows(f"SELECT hidden FROM consents WHERE guild_id = {stage.guild.id}")
    assert [row["hidden"] for row in rows] == [1]
