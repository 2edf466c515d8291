"""Spanish words that state a view, a wish, a feeling, a consent, a decision. Pure data, folded."""

from __future__ import annotations

from bot.noticing.forms import spanish
from bot.noticing.lexicon import lexicon

#: `verb stressed-stem past-stem future-stem`, "-" where regular. `=` joins what counts as one verb.
_ALWAYS = """
querer quier quis querr; desear; preferir prefier prefir; pensar piens; creer; opinar; considerar;
sentir sient sint; apoyar; respaldar; bancar; secundar; rechazar; aceptar;
consentir consient consint;
aprobar aprueb; autorizar; oponer opon opus opondr; odiar; detestar; amar; adorar; temer;
lamentar; agradecer; valorar; confiar; desconfiar; dudar; coincidir; concordar concuerd;
discrepar;
disentir disient disint; exigir; reclamar; repudiar; condenar; desaprobar desaprueb;
resentir resient resint;
anhelar; sospechar; suponer supon supus supondr; comprender; perdonar; disfrutar; tolerar;
pretender;
solidarizar; arrepentir arrepient arrepint; avergonzar avergüenz; enojar; alegrar; entristecer;
molestar; ofender; agobiar; hartar; asustar; sufrir; extranar; desconocer;
abstener abstien abstuv;
enfadar; indignar; angustiar; cabrear; celebrar; estimar; renegar renieg; intuir intuy; objetar;
ilusionar; emocionar; entusiasmar; demandar; asumir; respetar; preocupar; aborrecer; despreciar;
incomodar; mosquear; embroncar; rayar; calentar calient; encabronar;
angustiar; frustrar; deprimir; decepcionar; desilusionar; bajonear; inquietar; desanimar;
alterar; estresar;
aplaudir; cuestionar; criticar; deplorar; rehusar rehus; desmarcar; abogar; ansiar ansi;
fiar fi; retractar; conformar; enfurecer; avalar; vetar; adherir adhier adhir; resistir; empenar;
espantar; sorprender; quejar; conmover conmuev
"""
_SOMETIMES = """
negar nieg; necesitar; entender entiend; esperar; votar; decidir; resolver resuelv;
acordar acuerd;
soportar; aguantar; tener tien tuv tendr; dar d; ver v; tomar; pasar; poner pon pus pondr; quedar;
decir dic dij dir; pedir pid pid; contar cuent; avisar; comentar; mencionar; confirmar; asegurar;
jurar; admitir; reconocer; explicar; mandar; plantear; sostener sostien sostuv sostendr;
elegir elij elig; optar; permitir; cansar; copar; prender; llevar; hacer hac hic har;;
manifestar manifiest; expresar; declarar; denunciar; defender defiend; buscar; venir;
retirar; revocar; insistir; prestar; bloquear; mostrar muestr; cambiar; perder pierd; sumar;
negociar; encontrar encuentr; referir refier refir; renunciar; compartir; proponer propon; llamar;
prometer; firmar; conceder; dejar; solicitar; transmitir; contestar; responder; confesar confies;
repetir repit repit; vivir; morir muer mur; flipar;
alucinar; encargar; acompanar; llegar; inclinar; decantar; apostar apuest; pronunciar; posicionar;
guardar; identificar; animar
"""


