"""Rounds through the services: what enters, who agrees, and books that end at nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.approval.services import approve_invoice, dispute_invoice
from ledger.batches.services import make_batch
from ledger.clearing import errors, queries, rules, services
from ledger.clearing.rules import LeaveReason, LeftOut
from ledger.invoicing import queries as invoicing
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.payments import queries as payments
from ledger.payments.errors import SetOffStands
from ledger.payments.services import undo_payment
from tests.ledger.conftest import IBAN, SELLER_VAT


@dataclass
class Loops:
    """Three organisations that owe each other, and the acts of a round; ten hours are 393.25 with VAT."""

    trade: object
    parties: dict = field(default_factory=dict)

    def __post_init__(self):
        trade = self.trade
        self.session = trade.session
        trade.buyer.iban, trade.buyer.vat_id = IBAN, SELLER_VAT
        self.parties = {"A": trade.buyer, "B": trade.seller, "C": trade.partner}
        self.at = trade.at + timedelta(days=40)
        self.owed = {}

    def owe(self, debtor, creditor, hours, *, approve=True, **facts):
        trade = self.trade
        owing, owed = self.parties[debtor], self.parties[creditor]
        term = {
            "starts_on": trade.at.date() - timedelta(days=200),
            "ends_on": trade.at.date() + timedelta(days=400),
        }
        agreement = trade.agree(buyer_id=owing.id, suppliers=[(owed.id, 10_000)], **term, **facts)
        draft = draft_invoice(
            self.session, agreement=agreement, seller_id=owed.id, actor=trade.member, at=trade.at,
            quantities={agreement.lines[0].id: Decimal(hours)}, delivered_from=trade.at.date() - timedelta(days=20),
            delivered_until=trade.at.date() - timedelta(days=1),
        )  # fmt: skip
        made = send_invoice(self.session, invoice=draft, agreement=agreement, actor=trade.member, at=trade.at)
        if approve:
            approve_invoice(
                self.session, invoice=made, agreement=agreement, delivered=True, actor=trade.purchaser, at=trade.at
            )  # fmt: skip
        self.owed[debtor + creditor] = made
        return made

    def join(self, names="ABC"):
        for name in names:
            services.join(
                self.session, party_id=self.parties[name].id, agreed=True, actor=self.trade.member, at=self.at
            )

    def begin(self):
        return services.begin_round(
            self.session, cut_off_at=self.at, days=7, actor=self.trade.colleague, at=self.at
        )

    def say(self, held, yes="ABC", no=""):
        for name in yes + no:
            services.answer_round(
                self.session, held=held, party_id=self.parties[name].id, accept=name in yes, actor=self.trade.member,
                at=self.at,
            )  # fmt: skip

    def carry_out(self, held, days=0):
        return services.carry_out(
            self.session, held=held, actor=self.trade.colleague, at=self.at + timedelta(days=days)
        )

    def open(self, pair):
        return invoicing.locked(self.session, self.owed[pair].id).open.plain()

    def clearing(self):
        found = self.session.scalars(
            select(Account.posted).where(Account.role == "clearing").order_by(Account.id)
        )
        return list(found)


@pytest.fixture
def loops(trade):
    return Loops(trade)


@pytest.fixture
def triangle(loops):
    """A owes B 393.25, B owes C 314.60, C owes A 275.28."""
    for pair, hours in (("AB", "10"), ("BC", "8"), ("CA", "7")):
        loops.owe(*pair, hours)
    loops.join()
    return loops


def test_a_triangle_is_set_off_and_every_set_of_books_ends_at_nothing(triangle):
    held = triangle.begin()
    assert (held.owed.plain(), held.proposed.plain()) == ("983.13", "825.84")
    triangle.say(held)
    done = triangle.carry_out(held)
    assert done.cleared.plain() == "825.84"
    assert [triangle.open(pair) for pair in ("AB", "BC", "CA")] == ["117.97", "39.32", "0.00"]
    assert invoicing.locked(triangle.session, triangle.owed["CA"].id).state == "paid"
    assert triangle.clearing() == [0, 0, 0]
    paid = payments.payments(triangle.session, triangle.owed["AB"].id)
    assert [(each.money.plain(), each.reference) for each in paid] == [("275.28", done.number)]
    banks = triangle.session.scalars(select(Account.posted).where(Account.role == "bank")).all()
    assert not any(banks)
    with pytest.raises(SetOffStands):
        undo_payment(
            triangle.session, payment=paid[0], reason="Toch niet", two=False, actor=triangle.trade.colleague,
            at=triangle.at,
        )  # fmt: skip
    triangle.session.commit()


def test_who_says_no_or_nothing_takes_no_part_and_the_rest_is_solved_again(triangle):
    triangle.owe("B", "A", "2")
    held = triangle.begin()
    assert held.proposed.plain() == "983.14"  # B–A both ways, and what is left of the triangle
    triangle.say(held, yes="AB", no="C")
    triangle.carry_out(held)
    assert [triangle.open(pair) for pair in ("AB", "BA", "BC", "CA")] == [
        "314.60",
        "0.00",
        "314.60",
        "275.28",
    ]
    assert triangle.clearing() == [0, 0]


def test_after_a_no_it_is_known_what_is_left_before_it_is_carried_out(triangle):
    triangle.owe("B", "A", "2")
    held = triangle.begin()

    def seen(days=0):
        lines = queries.lines(triangle.session, held.id)
        said = queries.answers(triangle.session, held.id)
        at = triangle.at + timedelta(days=days)
        found = services.outlook(triangle.session, held=held, lines=lines, said=said, at=at)
        return found.proposed, found.most, found.least, found.less

    assert seen() == (983_14, 983_14, 0, False)
    triangle.say(held, yes="A")
    assert seen() == (983_14, 983_14, 0, False)
    assert seen(days=7) == (983_14, 0, 0, True)  # who was silent said no
    triangle.say(held, yes="", no="C")
    assert seen() == (983_14, 157_30, 0, True)  # A and B each owe the other 78.65 at least
    triangle.say(held, yes="B")
    assert seen() == (983_14, 157_30, 157_30, True)
    triangle.trade.pay(triangle.owed["BA"], "8.65", at=triangle.at, paid_on=triangle.at.date())
    assert seen() == (983_14, 140_00, 140_00, True)
    assert triangle.carry_out(held).cleared_amount == 140_00


def test_silence_is_no_and_before_the_last_day_nobody_decides_for_another(triangle):
    held = triangle.begin()
    triangle.say(held, yes="AB")
    with pytest.raises(errors.RoundWaits):
        triangle.carry_out(held)
    assert triangle.carry_out(held, days=7).cleared_amount == 0
    assert triangle.open("AB") == "393.25"
    with pytest.raises(errors.RoundOver):
        triangle.say(held)


def test_a_payment_that_comes_while_the_round_waits_is_not_paid_twice(triangle):
    held = triangle.begin()
    triangle.say(held)
    triangle.trade.pay(triangle.owed["CA"], "200.00", at=triangle.at, paid_on=triangle.at.date())
    done = triangle.carry_out(held)
    assert done.cleared.plain() == "225.84"  # three times the 75.28 that is left
    assert triangle.open("CA") == "0.00"
    assert triangle.clearing() == [0, 0, 0]


def test_an_insolvent_party_is_out_at_once_and_stays_out(triangle):
    held = triangle.begin()
    triangle.say(held)
    party = triangle.parties["C"].id
    facts = {"party_id": party, "actor": triangle.trade.colleague, "at": triangle.at}
    services.leave(triangle.session, why=LeaveReason.INSOLVENT, **facts)
    assert triangle.carry_out(held).cleared_amount == 0
    with pytest.raises(errors.Insolvent):
        services.join(triangle.session, agreed=True, **facts)
    with pytest.raises(errors.NotIn):
        services.leave(triangle.session, **facts)


def test_nobody_waits_for_the_answer_of_a_party_that_cannot_pay_any_more(triangle):
    triangle.owe("B", "A", "2")
    held = triangle.begin()
    triangle.say(held, yes="AB")
    with pytest.raises(errors.RoundWaits):
        triangle.carry_out(held)
    services.leave(
        triangle.session, party_id=triangle.parties["C"].id, actor=triangle.trade.colleague, at=triangle.at,
        why=LeaveReason.INSOLVENT,
    )  # fmt: skip
    assert triangle.carry_out(held).cleared_amount == 157_30


def test_what_does_not_enter_is_told_by_why(triangle):
    triangle.owe("A", "B", "1", approve=False)
    disputed = triangle.owe("A", "C", "1", approve=False)
    dispute_invoice(
        triangle.session,
        invoice=disputed,
        reason="Niet geleverd",
        actor=triangle.trade.purchaser,
        at=triangle.at,
    )
    triangle.owe("B", "A", "1", g_percentage=Decimal(40))
    levy = triangle.owe("C", "B", "1")
    services.bar_agreement(
        triangle.session, agreement_id=levy.agreement_id, party_id=triangle.parties["C"].id, reason=LeftOut.LEVY,
        actor=triangle.trade.member, at=triangle.at,
    )  # fmt: skip
    held = triangle.begin()
    assert dict(queries.left_out(triangle.session, held.id)) == {
        "not_approved": 1, "disputed": 1, "blocked": 1, "levy": 1,
    }  # fmt: skip
    assert held.proposed.plain() == "825.84"


def test_an_invoice_that_went_into_a_batch_meanwhile_stays_out(triangle):
    held = triangle.begin()
    triangle.say(held)
    make_batch(
        triangle.session,
        payer=triangle.parties["A"],
        actor=triangle.trade.purchaser,
        at=triangle.at,
        faults=[],
    )
    assert triangle.carry_out(held).cleared_amount == 0
    assert triangle.open("AB") == "393.25"


def test_without_a_loop_there_is_no_round_and_what_would_make_one_is_said(loops):
    loops.owe("A", "B", "10")
    loops.owe("B", "C", "4")
    loops.join()
    with pytest.raises(errors.NoLoops):
        loops.begin()
    claims = rules.claims_of(queries.candidates(loops.session, loops.at), loops.at)
    a, b, c = (loops.parties[name].id for name in "ABC")
    assert rules.missing(claims) == [(b, a, None, 78650), (c, a, b, 47190), (c, b, None, 31460)]


def test_a_round_begins_and_is_carried_out_once(triangle):
    held = triangle.begin()
    with pytest.raises(errors.RoundRuns):
        triangle.begin()
    triangle.say(held)
    triangle.carry_out(held)
    with pytest.raises(errors.RoundDone):
        triangle.carry_out(held)
    assert len(payments.payments(triangle.session, triangle.owed["AB"].id)) == 1


def test_looking_back_counts_what_fell_due_however_it_was_paid(triangle):
    triangle.trade.pay(triangle.owed["CA"], at=triangle.at, paid_on=triangle.at.date())
    quarter = Period.quarter_of(triangle.at.date())
    claims = queries.claims_in(triangle.session, quarter)
    assert sum(services.propose(claims, triangle.at).values()) == 82584
    assert queries.claims_in(triangle.session, quarter.previous_quarter()) == []


def test_taking_part_needs_a_yes_and_is_once(loops):
    party = {"party_id": loops.parties["A"].id, "actor": loops.trade.member, "at": loops.at}
    with pytest.raises(errors.TextNotAccepted):
        services.join(loops.session, agreed=False, **party)
    made = services.join(loops.session, agreed=True, **party)
    assert made.text_version == rules.TEXT_VERSION
    with pytest.raises(errors.AlreadyIn):
        services.join(loops.session, agreed=True, **party)
    services.leave(loops.session, **party)
    services.join(loops.session, agreed=True, **party)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clearing_round SET cleared_amount = 0",
        "UPDATE clearing_line SET cleared_amount = 0, payment_id = NULL",
        "UPDATE clearing_answer SET accepted = false",
        "DELETE FROM clearing_line",
        "DELETE FROM clearing_round",
        "INSERT INTO clearing_answer (round_id, party_id) SELECT id, 1 FROM clearing_round",
    ],
)
def test_the_database_keeps_a_round_that_was_carried_out(triangle, statement):
    held = triangle.begin()
    triangle.say(held)
    triangle.carry_out(held)
    with pytest.raises(DatabaseError), triangle.session.begin_nested():
        triangle.session.execute(text(statement))


_ANOTHER = (
    "INSERT INTO clearing_round (public_id, number, state, cut_off_at, answer_until, owed_amount, proposed_amount, "
    "begun_at, begun_by_id) SELECT gen_random_uuid(), 'x', 'asked', cut_off_at, answer_until, 1, 1, begun_at, "
    "begun_by_id FROM clearing_round"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clearing_round SET proposed_amount = 1",
        "UPDATE clearing_round SET state = 'done', cleared_amount = 1, done_at = begun_at, done_by_id = begun_by_id",
        "UPDATE clearing_line SET proposed_amount = 0",
        "UPDATE clearing_member SET text_version = ''",
        _ANOTHER,
    ],
)
def test_the_database_keeps_what_was_proposed(triangle, statement):
    triangle.begin()
    with pytest.raises(DatabaseError), triangle.session.begin_nested():
        triangle.session.execute(text(statement))


def test_a_clearing_account_that_is_not_empty_stops_the_round(triangle):
    held = triangle.begin()
    triangle.say(held)
    alone = triangle.owe("A", "C", "1")
    services.set_off(
        triangle.session, amounts={alone.id: Money(100)}, mark=held.number, actor=triangle.trade.colleague,
        at=triangle.at,
    )  # fmt: skip
    close = "UPDATE clearing_round SET state = 'done', cleared_amount = 0, done_at = begun_at, done_by_id = begun_by_id"
    with pytest.raises(DatabaseError, match="not empty"), triangle.session.begin_nested():
        triangle.session.execute(text(close))
    with pytest.raises(errors.BooksDiffer):
        triangle.carry_out(held)
