"""The set expressions that tell what something does to somebody. Pure data, as in `sayings`."""

from __future__ import annotations

from bot.noticing import english, spanish
from bot.noticing.pieces import FEELINGS_EN, FEELINGS_ES, GROUP, X, any_of

_PLURALS = {f"{word}s" if word[-1] in "aeo" else f"{word}es" for word in spanish.EFFECT_ADJECTIVES}
_EFFECT = (
    any_of(english.EFFECT_ADJECTIVES | spanish.EFFECT_ADJECTIVES | _PLURALS | {"bien"})[:-1]
    + r"|\w+isim[oa]s?)"
)
_HARMS_ES = any_of(
    spanish.EFFECTS | {word[:-1] + "ó" for word in spanish.EFFECTS if word[-1] == "o"}
)
_THING = (
    "(?:day|time|topic|week|subject|moment|one|thing|place|issue|loss|blow|"
    "tema|momento|dia|golpe|cosa|semana|fecha)"
)
_HER = "(?:@(?: (?:and|y) (?:for |to |para |a )?@)*|her|him|them|ella|ellas|ellos|elle)"

EFFECTS: tuple[tuple[str, str], ...] = (
    (
        "effect",
        rf"(?:is|was|'s|be|been|are|feels|felt|gets|got|were|being|super|really|"
        rf"very|so|too|pretty|extremely|es|era|fue|son|re|muy|resulta|seria|mega|esta|estaba|todo) "
        rf"<3>{_EFFECT} (?:{_THING} )?(?:for|to|with|by|para|pa) {GROUP}(?P<x>{_HER})(?! "
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
        rf"(?:makes?|made|making|leaves?|left|got|has|had) (?P<x>{_HER}) <2>(?:{FEELINGS_EN})",
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
        rf"(?:is|are|were|was|'s|too|weighs?|weighing|takes?|taking|took|been) <4>(?:a lot|"
        rf"too much|a toll|heavily|heavy|hard|rough) (?:for|on) (?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:hits|hit|hitting) <1>(?:close to home|hard|home) (?:for|with|on) "
        rf"(?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:para|pa) {GROUP}(?P<x>{X}|ella|ellas|ellos|elle) <7>(?:es|fue|era|"
        rf"seria|resulta|resulto|son|sera|siendo|sido|serian|fueron|significa|means|"
        rf"is|was|va de) <2>(?:{_EFFECT}|mucho|everything|todo|un mundo|un antes)",
    ),
    (
        "effect",
        rf"(?:for) {GROUP}(?P<x>{X}) (?:, )?(?:it|this|that|these|the) <4>(?:is|"
        rf"was|'s|are|feels|means) <3>{_EFFECT}",
    ),
    ("effect", rf"{_HARMS_ES} <3>a (?P<x>{X})"),
    (
        "effect",
        r"(?:hizo|hace|hicieron|haciendo|hacer|hacen) (?:sentir|dano|enojar|sufrir|"
        r"llorar) <3>a (?P<x>@(?: y a @)*)",
    ),
    ("effect", r"(?:breaks?|broke|breaking) (?P<x>@) 's heart"),
    (
        "effect",
        rf"(?:stress(?:es|ed)?|freak(?:s|ed)?|creep(?:s|ed)?|piss(?:es|ed)?|weird(?:s|"
        rf"ed)?|gross(?:es|ed)?|bum(?:s|med)?|tir(?:es?|ed)|burn(?:s|t|ed)?) (?P<x>{_HER}) "
        rf"(?:out|off)",
    ),
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
        rf"(?:dejo|dejó|dejaron|deja|dejan|puso|pone|ponen|pusieron) a (?P<x>{X}) "
        rf"(?:muy |re |super |medio |tan |bastante )*(?:hech[aoex] (?:polvo|mierda|"
        rf"pelota)|mal\b|{FEELINGS_ES})",
    ),
    (
        "effect",
        rf"(?:wears?|wearing|wore|grinds?|grinding|ground|brings?|bringing|brought|gets?|"
        rf"getting|got|drags?|dragging|dragged) (?P<x>{_HER}) down",
    ),
    (
        "effect",
        rf"(?:land|lands|landed|landing|went down|goes down|go down|going down|came across|sat|"
        rf"sits|sit|sitting) <3>(?:badly|poorly|wrong|weird|weirdly|terribly|well|hard|great|"
        rf"awfully) with {GROUP}(?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:brings?|brought|bringing|dredges?|dredging|stirs?|stirred|stirring) up <2>(?:a lot|"
        rf"lots|stuff|memories|trauma|things|feelings|so much|too much) <4>for (?P<x>{_HER})",
    ),
    (
        "effect",
        rf"(?:rubs?|rubbed|rubbing) (?P<x>{_HER}) (?:\S+ )?(?:up )?the wrong way",
    ),
    (
        "effect",
        rf"(?:left|leaves|leaving) a (?:bad|sour|bitter) taste <4>(?:with|for) (?P<x>{_HER})",
    ),
    ("effect", rf"(?:resonates?|resonated|resonating) <2>with (?P<x>{_HER})"),
    ("effect", rf"(?:hit|hits|hitting) (?P<x>{_HER}) <2>(?:hard|close to home|badly)"),
    (
        "effect",
        rf"(?:took|takes|taking) (?:a lot|so much|too much|everything) out of (?P<x>{_HER})",
    ),
)
