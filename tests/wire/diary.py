"""A journal on a stage: what came before, by the services, and how it stands.

A stage has one journal that its flows are about: Ana's.
"""

from __future__ import annotations

from typing import Any

from simcord.results import to_discord_message

from bot.journal.hours import EVERY_DAY, Plan
from bot.journal.keys import Keys, State
from bot.journal.notebook import Notebook
from bot.journal.service import Draft, Journal, Written
from bot.journal.sharing import Wish
from tests.wire import forge
from tests.wire.gathering import ids_on
from tests.wire.stage import EPHEMERAL, Stage, shown
from tests.world import DAY, Answer, Person

#: Every table of journals.
TABLES = (
    "journals",
    "journal_keys",
    "journal_entries",
    "journal_tries",
    "journal_habits",
    "journal_reminders",
    "journal_shares",
)
ZONE = "America/Santiago"
#: What is put under a message that is in the journal.
MARK = "✅"


# -- what came before ---------------------------------------------------------------------------


async def speaks(s: Stage) -> None:
    """Ana has used the journal before: it knows her language, which no direct message tells."""
    await s.world.bot.journal.speaks(s.ana.id, s.locale.partition("-")[0])


async def kept(s: Stage) -> None:
    """Ana has an entry."""
    await speaks(s)
    s.memory["entry"] = await s.world.bot.journal.write(s.ana.id, Draft(s.title, s.entry))


async def closed(s: Stage) -> None:
    """And a passphrase; it is locked."""
    await opened(s)
    await s.world.bot.journal_keys.lock(s.ana.id)


async def opened(s: Stage) -> None:
    """And a passphrase; it is unlocked."""
    await kept(s)
    assert await s.world.bot.journal_keys.protect(s.ana.id, s.passphrase)


async def reminded(s: Stage) -> None:
    """Ana wants a reminder every day, and allows DMs."""
    await kept(s)
    await s.world.bot.roster.allow_dms(s.ana.id, s.locale.partition("-")[0])
    await s.world.bot.reminders.set(s.ana.id, Plan(EVERY_DAY, 8 * 60, ZONE, (22 * 60, 7 * 60)))


def entry_id(s: Stage) -> str:
    return s.memory["entry"]


# -- what Ana does ------------------------------------------------------------------------------


async def sends(s: Stage, text: str, *files: tuple[str, bytes]) -> Any:
    """Ana writes to the bot."""
    backend = s.world.env.backend
    stored = backend.store_attachments(s.ana.user.dm_channel.id, files)
    return await s.ana.user.send_dm(text, attachments=stored)


def dms(person: Person) -> list[Any]:
    """What stands in somebody's DM with the bot, oldest first, for both to see."""
    stored = person.world.env.backend.messages.get(person.user.dm_channel.id, {})
    return [message for message in stored.values() if not message.flags & EPHEMERAL]


def standing(person: Person, name: str) -> Any:
    """The newest message in somebody's DM with a control that is called like this, or None."""
    wanted = f"firsthand:{name}:"
    found = [each for each in dms(person) if any(id.startswith(wanted) for id in ids_on(each))]
    return found[-1] if found else None


async def answers(person: Person, name: str, *, longest: bool = False) -> Answer | None:
    """Press the control on the newest message in the DM that has it. `longest`: of several."""
    message = standing(person, name)
    if message is None:
        return None
    wanted = [id for id in ids_on(message) if id.startswith(f"firsthand:{name}:")]
    custom_id = max(wanted, key=len) if longest else wanted[0]
    return await person.click(to_discord_message(person.world.env, message), id=custom_id)


def has(answer: Answer, name: str) -> bool:
    """Whether an answer carries a control that is called like this."""
    return answer.form is None and any(f":{name}:" in each for each in _ids(answer))


def _ids(answer: Answer) -> list[str]:
    return [each["custom_id"] for each in answer.controls]  # type: ignore[attr-defined]


# -- how it stands ------------------------------------------------------------------------------


def reader(s: Stage) -> tuple[Keys, Journal]:
    """Somebody with nothing in memory who looks into the databases, as another process would."""
    bot = s.world.bot

    def clock() -> int:
        return int(s.world.env.now().timestamp())

    notebook = Notebook(bot.store.main.driver, bot.queue)
    keys = Keys(bot.store, notebook, clock)
    return keys, Journal(
        bot.store, bot.queue, bot.notices, bot.posts, notebook, keys, bot.reminders, clock
    )


