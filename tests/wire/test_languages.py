"""Every flow in two languages: people are answered in theirs, the server is spoken to in its own.

An answer is compared with the catalogue: it holds whole pieces of one language's sentences, and
none of the other's. In one of the two runs the bot restarts in the middle of every third flow; what
is said in the other one is compared with what was read and kept, too. And whatever is said, names
are shown in it to the letter, and whoever is mentioned is named (tests/wire/naming.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

import pytest

from bot.reading.library import library
from bot.replies import literal
from bot.words import speak
from cogs.help import HELLO
from tests.catalogue import read
from tests.wire import diary as d
from tests.wire.flows import FLOWS, Flow
from tests.wire.flows.base import Step
from tests.wire.gathering import ids_on
from tests.wire.naming import Ear, not_to_the_letter, unnamed
from tests.wire.stage import Stage, shown
from tests.wire.transcript import FOLDER, HOW_TO_KEEP, Transcript, differences
from tests.world import Answer, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Letters a piece of a sentence needs to be told from chance.
_TELLING = 14
#: It greets in every language, because nobody has chosen one yet.
_IN_ALL = {"hello"}
#: Hardly more than names, whatever the language.
_SHORT = {
    "accept_an_invitation",
    "who_is_in",
    "open_an_entry",
    "file_a_work_under_other_topics",
    "read_on",
    "search_the_journal",
    "delete_an_entry",
    "do_not_keep_it",
}
#: They show a person what is going to be public, in the language of the server.
_SHOW_WHAT_BECOMES_PUBLIC = {"start_a_circle", "start_a_circle_with_my_name"}
#: Not Discord's own lines, such as "changed the channel name".
_PLAIN = 0
#: Lines before everybody that mention somebody and name them nowhere, and why: whoever is not in
#: the server has no name there; and a name is not put where erasing would not take it out again, as
#: in what is announced once and then let go.
_NUMBERS_ALONE = {
    r"**Who is in:** <>, **Ana\_ca\_\*ona\*** (<>)",
    "<> belongs to this group, but could not get in here any more: the channel's "
    "permissions had been changed by hand. I have put it right.",
    "<> changed **Announcement channel** from none chosen to <>.",
    "<> changed **Channels noticing leaves out** from none chosen to <>.",
    "<> changed **Days after a no** from 30 days to 60 days.",
    "<> changed **Days after a no** from 60 days to 30 days.",
    "<> changed **Longest consent** from 30 days to 7 days.",
    "<> changed **Noticing** from hold at the door to off.",
    "<> changed **Noticing** from off to hold at the door.",
    "<> could read this channel without belonging to the group: the channel's "
    "permissions had been changed by hand. I have put it right. With /affinity invite "
    "the group can take somebody in.",
    "<> has taken this group off /affinity list, so nobody finds it there, nor can knock. Nothing "
    "else has changed. From <> on, /affinity settings can put it in the list again.",
    "<> took the affinity group that was started on <> off /affinity list.",
}
_LOCALES = {"en": "en-US", "es": "es-419"}


@cache
def pieces(language: str) -> frozenset[str]:
    """What stands between the facts of every sentence, in one language."""
    found: set[str] = set()
    for message in read("es"):
        if not message.id or message.context:
            continue
        said = message.id if language == "en" else message.string
        sentences = said if isinstance(said, tuple | list) else (said,)
        for sentence in sentences:
            found.update(part.strip() for part in re.split(r"\{\w+\}|\n|\*\*", sentence))
    return frozenset(piece for piece in found if len(piece) >= _TELLING)


@cache
def asked(language: str) -> frozenset[str]:
    """The reading list's questions in a language: its words do not stand in the catalogue."""
    found = library(language)
    whole = (*found.works, *found.pairs, *(each for one in found.essays for each in one.sections))
    return frozenset(literal(question) for each in whole for question in each.questions)


def spoken(text: str, language: str) -> list[str]:
    """The pieces of a language's sentences in a text, those of the other language left out."""
    other = pieces("es" if language == "en" else "en")
    return [piece for piece in pieces(language) - other if piece in text]


def wrong_language(
    text: str, language: str, *, short: bool = False, both: bool = False
) -> list[str]:
    """What is said in the other language (unless `both` are); or nothing is said in this one."""
    other = [] if both else spoken(text, "es" if language == "en" else "en")
    return other or ([] if short or spoken(text, language) else [f"nothing in {language}: {text}"])


async def test_the_two_languages_are_told_apart() -> None:
    english, spanish = pieces("en"), pieces("es")
    assert len(english) > 150
    assert len(spanish - english) > 150
    assert wrong_language(HELLO, "es")
    assert not wrong_language(HELLO, "en")
    assert not wrong_language(speak("es")(HELLO), "es")


