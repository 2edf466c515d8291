"""Affinity groups: coming together, and going."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from simcord.results import to_discord_message

from bot.affinity import LOST, NEWS, Event
from bot.affinity.rules import Answer, Kind
from tests.groups import keeper
from tests.wire import gathering as g
from tests.wire.flows.base import Step, flow, press, shows
from tests.wire.flows.server import announcing
from tests.wire.stage import Stage


async def alone(s: Stage) -> None:
    await g.gather(s)


async def paired(s: Stage) -> None:
    await g.gather(s, s.beto)


async def listed(s: Stage) -> None:
    await g.gather(s, s.beto, listed=True)


def open_groups(count: int) -> object:
    """So many groups have their channel, and Ana alone reads the newest one."""

    async def look(s: Stage) -> bool:
        rows = await s.world.rows(
            f"SELECT * FROM affinity_groups WHERE guild_id = {s.guild.id} "
            "ORDER BY started_at DESC, id"
        )
        if [row["state"] for row in rows] != ["open"] * count:
            return False
        for row in rows:
            s.memory["group"] = row["id"]
            if s.ana.id not in await g.inside(s):
                return False
        return True

    return look


@flow(open_groups(1))
async def start_a_group(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("affinity start", name=s.group_name, purpose=s.purpose)


async def another(s: Stage) -> None:
    await g.gather(s, name="Another circle")


@flow(open_groups(2), another)
async def start_a_second_group(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("affinity start", name=s.group_name, purpose=s.purpose, listed=True)


@flow(shows(lambda s: s.purpose), listed)
async def list_groups(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("affinity list")


async def listed_aloud(s: Stage) -> None:
    await announcing(s)
    await listed(s)


async def off_the_list(s: Stage) -> bool:
    """The group, and everybody who reads the announcements, is told once who it was."""
    row = await g.group_row(s)
    room = (await g.circle(s)).channel
    # The first announcement is about the announcement channel itself.
    told = [s.world.said(each).count(s.mara.mention) for each in (room, s.assembly)]
    return row is not None and not row["listed"] and told == [1, 2]


@flow(off_the_list, listed_aloud)
async def take_off_the_list(s: Stage) -> AsyncIterator[Step]:
    page = await s.mara.slash("affinity list")
    yield page
    sure = await s.mara.choose(page, g.group_id(s), id="firsthand:group-off-list:")
    yield sure
    if ":group-off-list-now:" in str(sure.controls):
        yield await press(s.mara, sure, "group-off-list-now")


async def has_knocked(s: Stage) -> bool:
    return await g.stands(s, Kind.KNOCK, "open")


@flow(has_knocked, listed)
async def knock(s: Stage) -> AsyncIterator[Step]:
    form = await s.carla.slash("affinity knock", group=g.group_id(s))
    yield form
    if form.form is not None:
        yield await s.carla.fill(form, hello=s.hello)


async def carla_is_in(s: Stage) -> bool:
    return s.carla.id in await g.inside(s)


@flow(carla_is_in, g.knocked)
async def admit(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-yes")


async def not_admitted(s: Stage) -> bool:
    return not await carla_is_in(s) and await g.is_over(s, Kind.KNOCK)


@flow(not_admitted, g.knocked)
async def do_not_admit(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-no")


async def has_invited(s: Stage) -> bool:
    return await g.stands(s, Kind.INVITATION, "open")


@flow(has_invited, paired)
async def invite(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("affinity invite", member=s.carla)


async def invitation_waits(s: Stage) -> bool:
    return await g.stands(s, Kind.INVITATION, "invited")


@flow(invitation_waits, alone)
async def invite_from_the_channel(s: Stage) -> AsyncIterator[Step]:
    card = await g.on_intro(s, s.ana, "group-invite")
    yield card
    if ":group-invited:" in str(card.controls):
        yield await s.ana.choose(card, s.carla.member)


@flow(carla_is_in, g.invited)
async def accept_an_invitation(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.carla.slash("consent inbox")
    yield inbox
    if ":group-accept:" in str(inbox.controls):
        yield await press(s.carla, inbox, "group-accept")


async def hidden_from_her(s: Stage) -> bool:
    rows = await g.questions(s, Kind.INVITATION)
    return [row["why"] for row in rows] == ["hidden"]


@flow(hidden_from_her, g.invited)
async def decline_an_invitation(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.carla.slash("consent inbox")
    yield inbox
    if ":group-decline:" in str(inbox.controls):
        yield await press(s.carla, inbox, "group-decline")


async def hidden_and_blocked(s: Stage) -> bool:
    return await hidden_from_her(s) and bool(
        await s.world.rows(f"SELECT 1 FROM blocks WHERE person_id = {s.carla.id}")
    )


@flow(hidden_from_her, g.invited)
async def never_again(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.carla.slash("consent inbox")
    yield inbox
    if ":group-never:" in str(inbox.controls):
        yield await press(s.carla, inbox, "group-never")


@flow(shows(lambda s: s.beto.mention), paired)
async def who_is_in(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("affinity members")


# -- being away, leaving, parting ---------------------------------------------------------------


async def beto_is_away(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT away_until FROM group_members WHERE person_id = {s.beto.id}")
    return [bool(row["away_until"]) for row in rows] == [True]


@flow(beto_is_away, paired)
async def be_away(s: Stage) -> AsyncIterator[Step]:
    card = await g.on_intro(s, s.beto, "group-away")
    yield card
    if ":group-away-until:" in str(card.controls):
        menu = card.controls[0]
        yield await s.beto.choose(card, menu["options"][2]["value"], id=menu["custom_id"])


async def gone_away(s: Stage) -> None:
    await paired(s)
    with s.world.env.time_context():
        until = int(s.world.env.now().timestamp()) + 5 * 86_400
    await s.world.bot.groups.be_away(g.group_id(s), s.beto.id, until)
    await keeper(s.world).settle(g.group_id(s))


async def beto_is_back(s: Stage) -> bool:
    return not await beto_is_away(s)


@flow(beto_is_back, gone_away)
async def come_back(s: Stage) -> AsyncIterator[Step]:
    yield await s.beto.slash("affinity away", until="back")


async def ana_alone_is_in(s: Stage) -> bool:
    return await g.inside(s) == {s.ana.id}


@flow(ana_alone_is_in, paired)
async def leave_a_group(s: Stage) -> AsyncIterator[Step]:
    sure = await g.on_intro(s, s.beto, "group-leave")
    yield sure
    if ":group-left:" in str(sure.controls):
        yield await press(s.beto, sure, "group-left")


async def supported(s: Stage) -> None:
    await g.spoken_aloud(s)


async def nothing_said_for_the_group(s: Stage) -> bool:
    inside = await g.inside(s)
    return inside == {s.ana.id, g.dario(s).id} and s.chorus not in s.said_aloud()


@flow(nothing_said_for_the_group, supported)
async def leave_and_take_back(s: Stage) -> AsyncIterator[Step]:
    left = await s.beto.slash("affinity leave")
    yield left
    if ":recall:" in str(left.controls):
        yield await press(s.beto, left, "recall")
        return
    # The offer is made once. Later, the post itself takes it back.
    post = next(each for each in s.public() if ":verify:" in str(g.ids_on(each)))
    card = await s.beto.menu("This speaks for me", to_discord_message(s.world.env, post))
    yield card
    if ":recall:" in str(card.controls):
        yield await press(s.beto, card, "recall")


async def no_group(s: Stage) -> bool:
    backend = s.world.env.backend
    rooms = [each for each in backend.channels.values() if each.guild_id == s.guild.id]
    return await g.group_row(s) is None and not any(" · " in (each.topic or "") for each in rooms)


@flow(no_group, alone)
async def the_last_one_leaves(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("affinity leave")


async def parting_stands(s: Stage) -> bool:
    return await g.stands(s, Kind.PARTING, "open")


async def three(s: Stage) -> None:
    await g.gather(s, s.beto, s.carla)


@flow(parting_stands, three)
async def ask_to_part(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("affinity part", member=s.carla)
    yield sure
    if ":group-part:" in str(sure.controls):
        yield await press(s.ana, sure, "group-part")


async def carla_is_out(s: Stage) -> bool:
    return await g.inside(s) == {s.ana.id, s.beto.id}


@flow(carla_is_out, g.parting_asked)
async def part_ways(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if ":group-yes:" in str(inbox.controls):
        yield await press(s.beto, inbox, "group-yes")


@flow(parting_stands, g.parting_asked)
async def see_whether_to_part(s: Stage) -> AsyncIterator[Step]:
    yield await s.beto.slash("consent inbox")


# -- ending, and opening again ------------------------------------------------------------------


async def end_is_asked(s: Stage) -> bool:
    return await g.stands(s, Kind.CLOSE, "open")


@flow(end_is_asked, paired)
async def ask_to_close(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("affinity close")
    yield sure
    if ":group-close:" in str(sure.controls):
        yield await press(s.ana, sure, "group-close")


async def nearly_closed(s: Stage) -> None:
    """Beto has said something in the group's name, and it is to end."""
    await g.spoken_aloud(s)
    await g.asked(s, Kind.CLOSE, s.ana)
    for person in (s.ana, g.dario(s)):
        await g.says(s, person, Answer.SUPPORT)


