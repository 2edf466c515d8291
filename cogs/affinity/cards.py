"""What stands in a group's channel: the first message, and a card for each question.

Cards are in the server's language. The parts of a card are shown to one member alone, too, in
theirs (`question`). A card fits into one message, whatever people wrote: names and reasons give way
first, and it says how many more there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discord import ButtonStyle, ui

from bot import places
from bot.affinity import OFF_LIST
from bot.affinity.minutes import Decision
from bot.affinity.questions import INVITED, Body, View
from bot.affinity.rolls import Member
from bot.affinity.rules import ADMISSIONS, Admission, Answer, Kind, Outcome, Quorum, Why
from bot.affinity.service import Known
from bot.replies import Card, button, literal, moment, quoted, row
from bot.words import N_, Words
from cogs.affinity import says
from cogs.affinity.fitting import MOST, fitted, lines, people, person, whole

if TYPE_CHECKING:
    from bot.app import Firsthand

Parts = list[str | ui.Item[Any]]
#: What people are called in the server now, for what stands before everybody.
Names = Mapping[int, str] | None

#: Characters that the text people decide on may take.
_TEXT = 2000
#: Characters that answers by name get in any case.
_ANSWERS = 300

_DECIDED = {
    Quorum.HALF: N_(
        "It passes when nobody blocks it, somebody supports it, and more than half of those who "
        "are here have answered."
    ),
    Quorum.TWO_THIRDS: N_(
        "It passes when nobody blocks it, somebody supports it, and two thirds of those who are "
        "here have answered."
    ),
    Quorum.ALL: N_(
        "It passes when nobody blocks it, somebody supports it, and all who are here have answered."
    ),
}
_ADMITTED = {
    Admission.EVERYONE: N_("It is a yes once everyone who is here has said yes."),
    Admission.TWO: N_("It is a yes once two members have vouched by saying yes."),
    Admission.ONE: N_("It is a yes once one member has vouched by saying yes."),
}
_FAILED: dict[str, str] = {
    Why.BLOCKED: N_("**Not passed, {when}:** it was blocked."),
    Why.NO_QUORUM: N_("**Not passed, {when}:** too few had answered. It can be asked again."),
    Why.NO_SUPPORT: N_("**Not passed, {when}:** nobody supported it."),
    Why.NOT_WILLING: N_(
        "**Not passed, {when}:** {person} did not support it, and nobody speaks for a group "
        "without wanting to."
    ),
    OFF_LIST: N_(
        "**Agreed, {when}, and not put in the list:** a moderator has taken this group off it. It "
        "can be proposed again from {until} on."
    ),
    Why.FEW: N_(
        "**Not passed, {when}:** fewer than three supported it, and words in a group's name need "
        "at least three. It can be asked again; and each of you can speak for yourself, or have "
        "somebody speak for you with /consent give."
    ),
    Why.NAME_TAKEN: N_(
        "**Not passed, {when}:** the group agreed, but by then another group that can be found "
        "here had this name, or one that looks like it. Another name can be proposed."
    ),
}
_NAMES = {
    Answer.SUPPORT: N_("**Support:** {people}"),
    Answer.ASIDE: N_("**Stand aside:** {people}"),
}


def intro(words: Words, known: Known, members: Sequence[Member], now: int, names: Names) -> Card:
    """The channel's first message: who is in, who can read it, and what can be done here."""
    settings = known.settings
    away = [
        words(
            "{person} until {when}",
            person=person(words, member.person_id, names),
            when=moment(member.away_until, "D"),
        )
        for member in members
        if member.away_until is not None and member.away_until > now
    ]
    who = words(
        "**Who is in:** {people}",
        people=people(words, [person(words, each.person_id, names) for each in members], 1300),
    )
    if away:
        who += "\n" + words("**Away:** {people}", people=people(words, away, 600))
    if settings.disappear_days:
        going = words.n(
            "**Disappearing messages:** I delete what is older than {n} day, except what is "
            "pinned or open. Whoever has read or copied something keeps it.",
            "**Disappearing messages:** I delete what is older than {n} days, except what is "
            "pinned or open. Whoever has read or copied something keeps it.",
            settings.disappear_days,
        )
    else:
        going = words("**Disappearing messages:** off. What is written here stays.")
    key = known.id
    return Card(
        f"{says.named(settings.name)}\n{fitted(settings.purpose, 400)}",
        words(
            "This is the channel of an affinity group. Nobody owns it: whoever started it is a "
            "member like the others, and what concerns the group is decided by its members."
        ),
        who,
        words(
            "**Who can read this:** its members, me, and every administrator of this server. What "
            "is typed here passes through Discord."
        ),
        going,
        row(
            button(words("Propose"), "group-propose", key, ButtonStyle.primary),
            button(words("Invite"), "group-invite", key),
            button(words("Decisions"), "group-decisions", f"{key}.0"),
            button(words("Settings"), "group-settings", key),
        ),
        row(
            button(words("Members"), "group-members", key),
            button(words("Away"), "group-away", key),
            button(words("Leave"), "group-leave", key),
        ),
        boxed=True,
    )


