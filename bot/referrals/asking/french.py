"""How a code, papers or a meeting are asked for in French."""

import re

from bot.referrals.asking.speech import Speech, any_of, near

# ruff: noqa: E501 - patterns stay readable as lists
_CODE = (
    r"codes?|pin|mots? de passe|(?:numeros?|chiffres?) (?:secrets?|d'acces)|(?:12|douze) (?:chiffres|numeros)|(?:les|vos|tes|ces) chiffres"
    r"|longs? numeros?|numeros? (?:que|qui)(?: (?:vous|tu|nous|on))? (?:seule? |etes seule? a |vous avons |t'a )?(?:connai\w+|savez|sais|donnes?|montres?|(?:s'est|est) (?:affiche|apparu))"
)
_ONE = rf"(?:(?:votre|vos|ton|tes|le|les|un|ce|seul|seuls|meme|numero|et)\W+)*(?:{_CODE})"
_GIVE = (
    r"(?:r?envoy|donn|communiqu|partag|montr|confirm|verifi|indiqu|precis|repet|redonn)(?:ez|er|e|es|iez)"
    r"|dites|dire|dis|transmet(?:tez|tre|s)|fourni(?:ssez|r|s)|(?:re)?ecri(?:vez|re|s)|recopi(?:ez|er|e)|tap(?:ez|er|e)"
)
_WANT = (
    r"(?:j'ai|j'aurai|j'aurais|nous avons|nous aurons|on a|on aura)(?: \w+)? besoin|(?:me|nous|m'|il) (?:faut|faudra|faudrait|manque)"
    r"|je (?:veux|voudrais|demande|dois (?:avoir|voir|connaitre))|nous (?:voulons|voudrions|demandons|devons (?:avoir|voir|connaitre))|j'attends|nous attendons|saurais gre|reconnaissant\w*|aimerai[st]"
)
_SEND = r"(?:r?envo[yi]|partag|photographi|scann|televers|upload)(?:ez|er|e|es|iez)?|transmet(?:tez|tre|s)|joign(?:ez|iez)|joindre|montr(?:ez|er)-(?:moi|nous)|(?:me|nous) montrer"
_PAPER = (
    r"passeports?|cartes?|papiers?|documents?|visas?|permis|titres?|certificats?|pieces? d'identite|identite|recepisses?"
    r"|lettres?|decisions?|actes?|contrats?|justificatifs?"
)

