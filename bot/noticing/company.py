"""In what company a verb of `SOMETIMES` states a view, a wish or a feeling. Pure data.

Each expression is matched at the words that follow the verb, joined by spaces; there are at most
`LOOK_AHEAD` of them, so none of this can take long.
"""

from __future__ import annotations

import re

LOOK_AHEAD = 12

_PEOPLE = (
    r"(?:us|people|everyone|everybody|folks|you|you all|you guys|all of us|"
    r"all of you|others|anyone|the \S+)"
)
_WHO = (
    r"(?:(?:me|us|you|you all|her|him|them|everyone|everybody|people|@|the "
    r"group|some of us|folks|a few of us) )?"
)
_EVALUATION = (
    r"(?:hard|weird|offensive|hurtful|unfair|difficult|useful|great|useless|"
    r"exhausting|annoying|scary|"
    r"insulting|humiliating|degrading|patronising|alienating|pointless|unbearable|draining|"
    r"unsettling|suspicious|sketchy|exciting|encouraging|inspiring|problematic|ridiculous|"
    r"upsetting|disrespectful|frustrating|helpful|interesting|boring|"
    r"stressful|triggering|"
    r"beautiful|moving|confusing|strange|unacceptable|condescending|patronizing|"
    r"overwhelming|painful|funny)"
)
_VIEW = (
    r"(?:should|ought|unfair|bad idea|good idea|great idea|terrible idea|wrong|"
    r"a mistake|not ok|unsafe|"
    r"unacceptable|not worth|too (?:risky|soon|much|dangerous|late|expensive|"
    r"harsh|far)|better (?:to|if|off)|"
    r"disrespectful|not fair|enough is enough|out of line|not right|problematic)"
)

