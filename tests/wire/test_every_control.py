"""Every button, menu and form: pressed by whom it is for, by others, from elsewhere, and forged.

The names come from `bot.controls`: a new one joins by existing, and fails the run until `CONTROLS`
says how to reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.replies import NOT_FOUND
from cogs.journal.writing import GONE
from tests.groups import join
from tests.tiers import in_both_tiers
from tests.wire import flows, forge
from tests.wire import gathering as g
from tests.wire.circle_controls import CIRCLE_CONTROLS
from tests.wire.curating_controls import CURATING_CONTROLS
from tests.wire.group_controls import GROUP_CONTROLS
from tests.wire.journal_controls import JOURNAL_CONTROLS
from tests.wire.journal_laws import OF_JOURNALS
from tests.wire.laws import dump
from tests.wire.reach import By, For, Reach
from tests.wire.reading_controls import READING_CONTROLS
from tests.wire.stage import Stage
from tests.world import Answer, Person, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]


def consent(stage: Stage) -> str:
    return stage.consent


def nudge(stage: Stage) -> str:
    return stage.memory.get("nudge", "X")


def empty(_: Stage) -> str:
    return ""


def page(_: Stage) -> str:
    return "0"


def ana(stage: Stage) -> str:
    return str(stage.ana.id)


async def has_news(stage: Stage) -> None:
    await flows.with_news(stage)
    [row] = await stage.world.rows(f"SELECT id FROM notices WHERE person_id = {stage.beto.id}")
    stage.memory["news"] = row["id"]


_FORM = {"words": "I can host the meeting.", "place": "Here", "days": ["7"]}
CONTROLS: Mapping[str, Reach] = {
    "read": Reach(For.ONE, consent, flows.asked),
    "yes": Reach(For.ONE, consent, flows.asked),
    "no": Reach(For.ONE, consent, flows.asked),
    "leave": Reach(For.ONE, consent, flows.asked),
    "edit": Reach(For.ONE, consent, flows.asked),
    "edited": Reach(
        For.ONE, consent, flows.asked, By.FORM, fields={"words": "I might host the meeting."}
    ),
    "block": Reach(For.ONE, consent, flows.asked),
    "cancel": Reach(For.ONE, consent, flows.asked, person="beto"),
    "accept": Reach(For.ONE, consent, flows.edited, person="beto"),
    "reject": Reach(For.ONE, consent, flows.edited, person="beto"),
    "entry": Reach(For.ONE, empty, flows.agreed, By.MENU, values=(consent,)),
    "take-back": Reach(For.ONE, consent, flows.agreed),
    "give-up": Reach(For.ONE, consent, flows.agreed, person="beto"),
    "open": Reach(For.ONE, ana, flows.asked_and_rung),
    "rules": Reach(For.MODERATORS, empty, person="mara"),
    "rule": Reach(For.MODERATORS, empty, by=By.MENU, person="mara", values=(lambda s: "language",)),
    "set-rule": Reach(
        For.MODERATORS,
        lambda s: "language.0",
        by=By.MENU,
        person="mara",
        values=(lambda s: "es",),
    ),
    "number-rule": Reach(For.MODERATORS, lambda s: "rest_days.0", person="mara"),
    "numbered-rule": Reach(
        For.MODERATORS,
        lambda s: "rest_days.0",
        by=By.FORM,
        person="mara",
        fields={"number": "60"},
    ),
    "inbox": Reach(For.ONESELF, page, flows.asked),
    "ledger": Reach(For.ONESELF, page, flows.agreed),
    "got-it": Reach(For.ONE, lambda s: s.memory["news"], has_news, person="beto"),
    "take-all": Reach(For.ONESELF, empty, flows.agreed),
    "erase": Reach(For.ONESELF, empty, flows.agreed),
    "never-mind": Reach(For.ALL, empty),
    "history": Reach(For.ALL, page),
    "verify": Reach(For.ALL, lambda s: f"{s.consent}.X", flows.agreed),
    "ask": Reach(For.ALL, ana, by=By.FORM, person="beto", fields=_FORM),
    "give": Reach(For.ALL, ana, by=By.FORM, person="beto", fields=_FORM),
    "reset-rule": Reach(For.MODERATORS, lambda s: "rest_days.0", person="mara"),
    "door-again": Reach(For.MODERATORS, empty, person="mara"),
    "nudge": Reach(For.ONE, nudge, flows.noticing.nudged, person="beto"),
    "ask-them": Reach(For.ONE, nudge, flows.noticing.nudged, person="beto"),
    "asked-them": Reach(
        For.ONE, nudge, flows.noticing.nudged, By.FORM, person="beto", fields=_FORM
    ),
    **GROUP_CONTROLS,
    **JOURNAL_CONTROLS,
    **READING_CONTROLS,
    **CURATING_CONTROLS,
    **CIRCLE_CONTROLS,
}
_PERSONAL = [name for name, reach in CONTROLS.items() if reach.whose is For.ONE]
_GROUPS = [name for name, reach in CONTROLS.items() if reach.whose is For.MEMBERS]


async def test_every_control_has_an_entry(shared: World) -> None:
    missing = shared.bot.controls.names - set(CONTROLS)
    assert not missing, "\n".join(
        f"say in CONTROLS, or its family's tests/wire/*_controls.py, how to reach {name}"
        for name in sorted(missing)
    )
    assert not set(CONTROLS) - shared.bot.controls.names, "an entry for a control that is gone"


async def test_whoever_it_is_for_is_answered(shared: World) -> None:
    for name, reach in CONTROLS.items():
        stage = Stage(shared)
        await _prepared(stage, reach)
        person: Person = getattr(stage, reach.person)
        answer = await reach.press(name, stage, person)
        assert answer.form or answer.private, f"{name}: {answer}"
        assert answer.form or answer.text, name
        assert not answer.text.startswith(reach.unknown), f"{name} does not find its own row"


@pytest.mark.parametrize("name", _PERSONAL)
async def test_somebody_else_finds_nothing(shared: World, name: str) -> None:
    """Not the owner of the server, not a moderator, not a bystander; and nothing changes."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    before = await dump(shared, keys=True)
    for person in (stage.owner(), stage.mara, stage.carla):
        if person is getattr(stage, reach.person):
            continue
        answer = await reach.press(name, stage, person)
        assert answer.text.startswith(reach.unknown)
        assert answer.private
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize("name", _GROUPS)
async def test_whoever_is_not_in_the_group_finds_nothing(shared: World, name: str) -> None:
    """Law 3: not the server's owner, not a moderator, and nobody who has left it."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    dolores = shared.person(f"Dolores{stage.guild.id}")
    with shared.env.time_context():
        await join(shared, g.group_id(stage), dolores)
        await shared.bot.groups.leave(g.group_id(stage), dolores.id)
        await shared.later(1)
    people = (stage.owner(), stage.mara, stage.carla, dolores)
    outside = [person for person in people if person.id not in stage.insiders]
    assert len(outside) > 2
    before = await dump(shared, keys=True)
    for person in outside:
        for at in (stage.general, person.user.dm_channel):
            answer = await reach.press(name, stage, person, at=at)
            refusals = (NOT_FOUND, "This needs a server") if at.guild is None else NOT_FOUND
            assert answer.text.startswith(refusals)
            assert answer.private
    assert await dump(shared, keys=True) == before


async def test_the_owner_reads_the_channel_and_presses_in_vain(shared: World) -> None:
    """An administrator can read any channel (law 9); that makes nobody a member."""
    stage = Stage(shared)
    with shared.env.time_context():
        await g.proposed(stage)
    room, owner = (await g.circle(stage)).channel, stage.owner()
    before = await dump(shared, keys=True)
    pressed = {id for message in shared.messages(room) for id in g.ids_on(message)}
    assert len(pressed) > 10
    for custom_id in sorted(pressed):
        answer = await forge.press(owner, custom_id, at=room)
        assert answer.text.startswith(NOT_FOUND), custom_id
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize("name", ["group-yes", "group-no", "group-ask", "group-decision"])
async def test_a_parting_is_nothing_to_the_person_concerned(shared: World, name: str) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await g.parting_asked(stage)
    before = await dump(shared, keys=True)
    answer = await CONTROLS[name].press(name, stage, stage.carla, at=stage.general)
    assert answer.text.startswith(NOT_FOUND)
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize("name", sorted({*_PERSONAL} - {"open", "read", "entry"}))
async def test_the_other_one_of_the_two_changes_nothing(shared: World, name: str) -> None:
    """Each has a part: nobody answers their own request, or takes back what they hold."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    before = await dump(shared)
    other = stage.beto if reach.person == "ana" else stage.ana
    answer = await reach.press(name, stage, other)
    assert answer.private
    assert answer.text.startswith((reach.unknown, "Nothing was changed"))
    assert await dump(shared) == before


