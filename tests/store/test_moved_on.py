"""Whatever moved on between a look and a change is left alone.

Every statement that changes rows only as long as they stand in a certain way stands here, with
these ways in words of our own: it changes a row in each of them, and none in any other.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.affinity.rules import Kind
from bot.consent.rules import State as Consent
from bot.journal.share_rules import State as Share
from bot.reading.circle_rules import State as Circle
from bot.reading.suggestions import State as Suggestion
from bot.store import queries

BOT = Path(queries.__file__).parents[1]
NOW, LATER = 1_000, 1_100
#: What can stand in a column; the others tell by their type what else may.
VALUES: Mapping[str, Sequence[str]] = {
    "affinity_groups.state": ("opening", "open", "lost", "reopening", "closing"),
    "circles.state": tuple(Circle),
    "consents.state": tuple(Consent),
    "decisions.card": ("none", "stale", "up"),
    "decisions.kind": tuple(Kind),
    "decisions.state": ("open", "passed", "failed", "ended", "invited"),
    "decisions.why": ("agreed", "hidden"),
    "doors.state": ("making", "up", "deleted", "lacking", "full", "failing", "leaving"),
    "group_members.state": ("joining", "in", "leaving"),
    "journal_habits.habit": ("ask", "always", "never", "full"),
    "journal_keys.state": ("making", "used", "spent"),
    "journal_reminders.state": ("on", "off"),
    "journal_shares.state": tuple(each for each in Share if each is not Share.OVER),
    "posts.goes": ("", "person", "over"),
    "posts.topic": ("consent", "group", "question", "ring"),
    "reading_suggestions.state": tuple(Suggestion),
    "notices.state": ("new", "rung", "over"),
}
#: A statement, the table, and how a row has to stand. `|`: or, `=null`: nothing is there. What it
#: is given is 1, if it is not a time; `:name` says otherwise. `@` stands there and is not tried.
TEXT = """
affinity/minutes
enrol               group_members group_id=1 state!=leaving person_id!=2 :without_id=2
touch               decisions id=1 state=open due_at>now
vote                ballots decision_id=1 person_id=1 revision=1
close_decision      decisions id=1 state=open revision=1
end_decision        decisions id=1 state=open|invited
accept_invitation   decisions id=1 subject_id=1 state=invited why!=hidden due_at>now
hide_invitation     decisions id=1 subject_id=1 state=invited why!=hidden due_at>now
withdraw_votes      decisions id=1 group_id=1 state=open + ballots decision_id=1 person_id=1
forget_posts        posts topic=group key=1
forget_posts        posts topic=question key=3 + decisions id=3 group_id=2 :group_id=2
forget_secret       decisions kind=knock|invitation|parting state!=open|invited closed_at<=now \
                    card!=stale
affinity/rolls
take_off_list       affinity_groups id=1 listed=1 state!=closing
hold                affinity_groups id=1 state!=closing
lock_group          affinity_groups id=1 state!=closing
join                group_members @group_id=1 @person_id=1 state=leaving
leave               group_members group_id=1 person_id=1 state!=leaving
has_access          group_members group_id=1 person_id=1 state=joining
lacks_access        group_members group_id=1 person_id=1 state=leaving
be_away             group_members group_id=1 person_id=1 state!=leaving
be_gone             group_members group_id=1 person_id=1 gone_at=null
be_back             group_members group_id=1 person_id=1 gone_at!=null
claim_making        affinity_groups id=1 channel_id=null making_until<=now restored=0 \
                    state=opening|reopening
has_channel         affinity_groups id=1 channel_id=null state=opening|reopening
moved_to            affinity_groups id=1 restored=1 state!=closing
not_made            affinity_groups id=1 channel_id=null
all_joining         group_members group_id=1 state=in
lost_channel        affinity_groups id=1 channel_id=1 state=open
reopen              affinity_groups id=1 state=lost restored=0
close_group         affinity_groups id=1 state!=closing
change_settings     affinity_groups id=1 revision=1 listed_from=1 state!=closing
claim_notice        group_notices @group_id=1 @kind=1 @target_id=1 told_at<=now
forget_old_notices  group_notices told_at<=now
set_place           group_places @guild_id=1 category_id=1 :gone_id=1
consent/ledger
settle_pair         consents guild_id=1 opener_id=1 person_id=1 holder_id=1 \
                    state=waiting|edited due_at<=now
