"""The simulated server, live: one world, many pages, one act at a time.

Whatever a person, the clock or the bot does goes through ``Hub.lock``. After each act every other
open page is drawn again, so that people see at once what somebody else did.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from . import clock, seams, sight, strict
from .cast import DM
from .pane import Pane, stand_in
from .world import World, build

Refusal = str

# What simcord's page only knows by a code. Codes that are not here speak for themselves through the
# simulator's own sentence.
_STALE = {
    "stale-revision",
    "stale-context",
    "stale-generation",
    "stale-sequence",
    "sequence-gap",
    "busy",
    "conflicting-request",
}
_CHANGED = "Something had changed here meanwhile. Please do that once more."
_SILENT = "The bot did not answer. Discord would say: “The application did not respond”."
_FAILED = "The bot stumbled over this. What happened is in the terminal where the demo runs."
_SLOW = "The bot did not finish in time."


class Hub:
    """Everything the routes call. ``make_bot`` is called at the start and at each restart."""

    def __init__(
        self,
        make_bot: Callable[[], commands.Bot],
        *,
        permissions: discord.Permissions,
        port: int,
        now: datetime | None = None,
    ) -> None:
        self.lock = asyncio.Lock()
        self.revision = 0
        self.restarts = 0
        self._make_bot = make_bot
        self._port = port
        self._bot = make_bot()
        self.world: World = build(self._bot, permissions, now or datetime.now(UTC))
        self._panes: dict[tuple[str, str], Pane] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._dms_closed = {key for key, who in self.world.people.items() if who.dms_closed}
        self._notices: deque[dict[str, Any]] = deque(maxlen=20)
        self._notice_ids = 0
        self._errors = 0
        self._events = 0
        self._minute = ""
        self._pump: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------ life

    async def start(self) -> None:
        seams.patch_pages()
        strict.enforce()
        seams.localise_catalogue()
        env = self.world.env
        seams.tap_events(env, self.world.locales(), self._event)
        await env.start()
        stand_in(env, lambda: list(self._panes.values()))
        await self._offer_commands()
        for person in self.world.people:
            for place in (*self.world.places, DM):
                self._seen[person, place] = sight.newest(self.world, person, place)
        self._report_errors()
        self._pump = asyncio.get_running_loop().create_task(clock.pump(self._tick))

    async def close(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        async with self.lock:
            for pane in self._panes.values():
                await pane.close()
            with contextlib.suppress(Exception):
                # A bot that cannot close cleanly must not keep the demo from ending.
                await self._bot.close()
            await seams.stop(self.world.env)

    async def _offer_commands(self) -> None:
        """A bot may sync its commands only on request; here there is nobody else to request it."""
        if not any(self.world.env.backend.commands.values()):
            await self._bot.tree.sync()

    # ------------------------------------------------------------------ acts

    async def open(self, person: str, place: str, timezone: str) -> Pane | None:
        """The pane for this person and channel, or ``None`` if they cannot see it."""
        if not sight.can_see(self.world, person, place):
            return None
        async with self.lock:
            pane = self._panes.get((person, place))
            if pane is None:
                channel = self.world.channel(person, place)
                assert channel is not None
                member = self.world.members[person]
                pane = Pane(
                    self,
                    self.world.env,
                    channel,
                    member.user if place == DM else member,
                    port=self._port,
                    locale=self.world.people[person].locale,
                    pictures=self.world.pictures,
                )
                await pane.enter()
                self._panes[person, place] = pane
            with contextlib.suppress(Exception):
                # An unknown name leaves the times in UTC.
                pane.timezone = ZoneInfo(timezone).key
            self._minute = ""
        return pane

    def pane_for(self, capability: str | None) -> Pane | None:
        return next((p for p in self._panes.values() if p.capability == capability), None)

    async def push(self, name: str) -> Refusal | None:
        """+1 hour, +1 day, +1 week."""
        if name not in clock.PUSHES:
            return "The clock does not know that step."
        async with self.lock:
            for seconds in clock.strides(clock.PUSHES[name]):
                if problem := await self._move(seconds):
                    return problem
            self._redraw()
        return None

    async def restart(self) -> Refusal | None:
        """Stop the bot and start it again on the same stored state, as an operator would."""
        async with self.lock:
            try:
                await self._bot.close()
                self._bot = self._make_bot()
                await seams.restart(self.world.env, self._bot)
                await self._offer_commands()
            except Exception as problem:
                _log(problem)
                return f"The bot did not come back: {problem}"
            finally:
                self._report_errors()
            self.restarts += 1
            self._redraw()
        return None

    async def set_dms(self, person: str, is_open: bool) -> Refusal | None:
        member = self.world.members.get(person)
        if member is None:
            return "There is nobody by that name."
        async with self.lock:
            seams.close_dms(self.world.env, member.id, not is_open)
            (self._dms_closed.discard if is_open else self._dms_closed.add)(person)
            self.revision += 1
        return None

    async def use_menu(
        self, person: str, place: str, context: str, name: str, target: str
    ) -> Refusal | None:
        """A menu command on a member (``target`` is a key) or on a message (its id)."""
        pane = self._panes.get((person, place))
        if pane is None:
            return "Open the channel first."
        member = self.world.members.get(target)
        if member is None and not (target.isascii() and target.isdecimal()):
            return "Choose somebody, or a message."
        async with self.lock:
            problem = await pane.context_menu(
                context, name, member=member, message_id=None if member else int(target)
            )
            self._report_errors(answered=problem is None)
            self._redraw()
        return problem

    async def dismiss(self, person: str, place: str, message: str) -> Refusal | None:
        """What "Dismiss message" does, under an answer that only this person sees."""
        async with self.lock:
            for mine in sight.visible(self.world, person, place):
                if mine.is_ephemeral and str(mine.id) == message:
                    seams.hide(mine)
            self._redraw()
        return None

    def mentioned(self, text: str) -> str:
        """The text with each @Name made a mention, as Discord's own program does while typing."""
        for key, someone in self.world.people.items():
            mention = self.world.members[key].mention
            text = re.sub(rf"@{re.escape(someone.name)}\b", mention, text)
        return text

    def acted(self, pane: Pane, report: Mapping[str, Any]) -> None:
        """Called by a pane, inside the lock, after one of its person's acts."""
        self._report_errors(answered=report.get("acknowledgement") != "unacknowledged")
        if report.get("kind") not in {"browse_candidates", "configure_presentation"}:
            self._redraw()
        if text := _shortfall(report):
            self._notify(pane, text)

    # -------------------------------------------------------------- the page

    def state(self, person: str, place: str, *, looking: bool) -> dict[str, Any]:
        """All that the page around the frame shows. ``looking``: what is there counts as read."""
        world = self.world
        if looking and person in world.people and sight.can_see(world, person, place):
            self._seen[person, place] = sight.newest(world, person, place)
        rooms = {key: self._rooms(key) for key in world.people}
        return {
            "now": world.env.now().isoformat(),
            "restarts": self.restarts,
            "revision": self.revision,
            "people": [
                {
                    "key": key,
                    "name": someone.name,
                    "about": someone.about,
                    "colour": someone.colour,
                    "dms_open": key not in self._dms_closed,
                    "calls": sum(room["calls"] for room in rooms[key]),
                }
                for key, someone in world.people.items()
            ],
            "rooms": rooms.get(person, []),
            "menus": sight.menus(world, person, place) if person in world.people else {},
            "recent": sight.recent(world, person, place) if person in world.people else [],
            "notices": [
                notice
                for notice in self._notices
                if (notice["person"], notice["place"]) == (person, place)
            ],
        }

    def _rooms(self, person: str) -> list[dict[str, Any]]:
        rooms: list[dict[str, Any]] = []
        for room in sight.rooms(self.world, person):
            fresh, calls = sight.unread(
                self.world, person, room.key, self._seen.get((person, room.key), 0)
            )
            rooms.append(
                {
                    "key": room.key,
                    "name": room.name,
                    "channel": str(room.channel),
                    "topic": room.topic,
                    "heading": room.heading,
                    "under": room.under,
                    "fresh": fresh,
                    "calls": calls,
                }
            )
        return rooms

    # -------------------------------------------------------------- insides

    def _event(self) -> None:
        self._events += 1

    async def _tick(self, seconds: float) -> None:
        async with self.lock:
            before = self._events
            try:
                await self._move(seconds)
            except Exception as problem:
                # The clock goes on, whatever one tick of it met.
                _log(problem)
            minute = self.world.env.now().strftime("%H:%M")
            # Nothing happened and every "in 5 minutes" still reads the same: leave the pages be.
            if self._events != before or minute != self._minute:
                self._redraw()
            self._minute = minute

    async def _move(self, seconds: float) -> Refusal | None:
        try:
            await seams.stride(self.world.env, seconds)
        except TimeoutError as problem:
            _log(problem)
            return _SLOW
        finally:
            self._report_errors()
        return None

    def _redraw(self) -> None:
        self.revision += 1
        for pane in self._panes.values():
            if pane.watched:
                pane.republish()
        # The record of everything that ever crossed the wire is for tests; here it only grows.
        backend = self.world.env.backend
        del backend.transcript[:-200]
        del backend.http_requests[:-200]

    def _notify(self, pane: Pane, text: str) -> None:
        key = next(key for key, other in self._panes.items() if other is pane)
        self._notice_ids += 1
        self._notices.append(
            {"id": self._notice_ids, "person": key[0], "place": key[1], "text": text}
        )

    def _report_errors(self, *, answered: bool = False) -> None:
        self._errors, found = seams.errors_since(self.world.env, self._errors)
        for error in found:
            # A refusal travels as an error too. Where the person got an answer, the bot has dealt
            # with it, and logs by itself what it did not expect.
            if not (answered and isinstance(error, app_commands.AppCommandError)):
                _log(error)


def _log(error: BaseException) -> None:
    """One line: what, and where in our own code. The demo goes on."""
    frames = traceback.extract_tb(
        error.__cause__.__traceback__ if error.__cause__ else error.__traceback__
    )
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    cause = error.__cause__ or error
    print(f"demo: {type(cause).__name__}: {cause}{where}", file=sys.stderr, flush=True)


def _shortfall(report: Mapping[str, Any]) -> str | None:
    """A sentence for the person when their act came to nothing, or ``None``."""
    if report.get("kind") in {"autocomplete_command", "browse_candidates", "browse_messages"}:
        return None
    if report.get("rejected"):
        diagnostics: list[dict[str, Any]] = report.get("diagnostics") or []
        codes = {str(item.get("code")) for item in diagnostics}
        if codes & _STALE:
            return _CHANGED
        return f"That was not possible: {report.get('refusal') or 'the page had changed'}"
    settlement = report.get("settlement")
    if settlement == "timeout":
        return _SLOW
    if report.get("acknowledgement") == "unacknowledged":
        return _FAILED if report.get("stumbled") else _SILENT
    if settlement == "failed":
        return report.get("refusal") or _FAILED
    return None
