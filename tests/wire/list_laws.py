"""What must hold of a server's own list once everything has come to rest."""

from __future__ import annotations

from bot.reading import ANSWERED
from bot.reading.suggestions import State
from tests.wire.stage import Stage


async def lists_are_whole(stage: Stage) -> list[str]:
    """Everything opens, and whoever is named still stands with their own words."""
    world, wrong = stage.world, list[str]()
    here = f"guild_id = {stage.guild.id}"
    works = await world.rows(f"SELECT id FROM reading_works WHERE {here}")
    opened = await world.bot.server_lists.everything(stage.guild.id)
    if {row["id"] for row in works} != {each.id for each in opened}:
        wrong.append("a work on the list does not open")
    wrong += [
        "somebody is named with words that are not theirs"
        for each in opened
        if each.named_id and stage.because not in each.entry.why.values()
    ]
    rows = await world.rows(f"SELECT * FROM reading_suggestions WHERE {here}")
    mine = {
        each.id
        for person in (stage.ana, stage.beto, stage.carla, stage.mara)
        for each in await world.bot.suggesting.mine(person.id, stage.guild.id)
    }
    if mine != {row["id"] for row in rows if row["state"] == State.OPEN}:
        wrong.append("a suggestion does not open")
    answered = {(row["id"], row["person_id"]) for row in rows if row["state"] != State.OPEN}
    notices = await world.rows(f"SELECT * FROM notices WHERE {here} AND topic = '{ANSWERED.name}'")
    if answered != {(row["key"], row["person_id"]) for row in notices}:
        wrong.append("an answer is told to nobody, or to somebody else")
    for its_id, person_id in answered:
        if await world.bot.suggesting.answer(its_id, person_id) is None:
            wrong.append("an answer does not open")
    return wrong
