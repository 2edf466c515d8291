"""What must hold of shelves once everything has come to rest."""

from __future__ import annotations

from tests.wire.stage import Stage


async def shelves_are_whole(stage: Stage) -> list[str]:
    """Everything on a shelf opens, and stands there once."""
    wrong: list[str] = []
    for person in (stage.ana, stage.beto, stage.carla, stage.mara):
        shelf = await stage.world.bot.shelves.shelf(person.id)
        if shelf.closed:
            wrong.append("something on a shelf does not open")
        if len(shelf.marks) != len(shelf.kept):
            wrong.append("something stands on a shelf twice")
    return wrong
