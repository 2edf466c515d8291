"""A stage in a world: a server of its own with fresh people, so that one world serves many runs.

Starting a world costs as much as ten acts; a stage costs less than one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import discord
from simcord.actors import MemberActor
from simcord.builders import UserHandle

from bot.app import PERMISSIONS
from bot.consent.rules import Act, Party
from bot.consent.service import Request
from tests.world import Person, World, controls, receipt_in, texts

_numbers = itertools.count(1)
_PRESSED: WeakKeyDictionary[World, set[tuple[int, str]]] = WeakKeyDictionary()

EPHEMERAL = 1 << 6
WEEK = 7


class Stage:
    """Ana is spoken for, Beto wants to speak, Carla stands by, Mara moderates.

    Every text is unlike any other in the world: what turns up somewhere is known by its text. Names
    are somebody's text, too: they hold what Discord would make bold, hidden or a link of.
    """

    def __init__(self, world: World, locale: str = "en-US") -> None:
        self.world, self.locale = world, locale
        world.stages.append(self)
        number = next(_numbers)
        mark = f"{number:04d}"
        self.guild = world.guild = world.env.create_guild(
            f"Quay_side_ *pier{mark}* ||[x](https://x.invalid)||"
        )
        for role in list(world.env.backend.get_guild(self.guild.id).roles.values()):
            if role.managed:
                changes = {"permissions": PERMISSIONS.value}
                world.env.backend.edit_role(self.guild.id, role.id, changes)
        self.general = world.general = self.guild.create_text_channel("_gen_eral_")
        self.assembly = world.assembly = self.guild.create_text_channel("as__sem__bly")
        self.ana = world.person(f"Ana_ca_*ona{mark}*", locale)
        self.beto = world.person(f"[Betan](zos{mark})", locale)
        self.carla = world.person(f"||Carl||__otta{mark}__", locale)
        self.mara = world.moderator(f"`Mara`~~villa{mark}~~")
        world.locales[self.mara.id] = locale
        #: One word of each text, which occurs nowhere else; not all in ASCII.
        self.marks = {
            "words": f"Garzón{mark}",
            "edited": f"Cernícalo{mark}",
            "place": f"Gavión{mark}",
            "note": f"Búho{mark}",
            "name": f"Lechuza{mark}",
            "purpose": f"Cigüeña{mark}",
            "hello": f"Mochuelo{mark}",
            "proposal": f"Autillo{mark}",
            "reason": f"Cárabo{mark}",
            "chorus": f"Vencejo{mark}",
            "audience": f"Alcotán{mark}",
            "title": f"Gorrión{mark}",
            "entry": f"Pinzón{mark}",
            "changed": f"Faisán{mark}",
            "letter": f"Ánade{mark}",
            "passphrase": f"Halcón{mark}",
            "other": f"Tórtola{mark}",
            "sought": f"Zampullín{mark}",
            "jotted": f"Jilguero{mark}",
            "offered": f"Zorzal{mark}",
            "because": f"Mirlo{mark}",
            "refused": f"Tordo{mark}",
        }
        self.words = f"{self.marks['words']} can host the meeting."
        self.edited = f"{self.marks['edited']} might host the meeting."
        self.place = f"{self.marks['place']} assembly, to its members"
        self.note = f"{self.marks['note']} talks for herself"
        #: What stands in an affinity group, and what is said in its name.
        self.group_name = f"{self.marks['name']} _cir_*cle* ||soup||"
        self.purpose = f"{self.marks['purpose']} brings soup"
        self.hello = f"{self.marks['hello']} would like to cook"
        self.proposal = f"{self.marks['proposal']} meets on Friday"
        self.reason = f"{self.marks['reason']} works on Fridays"
        self.chorus = f"{self.marks['chorus']} brings soup to everybody."
        self.audience = f"{self.marks['audience']} meeting, to whoever comes"
        #: What stands in a journal, what is looked for in it in vain, and what closes it.
        self.title = f"{self.marks['title']} evening"
        self.entry = f"{self.marks['entry']} sat on the ROOF, and sang."
        self.changed = f"{self.marks['changed']} flew away."
        self.letter = f"{self.marks['letter']} swam past."
        self.sought = f"{self.marks['sought']} nowhere"
        self.passphrase = f"{self.marks['passphrase']} likes four words"
        self.other_passphrase = f"{self.marks['other']} likes five of them"
        #: What is suggested for the server's list, why, and why curators decline it.
        self.offered = f"{self.marks['offered']} _and_ *roads* ||on||"
        self.because = f"{self.marks['because']} asks what we do for each other."
        self.refused = f"{self.marks['refused']} has it already."
        #: What a flow has to remember from its preparation.
        self.memory: dict[str, Any] = {}
        #: Who pressed or sent what in this world; the laws ask it for a person's own yes.
        self.pressed = _pressed_in(world)
        self.yes_by_service: set[str] = set()
        self.opened_by_service: set[str] = set()
        #: Who knows of the stage's group, because they are or were in it, or are invited.
        self.insiders: set[int] = set()
        #: The channels of its group, also one that is gone.
        self.rooms: set[int] = set()
        #: Whether somebody did something to its channel by hand.
        self.by_hand = False
        #: Whether a call to Discord failed on it.
        self.disturbed = False

    async def strike(self) -> None:
        """Take the stage down: in a world for many, what stands goes on falling due."""
        await clear(self.world)
        backend = self.world.env.backend
        for channel_id in (*self.guild._guild.channel_ids, *self.guild._guild.thread_ids):
            backend.channels.pop(channel_id, None)
            backend.messages.pop(channel_id, None)
        del backend.guilds[self.guild.id]
        # Nor does the bot know of it any more: there is nobody who could answer it.
        state = self.world.bot._connection
        if (guild := state._get_guild(self.guild.id)) is not None:
            state._remove_guild(guild)
        self.world.stages.remove(self)

    def owner(self) -> Person:
        """The server's owner."""
        env = self.world.env
        user = UserHandle(env, env.backend.get_user(self.guild._guild.owner_id))
        self.world.locales[user.id] = self.locale
        return Person(self.world, user, MemberActor(env, self.guild, user))

    def leaves(self, person: Person) -> None:
        self.guild.remove_member(person.member)

    def role_of_bot(self, **permissions: bool) -> None:
        """Narrow what the bot may do in this server."""
        backend = self.world.env.backend
        kept = discord.Permissions(PERMISSIONS.value)
        kept.update(**permissions)
        for role in list(backend.get_guild(self.guild.id).roles.values()):
            if role.managed:
                backend.edit_role(self.guild.id, role.id, {"permissions": kept.value})

    # -- what came before, by the services: no interaction, no ring ---------------------------

    async def asked(self, words: str = "", *, give: bool = False, days: int = WEEK) -> str:
        """Beto asks Ana, or (give) Ana asks Beto to speak for her."""
        opener = self.ana if give else self.beto
        asked = await self.world.bot.consents.ask(
            Request(
                guild_id=self.guild.id,
                channel_id=self.general.id,
                party=Party(self.ana.id, self.beto.id, opener.id),
                asked_is_bot=False,
                words=words or self.words,
                place=self.place,
                speak_channel_id=self.general.id,
                days=days,
            )
        )
        assert asked.consent is not None, asked
        self.memory["consent"] = asked.consent.id
        self.opened_by_service.add(asked.consent.id)
        return asked.consent.id

    async def act(self, person: Person, act: Act, *, words: str = "") -> None:
        acted = await self.world.bot.consents.act(
            self.consent, person.id, act, self.guild.id, words=words
        )
        assert acted is not None
        assert acted.consent is not None, acted
        if act in (Act.YES, Act.EDIT):
            self.yes_by_service.add(self.consent)

    async def agreed(self) -> str:
        """Beto asked and Ana said yes."""
        consent = await self.asked()
        await self.act(self.ana, Act.YES)
        return consent

    async def said(self) -> str:
        """And Beto has said it in the general channel."""
        consent = await self.agreed()
        answer = await self.beto.speaks(consent)
        receipt_in(answer.text)
        return consent

    @property
    def consent(self) -> str:
        return self.memory["consent"]

    # -- looking -----------------------------------------------------------------------------

    async def state(self) -> str:
        rows = await self.world.rows(f"SELECT state FROM consents WHERE id = '{self.consent}'")
        return rows[0]["state"] if rows else "gone"

    def public(self) -> list[Any]:
        """Every message that everybody sees, in every channel of this server."""
        backend = self.world.env.backend
        ids = [channel.id for channel in backend.channels.values() if channel.guild_id]
        here = [each for each in ids if backend.channels[each].guild_id == self.guild.id]
        return [
            message
            for channel_id in here
            for message in backend.messages.get(channel_id, {}).values()
            if not message.flags & EPHEMERAL
        ]

    def said_aloud(self) -> str:
        return "\n".join(shown(message) for message in self.public())

    def rings(self, person: Person) -> list[Any]:
        """The rings that stand for a person, here and in their DM."""
        backend = self.world.env.backend
        dm = backend.dm_channels.get(person.id)
        direct = backend.messages.get(dm, {}).values() if dm else ()
        wanted = f"firsthand:open:{person.id}"
        return [
            message
            for message in [*self.public(), *direct]
            if wanted in [each["custom_id"] for each in controls(message.components)]
        ]


