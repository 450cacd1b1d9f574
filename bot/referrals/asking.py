"""The words of `bot.referrals.outgoing`: how a code, papers or a meeting are asked for.

Patterns are matched against folded text: lower case, no accents, plain digits, Arabic letters
without hamza and with one form each.  Where a language is added, sentences for it are too.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language asks; every pattern is searched for within a clause."""

    code: re.Pattern[str]
    code_asked: re.Pattern[str]
    code_questioned: re.Pattern[str]
    """Asks only where the sentence is a question."""
    it_asked: re.Pattern[str]
    """Asks where the sentence named the code before."""
    picture: re.Pattern[str]
    paper: re.Pattern[str]
    selfie: re.Pattern[str]
    asked: re.Pattern[str]
    paper_sent: re.Pattern[str]
    kept: re.Pattern[str]
    """What is done with a copy that is not sent to anybody."""
    met: re.Pattern[str]
    private: re.Pattern[str]
    refused: re.Pattern[str]
    """A no, or somebody else's ask that is told of."""
    coaxed: re.Pattern[str]
    """A no that presses: why not, if you do not."""
    aside: re.Pattern[str]
    """What looks like one of these words and is none."""


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in parts))


def _near(first: str, then: str, *, stop: str = "", words: int = 5) -> str:
    """Return a pattern for two things with at most so many words between them."""
    barred = rf"(?!(?:{stop})\b)" if stop else ""
    return rf"\b(?:{first})(?:\W+{barred}\w+){{0,{words}}}?\W+(?:{then})\b"


# ruff: noqa: E501 - patterns stay readable as lists
_EN_CODE = (
    r"(?:pin |receipt |secret |access )?(?:pass)?codes?|pins?|pass ?words?|secret (?:numbers?|digits)"
    r"|(?:12|twelve)[- ](?:digits?|numbers?|figures)"
)
_EN_GIVE = (
    r"send|give|tell|share|show|pass|forward|text|message|e-?mail|whatsapp|provide|submit|confirm|verify"
    r"|repeat|hand over|read (?:me|us|out)|let (?:me|us) (?:have|know|see)|reply with|respond with|(?<!the )(?<!this )answer with"
    r"|write (?:me|us)|ask(?:ing)? (?:you )?for|enter here|spell"
)
_EN_STOP = "if|whether|when|that you|where|how|about|with|without|using|use|open|keep|need|enter|type|who|why"
_EN_WANT = (
    r"(?:i|we|i'm|we're|i'll|we'll|i'd|he|she|my colleague|the officer)(?: (?:also|still|just|really|only|will|would|do|first|am|are|now))*"
    r" (?:needs?|requires?|wants?|like|must (?:have|see|know)|have to (?:have|see|know|check)|waiting for|missing|asks?)"
)
_EN_SEND = (
    r"send|upload|share|attach|forward|e-?mail|show (?:me|us)|scan|photograph|whatsapp|submit"
)
_EN_PAPER = (
    r"passports?|(?:\w+ )?cards?|ids?|id card|papers?|documents?|visas?|permits?|certificates?"
    r"|licen[cs]es?|letters?|decisions?|contracts?"
)
_EN_PRIVATE = (
    r"(?:my|your|our|his|her|a|the) (?:own |private |new )?(?:home|house|apartment|flat|hotel|room|place|villa|residence)"
    r"|at home|home address|(?:your|my|private) address|hotels?|motel|guest ?house|hostel|airbnb|room \d+"
    r"|where you (?:live|stay|sleep|are staying)"
)

