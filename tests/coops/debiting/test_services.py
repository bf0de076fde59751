"""Dues through the own bank: a mandate on paper, a file once, what came in and went back by the statement."""

from datetime import timedelta

import pytest
from lxml import etree
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from coops.capital import services as capital
from coops.capital.rules import Pot
from coops.collecting import services as collecting
from coops.collecting.models import DuesCollection
from coops.collecting.rules import CollectionState, Stop
from coops.debiting import services
from cwb.identity import services as identity
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.bank import queries as bank
from ledger.debits import errors
from ledger.debits import queries as files
from ledger.debits import services as debits
from ledger.debits.models import BankDebit, DebitFile
from ledger.debits.rules import DebitState
from ledger.mandates.errors import DebitOff, MandateStands, NotAgreed
from ledger.mandates.models import DebitMandate
from ledger.mandates.rules import MandateState
from ledger.takeback.services import take_back
from tests.coops.conftest import found_club
from tests.coops.debiting.conftest import CREDITOR, NS, PAYER, begin_debiting, entry, part


def letters(debiting):
    return [each.subject for each in debiting.session.query(Mail).order_by(Mail.id)]


def collections(debiting):
    rows = debiting.session.query(DuesCollection).order_by(DuesCollection.member_id)
    return [
        (each.state.value, each.code, each.stop.value if each.stop else "")
        for each in rows.execution_options(populate_existing=True)
    ]


def document(made):
    return etree.fromstring(made.content.encode())


def test_a_mandate_on_paper_stands_at_once_and_a_phone_needs_a_tick(debiting):
    made = debiting.paper()
    assert (made.state, made.medium, made.reference, made.last4) == (
        MandateState.ACTIVE,
        "paper",
        "LID1-B1",
        "5264",
    )
    assert made.payer_id is None
    with pytest.raises(MandateStands):
        debiting.paper()
    told = {"iban": PAYER, "holder": "Lid 2", "wording": "Ik geef.", "actor": debiting.own, "at": debiting.at}
    with pytest.raises(NotAgreed):
        services.give_by_phone(debiting.session, member=debiting.club.members[1], agreed=False, **told)
    phone = services.give_by_phone(debiting.session, member=debiting.club.members[1], agreed=True, **told)
    assert (phone.medium, phone.payer_id, letters(debiting)) == (
        "phone",
        debiting.club.user.id,
        ["Uw machtiging staat"],
    )
    services.end_mandate(
        debiting.session, member=debiting.club.members[0], actor=debiting.club.board, at=debiting.at
    )
    assert made.state is MandateState.WITHDRAWN
    assert debiting.paper().reference == "LID1-B2"


def test_only_the_board_of_the_member_writes_a_paper_down(debiting, make_organisation, make_user):
    other = make_organisation()
    elsewhere = found_club(debiting.session, other, make_user((Role.BOARD, other)), debiting.at, count=1)
    facts = {"iban": PAYER, "holder": "x", "signed_on": local_date(debiting.at), "at": debiting.at}
    member = debiting.club.members[0]
    with pytest.raises(DebitOff):
        services.give_on_paper(debiting.session, member=member, actor=elsewhere.board, **facts)
    with pytest.raises(Forbidden):
        services.give_on_paper(debiting.session, member=member, actor=debiting.own, **facts)


def test_what_was_agreed_stays_and_an_account_belongs_to_a_mandate_here(debiting):
    debiting.paper()
    debiting.session.commit()
    for wrong, fence in (
        ("iban = 'NL69INGB0123456789'", "debit mandate"),
        ("holder = 'Iemand anders'", "debit mandate"),
    ):
        with pytest.raises(DatabaseError, match=fence), debiting.session.begin_nested():
            debiting.session.execute(text(f"UPDATE debit_mandate SET {wrong}"))
    facts = {
        "organisation_id": debiting.home,
        "subject": "x",
        "wording": "x",
        "till": "",
        "asked_at": debiting.at,
    }
    user = debiting.club.user.id
    for more, fence in (({"payer_id": user, "medium": "phone"}, "medium"), ({"payer_id": None}, "payer")):
        with pytest.raises(IntegrityError, match=fence), debiting.session.begin_nested():
            debiting.session.add(DebitMandate(**facts, **more))
            debiting.session.flush()