_EVERYWHERE = sorted(name for name, reach in CONTROLS.items() if reach.everywhere)


@pytest.mark.parametrize(
    "name",
    sorted({*_PERSONAL, *_GROUPS} - {"open", *_EVERYWHERE}),
)
async def test_in_another_server_there_is_nothing(shared: World, name: str) -> None:
    """A control of one server, pressed in another one by the very person it is for."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    other = Stage(shared)
    person: Person = getattr(stage, reach.person)
    abroad = Person(shared, person.user, other.guild.add_member(person.user))
    before = await dump(shared)
    answer = await reach.press(name, stage, abroad, at=other.general)
    assert answer.text.startswith(NOT_FOUND)
    assert answer.private
    assert await dump(shared) == before


@pytest.mark.parametrize("name", _EVERYWHERE)
async def test_a_journal_is_the_same_in_every_server_and_in_the_dm(
    shared: World, name: str
) -> None:
    """It is the person's, not a server's: only its direct messages stand in one place."""
    reach = CONTROLS[name]
    for in_dm in (True,) if reach.in_dm else (False, True):
        stage = Stage(shared)
        await _prepared(stage, reach)
        other = Stage(shared)
        person: Person = getattr(stage, reach.person)
        abroad = Person(shared, person.user, other.guild.add_member(person.user))
        at = person.user.dm_channel if in_dm else other.general
        answer = await reach.press(name, stage, abroad, at=at)
        assert not answer.text.startswith((reach.unknown, NOT_FOUND))
        assert answer.form or answer.private


_WRITERS = [name for name, reach in CONTROLS.items() if reach.whose is For.WRITER]


@pytest.mark.parametrize("name", _WRITERS)
async def test_everybody_writes_in_a_journal_of_their_own(shared: World, name: str) -> None:
    """Somebody else's control does for oneself what it says: Ana's rows stay, her words unseen."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    for person in (stage.owner(), stage.mara, stage.carla):
        before = await dump(shared, keys=True)
        answer = await reach.press(name, stage, person)
        assert answer.form or answer.private
        typed = [str(value(stage)) for value in (reach.fields or {}).values()]
        shown = answer.text + str(answer.form or "")
        for mark in (stage.marks[kind] for kind in OF_JOURNALS):
            assert mark not in shown or any(mark in each for each in typed)
        after = await dump(shared, keys=True)
        for table, rows in before.items():
            assert not set(rows) - set(after[table]), f"{table}: somebody else's rows changed"
            new = set(after[table]) - set(rows)
            if table != "personal_keys":  # the key of a journal bears a number of its own
                assert all(person.id in row for row in new), f"{table}: {new}"