@pytest.fixture
def transcript(shared: World) -> Iterator[Transcript]:
    with Transcript.of(shared) as written:
        yield written


@pytest.fixture
def ear(shared: World) -> Iterator[Ear]:
    with Ear(shared).listening() as listening:
        yield listening


@pytest.mark.parametrize(
    ("person", "server", "restarts"), [("en", "es", False), ("es", "en", True)]
)
async def test_each_is_spoken_to_in_their_language(
    shared: World, transcript: Transcript, ear: Ear, person: str, server: str, restarts: bool
) -> None:
    wrong: list[str] = []
    numbers_alone: set[str] = set()
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for number, flow in enumerate(FLOWS.values()):
        transcript.begin()
        ear.begin(flow.name)
        stage = Stage(shared, _LOCALES[person])
        if server == "es":
            governance = shared.bot.governance
            with shared.env.time_context():
                await governance.change(stage.guild.id, "language", "es", stage.mara.id, 0)
        await flow.set_up(stage)
        heard = {message.id for message in stage.public()}
        transcript.act()
        answers: list[Step] = []
        async for answer in _restarting(stage, flow, when=restarts and number % 3 == 0):
            answers.append(answer)
            stage.memory["last"] = answer
        said[flow.module][flow.name] = transcript.end(stage)
        assert await flow.is_done(stage), f"{flow} in {person}"
        wrong += [
            f"{flow}, to a person: {found}"
            for answer in answers
            if answer is not None and not _went_with_its_channel(shared, answer)
            for found in wrong_language(
                _all_of(answer),
                person,
                short=flow.name in _SHORT,
                both=flow.name in _SHOW_WHAT_BECOMES_PUBLIC and person != server,
            )
        ]
        wrong += [
            f"{flow}, to the server: {found}"
            for message in stage.public()
            if message.id not in heard and _by_bot(shared, message) and flow.name not in _IN_ALL
            if shown(message) not in asked(server)
            for found in wrong_language(shown(message), server)
        ]
        wrong += [
            f"{flow}, in the DM: {found}"
            for message in _in_dms(stage)
            for found in wrong_language(shown(message), person, short=flow.name in _SHORT)
        ]
        wrong += not_to_the_letter(stage, ear.said)
        numbers_alone |= unnamed(stage, ear.said)
        await stage.strike()
    assert not wrong, "\n".join(wrong)
    if server == "en":
        assert numbers_alone == _NUMBERS_ALONE, numbers_alone ^ _NUMBERS_ALONE
    if not restarts:
        otherwise = [differences(found, FOLDER / f"{module}.txt") for module, found in said.items()]
        assert not any(otherwise), "\n".join(filter(None, [*otherwise, HOW_TO_KEEP]))
        assert {file.stem for file in FOLDER.iterdir()} == said.keys(), "a file without flows"


async def _restarting(stage: Stage, flow: Flow, *, when: bool) -> AsyncIterator[Step]:
    """The flow's steps; after the first one the bot restarts, if asked."""
    first = True
    async for answer in flow.act(stage):
        yield answer
        if first and when:
            await stage.world.restart()
        first = False


async def test_a_dm_is_in_the_language_of_the_person(shared: World) -> None:
    stage = Stage(shared, "es-419")
    await stage.ana.dm("privacy dms", choice="allow")
    await stage.asked()
    await shared.rings_for(stage.ana, stage.guild.id, stage.general.id)
    (ring,) = stage.rings(stage.ana)
    assert not wrong_language(shown(ring), "es")


def _went_with_its_channel(world: World, answer: Answer) -> bool:
    """A group that ended: what was answered in its channel cannot be looked at any more."""
    message = answer.message
    if message is None:
        return False
    channel_id = getattr(message, "channel_id", None) or message.channel.id
    return channel_id not in {**world.env.backend.channels, **world.env.backend.messages}


def _all_of(answer: Answer) -> str:
    """Text and labels of an answer, or of a form."""
    if answer.form is not None:
        return "\n".join(_texts(answer.form))
    return "\n".join([answer.text, *answer.labels])


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        shown_keys = ("title", "label", "description", "placeholder")
        own = [part[key] for key in shown_keys if isinstance(part.get(key), str)]
        return own + [text for value in part.values() for text in _texts(value)]
    return [text for each in part for text in _texts(each)] if isinstance(part, list) else []


def _in_dms(stage: Stage) -> list[Any]:
    """What the bot wrote into DMs, but for rings: the flows set their language themselves."""
    return [
        message
        for person in (stage.ana, stage.beto)
        for message in d.dms(person)
        if _by_bot(stage.world, message) and ":open:" not in str(ids_on(message))
    ]


def _by_bot(world: World, message: Any) -> bool:
    return message.author_id == world.env.backend.bot_user.id and message.type == _PLAIN
