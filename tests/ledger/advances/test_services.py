"""Money ahead through the services: three sets of books, races, and what the database refuses by itself."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from cwb.identity import services as identity
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.advances import errors, queries, services
from ledger.advances.models import Advance, AdvanceReceipt
from ledger.bank.services import add_account
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.rules import Entry as BankRow
from ledger.bankfiles.rules import Reference, Statement
from ledger.books.errors import FloorPassed
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.invoicing import queries as invoicing
from ledger.payments.services import record_payment


def make_fund(session, at, cents=1_000_000):
    fund = identity.register_organisation(
        session, name="Vliegwielfonds Voorbeeld", kvk_number="90000990", legal_form="foundation", street="Voorbeeldstraat",
        house_number="1", postcode="1069 AB", city="Amsterdam", email="fonds@voorbeeld.example",
        iban="NL02ABNA0123456789", at=at,
    )  # fmt: skip
    bank = open_account(session, party_id=fund.id, role=AccountRole.BANK, floor=0)
    capital = open_account(session, party_id=fund.id, role=AccountRole.FUND, subkey="grant:1")
    post(session, key="test:grant", kind="grant", legs=[Leg(bank, cents), Leg(capital, -cents)], at=at)
    return fund


def assign(trade, fund, invoice=None, amount=20_000, fee=100, session=None, **facts):
    known = {
        "fund": fund, "borrower_id": trade.seller.id, "debtor_id": trade.buyer.id,
        "invoice_id": invoice.id if invoice else None, "agreement_id": None if invoice else trade.agreement.id,
        "amount": Money(amount), "fee": Money(fee), "rate": Decimal("0.04"), "due_on": date(2026, 12, 1),
        "actor": trade.member, "at": trade.at,
    }  # fmt: skip
    return services.assign(session or trade.session, **(known | facts))


def paid_out(trade, fund, invoice=None, **facts):
    made = assign(trade, fund, invoice, **facts)
    return services.pay_out(
        trade.session, advance_id=made.id, still_open=Money(10_000_000), paid_on=local_date(trade.at),
        actor=trade.member, at=trade.at,
    )  # fmt: skip


def balance(session, party_id, role):
    return sum(
        session.scalars(select(Account.posted).where(Account.party_id == party_id, Account.role == role))
    )


def pay(trade, invoice, amount, **facts):
    return trade.pay(invoice, amount, paid_on=local_date(trade.at), **facts)


@pytest.fixture
def fund(session, at):
    return make_fund(session, at)


@pytest.fixture
def invoice(trade):
    return trade.approve(trade.send())  # 393.25


def test_the_debtor_pays_the_fund_and_the_rest_goes_on(trade, fund, invoice):
    session = trade.session
    made = paid_out(trade, fund, invoice)
    assert balance(session, fund.id, "bank") == 980_000
    pay(trade, invoice, "150.00")
    assert (made.repaid_amount, made.fee_paid, made.owed.plain(), made.released_on) == (
        15_000,
        0,
        "51.00",
        None,
    )
    pay(trade, invoice, "243.25")
    assert (made.owed.minor, made.released_on) == (0, local_date(trade.at))
    assert balance(session, fund.id, "advance_given") == 0
    assert balance(session, fund.id, "fee_income") == -100
    [first, second] = queries.receipts(session, made.id)
    assert (first.rest, second.rest, second.rest_to_id) == (0, 19_225, trade.seller.id)
    held = queries.receipt_locked(session, second.public_id, fund.id)
    services.pass_on(session, receipt=held, paid_on=local_date(trade.at), actor=trade.member, at=trade.at)
    assert balance(session, fund.id, "bank") == 1_000_100
    assert balance(session, trade.seller.id, "bank") == 39_225
    assert balance(session, trade.seller.id, "receivable") == 0
    assert balance(session, trade.buyer.id, "bank") == -39_325
    assert invoicing.locked(session, invoice.id).state == "paid"
    with pytest.raises(errors.AlreadyPassedOn):
        services.pass_on(session, receipt=held, paid_on=local_date(trade.at), actor=trade.member, at=trade.at)
    trade.force()


def test_on_a_contract_every_invoice_repays_until_nothing_is_owed(trade, fund):
    made = paid_out(trade, fund, amount=50_000)
    one, two = trade.approve(trade.send()), trade.approve(trade.send())
    assert queries.find_covering(trade.session, one).id == made.id
    pay(trade, one, "393.25")
    pay(trade, two, "393.25")
    assert made.released_on is not None
    assert queries.receipts(trade.session, made.id)[-1].rest == 2 * 39_325 - 50_100
    assert queries.find_covering(trade.session, trade.approve(trade.send())) is None


def test_a_payment_past_the_fund_leaves_the_debt(trade, fund, invoice):
    made = paid_out(trade, fund, invoice)
    pay(trade, invoice, None, past_fund=True)
    assert made.owed.minor == 20_100
    assert trade.session.scalar(select(Advance.id).where(queries.astray())) == made.id
    facts = {"paid_on": local_date(trade.at), "actor": trade.member, "at": trade.at}
    with pytest.raises(errors.AboveOwed):
        services.repay(trade.session, advance_id=made.id, amount=Money(20_101), key="a", **facts)
    services.repay(trade.session, advance_id=made.id, amount=Money(20_100), key="b", **facts)
    assert made.released_on is not None
    assert trade.session.scalar(select(Advance.id).where(queries.astray())) is None
    assert balance(trade.session, trade.seller.id, "bank") == 39_325 - 100


def test_what_went_to_the_fund_is_another_payment_than_what_the_own_bank_tells(trade, fund, invoice):
    paid_out(trade, fund, invoice)
    pay(trade, invoice, None)
    own = add_account(
        trade.session, party=trade.seller, number="NL69INGB0123456789", blocked=False, actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    head = Statement(1, "S1", own.number, "EUR", 0, 39_325, local_date(trade.at), local_date(trade.at))
    told = BankRow(2, 39_325, "EUR", local_date(trade.at), references=(Reference(invoice.payment_reference),))
    taken = Taken()
    import_statements(
        trade.session, [head, told], checksum="0" * 64, party=trade.seller, actor=trade.member, at=trade.at,
        taken=taken,
    )  # fmt: skip
    assert (taken.added, taken.matched) == (1, 0)


def test_too_much_goes_back_to_who_paid_it(trade, fund, invoice):
    made = paid_out(trade, fund, invoice)
    services.record_surplus(
        trade.session, advance_id=made.id, amount=Money(500), paid_on=local_date(trade.at), key="s",
        actor=trade.member, at=trade.at,
    )  # fmt: skip
    [held] = queries.to_pass_on(trade.session, fund.id)
    assert (held.rest_to_id, held.rest, made.owed.minor) == (trade.buyer.id, 500, 20_100)


def test_a_loss_is_booked_and_may_come_back(trade, fund, invoice):
    made = paid_out(trade, fund, invoice)
    services.write_off(trade.session, advance_id=made.id, actor=trade.member, at=trade.at)
    assert balance(trade.session, fund.id, "loss") == 20_000
    assert (made.claim.outstanding, made.owed.minor) == (0, 20_100)
    with pytest.raises(errors.NothingToLose):
        services.write_off(trade.session, advance_id=made.id, actor=trade.member, at=trade.at)
    pay(trade, invoice, None)
    assert balance(trade.session, fund.id, "loss") == 0
    assert made.released_on is not None


def test_before_paying_out_all_goes_on_and_too_little_left_is_refused(trade, fund, invoice):
    made = assign(trade, fund, invoice)
    pay(trade, invoice, "300.00")
    left = invoicing.locked(trade.session, invoice.id).open
    assert (made.repaid_amount, queries.to_pass_on(trade.session, fund.id)[0].rest) == (0, 30_000)
    facts = {"paid_on": local_date(trade.at), "actor": trade.member, "at": trade.at}
    with pytest.raises(errors.AboveOpen):
        services.pay_out(trade.session, advance_id=made.id, still_open=left, **facts)
    services.withdraw(trade.session, advance_id=made.id, actor=trade.member, at=trade.at)
    with pytest.raises(errors.AlreadyPaidOut):
        services.pay_out(trade.session, advance_id=made.id, still_open=Money(10**6), **facts)
    with pytest.raises(errors.AlreadyPaidOut):
        services.withdraw(trade.session, advance_id=made.id, actor=trade.member, at=trade.at)


def test_never_twice(trade, fund, invoice):
    made = paid_out(trade, fund, invoice)
    with pytest.raises(errors.AlreadyAdvanced):
        assign(trade, fund, invoice)
    with pytest.raises(errors.AlreadyAdvanced):
        assign(trade, fund)  # its agreement
    pay(trade, invoice, None)
    with pytest.raises(errors.AlreadyAdvanced):
        assign(trade, fund, invoice)
    assert made.released_on is not None
    assign(trade, fund)
    with pytest.raises(errors.AlreadyAdvanced):
        assign(trade, fund, trade.approve(trade.send()))


def test_a_fund_never_lends_what_it_has_not(trade, fund, invoice):
    made = assign(trade, fund)
    bank = open_account(trade.session, party_id=fund.id, role=AccountRole.BANK)
    other = open_account(trade.session, party_id=fund.id, role=AccountRole.EXPENSE)
    post(
        trade.session,
        key="test:out",
        kind="out",
        legs=[Leg(bank, -990_000), Leg(other, 990_000)],
        at=trade.at,
    )
    with pytest.raises(FloorPassed):
        services.pay_out(
            trade.session, advance_id=made.id, still_open=Money(10**7), paid_on=local_date(trade.at),
            actor=trade.member, at=trade.at,
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE advance SET amount = 1",
        "UPDATE advance SET repaid_amount = 20001",
        "UPDATE advance SET repaid_amount = 5",
        "UPDATE advance SET withdrawn_at = cwb_now()",
        "UPDATE advance SET released_on = '2026-12-01'",
        "UPDATE advance SET fund_iban = ''",
        "DELETE FROM advance",
        "DELETE FROM advance_receipt",
        "UPDATE advance_receipt SET rest = 1, rest_to_id = 1",
        (
            "INSERT INTO advance (public_id, fund_id, borrower_id, debtor_id, agreement_id, amount, fee, rate, due_on, fund_iban,"
            " assigned_at, assigned_by_id, repaid_amount, fee_paid, written_off_amount, recovered_amount)"
            " SELECT gen_random_uuid(), fund_id, borrower_id, debtor_id, (SELECT agreement_id FROM invoice WHERE id = invoice_id),"
            " amount, fee, rate, due_on, fund_iban, assigned_at, assigned_by_id, 0, 0, 0, 0 FROM advance"
        ),
    ],
)
def test_the_database_keeps_it(trade, fund, invoice, statement):
    paid_out(trade, fund, invoice)
    pay(trade, invoice, "100.00")
    with pytest.raises(DatabaseError):
        trade.force(statement)


def test_two_assignments_at_once_make_one(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        invoice, fund = trade.approve(trade.send()), make_fund(session, at)
        session.expunge_all()
    answers = at_once.run(
        lambda s: assign(trade, fund, invoice, session=s).id, lambda s: assign(trade, fund, session=s).id
    )
    assert sorted(type(each).__name__ for each in answers) == ["int", "str"]
    assert "AlreadyAdvanced" in answers


def test_one_payment_written_down_twice_repays_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        invoice, fund = trade.approve(trade.send()), make_fund(session, at)
        advance_id = paid_out(trade, fund, invoice).id
        session.expunge_all()

    def act(session):
        return record_payment(
            session, invoice=invoice, amount=Money(10_000), paid_on=local_date(at), reference="", key="zelfde",
            actor=trade.purchaser, at=at,
        ).id  # fmt: skip

    first, second = at_once.run(act, act)
    assert first == second
    with at_once.atomic() as session:
        assert queries.locked(session, advance_id).repaid_amount == 10_000
        assert session.scalars(select(AdvanceReceipt)).one().principal == 10_000


def test_the_database_takes_no_advance_on_a_framework(trade, fund):
    trade.agree(on_order=True)
    with pytest.raises(DatabaseError, match="a framework is not invoiced itself"):
        assign(trade, fund)
