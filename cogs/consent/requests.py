"""What of consents stands in the inbox: requests, read one by one and answered, and news."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from discord import ButtonStyle, ui

from bot import places
from bot.consent import rules
from bot.consent.ledger import Consent
from bot.consent.rules import Act, State
from bot.consent.service import Shown
from bot.inbox import BLOCKS_FULL, Block, got_it
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    exact_words,
    form_values,
    here,
    message_link,
    moment,
    not_found,
    row,
    server_name,
    words_for,
)
from bot.words import N_, Words
from bot.work.notices import Notice
from cogs.consent import says
from cogs.consent.asking import words_field

if TYPE_CHECKING:
    from bot.app import Firsthand

_NEWS = {
    State.LIVE: N_("{other} said yes. It holds until {when}."),
    State.EDITED: N_("{other} said yes, but to different words. Read them before you use them."),
    State.DECLINED: N_("{other} said no. That's their answer; please leave it there."),
    State.UNACCEPTED: N_("{other} did not agree to the words you changed. Nothing holds."),
    State.WITHDRAWN: N_("{other} took their yes back. The words may not be said any more."),
    State.GIVEN_UP: N_("{other} gave up your yes and will not use it any more."),
    State.EXPIRED: N_("The yes of {other} has run out."),
}
#: The same from a group. Who of it decided, or took it back, is told to nobody.
_GROUP_NEWS = {
    State.LIVE: N_(
        "The group {group} agreed that you speak for it, until {when}. /consent ledger shows the "
        "words and where you may say them."
    ),
    State.WITHDRAWN: N_(
        "The group {group} took its yes back. The words may not be said for it any more."
    ),
    State.EXPIRED: N_("The yes of the group {group} has run out."),
    State.GIVEN_UP: N_(
        "The yes of the group {group} has ended, and what I posted under it goes: words in a "
        "group's name need at least three members who support them. /affinity spoke asks the "
        "group again."
    ),
}
_DONE = {
    Act.YES: N_(
        "Yes. The words hold until {when}. You can end it at any moment in /consent ledger."
    ),
    Act.EDIT: N_("Thank you. {other} sees your words now, and nothing holds before they agree."),
    Act.NO: N_("You said no. {other} is told that, and nothing more."),
    Act.LEAVE: N_("Left alone. It lapses by itself, and {other} is not told why."),
    Act.ACCEPT: N_("Agreed. The words hold until {when}; /consent ledger shows them."),
    Act.REJECT: N_("You didn't agree, so nothing holds. {other} is told."),
}

_TAKEN_OUT = N_("The words you took back are gone from {channel} now, too.")
_OTHER_NEWS = N_("Something you share with {other} has changed.")
_OTHER_GROUP_NEWS = N_("Something you share with the group {group} has changed.")
_UNREADABLE = N_(
    "I can't open these words any more, so this counts as a no. "
    "If it still matters, it has to be asked again."
)


class Requests:
    """Shows requests and what became of them, and takes answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    # -- how notices read -----------------------------------------------------------------------

    async def request(self, interaction: Interaction, notice: Notice) -> Block | None:
        """Something that waits for an answer."""
        me = interaction.user.id
        consent = await self.bot.consents.row(notice.key, me, here(interaction))
        if consent is None or not _may_answer(consent, consent.state_at(self.bot.clock()), me):
            return None
        sees = await self._sees(consent, interaction)
        return Block(self._request(words_for(interaction), consent, interaction, sees=sees))

    async def answered(self, interaction: Interaction, notice: Notice) -> str | None:
        """What became of something."""
        words, me = words_for(interaction), interaction.user.id
        consent = await self.bot.consents.row(notice.key, me, here(interaction))
        if consent is None:
            return None
        state = State(consent.state)
        group = await says.group_of(self.bot, words, consent)
        when = moment(consent.due_at)
        if group is None:
            other = says.other_of(consent, me)
            line = words(_NEWS.get(state, _OTHER_NEWS), other=other, when=when)
        else:
            line = words(_GROUP_NEWS.get(state, _OTHER_GROUP_NEWS), group=group, when=when)
        return line + self._where(words, consent, interaction)

    async def taken_out(self, interaction: Interaction, notice: Notice) -> str:
        words = words_for(interaction)
        return words(_TAKEN_OUT, channel=f"<#{notice.channel_id}>")

    async def objection(self, interaction: Interaction, notice: Notice) -> Block:
        words = words_for(interaction)
        link = message_link(notice.guild_id, notice.channel_id, int(notice.key))
        return Block(
            [
                words(
                    "A person says that this message of yours speaks for them without their yes: "
                    "{link}\nYou can edit it, delete it, or ask first with /consent ask. "
                    "Nobody else has been told.",
                    link=link,
                ),
                row(got_it(words, notice)),
            ]
        )

    def _where(self, words: Words, consent: Consent, interaction: Interaction) -> str:
        if interaction.guild_id is not None:
            return ""
        return f" ({server_name(words, self.bot.get_guild(consent.guild_id))})"

    def _request(
        self, words: Words, consent: Consent, interaction: Interaction, *, sees: bool | None
    ) -> list[str | ui.Item[Any]]:
        other = says.other_of(consent, interaction.user.id)
        if consent.state == State.EDITED:
            line = words(
                "{other} said yes, but to different words than you asked for.", other=other
            )
        elif consent.opener_id == consent.person_id:
            line = words("{other} asks you to speak for them.", other=other)
        else:
            line = words("{other} asks to speak for you.", other=other)
        line += " " + words("It lapses {when}.", when=moment(consent.due_at, "R"))
        buttons: list[ui.Item[Any]] = [
            button(words("Read it"), "read", consent.id, ButtonStyle.primary)
        ]
        if consent.state == State.WAITING:
            buttons.append(button(words("Don't let them ask again"), "block", consent.id))
        line += self._where(words, consent, interaction)
        if sees is False:
            line += "\n" + words("It is for a channel that you can't see.")
        return [line, row(*buttons)]

    async def _sees(self, consent: Consent, interaction: Interaction) -> bool | None:
        """Whether they can see, now, the channel they are asked to agree to. None: not known."""
        guild = self.bot.get_guild(consent.guild_id)
        return await places.in_sight(guild, interaction.user, consent.speak_channel_id)

    # -- one request ------------------------------------------------------------------------

    @control("read")
    async def read(self, interaction: Interaction, key: str) -> None:
        """The exact words, and every answer there is."""
        words, me = words_for(interaction), interaction.user.id
        shown = await self.bot.consents.show(key, me, here(interaction))
        if shown is None:
            raise not_found(interaction)
        consent = shown.consent
        if not _may_answer(consent, shown.state, me):
            raise Refused(says.unchanged(words, shown.state, consent.due_at))
        if shown.words is None:
            raise Refused(words(_UNREADABLE))
        other = says.other_of(consent, me)
        if shown.state is State.EDITED:
            title = words("{other} says yes to these words:", other=other)
        elif me == consent.person_id:
            title = words("{other} asks to say this for you:", other=other)
        else:
            title = words("{other} asks you to say this for them:", other=other)
        holds = words(
            "**It would hold for:** {period}, from your yes on. "
            "It can be taken back at any moment.",
            period=says.period(words, shown.seconds),
        )
        sight = says.unseen(words, sees=await self._sees(consent, interaction))
        await answer(
            interaction,
            title,
            *says.details(words, shown),
            sight,
            holds,
            *_answers(words, shown, me),
        )

    @control("yes")
    async def yes(self, interaction: Interaction, key: str) -> None:
        await self._act(interaction, key, Act.YES)

    @control("no")
    async def no(self, interaction: Interaction, key: str) -> None:
        await self._act(interaction, key, Act.NO)

    @control("leave")
    async def leave(self, interaction: Interaction, key: str) -> None:
        await self._act(interaction, key, Act.LEAVE)

    @control("accept")
    async def accept(self, interaction: Interaction, key: str) -> None:
        await self._act(interaction, key, Act.ACCEPT)

    @control("reject")
    async def reject(self, interaction: Interaction, key: str) -> None:
        await self._act(interaction, key, Act.REJECT)

    @control("edit", opens_form=True)
    async def open_edit(self, interaction: Interaction, key: str) -> None:
        """The form for *Yes, in my words*, with the words that were asked for."""
        words, me = words_for(interaction), interaction.user.id
        async with asyncio.timeout(FORM_SECONDS):
            shown = await self.bot.consents.show(key, me, here(interaction))
        if shown is None or shown.consent.person_id != me:
            raise not_found(interaction)
        if shown.state is not State.WAITING or shown.words is None:
            raise Refused(says.unchanged(words, shown.state, shown.consent.due_at))
        await interaction.response.send_modal(
            Form(
                words("Yes, in my words"),
                "edited",
                key,
                words_field(words, words("Change them until they are yours."), default=shown.words),
            )
        )

    @control("edited")
    async def submit_edit(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        exact = exact_words(words, form_values(interaction).get("words"), rules.WORDS_LIMIT)
        await self._act(interaction, key, Act.EDIT, exact)

    @control("block")
    async def block(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        acted = await self.bot.boundaries.block_opener(key, me, here(interaction))
        if acted is None:
            raise not_found(interaction)
        if acted.consent is None:
            raise Refused(words(BLOCKS_FULL, most=rules.MOST_BLOCKS))
        await answer(
            interaction,
            words(
                "{other} can't reach you with requests any more. They are not told: to them it "
                "looks as if you had not answered. /consent unblock undoes it.",
                other=f"<@{acted.consent.opener_id}>",
            ),
        )

    async def _act(self, interaction: Interaction, key: str, act: Act, exact: str = "") -> None:
        words, me = words_for(interaction), interaction.user.id
        acted = await self.bot.consents.act(key, me, act, here(interaction), words=exact)
        if acted is None:
            raise not_found(interaction)
        if acted.consent is None:
            raise Refused(
                words(_UNREADABLE)
                if acted.unreadable
                else says.unchanged(words, acted.state, acted.due_at)
            )
        consent = acted.consent
        done = words(_DONE[act], other=says.other_of(consent, me), when=moment(consent.due_at))
        await answer(interaction, done)
        self.bot.doorbell.ring(consent.party.other(me))


def _may_answer(consent: Consent, state: State, me: int) -> bool:
    if state is State.WAITING:
        return consent.party.asked_id == me
    return state is State.EDITED and consent.opener_id == me


def _answers(words: Words, shown: Shown, me: int) -> list[ui.ActionRow[Any]]:
    key = shown.consent.id
    if shown.state is State.EDITED:
        return [
            row(
                button(words("Agree to these words"), "accept", key, ButtonStyle.primary),
                button(words("Don't agree"), "reject", key),
            )
        ]
    yes: list[ui.Item[Any]] = [button(words("Yes, these words"), "yes", key, ButtonStyle.primary)]
    if me == shown.consent.person_id:
        yes.append(button(words("Yes, in my words"), "edit", key))
    return [
        row(*yes, button(words("No"), "no", key), button(words("Leave it"), "leave", key)),
        row(button(words("Don't let them ask again"), "block", key)),
    ]