ENGLISH = Speech(
    code=re.compile(rf"\b(?:{_EN_CODE})\b"),
    code_asked=_any(
        _near(_EN_GIVE, _EN_CODE, stop=_EN_STOP),
        _near(_EN_WANT, _EN_CODE, stop=_EN_STOP, words=4),
        _near(
            r"(?:can|could|may|might) (?:i|we)(?: please)? (?:have|see|get|know|take|use)",
            _EN_CODE,
            stop="with",
        ),
        rf"\b(?:write|type|enter|put|post)(?:\W+\w+){{0,4}}?\W+(?:{_EN_CODE})\b.*\b(?:here|(?:to|for) (?:me|us)|back|below|in (?:this|the) chat|in your (?:\w+ )?(?:answer|reply|message))",
        rf"\b(?:{_EN_CODE})\W+please\b|\bplease\W+(?:your|the)(?: \w+)?\W+(?:{_EN_CODE})\b",
        rf"\bwithout(?:\W+\w+){{0,2}}?\W+(?:{_EN_CODE})\W+(?:i|we) can(?:not|'t) (?:help|go on|continue|check|do)",
        _near(r"what(?:'s| is| are| was| were| does)", _EN_CODE, stop=_EN_STOP, words=4)
        + r"(?! for)",
    ),
    code_questioned=_any(
        rf"\bwh(?:at|ich)(?:\W+\w+){{0,2}}?\W+(?:{_EN_CODE})\b(?! for)",
        rf"^\W*(?:and )?(?:your|the)(?: \w+)?\W+(?:{_EN_CODE})\W*$",
    ),
    it_asked=re.compile(rf"\b(?:{_EN_GIVE}|write|type)\W+(?:it|them|that|those)\b"),
    picture=re.compile(
        r"\b(?:photos?|pictures?|pics?|images?|scans?|screenshots?|snapshots?|(?:photo)?cop(?:y|ies))\b"
    ),
    paper=re.compile(rf"\b(?:{_EN_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\b(?:photo|picture|pic|image)s? of (?:you|yourself|your face)\b|\byour (?:photo|picture|face)\b"
    ),
    asked=_any(
        rf"\b(?:{_EN_SEND}|take|snap|give|show|provide|let (?:me|us) (?:see|have)|please)\b",
        rf"\b{_EN_WANT}\b",
        r"\b(?:can|could|may) (?:i|we|you)\b",
    ),
    paper_sent=_any(
        _near(_EN_SEND, _EN_PAPER, stop="to|at|in|about|how|if|when|you|with|off", words=4)
    ),
    kept=re.compile(r"\b(?:keep|hide|leave|store)\b"),
    met=re.compile(
        r"\b(?:come|meet|visit|see you|drop by|stop by|join (?:me|us)|talk|appointment)\b"
        r"|\b(?:pick|fetch|collect|bring|take) you\b|\bwait(?:ing)? for (?:me|you)\b"
    ),
    private=re.compile(rf"\b(?:{_EN_PRIVATE})\b"),
    refused=_any(
        r"\b(?:do not|don't|dont|never|nobody|no one|no-one|none|nor|without|cannot|can't|not|isn't|mustn't|shouldn't|won't|no need)\b",
        r"\b(?:did|have|has|does|do|will) (?:you|anyone|anybody|someone|somebody|he|she|they)\b",
        r"\b(?:he|she|they|anyone|anybody|someone|somebody|people|police|men|whoever|family|brother|boss|employer|embassy)\b",
    ),
    coaxed=re.compile(
        r"\bwhy (?:do not|don't|not)\b|\bif you (?:do not|don't|cannot|can't|won't)\b|\bunless\b"
        r"|\b(?:can't|couldn't|won't) you\b|\byou (?:did not|didn't|have not|haven't)\b"
        r"|\bwithout(?:\W+\w+){1,3}\W+(?:i|we) can"
    ),
    aside=_any(
        r"\b(?:post(?:al)?|zip|area|country|diall?ing|dress|labou?r|penal|civil|criminal|qr|bar|door)[ -]?codes?\b",
        r"\bcodes? of (?:conduct|ethics)\b",
        r"\b(?:go|going|come|coming|return|returning|back|get|travel|fly)(?: back)? home\b|\bhome (?:country|town)\b",
        r"\b(?:near|beside|next to|opposite|behind|in front of|across from|close to)(?: \w+){0,2} (?:hotel|house|hostel)s?\b",
    ),
)

