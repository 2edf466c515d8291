"""What the settings, questions, answers and refusals of groups are called in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import text
from bot.affinity import rules
from bot.affinity.deciding import FULL, Taken
from bot.affinity.minutes import Decision
from bot.affinity.questions import INVITED
from bot.affinity.rolls import Settings
from bot.affinity.rules import DAY, HOUR, Admission, Answer, Kind, Outcome, Permit, Quorum, Refusal
from bot.consent import rules as consent_rules
from bot.faults import fault
from bot.replies import Refused, literal, moment, server_name
from bot.words import N_, Words
from cogs.affinity.fitting import fitted

if TYPE_CHECKING:
    from bot.app import Firsthand

KINDS = {
    Kind.PROPOSAL: N_("Proposal"),
    Kind.SETTINGS: N_("New settings"),
    Kind.SPOKE: N_("Speaking for the group"),
    Kind.CLOSE: N_("Ending the group"),
    Kind.KNOCK: N_("A knock"),
    Kind.INVITATION: N_("An invitation"),
    Kind.PARTING: N_("Parting ways"),
}
ANSWERS = {
    Answer.SUPPORT: N_("Support"),
    Answer.ASIDE: N_("Stand aside"),
    Answer.BLOCK: N_("Block"),
    Answer.YES: N_("Yes"),
    Answer.NO: N_("No"),
}
ADMISSIONS = {
    Admission.EVERYONE: N_("Everyone who is here says yes"),
    Admission.TWO: N_("Two members vouch"),
    Admission.ONE: N_("One member vouches"),
}
QUORUMS = {
    Quorum.HALF: N_("More than half of those who are here"),
    Quorum.TWO_THIRDS: N_("Two thirds of those who are here"),
    Quorum.ALL: N_("All who are here"),
}
LISTED = {
    False: N_("Hidden: only its members know of it"),
    True: N_("Listed: everybody here can find it and knock"),
}
#: The settings of a group, by the name of their field.
FIELDS = {
    "name": N_("Name"),
    "purpose": N_("Purpose"),
    "listed": N_("In the list"),
    "admission": N_("Who says yes to a newcomer"),
    "quorum": N_("How many have to answer"),
    "disappear_days": N_("Disappearing messages"),
}
_TAKEN = {
    Taken.OVER: N_(
        "This is decided already, so nothing was changed. /affinity decisions shows what came of "
        "it."
    ),
    Taken.NO_SAY: N_(
        "You joined after this was asked, so those who were in then decide it. You have a say in "
        "everything from now on."
    ),
}
MANY_GROUPS = N_(
    "You are in {groups} groups here, knocks that wait for an answer included, and that is as many "
    "as one person can be in. /affinity leave lets you go from one; then there is room for another."
)
REFUSALS = {
    Refusal.NOT_FOUND: N_(
        "I know of no group like that to knock at. /affinity list shows the groups that can be "
        "found."
    ),
    Refusal.MEMBER: N_("You are in this group already. /affinity members shows who else is."),
    Refusal.OPEN: N_(
        "You have knocked there, and it is not decided yet. You get the outcome alone, within a "
        "week of your knock."
    ),
    Refusal.MANY_GROUPS: MANY_GROUPS,
    Refusal.RESTS: N_("It is too early to knock there again. You can from {when} on."),
    Refusal.DAY_USED: N_("That's all the knocks for one day. You can knock again {when}."),
}
INVITE_REFUSALS = {
    Refusal.MEMBER: N_("{person} is in the group already. /affinity members shows who is."),
    Refusal.BOT: N_("That's an app. Only people can be members: choose a person."),
    Refusal.OPEN: N_(
        "{person} is being invited already. Please wait for what comes of it: the group's channel "
        "shows it."
    ),
    Refusal.RESTS: N_(
        "{person} was invited not long ago. Please let it rest; you can invite them again {when}."
    ),
    Refusal.DAY_USED: N_("That's all the invitations for one day. You can invite again {when}."),
}
#: What a member may not ask the group, because it is much already. Members only are told.
_MUCH_ASKED = {
    Refusal.MANY_OPEN_BY_ONE: N_(
        "{own} questions of yours are open in this group, and that is as many as one member can "
        "have. You can ask again once one of them is decided; /affinity decisions shows those "
        "asked by name."
    ),
    Refusal.MANY_OPEN: N_(
        "{open} questions are open in this group, and that is as many as it can decide at once. "
        "Answering them makes room: /affinity decisions shows them."
    ),
    Refusal.MANY_GRANTS: N_(
        "This group lets {grants} things be said in its name, or is asked to, and that is as many "
        "as there can be. /affinity decisions shows them: any member can recall one that is not "
        "needed any more."
    ),
    Refusal.DAY_USED: N_(
        "You have asked this group {a_day} things within a day, and that is as many as one member "
        "can. You can ask again {when}; until then, another member can."
    ),
}
_NOT_A_MEMBER = N_("{person} is not in this group. /affinity members shows who is.")
#: What the group cannot be asked by name.
ASK_REFUSALS = {
    **_MUCH_ASKED,
    Refusal.NOT_A_MEMBER: _NOT_A_MEMBER,
    Refusal.FEW: N_(
        "Words in a group's name need at least three members who support them, and this group has "
        "fewer. /affinity invite asks somebody to join you. Until then, each of you can speak for "
        "yourself, or have somebody speak for you with /consent give."
    ),
    Refusal.NAME_TAKEN: N_(
        "Another group that can be found here has this name, or one that looks like it: "
        "/affinity list shows it. Please choose another name, so that neither is taken for the "
        "other; *Change name or purpose* in /affinity settings asks the group."
    ),
}
PART_REFUSALS = {
    **_MUCH_ASKED,
    Refusal.SELF: N_("That's you. /affinity leave lets you go at once, without a reason."),
    Refusal.NOT_A_MEMBER: _NOT_A_MEMBER,
    Refusal.TWO: N_(
        "You are only two, so there is nobody else to ask. You can talk with each other, or go "
        "with /affinity leave."
    ),
    Refusal.OPEN: N_("The others are being asked already. It is over within a week."),
    # Without a date, and without who asked: that is for those who were asked.
    Refusal.RESTS: N_(
        "This was asked not long ago, so please let it rest for some weeks. Until then, a "
        "conversation may help."
    ),
}
#: Why a member could not say the group's words in a channel.
CHANNEL_REFUSALS = {
    consent_rules.Refusal.CHANNEL_CLOSED: N_(
        "In this server, agreed words may not be posted in {channel}. /rules show tells where they "
        "may."
    ),
    consent_rules.Refusal.NO_WRITING: N_(
        "{person} can't write in {channel}, so I could not post there for them. Choose a channel "
        "where they can write, or let a moderator open this one to them."
    ),
}
_STATES = {
    Outcome.OPEN: N_("open until {when}"),
    Outcome.PASSED: N_("passed {when}"),
    Outcome.FAILED: N_("not passed, {when}"),
    INVITED: N_("agreed {when}; the answer of the one invited is awaited"),
}


def any_text(words: Words, typed: object, limit: int) -> str:
    """A cleaned text that is shown to the letter, with links and mentions. Raises Refused."""
    cleaned = text.clean(typed if isinstance(typed, str) else "")
    found = text.fault(cleaned, limit, before_others=True)
    if found is not None:
        raise Refused(fault(words, found, limit))
    return cleaned


def plain_text(words: Words, typed: object, limit: int) -> str:
    """A cleaned text without mentions and links. Raises Refused."""
    cleaned = text.clean(typed if isinstance(typed, str) else "")
    found = text.fault(cleaned, limit, exact_words=True)
    if found is not None:
        raise Refused(fault(words, found, limit))
    return cleaned


def plain_line(words: Words, field: str, typed: object, limit: int) -> str:
    """The same in one line: what is typed for one of `FIELDS`. Raises Refused, with its label."""
    cleaned = text.one_line(typed if isinstance(typed, str) else "")
    found = text.fault(cleaned, limit, exact_words=True)
    if found is not None:
        raise Refused(f"**{words(FIELDS[field])}:** " + fault(words, found, limit))
    return cleaned


def refusal(
    words: Words, sentences: dict[Refusal, str], permit: Permit, person_id: int = 0
) -> Refused:
    """Why not, and what to do instead."""
    assert permit.refusal is not None
    return Refused(
        words(
            sentences[permit.refusal],
            person=f"<@{person_id}>",
            when=moment(permit.until or 0, "R"),
            own=rules.MOST_OPEN_BY_ONE,
            open=rules.MOST_OPEN,
            grants=rules.MOST_GRANTS,
            a_day=rules.QUESTIONS_A_DAY,
            groups=rules.MOST_GROUPS,
        )
    )


def not_taken(words: Words, taken: Taken) -> Refused:
    """Why an answer does not count."""
    return Refused(words(_TAKEN[taken]))


def named(name: str) -> str:
    """A group by its name."""
    return f"**{literal(name)}**"


def value(words: Words, field: str, found: Any) -> str:
    """A setting's value."""
    if field == "listed":
        return words(LISTED[bool(found)])
    if field == "admission":
        return words(ADMISSIONS[Admission(found)])
    if field == "quorum":
        return words(QUORUMS[Quorum(found)])
    if field == "disappear_days":
        if not found:
            return words("Messages stay")
        return words.n("Messages go after {n} day", "Messages go after {n} days", int(found))
    return fitted(str(found), 400)


