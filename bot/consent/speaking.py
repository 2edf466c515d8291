"""Speaking under a consent: posting, taking words out again, verifying a receipt.

A post is written down before it is sent, so that no words can stand anywhere that a person could
not take back (law 2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.consent import SAID, TAKEN_OUT, rules
from bot.consent.ledger import Consent
from bot.consent.rules import State, Verdict
from bot.consent.service import Consents
from bot.governance.service import Governance
from bot.seal import Unreadable
from bot.store.store import Store
from bot.work.notices import Notices
from bot.work.posts import Post


class Spoken(NamedTuple):
    """May it be said? If so: the exact words, and the post that was begun for them.

    `said`: there is one already, and no other was begun.
    """

    verdict: Verdict
    consent: Consent | None = None
    words: str = ""
    post: Post | None = None
    said: bool = False


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
        ruled_as: int,
        writes: bool,
        holder_here: bool,
        person_here: bool,
    ) -> Spoken:
        """Decide whether these words may be posted now, and note the post before it is sent.

        `ruled_as`, `writes`: see `rules.Speaking`.
        """
        async with self._main.transaction() as connection:
            consent = await self._ledger.get(connection, consent_id)
            if consent is not None and consent.guild_id != guild_id:
                consent = None
            charter = await self._governance.charter_in(connection, guild_id)
        words = await self._words(consent)
        now = self._clock()
        async with self._main.transaction() as connection:
            # What stands is counted before one more is begun.
            await self._main.alone(connection, speaker_id)
            if consent is not None:
                consent = await self._ledger.lock(connection, consent_id)
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
                    ruled_as=ruled_as,
                    allowed_channels=charter.speak_channels,
                    writes=writes,
                    posts=await self._ledger.posts_by(connection, speaker_id, guild_id, consent_id),
                ),
                now,
            )
            if not verdict.allowed or consent is None or words is None:
                return Spoken(verdict, consent)
            said = await self._posts.standing(connection, SAID, consent_id)
            if said is not None:
                return Spoken(verdict, consent, words, said, said=True)
            post = await self._posts.begin(connection, SAID, consent_id, guild_id, channel_id)
            # Nobody says it again for them: it is looked for only to be taken away.
            await self._posts.look_for(connection, post)
        return Spoken(verdict, consent, words, post)

    async def when_up(self, connection: Any, post: Post) -> str:
        """Why words that have arrived only now have to go; empty where they may stand."""
        consent = await self._ledger.get(connection, post.key)
        return "" if consent is not None and consent.state == State.LIVE else "ended"

    async def when_gone(self, connection: Any, post: Post) -> None:
        """Whoever took the words back, and was told that they still stood, is told."""
        consent = await self._ledger.get(connection, post.key)
        if consent is None or not post.remains or post.goes != "person":
            return
        await self._notices.add(
            connection,
            TAKEN_OUT,
            post.id,
            consent.person_id,
            guild_id=post.guild_id,
            channel_id=post.channel_id,
        )

    async def consent_of_message(self, message_id: int) -> Consent | None:
        """The consent a message of the bot's was posted under."""
        post = await self._posts.of_message(message_id)
        if post is None or post.topic != SAID:
            return None
        async with self._main.transaction() as connection:
            return await self._ledger.get(connection, post.key)

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
            if consent.name is not None:
                # Nothing is said under a name that cannot be told.
                await self._keyring.unseal(consent.name, consent.name_place())
            return await self._keyring.unseal(consent.words, consent.words_place())
        except Unreadable:
            return None
