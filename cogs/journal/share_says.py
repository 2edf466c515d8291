"""What sharing an entry says to its writer, and the buttons it says it with."""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ui

from bot.journal.share_rules import Refusal, State
from bot.journal.shares import Share
from bot.replies import button
from bot.words import N_, Words
from cogs.journal.writing import GONE

REFUSALS = {
    Refusal.SELF: N_("That's you, and it is in your journal already. Choose somebody else."),
    Refusal.APP: N_("That's an app. Choose a person."),
    Refusal.APART: N_(
        "I only carry an entry between people who are in a server together, and with me. "
        "{friend} would have to be in one with you."
    ),
    Refusal.NO_ENTRY: GONE,
    Refusal.NO_DMS: N_(
        "I could bring it to {friend} only in a DM, and they don't take any from me. They can "
        "allow it with /privacy dms; then this works."
    ),
    Refusal.OPEN: N_(
        "Something of yours is on its way to {friend} already, one at a time. /journal share, "
        "without anything else, shows it."
    ),
    Refusal.RESTS: N_(
        "You asked {friend} not long ago, and it did not come to it. Please let it rest; you can "
        "share something with them again {when}."
    ),
    Refusal.MANY: N_(
        "You share as many entries as I keep hold of. /journal share, without anything else, shows "
        "them: take one back there, and you can share another."
    ),
    Refusal.DAY_USED: N_("That's as much as may be begun in one day. You can go on {when}."),
}
STEPS = N_(
    "Nothing is sent now. This is what happens:\n"
    "1. It rests until {when}. Then I ask you to read it again.\n"
    "2. Only if you still want to, I ask {friend} whether they are up for reading something heavy "
    "from you. They see not a word of it, no title, and not how long it is.\n"
    "3. Only if they say yes, I bring it to them in a DM.\n"
    "You can drop it at each step, here or with /journal share. If you change the entry before "
    "their yes, it rests once more from the beginning. Afterwards you can take it back: I delete "
    "my message, but what somebody has read, they have read."
)
UNPROTECTED = N_(
    "If you still want to, a copy of it is kept until {friend} has answered, seven days at most. "
    "For that time the copy is sealed, but not behind a passphrase of yours."
)
TAKING_BACK = N_("I am taking it back from {friend}.")
STATES = {
    State.WAITING: N_("For {friend}: it rests until {when}; then you look at it again."),
    State.CONFIRMING: N_("For {friend}: it waits for your second look until {when}."),
    State.ASKING: N_("{friend} is asked, and has until {when} to answer."),
    State.SENDING: N_("{friend} said yes. I am bringing them the entry."),
    State.GIVEN: N_("{friend} has the entry."),
    State.RETRACTING: TAKING_BACK,
}
#: What became of it, told to the writer; never as anybody's fault.
NEWS = {
    State.GIVEN: N_(
        "{friend} was up for it, and has it now. You can take it back at any time; what they have "
        "read, they have read."
    ),
    State.DECLINED: N_(
        "{friend} is not up for reading something heavy now. That says how much they can carry "
        "these days, and nothing about you or what you wrote. It is still yours, in your journal."
    ),
    State.LAPSED: N_(
        "{friend} has not answered, and it has lapsed. People have many reasons to be silent, and "
        "most are about their own days. What you wrote is still yours, in your journal."
    ),
    State.UNREACHED: N_(
        "{friend} said yes, but I couldn't bring it: Discord didn't let me write to them. That is "
        "nobody's fault. Once their DMs are open to me, you can share it again with /journal share."
    ),
}
MOVED_ON = N_("This has moved on meanwhile. /journal share shows how it stands.")


def friend_of(share: Share) -> str:
    return f"<@{share.friend_id}>"


def drop_button(words: Words, share: Share) -> ui.Button[Any]:
    return button(words("Drop it"), "share-drop", share.id)


def look_button(words: Words, share: Share) -> ui.Button[Any]:
    return button(words("Read it again"), "share-look", f"{share.id}.0", ButtonStyle.primary)


def back_button(words: Words, share: Share) -> ui.Button[Any]:
    return button(words("Take it back"), "share-back", share.id)
