"""An affinity group on a stage: what came before, by the services, without a word to anybody.

A stage has one group that its flows are about. Ana starts it, Beto is in it unless said otherwise,
Carla and Mara (who moderates) are outside.
"""

from __future__ import annotations

from typing import Any

from simcord.results import to_discord_message

from bot.affinity.questions import Body
from bot.affinity.rules import Answer, Kind
from tests.groups import Circle, join, keeper
from tests.wire import forge
from tests.wire.stage import Stage
from tests.world import Answer as Shown
from tests.world import Person, controls


def dario(s: Stage) -> Person:
    """A third member, where something is said in the group's name: a voice takes three."""
    if "dario" not in s.memory:
        name = f"Dario{s.marks['name'][-4:]}"
        s.memory["dario"] = s.world.person(name, s.locale, guild=s.guild)
    return s.memory["dario"]


async def gather(s: Stage, *others: Person, listed: bool = False, name: str = "") -> Circle:
    """Ana's group with its channel; the others belong to it, too."""
    bot = s.world.bot
    started = await bot.groups.start(
        s.guild.id, s.ana.id, name or s.group_name, s.purpose, listed=listed, may=True
    )
    assert started.group is not None, started
    s.memory["group"], s.memory["listed"] = started.group.id, listed
    s.insiders |= {person.id for person in (s.ana, *others)}
    await join(s.world, started.group.id, *others)
    assert await keeper(s.world).start(started.group) is None
    await s.world.env.settle()
    found = await circle(s)
    s.rooms.add(found.channel.id)
    return found


def group_id(s: Stage) -> str:
    return s.memory["group"]


async def circle(s: Stage) -> Circle:
    """The stage's group and the channel it has now."""
    return await Circle.of(s.world, group_id(s))


def question(s: Stage) -> str:
    """The question that was asked last."""
    return s.memory["question"]


async def asked(
    s: Stage, kind: Kind, author: Person, subject: Person | None = None, **body: Any
) -> str:
    """Somebody asks the group."""
    asking = s.world.bot.group_asking
    here = group_id(s), s.guild.id
    if kind is Kind.KNOCK:
        found = await asking.knock(*here, author.id, s.hello, s.general.id)
    elif kind is Kind.INVITATION:
        assert subject is not None
        found = await asking.invite(
            *here, author.id, subject.id, is_bot=False, channel_id=s.general.id
        )
    elif kind is Kind.PARTING:
        assert subject is not None
        found = await asking.part(group_id(s), author.id, subject.id)
    else:
        subject_id = None if subject is None else subject.id
        found = await asking.propose(
            group_id(s), author.id, kind, Body(**body), subject_id=subject_id
        )
    assert found.decision is not None, found
    s.memory["question"] = found.decision.id
    if kind in (Kind.PARTING, Kind.INVITATION):
        _noted(s, author, Answer.YES)
    await _settled(s)
    return found.decision.id


async def says(s: Stage, person: Person, answer: Answer, reason: str = "") -> None:
    """Somebody answers what was asked last."""
    answered = await s.world.bot.deciding.answer(question(s), person.id, answer, reason)
    assert answered.taken == "counted", answered
    _noted(s, person, answer)
    await _settled(s)


def _noted(s: Stage, person: Person, answer: Answer) -> None:
    """The laws look for a press of theirs; by the services there is none."""
    s.pressed.add((person.id, f"firsthand:group-{answer}:{question(s)}"))


async def _settled(s: Stage) -> None:
    await keeper(s.world).settle(group_id(s))
    s.world.bot.doorbell.ring(s.ana.id, s.beto.id, s.carla.id)
    await s.world.env.settle()


async def proposed(s: Stage) -> None:
    """Ana proposes something to Beto and herself."""
    await gather(s, s.beto)
    await asked(s, Kind.PROPOSAL, s.ana, text=s.proposal)


async def three(s: Stage) -> None:
    """As many as a group's voice takes: Ana, Beto and Dario."""
    await gather(s, s.beto, dario(s))


async def spoke_proposed(s: Stage, *others: Person) -> None:
    """Ana proposes that Beto says something in the group's name."""
    await gather(s, s.beto, dario(s), *others)
    body = {"text": s.chorus, "place": s.audience, "channel_id": s.general.id, "days": 7}
    await asked(s, Kind.SPOKE, s.ana, s.beto, **body)


