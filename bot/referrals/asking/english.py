"""How a code, papers or a meeting are asked for in English."""

import re

from bot.referrals.asking.speech import Speech, any_of, near

# ruff: noqa: E501 - patterns stay readable as lists
_CODE = (
    r"(?:\w+ )?(?:pass)?codes?|pins?|pass ?words?|(?:secret|access|entry) (?:numbers?|digits|nrs?|nos?|num)|long numbers?"
    r"|(?:12|twelve)[- ](?:digits?|numbers?|figures)|(?:the|these|those|your|all) digits"
    r"|numbers? (?:that |which )?(?:only you know|nobody else knows|we gave you|you got from us|you were shown)"
)
_ONE = rf"(?:(?:your|the|a|this|that|own|secret|only|both|number|numbers|and|&)\W+)*(?:{_CODE})"
_GIVE = (
    r"(?:send|give|tell|share|show|pass|text|message|mail|whatsapp|forward|copy|repeat|put|spell)"
)
_WANT = (
    r"(?:i|we|i'm|we're|i'll|we'll|i'd|he|she|my colleague|the officer)(?: (?:also|still|just|really|only|will|would|do|first|am|are|now))*"
    r" (?:needs?|requires?|wants?|like|be (?:glad|grateful|happy)|must (?:have|see|know)|have to (?:have|see|know|check)|waiting for|missing|asks?)"
)
_SEND = r"send|upload|share|attach|forward|e-?mail|show (?:me|us)|scan|snap|photograph|whatsapp|submit|post|drop"
_PAPER = (
    r"passports?|(?:\w+ )?cards?|ids?|id card|papers?|documents?|visas?|permits?|certificates?"
    r"|licen[cs]es?|letters?|decisions?|contracts?"
)
_PRIVATE = (
    r"(?:my|your|our|his|her|a|the) (?:own |private |new )?(?:home|house|apartment|flat|hotel|place|villa|residence)|(?:my|your|his|her|a) (?:\w+ )?(?:room|car)"
    r"|at home|(?:home|private) address|(?:your|my) address|hotels?|motel|guest ?house|hostel|airbnb|room \d+"
    r"|where you (?:live|stay|sleep|are staying)|car park|parking lot|park|beach|bar|cafe|coffee shop|restaurant"
    r"|privately|in private|just (?:you and me|the two of us)|alone|by yourself|dinner|a drink"
)

