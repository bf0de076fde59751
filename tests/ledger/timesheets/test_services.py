"""Hours from the phone to the invoice, and the fences around what was signed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.notifications.models import Mail
from ledger.agreements.errors import NotASupplier
from ledger.agreements.queries import agreement_by_id
from ledger.invoicing.services import change_draft, discard_draft
from ledger.timesheets import errors, queries, services
from ledger.timesheets.models import WorkedHours
from ledger.timesheets.queries import tasks
from ledger.timesheets.rules import HoursState

DAY = date(2026, 8, 24)


def enter(trade, hours="7.5", on=DAY, **facts):
    known = {
        "agreement": trade.agreement, "line": trade.agreement.lines[0], "seller_id": trade.seller.id,
        "worked_on": on, "hours": Decimal(hours), "actor": trade.member, "at": trade.at,
    }  # fmt: skip
    return services.enter_hours(trade.session, **(known | facts))


def sign(trade, *held, **facts):
    known = {"chosen": [each.seen for each in held], "actor": trade.purchaser, "at": trade.at}
    return services.sign_hours(trade.session, agreement=trade.agreement, **(known | facts))


def bill(trade, **facts):
    known = {
        "agreement": trade.agreement,
        "seller_id": trade.seller.id,
        "actor": trade.member,
        "at": trade.at,
    }
    return services.invoice_hours(trade.session, **(known | facts))


def test_signed_hours_become_one_invoice_with_their_evidence(session, trade):
    first, second = enter(trade), enter(trade, "4.25", DAY + timedelta(days=1))
    left = enter(trade, "1", DAY + timedelta(days=2))
    sign(trade, first, second)
    draft = bill(trade)
    assert [(line.quantity, line.net_amount) for line in draft.lines] == [(Decimal("11.75"), 38_188)]
    assert (draft.delivered_from, draft.delivered_until) == (DAY, DAY + timedelta(days=1))
    signed = queries.behind(session, draft.id)
    assert [(each.worked_on, each.answered_by_id) for each in signed] == [
        (DAY, trade.purchaser.user_id), (DAY + timedelta(days=1), trade.purchaser.user_id),
    ]  # fmt: skip
    assert [each.fits for each in queries.evidence(session, draft, signed)] == [True]
    with pytest.raises(errors.NothingToInvoice):
        bill(trade)
    assert left.state is HoursState.ENTERED
    changed = change_draft(
        session, invoice=draft, agreement=trade.agreement, quantities={trade.agreement.lines[0].id: Decimal(12)},
        delivered_from=DAY, delivered_until=DAY, at=trade.at,
    )  # fmt: skip
    assert [each.fits for each in queries.evidence(session, changed, signed)] == [False]
    acts = session.scalars(
        select(AuditRecord.action).where(AuditRecord.action.like("hours.%")).order_by(AuditRecord.id)
    )
    assert list(acts) == ["hours.entered"] * 3 + ["hours.signed", "hours.invoiced"]


def test_what_is_saved_twice_is_written_once(trade):
    held = enter(trade, "2", note="Ramen")
    with pytest.raises(errors.WrittenBefore):
        enter(trade, "2", note=" Ramen ")
    services.change_hours(
        trade.session, held=held, agreement=trade.agreement, line=held.line, worked_on=DAY, hours=Decimal(2),
        note="Ramen", actor=trade.member, at=trade.at,
    )  # fmt: skip
    assert enter(trade, "2", note="Ramen, boven").quarters == 8


def test_a_draft_thrown_away_gives_its_hours_back(session, trade):
    held = enter(trade)
    sign(trade, held)
    discard_draft(session, invoice=bill(trade))
    session.expire(held)
    assert bill(trade).lines[0].quantity == Decimal("7.5")


def test_who_worked_changes_and_withdraws_until_it_is_signed(session, trade):
    held, line = enter(trade), trade.agreement.lines[0]
    known = {"actor": trade.member, "at": trade.at}
    facts = {"held": held, "agreement": trade.agreement, "line": line, "worked_on": DAY} | known
    services.change_hours(session, hours=Decimal(24), **facts)
    assert held.quarters == 96  # its own earlier hours do not count beside it
    gone = enter(trade, on=DAY - timedelta(days=1))
    services.withdraw_hours(session, hours=gone, actor=trade.member, at=trade.at)
    sign(trade, held)
    with pytest.raises(errors.AlreadySigned):
        services.change_hours(session, hours=Decimal(1), **facts)
    with pytest.raises(errors.AlreadySigned):
        services.withdraw_hours(session, hours=held, **known)
    with pytest.raises(errors.HoursNotFound):
        services.withdraw_hours(session, hours=gone, actor=trade.member, at=trade.at)


def test_only_what_was_read_is_signed_or_sent_back(session, trade):
    held = enter(trade, "8")
    read = {"agreement": trade.agreement, "chosen": [held.seen], "actor": trade.purchaser, "at": trade.at}
    services.change_hours(
        session, held=held, agreement=trade.agreement, line=held.line, worked_on=DAY, hours=Decimal(12),
        actor=trade.member, at=trade.at,
    )  # fmt: skip
    with pytest.raises(errors.HoursChanged):
        services.sign_hours(session, **read)
    with pytest.raises(errors.HoursChanged):
        services.send_back(session, reason="Het waren vier uur", **read)
    assert held.state is HoursState.ENTERED
    with pytest.raises(errors.NothingChosen):
        services.sign_hours(session, **(read | {"chosen": ["", "x-1", f"{10**30}-a"]}))
    assert [each.quarters for each in sign(trade, held)] == [48]


def test_hours_sent_back_say_why_and_wait_again_once_changed(session, trade):
    held = enter(trade)
    known = {"agreement": trade.agreement, "chosen": [held.seen], "actor": trade.purchaser, "at": trade.at}
    with pytest.raises(errors.ReasonMissing):
        services.send_back(session, reason=" ", **known)
    services.send_back(session, reason="Het waren vier uur", **known)
    assert (held.state, held.answer) == (HoursState.SENT_BACK, "Het waren vier uur")
    letter = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert "vier uur" in letter.text
    with pytest.raises(errors.NothingChosen):
        sign(trade, held)
    services.change_hours(
        session, held=held, agreement=trade.agreement, line=trade.agreement.lines[0], worked_on=DAY, hours=Decimal(4), actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    assert [each.quarters for each in sign(trade, held)] == [16]


def test_nobody_signs_own_hours_or_those_of_another_agreement(session, trade):
    held = enter(trade)
    with pytest.raises(errors.OwnHours):
        sign(trade, held, actor=replace(trade.member, organisation_id=trade.buyer.id))
    trade.agree()
    with pytest.raises(errors.NothingChosen):
        sign(trade, held)


def test_a_day_is_24_hours_over_all_agreements_and_overlap_is_seen(session, trade):
    first = enter(trade, "20")
    trade.agree()
    with pytest.raises(errors.DayTooFull):
        enter(trade, "4.25")
    second = enter(trade, "4")
    assert queries.elsewhere(session, first)
    assert queries.elsewhere(session, second)
    assert not queries.elsewhere(session, enter(trade, on=DAY + timedelta(days=1)))


def test_hours_stand_on_a_line_per_hour_of_ones_own(session, trade):
    trade.agree(trade.work(unit="MON", quantity=Decimal(12)), trade.work(party_id=None))
    with pytest.raises(errors.NotPerHour):
        enter(trade)
    with pytest.raises(NotASupplier):
        enter(trade, line=trade.agreement.lines[1], seller_id=trade.partner.id)
    offered = queries.lines_per_hour(session, trade.seller.id)
    assert {line.unit for line in offered} == {"HUR"}
    assert len(offered) == 2


def test_the_customer_hears_it_once_a_week_and_both_sides_see_what_waits(session, trade):
    held = [enter(trade, on=DAY + timedelta(days=n)) for n in range(2)]
    letters = session.scalars(select(Mail).where(Mail.key.like("hours:%")).order_by(Mail.id)).all()
    assert len(letters) == 2  # one for each of the two purchasers

    def waits(actor):
        return [str(each.text) for each in tasks(session, actor, trade.at)]

    assert len(waits(trade.purchaser)) == 1
    assert waits(trade.member) == []
    sign(trade, *held)
    assert waits(trade.purchaser) == []
    assert len(waits(trade.member)) == 1
    bill(trade)
    assert waits(trade.member) == []


@pytest.mark.slow
def test_two_people_at_once_make_one_invoice_and_fill_no_day_twice(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        sign(trade, enter(trade))
        facts = (trade.agreement.id, trade.agreement.lines[0].id, trade.seller.id, trade.member)
    agreement_id, line_id, seller_id, member = facts

    def billing(session):
        found = agreement_by_id(session, agreement_id)
        return services.invoice_hours(
            session, agreement=found, seller_id=seller_id, actor=member, at=at
        ).net_amount

    def writing(session):
        found = agreement_by_id(session, agreement_id)
        line = next(each for each in found.lines if each.id == line_id)
        return services.enter_hours(
            session, agreement=found, line=line, seller_id=seller_id, worked_on=DAY + timedelta(days=1),
            hours=Decimal(13), actor=member, at=at,
        ).quarters  # fmt: skip

    answers = at_once.run(billing, billing, writing, writing)
    assert sorted(map(str, answers[:2])) == ["24375", "NothingToInvoice"]
    assert sorted(map(str, answers[2:])) == ["52", "DayTooFull"]


ATTACKS = {
    "other hours": "UPDATE worked_hours SET quarters = 40",
    "unsigned": "UPDATE worked_hours SET state = 'entered', answered_by_id = NULL, answered_at = NULL",
    "deleted": "DELETE FROM worked_hours",
    "off the invoice": "UPDATE worked_hours SET invoice_id = NULL",
    "another invoice": "UPDATE worked_hours SET invoice_id = (SELECT max(id) FROM invoice)",
    "signed at once": """INSERT INTO worked_hours (public_id, agreement_id, agreement_line_id, seller_id, user_id,
        worked_on, quarters, note, state, entered_at, answer, answered_by_id, answered_at)
        SELECT gen_random_uuid(), agreement_id, agreement_line_id, seller_id, user_id, worked_on + 1, 4, '', 'signed',
        entered_at, '', answered_by_id, answered_at FROM worked_hours""",
    "more than a day": """INSERT INTO worked_hours (public_id, agreement_id, agreement_line_id, seller_id, user_id,
        worked_on, quarters, note, state, entered_at, answer)
        SELECT gen_random_uuid(), agreement_id, agreement_line_id, seller_id, user_id, worked_on, 67, '', 'entered',
        entered_at, '' FROM worked_hours""",
    "who supplies nothing": """INSERT INTO worked_hours (public_id, agreement_id, agreement_line_id, seller_id,
        user_id, worked_on, quarters, note, state, entered_at, answer)
        SELECT gen_random_uuid(), agreement_id, agreement_line_id, seller_id + 1, user_id, worked_on, 1, '',
        'entered', entered_at, '' FROM worked_hours""",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_keeps_what_was_signed(session, trade, attack):
    held = enter(trade)
    sign(trade, held)
    bill(trade)
    trade.draft()
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text(ATTACKS[attack]))
    assert caught.value.orig.sqlstate in {"CI001", "CI003"}
    assert session.scalars(select(WorkedHours.quarters)).all() == [30]