ENGLISH: dict[str, str] = {
    "need": r"(?:(?:some|more|a|an|bit|little|of|lot|our|your|the|her|his|their|real|"
    r"actual|much|extra|time and) )*"
    r"(?:space|time|break|quiet|peace|support|distance|privacy|solidarity|"
    r"respect|closure|clarity|"
    r"reassurance|apology|accountability|breather|hug|pause|alone|safety|"
    rf"{_PEOPLE} to|to (?:feel|be (?:heard|listened|respected|seen|left|alone|"
    rf"asked|consulted)|rest|step|"
    r"think|process|stop|not|breathe|heal|grieve|recover|take (?:a|some|time)))\b",
    "mind": r"",
    "care": r"(?!for (?!us|you|this|everyone|people|it))",
    "vote": r"(?!in (?!favor)|at |early|already|today|tomorrow|closes|is |ends)",
    "understand": r"(?!spanish|english|french|arabic|german|catalan|portuguese)",
    "miss": r"(?!the (?:bus|train|meeting|call|deadline|first|last|vote|march|class|"
    r"assembly)|a |out)",
    "stand": r"(?:with|by (?!the (?:door|gate|entrance|exit|table|window|van))|behind|"
    r"against|for|aside|firm|in solidarity|together|united)\b",
    "side": r"with\b",
    "back": r"(?:the|this|that|us|it|you|our|any|all|@|her|his|their|a|your|my)\b(?! door)",
    "find": rf"(?:\S+ ){{1,6}}?{_EVALUATION}\b",
    "see": r"(?:it|this|that|things|no|the|a|any|us|\S+)(?: \S+){0,3}? (?:as|problem|"
    r"point|issue|differently|that way|sense|reason|need|value)\b",
    "block": r"(?:the |this |that |our )?(?:proposal|motion|decision|consensus|plan|resolution)\b",
    "choose": r"(?:to|not|no|yes)\b",
    "decide": r"",
    "figure": r"(?!out)\S",
    "mean": r"(?!a lot|so much|the world|everything|much|a great)",
    "call": r"(?:for (?!a (?:taxi|cab|doctor|ride)|an ambulance|help)|on|it|this|that|"
    r"bullshit|out)\b",
    "thank": r"(?:you all|everyone|everybody|all|us|the|you)\b",
    "second": r"(?:the|this|that|it|@|your|my)\b",
    "take": r"(?:issue|offen[sc]e|umbrage|exception|pride|comfort|joy|(?:it|that|this) "
    r"(?:\S+ )?(?:personally|badly|hard|well|as)|"
    r"this (?:personally|seriously|very|hard|badly)|no position|the (?:view|position)|"
    r"a (?:\S+ )?(?:stand|stance|position))\b",
    "respect": r"",
    "give": r"(?:(?:me|us|you|her|his|their|the|a|full|its|my|explicit|verbal|enthusiastic|"
    r"official|it|this|no|two) )*"
    r"(?:ok|consent|permission|blessing|go ahead|go-ahead|green light|approval|"
    r"thumbs|yes|nod|all clear|shit|fuck|damn|fucks|shits)\b",
    "grant": r"(?:\S+ )?(?:permission|consent|approval)\b",
    "sign": r"off on\b",
    "change": r"(?:her|his|their|its|hir) (?:mind|position|vote|view|opinion|stance)\b",
    "make": r"(?:up (?:her|his|their|its) mind|peace with|it (?:\S+ )?clear|"
    r"(?:her|his|their|its) (?:\S+ )?(?:clear|known|decision|choice)|clear that|a decision)\b",
    "lose": r"(?:all |her |his |their |any )?(?:trust|faith|confidence|hope|patience|interest)\b",
    "look": r"forward\b",
    "lean": r"(?:towards?|yes|no|in favor|against)\b",
    "withdraw": r"(?:\S+ )?(?:consent|support|permission|objection|block|vote)\b",
    "revoke": r"(?:\S+ )?(?:consent|support|permission)\b",
    "identify": r"with\b",
    "relate": r"to\b",
    "remember": r"(?:it|this|that|things|\S+ \S+) (?:very |quite )?differently\b",
    "describe": r"(?:it|this|that|\S+ \S+) as\b",
    "go": r"(?:along with|through (?:hell|a lot|something|the same|this|that|so much))\b",
    "come": r"(?:around|(?:out|down) (?:on|against|in (?:favor|support))|to (?:the|a|an|this|that) "
    r"(?:\S+ )?(?:conclusion|view|realization|realisation|decision|agreement|understanding))\b",
    "reach": r"(?:the|a|an|this|that) (?:\S+ )?(?:conclusion|decision|agreement|consensus|limit)\b",
    "arrive": r"at (?:the|a|an|this|that) (?:\S+ )?(?:conclusion|decision|agreement|view)\b",
    "end": r"up (?:agreeing|disagreeing|feeling|deciding|hating|loving|regretting|wanting)\b",
    "root": r"for\b",
    "land": r"on\b",
    "warm": r"(?:up )?to\b",
    "view": r"(?:it|this|that|\S+ \S+) as\b",
    "push": r"(?:back|for)\b",
    "buy": r"(?:it|that|this|the (?:argument|excuse|story))\b",
    "urge": rf"{_PEOPLE}\b",
    "request": rf"(?:that|space|privacy|no|not|{_PEOPLE})\b",
    "authorize": r"",
    "authorise": r"",
    "greenlight": r"",
    "ok": r"(?:the|this|that|it|using|sharing)\b",
    "okay": r"(?:the|this|that|it|using|sharing)\b",
    "permit": r"(?:us|me|you|the|this|it)\b",
    "hold": r"(?:the (?:view|position|opinion|line)|that |a grudge|no grudge|grudges|"
    r"firm|(?:her|his|their) (?:position|ground)|(?:it|this|that|anything) "
    r"against)",
    "draw": r"(?:the|a) line\b",
    "share": r"(?:your|our|my|these|those|the|this|that|the same|her) (?:\S+ )?(?:concerns?|"
    r"views?|feelings?|frustrations?|anger|worr(?:y|ies)|opinions?|sentiment|"
    r"hope)\b",
    "dig": r"(?:it|this|that)\b",
    "deny": r"(?:that|it|this|having|ever|saying|doing|all|any)\b",
    "plead": r"(?:with|for)\b",
    "beg": r"(?:us|you|everyone|people|for)\b",
    "send": r"(?:(?:you|us|everyone|all|her|his|their|lots of|much) )*(?:love|solidarity|"
    r"support|apologies|regrets|thanks|gratitude|sympathy)\b",
    "have": r"(?:had (?:enough|it)\b|nothing against|strong feelings|zero interest|"
    r"enough of|it (?:with|up to)|mixed feelings|second thoughts|"
    r"a (?:bad|weird|good|strong|real) feeling|a (?:really )?(?:hard|rough|"
    r"tough) time|the (?:same|strong) feeling|"
    r"(?:(?:no|a|an|some|many|serious|major|big|real|huge|any|strong|very|"
    r"deep|few|several|lots|lot|of|little|zero|her|"
    r"his|their|more|much|grave|got|mild|conflicting|absolutely|own|at|all|"
    r"less|the|slightest|this|legit|such|"
    r"particular|actual|doubts|and|least|trust) )*HAS\b)",
    "know": r"$^",
    # What follows is relayed speech.
    "say": rf"{_WHO}(?:that )?(?:que (?:si|no)\b(?! \S+ (?:viene|puede|llega))|yes|"
    rf"no\b(?! one)|yeah|yep|nope|nah|ok|sure|fine|absolutely|definitely|"
    r"go ahead|go for it|it(?: is|'s)? (?:totally |all |perfectly )?(?:ok|fine|cool|alright|good)|"
    r"that(?: is|'s| would be)? (?:\S+ )?(?:ok|fine|cool|alright|great)|sounds good|"
    r"count (?:her|him|them)|hell|not to|to (?:go ahead|go for|stop|count|tell|say|thank|drop|let)|"
    rf"thanks|thank|sorry|never|whatever|either|(?:i|we|you|you all|people|"
    rf"anyone) (?:can|could|may)|(?:\S+ ){{1,8}}?{_VIEW})\b",
    "tell": rf"(?:me|us|you|you all|her|him|them|everyone|everybody|people|@|the group|"
    rf"some of us|a few of us|the \S+) "
    r"(?:\S+ ){0,2}?(?:(?:that )?(?:yes|no\b(?! one)|ok|it(?: is|'s)? (?:\S+ "
    r")?(?:ok|fine|cool)|not to|"
    r"to (?:go ahead|go for|stop|count|tell|say|thank|drop|let (?:you|everyone|"
    r"people|the)|leave (?:her|him|them)|back off))\b|"
    rf"(?:that )?(?:\S+ ){{1,8}}?{_VIEW}\b)",
    "ask": r"(?:me|us|@ and me|@) (?:if i could |if we could |to please |to also "
    r"|to |please |kindly |specifically )*"
    r"(?:tell|say|let (?:you|everyone|people|folks|the|y|all|this)|relay|convey|"
    r"announce|inform|speak|pass (?:on|along|this|it)|"
    r"share (?:that|with you that|how)|apologi[sz]e|communicate|withdraw|thank|"
    r"make (?:it )?(?:clear|known)|vote|"
    r"represent|post this|make sure you know|clarify)\b"
    r"|that\b|for (?:some |a |more |a little |no |your )?(?:space|privacy|"
    r"time|respect|break|pause|patience|support|understanding|photos|contact)\b"
    r"|(?:not to|to (?:not )?be (?:left|removed|kept|taken|included|excluded|"
    r"heard|consulted|asked|anonymous|called|named|tagged|contacted))\b"
    rf"|{_PEOPLE} (?:\S+ )?(?:not to|to (?:stop|respect|not|give|leave (?:her|"
    rf"him|them)|please|refrain|back off))\b",
}
ENGLISH["have"] = ENGLISH["have"].replace(
    "HAS",
    r"(?:problems?|issues?|objections?|doubts?|concerns?|reservations?|qualms?|"
    r"interest|preferences?|opinions?|"
    r"feelings|regrets?|desire|patience|beef|hesitations?|misgivings|faith|confidence|trust|hopes?|"
    r"complaints?|appetite|fears?|worries|scruples|wish|intention|thoughts on)",
)
ENGLISH["say"] = r"(?:: )?(?:" + ENGLISH["say"] + r"|no way\b|it (?:as a joke|jokingly|in jest))"
for _verb in (
    "reply",
    "answer",
    "respond",
    "claim",
    "state",
    "admit",
    "confirm",
    "swear",
    "report",
):
    ENGLISH[_verb] = ENGLISH["say"]
