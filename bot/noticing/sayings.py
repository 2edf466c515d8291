"""The set expressions that speak for somebody, each with the code of its rule. Pure data.

Words are folded and stand between single spaces; a mention is "@", `<3>` is at most three words of
any kind. `x` is whom it speaks for; what is not in `told`, where there is one, is company only.
"""

from __future__ import annotations

from bot.noticing import english, spanish
from bot.noticing.effects import EFFECTS
from bot.noticing.pieces import FEELINGS_EN, FEELINGS_ES, GROUP, X, any_of

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
    r"question|disculpas|perdon|mensaje|pedido|gracias|retir\w+|esto|lo|confirm\w+|les|"
    r"pongo|subo|subiendo)"
)
_BEHALF = (
    rf"(?:(?:on|in) behalf of|on behalf|in the name of|in name of|en nombre "
    rf"de|a nombre de|de parte de|en representacion de|in representation of|por encargo de|"
    rf"por mandato de) "
    rf"{GROUP}(?P<x>{X})"
)
_BEHALF_S = r"(?:on|in) (?P<x>@) 's (?:behalf|name)"
_POSITION = any_of(english.POSITIONS)
_POSITION_ES = any_of(spanish.POSITIONS)
_CONSENT = any_of(english.CONSENTS)
_CONSENT_ES = any_of(spanish.CONSENTS)
_NOT_A_VIEW = (
    r"(?!(?:very |really |so |muy |re |a |an |super |also |totally |completely "
    r"|not )*(?:important|valid|valuable|needed|missing|welcome|noted|relevant|"
    r"required|enough|"
    r"recorded|private|right|good|great|fair|interesting|here|there|in|up|"
    r"due|late|on|at|below|above|final|what|hers|his|theirs|"
    r"importante|valida|valido|buena|bueno|clara|justa|interesante|respetable|"
    r"spot on|on point|solid|sound|well taken|taken|brilliant|smart|correct|true|strong|worth|"
    r"acertad\w|cierto|cierta|atendible|razonable|correcta|correcto|"
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
        rf"by proxy|typing|relaying|speak here|vote proxy) (?:here )?for {GROUP}(?P<x>{X}))(?"
        rf"= )",
    ),
    (
        "in_their_name",
        rf"^ (?P<told>(?:speaking|talking|answering|responding|posting this|posting|"
        rf"writing this|writing|typing this|typing|signing|replying) for {GROUP}(?P<x>{X}))(?"
        rf"= )",
    ),
    (
        "in_their_name",
        rf"(?:am|was|are) (?:posting|writing|typing|saying|answering|replying|speaking) "
        rf"(?:this |here |it )*for {GROUP}(?P<x>{X})",
    ),
    (
        "in_their_name",
        rf"(?:hablo|hablamos|respondo|respondemos|contesto|contestamos|hablando|"
        rf"respondiendo|(?:voy a|vengo a|quiero|puedo|me toca|tengo que|permitanme|"
        rf"aca para|aqui para) (?:hablar|responder|contestar)|hablare) <3>(?:por|"
        rf"en nombre de) {GROUP}(?P<x>{X})",
    ),
    (
        "in_their_name",
        rf"(?:as|como|(?:les )?(?:habla|escribe|hablo|escribo|speaking|writing)) <3>(?:spokes\w+|"
        rf"representative|rep|delegate|bottomliner|liaison|enlace|voice|proxy|vocer\w+|portavoz|"
        rf"portavoces|delegad\w+|"
        rf"representantes?|referente|apoderad\w+) "
        rf"<2>(?:of|for|from|by|de|del|por) {GROUP}(?P<x>{X})",
    ),
    (
        "in_their_name",
        rf"{_SPEAK} <8>(?:en|a) (?P<x>su) nombre",
    ),
    (
        "in_their_name",
        rf"{_SPEAK} <8>(?:on|in) (?P<x>her|his|their) (?:behalf|name)",
    ),
    (
        "in_their_name",
        r"(?:as|como) (?P<x>@) 's <1>(?:spokes\w+|representative|rep|delegate|"
        r"voice|proxy)",
    ),
    (
        "in_their_name",
        rf"(?:i|we) (?:am here to |are here to |here )?represent {GROUP}(?P<x>{X})",
    ),
    ("in_their_name", rf"(?:represento|representamos|en representacion) a? ?{GROUP}(?P<x>{X})"),
    # Their answer, their position, their consent.
    (
        "position",
        rf"(?<= )(?P<told>(?P<x>@) 's <2>{_POSITION} (?:(?:on|about|re|for|to|in|"
        rf"here|of) )?<4>(?:is|are|was|were|remains|'s|:|has not changed|has changed)) "
        rf"{_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>(?:la|el|los|las) <1>{_POSITION_ES} de {GROUP}(?P<x>{X}) "
        rf"<4>(?:es|fue|era|son|sigue siendo|:)) {_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>the <1>{_POSITION} (?:of|from|in|at) {GROUP}(?P<x>{X}) "
        rf"<4>(?:is|are|was)) {_NOT_A_VIEW}",
    ),
    ("position", rf"(?:have|has|got|with|had|having) (?P<x>@) 's <2>{_CONSENT}"),
    ("position", rf"(?:have|has|got|had|with) <3>{_CONSENT} (?:light )?from (?P<x>{X})"),
    (
        "position",
        r"(?:no|zero|some|big|strong|serious|major|a few|cero|ninguna|sin) (?:objections?|"
        rf"complaints?|concerns?|objecion(?:es)?|reparos?|quejas?) (?:from|de|de parte de) "
        rf"{GROUP}(?P<x>{X}|her|him|them|ella|ellas|ellos|elle)",
    ),
    (
        "position",
        rf"(?:por|for) (?P<x>{X}|ella|ellas|ellos|elle|her|him|them) (?:no hay (?:"
        rf"drama|bronca|pedo|problema|lio|inconveniente|rollo|tema)|"
        r"(?:esta )?todo (?:bien|joya|ok)|esta (?:bien|ok|perfecto|joya|genial)|"
        r"ningun (?:problema|drama))",
    ),
    (
        "position",
        rf"(?<= )(?P<told>(?P<x>her|his|their) <1>(?:{_POSITION}) (?:(?:on|about|re|for|to) )?<3>"
        rf"(?:is|was|are|were|remains|'s)) {_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>(?:consensus|verdict|mood|sentiment|consenso|acuerdo|animo) (?:of|from|"
        rf"in|at|among|within|inside|en|de|entre) {GROUP}(?P<x>{X}) "
        rf"<2>(?:is|was|es|fue|:)) {_NOT_A_VIEW}",
    ),
    (
        "position",
        rf"(?<= )(?P<told>our <1>(?:{_POSITION}|line|policy|demand) (?:at|in|as|here at) (?:the )?"
        rf"(?P<x>{X}) <4>(?:is|are|was|has not|have not|remains|stays))",
    ),
    (
        "position",
        rf"(?:tengo|tenemos|tienen|tienes|tenes|teneis|con|hay) (?:el |la |su |"
        rf"ya |todo el |un )*(?:visto bueno|luz verde|{_CONSENT_ES}) (?:explicito "
        rf"|total |verbal |expreso )?de {GROUP}(?P<x>{X})",
    ),
    (
        "position",
        rf"(?:a |an |the |is |yes |'s |esta |un |es |^ ?)(?:hard |firm |definite "
        rf"|rotundo |solid |big |enthusiastic )?(?:yes|no|yea|nay|si|ok|thumbs "
        rf"up|thumbs down|go ahead|green light) (?:vote )?(?:from|de|de parte de|por parte "
        rf"de) {GROUP}(?P<x>{X}|her|him|them|ella|ellas|ellos|elle)",
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
        rf"<4>for (?P<x>{X})(?! 's)",
    ),
    (
        "in_their_name",
        rf"(?:acepto|aceptamos|consiento|rechazo|rechazamos|decido|decidimos|prometo|"
        rf"prometemos|firmo|firmamos|renuncio|digo que si|doy el si|doy el ok) "
        rf"<6>por (?P<x>{X})",
    ),
    (
        "in_their_name",
        rf"(?:voto|votamos|votando|votar|vote|voting|voted|firmo) (?:por|for) (?P<x>{X}) "
        rf"<4>(?:poder|proxy|delegad\w+|delego|en su nombre|carta|autoriz\w+)",
    ),
    # Explaining them.
    (
        "meaning",
        r"(?:cuando|when) (?P<x>@) (?:habla\w*|habló|dice|dijo|pone|puso|escrib\w+|"
        r"usa|usó|talks?|talked|says?|said|writes?|wrote|uses?|used|calls?|called|"
        r"llama|menciona|mentions?) (?:[^\s,:()]+ ){0,8}?(?:(?:no )?apunta a|va por|"
        r"esta hablando|se refiere|se referia|habla de|quiere decir|quiso decir|means|meant|"
        r"is talking|was talking|was referring|is referring|refers)",
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
    (
        "meaning",
        r"(?P<x>@) con (?:eso|esto|ese mensaje) (?:de (?:que )?)?(?:\S+ ){0,6}?(?:se refiere|"
        r"se referia|quiso decir|quiere decir|queria decir)",
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
        rf"de|por parte de) {GROUP}(?P<x>{X}))(?= )",
    ),
    (
        "position",
        r"(?:in|from|to) (?P<x>@) 's (?:opinion|view|perspective|point of view|"
        r"standpoint|eyes|mind|experience|pov|pov)(?! \?)",
    ),
    ("likewise", r"(?:so|neither|nor) (?:does|do|is|did|has|would|was|are) (?P<x>@(?: and @)*)"),
    ("likewise", r"(?:y|pero) (?:a )?(?P<x>@(?: y @)*) (?:tambien|tampoco)(?! [a-z]+)"),
    (
        "in_their_name",
        r"(?:casting|recording|logging|entering|marking|registering) (?P<x>@|her|his|their) "
        r"(?:'s )?(?:vote|proxy|abstention)",
    ),
    (
        "stance",
        r"(?P<x>@) (?:left|came|walked|went|ended|is walking|came away) <6>(?:feeling|"
        r"felt)(?! sick| ill| better)",
    ),
    (
        "stance",
        rf"(?P<x>@) (?:came away|walked away|came out|came out of \S+|left \S+|left|ended up|was "
        rf"left) <3>(?:{FEELINGS_EN})",
    ),
    (
        "stance",
        r"(?P<x>@) (?:se )?(?:salió|salio|fue|quedó|quedo|volvió|volvio|terminó|termino) <6>"
        rf"sintiendose <2>(?:{FEELINGS_ES}|mal|fatal|sol\S)",
    ),
    ("group", rf"all of us (?:here )?(?:at|in|from|with|over at) (?P<x>{X})"),
    (
        "group",
        rf"(?:thanks|love|rage|solidarity|greetings|gratitude|condolences) (?:and "
        rf"(?:rage|solidarity|love) )?from <3>(?P<x>{X})",
    ),
    ("position", rf"(?:dejo asentado|dejo constancia de|registro|anoto) <1>voto de (?P<x>{X})"),
    # A show of hands.
    (
        "position",
        r"(?P<x>@) (?:totally |completely |100% |tambien |also )*(?:a favor|en "
        r"contra|de acuerdo|in favor|opposed|on board)(?! contigo| con vos| con usted| "
        r"with you)(?= (?:$|,|and|y|de|con|of|with|:|\(|to|pero|but))",
    ),
    (
        "group",
        rf"(?:all of us|everyone|everybody|love|solidarity|greetings) (?:here )?(?:at|"
        rf"in|from|over at) (?P<x>{X}) (?:want|wish|believe|think|stand|thank|"
        rf"support|condemn|feel|demand|reject|agree)",
    ),
    # What it does to them.
    *EFFECTS,
)
