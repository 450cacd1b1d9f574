"""The rules over a referral: who may do what to it, each refusal beside its success."""

import secrets

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from bot.referrals import (
    DUTY_DESK,
    Action,
    Address,
    Author,
    Category,
    Consent,
    ConsentMissing,
    Contact,
    MoveRefused,
    Need,
    OfficeKeys,
    Outcome,
    Receiver,
    Referral,
    Referrals,
    State,
    TakenByAnother,
    UnknownReferral,
    made_code,
)
from bot.store.referrals import Referrals as Store
from tests.sealing import given_key, no_keys
from tests.store.making import AT, Deferred, a_request

MINE = frozenset({DUTY_DESK})
CODE = made_code(Keys(secrets.token_bytes(32), "00000000"))


@pytest.fixture
async def opens(connection: AsyncConnection) -> OfficeKeys:
    """Give the duty desk a key, inside the same transaction."""
    await no_keys(connection)
    return await given_key(connection)


@pytest.fixture
def rules(
    connection: AsyncConnection,
    sealer: Sealer,
    deferred: Deferred,
    knowledge: Knowledge,
    opens: OfficeKeys,
) -> Referrals:
    """Give the rules on a transaction that is rolled back."""
    return Referrals(Store(connection, sealer, deferred), knowledge.directory, AT)


@pytest.fixture
async def waiting(rules: Referrals) -> Referral:
    """Give a request that nobody has taken."""
    receipt = await rules.open(a_request(), DUTY_DESK, CODE)
    return await rules.visible_to(MINE, receipt.reference)


@pytest.fixture
async def claimed(rules: Referrals, waiting: Referral) -> Referral:
    """Give a request in the hands of the first officer."""
    return await rules.claim(waiting, "officer-1")


async def test_a_request_is_opened_with_a_yes_and_refused_without(rules: Referrals) -> None:
    receipt = await rules.open(a_request(), DUTY_DESK, CODE)
    assert (receipt.code, receipt.office) == (CODE.code, DUTY_DESK)
    without = Consent(office=False, partner=True, contact=Contact.CODE)
    with pytest.raises(ConsentMissing):
        await rules.open(a_request(consent=without), DUTY_DESK, CODE)


async def test_a_request_without_a_code_cannot_be_opened_with_one(rules: Referrals) -> None:
    receipt = await rules.open(a_request(), DUTY_DESK, None)
    assert receipt.code is None
    assert await rules.store.check_of(receipt.reference) is None


async def test_an_office_sees_its_own_and_no_other(rules: Referrals, waiting: Referral) -> None:
    assert await rules.visible_to(MINE, waiting.reference) == waiting
    with pytest.raises(UnknownReferral) as foreign:
        await rules.visible_to(frozenset({"another-office"}), waiting.reference)
    with pytest.raises(UnknownReferral) as unknown:
        await rules.visible_to(MINE, "00000000")
    assert str(foreign.value) == str(unknown.value)


async def test_a_second_claim_is_refused_and_ones_own_changes_nothing(
    rules: Referrals, claimed: Referral
) -> None:
    assert await rules.claim(claimed, "officer-1") == claimed
    with pytest.raises(MoveRefused):
        await rules.claim(claimed, "officer-2")


async def test_a_claim_on_an_old_view_is_lost(
    rules: Referrals, waiting: Referral, claimed: Referral
) -> None:
    with pytest.raises(TakenByAnother):
        await rules.claim(waiting, "officer-2")
    assert (await rules.visible_to(MINE, waiting.reference)).claimed_by == "officer-1"


async def test_only_who_has_it_gives_it_back_answers_or_closes(
    rules: Referrals, claimed: Referral, opens: OfficeKeys
) -> None:
    with pytest.raises(TakenByAnother):
        await rules.release(claimed, "officer-2")
    with pytest.raises(TakenByAnother):
        await rules.answer(claimed, "officer-2", "text", opens)
    with pytest.raises(TakenByAnother):
        await rules.close(claimed, "officer-2", Outcome.HELPED)
    answered = await rules.answer(claimed, "officer-1", "text", opens)
    assert answered.state is State.ANSWERED
    back = await rules.release(answered, "officer-1")
    assert (back.state, back.claimed_by) == (State.WAITING, None)


async def test_a_waiting_request_cannot_be_answered_or_closed(
    rules: Referrals, waiting: Referral, opens: OfficeKeys
) -> None:
    with pytest.raises(MoveRefused):
        await rules.answer(waiting, "officer-1", "text", opens)
    with pytest.raises(MoveRefused):
        await rules.close(waiting, "officer-1", Outcome.HELPED)
    assert (await rules.case(waiting)).messages == ()


async def test_the_case_tells_what_happened_to_it(
    rules: Referrals, claimed: Referral, opens: OfficeKeys
) -> None:
    answered = await rules.answer(claimed, "officer-1", "Please come.", opens)
    await rules.write_back(answered, "I will.")
    closed = await rules.close(answered, "officer-1", Outcome.HELPED)
    case = await rules.case(closed)
    assert [one.action for one in case.events] == [
        None,
        Action.CLAIM,
        Action.ANSWER,
        Action.CLOSE,
    ]
    assert case.events[-1].outcome is Outcome.HELPED
    assert {one.author for one in case.messages} == {Author.OFFICE, Author.PERSON}


async def test_what_nobody_has_is_erased_and_what_somebody_has_is_marked(
    rules: Referrals, waiting: Referral
) -> None:
    assert await rules.withdraw(waiting) is None
    assert await rules.store.by_reference(waiting.reference) is None
    receipt = await rules.open(a_request(), DUTY_DESK, CODE)
    claimed = await rules.claim(await rules.visible_to(MINE, receipt.reference), "officer-1")
    to = Address("person-1", "telegram", "555")
    await rules.answer_here(claimed, to)
    assert await rules.withdraw(claimed) is State.WITHDRAWN
    withdrawn = await rules.visible_to(MINE, receipt.reference)
    assert withdrawn.state is State.WITHDRAWN
    assert await rules.store.linked("person-1") == ()


async def test_what_was_taken_back_already_keeps_its_72_hours(rules: Referrals) -> None:
    receipt = await rules.open(a_request(), DUTY_DESK, CODE)
    claimed = await rules.claim(await rules.visible_to(MINE, receipt.reference), "officer-1")
    await rules.withdraw(claimed)
    withdrawn = await rules.visible_to(MINE, receipt.reference)
    assert await rules.withdraw(withdrawn) is State.WITHDRAWN
    assert await rules.store.by_reference(receipt.reference) == withdrawn
    assert (await rules.case(withdrawn)).events[-1].action is Action.WITHDRAW
    assert len((await rules.case(withdrawn)).events) == 3


async def test_what_an_officer_took_meanwhile_is_marked_and_not_erased(
    rules: Referrals, waiting: Referral
) -> None:
    await rules.claim(waiting, "officer-1")
    assert await rules.withdraw(waiting) is State.WITHDRAWN
    assert await rules.store.by_reference(waiting.reference) is not None


async def test_the_receiver_is_the_duty_desk_while_nobody_is_onboarded(rules: Referrals) -> None:
    assert await rules.receiver(Need(Category.RETURN, "TN")) == Receiver(DUTY_DESK)
