"""Everything that is stored about a person is in their export, and gone after they erase it.

Generic over the schema: a new table must be declared here, and each of its columns is either shown
in the export or named with the reason why not.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.affinity.questions import Body
from bot.affinity.rolls import Group
from bot.affinity.rules import Answer, Kind
from bot.app import COGS, PERMISSIONS
from bot.consent.rules import Act, Flag, Refusal
from bot.journal.hours import EVERY_DAY, Plan
from bot.journal.service import Draft
from bot.journal.sharing import Wish
from bot.noticing.service import Target
from bot.reading.suggestions import Body as Suggestion
from bot.store.ids import owner_of
from cogs.consent.says import REFUSALS
from tests.wire import diary as d
from tests.wire import flows, forge
from tests.wire.flows import circles, curating, press, reading
from tests.wire.stage import Stage
from tests.wire.stage import shown as shown_on
from tests.world import DAY, Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

Row = dict[str, Any]
_TECHNICAL = "counts attempts or changes, and says nothing about anybody"


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the export shows a table's rows: under which key, and how to tell them apart.

    `unshown` names the columns that the export leaves out or puts in other words, with the reason.
    `kept_back` tells why somebody with this id may not see a row that names them, or nothing.
    """

    key: str
    same: Callable[[Row, Row], bool] = lambda row, entry: True
    unshown: Mapping[str, str] = field(default_factory=dict)
    kept_back: Callable[[Row, int], str] = lambda row, me: ""
    #: Columns that somebody with this id does not see, with the reason; others concerned do.
    not_for: Callable[[Row, int], Mapping[str, str]] = lambda row, me: {}


def by(**columns: str) -> Callable[[Row, Row], bool]:
    """The entry whose fields equal these columns of the row."""
    return lambda row, entry: all(entry[name] == row[column] for name, column in columns.items())


def question_kept_back(row: Row, me: int) -> str:
    if row["author_id"] == me or row["kind"] == "spoke":
        return ""
    if row["kind"] == "parting":
        return "the others ask each other, and say nothing unless they agree"
    if row["state"] == "invited" and row["why"] != "hidden":
        return ""
    return "the group has yet to decide, or the invitation is hidden"


def share_kept_back(row: Row, me: int) -> str:
    if row["writer_id"] == me:
        return ""
    if row["hidden"]:
        return "its friend has blocked the writer"
    return "nobody has asked its friend" if row["state"] in ("waiting", "confirming") else ""


