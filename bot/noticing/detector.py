"""Whether a message speaks for somebody it mentions. Pure.

`notice` finds one claim and tells in which words it was made. What counts is the author's own
voice: a statement of the view, wish, feeling, consent or decision of a mentioned person or group,
or an act in their name. Precision goes first: what is not clear is not noticed.

Order of decision:

1. No mention in the text: nothing.
2. Code, quotations, crossed-out text and links are taken out; what is left becomes sentences, and
   of each the part that is a question is known.
3. A sentence that points to words somebody already made visible claims nothing of its own.
4. In each sentence, from left to right: set expressions ("on behalf of X", "X's answer is no",
   "it's important to X"), then subjects with what is said of them (`predicates.stance`).
   The subject is a mention, a group's members, "X and I", or a pronoun or nobody at all where the
   person mentioned before is meant.
5. What hangs over a clause (a condition, a wish of the author's, "I don't know", a denial) takes it
   away again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from bot.noticing import datives, expressions, people
from bot.noticing.agreement import GROUP, MANY, ONE, US, WE
from bot.noticing.clauses import Sentence, doubted, hangs_over, quotes, sentences
from bot.noticing.clean import own_voice
from bot.noticing.openings import (
    NOT_BEFORE_PRONOUN,
    NOT_BEHIND,
    OTHER_PEOPLE,
    SPANISH_BE,
    as_before,
    closes,
    may_begin,
    mine,
    relative,
    to_them,
    verb_places,
    without_subject,
    you,
)
from bot.noticing.people import PRONOUNS, Subject, addressed, pronoun_number
from bot.noticing.predicates import stance, without_copula
from bot.noticing.tokens import COLON, COMMA, MENTIONS, ROLE, WORD, Token, tokens


class Why(StrEnum):
    """What told that a message speaks for somebody."""

    NOTHING = ""
    #: Somebody mentioned wants, thinks, feels, decided …
    STANCE = "stance"
    #: "X says yes", "X asked me to tell you".
    RELAYED = "relayed"
    #: "X and I think".
    TOGETHER = "together"
    #: "we at @role", "everyone in @role wants".
    GROUP = "group"
    #: "on behalf of X", "I speak for X".
    IN_THEIR_NAME = "in_their_name"
    #: "it's important to X", "a X le duele".
    EFFECT = "effect"
    #: "X's answer is no", "I have X's permission".
    POSITION = "position"
    #: "what X meant is".
    MEANING = "meaning"


class Notice(NamedTuple):
    """What was noticed. `ids` are those spoken for, as mentioned; `span` is a place in the text."""

    speaks_for: bool
    ids: tuple[int, ...] = ()
    span: tuple[int, int] | None = None
    why: Why = Why.NOTHING


NOTHING = Notice(False)
#: How much is looked at in one message: a mention counts `_MENTION`, where a clause
#: begins `_CLAUSE`, a Spanish clitic one. People stay far below it: it bounds hostile texts only.
_MOST_LOOKED = 320
_MENTION, _CLAUSE = 12, 4
#: How far back in a sentence one looks for whom "her" means, in words.
_FAR = 40
#: Codes of `sayings` that people need not tell apart.
_WHY = {"likewise": Why.STANCE}


class _Claim(NamedTuple):
    ids: tuple[int, ...]
    start: int
    end: int
    why: Why


def notice(text: str) -> Notice:
    """Whether its author speaks for somebody mentioned in it; any string is taken."""
    if "<@" not in text:
        return NOTHING
    read = tokens(own_voice(text))
    if not any(token.kind in MENTIONS for token in read):
        return NOTHING
    claims = _Reader(read).claims()
    if not claims:
        return NOTHING
    ids = {id for claim in claims for id in claim.ids}
    in_order = [token.id for token in read if token.kind in MENTIONS and token.id in ids]
    first = claims[0]
    return Notice(True, tuple(dict.fromkeys(in_order)), (first.start, first.end), first.why)


class _Reader:
    """Reads sentence after sentence, and remembers who was spoken of last."""

    def __init__(self, read: list[Token]) -> None:
        self._sentences = sentences(read)
        self._topic: Subject | None = None
        self._together: Subject | None = None
        self._looked = 0

    def claims(self) -> list[_Claim]:
        found: list[_Claim] = []
        for sentence in self._sentences:
            found += self._read(sentence)
            if self._looked > _MOST_LOOKED:
                break
        return found

    def _read(self, sentence: Sentence) -> list[_Claim]:
        read = sentence.tokens
        claimed: list[_Claim] = []
        meanings: list[_Claim] = []
        for found in expressions.find(read, sentence.asked_from):
            ids = found.ids or self._meant(read, found.begin)
            if ids:
                why = _WHY.get(found.why) or Why(found.why)
                claim = self._claim(read, ids, found.begin, found.end, why)
                (meanings if why is Why.MEANING else claimed).append(claim)
        for at, token in enumerate(read):
            if self._looked > _MOST_LOOKED:
                break
            claim = None
            if token.kind in MENTIONS:
                claim = self._mention(sentence, at)
            elif token.kind == WORD:
                claim = self._word(sentence, at)
            if claim is not None and at < sentence.asked_from:
                claimed.append(claim)
        # What points to somebody's own words claims nothing, unless it explains them.
        return meanings if claimed and quotes(sentence) else meanings + claimed

    def _meant(self, read: list[Token], at: int) -> tuple[int, ...]:
        """Whom "her" at this place means: the one last spoken of, here or before."""
        for index in range(at - 1, max(-1, at - _FAR), -1):
            if read[index].kind in MENTIONS and not addressed(read, index):
                return (read[index].id,)
            if read[index].text in OTHER_PEOPLE:
                return ()
        return self._topic.ids if self._topic is not None else ()

    def _mention(self, sentence: Sentence, at: int) -> _Claim | None:
        read = sentence.tokens
        self._looked += _MENTION
        felt = datives.of_mention(read, at)
        subject = people.subject(read, at)
        claim = None
        if felt is not None:
            if not hangs_over(read, felt.begin):
                claim = self._claim(read, felt.ids, felt.begin, felt.end, Why.EFFECT)
        elif subject is not None:
            claim = self._said_of(sentence, subject, explicit=True)
            if subject.number == WE:
                self._together = subject
        if claim is None and (ours := people.with_us(read, at)):
            claim = self._said_of(sentence, ours, explicit=True)
        if claim is not None or not addressed(read, at):
            token = read[at]
            number = GROUP if token.kind == ROLE else ONE
            ids: tuple[int, ...] = (token.id,)
            if subject is not None and len(subject.ids) > 1:
                ids, number = subject.ids, MANY
            if self._topic is None or token.id not in self._topic.ids:
                self._topic = Subject(ids, number, at, at + 1)
        if (
            at > 0
            and read[at - 1].text in ("with", "con", "between", "entre")
            and self._together is None
        ):
            self._together = Subject((read[at].id,), WE, at, at + 1)
        return claim

    def _word(self, sentence: Sentence, at: int) -> _Claim | None:
        read, topic = sentence.tokens, self._topic
        if topic is None:
            return self._behind(sentence, at) if may_begin(read, at) else None
        word = read[at].text
        before = read[at - 1] if at else None
        if word == "si" and not read[at].affirms and before is not None and before.text == "y":
            return None
        if word in PRONOUNS:
            number = pronoun_number(word, topic.number)
            if number is None or (before is not None and before.text in NOT_BEFORE_PRONOUN):
                return None
            if word == "el" and not (at + 1 < len(read) and read[at + 1].kind == WORD):
                return None
            if self._somebody_else(sentence, at):
                return None
            self._looked += _CLAUSE
            return self._said_of(sentence, Subject(topic.ids, number, at, at + 1), explicit=True)
        if word in ("we", "nosotras", "nosotros", "nosotres", "nosotrxs"):
            if self._together is None:
                return None
            self._looked += _CLAUSE
            return self._said_of(
                sentence, Subject(self._together.ids, WE, at, at + 1), explicit=True
            )
        if word in ("le", "les", "lo", "la", "los", "las"):
            self._looked += 1
            felt = datives.of_nobody(read, at)
            if felt and not hangs_over(read, at) and not self._somebody_else(sentence, at):
                return self._claim(read, topic.ids, at, felt, Why.EFFECT)
        if may_begin(read, at):
            self._looked += _CLAUSE
            if self._together is not None:
                ours = Subject(self._together.ids, US, at, at)
                claim = self._said_of(sentence, ours, explicit=False)
                if claim is not None:
                    return claim
            if claim := self._behind(sentence, at):
                return claim
            if not self._somebody_else(sentence, at):
                number = ONE if topic.number == ONE else MANY
                return self._said_of(sentence, Subject(topic.ids, number, at, at), explicit=False)
        return None

    def _behind(self, sentence: Sentence, at: int) -> _Claim | None:
        """Spanish, the subject behind: "está de acuerdo X", "no quiere venir X"."""
        read = sentence.tokens
        found = stance(read, at, ONE, doubted=doubted(read, at))
        if found is None or not (found.spanish or read[at].text in SPANISH_BE):
            return None
        for index in range(found.end, min(len(read), found.end + 4)):
            token = read[index]
            if token.kind in MENTIONS:
                if read[index - 1].text in NOT_BEHIND or not closes(read, index + 1):
                    return None
                if index >= sentence.asked_from or hangs_over(read, at) or you(read, at):
                    return None
                return self._claim(read, (token.id,), at, index + 1, Why.STANCE)
            if token.kind != WORD or token.text in NOT_BEHIND:
                return None
        return None

    def _somebody_else(self, sentence: Sentence, at: int) -> bool:
        """Whether somebody else was named on the way here, whom a pronoun may mean."""
        read = sentence.tokens
        return any(
            read[index].text in OTHER_PEOPLE
            and not (read[index].text == "someone" and index and read[index - 1].text == "as")
            for index in range(max(0, at - 14), at)
        )

    def _said_of(self, sentence: Sentence, subject: Subject, *, explicit: bool) -> _Claim | None:
        """What is said of a subject: behind it, or behind an "and" further on."""
        read = sentence.tokens
        begin = subject.end
        is_mention = explicit and begin > 0 and read[begin - 1].kind in MENTIONS
        for at in verb_places(read, begin, explicit=explicit):
            found = stance(read, at, subject.number, doubted=doubted(read, subject.begin))
            if found is None and at == begin and is_mention and subject.number == ONE:
                found = without_copula(read, at)
            if found is None:
                continue
            if not explicit and (
                not without_subject(read, subject.begin, found) or mine(read, at, found)
            ):
                return None
            if at >= sentence.asked_from or hangs_over(read, subject.begin):
                return None
            if at != begin and (
                (hangs_over(read, at) and not relative(read, at))
                or (read[at].text == "si" and not read[at].affirms)
                or ((found.past or found.bare) and read[at - 1].kind in (COMMA, COLON))
            ):
                continue
            if is_mention and to_them(read, subject, found):
                return None
            if found.saying and as_before(read, subject.begin):
                return None
            why = Why.STANCE
            if found.saying:
                why = Why.RELAYED
            elif subject.number in (WE, US):
                why = Why.GROUP if read[subject.end - 1].kind == ROLE else Why.TOGETHER
            elif subject.number == GROUP:
                why = Why.GROUP
            elif found.verb in ("mean", "referir"):
                why = Why.MEANING
            return self._claim(read, subject.ids, min(subject.begin, at), found.end, why)
        return None

    def _claim(
        self, read: list[Token], ids: tuple[int, ...], begin: int, end: int, why: Why
    ) -> _Claim:
        return _Claim(ids, read[begin].start, read[max(begin, end - 1)].end, why)
