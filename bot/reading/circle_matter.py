"""What a reading circle reads: a work, an essay, a section of one, or a pair. Pure."""

from __future__ import annotations

from typing import NamedTuple

from bot.reading.library import Essay, Library
from bot.reading.own import OwnWork


class Matter(NamedTuple):
    """What is read, in one language.

    `by`: makers, or the essay that a section is of; `why`: what it is about, or why it is here;
    `find`: how to find it. Each may be empty.
    """

    title: str
    by: str
    why: str
    find: str
    questions: tuple[str, ...]


def shared_matter(library: Library, its_id: str) -> Matter | None:
    """What the shared list has under this id; None: nothing."""
    if essay := library.essay(its_id):
        return _of_essay(essay)
    if section := library.section(its_id):
        essay = library.essay(section.essay_id)
        assert essay is not None
        return Matter(section.title, essay.title, section.argues, essay.find, section.questions)
    if work := library.work(its_id):
        return Matter(work.title, _by(work.makers, work.year), work.why, work.find, work.questions)
    if pair := library.pair(its_id):
        return Matter(pair.question, "", f"{pair.part}\n{pair.share}", "", pair.questions)
    return None


def own_matter(work: OwnWork) -> Matter:
    """A work of the server's own list."""
    return Matter(work.title, _by(work.makers, work.year), work.why, work.find, work.questions)


def _of_essay(essay: Essay) -> Matter:
    """An essay as a whole asks the first question of each of its sections."""
    asked = tuple(each.questions[0] for each in essay.sections)
    return Matter(essay.title, _by(essay.makers, essay.year), essay.what, essay.find, asked)


def _by(makers: tuple[str, ...], year: int | None) -> str:
    return ", ".join([*makers, *([] if year is None else [str(year)])])
