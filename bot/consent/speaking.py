"""Speaking under a consent: posting, taking words out again, verifying a receipt.

A post is written down before it is sent, so that no words can stand anywhere that a person could
not take back (law 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from bot.consent import TAKEN_OUT, rules
from bot.consent.ledger import Consent
from bot.consent.posts import Post
from bot.consent.rules import State, Verdict
from bot.consent.service import Consents
from bot.governance.service import Governance
from bot.seal import Unreadable
from bot.store.ids import new_id
from bot.store.store import Store
from bot.work.notices import Notices


class Spoken(NamedTuple):
    """May it be said? If so: the exact words, and the post that was begun for them."""

    verdict: Verdict
    consent: Consent | None = None
    words: str = ""
    post_id: str = ""


class Speaking:
    """What is said in public under a consent."""

    def __init__(
        self,
        store: Store,
        consents: Consents,
        governance: Governance,
        notices: Notices,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._ledger = consents.ledger
        self._posts = consents.posts
        self._governance = governance
        self._notices = notices
        self._clock = clock

    async def begin(
        self,
        consent_id: str,
        *,
        speaker_id: int,
        guild_id: int,
        channel_id: int,
        holder_here: bool,
        person_here: bool,
    ) -> Spoken:
        """Decide whether these words may be posted now, and note the post before it is sent."""
        async with self._main.transaction() as connection:
            consent = await self._ledger.get(connection, consent_id)
            if consent is not None and consent.guild_id != guild_id:
                consent = None
            charter = await self._governance.charter_in(connection, guild_id)
        words = await self._words(consent)
        now = self._clock()
        async with self._main.transaction() as connection:
            if consent is not None:
                consent = await self._ledger.get(connection, consent_id)
            verdict = rules.may_speak_for(
                rules.Speaking(
                    state=None if consent is None else State(consent.state),
                    due_at=0 if consent is None else consent.due_at,
                    readable=words is not None,
                    is_holder=consent is not None and consent.holder_id == speaker_id,
                    holder_here=holder_here,
                    person_here=person_here,
                    channel_id=channel_id,
                    agreed_channel_id=0 if consent is None else consent.speak_channel_id,
                    allowed_channels=charter.speak_channels,
                ),
                now,
            )
            if not verdict.allowed or consent is None or words is None:
                return Spoken(verdict, consent)
            post_id = new_id()
            await self._posts.begin(connection, post_id, consent_id, guild_id, channel_id, now)
        return Spoken(verdict, consent, words, post_id)

    async def sent(self, post_id: str, message_id: int) -> Post | None:
        """The message stands. If the post comes back as `blank`, its words must go at once."""
        async with self._main.transaction() as connection:
            return await self._posts.is_up(connection, post_id, message_id)

    async def not_sent(self, post_id: str) -> None:
        """Discord certainly did not take the message, or it is gone, or its words are out."""
        async with self._main.transaction() as connection:
            post = await self._posts.drop(connection, post_id)
            if post is None or not post.remains:
                return
            consent = await self._ledger.get(connection, post.consent_id)
            if consent is not None:
                await self._notices.add(
                    connection,
                    TAKEN_OUT,
                    post.id,
                    consent.person_id,
                    guild_id=post.guild_id,
                    channel_id=post.channel_id,
                )

    async def remain(self, posts: Iterable[Post]) -> None:
        """Whoever took these words back is told that they still stand, and wants to know more."""
        async with self._main.transaction() as connection:
            for post in posts:
                await self._posts.remains(connection, post.id)

    async def posts_of(self, consent_id: str) -> list[Post]:
        async with self._main.transaction() as connection:
            return await self._posts.of(connection, consent_id)

    async def consent_of_message(self, message_id: int) -> Consent | None:
        """The consent a message of the bot's was posted under."""
        async with self._main.transaction() as connection:
            post = await self._posts.of_message(connection, message_id)
            return None if post is None else await self._ledger.get(connection, post.consent_id)

    async def verify(self, code: str, guild_id: int) -> tuple[State, Consent] | None:
        """Whether a receipt is in force. None: there is none like it in this server."""
        async with self._main.transaction() as connection:
            consent = await self._ledger.get(connection, code)
        if consent is None or consent.guild_id != guild_id:
            return None
        state = consent.state_at(self._clock())
        # What never became a yes has no receipt: nobody learns who asked whom.
        if state not in (State.LIVE, State.EXPIRED, State.WITHDRAWN, State.GIVEN_UP):
            return None
        return state, consent

    # -- due work ---------------------------------------------------------------------------

    async def post(self, post_id: str) -> Post | None:
        async with self._main.transaction() as connection:
            return await self._posts.get(connection, post_id)

    async def still_standing(self, post_ids: list[str]) -> list[Post]:
        """Which of these posts still have to lose their words."""
        async with self._main.transaction() as connection:
            found = [await self._posts.get(connection, post_id) for post_id in post_ids]
        return [post for post in found if post is not None]

    async def tidy(self) -> None:
        """Write down what has lapsed or expired, and forget what is long over."""
        now = self._clock()
        async with self._main.transaction() as connection:
            await self._ledger.lapse(connection, now)
            await self._ledger.expire(connection, now)
            await self._ledger.forget_ended(connection, now - rules.ENDED_STAYS)

    async def _words(self, consent: Consent | None) -> str | None:
        if consent is None or consent.words is None:
            return None
        try:
            return await self._keyring.unseal(consent.words, consent.words_place())
        except Unreadable:
            return None
