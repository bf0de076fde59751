from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from coops.capital import errors, queries, services
from coops.capital.rules import Pot, book_year, over_year
from coops.members.errors import MemberNotFound
from coops.members.rules import MemberFacts, MemberKind
from coops.members.services import add_member, end_membership
from cwb.identity import services as identity
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from ledger.accounts.models import Account
from ledger.books.errors import FloorPassed
from ledger.books.queries import trial_balance
from ledger.books.rules import Leg
from ledger.books.services import post
from tests.coops.conftest import TERMS, found_club


def pots(session, member):
    [found] = queries.holdings(session, [member])
    return found.pots


def pay(session, club, member, pot, euros, at, **other):
    given = {"paid_on": local_date(at), "key": uuid4(), **other}
    return services.receive(
        session, member=member, pot=pot, amount=Money(euros * 100), actor=club.board, at=at, **given
    )


def test_shares_are_subscribed_called_and_paid(session, club, at):
    one = club.members[0]
    made = services.subscribe(session, member=one, shares=2, actor=club.board, at=at)
    assert pots(session, one) == dict.fromkeys(Pot, 0)
    services.call_capital(session, subscription=made, actor=club.board, at=at)
    assert made.due_on == local_date(at) + timedelta(days=30)
    with pytest.raises(errors.CalledBefore):
        services.call_capital(session, subscription=made, actor=club.board, at=at)
    assert pots(session, one) == dict.fromkeys(Pot, 0) | {Pot.CAPITAL: 200_00, Pot.CALLED: 200_00}
    key = uuid4()
    first = pay(session, club, one, Pot.CALLED, 150, at, key=key)
    with pytest.raises(errors.MoreThanOwed):
        pay(session, club, one, Pot.CALLED, 51, at)
    assert pots(session, one)[Pot.CALLED] == 50_00
    for _ in range(2):
        services.undo_receipt(session, member=one, transfer_id=first, actor=club.board, at=at)
    assert pots(session, one)[Pot.CALLED] == 200_00
    with pytest.raises(errors.ReceiptNotFound):
        services.undo_receipt(session, member=one, transfer_id=uuid4(), actor=club.board, at=at)


def test_the_same_payment_twice_is_booked_once(session, club, at):
    one = club.members[0]
    services.run_dues(session, actor=club.board, at=at)
    key = uuid4()
    assert pay(session, club, one, Pot.DUES, 10, at, key=key) == pay(
        session, club, one, Pot.DUES, 10, at, key=key
    )
    assert pots(session, one)[Pot.DUES] == 15_00


def test_dues_are_asked_once_of_everybody(session, club, at):
    made = services.run_dues(session, actor=club.board, at=at)
    with pytest.raises(errors.DuesRunBefore):
        services.run_dues(session, actor=club.board, at=at + timedelta(days=30))
    assert [each.pots[Pot.DUES] for each in queries.holdings(session, club.members)] == [25_00] * 3
    assert (made.starts_on, made.ends_on) == (date(2026, 1, 1), date(2027, 1, 1))
    services.run_dues(session, actor=club.board, at=at + timedelta(days=365))
    assert pots(session, club.members[0])[Pot.DUES] == 50_00
    income = session.scalars(select(Account).where(Account.role == "revenue")).one()
    session.refresh(income)
    assert income.posted == -150_00


def test_who_joined_after_the_dues_were_asked_is_asked_once_with_an_own_day(session, club, at):
    with pytest.raises(errors.NoDuesRun):
        services.ask_dues(session, member=club.members[0], actor=club.board, at=at)
    services.run_dues(session, actor=club.board, at=at)
    late = add_member(
        session, facts=MemberFacts("Nieuw", "nieuw@voorbeeld.example", MemberKind.WORKER, local_date(at)),
        actor=club.board, at=at,
    )  # fmt: skip
    later = at + timedelta(days=20)
    assert queries.missed_run(session, club.members[0], local_date(later)) is None
    services.ask_dues(session, member=late, actor=club.board, at=later)
    with pytest.raises(errors.DuesAskedBefore):
        services.ask_dues(session, member=late, actor=club.board, at=later)
    [holding] = queries.holdings(session, [late])
    assert [(pot, due.minor, due.due_on) for pot, due in holding.unpaid()] == [
        (Pot.DUES, 25_00, local_date(later) + timedelta(days=30))
    ]


def test_a_letter_says_how_much_until_when_and_how_to_pay(session, club, at):
    club.organisation.iban = "NL55CWBX0000000910"
    made = services.subscribe(session, member=club.members[1], shares=2, actor=club.board, at=at)
    services.call_capital(session, subscription=made, actor=club.board, at=at)
    services.run_dues(session, actor=club.board, at=at)
    letters = session.scalars(
        select(Mail).where(Mail.recipient == "lid2@voorbeeld.example").order_by(Mail.id)
    )
    for letter, amount, reference in zip(
        letters, ("200,00", "25,00"), ("Lid 2 kapitaal", "Lid 2 contributie"), strict=True
    ):
        assert letter.text.startswith("Beste Lid 2,")
        for told in (amount, str(made.due_on.year), "NL55CWBX0000000910", reference):
            assert told in letter.text


def test_who_is_behind_gets_one_letter_a_day(session, club, at):
    services.run_dues(session, actor=club.board, at=at)
    pay(session, club, club.members[0], Pot.DUES, 25, at)
    assert services.remind(session, actor=club.board, at=at) == 0
    later = at + timedelta(days=31)
    assert services.remind(session, actor=club.board, at=later) == 2
    assert services.remind(session, actor=club.board, at=later) == 2
    letters = session.scalars(select(Mail).where(Mail.key.like("capital-reminder-%"))).all()
    assert sorted(each.recipient for each in letters) == ["lid2@voorbeeld.example", "lid3@voorbeeld.example"]
    assert "€" in letters[0].text
    assert "25" in letters[0].text
    [task] = queries.tasks(session, club.board, later)
    assert task.facts["num"] == 2
    assert queries.tasks(session, club.board, at) == []


