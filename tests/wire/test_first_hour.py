"""The first hour on a real server, walked on the strict simulator, step by step.

The steps are those of docs/first-hour.md. What is to be seen there in the bot's own words, in
italics, is looked for in what people see here; a new step fails the run until it is walked.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.backend.errors import SetupError
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.demo import strict
from bot.replies import literal
from tests.cogs.test_doorbell import rings
from tests.cogs.test_doorbell_waits import archived, thread_of
from tests.groups import Circle
from tests.journals import dms, hurry, labels_of, last_dm, marked, opens, sends, text_of
from tests.world import World, controls, texts

_PAGE = Path(__file__).parents[2] / "docs" / "first-hour.md"
_STEP = re.compile(r"^\| (\d+) \|.*\| (.*) \|$", re.MULTILINE)
_ITALICS = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
_SEND = discord.Permissions(send_messages=True)
_WORDS = "I can *host* on Friday <3 🏳️‍🌈"

#: What one of the two sees at a step.
Step = Callable[["Hour"], Awaitable[str]]
_STEPS: dict[int, Step] = {}


def step(number: int) -> Callable[[Step], Step]:
    def walked(done: Step) -> Step:
        _STEPS[number] = done
        return done

    return walked


class Hour:
    """A and B, their server, and what the steps before have left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.a, self.b = world.moderator("A"), world.person("B")
        self.bell = world.guild.create_text_channel("bell")
        self.left: Any = None
        self.sent: Any = None
        self.group: Any = None

    async def chooses(self, rule: str) -> str:
        panel = await self.a.choose(await self.a.slash("rules edit"), rule, id="firsthand:rule:")
        menu = next(it for it in panel.controls if ":set-rule:" in it["custom_id"])
        await self.a.choose(panel, self.bell, id=menu["custom_id"])
        return self.world.said(self.bell)

    async def support(self) -> Any:
        """Both support the newest question of the group; its card."""
        asked = [it for it in self.world.messages(self.group.channel) if "Ask" in labels_of(it)]
        card = asked[-1]
        for person in (self.b, self.a):
            await person.click(card, "Support")
        return card

    async def writes(self, text: str) -> tuple[str, list[str]]:
        """B writes to the bot, which asks whether to keep it; the question and its buttons."""
        self.sent, self.left = await sends(self.b, text), last_dm(self.b)
        return text_of(self.left), labels_of(self.left)


# -- it arrives -----------------------------------------------------------------------------------


@step(1)
async def _(h: Hour) -> str:
    backend = h.world.env.backend
    invited = dict(serializers.guild_create_payload(backend, h.world.guild._guild))
    invited.pop("unavailable", None)
    backend.emit("GUILD_CREATE", invited)
    await h.world.env.settle()
    return h.world.said(h.world.general)


@step(2)
async def _(h: Hour) -> str:
    return (await h.b.slash("help")).text


@step(3)
async def _(h: Hour) -> str:
    return (await h.a.slash("rules check")).text


@step(4)
async def _(h: Hour) -> str:
    return await h.chooses("announcement_channel")


@step(5)
async def _(h: Hour) -> str:
    return await h.chooses("doorbell_channel")


@step(6)
async def _(h: Hour) -> str:
    return (await h.a.slash("privacy dms", choice="allow")).text


# -- a yes, and no yes any more -------------------------------------------------------------------


@step(7)
async def _(h: Hour) -> str:
    asked = await h.a.asks(h.b, _WORDS)
    assert literal(_WORDS) in asked.text
    return asked.text


@step(8)
async def _(h: Hour) -> str:
    (h.left,) = rings(h.world)
    assert h.left.content == f"{h.b.mention}, something waits for you."
    return h.left.content


@step(9)
async def _(h: Hour) -> str:
    opened = await h.b.click(h.left, "Open")
    assert opened.private
    assert "host" not in opened.text
    assert rings(h.world) == []
    h.left = opened
    return "\n".join([opened.text, *opened.labels])


@step(10)
async def _(h: Hour) -> str:
    read = await h.b.click(h.left, "Read it")
    assert literal(_WORDS) in read.text
    return (await h.b.click(read, "Yes, these words")).text


@step(11)
async def _(h: Hour) -> str:
    (told,) = dms(h.a)
    assert "said yes" in (await h.a.click(told, "Open")).text
    return "\n".join([told.content, *(it["label"] for it in controls(told.components))])


@step(12)
async def _(h: Hour) -> str:
    (only,) = await h.a.suggestions("consent speak", "consent")
    assert only["name"].startswith("I can *host*")
    with strict.sending_names():
        await h.a.speaks(only["value"])
    said = h.world.said(h.world.general)
    assert literal(_WORDS) in said
    assert h.a.named in said
    assert h.b.named in said
    return said


@step(13)
async def _(h: Hour) -> str:
    verified = await h.b.click(h.world.messages(h.world.general)[-1], "Verify")
    assert verified.private
    return verified.text


@step(14)
async def _(h: Hour) -> str:
    answer = await h.b.takes_back()
    public = h.world.said(h.world.general)
    assert "host" not in public
    return answer.text + public