ENGLISH = Speech(
    code=re.compile(rf"\b(?:{_CODE})\b"),
    code_kept=any_of(
        rf"^(?!.*\b(?:{_GIVE}|need|what|which|want)\b.*\b(?:{_CODE})).*?{_ONE}\W+(?:(?:alone|also|only|always|still|never|no longer)\W+)*"
        r"(?:is|was|are|were|has|have|can|cannot|can't|does|do|did|must|will|opens?|lets?|stops?|works?|shows?|stays?|remains?|belongs?|expires?|ends?|changes?|keeps?|means?|protects?|leads?|disappears?|safe)\b"
        r"(?!\W+(?:still |also |now |really )?(?:needed|required|necessary|missing|wanted|asked|enough|what|be (?:sent|given|told)|help|speed|do\b))",
        rf"^\W*(?:is|are|was|were)\W+{_ONE}\b(?!\W+(?:needed|required))",
        rf"\bwithout\W+{_ONE}\W+(?:nobody|no one|no-one|you)\b(?:\W+\w+){{1,4}}\W+(?:open|read|see|know)",
        near(
            r"(?<!reply )(?<!respond )(?<!^answer )(?<!please answer )(?<!and answer )(?<!to answer )(?<!write back )(?<!text back )(?<!message )(?<! me )(?<! us )with|by|using|use|uses|used",
            _CODE,
            stop=f"{_GIVE}|giving|sending|telling|sharing|me|us",
        ),
        near(
            r"keep|keeps|hide|lose|loses|lost|forget|forgot|forgotten|remember|memori[sz]e|note|save|store|destroy|protect|guard|learn|learnt|change|burn|seen"
            r"|write down|if you write|you (?:\w+ ){0,3}(?:need|have|got|received|know|saw|chose|were (?:given|shown))|(?:bot|chat|page|app) (?:shows?|showed|gave|gives|makes?)"
            r"|about|new|another|other|knows|has|learned|saw",
            _CODE,
            stop=_GIVE,
            words=4,
        )
        + r"(?: (?:down|for|on paper|away|safe|secret))?",
        rf"\bwrite\W+{_ONE}\W+(?:down|on (?:a |some )?paper|somewhere)\b",
        rf"\b(?:type|enter|put)\W+{_ONE}\b.*\bto (?:open|read|see|erase|withdraw)\b",
        rf"\b{_ONE} (?:is|are|was) for\b",
    ),
    code_wanted=any_of(
        near(
            r"(?:i|we)(?:'ve| have)? (?:forgot(?:ten)?|lost|missed|mislaid|deleted|need|want)(?: to (?:note|write|save|have|know))?(?: down)?",
            _CODE,
            words=3,
        ),
        near(r"(?:remind|trust) (?:me|us)", _CODE, words=4),
    ),
    code_sure=any_of(
        rf"\b(?:{_GIVE}|i|me|we|my|our|us(?! not)|type|enter|write|read|quote|resend|dictated?|post|provide|submit|verify|confirm|giving|sending|telling|sharing)\b",
        r"\b(?:required?|needed|necessary|missing|enough|please|screenshots?|pictures?|photos?|beginn?(?:ing)?|starts?|kindly|pls|plz|what(?:'?s)?|which|how does|could|may|mind)\b",
        rf"^\W*(?:\w+\W+){{0,3}}(?:{_CODE})(?:\W+\w+)?\W*$",
    ),
    it_asked=re.compile(
        rf"\b(?:{_GIVE}|reply with|answer with|confirm)\W+(?:(?:me|us)\W+)?(?:it|them|that|those)\b"
        r"|\b(?:write|type)\W+(?:it|them|that|those)\W+(?:here|to (?:me|us)|again|back|below)\b"
    ),
    turns=re.compile(r"\b(?:and|so|then|until|unless|before|because)\b"),
    picture=re.compile(
        r"\b(?:photos?|pictures?|pics?|images?|scans?|screenshots?|snapshots?|(?:photo)?cop(?:y|ies)|scanned|photograph|scan)\b"
    ),
    paper=re.compile(rf"\b(?:{_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\b(?:photo|picture|pic|image)s? of (?:you|yourself|your face)\b|\byour (?:photo|picture|face)\b"
    ),
    asked=any_of(
        rf"\b(?:{_SEND}|take|give|show|provide|let (?:me|us) (?:see|have)|please|help(?:s|ful)?|useful|would)\b",
        rf"\b{_WANT}\b",
        r"\b(?:can|could|may) (?:i|we|you|u)\b",
    ),
    paper_sent=any_of(near(_SEND, _PAPER, stop="to|at|in|about|how|if|when|you|with|off", words=6)),
    kept=re.compile(
        r"\b(?:keep|hide|leave|store|received|arrived|kept|stays|remains|held|bring|has|(?<!i )(?<!we )(?<!me )(?<!us )(?<!to )have(?! to)|collect|give you)\b"
    ),
    met=re.compile(
        r"\b(?:come|meet|visit|see (?:you|us|me|each other)|drop by|stop by|pass by|join (?:me|us)|talk|appointment)\b"
        r"|\b(?:pick|fetch|collect|bring|take|drive) you\b|\bwait(?:ing)? for (?:me|you)\b|\b(?:stay|sleep|live|spend the night) (?:at|in|with) (?:my|us|me)\b|\bask for (?:mr|mrs|mister|me)\b|\bget in(?:to)?\b|\bhost you\b|\b(?:take|invite) you (?:out|to)\b|\b(?:let's|let us) talk\b"
    ),
    private=re.compile(rf"\b(?:{_PRIVATE})\b"),
    address=any_of(
        r"\bwh(?:at|ich)(?:'s| is)? (?:is )?your (?:home |exact |private |full )*address\b",
        r"\b(?:give|send|tell|text|need|know|share|have)\b(?: \w+){0,3} (?:your|the) (?:home |exact |private |full )*address\b",
        r"\bwhere (?:exactly )?do you (?:live|sleep|stay)\b",
        r"\b(?:tell|text|show|send) (?:me|us) (?:exactly )?where you (?:live|sleep|stay)\b",
        r"\b(?:at|pass by|i am|i'm) (?:my|at) home\b.*\b(?:come|pass|drop|visit)\b",
    ),
    refused=any_of(
        r"\b(?:do not|don't|dont|never|nobody|no one|no-one|none|nor|without|cannot|can't|not|isn't|mustn't|shouldn't|won't|no need)\b",
        r"\b(?:did|have|has|does|do|will) (?:you(?! mind)|anyone|anybody|someone|somebody|he|she|they)\b",
        r"\b(?:he|she|they|anyone|anybody|people|men|whoever|family|brother|embassy|(?:if|when|does|did|has|that) (?:some(?:one|body)|the police)|(?:some(?:one|body)|police) (?:who|asks?|wants?|needs?|may|can|has|knows?))\b|\b(?:did|has|does) (?:your|the) \w+\b|(?<!\bmy )(?<!\bour )\b(?:boss|employer)\b",
    ),
    coaxed=re.compile(
        r"\bwhy (?:do not|don't|not)\b|\bif (?:you|i|we) (?:do not|don't|cannot|can't|won't)\b|\bunless\b"
        r"|\b(?:can't|couldn't|won't|wouldn't) you\b|\byou (?:did not|didn't|have not|haven't|still have not)\b"
        r"|\bwithout(?:\W+\w+){1,4}\W+(?:(?:i|we) (?:can|will|am|are)|(?:there is |there's )?nothing|(?:nobody|no one) can help)|\b(?:i|we|nobody|nothing) (?:can|will|could)(?:not|'t| not)?(?:\W+\w+){1,6}\W+without\b"
    ),
    aside=any_of(
        r"\b(?:post(?:al)?|zip|road|traffic|highway|area|country|diall?ing|dress|labou?r|penal|civil|criminal|family|qr|bar|door|gate|entry|building|lift|booking|ticket|reservation|voucher|discount|wi-?fi|colou?r|sort|tax|phone|sim|puk)[ -]?(?:codes?|pins?|passwords?)\b",
        r"\b(?:do not|don't|no need to) (?:worry|be afraid|fear)\b|\bno (?:problem|risk|worry|danger)\b|\bcodes? of (?:conduct|ethics|practice|law)\b|\bcode words?\b|\b(?:has|have|of) (?:12|twelve) (?:digits|numbers)\b|\bcodes? (?:of|for|to|at) (?:the|our) (?:\w+ )?(?:door|gate|building|entrance|lift|wi-?fi|bus|locker|room)\b",
        r"\b(?:go|going|come|coming|return|returning|back|get|travel|fly)(?: back)? home\b|\bhome (?:country|town)\b|\balone or\b|\bnot a (?:hotel|home|house)\b",
        r"\b(?:near|beside|next to|opposite|behind|in front of|across from|close to)(?: \w+){0,2} (?:hotel|house|hostel|park|cafe|bar|restaurant|beach|car park)s?\b",
    ),
)
