r"""The detector's strongest forms as expressions for Discord's AutoMod. Pure data.

AutoMod takes at most 10 expressions of at most 260 characters, in the dialect of Rust's `regex`: no
look-around, no back-references. It minds neither capitals nor small letters. An expression cannot
know what hangs over a clause, so each asks for a place where a claim can begin (`_EN`, `_ES`), or
for words that are a claim wherever they stand, and most for no question mark behind (`_END`).
Precision goes first: most of what the detector notices passes these.
"""

from __future__ import annotations

_X = r"<@[!&]?\d+>"
#: The beginning, the end of a clause, or a word after which a clause is still a claim.
_EN = r"(?:^|[.!;,]|\b(?:think|but|because|and|like)) ?"
_ES = r"(?:^|[.!;,]|\b(?:y|pero|porque|(?:creo|dice|seguro) que)) ?"
_END = r"[^?]*$"
_ALSO = r"(?:\w+ly |also |just |still |not )?"

KEYWORD_REGEXES: tuple[str, ...] = (
    _EN + _X + " " + _ALSO + r"(?:(?:want|think|feel|prefer|(?:dis)?agree|support|oppose|believe|"
    r"hate|refuse|reject|demand|consent|love|like|fear|doubt|object|insist)s|hated)\b" + _END,
    _EN
    + _X
    + r" (?:doe?s?n.?t (?:want|like|agree|mind|care|feel|trust|think)|(?:would|.d)(?:n.?t)?"
    r" (?:love|rather|prefer|hate|mind|be (?:ok|happy)|like)|sa(?:ys|id) (?:yes|no\b))" + _END,
    _EN + _X + r"(?: is|.s| was|isn.?t) " + _ALSO + r"(?:very )?(?:against|ok with|"
    r"fine with|happy |willing|in favou?r|on board|upset|angry|hurt\b|uncomf|(?:sick|tired) of|"
    r"fed up)" + _END,
    r"(?:^|[.!;,]|\b(?:think|but|me (?:and|n|&))) ?"
    + _X
    + r"(?:,? (?:and|n|&) (?:i|me|"
    + _X
    + r"))?(?: both)? (?:think|want|agreed?(?: (?:to|that|on))|decided|feel|believe|prefer|"
    r"would (?:rather|prefer|like)|don.?t (?:want|think))\b" + _END,
    r"(?:^|[.!] ?|\b(?:post|writ|clos|fil|speak|vot|say|sign|ask|thank)\w* (?:\w+ ){0,4}|here )"
    r"(?:on behalf of|in the name of|en nombre de|de parte de|speaking for|hablo por|respondo por)"
    r" (?:the |all of |everyone in )?" + _X + _END,
    _X + r" (?:asked|wanted|wants|told) (?:me|us) (?:to (?:tell|say|let|pass)|(?:that )?"
    r"(?:s?he|they)(?:.s|.d| is| does| would| want| feel))|" + _X + r" me (?:pidi[oó]|dijo) que "
    r"(?:les? (?:diga|avise|cuente)|no|prefiere|quiere)",
    _ES + _X + r" (?:ya |s[ií] |no |tambi[eé]n |se |l[ao] ){0,2}(?:quiere|piensa|cree|siente|"
    r"prefiere|opina|rechaza|apoya|exige|odia|acepta|opone|niega|decidi[oó])\b" + _END,
    _ES + _X + r" (?:ya |no |re |tambi[eé]n )?(?:est[aá]n?|anda|qued[oó]|sigue) (?:\w+ )?"
    r"(?:de acuerdo|a favor|en contra|hart|enojad|dolid|molest|inc[oó]mod|c[oó]mod|triste|quemad|"
    r"dispuest|agotad)" + _END,
    r"(?:^|[.!,;] ?|\b(?:y|pero|porque|(?:creo|late) que) )a " + _X + r" (?:ya |no |s[ií] |"
    r"tambi[eé]n ){0,2}les? (?:gust|encant|duele|doli[oó]|molest|da (?:igual|miedo|lo mismo|pena|"
    r"bronca)|parec|import|preocup|incomod|vale|late|cuesta)\w*" + _END,
    r"(?:^|[.!;,]|\b(?:yo y|con|pero|at|we in)) ?" + _X + r"(?: y yo)? (?:no |nos )?(?:pensamos|"
    r"creemos|queremos|estamos (?:de acuerdo|en contra|a favor|hart)|decidimos|preferimos|exige|"
    r"repudia|rechaza|decidi[oó]|votamos|oponemos|stand|demand|reject)\b" + _END,
)
