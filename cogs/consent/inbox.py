"""The inbox: what waits for one person, read one by one, and answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from discord import ButtonStyle, ui

from bot.consent import rules
from bot.consent.ledger import Consent
from bot.consent.limits import Objection
from bot.consent.rules import Act, State
from bot.consent.service import Shown
from bot.doorbell import OPEN
from bot.replies import (
    FORM_SECONDS,
    UNREACHED,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    here,
    message_link,
    moment,
    not_found,
    number,
    page_number,
    pager,
    row,
    server_name,
    words_for,
)
from bot.waiting import Block, pages
from bot.words import N_, Words
from cogs.consent import says
from cogs.consent.asking import checked, words_field

if TYPE_CHECKING:
    from bot.app import Firsthand

#: News on a page, as lines and as characters: a group's name and a server's can be long.
_NEWS_LINES = 10
_NEWS_CHARACTERS = 2000

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

_OTHER_NEWS = N_("Something you share with {other} has changed.")
_OTHER_GROUP_NEWS = N_("Something you share with the group {group} has changed.")
_UNREADABLE = N_(
    "I can't open these words any more, so this counts as a no. "
    "If it still matters, it has to be asked again."
)


class Inbox:
    """Shows what waits, and takes answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @control(OPEN)
    async def open(self, interaction: Interaction, key: str) -> None:
        """The doorbell's button: for one person only."""
        if key != str(interaction.user.id):
            raise not_found(interaction)
        await self.show(interaction, 0)
        message = interaction.message
        if message is not None and not message.flags.ephemeral:
            # Also one that nobody has written down.
            with suppress(*UNREACHED):
                await self.bot.doorbell.remove(message.channel.id, message.id)

    @control("inbox")
    async def page(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key))

    async def show(self, interaction: Interaction, page: int) -> None:
        """One page of everything that waits."""
        words, me = words_for(interaction), interaction.user.id
        news = await self.bot.consents.news(me, here(interaction))
        blocks = await self.bot.waiting.blocks(interaction)
        await self.bot.doorbell.opened(me)
        if not (news or blocks):
            await answer(
                interaction,
                words(
                    "Nothing waits for you. /consent ledger shows what you gave and what you hold."
                ),
            )
            return
        first = await self._news(words, news, interaction) if news else []
        filled = pages(blocks, first)
        last = len(filled) - 1
        page = min(page, last)
        parts = first if page == 0 else []
        if filled[page]:
            parts.append(words("**Waiting for your answer**"))
        for block in filled[page]:
            parts += block.parts
        await answer(interaction, *parts, *pager(words, "inbox", page, more=page < last))

    async def waits(self, interaction: Interaction) -> list[Block]:
        """What of ours waits for the person who acts, for the inbox of all families."""
        words = words_for(interaction)
        inbox = await self.bot.consents.inbox(interaction.user.id, here(interaction))
        return [
            *(Block(self._request(words, each, interaction)) for each in inbox.waits),
            *(Block(self._objection(words, each)) for each in inbox.objections),
        ]

    async def _news(
        self, words: Words, news: list[Consent], interaction: Interaction
    ) -> list[str | ui.Item[Any]]:
        """The oldest news, as much as fits; the rest follows once these are read."""
        lines: list[str] = []
        for consent in news[:_NEWS_LINES]:
            line = await self._news_line(words, consent, interaction)
            if lines and sum(map(len, lines)) + len(line) > _NEWS_CHARACTERS:
                break
            lines.append(line)
        until = news[len(lines) - 1].changed_at
        return [
            words("**News**") + "\n" + "\n".join(lines),
            row(button(words("Got it"), "got-it", str(until))),
        ]

    async def _news_line(self, words: Words, consent: Consent, interaction: Interaction) -> str:
        state = State(consent.state)
        group = await says.group_of(self.bot, words, consent)
        when = moment(consent.due_at)
        if group is None:
            other = says.other_of(consent, interaction.user.id)
            line = words(_NEWS.get(state, _OTHER_NEWS), other=other, when=when)
        else:
            line = words(_GROUP_NEWS.get(state, _OTHER_GROUP_NEWS), group=group, when=when)
        return "- " + line + self._where(words, consent, interaction)

    def _where(self, words: Words, consent: Consent, interaction: Interaction) -> str:
        if interaction.guild_id is not None:
            return ""
        return f" ({server_name(words, self.bot.get_guild(consent.guild_id))})"

    def _request(
        self, words: Words, consent: Consent, interaction: Interaction
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
        return [line + self._where(words, consent, interaction), row(*buttons)]

    def _objection(self, words: Words, objection: Objection) -> list[str | ui.Item[Any]]:
        link = message_link(objection.guild_id, objection.channel_id, objection.message_id)
        return [
            words(
                "A person says that this message of yours speaks for them without their yes: "
                "{link}\nYou can edit it, delete it, or ask first with /consent ask. "
                "Nobody else has been told.",
                link=link,
            ),
            row(button(words("I've read it"), "objection", objection.id)),
        ]

    @control("got-it")
    async def got_it(self, interaction: Interaction, key: str) -> None:
        await self.bot.consents.read_news(
            interaction.user.id, here(interaction), number(interaction, key)
        )
        await self.show(interaction, 0)

    @control("objection")
    async def objection(self, interaction: Interaction, key: str) -> None:
        if not await self.bot.boundaries.see_objection(key, interaction.user.id):
            raise not_found(interaction)
        await self.show(interaction, 0)

    # -- one request ------------------------------------------------------------------------

    @control("read")
    async def read(self, interaction: Interaction, key: str) -> None:
        """The exact words, and every answer there is."""
        words, me = words_for(interaction), interaction.user.id
        shown = await self.bot.consents.show(key, me, here(interaction))
        if shown is None:
            raise not_found(interaction)
        consent = shown.consent
        if not _may_answer(shown, me):
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
        await answer(
            interaction, title, *says.details(words, shown), holds, *_answers(words, shown, me)
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
        exact = checked(words, form_values(interaction).get("words"), rules.WORDS_LIMIT)
        await self._act(interaction, key, Act.EDIT, exact)

    @control("block")
    async def block(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        acted = await self.bot.boundaries.block_opener(key, me, here(interaction))
        if acted is None or acted.consent is None:
            raise not_found(interaction)
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
        told = consent.party.told(me)
        if act is not Act.LEAVE and told is not None:
            await self.bot.doorbell.ring(told, consent.guild_id, consent.channel_id)
        done = words(_DONE[act], other=says.other_of(consent, me), when=moment(consent.due_at))
        await answer(interaction, done)


def _may_answer(shown: Shown, me: int) -> bool:
    if shown.state is State.WAITING:
        return shown.consent.party.asked_id == me
    return shown.state is State.EDITED and shown.consent.opener_id == me


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
