"""What members and curators do with a server's own list, for tests that tell it in sentences."""

from __future__ import annotations

from typing import Any

from tests.world import Answer, Person

TERMS = {
    "term-form": ["book"],
    "term-tradition": ["anarchist"],
    "term-topic": ["affinity", "trust"],
}
WORK = """
[[work]]
id = "{id}"
title = "{title}"
makers = ["Ana Ruiz"]
year = 1998
form = "book"
tradition = "anarchist"
topics = ["affinity"]
why = "It asks what we do for each other."
find = "Any library."
"""


def a_work(title: str = "Bread and Roads", its_id: str = "bread") -> str:
    """A work in a file."""
    return WORK.format(title=title, id=its_id)


async def suggests(
    person: Person, title: str = "Bread and Roads", *, at: Any = None, **fields: Any
) -> Answer:
    """Suggest a work with the form; the answer to it."""
    form = await person.slash("reading suggest", at=at)
    if form.form is None:
        form = await person.click(form, id="firsthand:suggest:")
    values = {
        "title": title,
        "made": "Ana Ruiz, 1998",
        "why": "It asks what we do for each other.",
        "find": "Any library.",
        **fields,
    }
    return await person.fill(form, **values)


def ids_on(answer: Answer, name: str) -> list[str]:
    """The ids of the controls on an answer that are called like this."""
    found = [each["custom_id"] for each in answer.controls]  # type: ignore[attr-defined]
    return [each for each in found if each.startswith(f"firsthand:{name}:")]


async def presses(person: Person, on: Answer, name: str, number: int = 0) -> Answer:
    """Press a control that is called like this."""
    return await person.click(on, id=ids_on(on, name)[number])


async def looks_at(curator: Person, number: int = 0) -> Answer:
    """Open one of the suggestions on the first page."""
    return await presses(curator, await curator.slash("reading review"), "review-one", number)


async def accepts(curator: Person, card: Answer | None = None) -> Answer:
    """Put the first suggestion on the list."""
    form = await presses(curator, card or await looks_at(curator), "review-accept")
    return await curator.fill(form, **TERMS)


async def declines(
    curator: Person, reason: str = "We have it.", card: Answer | None = None
) -> Answer:
    form = await presses(curator, card or await looks_at(curator), "review-decline")
    return await curator.fill(form, reason=reason)


async def edits(curator: Person, card: Answer, name: str, **changes: str) -> Answer:
    """Change some of the words that a form shows, and leave the others."""
    form = await presses(curator, card, name)
    assert form.form is not None, form
    fields = [label["component"] for label in form.form["components"]]
    values = {field["custom_id"]: field.get("value") or "" for field in fields}
    return await curator.fill(form, **{**values, **changes})


async def opens_work(curator: Person, title: str = "") -> Answer:
    """Open the first work on the list with this in its title, to look after it."""
    listed = await presses(curator, await curator.slash("reading review"), "review-works")
    menu = next(e for e in listed.controls if "review-choose" in e["custom_id"])  # type: ignore[attr-defined]
    wanted = next(each for each in menu["options"] if title in each["label"])
    return await curator.choose(listed, wanted["value"], id=menu["custom_id"])


async def sends(curator: Person, text: str | bytes, name: str = "list.toml") -> Answer:
    """Send a file of works; what it would change."""
    content = text.encode() if isinstance(text, str) else text
    return await curator.slash("reading review", file=(name, content))


async def brings_in(curator: Person, text: str) -> Answer:
    return await presses(curator, await sends(curator, text), "list-import")


async def exports(curator: Person) -> dict[str, str]:
    """The files of the list, by their names."""
    answer = await presses(curator, await curator.slash("reading review"), "list-export")
    return {name: data.decode() for name, data in answer.files.items()}


async def titles(person: Person) -> list[str]:
    """What stands on the server's own list, in order."""
    world = person.world
    return [each.title for each in await world.bot.server_lists.items(world.guild.id)]
