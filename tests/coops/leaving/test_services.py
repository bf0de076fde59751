from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from coops.capital import queries as capital
from coops.capital import services as money
from coops.capital.errors import SettledWith
from coops.capital.rules import PAID, Pot
from coops.leaving import errors, queries, services
from coops.leaving.rules import LeavingKind
from coops.members.errors import MemberNotFound
from coops.members.services import forget_members
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from tests.coops.conftest import TERMS
from tests.coops.votes.test_services import opened

LATER = timedelta(days=31)


def stake(session, club, member, at, *, shares=3, paid=200):
    made = money.subscribe(session, member=member, shares=shares, actor=club.board, at=at)
    money.call_capital(session, subscription=made, actor=club.board, at=at)
    if paid:
        money.receive(
            session, member=member, pot=Pot.CALLED, amount=Money(paid * 100), paid_on=local_date(at), key=uuid4(),
            actor=club.board, at=at,
        )  # fmt: skip


def pots(session, member):
    [found] = capital.holdings(session, [member])
    return found.pots


def test_who_gives_notice_gets_back_what_was_paid(session, club, at):
    one = club.members[0]
    stake(session, club, one, at)
    made = services.give_notice(session, member=one, actor=club.board, at=at)
    with pytest.raises(errors.LeavingBefore):
        services.give_notice(session, member=one, actor=club.board, at=at)
    settling = {"leaving": made, "loss": Money(0), "actor": club.board}
    with pytest.raises(errors.TooSoon):
        services.settle(session, at=at, **settling)
    assert services.settle(session, at=at + LATER, **settling) == (300_00, 100_00, 0, 200_00)
    with pytest.raises(errors.SettledBefore):
        services.settle(session, at=at + LATER, **settling)
    assert pots(session, one) == dict.fromkeys(Pot, 0) | {Pot.REPAY: 200_00}
    assert one.left_on == made.gone_on < local_date(at + LATER), "the register gives the end of the notice"
    services.repay(
        session,
        leaving=made,
        amount=Money(200_00),
        paid_on=local_date(at + LATER),
        key=uuid4(),
        actor=club.board,
        at=at + LATER,
    )
    assert pots(session, one) == dict.fromkeys(Pot, 0)


def test_who_left_acts_there_no_more_and_reads_it_in_a_letter(session, club, make_user, at):
    one, home = club.members[0], club.organisation
    user, other = make_user((Role.MEMBER, home)), make_user((Role.MEMBER, home))
    one.user_id = user.id
    made = services.give_notice(session, member=one, actor=club.board, at=at)
    told = session.scalars(select(Mail).where(Mail.key.like("notice-%"))).all()
    assert [each.recipient for each in told] == [club.user.email]
    running = set(people_with(session, home.id, Role.MEMBER))
    assert running == {user, other}
    services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at + LATER)
    assert set(people_with(session, home.id, Role.MEMBER)) == {other}
    assert set(people_with(session, home.id, Role.BOARD)) == {club.user}
    assert session.scalars(select(Mail).where(Mail.key.like("settled-%"))).one().recipient == one.contact


def test_what_was_paid_in_is_not_undone_once_it_was_settled(session, club, at):
    one = club.members[0]
    stake(session, club, one, at)
    [paid] = [each for each in capital.lines(session, [one])[one.id] if each.kind == PAID[Pot.CALLED]]
    made = services.give_notice(session, member=one, actor=club.board, at=at)
    services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at + LATER)
    with pytest.raises(SettledWith):
        money.undo_receipt(
            session, member=one, transfer_id=UUID(paid.transfer), actor=club.board, at=at + LATER
        )
    assert pots(session, one)[Pot.REPAY] == 200_00


def test_a_loss_is_borne_only_as_the_statutes_say(session, club, at):
    one = club.members[0]
    stake(session, club, one, at)
    made = services.note_leaving(
        session, member=one, kind=LeavingKind.DEATH, reason="", actor=club.board, at=at
    )
    settling = {"leaving": made, "loss": Money(50_00), "actor": club.board, "at": at}
    with pytest.raises(errors.LossInvalid):
        services.settle(session, **settling)
    money.set_terms(session, facts=replace(TERMS, bears_losses=True), version=1, actor=club.board, at=at)
    assert services.settle(session, **settling).repay == 150_00
    assert session.scalar(text("SELECT posted FROM account WHERE subkey = 'borne'")) == -50_00