@step(15)
async def _(h: Hour) -> str:
    thread = thread_of(h.world, h.a)
    await h.a.asks(h.b, _WORDS, at=thread)
    assert rings(h.world, thread) == []
    await h.b.says_yes()
    (only,) = await h.a.suggestions("consent speak", "consent")
    await h.a.speaks(only["value"], at=thread)
    assert literal(_WORDS) in h.world.said(thread)
    archived(h.world, thread)
    await h.b.takes_back()
    assert "host" not in h.world.said(thread)
    return ""


@step(16)
async def _(h: Hour) -> str:
    return "\n".join(each.name for each in h.world.bot.tree.get_commands())


# -- a group --------------------------------------------------------------------------------------


@step(17)
async def _(h: Hour) -> str:
    started = await h.a.slash("affinity start", name="Búhos", purpose="Soup on Fridays")
    (row,) = await h.world.rows("SELECT * FROM affinity_groups")
    h.group = Circle(h.world, row)
    assert h.b.id not in h.group.readers()
    return started.text + h.group.text


@step(18)
async def _(h: Hour) -> str:
    await h.a.slash("affinity invite", member=h.b, at=h.group.channel)
    await h.b.click(await h.b.slash("consent inbox"), "Come in")
    assert h.b.id in h.group.readers()
    return "Come in"


@step(19)
async def _(h: Hour) -> str:
    first = h.world.messages(h.group.channel)[0]
    await h.b.fill(await h.b.click(first, "Propose"), text="We meet on Friday.")
    card = h.group.card
    return "\n".join([h.group.text, *(it["label"] for it in controls(card.components))])


@step(20)
async def _(h: Hour) -> str:
    await h.a.click(h.group.card, "Ask")
    threads = [it for it in h.world.env.backend.channels.values() if it.is_thread]
    thread = next(it for it in threads if it.parent_id == h.group.channel.id)
    for person in (h.a, h.b):
        await person.member.send(ChannelHandle(h.world.env, h.world.guild, thread), "What for?")
    return ""


@step(21)
async def _(h: Hour) -> str:
    card = h.world.fresh(await h.support())
    assert controls(card.components) == []
    return "\n".join(texts(card.components))


@step(22)
async def _(h: Hour) -> str:
    settings = await h.a.slash("affinity settings", at=h.group.channel)
    form = await h.a.click(settings, "Change name or purpose")
    await h.a.fill(form, name="Garzas", purpose="Soup on Fridays")
    await h.support()
    assert h.world.env.backend.channels[h.group.channel.id].name == "garzas"
    return "\n".join(settings.labels)


@step(23)
async def _(h: Hour) -> str:
    sure = await h.a.slash("affinity close", at=h.group.channel)
    await h.a.click(sure, "Ask the group")
    await h.support()
    assert h.group.channel.id not in h.world.env.backend.channels
    return ""


# -- in the DM ------------------------------------------------------------------------------------


@step(24)
async def _(h: Hour) -> str:
    asked, labels = await h.writes("Something to keep.")
    assert "Kept in your journal" in (await h.b.click(h.left, "Keep it")).text
    assert marked(h.b, h.sent)
    return "\n".join([asked, *labels])


@step(25)
async def _(h: Hour) -> str:
    written = "One 🏳️‍🌈 line.\n\n*Another* one."
    await h.b.fill(await h.b.slash("journal write"), text=written)
    assert literal(written) in (await opens(h.b)).text
    return ""


# -- when something goes wrong --------------------------------------------------------------------


@step(26)
async def _(h: Hour) -> str:
    await h.writes("Something else to keep.")
    await h.world.restart()
    return (await h.b.click(h.left, "Keep it")).text


@step(27)
async def _(h: Hour) -> str:
    strict.time_out_bot(h.world.env, h.world.guild.id, 60)
    refused = await h.a.slash("affinity start", name="Garzas", purpose="Soup on Fridays")
    await h.world.later(60)
    return refused.text


@step(28)
async def _(h: Hour) -> str:
    bot_id = h.world.env.backend.bot_user.id
    denied = Overwrite(bot_id, OverwriteType.MEMBER, deny=_SEND.value)
    h.world.env.backend.set_overwrite(h.bell.id, denied)
    found = (await h.a.slash("rules check")).text
    assert h.bell.mention in found
    h.world.env.backend.set_overwrite(h.bell.id, Overwrite(bot_id, OverwriteType.MEMBER))
    return found


@step(29)
async def _(h: Hour) -> str:
    answer = await h.b.slash("privacy export")
    (file,) = answer.files.values()
    assert "Something to keep." in file.decode()
    return answer.text


@step(30)
async def _(h: Hour) -> str:
    sure = await h.b.slash("privacy erase")
    return "\n".join([*sure.labels, (await h.b.click(sure, "Erase everything")).text])


@step(31)
async def _(h: Hour) -> str:
    h.world.guild.remove_member(h.b.member)
    with pytest.raises(SetupError):
        await h.b.dm("journal read")
    return ""


# -- the page -------------------------------------------------------------------------------------


def test_every_step_of_the_page_is_walked() -> None:
    numbers = [int(number) for number, _ in _STEP.findall(_PAGE.read_text())]
    assert numbers == [*range(1, len(_STEPS) + 1)] == [*_STEPS]


async def test_what_the_page_says_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    hour = Hour(world)
    for number, seen in _STEP.findall(_PAGE.read_text()):
        shown = await _STEPS[int(number)](hour)
        missing = [said for said in _ITALICS.findall(seen) if said not in shown]
        assert not missing, (number, missing, shown)
