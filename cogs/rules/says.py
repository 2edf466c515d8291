"""What the rules say: a value, its bounds, and a change, as people read them."""

from __future__ import annotations

from bot.affinity import OFF_LIST
from bot.governance.rules import CHANNELS_LIMIT, RULES, Kind, Rule, channel_ids
from bot.governance.service import Change
from bot.replies import moment
from bot.words import N_, Words

#: Channels of a list that are named where many values stand together.
FEW = 4
_NAMING = {
    Kind.CHANNEL: N_("one channel of this server, or none"),
    Kind.CATEGORY: N_("one category of this server, or none"),
    Kind.ROLE: N_("one role that people give, or none"),
}


def value_in_words(words: Words, rule: Rule, value: str, most: int = CHANNELS_LIMIT) -> str:
    """A rule's value as people read it; of a list at most the first `most`."""
    if rule.kind in (Kind.CHANNEL, Kind.CHANNELS, Kind.CATEGORY, Kind.ROLE):
        named = [mention(rule, each) for each in channel_ids(value)]
        shown = ", ".join([*named[:most], *(["…"] if len(named) > most else [])])
        return shown or words("none chosen")
    if rule.a_day:
        return words.n("{n} day", "{n} days", int(value) // rule.a_day)
    if rule.kind is Kind.CHOICE:
        return words(rule.option_said(value))
    return value


def bounds_in_words(words: Words, rule: Rule) -> str:
    """What a rule may be set to."""
    if rule.kind is Kind.CHOICE:
        return ", ".join(value_in_words(words, rule, each) for each in rule.options)
    if rule.kind is Kind.NUMBER:
        return words(
            "from {low} to {high}",
            low=value_in_words(words, rule, str(rule.low)),
            high=value_in_words(words, rule, str(rule.high)),
        )
    if rule.kind is Kind.CHANNELS:
        return words("up to {most} channels of this server, or none", most=CHANNELS_LIMIT)
    return words(_NAMING[rule.kind])


def mention(rule: Rule, named: int) -> str:
    """A channel, category or role that a rule names, as Discord shows it. It calls nobody."""
    return f"<@&{named}>" if rule.kind is Kind.ROLE else f"<#{named}>"


def change_in_words(words: Words, change: Change, most: int = CHANNELS_LIMIT) -> str:
    """Who changed what, from what to what; of lists at most the first `most`."""
    author = (
        f"<@{change.author_id}>" if change.author_id else words("Somebody who erased their data")
    )
    if change.name == OFF_LIST:
        day = moment(int(change.after_value or 0), "D")
        return words(
            "{author} took the affinity group that was started on {day} off /affinity list.",
            author=author,
            day=day,
        )
    rule = RULES[change.name]
    return words(
        "{author} changed **{rule}** from {before} to {after}.",
        author=author,
        rule=words(rule.label),
        before=value_in_words(words, rule, change.before_value or "", most),
        after=value_in_words(words, rule, change.after_value or "", most),
    )