async def written(s: Stage, passphrase: str = "", person: Person | None = None) -> list[Written]:
    """Every entry of Ana's (or somebody else's), opened with this passphrase."""
    keys, journal = reader(s)
    me = (person or s.ana).id
    with s.world.env.time_context():
        if passphrase and not (await keys.unlock(me, passphrase)).right:
            return []
        return await journal.everything(me)


async def texts(s: Stage, passphrase: str = "") -> list[tuple[str, str | None]]:
    """Title and text of every entry of Ana's, oldest first."""
    return [(each.title, each.text) for each in await written(s, passphrase)]


async def state(s: Stage) -> State:
    """How it is for a process that has unlocked nothing."""
    return await reader(s)[0].state(s.ana.id)


async def state_here(s: Stage) -> State:
    with s.world.env.time_context():
        return await s.world.bot.journal_keys.state(s.ana.id)


async def rows_of(s: Stage, table: str, person: Person | None = None) -> list[dict[str, Any]]:
    column = "writer_id" if table == "journal_shares" else "person_id"
    me = (person or s.ana).id
    return await s.world.rows(f"SELECT * FROM {table} WHERE {column} = {me}")


async def nothing_is_left(s: Stage) -> bool:
    return not [table for table in TABLES if await rows_of(s, table)]


def marked(message: Any) -> bool:
    """Whether a direct message bears the mark of what is kept."""
    return MARK in str(message.reactions)


def said_in_dm(s: Stage) -> str:
    bot = s.world.env.backend.bot_user.id
    return "\n".join(shown(each) for each in dms(s.ana) if each.author_id == bot)


async def until_due(s: Stage) -> None:
    """Time passes until Ana's next reminder is due, and the bot has looked."""
    rows = await rows_of(s, "journal_reminders")
    now = int(s.world.env.now().timestamp())
    await s.world.later(max([0, *(row["due_at"] - now + 1 for row in rows)]))


def met_first(s: Stage, person: Person | None = None) -> None:
    """Ana is in the world's first server, too: there the bot looks whether she is in any.

    Otherwise it asks server after server, and how many calls that is depends on the world.
    """
    me = (person or s.ana).id
    s.world.env.backend.add_member(s.world.bot.guilds[0].id, me, announce=True)


# -- shared with a friend -----------------------------------------------------------------------


async def friends(s: Stage) -> None:
    """Ana has an entry, and Beto allows DMs."""
    await kept(s)
    await s.world.bot.roster.allow_dms(s.beto.id, s.locale.partition("-")[0])


async def shared(s: Stage) -> None:
    """Ana begins to share it with Beto."""
    await friends(s)
    wish = Wish(
        s.ana.id, s.beto.id, entry_id(s), s.guild.id, s.general.id, together=True,
        friend_is_app=False,
    )  # fmt: skip
    begun = await s.world.bot.sharing.begin(wish)
    assert begun.share is not None, begun
    s.memory["share"] = begun.share.id
    for person in (s.ana, s.beto):
        met_first(s, person)


async def rested(s: Stage) -> None:
    """The pause is over, and Ana is asked again."""
    await shared(s)
    await s.world.later(DAY)


async def asked(s: Stage) -> None:
    """Ana still wants to, and Beto is asked."""
    await rested(s)
    said = await s.world.bot.sharing.ask(share_id(s), s.ana.id, 1)
    assert said == "asked", said
    s.yes_by_service.add(share_id(s))
    await s.world.later(1)


async def given(s: Stage) -> None:
    """Beto has said yes, and has it."""
    await asked(s)
    await forge.press(s.beto, f"firsthand:share-yes:{share_id(s)}", at=s.general)
    assert await share_state(s) == "given"


async def declined(s: Stage) -> None:
    """Beto has said no, and Ana has yet to read of it."""
    await asked(s)
    await s.world.bot.sharing.decline(share_id(s), s.beto.id)
    await s.world.later(1)


def share_id(s: Stage) -> str:
    return s.memory.get("share", "X")


def friends_of(s: Stage) -> set[int]:
    """Who reads an entry of Ana's: Beto, if he has said yes to it."""
    yes = (s.beto.id, f"firsthand:share-yes:{share_id(s)}")
    return {s.beto.id} if yes in s.pressed else set()


async def share_state(s: Stage) -> str:
    """How Ana's share stands; nothing of one that is over."""
    rows = await rows_of(s, "journal_shares")
    return ",".join(row["state"] for row in rows)


def in_friends_dm(s: Stage) -> list[Any]:
    """Messages in Beto's DM that hold something of Ana's journal."""
    bot = s.world.env.backend.bot_user.id
    return [each for each in dms(s.beto) if each.author_id == bot and s.entry in shown(each)]
