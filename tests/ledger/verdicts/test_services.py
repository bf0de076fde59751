"""A bank's answer about a file of transfers: what it refused may be paid again, once; what the statement told of stays."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from cwb.audit.models import AuditRecord
from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from ledger.bank.services import add_account
from ledger.batches import queries as batches
from ledger.batches.services import close_batch, make_batch
from ledger.verdicts import errors, services
from ledger.verdicts.gateway import groups_of
from ledger.verdicts.models import BankReport
from ledger.verdicts.rules import Standing
from tests.ledger.bankdesk.conftest import BUYERS, Desk, camt, row
from tests.ledger.verdicts.conftest import answer, line


@pytest.fixture
def payer(trade):
    """Two approved invoices in a file for the bank."""
    trade.session.get(Organisation, trade.buyer.id).iban = BUYERS
    trade.approve(trade.send())
    trade.approve(trade.send(quantity="2"))
    make(trade)
    return trade


def make(trade):
    facts = {"payer": trade.buyer, "actor": trade.purchaser, "at": trade.at, "faults": []}
    return make_batch(trade.session, **facts)


def held(trade):
    """The first file as it stands."""
    trade.session.expire_all()
    first = trade.session.scalars(batches.batches(trade.buyer.id)).all()[-1]
    return batches.batch(trade.session, first.public_id, trade.buyer.id)


def take(trade, content, **facts):
    known = {"party_id": trade.buyer.id, "content": content, "actor": trade.purchaser, "at": trade.at}
    return services.take_report(trade.session, **(known | facts))


def test_a_refused_transfer_may_go_in_a_new_file_and_the_other_may_not(payer):
    one, two = held(payer).orders
    made = take(payer, answer(held(payer).message_id, "PART", line(two.end_to_end, "RJCT", "AC04", "78.65")))
    assert (made.standing, made.refused, made.skipped) == (Standing.PARTLY, 1, [])
    one, two = held(payer).orders
    assert [(each.live, each.code, bool(each.refused_at)) for each in (one, two)] == [
        (True, "", False), (False, "AC04", True),
    ]  # fmt: skip
    assert (held(payer).state, held(payer).answer) == ("open", "partly")
    assert make(payer).money.plain() == "78.65"
    record = payer.session.scalar(select(AuditRecord).where(AuditRecord.action == "bank.report_read"))
    assert record.facts == {"standing": "partly", "refused": 1, "skipped": 0}


def test_a_file_refused_whole_or_by_its_group_is_closed(payer):
    group = next(iter(groups_of(held(payer).content).values()))
    found = held(payer)
    content = answer(found.message_id, "RJCT", group=(group, "RJCT"), count="2", total="471.90", code="FF01")
    made = take(payer, content)
    assert (made.standing, made.refused) == (Standing.REFUSED, 2)
    assert (held(payer).state, {each.code for each in held(payer).orders}) == ("closed", {"FF01"})
    assert make(payer).money.plain() == "471.90"


def test_what_is_accepted_stays_and_the_file_says_so(payer):
    made = take(payer, answer(held(payer).message_id, "ACTC"))
    assert (made.standing, made.refused) == (Standing.ACCEPTED, 0)
    assert (held(payer).answer, [each.live for each in held(payer).orders]) == ("accepted", [True, True])


def test_the_same_answer_twice_and_an_end_twice_do_nothing(payer):
    whole = answer(held(payer).message_id, "RJCT")
    take(payer, whole)
    with pytest.raises(errors.ReportKnown):
        take(payer, whole)
    again = make(payer)
    second = take(payer, answer(held(payer).message_id, "RJCT", number="STS-2"))
    assert (second.refused, [why for _, why in second.skipped]) == (0, ["decided", "decided"])
    assert [each.live for each in batches.batch(payer.session, again.public_id, payer.buyer.id).orders] == [
        True,
        True,
    ]


def test_what_a_statement_told_of_or_was_closed_is_left_alone(payer):
    one, _two = held(payer).orders
    add_account(
        payer.session, party=payer.buyer, number=BUYERS, blocked=False, actor=payer.purchaser, at=payer.at
    )
    away = row("-393.25", mark=one.end_to_end, iban=payer.seller.iban)
    Desk(payer).take(camt("B1", "500.00", "106.75", away, iban=BUYERS))
    made = take(payer, answer(held(payer).message_id, "RJCT"))
    assert (made.refused, made.skipped) == (1, [[one.end_to_end, "came"]])
    assert [each.live for each in held(payer).orders] == [True, False]
    close_batch(payer.session, batch=held(payer), actor=payer.purchaser, at=payer.at)
    later = payer.at + timedelta(days=1)
    late = take(payer, answer(held(payer).message_id, "RJCT", number="STS-3"), at=later)
    assert (late.refused, held(payer).answered_at) == (0, payer.at)


def test_an_answer_about_anothers_file_is_refused(payer):
    content = answer(held(payer).message_id, "RJCT")
    for party_id, sent in ((payer.seller.id, content), (payer.buyer.id, answer("M1", "RJCT"))):
        with pytest.raises(errors.ReportOfNothing):
            take(payer, sent, party_id=party_id)
    assert [each.live for each in held(payer).orders] == [True, True]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE bank_report SET refused = 9",
        "DELETE FROM bank_report",
        "UPDATE batch_transfer SET live = true WHERE NOT live",
        "UPDATE batch_transfer SET code = 'AC04' WHERE live",
        "UPDATE batch_transfer SET refused_at = now() WHERE live",
        "UPDATE batch_transfer SET code = '' WHERE NOT live",
        "UPDATE payment_batch SET answer = 'accepted', answered_at = NULL",
(
        "INSERT INTO bank_report (public_id, party_id, number, batch_id, standing, refused, skipped, checksum, read_at, "
        "read_by_id) SELECT gen_random_uuid(), party_id, number, batch_id, standing, 0, skipped, checksum, read_at, "
        "read_by_id FROM bank_report"
),
    ],
)  # fmt: skip
def test_the_database_keeps_what_the_bank_said(payer, attack):
    take(
        payer, answer(held(payer).message_id, "PART", line(held(payer).orders[0].end_to_end, "RJCT", "AC04"))
    )
    with pytest.raises(DatabaseError), payer.session.begin_nested():
        payer.force(attack)


def test_two_people_read_the_same_answer_at_once_and_it_counts_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        session.get(Organisation, trade.buyer.id).iban = BUYERS
        trade.approve(trade.send())
        number, buyer_id = make(trade).message_id, trade.buyer.id

    def act(session):
        services.take_report(
            session, party_id=buyer_id, content=answer(number, "RJCT"), actor=trade.purchaser, at=at
        )
        return "read"

    assert sorted(at_once.run(act, act)) == ["ReportKnown", "read"]


def test_the_page_takes_an_answer_and_says_what_came_of_it(payer, sign_in):
    browser = sign_in(Role.PURCHASER, payer.buyer)
    batch = held(payer)
    content = answer(
        batch.message_id, "PART", line(batch.orders[0].end_to_end, "RJCT", "AC04"), line("RF00", "RJCT")
    )
    assert (
        "is geen antwoord van een bank"
        in browser.post("/bank/answers", data={"file": (BytesIO(b"<a/>"), "x.xml")}).text
    )
    sent = browser.post("/bank/answers", data={"file": (BytesIO(content), "antwoord.xml")})
    assert sent.status_code == 303
    page = browser.get("/bank/answers").text
    assert "deels geweigerd" in page
    assert "Deze regel staat niet in uw bestand." in page
    assert (
        "De rekening is opgeheven. Bel wie u betaalt."
        in browser.get(f"/bank/transfers/{batch.public_id}").text
    )
    assert "RF00: unknown" in browser.get("/bank/answers/list.csv").text
    assert payer.session.scalars(select(BankReport)).one().refused == 1
    assert sign_in(Role.MEMBER, payer.seller).get("/bank/answers").status_code == 403
