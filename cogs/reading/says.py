"""What the reading list says about works, essays, sections and pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from discord import ui

from bot.reading.library import SIDES, Essay, How, Library, Pair, Section, Sure, Terms, Work
from bot.reading.rules import Mark, Reason, Suggestion
from bot.replies import button, literal, row
from bot.text import JOINT, shorten
from bot.words import N_, Words

#: Characters of a button's label.
LABEL = 80
#: Characters of all texts on a card, which has 4,000; the rest is room for what stands around.
CARD = 3800
_ROW = 5

HOW = {
    How.DRAWN_ON: N_("{essay} draws on it."),
    How.ARGUED_WITH: N_("{essay} argues with it."),
    How.MENTIONED: N_("{essay} mentions it."),
    How.UNNAMED: N_("It belongs to what {essay} tells, which does not name it."),
}
#: Where a work stands in what a section brings.
BRINGS = {
    How.DRAWN_ON: N_("Draws on: {works}"),
    How.ARGUED_WITH: N_("Argues with: {works}"),
    How.MENTIONED: N_("Mentions: {works}"),
    How.UNNAMED: N_("Has to do with, without naming it: {works}"),
}
SURE = {
    Sure.CHECKED: N_("Checked in a second source: {facts}."),
    Sure.ESSAY: N_("Only the essay or its page says so: {facts}."),
    Sure.INFERRED: N_("Our own conclusion: {facts}."),
}
#: What a fact is called. Data may name others; those stand as they are.
FACTS = {
    "title": N_("the title"),
    "makers": N_("who it is by"),
    "year": N_("the year"),
    "dates": N_("the dates"),
    "course": N_("what happened"),
    "aims": N_("what it is for"),
    "source": N_("that this is what the essay means"),
    "link": N_("that it belongs here"),
    "dispute": N_("that historians disagree"),
    "meeting": N_("that there was such a meeting"),
    "place": N_("the place"),
    "charges": N_("the charges"),
    "outcome": N_("how it ended"),
    "origin": N_("where it comes from"),
    "use": N_("how it was used"),
    "reposting": N_("where it was reposted"),
}
STATES = {
    Mark.WANT: N_("On your shelf: you want to read it."),
    Mark.READING: N_("On your shelf: you are reading it."),
    Mark.READ: N_("On your shelf: you have read it."),
}
REASONS = {
    Reason.EMPTY: N_("Nothing is on your shelf yet, so here is a question to both essays."),
    Reason.SIDE: N_("Of what is left, you have read least of what {term} brings."),
    Reason.TRADITION: N_("Of what is left, you have read least from this tradition: {term}."),
    Reason.FORM: N_("Of what is left, you have read least in this form: {term}."),
    Reason.ORDER: N_("It comes next in the order of the list."),
}
_OURS = N_("Of what is left, you have read least of what this server added.")


class Described(Protocol):
    """What shared works and a server's own have in common."""

    @property
    def title(self) -> str: ...
    @property
    def makers(self) -> tuple[str, ...]: ...
    @property
    def year(self) -> int | None: ...
    @property
    def form(self) -> str: ...
    @property
    def tradition(self) -> str: ...


def minutes(words: Words, number: int) -> str:
    """How long reading something takes, about."""
    return words.n("about {n} minute", "about {n} minutes", number)


def essay_name(library: Library, essay_id: str) -> str:
    """An essay in a sentence: its title in quotes; nothing for what is none."""
    essay = library.essay(essay_id)
    return f"“{literal(essay.title)}”" if essay else ""


def facts(words: Words, library: Library, work: Described) -> str:
    """Makers, year, form and tradition in one line."""
    named = [
        ", ".join(map(literal, work.makers)),
        str(work.year or ""),
        term(library, Terms.FORM, work.form),
        term(library, Terms.TRADITION, work.tradition),
    ]
    return JOINT.join(filter(None, named))


def term(library: Library, kind: Terms, term_id: str) -> str:
    """The name of a topic, tradition or form; its id if it has left the list."""
    found = library.term(kind, term_id)
    return literal(found.name if found else term_id)


def topics(words: Words, library: Library, ids: Sequence[str]) -> str:
    """What something is about, in one line."""
    named = JOINT.join(term(library, Terms.TOPIC, each) for each in ids)
    return words("Topics: {topics}", topics=named) if named else ""


def listed(heading: str, texts: Iterable[str]) -> str:
    """A heading and a list below it; nothing if there is nothing to list."""
    lines = [f"- {literal(each)}" for each in texts]
    return "\n".join([f"**{heading}**", *lines]) if lines else ""


def block(heading: str, text: str) -> str:
    """A heading and a text below it; nothing if there is no text."""
    return f"**{heading}**\n{literal(text)}" if text else ""