async def test_nobody_shares_what_somebody_else_wrote(shared: World) -> None:
    stage = Stage(shared)
    await _prepared(stage, CONTROLS["journal-shared"])
    for person in (stage.owner(), stage.mara, stage.carla):
        for key in (CONTROLS["journal-shared"].key(stage), "X"):
            answer = await CONTROLS["journal-shared"].press(
                "journal-shared", stage, person, key=key
            )
            assert answer.text == GONE
    assert (
        await shared.rows(f"SELECT 1 FROM journal_shares WHERE guild_id = {stage.guild.id}") == []
    )


async def test_a_receipt_of_another_server_is_unknown(shared: World) -> None:
    stage = Stage(shared)
    await _prepared(stage, CONTROLS["verify"])
    other = Stage(shared)
    key = f"{stage.consent}.X"
    answer = await CONTROLS["verify"].press("verify", stage, other.carla, at=other.general, key=key)
    assert answer.text.startswith("There is no yes in force under this code")
    assert stage.ana.mention not in answer.text


@pytest.mark.parametrize("name", [n for n, r in CONTROLS.items() if r.whose is For.MODERATORS])
async def test_only_manage_server_changes_rules(shared: World, name: str) -> None:
    stage, reach = Stage(shared), CONTROLS[name]
    before = await dump(shared, keys=True)
    answer = await reach.press(name, stage, stage.carla, at=stage.general)
    assert "needs the permission Manage Server" in answer.text
    assert answer.private
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize("name", [n for n, r in CONTROLS.items() if r.whose is For.CURATORS])
async def test_only_curators_look_after_the_list(shared: World, name: str) -> None:
    """Not whoever suggested it, and nobody in another server."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    other = Stage(shared)
    before = await dump(shared, keys=True)
    for person in (stage.ana, stage.carla):
        answer = await reach.press(name, stage, person, at=stage.general)
        assert answer.text.startswith("This is for those who look after the reading list")
        assert answer.private
    answer = await reach.press(name, stage, other.mara, at=other.general)
    assert answer.form or answer.private
    assert not any(mark in answer.text for mark in (stage.offered, stage.because))
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize(
    "rule",
    [
        "announcement_channel",
        "doorbell_channel",
        "speak_channels",
        "group_category",
        "start_role",
        "curators",
    ],
)
async def test_a_rule_cannot_name_a_channel_of_another_server(shared: World, rule: str) -> None:
    """Otherwise a moderator here could let the bot post there."""
    stage, other = Stage(shared), Stage(shared)
    for values in ([str(other.general.id)], ["1"], [_HUGE], [str(stage.general.id), "²"]):
        answer = await forge.choose(
            stage.mara, f"firsthand:set-rule:{rule}.0", *values, at=stage.general
        )
        assert answer.private
    stored = await shared.rows(f"SELECT value FROM rules WHERE guild_id = {stage.guild.id}")
    assert {row["value"] for row in stored} <= {str(stage.general.id)}
    assert other.said_aloud() == ""


@pytest.mark.parametrize("name", [n for n, r in CONTROLS.items() if r.whose is For.ONESELF])
async def test_what_is_ones_own_is_ones_own(shared: World, name: str) -> None:
    """Pressing somebody's own control does it for oneself: the other's rows stay as they are."""
    stage, reach = Stage(shared), CONTROLS[name]
    await _prepared(stage, reach)
    # Erasing does at once what is due.
    await shared.later(1)
    before = await dump(shared)
    answer = await reach.press(name, stage, stage.carla, at=stage.general)
    assert answer.private
    for text in (stage.words, stage.place, stage.ana.mention, stage.beto.mention):
        assert text not in answer.text
    assert await dump(shared) == before


async def _prepared(stage: Stage, reach: Reach) -> None:
    with stage.world.env.time_context():
        await reach.prepare(stage)


# -- forged ------------------------------------------------------------------------------------

_HUGE = "9" * 20
ABSURD_KEYS = (
    "",
    "0",
    "-1",
    "1_000",
    "1e9",
    "0x10",
    ".",
    "..",
    "language.",
    "language.-1",
    "language.99999999999999999999999999",
    "nothing.0",
    _HUGE,
    "9223372036854775807",
    "9223372036854775808",
    "9" * 60,
    "A" * 60,
    "ABCDEFGHJKMN",
    "ABCDEFGHJKMN.ABCDEFGHJKMN",
)
#: Ids outside our own alphabet: nothing of ours has ever looked like this.
ALIEN = (
    "",
    "x",
    ":",
    "firsthand",
    "firsthand:",
    "firsthand::",
    "firsthand:nope:1",
    "firsthand:entry:../../x",
    "firsthand:Yes:A",
    "Firsthand:yes:A",
    "firsthand:yes:é",
    "firsthand:yes:\x00",
    "firsthand:yes:A\n",
    "firsthand:yes:A:B",
    "firsthand:ledger:٣",
    "firsthand:ledger:²",
    "firsthand:yes:" + "A" * 61,
    "firsthand:yes:" + "A" * 5000,
    "firsthand:" + "a" * 100 + ":1",
    "firsthand:__class__:1",
    "firsthand:yes:1' OR '1'='1",
    "firsthand:yes:\u202eA",
    "firsthand:yes:🙂",
    "otherbot:yes:A",
)
_VALUES = ("", "../../x", "A" * 100, "\x00", "\ud800", "language", _HUGE, "²", "1' OR 1=1 --")


@pytest.mark.parametrize("moderator", [False, True])
async def test_forged_ids_are_not_found(shared: World, moderator: bool) -> None:
    """What was never ours gets the one answer for what does not exist."""
    stage = Stage(shared)
    await stage.agreed()
    person = stage.mara if moderator else stage.carla
    before = await dump(shared, keys=True)
    for custom_id in ALIEN:
        for answer in (
            await forge.press(person, custom_id, at=stage.general),
            await forge.choose(person, custom_id, "x", at=stage.general),
            await forge.submit(person, custom_id, at=stage.general, words="x"),
            await forge.press(person, custom_id, at=person.user.dm_channel),
        ):
            assert answer.text == NOT_FOUND, custom_id
            assert answer.private
    assert await dump(shared, keys=True) == before


#: They do to the one who presses them what they say, whatever their key.
_KEYLESS = {"erase", "take-all", "never-mind", "rules", "letter-never", "remind-dms"}


@in_both_tiers
@pytest.mark.parametrize("name", sorted(set(CONTROLS) - _KEYLESS))
async def test_absurd_keys_and_values_do_nothing(shared: World, name: str, full: bool) -> None:
    stage = Stage(shared)
    await stage.agreed()
    before = await dump(shared, keys=True)
    moderates = CONTROLS[name].whose in (For.MODERATORS, For.CURATORS)
    person = stage.mara if moderates else stage.carla
    # In the quick tier they go round, so that each is met at several controls.
    turn = sorted(CONTROLS).index(name)
    keys = ABSURD_KEYS if full else [ABSURD_KEYS[turn % len(ABSURD_KEYS)], _HUGE]
    values = _VALUES if full else [_VALUES[turn % len(_VALUES)]]
    for answer in await _absurd(name, person, stage, keys, values):
        assert answer.form or answer.private
        assert answer.form or answer.text
        assert stage.words not in answer.text
        assert shared.faults.drain() == []
    assert await dump(shared, keys=True) == before


async def _absurd(
    name: str, person: Person, stage: Stage, keys: Sequence[str], values: Sequence[str]
) -> list[Answer]:
    key = "X" if name == "got-it" else CONTROLS[name].key(stage)
    own, at = f"firsthand:{name}:{key}", stage.general
    answers = [await forge.press(person, f"firsthand:{name}:{key}", at=at) for key in keys]
    answers += [await forge.choose(person, own, value, at=at) for value in values]
    answers.append(await forge.choose(person, own, at=at))
    answers += [
        await forge.submit(person, f"firsthand:{name}:{key}", at=at, words="", place="\ud800")
        for key in keys
    ]
    return answers