async def closed_for_good(s: Stage) -> bool:
    return await no_group(s) and s.chorus not in s.said_aloud()


@flow(closed_for_good, nearly_closed)
async def close_a_group(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-support")
    await s.world.later(61)
    yield None


async def lost_with_a_question(s: Stage) -> None:
    await g.proposed(s)
    s.world.env.backend.delete_channel((await g.circle(s)).channel.id)
    await s.world.env.settle()


async def open_again(s: Stage) -> bool:
    return await g.inside(s) == {s.ana.id, s.beto.id} and await g.stands(s, Kind.PROPOSAL, "open")


@flow(open_again, lost_with_a_question)
async def open_a_lost_channel(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if ":group-reopen:" in str(inbox.controls):
        yield await press(s.beto, inbox, "group-reopen")


# -- news ---------------------------------------------------------------------------------------


async def told_everything(s: Stage) -> None:
    """Every kind of news waits for Ana, and the channel is gone."""
    await g.gather(s, s.beto, s.carla)
    add = s.world.bot.notices.add
    facts: dict[str, Any] = {"guild_id": s.guild.id, "channel_id": s.general.id}
    with s.world.env.time_context():
        now = int(s.world.env.now().timestamp())
    async with s.world.bot.store.main.transaction() as connection:
        for number, event in enumerate(Event):
            await add(
                connection,
                NEWS,
                g.group_id(s),
                s.ana.id,
                what=event,
                about_id=s.carla.id,
                shown_at=now - len(Event) + number,
                **facts,
            )
        await add(connection, LOST, g.group_id(s), s.ana.id, **facts)
    s.world.bot.doorbell.ring(s.ana.id)


async def something_was_read(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT 1 FROM notices WHERE person_id = {s.ana.id}")
    return len(rows) <= len(Event)


@flow(something_was_read, told_everything)
async def read_news_of_a_group(s: Stage) -> AsyncIterator[Step]:
    """News goes together, as much as fits; the channel by itself."""
    inbox = await s.ana.slash("consent inbox")
    yield inbox
    for _ in range(3):
        if ":got-it:" in str(inbox.controls):
            inbox = await press(s.ana, inbox, "got-it")
            yield inbox


async def parted(s: Stage) -> None:
    await g.parting_asked(s)
    await g.says(s, s.beto, Answer.YES)


async def the_others_know(s: Stage) -> bool:
    """It is in their inboxes; the rings for it come later, one by one."""
    with s.world.env.time_context():
        now = int(s.world.env.now().timestamp())
    rows = await s.world.rows(
        f"SELECT * FROM notices WHERE guild_id = {s.guild.id} AND shown_at <= {now}"
    )
    told = {row["person_id"] for row in rows if row["what"] == Event.PARTING_PASSED}
    return told == {s.ana.id, s.beto.id} and Event.PARTED not in {row["what"] for row in rows}


@flow(the_others_know, parted)
async def hear_that_we_parted(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.carla.slash("consent inbox")
    yield inbox
    if ":got-it:" in str(inbox.controls):
        yield await press(s.carla, inbox, "got-it")
