"""What verdicts and states of consent are called in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.consent import rules
from bot.consent.ledger import Consent
from bot.consent.rules import DAY, Refusal, State, Verdict, is_group
from bot.consent.service import Shown
from bot.replies import literal, moment, quoted
from bot.words import N_, Words

if TYPE_CHECKING:
    from bot.app import Firsthand

REFUSALS = {
    Refusal.SELF: N_("That's you. You never need anybody's yes to speak for yourself."),
    Refusal.BOT: N_("That's an app. Only people can be asked: choose a person."),
    Refusal.FLAG: N_(
        "{person} has asked that nobody speak for them, so I can't pass a request on. "
        "If it matters, talk with them yourself."
    ),
    Refusal.OPEN: N_(
        "Something of yours already waits for {person}. /consent ledger shows it, "
        "and you can cancel it there."
    ),
    Refusal.RESTS: N_(
        "{person} said no not long ago. Please let it rest; you can ask again {when}."
    ),
    Refusal.MANY_WITH_ONE: N_(
        "You have opened {with_one} things with {person} that are open or in force, and that is as "
        "many as there can be for one person. /consent ledger shows them: cancel one, take one "
        "back or give one up, and you can ask again."
    ),
    Refusal.MANY: N_(
        "You have opened {opened} things here that are open or in force, and that is as many as "
        "one person can have. /consent ledger shows them: cancel one, take one back or give one "
        "up, and you can ask again."
    ),
    Refusal.DAY_USED: N_("That's all the requests for one day. You can ask again {when}."),
    Refusal.NOT_FOUND: N_(
        "You hold no such yes here. /consent ledger shows what you hold; /consent ask asks for one."
    ),
    Refusal.NOT_LIVE: N_(
        "This yes is no longer in force, so the words can't be posted. "
        "You can ask again with /consent ask."
    ),
    Refusal.UNREADABLE: N_(
        "I can't open the words any more, so this counts as a no. "
        "You can ask again with /consent ask."
    ),
    Refusal.HOLDER_LEFT: N_(
        "You are not in this server. A yes counts only while both of you are here."
    ),
    Refusal.PERSON_LEFT: N_(
        "{person} is not in this server at the moment. A yes counts only while both of you are "
        "here, so try again when they are back."
    ),
    Refusal.OTHER_CHANNEL: N_(
        "{person} said yes to {channel}, not to this channel. Go there, or ask again for here."
    ),
    Refusal.CHANNEL_CLOSED: N_(
        "In this server, agreed words may not be posted in {channel}. /rules show tells where they "
        "may."
    ),
    Refusal.NO_WRITING: N_(
        "You can't write in {channel} yourself, so I don't post there for you. Ask for a channel "
        "where you can write, or let a moderator open this one to you."
    ),
    Refusal.MANY_POSTS: N_(
        "{posts} posts with words that you spoke stand in this server, and that is as many as one "
        "person can have. Whoever you spoke for can take an old one back in /consent ledger; then "
        "you can post these."
    ),
}
#: The same where I choose the channel, and somebody else would speak there.
GIVE_REFUSALS = {
    Refusal.NO_WRITING: N_(
        "{person} can't write in {channel}, so I could not post there for them. Choose a channel "
        "where they can write, or let a moderator open this one to them."
    ),
}

#: The same where a group is spoken for: it has no /consent ask, and it is not in the server.
GROUP_REFUSALS = {
    Refusal.NOT_LIVE: N_(
        "The yes of the group {group} to these words is no longer in force, so they can't be "
        "posted. Its members can agree to them again with /affinity spoke."
    ),
    Refusal.UNREADABLE: N_(
        "I can't open the words any more, so this counts as a no. The members of the group "
        "{group} can agree to them again with /affinity spoke."
    ),
    Refusal.PERSON_LEFT: N_(
        "You no longer belong to the group {group}, so you can't speak for it. If you come back "
        "to it, its members can agree to your words again with /affinity spoke."
    ),
    Refusal.OTHER_CHANNEL: N_(
        "The group {group} said yes to {channel}, not to this channel. Go there, or let its "
        "members agree to this one with /affinity spoke."
    ),
    Refusal.NO_WRITING: N_(
        "You can't write in {channel} yourself, so I don't post there for you. Let the members of "
        "the group {group} agree to another channel with /affinity spoke, or let a moderator open "
        "this one to you."
    ),
}

#: How a consent stands, said to either of the two.
STATES = {
    State.WAITING: N_("waiting for an answer until {when}"),
    State.EDITED: N_("a yes to different words, waiting for the asker until {when}"),
    State.LIVE: N_("in force until {when}"),
    State.DECLINED: N_("answered with no"),
    State.UNACCEPTED: N_("the different words were not agreed to"),
    State.LAPSED: N_("lapsed without an answer"),
    State.CANCELLED: N_("cancelled"),
    State.EXPIRED: N_("expired"),
    State.WITHDRAWN: N_("taken back"),
    State.GIVEN_UP: N_("given up by the one who held it"),
}


def refusal(
    words: Words,
    verdict: Verdict,
    person_id: int,
    channel_id: int = 0,
    *,
    group: str | None = None,
    give: bool = False,
) -> str:
    """Why not, and what to do instead. `group`: see `group_of`; `give`: I ask, they would speak."""
    assert verdict.refusal is not None
    sentences = REFUSALS if group is None else {**REFUSALS, **GROUP_REFUSALS}
    if give:
        sentences = {**REFUSALS, **GIVE_REFUSALS}
    return words(
        sentences[verdict.refusal],
        person=f"<@{person_id}>",
        group=group,
        when=moment(verdict.until or 0, "R"),
        channel=f"<#{channel_id}>",
        opened=rules.MOST_OPENED,
        with_one=rules.MOST_WITH_ONE,
        posts=rules.MOST_POSTS,
    )


def unseen(words: Words, *, sees: bool | None) -> str:
    """What whoever is asked has to know of the channel. None: whether they see it is not known."""
    if sees is None:
        return words(
            "I can't tell right now whether you can see that channel. Please look there before you "
            "answer."
        )
    if sees:
        return ""
    return words(
        "**You can't see that channel**, so you could not read there what is said. You can say no, "
        "ask for another channel, or have a moderator show you this one."
    )


def state(words: Words, now: State, due_at: int) -> str:
    """How a consent stands."""
    return words(STATES[now], when=moment(due_at))


def unchanged(words: Words, now: State, due_at: int) -> str:
    """The answer to somebody who came too late."""
    return words(
        "Nothing was changed. This is how it stands: {how}.", how=state(words, now, due_at)
    )


def period(words: Words, seconds: int) -> str:
    """A period in days."""
    return words.n("{n} day", "{n} days", max(1, seconds // DAY))


def details(words: Words, shown: Shown) -> list[str]:
    """The words of a consent and everything somebody has to know about it."""
    if shown.words is None:
        return []
    return [
        quoted(shown.words),
        words(
            "**Where, and to whom:** {place}\n**I may post them in:** {channel}",
            place=literal(shown.place or ""),
            channel=f"<#{shown.consent.speak_channel_id}>",
        ),
    ]


def receipt(consent_id: str) -> str:
    """A receipt's code in groups of four, easier to read aloud."""
    return "-".join(consent_id[start : start + 4] for start in range(0, len(consent_id), 4))


