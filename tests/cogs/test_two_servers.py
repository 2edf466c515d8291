"""Two servers with the same people: what belongs to one is in the DM, and not in the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.replies import NOT_FOUND, here
from tests import circles, curators, groups, journals
from tests.noticings import claim, listening_world, says
from tests.simulator import Faults
from tests.wire import forge
from tests.wire.laws import dump
from tests.world import DAY, Answer, Person, World


@pytest.fixture
async def world(tmp_path: Path, faults: Faults) -> AsyncIterator[World]:
    """It listens, so that nudges are among what waits."""
    async with listening_world(tmp_path, faults) as made:
        yield made


class Elsewhere:
    """The second server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.guild = world.env.create_guild("Elsewhere")
        self.lobby = self.guild.create_text_channel("lobby")

    def also(self, person: Person) -> Person:
        """The same person, there."""
        return Person(self.world, person.user, self.guild.add_member(person.user))


class Everything:
    """One of each thing that can wait for Ana in the first server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ana, self.beto = world.person("Ana"), world.person("Beto")
        self.cass, self.dede = world.person("Cass"), world.person("Dede")
        self.mod = world.moderator("Mod")

    async def words_still_stood(self) -> None:
        """Ana's words could not be taken out at once, and are gone by now."""
        await self.dede.asks(self.ana)
        await self.ana.says_yes()
        await self.dede.speaks((await self.world.only_consent())["id"])
        path = f"/channels/{self.world.general.id}/messages/*"
        self.world.env.inject_error("PATCH", path, status=503)
        assert "still in these places" in (await self.ana.takes_back()).text
        await self.world.later(61)

    async def happens(self) -> None:
        world, ana, beto, cass, dede = self.world, self.ana, self.beto, self.cass, self.dede
        await self.words_still_stood()
        await beto.slash("privacy dms", choice="allow")
        await journals.writes(ana)
        entry = (await journals.ids_of(ana))[0]
        assert "share" in (await ana.slash("journal share", entry=entry, member=beto)).text
        await world.later(DAY)
        for other, answer in ((cass, "No"), (dede, "Yes, in my words")):
            await ana.asks(other)
            said = await other.click(await other.reads(), answer)
            if said.form is not None:
                await other.fill(said, words="My own words")
        await beto.asks(ana)
        message = await ana.member.send(world.general, "We all agree.")
        await beto.menu("This speaks for me", message)
        lost, asking = await groups.starts(ana), await groups.starts(cass, "Early birds")
        world.env.backend.delete_channel(lost.channel.id)
        await asking.takes_in(ana, dede)
        asked = await cass.slash("affinity part", member=dede, at=asking.channel)
        await cass.click(asked, "Ask the others")
        inviting = await groups.starts(beto, "Day dreamers")
        ending = await groups.starts(dede, "Early risers", listed=True)
        await groups.knocks(ana, ending)
        await self.world.bot.groups.leave(ending.id, dede.id)
        await beto.slash("affinity invite", member=ana, at=inviting.channel)
        await curators.suggests(ana)
        await curators.accepts(self.mod)
        circle = await circles.starts(cass)
        await circle.press(ana, "Join")
        await circle.cancels(cass)
        await says(ana, claim(beto))
        await world.later(61)


def counted(world: World) -> dict[str, Counter[int]]:
    """How many of each topic are shown from now on, by the server somebody looks in."""
    found: dict[str, Counter[int]] = {}
    shows = world.bot.inbox._shows
    for topic, show in shows.items():
        found[topic] = Counter()

        async def counting(interaction: Any, notice: Any, show: Any = show) -> Any:
            shown = await show(interaction, notice)
            found[notice.topic][here(interaction)] += shown is not None
            return shown

        shows[topic] = counting
    return found


async def all_of(person: Person, first: Answer) -> str:
    """Every page."""
    text, page = first.text, first
    while "More" in page.labels:
        page = await person.click(page, "More")
        text += "\n" + page.text
    return text


#: What is read of each thing.
WAITS = {
    "said no": "news of a consent",
    "The words you took back are gone": "words that still stood",
    "asks to speak for you": "a request",
    "to different words": "an edited request",
    "speaks for them without their yes": "an objection",
    "has not taken you in": "news of a group",
    "Somebody has deleted the channel": "a channel that was lost",
    "invites you to the group": "an invitation",
    "should part ways with": "a parting",
    "Your suggestion": "an answer to a suggestion",
    "reading circle": "news of a circle",
    "seems to speak for": "a nudge",
    "wants a second look": "a share",
}


