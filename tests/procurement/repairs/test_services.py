"""From a missing paper to a decision by a second person, and the freeze that waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.files.errors import FileDisguised, FileKindRefused
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.archive import queries as archive
from procurement.enclosures.errors import NotForPanel
from procurement.evaluation import queries as evaluations
from procurement.hearings import errors as hearings
from procurement.panels import errors as refusals
from procurement.panels import services as panels
from procurement.panels.queries import find_member
from procurement.repairs import errors, queries, rules, services
from procurement.repairs.rules import Kind, Verdict
from tests.cwb.files.test_gateway import PDF
from tests.procurement.repairs.conftest import ANSWER, POINTS, QUESTION, REASONS

WHY = "De anderen stuurden het stuk vandaag al zelf na."


def test_all_in_the_same_position_are_asked_in_one_act_with_the_same_words(repairs, world):
    with pytest.raises(errors.LeftOut):
        repairs.ask("Spot")
    made = repairs.ask()
    assert {(each.question, each.answer_until, tuple(each.about)) for each in made} == {
        (QUESTION, made[0].answer_until, ("gva",))
    }
    mails = repairs.session.scalars(select(Mail.recipient).where(Mail.subject.contains("vul uw"))).all()
    told = {repairs.session.get_one(User, each.user_id).email for each in repairs.suppliers.values()}
    assert set(mails) == told
    with pytest.raises(errors.BidderUnknown):
        repairs.ask("Spot")


def test_somebody_is_left_out_only_with_a_reason_that_stays(repairs):
    [made] = repairs.ask("Spot", left_out=WHY)
    assert made.left_out == WHY


def test_only_a_purchaser_without_a_seat_asks(repairs, world):
    for actor, refused in (
        (repairs.carla, refusals.NotYourTender),
        (repairs.suppliers["Spot"], refusals.NotYourTender),
    ):
        with pytest.raises(refused):
            repairs.ask(actor=actor)
    repairs.do(panels.invite_assessor, world.anna, user_id=world.bram.user_id)
    with pytest.raises(NotForPanel):
        repairs.ask(actor=world.bram)
    with pytest.raises(DBAPIError, match="no repair can be asked"), atomic(repairs.session):
        repairs.session.execute(text(
            "INSERT INTO repair_request (public_id, tender_id, opened_bid_id, kind, about, left_out, question, "
            "answer_until, asked_by_id, asked_at, answer, reasons) SELECT gen_random_uuid(), tender_id, id, 'missing', "
            "'[\"gva\"]', '', :question, now() + interval '5 days', :user, now(), '', '' FROM opened_bid LIMIT 1"
        ), {"question": QUESTION, "user": world.bram.user_id})  # fmt: skip


def test_after_the_freeze_nothing_is_asked_any_more(repairs):
    repairs.score_all(POINTS)
    repairs.freeze()
    with pytest.raises(refusals.ScoresFrozen):
        repairs.ask()


def _seat(repairs, actor):
    return find_member(repairs.session, repairs.tender.id, actor.user_id)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"is_allowed": False}, errors.DocumentsExclude), ({"question": "Waar?"}, hearings.TextTooShort),
        ({"about": ["price"]}, errors.AboutMissing), ({"bidders": [0]}, errors.BidderUnknown),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_at_their_field(repairs, change, error):
    with pytest.raises(error) as refused:
        repairs.ask(**change)
    assert refused.value.field
    with pytest.raises(hearings.TermTooShort):
        repairs.ask(last_day=local_date(repairs.at) + timedelta(days=1))
    assert queries.requests(repairs.session, repairs.tender.id) == {}


def test_the_freeze_waits_until_a_second_person_decided_and_the_letter_says_so(repairs, world):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.score_all(POINTS)
    with pytest.raises(errors.RepairOpen):
        repairs.freeze()
    with pytest.raises(hearings.StillWaiting):
        repairs.decide(made)
    repairs.answer(made, file=PDF, file_name="verklaring.pdf")
    with pytest.raises(errors.SamePerson):
        repairs.decide(made, world.anna)
    repairs.do(panels.invite_assessor, world.anna, user_id=world.bram.user_id)
    with pytest.raises(NotForPanel):
        repairs.decide(made)
    repairs.do(
        panels.release_assessor, world.anna, member=_seat(repairs, world.bram), reason="Doet niet mee."
    )
    with pytest.raises(DBAPIError, match="a repair is open"), atomic(repairs.session) as session:
        session.execute(
            text("UPDATE tender SET scores_frozen_at = :at WHERE id = :id"),
            {"at": repairs.at, "id": repairs.tender.id},
        )
    done = repairs.decide(made)
    assert (done.verdict, done.is_older, done.decided_by_id) == (Verdict.ACCEPTED, True, world.bram.user_id)
    with pytest.raises(errors.DecidedBefore):
        repairs.decide(made)
    repairs.freeze()
    repairs.prepare()
    repairs.write("Glans", "Boen")
    told = {each.bid.label: each.content["repaired"] for each in repairs.send().letters}
    assert told == {repairs.label("Spot"): True, repairs.label("Glans"): False, repairs.label("Boen"): False}


def test_refused_takes_the_bid_out_and_only_its_letter_has_the_reasons(repairs, world):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.answer(made)
    with pytest.raises(errors.OtherBid):
        repairs.decide(made, is_same_bid=False)
    repairs.decide(made, verdict=Verdict.REFUSED, is_older=False)
    [out] = evaluations.disqualified(repairs.session, repairs.tender.id).values()
    assert out.reason == rules.OUT_REASON
    repairs.score_all({name: given for name, given in POINTS.items() if name != "Spot"})
    repairs.freeze()
    repairs.prepare()
    repairs.write("Glans")
    told = {each.bid.label: each.content["reason"] for each in repairs.send().letters}
    assert told[repairs.label("Spot")] == f"{rules.OUT_REASON} {REASONS}"
    assert set(told.values()) == {told[repairs.label("Spot")], ""}


def test_without_an_answer_a_colleague_decides_after_the_term_and_cannot_accept(repairs, world):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.later = made.answer_until - repairs.at
    with pytest.raises(hearings.TermEnded):
        repairs.answer(made)
    with pytest.raises(errors.NoAnswer):
        repairs.decide(made)
    repairs.decide(made, verdict=Verdict.REFUSED)


def test_the_bidder_answers_once_with_a_file_that_is_what_it_says(repairs, world):
    [made] = repairs.ask("Spot", left_out=WHY)
    with pytest.raises(errors.NotTheBidder):
        repairs.answer(made, "Glans")
    for name, content, error in (
        ("plan.pdf", b"GIF89a", FileDisguised), ("a.exe", PDF, FileKindRefused), ("a.pdf", b"x" * (rules.MOST_FILE + 1), errors.FileTooLarge),
    ):  # fmt: skip
        with pytest.raises(error), atomic(repairs.session):
            repairs.answer(made, file=content, file_name=name)
    repairs.answer(made, file=PDF, file_name="verklaring.pdf")
    with pytest.raises(hearings.AnsweredBefore):
        repairs.answer(made)
    for actor in (world.anna, world.eva, repairs.suppliers["Spot"]):
        found = repairs.on(services.read_file, made, actor)
        assert (found.file, found.file_name) == (PDF, "verklaring.pdf")
    with pytest.raises(errors.RepairNotFound):
        repairs.on(services.read_file, made, repairs.carla)


@pytest.mark.parametrize(
    "change",
    [
        "question = 'Een heel andere vraag, achteraf.'", "answer = 'Een heel ander antwoord, later.'",
        "answer_until = now() + interval '1 year'", "about = '[\"tax\"]'", "file_name = 'b.pdf'",
    ],
)  # fmt: skip
def test_what_was_said_stays_in_the_database(repairs, change):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.answer(made, file=PDF, file_name="verklaring.pdf")
    for act in (f"UPDATE repair_request SET {change}", "DELETE FROM repair_request"):
        with pytest.raises(DBAPIError, match="stays"), atomic(repairs.session) as session:
            session.execute(text(act))


@pytest.mark.parametrize(
    ("who", "same", "older", "broken"),
    [("asked_by_id", True, True, "decided"), ("{other}", False, True, "accepted"), ("{other}", True, False, "accepted")],
)  # fmt: skip
def test_the_database_wants_two_people_and_the_same_bid(repairs, world, who, same, older, broken):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.answer(made)
    decided = who.format(other=world.bram.user_id)
    with pytest.raises(DBAPIError, match=f"ck_repair_request_{broken}"), atomic(repairs.session) as session:
        session.execute(text(
            f"UPDATE repair_request SET verdict = 'accepted', is_same_bid = {same}, is_older = {older}, "
            f"reasons = '{REASONS}', decided_by_id = {decided}, decided_at = now()"
        ))  # fmt: skip


def test_only_the_bidder_the_buyer_and_auditors_have_the_row(repairs, world):
    repairs.ask("Spot", left_out=WHY)
    session = repairs.session

    def seen(actor):
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": "" if actor is None else str(actor.user_id)},
        )
        found = len(session.execute(text("SELECT id FROM repair_request")).all())
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        return found

    assert {name: seen(each) for name, each in repairs.suppliers.items()} == {
        "Spot": 1,
        "Glans": 0,
        "Boen": 0,
    }
    assert (seen(world.anna), seen(world.eva), seen(None)) == (1, 1, 0)


def test_the_log_and_the_file_tell_the_panel_nothing_before_the_freeze(repairs, world):
    [made] = repairs.ask("Spot", left_out=WHY)
    repairs.answer(made)
    repairs.decide(made)
    facts = repairs.session.scalars(
        select(AuditRecord.facts).where(AuditRecord.action.startswith("repair."))
    ).all()
    assert len(facts) == 3
    assert all(each["request"] == str(made.public_id) and "label" not in each for each in facts)
    tender = repairs.tender
    assert "herstel" not in archive.held(repairs.session, tender)
    repairs.score_all(POINTS)
    repairs.freeze()
    repairs.session.refresh(tender, ["scores_frozen_at"])
    assert ANSWER in archive.part(repairs.session, tender, "herstel").decode()


def test_a_slip_is_explained_without_a_paper(repairs):
    [made] = repairs.ask("Spot", kind=Kind.CLERICAL, about=["other"])
    repairs.answer(made)
    assert repairs.decide(made, is_older=False).is_older is None