_FR_CODE = r"codes?|pin|mots? de passe|(?:numeros?|chiffres?) secrets?|(?:12|douze) chiffres"
_FR_GIVE = (
    r"(?:r?envoy|donn|communiqu|partag|montr|confirm|verifi|indiqu|precis|repet|redonn)(?:ez|er|e|es|iez)"
    r"|dites|dire|dis|transmet(?:tez|tre|s)|fourni(?:ssez|r|s)|(?:repond(?:ez|re|s)) (?:avec|par)|lisez|ecrivez-(?:moi|nous)"
)
_FR_STOP = "si|quand|que|ou|comment|avec|sans|pour|utilisez|gardez|pourquoi|qui|ouvrir|ouvrez"
_FR_WANT = (
    r"(?:j'ai|j'aurai|j'aurais|nous avons|nous aurons|on a|on aura)(?: \w+)? besoin|(?:me|nous|m') (?:faut|faudra|faudrait|manque)"
    r"|je (?:veux|voudrais|demande|dois (?:avoir|voir|connaitre))|nous (?:voulons|voudrions|demandons|devons (?:avoir|voir|connaitre))|j'attends|nous attendons"
)
_FR_SEND = r"(?:r?envoy|partag|photographi|scann|televers)(?:ez|er|e|es|iez)|transmet(?:tez|tre|s)|joign(?:ez|iez)|joindre|montr(?:ez|er)-(?:moi|nous)|(?:me|nous) montrer"
_FR_PAPER = (
    r"passeports?|cartes?|papiers?|documents?|visas?|permis|titres?|certificats?|pieces? d'identite|identite|recepisses?"
    r"|lettres?|decisions?|actes?|contrats?|justificatifs?"
)

FRENCH = Speech(
    code=re.compile(rf"\b(?:{_FR_CODE})\b"),
    code_asked=_any(
        _near(_FR_GIVE, _FR_CODE, stop=_FR_STOP),
        _near(_FR_WANT, _FR_CODE, stop=_FR_STOP),
        _near(
            r"(?:puis-je|pouvons-nous|peut-on|pourrais-je|pourrions-nous|je peux|on peut)(?: \w+)? (?:avoir|voir|connaitre|recevoir|prendre)",
            _FR_CODE,
        ),
        rf"\b(?:ecri(?:vez|re|s)|tap(?:ez|er|e)|saisi(?:ssez|r)|entr(?:ez|er)|mettez|inscrivez|notez)(?:\W+\w+){{0,4}}?\W+(?:{_FR_CODE})\b.*\b(?:ici|ci-dessous|dans (?:ce|le) chat|dans votre (?:\w+ )?(?:reponse|message)|en reponse)",
        rf"\b(?:{_FR_CODE})\W+(?:s'il (?:vous|te) plait|svp|stp)\b",
        rf"\bsans(?:\W+\w+){{0,2}}?\W+(?:{_FR_CODE})\W+(?:je|nous|on) ne (?:peux|pouvons|peut)(?: pas)? (?:vous aider|continuer|rien)",
        _near(
            r"quel(?:le|s|les)? (?:est|sont|etait|etaient)|c'est quoi",
            _FR_CODE,
            stop=_FR_STOP,
            words=3,
        ),
    ),
    code_questioned=_any(
        rf"\bquels?\W+(?:{_FR_CODE})\b",
        rf"^\W*(?:et )?(?:votre|le|ton)\W+(?:{_FR_CODE})\W*$",
    ),
    it_asked=re.compile(
        rf"\b(?:{_FR_GIVE}|ecri(?:vez|s))-(?:le|les|la)\b|\b(?:me|nous) (?:l'|le |les )(?:envoyer|donner|dire|montrer|communiquer)\b"
    ),
    picture=re.compile(r"\b(?:photos?|images?|scans?|(?:photo)?copies?|captures?)\b"),
    paper=re.compile(rf"\b(?:{_FR_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\bphotos? (?:de|d') ?(?:vous|toi|votre visage|ton visage|identite)\b|\b(?:votre|ta) (?:photo|visage)\b"
    ),
    asked=_any(
        rf"\b(?:{_FR_SEND}|prenez|prendre|faites|faire|donnez|montrez|fournissez|svp|merci de)\b|s'il (?:vous|te) plait",
        rf"\b(?:{_FR_WANT})\b",
        r"\b(?:pouvez-vous|pourriez-vous|peux-tu|puis-je|pouvons-nous|peut-on)\b",
    ),
    paper_sent=_any(_near(_FR_SEND, _FR_PAPER, stop="a|au|aux|dans|sur|comment|si|quand|avec|par")),
    kept=re.compile(r"\b(?:gard(?:ez|er|e)|cach(?:ez|er)|laiss(?:ez|er)|conserv(?:ez|er))\b"),
    met=re.compile(
        r"\b(?:ven(?:ez|ir)|viens|vienne|viendr(?:ai|ons|a)|pass(?:er|ez|erai|erons|e)|rendez-vous|rencontr\w+|retrouv\w+|rejoign\w+|rejoindre"
        r"|vous voir|nous voir|te voir|se voir|voyons-nous|vous rendre visite|visiter|(?:vous|te) (?:chercher|recevoir|attends?|attendrai|attendrons|attendons)|attendez-moi)\b"
    ),
    private=re.compile(
        r"\bchez (?:moi|vous|toi|mon|ma|un|une|lui|elle)\b|\b(?:mon|votre|ton|ma|ta|notre|un|une|la|le|l'|d')\W?(?:appartement|maison|chambre|domicile|hotel|studio|logement)\b"
        r"|\bhotels?\b|\ba domicile\b|\badresse (?:privee|personnelle)\b|\b(?:votre|mon|ton) adresse\b|\bou (?:vous|tu) (?:habitez|logez|dormez|vivez|habites)\b|\bchambre \d+|\bairbnb\b"
    ),
    refused=_any(
        r"\b(?:ne|jamais|personne|pas|sans|aucun|aucune|ni|inutile)\b|\bn'",
        r"\b(?:avez-vous|a-t-(?:il|elle|on)|quelqu'un|si on|celui qui|ceux qui|ils|elles|police|votre (?:patron|famille)|l'ambassade|des gens)\b",
    ),
    coaxed=re.compile(
        r"\bpourquoi (?:ne|n')|\bsi (?:vous|tu) (?:ne|n')|\ba moins\b|\bne (?:pourriez|pouvez|voulez)-vous pas|\bvous n'avez (?:pas|toujours)|\bsans(?:\W+\w+){1,3}\W+(?:je|nous|on) ne p"
    ),
    aside=_any(
        r"\bcodes? (?:postal|postaux|du travail|penal|civil|de la route|qr|barres?|pays|de conduite|de la porte|vestimentaire)\b|\bqr codes?\b",
        r"\b(?:rentrer|retourner|retour|rester|restez|rentrez|revenir) (?:chez|a la maison|a domicile)(?: \w+)?\b|\bmaison (?:des|de la|du|de l'|d') ?\w+",
        r"\b(?:pres|a cote|en face|derriere|devant|proche)(?: (?:de|du|d'))?(?: ?(?:la|l'))? ?(?:hotel|maison)\b",
    ),
)

