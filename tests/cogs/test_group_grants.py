"""What a group lets one of its members say: said, verified, recalled.

The group itself is played by `FakeGroups`: who belongs, what it is called, who may recall.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.consent import SAID
from bot.consent.rules import Act, State
from bot.consent.service import Acted, Shown
from bot.store.ids import new_id
from bot.work.posts import Post
from tests.world import DAY, HOUR, Answer, Person, World, receipt_in

GROUP, OTHER_GROUP = -77, -78
WORDS = "We bring *soup* on Friday."


class FakeGroups:
    """A group as `/consent` sees it. What else is asked of groups, the real service answers."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.names: dict[int, str] = {}
        self.members: dict[int, set[int]] = {}
        self.recallers: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def name(self, owner_id: int) -> str | None:
        return self.names.get(owner_id)

    async def is_member(self, owner_id: int, person_id: int) -> bool:
        return person_id in self.members.get(owner_id, ())

    async def may_recall(self, consent_id: str, person_id: int) -> bool:
        return person_id in self.recallers


class Circle:
    """A group with two members, of whom Beto is its spoke."""

    def __init__(self, world: World, name: str = "Night *owls*") -> None:
        self.world = world
        self.ana, self.beto = world.person("Ana"), world.person("Beto")
        self.groups = FakeGroups(world.bot.groups)
        self.groups.names[GROUP] = name
        self.groups.members[GROUP] = {self.ana.id, self.beto.id}
        self.groups.recallers = {self.ana.id, self.beto.id}
        world.bot.groups = self.groups

    @property
    def bot(self) -> Any:
        return self.world.bot

    async def agrees(
        self, spoke: Person | None = None, *, words: str = WORDS, owner: int = GROUP, days: int = 7
    ) -> str:
        """The group decides that somebody speaks for it; returns the consent's id."""
        holder = (spoke or self.beto).id
        prepared = await self.bot.grants.prepare(
            new_id(), owner, holder, words, "At the assembly", self.groups.names.get(owner, "…")
        )
        with self.world.env.time_context():
            await self.in_transaction(
                self.bot.grants.open_in,
                prepared,
                guild_id=self.world.guild.id,
                owner_id=owner,
                holder_id=holder,
                speak_channel_id=self.world.general.id,
                channel_id=self.world.assembly.id,
                seconds=days * DAY,
                now=self.now(),
            )
        return prepared.consent_id

    async def in_transaction(self, work: Any, *given: Any, **facts: Any) -> None:
        async with self.bot.store.main.transaction() as connection:
            await work(connection, *given, **facts)

    async def recalls(self, consent_id: str, owner: int = GROUP) -> Acted | None:
        with self.world.env.time_context():
            return await self.bot.grants.recall(consent_id, owner, self.world.guild.id)

    async def lets_go(self, person: Person) -> None:
        """Somebody leaves the group."""
        self.groups.members[GROUP].discard(person.id)
        self.groups.recallers.discard(person.id)
        with self.world.env.time_context():
            await self.in_transaction(self.bot.grants.end_held_in, GROUP, person.id, self.now())

    async def ends(self) -> None:
        """The group is no more."""
        self.groups.names.pop(GROUP)
        self.groups.members.pop(GROUP)
        with self.world.env.time_context():
            await self.in_transaction(self.bot.grants.forget_group_in, GROUP)

    async def looks(self, owner: int = GROUP) -> list[Shown]:
        with self.world.env.time_context():
            return await self.bot.grants.of_group(owner)

    def now(self) -> int:
        from bot.app import now

        return now()

    def post(self) -> Any:
        return self.world.messages(self.world.general)[-1]


@pytest.fixture
def circle(world: World) -> Circle:
    return Circle(world)


def plain(answer: Answer | str) -> str:
    """What somebody reads, after making sure that no group's id shows in it."""
    text = answer if isinstance(answer, str) else answer.text
    assert "<@-" not in text
    assert str(GROUP) not in text
    return text


# -- saying it --------------------------------------------------------------------------------