def test_the_letter_names_day_reference_and_creditor_and_the_file_keeps_the_day(debiting):
    debiting.paper()
    debiting.announce()
    letter = debiting.session.query(Mail).order_by(Mail.id.desc()).first()
    for told in ("25,00", "5264", "LID1-B1", CREDITOR):
        assert told in letter.text
    [held] = debiting.session.query(DuesCollection)
    assert held.collect_on.weekday() < 5
    assert (
        collecting.collect(debiting.session, run_id=held.run_id, member_id=held.member_id, at=debiting.at)
        is None
    )
    root = document(debiting.file())
    assert root.findtext(".//p:ReqdColltnDt", namespaces=NS) == held.collect_on.isoformat()
    assert root.findtext(".//p:DbtrAcct//p:IBAN", namespaces=NS) == PAYER
    assert root.findtext(".//p:SeqTp", namespaces=NS) == "FRST"
    assert root.findtext(".//p:Ustrd", namespaces=NS) == "Contributie"


def test_a_debt_is_in_one_file_and_again_only_when_that_is_withdrawn(debiting):
    debiting.announced()
    made = debiting.file()
    assert (made.debits, made.money) == (2, Money(50_00))
    with pytest.raises(errors.NothingToDebit):
        debiting.file()
    services.withdraw_file(debiting.session, file=made, actor=debiting.club.board, at=debiting.at)
    assert [state for state, *_ in collections(debiting)] == ["announced", "announced"]
    with pytest.raises(errors.FileUsed):
        services.withdraw_file(
            debiting.session, file=debiting.look(made), actor=debiting.club.board, at=debiting.at
        )
    again = debiting.file()
    assert {each.turn.value for each in again.lines} == {"FRST"}  # no bank saw the first
    line = again.lines[0]
    debiting.session.commit()
    with pytest.raises(IntegrityError, match="live"), debiting.session.begin_nested():
        copy = {c.key: getattr(line, c.key) for c in BankDebit.__table__.columns if c.key != "id"}
        debiting.session.add(BankDebit(**(copy | {"mark": "DD" + "0" * 32})))
        debiting.session.flush()


def test_two_who_change_the_contract_at_once_do_not_overwrite_each_other(debiting):
    known = {"organisation_id": debiting.home, "creditor_id": CREDITOR, "actor": debiting.club.board}
    facts = known | {"iban": PAYER, "at": debiting.at}
    found = files.find_creditor(debiting.session, debiting.home)
    version, kept = found.version, found.iban
    for seen in (0, version - 1, version + 1):
        with pytest.raises(errors.CreditorChanged):
            debits.set_creditor(debiting.session, version=seen, **facts)
    assert (found.version, found.iban) == (version, kept)
    assert debits.set_creditor(debiting.session, version=version, **facts).version == version + 1


def test_without_a_contract_with_the_bank_no_file_is_made(debiting, make_organisation):
    with pytest.raises(errors.CreditorMissing):
        debits.make_file(
            debiting.session, organisation_id=make_organisation().id, wanted=[], actor=debiting.club.board,
            at=debiting.at,
        )  # fmt: skip


def test_a_file_and_its_debits_stay_as_they_were_made(debiting):
    debiting.announced(1)
    debiting.file()
    debiting.session.commit()
    for table in ("debit_file", "bank_debit"):
        with pytest.raises(DatabaseError, match="kept as it is"), debiting.session.begin_nested():
            debiting.session.execute(text(f"UPDATE {table} SET amount = 1"))
        with pytest.raises(DatabaseError), debiting.session.begin_nested():
            debiting.session.execute(text(f"DELETE FROM {table}"))


