"""Every option that suggests something: what a suggestion is called leads where its value does.

Some of Discord's clients send what a suggestion is called in place of its value, and of two that
are called the same they take the first (`strict.sending_names`).

The options come from the bot's own tree: a new one joins by existing, and fails the run until
`OPTIONS` says how it comes to suggest something.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from discord import app_commands

from bot import seal
from bot.app import Firsthand
from bot.consent.rules import Act, Party
from bot.consent.service import Request
from bot.demo import strict
from bot.journal.service import Draft
from bot.reading import own_file
from bot.reading.library import library
from bot.reading.rules import Mark
from bot.store import keyring
from bot.store.keyring import Keyring
from bot.words import speak
from tests.curators import a_work
from tests.groups import keeper
from tests.wire import gathering as g
from tests.wire.stage import Stage
from tests.world import DAY, Answer, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

Prepare = Callable[[Stage], Awaitable[None]]

#: Longer than a suggestion may be called.
LONG = "We are going to bring soup and bread for everybody who has been out on the square since "
LONG += "the early morning, and"


# -- what came before: Ana is the one to whom something is suggested -----------------------------


async def nothing(s: Stage) -> None:
    """What is suggested is there anyway."""


def agreed(*words: str) -> Prepare:
    """Ana holds words of Beto's, of Carla's, and so on in turn."""

    async def prepare(s: Stage) -> None:
        consents = s.world.bot.consents
        for number, said in enumerate(words):
            person = (s.beto, s.carla)[number % 2]
            party = Party(person.id, s.ana.id, s.ana.id)
            wish = Request(s.guild.id, s.general.id, party, False, said, s.place, s.general.id, 7)
            asked = await consents.ask(wish)
            assert asked.consent is not None, asked
            await consents.act(asked.consent.id, person.id, Act.YES, s.guild.id)

    return prepare


def groups(*names: str) -> Prepare:
    """Beto's group, Carla's, and so on: all can be found."""

    async def prepare(s: Stage) -> None:
        for founder, name in zip((s.beto, s.carla), names, strict=True):
            started = await s.world.bot.groups.start(
                s.guild.id, founder.id, name, s.purpose, listed=True, may=True
            )
            assert started.group is not None, started
            assert await keeper(s.world).start(started.group) is None

    return prepare


async def in_a_group(s: Stage) -> None:
    await g.gather(s, s.beto)


def entries(*drafts: Draft, days: int = 0) -> Prepare:
    """Ana's, so many days apart. She can share them with Beto."""

    async def prepare(s: Stage) -> None:
        await s.world.bot.roster.allow_dms(s.beto.id, "en")
        now = int(s.world.env.now().timestamp())
        for number, draft in enumerate(drafts):
            at = now - number * days * DAY
            assert await s.world.bot.journal.write(s.ana.id, draft, at=at) is not None

    return prepare


async def nothing_more(s: Stage) -> str:
    """The answer says it all, and can be had again."""
    return ""


async def not_said(s: Stage) -> str:
    """What stands is not said again."""
    backend = s.world.env.backend
    for row in await s.world.rows("SELECT * FROM posts WHERE topic = 'consent'"):
        if row["message_id"] in backend.messages[row["channel_id"]]:
            backend.delete_message(row["channel_id"], row["message_id"])
    return ""


async def not_shared(s: Stage) -> str:
    """The entry that is on its way to Beto, which the answer does not name; it goes no further.

    What was begun today does not count for it.
    """
    begun = await s.world.bot.sharing.all_mine(s.ana.id)
    for share in begun:
        await s.world.bot.sharing.drop(share.id, s.ana.id)
    async with s.world.bot.store.main.transaction() as connection:
        await connection.execute("DELETE FROM slots")
    return "".join(share.entry_id for share in begun)


def works(*found: tuple[str, str]) -> Prepare:
    """On this server's own list: titles, and who made them."""

    async def prepare(s: Stage) -> None:
        text = "".join(
            a_work(title, f"work-{number}").replace("Ana Ruiz", makers)
            for number, (title, makers) in enumerate(found)
        )
        read = own_file.read(text.encode(), library("en"), speak("en"))
        preview = await s.world.bot.curating.stage(s.guild.id, text.encode(), read)
        assert preview is not None, read
        await s.world.bot.curating.bring_in(s.guild.id, preview.staged_id, speak("en"))

    return prepare


@dataclass(frozen=True, slots=True)
class Option:
    """How an option comes to suggest something.

    `worlds`: what came before, by what is special about it. `beside`: what else is filled in.
    `undo`: what came of a choice beside its answer, which the next one is not to find.
    """

    worlds: Mapping[str, Prepare]
    beside: Callable[[Stage], dict[str, Any]] = lambda s: {}
    typed: str = ""
    undo: Callable[[Stage], Awaitable[str]] = nothing_more