async def spoken_for(s: Stage) -> None:
    """And all of them support it: Beto holds the group's yes."""
    await spoke_proposed(s)
    for person in (s.ana, dario(s), s.beto):
        await says(s, person, Answer.SUPPORT)
    s.memory["consent"] = question(s)


async def spoken_aloud(s: Stage) -> None:
    """And Beto has said it in the general channel."""
    await spoken_for(s)
    s.memory["aloud"] = True
    await s.beto.speaks(s.consent, at=s.general)


async def knocked(s: Stage) -> None:
    """Carla knocks at the group of Ana and Beto, and Ana has said yes."""
    await gather(s, s.beto, listed=True)
    await asked(s, Kind.KNOCK, s.carla)
    await says(s, s.ana, Answer.YES)


async def invited(s: Stage) -> None:
    """The group has said yes to Carla, and she is asked."""
    await gather(s, s.beto)
    await asked(s, Kind.INVITATION, s.ana, s.carla)
    await says(s, s.beto, Answer.YES)
    s.insiders.add(s.carla.id)


async def parting_asked(s: Stage) -> None:
    """Ana asks whether to part with Carla; Beto is asked."""
    await gather(s, s.beto, s.carla)
    await asked(s, Kind.PARTING, s.ana, s.carla)


async def lost(s: Stage) -> None:
    """Somebody has deleted the channel by hand."""
    found = await gather(s, s.beto)
    s.world.env.backend.delete_channel(found.channel.id)
    await s.world.env.settle()


# -- what people see and press ------------------------------------------------------------------


def ids_on(message: Any) -> list[str]:
    return [each["custom_id"] for each in controls(message.components)]


async def on_card(s: Stage, person: Person, name: str) -> Shown:
    """Press a button on the card of what was asked last; by hand, if the card is not there."""
    return await on_post(s, person, name, question(s), "question", question(s))


async def on_intro(s: Stage, person: Person, name: str, key: str = "") -> Shown:
    """Press a button on the channel's first message."""
    return await on_post(s, person, name, key or group_id(s), "group", group_id(s))


async def on_post(s: Stage, person: Person, name: str, key: str, topic: str, shows: str) -> Shown:
    custom_id = f"firsthand:{name}:{key}"
    post = await s.world.bot.posts.shows(topic, shows)
    place = (0, 0) if post is None else (post.channel_id, post.message_id or 0)
    stored = s.world.env.backend.messages.get(place[0], {}).get(place[1])
    if stored is None or custom_id not in ids_on(stored):
        return await forge.press(person, custom_id, at=s.general)
    return await person.click(to_discord_message(s.world.env, stored), id=custom_id)


# -- how it stands ------------------------------------------------------------------------------


async def group_row(s: Stage) -> dict[str, Any] | None:
    rows = await s.world.rows(f"SELECT * FROM affinity_groups WHERE id = '{group_id(s)}'")
    return rows[0] if rows else None


async def inside(s: Stage) -> set[int]:
    """Who belongs to the group and can read its channel."""
    row = await group_row(s)
    if row is None or row["channel_id"] not in s.world.env.backend.channels:
        return set()
    found = await circle(s)
    members = await found.members()
    return members if found.readers() == members else set()


async def questions(s: Stage, kind: Kind) -> list[dict[str, Any]]:
    return await s.world.rows(
        f"SELECT * FROM decisions WHERE guild_id = {s.guild.id} AND kind = '{kind}'"
    )


async def is_over(s: Stage, kind: Kind) -> bool:
    """A secret question came to nothing: its card says so, and soon nothing is kept of it."""
    rows = await questions(s, kind)
    if any(row["state"] not in ("failed", "ended") or row["card"] == "stale" for row in rows):
        return False
    return not any(question(s) in str(ids_on(message)) for message in s.public())


async def stands(s: Stage, kind: Kind, state: str) -> bool:
    """There is one question of this kind, in this state, and its card tells it."""
    rows = await questions(s, kind)
    if [row["state"] for row in rows] != [state]:
        return False
    # A card that somebody deleted is not put up again once it is decided.
    there = ("up", "none") if s.disturbed and state != "open" else ("up",)
    return kind is Kind.PARTING or rows[0]["card"] in there
