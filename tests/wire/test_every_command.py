"""Every command, used by every kind of person.

The commands come from the bot's own tree: a new one joins by existing, and fails the run until
`USES` says how to call it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from discord import app_commands

from bot.affinity.rules import Kind as AskedKind
from bot.app import Firsthand
from bot.consent.rules import Act, Party
from bot.consent.service import Request
from bot.journal.service import Draft
from tests.groups import keeper
from tests.tiers import tiered
from tests.wire import gathering as g
from tests.wire.laws import dump
from tests.wire.stage import Stage
from tests.world import Answer, Person, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]


class Kind(StrEnum):
    """Who uses the command, and where."""

    OWNER = "the server's owner"
    MODERATOR = "a moderator"
    MEMBER = "a member"
    BLOCKED = "somebody whom Ana blocked"
    DM = "a member, in the DM"
    LEFT = "somebody who left, in the DM"
    STRANGER = "somebody in another server"


IN_DM = frozenset({Kind.DM, Kind.LEFT})
ELSEWHERE = IN_DM | {Kind.STRANGER}
NOT_MODERATING = frozenset(Kind) - {Kind.OWNER, Kind.MODERATOR}
Call = Callable[["Setting"], Awaitable[Answer]]


class Setting:
    """One stage with one person of one kind, who holds Ana's yes and has blocked Carla."""

    def __init__(
        self, world: World, kind: Kind, *, with_groups: bool = True, in_group: bool = True
    ) -> None:
        self.kind, self.with_groups, self.in_group = kind, with_groups, in_group
        self.stage = stage = Stage(world)
        self.ana, self.carla = stage.ana, stage.carla
        self.place: Any = stage.general
        self.home: Any = None
        if kind is Kind.OWNER:
            self.person = stage.owner()
        elif kind is Kind.MODERATOR:
            self.person = stage.mara
        elif kind is Kind.STRANGER:
            self.home = world.env.create_guild("Elsewhere")
            self.place = self.home.create_text_channel("lobby")
            self.person = world.person("Xiomara", guild=self.home)
        else:
            self.person = stage.beto
        if kind in IN_DM:
            self.place = self.person.user.dm_channel
        #: Somebody who is in no group.
        self.outsider = stage.mara if self.person is not stage.mara else stage.beto

    async def prepare(self) -> None:
        world, stage, person = self.stage.world, self.stage, self.person
        party = Party(self.ana.id, person.id, person.id)
        channel = stage.general.id
        with world.env.time_context():
            asked = await world.bot.consents.ask(
                Request(stage.guild.id, channel, party, False, stage.words, stage.place, channel, 7)
            )
            assert asked.consent is not None
            self.consent = asked.consent.id
            await world.bot.consents.act(self.consent, self.ana.id, Act.YES, stage.guild.id)
            await world.bot.boundaries.block(person.id, self.carla.id)
            if self.kind is Kind.BLOCKED:
                await world.bot.boundaries.block(self.ana.id, person.id)
            await self._keep_a_journal()
            if self.with_groups:
                await self._gather()
            # They have looked before: looking once more changes nothing.
            await world.bot.notices.looked(person.id, 0)
        if self.kind is Kind.LEFT:
            world.moves_away(person)

    async def _keep_a_journal(self) -> None:
        """This person's: one entry, and a passphrase; it is unlocked."""
        bot, me = self.stage.world.bot, self.person.id
        await bot.journal.speaks(me, "en")
        entry = await bot.journal.write(me, Draft(self.stage.title, self.stage.entry))
        assert entry is not None
        self.entry = entry
        assert await bot.journal_keys.protect(me, self.stage.passphrase)

    async def _gather(self) -> None:
        """The hidden group of Ana, Carla and this person (`in_group`), and one that is listed."""
        stage, world = self.stage, self.stage.world
        others = [self.person] if self.in_group else []
        if self.kind is not Kind.STRANGER:
            await g.gather(stage, self.carla, *others)
            await g.asked(stage, AskedKind.PROPOSAL, self.ana, text=stage.proposal)
            stage.memory["hidden"] = g.group_id(stage)
        found = await world.bot.groups.start(
            stage.guild.id, self.carla.id, "Day owls", "Bread", listed=True, may=True
        )
        assert found.group is not None
        self.listed = found.group.id
        await keeper(world).start(found.group)
        # Who is in the server is looked for once, and nothing is due any more.
        await world.later(1)

    async def slash(self, command: str, **options: Any) -> Answer:
        """The command, where this person is."""
        if self.kind in IN_DM:
            return await self.person.dm(command, **options)
        if self.kind is Kind.STRANGER:
            options = {
                name: value.user if isinstance(value, Person) else value
                for name, value in options.items()
            }
        return await self.person.slash(command, at=self.place, **options)

    async def menu_on_a_person(self) -> Answer:
        target: Any = self.ana
        if self.home is not None:
            target = self.stage.world.person("Yesenia", guild=self.home)
        return await self.person.menu("Ask to speak for", target, at=self.place)

    async def menu_on_a_message(self) -> Answer:
        author = self.ana
        if self.home is not None:
            author = self.stage.world.person("Yesenia", guild=self.home)
        message = await author.member.send(self.place, "I speak for all of you.")
        return await self.person.menu("This speaks for me", message, at=self.place)