def settings(words: Words, found: Settings) -> str:
    """All settings, a line each."""
    return "\n".join(
        f"**{words(label)}:** {value(words, field, getattr(found, field))}"
        for field, label in FIELDS.items()
    )


def changes(words: Words, now: Settings, proposed: dict[str, Any], *, is_open: bool) -> str:
    """What a proposal would change, a line each; while it is open beside what holds now."""
    shown: list[str] = []
    for field, label in FIELDS.items():
        if field not in proposed:
            continue
        line = f"**{words(label)}:** {value(words, field, proposed[field])}"
        if is_open:
            before = value(words, field, getattr(now, field))
            line += "\n-# " + words("Now: {value}", value=before)
        shown.append(line)
    return "\n".join(shown)


def state(words: Words, decision: Decision) -> str:
    """How a question stands."""
    sentence = _STATES.get(decision.state)
    if sentence is None:
        return words("came to nothing, {when}", when=moment(decision.closed_at or 0, "d"))
    if decision.state == Outcome.OPEN:
        return words(sentence, when=moment(decision.due_at))
    return words(sentence, when=moment(decision.closed_at or 0, "d"))


def is_full(decision: Decision) -> bool:
    """Whether it was agreed to, and there was no place left."""
    return decision.state == Outcome.FAILED and decision.why == FULL


def hours(words: Words, count: int) -> str:
    """How long a proposal stays open."""
    if count * HOUR < DAY:
        return words.n("{n} hour", "{n} hours", count)
    return days(words, count * HOUR // DAY)


def days(words: Words, count: int) -> str:
    return words.n("{n} day", "{n} days", count)


def who_reads(words: Words) -> str:
    """Who can read a group's channel (law 9)."""
    return words(
        "Its members, me, and every administrator of this server. What is typed there passes "
        "through Discord."
    )


def server(bot: Firsthand, words: Words, guild_id: int, *, in_dm: bool) -> str:
    """In a DM, the server a line is about, to be put behind it."""
    if not in_dm:
        return ""
    return f" ({server_name(words, bot.get_guild(guild_id))})"
