"""`/journal tips`: six tips for writing, and the command that helps with each."""

from __future__ import annotations

from bot.journal import prompts
from bot.replies import Interaction, answer, button, row, words_for
from bot.words import N_
from cogs.journal.letters import Letters

#: The command that helps with each of the six tips.
_HELP = {
    "slow": N_(
        "/journal share takes a day before anybody reads. /journal remind reminds you later."
    ),
    "internal": N_("/journal passphrase closes your journal to everybody else."),
    "write": N_("/journal write, with a question to begin from or without."),
    "read": N_(
        "/reading next has one thing to read. /journal read and /journal search, for what you "
        "thought before."
    ),
    "listen": N_("/journal write keeps what somebody told you, in your own words."),
    "comrades": N_("/journal share asks your friend first whether they are up for it."),
}


class Tips:
    """The tips, with what the writer lets happen to direct messages below them."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters

    async def show(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        tips = prompts.tips(words.language)
        await answer(
            interaction,
            *(f"**{tip.name}**\n{tip.text}\n-# {words(_HELP[tip.id])}" for tip in tips),
            row(button(words("Write"), "journal-write")),
            words("What you write to me in a DM:"),
            row(await self.letters.habit_menu(words, interaction.user.id)),
        )
