"""English words that state a view, a wish, a feeling, a consent, a decision. Pure data."""

from __future__ import annotations

from bot.noticing.forms import english
from bot.noticing.lexicon import lexicon

#: Verbs that state it whatever follows. `verb past participle` where they are irregular.
_ALWAYS = """
want; wish; prefer; like; love; hate; dislike; adore; enjoy; loathe; despise; detest; dread; fear;
resent; regret; think thought; believe; reckon; feel felt; agree; disagree; concur; consent;
approve;
disapprove; support; endorse; oppose; object; refuse; decline; reject; accept; insist; demand;
doubt;
hope; trust; distrust; mistrust; appreciate; forgive forgave forgiven; favor; suspect;
consider; intend; desire; crave; long; yearn; sympathize; sympathise; empathize; empathise;
condemn;
denounce; apologize; apologise; opt; abstain; veto vetoed; expect; value; cherish; worry; suffer;
struggle; admire; envy; guess; imagine; hesitate; assume; suppose; tolerate; advocate; deplore;
repudiate; affirm; renounce; withhold; begrudge; grieve; mourn; fret; concede; acquiesce;
abhor; lament; relish; fancy; applaud; commend; salute; decry; pledge; implore;
experience; endure; crave; rejoice; despair; applaud; sulk; envy; protest; oppose; begrudge;
brood; cringe; balk; bristle; champion; dispute; vow; rue; deem; presume; treasure; gripe;
bemoan; waver; defer; relent; complain;
resist; ache; reckon
"""
#: Verbs that state it in some company only; `company.py` knows which.
_SOMETIMES = """
need; mind; understand understood; miss; stand stood; side; back; find found; see saw seen; block;
choose chose chosen; decide; figure; mean meant; call; thank; second; take took taken;
know knew known;
ask; say said; tell told; promise; respect; give gave given; grant; sign; change; make made;
lose lost;
have had; look; get got gotten; lean; rule; withdraw withdrew withdrawn; revoke; identify; relate;
swear swore sworn; claim; state; admit admitted; confirm; go went gone; come came come; push;
buy bought;
stay; request; urge; report; warn; authorize; authorise; permit; agonize; fall fell fallen;
recognize;
recognise; hold held; draw drew drawn; keep kept; send sent; share; propose; welcome; dig dug;
deny;
relay; care; vote; reply; answer; respond; remember; describe; pass; plead; beg; vibe; ok; okay;
greenlight;
green-light;
commit committed; vouch; pick; say; reach; arrive; root; view; end; land; warm
"""


