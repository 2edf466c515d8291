"""What a group is deciding and has decided, and taking back what was said in its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot import text
from bot.affinity.minutes import Decision
from bot.affinity.questions import View
from bot.affinity.rules import Kind, Outcome
from bot.affinity.service import Known
from bot.consent.rules import State
from bot.consent.service import Shown
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    here,
    listed,
    literal,
    message_link,
    moment,
    not_found,
    page_number,
    row,
    whereabouts,
    words_for,
)
from bot.store.ids import id_of, owner_of
from bot.words import N_, Words
from bot.work.posts import Post
from cogs.affinity import cards, says
from cogs.affinity.fitting import fitted, lines
from cogs.affinity.which import Part

#: Characters of a question in the list, and links that fit on a card.
_LINE, _PLACES = 60, 15
#: Characters of the list, and those beside a question that is shown to one member.
_LIST, _BESIDE = 3400, 400
#: Grants that somebody who left is offered to recall; each with a row of its own.
_OFFERED = 5

_GRANTS = {
    State.LIVE: N_("In force until {when}. Any member can recall it at any time."),
    State.WITHDRAWN: N_("Taken back. Some words still stand where I posted them; I keep trying."),
}


class Decisions(Part):
    """Shows questions, open and past ones, to members."""

    async def show(self, interaction: Interaction, known: Known, page: int) -> None:
        words = words_for(interaction)
        opened, past, more = await self.bot.questions.page(known.id, page)
        found = [*opened, *past]
        title = words("**Decisions of {group}**", group=literal(known.name))
        if not found and not page:
            await answer(
                interaction,
                title,
                words("Nothing has been asked so far. /affinity propose asks the group."),
            )
            return
        shown = [(each, await self._subject(words, each)) for each in found]
        rows: list[ui.ActionRow[Any]] = []
        if shown:
            menu: ui.Select[Any] = ui.Select(
                custom_id=custom_id("group-decision"),
                placeholder=words("Choose one to read it or to answer"),
                options=[
                    discord.SelectOption(
                        label=text.shorten(f"{count}. {subject}", 100), value=each.id
                    )
                    for count, (each, subject) in enumerate(shown, 1)
                ],
            )
            rows.append(row(menu))
        listing = [
            f"{count}. {fitted(subject, _LINE)} · {says.state(words, each)}"
            for count, (each, subject) in enumerate(shown, 1)
        ]
        await answer(
            interaction,
            title,
            lines(words, listing, _LIST) or words("Nothing more."),
            *rows,
            *_pager(words, known, page, more=more),
        )

    @control("group-decisions")
    async def turn(self, interaction: Interaction, key: str) -> None:
        group_id, _, page = key.partition(".")
        known = await self.keyed(interaction, group_id)
        await self.show(interaction, known, page_number(interaction, page))

    @control("group-decision")
    async def one(self, interaction: Interaction, key: str) -> None:
        """One question, chosen in the menu: its card, my own answer, what I can do."""
        words, me = words_for(interaction), interaction.user.id
        picked = chosen(interaction)
        decision = await self.asked(interaction, picked[0] if picked else key)
        known = await self.keyed(interaction, decision.group_id)
        view = await self.bot.questions.view(decision.id, me)
        if view is None:
            raise not_found(interaction)
        hidden = await cards.is_hidden(self.bot, view)
        parts = cards.question(words, known, view, _BESIDE, hidden=hidden)
        mine = _mine(words, view)
        rows = cards.controls(words, view) if view.has_say else []
        grant = await self._grant(view.decision)
        if grant is not None:
            parts.append(words(_grant_state(grant), when=moment(grant.consent.due_at)))
            if grant.state is not State.WITHDRAWN:
                rows = [row(_recall(words, decision.id))]
        back = row(button(words("Back to the decisions"), "group-decisions", f"{known.id}.0"))
        await answer(interaction, *parts, mine, *rows, back)

    async def _subject(self, words: Words, decision: Decision) -> str:
        """What a question is about, in a line without formatting."""
        kind = words(says.KINDS[Kind(decision.kind)])
        body = await self.bot.questions.body_of(decision)
        if body is not None and body.text and not decision.secret:
            return f"{kind}: {text.shorten(body.text, _LINE)}"
        return kind

    async def _grant(self, decision: Decision) -> Shown | None:
        """What the group let somebody say by this, while there is anything to take back."""
        if decision.kind != Kind.SPOKE or decision.state != Outcome.PASSED:
            return None
        found = await self.bot.grants.of_group(owner_of(decision.group_id))
        return next((each for each in found if each.consent.id == decision.id), None)

    # -- recalling --------------------------------------------------------------------------

    async def offers(self, interaction: Interaction, group_id: str) -> list[str | ui.Item[Any]]:
        """What somebody who leaves has supported, and can still take back."""
        words, me = words_for(interaction), interaction.user.id
        parts: list[str | ui.Item[Any]] = []
        for shown in await self.bot.grants.of_group(owner_of(group_id)):
            consent_id = shown.consent.id
            if shown.state is State.WITHDRAWN or not (
                await self.bot.groups.may_recall(consent_id, me)
            ):
                continue
            said = fitted(shown.words, 150) if shown.words else words("(the words are gone)")
            if len(parts) == 2 * _OFFERED:
                break
            parts += [f"- {said}", row(_recall(words, consent_id))]
        if not parts:
            return []
        return [
            words(
                "You had supported what follows, and it may still be said, or stands where it was "
                "said, in the group's name. You can take it back now, alone and without a reason; "
                "on a message of mine with these words, *This speaks for me* does it later."
            ),
            *parts,
        ]

    @control("recall")
    async def recall(self, interaction: Interaction, key: str) -> None:
        """Take back what is said in the group's name, at once. Who did it is told to nobody."""
        words = words_for(interaction)
        acted = await self.bot.deciding.recall(key, interaction.user.id, here(interaction))
        if acted is None:
            raise not_found(interaction)
        if acted.consent is None:
            raise Refused(
                words("It is taken back already, so nobody may say these words for the group.")
            )
        left = await self.bot.posting.take_away_now(acted.posts)
        await self.keeper.settle(id_of(acted.consent.person_id))
        sentence = words(
            "Recalled. Nobody may say these words for the group any more, and nobody is told "
            "that it was you."
        )
        if left:
            sentence += "\n" + words(
                "Some words are still in these places, because I couldn't reach them yet. I keep "
                "trying, and a moderator can delete them:"
            )
            sentence += "\n" + listed([whereabouts(words, post) for post in left], _PLACES)
        await answer(interaction, sentence)
        self.bot.doorbell.ring(acted.consent.holder_id)


