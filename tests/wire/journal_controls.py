"""How the controls of journals are reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.journal.service import Draft
from cogs.journal.writing import GONE
from tests.wire import diary as d
from tests.wire.flows import letters, reminding
from tests.wire.reach import By, For, Reach
from tests.wire.stage import Stage

NO_MESSAGE = "That message is not here any more, so there is nothing to keep."


def entry(stage: Stage) -> str:
    return stage.memory.get("entry", "X")


def revision(stage: Stage) -> str:
    """An entry as it was when its form was opened."""
    return f"{entry(stage)}.1"


def message(stage: Stage) -> str:
    """The direct message that Ana wrote last."""
    found = [each for each in d.dms(stage.ana) if each.author_id == stage.ana.id]
    return str(found[-1].id) if found else "X"


def me(stage: Stage) -> str:
    return str(stage.ana.id)


def nothing(_: Stage) -> str:
    return ""


def share(stage: Stage) -> str:
    return d.share_id(stage)


def second_look(stage: Stage) -> str:
    """A share, and the entry as it was when its writer looked at it again."""
    return f"{d.share_id(stage)}.1"


def brought(stage: Stage) -> Any:
    """The message in the friend's DM."""
    return next(iter(d.in_friends_dm(stage)), None)


async def asked(stage: Stage) -> None:
    """Ana wrote to the bot, and is asked whether to keep it."""
    await d.speaks(stage)
    await d.sends(stage, stage.letter)


async def changed(stage: Stage) -> None:
    """Ana has changed a message that is in her journal."""
    await letters.letter_kept(stage)
    await stage.ana.user.edit(stage.memory["message"], stage.changed)


async def several(stage: Stage) -> None:
    await d.kept(stage)
    for number in range(6):
        await stage.world.bot.journal.write(stage.ana.id, Draft(f"Evening {number}", "Rain"))


_WRITTEN = {"title": lambda s: s.title, "text": lambda s: s.changed}
_SET = {"passphrase-new": lambda s: s.passphrase, "passphrase-again": lambda s: s.passphrase}
_TYPED = {"passphrase": lambda s: s.passphrase}
#: An entry of one's own; to everybody else it is as if it did not exist.
_MINE = {"everywhere": True, "unknown": GONE}
_LETTER = {"everywhere": True, "in_dm": True, "unknown": NO_MESSAGE}
JOURNAL_CONTROLS: Mapping[str, Reach] = {
    "journal-open": Reach(For.ONE, entry, d.kept, **_MINE),
    "journal-choose": Reach(For.ONE, nothing, d.kept, By.MENU, values=(entry,), **_MINE),
    "journal-edit": Reach(For.ONE, entry, d.kept, **_MINE),
    "journal-edited": Reach(For.ONE, revision, d.kept, By.FORM, fields=_WRITTEN, **_MINE),
    "journal-delete": Reach(For.ONE, entry, d.kept, **_MINE),
    "journal-delete-now": Reach(For.ONE, entry, d.kept, **_MINE),
    "letter-keep": Reach(For.ONE, message, asked, **_LETTER),
    "letter-always": Reach(For.ONE, message, asked, **_LETTER),
    "letter-change": Reach(For.ONE, message, changed, **_LETTER),
    "remind-stop": Reach(For.ONE, me, reminding.came, everywhere=True),
    "remind-later": Reach(For.ONE, me, reminding.came, everywhere=True),
    "share-look": Reach(For.ONE, share, d.rested, everywhere=True),
    "share-still": Reach(For.ONE, second_look, d.rested, everywhere=True),
    "share-drop": Reach(For.ONE, share, d.shared, everywhere=True),
    "share-back": Reach(For.ONE, share, d.given, everywhere=True),
    "share-yes": Reach(For.ONE, share, d.asked, person="beto", everywhere=True),
    "share-later": Reach(For.ONE, share, d.asked, person="beto", everywhere=True),
    "share-no": Reach(For.ONE, share, d.asked, person="beto", everywhere=True),
    "share-never": Reach(For.ONE, share, d.asked, person="beto", everywhere=True),
    "share-remove": Reach(
        For.ONE, share, d.given, person="beto", everywhere=True, in_dm=True, on=brought
    ),
    "journal-shared": Reach(
        For.WRITER, entry, d.friends, By.FORM, fields={"friend": lambda s: [str(s.beto.id)]}
    ),
    "journal-share": Reach(For.WRITER, entry, d.friends),
    "journal-shares": Reach(For.WRITER, lambda s: "0", d.shared),
    "journal-write": Reach(For.WRITER, nothing, d.kept),
    "journal-written": Reach(For.WRITER, nothing, d.kept, By.FORM, fields=_WRITTEN),
    "journal-keep": Reach(For.WRITER, lambda s: "new.", d.kept),
    "journal-keep-locked": Reach(For.WRITER, lambda s: "new.", d.closed),
    "journal-page": Reach(For.WRITER, lambda s: "-", several),
    "journal-unlock": Reach(For.WRITER, nothing, d.closed),
    "journal-unlocked": Reach(For.WRITER, nothing, d.closed, By.FORM, fields=_TYPED),
    "journal-set-passphrase": Reach(For.WRITER, nothing, d.kept),
    "journal-passphrase-set": Reach(For.WRITER, nothing, d.kept, By.FORM, fields=_SET),
    "journal-remove-passphrase": Reach(For.WRITER, nothing, d.closed),
    "journal-passphrase-removed": Reach(For.WRITER, nothing, d.closed, By.FORM, fields=_TYPED),
    "journal-erase": Reach(For.WRITER, nothing, d.closed),
    "letter-no": Reach(For.WRITER, nothing, asked, in_dm=True),
    "letter-never": Reach(For.WRITER, nothing, asked, in_dm=True),
    "letter-habit": Reach(For.WRITER, nothing, asked, By.MENU, values=(lambda s: "always",)),
    "remind-days": Reach(For.WRITER, nothing, d.reminded, By.MENU, values=(lambda s: "5",)),
    "remind-quiet": Reach(For.WRITER, nothing, d.reminded, By.MENU, values=(lambda s: "none",)),
    "remind-dms": Reach(For.WRITER, nothing, d.reminded),
}
