"""`/rules try`: what noticing would say about a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import faults, text
from bot.governance.rules import RULES
from bot.noticing.telling import marked, reason
from bot.replies import Interaction, Refused, answer, literal, words_for
from cogs.rules.says import value_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Characters of a text to try: as many as a message may have.
TRY_LIMIT = 4000


class Trying:
    """Open to everybody. Nothing of the text is kept."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def command(self, interaction: Interaction, typed: str) -> None:
        words, cleaned = words_for(interaction), text.clean(typed)
        wrong = text.fault(cleaned, TRY_LIMIT)
        if wrong is not None:
            raise Refused(faults.fault(words, wrong, TRY_LIMIT))
        # Imported here: a start does not need it, and most servers never do.
        from bot.noticing.detector import notice

        found = notice(cleaned)
        if not found.speaks_for:
            parts = [words("Noticing would say nothing: it sees nobody spoken for in this text.")]
            if "<@" not in cleaned:
                parts.append(
                    words(
                        "It only looks at what mentions a person or a role, with an @ from the "
                        "list."
                    )
                )
        else:
            who = ", ".join(
                f"<@&{each}>" if f"<@&{each}>" in cleaned else f"<@{each}>" for each in found.ids
            )
            parts = [
                words("Noticing would say that this speaks for {who}.", who=text.shorten(who, 600))
            ]
            if found.span is not None:
                parts.append(
                    words("The words that tell it are bold:")
                    + f"\n> {marked(cleaned, found.span, literal)}"
                )
            parts.append(words("Why: {reason}", reason=reason(words, found.why)))
        if interaction.guild_id is not None:
            charter = await self.bot.governance.charter(interaction.guild_id)
            rule = RULES["noticing"]
            parts.append(
                "-# "
                + words(
                    "Noticing in this server: {mode}. I keep nothing of your text.",
                    mode=value_in_words(words, rule, charter.noticing),
                )
            )
        else:
            parts.append("-# " + words("I keep nothing of your text."))
        await answer(interaction, *parts)