ENGLISH["beg"] += "|" + ENGLISH["ask"]
ENGLISH["promise"] = (
    r"(?!(?:me |us |you )?(?:to|a|the)\b (?!do better|change|listen|stop|respect|"
    r"pay))"
)
ENGLISH["vibe"] = r"with\b"
for _verb in ("propose", "keep", "stay", "pass", "welcome", "vouch", "pick", "commit"):
    ENGLISH[_verb] = r"$^"

_DO = (
    r"(?:diga|digamos|avise|avisemos|cuente|contemos|transmita|transmitamos|"
    r"comunique|comuniquemos|hable|hablemos|informe|informemos|aclare|aclaremos|"
    r"vote|agradezca|agradezcamos|haga saber|hagamos saber|responda|conteste|"
    r"anuncie|disculpe|pase el|pasemos el|represente|comente|deje claro|deje "
    r"dicho|haga llegar)"
)
_TELL = (
    r"(?:decir|avisar|contar|transmitir|comunicar|hablar|informar|aclarar|"
    r"votar|agradecer|pasarles|anunciar)(?:les|te|le|lo|los|selo|os)?"
)
_ERRAND = (
    r"(?:alguien|(?:le |la |lo |les |me |nos )*(?:lleve|traig|compr|pas|cubr|"
    r"firm|confirm|llegu|prest|ayud|acompan|abr|recoj|busqu|imprim|revis|mand|"
    r"envi|anot|traduzc|guard))"
)

