"""A small world to test in: a server, people with a language, and the bot on its databases.

A test reads as world, act, assert. People act through Discord as they would: slash commands, menus,
clicks, forms. What the bot answers comes back as an `Answer`.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle, UserHandle
from simcord.enums import OverwriteType
from simcord.results import InteractionResult, ResponseMessage

from bot import replies
from bot.app import PERMISSIONS, Firsthand, create_bot
from bot.settings import Settings
from bot.work.notices import Topic
from tests.simulator import Faults, answering_in_the_loop, report_errors, speak_languages
from tests.states import begin

HOUR, DAY, WEEK = 3600, 86_400, 604_800


def texts(components: Iterable[dict[str, Any]]) -> list[str]:
    """Every text in a message's components, top to bottom."""
    found: list[str] = []
    for part in components:
        if "content" in part:
            found.append(part["content"])
        found += texts(part.get("components") or [])
    return found


def controls(components: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every button and menu in a message's components."""
    found: list[dict[str, Any]] = []
    for part in components:
        if "custom_id" in part:
            found.append(part)
        found += controls(part.get("components") or [])
    return found


class Answer:
    """What the bot answered to one act of one person."""

    def __init__(self, person: Person, result: InteractionResult, place: Any) -> None:
        self.person = person
        self.result = result
        self._place = place

    @property
    def message(self) -> Any:
        """The message that carries the answer: a new one, or the card it updated."""
        response, followups = self.result.response, self.result.followups
        if followups and (response is None or response.id == getattr(self._place, "id", None)):
            return followups[-1]  # beside the card
        return self._place if response is None else response

    @property
    def text(self) -> str:
        message = self.message
        if message is None:
            return ""
        fresh = self.person.world.fresh(message)
        return "\n".join([fresh.content, *texts(fresh.components)]).strip()

    @property
    def files(self) -> dict[str, bytes]:
        """The files on it, whether they are attached or a component shows them."""
        return {} if self.message is None else self.person.world.files(self.message)

    @property
    def private(self) -> bool:
        return self.result.ephemeral or bool(
            self.message is not None and self.person.world.fresh(self.message).flags & (1 << 6)
        )

    @property
    def labels(self) -> list[str]:
        fresh = self.person.world.fresh(self.message)
        return [part["label"] for part in controls(fresh.components) if part.get("label")]

    @property
    def form(self) -> dict[str, Any] | None:
        return self.result.modal

    def __repr__(self) -> str:
        return f"<Answer {self.text!r} {self.labels if self.message else ''}>"


class Person:
    """Somebody in the world."""

    def __init__(self, world: World, user: UserHandle, member: Any) -> None:
        self.world = world
        self.user = user
        self.member = member

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def named(self) -> str:
        """How a post names them."""
        return replies.named(self.id, self.user._user.global_name)

    async def slash(self, command: str, *, at: Any = None, **options: Any) -> Answer:
        """Use a slash command in a channel (the general one unless said)."""
        options = {k: v.member if isinstance(v, Person) else v for k, v in options.items()}
        place = at or self.world.general
        result = await self.member.slash(place, command, **options)
        return Answer(self, result, None)

    async def dm(self, command: str, **options: Any) -> Answer:
        """Use a slash command in the DM with the bot."""
        options = {k: v.user if isinstance(v, Person) else v for k, v in options.items()}
        return Answer(self, await self.user.slash(command, **options), None)

    async def menu(self, name: str, target: Any, *, at: Any = None) -> Answer:
        """Use an entry of the Apps menu on a person or a message."""
        target = target.member if isinstance(target, Person) else target
        result = await self.member.context_menu(at or self.world.general, name, target)
        return Answer(self, result, None)

    async def click(self, on: Any, label: str = "", *, id: str = "") -> Answer:
        """Press a button on an answer or a message."""
        message = on.message if isinstance(on, Answer) else on
        actor = self._actor(message)
        chosen = {"custom_id": id} if id else {"label": label}
        return Answer(self, await actor.click(message, **chosen), message)

    async def choose(self, on: Any, *values: Any, id: str | None = None) -> Answer:
        """Choose in a menu on an answer or a message."""
        message = on.message if isinstance(on, Answer) else on
        actor = self._actor(message)
        return Answer(self, await actor.select(message, values, custom_id=id), message)

    async def fill(self, form: Answer, **values: Any) -> Answer:
        """Fill in and send a form. Menus with a default keep it unless given."""
        assert form.form is not None, f"no form: {form}"
        place = form._place
        actor = self.user if form.result._interaction.guild_id is None else self.member
        result = await actor.submit_modal(form.result, {**_defaults(form.form), **values})
        return Answer(self, result, place)

    async def suggestions(self, command: str, option: str, typed: str = "") -> list[Any]:
        return await self.member.autocomplete(self.world.general, command, option, typed)

    def _actor(self, message: Any) -> Any:
        channel = self.world.env.backend.get_channel(
            message.channel_id if hasattr(message, "channel_id") else message.channel.id
        )
        return self.user if channel.guild_id is None else self.member

    # -- what people do with /consent -------------------------------------------------------

    async def asks(
        self, person: Person, words: str = "I can host the meeting.", **more: Any
    ) -> Answer:
        """Ask to speak for somebody, form included; the answer to the form."""
        form = await self.slash("consent ask", member=person, at=more.pop("at", None))
        if form.form is None:
            return form
        return await self.fill(form, words=words, place=more.pop("place", "Here"), **more)

    async def gives(self, person: Person, words: str = "Say I can't come.", **more: Any) -> Answer:
        form = await self.slash("consent give", member=person)
        if form.form is None:
            return form
        return await self.fill(form, words=words, place=more.pop("place", "Here"), **more)

    async def reads(self) -> Answer:
        """Open the inbox and read the first thing in it."""
        inbox = await self.slash("consent inbox")
        first = next(each for each in inbox.controls if ":read:" in each["custom_id"])
        return await self.click(inbox, id=first["custom_id"])

    async def says_yes(self) -> Answer:
        return await self.click(await self.reads(), "Yes, these words")

    async def opens_first_entry(self) -> Answer:
        """Open the ledger and the first entry in it."""
        ledger = await self.slash("consent ledger")
        entries = next(
            each for each in ledger.controls if each["custom_id"].startswith("firsthand:entry")
        )
        return await self.choose(ledger, entries["options"][0]["value"], id=entries["custom_id"])

    async def takes_back(self) -> Answer:
        return await self.click(await self.opens_first_entry(), "Take it back")

    async def speaks(self, consent_id: str, *, at: Any = None) -> Answer:
        return await self.slash("consent speak", consent=consent_id, at=at)


def _controls_of(self: Answer) -> list[dict[str, Any]]:
    return controls(self.person.world.fresh(self.message).components)


Answer.controls = property(_controls_of)  # type: ignore[attr-defined]


def _defaults(form: dict[str, Any]) -> dict[str, Any]:
    """What a client sends for menus that nobody touched."""
    found: dict[str, Any] = {}
    for label in form["components"]:
        part = label.get("component") or {}
        if part.get("type") == discord.ComponentType.select.value:
            chosen = [each["value"] for each in part["options"] if each.get("default")]
            if chosen:
                found[part["custom_id"]] = chosen
    return found


class World:
    """The server, its people, and the bot."""

    #: Whether each database answers from a thread of its own, as in real life (the fixture
    #: `threads`). A second process on the same files needs that.
    threads = False

    def __init__(
        self, state: Path, faults: Faults, environment: dict[str, str] | None = None
    ) -> None:
        self.state = state
        #: What the bot logged as errors; a test that expects some drains it.
        self.faults = faults
        self.environment = {
            "DISCORD_TOKEN": "not-a-token",
            "FIRSTHAND_STATE": str(state),
            **(environment or {}),
        }
        self.locales: dict[int, str] = {}
        self.people: dict[str, Person] = {}
        #: Stages that stand in it (tests/wire).
        self.stages: list[Any] = []
        self._looks: dict[str, sqlite3.Connection] = {}
        self.bot = self._new_bot()

    def _new_bot(self) -> Firsthand:
        return create_bot(Settings.from_mapping(self.environment))

    def _databases(self) -> AbstractContextManager[None]:
        """How the bot's databases answer while it starts, and from then on."""
        return nullcontext() if self.threads else answering_in_the_loop()

    async def start(self) -> None:
        self.env = simcord.Env(self.bot, check_errors=False)
        await begin(Settings.from_mapping(self.environment))
        with self._databases():
            await self.env.start()
        self.env.settle_timeout = 20.0  # a busy computer; it must stay below the due loop's 30
        speak_languages(self.env, self.locales)
        report_errors(self.env)
        self.guild = self.env.create_guild("Riverside")
        bot_role = self.env.backend.get_guild(self.guild.id)
        for role in list(bot_role.roles.values()):
            if role.managed:
                self.env.backend.edit_role(
                    self.guild.id, role.id, {"permissions": PERMISSIONS.value}
                )
        self.general = self.guild.create_text_channel("general")
        self.assembly = self.guild.create_text_channel("assembly")
        await self.env.settle()

    def remembered(self) -> list[Any]:
        """What discord.py keeps of cards and forms that were sent: nothing, or it grows for ever.

        It would also answer to them, beside `Controls`, until the next restart.
        """
        kept = self.bot._connection._view_store
        return [*kept._views.values(), *kept._modals, *kept._synced_message_views.values()]

    async def stop(self) -> None:
        assert self.remembered() == []
        for connection in self._looks.values():
            connection.close()
        await self.env.shutdown()
        await self.bot.close()

    async def restart(self) -> None:
        """The bot's process ends and a new one starts on the same databases."""
        assert self.remembered() == []
        old, self.bot = self.bot, self._new_bot()
        await old.worker.stop()
        with self._databases():
            await self.env.restart_bot(self.bot)
        await old.close()
        await self.env.settle()

    def person(self, name: str, locale: str = "en-US", *, guild: Any = None) -> Person:
        """Somebody joins the server."""
        # What Discord takes in the name of an account; what people see can be any text.
        account = re.sub(r"[^a-z0-9_.]", "", name.lower())
        user = self.env.create_user(account, global_name=name)
        member = (guild or self.guild).add_member(user)
        self.locales[user.id] = locale
        person = self.people[name] = Person(self, user, member)
        return person

    def moves_away(self, person: Person) -> None:
        """They leave this server, and are in another one with the bot.

        Where none is shared, Discord offers no commands in the DM and takes no message for them.
        """
        self.env.create_guild("Hillside").add_member(person.user)
        self.env.backend.remove_member(self.guild.id, person.id)

    def moderator(self, name: str) -> Person:
        """Somebody with Manage Server."""
        person = self.person(name)
        role = self.guild.create_role(
            f"{name}'s role", permissions=discord.Permissions(manage_guild=True)
        )
        self.env.backend.add_member_role(self.guild.id, person.id, role.id)
        return person

    def deny(self, channel: ChannelHandle, who: Person | None, **permissions: bool) -> None:
        """Take permissions in a channel from one person, or (None) from everybody."""
        denied = discord.Permissions(**permissions).value
        target, kind = (who.id, 1) if who else (self.guild.id, 0)
        self.env.backend.set_overwrite(
            channel.id, Overwrite(target, OverwriteType(kind), deny=denied)
        )

    async def later(self, seconds: float) -> None:
        """Time passes; what falls due in it happens at its end."""
        self.env.backend.advance_clock(seconds)
        await self.env.advance_time(31)
        await self.env.settle()

    async def is_done(self) -> None:
        """The due work that has been begun, also by a test itself, comes to its end."""
        while running := self.bot.worker._running:
            await asyncio.wait([*running])

    async def rings_for(self, person: Person, guild_id: int, channel_id: int) -> None:
        """The bot wants this person to look, because of something there."""
        with self.env.time_context(), self.env._bot_scope():
            await self.tells(person, guild_id, channel_id)
            self.bot.doorbell.ring(person.id)
        await self.env.settle()

    async def tells(self, person: Person, guild_id: int, channel_id: int) -> None:
        """Something there waits for this person; the bot has yet to ring for it."""
        topic = Topic("something")
        async with self.bot.store.main.transaction() as connection:
            await self.bot.notices.add(
                connection, topic, "", person.id, guild_id=guild_id, channel_id=channel_id
            )

    def fresh(self, message: Any) -> Any:
        """A message as it is now, from the server's own memory."""
        channel_id = getattr(message, "channel_id", None) or message.channel.id
        return self.env.backend.get_message(channel_id, message.id)

    def files(self, message: Any) -> dict[str, bytes]:
        """A message's files by their names, whatever the bot is told of them."""
        found: dict[str, bytes] = {}
        for each in self.fresh(message).attachments:
            data = self.env.backend.cdn.get(each["url"])
            assert data is not None, each
            found[each["filename"]] = data
        return found

    def messages(self, channel: ChannelHandle) -> list[Any]:
        """What stands in a channel for everybody, oldest first."""
        stored = self.env.backend.messages.get(channel.id, {})
        return [
            ResponseMessage(self.env, each) for each in stored.values() if not each.flags & (1 << 6)
        ]

    def said(self, channel: ChannelHandle) -> str:
        """All public text in a channel."""
        return "\n".join(
            "\n".join([message.content, *texts(message.components)])
            for message in self.messages(channel)
        )

    async def at_once(self, *acts: Callable[[], Awaitable[Any]]) -> list[Any]:
        """Several people act at the same moment; their handlers overlap."""
        settle = self.env._settle_internal

        async def do_not_wait(**_: Any) -> None:
            return None

        self.env._settle_internal = do_not_wait  # type: ignore[method-assign]
        try:
            results = [await act() for act in acts]
        finally:
            self.env._settle_internal = settle  # type: ignore[method-assign]
        await self.env.settle()
        return results

    def look(self, file: str = "firsthand.db") -> sqlite3.Connection:
        """A look of our own into a database of the bot's, at what is committed."""
        if file not in self._looks:
            self._looks[file] = sqlite3.connect(self.state / file, isolation_level=None)
            self._looks[file].row_factory = sqlite3.Row
        return self._looks[file]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of the main database."""
        return [dict(row) for row in self.look().execute(sql)]

    async def consents(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM consents ORDER BY opened_at, id")

    async def only_consent(self) -> dict[str, Any]:
        found = await self.consents()
        assert len(found) == 1, found
        return found[0]


def receipt_in(text: str) -> str:
    """The receipt's code in a text."""
    match = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    assert match, text
    return match[0]
