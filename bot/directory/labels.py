"""The sentence behind each label, service, number and answerer, as a caseworker would say it.

Every label is one whole sentence, so that a translator sees all of it.  `tests/unit/directory`
compares the tables with the enums: a label without words fails there.
"""

from collections.abc import Mapping

from bot.directory.model import Anonymity, Label, Phone, Place, What, Who
from bot.i18n import Line, say

LABEL_TEXT: Mapping[Label, Line] = {
    Label.POLICE_MAY_COME: say("Police may come and may ask for papers."),
    Label.POLICE_MAY_DETAIN: say("Police may hold people who have no papers."),
    Label.POLICE_REPORTED_UNSAFE: say(
        "Some police here are reported to work with people who hold others."
    ),
    Label.RISK_WITHOUT_PAPERS: say(
        "Without papers, calling can be a risk. If you can, ask an independent organisation first."
    ),
    Label.MAY_BE_PASSED_ON: say("What you say may be passed to the police or other authorities."),
    Label.MAY_BE_RECORDED: say("Calls may be recorded."),
    Label.WATCHED_PHONE: say("Do not use a phone that others can check."),
    Label.NO_DETAILS_BY_MAIL: say("Do not send names or details by e-mail."),
    Label.REPORT_LINE: say("This line takes reports of crimes. It is not a support service."),
    Label.IMMIGRATION_AUTHORITY: say("This authority decides or checks who may stay."),
    Label.PROSECUTION_OFFICE: say("This is an office of the public prosecutor."),
    Label.COOPERATION_ASKED: say("A permit to stay here may depend on helping the investigation."),
    Label.VOLUNTARY_RETURN_ONLY: say("Only for people who want to go home by choice."),
    Label.NOT_PROTECTION: say("Going home is one choice. It is not protection."),
    Label.NO_RESCUE: say("They cannot rescue anyone, and an answer can take long."),
    Label.NOT_EMERGENCY: say("This is not an emergency line."),
    Label.MISSING_CHILDREN: say("For missing children and their families."),
    Label.CHILDREN_ONLY: say("For children and young people."),
    Label.WOMEN_ONLY: say("For women."),
    Label.WOMEN_AND_CHILDREN: say("For women and children."),
    Label.MEN_ONLY: say("For men."),
    Label.REFUGEES_ONLY: say("For refugees and people who ask for asylum."),
    Label.PEOPLE_FROM_UKRAINE: say("Information for people from Ukraine."),
    Label.WORK_PROBLEMS: say("For problems at work."),
    Label.FAMILY_TRACING_ONLY: say("Only to look for lost family members."),
    Label.VIOLENCE_HELPLINE: say("A helpline for people who live with violence."),
    Label.EMOTIONAL_SUPPORT: say("Somebody to talk to when things are hard."),
    Label.INFORMATION_ONLY: say("They give information only."),
    Label.NAMES_NEAREST_CENTRE: say("This office tells you the centre nearest to you."),
    Label.DIRECTORY: say("This page lists services by country."),
    Label.VISA_CLINIC: say("Medical checks for visas and resettlement only."),
    Label.ADDRESS_WITHHELD: say("The address is kept secret. Call or write first."),
    Label.OFFICE_HOURS: say("Open in office hours only."),
    Label.ANSWERING_MACHINE: say("A machine may answer. Leave nothing that can put you in danger."),
    Label.FREE_CALL: say("The call is free inside the country."),
    Label.CALLS_COST_MONEY: say("The call costs money."),
    Label.MAY_NOT_WORK: say("We could not confirm this number. It may not work."),
    Label.MAY_HAVE_CLOSED: say("This office may have closed."),
}
"""What is said beside a place, whole sentences."""

WHO_TEXT: Mapping[Who, Line] = {
    Who.POLICE: say("The police answer this number."),
    Who.GOVERNMENT: say("A government office answers."),
    Who.NGO: say("An independent organisation answers."),
    Who.UN: say("An office of the United Nations answers."),
    Who.UNKNOWN: say("We do not know who answers."),
}
"""Who answers, for a place that has a number."""

ANONYMITY_TEXT: Mapping[Anonymity, Line] = {
    Anonymity.YES: say("You need not give your name."),
    Anonymity.NO: say("They note who calls."),
    Anonymity.UNKNOWN: say("Ask first whether you must give your name."),
}
"""Whether a name is needed; unknown is said as "ask"."""

NOT_CONFIRMED = say("Not confirmed by the office.")
BEFORE_TRAVEL = say("Call or write before you travel.")
REPORTED_HERE = say("An IOM office is reported here. Its number and address are not known.")
ACROSS_BORDER = say("This is in another country. It is not the place to go.")


def not_confirmed(place: Place) -> Line:
    """Say that no officer confirmed the place yet, with the date of its source."""
    if place.source.date is None:
        return say("Not confirmed by the office (source without a date).")
    return say("Not confirmed by the office (source of {date}).", date=place.source.date)


def dialled(phone: Phone) -> Line:
    """Say what to dial, and from where."""
    if phone.what is What.TEXT:
        return say("Text message to {number}.", number=phone.dial)
    if phone.number is None:
        return say("From inside the country dial {number}.", number=phone.dial)
    if phone.whatsapp:
        return say("WhatsApp {number}.", number=phone.number)
    return say("Phone {number}.", number=phone.number)


def emergency_number(phone: Phone) -> Line:  # noqa: C901 - one sentence for each use of a number
    """Say one emergency number with its use."""
    number = phone.dial
    match phone.what:
        case What.POLICE:
            return say("Police: {number}", number=number)
        case What.GENDARMERIE:
            return say("Gendarmerie: {number}", number=number)
        case What.AMBULANCE:
            return say("Ambulance: {number}", number=number)
        case What.FIRE:
            return say("Fire: {number}", number=number)
        case What.TRAFFICKING:
            return say("Help against exploitation: {number}", number=number)
        case What.VIOLENCE:
            return say("Violence at home: {number}", number=number)
        case What.CHILDREN:
            return say("For children: {number}", number=number)
        case What.ADULTS:
            return say("For adults: {number}", number=number)
        case What.WOMEN_AND_CHILDREN:
            return say("Police desk for women and children: {number}", number=number)
        case What.CALL | What.TEXT | What.WHATSAPP | What.OFFICE | What.FROM_ABROAD | What.GENERAL:
            return say("Emergency: {number}", number=number)
