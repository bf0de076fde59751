from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.transaction import atomic
from ledger.accounts.errors import AccountUnknown
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import change_limits, open_account, open_currency
from ledger.books import errors, services
from ledger.books.models import Entry, Transfer, TransferNote
from ledger.books.rules import Leg, Posting
from ledger.proof import queries as proof


@pytest.fixture(autouse=True)
def sound(session):
    """Whatever a test does, the books verify afterwards."""
    yield
    assert proof.verdict(session).sound


def legs(debit, credit, amount=500):
    return [Leg(debit, amount), Leg(credit, -amount)]


def pay(session, at, key, lines, **more):
    with atomic(session):
        return services.post(session, key=key, kind="payment", legs=lines, at=at, **more)


def state(session, account):
    cached = select(Account.posted, Account.pending_in, Account.pending_out, Account.version)
    return tuple(session.execute(cached.where(Account.id == account)).one())


def count(session, model=Transfer):
    return session.scalar(select(func.count()).select_from(model))


def test_a_posting_moves_both_balances(session, at, bank, payable):
    posted = pay(session, at, "k", legs(bank, payable))
    assert not posted.replayed
    assert (state(session, bank), state(session, payable)) == ((500, 0, 0, 1), (-500, 0, 0, 1))
    row = session.get(Transfer, posted.transfer_id)
    assert (row.public_id, row.effective_at, row.created_at) == (posted.public_id, at, posted.created_at)


def test_it_counts_when_told_and_is_written_now(session, at, bank, payable):
    early = at - timedelta(days=40)
    posted = pay(session, at, "k", legs(bank, payable), effective_at=early)
    assert session.get(Transfer, posted.transfer_id).effective_at == early


def test_the_same_key_and_content_get_the_first_answer(session, at, bank, payable):
    first = pay(session, at, "k", legs(bank, payable))
    again = pay(session, at + timedelta(hours=1), "k", list(reversed(legs(bank, payable))))
    assert again == first._replace(replayed=True)
    assert count(session) == 1


def test_the_same_key_and_other_content_are_refused(session, at, bank, payable):
    pay(session, at, "k", legs(bank, payable))
    for lines, more in ((legs(bank, payable, 501), {}), (legs(bank, payable), {"effective_at": at})):
        with pytest.raises(errors.KeyReused):
            pay(session, at, "k", lines, **more)
    assert state(session, bank) == (500, 0, 0, 1)


def test_every_set_of_books_adds_up_on_its_own(session, at, bank, payable, other_party):
    theirs = open_account(session, party_id=other_party, role=Role.RECEIVABLE)
    session.commit()
    with pytest.raises(errors.Unbalanced):
        pay(session, at, "k", legs(bank, theirs))
    revenue = open_account(session, party_id=other_party, role=Role.REVENUE)
    pay(session, at, "k", legs(payable, bank) + legs(theirs, revenue, 70))
    assert count(session, Entry) == 4


def test_every_currency_adds_up_on_its_own(session, at, party, bank):
    open_currency(session, code="KRE", name="Krediet", scale=2, kind="mutual")
    wallet = open_account(session, party_id=party, role=Role.WALLET, currency="KRE")
    with pytest.raises(errors.Unbalanced):
        pay(session, at, "k", legs(bank, wallet))


def test_one_account_may_have_several_lines(session, at, bank, payable):
    pay(session, at, "k", [Leg(bank, 300), Leg(bank, 200), Leg(payable, -500)])
    assert state(session, bank) == (500, 0, 0, 2)


@pytest.mark.parametrize(
    ("limits", "refusal"), [((0, None), errors.FloorPassed), ((None, 499), errors.CeilingPassed)]
)
def test_hard_limits_refuse(session, at, bank, payable, limits, refusal):
    change_limits(session, account_id=bank, floor=limits[0], ceiling=limits[1])
    amount = -1 if limits[0] == 0 else 500
    with pytest.raises(refusal):
        pay(session, at, "k", legs(bank, payable, amount))
    assert count(session) == 0


def test_what_does_not_exist_is_refused(session, at, bank):
    with pytest.raises(AccountUnknown):
        pay(session, at, "k", legs(bank, 999_999_999))
    with pytest.raises(errors.IntentUnknown):
        pay(session, at, "k", legs(bank, bank), intent_id=999_999_999)
    with pytest.raises(errors.AmountInvalid):
        pay(session, at, "k", [Leg(bank, 10**15 + 1), Leg(bank, -(10**15) - 1)])


def test_an_intent_has_one_reference(session, at, party, other_party, bank, payable):
    stated = {"kind": "invoice", "reference": "invoice:7", "payer_id": party, "payee_id": other_party}
    intent = services.state_intent(session, **stated)
    assert services.state_intent(session, **stated) == intent
    with pytest.raises(errors.IntentDiffers):
        services.state_intent(session, **(stated | {"payee_id": party}))
    posted = pay(session, at, "k", legs(bank, payable), intent_id=intent)
    assert session.get(Transfer, posted.transfer_id).intent_id == intent