def _verbs(text: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in text.replace("\n", " ").split(";"):
        if not entry.strip():
            continue
        verb, past, participle = (*entry.split(), "", "")[:3]
        for form, tags in english(verb, past, participle).items():
            if (verb, tags) not in found.setdefault(form, []):
                found[form].append((verb, tags))
    return found


ALWAYS = _verbs(_ALWAYS)
SOMETIMES = _verbs(_SOMETIMES)
SOMETIMES["has"] = [("have", "S")]

#: What somebody can be said to be, seem or get: a feeling or a position.
FEELINGS = lexicon(
    """
    uncomfortable comfortable unsafe afraid scared terrified frightened anxious upset angry mad
    pissed furious livid annoyed irritated frustrated disappointed sad heartbroken devastated
    hurt offended insulted humiliated ashamed embarrassed guilty proud grateful thankful happy
    unhappy glad relieved satisfied dissatisfied pleased displeased delighted jealous lonely
    overwhelmed stressed exhausted drained torn conflicted undecided unsure skeptical sceptical
    hesitant reluctant wary convinced unconvinced adamant surprised shocked appalled triggered
    traumatized traumatised depressed miserable bummed gutted sympathetic unwilling willing keen
    eager excited stoked thrilled psyched hyped pumped interested uninterested opposed inclined
    disinclined bothered crushed disgusted disturbed distressed distraught concerned worried
    resentful bitter hopeful hopeless optimistic pessimistic enthusiastic ambivalent indifferent
    neutral apprehensive nervous uneasy outraged enraged fuming salty alienated isolated ignored
    excluded sidelined silenced unheard disrespected betrayed attacked pressured cornered
    discouraged encouraged motivated unmotivated demoralized demoralised disillusioned ecstatic
    elated chuffed overjoyed moved touched honored honoured flattered impressed horrified
    mortified agreeable supportive unsupportive desperate burnt burned burnout fuzzy unbothered
    unimpressed unmoved regretful remorseful suspicious doubtful dubious curious homesick sorry
    weirded freaked grossed dismayed perturbed fearful apathetic cautious hurting aching
    seething gagged spooked rattled jaded cynical numb infuriated exasperated enamored smitten
    obsessed heated sour firm resolute passionate invested stumped puzzled baffled perplexed
    burntout tense antsy panicked panicking dreading squeamish iffy lukewarm receptive amenable
    emotional teary fascinated startled shaken bewildered leery unnerved deflated disheartened
    miffed peeved irked jazzed amped irate wistful nostalgic glum gloomy tearful dejected
    despondent vindicated validated empowered misunderstood unwelcome unappreciated undervalued
    underappreciated belittled patronised patronized tokenised tokenized scandalised scandalized
    heartened intrigued tempted resigned incensed aghast grumpy crestfallen blindsided stung fussed
    """
)
#: Of those, what `be` alone does not say: it needs `with`, `about`, `to` … behind it.
#: Phrases after `be` and the like, each a row of words; the longest that fits counts.
PHRASES = """
on board|onboard|in favor|in favour|in agreement|in support|all for|all in|for it|for this
for that
against|pro|anti|ok with|ok about|ok to|ok if|ok being|ok doing|ok going|ok having|ok sharing
fine with|fine to|fine if|fine being|fine doing|fine by|good with|cool with|chill with
alright with
cool if|cool about|at peace with|happy with|happy to|down for|down to|down with|down if|down w
up for|up to join|game|game for|game to|game if|glad to|open to|sick of|tired of|bored of|fed up
over it|over this|over that|over the whole|over what|over how
very clear|pretty clear|crystal clear|super clear|clear about
done con|done with this|done with it|done with us|done with you
done with everything|done with that|done with the drama|done with the group
done with the whole|done with people|done with all|done with meetings|done with organizing
done organizing|done with politics|so done|fully done|not having it|not here for|here for it
into it|into this|into that|into the|not into|a fan|a big fan|no fan|not a fan|a yes|a no
a hard no
a hard yes|a firm no|a firm yes|a definite yes|a definite no|a maybe|a solid yes|a strong no
a +1|+1|a thumbs up|a thumbs down|thumbs up|thumbs down|a yay|a nay|a yea|a hard pass|a pass on
of the opinion|of the view|on our side|on your side|on their side|on the same page|on the fence
of two minds|in two minds|set on|dead set|hellbent|bent on|firm on|clear that|certain that
sure that
certain|sure|not sure|committed to|looking forward|dying to|itching to|desperate to|determined to
having second thoughts|having doubts|having a hard time|having a rough time|having a tough time
having trouble with|going through a lot|going through a hard time|going through a rough time
burnt out|burned out|worn out|stressed out|freaking out|freaked out|creeped out|weirded out
at her limit|at his limit|at their limit|at the end of|beside herself|beside himself|in pain about
not ready|ready to talk|ready to forgive|ready to share|ready to commit|ready to compromise
ready to negotiate|ready to quit|ready to move on|ready to support|ready to back|ready to leave
ready to walk|ready to accept|ready to agree|ready to vote|ready to strike|ready to escalate
asking that|asking for|asking to|asking not|asking us|asking people|asking everyone|asking you
in love with|out of patience|losing patience|losing faith|losing trust|losing hope|standing by
standing with|standing against|standing aside|standing firm|leaning towards|leaning toward
leaning yes|leaning no|calling for|calling on|backing|not comfy|comfy|comfy with|sad about
sad that
sorry|so sorry|sorry about|sorry for|not about to accept|in solidarity|against it|team|fine w
under the impression|trying to hurt|trying to offend|trying to upset|trying to exclude
trying to be|trying to start|trying to attack|trying to insult
trying to say|trying to tell|trying to express|trying to explain
trying to get across|trying to get at|saying that
being rude|being mean|being sarcastic|being ironic|being literal|being dismissive|being hostile
joking|just joking|kidding
vibing with|vibing|feeling it|feeling the|feeling this|here for this|here for that|out of spoons
sold on|not sold
convinced|mad at|still mad|not mad|unconvinced|100%|all about|not about
not bothered|all in|having none of|not having any|living for|sensitive about|big on|checked out
not about that|processing|still processing
in her feelings|in his feelings|in their feelings|at a loss|in shock|in pieces|close to tears
in tears
easy either way|easy about|fine either way|ok either way|good either way|cool either way
fine as long|ok as long|cool as long|fine whatever|good to go with|with us|with you|not with us
dead against|of one mind|having it|hearing it|out of energy|at peace
over the moon|on cloud nine|up in arms|all ears|bent out of shape|taken aback|put off by|put off
let down|turned off by|hung up on|worked up|wound up|fired up|torn up|choked up|cut up about
in good spirits|in bits|on edge|in a state|at wits end|at her wits|at his wits|at their wits
beside themselves|beside themself|wary of|a believer|no believer|at odds|happy for
not happy|not ok|not okay|not fine|not cool|not good with|not down|not up for
not on board
not in favor|not having|not keen|okay with|behind the|behind this|behind it|behind us|behind you
""".replace("\n", "|").split("|")

#: After a negated `can`: what cannot be borne is a feeling.
CANNOT = lexicon(
    """
    stand wait bear handle deal face cope support agree accept believe forgive live back endorse
    consent condone abide tolerate stomach imagine trust take
    """
)
#: Objects of `have` that are a feeling or a view.
HAS = lexicon(
    """
    problem problems issue issues objection objections doubt doubts concern concerns reservation
    reservations qualms interest preference opinion opinions feelings regrets desire trouble
    thoughts patience beef hesitation hesitations misgivings faith confidence trust hope hopes
    complaints complaint appetite qualm fears worries scruples energy
    """
)
#: Nouns of which somebody's is stated: "X's answer is no".
POSITIONS = lexicon(
    """
    position view views opinion take stance feeling feelings preference wish wishes answer vote
    decision concern concerns demand demands worry fear belief beliefs perspective verdict reply
    response thinking intention boundary boundaries hope request ask objection objections
    impression consent point issue problem priority condition conditions vibe preferences choice
    pov
    """
)
CONSENTS = lexicon(
    """
    consent permission ok okay blessing approval go-ahead support backing agreement blessings
    green thumbs sign-off signoff yes
    """
)
#: Effects on somebody: verbs whose object feels it …
EFFECTS = lexicon(
    """
    hurt hurts hurting bothers bothered bothering upset upsets upsetting scares scared scaring
    triggers triggered triggering offends offended offending annoys annoyed annoying stresses
    stressed terrifies terrified worries worried devastated devastates embarrasses embarrassed
    humiliates humiliated frustrates frustrated disappointed disappoints exhausts exhausted
    overwhelms overwhelmed infuriated infuriates angers angered saddens saddened alienates
    alienated traumatized traumatises traumatised shook crushed disturbs disturbed irks irked
    insults insulted pains pained excites excited thrills thrilled
    """
)
#: … and adjectives of "it is … for X".
EFFECT_ADJECTIVES = lexicon(
    """
    triggering hard painful important difficult upsetting scary hurtful traumatic uncomfortable
    humiliating exhausting heavy meaningful tough rough stressful overwhelming terrifying
    frustrating sensitive emotional embarrassing distressing draining awkward retraumatizing
    retraumatising dehumanizing alienating essential crucial fine ok okay precious sacred vital
    exciting healing insulting frightening disrespectful offensive unbearable unacceptable
    devastating disappointing significant nonnegotiable special unsafe
    """
)
ADVERBS = lexicon(
    """
    also really definitely just still totally honestly already completely absolutely fully truly
    very so quite pretty probably apparently clearly obviously certainly surely actually simply
    literally strongly always never not generally mostly usually often sometimes kind sort of
    somewhat rather deeply genuinely personally seriously super too both all each basically
    kindly sincerely only even ever now currently again finally maybe perhaps possibly likely no
    more longer hardly barely extremely incredibly fairly firmly wholeheartedly explicitly
    officially publicly privately openly a bit little lot lowkey highkey wholly entirely
    secretly equally hella mad af well much been kinda today recently lately since then once
    supposedly reportedly evidently frankly tbh ngl lol btw imo fwiw plainly specifically
    unanimously collectively overwhelmingly largely happily gladly bitterly badly desperately
    being soo sadly unfortunately at least in fact for sure straight up outright point blank
    flatly 100% emphatically percent hundred 100 1000 110% 200% 1000% 99% pct categorically flat
    out overall particularly especially perfectly utterly thoroughly downright visibly mildly
    increasingly positively decidedly staunchly vehemently keenly beyond proper dead quietly
    """
)
#: Auxiliaries that leave a statement a statement …
AUXILIARIES = lexicon(
    """
    do does did have has had is are was were be been being will would am seems seem seemed
    appears appeared sounds looks looked sounded going to 's used begun began starting started
    keeps kept continues tends gonna
    """
)
COPULAS = lexicon(
    """
    is are was were be been being am 's seems seem seemed appears appeared sounds sound looks
    look looked sounded get gets got getting gotten became becomes remains remained stays stayed
    """
)
#: … and those that make it a duty, a right or a guess about what is possible.
DUTIES = lexicon("should must ought can could may might shall needs supposed")