@dataclass(frozen=True, slots=True)
class Use:
    """How to call a command and what comes of it.

    `refused` names who is told no; `absent` where Discord does not offer it; `writes` says whether
    it changes the database for all others; `public`, for whom the bot says one thing to everybody.
    """

    call: Call
    refused: frozenset[Kind] = frozenset()
    absent: frozenset[Kind] = frozenset()
    writes: bool = False
    public: frozenset[Kind] = frozenset()


USES: Mapping[str, Use] = {
    "consent flag": Use(
        lambda s: s.slash("consent flag", choice="never", note="Not me"), IN_DM, writes=True
    ),
    "consent check": Use(lambda s: s.slash("consent check", member=s.ana), IN_DM),
    "consent ask": Use(lambda s: s.slash("consent ask", member=s.ana), ELSEWHERE),
    "consent give": Use(lambda s: s.slash("consent give", member=s.ana), ELSEWHERE),
    "consent inbox": Use(lambda s: s.slash("consent inbox")),
    "consent ledger": Use(lambda s: s.slash("consent ledger")),
    "consent speak": Use(
        lambda s: s.slash("consent speak", consent=s.consent),
        ELSEWHERE,
        writes=True,
        public=frozenset(Kind) - ELSEWHERE,
    ),
    "consent verify": Use(lambda s: s.slash("consent verify", code=s.consent), ELSEWHERE),
    "consent block": Use(lambda s: s.slash("consent block", member=s.ana), writes=True),
    "consent unblock": Use(lambda s: s.slash("consent unblock", member=s.carla), writes=True),
    "rules show": Use(lambda s: s.slash("rules show"), IN_DM),
    "rules edit": Use(lambda s: s.slash("rules edit"), NOT_MODERATING),
    "rules history": Use(lambda s: s.slash("rules history"), IN_DM),
    "rules try": Use(
        lambda s: s.slash("rules try", text=f"{s.ana.mention} wants to cancel the march.")
    ),
    "rules check": Use(lambda s: s.slash("rules check"), NOT_MODERATING),
    "privacy about": Use(lambda s: s.slash("privacy about")),
    "privacy dms": Use(lambda s: s.slash("privacy dms", choice="allow"), writes=True),
    "privacy export": Use(lambda s: s.slash("privacy export")),
    "privacy erase": Use(lambda s: s.slash("privacy erase")),
    "help": Use(lambda s: s.slash("help")),
    "affinity start": Use(
        lambda s: s.slash("affinity start", name="Owls", purpose="Soup"),
        IN_DM,
        writes=True,
        # The channel's first message.
        public=frozenset(Kind) - ELSEWHERE,
    ),
    "affinity list": Use(lambda s: s.slash("affinity list"), IN_DM),
    "affinity knock": Use(lambda s: s.slash("affinity knock", group=s.listed), ELSEWHERE),
    "affinity invite": Use(
        lambda s: s.slash("affinity invite", member=s.outsider),
        ELSEWHERE,
        writes=True,
        public=frozenset(Kind) - ELSEWHERE,
    ),
    "affinity members": Use(lambda s: s.slash("affinity members"), ELSEWHERE),
    "affinity propose": Use(lambda s: s.slash("affinity propose"), ELSEWHERE),
    "affinity decisions": Use(lambda s: s.slash("affinity decisions"), ELSEWHERE),
    "affinity settings": Use(lambda s: s.slash("affinity settings"), ELSEWHERE),
    "affinity spoke": Use(lambda s: s.slash("affinity spoke", member=s.ana), ELSEWHERE),
    "affinity away": Use(lambda s: s.slash("affinity away", until="back"), ELSEWHERE, writes=True),
    "affinity part": Use(lambda s: s.slash("affinity part", member=s.ana), ELSEWHERE),
    "affinity leave": Use(lambda s: s.slash("affinity leave"), ELSEWHERE, writes=True),
    "affinity close": Use(lambda s: s.slash("affinity close"), ELSEWHERE),
    "journal write": Use(lambda s: s.slash("journal write")),
    "journal read": Use(lambda s: s.slash("journal read")),
    "journal search": Use(lambda s: s.slash("journal search", text="ROOF")),
    "journal edit": Use(lambda s: s.slash("journal edit", entry=s.entry)),
    "journal delete": Use(lambda s: s.slash("journal delete", entry=s.entry)),
    "journal share": Use(lambda s: s.slash("journal share")),
    "journal tips": Use(lambda s: s.slash("journal tips")),
    "journal remind": Use(
        lambda s: s.slash("journal remind", time="19:30", zone="Europe/Berlin"), writes=True
    ),
    "journal lock": Use(lambda s: s.slash("journal lock"), writes=True),
    "journal unlock": Use(lambda s: s.slash("journal unlock")),
    "journal passphrase": Use(lambda s: s.slash("journal passphrase")),
    "journal export": Use(lambda s: s.slash("journal export", format="json")),
    "journal erase": Use(lambda s: s.slash("journal erase")),
    "reading browse": Use(lambda s: s.slash("reading browse", form="book")),
    "reading open": Use(lambda s: s.slash("reading open", work="reich")),
    "reading pair": Use(lambda s: s.slash("reading pair", question="guilt")),
    "reading next": Use(lambda s: s.slash("reading next")),
    "reading mark": Use(lambda s: s.slash("reading mark", work="reich", state="read"), writes=True),
    "reading shelf": Use(lambda s: s.slash("reading shelf")),
    "reading suggest": Use(lambda s: s.slash("reading suggest"), IN_DM),
    "reading review": Use(lambda s: s.slash("reading review"), NOT_MODERATING),
    "reading circle": Use(
        lambda s: s.slash("reading circle", work="reich", when="tomorrow 19:00"), IN_DM, writes=True
    ),
    "Ask to speak for": Use(lambda s: s.menu_on_a_person(), absent=IN_DM),
    # Its author is rung later, and never where everybody has seen the message.
    "This speaks for me": Use(
        lambda s: s.menu_on_a_message(),
        absent=IN_DM,
        writes=True,
    ),
}
#: How a refusal begins, whatever it refuses.
REFUSALS = (
    "This needs a server",
    "Changing rules needs the permission",
    "This is for those who look after the reading list",
    "That person is not in this server",
    "You hold no such yes here",
    "There is no yes in force under this code",
    "You are in no group here",
    "I know of no group like that to knock at",
)
#: Commands about a group one is in.
OF_MEMBERS = frozenset(USES) & {
    f"affinity {name}"
    for name in (
        "invite",
        "members",
        "propose",
        "decisions",
        "settings",
        "spoke",
        "away",
        "part",
        "leave",
        "close",
    )
}


