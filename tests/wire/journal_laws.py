"""What must hold of journals once everything has come to rest: Discord and the databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.journal import BROUGHT
from bot.journal.keys import State
from bot.store.ids import owner_of
from bot.work.posts import POST
from cogs.journal.letters import ALWAYS
from tests.wire import diary as d
from tests.wire.gathering import ids_on
from tests.wire.stage import EPHEMERAL, Stage, shown
from tests.world import Person, World

#: Texts of a journal, and of a note on a shelf: what its writer alone reads, until (an entry, not a
#: note) a friend has said yes.
OF_JOURNALS = ("title", "entry", "changed", "letter", "sought", "passphrase", "other", "jotted")


async def journals_are_whole(stage: Stage) -> list[str]:
    """What is wrong, in sentences: an entry that does not open, a key that is nowhere."""
    wrong: list[str] = []
    for person in (stage.ana, stage.beto, stage.carla, stage.mara):
        wrong += await _journal_is_whole(stage, person)
        wrong += await _reminders_are_whole(stage, person)
        wrong += await _kept_messages_say_so(stage, person)
    return wrong


async def _journal_is_whole(stage: Stage, person: Person) -> list[str]:
    journals = await d.rows_of(stage, "journals", person)
    entries = await d.rows_of(stage, "journal_entries", person)
    known = {row["key_id"] for row in await d.rows_of(stage, "journal_keys", person)}
    if entries and not journals:
        return ["there are entries in no journal"]
    wrong: list[str] = []
    for row in journals:
        if row["key_id"] not in known:
            wrong.append("the key of a journal is not written down")
        if await stage.world.bot.store.keyring.kept(owner_of(row["key_id"])) is None:
            wrong.append("the key of a journal is gone")
    return wrong + [
        "an entry does not open"
        for entry in await _opened(stage, person, entries)
        if entry.text is None
    ]


async def _opened(stage: Stage, person: Person, entries: list[Any]) -> list[Any]:
    if await d.reader(stage)[0].state(person.id) is State.NO_PASSPHRASE:
        found = await d.written(stage, person=person)
    else:
        every = (stage.passphrase, stage.other_passphrase)
        tried = [await d.written(stage, each, person) for each in every]
        found = next(filter(None, tried), [])
    assert len(found) == len(entries), "no passphrase of the stage opens the journal"
    return found


async def _reminders_are_whole(stage: Stage, person: Person) -> list[str]:
    """At most one waits, and what waits stands; none for somebody who does not want any."""
    rows = await d.rows_of(stage, "journal_reminders", person)
    standing = {m.id for m in d.dms(person) if "firsthand:remind-later:" in str(ids_on(m))}
    waiting = {row["message_id"] for row in rows} - {None}
    if stage.disturbed:
        # One that Discord took without telling, or did not delete, may be left behind: its
        # buttons work, and pressing one removes it.
        return [] if len(standing) <= 2 else [f"{len(standing)} reminders wait"]
    return [] if standing == waiting else [f"reminders stand: {standing}, known: {waiting}"]


async def _kept_messages_say_so(stage: Stage, person: Person) -> list[str]:
    """A message bears the mark only if it is in the journal."""
    wrong: list[str] = []
    journal = stage.world.bot.journal
    always = (await journal.habits(person.id)).habit == ALWAYS
    for message in d.dms(person):
        kept, marked = await journal.is_kept(person.id, message.id), d.marked(message)
        if marked and not kept and await d.rows_of(stage, "journals", person):
            wrong.append("a message has the mark and is not in the journal")
        if kept and always and not marked and not stage.disturbed:
            wrong.append("a message is in the journal and has no mark")
    return wrong


async def both_said_yes(stage: Stage) -> list[str]:
    """Law 1: nobody is asked without the writer's second yes, nor reads without their own."""
    wrong: list[str] = []
    for row in await stage.world.rows(f"SELECT * FROM journal_shares WHERE {_here(stage)}"):
        id, state = row["id"], row["state"]
        still = f"firsthand:share-still:{id}."
        again = id in stage.yes_by_service or any(
            person == row["writer_id"] and pressed.startswith(still)
            for person, pressed in stage.pressed
        )
        if state in ("asking", "sending", "given", "unreached") and not again:
            wrong.append(f"a share is {state} without its writer's second yes")
        up_for_it = (row["friend_id"], f"firsthand:share-yes:{id}") in stage.pressed
        if state in ("sending", "given", "unreached") and not up_for_it:
            wrong.append(f"a share is {state} without the friend's yes")
        if state in ("sending", "retracting"):
            wrong.append(f"a share is stuck while it is {state}")
        kept = row["copy"] is not None or row["key_id"] is not None
        if kept and state not in ("asking", "sending"):
            wrong.append(f"a copy of an entry is kept while its share is {state}")
    return wrong + await _copies_are_known(stage)


