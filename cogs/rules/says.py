"""What the rules say: a value, and a change, as people read them."""

from __future__ import annotations

from bot.governance.rules import RULES, Kind, Rule, channel_ids
from bot.governance.service import Change
from bot.words import Words

_LANGUAGES = {"en": "English", "es": "Español"}


def value_in_words(words: Words, rule: Rule, value: str) -> str:
    """A rule's value as people read it."""
    if rule.kind in (Kind.CHANNEL, Kind.CHANNELS, Kind.CATEGORY, Kind.ROLE):
        return ", ".join(mention(rule, each) for each in channel_ids(value)) or words("none chosen")
    if rule.name == "language":
        return _LANGUAGES[value]
    if rule.name in ("longest_consent", "rest_days"):
        return words.n("{n} day", "{n} days", int(value))
    if rule.name == "share_pause":
        return words.n("{n} day", "{n} days", int(value) // 24)
    return value


def mention(rule: Rule, named: int) -> str:
    """A channel, category or role that a rule names, as Discord shows it. It calls nobody."""
    return f"<@&{named}>" if rule.kind is Kind.ROLE else f"<#{named}>"


def change_in_words(words: Words, change: Change) -> str:
    """Who changed what, from what to what."""
    rule = RULES[change.name]
    author = (
        f"<@{change.author_id}>" if change.author_id else words("Somebody who erased their data")
    )
    return words(
        "{author} changed **{rule}** from {before} to {after}.",
        author=author,
        rule=words(rule.label),
        before=value_in_words(words, rule, change.before_value or ""),
        after=value_in_words(words, rule, change.after_value or ""),
    )
