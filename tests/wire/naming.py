"""Names in what the bot says.

Those of servers and what is in them, people, groups and works are somebody's text: they are shown
to the letter, and no sign in them makes anything bold, hidden or a link. Whoever is mentioned
before everybody without being rung is to be named, too: an app that does not know them may show a
number in place of the mention.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from bot.replies import literal
from tests.wire.stage import EPHEMERAL, Stage, shown
from tests.world import Person, World

_MENTION = re.compile(r"<@!?(\d+)>")
#: What differs each time: mentions, times, and the number in a mark or a name.
_FACT = re.compile(r"<[@#t][^>]*>(?:, <@\d+>)*")
_NUMBER = re.compile(r"(?<=[^\W\d_])\d{4}\b")


class Said(NamedTuple):
    """One text of the bot's, as it was when it was sent or changed, and whom it rang."""

    during: str
    text: str
    public: bool
    rung: frozenset[int]


class Ear:
    """Hears every message of the bot's as it is sent and changed, private answers too."""

    def __init__(self, world: World) -> None:
        self.said: list[Said] = []
        self._during = ""
        self._backend: Any = world.env.backend

    def begin(self, during: str) -> None:
        """Forget what was heard, and note what is done from now on."""
        self.said, self._during = [], during

    @contextmanager
    def listening(self) -> Iterator[Ear]:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("commit_message", "edit_message"):
                patch.setattr(self._backend, name, self._noting(getattr(self._backend, name)))
            yield self

    def _noting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*args: Any, **how: Any) -> Any:
            message = real(*args, **how)
            if message.author_id == self._backend.bot_user.id:
                channel = self._backend.get_channel(message.channel_id)
                public = channel.guild_id is not None and not message.flags & EPHEMERAL
                rung = frozenset(message.ping_user_ids)
                self.said.append(Said(self._during, shown(message), public, rung))
            return message

        return noting


def people_on(stage: Stage) -> list[Person]:
    return [stage.ana, stage.beto, stage.carla, stage.mara]


def name_of(person: Person) -> str:
    return person.user._user.global_name or ""


def names_on(stage: Stage) -> list[str]:
    """What somebody has called something on a stage: people, the server and what is in it, a group,
    a work.
    """
    people = [name_of(person) for person in people_on(stage)]
    guild, channels = stage.guild._guild, stage.world.env.backend.channels
    inside = [
        *(channels[each] for each in (*guild.channel_ids, *guild.thread_ids) if each in channels),
        *guild.roles.values(),
        *guild.scheduled_events.values(),
        *guild.auto_mod_rules.values(),
    ]
    # A plain name, such as that of the bot's own role, may stand anywhere by chance.
    named = [each.name for each in inside if literal(each.name) != each.name]
    return [guild.name, stage.group_name, stage.offered, *people, *named]


def otherwise_shown(text: str, name: str) -> bool:
    """Whether a name stands in a text in any other way than to the letter."""
    plain = text.replace("\\", "").count(name.replace("\\", ""))
    return plain != text.count(literal(name))


def not_to_the_letter(stage: Stage, said: list[Said]) -> list[str]:
    """The texts that show a name on this stage otherwise than it was typed."""
    return [
        f"{each.during}, not to the letter: {each.text}"
        for each in said
        if any(otherwise_shown(each.text, name) for name in names_on(stage))
    ]


def unnamed(stage: Stage, said: list[Said]) -> set[str]:
    """Lines before everybody that mention somebody who is neither rung nor named in the text."""
    people = {person.id: literal(name_of(person)) for person in people_on(stage)}
    return {
        _NUMBER.sub("", _FACT.sub("<>", line))
        for each in said
        if each.public
        for line in each.text.splitlines()
        for id in map(int, _MENTION.findall(line))
        if id not in each.rung and people.get(id, "<") not in each.text
    }
