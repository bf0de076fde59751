"""How long bids bind: told beforehand, longer only by consent, no winner who is free, and out only who let it lapse."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.drafting.rules import Terms, check_terms
from procurement.evaluation.models import Disqualification
from procurement.hearings.errors import AnsweredBefore, TermEnded
from procurement.panels.errors import NotYourTender
from procurement.tenders.errors import ValidityOutside
from procurement.tenders.queries import tender_by_id
from procurement.validity import errors, queries, rules, services
from procurement.validity.rules import Bound, bound_until
from tests.procurement.panel import POINTS, Panel
from tests.procurement.world import World

WHY = "Het beoordelen duurt langer dan gedacht."
DAY = date(2026, 6, 1)


class Binding(World):
    """Bids name a day thirty days after closing, as their tender asks."""

    before_publishing = "UPDATE tender SET bid_validity_days = 30 WHERE id = :id"

    def values(self, **facts):
        found = super().values(**facts)
        until = local_date(self.tender.closes_at) + timedelta(days=30)
        return {**found, "price": {**found["price"], "valid_until": until.isoformat()}}


def begun(session, folder):
    made = Panel(Binding(session, folder))
    made.frozen(POINTS)
    return made


@pytest.fixture
def panel(root):
    return root


in_kept_world = pytest.mark.begins(panel=begun)


def later(panel, **more):
    panel.world.at += timedelta(**more)


def ask(panel, days=60):
    today = local_date(panel.at)
    return panel.do(
        services.ask, panel.world.anna, until=today + timedelta(days=days), reason=WHY,
        last_day=today + timedelta(days=9),
    )  # fmt: skip


def answer(panel, name, *, agrees, request):
    fresh = queries.request(panel.session, request.public_id)
    with atomic(panel.session) as session:
        return services.answer(
            session, request=fresh, agrees=agrees, actor=panel.suppliers[name], at=panel.at
        )  # fmt: skip


def test_a_bid_binds_to_the_latest_day_that_was_agreed():
    assert bound_until(DAY, []) == DAY
    assert bound_until(DAY, [date(2026, 7, 1), date(2026, 6, 15)]) == date(2026, 7, 1)
    assert bound_until(DAY, [date(2026, 5, 1)]) == DAY
    assert bound_until(None, []) is None


@pytest.mark.parametrize(
    ("until", "answered", "is_heard", "is_out"),
    [
        (DAY, None, True, False),  # its last day counts
        (DAY - timedelta(days=1), None, True, True),
        (DAY - timedelta(days=1), None, False, False),
        (DAY - timedelta(days=1), False, False, True),
        (DAY - timedelta(days=1), True, True, False),
        (DAY + timedelta(days=1), False, True, False),
        (None, False, True, False),
    ],
)
def test_only_a_lapsed_bid_goes_out(until, answered, is_heard, is_out):
    bound = Bound(1, "A", 1, until, answered)
    if is_out:
        rules.check_lapsed(bound, on=DAY, is_heard=is_heard)
        return
    with pytest.raises(errors.BidHolds):
        rules.check_lapsed(bound, on=DAY, is_heard=is_heard)


@pytest.mark.parametrize("days", [13, 366, 0, -90])
def test_the_term_lies_within_reason(days):
    with pytest.raises(ValidityOutside):
        check_terms(Terms(bid_validity_days=days), DAY)


@in_kept_world
def test_a_winner_that_is_free_is_not_named_until_it_agrees(panel):
    panel.prepare()
    panel.write("Boen", "Stof")
    later(panel, days=31)
    with pytest.raises(errors.WinnerNotBound) as fault:
        panel.send()
    assert panel.label("Glans") in fault.value.text()
    with pytest.raises(DBAPIError) as held, panel.session.begin_nested():
        panel.session.execute(text("ALTER TABLE award_decision DISABLE TRIGGER USER"))
        panel.session.execute(text("ALTER TABLE award_decision ENABLE TRIGGER send_bound_winners"))
        panel.session.execute(
            text(
                "UPDATE award_decision SET sent_at = :at, sent_by_id = :who, standstill_until = :until, version = 9"
            ),
            {"at": panel.at, "who": panel.world.bram.user_id, "until": panel.at + timedelta(days=21)},
        )
    assert held.value.orig.sqlstate == "CW092"
    request = ask(panel)
    answer(panel, "Glans", agrees=True, request=request)
    assert panel.send().sent_at == panel.at


@in_kept_world
def test_all_are_asked_at_once_answer_once_in_time_and_alone(panel):
    today = local_date(panel.at)
    for until, wrong in (
        (today + timedelta(days=30), errors.UntilTooSoon),
        (today + timedelta(days=400), errors.UntilTooLate),
    ):
        with pytest.raises(wrong) as fault:
            panel.do(
                services.ask, panel.world.anna, until=until, reason=WHY, last_day=today + timedelta(days=9)
            )
        assert fault.value.field == "until"
    with pytest.raises(NotYourTender):
        panel.do(
            services.ask, panel.suppliers["Glans"], until=today + timedelta(days=60), reason=WHY,
            last_day=today + timedelta(days=9),
        )  # fmt: skip
    request = ask(panel)
    told = panel.session.scalars(select(Mail).where(Mail.key.contains("-asked-")).order_by(Mail.id)).all()
    assert len(told) == len({each.recipient for each in told}) == 3
    with pytest.raises(errors.AskedBefore):
        ask(panel, days=90)
    answer(panel, "Glans", agrees=True, request=request)
    with pytest.raises(AnsweredBefore):
        answer(panel, "Glans", agrees=False, request=request)
    answer(panel, "Stof", agrees=False, request=request)
    assert panel.session.scalars(select(Mail).where(Mail.key.contains("-no-")).order_by(Mail.id)).all()
    later(panel, days=12)
    with pytest.raises(TermEnded):
        answer(panel, "Boen", agrees=True, request=request)
    found = {
        each.label: each
        for each in services.bounds(panel.session, tender_by_id(panel.session, panel.tender.id))
    }
    assert found[panel.label("Glans")].until == request.until
    assert found[panel.label("Stof")].until == found[panel.label("Boen")].until == today + timedelta(days=30)


OUT = "INSERT INTO disqualification (opened_bid_id, reason, decided_by_id, decided_at) VALUES (:bid, 'weg', :who, :at)"


@in_kept_world
def test_who_let_its_bid_lapse_goes_out_and_the_next_wins(panel):
    glans, label = panel.bids[panel.suppliers["Glans"].organisation_id], panel.label("Glans")
    assert panel.winner() == label
    with pytest.raises(errors.BidHolds):
        panel.do(services.take_out, panel.world.anna, label=label)
    request = ask(panel)
    answer(panel, "Boen", agrees=True, request=request)
    later(panel, days=12)
    facts = {"bid": glans.id, "who": panel.world.anna.user_id, "at": panel.at}
    with pytest.raises(DBAPIError) as held, panel.session.begin_nested():
        panel.session.execute(text(OUT), facts)
    assert held.value.orig.sqlstate == "CW015", "it still binds, the database says so too"
    later(panel, days=20)
    panel.prepare()
    with pytest.raises(errors.AwardStands):
        panel.do(services.take_out, panel.world.anna, label=label)
    panel.session.execute(text("ALTER TABLE award_decision DISABLE TRIGGER USER"))
    panel.session.execute(text("ALTER TABLE lot_award DISABLE TRIGGER USER"))
    panel.session.execute(text("UPDATE award_decision SET withdrawn_at = now(), withdraw_reason = 'x'"))
    panel.session.expire_all()
    made = panel.do(services.take_out, panel.world.anna, label=label)
    assert "niet verlengd" in panel.session.get_one(Disqualification, made.id).reason
    assert panel.winner() == panel.label("Boen")


@in_kept_world
@pytest.mark.parametrize(
    "act", ["UPDATE validity_request SET until = until + 1", "DELETE FROM validity_answer", "LATE"]
)
def test_what_was_asked_and_answered_stays(panel, act):
    request = ask(panel)
    answer(panel, "Glans", agrees=True, request=request)
    late = (
        "INSERT INTO validity_answer SELECT request_id, (SELECT max(o.id) FROM opened_bid o WHERE o.id <> opened_bid_id),"
        " true, answered_by_id, answered_at + interval '30 days' FROM validity_answer"
    )
    with pytest.raises(DBAPIError) as held, panel.session.begin_nested():
        panel.session.execute(text(late if act == "LATE" else act))
    assert held.value.orig.sqlstate == "CW092"


@in_kept_world
def test_pages_ask_answer_and_tell(panel, sign_in_user, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    number, session = panel.tender.number, panel.session
    buyer = sign_in_user(session.get(User, panel.world.anna.user_id))
    page = buyer.get(f"/tenders/{number}/validity").text
    assert "30 dagen na sluiten" in page
    today = local_date(panel.at)
    data = {
        "until": (today + timedelta(days=60)).isoformat(), "reason": WHY,
        "last_day": (today + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert (
        "Kies een latere dag"
        in buyer.post(f"/tenders/{number}/validity/ask", data={**data, "until": today.isoformat()}).text
    )
    assert "nog niet" in buyer.post(f"/tenders/{number}/validity/ask", data=data, follow_redirects=True).text
    [request] = queries.requests(session, panel.tender.id)
    bidder = sign_in_user(session.get(User, panel.suppliers["Boen"].user_id))
    assert WHY in bidder.get(f"/validity/{request.public_id}").text
    assert "Kies ja of nee" in bidder.post(f"/validity/{request.public_id}", data={}).text
    said = bidder.post(f"/validity/{request.public_id}", data={"agrees": "yes"}, follow_redirects=True).text
    assert "U zei ja" in said
    stranger = sign_in_user(session.get(User, panel.world.supplier("Vreemd").user_id))
    assert stranger.get(f"/validity/{request.public_id}").status_code == 404