async def test_what_waits_in_one_server_is_not_in_the_other_and_is_in_the_dm(world: World) -> None:
    elsewhere, everything = Elsewhere(world), Everything(world)
    await everything.happens()
    ana = everything.ana
    abroad = elsewhere.also(ana)
    found = counted(world)
    there = await abroad.slash("consent inbox", at=elsewhere.lobby)
    assert "Nothing waits" in there.text, there
    mine = await all_of(ana, await ana.slash("consent inbox"))
    assert {what for text, what in WAITS.items() if text not in mine} == set(), mine
    direct = await all_of(ana, await ana.dm("consent inbox"))
    assert {what for text, what in WAITS.items() if text not in direct} == set(), direct
    for topic, each in found.items():
        pages = each[world.guild.id], each[0]
        assert all(pages), f"without any {topic} nothing is tested"
        assert each[elsewhere.guild.id] == 0
    assert direct.count("Riverside") >= 5
    await no_control_works_there(ana, abroad, elsewhere)
    await everything_is_read_in_the_dm(ana)


async def everything_is_read_in_the_dm(person: Person) -> None:
    """What needs no answer goes with one press, from wherever it is."""
    for name in ("share-look", "nudge"):
        page = await person.dm("consent inbox")
        while not (found := [e["custom_id"] for e in page.controls if f":{name}:" in str(e)]):
            page = await person.click(page, "More")
        assert (await person.click(page, id=found[0])).text != NOT_FOUND, name
    page = await person.dm("consent inbox")
    while "Got it" in page.labels or "More" in page.labels:
        read = [str(e["custom_id"]) for e in page.controls if ":got-it:" in str(e)]
        page = await (person.click(page, id=read[0]) if read else person.click(page, "More"))
        assert page.text != NOT_FOUND


async def no_control_works_there(person: Person, abroad: Person, elsewhere: Elsewhere) -> None:
    """What is pressed in the second server changes nothing of the first."""
    page = await person.slash("consent inbox")
    pressed: list[str] = []
    while True:
        pressed += [each["custom_id"] for each in page.controls if ":inbox:" not in str(each)]
        if "More" not in page.labels:
            break
        page = await person.click(page, "More")
    names = {each.split(":")[1] for each in pressed}
    assert names >= {"got-it", "read", "group-yes", "share-look"}
    for custom_id in pressed:
        if ":share-look:" in custom_id:
            continue  # reading one's own entry is one's own affair wherever one does it
        before = await dump(person.world)
        answer = await forge.press(abroad, custom_id, at=elsewhere.lobby)
        assert await dump(person.world) == before, custom_id
        assert answer.text == NOT_FOUND, custom_id


class Agreed:
    """Ana said yes to Beto in the first server; both are in the second one, too."""

    def __init__(self, world: World) -> None:
        self.world, self.elsewhere = world, Elsewhere(world)
        self.ana, self.beto = world.person("Ana"), world.person("Beto")
        self.ana_there = self.elsewhere.also(self.ana)
        self.beto_there = self.elsewhere.also(self.beto)
        self.lobby = self.elsewhere.lobby

    async def begin(self) -> str:
        await self.beto.asks(self.ana)
        await self.ana.says_yes()
        return (await self.world.only_consent())["id"]


async def test_a_yes_holds_in_its_own_server_and_shows_nowhere_else(world: World) -> None:
    """Law 2, specific: nothing of it is read, said, counted or verified in another server."""
    s = Agreed(world)
    consent_id = await s.begin()
    for mine, there, held in (
        (s.ana, s.ana_there, "for you: in force"),
        (s.beto, s.beto_there, "You for"),
    ):
        assert held in (await mine.slash("consent ledger")).text
        assert held in (await mine.dm("consent ledger")).text
        assert "ledger is empty" in (await there.slash("consent ledger", at=s.lobby)).text
    checked = await s.beto_there.slash("consent check", member=s.ana_there, at=s.lobby)
    assert "You have no yes from them" in checked.text
    member = s.beto_there.member
    assert await member.autocomplete(s.lobby, "consent speak", "consent", "") == []
    assert len(await s.beto.suggestions("consent speak", "consent")) == 1
    assert "hold no such yes" in (await s.beto_there.speaks(consent_id, at=s.lobby)).text
    assert world.messages(s.lobby) == []
    verified = await s.beto_there.slash("consent verify", code=consent_id, at=s.lobby)
    assert "no yes in force under this code" in verified.text
    assert "In force" in (await s.beto.slash("consent verify", code=consent_id)).text


