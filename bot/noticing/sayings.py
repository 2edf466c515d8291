"""The set expressions that speak for somebody, each with the code of its rule. Pure data.

Words are folded and stand between single spaces; a mention is "@", `<3>` is at most three words of
any kind. `x` is whom it speaks for; what is not in `told`, where there is one, is company only.
"""

from __future__ import annotations

import re

from bot.noticing import english, spanish


def _any(words: object) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"  # type: ignore[call-overload]


_GROUP = (
    r"(?:(?:the|all|everyone|everybody|members|people|folks|comrades|friends|"
    r"rest|whole|our|my|mis|las|los|les|lxs|l@s|la|el|"
    r"companer\S+|compas|todas|todos|todes|todxs|integrantes|miembros|gente|"
    r"us|crew|team|group|colectivo|asamblea|over|"
    r"chicas|chicos|chiques|of|in|at|from|de|en) )*"
)
_X = r"@(?: (?:and|,|y|e|, and) (?:of |de |for |por )?@)*"
_SPEAK = (
    r"(?:say|saying|speak|speaking|write|writing|post|posting|clos(?:e|ing)|"
    r"fil(?:e|ing)|report(?:ing)?|submit(?:ting)?|"
    r"announc(?:e|ing)|ask|asking|request(?:ing)?|thank|thanking|apologi[sz](?:e|"
    r"ing)|declin(?:e|ing)|accept(?:ing)?|agree(?:ing)?|"
    r"vote|voting|object(?:ing)?|sign|signing|consent(?:ing)?|propos(?:e|ing)|"
    r"demand(?:ing)?|complain(?:ing)?|repl(?:y|ying)|"
    r"answer(?:ing)?|respond(?:ing)?|messag(?:e|ing)|comment(?:ing)?|shar(?:e|"
    r"ing)|tell|telling|rais(?:e|ing)|stat(?:e|ing)|"
    r"declar(?:e|ing)|block(?:ing)?|approv(?:e|ing)|confirm(?:ing)?|withdraw(?:ing)?|"
    r"resign(?:ing)?|talk(?:ing)?|here|"
    r"relay(?:ing)?|pass(?:ing)?|open(?:ing)?|publish(?:ing)?|invit(?:e|ing)|"
    r"negotiat(?:e|ing)|second(?:ing)?|rsvp(?:ing)?|"
    r"escrib\w+|habl\w+|dig\w*|decir\S*|decim\w+|pid\w+|pedir\S*|agradec\w+|"
    r"agradezc\w+|cierr\w+|cerr\w+|firm\w+|public\w+|vot\w+|respond\w+|contest\w+|"
    r"avis\w+|"
    r"anunci\w+|comunic\w+|compart\w+|present\w+|solicit\w+|declar\w+|acept\w+|"
    r"rechaz\w+|inform\w+|dej\w+|mand\w+|propon\w+|"
    r"transmit\w+|denunci\w+|exig\w+|salud\w+|respuesta|posteo|posteando|pidiendo|"
    r"abr\w+|renunci\w+|veng\w+|apologies|apology|sorry|thanks|message|statement|request|"
    r"question|disculpas|perdon|mensaje|pedido|gracias|retir\w+|esto|lo|confirm\w+|"
    r"pongo|subo|subiendo)"
)
_BEHALF = (
    rf"(?:(?:on|in) behalf of|on behalf|in the name of|in name of|en nombre "
    rf"de|a nombre de|de parte de|en representacion de|in representation of) "
    rf"{_GROUP}(?P<x>{_X})"
)
_BEHALF_S = r"(?:on|in) (?P<x>@) 's (?:behalf|name)"
_POSITION = _any(english.POSITIONS)
_POSITION_ES = _any(spanish.POSITIONS)
_CONSENT = _any(english.CONSENTS)
_CONSENT_ES = _any(spanish.CONSENTS)
_EFFECT = _any(english.EFFECT_ADJECTIVES | spanish.EFFECT_ADJECTIVES | {"bien"})
_HARMS_ES = _any(spanish.EFFECTS | {word[:-1] + "ó" for word in spanish.EFFECTS if word[-1] == "o"})
_FEELINGS_ES = _any(spanish.FEELINGS - {""})
_THING = (
    "(?:day|time|topic|week|subject|moment|one|thing|place|issue|loss|blow|"
    "tema|momento|dia|golpe|cosa|semana|fecha)"
)
_HER = "(?:@(?: (?:and|y) (?:for |to |para |a )?@)*|her|him|them|ella|ellas|ellos|elle)"
_NOT_A_VIEW = (
    r"(?!(?:very |really |so |muy |re |a |an |super |also |totally |completely "
    r"|not )*(?:important|valid|valuable|needed|missing|welcome|noted|relevant|"
    r"required|enough|"
    r"recorded|private|right|good|great|fair|interesting|here|there|in|up|"
    r"due|late|on|at|below|above|final|what|hers|his|theirs|"
    r"importante|valida|valido|buena|bueno|clara|justa|interesante|respetable|"
    r"la que|lo que|suya|necesaria|necesario|que falta|the only|public|publica|"
    r"legit|"
    r"genial|excelente|the best|mejor|personal|secret|secreto|secreta|key|"
    r"different|distinta|obligatorio|pending|pendiente)\b)"
)

