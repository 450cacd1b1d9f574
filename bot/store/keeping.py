"""What a person took back and a supervisor keeps, because a life is in danger."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.privacy import Keys
from bot.referrals import DANGER_TO_LIFE, Referral, State
from bot.store import erasures
from bot.store.audit import acting
from bot.store.tables import referrals


async def keep_withdrawn(
    connection: AsyncConnection, keys: Keys, referral: Referral, by: By
) -> bool:
    """Keep a withdrawn request's words past their 72 hours, with an entry in its office's chain.

    The list of erasures has it too, else a restore would let them go after 72 hours.
    False where it is not withdrawn, is kept already or was erased meanwhile.
    """
    kept = (
        update(referrals)
        .where(
            referrals.c.id == referral.id,
            referrals.c.state == State.WITHDRAWN,
            referrals.c.kept_reason.is_(None),
        )
        .values(kept_reason=DANGER_TO_LIFE)
        .returning(referrals.c.id)
    )
    act = Act(f"keep:{DANGER_TO_LIFE}", referral.id, chain=referral.office)
    done = await connection.execute(acting(kept, act, by))
    if done.first() is None:
        return False
    await connection.execute(erasures.noted(keys, "kept", referral.id))
    return True