async def test_a_flag_and_taking_everything_back_concern_one_server(world: World) -> None:
    s = Agreed(world)
    consent_id = await s.begin()
    flagged = await s.ana_there.slash("consent flag", choice="never", at=s.lobby)
    assert "Take everything back" not in flagged.labels
    await forge.press(s.ana_there, "firsthand:take-all:", at=s.lobby)
    await forge.press(s.ana_there, f"firsthand:take-back:{consent_id}", at=s.lobby)
    assert (await world.only_consent())["state"] == "live"
    assert "Ask me first" in (await s.beto.slash("consent check", member=s.ana)).text
    assert (await s.beto_there.slash("consent ask", member=s.ana_there, at=s.lobby)).form is None
    await s.ana.click(await s.ana.slash("consent flag", choice="never"), "Take everything back")
    assert (await world.only_consent())["state"] == "withdrawn"


async def test_what_limits_asking_counts_in_each_server_and_a_block_in_all(world: World) -> None:
    s = Agreed(world)
    for person in (s.ana, world.person("Cass"), world.person("Dede")):
        assert "Asked" in (await s.beto.asks(person)).text
    await s.ana.click(await s.ana.reads(), "No")
    assert "let it rest" in (await s.beto.asks(s.ana)).text
    assert "requests for one day" in (await s.beto.asks(world.person("Emil"))).text
    assert "Asked" in (await s.beto_there.asks(s.ana_there, at=s.lobby)).text
    assert "asks to speak for you" in (await s.ana_there.slash("consent inbox", at=s.lobby)).text
    await s.ana.slash("consent block", member=s.beto)
    assert "Nothing waits" in (await s.ana_there.slash("consent inbox", at=s.lobby)).text


async def test_groups_lists_and_rules_of_one_server_are_not_in_the_other(world: World) -> None:
    s, mod = Agreed(world), world.moderator("Mod")
    mod_there = s.elsewhere.also(mod)
    role = s.elsewhere.guild.create_role("Mods")
    world.env.backend.edit_role(s.elsewhere.guild.id, role.id, {"permissions": 1 << 5})
    world.env.backend.add_member_role(s.elsewhere.guild.id, mod.id, role.id)
    group = await groups.starts(s.ana, listed=True)
    for command, shown in (
        ("affinity list", "Night owls"),
        ("affinity members", s.ana.mention),
        ("affinity decisions", "Night owls"),
    ):
        at = world.general if command == "affinity list" else group.channel
        assert shown in (await s.ana.slash(command, at=at)).text
        assert shown not in (await s.ana_there.slash(command, at=s.lobby)).text
    knocked = await s.beto_there.slash("affinity knock", group=group.id, at=s.lobby)
    assert knocked.form is None
    await curators.suggests(s.ana)
    assert (await s.ana.slash("reading suggest")).form is None  # one's own are shown first
    assert (await s.ana_there.slash("reading suggest", at=s.lobby)).form is not None
    (take_back,) = curators.ids_on(await s.ana.slash("reading suggest"), "suggest-withdraw")
    assert (await forge.press(s.ana_there, take_back, at=s.lobby)).text == NOT_FOUND
    there = await mod_there.slash("reading review", at=s.lobby)
    assert "Bread and Roads" not in there.text
    await curators.accepts(mod)
    assert await curators.titles(s.ana) == ["Bread and Roads"]
    assert not await world.bot.server_lists.items(s.elsewhere.guild.id)
    with world.env.time_context():
        changed = await world.bot.governance.change(world.guild.id, "rest_days", "60", mod.id, 0)
    assert changed.change is not None
    assert "60" in (await mod.slash("rules history")).text
    assert "No rule has been changed" in (await mod_there.slash("rules history", at=s.lobby)).text
    assert "60" not in (await mod_there.slash("rules show", at=s.lobby)).text