_ES_CODE = r"codigos?|claves?|pin|contrasenas?|(?:numeros?|cifras?|digitos?) secret[oa]s?|(?:12|doce) (?:digitos|cifras|numeros)"
_ES_GIVE = (
    r"(?:re)?envi(?:e|a|ar|as|en)(?:me|nos|melo)?|mand(?:e|a|ar|as)(?:me|nos)?|(?:deme|denos|dame|danos|darme|darnos|dar)"
    r"|dig(?:a|ame|anos)|dime|dinos|decir(?:me|nos)?|compart(?:a|e|ir)(?:me|nos)?|muestr(?:e|a)(?:me|nos)?|mostrar(?:me|nos)?|ensen(?:e|a|ar)(?:me|nos)"
    r"|pas(?:e|a|ar)(?:me|nos)|proporcion(?:e|a|ar)(?:me|nos)?|facilit(?:e|a|ar)(?:me|nos)?|confirm(?:e|a|ar)(?:me|nos)?|verifi(?:que|car|ca)"
    r"|indi(?:que|car|ca)(?:me|nos)?|escrib(?:a|e)(?:me|nos)|repit(?:a|e)(?:me|nos)?|(?:respond(?:a|e|er)|contest(?:e|a|ar)) con|lea(?:me|nos)"
    r"|(?:me|nos) (?:da|das|dice|dices|pasa|pasas|manda|mandas|envia|envias|muestra|comparte)"
)
_ES_STOP = "si|cuando|que|donde|como|con|sin|para|use|usar|abrir|guarde|quien"
_ES_WANT = r"necesit(?:o|amos|are|aremos)|requerimos|quier[oa]|queremos|quisiera|quisieramos|(?:me|nos) (?:hace|hara|haria) falta|(?:me|nos) falta|pedimos|le pido|te pido|espero|esperamos"
_ES_SEND = (
    r"(?:re)?envi(?:e|a|ar|as|en)(?:me|nos)?|mand(?:e|a|ar|as)(?:me|nos)?|compart(?:a|e|ir)(?:me|nos)?|adjunt(?:e|a|ar)|sub(?:a|e|ir)|escane(?:e|a|ar)|fotografi(?:e|a|ar)"
    r"|pas(?:e|a|ar)(?:me|nos)|muestr(?:e|a)(?:me|nos)|mostrar(?:me|nos)|(?:me|nos) (?:manda|mandas|envia|envias|muestra|pasa|pasas)"
)
_ES_PAPER = (
    r"pasaportes?|carnets?|carnes?|cedulas?|tarjetas?|dni|nie|papeles|documentos?|documentacion|visas?|visados?|permisos?|identificacion|identidad"
    r"|certificados?|cartas?|resolucion|contratos?|partida"
)