_OF_THE_WRITER = dict.fromkeys(("entry_id", "channel_id", "pause"), "the writer's to tell")
SHOWN: Mapping[str, Shown] = {
    "dm_permissions": Shown("dms", unshown={"person_id": "the export is about them"}),
    "absences": Shown("in_no_server", unshown={"person_id": "the export is about them"}),
    "notices": Shown(
        "notices",
        by(about="topic", key="key"),
        {
            "id": "our own name for it",
            "person_id": "the export is about them",
            "about_id": "shown as about whom; nobody and a group as nothing",
            "watched": "follows from the topic",
            "news": "follows from the topic",
            "noted_at": _TECHNICAL,
        },
        lambda row, me: "" if row["person_id"] == me else "told to somebody else",
    ),
    "rings": Shown(
        "ring",
        unshown={"person_id": "the export is about them", "opened": "is about to be taken down"},
    ),
    "work": Shown(
        "due_work",
        by(what="kind", about="key"),
        {
            "turn": "the export is about them",
            "urgent": "follows from the kind",
            "noted_at": _TECHNICAL,
            "busy_until": _TECHNICAL,
            "again": _TECHNICAL,
        },
    ),
    "flags": Shown(
        "flags",
        by(server="guild_id"),
        {"person_id": "the export is about them", "note": "shown opened", "revision": _TECHNICAL},
    ),
    "consents": Shown(
        "consents",
        by(id="id"),
        {
            "words": "shown opened",
            "place": "shown opened",
            "name": "shown opened, of what is said for a group",
            "hidden": "only the one who left it may know",
            "revision": _TECHNICAL,
        },
    ),
    "posts": Shown(
        "posts",
        by(message="message_id"),
        {
            "id": "our own name for the message",
            "guild_id": "the consent's server",
            "topic": "what it shows is named",
            "goes": "shown as a yes or no",
            "begun_at": _TECHNICAL,
            "remains": "was said, and is told when it ends",
        },
    ),
    "refusals": Shown(
        "people_i_refuse",
        by(server="guild_id", kind="kind"),
        {"owner_id": "the export is about them", "mark": "a fingerprint; nobody can read it"},
    ),
    "slots": Shown(
        "requests_today",
        by(server="guild_id", act="act", number="number"),
        {"person_id": "the export is about them"},
    ),
    "objections": Shown(
        "objections_to_messages_of_mine",
        by(server="guild_id", kept_until="due_at"),
        {
            "author_id": "the export is about them",
            "mark": "a fingerprint; nobody can read it",
        },
    ),
    "rule_changes": Shown(
        "rule_changes_i_made",
        by(server="guild_id", rule="name", after="after_value"),
        {
            "id": "our own name for it",
            "author_id": "the export is about them",
            "state": "whether it was announced yet",
        },
    ),
}
SHOWN = {
    **SHOWN,
    "group_members": Shown(
        "affinity_groups", by(group="group_id"), {"person_id": "the export is about them"}
    ),
    "decisions": Shown(
        "group_questions",
        by(id="id"),
        {
            "author_id": "shown as asked by me or not; whoever else asked is theirs to tell",
            "body": "shown opened",
            "why": "shown unless it is secret",
            "quorum": "the group's settings of that day",
            "admission": "the group's settings of that day",
            "revision": _TECHNICAL,
            "card": _TECHNICAL,
        },
        question_kept_back,
    ),
    "ballots": Shown(
        "group_answers",
        by(question="decision_id"),
        {
            "person_id": "the export is about them",
            "sealed": "shown opened",
            "reason": "shown opened",
            "revision": _TECHNICAL,
        },
    ),
    "group_notices": Shown(
        "group_notices", by(group="group_id"), {"target_id": "the export is about them"}
    ),
    "journals": Shown(
        "journal",
        unshown={
            "person_id": "the export is about them",
            "key_id": "our own name for the key that opens the entries",
            "locks": _TECHNICAL,
        },
    ),
    "journal_entries": Shown(
        "journal",
        by(id="id"),
        {
            "person_id": "the export is about them",
            "sealed": "shown opened",
            "source": "a fingerprint; nobody can read it",
        },
    ),
    "journal_tries": Shown(
        "journal_passphrases_tried",
        by(at="tried_at", right="was_right"),
        {"id": "our own name for it", "person_id": "the export is about them"},
    ),
    "journal_habits": Shown("journal_messages", unshown={"person_id": "the export is about them"}),
    "journal_reminders": Shown(
        "journal_reminders",
        unshown={
            "person_id": "the export is about them",
            "plan": "shown opened",
            "revision": _TECHNICAL,
        },
    ),
    "reading_shelves": Shown(
        "reading_shelf",
        unshown={
            "person_id": "the export is about them",
            "mark": "a fingerprint; nobody can read it",
            "id": "our own name for how it stands",
            "sealed": "shown opened",
        },
    ),
    "journal_shares": Shown(
        "journal_shares",
        by(id="id"),
        {
            "copy": "the entry, which its writer's export shows",
            "key_id": "our own name for the key of the copy",
            "entry_revision": _TECHNICAL,
            "hidden": "only the friend who blocked may know",
        },
        share_kept_back,
        lambda row, me: {} if row["writer_id"] == me else _OF_THE_WRITER,
    ),
}
SHOWN = {
    **SHOWN,
    "circles": Shown(
        "reading_circles_i_started",
        by(id="id"),
        {
            "host_id": "the export is about them",
            "named": "shown as naming me or not",
            "revision": _TECHNICAL,
            "shown": _TECHNICAL,
            "event_at": _TECHNICAL,
            "thread_id": _TECHNICAL,
            "due_at": _TECHNICAL,
        },
    ),
    "circle_joins": Shown(
        "reading_circles_i_joined",
        by(circle="circle_id"),
        {
            "person_id": "the export is about them",
        },
    ),
    "reading_suggestions": Shown(
        "reading_suggestions",
        by(id="id"),
        {
            "person_id": "the export is about them",
            "sealed": "shown opened",
            "revision": _TECHNICAL,
        },
    ),
    "reading_works": Shown(
        "reading_works_that_name_me",
        by(id="id"),
        {
            "named_id": "the export is about them",
            "sealed": "shown opened",
            "turn": "where it stands on the server's list",
            "revision": _TECHNICAL,
        },
    ),
    "nudge_rests": Shown(
        "not_told_of_another_until",
        by(itself="until_at"),
        {"author_id": "the export is about them"},
    ),
}
_RESTS = REFUSALS[Refusal.RESTS].partition("{person}")[2].partition("{when}")[0]
_DAY_USED = REFUSALS[Refusal.DAY_USED].partition("{when}")[0]
#: Tables without personal data, or whose data cannot be shown.
NOT_SHOWN: Mapping[str, str] = {
    "facts": "the bot about itself",
    "doors": "servers",
    "migrations": "the bot about itself",
    "instance": "the bot about itself",
    "departures": "servers",
    "affinity_groups": "groups; who is in them is in group_members, what they are called there too",
    "group_places": "servers",
    "rules": "what a server decided; who decided it is in rule_changes",
    "reading_lists": "servers; whoever is named on a work is in reading_works",
    "reading_imports": "a file for a server's list, for a quarter of an hour; not by whom",
    "personal_keys": "the key that opens the texts which the export shows",
    "journal_keys": "which keys may be in personal_keys; they open what the export shows",
}
#: What stays after erasing: table and reason. It has to be gone a day later.
STAYS = {"slots": "how often somebody asked today, so that erasing makes no room for more"}


