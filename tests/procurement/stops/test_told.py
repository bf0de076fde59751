"""A stopped lot is told everywhere, is an opportunity nowhere, and counts in no figure."""

import json
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from procurement.advice.gateway import law
from procurement.archive import queries as archive
from procurement.feeds import queries as feeds
from procurement.flags import services as flags
from procurement.flags.gateway import limits
from procurement.interests import queries as interests
from procurement.lots.errors import LotNotRunning
from procurement.lowbids import queries as questions
from procurement.lowbids import services as lowbids
from procurement.lowbids.errors import LowBidOpen
from procurement.stops import services
from tests.procurement.divided import Line
from tests.procurement.lowbids.conftest import ANSWER, QUESTION, SET
from tests.procurement.world import World

WHY = "Dit werk doen wij voortaan zelf."


def begun(session, folder):
    world = World(session, folder)
    world.divide(2)
    return Line(
        world,
        {
            1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)},
            2: {"Boen": (4_000_000, None, 40), "Stof": (4_000_000, None, 20)},
        },
    )


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


@pytest.fixture(autouse=True)
def clock(line, monkeypatch):
    monkeypatch.setattr("cwb.kernel.clock.now", lambda: line.world.at)


def stop(line):
    return line.do(services.stop_lot, line.world.anna, lot=2, reason=WHY)


def fed(line, **asked):
    return feeds.fed(line.session, line.world.at, **asked)


def test_feeds_tell_it_as_a_change(line, client):
    (before,) = fed(line, number=line.tender.number)
    assert (before.stopped, before.changes) == ((), 0)
    line.world.at += timedelta(minutes=5)
    stop(line)
    (after,) = fed(line, number=line.tender.number)
    assert (after.changed, after.changes) == (line.world.at, 1)
    assert [each.number for each in after.stopped] == [2]
    line.session.commit()
    told = f"Perceel 2 is gestopt: {line.tender.lots[1].title}. {WHY}"
    assert told in client.get("/tenders.atom").text
    events = Calendar.from_ical(client.get(f"/tenders/{line.tender.number}/moments.ics").data).walk("VEVENT")
    assert all(each["SEQUENCE"] == 1 and told in str(each["DESCRIPTION"]) for each in events)
    assert {str(each.get("STATUS", "CONFIRMED")) for each in events} == {"CONFIRMED"}, "the others go on"


def test_a_late_stop_comes_back_into_the_feed(line):
    line.world.at += timedelta(days=200)
    assert fed(line) == []
    stop(line)
    assert [each.tender.id for each in fed(line)] == [line.tender.id]


def test_the_list_says_how_many_were_stopped(line, client):
    assert "gestopt" not in client.get(f"/tenders?search={line.tender.number}").text.split('id="lijst"')[1]
    stop(line)
    line.session.commit()
    assert "2 percelen, 1 gestopt" in client.get(f"/tenders?search={line.tender.number}").text
    head, *rows = client.get("/tenders/list.csv?search=buurthuis").text.splitlines()
    assert head.endswith("lots,lots_stopped")
    assert {row[:11]: row[-3:] for row in rows}[line.tender.number] == "2,1"


def test_a_saved_interest_looks_at_the_value_that_is_left(line):
    with atomic(line.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET value_public = TRUE"))
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    line.session.expire_all()
    whole, first = line.tender.value_minor, line.tender.lots[0].value_minor

    def value():
        found = interests.items(line.session, line.world.at)
        return next(each.found.high for each in found if each.number == line.tender.number)

    assert value() == Money(whole)
    stop(line)
    assert value() == Money(first) != Money(whole)


def flagged(line):
    return flags.visible(line.session, actor=line.world.eva, law=law(), limits=limits())


def test_no_flag_counts_it_and_the_page_says_so(line, sign_in_user):
    line.open()
    assert [each.case.lot for each in flagged(line)] == [1, 2]
    stop(line)
    assert [each.case.lot for each in flagged(line)] == [1]
    line.session.commit()
    page = sign_in_user(line.session.get(User, line.world.eva.user_id)).get(
        f"/tenders/{line.tender.number}/flags"
    )
    assert "Perceel 2 is gestopt en telt niet mee" in page.text
    assert WHY in page.text


def test_the_archive_keeps_who_stopped_it_and_why(line):
    assert "gestopte-percelen" not in archive.held(line.session, line.tender)
    stop(line)
    (row,) = json.loads(archive.part(line.session, line.tender, "gestopte-percelen"))
    assert (row["reason"], row["stopped_by_id"]) == (WHY, line.world.anna.user_id)


def about(line, label):
    found = questions.questions(line.session, line.tender.id)
    return next(
        each for each in found.values() if questions.question(line.session, each.public_id).bid.label == label
    )


def test_a_question_about_its_price_ends_and_holds_up_nothing(line, sign_in_user):
    line.open()
    line.compose()
    label, price = line.labels[2, "Stof"], {"settings": SET}
    line.do(lowbids.see_prices, line.world.anna, **price)
    last_day = SET.first_day(local_date(line.world.at)) + timedelta(days=2)
    line.do(
        lowbids.ask_about_price, line.world.anna, label=label, question=QUESTION, last_day=last_day, **price
    )
    asked = about(line, label)
    stop(line)
    with pytest.raises(LotNotRunning), atomic(line.session) as session:
        lowbids.explain_price(
            session, question=asked, answer=ANSWER, actor=line.suppliers["Stof"], at=line.world.at
        )
    seen = {each.label: each.is_stopped for each in line.do(lowbids.see_prices, line.world.anna, **price)}
    assert seen == {line.labels[1, "Glans"]: False, line.labels[1, "Boen"]: False, label: True}
    line.session.commit()
    browser = sign_in_user(line.session.get(User, line.world.anna.user_id))
    page = browser.get(f"/low-bids/{asked.public_id}").text
    assert WHY in page
    assert "Geef uw oordeel" not in page
    assert "perceel gestopt" in browser.get(f"/tenders/{line.tender.number}/prices").text
    line.offers.pop(2)
    line.freeze()
    assert line.tender.scores_frozen_at is not None


def test_a_question_on_a_running_lot_still_holds_up_the_freeze(line):
    line.open()
    line.compose()
    label, price = line.labels[1, "Boen"], {"settings": SET}
    last_day = SET.first_day(local_date(line.world.at)) + timedelta(days=2)
    line.do(
        lowbids.ask_about_price, line.world.anna, label=label, question=QUESTION, last_day=last_day, **price
    )
    stop(line)
    line.offers.pop(2)
    with pytest.raises(LowBidOpen):
        line.freeze()
    with pytest.raises(DBAPIError, match="a question about a price is open"), line.session.begin_nested():
        line.session.execute(
            text("UPDATE tender SET scores_frozen_at = opened_at WHERE id = :id"), {"id": line.tender.id}
        )
