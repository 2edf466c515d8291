"""`/reading circle`: a time to read something together, shown to its host before it is public."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import places, text, zones
from bot.problems import Problem
from bot.reading import circle_rules as rules
from bot.reading import finding, when
from bot.reading.circle_rules import Refusal, State, Verdict, reminds_later
from bot.reading.circles import Circle, Wish
from bot.reading.rules import Item
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    control,
    in_working_server,
    moment,
    not_found,
    row,
    unseen,
    words_for,
)
from bot.suggestions import offer
from bot.text import shorten, whole
from bot.words import N_, Words, speak
from cogs.reading import circle_says as says
from cogs.reading.circle_changes import GONE, POSTING, Changes, understand
from cogs.reading.circle_keeper import Keeper
from cogs.reading.circle_problems import LEFT, obstacle
from cogs.reading.circle_telling import Telling
from cogs.reading.scene import Scene, chosen, scene

if TYPE_CHECKING:
    from bot.app import Firsthand

#: What Discord shows of a suggestion, and sends back.
_SHOWN = 100
#: Offered before anything is typed.
_OFFERED = ("tomorrow 19:00", "saturday 18:00", "sunday 11:00")
_TOO_MANY = {
    Refusal.AHEAD: N_(
        "You have {ahead} circles ahead in this server, and that is as many as one person can "
        "have. Cancel one below its post, or let somebody else start this one."
    ),
    Refusal.DRAFTS: N_(
        "{drafts} previews of yours wait here for your yes, and that is as many as I keep. Post "
        "one of them; the others go after {minutes} minutes, and then you can make a new one."
    ),
    Refusal.DAY_USED: N_(
        "You have posted {a_day} circles here within a day, and that is as many as one person can. "
        "You can post another {when}, or let somebody else start this one."
    ),
}

#: In the circle's own channel a mention would tell who joined.
_ELSEWHERE = N_(
    "You take no DMs from me, so at some moment in the hour before, I mention you in {channel}: "
    "others see that something waits for you, and not what. /privacy dms changes that."
)
_NOWHERE = N_(
    "You take no DMs from me, and there is no channel here in which I could mention you without "
    "telling others who joined, so the reminder waits in your /consent inbox. /privacy dms changes "
    "that."
)


class Circles:
    """Starting a circle, joining it and leaving it; the other parts hang on it."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.keeper = Keeper(bot)
        self.telling = Telling(bot, self.keeper)
        self.changes = Changes(bot, self.keeper)
        bot.controls.add(self.changes)

    # -- suggestions ----------------------------------------------------------------------------

    async def works(self, interaction: Interaction, typed: str) -> list[Any]:
        """Works to read together: everything on the list, and the questions of the pairs."""
        seen = await scene(self.bot, interaction)
        found = finding.works(_everything(seen), seen.named, text.clean(typed))
        return offer((finding.label(each, seen.named), each.id) for each in found)

    async def whens(self, interaction: Interaction, typed: str) -> list[Any]:
        """How the time that is being typed is understood, in the zone that was filled in."""
        words = words_for(interaction)
        zone = str(getattr(interaction.namespace, "zone", None) or "")
        wanted = text.clean(typed)
        found: list[Any] = []
        try:
            for each in [wanted] if wanted else _OFFERED:
                time = await understand(words, each, zone)
                good = None if time.reading.fault else time.reading.understood
                if good is not None:
                    # Sent in this form, it means the same whenever it arrives.
                    shown, value = says.understood(words, good, time.zone), when.typed(good)
                else:
                    shown, value = says.not_understood(words, time.reading), each
                found.append(_choice(shown, value))
        except Refused as refused:
            found.append(_choice(refused.text, wanted or _OFFERED[0]))
        return found

    async def zones(self, interaction: Interaction, typed: str) -> list[Any]:
        """Zones for what was typed so far, each with what its clocks show now."""
        now = int(discord.utils.utcnow().timestamp())
        found = await asyncio.to_thread(zones.suggestions, typed, now)
        return offer(found)

    # -- starting -------------------------------------------------------------------------------

    async def command(self, interaction: Interaction, work: str, when: str, zone: str) -> None:
        """Show the host what would be public; nothing is yet."""
        guild, words = in_working_server(interaction), words_for(interaction)
        channel = await self._channel(interaction, guild, words)
        item = await self._chosen(interaction, work)
        time = await understand(words, when, zone)
        found = time.reading.understood
        if found is None or time.reading.fault is not None:
            raise Refused(says.not_understood(words, time.reading))
        problem = obstacle(channel)
        if problem is not None:
            raise Refused(problem.text(words))
        charter = await self.bot.governance.charter(guild.id)
        wish = Wish(
            guild.id, channel.id, interaction.user.id, item.id, charter.language, found.moment
        )
        circle = await self.bot.circles.draft(wish)
        if isinstance(circle, Verdict):
            raise Refused(_too_many(words, circle))
        public = speak(charter.language)
        matter = await self.keeper.matter(circle, public)
        if matter is None:
            raise Refused(LEFT.text(words))
        everyone = channel.permissions_for(guild.default_role)
        await answer(
            interaction,
            *says.preview(
                words,
                public,
                circle,
                matter,
                says.understood(words, found, time.zone),
                zoned=time.zoned,
                hidden=not everyone.view_channel,
            ),
        )

    @control("circle-post")
    async def post(self, interaction: Interaction, key: str) -> None:
        await self._post(interaction, key, named=False)

    @control("circle-post-named")
    async def post_named(self, interaction: Interaction, key: str) -> None:
        await self._post(interaction, key, named=True)

    async def _post(self, interaction: Interaction, key: str, *, named: bool) -> None:
        """The host's yes. However often it is pressed, it makes one circle."""
        words, me = words_for(interaction), interaction.user.id
        draft = await self.bot.circles.get(key)
        here = (interaction.guild_id, interaction.channel_id)
        if draft is not None and (draft.guild_id, draft.channel_id) != here:
            raise not_found(interaction)
        if draft is None or draft.host_id != me:
            raise Refused(words("That preview is too old. Please use /reading circle again."))
        if draft.state is State.DRAFT:
            _may_write_themselves(interaction, words)
        confirmed = await self.bot.circles.confirm(key, me, named=named)
        if confirmed is None and draft.state is State.DRAFT:
            draft = await self.bot.circles.get(key)
            # Anything else: another press was first, and this one is told what came of it.
            if draft is None or draft.state is State.DRAFT:
                raise Refused(await self._not_posted(words, draft))
        problem = await self.keeper.settle(key, heard=True)
        made = await self.bot.circles.get(key)
        if made is None or made.state in (State.UNDOING, State.FAILED):
            await self._failed(interaction, words, key, problem)
            return
        if made.state is State.MAKING:
            said = words("It is being posted. If that takes long, Discord doesn't answer just now.")
            await answer(interaction, said)
            return
        await answer(
            interaction,
            words(
                "It is public: {link}. You are in it, too; *Leave* takes you out, and *Change* "
                "moves or cancels it.",
                link=says.post_link(made),
            ),
        )

    async def _not_posted(self, words: Words, draft: Circle | None) -> str:
        if draft is not None and draft.due_at > _now():
            verdict = await self.bot.circles.may_post(draft.guild_id, draft.host_id)
            if verdict.refusal is not None:
                return _too_many(words, verdict)
        return words("That preview is too old. Please use /reading circle again.")

    async def _failed(
        self, interaction: Interaction, words: Words, key: str, problem: Problem | None
    ) -> None:
        said = words("Nothing is public: what had been posted is taken back.")
        await answer(interaction, said, *([] if problem is None else [problem.text(words)]))
        # Said: they need not be told once more. What is still being taken back has its own time.
        made = await self.bot.circles.get(key)
        if made is not None and made.state is State.FAILED:
            await self.bot.circles.forget(key)

    # -- joining and leaving --------------------------------------------------------------------

    @control("circle-join")
    async def join(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        known = await self.bot.circles.get(key)
        if known is None or known.guild_id != interaction.guild_id:
            raise Refused(words(GONE))
        if known.state is State.MAKING:
            # It may come to nothing, and then nobody but its host is told. They are in it.
            raise Refused(words(POSTING))
        circle = await self.bot.circles.join(key, me)
        if circle is None:
            raise Refused(_too_late(words, known))
        allowed = await self.bot.roster.dm_locale(me) is not None
        charter = await self.bot.governance.charter(circle.guild_id)
        parts = [_joined(words, circle, charter.doorbell_channel, allowed=allowed)]
        await answer(interaction, *parts, row(button(words("Leave"), "circle-leave", circle.id)))

    @control("circle-leave")
    async def leave(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        await self.bot.circles.leave(key, me)
        await answer(
            interaction,
            words("You are not in that circle: no reminder comes, and nobody is told."),
        )

    # -- what a command needs -------------------------------------------------------------------

    async def _channel(
        self, interaction: Interaction, guild: discord.Guild, words: Words
    ) -> discord.TextChannel:
        """The channel that it happens in. Raises Refused where there can be no circle."""
        channel = guild.get_channel(interaction.channel_id or 0)
        if not isinstance(channel, discord.TextChannel):
            if isinstance(interaction.channel, discord.TextChannel):
                raise unseen(interaction)  # It is one, but it was not told of so far.
            raise Refused(
                words(
                    "A reading circle needs a text channel, because it opens a thread. Please use "
                    "the command there."
                )
            )
        if await self.bot.upkeep.of_channel(channel.id) is not None:
            raise Refused(
                words(
                    "This channel belongs to a group alone, and an event is shown to the whole "
                    "server. Please use the command in a channel that is for more people."
                )
            )
        _may_write_themselves(interaction, words)
        return channel

    async def _chosen(self, interaction: Interaction, typed: str) -> Item:
        """The work or the pair that somebody chose or typed. Raises Refused."""
        seen = await scene(self.bot, interaction)
        wanted = text.clean(typed)
        return chosen(seen._replace(items=_everything(seen)), wanted)


def _may_write_themselves(interaction: Interaction, words: Words) -> None:
    """Raises Refused for whoever could not write here themselves.

    For the event and the thread the bot's own permissions do: not every server lets its members
    create events, and they should be able to read together all the same.
    """
    if not places.writes(interaction.channel, interaction.permissions):
        raise Refused(
            words(
                "You can't write in this channel, so I don't post here for you. Please use the "
                "command where you can write."
            )
        )


def _everything(seen: Scene) -> tuple[Item, ...]:
    pairs = (Item(each.id, each.question, "", "", "", each.topics) for each in seen.library.pairs)
    return (*seen.items, *pairs)


def _joined(words: Words, circle: Circle, doorbell_id: int | None, *, allowed: bool) -> str:
    """What joining means for this person, and where they will hear from the bot."""
    when = moment(circle.starts_at, "F")
    said = words("You are in. It begins {when}; nobody is shown who joined.", when=when)
    if not reminds_later(circle.starts_at, _now()):
        return said + " " + words("It is so soon that I don't remind you once more.")
    if allowed:
        return said + " " + words("An hour before, I remind you in a DM.")
    if doorbell_id in (None, circle.channel_id):
        return said + " " + words(_NOWHERE)
    return said + " " + words(_ELSEWHERE, channel=f"<#{doorbell_id}>")


def _too_many(words: Words, verdict: Verdict) -> str:
    """Why somebody may not begin a circle, and what to do about it."""
    assert verdict.refusal is not None
    return words(
        _TOO_MANY[verdict.refusal],
        ahead=rules.MOST_BY_ONE,
        drafts=rules.MOST_DRAFTS,
        a_day=rules.A_DAY,
        minutes=rules.DRAFT_STANDS // 60,
        when=moment(verdict.until or 0, "R"),
    )


def _too_late(words: Words, circle: Circle) -> str:
    if circle.state is State.OPEN:
        return words(
            "It has begun. You need not join: the thread {thread} is open.",
            thread=says.thread(circle),
        )
    return words(GONE)


def _choice(shown: str, value: str) -> Any:
    # A broken character, which Discord lets people type, cannot be sent back.
    value = shorten(whole(value), _SHOWN) or "…"
    return app_commands.Choice(name=shorten(shown, _SHOWN), value=value)


def _now() -> int:
    return int(discord.utils.utcnow().timestamp())