SPANISH = Speech(
    code=re.compile(rf"\b(?:{_ES_CODE})\b"),
    code_asked=_any(
        _near(_ES_GIVE, _ES_CODE, stop=_ES_STOP),
        _near(_ES_WANT, _ES_CODE, stop="si|cuando|donde|como|con|sin|quien", words=4),
        _near(
            r"(?:puedo|podemos|podria|podriamos) (?:tener|ver|saber|conocer|pedir(?:le|te)?)",
            _ES_CODE,
        ),
        rf"\b(?:escrib(?:a|e|ir)|pon(?:ga)?|introduzca|teclee|anote)(?:\W+\w+){{0,4}}?\W+(?:{_ES_CODE})\b.*\b(?:aqui|abajo|en (?:este|el) chat|en (?:su|tu) (?:\w+ )?(?:respuesta|mensaje))",
        rf"\b(?:{_ES_CODE})\W+por favor\b|\bpor favor\W+(?:su|tu|el|la)\W+(?:{_ES_CODE})\b",
        rf"\bsin(?:\W+\w+){{0,2}}?\W+(?:{_ES_CODE})\W+no (?:puedo|podemos) (?:ayudar\w*|seguir|continuar|hacer)",
        _near(r"cual(?:es)? (?:es|son|era|fue|eran)", _ES_CODE, stop=_ES_STOP, words=3),
    ),
    code_questioned=_any(
        rf"\bque\W+(?:{_ES_CODE})\b",
        rf"^\W*(?:y )?(?:su|tu|el|la)\W+(?:{_ES_CODE})\W*$",
    ),
    it_asked=re.compile(
        r"\b(?:envi(?:e|a)|mand(?:e|a)|d[ae]|dig(?:a)|di|pas[ea]|muestr[ea]|escrib[ae])(?:me|nos)(?:lo|la|los|las)\b"
    ),
    picture=re.compile(
        r"\b(?:fotos?|fotografias?|imagen|imagenes|(?:foto)?copias?|escaneos?|escaner|capturas?)\b"
    ),
    paper=re.compile(rf"\b(?:{_ES_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\b(?:fotos?|imagen) (?:suya|tuya|de usted|de ti|de (?:su|tu) (?:cara|rostro))\b|\b(?:su|tu) (?:foto|cara|rostro)\b"
    ),
    asked=_any(
        rf"\b(?:{_ES_SEND}|tome|toma|tomar|haga|haz|hacer|hagase|hazte|saque|saca|sacar|deme|denos|ensename|enseneme|por favor)\b",
        rf"\b(?:{_ES_WANT})\b",
        r"\b(?:puede|puedes|podria|podrias|puedo|podemos)\b",
    ),
    paper_sent=_any(_near(_ES_SEND, _ES_PAPER, stop="a|al|en|como|si|cuando|con|por")),
    kept=re.compile(r"\b(?:guard(?:e|a|ar|en)|escond(?:a|e|er)|dej(?:e|a|ar)|conserv(?:e|a|ar))\b"),
    met=re.compile(
        r"\b(?:ven(?:ga|gan|ir|dre|dremos|dra)?|vienes?|pas(?:e|ar|are|aremos|o|amos) (?:por|a)|reun(?:ir|irnos|amos|imos)\w*|encontr(?:arnos|emonos|amos|arme|arse|arle)"
        r"|nos vemos|vernos|ver(?:le|la|lo|te)|quedamos|quedar|cita|visit(?:ar|are|arle|arla|arlo|arte|aremos|amos|e)|recog(?:er|erle|erla|erlo|erte|ere|eremos|emos)|buscar(?:le|la|lo|te)?"
        r"|ire|ira|iran|iremos|vamos|voy|(?:le|la|lo|te) (?:espero|esperamos|esperare|espera|recojo|visito|visitara|recibo)|espereme|esperame)\b"
    ),
    private=re.compile(
        r"\b(?:mi|su|tu|nuestra|una|la|el|un|del|al) (?:propi[ao] )?(?:casa|apartamento|piso|habitacion|hotel|domicilio|cuarto|departamento|vivienda)\b|\bhotel\b|\bhostal\b|\bpension\b"
        r"|\bdireccion (?:privada|particular)\b|\b(?:su|tu|mi) direccion\b|\bdonde (?:vive|vives|duerme|duermes|se aloja|te alojas|te quedas|se queda)\b|\bhabitacion \d+|\ba domicilio\b|\ben casa\b|\bairbnb\b"
    ),
    refused=_any(
        r"\b(?:no|nunca|jamas|nadie|sin|tampoco|ni|ningun|ninguna)\b",
        r"\b(?:alguien|quien|policia|ellos|ellas|embajada|(?:su|tu) (?:jefe|familia|patron)|(?:le|te) (?:pide|piden|ha pedido|pidio)|ha (?:dado|enviado|dicho))\b",
    ),
    coaxed=re.compile(
        r"\bpor que no\b|\bsi no (?:me|nos)\b|\ba menos\b|\bno (?:me|nos) ha\b|\b(?:todavia|aun) no\b|\bno (?:me|nos) (?:dio|envio|mando)\b|\bno (?:podria|puede|quiere) (?:\w+r(?:me|nos))\b|\bsin(?:\W+\w+){1,3}\W+no (?:puedo|podemos)"
    ),
    aside=_any(
        r"\bcodigos? (?:postal(?:es)?|penal|civil|laboral|de(?:l)? trabajo|qr|de barras|de (?:pais|area|conducta|la puerta))\b|\b(?:la|una) clave (?:es|esta)\b|\bpalabras? clave\b",
        r"\b(?:volver|regresar|vuelta|regreso|quedarse|quedese)(?: \w+)? (?:a|en)(?: (?:su|la|tu))? casa\b|\bcasa (?:de acogida|de la mujer|del migrante|de refugio|hogar)\b",
        r"\b(?:cerca|al lado|enfrente|frente|detras|junto|delante)(?: (?:de|del|al|a))?(?: (?:la|el|un))? (?:hotel|casa|hostal)\b",
    ),
)

