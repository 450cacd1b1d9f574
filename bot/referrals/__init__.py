"""Requests for help, from the yes of the person to the last answer."""

from bot.referrals.codes import (
    CODE_DIGITS,
    REFERENCE_DIGITS,
    BadReference,
    checked_reference,
    new_code,
    new_reference,
    spaced_code,
    spaced_reference,
)
from bot.referrals.errors import (
    ConsentMissing,
    TakenByAnother,
    TooManyTries,
    UnknownReceipt,
    UnknownReferral,
)
from bot.referrals.model import (
    Address,
    Author,
    CaseMessage,
    Category,
    Consent,
    Contact,
    Event,
    Particulars,
    Receipt,
    Referral,
    Request,
    Urgency,
)
from bot.referrals.ports import ReferralStore
from bot.referrals.queue import QueueStore, Wanted
from bot.referrals.routing import DUTY_DESK
from bot.referrals.service import TRIES_A_DAY, Case, NewCode, Referrals
from bot.referrals.sla import due
from bot.referrals.states import (
    ENDED,
    MOVES,
    Action,
    MoveRefused,
    Outcome,
    State,
    after,
    possible,
)

__all__ = [
    "CODE_DIGITS",
    "DUTY_DESK",
    "ENDED",
    "MOVES",
    "REFERENCE_DIGITS",
    "TRIES_A_DAY",
    "Action",
    "Address",
    "Author",
    "BadReference",
    "Case",
    "CaseMessage",
    "Category",
    "Consent",
    "ConsentMissing",
    "Contact",
    "Event",
    "MoveRefused",
    "NewCode",
    "Outcome",
    "Particulars",
    "QueueStore",
    "Receipt",
    "Referral",
    "ReferralStore",
    "Referrals",
    "Request",
    "State",
    "TakenByAnother",
    "TooManyTries",
    "UnknownReceipt",
    "UnknownReferral",
    "Urgency",
    "Wanted",
    "after",
    "checked_reference",
    "due",
    "new_code",
    "new_reference",
    "possible",
    "spaced_code",
    "spaced_reference",
]
