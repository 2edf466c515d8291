"""`/journal remind`: setting reminders up, changing them, and what is pressed on one.

Reminders are opt-in and one tap stops them. They offer and never ask: no count, no praise, nothing
about days without an entry (law 6).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import discord
from discord import app_commands

from bot import text, zones
from bot.journal import hours
from bot.journal.hours import Fault, Plan
from bot.journal.reminders import Message, Reminder, Why
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    not_found,
    number,
    row,
    trace,
    words_for,
)
from bot.suggestions import offer
from bot.words import N_
from cogs.journal import plans
from cogs.journal.delivery import Delivery

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_STOPPED = {
    Why.CLOSED: N_(
        "Your journal reminders have stopped: two in a row didn't reach you, because Discord says "
        "that your DMs are closed to me. Once they are open, /journal remind, with a time and your "
        "time zone, sets them up again."
    ),
    Why.LEFT: N_(
        "Your journal reminders have stopped, because we were in no server together any more. "
        "/journal remind, with a time and your time zone, sets them up again."
    ),
    Why.NO_DMS: N_(
        "Your journal reminders have stopped: they are direct messages, and you don't allow me "
        "any. /journal remind, with a time and your time zone, sets them up again."
    ),
}
_NONE = N_(
    "You have no reminders now. /journal remind, with a time and your time zone, sets them up."
)
_NO_MORE = N_(
    "No more reminders come. /journal remind, with a time and your time zone, sets them up again."
)


class _Outcome(NamedTuple):
    """What is in force after a change, and, if the change was not made, the plan it refused."""

    known: Reminder | None
    refused: Plan | None


class Remind:
    """Everything about reminders."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.delivery = Delivery(bot)

    async def tell(self, interaction: Interaction) -> None:
        """Say below an answer, for this person alone, that the bot stopped their reminders."""
        stopped = await self.bot.reminders.stopped(interaction.user.id)
        if stopped is not None:
            notice = words_for(interaction)(_STOPPED[stopped.why])
            await interaction.followup.send(notice, ephemeral=True)
            await self.bot.reminders.told(interaction.user.id, stopped)

    async def answered(self, person_id: int) -> None:
        """They wrote in their journal: a reminder that waits has had its answer, and goes.

        Raises nothing: what they wrote is kept, whatever fails here.
        """
        try:
            waiting = await self.bot.reminders.answered(person_id)
            if waiting is not None:
                await self.delivery.take_down(waiting)
        except Exception as error:
            log.error("a reminder goes on waiting: %s", trace(error))

    # -- setting them up --------------------------------------------------------------------

    async def command(self, interaction: Interaction, time: str, zone: str) -> None:
        """Show what is in force, or set a time, a zone, or both; empty is what was left out.

        It tells itself that they were stopped, so that nothing comes between that and the way back.
        """
        me = interaction.user.id
        stopped = await self.bot.reminders.stopped(me)
        above = [] if stopped is None else [words_for(interaction)(_STOPPED[stopped.why])]
        await self._show_or_set(interaction, time, zone, above)
        if stopped is not None:
            await self.bot.reminders.told(me, stopped)

    async def _show_or_set(
        self, interaction: Interaction, time: str, zone: str, above: list[str]
    ) -> None:
        words = words_for(interaction)
        known = await self.bot.reminders.get(interaction.user.id)
        if not (time or zone):
            await self._show(interaction, known, above)
            return
        minute = hours.parse_time(text.clean(time))
        name = await asyncio.to_thread(zones.named, text.clean(zone))
        if time and minute is None:
            above.append(
                words("I can't read that as a time. Please write it like 7:30, 19:30 or 7:30 pm.")
            )
        elif zone and name is None:
            above.append(
                words(
                    "I don't know that time zone. Begin to type a city near you, such as Santiago "
                    "or Berlin, and choose from the list."
                )
            )
        elif known is None and minute is None:
            above.append(words("Please say at what time, too: it is an option of /journal remind."))
        elif known is None and name is None:
            above.append(
                words(
                    "Please choose your time zone, too: it is an option of /journal remind. Begin "
                    "to type a city near you, and choose from the list."
                )
            )
        else:
            await self._change(interaction, lambda plan: _with_time(plan, minute, name), above)
            return
        if known is None:
            await answer(interaction, *above)
        else:
            await self._show(interaction, known, above)

    async def zone_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Zones for what was typed so far, each with what its clocks show now."""
        now = int(discord.utils.utcnow().timestamp())
        found = await asyncio.to_thread(zones.suggestions, current, now)
        return offer(found)

    @control("remind-days")
    async def set_days(self, interaction: Interaction, key: str) -> None:
        picked = chosen(interaction)
        days = frozenset(day for day in hours.EVERY_DAY if str(day) in picked)
        if not days:
            raise not_found(interaction)
        await self._change(interaction, lambda plan: plan and plan._replace(days=days))

    @control("remind-quiet")
    async def set_quiet(self, interaction: Interaction, key: str) -> None:
        picked = [each for each in chosen(interaction) if each in plans.QUIETS]
        if len(picked) != 1:
            raise not_found(interaction)
        quiet = plans.QUIETS[picked[0]]
        await self._change(interaction, lambda plan: plan and plan._replace(quiet=quiet))

    @control("remind-dms")
    async def allow_dms(self, interaction: Interaction, key: str) -> None:
        await self.bot.roster.allow_dms(interaction.user.id, words_for(interaction).language)
        await self._show(interaction, await self.bot.reminders.get(interaction.user.id), [])

    async def _change(
        self,
        interaction: Interaction,
        alter: Callable[[Plan | None], Plan | None],
        above: list[str] | None = None,
    ) -> None:
        """Change the plan, and show what is in force then."""
        words = words_for(interaction)
        known, refused = await self._changed(interaction.user.id, alter)
        if known is None:
            # The menu was on a card that is older than the end of the reminders.
            raise Refused(words(_NONE))
        lines = list(above or [])
        if refused is not None:
            lines.append(
                words(
                    "Nothing was changed, because {time} would lie in the quiet hours, {quiet}. "
                    "Please choose other quiet hours first, or another time.",
                    time=hours.shown(refused.minute),
                    quiet=plans.span(refused.quiet or hours.USUAL_QUIET),
                )
            )
        await self._show(interaction, known, lines)

    async def _changed(
        self, person_id: int, alter: Callable[[Plan | None], Plan | None]
    ) -> _Outcome:
        refused: Plan | None = None

        def checked(plan: Plan | None) -> Plan | None:
            nonlocal refused
            wanted = alter(plan)
            # No other fault can be typed or chosen.
            refused = wanted if wanted and hours.fault(wanted) is Fault.QUIET else None
            return wanted if refused is None else None

        return _Outcome(await self.bot.reminders.change(person_id, checked), refused)

    async def _show(
        self, interaction: Interaction, known: Reminder | None, above: list[str]
    ) -> None:
        words = words_for(interaction)
        if known is None:
            await answer(
                interaction,
                *above,
                words(
                    "I can remind you of your journal: at a time you choose, as a direct message, "
                    "and one tap stops it. You have no reminders now. To set them up, use "
                    "/journal remind with a time and your time zone."
                ),
            )
            return
        allowed = await self.bot.roster.dm_locale(interaction.user.id) is not None
        await answer(interaction, *above, *plans.card(words, known, allowed=allowed))

    # -- ending them, or one ----------------------------------------------------------------

    @control("remind-stop")
    async def stop(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        if number(interaction, key) != me:
            raise not_found(interaction)
        waiting, pressed = await self.bot.reminders.stop(me), _pressed(interaction)
        for message in {each for each in (waiting, pressed) if each is not None}:
            await self.delivery.take_down(message)
        await answer(interaction, words("Stopped.") + " " + words(_NO_MORE))

    @control("remind-later")
    async def not_today(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        if number(interaction, key) != me:
            raise not_found(interaction)
        known = await self.bot.reminders.get(me)
        waiting = None if known is None else known.waiting
        # Down first: as long as it stands it counts as waiting, and no second one comes.
        for message in {each for each in (waiting, _pressed(interaction)) if each is not None}:
            if not await self.delivery.take_down(message):
                # It may be down, and only the answer was lost: then there is nothing else to press.
                raise Refused(
                    words("I couldn't take it down just now. Please press it once more."),
                    row(button(words("Not today"), "remind-later", key)),
                )
        await self.answered(me)
        known = await self.bot.reminders.get(me)
        if known is None:
            await answer(interaction, words(_NO_MORE))
            return
        await answer(
            interaction,
            words("All right. The next one comes {when}.", when=plans.next_one(known)),
        )


def _with_time(plan: Plan | None, minute: int | None, zone: str | None) -> Plan | None:
    """The plan with another time, another zone, or both; a new one is for every day."""
    if plan is None:
        if minute is None or zone is None:
            return None
        return Plan(hours.EVERY_DAY, minute, zone, hours.usual_quiet(minute))
    return plan._replace(minute=plan.minute if minute is None else minute, zone=zone or plan.zone)


def _pressed(interaction: Interaction) -> Message | None:
    """The reminder whose button was pressed; None: it was a button on a private card."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        return None
    return Message(message.channel.id, message.id)