def test_a_lone_posting_is_like_any_other(session, at, bank, payable):
    posted = services.post_alone(session, key="k", kind="payment", legs=legs(bank, payable), at=at)
    assert pay(session, at, "k", legs(bank, payable)) == posted._replace(replayed=True)
    with pytest.raises(errors.Unbalanced):
        services.post_alone(session, key="l", kind="payment", legs=[Leg(bank, 1), Leg(payable, -2)], at=at)
    with pytest.raises(RuntimeError), atomic(session):
        services.post_alone(session, key="m", kind="payment", legs=legs(bank, payable), at=at)


def test_a_batch_is_whole_and_answers_in_order(session, at, bank, payable):
    pay(session, at, "b1", legs(bank, payable))
    batch = [Posting(f"b{n}", "payment", legs(bank, payable)) for n in (2, 1, 3)]
    with atomic(session):
        answers = services.post_batch(session, batch, at=at)
    assert [answer.replayed for answer in answers] == [False, True, False]
    assert state(session, bank) == (1500, 0, 0, 3)
    assert services.post_batch(session, [], at=at) == []


def test_a_batch_keeps_every_key_and_kind_as_it_is(session, at, bank, payable):
    odd = {'{"a", \\b}': "null", "NULL": "payment", "\\": "payment", "'é,\n": "payment", '"': "payment"}
    batch = [
        Posting(key, kind, legs(bank, payable), at - timedelta(days=n))
        for n, (key, kind) in enumerate(odd.items())
    ]
    with atomic(session):
        services.post_batch(session, batch, at=at)
    kept = session.execute(
        select(Transfer.key, Transfer.kind, Transfer.effective_at).order_by(Transfer.effective_at.desc())
    )
    assert [tuple(row) for row in kept] == [(each.key, each.kind, each.effective_at) for each in batch]


@pytest.mark.parametrize(
    ("spoilt", "refusal"),
    [
        (lambda bank, _: Posting("b9", "payment", legs(bank, 999_999_999)), AccountUnknown),
        (lambda bank, payable: Posting("b1", "payment", legs(bank, payable, 7)), errors.KeyReused),
        (lambda bank, payable: Posting("b2", "payment", legs(bank, payable)), errors.KeyTwice),
        (lambda bank, payable: Posting("b3", "payment", legs(bank, payable, -5000)), errors.LimitPassed),
    ],
)
def test_one_bad_posting_spoils_the_batch(session, at, bank, payable, spoilt, refusal):
    pay(session, at, "b1", legs(bank, payable))
    change_limits(session, account_id=bank, floor=0, ceiling=None)
    session.commit()
    good = Posting("b2", "payment", legs(bank, payable))
    with pytest.raises(refusal), atomic(session):
        services.post_batch(session, [good, spoilt(bank, payable)], at=at)
    assert state(session, bank) == (500, 0, 0, 1)


def test_a_batch_keeps_every_set_of_books(session, at, bank, other_party):
    theirs = open_account(session, party_id=other_party, role=Role.BANK)
    with pytest.raises(errors.Unbalanced), atomic(session):
        services.post_batch(session, [Posting("b", "payment", legs(bank, theirs))], at=at)


def reserve(session, at, key, lines, **more):
    with atomic(session):
        return services.pend(session, key=key, kind="payment", legs=lines, at=at, **more).transfer_id


def test_a_reservation_takes_room_and_gives_it_back(session, at, bank, payable):
    change_limits(session, account_id=bank, floor=-500, ceiling=None)
    pending = reserve(session, at, "p", legs(payable, bank, 400))
    assert state(session, bank) == (0, 0, 400, 0)
    with pytest.raises(errors.FloorPassed):
        pay(session, at, "k", legs(payable, bank, 101))
    with atomic(session):
        services.void(session, key="v", pending_id=pending, at=at)
    pay(session, at, "k", legs(payable, bank, 500))
    assert state(session, bank) == (-500, 0, 0, 1)


def test_a_settlement_posts_what_was_reserved_or_less(session, at, bank, payable):
    whole, part = (reserve(session, at, key, legs(payable, bank)) for key in ("p1", "p2"))
    with atomic(session):
        services.settle(session, key="s1", pending_id=whole, at=at)
        services.settle(session, key="s2", pending_id=part, legs=legs(payable, bank, 120), at=at)
    assert state(session, bank) == (-620, 0, 0, 2)
    with atomic(session):
        assert services.settle(session, key="s1", pending_id=whole, at=at).replayed


def test_a_settlement_stays_within_its_reservation(session, at, party, bank, payable):
    pending = reserve(session, at, "p", legs(payable, bank))
    cash = open_account(session, party_id=party, role=Role.CASH)
    for lines in (legs(payable, bank, 501), legs(bank, payable, 5), legs(payable, cash, 5)):
        with pytest.raises(errors.SettlementTooLarge), atomic(session):
            services.settle(session, key="s", pending_id=pending, legs=lines, at=at)
    assert state(session, bank) == (0, 0, 500, 0)