PLAIN = "plain"
_SOME_LETTERS = "aeio"
_ENTRIES = {
    PLAIN: entries(Draft("Owls", "They flew."), Draft("Herons", "They stood.")),
    "one title on one day": entries(Draft("Owls", "They flew."), Draft("Owls", "They sat.")),
    "one text on one day": entries(Draft("Owls", "They flew."), Draft("Owls", "They flew.")),
    "one long text on one day": entries(Draft("Owls", LONG), Draft("Owls", LONG)),
    "one long beginning": entries(Draft("", f"{LONG} tea."), Draft("", f"{LONG} rest.")),
    "one beginning of long titles": entries(
        Draft(f"{LONG[:99]}1", "Tea."), Draft(f"{LONG[:99]}2", "Rest.")
    ),
}
_MONTHS = {PLAIN: entries(Draft("Owls", "Flew."), Draft("Herons", "Stood."), days=40)}
_WORKS = {
    PLAIN: works(("Bread and Roads", "Ana Ruiz"), ("Roads and Bread", "Ana Ruiz")),
    "one title of two authors": works(
        ("Bread and Roads", "Ana Ruiz"), ("Bread and Roads", "Marta Sol")
    ),
}
_THERE: Mapping[str, Prepare] = {PLAIN: nothing}

#: By command and option.
OPTIONS: Mapping[str, Option] = {
    "consent speak consent": Option(
        {
            PLAIN: agreed("I can host the meeting.", "I can't come."),
            "the same words of two people": agreed("I can't come.", "I can't come."),
            "one long beginning": agreed(f"{LONG} tea.", "I can't come.", f"{LONG} rest."),
            "the same long words of two people": agreed(LONG, LONG),
            "the same words of one person": agreed("I can't come.", "I can.", "I can't come."),
        },
        undo=not_said,
    ),
    "affinity knock group": Option({PLAIN: groups("Owls", "Herons")}),
    "affinity away until": Option({PLAIN: in_a_group}),
    "journal write prompt": Option(_THERE),
    "journal read month": Option(_MONTHS),
    "journal search month": Option(_MONTHS, lambda s: {"text": "e"}),
    "journal edit entry": Option(_ENTRIES),
    "journal delete entry": Option(_ENTRIES),
    "journal share entry": Option(_ENTRIES, lambda s: {"member": s.beto.member}, undo=not_shared),
    "journal remind zone": Option(_THERE, lambda s: {"time": "19:30"}, "san"),
    "reading browse topic": Option(_THERE),
    "reading browse tradition": Option(_THERE),
    "reading browse form": Option(_THERE),
    "reading open work": Option(_WORKS, typed="roads"),
    "reading mark work": Option(_WORKS, lambda s: {"state": "want"}, "roads"),
    "reading circle work": Option(_WORKS, lambda s: {"when": "tomorrow 19:00"}, "roads"),
    "reading circle when": Option(_THERE, lambda s: {"work": "reich"}),
    "reading circle zone": Option(
        _THERE, lambda s: {"work": "reich", "when": "tomorrow 19:00"}, "san"
    ),
    "reading pair question": Option(_THERE),
}


def options_of(bot: Firsthand) -> set[str]:
    """Every option that suggests something, by command and option."""
    return {
        f"{command.qualified_name} {option.name}"
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.autocomplete
    }


CASES = [
    pytest.param(name, before, locale, id=f"{name}, {before}, {locale[:2]}")
    for name, option in OPTIONS.items()
    for before in option.worlds
    for locale in (("en-US", "es-419") if before == PLAIN else ("en-US",))
]


class Suggesting:
    """Ana, at an option that suggests something to her."""

    def __init__(self, world: World, name: str, locale: str) -> None:
        self.option = OPTIONS[name]
        self.command, _, self.name = name.rpartition(" ")
        self.stage = Stage(world, locale)

    async def prepare(self, before: str) -> None:
        with self.stage.world.env.time_context():
            await self.option.worlds[before](self.stage)

    async def found(self, typed: str | None = None) -> list[dict[str, Any]]:
        typed = self.option.typed if typed is None else typed
        beside = self.option.beside(self.stage)
        return await self.stage.ana.member.autocomplete(
            self.stage.general, self.command, self.name, typed, **beside
        )

    async def told(self, chosen: Sequence[dict[str, Any]]) -> list[str]:
        """What she is answered to each of these."""
        found: list[str] = []
        values = [each["value"] for each in chosen]
        for value in values:
            options = {**self.option.beside(self.stage), self.name: value}
            answer = await self.stage.ana.slash(self.command, **options)
            found.append(_whole(answer, values) + await self.option.undo(self.stage))
        return found


def _whole(answer: Answer, values: Sequence[str]) -> str:
    """An answer with what its controls are about, if that was suggested; or a form."""
    if answer.form is not None:
        return json.dumps(answer.form)
    ids = str([each["custom_id"] for each in answer.controls])  # type: ignore[attr-defined]
    return "\n".join([answer.text, *answer.labels, *(each for each in values if each in ids)])


