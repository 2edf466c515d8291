"""What Discord does not let the bot do, and who can mend it: what all families say alike."""

from __future__ import annotations

from typing import NamedTuple

from bot.words import N_, Words

#: Discord's code: the server wants two-factor authentication of the account that owns the bot.
TWO_FACTOR = 60003
#: Permissions, by discord.py's name: what Discord calls them.
PERMISSION_NAMES = {
    "view_channel": N_("View Channels"),
    "send_messages": N_("Send Messages"),
    "send_messages_in_threads": N_("Send Messages in Threads"),
    "read_message_history": N_("Read Message History"),
    "manage_channels": N_("Manage Channels"),
    "manage_roles": N_("Manage Roles"),
    "manage_permissions": N_("Manage Permissions"),
    "manage_messages": N_("Manage Messages"),
    "create_public_threads": N_("Create Public Threads"),
    "create_events": N_("Create Events"),
}
_NEEDS_TWO_FACTOR = N_(
    "This server asks two-factor authentication of everybody who manages it, and the people who "
    "run me have not switched it on for the account I belong to. They can do that; nothing else "
    "is missing."
)
_TIMED_OUT = N_(
    "Somebody who moderates this server has put me in time-out until {when}. I keep trying, and it "
    "is done as soon as that is over."
)


class Problem(NamedTuple):
    """Why something cannot be done. `lasts`: trying again changes nothing until somebody acts."""

    message: str
    lasts: bool = True
    permission: str = ""
    code: str = ""
    #: A category's name, ready to be shown.
    where: str = ""
    #: When it is over, where that is known.
    until: int = 0

    def text(self, words: Words) -> str:
        """What to say about it: the permission or limit, and who can mend it."""
        permission = words(PERMISSION_NAMES[self.permission]) if self.permission else ""
        return words(
            self.message,
            permission=permission,
            code=self.code,
            where=self.where,
            when=f"<t:{self.until}:f>",
        )


NEEDS_TWO_FACTOR = Problem(_NEEDS_TWO_FACTOR)


def timed_out(until: int) -> Problem | None:
    """In a time-out all permissions seem to be missing, and none has to be given.

    `until`: when it is over (seconds UTC); 0, if there is none.
    """
    return Problem(_TIMED_OUT, lasts=False, until=until) if until else None