def test_a_reservation_ends_once(session, at, bank, payable):
    pending = reserve(session, at, "p", legs(payable, bank))
    with atomic(session):
        services.void(session, key="v", pending_id=pending, at=at)
    for act in (services.settle, services.void, services.expire):
        with pytest.raises(errors.ReservationEnded), atomic(session):
            act(session, key="again", pending_id=pending, at=at)


def test_only_a_reservation_is_settled(session, at, bank, payable):
    posted = pay(session, at, "k", legs(bank, payable))
    with pytest.raises(errors.NotReserved), atomic(session):
        services.settle(session, key="s", pending_id=posted.transfer_id, at=at)


def test_reservations_are_asked_for_properly(session, at, bank, payable, other_party):
    theirs = open_account(session, party_id=other_party, role=Role.BANK)
    pending = reserve(session, at, "p", legs(payable, bank), note="huur")
    assert reserve(session, at, "p", legs(payable, bank)) == pending
    with pytest.raises(errors.LineTwice):
        reserve(session, at, "q", [Leg(bank, 1), Leg(bank, 1), Leg(payable, -2)])
    with pytest.raises(errors.Unbalanced):
        reserve(session, at, "q", legs(theirs, bank))
    with pytest.raises(AccountUnknown):
        reserve(session, at, "q", legs(999_999_999, bank))
    with pytest.raises(errors.ExpiryInvalid):
        reserve(session, at, "q", legs(payable, bank), expires_at=at)


def test_time_ends_a_reservation_by_the_database_clock(session, at, bank, payable):
    session.execute(text("UPDATE database_clock SET shift = :at - clock_timestamp()"), {"at": at})
    session.commit()
    lasting = reserve(session, at, "p1", legs(payable, bank))
    ending = reserve(session, at, "p2", legs(payable, bank), expires_at=at + timedelta(hours=1))
    for pending in (lasting, ending):
        with pytest.raises(errors.ReservationRunning), atomic(session):
            services.expire(session, key="e", pending_id=pending, at=at)
    assert services.expire_due(session, at=at) == 0
    session.execute(text("UPDATE database_clock SET shift = shift + interval '2 hours'"))
    session.commit()
    with pytest.raises(errors.ReservationExpired), atomic(session):
        services.settle(session, key="s", pending_id=ending, at=at)
    assert services.expire_due(session, at=at) == 1
    assert services.expire_due(session, at=at) == 0
    assert state(session, bank) == (0, 0, 500, 0)


def test_a_reversal_is_the_opposite_once(session, at, bank, payable):
    posted = pay(session, at, "k", legs(bank, payable))
    with atomic(session):
        back = services.reverse(session, key="r", transfer_id=posted.transfer_id, at=at, note="dubbel")
    assert state(session, bank) == (0, 0, 0, 2)
    with atomic(session):
        assert services.reverse(session, key="r", transfer_id=posted.transfer_id, at=at).replayed
    with pytest.raises(errors.AlreadyReversed), atomic(session):
        services.reverse(session, key="r2", transfer_id=posted.transfer_id, at=at)
    for other in (back.transfer_id, reserve(session, at, "p", legs(payable, bank)), 999_999_999):
        with pytest.raises(errors.NotReversible), atomic(session):
            services.reverse(session, key="r3", transfer_id=other, at=at)


def test_a_reversal_keeps_the_limits(session, at, bank, payable):
    posted = pay(session, at, "k", legs(bank, payable))
    change_limits(session, account_id=bank, floor=1, ceiling=None)
    with pytest.raises(errors.FloorPassed), atomic(session):
        services.reverse(session, key="r", transfer_id=posted.transfer_id, at=at)


def test_a_note_is_kept_apart_and_can_be_erased_once(session, at, bank, payable):
    posted = pay(session, at, "k", legs(bank, payable), note="Huur van Fatima")
    assert session.get(TransferNote, posted.transfer_id).text == "Huur van Fatima"
    services.erase_note(session, transfer_id=posted.transfer_id, at=at)
    assert session.get(TransferNote, posted.transfer_id, populate_existing=True).text is None
    with pytest.raises(errors.TransferUnknown):
        services.erase_note(session, transfer_id=posted.transfer_id, at=at)
    with pytest.raises(errors.ReferenceInvalid):
        pay(session, at, "l", legs(bank, payable), note="x" * 1001)


def test_a_failure_that_is_no_refusal_stays_a_failure(session, at, bank, payable):
    with pytest.raises(DBAPIError), atomic(session):
        session.execute(text("DROP FUNCTION books_write_entries"))
        services.post(session, key="k", kind="payment", legs=legs(bank, payable), at=at)