def test_what_is_later_than_two_weeks_waits_and_what_was_paid_or_ended_is_stopped(debiting):
    debiting.announced(3)
    debiting.later(-20)
    with pytest.raises(errors.NothingToDebit):
        debiting.file()
    debiting.later(20)
    pay(debiting, 0, 25_00)
    pay(debiting, 1, 20_00)
    services.end_mandate(
        debiting.session, member=debiting.club.members[2], actor=debiting.club.board, at=debiting.at
    )
    made = debiting.file()
    assert [each.amount for each in made.lines] == [5_00]  # what is left of it
    assert collections(debiting) == [
        ("stopped", "", Stop.PAID), ("sent", "", ""), ("stopped", "", Stop.NO_MANDATE)
    ]  # fmt: skip


def pay(debiting, place, cents):
    capital.receive(
        debiting.session, member=debiting.club.members[place], pot=Pot.DUES, amount=Money(cents),
        paid_on=local_date(debiting.at), key=uuid7(), actor=debiting.club.board, at=debiting.at,
    )  # fmt: skip


@pytest.mark.parametrize("how", ["group", "parts", "single"])
def test_what_came_in_is_booked_once_however_the_bank_tells_it(debiting, how):
    debiting.announced()
    made = debiting.file()
    parts = [part(each.mark, "25.00") for each in made.lines]
    rows = {
        "group": [entry("50.00", group=made.lines[0].group_mark, ref="A1")],
        "parts": [entry("50.00", *parts, ref="A1")],
        "single": [entry("25.00", each, ref=f"A{place}") for place, each in enumerate(parts)],
    }[how]
    taken = debiting.take(*rows)
    assert taken.matched == len(rows)
    assert (debiting.bank(), debiting.owed(0), debiting.owed(1)) == (50_00, 0, 0)
    debiting.balance, debiting.statements = 0, 0
    assert debiting.take(*rows).added == 0  # the same statement again
    assert debiting.bank() == 50_00
    later = [entry(f"{sum(25 for _ in rows) * 2 // len(rows)}.00", *parts[:1], ref="B1")]
    debiting.take(*later)
    assert debiting.states()[-1][0] == "open"  # the same money under another number of the bank
    assert debiting.bank() == 50_00
    with pytest.raises(errors.FileUsed):
        services.withdraw_file(
            debiting.session, file=debiting.look(made), actor=debiting.club.board, at=debiting.at
        )
    with pytest.raises(errors.DebitDecided):
        services.refuse(
            debiting.session, debit=debiting.look(made).lines[0], code="AM04", actor=debiting.club.board, at=debiting.at,
        )  # fmt: skip


def test_the_letter_names_what_was_debited_where_a_part_was_paid_before(debiting):
    debiting.announced(1)
    pay(debiting, 0, 20_00)
    one = debiting.file().lines[0]
    services.refuse(debiting.session, debit=one, code="AM04", actor=debiting.club.board, at=debiting.at)
    last = debiting.session.query(Mail).order_by(Mail.id.desc()).first()
    assert "5,00" in last.text
    assert "25,00" not in last.text


@pytest.mark.parametrize(
    ("code", "said", "state"),
    [("AM04", "AM04", "active"), ("MD06", "MD06", "active"), ("MD01", "MD01", "revoked"), ("AC04", "AC04", "revoked"), ("ZZ99", "", "active")],
)  # fmt: skip
def test_what_went_back_is_owed_again_exactly_and_the_mandate_ends_where_the_bank_says_so(
    debiting, code, said, state
):
    debiting.announced()
    made = debiting.file()
    one, two = made.lines
    debiting.take(entry("50.00", group=one.group_mark, ref="A1"))
    back = entry("-25.00", part(one.mark, "25.00", code), ref="R1")
    debiting.take(back, days=20)
    assert (debiting.bank(), debiting.owed(0), debiting.owed(1)) == (25_00, 25_00, 0)
    assert collections(debiting) == [("returned", said, ""), ("sent", "", "")]
    assert debiting.session.get_one(DebitMandate, one.mandate_id).state.value == state
    assert letters(debiting)[-1] == "De afschrijving van uw contributie ging niet door"
    debiting.take(entry("-25.00", part(one.mark, "25.00", code), ref="R2"))
    assert debiting.states()[-1] == ("open", "DebitStands")
    assert debiting.bank() == 25_00
    first = debiting.session.query(bank.BankEntry).order_by(bank.BankEntry.id).first()
    held = bank.entry(debiting.session, first.public_id, debiting.home, lock=True)
    with pytest.raises(errors.DebitDecided):
        take_back(debiting.session, entry=held, actor=debiting.club.board, at=debiting.at)
    assert two.state is DebitState.SENT


