"""What a message costs: nothing worth speaking of, unless it mentions somebody where it is asked.

The same 1,000 messages, as the gateway brings them, go to two bots in turn: Firsthand, and one with
the same intents whose only listener does nothing. The ratio of their time on a processor, of all
threads, is printed; what is asserted are the statements that the database gets. Run it alone
(``pytest -m bench -n 0``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from typing import Any

import discord
import pytest
from discord.ext import commands

from bot.app import Firsthand, create_bot, intents
from bot.settings import Settings
from tests.bench.counting import Meter, before

from . import payloads

pytestmark = pytest.mark.bench

MESSAGES, ROUNDS = 1_000, 1
OTHER = "900000000000000011"
PLAIN = "Shall we bring soup on Friday? The kitchen is free from six, and somebody has the key."
MENTION = f"<@{OTHER}>, shall we bring soup on Friday? The kitchen is free from six."
CLAIM = f"<@{OTHER}> wants to bring soup on Friday, because the kitchen is free from six."


class Empty(commands.Cog):
    """One listener that does nothing."""

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        pass


class Bare(commands.Bot):
    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no text commands."""


def settled(bot: commands.Bot) -> commands.Bot:
    """Connected to one server, as far as the bot can tell."""
    state: Any = bot._connection
    state.user = discord.ClientUser(state=state, data=payloads.bot_user())  # type: ignore[arg-type]
    state._add_guild_from_data(payloads.guild())
    return bot


@pytest.fixture
async def bare(tmp_path: Path) -> commands.Bot:
    settings = Settings.from_mapping(
        {"FIRSTHAND_STATE": str(tmp_path / "bare"), "FIRSTHAND_MESSAGE_CONTENT": "on"}
    )
    bot = Bare(
        command_prefix=(),
        intents=intents(settings),
        member_cache_flags=discord.MemberCacheFlags.none(),
        max_messages=None,
        help_command=None,
    )
    await bot._async_setup_hook()
    await bot.add_cog(Empty())
    return settled(bot)


@pytest.fixture
async def firsthand(tmp_path: Path) -> AsyncIterator[Firsthand]:
    bot = create_bot(
        Settings.from_mapping(
            {"FIRSTHAND_STATE": str(tmp_path / "state"), "FIRSTHAND_MESSAGE_CONTENT": "on"}
        )
    )
    await bot._async_setup_hook()
    await bot.setup_hook()
    settled(bot)

    yield bot
    await bot.close()


def messages(content: str) -> list[dict[str, Any]]:
    """Messages as they come, each by another person."""
    member = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
    mentions = f"<@{OTHER}>" in content
    return [
        {
            **payloads.message(),
            "type": 0,
            "id": str(900000000000100000 + number),
            "guild_id": payloads.GUILD,
            "author": payloads.user(str(900000000000200000 + number), "ada"),
            "member": {**member},
            "content": content,
            "mentions": [{**payloads.user(OTHER, "bo"), "member": {**member}}] if mentions else [],
        }
        for number in range(MESSAGES)
    ]


async def cost(bot: commands.Bot, content: str) -> float:
    """Seconds on a processor for the messages, until everything they set off is done."""
    state: Any = bot._connection
    sent = messages(content)
    others = asyncio.all_tasks()
    began = time.process_time()
    for each in sent:
        state.parse_message_create(each)
    while left := asyncio.all_tasks() - others:
        await asyncio.gather(*left)
    return time.process_time() - began


async def ratio(one: commands.Bot, other: commands.Bot, content: str) -> float:
    """The middle of the ratios of neighbours, which met the same machine."""
    found: list[float] = []
    for turn in range(ROUNDS):
        pair = (one, other) if turn % 2 else (other, one)
        spent = {id(bot): await cost(bot, content) for bot in pair}
        found.append(spent[id(one)] / spent[id(other)])
    return median(found)


async def test_messages_cost_little(
    firsthand: Firsthand, bare: commands.Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    guild = int(payloads.GUILD)
    await cost(firsthand, CLAIM)  # what is loaded once is no message's cost
    meter = await Meter(firsthand.store.main, firsthand.store.keys).attach()  # type: ignore[arg-type]
    asked: dict[str, int] = {}

    async def measure(name: str, content: str) -> None:
        await meter.of(lambda: cost(firsthand, content))
        asked[name] = len(meter.statements)
        found = await ratio(firsthand, bare, content)
        was = before(f"messages, {name}", asked[name])
        lines.append(f"  noticing {name:<24}{asked[name]:>7,} statements (before: {was:,}), ×")
        lines[-1] += f" {found:.2f}"

    lines: list[str] = []
    await measure("off", PLAIN)
    await measure("off, with a mention", MENTION)
    await firsthand.governance.change(guild, "noticing", "nudge", 1, 0)
    await measure("on, without a mention", PLAIN)
    await measure("on, with a mention", MENTION)
    await measure("on, with a claim", CLAIM)
    plain = await cost(bare, PLAIN)
    with capsys.disabled():
        print(f"\n{MESSAGES:,} messages, an empty listener: {plain * 1000:.0f} ms of a processor")
        print("\n".join(lines))
    assert await noted(firsthand) == MESSAGES
    assert (asked["off"], asked["on, without a mention"]) == (0, 0)
    assert {name: n for name, n in asked.items() if n > before(f"messages, {name}", n)} == {}


async def noted(bot: Firsthand) -> int:
    """Authors who were told: each once, because an hour has not passed."""
    async with bot.store.main.transaction() as connection:
        (row,) = await connection.execute_fetchall("SELECT count(*) FROM notices")
    return row[0]