move                consents id=1 state=waiting revision=1 due_at>now :old=waiting
rewrite             consents id=1 state=waiting revision=1 due_at>now
finish              consents id=1 state=live :old=live
hide                consents id=1 state=waiting hidden=0 due_at>now
hide_from           consents opener_id=1 state=waiting person_id=1 @holder_id=2
hide_from           consents opener_id=1 state=waiting @person_id=2 holder_id=1
end_held            consents person_id=1 holder_id=1 state=live
lapse               consents state=waiting|edited due_at<=now
expire              consents state=live due_at<=now
forget_ended        consents changed_at<=now state!=waiting|edited|live \
                    + posts @topic=consent key!=1
consent/limits
set_flag            flags @guild_id=1 @person_id=1 revision=0
forget_old_refusals refusals until_at<=now
take_slot           slots @person_id=1 @guild_id=1 @act=1 @number=1 free_at<=now
forget_old_slots    slots free_at<=now
forget_old_objections objections due_at<=now
governance/charter
change              rules @guild_id=1 @name=1 revision=0
journal/notebook
use_key             journal_keys key_id=1 state=making
spend_unused        journal_keys key_id=1 state!=used
change_entry        journal_entries id=1 person_id=1 revision=1
reseal_entries      journal_entries id=1 person_id=1 revision=1
forget_wrong_tries  journal_tries person_id=1 was_right=0
forget_old_tries    journal_tries tried_at<=now
tell_full           journal_habits person_id=1 habit=always
has_room            journal_habits person_id=1 habit=full
journal/reminders
change_plan         journal_reminders person_id=1 revision=1
put_off_reminder    journal_reminders person_id=1 state=on revision=1
drop_reminder       journal_reminders person_id=1 revision=1
reminder_waits      journal_reminders person_id=1 state=on message_id=null
reminder_answered   journal_reminders person_id=1 message_id=1
reminder_failed     journal_reminders person_id=1 state=on message_id=null
told_why            journal_reminders person_id=1 state=off revision=1
journal/shares
spend_keys_between  journal_shares friend_id=1 writer_id=1 state=asking key_id=1 \
                    + journal_keys key_id=1
move                journal_shares id=1 state=waiting hidden=1 entry_revision=1 :state=waiting
end_share           journal_shares id=1 state=given hidden=1 entry_revision=1 :state=given
ask                 journal_shares id=1 state=confirming entry_revision=1 :state=confirming
hold_sending        journal_shares id=1 state=sending
hold_retracting     journal_shares id=1 state=retracting
give                journal_shares id=1 state=sending
hide_from           journal_shares friend_id=1 writer_id=1 state=asking
forget_given        journal_shares friend_id=1 state=given
forget_guild        journal_shares guild_id=1 state!=given
noticing/doors
make_again          doors guild_id=1 state=deleted
noticing/nudges
take_turn           nudge_rests @author_id=1 until_at<=now
forget_old_rests    nudge_rests until_at<=now
reading/circles
confirm             circles id=1 host_id=1 state=draft due_at>now
begin_making        circles id=1 shown=0
has_event           circles id=1 state=making event_id=null
is_made             circles id=1 state=making
undo                circles id=1 state=making
fail                circles id=1 state=undoing
event_is_at         circles id=1 event_id!=null
post_shows          circles id=1 shown<1
move                circles id=1 state=open revision=1 starts_at>now
moved_by_hand       circles id=1 state=open event_at=1 starts_at=1
cancel              circles id=1 state=open starts_at>now
end_circle          circles id=1 state=open starts_at<=now
forget_draft        circles id=1 state=draft
joinable            circles id=1 state=open starts_at>now
call                circle_joins circle_id=1 remind=1
forget_drafts_of    circles host_id=1 state=draft|failed
reading/lists
change_work         reading_works guild_id=1 id=1 revision=1
remove_work         reading_works guild_id=1 id=1 revision=1
unname              reading_works guild_id=1 id=1 named_id=1
forget_staged       reading_imports due_at<=now
reading/shelf
change              reading_shelves person_id=1 mark=1 id=1
clear               reading_shelves person_id=1 mark=1 id=1
reading/suggestions
hold                reading_suggestions id=1 guild_id=1 state=open revision=1
withdraw            reading_suggestions id=1 person_id=1 guild_id=1 state=open
work/notices
looked              notices person_id=1 guild_id=1 state=new|rung shown_at<=now :furthest=5000
end_of              notices topic=1 key=1
end_for             notices topic=1 key=1 person_id=1
cover               notices person_id=1 guild_id=1 state=new until_at>now shown_at<=now \
                    :furthest=5000