def test_repayment_stays_within_the_limit_of_the_year(session, club, at):
    money.set_terms(session, facts=replace(TERMS, repay_percent=50), version=1, actor=club.board, at=at)
    one, two = club.members[:2]
    stake(session, club, one, at, paid=300)
    stake(session, club, two, at, paid=300)
    made = services.note_leaving(
        session, member=one, kind=LeavingKind.DEATH, reason="", actor=club.board, at=at
    )
    services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at)
    paying = {"leaving": made, "actor": club.board}
    with pytest.raises(errors.LimitReached):  # there was no capital at the start of this year
        services.repay(session, amount=Money(1), paid_on=local_date(at), key=uuid4(), at=at, **paying)
    next_year = at + timedelta(days=150)
    assert queries.room(session, club.organisation.id, 2027, 50) == 150_00
    services.repay(
        session, amount=Money(150_00), paid_on=local_date(next_year), key=uuid4(), at=next_year, **paying
    )
    with pytest.raises(errors.LimitReached):
        services.repay(
            session, amount=Money(1), paid_on=local_date(next_year), key=uuid4(), at=next_year, **paying
        )
    assert pots(session, one)[Pot.REPAY] == 150_00
    wrong = capital.lines(session, [one])[one.id][-1]
    money.undo_receipt(session, member=one, transfer_id=UUID(wrong.transfer), actor=club.board, at=next_year)
    assert queries.room(session, club.organisation.id, 2027, 50) == 150_00, (
        "a mistake taken back leaves room again"
    )
    assert pots(session, one)[Pot.REPAY] == 300_00


def test_who_is_expelled_is_heard_first(session, club, at):
    one = club.members[0]
    made = services.note_leaving(
        session, member=one, kind=LeavingKind.EXPULSION, reason="Kwam nooit.", actor=club.board, at=at
    )
    letter = session.scalars(select(Mail).where(Mail.key.like("expulsion-%"))).one()
    assert "Kwam nooit." in letter.text
    settling = {"leaving": made, "loss": Money(0), "actor": club.board, "at": at + timedelta(days=1)}
    with pytest.raises(errors.NotHeard):
        services.settle(session, **settling)
    with pytest.raises(errors.ReasonMissing):
        services.answer(session, leaving=made, text=" ", actor=club.board, at=at)
    with pytest.raises(errors.NotAsked):
        services.answer(session, leaving=made, text="Te laat.", actor=club.board, at=at + timedelta(days=15))
    services.answer(session, leaving=made, text="Ik was ziek.", actor=club.board, at=at)
    with pytest.raises(errors.NotAsked):
        services.answer(session, leaving=made, text="Nog iets.", actor=club.board, at=at)
    services.settle(session, **settling)
    assert one.left_on is not None
    forget_members(session, at=at + timedelta(days=3000))
    assert services.forget_reasons(session, at=at + timedelta(days=3000)) == 1
    session.refresh(made)
    assert (made.reason, made.answer) == ("–", "–")


def test_what_a_member_without_an_account_said_is_written_down_by_the_board(session, club, at):
    one = club.members[0]
    made = services.note_leaving(
        session, member=one, kind=LeavingKind.EXPULSION, reason="Kwam nooit.", actor=club.board, at=at
    )
    with pytest.raises(errors.ReasonMissing):
        services.note_answer(session, leaving=made, way="phone", text=" ", actor=club.board, at=at)
    with pytest.raises(errors.NotAsked):
        services.note_answer(
            session, leaving=made, way="phone", text="Te laat.", actor=club.board, at=at + timedelta(days=15)
        )
    services.note_answer(session, leaving=made, way="phone", text="Ik was ziek.", actor=club.board, at=at)
    assert "telefoon" in made.answer
    assert "Ik was ziek." in session.scalars(select(Mail).where(Mail.key.like("answer-noted-%"))).one().text
    with pytest.raises(errors.NotAsked):
        services.note_answer(session, leaving=made, way="talk", text="Nog iets.", actor=club.board, at=at)
    services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at + timedelta(days=1))
    assert (
        "in beroep bij de algemene"
        in session.scalars(select(Mail).where(Mail.key.like("settled-%"))).one().text
    )


