"""In which language a short message is written, by its script and its small words alone.

The guess is only ever offered as a button, so silence is better than a wrong name: None where two
languages come near each other or nothing speaks for any.
"""

import re
import unicodedata
from collections import Counter

from bot.understanding.normal import LIMIT

_ONE_SCRIPT = {
    "BENGALI": "bn", "MYANMAR": "my", "THAI": "th", "LAO": "lo", "KHMER": "km", "GEORGIAN": "ka",
    "ARMENIAN": "hy", "GREEK": "el", "HEBREW": "he", "TAMIL": "ta", "TELUGU": "te",
    "SINHALA": "si", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
    "GURMUKHI": "pa", "GUJARATI": "gu", "TIBETAN": "bo", "THAANA": "dv", "KANNADA": "kn",
    "MALAYALAM": "ml", "ADLAM": "ff",
}  # fmt: skip
_SHARED = {"LATIN", "ARABIC", "CYRILLIC", "ETHIOPIC", "DEVANAGARI"}
# Words are compared as typed, in lower case: an accent is often what tells two languages apart.
_WORDS: dict[str, dict[str, str]] = {
    "LATIN": {
        "en": "i the to my is am are and you what how can do not have they in of me for "
        "was he she it where need want help hello please thanks thank who when "
        "why with from this that your there they've i'm don't can't a on asylum "
        "work job home country will be no money if as at",
        "fr": "je le les des une est pas pour que mon ma mes vous nous comment dans "
        "avec sur au suis ai qui il elle bonjour merci où à ça c'est j'ai l du d' "
        "j' et en un ne sont quoi combien veux peux besoin aide mais oui est-ce "
        "puis quel quelle de la si se sa son asile demande demander retour "
        "travail rentrer pays on me par ou",
        "es": "el los las una es para que mi mis yo usted cómo como con por estoy soy "
        "quiero necesito no hola gracias dónde donde qué cuánto y en un del se me "
        "ayuda tengo puedo está muy pero sí si hay quién mucho ustedes tiene de "
        "la a le lo asilo trabajo volver regresar país pedir ser cuál eso trata",
        "pt": "o os uma é para que meu minha eu você como com não estou sou quero "
        "preciso olá obrigado obrigada onde em um do da no na se me ajuda tenho "
        "posso está mas sim quem muito são de a asilo trabalho voltar país",
        "it": "il lo gli una è per che mio mia io come con non sono voglio ciao grazie "
        "dove in un di del della mi aiuto ho posso ma sì chi quanto bisogno "
        "perché la a asilo lavoro tornare paese",
        "de": "ich der die das und ist nicht ein eine mein meine wie was wo bin zu mit "
        "für habe kann sie wir brauche hilfe hallo danke bitte warum wer von nach "
        "auf möchte",
        "tr": "ben bir ve bu ne için nasıl nerede var yok değil mi mı istiyorum yardım "
        "merhaba teşekkürler evet hayır çok benim lütfen kim neden ile da de gibi",
        "so": "waan waxaan iyo ku ka u in aan ma maxaa sidee waa caawimaad caawimo "
        "fadlan mahadsanid haa maya halkee uu ayaa soo aniga xaggee rabaa",
        "sw": "mimi ni na ya wa kwa nina nataka habari asante msaada wapi nini jinsi "
        "gani sana hii tafadhali je hapana ndiyo naomba yangu kama",
        "vi": "tôi là không có và của cho một được người muốn cần giúp xin chào cảm ơn "
        "ở làm gì đâu như thế nào",
        "ku": "ez te di li ji ku min dixwazim çawa kî çi spas alîkarî ne heye ser bi "
        "kurdî erê na ev",
        "ht": "mwen ou li nou yo se pa gen nan pou ki kijan mèsi bonjou èd bezwen ap",
        "ro": "eu este și nu pentru cum unde vreau mulțumesc ajutor sunt mă care în cu ca sau",
        "sq": "unë është dhe një për nuk si ku dua ndihmë faleminderit jam kam çfarë në të",
        "pl": "ja jest nie i w na się jak gdzie chcę pomoc dziękuję mam co kto "
        "potrzebuję do proszę czy",
        "ha": "ina wannan yaya taimako nagode sannu don allah ba ne ce zan iya",
    },
    "CYRILLIC": {
        "ru": "я не в на что как и мне где это мой есть хочу нужна нужен помощь привет "
        "спасибо по за для меня вы у с кто почему можно здравствуйте",
        "uk": "я не в на що як і мені де це мій є хочу потрібна потрібен допомога "
        "привіт дякую по за для мене ви у з хто чому можна чи та вітаю",
        "bg": "аз не в на какво как и ми къде това има искам помощ здравей благодаря за "
        "от съм да се",
        "sr": "ја не у на шта како и ми где ово имам желим помоћ здраво хвала за да је сам",
    },
    "ARABIC": {
        "ar": "انا أنا في من على الى إلى هل ما ماذا كيف اين أين لا نعم مرحبا شكرا اريد "
        "أريد هذا هذه مع عن احتاج أحتاج ممكن عندي وين شو بدي مساعدة السلام عليكم "
        "لي لم لماذا متى كم",
        "fa": "من در به از که است را چه چی چطور کجا می با برای این آن هم نه بله سلام "
        "ممنون کمک خواهم میخواهم دارم هستم شما نیست ام ما کنم چگونه تشکر",
        "ps": "زه په د له چې دي څه څنګه چیرته او نه هو سلام مننه مرسته غواړم یم لرم ته زما کې دا",
        "ur": "میں ہے ہیں کی کا کے کو سے نہیں کیا کیسے کہاں اور ہوں مجھے چاہیے شکریہ "
        "مدد پر یہ میرا میری آپ نے کر ہاں",
        "ckb": "من لە بۆ دەمەوێ چۆن سوپاس یارمەتی ئەمە چی کوێ بە کە نا بەڵێ",
    },
    "ETHIOPIC": {
        "am": "ነው እኔ ምን እንዴት የት አለ ወደ እና እባክዎ እባክህ እርዳታ ሰላም አመሰግናለሁ እፈልጋለሁ አይደለም ነኝ",
        "ti": "እዩ ኣነ እንታይ ከመይ ኣበይ ኣሎ ናብ ን ሓገዝ ሰላም የቐንየለይ ይደሊ እየ ኣይኮነን ኣብ ካብ",
    },
    "DEVANAGARI": {
        "hi": "मैं है हैं की का के को से नहीं क्या कैसे कहाँ और हूँ मुझे चाहिए धन्यवाद मदद पर यह मेरा आप नमस्ते",
        "ne": "म छ हो को मा लाई बाट छैन के कसरी कहाँ र मलाई चाहियो धन्यवाद मद्दत यो मेरो तपाईं नमस्ते",
    },
}
_LETTERS: dict[str, dict[str, str]] = {
    "LATIN": {
        "vi": "ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "tr": "ığş", "es": "ñ¿¡",
        "pt": "ãõ", "de": "ß", "ro": "țșăț", "pl": "łżźśćąę", "ku": "îêû", "sq": "ë", "fr": "œ",
        "ha": "ɓɗƙƴ",
    },
    "CYRILLIC": {"ru": "ыэё", "uk": "їєґі", "sr": "ђћџљњј", "bg": "ъщ"},
    "ARABIC": {"ps": "ټډړږښڼېۍڅځ", "ur": "ٹڈڑںےہھۓ", "fa": "پچژگ", "ckb": "ەێۆڕڵ"},
    "ETHIOPIC": {"ti": "ቐቑቒቓቔቕቖ", "am": ""},
    "DEVANAGARI": {},
}  # fmt: skip
_WORD_SETS = {
    script: {language: frozenset(text.split()) for language, text in table.items()}
    for script, table in _WORDS.items()
}
_INNER = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARGIN = 1.4


