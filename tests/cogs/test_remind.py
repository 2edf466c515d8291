"""Reminders: opt-in, at their time, at most one waiting, and gone at one tap."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot import app
from bot.journal import REMINDER
from bot.journal.hours import LATEST
from bot.words import speak
from bot.work.queue import Todo
from bot.work.worker import PAUSES
from tests.wire import forge
from tests.world import DAY, HOUR, Answer, Person, World

#: The world begins on a Thursday, at midnight UTC: 21:00 in Santiago, where it is summer.
ZONE = "America/Santiago"
OFFER = "If you feel like writing"
STOPPED = "Your journal reminders have stopped"


def now(world: World) -> int:
    with world.env.time_context():
        return app.now()


def dms(world: World, person: Person) -> list[Any]:
    """What stands in somebody's DM for both, oldest first."""
    return world.messages(person.user.dm_channel)


def reminders(world: World, person: Person) -> list[Any]:
    return [each for each in dms(world, person) if any_offer(each)]


def any_offer(message: Any) -> bool:
    return any(label == "remind-later" for label in names(message))


def names(message: Any) -> list[str]:
    """Which handlers the controls of a message have."""
    return re.findall(r"firsthand:([a-z-]+):", str(message.components))


def sent_to(world: World, person: Person) -> list[Any]:
    path = f"/channels/{person.user.dm_channel.id}/messages"
    return [each for each in world.env.http_requests if (each.method, each.path) == ("POST", path)]