_AR_THE = r"[وفبلك]{0,2}(?:ال|لل)?"
_AR_CODE = (
    rf"{_AR_THE}(?:رمز|رموز|كود|شفره|باسورد)(?:ك|كم|كي|ه|ها|ي)?|{_AR_THE}رقم(?:ك|كم)? السري|{_AR_THE}كلمه (?:السر|المرور|سر)|{_AR_THE}(?:ارقام|اعداد) السريه"
    r"|(?:(?:بال|ال)?12|(?:ب?ال)?اثن[ايه]{1,2} عشر(?:ه)?) (?:ال)?(?:رقم|رقما|خانه|عددا)|رمزكما"
)
_AR_GIVE = (
    r"[وف]?(?:ارسل|ابعث|ابعت|اعط|عط|اخبر|شارك|زود|هات|اظهر|اذكر|اكد|وري|ار)(?:وا|ي)?(?:ني|نا|لي|لنا|يني|ينا|ه|ها)?|[وف]?قل|[وف]?قولي?|[وف]?(?:ارسال|اعطاء|تزويد|اخبار|مشاركه|تاكيد)(?:ي|نا|ك|كم)?"
    r"|[وف]?ان ت(?:رسل|عط|خبر|بعث|بعت|قول|شارك|زود|ذكر|كتب)(?:ي|وا)?(?:ني|نا|ل?ي|لنا|يني|ينا)?|ت(?:رسل|عط|خبر|بعث|بعت|قول|شارك|زود)(?:ي|ين|وا)?(?:ني|نا|لي|لنا|يني|ينا)?"
)
_AR_STOP = "اذا|ان|عندما|اين|كيف|مع|بدون|لفتح|احتفظ|استخدم|من"
_AR_WANT = r"[وس]?(?:احتاج|نحتاج|نريد|اريد|اود|نود|بدي|بدنا|لازم|يلزمني|يلزمنا|ينقصني|ينقصنا|اطلب|نطلب|محتاج|محتاجين|انتظر|ننتظر)(?: (?:الى|منك|ايضا|معرفه))?"
_AR_PAPER = rf"{_AR_THE}(?:جواز|جوازات|باسبور|بطاقه|بطاقت|بطاقات|هويه|هويت|اوراق|وثايق|وثيقه|وثيقت|مستند|مستندات|تاشيره|تاشيرت|فيزا|فيزت|اقامه|اقامت|تصريح|شهاده|شهادت|رخصه|رخصت|عقد|قرار|رساله|دفتر)(?:ك|كم|كي|ها|ه|ي)?"
_AR_SEND = r"[وف]?(?:ارسل|ابعث|ابعت|شارك|حمل|ارفق|صور|اظهر|ورجي|وري|ار)(?:وا|ي)?(?:ني|نا|لي|لنا|يني|ينا)?|[وف]?(?:ارسال|تصوير|مشاركه|ارفاق|تحميل)|ت(?:رسل|بعث|بعت|صور|شارك)(?:ي|ين|وا)?(?:ني|نا|لي|لنا)?"