def card(words: Words, known: Known, view: View, names: Names, *, hidden: bool) -> Card:
    """The card of a question, open or over, for all members together."""
    parts = question(words, known, view, hidden=hidden, names=names)
    return Card(*parts, *controls(words, view), boxed=True)


async def is_hidden(bot: Firsthand, view: View) -> bool:
    """Whether some members cannot see, now, the channel in which one of them would speak."""
    decision, body = view.decision, view.body
    if decision.kind != Kind.SPOKE or decision.state != Outcome.OPEN or body is None:
        return False
    ids = [each.person_id for each in await bot.groups.members(decision.group_id)]
    guild = bot.get_guild(decision.guild_id)
    return await places.hidden_from_some(guild, ids, body.channel_id)


def question(
    words: Words,
    known: Known,
    view: View,
    taken: int = 0,
    *,
    hidden: bool,
    names: Names = None,
) -> Parts:
    """Everything about a question but its buttons.

    `taken`: characters used beside it; `hidden`: from some of its members, the channel it is about.
    """
    parts = _asked(words, known, view, names)
    if hidden:
        parts.append(
            words(
                "**Not all of you can see that channel.** You can block this, propose another "
                "channel, or have a moderator show you this one."
            )
        )
    parts.append(_how(words, known, view))
    if view.decision.thread_id is not None:
        parts.append(words("Questions about it: {thread}", thread=f"<#{view.decision.thread_id}>"))
    left = MOST - taken - sum(len(part) for part in parts)
    # Where there is no room for answers, they are by mention alone.
    return [*parts, *_said(words, view, max(left, _ANSWERS), names if left > _ANSWERS else None)]


def controls(words: Words, view: View) -> list[ui.ActionRow[Any]]:
    """The buttons that answer a question, or undo what came of it."""
    decision, key = view.decision, view.decision.id
    if decision.state == Outcome.OPEN and decision.secret:
        return [yes_or_no(words, decision)]
    if decision.state == Outcome.OPEN:
        return [
            row(
                button(words("Support"), "group-support", key, ButtonStyle.primary),
                button(words("Stand aside"), "group-aside", key),
                button(words("Block"), "group-block", key, ButtonStyle.danger),
                button(words("Ask"), "group-ask", key),
            )
        ]
    return []


def yes_or_no(words: Words, decision: Decision) -> ui.ActionRow[Any]:
    """The answers to a secret question."""
    parting = decision.kind == Kind.PARTING
    return row(
        button(words("Yes, part ways") if parting else words("Yes"), "group-yes", decision.id),
        button(words("No"), "group-no", decision.id),
    )


def _asked(words: Words, known: Known, view: View, names: Names) -> list[str]:
    """Who asks what. People are named here; further down they are only mentioned."""
    decision, body = view.decision, view.body
    author = person(words, decision.author_id, names)
    subject = person(words, decision.subject_id, names)
    kind = Kind(decision.kind)
    if kind is Kind.KNOCK:
        parts = [words("{person} knocks: they would like to join this group.", person=subject)]
        return [*parts, quoted(body.text)] if body is not None else parts
    if kind is Kind.INVITATION:
        return [
            words(
                "{author} would like to invite {person} to this group.",
                author=author,
                person=subject,
            )
        ]
    if kind is Kind.PARTING:
        return [
            words(
                "{author} asks whether the group should part ways with {person}.",
                author=author,
                person=subject,
            )
        ]
    if kind is Kind.CLOSE:
        return [
            words("{author} proposes to end this group.", author=author),
            words(
                "If it passes, this channel is deleted with everything in it, and what was said "
                "in the group's name loses its words. That can't be undone."
            ),
        ]
    if kind is Kind.SETTINGS:
        parts = [words("{author} proposes new settings for this group:", author=author)]
        found = body.settings if body is not None else None
        is_open = decision.state == Outcome.OPEN
        shown = says.changes(words, known.settings, found or {}, is_open=is_open)
        return [*parts, shown or _gone(words, decision)]
    if kind is Kind.SPOKE:
        title = words(
            "{author} proposes that {person} speaks for this group, in these words:",
            author=author,
            person=subject,
        )
        return [title, *_spoke(words, known, decision, body)]
    title = words("{author} proposes:", author=author)
    return [title, whole(body.text, _TEXT) if body is not None else _gone(words, decision)]


