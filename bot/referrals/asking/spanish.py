"""How a code, papers or a meeting are asked for in Spanish."""

import re

from bot.referrals.asking.speech import Speech, any_of, near

# ruff: noqa: E501 - patterns stay readable as lists
_CODE = (
    r"codigos?|claves?|pin|contrasenas?|(?:numeros?|cifras?|digitos?) (?:secret[oa]s?|de acceso)|(?:12|doce) (?:digitos|cifras|numeros|numeritos)|(?:las|sus|tus|esas|los|esos) (?:cifras|digitos)"
    r"|numeros? largos?|numeros? que (?:solo (?:usted|tu|vos) (?:conoce|sabe)s?|nadie mas (?:conoce|sabe)|(?:le|te) (?:dimos|dio el (?:bot|chat))|(?:le|te) salio)"
)
_ONE = rf"(?:(?:su|sus|tu|tus|el|la|los|las|un|una|este|solo|mismo|numero|y)\W+)*(?:{_CODE})"
_GIVE = (
    r"(?:re)?envi(?:e|a|ar|as|en)(?:me|nos|melo)?|mand(?:e|a|ar|as)(?:me|nos)?|(?:deme|denos|dame|danos|darme|darnos|dar)"
    r"|dig(?:a|ame|anos)|dime|dinos|decir(?:me|nos)?|compart(?:a|e|ir)\w*|muestr(?:e|a)\w*|pas(?:e|a|ar)(?:me|nos)|escrib(?:a|e)(?:me|nos)?|copi(?:e|a)"
)
_WANT = r"necesit(?:o|amos|are|aremos)|requerimos|quier[oa]|queremos|quisiera|quisieramos|(?:me|nos) (?:hace|hara|haria) falta|(?:me|nos) falta|pedimos|le pido|te pido|espero|esperamos|agradecer\w+|ayudari\w+|servir\w+"
_SEND = (
    r"(?:re)?envi(?:e|a|ar|as|en)(?:me|nos)?|mand(?:e|a|ar|as)(?:me|nos)?|compart(?:a|e|ir)(?:me|nos)?|adjunt(?:e|a|ar)|sub(?:a|e|ir)|escane(?:e|a|ar)|fotografi(?:e|a|ar)"
    r"|pas(?:e|a|ar)(?:me|nos)|muestr(?:e|a)(?:me|nos)|mostrar(?:me|nos)|(?:me|nos) (?:manda|mandas|envia|envias|muestra|pasa|pasas)"
)
_PAPER = (
    r"pasaportes?|carnets?|carnes?|cedulas?|tarjetas?|dni|nie|papeles|documentos?|documentacion|visas?|visados?|permisos?|identificacion|identidad"
    r"|certificados?|cartas?|resolucion|contratos?|partida"
)

