"""The calendar as anchors and the programme see it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.bridge.services import declare_total
from ledger.corrections.services import undo_import
from ledger.deliveries import errors, queries, services
from ledger.deliveries.rules import State, finished, month
from ledger.handed.queries import handed
from ledger.remarks.queries import to_tell
from ledger.spend.models import SpendImport
from ledger.spend.rules import File, Handed, LineFacts
from ledger.spend.services import record_rows
from ledger.suppliers.rules import SupplierFacts

Q2 = Period.parse("2026-Q2")
EARLY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR, at=EARLY)


def hand_in(session, anchor, at, months=(4, 5, 6)):
    lines = [
        LineFacts(SupplierFacts(name="Leverancier"), f"F{each}", date(2026, each, 5), Money.of("10"))
        for each in months
    ]
    done = record_rows(
        session, anchor=anchor, rows=Handed(lines), file=File("q2.csv", "x"), actor_id=None, at=at
    )
    return session.get_one(SpendImport, done.import_id)


def state(session, anchor, day, quarter=Q2):
    found = {each.quarter: each.state for each in queries.calendar(session, day, anchor_id=anchor.id)}
    return found.get(quarter)


def test_a_quarter_is_owed_until_lines_come_and_again_when_they_are_taken_back(session, anchor, at):
    assert state(session, anchor, date(2026, 7, 22)) is State.WAITING
    assert state(session, anchor, date(2026, 7, 23)) is State.LATE
    assert state(session, anchor, date(2026, 7, 23), Period.parse("2025-Q4")) is None
    made = hand_in(session, anchor, at)
    assert state(session, anchor, date(2026, 7, 23)) is State.DELIVERED
    undo_import(session, made=made, reason="verkeerd bestand", actor_id=None, at=at)
    assert state(session, anchor, date(2026, 7, 23)) is State.LATE


def test_nothing_bought_is_said_once_and_not_of_what_was_handed_in(session, anchor, make_user, at):
    actor = make_user((Role.PURCHASER, anchor))
    facts = {"span": Q2, "reason": "gesloten wegens verbouwing", "actor_id": actor.id, "at": at}
    services.say_nothing_bought(session, anchor_id=anchor.id, **facts)
    assert state(session, anchor, date(2026, 9, 1)) is State.NOTHING
    with pytest.raises(errors.SaidBefore):
        services.say_nothing_bought(session, anchor_id=anchor.id, **facts)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE spend_nothing SET reason = 'een andere reden'"))
    hand_in(session, anchor, at)
    assert state(session, anchor, date(2026, 9, 1)) is State.DELIVERED


def test_a_month_in_which_nothing_was_bought_is_said_by_itself_and_makes_the_quarter_whole(
    session, anchor, make_user, at
):
    actor, late = make_user((Role.PURCHASER, anchor)), date(2026, 9, 1)
    hand_in(session, anchor, at, months=(6,))
    offered = queries.open_spans(queries.calendar(session, late, anchor_id=anchor.id))
    months = [month(date(2026, 4, 1)), month(date(2026, 5, 1))]
    assert (state(session, anchor, late), offered) == (State.HALF, [*months, Period.parse("2026-Q1")])
    facts = {"anchor_id": anchor.id, "reason": "toen waren wij dicht", "actor_id": actor.id, "at": at}
    services.say_nothing_bought(session, span=months[0], **facts)
    assert state(session, anchor, late) is State.DELIVERED
    for span, error in ((months[0], errors.SaidBefore), (month(date(2026, 6, 1)), errors.LinesThere)):
        with pytest.raises(error):
            services.say_nothing_bought(session, span=span, **facts)
    gaps = handed(session, Q2, anchor.id)[anchor.id][Q2]
    assert (gaps.months, gaps.said, gaps.nothing) == ([False, False, True], [True, False, False], False)
    with pytest.raises(DBAPIError, match="ck_spend_nothing_month_on"), session.begin_nested():
        session.execute(text(
            "INSERT INTO spend_nothing (anchor_id, quarter_on, month_on, reason, actor_id, at)"
            " SELECT anchor_id, quarter_on, '2026-07-01', reason, actor_id, at FROM spend_nothing"
        ))  # fmt: skip


def test_purchasers_are_reminded_once_before_and_once_after(session, anchor, make_user):
    make_user((Role.PURCHASER, anchor))

    def subjects(day):
        services.remind(session, at=datetime(2026, 7, day, 6, tzinfo=UTC))
        services.remind(session, at=datetime(2026, 7, day, 7, tzinfo=UTC))
        return session.scalars(select(Mail.subject).order_by(Mail.id)).all()

    assert subjects(10) == []
    assert subjects(16) == ["Lever uw inkoop van 2026-Q2 uiterlijk woensdag 22 juli 2026 aan"]
    assert subjects(20) == subjects(16)
    assert subjects(25)[1:] == ["Uw inkoop van 2026-Q2 is te laat"]


def test_half_a_quarter_is_told_apart_and_its_purchasers_read_what_is_missing(session, anchor, make_user, at):
    buyer = make_user((Role.PURCHASER, anchor))
    hand_in(session, anchor, at, months=(5,))
    assert state(session, anchor, date(2026, 7, 20)) is State.HALF
    when = datetime(2026, 7, 20, 6, tzinfo=UTC)
    services.remind(session, at=when)
    services.remind(session, at=when)
    assert ["geen regels van 2026-04, 2026-06" in each for each in session.scalars(select(Mail.text))] == [
        True
    ]

    def told(total):
        declare_total(
            session,
            anchor=anchor,
            period=Q2,
            amount=Money.of(total),
            source="proefbalans",
            actor_id=buyer.id,
            at=at,
        )
        return state(session, anchor, date(2026, 7, 20))

    assert [told("10"), told("20")] == [State.DELIVERED, State.HALF]
    services.remind(session, at=datetime(2026, 7, 25, 6, tzinfo=UTC))
    late = session.scalars(select(Mail.text).order_by(Mail.id)).all()[1:]
    assert ["uw grootboek zegt" in each for each in late] == [True]


def test_the_start_page_waits_for_who_has_not_handed_in(sign_in, session, make_organisation):
    buyer = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR, at=EARLY))
    session.commit()  # a refusal rolls back no further than here
    quarter = str(finished(local_date(clock.now()), 1)[0])
    asked = f"Lever uw inkoop van {quarter} aan"
    assert asked in buyer.get("/").text
    data = {"quarter": quarter, "reason": "kort"}
    assert buyer.post("/spend/deliveries/nothing", data=data).status_code == 422
    assert (
        buyer.post("/spend/deliveries/nothing", data=data | {"reason": "wij waren dicht"}).status_code == 303
    )
    assert asked not in buyer.get("/").text
    assert "wij waren dicht" in buyer.get("/spend/deliveries").text
    assert buyer.get("/spend/deliveries.csv").status_code == 403
    programme = sign_in(Role.PROGRAMME)
    assert ",nothing,wij waren dicht" in programme.get("/spend/deliveries.csv").text


def test_a_quarter_that_was_never_handed_in_stays_until_lines_come_or_somebody_says_why(
    session, anchor, make_user, at
):
    later, q1 = date(2027, 8, 20), Period.parse("2026-Q1")
    assert [state(session, anchor, later, each) for each in (q1, Q2)] == [State.LATE, State.LATE]
    assert state(session, anchor, later, Period.parse("2025-Q4")) is None
    services.say_nothing_bought(
        session, anchor_id=anchor.id, span=q1, reason="gesloten wegens verbouwing",
        actor_id=make_user((Role.PURCHASER, anchor)).id, at=datetime(2027, 8, 20, tzinfo=UTC),
    )  # fmt: skip
    hand_in(session, anchor, at, months=(6,))
    assert [state(session, anchor, later, each) for each in (q1, Q2)] == [None, None]


def test_the_programme_is_told_when_an_anchor_has_nobody_who_can_hand_in(
    session, anchor, make_user, make_organisation, sign_in
):
    home = make_organisation(Side.PROGRAMME)
    officer = make_user((Role.PROGRAMME, home))
    make_user((Role.ASSESSOR, anchor))
    for hour in (6, 7):
        services.remind(session, at=datetime(2026, 7, 16, hour, tzinfo=UTC))
    sent = session.execute(select(Mail.recipient, Mail.subject).order_by(Mail.id)).all()
    assert [tuple(each) for each in sent] == [
        (officer.email, f"{anchor.name} heeft geen inkoper die de inkoop van 2026-Q2 kan aanleveren")
    ]
    session.commit()
    programme = sign_in(Role.PROGRAMME, home)
    assert "geen inkoper" in programme.get("/spend/deliveries").text
    make_user((Role.PURCHASER, anchor))
    session.commit()
    assert "geen inkoper" not in programme.get("/spend/deliveries").text


def test_one_letter_a_stage_also_when_a_quarter_turns_half_in_between(session, anchor, make_user, at):
    make_user((Role.PURCHASER, anchor))
    services.remind(session, at=datetime(2026, 7, 16, 6, tzinfo=UTC))
    hand_in(session, anchor, at, months=(5,))
    services.remind(session, at=datetime(2026, 7, 17, 6, tzinfo=UTC))
    assert len(session.scalars(select(Mail.id)).all()) == 1


def test_who_handed_in_half_is_led_to_where_the_total_of_the_ledger_is_given(
    session, make_organisation, sign_in, at
):
    quarter = finished(local_date(clock.now()), 1)[0]
    home = make_organisation(Side.ANCHOR, at=EARLY)
    line = LineFacts(SupplierFacts(name="Leverancier"), "F1", quarter.start, Money.of("10"))
    record_rows(session, anchor=home, rows=Handed([line]), file=File("a.csv", "x"), actor_id=None, at=at)
    session.commit()
    buyer = sign_in(Role.PURCHASER, home)
    assert f"/spend/bridge?period={quarter}" in buyer.get("/spend/deliveries").text
    assert buyer.get(f"/spend/bridge?period={quarter}").status_code == 200


def test_beside_the_figure_stands_who_has_no_line_in_a_month_of_a_whole_quarter(
    session, anchor, client, make_user, at
):
    hand_in(session, anchor, at, months=(4, 6))
    session.commit()
    told = "Een maand zonder regels"
    page = client.get("/spend?period=2026-Q2").text
    assert [told in page, f"{anchor.name}</bdi>: mei 2026" in page] == [True, True]
    assert told not in client.get("/spend?period=2026-Q1").text
    export = {"figures": {"local_supplier_share": {"total": {"publishable": True, "why": ""}}}}
    remarks = [each for each in to_tell(session, Q2, export) if each["kind"] == "silent"]
    assert remarks == [{"kind": "silent", "anchor": anchor.name, "quarter": "2026-Q2", "months": ["2026-05"]}]
    services.say_nothing_bought(
        session, anchor_id=anchor.id, span=month(date(2026, 5, 1)), reason="in mei was alles dicht",
        actor_id=make_user((Role.PURCHASER, anchor)).id, at=at,
    )  # fmt: skip
    session.commit()
    assert told not in client.get("/spend?period=2026-Q2").text
