"""What people can make grow, and how far: every bound in one table.

Each number is its family's, which counts in the transaction that writes, and says kindly what to do
next. `rules/test_bounds.py` holds this table to the schema, to what the bot makes in Discord, and
to `docs/threat-model.md`, which shows it; `store/test_bounds.py` tries each. A new table has to be
bounded here, or to be in `UNBOUNDED` with the reason why nobody can make it grow.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

from bot import noticing
from bot.affinity import rules as affinity
from bot.consent import rules as consent
from bot.governance import rules as governance
from bot.journal import rules as journal
from bot.journal import share_rules as shares
from bot.reading import circle_rules as circles
from bot.reading import intake, own
from bot.reading import rules as reading


class Bound(NamedTuple):
    """One bound.

    `grows`: what, in words. `module` and `constant`: where its number stands. `each`: for whom it
    counts, and within which time if it frees itself. `holds`: the tables it keeps from growing, and
    what of Discord's, by the names in `IN_DISCORD`; nothing, where it bounds work alone.
    """

    grows: str
    module: ModuleType
    constant: str
    each: str
    holds: tuple[str, ...]

    @property
    def most(self) -> int:
        return getattr(self.module, self.constant)


#: What the bot makes in Discord, and the calls of discord.py that make it.
IN_DISCORD = {
    "channels": ("create_text_channel", "create_category"),
    "threads": ("create_thread",),
    "events": ("create_scheduled_event",),
    "AutoMod rules": ("create_automod_rule",),
    "messages": ("send", "create_dm"),
}

_PERSON, _HERE = "person", "person and server"
_A_DAY = ", a day"

BOUNDS = (
    # Consent.
    Bound(
        "requests",
        governance,
        "REQUESTS_A_DAY",
        _HERE + _A_DAY,
        ("consents", "refusals", "slots", "notices"),
    ),
    Bound(
        "what somebody has opened that is open or in force",
        consent,
        "MOST_OPENED",
        _HERE,
        ("consents",),
    ),
    Bound(
        "of that, for the same person",
        consent,
        "MOST_WITH_ONE",
        "pair and server",
        ("consents",),
    ),
    Bound(
        "posts with agreed words that stand",
        consent,
        "MOST_POSTS",
        "speaker and server",
        ("posts", "consents", "messages"),
    ),
    Bound("people somebody blocks", consent, "MOST_BLOCKS", _PERSON, ("refusals",)),
    Bound(
        "objections to messages",
        consent,
        "OBJECTIONS_A_DAY",
        _HERE + _A_DAY,
        ("objections", "slots", "notices"),
    ),
    # Affinity groups.
    Bound(
        "groups started",
        affinity,
        "STARTS_A_DAY",
        _HERE + _A_DAY,
        ("affinity_groups", "slots", "channels"),
    ),
    Bound(
        "groups in which somebody is alone, and starts another",
        affinity,
        "MOST_ALONE",
        _HERE,
        ("affinity_groups", "channels"),
    ),
    Bound(
        "groups somebody is in, or has knocked at",
        affinity,
        "MOST_GROUPS",
        _HERE,
        ("affinity_groups", "group_members", "channels"),
    ),
    Bound("members of a group", governance, "MOST_MEMBERS", "group", ("group_members", "ballots")),
    Bound(
        "knocks",
        affinity,
        "KNOCKS_A_DAY",
        _HERE + _A_DAY,
        ("decisions", "refusals", "slots", "messages"),
    ),
    Bound(
        "invitations",
        affinity,
        "INVITATIONS_A_DAY",
        _HERE + _A_DAY,
        ("decisions", "refusals", "slots", "notices", "messages"),
    ),
    Bound(
        "questions asked of a group, partings among them",
        affinity,
        "QUESTIONS_A_DAY",
        "member and group" + _A_DAY,
        ("decisions", "notices", "messages", "threads"),
    ),
    Bound(
        "open questions of one member",
        affinity,
        "MOST_OPEN_BY_ONE",
        "member and group",
        ("decisions", "ballots"),
    ),
    Bound("open questions by name", affinity, "MOST_OPEN", "group", ("decisions", "ballots")),
    Bound(
        "decided questions of one member; what is older goes",
        affinity,
        "MOST_DECIDED",
        "member and group",
        ("decisions", "ballots", "posts"),
    ),
    Bound(
        "words that may be said in a group's name, or are asked for",
        affinity,
        "MOST_GRANTS",
        "group",
        ("consents",),
    ),
    # The journal.
    Bound("entries of a journal", journal, "ENTRIES_AT_MOST", _PERSON, ("journal_entries",)),
    Bound(
        "bytes of a journal, as they are sealed",
        journal,
        "BYTES_AT_MOST",
        _PERSON,
        ("journal_entries",),
    ),
    Bound(
        "work on a whole journal that waits behind what is being done",
        journal,
        "WAITING",
        _PERSON,
        (),
    ),
    Bound(
        "wrong passphrases in a quarter of an hour",
        journal,
        "TRIES",
        _PERSON,
        ("journal_tries",),
    ),
    Bound(
        "right passphrases in a quarter of an hour",
        journal,
        "RIGHT_TRIES",
        _PERSON,
        ("journal_tries",),
    ),
    Bound(
        "entries on their way to a friend, or with one",
        shares,
        "AT_MOST",
        _PERSON,
        ("journal_shares", "messages"),
    ),
    Bound(
        "of that, begun",
        shares,
        "A_DAY",
        _PERSON + _A_DAY,
        ("journal_shares", "slots", "messages"),
    ),
    # Reading.
    Bound("works on a shelf", reading, "MOST_ON_SHELF", _PERSON, ("reading_shelves",)),
    Bound(
        "open suggestions of one member",
        intake,
        "OPEN_LIMIT",
        _HERE,
        ("reading_suggestions",),
    ),
    Bound("open suggestions", intake, "OPEN_IN_SERVER", "server", ("reading_suggestions",)),
    Bound("works on a server's list", own, "WORKS_LIMIT", "server", ("reading_works",)),
    Bound(
        "files that wait to be brought into the list",
        intake,
        "MOST_FILES",
        "server",
        ("reading_imports",),
    ),
    Bound("circles ahead", circles, "MOST_BY_ONE", _HERE, ("circles", "events")),
    Bound(
        "circles posted",
        circles,
        "A_DAY",
        _HERE + _A_DAY,
        ("circles", "slots", "posts", "messages", "threads", "events"),
    ),
    Bound("previews of circles", circles, "MOST_DRAFTS", _HERE, ("circles",)),
    # Noticing, and the rules.
    Bound(
        "messages noticed that wait for their author", noticing, "WAITING", _PERSON, ("notices",)
    ),
    Bound(
        "changes of rules",
        governance,
        "CHANGES_A_DAY",
        "moderator and server" + _A_DAY,
        ("rule_changes", "slots", "posts", "messages"),
    ),
    Bound(
        "days that a change of a rule is kept which another has followed",
        governance,
        "CHANGES_STAY",
        "change",
        ("rule_changes",),
    ),
)

#: Tables, and things of Discord's, which no act of anybody makes grow without end, and why.
UNBOUNDED = {
    "facts": "two rows of the bot's own",
    "migrations": "one row a migration",
    "instance": "one row",
    "departures": "one row a server that the bot left, for 30 days",
    "dm_permissions": "one row a person",
    "absences": "one row a person",
    "rings": "one row a person: at most one ring an hour, and one that stands",
    "flags": "one row a person and server",
    "nudge_rests": "one row an author, for an hour",
    "rules": "one row a rule and server",
    "doors": "one row a server",
    "AutoMod rules": "one a server",
    "group_places": "one row a server",
    "group_notices": "only whoever manages channels by hand makes one: one an hour for the same "
    "person or role, and gone after 30 days",
    "reading_lists": "one row a server",
    "circle_joins": "one row a person and circle, gone when it is over",
    "journals": "one row a person",
    "journal_habits": "one row a person",
    "journal_reminders": "one row a person",
    "journal_keys": "one row a journal, and one an entry on its way to a friend",
    "personal_keys": "one row a person, group, list, and key of a journal",
    "work": "one row a thing that falls due, of those in the other tables",
}