FRENCH = Speech(
    code=re.compile(rf"\b(?:{_CODE})\b"),
    code_kept=any_of(
        rf"^(?!.*\b(?:{_GIVE}|besoin|quels?|faut|faudra|veux)\b.*\b(?:{_CODE})).*?{_ONE}\W+(?:(?:seuls?|aussi|ne|n'|vous|te|t'|se|s')\W*)*"
        r"(?:ouvr\w+|est|sont|sera|etait|etaient|ont|avait|rest\w+|marche\w*|fonctionn\w+|cesse\w*|devient|change\w*|contient|sert|servent|montre\w*|perme\w+|peut|peuvent|expire\w*|appartien\w+|disparai\w+|doit|a(?= (?:ete|expire|cesse|change)))\b(?:-(?:il|elle))?"
        r"(?!\W+(?:encore |aussi |maintenant )?(?:necessaires?|requis|indispensables?|demandes?|obligatoires?|manquants?|ce qu|etre (?:envoye|donne|communique)))",
        rf"\bsans\W+{_ONE}\W+(?:personne|nul|vous)\b(?:\W*\w+){{1,4}}\W+(?:ouvrir|lire|voir|ouvre|lit)",
        near(
            r"(?<!repondez )(?<!reponds )(?<!repondre )avec|utilis\w+|grace a|par|ouvr\w+",
            _CODE,
            stop=f"{_GIVE}|nous|moi",
        ),
        near(
            r"gard\w+|cach\w+|perdu\w*|perd\w*|oubli\w+|retenez|retenir|souvenez|souvenir|not(?:ez|er)|conserv\w+|proteg\w+|detrui\w+|apprenez|changez|a vu|ont vu|montre a|appris|apprendre"
            r"|(?:vous|tu) (?:\w+ ){0,2}(?:avez|as|aurez|connaissez|faut|faudra|avez (?:recu|vu))|(?:bot|chat|page|appli) (?:\w+ )?(?:montre|donne|affiche|a (?:montre|donne))"
            r"|parle\w* de|nouveau|autre|connait|connaissent|a vu|a quoi sert",
            _CODE,
            stop=_GIVE,
            words=4,
        ),
        rf"\b(?:ecri(?:vez|re|s)|inscrivez)\W+{_ONE}\W+(?:sur (?:un |du )?papier|quelque part|ailleurs)\b",
        rf"\b(?:tapez|entrez|saisissez)\W+{_ONE}\b.*\bpour (?:ouvrir|lire|relire|voir|effacer|retirer)\b",
    ),
    code_wanted=any_of(
        near(
            r"(?:j'ai|nous avons|on a|je n'ai pas|nous n'avons pas) (?:oublie|perdu|egare|efface|note)(?: de noter)?|(?:me|nous) (?:rappeler|redire|redonner|confier)|rappelez-(?:moi|nous)",
            _CODE,
            words=3,
        ),
    ),
    code_sure=any_of(
        rf"\b(?:{_GIVE}|je|moi|(?<!chez )nous|notre|mon|entr(?:ez|er|e)|saisi\w*|mettez|repond\w+|fournir|mentionn\w+|dict\w+|exig\w+|donnant)\b|\b(?:j|m)'|\bme\b",
        r"\b(?:faut|faudra|besoin|necessaires?|requis|obligatoire|suffi\w+|capture|photo|debut|commence|veuillez|merci de|s'il|svp|stp|quels?|quoi|koi|comment|puis-je|pourrait-il)\b",
        rf"^\W*(?:\w+\W+){{0,3}}(?:{_CODE})(?:\W+\w+)?\W*$",
    ),
    it_asked=re.compile(
        rf"\b(?:{_GIVE})-(?:le|les|la)\b|\b(?:me|nous) (?:l'|le |les )(?:envoyer|donner|dire|montrer|communiquer|ecrire)\b|\brepond(?:ez|s) avec\W*$"
    ),
    turns=re.compile(r"\b(?:et|alors|puis|tant que|jusqu'a|avant|car)\b"),
    picture=re.compile(
        r"\b(?:photos?|fotos?|images?|scans?|scann\w+|photographi\w+|(?:photo)?copies?|captures?)\b"
    ),
    paper=re.compile(rf"\b(?:{_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\bphotos? (?:de|d') ?(?:vous|toi|votre visage|ton visage|identite)\b|\b(?:votre|ta) (?:photo|visage)\b"
    ),
    asked=any_of(
        rf"\b(?:{_SEND}|pren(?:ez|dre|ds)|faites|faire|fais|donnez|montrez|fournissez|svp|stp|merci de|aiderai(?:t|ent)|utile|ferait|serait)\b|s'il (?:vous|te) plait",
        rf"\b(?:{_WANT})\b",
        r"\b(?:pouvez-vous|pourriez-vous|peux-tu|tu peux|vous pouvez|puis-je|pouvons-nous|peut-on)\b",
    ),
    paper_sent=any_of(
        near(_SEND, _PAPER, stop="a|au|aux|dans|sur|comment|si|quand|avec(?! moi| nous)|par")
    ),
    kept=re.compile(
        r"\b(?:gard(?:ez|er|e)|cach(?:ez|er)|laiss(?:ez|er)|conserv(?:ez|er)|recu\w*|arrivees?|apport\w+|reste|restent|garde\w*|avez|avez-vous|retirer)\b"
    ),
    met=re.compile(
        r"\b(?:ven(?:ez|ir)|viens|vienne|viendr(?:ai|ons|a)|pass(?:er|ez|erai|erons|e)|rendez-vous|rencontr\w+|retrouv\w+|rejoign\w+|rejoindre|rende visite|(?:vous|te) (?:heberger|loger|invite|inviter|prendre)|loger|dormir|installer|monte[rz]"
        r"|vous voir|nous voir|te voir|se voi[rt]|se parler|voyons-nous|parlons|montez|monte|vous rendre visite|visiter|(?:vous|te) (?:chercher|emmener|recevoir|attends?|attendrai|attendrons|attendons)|attendez-moi)\b"
    ),
    private=re.compile(
        r"\bchez (?:moi|vous|toi|mon|ma|un|une|lui|elle)\b|\b(?:mon|votre|ton|ma|ta|notre|un|une|la|le|l'|d')\W?(?:appartement|maison|chambre|domicile|hotel|studio|logement)\b"
        r"|\b(?:ma|sa|la|une) voiture\b|\bparking\b|\bparc\b|\bplage\b|\bbar\b|\bcafe\b|\brestaurant\b|\ben prive\b|\b(?:juste|seulement|rien que) nous deux\b|\bseule? a seule?\b|\bvenez seule? (?:au|a|dans|chez)\b"
        r"|\bhotels?\b|\ba domicile\b|\badresse (?:privee|personnelle)\b|\b(?:votre|mon|ton) adresse\b|\bou (?:vous|tu) (?:habitez|logez|dormez|vivez|habites|dors)\b|\bchambre \d+|\bairbnb\b"
    ),
    address=any_of(
        r"\bou (?:habitez|logez|dormez|vivez)-vous\b|\bou (?:habites|loges|dors|vis)-tu\b",
        r"\bquelle est (?:votre|ton) adresse\b|\bc'est quoi (?:votre|ton) adresse\b",
        r"\b(?:donn|envoy|indiqu|communiqu|precis)\w*\b(?:\W\w+){0,3}\W(?:votre|ton) adresse\b|\bbesoin de (?:votre|ton) adresse\b",
        r"\b(?:dites|dis|indique[zr]?)\W(?:moi|nous) (?:exactement )?ou (?:vous|tu) (?:habitez|habites|dormez|dors|logez|vivez|vis)\b",
    ),
    refused=any_of(
        r"\b(?:ne|jamais|personne|pas|sans|aucun|aucune|ni|inutile)\b|\bn'",
        r"\b(?:avez-vous|a-t-(?:il|elle|on)|quelqu'un (?:vous |t')?(?:demande|veut|qui|a|connait|sait)|si (?:quelqu'un|on)|celui qui|ceux qui|ils|elles|police|(?:votre|ton|son) (?:patron|employeur|chef|mari|famille)|celui|celle|l'ambassade|des gens)\b",
    ),
    coaxed=re.compile(
        r"\bpourquoi (?:ne|n')|\bsi (?:vous|tu|je|nous|on) (?:ne|n')|\ba moins\b|\bne (?:pourriez|pouvez|voulez)-vous pas|\bvous n'avez (?:pas|toujours)(?! besoin)"
        r"|\bsans(?:\W+\w+){1,4}\W+(?:(?:je|nous|on|rien) n(?:e |')|rien|impossible|personne ne peut (?:vous |t')?aider)|\b(?:je|nous|on|rien|personne) n(?:e |')(?:\W*\w+){1,6}\W+sans\b|\btant que (?:vous|tu) (?:ne|n')"
    ),
    aside=any_of(
        r"\bn'ayez (?:pas peur|crainte)|\bne vous inquietez pas|\bsans (?:crainte|risque|danger|peur)|\bpas de (?:souci|probleme|risque)\b|\bcodes?[ -](?:postal|postaux|du travail|penal|civil|de la route|de la circulation|qr|barres?|pays|de conduite|de (?:la|l'|votre) ?(?:porte|entree|immeuble|famille)|du (?:portail|wifi|billet|batiment)|wi-?fi|vestimentaire|de reservation|promo|de la famille)\b|\bqr codes?\b|\bmots? de passe (?:du|de la) wi-?fi\b",
        r"\b(?:rentrer|retourner|retour|rester|restez|rentrez|revenir) (?:chez|a la maison|a domicile)(?: \w+)?\b|\bpas un(?:e)? (?:hotel|maison)\b|\bmaison (?:des|de la|du|de l'|d') ?\w+",
        r"\b(?:pres|a cote|en face|derriere|devant|proche)(?: (?:de|du|d'))?(?: ?(?:la|l'))? ?(?:hotel|maison|parc|cafe|parking|restaurant|plage|bar)\b|\b(?:dans|a) la maison (?:verte|blanche)\b",
    ),
)