SPANISH: dict[str, str] = {
    "negar": r"",
    "necesitar": r"(?:(?:un|una|mas|su|sus|algo|poco|de|mucho|unos|tomarse|tomar) )*(?:espacio|"
    r"tiempo|descans\S*|apoyo|"
    r"parar|respiro|abrazo|break|silencio|paz|estar sol\S*|sentir\S*|ser escuchad\S*|"
    r"aire|distancia|alejarse|"
    rf"pensar\S*|procesar|privacidad|dias|desconectar|tranquilidad|contencion|que (?!{_ERRAND}))",
    "entender": r"(?!ingles|espanol|catalan|frances|mucho de|de )",
    "esperar": r"(?:que|no|poder|una|disculpas|otra|mas)\b",
    "votar": r"(?:(?:en|por|ayer|anoche) (?:\S+ ){1,3}?(?=no |si |que |a |en contra))?"
    r"(?:a favor|en contra|que|por|si|no|afirmativo|negativo|nulo|en blanco|para)\b",
    "decidir": r"",
    "resolver": r"(?:(?:en|por|ayer|anoche) (?:\S+ ){1,3}?)?"
    r"(?:no|que|en contra|por|\S+[aei]r(?:l[aeo]s?|se|nos)?)\b",
    "acordar": r"(?!de)",
    "soportar": r"",
    "aguantar": r"",
    "vivir": r"(?:violencia|situaciones|eso|esto|como|lo mismo|algo|un infierno|con "
    r"miedo|con angustia)\b",
    "morir": r"(?:de ganas|por|de (?:miedo|verguenza|amor|bronca|pena))\b",
    "flipar": r"con\b",
    "alucinar": r"con\b",
    "tener": r"(?:(?:mucho|mucha|muchas|muchos|un|una|poco|de|algo|cero|ningun|ninguna|"
    r"varias|serias|tanto|tanta|algunas|"
    r"muy|re|bastante|bastantes|el|la|sus|su|mas|ni|muchisimo|muchisima|demasiado|"
    r"demasiada|terrible) )*"
    r"(?:miedo|ganas|dudas?|claro|ilusion|verguenza|objecion(?:es)?|reparos?|"
    r"interes|bronca|rabia|pena|"
    r"reservas|sensacion|impresion|esperanza|confianza|preferencia|opinion|"
    r"preocupacion(?:es)?|intencion(?:es)?|"
    r"paciencia|panico|decidido|decidida|asco|culpa|recelos?|mala onda|mal "
    r"rollo|(?:problema|drama|inconveniente|rollo)(?= ?$| [.,])|(?:problemas?|"
    r"drama|inconvenientes?|rollo|lio) (?:con que|en que|"
    r"en|si|(?:con|para) (?!la |el |su |los |las )\S+[aei]r(?:l[aeo]s?|se|nos|me)?)|"
    r"sentimientos)\b",
    "dar": r"(?:(?:me|nos|su|el|la|un|mi|todo|ya|luz|su propio|total) )*(?:consentimiento|"
    r"ok|okey|permiso|visto bueno|verde|razon|si|aval|aprobacion|bendicion|"
    r"conformidad|apoyo|autorizacion)\b|mas(?: ?$| (?:con|de|y|,|\.))",
    "ver": r"(?:muy |re |super |tan )?(?:bien|mal|raro|con (?:buenos|malos)|mejor|"
    r"peor|viable|posible|necesario|justo|injusto|como|"
    r"sentido|innecesario|complicado|claro|factible|riesgoso|peligroso|problema|"
    r"el problema|la necesidad|que)\b",
    "tomar": r"(?:muy |re |tan |bastante )?(?:a mal|mal|bien|a pecho|a bien)\b",
    "pasar": r"(?:re |muy |super |bastante |tan |realmente )*(?:mal|fatal|pesimo|horrible|"
    r"feo|para el culo)\b|por (?:lo mismo|mucho|algo|un momento|una situacion|"
    r"eso|esto)\b|de (?:todo|esto|eso|ir|venir|historias|movidas)\b",
    "llevar": r"(?:muy |re |bastante |fatal)*(?:mal|fatal)\b",
    "elegir": r"(?:no|que)\b",
    "optar": r"(?:por|no)\b",
    "permitir": r"(?:que|usar|compartir|publicar|el uso)\b",
    "cansar": r"de\b",
    "copar": r"",
    "prender": r"",
    "manifestar": r"(?:su|que|en contra|a favor|el|publicamente)\b",
    "expresar": r"(?:su|que|en contra|a favor)\b",
    "declarar": r"(?:en contra|a favor|su|contrari)",
    "sostener": r"que\b",
    "denunciar": r"(?:que|el|la|los|las|a)\b",
    "defender": r"(?:que|el|la|los|las|esta|su)\b",
    "retirar": r"su (?:consentimiento|apoyo|voto|permiso|veto|bloqueo)\b",
    "revocar": r"su\b",
    "bloquear": r"(?:la |esta |el |este )?(?:propuesta|mocion|decision|consenso|acuerdo)\b",
    "cambiar": r"de (?:opinion|idea|parecer|postura)\b",
    "perder": r"(?:la |toda la |el |las )?(?:confianza|fe|paciencia|interes|esperanza|ganas)\b",
    "acompanar": r"(?:la|el|esta|este|esa|ese|su|nuestra) (?:\S+ )?(?:medida|propuesta|decision|"
    r"mocion|iniciativa|postura|idea|plan|reclamo|pedido|convocatoria|lista)\b",
    "llegar": r"a (?:la|una|un|la misma) (?:misma )?(?:conclusion|acuerdo|consenso|decision)\b",
    "inclinar": r"(?:mas )?(?:por|hacia|a)\b",
    "decantar": r"(?:mas )?(?:por|hacia)\b",
    "apostar": r"(?:por|a (?:que|la|el))\b",
    "pronunciar": r"(?:a favor|en contra|por)\b",
    "posicionar": r"(?:a favor|en contra|por|con)\b",
    "guardar": r"(?:ningun )?rencor\b",
    "identificar": r"con\b",
    "animar": r"(?:a|con)\b",
    "sumar": r"(?:y \S+ )?a (?:la|el|este|esta) (?:propuesta|pedido|reclamo|repudio|mocion|"
    r"exigencia|denuncia|critica)\b",
    "referir": r"",
    "compartir": r"(?:la|el|esa|este|esta|tu|mi|nuestra|su|mis|sus|tus) (?:preocupacion(?:es)?|"
    r"opinion|vision|enojo|sentir|postura|idea|bronca|critica|molestia|inquietud)\b",
    "prestar": r"(?:su )?(?:conformidad|consentimiento)\b",
    "conceder": r"(?:su )?(?:permiso|consentimiento)\b",
    "asumir": r"que\b",
    "solicitar": r"que\b",
    "insistir": r"(?:en|con|que)\b",
    "prometer": r"(?:que|no|$|[.,])",
    "llamar": r"a (?:la|no|que|votar|boicot|todas|todos|todes)",
    "decir": r"(?:que )?(?:si|no|obvio|bueno|dale|ok|okey|claro|nunca|jamas|ni (?:en|"
    r"loc|hablar)\S*|por supuesto|todo bien|adelante|"
    r"va|vale|de una|sale|esta bien|gracias|cuenten con|ni de|sin problema)(?: "
    r"\S+){0,3}? ?(?:$|[.,:?()]|\b(?:a|rotund\S+|gracias|y|pero|porque|con|"
    r"en|que|muchas)\b)"
    r"|que (?:no )?(?:hay que|deberiamos|habria que|es (?:una mala|una buena|"
    r"injusto|un error|mejor|demasiado|peligroso|una falta))",
    "pedir": rf"que (?:\S+ ){{0,3}}?{_DO}\b|{_TELL}\b|(?:perdon|disculpas?|respeto|espacio|"
    rf"tiempo|privacidad|paciencia|un tiempo|calma|silencio|ser|no|por favor "
    rf"que)\b"
    rf"|que (?!{_ERRAND})",
    "mandar": r"a decir|decir",
    "encargar": rf"que (?:\S+ ){{0,3}}?{_DO}\b|{_TELL}\b",
}
SPANISH["decir"] = (
    r"(?:: )?(?:"
    + SPANISH["decir"]
    + r"|(?:en|de|con|sin|por) (?:joda|broma|chiste|(?:mala|buena|ninguna|malas|"
    r"buenas) \S+)\b)"
)
SPANISH["contestar"] = SPANISH["responder"] = SPANISH["confesar"] = SPANISH["repetir"] = SPANISH[
    "decir"
]
for _verb in ("confirmar", "asegurar", "jurar", "admitir", "contar", "comentar"):
    SPANISH[_verb] = r"que (?:si|no)(?: ?$| [.,:]| (?:a|y|pero|porque|rotund\S+)\b)"

SPANISH["avisar"] = SPANISH["comentar"] + r"|que no (?:la |lo |le |les )?cuent"

ENGLISH["say"] += r"|count me\b"
ENGLISH["tell"] += r"|(?:me|us) (?:that )?(?:it|that) (?:is|'s) a (?:\S+ )?(?:yes|no)\b"
ENGLISH["say"] += r"|si (?:al?|to|y|and|but|pero)\b|si ?$"
SPANISH["decir"] = (
    "(?:@ )?(?:"
    + SPANISH["decir"]
    + r"|que ni ahi\b|que por (?:el|ella|elle|ellas|ellos) (?:esta bien|todo "
    r"bien|no hay|joya|dale))"
)
_COMPILED = {verb: re.compile(expression) for verb, expression in {**ENGLISH, **SPANISH}.items()}


def tells(verb: str, following: str) -> bool:
    """Whether the words that follow make this verb a statement of its subject's own mind."""
    expression = _COMPILED.get(verb)
    return expression is not None and expression.match(following) is not None