def parse_receipt(code: str) -> str:
    """A code as somebody typed it: spaces, dashes, small letters and look-alikes are fine."""
    folded = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(char for char in folded if char.isascii() and char.isalnum())[:60]


def other_of(consent: Consent, me: int) -> str:
    """The other one of the two. Where a group may be spoken for, ask `group_of` first."""
    return f"<@{consent.party.other(me)}>"


async def group_of(bot: Firsthand, words: Words, consent: Consent) -> str | None:
    """The group a consent speaks for, to be put after "the group". None: it is a person."""
    if not is_group(consent.person_id):
        return None
    return group_named(words, await name_of(bot, consent))


async def name_of(bot: Firsthand, consent: Consent) -> str | None:
    """The name under which a group's consent stands: the one its members agreed to.

    Consents of before it was kept stand under the group's present one. None: it cannot be told.
    """
    if consent.name is None:
        return await bot.groups.name(consent.person_id)
    return await bot.grants.name(consent)


async def unlisted(bot: Firsthand, words: Words, consent: Consent) -> str | None:
    """What there is to know of a group that nobody can find under the name it speaks in."""
    if not is_group(consent.person_id):
        return None
    name = await name_of(bot, consent)
    since = None if name is None else await bot.groups.unlisted_since(consent.person_id, name)
    if since is None:
        return None
    return words(
        "This group is not in /affinity list under this name, even if another one is. It was "
        "started on {day}.",
        day=moment(since, "D"),
    )


def group_named(words: Words, name: str | None) -> str:
    """A group by its name, to be put after "the group". None: it is no more."""
    # "the group that has ended": for the moment until its consents are gone, too.
    return words("that has ended") if name is None else f"**{literal(name)}**"
