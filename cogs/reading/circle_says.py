"""What is said about reading circles: publicly in the server's language, privately in one's own."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot import places, zones
from bot.reading import circle_rules as rules
from bot.reading.circle_matter import Matter
from bot.reading.circle_rules import News, State
from bot.reading.circles import Circle
from bot.reading.when import LEAST, MOST, Fault, Reading, Understood
from bot.replies import Card, button, literal, message_link, moment, named, row
from bot.text import JOINT, shorten
from bot.words import N_, Words
from bot.work.posts import Post
from cogs.reading.says import block, fitted, listed

Parts = list[str | ui.Item[Any]]

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_FAULTS = {
    Fault.UNCLEAR: N_("I can't read that. Write it like 28 Nov 19:00, or Saturday 6:30 pm."),
    Fault.NO_TIME: N_("The time is missing. Write it like 28 Nov 19:00, or Saturday 6:30 pm."),
    Fault.TWO_DATES: N_("That may be two different dates. Write the month as a word: 5 Nov."),
    Fault.NO_SUCH_DAY: N_("There is no such day in the calendar."),
    Fault.OTHER_WEEKDAY: N_("That date is another day of the week. Please leave one of them out."),
    Fault.SKIPPED: N_("Clocks go forward over {time} that day. Choose a time after that."),
    Fault.SOON: N_("That is too soon: leave at least {minutes} minutes, so that people see it."),
    Fault.FAR: N_("That is too far away: {days} days ahead at most."),
}
#: For works without questions of their own.
_QUESTIONS = (
    N_("What stayed with you, and why that?"),
    N_("Where did you disagree, and what would the other side answer?"),
    N_("What would we do differently if we took this seriously?"),
)
_NEWS = {
    News.SOON: N_("The reading circle {title} begins {soon}, at {when}: {thread}"),
    News.MOVED: N_("The reading circle {title} has another time: {when}. {thread}"),
    News.CANCELLED: N_("The reading circle {title} was cancelled. It would have been at {when}."),
    News.FAILED: N_(
        "Nothing came of the reading circle {title} that you wanted to start: Discord didn't let "
        "me post all of it, so I took back what there was. /rules check shows what I lack."
    ),
}
#: Characters, so that a card takes it whatever has to be escaped.
_WHY, _FIND, _TITLE = 700, 300, 150
#: Discord's limits for events and threads.
_NAME, _DESCRIPTION = 100, 1000


# -- times ----------------------------------------------------------------------------------------


def understood(words: Words, found: Understood, zone: str) -> str:
    """A time as it was understood, in plain words: the last thing to check before it is public.

    What stands before the zone can be read again (`bot.suggestions`).
    """
    local, place = found.local, zones.place(zone).rpartition("/")[2]
    said = words(
        "{weekday} {day} {month} {year}, {time}",
        weekday=words(WEEKDAYS[local.weekday()]),
        day=local.day,
        month=words(MONTHS[local.month - 1]),
        year=local.year,
        time=f"{local:%H:%M}",
    )
    said += JOINT + (place if place == "UTC" else words("{place} time", place=place))
    return words("{when} (the first of two)", when=said) if found.twice else said


def not_understood(words: Words, found: Reading) -> str:
    """Why a time is not taken, and what to write instead."""
    time = "" if found.understood is None else f"{found.understood.local:%H:%M}"
    fault = _FAULTS[found.fault or Fault.UNCLEAR]
    return words(fault, time=time, minutes=LEAST // 60, days=MOST // rules.DAY)


# -- in public ------------------------------------------------------------------------------------


def heading(words: Words, matter: Matter) -> str:
    """The circle's name, as the event and the thread bear it."""
    return shorten(words("Reading circle: {title}", title=matter.title), _NAME)


def questions(words: Words, matter: Matter) -> list[str]:
    """What is asked in the thread, a message each."""
    return [literal(each) for each in matter.questions or tuple(map(words, _QUESTIONS))]


