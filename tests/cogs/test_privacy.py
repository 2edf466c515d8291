"""What is known about a person is shown whole and ends when they say so (law 8)."""

from __future__ import annotations

import json
from typing import Any

from bot.consent import SAID
from bot.store.database import StoreError
from tests.cogs.test_affinity import knocks, starts
from tests.world import DAY, HOUR, Answer, Person, World


async def exported(person: Person, *, dm: bool = False) -> dict[str, Any]:
    answer = await (person.dm("privacy export") if dm else person.slash("privacy export"))
    [file] = answer.files.values()
    return json.loads(file)


async def erases(person: Person, *, dm: bool = False) -> Answer:
    asked = await (person.dm("privacy erase") if dm else person.slash("privacy erase"))
    return await person.click(asked, "Erase everything")


async def test_about_says_what_is_stored_and_who_can_read(world: World) -> None:
    """Law 9."""
    ana = world.person("Ana")
    about = await ana.slash("privacy about")
    assert "passes through Discord" in about.text
    assert "Administrators" in about.text
    for promise in ("end-to-end", "anonymous"):
        assert promise not in about.text.lower()


async def test_export_holds_my_words_and_nothing_of_others(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await beto.asks(ana, "About Ana")
    await beto.asks(cass, "About Cass")
    await ana.slash("consent flag", choice="ask", note="Mornings please")
    mine = await exported(ana)
    assert [each["words"] for each in mine["consents"]] == ["About Ana"]
    assert mine["flags"][0]["note"] == "Mornings please"
    assert "About Cass" not in json.dumps(mine)


async def test_an_export_does_not_tell_a_blocked_asker(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await ana.slash("consent block", member=beto)
    await beto.asks(ana, "Words one")
    await beto.asks(cass, "Words one")
    blocked, free = (await exported(beto))["consents"]
    for changing in ("id", "spoken_for", "opened_at", "changed_at", "until"):
        blocked.pop(changing)
        free.pop(changing)
    assert blocked == free


async def test_erase_asks_once_and_can_be_dropped(world: World) -> None:
    ana = world.person("Ana")
    await ana.slash("consent flag", choice="never")
    asked = await ana.slash("privacy erase")
    assert "can't be undone" in asked.text
    assert "Nothing was changed" in (await ana.click(asked, "Never mind")).text
    assert len(await world.rows("SELECT * FROM flags")) == 1


async def test_erasing_takes_the_words_out_of_what_was_posted(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "I can host.")
    await ana.says_yes()
    await beto.speaks((await world.only_consent())["id"])
    erased = await erases(ana)
    assert erased.text.startswith("Erased.")
    assert "still in these places" not in erased.text
    assert "I can host." not in world.said(world.general)
    assert await world.consents() == []
    assert await world.rows(f"SELECT * FROM posts WHERE topic = '{SAID}'") == []
    assert "ledger is empty" in (await beto.slash("consent ledger")).text


async def test_the_holder_may_erase_too_and_the_post_says_why(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "I can host.")
    await ana.says_yes()
    await beto.speaks((await world.only_consent())["id"])
    await erases(beto)
    assert "has erased their data" in world.said(world.general)
    assert beto.mention not in world.said(world.general)
    assert ana.mention not in world.said(world.general)


async def test_words_that_could_not_be_reached_are_named_and_go_later(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "I can host.")
    await ana.says_yes()
    await beto.speaks((await world.only_consent())["id"])
    world.env.inject_error("PATCH", f"/channels/{world.general.id}/messages/*", status=500)
    assert "still in these places" in (await erases(ana)).text
    await world.later(120)
    assert "I can host." not in world.said(world.general)


async def test_erasing_works_in_dm_after_leaving_the_server(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    world.moves_away(ana)
    assert "Erased" in (await erases(ana, dm=True)).text
    assert await world.consents() == []


async def test_erasing_cannot_be_used_to_ask_again_after_a_no(world: World) -> None:
    """Law 2: freely given. What protects the other person stays."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.click(await ana.reads(), "No")
    await erases(beto)
    assert "let it rest" in (await beto.asks(ana)).text


async def test_erasing_cannot_be_used_to_escape_a_block(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("consent block", member=beto)
    await erases(beto)
    await beto.asks(ana)
    assert "Nothing waits" in (await ana.slash("consent inbox")).text


async def test_erasing_makes_no_room_for_more_requests_that_day(world: World) -> None:
    beto = world.person("Beto")
    others = [world.person(name) for name in ("Ana", "Cass", "Dede", "Emil")]
    for other in others[:3]:
        await beto.asks(other)
    await erases(beto)
    assert "requests for one day" in (await beto.asks(others[3])).text
    await world.later(DAY)
    assert await world.rows("SELECT * FROM slots") == []


async def test_erasing_that_is_not_done_says_so(world: World) -> None:
    """Section 6: if it cannot be finished, it is not called done."""
    ana = world.person("Ana")
    await ana.slash("consent flag", choice="never", note="Mornings please")

    async def busy() -> None:
        raise StoreError("busy")

    scrub = world.bot.store.main.scrub
    world.bot.store.main.scrub = busy  # type: ignore[method-assign]
    refused = await erases(ana)
    assert "Not done yet" in refused.text
    assert ["erasing" in each for each in world.faults.drain()] == [True]
    world.bot.store.main.scrub = scrub  # type: ignore[method-assign]
    assert "Erased" in (await erases(ana)).text


async def test_erasing_takes_me_out_of_my_groups_and_their_channels(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    await circle.proposes(ana, "Soup on Friday.")
    assert "Soup on Friday." in circle.text
    assert "You leave every group" in (await ana.slash("privacy erase")).text
    erased = await erases(ana)
    assert "take you out" not in erased.text
    assert circle.readers() == await circle.members() == {beto.id}
    assert ana.mention not in circle.text
    assert "Soup on Friday." not in circle.text
    assert await world.rows(f"SELECT * FROM group_members WHERE person_id = {ana.id}") == []


async def test_the_last_one_who_erases_takes_the_group_along(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    await erases(ana)
    assert circle.channel.id not in world.env.backend.channels
    assert await world.rows("SELECT * FROM affinity_groups") == []


async def test_where_discord_does_not_let_go_yet_it_is_not_called_done(world: World) -> None:
    """Section 6, law 9: my id stays with the group until I am out of its channel."""
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    world.env.inject_error("DELETE", f"/channels/{circle.channel.id}/permissions/*", status=500)
    erased = await erases(ana)
    assert "nothing about you is left" not in erased.text
    assert "could not yet take you out" in erased.text
    assert f"<#{circle.channel.id}>" in erased.text
    await world.later(2 * HOUR)
    assert circle.readers() == {beto.id}
    assert "nothing about you is left" in (await erases(ana)).text


async def test_whose_channel_does_not_let_go_yet_is_nobody_elses_to_know(world: World) -> None:
    ana, beto, carla = world.person("Ana"), world.person("Beto"), world.person("Carla")
    circle = await starts(ana)
    await circle.takes_in(beto)
    world.env.inject_error("DELETE", f"/channels/{circle.channel.id}/permissions/*", status=500)
    assert f"<#{circle.channel.id}>" in (await erases(ana)).text
    erased = await erases(carla)
    assert "nothing about you is left" in erased.text
    assert str(circle.channel.id) not in erased.text


async def test_a_group_that_said_no_is_not_asked_again_after_erasing(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana, listed=True)
    await knocks(beto, circle)
    await ana.click(circle.card, "No")
    await erases(beto)
    assert (await knocks(beto, circle)).form is None


async def test_a_moderator_who_erases_leaves_the_rule_and_its_history(world: World) -> None:
    """Law 3 keeps the change, law 8 lets its author go."""
    mod, ana = world.moderator("Mod"), world.person("Ana")
    await world.bot.governance.change(world.guild.id, "longest_consent", "7", mod.id, 0)
    await erases(mod)
    history = await ana.slash("rules history")
    assert "Somebody" in history.text
    assert "30 days to 7 days" in history.text
    assert mod.mention not in history.text


async def test_what_is_stored_for_a_server_goes_thirty_days_after_the_bot_left(
    world: World,
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.slash("consent flag", choice="never")
    await (await starts(ana)).proposes(ana)
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await world.later(29 * DAY)
    assert len(await world.rows("SELECT * FROM flags")) == 1
    await world.later(2 * DAY)
    for table in (
        *("flags", "consents", "refusals", "slots", "rings", "departures"),
        *("affinity_groups", "group_members", "decisions", "ballots", "notices"),
        *("group_notices", "group_places"),
    ):
        assert await world.rows(f"SELECT * FROM {table}") == [], table
    async with world.bot.store.keys.transaction() as connection:
        keys = await connection.execute_fetchall("SELECT person_id FROM personal_keys")
    assert all(row["person_id"] > 0 for row in keys)