def test_statements_tie_to_the_books_to_the_cent(session, club, at):
    for number, each in enumerate(club.members, start=1):
        made = services.subscribe(session, member=each, shares=number, actor=club.board, at=at)
        services.call_capital(session, subscription=made, actor=club.board, at=at)
    services.run_dues(session, actor=club.board, at=at)
    pay(session, club, club.members[0], Pot.CALLED, 70, at)
    pay(session, club, club.members[1], Pot.DUES, 25, at)
    year = book_year(2026)
    statements = [
        over_year(lines, year) for lines in queries.lines(session, club.members, before=year.end).values()
    ]
    balance = trial_balance(session, club.organisation.id, year)
    closing = Counter()
    for each in balance.lines:
        closing[each.account.role] += each.closing.minor
    assert sum(each[Pot.CAPITAL].closing for each in statements) == -closing["fund"] == 600_00
    assert (
        sum(each[Pot.CALLED].closing + each[Pot.DUES].closing for each in statements) == closing["receivable"]
    )
    assert closing["bank"] == 95_00
    assert balance.debits == balance.credits


def test_only_the_own_board(session, club, make_organisation, make_user, at):
    one = club.members[0]
    made = services.subscribe(session, member=one, shares=1, actor=club.board, at=at)
    other = replace(club.board, organisation_id=make_organisation().id)
    plain = replace(club.board, roles=frozenset({Role.MEMBER}))
    for actor, error in ((other, MemberNotFound), (plain, Forbidden)):
        with pytest.raises(error):
            services.subscribe(session, member=one, shares=1, actor=actor, at=at)
        with pytest.raises(error):
            services.call_capital(session, subscription=made, actor=actor, at=at)
        with pytest.raises(error):
            services.receive(
                session, member=one, pot=Pot.DUES, amount=Money(1), paid_on=local_date(at), key=uuid4(),
                actor=actor, at=at,
            )  # fmt: skip
        with pytest.raises(error):
            services.undo_receipt(session, member=one, transfer_id=uuid4(), actor=actor, at=at)
    with pytest.raises(Forbidden):
        services.run_dues(session, actor=plain, at=at)
    with pytest.raises(errors.TermsMissing):
        services.run_dues(session, actor=other, at=at)
    with pytest.raises(Forbidden):
        services.set_terms(session, facts=TERMS, version=1, actor=plain, at=at)
    with pytest.raises(Forbidden):
        services.remind(session, actor=plain, at=at)
    with pytest.raises(errors.TermsChanged):
        services.set_terms(session, facts=TERMS, version=0, actor=club.board, at=at)


def test_nothing_new_for_who_left_but_a_debt_can_be_paid(session, club, at):
    one = club.members[0]
    services.run_dues(session, actor=club.board, at=at)
    end_membership(session, member=one, actor=club.board, at=at)
    with pytest.raises(errors.HasLeft):
        services.subscribe(session, member=one, shares=1, actor=club.board, at=at)
    pay(session, club, one, Pot.DUES, 25, at)
    assert pots(session, one)[Pot.DUES] == 0


def test_the_books_themselves_refuse_more_than_is_open(session, club, at):
    one = club.members[0]
    services.run_dues(session, actor=club.board, at=at)
    with pytest.raises(FloorPassed), session.begin_nested():
        post(
            session, key="too-much", kind="dues_paid", at=at,
            legs=[
                Leg(services.bank(session, club.organisation.id), 26_00),
                *services.legs(session, one, {Pot.DUES: -26_00}),
            ],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE share_subscription SET shares = 2", "called once"), ("DELETE FROM share_subscription", "called once"),
        ("UPDATE share_subscription SET due_on = '2026-01-01'", "ck_share_subscription_called"),
        ("UPDATE dues_run SET dues_minor = 1", "stay as they are"), ("DELETE FROM dues_charge", "stay as they are"),
        ("UPDATE capital_terms SET share_minor = 0", "ck_capital_terms_amounts"),
        ("UPDATE capital_terms SET repay_percent = 101", "ck_capital_terms_repay_percent"),
        ("UPDATE capital_terms SET pay_days = 0", "ck_capital_terms_terms"),
    ],
)  # fmt: skip
def test_the_database_holds_it(session, club, at, change, said):
    services.subscribe(session, member=club.members[0], shares=1, actor=club.board, at=at)
    services.run_dues(session, actor=club.board, at=at)
    with pytest.raises(DatabaseError, match=said), session.begin_nested():
        session.execute(text(change))


def test_dues_run_twice_at_once_are_asked_once(database_url, at):
    engine = make_engine(database_url)
    with Session(engine) as session, atomic(session):
        organisation = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="cooperative", street="S",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type=None,
            is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="b@voorbeeld.example", name="B", password=None, locale="nl", at=at
        )
        club = found_club(session, organisation, user, at)
        board = club.board

    def run(_number):
        try:
            with Session(engine) as session, atomic(session):
                services.run_dues(session, actor=board, at=at)
        except errors.DuesRunBefore:
            return "before"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(run, range(4))) == {"done": 1, "before": 3}
    with Session(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM dues_charge")) == 3
        assert session.scalar(text("SELECT sum(posted) FROM account WHERE role = 'revenue'")) == -75_00
    engine.dispose()
