"""Who is in the simulated server, where they talk, and what was said before you came.

Plain data and nothing else: the hub builds a world from it, the page draws it, the tests read it.
The people have a name and one line about what they do. They have no other attributes, here as in
the bot.
"""

from __future__ import annotations

from dataclasses import dataclass

SERVER = "Riverside Mutual Aid"
BOT_NAME = "Firsthand"
# The page's name for the conversation between a person and the bot.
DM = "dm"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody you can be."""

    key: str
    name: str
    about: str
    colour: str
    locale: str = "en-US"
    moderates: bool = False
    # Discord's own setting "allow direct messages", off: the bot's messages then fail with 50007.
    dms_closed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A text channel. ``moderators_only`` channels are hidden from everybody else."""

    key: str
    topic: str
    moderators_only: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was there before you came. ``{ana}`` in the text becomes a mention of Ana."""

    place: str
    person: str
    hours_ago: float
    text: str


PEOPLE: tuple[Person, ...] = (
    Person("ana", "Ana", "Cooks on Tuesdays", "#e8a33d"),
    Person("beto", "Beto", "At every assembly", "#5b9bd5"),
    Person("cass", "Cass", "Moderates this server", "#b083d6", moderates=True),
    Person("dede", "Dede", "Uses Discord in Spanish", "#6bbf7a", locale="es-419"),
    Person("emil", "Emil", "Direct messages closed", "#e07a6e", dms_closed=True),
)

PLACES: tuple[Place, ...] = (
    Place("announcements", "Dates, and every change to the rules"),
    Place("general", "Anything that needs a hand"),
    Place("assembly", "Thursdays at 19:00, in the hall and here"),
    Place("kitchen", "Tuesdays, forty portions"),
    Place("doorbell", "A quiet place for the bot to ring"),
    Place("moderators", "Only moderators see this channel", moderators_only=True),
)

SAID: tuple[Said, ...] = (
    Said(
        "announcements",
        "cass",
        26,
        "Assembly is on Thursday at 19:00, in the hall and online. Can't come? Send your words.",
    ),
    Said("kitchen", "ana", 25, "Forty portions on Tuesday. We are two big pots short."),
    Said("kitchen", "dede", 24.6, "Tengo una olla grande. La llevo el martes en la camioneta."),
    Said("kitchen", "ana", 24.5, "Gracias! That leaves one."),
    Said(
        "assembly",
        "cass",
        22,
        "For Thursday so far: 1. kitchen days, 2. the van, 3. how we welcome new people.",
    ),
    Said("assembly", "beto", 21.8, "I'll be there from the start and can take notes."),
    Said(
        "general", "emil", 5.2, "Hello! First week here. Is there somewhere I can help on Saturday?"
    ),
    Said(
        "general",
        "cass",
        5,
        "Welcome, Emil. The van leaves at ten, Dede always wants a second pair of hands.",
    ),
    Said("general", "dede", 4.9, "Siempre!"),
    Said(
        "general",
        "beto",
        1.4,
        "About the kitchen: {ana} is fine with moving it to Fridays, and so is everyone who cooks.",
    ),
    Said("moderators", "cass", 20, "Note to self: look at `/rules show` before Thursday."),
)


def person(key: str) -> Person | None:
    """The person with this key, or ``None``."""
    return next((someone for someone in PEOPLE if someone.key == key), None)