SPANISH = Speech(
    code=re.compile(rf"\b(?:{_CODE})\b"),
    code_kept=any_of(
        rf"^(?!\W*que\b)(?!.*\b(?:{_GIVE}|necesit\w+|cual|que codigo|quiero|falta)\b.*\b(?:{_CODE})).*?{_ONE}\W+(?:(?:solo|tambien|siempre|nunca|ya|no|se|le|te)\W+)*"
        r"(?:abren?|deja\w*|guarda\w*|mostr\w+|aparec\w+|cambi\w+|fue|sera|sigue\w*|contiene|es|son|era|eran|esta|estan|queda\w*|funciona\w*|sirven?|muestran?|permiten?|puede\w*|caduca\w*|vence\w*|pertenece\w*|desaparece\w*|debe\w*|tiene\w*)\b"
        r"(?!\W+(?:tambien |aun )?(?:necesari[oa]|requerid[oa]|imprescindible|obligatori[oa]|lo que|(?:que )?(?:enviar|dar|mandar)|ser (?:enviado|dado)))",
        rf"\bsigue\w*\W+{_ONE}",
        rf"\bsin\W+{_ONE}\W+(?:nadie|usted)\b(?:\W+\w+){{1,4}}?\W+(?:abrir|leer|ver|abre|lee)",
        near(
            r"(?<!responda )(?<!responde )(?<!responder )(?<!conteste )(?<!contesta )con|us(?:e|a|ar|ando)|utili\w+|abr(?:a|e|ir)|mediante",
            _CODE,
            stop=f"{_GIVE}|nosotros|nosotras|conmigo",
        ),
        near(
            r"guard\w+|escond\w+|perdi\w*|perder|pierd\w+|olvid\w+|(?<!me )(?<!nos )recuerd\w+|(?<!me )recordar|aprend\w+|memori\w+|anot(?:e|a|ar)|apunt(?:e|a|ar)|conserv\w+|protej\w+|destruy\w+|cambie"
            r"|usted (?:\w+ ){0,2}(?:necesita|tiene|recibio|conoce)|(?:todavia|aun|ya|si|le|te) (?:tiene|tienes|recibio|llego|necesita|hara falta|queda)|tiene|tienes|necesitara|(?:bot|chat|pagina) (?:\w+ )?(?:muestra|da|dio|mostro)"
            r"|sobre|nuevo|otro|conoce|sabe|vio|para que sirve",
            _CODE,
            stop=_GIVE,
            words=4,
        ),
        rf"\bescrib(?:a|e|ir)\W+{_ONE}\W+en (?:un |una )?(?:papel|hoja|otro lugar)\b",
        rf"\b(?:introduzca|teclee|escriba|ponga)\W+{_ONE}\b.*\bpara (?:abrir|leer|ver|borrar|retirar)\b",
    ),
    code_wanted=any_of(
        near(
            r"(?:perdi|perdimos|hemos perdido|he perdido|olvide|olvidamos|no (?:apunte|anote|guarde))(?: (?:apuntar|anotar|guardar))?|(?:me|nos) (?:recuerda|recuerdas|confia)|recuerde(?:me|nos)|confiar(?:me|nos)",
            _CODE,
            words=3,
        ),
    ),
    code_sure=any_of(
        rf"\b(?:{_GIVE}|yo|me|nos|mi|\w{{3,}}(?:rme|rnos|ame|eme|anos|enos)|introduzca|teclee|ponga|pon|responda|contest\w+|facilit\w+|proporcion\w+|indi(?:que|car)|dict\w+|comuni\w+|dando|verifi\w+|confirm\w+)\b",
        r"\b(?:necesit(?:o|amos|are)|necesari[oa]|requerid[oa]|exigimos|hace falta|falta|bastan?|por favor|porfa|favor de|cual|que codigo|como (?:empieza|es)|captura|foto|principio|empieza|puedo|podemos|agradec\w+|quiero|tengo que|tiene que)\b",
        rf"^\W*(?:\w+\W+){{0,3}}(?:{_CODE})(?:\W+\w+)?\W*$",
    ),
    it_asked=re.compile(
        r"\b(?:envi(?:e|a)|mand(?:e|a)|d[ae]|dig(?:a)|di|pas[ea]|muestr[ea]|escrib[ae])(?:me|nos)(?:lo|la|los|las)\b"
        r"|\b(?:escrib\w+|copi\w+|envi\w+|mand\w+|pon(?:er|ga))l[oa]s?\b(?:.*\b(?:aqui|abajo|otra vez|de nuevo)\b)?|\brespond\w+ con (?:el|ell[oa]s?)\b"
    ),
    turns=re.compile(r"\b(?:y|entonces|luego|hasta que|antes de|porque)\b"),
    picture=re.compile(
        r"\b(?:fotos?|fotit[oa]s?|fotografi\w+|imagen|imagenes|(?:foto)?copias?|escaneos?|escanead[oa]s?|escaner|capturas?)\b"
    ),
    paper=re.compile(rf"\b(?:{_PAPER})\b"),
    selfie=re.compile(
        r"\bselfies?\b|\b(?:fotos?|imagen) (?:suya|tuya|de usted|de ti|de (?:su|tu) (?:cara|rostro))\b|\b(?:su|tu) (?:foto|cara|rostro)\b"
    ),
    asked=any_of(
        rf"\b(?:{_SEND}|tome|toma|tomar|haga|haz|hacer|hagase|hazte|saque|saca|sacar|deme|denos|ensename|enseneme|por favor|porfa|seria|util)\b",
        rf"\b(?:{_WANT})\b",
        r"\b(?:puede|puedes|podria|podrias|puedo|podemos)\b",
    ),
    paper_sent=any_of(near(_SEND, _PAPER, stop="a|al|en|como|si|cuando|con|por")),
    kept=re.compile(
        r"\b(?:guard(?:e|a|ar|en)|escond(?:a|e|er)|dej(?:e|a|ar)|conserv(?:e|a|ar)|recibi\w+|llegaron|queda|quedan|(?:tiene|tienes)(?! que)|recog\w+|trai(?:ga|gan|ges)|trae)\b"
    ),
    met=re.compile(
        r"\b(?:ven(?:ga|gan|ir|dre|dremos|dra)?|vienes?|pas(?:e|ar|are|aremos|o|amos) (?:por|a)|pasese|pasate|reun(?:ir|irnos|amos|imos)\w*|encontr(?:arnos|emonos|amos|arme|arse|arle)"
        r"|nos vemos|vernos|verse|habl[ae]mos|suba|sube|recogera|ver(?:le|la|lo|te)|hablar|quedamos|quedar|quedarse|aloj\w+|encuentreme|encuentrame|(?:la|lo|le|te) invito|invitar\w+|dormir|sub(?:a|e) a mi|cita|visit(?:ar|are|arle|arla|arlo|arte|aremos|amos|e)|recog(?:er|erle|erla|erlo|erte|ere|eremos|emos)|llev(?:ar|are)(?:le|la|lo|te)|buscar(?:le|la|lo|te)?"
        r"|ire|ira|iran|iremos|vamos|voy|(?:le|la|lo|te) (?:espero|esperamos|esperare|espera|recojo|visito|visitara|recibo)|espereme|esperame)\b"
    ),
    private=re.compile(
        r"\b(?:mi|su|tu|nuestra|una|la|el|un|del|al) (?:propi[ao] )?(?:casa|apartamento|piso|habitacion|hotel|domicilio|cuarto|departamento|vivienda)\b|\bhotel\b|\bhostal\b|\bpension\b"
        r"|\b(?:mi|el|su|un) (?:coche|carro|auto)\b|\baparcamiento\b|\bestacionamiento\b|\bparque\b|\bplaya\b|\bbar\b|\bcafe\b|\bcafeteria\b|\brestaurante\b|\ben privado\b|\ba solas\b|\bsolo nosotros(?: dos)?\b|\bnosotros dos\b"
        r"|\bdireccion (?:privada|particular)\b|\b(?:su|tu|mi) direccion\b|\bdonde (?:vive|vives|duerme|duermes|se aloja|te alojas|te quedas|se queda)\b|\bhabitacion \d+|\ba domicilio\b|\ben casa\b|\bairbnb\b"
    ),
    address=any_of(
        r"\bcual es (?:su|tu) direccion\b|^\W*donde (?:vive|vives|duerme|duermes)\b",
        r"\b(?:deme|denos|dame|mand\w+|envi\w+|dig\w+|comuni\w+|indi\w+|necesit\w+|pas[ae]me)\b(?:\W\w+){0,2} (?:su|tu) direccion\b",
        r"\b(?:digame|dime|diganos|dinos) (?:exactamente )?donde (?:vive|vives|duerme|duermes|se aloja|se queda)\b",
    ),
    refused=any_of(
        r"\b(?:no|nunca|jamas|nadie|sin|tampoco|ni|ningun|ninguna)\b",
        r"\b(?:(?:si|cuando|que) alguien|alguien (?:le |te |que )?(?:pide|quiere|que|conoce|conozca|sabe)|quien|policia (?:puede|pide|quiere)|ellos|ellas|embajada|(?:su|tu) (?:jefe|familia|patron|marido|esposo|novio)|(?:le|te) (?:pide|piden|ha pedido|pidio)|ha (?:dado|enviado|dicho))\b",
    ),
    coaxed=re.compile(
        r"\bpor que no\b|\bsi no (?:me|nos|envia|manda|da|escribe|recibo|recibimos|tengo|tenemos)\b|\ba menos\b|\bno (?:me|nos) ha\b|\b(?:todavia|aun) no (?:me|nos|ha|envio|mando)\b|\bno (?:me|nos) (?:dio|envio|mando)\b|\bno (?:podria|puede|quiere) (?:\w+r(?:me|nos))\b|\bsin(?:\W+\w+){1,4}\W+(?:no|nada|nadie puede ayud\w+)\b"
        r"|\b(?:no|nada|nadie)(?: (?:le|te|la|lo))? (?:puedo|podemos|puede|podre)(?:\W+\w+){1,6}\W+sin\b"
    ),
    aside=any_of(
        r"\bno (?:se preocupe|te preocupes|tenga miedo|tengas miedo|pasa nada|hay (?:riesgo|problema|peligro))\b|\bsin (?:miedo|riesgo|peligro)\b|\bcodigos? (?:postal(?:es)?|penal|civil|laboral|de(?:l)? trabajo|de (?:circulacion|transito|entrada)|qr|de barras|de (?:pais|area|conducta|reserva|familia|etica|(?:la|el) (?:puerta|entrada|casillero))|del? (?:porton|edificio|portal|wifi|billete)|wi-?fi|promocional)\b|\b(?:clave|contrasena) (?:del|de la|de) wi-?fi\b|\b(?:la|una) clave (?:es|esta)\b|\bpalabras? clave\b",
        r"\b(?:volver|regresar|vuelta|regreso|quedarse|quedese)(?: \w+)? (?:a|en)(?: (?:su|la|tu))? casa\b|\bno es una? (?:hotel|casa)\b|\bcasa (?:de acogida|de la mujer|del migrante|de refugio|hogar|de puerta)\b|\ben casa[,\u060c]? (?:su|tu) familia\b",
        r"\b(?:cerca|al lado|enfrente|frente|detras|junto|delante)(?: (?:de|del|al|a))?(?: (?:la|el|un))? (?:hotel|casa|hostal|parque|cafe|bar|aparcamiento|restaurante|playa)\b",
    ),
)