async def rows(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM journal_reminders ORDER BY person_id")


async def due_at(world: World) -> int:
    [row] = await rows(world)
    return row["due_at"]


async def wants(
    world: World, name: str = "Ana", time: str = "7:30", zone: str = ZONE, locale: str = "en-US"
) -> Person:
    """Somebody who allowed DMs and has reminders."""
    person = world.person(name, locale)
    await person.slash("privacy dms", choice="allow")
    await person.slash("journal remind", time=time, zone=zone)
    return person


async def until_due(world: World, late: int = 0) -> None:
    """Let time pass until the next one is due, and the bot has looked."""
    await world.later(max(0, await due_at(world) - now(world) + late))


async def off_for(world: World, seconds: int) -> None:
    """The bot is not running for so long, starts again, and looks for what is due."""
    await world.bot.worker.stop()
    world.env.backend.advance_clock(seconds)
    await world.restart()
    await world.later(0)


def closed(world: World, person: Person, **more: Any) -> None:
    """Discord lets nobody write to this person."""
    path = f"/channels/{person.user.dm_channel.id}/messages"
    fault = {"status": 403, "code": 50007, "times": None, **more}
    world.env.inject_error("POST", path, **fault)


def menu(card: Answer, name: str) -> dict[str, Any]:
    return next(
        part for part in card.controls if part["custom_id"].startswith(f"firsthand:{name}:")
    )


async def picks(person: Person, card: Answer, name: str, *values: str) -> Answer:
    return await person.choose(card, *values, id=menu(card, name)["custom_id"])


def defaults(card: Answer, name: str) -> list[str]:
    return [each["value"] for each in menu(card, name)["options"] if each.get("default")]


# -- setting them up --------------------------------------------------------------------------


async def test_nobody_has_reminders_who_did_not_ask(world: World) -> None:
    ana = world.person("Ana")
    await ana.slash("privacy dms", choice="allow")
    shown = await ana.slash("journal remind")
    assert shown.private
    assert "You have no reminders now" in shown.text
    assert shown.labels == []
    await world.later(3 * DAY)
    assert dms(world, ana) == []
    assert await rows(world) == []


async def test_a_reminder_is_set_and_says_when_it_comes(world: World) -> None:
    ana = world.person("Ana")
    await ana.slash("privacy dms", choice="allow")
    card = await ana.slash("journal remind", time="7:30", zone=ZONE)
    assert card.private
    assert "Every day at 07:30 (America/Santiago)." in card.text
    assert f"The next one comes <t:{await due_at(world)}:F>." in card.text
    assert "22:00–07:00" in card.text
    assert defaults(card, "remind-days") == list("0123456")
    assert defaults(card, "remind-quiet") == ["1320-420"]
    assert await due_at(world) - now(world) == pytest.approx(10.5 * HOUR, abs=60)
    again = await ana.dm("journal remind")
    assert again.text == card.text


async def test_a_reminder_at_night_begins_without_quiet_hours(world: World) -> None:
    ana = world.person("Ana")
    card = await ana.slash("journal remind", time="23:15", zone=ZONE)
    assert "There are no quiet hours" in card.text
    assert defaults(card, "remind-quiet") == ["none"]


async def test_time_and_zone_can_be_changed_one_by_one(world: World) -> None:
    ana = await wants(world)
    later = await ana.slash("journal remind", time="7:30 p. m.")
    assert "Every day at 19:30 (America/Santiago)." in later.text
    elsewhere = await ana.slash("journal remind", zone="new york")
    assert "Every day at 19:30 (America/New York)." in elsewhere.text
    assert len(await rows(world)) == 1


async def test_without_a_zone_or_a_time_it_says_what_is_missing(world: World) -> None:
    ana = world.person("Ana")
    assert "choose your time zone" in (await ana.slash("journal remind", time="7:30")).text
    assert "say at what time" in (await ana.slash("journal remind", zone=ZONE)).text
    assert await rows(world) == []


async def test_days_are_chosen_from_a_menu(world: World) -> None:
    ana = await wants(world)
    card = await picks(ana, await ana.slash("journal remind"), "remind-days", "0", "4")
    assert "Monday, Friday at 07:30 (America/Santiago)." in card.text
    assert defaults(card, "remind-days") == ["0", "4"]
    # Thursday evening there: the next chosen day is Friday.
    assert await due_at(world) - now(world) == pytest.approx(34.5 * HOUR, abs=60)
    other_time = await ana.slash("journal remind", time="9")
    assert "Monday, Friday at 09:00" in other_time.text


async def test_quiet_hours_are_chosen_from_a_menu(world: World) -> None:
    ana = await wants(world)
    card = await picks(ana, await ana.slash("journal remind"), "remind-quiet", "540-1020")
    assert "09:00–17:00" in card.text
    card = await picks(ana, card, "remind-quiet", "none")
    assert "There are no quiet hours" in card.text


async def test_a_time_in_the_quiet_hours_is_refused_with_the_way_out(world: World) -> None:
    ana = await wants(world)
    before = await rows(world)
    card = await ana.slash("journal remind", time="23:00")
    assert "23:00 would lie in the quiet hours, 22:00–07:00" in card.text
    assert await rows(world) == before
    card = await picks(ana, card, "remind-quiet", "none")
    card = await ana.slash("journal remind", time="23:00")
    assert "Every day at 23:00" in card.text


async def test_quiet_hours_over_the_time_are_refused(world: World) -> None:
    ana = await wants(world)
    before = await rows(world)
    card = await picks(ana, await ana.slash("journal remind"), "remind-quiet", "0-480")
    assert "07:30 would lie in the quiet hours, 00:00–08:00" in card.text
    assert defaults(card, "remind-quiet") == ["1320-420"]
    assert await rows(world) == before


async def test_who_allows_no_dms_is_told_and_can_allow_them_there(world: World) -> None:
    """Law 10: not even a reminder that was asked for."""
    ana = world.person("Ana", "es-ES")
    world.locales[ana.id] = "en-US"
    card = await ana.slash("journal remind", time="7:30", zone=ZONE)
    assert "none will come" in card.text
    assert "The next one comes" not in card.text
    allowed = await ana.click(card, "Allow DMs")
    assert f"The next one comes <t:{await due_at(world)}:F>." in allowed.text
    assert "Allow DMs" not in allowed.labels
    await until_due(world)
    assert len(reminders(world, ana)) == 1


async def test_what_was_set_survives_a_restart(world: World) -> None:
    ana = await wants(world)
    card = await ana.slash("journal remind")
    await world.restart()
    changed = await picks(ana, card, "remind-days", "3")
    assert "Thursday at 07:30" in changed.text
    await world.restart()
    assert (await ana.slash("journal remind")).text == changed.text


async def test_zones_are_suggested_with_their_clocks(world: World) -> None:
    ana = world.person("Ana")
    found = await ana.suggestions("journal remind", "zone", "santiago")
    assert [(each["name"], each["value"]) for each in found] == [("America/Santiago · 21:00", ZONE)]
    assert len(await ana.suggestions("journal remind", "zone", "")) == 25
    assert await ana.suggestions("journal remind", "zone", "zzzz") == []


BAD = [
    *(
        "nonsense",
        "25:00",
        "24:00",
        "\x00",
        "\ud800",
        "@everyone",
        "<@1>",
        "\u202e7:30\u202c\u202e",
    ),
    *("x" * 4001, "\u0001", "\u200b", "   ", "America", "../../etc/passwd", "localtime", "{time}"),
]


@pytest.mark.parametrize("typed", BAD)
async def test_what_cannot_be_read_is_refused_and_changes_nothing(world: World, typed: str) -> None:
    ana = await wants(world)
    before = await rows(world)
    if "7:30" not in typed:
        refused = await forge.command(ana, "journal remind", at=world.general, time=typed)
        assert "can't read that as a time" in refused.text
    refused = await forge.command(ana, "journal remind", at=world.general, zone=typed)
    assert "don't know that time zone" in refused.text
    assert refused.private
    refused = await forge.command(ana, "journal remind", at=world.general, time="8", zone=typed)
    assert "don't know that time zone" in refused.text
    assert "Every day at 07:30" in refused.text
    assert "everyone" not in refused.text
    assert await rows(world) == before


async def test_empty_options_are_options_left_out(world: World) -> None:
    ana = world.person("Ana")
    shown = await forge.command(ana, "journal remind", at=world.general, time="", zone="")
    assert "You have no reminders now" in shown.text


async def test_hidden_characters_do_not_make_a_time_unreadable(world: World) -> None:
    ana = await wants(world)
    card = await ana.slash("journal remind", time="\u200e9:\u200b05\u200f")
    assert "Every day at 09:05" in card.text


# -- one comes --------------------------------------------------------------------------------


async def test_it_comes_at_its_time_and_not_before(world: World) -> None:
    ana = await wants(world)
    await world.later(await due_at(world) - now(world) - 120)
    assert reminders(world, ana) == []
    await world.later(120)
    [message] = reminders(world, ana)
    assert OFFER in world.said(ana.user.dm_channel)
    assert names(message) == ["journal-write", "remind-later", "remind-stop"]
    [sent] = [
        each.json
        for each in world.env.http_requests
        if each.method == "POST" and each.path == f"/channels/{ana.user.dm_channel.id}/messages"
    ]
    assert sent["allowed_mentions"] == {"parse": []}


async def test_it_offers_and_neither_counts_nor_praises(world: World) -> None:
    """Law 6, after days with and without an answer."""
    ana = await wants(world)
    texts = set()
    for days in (1, 1, 5, 9):
        await world.later(days * DAY)
        await until_due(world)
        [message] = reminders(world, ana)
        texts.add(str([each["content"] for each in message.components if "content" in each]))
        await ana.click(message, "Not today")
    assert len(texts) == 1
    assert not re.search(r"\d|streak|again|!|row|miss", texts.pop())


async def test_looked_at_before_its_time_none_comes(world: World) -> None:
    ana = await wants(world)
    with world.env.time_context():
        await world.bot.worker.run(Todo(REMINDER, str(ana.id)))
    assert reminders(world, ana) == []
    [work] = await world.rows("SELECT due_at FROM work WHERE kind = 'reminder'")
    assert work["due_at"] == await due_at(world)
    await until_due(world)
    assert len(reminders(world, ana)) == 1


async def test_at_most_one_waits(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    for _ in range(4):
        await world.later(DAY)
    [message] = reminders(world, ana)
    assert "One waits in your DMs" in (await ana.slash("journal remind")).text
    await ana.click(message, "Not today")
    assert reminders(world, ana) == []
    await until_due(world)
    assert len(reminders(world, ana)) == 1


async def test_at_most_one_waits_across_restarts(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    for _ in range(3):
        await world.restart()
        await world.later(DAY)
    assert len(reminders(world, ana)) == 1


async def test_not_today_takes_it_down_and_says_when_the_next_comes(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    before = now(world)
    [message] = reminders(world, ana)
    answered = await ana.click(message, "Not today")
    assert answered.private
    assert f"<t:{await due_at(world)}:F>" in answered.text
    assert await due_at(world) > before + 20 * HOUR
    assert dms(world, ana) == []


async def test_writing_in_the_journal_answers_it(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    form = await ana.slash("journal write")
    await ana.fill(form, text="It was a long day.")
    await until_due(world)
    assert len(sent_to(world, ana)) == 2


async def test_its_button_opens_the_form_and_writing_there_answers_it(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    form = await ana.click(reminders(world, ana)[0], "Write")
    await world.later(DAY)
    assert len(sent_to(world, ana)) == 1, "a form that was only opened is no answer"
    await ana.fill(form, text="It was a long day.")
    await until_due(world)
    assert len(sent_to(world, ana)) == 2


async def test_what_answers_it_can_take_it_down(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    cog: Any = world.bot.get_cog("JournalCog")
    with world.env.time_context():
        await cog.parts.remind.answered(ana.id)
        await cog.parts.remind.answered(ana.id)
    assert reminders(world, ana) == []


async def test_several_people_have_their_own_times(world: World) -> None:
    ana, beto = await wants(world), await wants(world, "Beto", "8:30", "Europe/Berlin")
    await world.later(8 * HOUR)
    assert (len(reminders(world, ana)), len(reminders(world, beto))) == (0, 1)
    await world.later(3 * HOUR)
    assert (len(reminders(world, ana)), len(reminders(world, beto))) == (1, 1)


async def test_it_comes_in_the_language_in_which_dms_were_allowed(world: World) -> None:
    ana = await wants(world, locale="es-419")
    await until_due(world)
    [message] = reminders(world, ana)
    words = speak("es")
    said = world.said(ana.user.dm_channel)
    assert words("If you feel like writing, your journal is here.") in said
    card = await ana.slash("journal remind")
    assert words("Stop reminders") in card.labels
    stopped = await ana.click(message, words("Stop reminders"))
    assert words("Stopped.") in stopped.text
    assert dms(world, ana) == []


# -- stopping ---------------------------------------------------------------------------------


async def test_one_tap_on_the_card_stops_them(world: World) -> None:
    ana = await wants(world)
    card = await ana.slash("journal remind")
    stopped = await ana.click(card, "Stop reminders")
    assert "Stopped." in stopped.text
    assert "/journal remind" in stopped.text
    assert await rows(world) == []
    await world.later(2 * DAY)
    assert dms(world, ana) == []


async def test_one_tap_on_a_reminder_stops_them_and_takes_it_down(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    [message] = reminders(world, ana)
    stopped = await ana.click(message, "Stop reminders")
    assert stopped.private
    assert "Stopped." in stopped.text
    assert await rows(world) == []
    assert dms(world, ana) == []
    await world.later(2 * DAY)
    assert dms(world, ana) == []


async def test_stopping_on_the_card_takes_down_the_one_that_waits(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    await ana.click(await ana.slash("journal remind"), "Stop reminders")
    assert dms(world, ana) == []


async def test_they_stop_from_the_dm_after_a_restart(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    await world.restart()
    await ana.click(reminders(world, ana)[0], "Stop reminders")
    assert await rows(world) == []


async def test_stopped_ones_can_be_set_up_again(world: World) -> None:
    ana = await wants(world)
    await ana.click(await ana.slash("journal remind"), "Stop reminders")
    assert "You have no reminders now" in (await ana.slash("journal remind")).text
    await ana.slash("journal remind", time="8", zone=ZONE)
    await until_due(world)
    assert len(reminders(world, ana)) == 1


# -- stopped by the bot -----------------------------------------------------------------------


async def test_closed_dms_stop_them_at_the_second_time_and_it_is_told_once(world: World) -> None:
    ana = await wants(world)
    closed(world, ana)
    await until_due(world)
    assert [each["state"] for each in await rows(world)] == ["on"]
    await until_due(world)
    assert [each["state"] for each in await rows(world)] == ["off"]
    tries = len(sent_to(world, ana))
    await world.later(3 * DAY)
    assert len(sent_to(world, ana)) == tries == 2
    told = await ana.slash("journal remind")
    assert told.private
    assert STOPPED in told.text
    assert "closed" in told.text
    assert STOPPED not in (await ana.slash("journal remind")).text
    assert await rows(world) == []


@pytest.mark.parametrize(
    "command", ["journal tips", "journal write", "consent inbox", "reading browse", "help"]
)
async def test_the_next_command_tells_it_whichever_it_is(world: World, command: str) -> None:
    ana = await wants(world)
    await stopped(world, ana)
    public = world.messages(world.general)
    assert await tells(ana, command)
    assert await rows(world) == []
    assert not await tells(ana, command)
    assert len(world.messages(world.general)) == len(public)


async def test_what_discord_did_not_take_is_told_at_the_command_after(world: World) -> None:
    ana = await wants(world)
    await stopped(world, ana)
    world.env.inject_error("POST", "/webhooks/*", status=404, code=10015, times=None)
    assert not await tells(ana, "consent inbox")
    assert [each["state"] for each in await rows(world)] == ["off"]
    world.env.backend.faults.clear()
    assert await tells(ana, "consent inbox")
    assert await rows(world) == []


async def test_an_answer_about_reminders_that_got_lost_is_given_again(world: World) -> None:
    ana = await wants(world)
    await stopped(world, ana)
    for method in ("POST", "PATCH"):
        world.env.inject_error(method, "/webhooks/*", status=404, code=10015, times=None)
    await ana.slash("journal remind")
    assert "journal remind" in str(world.faults.drain())
    world.env.backend.faults.clear()
    assert STOPPED in (await ana.slash("journal remind")).text
    assert await rows(world) == []


async def stopped(world: World, person: Person) -> None:
    """Two in a row do not reach somebody."""
    closed(world, person)
    await until_due(world)
    await until_due(world)


async def tells(person: Person, command: str) -> bool:
    """Whether one of the answers to a command tells that reminders have stopped; all private."""
    world = person.world
    result = (await person.slash(command)).result
    answers = [
        world.fresh(each) for each in (result.response, *result.followups) if each is not None
    ]
    assert all(each.flags & (1 << 6) for each in answers)
    return any(STOPPED in str((each.content, each.components)) for each in answers)


async def test_dms_that_open_again_in_time_stop_nothing(world: World) -> None:
    ana = await wants(world)
    closed(world, ana, times=1)
    await until_due(world)
    await until_due(world)
    [message] = reminders(world, ana)
    await ana.click(message, "Not today")
    closed(world, ana, times=1)
    await until_due(world)
    assert [each["state"] for each in await rows(world)] == ["on"]


REFUSALS = {
    (403, 50007): True,
    (403, 50278): True,
    (403, 40003): False,
    (403, 50013): False,
    (404, 10003): False,
    (400, 50035): False,
    (429, 20028): False,
    (503, 0): False,
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
async def test_only_closed_dms_and_no_shared_server_count_as_closed(
    world: World, refusal: tuple[int, int]
) -> None:
    """ "Refused now" is not "refused for good": "too fast" (40003) is over in a while."""
    ana = await wants(world)
    closed(world, ana, status=refusal[0], code=refusal[1])
    await until_due(world)
    await until_due(world)
    assert (STOPPED in (await ana.slash("journal remind")).text) is REFUSALS[refusal]


async def test_a_dm_that_cannot_be_opened_counts_as_closed(world: World) -> None:
    await wants(world)
    world.bot._connection._private_channels_by_user.clear()
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await until_due(world)
    await until_due(world)
    assert [(each["state"], each["why"]) for each in await rows(world)] == [("off", "closed")]


async def test_none_comes_after_they_left_every_server(world: World) -> None:
    ana = await wants(world)
    world.env.backend.remove_member(world.guild.id, ana.id)
    await until_due(world)
    assert sent_to(world, ana) == []
    await world.later(2 * DAY)
    assert sent_to(world, ana) == []
    world.env.create_guild("Hillside").add_member(ana.user)
    told = await ana.dm("journal remind")
    assert STOPPED in told.text
    assert "no server together" in told.text


async def test_one_shared_server_is_enough(world: World) -> None:
    ana = await wants(world)
    world.moves_away(ana)
    await until_due(world)
    assert len(reminders(world, ana)) == 1


async def test_none_comes_after_they_stopped_dms(world: World) -> None:
    ana = await wants(world)
    await ana.slash("privacy dms", choice="stop")
    await until_due(world)
    await world.later(2 * DAY)
    assert sent_to(world, ana) == []
    told = await ana.slash("journal remind")
    assert STOPPED in told.text
    assert "don't allow me" in told.text


async def test_set_again_right_away_the_answer_tells_both(world: World) -> None:
    ana = await wants(world)
    await ana.slash("privacy dms", choice="stop")
    await until_due(world)
    card = await ana.slash("journal remind", time="9", zone=ZONE)
    assert STOPPED in card.text
    assert "Every day at 09:00" in card.text


async def test_erasing_everything_ends_them(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    await ana.click(await ana.slash("privacy erase"), "Erase everything")
    assert await rows(world) == []
    [message] = reminders(world, ana)
    await ana.click(message, "Not today")
    assert reminders(world, ana) == []


# -- late -------------------------------------------------------------------------------------


async def test_one_missed_while_the_bot_was_off_comes_late(world: World) -> None:
    ana = await wants(world)
    await off_for(world, await due_at(world) - now(world) + LATEST - 60)
    assert len(reminders(world, ana)) == 1


async def test_too_late_it_is_left_out_until_the_next(world: World) -> None:
    ana = await wants(world)
    due = await due_at(world)
    await off_for(world, due - now(world) + LATEST + 60)
    assert reminders(world, ana) == []
    assert await due_at(world) == due + DAY
    await until_due(world)
    assert len(reminders(world, ana)) == 1


async def test_a_late_one_does_not_come_in_the_quiet_hours(world: World) -> None:
    ana = await wants(world, time="21:45")
    due = await due_at(world)
    await off_for(world, due - now(world) + HOUR)
    assert reminders(world, ana) == []
    assert await due_at(world) == due + DAY


async def test_without_quiet_hours_a_late_one_comes_at_night(world: World) -> None:
    ana = await wants(world, time="21:45")
    await picks(ana, await ana.slash("journal remind"), "remind-quiet", "none")
    await off_for(world, await due_at(world) - now(world) + HOUR)
    assert len(reminders(world, ana)) == 1


# -- Discord fails ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("call", ["member", "dm", "message"])
async def test_what_discord_did_not_answer_is_tried_again(
    world: World, call: str, status: int
) -> None:
    """And is no failure of the person's."""
    ana = await wants(world)
    dm = ana.user.dm_channel.id
    world.bot._connection._private_channels_by_user.clear()
    method, path = {
        "member": ("GET", f"/guilds/{world.guild.id}/members/{ana.id}"),
        "dm": ("POST", "/users/@me/channels"),
        "message": ("POST", f"/channels/{dm}/messages"),
    }[call]
    world.env.inject_error(method, path, status=status, times=2)
    await until_due(world)
    assert reminders(world, ana) == []
    for pause in PAUSES[:2]:
        await world.later(pause)
    assert len(reminders(world, ana)) == 1
    [row] = await rows(world)
    assert (row["state"], row["failures"]) == ("on", 0)


async def test_when_discord_stays_silent_for_hours_it_is_left_out(world: World) -> None:
    ana = await wants(world)
    due = await due_at(world)
    path = f"/channels/{ana.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=500, times=None)
    await until_due(world)
    for pause in PAUSES:
        await world.later(pause)
    assert await due_at(world) == due + DAY
    [row] = await rows(world)
    assert (row["state"], row["failures"]) == ("on", 0)


async def test_a_server_that_does_not_answer_is_not_one_they_left(world: World) -> None:
    """Only one that says they are not there is."""
    other = world.env.create_guild("Hillside")
    ana = await wants(world)
    path = f"/guilds/{world.guild.id}/members/{ana.id}"
    world.env.inject_error("GET", path, status=500, times=1)
    await until_due(world)
    assert [each["state"] for each in await rows(world)] == ["on"]
    other.add_member(ana.user)
    world.env.inject_error("GET", path, status=500, times=None)
    await world.later(61)
    assert len(reminders(world, ana)) == 1


async def test_one_that_cannot_be_taken_down_goes_on_waiting(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    dm = ana.user.dm_channel.id
    world.env.inject_error("DELETE", f"/channels/{dm}/messages/*", status=500, times=1)
    [message] = reminders(world, ana)
    refused = await ana.click(message, "Not today")
    assert "couldn't take it down" in refused.text
    await world.later(DAY)
    assert len(reminders(world, ana)) == 1
    await ana.click(message, "Not today")
    assert reminders(world, ana) == []


async def test_stopping_counts_even_if_the_message_cannot_be_taken_down(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    dm = ana.user.dm_channel.id
    world.env.inject_error("DELETE", f"/channels/{dm}/messages/*", status=500, times=1)
    [message] = reminders(world, ana)
    stopped = await ana.click(message, "Stop reminders")
    assert "Stopped." in stopped.text
    assert await rows(world) == []
    await ana.click(message, "Not today")
    assert reminders(world, ana) == []


async def test_one_message_that_is_gone_already_is_no_trouble(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    dm = ana.user.dm_channel.id
    world.env.inject_error("DELETE", f"/channels/{dm}/messages/*", status=404, code=10008)
    answered = await ana.click(reminders(world, ana)[0], "Not today")
    assert "The next one comes" in answered.text


async def test_stopped_while_one_is_on_its_way_that_one_goes_again(world: World) -> None:
    ana = await wants(world)
    dm = ana.user.dm_channel.id
    request = world.bot.http.request

    async def stopping(route: Any, **more: Any) -> Any:
        answered = await request(route, **more)
        if (route.method, route.channel_id) == ("POST", dm):
            await world.bot.reminders.stop(ana.id)
        return answered

    world.bot.http.request = stopping  # type: ignore[method-assign]
    await until_due(world)
    assert len(sent_to(world, ana)) == 1
    assert reminders(world, ana) == []


async def test_one_person_s_trouble_does_not_hold_up_the_others(world: World) -> None:
    ana, beto = await wants(world), await wants(world, "Beto")
    closed(world, ana)
    await world.later(11 * HOUR)
    assert len(reminders(world, beto)) == 1


# -- stale and foreign ------------------------------------------------------------------------


async def test_menus_of_an_old_card_say_that_there_are_no_reminders(world: World) -> None:
    ana = await wants(world)
    cards = [await ana.slash("journal remind") for _ in range(3)]
    await ana.click(cards[0], "Stop reminders")
    for card, name, value in zip(
        cards[1:], ("remind-days", "remind-quiet"), ("1", "none"), strict=True
    ):
        refused = await picks(ana, card, name, value)
        assert refused.private
        assert "You have no reminders now" in refused.text
    assert await rows(world) == []


async def test_stop_on_an_old_card_is_no_trouble(world: World) -> None:
    ana = await wants(world)
    first, second = [await ana.slash("journal remind") for _ in range(2)]
    await ana.click(first, "Stop reminders")
    assert "Stopped." in (await ana.click(second, "Stop reminders")).text


async def test_an_old_card_changes_only_what_is_chosen_on_it(world: World) -> None:
    ana = await wants(world)
    old = await ana.slash("journal remind")
    await ana.slash("journal remind", time="9", zone="Europe/Berlin")
    card = await picks(ana, old, "remind-days", "5")
    assert "Saturday at 09:00 (Europe/Berlin)." in card.text


async def test_a_reminder_pressed_twice_is_answered_twice(world: World) -> None:
    ana = await wants(world)
    await until_due(world)
    [message] = reminders(world, ana)
    stored = world.env.backend.get_message(message.channel_id, message.id)
    await ana.click(message, "Not today")
    before = await rows(world)
    again = await forge.press(
        ana, f"firsthand:remind-later:{ana.id}", at=ana.user.dm_channel, on=stored
    )
    assert "The next one comes" in again.text
    assert await rows(world) == before


@pytest.mark.parametrize("name", ["remind-stop", "remind-later"])
async def test_what_is_somebody_else_s_cannot_be_pressed(world: World, name: str) -> None:
    ana, mod = await wants(world), world.moderator("Mod")
    await until_due(world)
    before = await rows(world)
    for key in (ana.id, "", "x", "0", "9" * 40):
        refused = await forge.press(mod, f"firsthand:{name}:{key}", at=world.general)
        assert refused.private
        assert "can't find that" in refused.text
    assert await rows(world) == before
    assert len(reminders(world, ana)) == 1


async def test_forged_choices_change_nothing(world: World) -> None:
    ana = await wants(world)
    before = await rows(world)
    for name, values in (
        ("remind-days", ["7"]),
        ("remind-days", []),
        ("remind-days", ["\ud800", "x"]),
        ("remind-quiet", ["0-1440"]),
        ("remind-quiet", []),
        ("remind-quiet", ["none", "1320-420"]),
    ):
        refused = await forge.choose(ana, f"firsthand:{name}:", *values, at=world.general)
        assert refused.private
        assert "can't find that" in refused.text
    assert await rows(world) == before


async def test_others_menus_change_only_their_own(world: World) -> None:
    await wants(world)
    before = await rows(world)
    beto = world.person("Beto")
    refused = await forge.choose(beto, "firsthand:remind-days:", "1", at=world.general)
    assert "You have no reminders now" in refused.text
    assert await rows(world) == before


async def test_not_today_whose_answer_was_lost_can_be_pressed_again(world: World) -> None:
    """Discord took the reminder down and never said so: there is nothing else left to press."""
    ana = await wants(world)
    await until_due(world)
    [message] = reminders(world, ana)
    path = f"/channels/{message.channel_id}/messages/{message.id}"
    world.env.inject_error("DELETE", path, status=500, times=1)
    refused = await ana.click(message, "Not today")
    assert "press it once more" in refused.text
    world.env.backend.delete_message(message.channel_id, message.id)
    again = await ana.click(refused, "Not today")
    assert "The next one comes" in again.text
    assert [row["message_id"] for row in await rows(world)] == [None]