def _recall(words: Words, consent_id: str) -> ui.Button[Any]:
    return button(words("Recall it"), "recall", consent_id, ButtonStyle.danger)


def _grant_state(grant: Shown) -> str:
    return _GRANTS.get(
        grant.state,
        N_(
            "No longer in force. What was posted still stands with its words; recalling takes "
            "them out."
        ),
    )


def _mine(words: Words, view: View) -> str:
    """What I said myself."""
    if view.decision.state != Outcome.OPEN and view.mine is None:
        return ""
    if not view.has_say:
        return words("You joined after this was asked, so those who were in then decide it.")
    if view.mine is None:
        return words("You have not answered.")
    mine = words("Your answer: **{answer}**.", answer=words(says.ANSWERS[view.mine]))
    return mine + " " + words("Nobody else sees it.") if view.decision.secret else mine


def _pager(words: Words, known: Known, page: int, *, more: bool) -> Iterable[ui.ActionRow[Any]]:
    """Buttons to newer and older decisions; their keys name the group, too."""
    buttons: list[ui.Item[Any]] = []
    if page:
        buttons.append(button(words("Back"), "group-decisions", f"{known.id}.{page - 1}"))
    if more:
        buttons.append(button(words("More"), "group-decisions", f"{known.id}.{page + 1}"))
    return [row(*buttons)] if buttons else []


def _link(post: Post) -> str:
    return message_link(post.guild_id, post.channel_id, post.message_id or 0)