async def clear(world: World) -> None:
    """Empty both databases of everything but what the bot knows of itself."""
    async with world.bot.store.keys.transaction() as connection:
        await connection.execute("DELETE FROM personal_keys")
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("PRAGMA defer_foreign_keys=ON")
        for table in await connection.execute_fetchall(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT IN ('facts', 'migrations')"
        ):
            chores = " WHERE kind <> 'chore'" if table["name"] == "work" else ""
            await connection.execute(f"DELETE FROM {table['name']}{chores}")
        await connection.execute("UPDATE work SET due_at = 0")  # the next one has its own time


def _pressed_in(world: World) -> set[tuple[int, str]]:
    """Notes, from the first stage of a world on, who presses which control."""
    if world in _PRESSED:
        return _PRESSED[world]
    pressed = _PRESSED[world] = set()
    backend = world.env.backend
    emit = backend.emit

    def noting(name: str, payload: Any, *args: Any, **how: Any) -> Any:
        if name == "INTERACTION_CREATE" and "custom_id" in payload["data"]:
            user = payload.get("user") or payload["member"]["user"]
            pressed.add((int(user["id"]), payload["data"]["custom_id"]))
        return emit(name, payload, *args, **how)

    backend.emit = noting  # type: ignore[method-assign]
    return pressed


def shown(message: Any) -> str:
    """All text in a message."""
    return "\n".join([message.content, *texts(message.components)])


def found_in(text: str, needles: Iterable[str]) -> list[str]:
    return [needle for needle in needles if needle in text]