async def test_the_spoke_says_the_groups_words_with_a_receipt(world: World, circle: Circle) -> None:
    """Law 1: in the name of those of its members who said yes, and of nobody else."""
    said = await circle.beto.speaks(await circle.agrees())
    public = plain(world.said(world.general))
    assert (
        f"{circle.beto.named} speaks for the group **Night \\*owls\\***, with the yes of its "
        "members who agreed to these words:"
    ) in public
    assert "We bring \\*soup\\* on Friday." in public
    assert receipt_in(public) == receipt_in(plain(said))
    assert circle.ana.mention not in public


async def test_nobody_but_the_spoke_says_them(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    for other in (circle.ana, world.person("Cass"), world.moderator("Mod")):
        assert "hold no such yes" in plain(await other.speaks(consent))
    assert world.said(world.general) == ""


async def test_the_words_are_sealed_under_the_groups_key_too(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    await world.bot.store.keyring.forget(GROUP)
    refused = plain(await circle.beto.speaks(consent))
    assert "counts as a no" in refused
    assert "/affinity spoke" in refused


async def test_they_are_said_only_in_the_channel_agreed_to(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    refused = plain(await circle.beto.speaks(consent, at=world.assembly))
    assert f"The group **Night \\*owls\\*** said yes to <#{world.general.id}>" in refused
    assert "/affinity spoke" in refused
    assert world.said(world.assembly) == ""


async def test_suggestions_hold_what_a_group_agreed_to(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    assert await circle.beto.suggestions("consent speak", "consent", "soup") == [
        {"name": WORDS, "value": consent}
    ]
    assert await circle.ana.suggestions("consent speak", "consent") == []


async def test_whoever_is_no_member_does_not_speak_for_the_group(
    world: World, circle: Circle
) -> None:
    """Also at the moment when the group has let go of them and nothing has been ended yet."""
    consent = await circle.agrees()
    circle.groups.members[GROUP].discard(circle.beto.id)
    refused = plain(await circle.beto.speaks(consent))
    assert "no longer belong to the group **Night \\*owls\\***" in refused
    assert "/affinity spoke" in refused
    assert world.said(world.general) == ""


async def test_nobody_speaks_for_a_group_that_is_no_more(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    circle.groups.members.clear()
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE consents SET name = NULL")  # as before names were kept
    circle.groups.names.clear()
    refused = plain(await circle.beto.speaks(consent))
    assert "no longer belong to the group that has ended" in refused
    assert world.said(world.general) == ""


async def test_an_expired_yes_of_a_group_is_a_no(world: World, circle: Circle) -> None:
    """Law 1: and its words are gone once its time is up."""
    consent = await circle.agrees(days=1)
    world.env.backend.advance_clock(DAY)
    refused = plain(await circle.beto.speaks(consent))
    assert "no longer in force" in refused
    assert "/affinity spoke" in refused
    await world.later(1)
    row = await world.only_consent()
    assert (row["state"], row["words"], row["place"]) == ("expired", None, None)


# -- what is shown to whom --------------------------------------------------------------------


async def test_the_spoke_reads_in_the_inbox_that_the_group_agreed(circle: Circle) -> None:
    await circle.agrees()
    inbox = await circle.beto.slash("consent inbox")
    assert "The group **Night \\*owls\\*** agreed that you speak for it" in plain(inbox)
    assert "(Riverside)" in plain(await circle.beto.dm("consent inbox"))
    assert "Nothing waits" in (await circle.beto.click(inbox, "Got it")).text
    assert "Nothing waits" in (await circle.ana.slash("consent inbox")).text


async def test_the_ledger_names_the_group(circle: Circle) -> None:
    await circle.agrees()
    assert "You for the group **Night \\*owls\\***: in force until" in plain(
        await circle.beto.slash("consent ledger")
    )
    entry = await circle.beto.opens_first_entry()
    assert "We bring \\*soup\\*" in plain(entry)
    assert "At the assembly" in entry.text
    assert entry.labels == ["Give it up", "Back to the ledger"]
    assert "ledger is empty" in (await circle.ana.slash("consent ledger")).text


async def test_a_spoke_can_give_it_up_and_nobody_is_rung(world: World, circle: Circle) -> None:
    await circle.agrees()
    given_up = await circle.beto.click(await circle.beto.opens_first_entry(), "Give it up")
    assert "Given up" in given_up.text
    row = await world.only_consent()
    assert (row["state"], row["words"]) == ("given_up", None)
    assert await world.rows("SELECT * FROM notices") == []
    plain(await circle.beto.slash("consent ledger"))


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("live", "In force: {beto} may say the agreed words for the group {group} until"),
        ("expired", "Expired: {beto} had the yes of the group {group}"),
        ("withdrawn", "Taken back: nobody may say these words for the group {group}."),
        ("given_up", "No longer in force: {beto} may not say these words for the group {group}"),
        ("left", "No longer in force: {beto} may not say these words for the group {group}"),
    ],
)
async def test_anybody_can_verify_it_by_the_groups_name(
    world: World, circle: Circle, what: str, shown: str
) -> None:
    """Whoever left and whoever gave it up look the same: a group's members are its own matter."""
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    if what == "expired":
        await world.later(7 * DAY)
    elif what == "withdrawn":
        await circle.recalls(consent)
    elif what == "given_up":
        await circle.beto.click(await circle.beto.opens_first_entry(), "Give it up")
    elif what == "left":
        await circle.lets_go(circle.beto)
    verified = plain(await world.person("Cass").slash("consent verify", code=consent))
    wanted = shown.format(beto=circle.beto.mention, group="**Night \\*owls\\***")
    assert wanted in verified
    assert "soup" not in verified
    assert circle.ana.mention not in verified


async def test_a_name_cannot_pretend_to_be_somebody(world: World) -> None:
    circle = Circle(world, f"<@{10**17}> **")
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    assert f"\\<@{10**17}> \\*\\*" in world.said(world.general)
    assert f" <@{10**17}>" not in world.said(world.general)


async def test_the_export_shows_a_group_and_no_number(circle: Circle) -> None:
    await circle.agrees()
    answer = await circle.beto.slash("privacy export")
    [file] = answer.files.values()
    export = json.loads(file)
    (entry,) = export["consents"]
    assert (entry["spoken_for"], entry["in_the_name_of"]) == ("a group", "Night *owls*")
    assert entry["words"] == WORDS
    assert entry["where"] == "At the assembly"
    assert str(GROUP) not in json.dumps(export)


# -- taking it back ---------------------------------------------------------------------------


async def test_a_recall_takes_the_words_out_and_tells_nobody_who(
    world: World, circle: Circle
) -> None:
    """Law 2: reversible, with effect on what was already published."""
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    await circle.beto.click(await circle.beto.slash("consent inbox"), "Got it")
    acted = await circle.recalls(consent)
    assert acted is not None
    assert (acted.state, len(acted.posts)) == (State.WITHDRAWN, 1)
    await world.later(60)
    public = plain(world.said(world.general))
    assert "soup" not in public
    assert public.count("Taken back by the group in whose name this was said.") == 1
    told = plain(await circle.beto.slash("consent inbox"))
    assert "The group **Night \\*owls\\*** took its yes back." in told
    assert circle.ana.mention not in told + public
    row = await world.only_consent()
    assert (row["words"], row["place"]) == (None, None)
    (told_of,) = await world.rows("SELECT * FROM notices")
    assert (told_of["person_id"], told_of["key"]) == (circle.beto.id, consent)
    assert str(circle.ana.id) not in f"{row} {told_of}"


async def test_two_recalls_take_back_once(circle: Circle) -> None:
    consent = await circle.agrees()
    first, second = await circle.recalls(consent), await circle.recalls(consent)
    assert first is not None
    assert first.consent is not None
    assert second is not None
    assert (second.state, second.consent, second.posts) == (State.WITHDRAWN, None, ())


async def test_a_group_recalls_only_what_is_its_own(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    assert await circle.recalls(consent, OTHER_GROUP) is None
    assert await circle.recalls(consent, circle.beto.id) is None
    await circle.beto.asks(circle.ana)
    await circle.ana.says_yes()
    (of_ana,) = [row["id"] for row in await world.consents() if row["person_id"] == circle.ana.id]
    assert await circle.recalls(of_ana) is None
    assert await circle.recalls(of_ana, circle.ana.id) is None
    with world.env.time_context():
        elsewhere = await world.bot.grants.recall(consent, GROUP, world.guild.id + 1)
    assert elsewhere is None
    assert {row["state"] for row in await world.consents()} == {"live"}


@pytest.mark.parametrize("how", ["expired", "given_up", "left"])
async def test_what_was_posted_can_be_recalled_also_when_it_is_over(
    world: World, circle: Circle, how: str
) -> None:
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    if how == "expired":
        await world.later(40 * DAY)
    elif how == "given_up":
        await circle.beto.click(await circle.beto.opens_first_entry(), "Give it up")
    else:
        await circle.lets_go(circle.beto)
    assert "soup" in world.said(world.general)
    acted = await circle.recalls(consent)
    assert acted is not None
    assert acted.consent is not None
    await world.later(60)
    assert "soup" not in world.said(world.general)


async def test_words_on_their_way_while_the_group_takes_them_back_do_not_stand(
    world: World, circle: Circle
) -> None:
    consent = await circle.agrees()
    is_up = world.bot.posts.is_up

    async def taken_back_first(post: Post, message_id: int) -> Any:
        await world.bot.consents.act(consent, GROUP, Act.TAKE_BACK, world.guild.id)
        return await is_up(post, message_id)

    world.bot.posts.is_up = taken_back_first  # type: ignore[method-assign]
    assert "ended at this very moment" in (await circle.beto.speaks(consent)).text
    assert "soup" not in world.said(world.general)


async def test_on_the_bots_post_whoever_may_recall_is_offered_it(
    world: World, circle: Circle
) -> None:
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    offered = await circle.ana.menu("This speaks for me", circle.post())
    assert offered.private
    assert offered.labels == ["Recall it"]
    assert offered.controls[0]["custom_id"] == f"firsthand:recall:{consent}"
    cass = await world.person("Cass").menu("This speaks for me", circle.post())
    assert "An app posted this" in cass.text
    assert not cass.labels


async def test_nobody_is_asked_about_groups_on_the_post_of_a_person(
    world: World, circle: Circle
) -> None:
    await circle.beto.asks(circle.ana)
    await circle.ana.says_yes()
    consent = await world.only_consent()
    await circle.beto.speaks(consent["id"])
    offered = await circle.ana.menu("This speaks for me", circle.post())
    assert offered.labels == ["Take it back"]


# -- leaving, ending, erasing -----------------------------------------------------------------


async def test_a_spoke_who_left_holds_nothing(world: World, circle: Circle) -> None:
    """What was said with a yes stays, until somebody recalls it."""
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    other = await circle.agrees(owner=OTHER_GROUP, words="Something else")
    of_ana = await circle.agrees(circle.ana, words="Ana's part")
    await circle.lets_go(circle.beto)
    rows = {row["id"]: row for row in await world.consents()}
    ended = rows[consent]
    assert (ended["state"], ended["words"], ended["place"]) == ("given_up", None, None)
    assert await world.rows(f"SELECT * FROM notices WHERE key = '{consent}'") == []
    assert (rows[other]["state"], rows[of_ana]["state"]) == ("live", "live")
    assert "no longer in force" in plain(await circle.beto.speaks(consent))
    assert "soup" in world.said(world.general)
    assert await circle.beto.suggestions("consent speak", "consent", "soup") == []


async def test_what_had_run_out_before_somebody_left_has_run_out(
    world: World, circle: Circle
) -> None:
    await circle.agrees(days=1)
    world.env.backend.advance_clock(DAY)
    await circle.lets_go(circle.beto)
    row = await world.only_consent()
    assert (row["state"], row["words"]) == ("expired", None)


async def test_a_group_that_ends_takes_everything_along(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    other = await circle.agrees(owner=OTHER_GROUP)
    await circle.ends()
    assert [row["id"] for row in await world.consents()] == [other]
    await world.later(60)
    public = plain(world.said(world.general))
    assert "soup" not in public
    assert "Taken back by the group" in public
    assert await world.rows(f"SELECT * FROM posts WHERE topic = '{SAID}'") == []
    assert "no yes in force" in plain(await circle.ana.slash("consent verify", code=consent))


async def test_words_on_their_way_while_the_group_ends_do_not_stand(
    world: World, circle: Circle
) -> None:
    consent = await circle.agrees()
    is_up = world.bot.posts.is_up

    async def ended_first(post: Post, message_id: int) -> Any:
        await circle.in_transaction(world.bot.grants.forget_group_in, GROUP)
        return await is_up(post, message_id)

    world.bot.posts.is_up = ended_first  # type: ignore[method-assign]
    await circle.beto.speaks(consent)
    assert "soup" not in world.said(world.general)


async def test_a_spoke_who_erases_everything_takes_their_posts_along(
    world: World, circle: Circle
) -> None:
    await circle.beto.speaks(await circle.agrees())
    await circle.beto.click(await circle.beto.slash("privacy erase"), "Erase everything")
    assert await world.consents() == []
    assert "soup" not in world.said(world.general)
    assert "has erased their data" in world.said(world.general)


# -- what a group looks at --------------------------------------------------------------------


async def test_a_group_sees_what_holds_and_what_still_stands(world: World, circle: Circle) -> None:
    said = await circle.agrees(words="Said")
    await circle.beto.speaks(said)
    silent = await circle.agrees(words="Silent", days=1)
    await circle.agrees(owner=OTHER_GROUP)
    assert {shown.words for shown in await circle.looks()} == {"Said", "Silent"}
    world.env.backend.advance_clock(DAY)
    assert [shown.consent.id for shown in await circle.looks()] == [said]  # also before the sweep
    await world.later(7 * DAY)
    (shown,) = await circle.looks()
    assert (shown.consent.id, shown.state, shown.words) == (said, State.EXPIRED, None)
    await circle.recalls(said)
    await world.later(60)
    assert await circle.looks() == []
    assert silent in {row["id"] for row in await world.consents()}


async def test_words_that_could_not_be_taken_out_yet_are_still_seen(
    world: World, circle: Circle
) -> None:
    consent = await circle.agrees()
    await circle.beto.speaks(consent)
    for method in ("PATCH", "DELETE"):
        world.env.inject_error(method, f"/channels/{world.general.id}/messages/*", status=403)
    await circle.recalls(consent)
    await world.later(1)
    (shown,) = await circle.looks()
    assert shown.state is State.WITHDRAWN
    await world.later(HOUR)
    assert await circle.looks() == []
    assert "soup" not in world.said(world.general)


async def test_a_grant_outlives_a_restart(world: World, circle: Circle) -> None:
    consent = await circle.agrees()
    await world.restart()
    circle.groups.real, world.bot.groups = world.bot.groups, circle.groups
    assert "Said" in plain(await circle.beto.speaks(consent))


async def test_many_news_of_long_names_still_fit(world: World) -> None:
    circle = Circle(world, "*" * 150)
    for number in range(12):
        await circle.agrees(words=f"Words {number}")
        world.env.backend.advance_clock(1)
    inbox = await circle.beto.slash("consent inbox")
    assert len(inbox.text) < 3000
    seen = inbox.text.count("agreed that you speak")
    assert 0 < seen < 12
    more = await circle.beto.click(inbox, "Got it")
    assert "agreed that you speak" in more.text


async def test_nothing_is_said_under_a_name_that_cannot_be_told(
    world: World, circle: Circle
) -> None:
    """Law 1: an unreadable yes is a no."""
    consent = await circle.agrees()
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE consents SET name = words")
    assert "counts as a no" in plain(await circle.beto.speaks(consent))
    assert world.said(world.general) == ""