async def _copies_are_known(stage: Stage) -> list[str]:
    """What stands in a friend's DM can be taken back: it is written down, and once."""
    wrong: list[str] = []
    rows = await stage.world.rows(f"SELECT * FROM journal_shares WHERE {_here(stage)}")
    given = [row["id"] for row in rows if row["state"] == "given"]
    people = (stage.ana, stage.beto, stage.carla, stage.mara)
    theirs = [stage.world.env.backend.dm_channels.get(person.id) for person in people]
    posts = [
        post
        for post in await stage.world.rows(f"SELECT * FROM posts WHERE topic = '{BROUGHT}'")
        if post["channel_id"] in theirs or post["key"] in {row["id"] for row in rows}
    ]
    wrong += ["an entry has to go from a DM" for post in posts if post["goes"]]
    wrong += ["an entry is on its way to a DM" for post in posts if post["message_id"] is None]
    if sorted(post["key"] for post in posts) != sorted(given):
        wrong.append(f"entries are given: {given}, and kept in posts: {posts}")
    known = {post["message_id"] for post in posts}
    standing = {
        message.id
        for person in people
        for message in d.dms(person)
        if "firsthand:share-remove:" in str(ids_on(message))
    }
    if standing - known:
        wrong.append("an entry stands in a DM, and nobody knows of it")
    # One that somebody deleted by hand, or Discord says is gone, is known still.
    if known - standing and not stage.disturbed:
        wrong.append("an entry is said to be given, and stands nowhere")
    return wrong


async def shares_waiting(world: World) -> list[int]:
    """When it is tried again to bring, or to take out, what is shared, seconds UTC."""
    rows = await world.rows(
        "SELECT due_at FROM journal_shares WHERE state = 'sending' UNION ALL"
        " SELECT work.due_at FROM work JOIN posts ON posts.id = work.key"
        f" WHERE work.kind = '{POST.name}' AND posts.topic = '{BROUGHT}'"
    )
    return [row["due_at"] for row in rows]


def _here(stage: Stage) -> str:
    return f"guild_id = {stage.guild.id}"


async def nobody_else_reads(stage: Stage) -> list[str]:
    """No word of a journal is shown but to its writer, privately or in their DM.

    A friend who has said yes reads the entry that was given to them.
    """
    texts = [stage.marks[kind] for kind in OF_JOURNALS]
    return [
        f"{text} is shown {where}: {said}"
        for where, said in _seen_by_others(stage)
        for text in texts
        if text in said
    ]


def _seen_by_others(stage: Stage) -> Iterator[tuple[str, str]]:
    """Everything the bot has shown in this server to all, or to anybody who is not Ana."""
    backend = stage.world.env.backend
    bot = backend.bot_user.id
    for message in stage.public():
        yield "to everybody", _all_of(message)
    for person in (stage.beto, stage.carla, stage.mara):
        if person.id in d.friends_of(stage):
            continue
        dm = backend.dm_channels.get(person.id)
        for message in backend.messages.get(dm, {}).values() if dm else ():
            if message.author_id == bot:
                yield "in somebody else's DM", _all_of(message)
    for record in backend.interactions.values():
        if record.guild_id != stage.guild.id or record.user_id == stage.ana.id:
            continue
        for id in (record.message_id, *record.followup_ids):
            message = backend.messages.get(record.channel_id, {}).get(id)
            if message is not None and message.flags & EPHEMERAL:
                yield "to somebody else", _all_of(message)
        yield "in a form", f"{record.modal or ''}{record.autocomplete_choices or ''}"


def _all_of(message: Any) -> str:
    return f"{shown(message)}{message.components}{message.attachments}"