def test_who_gives_notice_on_paper_gets_it_confirmed(session, club, at):
    made = services.note_leaving(
        session, member=club.members[0], kind=LeavingKind.NOTICE, reason="", actor=club.board, at=at
    )
    letter = session.scalars(select(Mail).where(Mail.key.like("noted-%"))).one()
    assert "U bent lid tot en met" in letter.text
    services.withdraw(session, leaving=made, actor=club.board, at=at)


def test_a_member_can_stay_after_all(session, club, at):
    one = club.members[0]
    made = services.give_notice(session, member=one, actor=club.board, at=at)
    services.withdraw(session, leaving=made, actor=club.board, at=at)
    assert queries.find_leaving(session, one.id) is None
    with pytest.raises(errors.SettledBefore):
        services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at + LATER)
    services.give_notice(session, member=one, actor=club.board, at=at)


def test_dues_are_paid_before_a_settlement(session, club, at):
    money.run_dues(session, actor=club.board, at=at)
    made = services.note_leaving(
        session, member=club.members[0], kind=LeavingKind.DEATH, reason="", actor=club.board, at=at
    )
    with pytest.raises(errors.DuesOpen):
        services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=at)


def test_only_the_own_board(session, club, make_organisation, at):
    made = services.give_notice(session, member=club.members[0], actor=club.board, at=at)
    plain = replace(club.board, roles=frozenset({Role.MEMBER}))
    other = replace(club.board, organisation_id=make_organisation().id)
    for actor, error in ((plain, Forbidden), (other, MemberNotFound)):
        for act in (
            lambda **who: services.note_leaving(
                session, member=club.members[1], kind=LeavingKind.DEATH, reason="", at=at, **who
            ),
            lambda **who: services.settle(session, leaving=made, loss=Money(0), at=at, **who),
            lambda **who: services.withdraw(session, leaving=made, at=at, **who),
            lambda **who: services.repay(
                session, leaving=made, amount=Money(1), paid_on=local_date(at), key=uuid4(), at=at, **who
            ),
        ):
            with pytest.raises(error):
                act(actor=actor)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("settled_at = noted_at, capital_minor = 0, unpaid_minor = 0, loss_minor = 0, repay_minor = 0", "settled_at"),
        ("gone_on = gone_on - 40", "stays as it was"), ("kind = 'death'", "stays as it was"),
        ("answer = 'x'", "ck_leaving_answer"), ("answer = 'x', answered_at = noted_at", "ck_leaving_answered_at"),
        (
            ("settled_at = noted_at + interval '40 days', capital_minor = 3, unpaid_minor = 1, loss_minor = 1, "
            "repay_minor = 0"), "ck_leaving_settlement",
        ),
        ("reason = 'Anders'", "stays as it was"),
    ],
)  # fmt: skip
def test_the_database_holds_it(session, club, at, change, said):
    services.give_notice(session, member=club.members[0], actor=club.board, at=at)
    with pytest.raises(DatabaseError, match=said), session.begin_nested():
        session.execute(text(f"UPDATE leaving SET {change}"))


def test_who_was_asked_dues_after_the_notice_is_a_member_until_the_settlement(session, club, at):
    one = club.members[0]
    made = services.give_notice(session, member=one, actor=club.board, at=at)
    money.run_dues(session, actor=club.board, at=at + LATER)
    money.receive(
        session, member=one, pot=Pot.DUES, amount=Money(25_00), paid_on=local_date(at + LATER), key=uuid4(),
        actor=club.board, at=at + LATER,
    )  # fmt: skip
    assert queries.acted_on(session, made) == local_date(at + LATER)
    later = at + 2 * LATER
    services.settle(session, leaving=made, loss=Money(0), actor=club.board, at=later)
    assert one.left_on == local_date(later)


def test_who_was_at_a_meeting_after_the_notice_is_told_apart(session, club, at):
    meeting, _, day = opened(session, club, at + LATER)
    early, late = (
        services.note_leaving(
            session, member=each, kind=LeavingKind.DEATH, reason="", actor=club.board, at=when
        )
        for each, when in zip(club.members, (day, day + timedelta(days=1)), strict=False)
    )
    assert queries.acted_on(session, early) == local_date(meeting.meets_at)
    assert queries.acted_on(session, late) is None
