"""The simulated clock: it runs with the wall clock, and it can be pushed ahead.

A push goes in strides. Whatever falls due inside a stride happens at the end of it, in order. A
week in hourly strides is 168 times waiting for the bot, which takes a second or two; following
every tick of every loop of the bot would take minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

HOUR = 3600.0
PUSHES: dict[str, float] = {"hour": HOUR, "day": 24 * HOUR, "week": 7 * 24 * HOUR}
# How often simulated time catches up with the wall clock while nobody pushes it.
TICK = 1.0


def strides(seconds: float, longest: float = HOUR) -> list[float]:
    """Cut a push into strides of at most ``longest`` seconds; they add up to the push."""
    whole, rest = divmod(seconds, longest)
    return [longest] * int(whole) + ([rest] if rest else [])


async def pump(advance: Callable[[float], Awaitable[None]], tick: float = TICK) -> None:
    """Hand ``advance`` the seconds that really passed, again and again, until cancelled."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        await asyncio.sleep(tick)
        now = loop.time()
        # A laptop that slept wakes up with a gap; simulated time need not jump with it.
        await advance(min(now - last, 60.0))
        last = now