def test_a_return_before_its_debit_waits_and_is_booked_when_that_comes(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    back, came = (
        entry("-25.00", part(one.mark, "25.00", "MD06"), ref="R1"),
        entry("25.00", part(one.mark, "25.00"), ref="A1"),
    )
    debiting.take(back)
    assert debiting.states() == [("open", "DebitNotSeen")]
    debiting.take(came)
    assert [state for state, _ in debiting.states()] == ["booked", "booked"]
    assert (debiting.bank(), debiting.owed()) == (0, 25_00)
    assert collections(debiting) == [("returned", "MD06", "")]


def test_both_in_one_statement_in_either_order_end_the_same(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    debiting.take(
        entry("-25.00", part(one.mark, "25.00", "AC04"), ref="R1"),
        entry("25.00", group=one.group_mark, ref="A1"),
    )
    assert (debiting.bank(), debiting.owed()) == (0, 25_00)
    assert collections(debiting) == [("returned", "AC04", "")]


def test_an_amount_that_differs_waits_until_a_person_says_which_the_bank_refused(debiting):
    debiting.announced()
    one, two = debiting.file().lines
    debiting.take(entry("25.00", group=one.group_mark, ref="A1"))
    assert debiting.states() == [("open", "DebitUnclear")]
    services.refuse(debiting.session, debit=two, code="AM04", actor=debiting.club.board, at=debiting.at)
    assert collections(debiting) == [("sent", "", ""), ("failed", "AM04", "")]
    assert [state for state, _ in debiting.states()] == ["booked"]  # what waited is looked at again
    assert (debiting.owed(0), debiting.owed(1)) == (0, 25_00)


def test_dues_that_were_paid_meanwhile_are_not_booked_below_zero(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    pay(debiting, 0, 25_00)
    debiting.take(entry("25.00", part(one.mark, "25.00"), ref="A1"))
    assert debiting.states()[0][0] == "open"
    assert debiting.owed() == 0


def test_a_coming_in_is_taken_back_and_booked_again(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    debiting.take(entry("25.00", part(one.mark, "25.00"), ref="A1"))
    row = debiting.session.query(bank.BankEntry).one()
    held = bank.entry(debiting.session, row.public_id, debiting.home, lock=True)
    assert take_back(debiting.session, entry=held, actor=debiting.club.board, at=debiting.at)
    assert (debiting.bank(), debiting.owed()) == (0, 25_00)
    debiting.take(entry("1.00", part("DD" + "9" * 32, "1.00"), ref="A2"))
    assert [state for state, _ in debiting.states()] == ["booked", "open"]
    assert (debiting.bank(), debiting.owed()) == (25_00, 0)


def test_a_later_debit_by_the_same_mandate_is_recurrent(debiting):
    debiting.announced(1)
    [one] = debiting.file().lines
    assert one.turn.value == "FRST"
    debiting.later(340)
    debiting.announce()
    assert [each.turn.value for each in debiting.file().lines] == ["RCUR"]


def test_two_boards_at_once_make_one_file(at_once):
    at = clock.now()
    with at_once.atomic() as session:
        home = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="cooperative", street="Voorbeeldstraat",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@voorbeeld.example",
            anchor_type=None, is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="mens@voorbeeld.example", name="Mens", password=None, locale="nl", at=at
        )
        club = found_club(session, home, user, at)
        made = begin_debiting(session, club, at)
        made.announced(3)
        board, later = club.board, made.at + timedelta(minutes=1)
    act = lambda session: services.make_file(session, actor=board, at=later)  # noqa: E731
    assert at_once.run(act, act) == ["NothingToDebit", "done"]
    with at_once.atomic() as session:
        assert session.query(DebitFile).count() == 1
        assert session.query(BankDebit).count() == 3
        assert {each.state for each in session.query(DuesCollection)} == {CollectionState.SENT}
