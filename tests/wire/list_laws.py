"""What must hold of a server's own list once everything has come to rest."""

from __future__ import annotations

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
    for person in (stage.ana, stage.beto, stage.carla, stage.mara):
        states = [row["state"] for row in rows if row["person_id"] == person.id]
        mine = await world.bot.suggesting.mine(person.id, stage.guild.id)
        answers = await world.bot.suggesting.answers(person.id, stage.guild.id)
        if (len(mine), len(mine) + len(answers)) != (states.count(State.OPEN), len(states)):
            wrong.append("a suggestion does not open")
    return wrong