async def test_every_option_that_suggests_something_has_an_entry(shared: World) -> None:
    missing = options_of(shared.bot) - set(OPTIONS)
    assert not missing, "\n".join(f"say in OPTIONS how /{name} comes to it" for name in missing)
    assert not set(OPTIONS) - options_of(shared.bot), "an entry for an option that is gone"


@pytest.mark.parametrize(("name", "before", "locale"), CASES)
async def test_what_a_suggestion_is_called_leads_where_its_value_does(
    shared: World, name: str, before: str, locale: str
) -> None:
    ana = Suggesting(shared, name, locale)
    await ana.prepare(before)
    found = await ana.found()
    assert len(found) > 1
    tried = [*found[:2], found[-1]]
    by_value = await ana.told(tried)
    # Each leads somewhere else: no two are refused in the same words.
    assert len({*by_value}) == len({each["name"] for each in tried}), by_value
    with strict.sending_names():
        by_name = await ana.told(tried)
    if by_name != by_value:
        pytest.fail(f"{by_name}, but by their values: {by_value}")


@pytest.mark.parametrize(("name", "before", "locale"), CASES)
async def test_no_two_suggestions_are_called_the_same(
    shared: World, name: str, before: str, locale: str
) -> None:
    ana = Suggesting(shared, name, locale)
    await ana.prepare(before)
    # What there is of itself is looked through further than its first suggestions.
    further = _SOME_LETTERS if before == PLAIN else ""
    lists = [await ana.found(), *[await ana.found(letter) for letter in further]]
    assert len(lists[0]) > 1
    for found in lists:
        names = [each["name"] for each in found]
        if len({*names}) < len(names):
            pytest.fail(f"two are called the same: {names}")


# -- what a letter costs --------------------------------------------------------------------------

ROWS = 200
#: What is opened at most for each letter that is typed: what can be suggested.
OPENED = 25
#: Groups' names: there is a channel for each, and a category of Discord's holds no more.
OPENED_AT_MOST = {"affinity knock group": 50}
#: Tables from which something is suggested, whose the rows are, and what tells two of them apart.
_SEALED = {
    "consents": ("holder_id", ("id",)),
    "journal_entries": ("person_id", ("id", "turn")),
    "affinity_groups": ("guild_id", ("id", "channel_id")),
}


async def copied(stage: Stage, table: str, owner: str, apart: Sequence[str]) -> None:
    """So many more of the rows in a table. They do not open, but that has to be tried."""
    owner_id = stage.guild.id if owner == "guild_id" else stage.ana.id
    before = (await stage.world.rows(f"SELECT * FROM {table} WHERE {owner} = {owner_id}"))[0]
    named, places = ", ".join(before), ", ".join(f":{name}" for name in before)
    async with stage.world.bot.store.main.transaction() as connection:
        for number in range(ROWS):
            new = {each: f"{number:013}" if each == "id" else number + 500 for each in apart}
            await connection.execute(
                f"INSERT INTO {table} ({named}) VALUES ({places})", {**before, **new}
            )


async def test_no_letter_opens_more_than_is_suggested(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much there is. A server's own list is opened once each time that it changes."""
    world, stage = shared, Stage(shared)
    with world.env.time_context():
        await agreed("I can't come.")(stage)
        await groups("Owls", "Herons")(stage)
        await entries(Draft("Owls", "They flew."))(stage)
        works_of_many = [(f"Bread and Roads {number}", "Ana Ruiz") for number in range(ROWS)]
        await works(*works_of_many)(stage)
        await world.bot.shelves.mark(stage.ana.id, "reich", "Reich", Mark.WANT)
        for table, (owner, apart) in _SEALED.items():
            await copied(stage, table, owner, apart)
    opened = 0

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def count(*given: Any) -> Any:
            nonlocal opened
            opened += 1
            return real(*given)

        return count

    # Whoever opens something: by the keyring, or with a key at hand.
    monkeypatch.setattr(Keyring, "unseal", counting(Keyring.unseal))
    for module in [sys.modules[name] for name in sys.modules if name.startswith("bot.")]:
        if vars(module).get("unseal") is seal.unseal and module not in (seal, keyring):
            monkeypatch.setattr(module, "unseal", counting(seal.unseal))
    await stage.ana.member.autocomplete(stage.general, "reading open", "work", "")
    most: dict[str, int] = {}
    for name in options_of(world.bot):
        command, _, option = name.rpartition(" ")
        for typed in ("nothing is called like this", "2026"):
            opened = 0
            await stage.ana.member.autocomplete(stage.general, command, option, typed)
            most[name] = max(most.get(name, 0), opened)
    too_many = {
        name: number for name, number in most.items() if number > OPENED_AT_MOST.get(name, OPENED)
    }
    assert not too_many
    # Something was opened for each table.
    assert {"consent speak consent", "journal edit entry", "affinity knock group"} <= {
        name for name, number in most.items() if number
    }