async def tables(world: World) -> dict[str, list[Row]]:
    """Every table of both databases, with its rows."""
    found: dict[str, list[Row]] = {}
    for database in (world.bot.store.main, world.bot.store.keys):
        async with database.transaction() as connection:
            names = await connection.execute_fetchall(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
            for (name,) in names:
                rows = await connection.execute_fetchall(f"SELECT * FROM {name}")
                found[name] = found.get(name, []) + [dict(row) for row in rows]
    return found


def holds(row: Row, person: Person) -> bool:
    """Whether a row has a person's id in it, as a number or inside a text."""
    return any(
        value == person.id or str(person.id) in (value if isinstance(value, str) else "")
        for value in row.values()
    )


async def everything(world: World, stage: Stage | None = None) -> tuple[Stage, Person]:
    """A world in which Ana has taken part in every way there is."""
    stage = stage or Stage(world)
    ana, bot = stage.ana, world.bot
    role = stage.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    world.env.backend.add_member_role(stage.guild.id, ana.id, role.id)
    await flows.allow_dms.run(stage)
    await stage.said()  # spoken for, and posted
    with world.env.time_context():
        await bot.consents.set_flag(stage.guild.id, ana.id, Flag.ASK, stage.note)
        await bot.boundaries.block(ana.id, stage.mara.id)
    form = await ana.slash("consent ask", member=stage.carla)  # asks, and waits
    await ana.fill(form, words=stage.words, place=stage.place)
    form = await stage.carla.slash("consent give", member=ana)  # is given, and holds
    await stage.carla.fill(form, words=stage.words, place=stage.place)
    async for card in flows.read_first(ana):
        last = card
    await press(ana, last, "yes")
    await stage.asked("Once more, please.")  # and says no
    with world.env.time_context():
        await stage.act(ana, Act.NO)
    message = await stage.beto.member.send(stage.general, "She says so, too.")
    await ana.menu("This speaks for me", message)
    own = await ana.member.send(stage.general, "Carla says so, too.")
    await stage.carla.menu("This speaks for me", own)
    with world.env.time_context():
        await in_groups(stage)
        await in_journals(stage)
        await reading.noted(stage)
        await in_a_list(stage)
        await circles.joined(stage)
    with world.env.time_context():
        here = stage.guild.id, stage.general.id
        await bot.nudges.note(*here, message.id, ana.id, [Target(stage.beto.id)])
        await bot.nudges.note(*here, own.id, stage.carla.id, [Target(ana.id)])
    panel = await ana.slash("rules edit")
    card = await ana.choose(panel, "rest_days")
    await ana.fill(await press(ana, card, "number-rule"), number="45")
    await world.later(1)
    with world.env.time_context():
        await bot.roster.note_absent({ana.id}, set())
    return stage, ana


def group_texts(stage: Stage) -> dict[str, str]:
    """Texts like no others in this world, what they are first."""
    kinds = ("name", "purpose", "proposal", "reason", "hello", "role")
    return {kind: f"{kind} Ñandú{stage.guild.id}" for kind in kinds}


async def in_groups(stage: Stage) -> Group:
    """Ana in groups, in every way there is, by the services; the other side of each as well."""
    bot, guild, texts = stage.world.bot, stage.guild, group_texts(stage)
    ana, beto, carla = stage.ana.id, stage.beto.id, stage.carla.id
    ask, says = bot.group_asking, bot.deciding.answer

    async def group(starter: int, *others: int, besides: str = "") -> Group:
        started = await bot.groups.start(
            guild.id, starter, texts["name"] + besides, texts["purpose"], listed=True, may=True
        )
        assert started.group is not None, started
        room = guild.create_text_channel("owls")
        backend, bits = stage.world.env.backend, PERMISSIONS.value
        for target, kind, facts in (
            (bot.user.id, OverwriteType(1), {"allow": bits}),
            (guild.id, OverwriteType(0), {"deny": discord.Permissions(view_channel=True).value}),
        ):
            backend.set_overwrite(room.id, Overwrite(target, kind, **facts))
        found = await bot.upkeep.has_channel(started.group.id, room.id, None, "owls")
        assert found is not None
        for person in others:
            await bot.store.keyring.ensure(person)
            async with bot.store.main.transaction() as connection:
                await bot.groups.rolls.join(connection, found, person, found.started_at)
        return found

    async def opened(asking: Awaitable[Any]) -> str:
        asked = await asking
        assert asked.decision is not None, asked
        return asked.decision.id

    ours = await group(ana, beto, carla)
    theirs, full = await group(carla, besides=" again"), await group(beto, besides=" once more")
    await opened(ask.propose(ours.id, ana, Kind.PROPOSAL, Body(text=texts["proposal"])))
    blocked = await opened(ask.propose(ours.id, beto, Kind.PROPOSAL, Body(text="Carla's turn")))
    await says(blocked, ana, Answer.BLOCK, texts["reason"])
    await opened(
        ask.propose(ours.id, beto, Kind.SPOKE, Body(text=texts["role"], days=7), subject_id=ana)
    )
    await opened(ask.part(ours.id, beto, ana))
    about_carla = await opened(ask.part(ours.id, ana, carla))
    await says(about_carla, beto, Answer.NO)
    await opened(ask.invite(theirs.id, guild.id, carla, ana, is_bot=False))
    knock = await opened(ask.knock(full.id, guild.id, ana, texts["hello"], stage.general.id))
    await says(knock, beto, Answer.NO)
    knock = await opened(ask.knock(theirs.id, guild.id, ana, texts["hello"], stage.general.id))
    await bot.boundaries.block(ana, beto)
    await opened(ask.invite(full.id, guild.id, beto, ana, is_bot=False))
    claimed = await bot.upkeep.is_news(ours, "taken", ana)
    assert claimed is not None
    await bot.upkeep.told(claimed[0])
    return ours


def journal_texts(stage: Stage) -> tuple[str, ...]:
    return stage.title, stage.entry, stage.letter


async def in_a_list(stage: Stage) -> None:
    """Ana has suggested works: one is on the list and names her, one was declined, one is open."""
    await curating.accepted(stage)
    for title in ("Second", "Third"):
        body = Suggestion(curating.wording(stage, f"{title} {stage.offered}"), named=False)
        await stage.world.bot.suggesting.suggest(stage.guild.id, stage.ana.id, body)
    (first, *_) = await stage.world.bot.curating.page(stage.guild.id, most=2, skip=0)
    await stage.world.bot.curating.decline(stage.guild.id, first.id, first.revision, stage.refused)


async def in_journals(stage: Stage) -> None:
    """Ana's journal with everything in it, unlocked; shares of hers, and with her."""
    bot, ana, carla = stage.world.bot, stage.ana, stage.carla
    for person in (ana, stage.beto, carla):
        await bot.roster.allow_dms(person.id, "en")
    entry = await bot.journal.write(ana.id, Draft(stage.title, stage.entry))
    assert entry is not None
    message = await d.sends(stage, stage.letter)
    await bot.journal.write(ana.id, Draft("", stage.letter), message_id=message.id)
    await bot.journal.set_habit(ana.id, "always", "en")
    plan = Plan(EVERY_DAY, 8 * 60, d.ZONE, None)
    await bot.reminders.sent(await bot.reminders.set(ana.id, plan), 11, 12)
    await shares(stage, ana, stage.beto, entry, asks=True)
    given = await shares(stage, ana, carla, entry, asks=True)
    await forge.press(carla, f"firsthand:share-yes:{given}", at=stage.general)
    for other in (carla, stage.beto, stage.mara):
        theirs = await bot.journal.write(other.id, Draft("", "Theirs"))
        assert theirs is not None
        await shares(stage, other, ana, theirs, asks=other is not stage.beto)
    await bot.journal_keys.protect(ana.id, stage.passphrase)
    assert not (await bot.journal_keys.unlock(ana.id, "not this one")).right


async def shares(stage: Stage, writer: Person, friend: Person, entry: str, *, asks: bool) -> str:
    """One shares an entry with another; if it `asks`, its pause and the second look are over."""
    sharing, place = stage.world.bot.sharing, (stage.guild.id, stage.general.id)
    wish = Wish(writer.id, friend.id, entry, *place, together=True, friend_is_app=False)
    begun = await sharing.begin(wish)
    assert begun.share is not None, begun
    if asks:
        async with stage.world.bot.store.main.transaction() as connection:
            await connection.execute(
                f"UPDATE journal_shares SET due_at = 0 WHERE id = '{begun.share.id}'"
            )
        await sharing.pass_time(begun.share._replace(due_at=0))
        assert await sharing.ask(begun.share.id, writer.id, 1) == "asked"
    return begun.share.id


async def test_every_table_is_declared(shared: World) -> None:
    undeclared = set(await tables(shared)) - set(SHOWN) - set(NOT_SHOWN)
    assert not undeclared, f"say what the export shows of {sorted(undeclared)}"


async def test_ana_takes_part_in_every_table(shared: World) -> None:
    """Otherwise the tests below would pass over a table that they never met."""
    _, ana = await everything(shared)
    found = await tables(shared)
    met = {name for name, rows in found.items() if any(holds(row, ana) for row in rows)}
    assert met == {*SHOWN, "personal_keys", "journal_keys"} - {
        "posts"
    }  # a post's people are in its consent


#: What stands empty most of the time, with something that could stand there.
SELDOM = (
    f"UPDATE group_members SET away_until = {2**31}, gone_at = {2**31 + 1}",
    f"UPDATE decisions SET thread_id = {2**60}",
    "UPDATE journal_reminders SET why = 'closed'",
)


async def test_the_export_shows_every_row_and_column(shared: World) -> None:
    stage, ana = await everything(shared)
    async with shared.bot.store.main.transaction() as connection:
        for statement in SELDOM:
            await connection.execute(statement)
    export = await _exported(ana)
    found, missing = await tables(shared), []
    empty = [
        f"{name}.{column}"
        for name, shown in SHOWN.items()
        for column in found[name][0]
        if column not in shown.unshown and all(row[column] is None for row in found[name])
    ]
    assert not empty, f"put something into {empty}, or say why the export does not show it"
    consents = {row["id"] for row in found["consents"] if holds(row, ana)}
    for name, shown in SHOWN.items():
        concerning = [
            row
            for row in found[name]
            if (holds(row, ana) or (name == "posts" and row["key"] in consents))
            and not shown.kept_back(row, ana.id)
        ]
        assert concerning, name
        entries = export[shown.key]
        entries = entries if isinstance(entries, list) else [entries]
        entries = [each if isinstance(each, dict) else {"itself": each} for each in entries]
        for row in concerning:
            entry = next((each for each in entries if shown.same(row, each)), None)
            if entry is None:
                missing.append(f"{name}: {row}")
                continue
            missing += [
                f"{name}.{column} = {value!r}"
                for column, value in row.items()
                if column not in {**shown.unshown, **shown.not_for(row, ana.id)}
                and value is not None
                if value not in entry.values()
            ]
    assert not missing, "\n".join(missing)
    text = json.dumps(export, ensure_ascii=False)
    for mark in ("words", "place", "note"):
        assert stage.marks[mark] in text
    assert all(written in text for written in journal_texts(stage))
    assert reading.note(stage) in text
    assert all(each in text for each in (stage.offered, stage.because, stage.refused))
    for written in group_texts(stage).values():
        assert written in text or written == group_texts(stage)["purpose"]


async def test_the_export_keeps_back_what_others_decide_about_her(shared: World) -> None:
    stage, ana = await everything(shared)
    export = await _exported(ana)
    found = await tables(shared)
    kept = [
        (row, shown.kept_back(row, ana.id))
        for name, shown in SHOWN.items()
        for row in found[name]
        if holds(row, ana) and shown.kept_back(row, ana.id)
    ]
    assert len({reason for _, reason in kept}) >= 4
    text = json.dumps(export, ensure_ascii=False)
    assert not any(f'"{row["id"]}"' in text for row, _ in kept)
    assert str(stage.mara.id) not in json.dumps(export["group_questions"])


async def test_nothing_is_left_after_erasing(shared: World) -> None:
    """Also in the DM, after leaving the server."""
    stage, ana = await everything(shared)
    assert stage.words in stage.said_aloud()
    shared.moves_away(ana)
    card = await ana.dm("privacy erase")
    answer = await press(ana, card, "erase")
    assert answer.private
    assert stage.words not in stage.said_aloud()
    leaving = await shared.bot.privacy.still_leaving(ana.id)
    assert ("take you out" in answer.text) == bool(leaving)
    assert await _left(shared, ana) - set(STAYS) == ({"group_members"} if leaving else set())
    if "cogs.affinity" in COGS:
        assert leaving == []
    for each in leaving:  # Discord lets her out after all
        await shared.bot.upkeep.lacks_access(each.group_id, ana.id)
    if leaving:
        answer = await press(ana, await ana.dm("privacy erase"), "erase")
    assert await _left(shared, ana) <= set(STAYS)
    export = json.loads(_file(await ana.dm("privacy export")))
    assert not any(export[shown.key] for name, shown in SHOWN.items() if name not in STAYS)
    again = await press(ana, await ana.dm("privacy erase"), "erase")
    assert again.text == answer.text
    await shared.later(DAY)
    assert await _left(shared, ana) == set()


async def test_the_export_tells_that_a_locked_journal_is_locked(shared: World) -> None:
    """Everything else is in it; nothing of what was written is."""
    stage, ana = await everything(shared)
    await ana.slash("journal lock")
    export = await _exported(ana)
    assert export["journal"].startswith("It is locked.")
    assert export["journal_messages"] == {"habit": "always", "language": "en"}
    text = json.dumps(export, ensure_ascii=False)
    assert not any(written in text for written in journal_texts(stage))


def outlives(row: Row) -> bool:
    """An entry that a friend has in their DM can be taken back, whatever became of the server."""
    return "writer_id" in row and row["state"] == "given"


async def test_nothing_of_a_server_is_left_a_month_after_the_bot_was_removed(shared: World) -> None:
    """Whatever was there: a new table with a server in it is looked through by being there."""
    stage, _ = await everything(shared)

    async def standing() -> set[str]:
        found = await tables(shared)
        return {
            name
            for name, rows in found.items()
            if any(stage.guild.id == row.get("guild_id") for row in rows if not outlives(row))
        }

    before = await standing()
    assert len(before) > 10
    shared.env.backend.emit("GUILD_DELETE", {"id": str(stage.guild.id)})
    await shared.env.settle()
    await shared.later(30 * DAY + 60)
    assert await standing() == set()


BUTTONS = {"privacy erase": "erase", "journal erase": "journal-erase"}


@pytest.mark.parametrize("command", BUTTONS)
async def test_no_key_of_a_journal_is_left_after_erasing(shared: World, command: str) -> None:
    """Locked or not, passphrase or not: nothing opens an older backup any more."""
    stage, ana = await everything(shared)
    await ana.slash("journal lock")
    found = await tables(shared)
    named = [row["key_id"] for row in found["journal_keys"] if row["person_id"] == ana.id]
    ours = {owner_of(key_id) for key_id in named}
    held = {row["person_id"] for row in found["personal_keys"]}
    assert len(ours & held) >= 2  # the journal's, and that of a copy
    assert stage.entry in "".join(map(shown_on, d.dms(stage.carla)))
    await press(ana, await ana.slash(command), BUTTONS[command])
    found = await tables(shared)
    assert not ours & {row["person_id"] for row in found["personal_keys"]}
    assert not [row for row in found["journal_keys"] if row["person_id"] == ana.id]
    assert stage.entry not in "".join(map(shown_on, d.dms(stage.carla)))


async def test_texts_of_two_are_closed_for_the_other_one_too(shared: World) -> None:
    stage, ana = await everything(shared)
    await press(ana, await ana.slash("privacy erase"), "erase")
    export = await _exported(stage.beto)
    assert export["consents"] == []
    assert stage.marks["words"] not in json.dumps(export, ensure_ascii=False)


async def test_erasing_does_not_shorten_the_rest_after_a_no(shared: World) -> None:
    stage = Stage(shared)
    await stage.asked()
    with shared.env.time_context():
        await stage.act(stage.ana, Act.NO)
    await _erases(stage.beto)
    answer = await stage.beto.asks(stage.ana)
    assert _RESTS in answer.text
    await shared.later(29 * DAY)
    assert _RESTS in (await stage.beto.asks(stage.ana)).text
    await shared.later(DAY)
    assert _RESTS not in (await stage.beto.asks(stage.ana)).text


async def test_erasing_does_not_undo_a_block(shared: World) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await shared.bot.boundaries.block(stage.ana.id, stage.beto.id)
    await _erases(stage.beto)
    await stage.beto.asks(stage.ana)
    rows = await shared.rows(f"SELECT hidden FROM consents WHERE opener_id = {stage.beto.id}")
    assert [row["hidden"] for row in rows] == [1]
    assert stage.rings(stage.ana) == []


async def test_erasing_makes_no_room_for_more_requests(shared: World) -> None:
    stage = Stage(shared)
    for other in (stage.ana, stage.carla, stage.mara):
        assert "Asked" in (await stage.beto.asks(other)).text
    await _erases(stage.beto)
    assert _DAY_USED in (await stage.beto.asks(stage.ana)).text
    await shared.later(DAY)
    assert "Asked" in (await stage.beto.asks(stage.ana)).text


async def _erases(person: Person) -> None:
    await press(person, await person.slash("privacy erase"), "erase")


async def _left(world: World, person: Person) -> set[str]:
    found = await tables(world)
    return {name for name, rows in found.items() if any(holds(row, person) for row in rows)}


async def _exported(person: Person) -> dict[str, Any]:
    return json.loads(_file(await person.slash("privacy export")))


def _file(answer: Answer) -> bytes:
    [file] = answer.files.values()
    return file