def guess(text: str) -> str | None:
    """Return the likeliest language of a text, None where nothing speaks clearly for one."""
    plain = unicodedata.normalize("NFC", text[:LIMIT]).lower().replace("’", "'")
    script = _script(plain)
    if script in _ONE_SCRIPT:
        return _ONE_SCRIPT[script]
    if script not in _SHARED:
        return None
    return _clear(_points(script, plain))


def _script(text: str) -> str:
    """Return the script most letters are in; kana beside Han is Japanese."""
    counts: Counter[str] = Counter()
    for char in text[:400]:
        if char.isalpha():
            counts[unicodedata.name(char, "?").split()[0].split("-")[0]] += 1
    if counts["HIRAGANA"] + counts["KATAKANA"]:
        return "HIRAGANA"
    return counts.most_common(1)[0][0] if counts else ""


def _points(script: str, text: str) -> dict[str, float]:
    words = [piece for word in _INNER.findall(text)[:80] for piece in _parts(word)]
    points: dict[str, float] = {}
    for language, known in _WORD_SETS[script].items():
        points[language] = float(sum(word in known for word in words))
    for language, letters in _LETTERS[script].items():
        seen = sum(char in letters for char in text[:400])
        points[language] = points.get(language, 0.0) + min(3.0, 1.5 * seen)
    if script == "ARABIC" and not any(char in "پچژگیک" for char in text):
        points["ar"] += 0.5 + sum(char in "ةىأإي" for char in text[:400]) * 0.5
    return points


def _parts(word: str) -> list[str]:
    """Give a word, and the halves around a French elision."""
    head, mark, tail = word.partition("'")
    return [word, f"{head}'", tail] if mark else [word]


def _clear(points: dict[str, float]) -> str | None:
    ordered = sorted(points.items(), key=lambda item: -item[1])
    (first, most), (_, next_most) = ordered[0], ordered[1]
    return first if most >= 1 and most >= _MARGIN * next_most + 0.5 else None
