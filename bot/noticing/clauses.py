"""Sentences of a message, which part of each is a question, and what hangs over a clause. Pure.

A clause is not a claim of its author when it is asked, conditional, wished for, denied or disowned.
What does that stands before the subject, in the same stretch between commas: `hangs_over` looks
there. A hedge ("I think", "creo que", "seems like") takes nothing away.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.noticing.lexicon import lexicon
from bot.noticing.tokens import (
    CLOSE,
    COLON,
    COMMA,
    MENTIONS,
    OPEN,
    QUESTION,
    QUOTE,
    STOP,
    WORD,
    Token,
)

BOUNDARIES = (COMMA, COLON, OPEN, CLOSE, QUOTE)
_LONGEST_STRETCH = 30


class Sentence(NamedTuple):
    """The tokens of a sentence without its end; from `asked_from` on it is a question."""

    tokens: list[Token]
    asked_from: int


_ASKING = lexicon(
    """
    can could do does did is are was were will would should shall have has what how who when
    where why which anyone anybody any someone am may might wanna que como quien quienes cuando
    donde cual cuanto puede pueden podemos podes puedes podria podrian podrias vamos alguien hay
    te les lo la y so then or ok cuantos quieres queres pueda sabes saben sabe cierto right
    verdad no eh thoughts le va van estan esta quieren tenes tienen tienes hace se nos seguimos
    avanzamos dejamos hacemos anoto o for por para in a
    """
)
_TAGS = lexicon(
    """
    right correct verdad cierto no eh yeah yes si huh not vos ok posta truth o he she they
    """
)


#: "Did X really say": a question, whether its mark is typed or not.
_INVERTED = lexicon("did does do is are was were has have can could would will should")
_INVERTED_SUBJECTS = lexicon(
    "you we they he she i anyone anybody someone somebody it this that the"
)
#: What a question can begin behind.
_JOINING = lexicon("so and but y pero entonces then")


def sentences(tokens: list[Token]) -> list[Sentence]:
    """Split at full stops, line ends and question marks."""
    found: list[Sentence] = []
    begun: list[Token] = []

    def end(asked: int | None) -> None:
        nonlocal begun
        if len(begun) > 1 and begun[0].text in _INVERTED:
            after = begun[1]
            if after.kind in MENTIONS or after.text in _INVERTED_SUBJECTS:
                asked = 0
        if begun:
            found.append(Sentence(begun, len(begun) if asked is None else asked))
        begun = []

    opened = -1
    for token in tokens:
        if token.kind == STOP:
            end(opened if opened >= 0 else None)
            opened = -1
        elif token.kind == QUESTION and token.opens:
            opened = len(begun)
        elif token.kind == QUESTION:
            end(opened if 0 <= opened < len(begun) else _asked_from(begun))
            opened = -1
        else:
            begun.append(token)
    end(opened if 0 <= opened < len(begun) else None)
    return found


def _asked_from(tokens: list[Token]) -> int:
    """Where the question begins: behind the last comma if a question can begin there."""
    last = first = len(tokens) - 1  # first: of what comes behind the words that join
    for index in range(last - 1, 0, -1):
        if tokens[index + 1].text not in _JOINING:
            first = index + 1
        token = tokens[index]
        if token.kind not in (COMMA, COLON) and token.text not in ("so", "but", "pero", "entonces"):
            continue
        if last - first < 3 and (
            tokens[first].text in _TAGS or tokens[last].text in ("she", "he", "they", "it")
        ):
            return 0
        if tokens[first].kind == WORD and tokens[first].text in _ASKING:
            return index + 1
    return 0


def stretch(tokens: list[Token], at: int) -> int:
    """The index where the stretch between commas that holds `at` begins."""
    begin = at
    while begin > 0 and at - begin < _LONGEST_STRETCH:
        before = tokens[begin - 1]
        if before.kind in BOUNDARIES or before.text in (
            "but",
            "pero",
            "because",
            "porque",
            "aunque",
            "then",
            "entonces",
        ):
            break
        begin -= 1
    return begin


def joined(tokens: list[Token]) -> str:
    """Words with spaces around each, ready for an expression."""
    return " " + " ".join("sí" if token.affirms else token.text[:24] for token in tokens) + " "


#: "I want to say that X feels …" is a claim, wish or not: it is taken away first.
_PREFACE = re.compile(
    r" (?:(?:want|wanted|need|should|must|like|love|have|going|got|wish|hope|just|quiero|"
    r"queria|necesito|quisiera|tengo) )+(?:you all |you |y all |que )?(?:to "
    r"|que )?"
    r"(?:say|tell|let|clarify|share|flag|add|point out|stress|mention|note|"
    r"report|inform|know|decir|decirles|"
    r"aclarar|contar|contarles|avisar|avisarles|sepan|comentar|comentarles|remind)"
    r"(?: (?:you all|you|y all|everyone|people|folks|all|the group))?(?: know)?(?: "
    r"(?:that|que))?(?= )"
)
_THAT_IS = re.compile(
    r" (?:that|this|which|eso|por eso) (?:is |'s |es )?(?:not |exactly |also "
    r"|literally |just |no )*(?:what|why|how|lo que|por lo que)(?= )"
)
_HANGING = re.compile(
    r" (?:someone (?:said|told|wrote|posted|says)|somebody said|alguien dijo|"
    r"never say|unfair to say|wrong to say|hard to say|"
    r"before (?:we|you|i|anyone) (?:say|claim|assume|announce)|telling people|"
    r"if|unless|whether|wonder\w*|assuming|supposing|provided|providing|"
    r"in case|as long as|lest|"
    r"hope|hoping|hopefully|wish|wishing|wished|lets?(?! (?:me|us|you) know)|"
    r"ensure|make sure|making sure|made sure|see that|"
    r"curious|imagine|pretend|ojala|so that|in order|nobody said|no one said|not saying|"
    r"not take|never said|not claiming|not say|not pretend|"
    r"not assume|never assume|stop \w+ing|nobody knows|who knows|ideally|unclear|"
    r"up to|"
    r"not (?:really |actually |even )?know(?= (?:if|whether|what|how|why|who|when|where|which|that|"
    r"@|anything|about))|no idea|no clue|"
    r"not sure|unsure|not certain|cannot say|not speak|would be (?:nice|great|"
    r"good|cool|better|lovely)|"
    r"depends|waiting|wait|"
    r"(?:i|we|would|to|also|just|really|only) (?:want|need|love|like|prefer|"
    r"expect)|d (?:love|like|prefer)|"
    r"si|espero que|esperamos que|esperemos|quiero que|queremos que|quisiera que|necesito que|"
    r"necesitamos que|gustaria que|encantaria que|prefiero que|para que|en "
    r"caso|siempre que|siempre y|con tal|a menos|"
    r"salvo que|a no ser|por si|como si|asegur\w+|ni idea|no se|no sabemos|"
    r"no estoy segur\w|no digo|no dije|"
    r"nadie dijo|imagin\w+|supongamos|quien sabe|a saber|me pregunto|preguntar|pregunta|preguntale|"
    r"pregunten|preguntemos|preguntenle|averigu\w+|depende|dej[ae]\w* que|"
    r"dejemos|falta que|nos falta|hace falta|no (?:asumas|asuman|asumamos|"
    r"supongas|supongan|supongamos|des|den|demos))(?= )"
)
_JUST_BEFORE = re.compile(
    r" (?:when|whenever|once|before|until|till|what|how|why|who|which|where|whatever|however|whose|"
    r"cuando|hasta que|antes de que|mientras|lo que|que tal|como|quien|por "
    r"que|donde|cual|cuanto|que opina|que piensa|"
    r"need|want|without|sin que|ask|asking|than|apenas|until we know|cada "
    r"vez que|each time|every time|anything|everything)"
    r"(?: (?:both|all|people|everyone|everybody|folks|the|de|members|in|of|"
    r"from|los|las|les|lxs|a|compas))*$"
)
_ONLY = re.compile(r" (?:only|solo|solamente|unicamente) (?:\S+ )?$")


def hangs_over(tokens: list[Token], at: int) -> bool:
    """Whether what stands before `at` keeps the clause that begins there from being a claim."""
    before = joined(tokens[stretch(tokens, at) : at])
    before = _THAT_IS.sub(" ", _PREFACE.sub(" ", before))
    if _HANGING.search(before) or _ONLY.search(before):
        return True
    trimmed = before.rstrip()
    found = _JUST_BEFORE.search(trimmed)
    if found is None:
        return False
    last = found[0].split()[-1]
    if last in ("anything", "everything"):
        # "Everything X wants" claims nothing; "everything is hard for X" does.
        return tokens[at].kind in MENTIONS or tokens[at].text in _INVERTED_SUBJECTS
    # At the beginning "como X no quiere, …" gives a reason, and "however" objects to what was said.
    begins = not trimmed[: found.start()].strip()
    return not (begins and found[0].split()[0] in ("como", "however"))


_DOUBTED = re.compile(
    r" (?:no (?:creo|creemos|pienso|me parece|parece|opino)|dud[oa]\w*|quizas?|tal vez|capaz|puede|"
    r"es (?:probable|posible|una lastima|una pena)|que bueno|me alegra|lamento|"
    r"lamentablemente)(?: que)? (?:\S+ ){0,3}$"
)


def doubted(tokens: list[Token], at: int) -> bool:
    """Whether the clause at `at` hedges with the Spanish subjunctive ("no creo que quiera")."""
    return _DOUBTED.search(joined(tokens[stretch(tokens, at) : at])) is not None


_POINTS = re.compile(
    r" (?:above|upthread|pinned|pins|posted|arriba|fijad\w+|publicó|#|“”|scroll|"
    r"screenshot|captura|citando|quoting|"
    r"(?:in|on|from|under|at|per|see|read|into|with) (?:[^\s,]+ ){0,3}?(?:minutes|"
    r"thread|transcript|recording|recap|article|interview|"
    r"statement|communique|post|posts|comments|doc|docs|log|drive|pad|announcement|"
    r"poll|channel|forum|newsletter|notes|chat|"
    r"wiki|agenda|server|zine|blog|letter|website|spreadsheet|form|survey)|"
    r"(?:en|de|del|segun|por|al) (?:[^\s,]+ ){0,3}?(?:acta|actas|hilo|doc|"
    r"docs|drive|pad|minuta|minutas|comunicado|posteo|post|publicacion|"
    r"encuesta|entrevista|grabacion|canal|foro|boletin|blog|grupo|chat|documento|"
    r"comentarios|anuncio|carta|nota|web|formulario|wiki))(?= )"
)
_SAID = re.compile(
    r" (?:said|says|say|saying|wrote|writes|written|noted|notes|suggest\w*|"
    r"pointed|mention\w*|commented|posted|posts|quot\w+|"
    r"told|explained|put it|stated|message|msg|words|statement|dij\w+|dice|"
    r"dicen|decia|escribi\w+|anot(?:ó|aron|amos|ado|aba)|sugiri\w+|senal\w+|"
    r"coment\w+|public\w+|cit\w+|palabras|mensaje|texto|puso|planteó|propuso|"
    r"proposed|per|segun|according|tweet\w*|"
    r"raised|copying|copio|copiando|pasting|pego|shared|compartio|asked|pidio|"
    r"respondi\w+|contest\w+|answered|replied|"
    r"confirmed|confirmó|see|vean|miren|reads|explico|explicó|aclaró|expresó|manifestó)(?= )"
)
_AS_SAID = re.compile(
    r" (?:as|like|como|segun|tal como|lo que|per|what|tal cual) (?!me |nos "
    r")(?:bien |ya |lo |nos |me |le )*(?:@ (?:\S+ ){0,2}?(?:said|says|noted|"
    r"suggested|pointed|mentioned|put|"
    r"wrote|explained|told|asked|proposed|raised|commented|dijo|dice|decia|"
    r"comento|escribio|sugirio|propuso|planteo|senalo|"
    r"explico|menciono|anoto|puso)|(?:dijo|dice|decia|comento|escribio|sugirio|"
    r"propuso|planteo|senalo|explico|menciono|"
    r"anoto|puso|dijeron|said|decian)(?: \S+){0,2}? @)(?= )"
)


_FROM = re.compile(
    r" (?:from|per|quoting|citing|segun|del|citando|copio de) (?:[^\s,]+ ){0,2}?(?:minutes"
    r"|notes|transcript|acta|minuta|statement|"
    r"communique|comunicado|thread|hilo|pinned)(?= )"
    r"| (?:lean|leed|leanlo|relean|miren|vean|chequeen|revisen|read|reread) (?:\S+ )?(?:the|el|la|"
    r"las|los|esta|este) (?:\S+ )?(?:minutes|acta|actas|minuta|minutas|pad|hilo|thread|post|"
    r"comunicado|statement)(?= )"
    r"| (?:esta|quedo|quedó|figura|consta|is|'s|was) (?:all |todo |escrito )?(?:in|en) "
    r"(?:the|el|la|las|los) (?:\S+ )?(?:minutes|acta|actas|minuta|minutas|pad|hilo|thread)(?= )"
)


def quotes(sentence: Sentence) -> bool:
    """Whether a sentence points to words that somebody already made visible."""
    text = joined(sentence.tokens)
    return (
        _FROM.search(text) is not None
        or (_POINTS.search(text) is not None and _SAID.search(text) is not None)
        or (_AS_SAID.search(text) is not None)
    )
