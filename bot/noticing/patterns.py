r"""The detector's strongest forms as expressions for Discord's AutoMod. Pure data.

AutoMod takes at most 10 expressions of at most 260 characters, in the dialect of Rust's `regex`: no
look-around, no back-references. It minds neither capitals nor small letters. An expression cannot
know what hangs over a clause, so each asks for a place where a claim can begin (`_OPEN`), or for
words that are a claim wherever they stand, and for no question mark behind (`_END`). Precision goes
first: most of what the detector notices passes these.
"""

from __future__ import annotations

_X = r"<@[!&]?\d+>"
#: The beginning, a full stop or a word after which a clause is still a claim.
_OPEN = r"(?:^|[.!;]|\b(?:think|but|because|creo que|pero|porque)) ?"
_END = r"[^?]*$"

KEYWORD_REGEXES: tuple[str, ...] = (
    _OPEN + _X + r" (?:(?:really|also|just|totally|still) )?(?:wants|thinks|feels|agrees with"
    r"|disagrees|prefers|supports|opposes|believes|hates|refuses|rejects|demands|consents|hated)\b"
    + _END,
    _OPEN + _X + r" (?:doe?s?n.?t (?:want|like|agree|mind|care|feel|trust)|would(?:n.?t)? (?:love|"
    r"rather|prefer|hate|mind|be ok|like)|(?:says|said) (?:yes|no)\b)" + _END,
    _OPEN + _X + r"(?: is|.s| was|.?s) (?:(?:not|so|really|totally|still|very) )?(?:against|ok with"
    r"|fine with|in favor|on board|upset|angry|hurt\b|mad|uncomfortable|tired of|fed up)" + _END,
    r"(?:^|[.!] ?|me (?:and|n|&) |that )" + _X + r"(?: (?:and|n|&) (?:i|me))?(?: both)? (?:think|"
    r"want|agree|agreed (?:to|that|on)|decided|feel|believe|would (?:rather|"
    r"prefer|like)|don.t want)\b" + _END,
    r"(?:^|[.!] ?|(?:posting|writing|closing|filing|speaking|here) )(?:this )?(?:on behalf of|in "
    r"the name of|en nombre de|de parte de|speaking for) (?:the )?" + _X + _END,
    _X + r" (?:asked|wanted|wants) (?:me|us) to (?:tell|say|let)|" + _X + r" me pidi[oó] que les? "
    r"(?:diga|avise|cuente)|\bwe (?:at|in|from) " + _X + r" (?:stand|believe|reject|demand|want)",
    _OPEN + _X + r" (?:ya |s[ií] |no |tambi[eé]n )?(?:quiere|piensa|cree|siente|prefiere|opina|"
    r"rechaza|apoya|exige|odia|se siente|se opone|se niega|decidi[oó])\b" + _END,
    _OPEN + _X + r" (?:ya |no |re )?(?:est[aá]n?|anda) (?:(?:muy|re|super|tan) )?(?:de acuerdo|a "
    r"favor|en contra|hart|enojad|dolid|molest|inc[oó]mod|c[oó]mod|triste|quemad|podrid)" + _END,
    r"(?:^|[.!] ?|\bque )a " + _X + r" (?:ya |no |s[ií] |tambi[eé]n )?les? (?:gusta|gust[oó]|"
    r"encanta|duele|doli[oó]|molesta|molest[oó]|da igual|parece|importa|preocupa)" + _END,
    r"(?:^|[.!,] ?|\byo y |\bque )" + _X + r"(?: y yo)? (?:no )?(?:pensamos|creemos|queremos|"
    r"estamos (?:de acuerdo|en contra|a favor|hart)|decidimos|preferimos|coincidimos)\b" + _END,
)