def _verbs(text: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in text.replace("\n", " ").split(";"):
        if not entry.strip():
            continue
        verb, *stems = entry.split()
        stressed, past, future = (*("" if s == "-" else s for s in stems), "", "", "")[:3]
        for form, tags in spanish(verb, stressed, past, future).items():
            if (verb, tags) not in found.setdefault(form, []):
                found[form].append((verb, tags))
    return found


ALWAYS = _verbs(_ALWAYS)
SOMETIMES = _verbs(_SOMETIMES)
for _form, _verb, _tags in (
    ("dijo", "decir", "S"),
    ("dijeron", "decir", "P"),
    ("dijimos", "decir", "W"),
    ("dice", "decir", "S"),
    ("dicen", "decir", "P"),
    ("dicho", "decir", "N"),
    ("esta", "estar", "S"),
    ("estan", "estar", "P"),
    ("estamos", "estar", "W"),
    ("estuvo", "estar", "S"),
    ("estuvieron", "estar", "P"),
    ("ve", "ver", "S"),
    ("dio", "dar", "S"),
    ("dieron", "dar", "P"),
    ("da", "dar", "S"),
    ("hizo", "hacer", "S"),
    ("puesto", "poner", "N"),
    ("resuelto", "resolver", "N"),
    ("visto", "ver", "N"),
):
    SOMETIMES.setdefault(_form, []).append((_verb, _tags))

_GENDERED = """
enojad molest dolid trist incomod comod content felic preocupad asustad nervios angustiad
decepcionad
frustrad ansios emocionad ilusionad conform dispuest convencid hart quemad agotad abrumad indignad
enfadad cabread cabread orgullos agradecid avergonzad arrepentid desilusionad desanimad dud
interesad opuest tranquil satisfech insatisfech furios rabios herid lastimad afectad ofendid
entusiasmad motivad desmotivad cansadisim encantad copad celos estresad agobiad desesperad aterrad
desbordad sobrepasad saturad deprimid bajonead apenad shockead traumad tocad aliviad segurisim
encabronad emputad agüitad chocad rayad embolad podrid encendid inquiet alegr angustios perturbad
choch helad chat ahogad colapsad fundid reventad molid achicopalad ardid disconform reaci
inconform
escandalizad horrorizad expuest sol invisibilizad excluid silenciad
ninguned ningunead ignorad presionad atacad juzgad destrozad devastad destruid hundid confundid
insegur indecis fascinad maravillad impresionad sorprendid descolocad desconcertad conmovid
resentid incredul recelos esperanzad desesperanzad esceptic optimist pesimist euforic desganad
consternad atonit perplej desencantad amargad decidid reticent renuent temeros desconfiad mufad
empecinad resignad aburrid feliz triste conforme inconforme disconforme alegre firme
"""
_ENDINGS = ("", "o", "a", "e", "x", "os", "as", "es", "xs", "@", "@s", "i", "is")
FEELINGS = frozenset(stem + ending for stem in _GENDERED.split() for ending in _ENDINGS) - {
    "sol",
    "dud",
    "trist",
    "soles",
    "dudo",
    "duda",
    "dudas",
    "solo",
    "sole",
    "molesto",
} | {"molesto"}

PHRASES = """
de acuerdo|deacuerdo|en desacuerdo|a favor|afavor|en contra|encontra|bien con|ok con|okey con
cool con|joya con|de lado de|del lado de|con ganas|sin ganas|en la misma|en esa|en otra
a tope|con miedo|con dudas|con bronca|con rabia|segura de|seguro de|segure de|segurx de|seguras de
seguros de|hasta la madre|hasta las narices|hasta el gorro|hasta la coronilla|hasta los huevos
hasta los ovarios|hasta el moño|hasta el mono|podrida de|cansada de|cansado de|cansade de
cansadx de
cansados de|cansadas de|cansades de|cansadxs de|abierta a|abierto a|abierte a|abiertx a|abiertas a
abiertos a|abiertes a|lista para hablar|listo para hablar|liste para hablar|re mal|muy mal|mal con
mamado de|mamada de|mamade de
mal por|super mal|fatal con|partidaria|partidario|partidarie|partidarias|partidarios|fan de
contra de|contra el|contra la|por el si|por el no|por la labor|del si|del no|de nuestro lado
ni ahi|ni ahi con|ahi con
in|re in|down|down con|on board|de esa idea|a muerte con|con la propuesta|con nosotras
con nosotros|con nosotres|con nosotrxs|con el paro|con la huelga|en paz con|de parte nuestra
esceptica|esceptico|escepticas|escepticos|reacia|reacio|reacias|reacios|pensando en dejar
con muchas ganas|con pocas ganas|con mucho miedo|con un poco de miedo|con muchas dudas
con mucha bronca
adentro|dentro|super adentro|hasta el pico|hasta las pelotas|hasta el queque|hasta el culo
chata de|sacada de onda|sacado de onda
caliente con|re caliente|
que explota|que arde|que trina|que vuela|que echa|que no puede mas|que no da mas
harta|harto|bien asi|bien que|bien si
""".replace("\n", "|").split("|")

#: Verbs of which a person is the indirect object: "a X le …".
_DATIVES = """
gustar; encantar; doler duel; molestar; importar; parecer; interesar; preocupar; incomodar;
apetecer; costar cuest; apenar; enojar; joder; afectar; chiflar; molar; copar; latir; cuadrar;
convencer; pesar; alegrar; agobiar; asustar; aterrar; ofender; indignar; entristecer; emocionar;
ilusionar; fascinar; horrorizar; repugnar; urgir; reventar revient; tranquilizar; satisfacer;
fastidiar; chocar; angustiar; enfadar; disgustar; aburrir; estresar; irritar; rayar; sorprender;
entusiasmar; flipar; conmover conmuev; impactar; avergonzar; frustrar; cansar; deprimir;
inquietar;
shockear; cabrear; embolar; agotar; hartar; bajonear; lastimar; herir hier hir; deleitar; pudrir;
complacer; motivar; aliviar; consolar; traumar; embroncar; sulfurar; encabronar; cerrar cierr;
caber; pintar; intimidar; humillar; perturbar; desesperar; desanimar; nutrir; estremecer; tincar;
calentar calient; remover remuev; resbalar; sudar; flipar; desbordar; abrumar; descolocar; chirriar;
rechinar; sobrepasar; superar; escamar; fregar frieg; jorobar; hinchar; seducir seduc;
tentar tient; repatear; patear; mosquear; medir mid
"""
#: Verbs of which a person is the indirect object: "a X le …".
DATIVES: frozenset[str] = frozenset(
    form.removesuffix("ó") + ("o" if form.endswith("ó") else "") for form in _verbs(_DATIVES)
) - {"cansado", "calienta"}

#: With these it takes one more word: "le da igual", "le hizo daño".
DATIVE_PHRASES = lexicon(
    """
    igual miedo lastima pena bronca rabia cosa verguenza asco panico pereza fiaca paja ansiedad
    ilusion alegria tristeza gracia curiosidad flojera hueva coraje vertigo apuro palo
    impotencia angustia mismo dano bien mal sentir triste nerviosa nervioso lado reparo corte
    hondo durisimo fuertisimo alma corazon ruido lata yuyu risa terror ganas mala fatal pesimo
    horrible genial perfecto feo raro pesado chungo gordo fenomenal joya barbaro super demasiado
    fuerte duro dura dificil importante inseguro malestar estres incomodidad inseguridad ternura
    frustracion tension madres madre verga queso gorro callampa desconfianza
    cosas ataque ataques crisis pesadillas recuerdos flashbacks trauma traumas dolor
    lagrimas escalofrios insomnio
    """
)
ADVERBS = lexicon(
    """
    no si tambien tampoco ya todavia aun muy re super recontra contra full mega hiper ultra bien
    bastante mas menos tan totalmente completamente realmente solo solamente siempre nunca jamas
    casi claramente obviamente seguramente probablemente capaz quizas quiza aparentemente
    incluso hasta ahora hoy igual posta literal se me te nos le les lo la los las os medio algo
    un poco demasiado mucho profundamente sinceramente directamente de verdad en serio ni nada
    para todo todes todas todos cada vez otra recien sigue siguen seguia seguian anda andan
    andaba toda tremendamente absolutamente supuestamente loca loco loque pedo palos
    ninguno ninguna ningune ambas ambos ambes dos
    perfectamente sumamente francamente visiblemente plenamente rotundamente tajantemente
    abiertamente ciertamente evidentemente simplemente requete harto
    unanimemente por ciento 100% 1000% fijo tremenda personalmente supuesto claro sobre ayer
    anoche al final finalmente a re-
    """
)
#: The same in the subjunctive, a statement only in a hedge: "no creo que esté".
DOUBTED_COPULAS = lexicon("este esten estuviera estuvieran sea sean")
COPULAS = lexicon(
    """
 esta estan estaba estaban estuvo estuvieron estara estaran estaria estarian estamos estabamos
 estuvimos es son era eran fue fueron seria serian somos sigue siguen seguia seguimos anda andan
 andaba quedo quedaron quedamos puso pusieron siente sienten parece ve ven mostro queda pone
 encuentra encontraba sentia estado sido estariamos salio salieron salimos volvio volvieron
 andamos andabamos
 """
)
AUXILIARIES = lexicon(
    """
    ha han hemos habia habian habiamos habria habrian va van vamos iba iban esta estan estaba
    estaban estamos estuvo estuvieron sigue siguen seguimos anda andan suele suelen viene vienen
    acaba acaban acabamos llega empezo empieza empezaron empezamos estado haya hayan termina
    termino terminaron quiere lleva llevan volvio vuelve
    """
)
DUTIES = lexicon(
    """
    puede pueden podria podrian debe deben deberia deberian tiene tienen tendria tendrian
    podemos debemos pudo podra podran debera hay tuvo
    """
)
POSITIONS = lexicon(
    """
    postura opinion posicion respuesta decision voluntad deseo deseos preferencia voto vision
    mirada sentir perspectiva sensacion preocupacion miedo exigencia demanda demandas pedido
    reclamo intencion planteo punto tema limite limites condicion condiciones problema prioridad
    lectura
    """
)
CONSENTS = lexicon(
    """
    permiso consentimiento ok okey visto autorizacion aval aprobacion si bendicion apoyo acuerdo
    conformidad confirmacion
    """
)
EFFECT_ADJECTIVES = lexicon(
    """
    importante dificil duro dura doloroso dolorosa fuerte pesado pesada clave fundamental
    incomodo incomoda traumatico traumatica violento violenta triste esencial angustiante
    humillante estresante complicado complicada delicado delicada vital terrible agotador
    agotadora heavy necesario prioritario prioridad sensible urgente ofensivo ofensiva hiriente
    imprescindible significativo significativa valioso valiosa sagrado inaceptable horrible
    jodido jodida irrespetuoso innegociable bravo injusto injusta intolerable insoportable
    indignante insulto suficiente demasiado clara claro logico ridiculo absurda absurdo
    peligroso peligrosa golpe alivio verguenza traicion error locura falta buena mala mejor peor
    perfecto perfecta genial ideal raro rara valido valida tremendo
    """
)
EFFECTS = lexicon(
    """
    lastimo lastima lastiman hirio hiere incomoda incomodo incomodan molesta molesto molestan
    ofende ofendio ofendieron afecta afecto afectan duele dolio asusta asusto preocupa preocupo
    enoja enojo angustia angustio entristece entristecio agobia agobio gusta gusto encanta
    encanto importa interesa emociona emociono alegra alegro indigna indigno destruyo destrozo
    humillo humilla
    """
)
