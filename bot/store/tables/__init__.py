"""Every table, in one folder, so that a privacy review reads one folder.

`*_sealed` columns are encrypted through `bot.privacy`; `*_hash` columns are keyed hashes or slow
hashes.  No other column may hold what a person wrote, who they are or where they can be reached.
"""

from bot.store.tables.answering import answer_counts, judgement_counts
from bot.store.tables.audit import audit_entries, audit_heads, audit_signed_heads
from bot.store.tables.chats import article_marks, channel_messages, chats, replies, set_aside, wipes
from bot.store.tables.consent import approvals, consents, overrides
from bot.store.tables.gone import erasures, retention_clock, stubs
from bot.store.tables.host import host_secret
from bot.store.tables.ladder import absences, office_times
from bot.store.tables.meta import metadata
from bot.store.tables.moves import EVENT_CHECK, MOVES_GUARD
from bot.store.tables.notes import case_notes
from bot.store.tables.partners import offers, partners
from bot.store.tables.requests import (
    alerts,
    case_messages,
    code_failures,
    contacts,
    key_renewals,
    office_key_wraps,
    office_keys,
    offices,
    referral_events,
    referrals,
    wraps,
)
from bot.store.tables.staff import confirmations, invitations, officers, sign_in_failures, sign_ins

__all__ = [
    "EVENT_CHECK",
    "MOVES_GUARD",
    "absences",
    "alerts",
    "answer_counts",
    "approvals",
    "article_marks",
    "audit_entries",
    "audit_heads",
    "audit_signed_heads",
    "case_messages",
    "case_notes",
    "channel_messages",
    "chats",
    "code_failures",
    "confirmations",
    "consents",
    "contacts",
    "erasures",
    "host_secret",
    "invitations",
    "judgement_counts",
    "key_renewals",
    "metadata",
    "offers",
    "office_key_wraps",
    "office_keys",
    "office_times",
    "officers",
    "offices",
    "overrides",
    "partners",
    "referral_events",
    "referrals",
    "replies",
    "retention_clock",
    "set_aside",
    "sign_in_failures",
    "sign_ins",
    "stubs",
    "wipes",
    "wraps",
]
