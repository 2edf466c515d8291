"""Upkeep: what Discord was brought to, and what has yet to be done there.

Each method is one transaction. The database says who belongs; whoever brings Discord to it notes
here what was done, so that a process that dies in between leaves no more than work that is due.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.affinity import LOST, NEWS, TOLD_HERE, Event
from bot.affinity.minutes import Decision
from bot.affinity.rolls import MAKING_TAKES, Group, Member, Untold, channel_name_place
from bot.affinity.rules import DAY, GONE_STAYS, HOUR
from bot.affinity.service import Groups
from bot.seal import Unreadable
from bot.store.store import Store
from bot.work.posts import SENDING_TAKES, Post

#: Discord is compared with the database at least this often.
LOOKS_EVERY = DAY
#: Seconds until what could not be done for lack of a permission, or not told, is tried again.
STUCK_FOR = HOUR
#: The same thing that happens again within this time is not told again.
TOLD_FOR = HOUR


class Seen(NamedTuple):
    """How the channel looked when it was last told about."""

    name: str
    category_id: int | None


class Upkeep:
    """Notes what was done in Discord."""

    def __init__(self, store: Store, groups: Groups, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._groups = groups
        self._rolls = groups.rolls
        self._minutes = groups.minutes
        self._posts = groups.posts
        self._clock = clock

    # -- the channel ------------------------------------------------------------------------

    async def claim_making(self, group_id: str) -> Group | None:
        """Take the making of a channel for this process. None: not ours to make."""
        now = self._clock()
        async with self._main.transaction() as connection:
            return await self._rolls.claim_making(connection, group_id, now, now + MAKING_TAKES)

    async def not_made(self, group_id: str) -> None:
        """Discord certainly made no channel."""
        async with self._main.transaction() as connection:
            await self._rolls.not_made(connection, group_id)

    async def has_channel(
        self, group_id: str, channel_id: int, category_id: int | None, name: str
    ) -> Group | None:
        """The channel is there, and what is open gets its card in it. None: another one won."""
        sealed = await self._keyring.seal(name, channel_name_place(group_id))
        async with self._main.transaction() as connection:
            group = await self._rolls.has_channel(
                connection,
                group_id,
                channel_id=channel_id,
                category_id=category_id,
                channel_name=sealed,
            )
            if group is not None:
                await self._minutes.cards_anew(connection, group_id)
        return group

    async def moved_to(
        self, group_id: str, channel_id: int, category_id: int | None, name: str
    ) -> None:
        """A group out of a backup has got this channel since."""
        sealed = await self._keyring.seal(name, channel_name_place(group_id))
        async with self._main.transaction() as connection:
            await self._rolls.moved_to(
                connection,
                group_id,
                channel_id=channel_id,
                category_id=category_id,
                channel_name=sealed,
            )
            await self._minutes.cards_anew(connection, group_id)

    async def lost_channel(self, group: Group) -> bool:
        """Somebody deleted the channel: each member is told, once. False: known before."""
        async with self._main.transaction() as connection:
            lost = await self._rolls.lost_channel(connection, group.id, group.channel_id or 0)
            if lost is None:
                return False
            await self._minutes.forget_posts(connection, group.id)
            # What was done to that channel concerns no other.
            await self._rolls.forget_waiting_notices(connection, group.id)
            roll = await self._rolls.members(connection, group.id)
            members = [each.person_id for each in roll if each.belongs]
            await self._groups.tell_in(connection, group, LOST, *members)
            for member in roll:
                if not member.belongs:
                    await self._rolls.lacks_access(connection, group.id, member.person_id)
        return True

    async def reopen(self, group_id: str) -> bool:
        """A member wants a new channel. False: there is one, or it is on its way."""
        async with self._main.transaction() as connection:
            return await self._rolls.reopen(connection, group_id) is not None

    async def seen(self, group: Group) -> Seen | None:
        """How the channel looked last. None: nothing is known."""
        if group.channel_name is None:
            return None
        try:
            name = await self._keyring.unseal(group.channel_name, channel_name_place(group.id))
        except Unreadable:
            return None
        return Seen(name, group.category_id)

    async def saw(self, group_id: str, seen: Seen) -> None:
        sealed = await self._keyring.seal(seen.name, channel_name_place(group_id))
        async with self._main.transaction() as connection:
            await self._rolls.saw_channel(connection, group_id, seen.category_id, sealed)

    async def of_channel(self, channel_id: int) -> Group | None:
        async with self._main.transaction() as connection:
            return await self._rolls.of_channel(connection, channel_id)

    async def place(self, guild_id: int) -> int | None:
        """The category the bot made in this server."""
        async with self._main.transaction() as connection:
            return await self._rolls.place(connection, guild_id)

    async def set_place(self, guild_id: int, category_id: int, gone_id: int) -> bool:
        """Note a new category. False: another process was faster."""
        async with self._main.transaction() as connection:
            return await self._rolls.set_place(connection, guild_id, category_id, gone_id)

    # -- access -----------------------------------------------------------------------------

    async def roll(self, group_id: str) -> dict[int, Member]:
        """Everybody on the roll, those who are leaving included."""
        async with self._main.transaction() as connection:
            members = await self._rolls.members(connection, group_id)
        return {member.person_id: member for member in members}

    async def has_access(self, group_id: str, person_id: int) -> None:
        async with self._main.transaction() as connection:
            await self._rolls.has_access(connection, group_id, person_id)

    async def lacks_access(self, group_id: str, person_id: int) -> None:
        async with self._main.transaction() as connection:
            await self._rolls.lacks_access(connection, group_id, person_id)

    async def drop_restored(self, group: Group, with_access: set[int]) -> None:
        """The group came out of a backup: who has no access any more has left since then."""
        now = self._clock()
        async with self._main.transaction() as connection:
            held = await self._rolls.hold(connection, group.id)
            if held is None:
                return
            for member in await self._rolls.members(connection, group.id):
                if member.belongs and member.person_id not in with_access:
                    await self._groups.remove_in(connection, held, member.person_id, now)
            await self._rolls.restored_is_over(connection, group.id)

    async def end_restored(self, group: Group) -> None:
        """The group came out of a backup, and its channel is gone: it ends.

        The channel alone could tell who has left since, and nobody may be let in who has.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            held = await self._rolls.hold(connection, group.id)
            if held is not None:
                await self._groups.close_in(connection, held, now)

    async def note_presence(self, group: Group, here: set[int]) -> None:
        """Note who is in the server. Who was gone for 30 days is taken off the roll."""
        now = self._clock()
        async with self._main.transaction() as connection:
            held = await self._rolls.lock(connection, group.id)
            if held is None:
                return
            await self._rolls.saw_members(connection, group.id, now)
            for member in await self._rolls.members(connection, group.id):
                if not member.belongs:
                    continue
                if member.person_id in here:
                    if member.gone_at is not None:
                        await self._rolls.be_back(connection, group.id, member.person_id)
                elif member.gone_at is None:
                    await self._rolls.be_gone(connection, group.id, member.person_id, now)
                elif member.gone_at <= now - GONE_STAYS * DAY:
                    await self._rolls.hold(connection, group.id)
                    await self._groups.remove_in(connection, held, member.person_id, now)

    # -- messages ---------------------------------------------------------------------------

    async def intro_is_up(self, group: Group) -> None:
        """The first message shows the roll as it was when `group` was read."""
        async with self._main.transaction() as connection:
            await self._rolls.intro_is_up(connection, group)

    async def stale_cards(self, group_id: str) -> list[str]:
        async with self._main.transaction() as connection:
            return await self._minutes.stale_cards(connection, group_id)

    async def card_is_up(self, decision: Decision) -> None:
        async with self._main.transaction() as connection:
            await self._minutes.card_is_up(connection, decision)

    async def no_card(self, decision_id: str) -> None:
        async with self._main.transaction() as connection:
            await self._minutes.no_card(connection, decision_id)

    async def shown(self, group_id: str) -> set[int]:
        """What of the bot's stands in the channel for good: the first message, and the cards."""
        async with self._main.transaction() as connection:
            return await self._minutes.shown(connection, group_id)

    async def lasting(self, group_id: str) -> set[int]:
        """Messages that stay where messages disappear: the first one, and what is open."""
        async with self._main.transaction() as connection:
            return await self._minutes.lasting(connection, group_id)

    # -- telling ----------------------------------------------------------------------------

    async def is_news(self, group: Group, kind: str, target_id: int) -> tuple[Post, bool] | None:
        """The post to tell this with. True: it is new. None: it was told within the hour."""
        now = self._clock()
        async with self._main.transaction() as connection:
            return await self._rolls.claim_notice(
                connection, group, kind, target_id, now, now - TOLD_FOR
            )

    async def is_first(self, group: Group, kind: str, target_id: int) -> tuple[Post, bool] | None:
        """The same. None: it was told since it worked last."""
        async with self._main.transaction() as connection:
            return await self._rolls.claim_notice(
                connection, group, kind, target_id, self._clock(), -1
            )

    async def is_told(self, group: Group, kind: str) -> bool:
        """Whether this stands in the channel already."""
        async with self._main.transaction() as connection:
            return await self._rolls.is_told(connection, group.id, kind)

    async def told(self, post: Post) -> None:
        """It stands in the channel."""
        async with self._main.transaction() as connection:
            await self._posts.forget(connection, TOLD_HERE, post.key)

    async def untold(self, group_id: str) -> list[Untold]:
        async with self._main.transaction() as connection:
            return await self._rolls.waiting_notices(connection, group_id)

    async def works_again(self, group_id: str, kind: str) -> None:
        """What could not be done works: it is told again if it stops."""
        async with self._main.transaction() as connection:
            await self._rolls.forget_notice(connection, group_id, kind, 0)

    async def tell_members(self, group: Group, what: Event, post: Post | None = None) -> None:
        """Tell each member on their own; `post`: what cannot be told in the channel."""
        async with self._main.transaction() as connection:
            if post is not None:
                await self._posts.forget(connection, TOLD_HERE, post.key)
            roll = await self._rolls.members(connection, group.id)
            members = [each.person_id for each in roll if each.belongs]
            if what is Event.STAYS:
                # The last one out has to hear of it; and that the channel goes is not so.
                members = members or [each.person_id for each in roll]
                for notice in await self._groups.notices.about(connection, NEWS, group.id):
                    if notice.what == Event.CLOSED:
                        await self._groups.notices.end_one(connection, notice.id)
            await self._groups.tell_in(connection, group, NEWS, *members, what=what)

    # -- looks ------------------------------------------------------------------------------

    async def settled(self, group: Group, *, stuck: bool) -> int:
        """Discord is as it should be, or (`stuck`) as near to it as permissions allow.

        Returns when to look again (seconds UTC).
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            if not stuck:
                await self._rolls.forget_notice(connection, group.id, "stuck", 0)
            untold = await self._rolls.waiting_notices(connection, group.id)
            await self._rolls.settled(connection, group.id, now)
            # The cards say by now how it ended.
            await self._minutes.forget_secret(connection, now)
        # Whoever began to tell something just now may have died over it.
        begun_at = max((each.begun_at for each in untold), default=0)
        if begun_at + SENDING_TAKES > now:
            return begun_at + SENDING_TAKES
        return now + (STUCK_FOR if stuck or untold else LOOKS_EVERY)

    async def look_soon(self, group: Group, seconds: int = 0) -> None:
        due_at = self._clock() + seconds
        async with self._main.transaction() as connection:
            await self._rolls.look_at(connection, group.id, group.guild_id, due_at)

    async def look_at_all(self) -> None:
        """After a start nothing is known about Discord: every group is looked at."""
        async with self._main.transaction() as connection:
            await self._rolls.look_at_all(connection)