def how_sure(words: Words, sure: Mapping[str, Sure], note: str) -> str:
    """Which facts are checked and which are not; nothing where all are."""
    if all(each is Sure.CHECKED for each in sure.values()):
        return ""
    lines = ["**" + words("How sure this is") + "**"]
    for kind in Sure:
        named = [
            words(FACTS[fact]) if fact in FACTS else literal(fact)
            for fact, found in sure.items()
            if found is kind
        ]
        if named:
            lines.append(words(SURE[kind], facts=", ".join(named)))
    return "\n".join([*lines, *filter(None, [literal(note)])])


def work_why(words: Words, library: Library, work: Work) -> str:
    """Why a work is here: what the essay does with it, and our reason."""
    how = words(HOW[work.how], essay=essay_name(library, work.essay_id))
    return "**" + words("Why it is here") + f"**\n{how} {literal(work.why)}"


def section_line(words: Words, library: Library, section: Section) -> str:
    """Of which essay a section is, and how long it takes."""
    essay = essay_name(library, section.essay_id)
    return words("A section of {essay}", essay=essay) + JOINT + minutes(words, section.minutes)


def reading_time(words: Words, essay: Essay) -> str:
    """How long a whole essay takes."""
    return minutes(words, sum(each.minutes for each in essay.sections))


def brought(words: Words, works: Sequence[Work]) -> str:
    """What a section draws on, argues with and mentions, each kind in a line."""
    lines: list[str] = []
    for how in How:
        named = [literal(each.title) for each in works if each.how is how]
        if named:
            lines.append(words(BRINGS[how], works=JOINT.join(named)))
    return "\n".join(lines)


def sides(library: Library, found: Pair) -> tuple[str, ...]:
    """The ids of both essays. Each of them comes first in every other pair."""
    first = library.pairs.index(found) % len(SIDES)
    return SIDES[first:] + SIDES[:first]


def pair(words: Words, library: Library, found: Pair) -> list[str]:
    """A question and both essays."""
    return [
        f"**{literal(found.question)}**",
        *(_side(words, library, found, side) for side in sides(library, found)),
        block(words("Where they part"), found.part),
        block(words("Where they meet"), found.share),
        listed(words("For a group"), found.questions),
    ]


def _side(words: Words, library: Library, found: Pair, side: str) -> str:
    essay, said = library.essay(side), getattr(found, side)
    section = library.section(said.section_id)
    assert essay is not None
    where = JOINT.join([", ".join(map(literal, essay.makers)), f"“{literal(essay.title)}”"])
    named = words("Section: {section}", section=literal(section.title)) if section else ""
    return "\n".join(filter(None, [f"**{where}**", named and f"-# {named}", literal(said.says)]))


def reason(words: Words, library: Library, found: Suggestion) -> str:
    """Why something is suggested, in one sentence."""
    named = found.term or ""
    if found.reason is Reason.SIDE:
        named = essay_name(library, named)
        if not named:
            return words(_OURS)
    elif found.reason in (Reason.TRADITION, Reason.FORM):
        named = term(library, Terms(found.reason.value), named)
    return words(REASONS[found.reason], term=named)


# -- buttons ------------------------------------------------------------------------------------


def open_button(words: Words, title: str, key: str) -> ui.Button[Any]:
    """Opens a work; its label says which."""
    return button(shorten(words("Open: {title}", title=title), LABEL), "reading-open", key)


def mark_button(words: Words, title: str, key: str) -> ui.Button[Any]:
    """Shows where somebody stands with a work; its label says with which."""
    return button(shorten(words("Mark: {title}", title=title), LABEL), "reading-mark", key)


def pair_button(words: Words, found: Pair) -> ui.Button[Any]:
    """Opens a pair; its label is the question."""
    label = words("Both essays: {question}", question=found.question)
    return button(shorten(label, LABEL), "reading-pair", found.id)


def rows(buttons: Sequence[ui.Item[Any]]) -> list[ui.ActionRow[Any]]:
    """Buttons in as many rows as they need."""
    return [row(*buttons[at : at + _ROW]) for at in range(0, len(buttons), _ROW)]


def fitted(parts: Sequence[Any], most: int = CARD) -> list[Any]:
    """The same parts, with the longest texts cut until Discord takes them all."""
    found = list(parts)
    size: Callable[[Any], int] = lambda part: len(part) if isinstance(part, str) else 0  # noqa: E731
    while (over := sum(map(size, found)) - most) > 0:
        longest = max(range(len(found)), key=lambda at: size(found[at]))
        text = found[longest]
        left = max(len(text) - over - 1, len(text) // 2)
        found[longest] = text[:left].rstrip("\\ \n") + "…"
    return found