rang                notices person_id=1 state=rung
forget_line         posts topic=ring key=1
end_in              notices topic=1 guild_id=1 channel_id=1
work/posts
is_up               posts id=1 message_id=null :message_id=9
is_up               posts id=1 message_id=9 :message_id=9
begin_again         posts id=1 message_id=null goes=
has_to_go           posts id=1 goes=
take_away           posts topic=consent key=1 goes= :topic=consent
forget_of           posts topic=consent key=1 goes= :topic=consent
work/queue
claim               work kind=1 key=1 busy_until<=now :furthest=5000
put_off             work kind=1 key=1 busy_until=1100
done                work kind=1 key=1 busy_until=1100 again=0
forget              work kind=1 key=1
forget_turn         work turn=1
try_again           work tries>0 due_at>now
"""
#: What else would need a line.
ELSEWHERE = {
    "governance/charter.forget_old_changes": "not the last of its rule: store/test_bounds.py",
    "noticing/doors.close": "not one that was asked for again: cogs/test_noticing_door.py",
    "journal/notebook.add_entry": "adds an entry, and names an index of them",
    "work/queue.add": "a piece that is there: store/test_queue.py",
}
_TERM = re.compile(r"(@?)(\w+)(!=|<=|=|<|>)(\S*)$")
Row = dict[str, Any]


class Term(NamedTuple):
    """One column of a row: at which values the statement takes it, and at which not."""

    table: str
    column: str
    takes: Sequence[Any]
    leaves: Sequence[Any]


class Case(NamedTuple):
    """One statement, what it is given, and how the rows have to stand for it."""

    name: str
    given: Mapping[str, Any]
    terms: Sequence[Term]


def term(table: str, text: str) -> Term:
    match = _TERM.match(text)
    assert match, text
    fixed, column, sign, value = match.groups()
    takes, leaves = _told_apart(f"{table}.{column}", sign, value)
    return Term(table, column, takes, [] if fixed else leaves)


def _told_apart(place: str, sign: str, value: str) -> tuple[list[Any], list[Any]]:
    """The values that are meant, and those beside them."""
    if sign in ("<=", "<", ">"):
        border = NOW if value == "now" else int(value)
        below, above = [border - 1], [border + 1]
        (below if sign == "<=" else above if sign == "<" else below).append(border)
        return (above, below) if sign == ">" else (below, above)
    if value == "null":
        meant, others = [None], [1]
    elif place in VALUES:
        meant = value.split("|")
        others = [str(each) for each in VALUES[place] if each not in meant]
        assert set(meant) <= set(map(str, VALUES[place])), f"{place}: {value}"
    else:
        meant, others = [int(value)], [int(value) + 1]
    return (others, meant) if sign == "!=" else (meant, others)


def cases() -> Iterator[Case]:
    file = ""
    for line in filter(None, TEXT.split("\n")):
        first, *words = line.split()
        if not words:
            file = first
            continue
        terms: list[Term] = []
        given: Row = {}
        table = ""
        for word, before in zip(words, ["+", *words], strict=False):
            if before == "+":
                table = word
            elif word.startswith(":"):
                name, _, value = word[1:].partition("=")
                given[name] = int(value) if value.isdigit() else value
            elif word != "+":
                terms.append(term(table, word))
        yield Case(f"{file}.{first}", given, terms)


CASES = list(cases())


def sql_of(name: str) -> str:
    file, _, query = name.partition(".")
    text = queries._texts(BOT / f"{file}.sql")[query]
    return "\n".join(line for line in text.split("\n") if not line.startswith("--"))


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """Every table of the main database, without a row."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    for file in sorted((BOT / "store" / "migrations").glob("*.sql")):
        database.executescript(file.read_text(encoding="utf-8").replace("BYTEA", "BLOB"))
    yield database
    database.close()


