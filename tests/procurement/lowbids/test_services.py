"""From a hint to a confirmed judgment, and the freeze that waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.archive import queries as archive
from procurement.evaluation import queries as evaluations
from procurement.hearings import errors as hearings
from procurement.lowbids import errors, services
from procurement.lowbids.rules import OUT, Against, Hint, Verdict
from procurement.opening.models import BidAccess
from procurement.panels import errors as refusals
from procurement.panels import queries as panel
from procurement.panels import services as panels
from tests.procurement.lowbids.conftest import ANSWER, POINTS, QUESTION, REASONS


def test_a_purchaser_without_a_seat_sees_prices_and_hints_and_takes_no_seat_any_more(prices, world):
    found = {each.label: each for each in prices.see(world.anna)}
    assert {each.price_minor for each in found.values()} == {4_800_000, 4_700_000, 2_000_000}
    assert found[prices.low].hints == [Hint(Against.OTHERS, 58), Hint(Against.ESTIMATE, 60)]
    assert found[prices.label("Glans")].hints == []
    with pytest.raises(refusals.SawPrices):
        prices.do(panels.invite_assessor, world.bram, user_id=world.anna.user_id)
    with pytest.raises(DBAPIError, match="saw the prices"), atomic(prices.session) as session:
        session.execute(
            text("INSERT INTO panel_member (tender_id, user_id, is_chair, invited_by_id, invited_at) "
                 "VALUES (:t, :u, FALSE, :u, now())"), {"t": prices.tender.id, "u": world.anna.user_id},
        )  # fmt: skip


def test_the_panel_sees_no_price_and_others_neither(prices, world, outsider):
    with pytest.raises(refusals.NotYourTender):
        prices.see(prices.carla)  # an assessor
    with pytest.raises(refusals.NotYourTender):
        prices.see(outsider)
    with pytest.raises(refusals.NotYourTender):
        prices.see(prices.bidder())
    prices.do(panels.invite_assessor, world.anna, user_id=world.bram.user_id)
    with pytest.raises(errors.PricesHidden):
        prices.see(world.bram)
    with pytest.raises(DBAPIError, match="has a seat"), atomic(prices.session) as session:
        session.add(
            BidAccess(tender_id=prices.tender.id, user_id=world.bram.user_id, purpose="prices", at=prices.at)
        )


def test_the_panel_is_chosen_before_anybody_looks(prices, world):
    members = {each.user_id: each for each in panel.panel(prices.session, prices.tender.id)}
    one = members[prices.dirk.user_id]
    prices.do(panels.release_assessor, world.anna, member=one, reason="Ziek geworden.")
    with pytest.raises(errors.TeamFirst):
        prices.see(world.bram)


def test_a_letter_to_whoever_was_rejected_holds_the_reasons(prices, world):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.on(services.judge, made, world.anna, verdict=Verdict.UNEXPLAINED, reasons=REASONS)
    prices.on(services.confirm, made, world.bram, is_agreed=True)
    prices.score_all({name: given for name, given in POINTS.items() if name != "Spot"})
    prices.freeze()
    prices.prepare()
    prices.write("Glans")
    told = {each.bid.label: each.content["reason"] for each in prices.send().letters}
    assert told[prices.low] == f"{OUT[Verdict.UNEXPLAINED]} {REASONS}"
    assert set(told.values()) == {told[prices.low], ""}


def test_an_explained_price_stays_in_and_the_freeze_waits_until_a_second_person_confirmed(prices, world):
    made = prices.ask()
    prices.score_all(POINTS)
    with pytest.raises(errors.LowBidOpen):
        prices.freeze()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    with pytest.raises(errors.LowBidOpen):
        prices.freeze()
    prices.on(services.judge, made, world.anna, verdict=Verdict.EXPLAINED, reasons=REASONS)
    with pytest.raises(errors.LowBidOpen):
        prices.freeze()
    with pytest.raises(errors.SamePerson):
        prices.on(services.confirm, made, world.anna, is_agreed=True)
    with pytest.raises(DBAPIError, match="question about a price is open"), atomic(prices.session) as session:
        session.execute(
            text("UPDATE tender SET scores_frozen_at = :at WHERE id = :id"),
            {"at": prices.at, "id": prices.tender.id},
        )
    done = prices.on(services.confirm, made, world.bram, is_agreed=True)
    told = prices.session.scalars(
        select(Mail.subject).where(
            Mail.recipient == prices.session.get_one(User, prices.bidder().user_id).email
        )
    ).all()
    assert any("oordeel over uw prijs" in each for each in told)
    assert (done.confirmed_by_id, done.judged_by_id) == (world.bram.user_id, world.anna.user_id)
    [found] = prices.freeze()
    assert found.outcome["winner"] == prices.low


@pytest.mark.parametrize("verdict", OUT)
def test_a_rejected_price_falls_out_only_after_the_confirmation(prices, world, verdict):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.on(services.judge, made, world.anna, verdict=verdict, reasons=REASONS)
    assert evaluations.disqualified(prices.session, prices.tender.id) == {}
    prices.on(services.confirm, made, world.bram, is_agreed=True)
    [out] = evaluations.disqualified(prices.session, prices.tender.id).values()
    assert out.reason == OUT[verdict]
    prices.score_all({name: given for name, given in POINTS.items() if name != "Spot"})
    [found] = prices.freeze()
    assert found.outcome["winner"] == prices.label("Boen")


def test_without_an_answer_the_buyer_judges_after_the_term_and_not_before(prices, world):
    made = prices.ask()
    with pytest.raises(hearings.StillWaiting):
        prices.on(services.judge, made, world.anna, verdict=Verdict.UNEXPLAINED, reasons=REASONS)
    prices.later = made.answer_until - prices.at
    with pytest.raises(hearings.TermEnded):
        prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.later -= timedelta(seconds=1)
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    with pytest.raises(hearings.AnsweredBefore):
        prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)


def test_a_second_person_gives_it_back_with_a_reason(prices, world):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.on(services.judge, made, world.anna, verdict=Verdict.UNEXPLAINED, reasons=REASONS)
    with pytest.raises(errors.JudgedBefore):
        prices.on(services.judge, made, world.bram, verdict=Verdict.EXPLAINED, reasons=REASONS)
    with pytest.raises(hearings.TextTooShort):
        prices.on(services.confirm, made, world.bram, is_agreed=False, note="Nee")
    back = prices.on(
        services.confirm, made, world.bram, is_agreed=False, note="De machines zijn niet bekeken."
    )
    assert (back.verdict, back.judged_by_id, back.returned_note) == (
        None,
        None,
        "De machines zijn niet bekeken.",
    )
    with pytest.raises(errors.NothingToConfirm):
        prices.on(services.confirm, made, world.bram, is_agreed=True)
    prices.on(services.judge, made, world.bram, verdict=Verdict.EXPLAINED, reasons=REASONS)
    prices.on(services.confirm, made, world.anna, is_agreed=True)


def test_bad_questions_are_refused_at_their_field(prices, world):
    with pytest.raises(hearings.TextTooShort) as short:
        prices.ask(question="Waarom?")
    assert short.value.field == "question"
    with pytest.raises(hearings.TermTooShort) as soon:
        prices.ask(last_day=local_date(prices.at))
    assert soon.value.field == "last_day"
    with pytest.raises(errors.NotTheBidder):
        prices.on(services.explain_price, prices.ask(), prices.bidder("Glans"), answer=ANSWER)
    with pytest.raises(errors.AskedBefore):
        prices.ask(question=QUESTION)


@pytest.mark.parametrize(
    "change",
    [
        "question = 'Een heel andere vraag, achteraf.'", "answer = 'Een heel ander antwoord, later.'",
        "answer_until = now() + interval '1 year'", "hints = '[]'",
    ],
)  # fmt: skip
def test_what_was_said_stays_in_the_database(prices, world, change):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    for act in (f"UPDATE low_bid_question SET {change}", "DELETE FROM low_bid_question"):
        with pytest.raises(DBAPIError, match="stays"), atomic(prices.session) as session:
            session.execute(text(act))


def test_the_database_wants_two_people(prices, world):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.on(services.judge, made, world.anna, verdict=Verdict.EXPLAINED, reasons=REASONS)
    with pytest.raises(DBAPIError, match="confirmed"), atomic(prices.session) as session:
        session.execute(
            text("UPDATE low_bid_question SET confirmed_at = now(), confirmed_by_id = judged_by_id")
        )


def test_only_the_bidder_the_buyer_and_auditors_have_the_row(prices, world):
    prices.ask()
    session = prices.session

    def seen(actor):
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": "" if actor is None else str(actor.user_id)},
        )
        found = len(session.execute(text("SELECT id FROM low_bid_question")).all())
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        return found

    told = {name: seen(prices.bidder(name)) for name in ("Spot", "Glans", "Boen")}
    assert told == {"Spot": 1, "Glans": 0, "Boen": 0}
    assert (seen(world.anna), seen(world.eva), seen(None)) == (1, 1, 0)


def test_the_file_and_the_log_tell_the_panel_nothing_before_the_freeze(prices, world):
    made = prices.ask()
    prices.on(services.explain_price, made, prices.bidder(), answer=ANSWER)
    prices.on(services.judge, made, world.anna, verdict=Verdict.EXPLAINED, reasons=REASONS)
    prices.on(services.confirm, made, world.bram, is_agreed=True)
    prices.score_all(POINTS)
    facts = prices.session.scalars(
        select(AuditRecord.facts).where(AuditRecord.action.startswith("lowbid."))
    ).all()
    assert len(facts) == 4
    assert all(each["question"] == str(made.public_id) and "label" not in each for each in facts)
    tender = prices.tender
    assert "vragen-over-prijzen" not in archive.held(prices.session, tender)
    prices.freeze()
    prices.session.refresh(tender, ["scores_frozen_at"])
    assert ANSWER in archive.part(prices.session, tender, "vragen-over-prijzen").decode()
