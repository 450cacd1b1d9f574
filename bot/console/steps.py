"""What the lines before an office say: one sentence for each step that the program can write.

A step that is added without words here shows as `OTHER`, and a test names it.
"""

import re
from collections.abc import Mapping

from bot.console.words import Note, mark
from bot.privacy import Reason
from bot.privacy.retention import ALARMS, DESK_DAYS, GRACE
from bot.referrals import DO_NOT_CONTACT, MANY_TEXTS, MOST_TEXTS, WITHDRAWN, Rung
from bot.referrals import SINCE as SINCE

OTHER = Note(mark("Something here needs a look. Tell whoever runs the server, if it is not clear."))
WROTE = Note(mark("The person wrote again."))
MESSAGE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A message of a person alerts under its own id, so that each of them does."""

NOBODY_TOOK = mark(
    "Nobody has taken this request for %(days)s days. Take it: after %(end)s days it goes to the "
    "duty desk, which must close it."
)
NOBODY_ENDED = mark(
    "Nothing has happened with this request for %(days)s days. Answer or close it: after "
    "%(end)s days it goes to the duty desk, which must close it."
)
DESK_TAKES = mark(
    "Nobody took this request for %(end)s days. Take it and close it with an outcome within "
    "%(grace)s days, else it is erased, and that is an incident."
)
DESK_ENDS = mark(
    "Nothing happened with this request for %(end)s days. Take it and close it with an outcome "
    "within %(grace)s days, else it is erased, and that is an incident."
)
OVER = mark("The office has the request again, or it was taken back. You need not do anything.")
DAYS = {"end": DESK_DAYS, "grace": GRACE.days}

STEPS: Mapping[str, Note] = {
    "new": Note(mark("A new request.")),
    WITHDRAWN: Note(mark("The person took this request back. Stop, and do not write to them.")),
    DO_NOT_CONTACT: Note(
        mark("The person must not be contacted: the word that stops everything was typed.")
    ),
    **{f"{Reason.UNCLAIMED}-{days}": Note(NOBODY_TOOK, {"days": days, **DAYS}) for days in ALARMS},
    **{
        f"{Reason.UNFINISHED}-{days}": Note(NOBODY_ENDED, {"days": days, **DAYS}) for days in ALARMS
    },
    f"{Reason.UNCLAIMED}-{DESK_DAYS}": Note(DESK_TAKES, DAYS),
    f"{Reason.UNFINISHED}-{DESK_DAYS}": Note(DESK_ENDS, DAYS),
    Rung.SUPERVISOR: Note(
        mark("Nobody took this request in time. The supervisor of this office must see to it now.")
    ),
    Rung.REGIONAL: Note(
        mark("Nobody below took this request in time. It is at your regional desk now: take it.")
    ),
    Rung.DUTY: Note(
        mark(
            "Nobody below took this request in time. It is at the duty desk now, and is said here "
            "every day until somebody takes it."
        )
    ),
    "again": Note(mark("This request still waits, and its time is over. Take it now.")),
    "lapsed": Note(
        mark(
            "Whoever took this request did not answer in time, so it waits again. Take it, if you "
            "can answer now."
        )
    ),
    "expired": Note(mark("The partner did not answer in time, so this request waits again.")),
    "stuck": Note(
        mark(
            "This request cannot be brought to the next desk: something in it is broken. Call its "
            "office, and tell whoever runs the server."
        )
    ),
    "retention-refused": Note(
        mark(
            "Erasing by time waits: the clock leapt, or more requests were due at once than one "
            "run may erase. Whoever runs the server looks at: waypoint retention"
        )
    ),
    "requests-erased-unclaimed": Note(
        mark(
            "A request that nobody took was erased, as its time was over. That is an incident: "
            "find out why, so that it does not happen again."
        )
    ),
    "requests-erased-unfinished": Note(
        mark(
            "A request that nobody ended was erased, as its time was over. That is an incident: "
            "find out why, so that it does not happen again."
        )
    ),
    "passed": Note(mark("Another office passed this request to yours.")),
    "partner-accept": Note(mark("A partner accepted this request.")),
    "partner-decline": Note(mark("A partner declined this request. Open it to see who is next.")),
    "partner-full": Note(mark("A partner has no room now. Open the request to see who is next.")),
    "partner-hand-back": Note(
        mark("A partner gave this request back. Open it to see who is next.")
    ),
    "partner-wrote": Note(mark("A partner wrote to your office about this request.")),
    "link-again": Note(
        mark(
            "The link for a partner was used again after it had been opened. It showed nothing. "
            "Ask the partner whether they opened it; if not, take the request back."
        )
    ),
    "offered": Note(
        mark("A request is offered to your organisation. Open it and say whether you can take it.")
    ),
    "offer-ends": Note(
        mark(
            "The time to answer what was offered to you is nearly over. Open it and answer; else "
            "the office asks somebody else."
        )
    ),
    "offer-over": Note(OVER),
    "offer-unshared": Note(
        mark(
            "The person has taken back their yes to your organisation. Please delete what you "
            "noted of their request. The office goes on with it."
        )
    ),
    "share-no": Note(mark("The person took back their yes to partners. Pass it to nobody else.")),
    "share-yes": Note(mark("The person now allows that a partner gets their request.")),
    "override": Note(
        mark(
            "A supervisor says that a life is in danger, and wants to pass a request on without a "
            "yes. Open it: a second officer must confirm that."
        )
    ),
    "many-wrong-codes": Note(
        mark(
            "Very many wrong codes were typed in one day. No request is open or lost by that, but "
            "somebody may be guessing. Tell whoever runs the server."
        )
    ),
    MANY_TEXTS: Note(
        mark(
            "One officer opened what is sealed of more than %(count)s requests within 24 hours. "
            "Ask them why; if it was not their work, remove them and tell whoever runs the server."
        ),
        {"count": MOST_TEXTS},
    ),
}


def said_of(step: str) -> Note:
    """Return what a line says."""
    name = step.partition(SINCE)[0]
    return WROTE if MESSAGE.fullmatch(step) else STEPS.get(name, OTHER)