def stand(database: sqlite3.Connection, table: str, row: Row) -> None:
    """A row that stands like this; what else it needs is 1."""
    info = database.execute(f"PRAGMA table_info({table})").fetchall()
    assert set(row) <= {each[1] for each in info}, (table, row)
    needed = {each[1]: 1 for each in info if (each[3] or each[5]) and each[4] is None}
    filled = {**needed, **row}
    names, marks = ", ".join(filled), ", ".join("?" * len(filled))
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*filled.values()])


def changes(database: sqlite3.Connection, case: Case, rows: Mapping[str, Row]) -> int:
    """How many rows it changes when these stand there; nothing stays."""
    database.execute("BEGIN")
    try:
        for table, row in rows.items():
            stand(database, table, row)
        given = {name: _given(name) for name in re.findall(r":(\w+)", sql_of(case.name))}
        before = database.total_changes
        database.execute(sql_of(case.name), {**given, **case.given}).fetchall()
        return database.total_changes - before
    finally:
        database.execute("ROLLBACK")


def _given(name: str) -> int:
    if name in ("now", "before"):
        return NOW
    return LATER if name in ("due_at", "until", "until_at", "free_at", "later") else 1


def as_taken(case: Case) -> dict[str, Row]:
    """Rows as the statement takes them."""
    rows: dict[str, Row] = {}
    for each in case.terms:
        rows.setdefault(each.table, {})[each.column] = each.takes[0]
    return rows


def but(rows: Mapping[str, Row], each: Term, value: Any) -> dict[str, Row]:
    return {**rows, each.table: {**rows[each.table], each.column: value}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_moved_on_meanwhile_is_left_alone(empty: sqlite3.Connection, case: Case) -> None:
    """Whichever of the things it looks at has changed; and it takes what stands as it looked."""
    taken = as_taken(case)
    for each in case.terms:
        for value in each.takes:
            assert changes(empty, case, but(taken, each, value)), (each.column, value)
        for value in each.leaves:
            assert not changes(empty, case, but(taken, each, value)), (each.column, value)


def looked_at(sql: str) -> set[str]:
    """The columns on which it depends what a statement changes."""
    where = sql.partition("WHERE")[2]
    return set(re.findall(r"\b(\w+)\s+(?:=|<>|<=|>=|<|>|IS|IN|NOT IN)\s", where))


def test_every_statement_that_looks_before_it_changes_has_a_line() -> None:
    """A new one fails this until its line says how a row has to stand for it."""
    wanted: dict[str, set[str]] = {}
    for file in sorted(BOT.rglob("*.sql")):
        name = file.relative_to(BOT).with_suffix("").as_posix()
        if name.startswith("store/"):
            continue  # about the bot itself, and what ends with a restore
        for query in queries._texts(file):
            sql = sql_of(f"{name}.{query}")
            changing = not sql.lstrip().startswith("SELECT")
            # Whatever is found by ids alone is there, or it is not.
            if changing and (columns := looked_at(sql)) and not all(map(_names, columns)):
                wanted[f"{name}.{query}"] = columns
    assert len(wanted) > 100
    given = {case.name for case in CASES}
    assert not wanted.keys() - given - ELSEWHERE.keys()
    for name in wanted.keys() - ELSEWHERE.keys():
        theirs = chain(*(case.terms for case in CASES if case.name == name))
        assert wanted[name] <= {each.column for each in theirs}, name


def _names(column: str) -> bool:
    return column in ("id", "kind", "act", "name", "mark") or column.endswith("_id")
