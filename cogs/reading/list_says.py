"""What is said of a server's own list: the forms, what is wrong with what was typed, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.faults import fault
from bot.reading import intake as rules
from bot.reading.curating import Done, Outcome, Terms
from bot.reading.library import Library, library
from bot.reading.library import Terms as Kinds
from bot.reading.own import UNTOLD, WORKS_LIMIT
from bot.reading.suggestions import Wording
from bot.replies import (
    Interaction,
    Refused,
    button,
    form_values,
    in_seen_server,
    literal,
    row,
    words_for,
)
from bot.text import JOINT, Fault, one_line
from bot.words import N_, Words
from cogs.reading.says import fitted

if TYPE_CHECKING:
    from bot.app import Firsthand

TITLE, MADE, WHY = N_("Title"), N_("Who made it, and when"), N_("Why it is worth reading")
FIND, QUESTIONS = N_("How to find it"), N_("Questions")
_LINK = N_(
    "Please leave out links and addresses: nobody has checked where they lead. Title, maker, "
    "publisher and year find it, too."
)
_MEANWHILE = N_(
    "This is not as you saw it any more: another curator was faster, or it was taken back. "
    "Nothing was changed."
)
_NOT_A_CURATOR = N_(
    "This is for those who look after the reading list: whoever has the role {role}. With "
    "/reading suggest you can propose a work to them."
)
_NO_ROLE = N_(
    "This is for those who look after the reading list: whoever has Manage Server, as long as "
    "/rules show names no role for it. With /reading suggest you can propose a work to them."
)


async def curated(bot: Firsthand, interaction: Interaction) -> discord.Guild:
    """The server, for a curator of its list. Raises Refused for everybody else.

    A role that was deleted counts as none chosen.
    """
    guild, words = in_seen_server(interaction), words_for(interaction)
    charter = await bot.governance.charter(guild.id)
    role = None if charter.curators is None else guild.get_role(charter.curators)
    if role is None:
        if not interaction.permissions.manage_guild:
            raise Refused(words(_NO_ROLE))
    elif not isinstance(interaction.user, discord.Member) or role not in interaction.user.roles:
        raise Refused(words(_NOT_A_CURATOR, role=role.mention))
    return guild


# -- forms --------------------------------------------------------------------------------------


def title_field(words: Words, default: str = "") -> ui.Label[Any]:
    return _field(words(TITLE), "title", rules.TITLE_LIMIT, default)


def wording_fields(words: Words, wording: Wording | None = None) -> list[ui.Label[Any]]:
    """Fields for the words about a work."""
    now = wording or Wording("", "", "", "")
    return [
        title_field(words, now.title),
        _field(
            words(MADE),
            "made",
            rules.MAKERS_LIMIT,
            now.made,
            description=words("Such as: Ana Ruiz, Beto Paz, 1998. You can leave it empty."),
            required=False,
        ),
        _field(words(WHY), "why", rules.WHY_LIMIT, now.why, long=True),
        _field(
            words(FIND),
            "find",
            rules.FIND_LIMIT,
            now.find,
            description=words("Publisher, library, archive. No links, please."),
        ),
    ]


def questions_field(words: Words, wording: Wording) -> ui.Label[Any]:
    return _field(
        words(QUESTIONS),
        "questions",
        rules.MOST_QUESTIONS * (rules.QUESTION_LIMIT + 1),
        "\n".join(wording.questions),
        description=words("Each on a line of its own; five at most, or none."),
        required=False,
        long=True,
    )


def _field(
    label: str,
    name: str,
    most: int,
    default: str,
    *,
    description: str | None = None,
    required: bool = True,
    long: bool = False,
) -> ui.Label[Any]:
    return ui.Label(
        text=label,
        description=description,
        component=ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            required=required,
            max_length=most,
            default=default or None,
        ),
    )


def typed_wording(interaction: Interaction, asked_in: str = UNTOLD) -> Wording:
    """What was typed about a work. `asked_in`: the language of its questions. Raises Refused."""
    words, values = words_for(interaction), form_values(interaction)
    questions = values.get("questions")
    return Wording(
        _line(words, TITLE, values.get("title"), rules.TITLE_LIMIT),
        _made(words, values.get("made")),
        _line(words, WHY, values.get("why"), rules.WHY_LIMIT),
        _line(words, FIND, values.get("find"), rules.FIND_LIMIT),
        _questions(words, questions if isinstance(questions, str) else "", asked_in),
    )


def typed_reason(interaction: Interaction) -> str:
    """Why a suggestion is declined. Raises Refused."""
    words = words_for(interaction)
    return _line(words, N_("Reason"), form_values(interaction).get("reason"), rules.REASON_LIMIT)


def _line(words: Words, label: str, typed: object, limit: int, *, empty: bool = False) -> str:
    line = one_line(typed if isinstance(typed, str) else "")
    if empty and not line:
        return ""
    found = rules.line_fault(line, limit)
    if found is not None:
        said = words(_LINK) if found is Fault.LINK else fault(words, found, limit)
        raise Refused(f"**{words(label)}:** {said}")
    return line


def _made(words: Words, typed: object) -> str:
    line = _line(words, MADE, typed, rules.MAKERS_LIMIT, empty=True)
    # As it will be shown: between makers a comma and a blank may take more than what was typed.
    if len(str(rules.credit(line))) > rules.MAKERS_LIMIT:
        said = fault(words, Fault.LONG, rules.MAKERS_LIMIT)
        raise Refused(f"**{words(MADE)}:** {said}")
    return line


def _questions(words: Words, typed: str, language: str) -> tuple[str, ...]:
    found = rules.lines(typed)
    if len(found) > rules.MOST_QUESTIONS:
        most = rules.MOST_QUESTIONS
        raise Refused(words("Please ask fewer questions: {limit} at most.", limit=most))
    for each in found:
        _line(words, QUESTIONS, each, rules.QUESTION_LIMIT)
        if not each.endswith("?"):
            raise Refused(
                words("Each line of the questions ends with a question mark; this one doesn't:")
                + f"\n> {literal(each)}"
            )
        if language == "es" and "¿" not in each:
            raise Refused(
                words("These questions are in Spanish, where each has its ¿; this one doesn't:")
                + f"\n> {literal(each)}"
            )
    return tuple(found)


def terms_fields(words: Words, now: Terms | None = None) -> list[ui.Label[Any]]:
    """Menus for what a work is filed under."""
    shared = library(words.language)
    chosen = {
        Kinds.FORM: (now.form,) if now else (),
        Kinds.TRADITION: (now.tradition,) if now else (),
        Kinds.TOPIC: now.topics if now else (),
    }
    labels = {
        Kinds.FORM: words("Form"),
        Kinds.TRADITION: words("Tradition"),
        Kinds.TOPIC: words("Topics"),
    }
    return [
        ui.Label(
            text=labels[kind],
            component=ui.Select(
                custom_id=f"term-{kind}",
                max_values=rules.MOST_TOPICS if kind is Kinds.TOPIC else 1,
                options=[
                    discord.SelectOption(label=term.name, value=term.id, default=term.id in ids)
                    for term in shared.terms(kind)[:25]
                ],
            ),
        )
        for kind, ids in chosen.items()
    ]


def typed_terms(interaction: Interaction) -> Terms:
    """What was chosen in these menus. Raises Refused."""
    words, values = words_for(interaction), form_values(interaction)
    shared = library(words.language)
    picked = {kind: values.get(f"term-{kind}") for kind in Kinds}
    found = {
        kind: tuple(each.id for each in shared.terms(kind) if each.id in ids)
        for kind, ids in picked.items()
        if isinstance(ids, list)
    }
    found = {kind: found.get(kind, ()) for kind in Kinds}
    one = all(len(found[kind]) == 1 for kind in (Kinds.FORM, Kinds.TRADITION))
    if not one or not 1 <= len(found[Kinds.TOPIC]) <= rules.MOST_TOPICS:
        raise Refused(
            words("Please choose a form, a tradition, and one to five topics from the menus.")
        )
    return Terms(found[Kinds.FORM][0], found[Kinds.TRADITION][0], found[Kinds.TOPIC])


# -- texts --------------------------------------------------------------------------------------


def wording(words: Words, found: Wording, *more: str) -> list[Any]:
    """All the words about a work, on a card."""
    questions = "\n".join(f"- {literal(each)}" for each in found.questions)
    return fitted(
        [
            "\n".join(filter(None, [headed(found), *more])),
            f"**{words(WHY)}**\n{literal(found.why)}",
            f"**{words(FIND)}**\n{literal(found.find)}",
            f"**{words(QUESTIONS)}**\n{questions}" if questions else "",
        ]
    )


def headed(found: Wording) -> str:
    """Title, and who made it, in one line."""
    made = literal(found.made)
    return JOINT.join(filter(None, [f"**{literal(found.title)}**", made]))


async def title_of(bot: Firsthand, guild_id: int, work_id: str, shared: Library) -> str:
    """The title of a work, on whichever list it is."""
    item = shared.item(work_id)
    if item is not None:
        return item.title
    own = await bot.server_lists.work(guild_id, work_id)
    return own.title if own else work_id


async def refusal(bot: Firsthand, interaction: Interaction, done: Done) -> Refused:
    """Why something was not done, and where to go on."""
    words = words_for(interaction)
    if done.outcome is Outcome.KNOWN and done.work_id:
        shared = library(words.language)
        title = await title_of(bot, interaction.guild_id or 0, done.work_id, shared)
        return Refused(
            words(
                "The same work is on the list already: **{title}**. If it is another one, give it "
                "its makers, or a title that tells them apart.",
                title=literal(title),
            ),
            to_review(words),
        )
    if done.outcome is Outcome.FULL:
        most = WORKS_LIMIT
        said = words("The list is full: {limit} works at most. Take one off first.", limit=most)
        return Refused(said, to_review(words))
    return Refused(words(_MEANWHILE), to_review(words))


def to_review(words: Words) -> ui.ActionRow[Any]:
    """The way back to where curators begin."""
    return row(
        button(words("To the suggestions"), "review", "0"),
        button(words("To the list"), "review-works", "0"),
    )