ARABIC = Speech(
    code=re.compile(rf"\b(?:{_AR_CODE})\b"),
    code_asked=_any(
        _near(_AR_GIVE, _AR_CODE, stop=_AR_STOP),
        _near(_AR_WANT, _AR_CODE, stop="اذا|عندما|اين|كيف|مع|بدون", words=4),
        _near(
            r"(?:هل )?(?:يمكن|يمكنني|يمكننا|ممكن|بامكاني)(?: (?:الحصول|ان (?:اعرف|ارى|اري|نعرف)|معرفه|اعرف|رويه|اخذ|اشوف))?",
            _AR_CODE,
            stop=_AR_STOP,
            words=2,
        ),
        rf"\b[وف]?(?:اكتب|ادخل|ضع|سجل|دون)(?:ي|وا)?(?:ه|لي|لنا)?(?:\W+\w+){{0,4}}?\W+(?:{_AR_CODE})\b.*\b(?:هنا|لي|لنا|في (?:هذه )?المحادثه|في (?:ردك|رسالتك|جوابك))",
        rf"\b(?:{_AR_CODE})\W+(?:من فضلك|رجاء|لو سمحت\w?)\b",
        rf"\b(?:من فضلك|رجاء|لو سمحت\w?)\W+(?:{_AR_CODE})\b",
        rf"\bبدون(?:\W+\w+){{0,2}}?\W+(?:{_AR_CODE})\W+لا (?:استطيع|نستطيع|يمكنني|يمكننا|اقدر|نقدر) (?:ان )?(?:اساعد|مساعد|نساعد|المتابع|اتابع|نتابع)\w*",
    ),
    code_questioned=_any(
        rf"\b(?:ما|ماهو|شو|ايش|ايه|كم|اي|وين|وما)(?:\W+(?:هو|هي|كان|يكون|هم|هذا))?\W+(?:{_AR_CODE})\b",
        rf"^\W*و?(?:{_AR_CODE})\W*$",
    ),
    it_asked=re.compile(
        r"\b[وف]?(?:ارسل|ابعث|ابعت|اعط|عط|اكتب|قول|شارك)(?:ي|وا)?(?:ني|نا|يني|ينا|لي|لنا)?(?:ه|ها|هم|ياه|اياه)\b"
    ),
    picture=re.compile(
        rf"\b{_AR_THE}(?:صوره|صور|صورت|نسخه|نسخ|سكان|لقطه|لقطات)(?:ك|ه|ها|تها|ين)?\b"
    ),
    paper=re.compile(rf"\b(?:{_AR_PAPER})\b"),
    selfie=re.compile(
        rf"\b{_AR_THE}(?:سيلفي|سلفي)\b|\bصوره (?:لك|لوجهك|وجهك|شخصيه|لنفسك|منك)\b|\bصورتك(?:م)?\b|\bصور(?:ي)? (?:نفسك|وجهك)\b"
    ),
    asked=_any(
        rf"\b(?:{_AR_SEND}|{_AR_GIVE}|[وف]?(?:التقط|خذ|خذي|التقطي)|من فضلك|رجاء|لو سمحت\w?|يرجي|الرجاء|ممكن|هل يمكن(?:ك|كم|ني|نا)?|هل تستطيع\w{{0,2}})\b",
        rf"\b(?:{_AR_WANT})\b",
    ),
    paper_sent=_any(_near(_AR_SEND, _AR_PAPER, stop="الي|في|كيف|اذا|مع|عن|حول", words=3)),
    kept=re.compile(r"\b[وف]?(?:احتفظ|خبي|خبي|اخف|اترك|اتركي|احفظ)\w{0,3}\b"),
    met=re.compile(
        r"\b[وفسل]{0,2}(?:تعال|تعالي|تعالوا|تاتي|تاتين|ناتي|اتي|اجي|نجي|نلتقي|التقي|نتقابل|اقابلك|نقابلك|القاك|الاقيك|لقاونا|لقاء|اللقاء|موعدنا|الموعد|موعد|ازورك|نزورك|يزورك|تزورك|زيارتك|زيارك|يزورني"
        r"|احضر|احضري|تحضر|تحضري|انتظرك|انتظرني|انتظريني|ننتظرك|ينتظرك|اخذك|ناخذك|اصطحبك|نصطحبك|امر|نمر|مر|مري|نراك|اراك|لنجتمع|نجتمع|ياتي|ستاتي|ياتون|التقيك|الحضور|المجيء)\b"
    ),
    private=re.compile(
        r"\b(?:[وفبل]|ال)?(?:بيتي|بيتك|بيتنا|منزلنا|شقتنا|بيت|البيت|منزلي|منزلك|منزل|المنزل|شقتي|شقتك|شقه|الشقه|غرفتي|غرفتك|غرفه|الغرفه|فندق|الفندق|فندقك|فندقي|عنوانك|عنواني|عنوان خاص|سكنك|سكني|فيلا|حيث تسكن|حيث تقيم|اين تسكن|حيث تنام|حيث تسكنين)\b"
    ),
    refused=_any(
        r"\b[وف]?(?:لا|لن|لم|ابدا|بدون|دون|ليس|لسنا|لست|غير|عدم|ولا|احد)\b",
        r"\b(?:هل (?:اعطيت|ارسلت|اخبرت|قلت|طلب|ياتون|ياتي|يزور\w*)|طلب|يطلب|احدهم|شخص|الشرطه|هم|السفاره|رب العمل|صاحب العمل|عايلتك|من يسالك)\b",
    ),
    coaxed=re.compile(
        r"\bلماذا لا\b|\b(?:اذا|ان) لم\b|\bلم ت(?:رسل|عط|خبر|بعث|كتب)\w*|\bما لم\b|\bالا (?:تستطيع|يمكن)|\bبدون(?:\W+\w+){1,3}\W+لا (?:ا|ن|يمكن)"
    ),
    aside=_any(
        rf"\b{_AR_THE}رمز (?:البريد|البريدي|الدوله|المنطقه|المدينه|الباب|الاستجابه)\b|\bالرمز البريدي\b|\bرمزك البريدي\b",
        r"\b(?:العوده|الرجوع|تعود|ترجع|ابق|البقاء|العوده)(?: \w+)? (?:الي|في)?(?: ?)(?:البيت|بيتك|المنزل|منزلك)\b",
        r"\b(?:بجانب|قرب|بالقرب من|مقابل|امام|خلف|جنب|بجوار)(?: (?:من))? (?:ال)?(?:فندق|بيت|منزل)\b",
    ),
)

SPEECHES = (ENGLISH, FRENCH, SPANISH, ARABIC)