def _spoke(words: Words, known: Known, decision: Decision, body: Body | None) -> list[str]:
    """The words, and everything somebody has to know before they agree to them (law 2)."""
    if body is None:
        return [_gone(words, decision)]
    parts = [
        whole(body.text, _TEXT),
        words(
            "**Where, and to whom:** {place}\n**I may post them in:** {channel}",
            place=fitted(body.place, 400),
            channel=f"<#{body.channel_id}>",
        )
        + "\n"
        + words("**In whose name:** {group}", group=literal(body.name or known.name))
        + "\n"
        + words(
            "**For how long:** {period} from the decision on, or less where the server's rules "
            "say so.",
            period=says.days(words, body.days),
        ),
    ]
    if decision.state == Outcome.OPEN:
        parts.append(
            words(
                "This name is shown where the words are posted, also if the group is called "
                "otherwise by then. They speak only for those who support them: at least three, "
                "and {person} has to be one of these. Any single member can recall them at any "
                "time, without a reason.",
                person=person(words, decision.subject_id),
            )
        )
    return parts


def _gone(words: Words, decision: Decision) -> str:
    """What stands in the place of a text that is no more."""
    if decision.author_id and decision.kind == Kind.SPOKE and decision.state == Outcome.PASSED:
        return words("The words are gone: the group has taken them back.")
    return words("The text of it is gone.")


def _how(words: Words, known: Known, view: View) -> str:
    """How it is decided, or how it was."""
    decision = view.decision
    if decision.state == Outcome.OPEN:
        return _open(words, decision)
    subject = person(words, decision.subject_id)
    when = moment(decision.closed_at or 0)
    if Kind(decision.kind) in ADMISSIONS:
        return _admission_over(words, decision, subject)
    if decision.state == Outcome.PASSED:
        sentence = words("**Passed, {when}:** the group agreed.", when=when)
        if decision.kind == Kind.SPOKE and view.body is not None:
            sentence += "\n" + words(
                "{person} can say these words with /consent speak. /affinity decisions shows "
                "whether they are still in force, and lets any member recall them.",
                person=subject,
            )
        return sentence
    if decision.state == Outcome.FAILED:
        failed = _FAILED.get(decision.why or "", N_("**Not passed, {when}.**"))
        until = moment(known.group.listed_from)
        return words(failed, when=when, person=subject, until=until)
    return words("**It came to nothing, {when}:** nothing is decided.", when=when)


def _open(words: Words, decision: Decision) -> str:
    until = words("Open until {when}.", when=moment(decision.due_at))
    if decision.kind == Kind.PARTING:
        return (
            until
            + " "
            + words(
                "It needs the yes of every other member, at least two; silence is no yes. Single "
                "answers are secret, and {person} learns of it only if it passes.",
                person=person(words, decision.subject_id),
            )
        )
    if decision.secret:
        return " ".join(
            (
                until,
                words(_ADMITTED[Admission(decision.admission)]),
                words(
                    "Silence is no yes. Single answers are secret: nobody sees them, nor how many "
                    "there are. Only what comes of it is told."
                ),
            )
        )
    return " ".join(
        (
            until,
            words("It is decided then, or as soon as everyone who is here has answered."),
            words(_DECIDED[Quorum(decision.quorum)]),
            words("Silence is not support. Whoever answers is shown here by name."),
        )
    )


def _admission_over(words: Words, decision: Decision, subject: str) -> str:
    """The outcome of an admission. A no, a silence and a refusal look the same (law 7)."""
    if decision.state == INVITED:
        return words(
            "**The group said yes.** {person} is asked now, and has until {when} to come in.",
            person=subject,
            when=moment(decision.due_at),
        )
    if decision.state == Outcome.PASSED:
        return words("**{person} is in.** Welcome!", person=subject)
    if says.is_full(decision):
        return words(
            "**This is over.** The group is full: the server's rules allow no more members. "
            "/rules show tells how many."
        )
    return words("**This is over.** {person} has not joined.", person=subject)


def _said(words: Words, view: View, left: int, names: Names) -> list[str]:
    """Who answered what by name, as much as fits."""
    shown: list[str] = []
    for answer, sentence in _NAMES.items():
        who = [person(words, said.person_id, names) for said in view.said if said.answer is answer]
        if who:
            shown.append(words(sentence, people=people(words, who, left // 4)))
    left -= sum(map(len, shown))
    blocks = [
        f"- {person(words, said.person_id, names)}: "
        f"{fitted(said.reason, min(400, max(80, left - 120)))}"
        for said in view.said
        if said.answer is Answer.BLOCK
    ]
    if blocks:
        shown.append(words("**Block:**") + "\n" + lines(words, blocks, left))
    return ["\n".join(shown)] if shown else []