SAYINGS: tuple[tuple[str, str], ...] = (
    # In their name.
    (
        "in_their_name",
        rf"^ (?:(?:hi|hello|hola|hey|so|ok|all|todxs|todes|folks|everyone|buenas|"
        rf"people|a|todas|todos|compas|y|and|pues|bueno|,) )*(?P<told>{_BEHALF})(?= "
        rf")",
    ),
    ("in_their_name", rf"(?:{_SPEAK} <8>|(?:this|it|esto) (?:is |es |'s |va )?){_BEHALF}"),
    ("in_their_name", rf"{_SPEAK} <8>{_BEHALF_S}"),
    ("in_their_name", rf"^ (?P<told>{_BEHALF_S})(?= )"),
    (
        "in_their_name",
        r"(?<= )(?P<told>(?:i|we|am|are|will|can|just|also|(?:here|want|like|need|"
        r"going|have|get|able|got|trying) to|so|and|here|ok|,|let me|:) (?:(?:really|"
        r"just|also|only|actually) )*"
        rf"(?:speak|speaking|talk|talking|answer|answering|respond|responding|voting "
        rf"by proxy|typing|relaying|speak here|vote proxy) (?:here )?for {_GROUP}(?P<x>{_X}))(?"
        rf"= )",
    ),
    (
        "in_their_name",
        rf"^ (?P<told>(?:speaking|talking|answering|responding|posting this|posting|"
        rf"writing this|writing|typing this|typing|signing|replying) for {_GROUP}(?P<x>{_X}))(?"
        rf"= )",
    ),
    (
        "in_their_name",
        rf"(?:am|was|are) (?:posting|writing|typing|saying|answering|replying|speaking) "
        rf"(?:this |here |it )*for {_GROUP}(?P<x>{_X})",
    ),
    (
        "in_their_name",
        rf"(?:hablo|hablamos|respondo|respondemos|contesto|contestamos|hablando|"
        rf"respondiendo|(?:voy a|vengo a|quiero|puedo|me toca|tengo que|permitanme|"
        rf"aca para|aqui para) (?:hablar|responder|contestar)|hablare) <2>(?:por|"
        rf"en nombre de) {_GROUP}(?P<x>{_X})",
    ),
    (
        "in_their_name",
        rf"(?:as|como) <3>(?:spokes\w+|representative|rep|delegate|voice|proxy|"
        rf"vocer\w+|portavoz|portavoces|delegad\w+|representantes?|referente|apoderad\w+) "
        rf"<2>(?:of|for|from|de|del|por) {_GROUP}(?P<x>{_X})",
    ),
    (
        "in_their_name",
        r"(?:as|como) (?P<x>@) 's <1>(?:spokes\w+|representative|rep|delegate|"
        r"voice|proxy)",
    ),
    (
        "in_their_name",
        rf"(?:i|we) (?:am here to |are here to |here )?represent {_GROUP}(?P<x>{_X})",
    ),
    ("in_their_name", rf"(?:represento|representamos|en representacion) a? ?{_GROUP}(?P<x>{_X})"),
    # Their answer, their position, their consent.
    (
        "position",
        rf"(?<= )(?P<told>(?P<x>@) 's <2>{_POSITION} (?:(?:on|about|re|for|to|in|"
        rf"here|of) )?<4>(?:is|are|was|were|remains|'s|:|has not changed|has changed)) "
        rf"{_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>(?:la|el|los|las) <1>{_POSITION_ES} de {_GROUP}(?P<x>{_X}) "
        rf"<4>(?:es|fue|era|son|sigue siendo|:)) {_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>the <1>{_POSITION} (?:of|from|in|at) {_GROUP}(?P<x>{_X}) "
        rf"<4>(?:is|are|was)) {_NOT_A_VIEW}",
    ),
    ("position", rf"(?:have|has|got|with|had|having) (?P<x>@) 's <2>{_CONSENT}"),
    ("position", rf"(?:have|has|got|had|with) <3>{_CONSENT} (?:light )?from (?P<x>{_X})"),
    (
        "position",
        rf"(?:tengo|tenemos|tienen|tienes|tenes|teneis|con|hay) (?:el |la |su |"
        rf"ya |todo el |un )*(?:visto bueno|luz verde|{_CONSENT_ES}) (?:explicito "
        rf"|total |verbal |expreso )?de {_GROUP}(?P<x>{_X})",
    ),
    (
        "position",
        rf"(?:a |an |the |is |yes |'s |esta |un |es |^ ?)(?:hard |firm |definite "
        rf"|rotundo |solid |big |enthusiastic )?(?:yes|no|yea|nay|si|ok|thumbs "
        rf"up|go ahead|green light) (?:vote )?(?:from|de|de parte de|por parte "
        rf"de) {_GROUP}(?P<x>{_X})",
    ),
    (
        "position",
        r"(?:count|put|mark|list|note|record) (?P<x>@) <1>(?:as|down as|for) (?:a "
        r"|an )?(?:yes|no|in favor|against|opposed|abstain\w*|support\w*|maybe)",
    ),
    (
        "position",
        r"(?:cuenten|cuenta|conta|anoten|anota|pongan|pon|pone) (?:a |el voto "
        r"de )?(?P<x>@) (?:como|por el|en) (?:un |el )?(?:si|no|voto|a favor|contra)",
    ),
    (
        "position",
        r"(?:cuenten|cuenta|contad|conta|pueden contar|podes contar|podemos contar|"
        r"can count|count) (?:con|on) (?P<x>@(?: (?:and|y) @)*)(?! (?:to|para) "
        r"(?:bring|llev|tra))",
    ),
    (
        "in_their_name",
        rf"(?:am|i|we|are|just) (?:accept|accepting|accepted|consent|consented|"
        rf"consenting|agree|agreed|agreeing|declin\w+|forgiv\w+|decid\w+|signing|"
        rf"signed|waiv\w+|resign\w*|say yes|said yes|saying yes|say no|said no) "
        rf"<4>for (?P<x>{_X})(?! 's)",
    ),
    (
        "in_their_name",
        rf"(?:acepto|aceptamos|consiento|rechazo|rechazamos|decido|decidimos|prometo|"
        rf"prometemos|firmo|firmamos|renuncio|digo que si|doy el si|doy el ok) "
        rf"<6>por (?P<x>{_X})",
    ),
    (
        "in_their_name",
        rf"(?:voto|votamos|votando|votar|vote|voting|voted|firmo) (?:por|for) (?P<x>{_X}) "
        rf"<4>(?:poder|proxy|delegad\w+|delego|en su nombre|carta|autoriz\w+)",
    ),
    # Explaining them.
    (
        "meaning",
        r"(?:cuando|when) (?P<x>@) (?:habla\w*|habló|dice|dijo|pone|puso|escrib\w+|"
        r"usa|usó|talks?|talked|says?|said|writes?|wrote|uses?|used|calls?|called|"
        r"llama|menciona|mentions?) (?:[^\s,:()]+ ){0,8}?(?:esta hablando|se refiere|"
        r"se referia|habla de|quiere decir|quiso decir|means|meant|is talking|"
        r"was talking|was referring|is referring|refers)",
    ),
    (
        "meaning",
        r"what (?P<x>@) (?:really |actually |just |also |probably |was |is |'s "
        r"|has been |and i |really was )*(?:wants?|wanted|needs?|feels?|felt|thinks?|"
        r"means?|meant|saying|trying to (?:say|get at)|getting at|asking for|prefers?|"
        r"proposing|describing) <4>(?:is|was)",
    ),
    (
        "meaning",
        r"(?:is|'s|that|think) what (?P<x>@) (?:really |actually |just |also |"
        r"probably |was |is |'s )*(?:wants?|wanted|needs?|means?|meant|feels?|"
        r"trying to (?:say|get at)|getting at|saying)",
    ),
    (
        "meaning",
        r"(?P<x>@) (?:is|was|'s) (?:not |just |really |only |basically |actually "
        r"|probably |simply |clearly )*(?:trying to (?:say|tell|express|get across|"
        r"explain)|saying that|kidding|joking|being sarcastic|getting at|talking "
        r"about)",
    ),
    (
        "meaning",
        r"(?:lo que|what) (?:(?:en realidad|realmente) )?(?P<x>@) <1>(?:is trying|"
        r"was trying|meant|means|wants|needs|is saying|quiere|quiso|queria|siente|"
        r"piensa|necesita|pide|intenta|intentaba|trata|trataba|esta|estaba|plantea|planteaba)(?: "
        r"de| to)?(?: decir| pedir| explicar| diciendo| planteando| say)? <4>(?:es|"
        r"era|fue|is|was)",
    ),
    (
        "meaning",
        r"lo que (?:quiere|quiso|queria|siente|piensa|necesita|pide|intenta|intentaba|"
        r"trata|trataba|plantea)(?: de)?(?: decir| pedir| explicar| plantear)? "
        r"(?P<x>@) (?:con eso |[^\s,:()“”]+ ){0,3}?(?:es|era|fue)",
    ),
    (
        "meaning",
        r"(?:con eso|ahi|by that|with that|there) (?:,? ?)(?P<x>@) <2>(?:quiso|"
        r"quiere|queria|meant|means|se referia|se refiere)",
    ),
    # What it does to them.
    (
        "effect",
        rf"(?:is|was|'s|be|been|are|feels|felt|gets|got|were|being|super|really|"
        rf"very|so|too|pretty|extremely|es|era|fue|son|re|muy|resulta|seria|mega|esta|estaba|todo) "
        rf"<3>{_EFFECT} (?:{_THING} )?(?:for|to|with|by|para|pa) {_GROUP}(?P<x>{_HER})(?! "
        rf"(?:to|que) (?:come|be there|bring|sign|confirm|get there|reach|park|"
        rf"attend|make it))",
    ),
    ("effect", rf"(?:means|meant|matters|mattered|mean|matter) <4>to (?P<x>{_HER})"),
    (
        "effect",
        rf"(?<! i )(?<! and )(?<! to )(?<! 's )(?<! @ )(?<! never )(?<! dont )(?:hurts|"
        rf"bothers|upsets|scares|triggers|offends|annoys|stresses|worries|terrifies|"
        rf"humiliates|frustrates|overwhelms|exhausts|angers|saddens|infuriates|"
        rf"alienates|disturbs|hurt|bothered|upset|triggered|offended|devastated|"
        rf"crushed|humiliated|frustrated|worried|hurting|bothering|stressing|really "
        rf"got to|gets to|weighing on|weighs on|stings|stung|alienated|overwhelmed|"
        rf"embarrassed|traumatized|insulted|saddened|angered|rattled|shook|exhausted|"
        rf"burned|terrified|disturbed|disappointed|stressed out|pissed off|pisses "
        rf"off|creeps out|creeped out|freaks out|freaked out) (?P<x>{_HER})(?! "
        rf"'s)",
    ),
    (
        "effect",
        rf"(?:does|did|do|would|will) (?:not )?(?:really |even )?(?:hurt|bother|"
        rf"upset|scare|trigger|offend|annoy|stress|worry|terrify|humiliate|frustrate|"
        rf"overwhelm|alienate) (?P<x>{_HER})(?! 's)",
    ),
    (
        "effect",
        rf"(?:makes?|made|making|leaves?|left|got|has|had) (?P<x>{_HER}) (?:feel|"
        rf"feeling|felt|really |very |so |pretty |super )*(?:feel\w*|uncomfortable|"
        rf"anxious|sad|angry|nervous|upset|cry|crying|unsafe|furious|mad|happy|"
        rf"uneasy|miserable|worried|excited|stressed|panicky|hurt|shaken|tearing "
        rf"up|in tears|fuming|small|invisible|unwelcome)",
    ),
    (
        "effect",
        rf"(?:does not|did not|not|never|does|did) sit <1>(?:right|well|easy) with "
        rf"(?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:is|was|'s|too|weighs?|weighing|takes?|taking|took|been) <4>(?:a lot|"
        rf"too much|a toll|heavily|heavy|hard|rough) (?:for|on) (?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:hits|hit|hitting) <1>(?:close to home|hard|home) (?:for|with|on) "
        rf"(?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:para|pa) {_GROUP}(?P<x>{_X}|ella|ellas|ellos|elle) <7>(?:es|fue|era|"
        rf"seria|resulta|resulto|son|sera|siendo|sido|serian|fueron|significa|means|"
        rf"is|was|va de) <2>(?:{_EFFECT}|mucho|everything|todo|un mundo|un antes)",
    ),
    (
        "effect",
        rf"(?:for) {_GROUP}(?P<x>{_X}) (?:, )?(?:it|this|that|these|the) <4>(?:is|"
        rf"was|'s|are|feels|means) <3>{_EFFECT}",
    ),
    ("effect", rf"{_HARMS_ES} <3>a (?P<x>{_X})"),
    (
        "effect",
        r"(?:hizo|hace|hicieron|haciendo|hacer|hacen) (?:sentir|dano|enojar|sufrir|"
        r"llorar) <3>a (?P<x>@(?: y a @)*)",
    ),
    # One who was asked.
    (
        "relayed",
        r"(?:asked|checked with|talked to|spoke to|spoke with|texted|called|messaged|"
        r"pinged|pregunte a|consulte con|consulte a|hable con|preguntamos a|chequee "
        r"con) (?P<x>@(?: and @)*) <6>(?:, |: |and |y )+(?:it |its |that |eso "
        r")?(?:is |es |'s )?(?:a |un |that is a |it is a )?(?:hard |firm |definite "
        r"|big )?(?:yes|no|si|yep|nope|thumbs up|all good)(?= (?:$|[,.:(]|and|"
        r"but|y|pero|from|on)(?:$| ))",
    ),
    (
        "position",
        rf"^ (?P<told>(?:hard |big )?(?:yes|no|si) (?:vote )?(?:from|de|de parte "
        rf"de|por parte de) {_GROUP}(?P<x>{_X}))(?= )",
    ),
    (
        "position",
        r"(?:in|from|to) (?P<x>@) 's (?:opinion|view|perspective|point of view|"
        r"standpoint|eyes|mind|experience|pov|pov)(?! \?)",
    ),
    ("effect", r"(?:breaks?|broke|breaking) (?P<x>@) 's heart"),
    (
        "effect",
        rf"(?:stress(?:es|ed)?|freak(?:s|ed)?|creep(?:s|ed)?|piss(?:es|ed)?|weird(?:s|"
        rf"ed)?|gross(?:es|ed)?|bum(?:s|med)?|tir(?:es?|ed)|burn(?:s|t|ed)?) (?P<x>{_HER}) "
        rf"(?:out|off)",
    ),
    ("likewise", r"(?:so|neither|nor) (?:does|do|is|did|has|would|was|are) (?P<x>@(?: and @)*)"),
    ("likewise", r"(?:y|pero) (?:a )?(?P<x>@(?: y @)*) (?:tambien|tampoco)(?! [a-z]+)"),
    ("in_their_name", r"casting (?P<x>@|her|his|their) (?:'s )?vote"),
    ("effect", r"(?<! i )(?<! i just )hurt(?:s|ing)? (?P<x>@) 's feelings"),
    (
        "effect",
        rf"(?:slap in the face|punch in the gut|low blow|relief|comfort|insult|"
        rf"nightmare) (?:to|for) (?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:would|will|could) (?:really |totally |absolutely )?(?:crush|devastate|"
        rf"destroy|break|kill|thrill) (?P<x>{_HER})(?! 's)",
    ),
    (
        "effect",
        rf"(?:drains?|drained|draining|exhausts|exhausting|wears|wore|gutted|guts|"
        rf"moved|touched|freaked|thrilled) (?P<x>{_HER})(?! 's)",
    ),
    (
        "effect",
        rf"(?:dejo|dejó|dejaron|deja|dejan|puso|pone|ponen|pusieron) a (?P<x>{_X}) "
        rf"(?:muy |re |super |medio |tan |bastante )*(?:hech[aoex] (?:polvo|mierda|"
        rf"pelota)|mal\b|{_FEELINGS_ES})",
    ),
    (
        "stance",
        r"(?P<x>@) (?:left|came|walked|went|ended|is walking|came away) <6>(?:feeling|"
        r"felt)(?! sick| ill| better)",
    ),
    ("group", rf"all of us (?:here )?(?:at|in|from|with|over at) (?P<x>{_X})"),
    (
        "group",
        rf"(?:thanks|love|rage|solidarity|greetings|gratitude|condolences) (?:and "
        rf"(?:rage|solidarity|love) )?from <3>(?P<x>{_X})",
    ),
    ("position", rf"(?:dejo asentado|dejo constancia de|registro|anoto) <1>voto de (?P<x>{_X})"),
    ("effect", rf"(?:hit|hits|hitting) (?P<x>{_HER}) <2>(?:hard|close to home|badly)"),
    (
        "effect",
        rf"(?:took|takes|taking) (?:a lot|so much|too much|everything) out of (?P<x>{_HER})",
    ),
    # A show of hands.
    (
        "position",
        r"(?P<x>@) (?:totally |completely |100% |tambien |also )*(?:a favor|en "
        r"contra|de acuerdo|in favor|opposed|on board)(?= (?:$|,|and|y|de|con|"
        r"of|with|:|\(|to|pero|but))",
    ),
    (
        "group",
        rf"(?:all of us|everyone|everybody|love|solidarity|greetings) (?:here )?(?:at|"
        rf"in|from|over at) (?P<x>{_X}) (?:want|wish|believe|think|stand|thank|"
        rf"support|condemn|feel|demand|reject|agree)",
    ),
)