def commands_of(bot: Firsthand) -> set[str]:
    """Every slash command and menu entry, by its full name."""
    leaves = (app_commands.Command, app_commands.ContextMenu)
    every = [*bot.tree.walk_commands(), *bot.tree.get_commands()]
    return {each.qualified_name for each in every if isinstance(each, leaves)}


async def test_every_command_has_an_entry(shared: World) -> None:
    missing = commands_of(shared.bot) - set(USES)
    assert not missing, "\n".join(f"say in USES how to call /{name}" for name in sorted(missing))
    assert not set(USES) - commands_of(shared.bot), "an entry for a command that is gone"


@pytest.mark.parametrize(
    "kind", tiered(Kind, quick=[Kind.MODERATOR, Kind.MEMBER, Kind.DM, Kind.STRANGER])
)
async def test_every_kind_of_person_is_answered(shared: World, kind: Kind) -> None:
    """Acknowledged, privately, with something to read; done where it may be, else untouched."""
    wrong = [
        f"/{name} by {kind}: {each}"
        for name in sorted(commands_of(shared.bot))
        if name in USES and kind not in USES[name].absent
        for each in await _use(shared, name, kind)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", Kind)
async def test_whoever_is_in_no_group_is_refused_in_the_same_words(
    shared: World, kind: Kind
) -> None:
    """Law 3: whether there is a group to be in cannot be told, whoever asks."""
    setting = Setting(shared, kind, in_group=False)
    await setting.prepare()
    before = await dump(shared, keys=True)
    refusals = {(await USES[name].call(setting)).text for name in sorted(OF_MEMBERS)}
    assert len(refusals) == 1, refusals
    assert refusals.pop().startswith(REFUSALS)
    assert await dump(shared, keys=True) == before


async def _use(world: World, name: str, kind: Kind) -> list[str]:
    use = USES[name]
    setting = Setting(world, kind, with_groups=name.startswith(("affinity", "privacy")))
    await setting.prepare()
    refused = kind in use.refused
    # Whoever is asked gets a personal key when somebody else opens the form: rows, not keys, count.
    before, heard = await dump(world, keys=refused), _said_by_bot(setting)
    answer = await use.call(setting)
    changed = await dump(world, keys=refused) != before
    said = _said_by_bot(setting) - heard
    checks = {
        "not acknowledged": answer.result.acknowledged,
        "nothing to read": bool(answer.form or answer.text),
        "not private": bool(answer.form) or answer.private,
        f"refused or not: {answer!r}": answer.text.startswith(REFUSALS) is refused,
        f"changed the database: {changed}": changed is (use.writes and not refused),
        f"said in public: {said}": said == (kind in use.public),
        f"logged: {world.faults.records}": not world.faults.drain(),
    }
    await setting.stage.strike()
    return [complaint for complaint, holds in checks.items() if not holds]


def _said_by_bot(setting: Setting) -> int:
    bot = setting.stage.world.env.backend.bot_user.id
    return sum(message.author_id == bot for message in setting.stage.public())
