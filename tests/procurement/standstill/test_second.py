"""A second decision about one lot, while another is definitive."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.notifications.models import Mail
from procurement.awards import errors as award_errors
from procurement.awards import queries as awards
from procurement.contracts import services as contracts
from procurement.contracts.errors import NotAwarded
from procurement.standstill import errors, services
from procurement.standstill.services import make_definitive, take_back_lots, withdraw_decision
from procurement.stops import services as stops
from procurement.tenders.rules import TenderState, state_of
from tests.pdfs import Pdf
from tests.procurement.divided import Line, sign_all
from tests.procurement.panel import ok
from tests.procurement.world import World

WHY = "De klacht over onze uitleg klopte. Wij schrijven nieuwe brieven."


def begun(session, folder):
    """Two lots are won by Glans and Boen; the second waits longer than the first, which is definitive."""
    world = World(session, folder)
    world.divide(2)
    made = Line(
        world,
        {
            1: {"Glans": (4_000_000, None, 40), "Boen": (4_100_000, None, 20)},
            2: {"Boen": (4_000_000, None, 40), "Stof": (4_200_000, None, 20)},
        },
    )
    made.open()
    made.freeze()
    made.prepare()
    made.send()
    longer = made.decision().standstill_until.date() + timedelta(days=10)
    made.do(services.extend, world.anna, last_day=longer, reason="Er kwam een klacht.", lots=(2,))
    made.definitive()
    return made


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


def take_back(line, *lots, reason=WHY, actor=None):
    return line.do(take_back_lots, actor or line.world.anna, lots=lots or (2,), reason=reason)


def standing(line):
    return awards.decisions(line.session, line.tender.id)


def again(line):
    """The second decision with its letters, an hour later."""
    take_back(line)
    line.world.at += timedelta(hours=1)
    line.prepare()
    return line.send()


def test_the_lot_gets_new_letters_and_a_standstill_of_its_own(line):
    first = line.decision()
    second = again(line)
    assert second.id != first.id
    assert [each.lot.number for each in line.decision().lots] == [2]
    assert {each.organisation.name for each in line.decision().letters} == {"Boen", "Stof"}
    assert second.standstill_until > first.standstill_until
    assert line.tender.standstill_until == first.standstill_until, "the tender went on with its first lot"
    with pytest.raises(NotAwarded):
        contracts.awarded_price(line.session, line.tender.lots[1])
    with pytest.raises(errors.StandstillRuns):
        line.do(make_definitive, line.world.anna)
    line.world.at = second.standstill_until
    line.do(make_definitive, line.world.anna)
    sign_all(line, line.tender.lots)
    assert state_of(line.tender, line.world.at) is TenderState.COMPLETE


def test_who_bid_on_it_hears_why_and_nobody_else(line):
    take_back(line)
    mails = line.session.scalars(select(Mail).where(Mail.key.like("taken-back%"))).all()
    glans = {each.recipient for each in mails if "glans" in each.recipient}
    assert (len(mails), glans) == (2, set())
    assert all(WHY in each.text for each in mails)


def test_the_first_contract_is_signed_meanwhile_and_the_tender_stays_open(line):
    sign_all(line, line.tender.lots[:1])
    take_back(line)
    assert state_of(line.tender, line.world.at) is TenderState.AWARDED
    line.prepare()
    second = line.send()
    line.world.at = second.standstill_until
    line.do(make_definitive, line.world.anna)
    assert state_of(line.tender, line.world.at) is TenderState.AWARDED
    sign_all(line, line.tender.lots[1:])
    assert state_of(line.tender, line.world.at) is TenderState.COMPLETE


def test_what_everybody_reads_is_the_latest_of_each_lot(line):
    take_back(line)
    first, second = awards.notice(line.session, line.tender.id).lots
    assert (first.withdraw_reason, second.withdraw_reason) == ("", WHY)
    line.prepare()
    made = line.send()
    first, second = awards.notice(line.session, line.tender.id).lots
    assert (second.withdraw_reason, second.until, second.sent_at) == ("", made.standstill_until, made.sent_at)
    assert first.definitive_at is not None
    assert first.until < second.until


def test_a_second_decision_is_withdrawn_and_made_once_more(line):
    again(line)
    line.do(withdraw_decision, line.world.anna, reason="Er stond een fout in brief 2.")
    assert state_of(line.tender, line.world.at) is TenderState.AWARDED
    assert len(standing(line)) == 1
    line.prepare()
    third = line.send()
    line.world.at = third.standstill_until
    line.do(make_definitive, line.world.anna)
    sign_all(line, line.tender.lots)
    assert line.tender.completed_at is not None


def test_the_new_decision_is_extended_and_taken_to_court_by_itself(line):
    second = again(line)
    later = second.standstill_until.date() + timedelta(days=5)
    line.do(services.extend, line.world.anna, last_day=later, reason="Nog een vraag.", lots=())
    assert line.decision().standstill_until > second.sent_at + timedelta(days=20)
    served = local_date(line.world.at) + timedelta(days=1)
    line.world.at += timedelta(days=1)
    made = line.do(services.record_summons, line.world.anna, served_on=served, reference="KG 1", lots=(2,))
    assert made.decision_id == second.id


def test_what_stops_it(line):
    with pytest.raises(award_errors.AlreadyPrepared):
        line.prepare()
    for lots, fault in (((), errors.LotsMissing), ((1,), errors.LotNotWaiting), ((9,), errors.LotNotWaiting)):
        with pytest.raises(fault):
            line.do(take_back_lots, line.world.anna, lots=lots, reason=WHY)
    with pytest.raises(award_errors.ReasonMissing):
        take_back(line, reason=" ")
    with pytest.raises(award_errors.NotYourTender):
        take_back(line, actor=line.world.eva)
    take_back(line)
    with pytest.raises(errors.AlreadyEnded):
        take_back(line)


def test_a_lot_taken_back_stops_when_nobody_is_left_to_award(line):
    take_back(line)
    line.do(stops.stop_lot, line.world.anna, lot=2, reason="Wij doen dit werk nu zelf.")
    with pytest.raises(award_errors.AlreadyPrepared):
        line.prepare()
    sign_all(line, line.tender.lots[:1])
    assert state_of(line.tender, line.world.at) is TenderState.COMPLETE


def test_before_anything_is_definitive_the_whole_is_withdrawn(world):
    world.divide(2)
    line = Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 40)}})
    line.open()
    line.freeze()
    line.prepare()
    line.send()
    with pytest.raises(errors.NothingDefinitive):
        take_back(line)
    refused(
        line,
        "UPDATE lot_award SET withdrawn_at = now(), withdraw_reason = 'x', withdrawn_by_id = :user",
        "it was sent",
    )


@pytest.fixture
def three(world):
    """One lot to win for each. Glans wins 1 and is passed over for 2; Boen wins 2 and is passed over for 3; Stof wins 3."""
    world.divide(3, most_lots_won=1)
    made = Line(
        world,
        {
            1: {"Glans": (4_000_000, 1, 40)},
            2: {"Glans": (4_000_000, 2, 40), "Boen": (4_100_000, 1, 20)},
            3: {"Boen": (4_000_000, 2, 40), "Stof": (4_200_000, 1, 20)},
        },
    )
    made.open()
    made.freeze()
    made.prepare()
    made.send()
    longer = made.decision().standstill_until.date() + timedelta(days=10)
    made.do(services.extend, world.anna, last_day=longer, reason="Er kwam een klacht.", lots=(1, 3))
    made.definitive()
    return made


def test_what_is_definitive_stays_and_counts_for_the_limit(three):
    """Without lot 1 the ranking of lot 2 would go to Glans, and lot 3 to Boen, who has lot 2 for good."""
    assert three.winners() == {1: "Glans", 2: "Boen", 3: "Stof"}
    three.do(stops.stop_lot, three.world.anna, lot=1, reason="Wij doen dit werk nu zelf.")
    assert three.winners() == {1: None, 2: "Glans", 3: "Boen"}
    take_back(three, 3)
    three.prepare()
    [award] = three.decision().lots
    winner = next(each for each in three.decision().letters if each.opened_bid_id == award.winner_bid_id)
    assert (winner.organisation.name, award.passed_over) == ("Stof", [three.labels[3, "Boen"]])


def test_one_decision_is_in_progress_at_a_time(three):
    take_back(three, 1)
    three.prepare()
    with pytest.raises(errors.DecisionWaits):
        take_back(three, 3)
    three.send()
    take_back(three, 3)
    with pytest.raises(award_errors.AlreadyPrepared):
        three.prepare()
    three.world.at = three.decision().standstill_until
    three.do(make_definitive, three.world.anna)
    three.prepare()
    assert [[each.lot.number for each in one.lots] for one in standing(three)] == [[3], [1], [1, 2, 3]]


def refused(line, statement, match, **facts):
    facts = {"user": line.world.anna.user_id, **facts}
    with pytest.raises(DBAPIError, match=match), line.session.begin_nested():
        line.session.execute(
            text(statement), {name: each for name, each in facts.items() if f":{name}" in statement}
        )


def test_the_database_holds_it_too(line):
    back = "UPDATE lot_award SET withdrawn_at = now(), withdraw_reason = 'x', withdrawn_by_id = :user "
    refused(line, back + "WHERE definitive_at IS NOT NULL", "it was sent")
    first = line.decision()
    second = (
        "INSERT INTO award_decision (public_id, tender_id, version, prepared_by_id, prepared_at, standstill_days, term, "
        "contact_name, contact_email, contact_phone, withdraw_reason) SELECT gen_random_uuid(), tender_id, 1, prepared_by_id, "
        "now(), 20, term, 'A', 'a', '', '' FROM award_decision WHERE id = :id RETURNING id"
    )
    new = line.session.execute(text(second), {"id": first.id}).scalar_one()
    row = (
        "INSERT INTO lot_award (decision_id, lot_id, winner_bid_id, reason, passed_over, also_won, withdraw_reason) "
        "SELECT :new, lot_id, winner_bid_id, reason, passed_over, also_won, '' FROM lot_award WHERE lot_id = :lot"
    )
    refused(line, row, "that stands", new=new, lot=line.tender.lots[1].id)
    refused(line, second, "uq_award_decision_in_progress", id=first.id)
    line.session.rollback()
    again(line)
    refused(line, back + "WHERE withdrawn_at IS NOT NULL", "it was sent")
    refused(
        line, "UPDATE lot_award SET withdraw_reason = 'mooier' WHERE withdrawn_at IS NOT NULL", "it was sent"
    )


@pytest.fixture
def walk(line, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: line.world.at)

    def browser(actor):
        line.session.commit()
        return sign_in_user(line.session.get(User, actor.user_id))

    return browser


def test_a_buyer_takes_a_lot_back_in_the_browser_and_everybody_reads_it(line, walk, client):
    base = f"/tenders/{line.tender.number}"
    anna, boen = walk(line.world.anna), walk(line.suppliers["Boen"])
    assert "Gunning van een perceel intrekken" in anna.get(f"{base}/decision").text
    form = f"{base}/decision/lots/withdraw"
    assert boen.get(form).status_code == 403
    assert 'value="1"' not in anna.get(form).text.split('name="lots"', 1)[1].split("</ul>")[0]
    assert "Kies van welke percelen" in anna.post(form, data={"reason": WHY, "sure": "y"}).text
    ok(anna.post(form, data={"lots": "2", "reason": WHY, "sure": "y"}))
    page = anna.get(f"{base}/decision").text
    assert "Er is een nieuw besluit nodig" in page
    assert "Besluit beginnen" in page
    assert "Deze gunning is ingetrokken" in client.get(f"{base}/award").text
    assert "Bereid het gunningsbesluit voor" in anna.get("/").text
    letter = next(
        each
        for each in line.decision().letters
        if each.bid.lot.number == 2 and each.organisation.name == "Boen"
    )
    assert "Er komt een nieuw besluit over dit perceel" in boen.get(f"/awards/{letter.public_id}").text
    facts = {"contact_name": "Anna", "contact_email": "anna@voorbeeld.example", "days": "20"}
    ok(anna.post(f"{base}/decision", data=facts))
    page = anna.get(f"{base}/decision").text
    assert page.count("Besluit van ") == 1
    assert "Besluit in voorbereiding" in page
    line.send()
    line.session.commit()
    page = anna.get(f"{base}/decision").text
    assert page.count("Besluit van ") == 2
    for where in ("extend", "summons", "definitive", "withdraw", "lots/withdraw"):
        assert anna.get(f"{base}/decision/{where}").status_code == 200, where
    assert client.get(f"{base}/award").status_code == 200


def test_each_lot_tells_its_own_last_day(line, walk, client):
    """Lot 2 waits ten days longer than lot 1: on the notice, in the list, in the letter and in the own file."""
    notice = awards.notice(line.session, line.tender.id)
    first, second = (each.last_day for each in notice.lots)
    assert second > first
    text = client.get(f"/tenders/{line.tender.number}/award").text
    anna = walk(line.world.anna)
    for day in (first, second):
        assert f'datetime="{day.isoformat()}"' in text or f"{day.day} " in text
    rows = anna.get("/awards/list.csv").text.splitlines()
    place = rows[0].split(",").index("standstill_until")
    ends = {row.split(",")[7]: row.split(",")[place][:10] for row in rows[1:]}
    assert ends["1"] != ends["2"]
    letters = {
        each.bid.lot.number: each for each in line.decision().letters if each.organisation.name == "Boen"
    }
    for number, day in ((1, first), (2, second)):
        own = anna.get(f"/awards/{letters[number].public_id}/recompute.json").get_json()
        assert own["standstill"]["last_day"] == day.isoformat()


def test_the_letter_as_pdf_says_what_was_told_later(line, walk):
    anna = walk(line.world.anna)
    letters = {
        each.bid.lot.number: each for each in line.decision().letters if each.organisation.name == "Boen"
    }

    def says(lot, words):
        line.session.commit()
        return Pdf(anna.get(f"/awards/{letters[lot].public_id}/letter.pdf").data).says(words)

    assert says(2, "De wachttijd duurt langer")
    assert says(2, "Er kwam een klacht.")
    assert not says(1, "duurt langer"), "that lot does not wait longer"
    take_back(line)
    assert says(2, "Deze brief geldt niet meer")
    assert not says(1, "geldt niet meer")