def post_texts(words: Words, circle: Circle, matter: Matter | None, host: str | None) -> list[str]:
    """What stands in the post.

    `matter` None: the work has left the list since. `host`: what they are called, None: not known.
    """
    head = words("**Reading circle**") if matter is None else f"**{_headline(words, matter)}**"
    if circle.state is State.CANCELLED:
        if circle.thread_id is None:
            return [head, words("It was cancelled.")]
        return [head, words("It was cancelled. What was written in the thread stays.")]
    when = moment(circle.starts_at, "F")
    if circle.state is State.OVER:
        return [head, words("It was {when}. What was written in the thread stays.", when=when)]
    soon = moment(circle.starts_at, "R")
    texts = [head]
    if matter is not None:
        texts += [
            literal(shorten(matter.by, _TITLE)),
            literal(shorten(matter.why, _WHY)),
            block(words("How to find it"), shorten(matter.find, _FIND)) if matter.find else "",
        ]
    texts.append(words("**When:** {when} ({soon})", when=when, soon=soon))
    if circle.named:
        texts.append(words("Started by {person}", person=named(circle.host_id, host)))
    texts.append(
        "-# "
        + words(
            "The questions are in the thread of this message. Everybody who can see this channel "
            "can read the thread. If you join, I remind you once, an hour before; I show nobody "
            "who joined. Discord shows who writes in the thread, and who presses *Interested* on "
            "the event."
        )
    )
    return fitted([each for each in texts if each])


async def host(guild: discord.Guild | None, circle: Circle) -> str | None:
    """What whoever started a circle is called now, if they are named."""
    if not circle.named:
        return None
    return (await places.names(guild, [circle.host_id])).get(circle.host_id)


def post(words: Words, circle: Circle, matter: Matter | None, host: str | None) -> Card:
    """The post that opens a circle, and on which people join."""
    texts = post_texts(words, circle, matter, host)
    if circle.state in (State.CANCELLED, State.OVER):
        return Card(*texts)
    return Card(
        *texts,
        row(
            button(words("Join"), "circle-join", circle.id, discord.ButtonStyle.primary),
            button(words("Leave"), "circle-leave", circle.id),
            button(words("Change"), "circle-change", circle.id),
        ),
    )


def description(words: Words, post: Post, matter: Matter) -> str:
    """What stands in Discord's event."""
    return shorten(
        words(
            "We read it and talk about it in the thread {thread}. To be reminded, press Join on "
            "the message it hangs on. {why}",
            thread=f"<#{post.message_id}>",
            why=matter.why,
        ),
        _DESCRIPTION,
    )


def place(post: Post) -> str:
    """The thread's address, also before there is one: it has the post's id."""
    return f"https://discord.com/channels/{post.guild_id}/{post.message_id}"


def thread(circle: Circle) -> str:
    """The thread, as Discord shows it by name."""
    return f"<#{circle.thread_id}>"


# -- in private -----------------------------------------------------------------------------------


def preview(
    words: Words,
    public: Words,
    circle: Circle,
    matter: Matter,
    when: str,
    *,
    zoned: bool,
    hidden: bool,
) -> Parts:
    """What its host sees before anything is public.

    `when`: how the time was understood; `zoned`: a zone was chosen; `hidden`: not everybody in the
    server can see the channel.
    """
    channel = f"<#{circle.channel_id}>"
    time = words(
        "**When:** {when}. On your clock: {here}", when=when, here=moment(circle.starts_at, "F")
    )
    if not zoned:
        time += "\n" + words(
            "You named no time zone, so I took UTC. For another one, use the command again with "
            "`zone`."
        )
    becomes = words(
        "**What becomes public:** whoever can see {channel} reads the post and the thread, and the "
        "whole server sees the event: its title, its time and a link to the thread. Post, thread "
        "and event are mine, and name nobody unless you press *Post it with my name*. You are in "
        "it yourself, and leave it like everybody. Below the post, *Change* moves or cancels it.",
        channel=channel,
    )
    if hidden:
        becomes += "\n" + words(
            "Not everybody in this server can see {channel}; the event is shown to them, too.",
            channel=channel,
        )
    return fitted(
        [
            words(
                "Nothing is public yet. This is what I would post in {channel}:", channel=channel
            ),
            "\n".join(post_texts(public, circle, matter, None)),
            listed(words("And in its thread, one message each"), questions(public, matter)),
            time,
            becomes,
            row(
                button(words("Post it"), "circle-post", circle.id, discord.ButtonStyle.primary),
                button(words("Post it with my name"), "circle-post-named", circle.id),
                button(words("Never mind"), "never-mind"),
            ),
        ]
    )


def news(words: Words, circle: Circle, matter: Matter | None, what: News) -> str:
    """What somebody who joined is told."""
    return words(
        _NEWS[what],
        title="" if matter is None else f"**{literal(shorten(matter.title, _TITLE))}**",
        when=moment(circle.starts_at, "F"),
        soon=moment(circle.starts_at, "R"),
        thread=thread(circle),
    )


def post_link(circle: Circle) -> str:
    """The message that the thread hangs on."""
    return message_link(circle.guild_id, circle.channel_id, circle.thread_id or 0)


def _headline(words: Words, matter: Matter) -> str:
    return words("Reading circle: {title}", title=literal(shorten(matter.title, _TITLE)))
