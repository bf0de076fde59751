from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from coops.needs import services as needs
from coops.needs.rules import NeedFacts
from cwb.audit.models import AuditRecord
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.advice import errors as advice_errors
from procurement.announcements.rules import Notice
from procurement.approval import services
from procurement.drafting import services as drafting
from procurement.tenders import errors, queries
from procurement.tenders.models import Tender
from procurement.tenders.rules import TenderState, state_of
from procurement.tenders.services import cancel_tender


def test_a_whole_draft_is_reviewed_and_published(buying):
    tender = buying.published()
    assert state_of(tender, buying.at) is TenderState.PUBLISHED
    assert tender.number == "T-2026-0001"
    assert tender.lots[0].formula == "F = P - [Plan] / 10 * 5000.00; min(F)"
    assert tender.key_id is not None
    assert len(tender.content_hash) == 64
    assert tender.answers_until.date() == (tender.closes_at - timedelta(days=10)).date()
    acts = buying.session.scalars(
        select(AuditRecord.action).where(AuditRecord.subject == "tender:T-2026-0001")
    ).all()
    assert {"tender.drafted", "tender.review_asked", "tender.reviewed", "tender.published"} <= set(acts)


def test_a_review_needs_a_whole_draft(buying):
    made = drafting.create_draft(buying.session, buyer_id=buying.buyer.id, title="x", **buying.by())
    with pytest.raises(errors.DraftIncomplete) as refused:
        services.ask_review(buying.session, tender=made, law=buying.law, **buying.by())
    assert "Wat u vraagt" in refused.value.text()


def test_asking_tells_colleagues_but_not_oneself(buying):
    services.ask_review(buying.session, tender=buying.draft(), law=buying.law, **buying.by())
    assert buying.session.scalars(select(Mail.recipient)).all() == [buying.colleague.email]


def test_nobody_reviews_what_they_wrote(buying):
    tender = buying.draft()
    with pytest.raises(errors.ReviewBySamePerson):
        services.review_tender(buying.session, tender=tender, approved=True, law=buying.law, **buying.by())
    drafting.arrange_lots(
        buying.session,
        tender=tender,
        no_lots_reason="Anders",
        requirements="",
        user_id=buying.colleague.id,
        at=buying.at,
    )
    with pytest.raises(errors.ReviewBySamePerson):
        services.review_tender(
            buying.session,
            tender=tender,
            approved=True,
            law=buying.law,
            user_id=buying.colleague.id,
            at=buying.at,
        )


def test_the_database_too_wants_a_second_person(buying):
    tender = buying.draft()
    with pytest.raises(DatabaseError, match="second_person"), buying.session.begin_nested():
        buying.session.execute(
            text("UPDATE tender SET reviewed_at = now(), reviewed_by_id = author_id WHERE id = :id"),
            {"id": tender.id},
        )


def test_sending_back_needs_a_note_and_tells_the_author(buying):
    tender = buying.draft()
    services.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())
    with pytest.raises(errors.ReviewNoteMissing):
        services.review_tender(
            buying.session,
            tender=tender,
            approved=False,
            law=buying.law,
            user_id=buying.colleague.id,
            at=buying.at,
        )
    services.review_tender(
        buying.session,
        tender=tender,
        approved=False,
        law=buying.law,
        note="Te vaag",
        user_id=buying.colleague.id,
        at=buying.at,
    )
    assert tender.review_asked_at is None
    assert tender.reviewed_at is None
    assert (
        "Te vaag"
        in buying.session.scalars(select(Mail.text).where(Mail.recipient == buying.author.email)).one()
    )


def test_a_review_of_an_older_version_counts_for_nothing(buying):
    tender = buying.draft()
    with pytest.raises(errors.DraftChanged):
        services.review_tender(
            buying.session,
            tender=tender,
            approved=True,
            law=buying.law,
            version=1,
            user_id=buying.colleague.id,
            at=buying.at,
        )


def test_a_change_takes_the_review_back(buying):
    tender = buying.reviewed()
    drafting.arrange_lots(
        buying.session, tender=tender, no_lots_reason="Anders", requirements="", **buying.by()
    )
    with pytest.raises(errors.NotReviewed):
        buying.publish(tender)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"officer_ids": (1, 1)}, errors.OfficersNotTwo),
        ({"officer_ids": (0, -1)}, errors.OfficerWithoutKey),
        ({"escrow_id": None}, errors.EscrowMissing),
        ({"escrow_id": 0}, errors.EscrowMissing),
    ],
)
def test_who_opens_is_checked(buying, change, fault):
    tender = buying.reviewed()
    with pytest.raises(fault):
        buying.publish(tender, **change)
    assert state_of(tender, buying.at) is TenderState.REVIEWED


def test_too_short_terms_are_refused(buying):
    tender, at = buying.reviewed(), buying.at
    with pytest.raises(errors.TermTooShort):
        buying.publish(tender, closes_at=at + timedelta(days=20))
    with pytest.raises(errors.QuestionsAlreadyClosed):
        buying.publish(tender, questions_until=at + timedelta(hours=23))
    with pytest.raises(errors.AnswersTooLate):
        buying.publish(tender, questions_until=at + timedelta(days=31))
    with pytest.raises(errors.TermTooShort):
        buying.publish(tender, at=at + timedelta(days=30))


def test_an_expired_table_gives_no_publication(buying):
    tender = buying.reviewed()
    with pytest.raises(advice_errors.NoDatedTable):
        buying.publish(tender, at=buying.at.replace(year=2028))


def test_publishing_twice_is_a_conflict(buying):
    tender = buying.published()
    with pytest.raises(errors.AlreadyPublished):
        buying.publish(tender)


def test_a_withdrawn_draft_is_not_published(buying):
    tender = buying.reviewed()
    cancel_tender(buying.session, tender=tender, reason="Niet meer nodig", **buying.by())
    assert state_of(tender, buying.at) is TenderState.WITHDRAWN
    with pytest.raises(errors.NotDraft):
        buying.publish(tender)
    with pytest.raises(errors.NotDraft):
        services.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())


def test_whoever_was_interested_hears_of_it_and_follows(buying, make_organisation, make_user):
    coop = make_organisation()
    member = make_user((Role.BOARD, coop))
    need = needs.post_need(
        buying.session, owner_id=buying.buyer.id, purpose="x", category="cleaning", cpv="90910000",
        facts=NeedFacts(title="Schoon", wanted_from=local_date(buying.at), expires_on=local_date(buying.at)), **buying.by(),
    )  # fmt: skip
    needs.show_interest(
        buying.session, need=need, organisation_id=coop.id, interested=True, user_id=member.id, at=buying.at
    )
    tender = buying.reviewed()
    buying.session.execute(text("UPDATE tender SET need_id = :need"), {"need": need.id})
    buying.publish(tender)
    assert queries.standing(buying.session, tender.id, coop.id, buying.at).follows
    assert member.email in buying.session.scalars(select(Mail.recipient)).all()


FROZEN = (
    "title = 'Anders'", "value_minor = 1", "most_lots_won = 1", "published_at = now()",
    "closes_at = closes_at - interval '1 hour'", "questions_until = questions_until - interval '1 hour'",
    "key_id = NULL", "content_hash = 'x'", "procedure = 'single_quote'", "tie_break = 'lot'",
)  # fmt: skip


@pytest.mark.parametrize("change", FROZEN)
def test_what_is_published_is_frozen(buying, change):
    tender = buying.published()
    with pytest.raises(DatabaseError, match=r"frozen|later only|set once"), buying.session.begin_nested():
        buying.session.execute(text(f"UPDATE tender SET {change} WHERE id = :id"), {"id": tender.id})


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM tender", "UPDATE lot SET title = 'x'", "DELETE FROM criterion", "UPDATE criterion SET max_points = 9",
        (
            "INSERT INTO criterion (lot_id, code, position, kind, name, description, max_points) "
            "SELECT id, 'q9', 9, 'quality', 'x', '', 5 FROM lot"
        ),
    ],
)  # fmt: skip
def test_lots_and_criteria_are_frozen_too(buying, statement):
    buying.published()
    with pytest.raises(DatabaseError, match="refused"), buying.session.begin_nested():
        buying.session.execute(text(statement))


def test_without_its_trigger_the_content_would_change(buying):
    """The guard broken on purpose: what the tests above see is the trigger, nothing else."""
    tender = buying.published()
    with buying.session.begin_nested() as attempt:
        buying.session.execute(text("ALTER TABLE tender DISABLE TRIGGER keep_published_tender"))
        changed = text("UPDATE tender SET title = 'Anders' WHERE id = :id RETURNING title")
        assert buying.session.scalar(changed, {"id": tender.id}) == "Anders"
        attempt.rollback()


def test_times_of_later_acts_are_set_once_and_never_before_closing(buying):
    tender = buying.published()
    with pytest.raises(DatabaseError, match="opened_after_closing"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE tender SET opened_at = closes_at - interval '1 second'"))
    buying.session.execute(text("UPDATE tender SET opened_at = closes_at"))
    for change in ("opened_at = NULL", "opened_at = closes_at + interval '1 day'"):
        with pytest.raises(DatabaseError, match="set once"), buying.session.begin_nested():
            buying.session.execute(text(f"UPDATE tender SET {change}"))
    assert tender.id


@pytest.mark.slow
def test_of_two_purchasers_who_publish_at_once_one_succeeds(database_url, make_buying, at):
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session, atomic(session):
        world = make_buying(session)
        tender = world.reviewed()
        tender_id = tender.id
    gate, outcomes = Barrier(2), []

    def publish(user_id: int) -> None:
        with sessions() as session:
            mine = queries.tender_by_id(session, tender_id)
            gate.wait()
            try:
                with atomic(session):
                    services.publish_tender(
                        session, tender=mine, officer_ids=(world.author.id, world.colleague.id),
                        escrow_id=world.auditor.id, law=world.law, user_id=user_id, at=at,
                        notice=Notice(why_not="Het staat klaar voor morgen."),
                    )  # fmt: skip
                outcomes.append("published")
            except errors.AlreadyPublished:
                outcomes.append("conflict")

    threads = [Thread(target=publish, args=(user.id,)) for user in (world.author, world.colleague)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with sessions() as session:
        keys = session.scalar(text("SELECT count(*) FROM tender_key"))
        made = session.scalars(select(AuditRecord).where(AuditRecord.action == "tender.published")).all()
        number = session.scalar(select(Tender.number))
    engine.dispose()
    assert sorted(outcomes) == ["conflict", "published"]
    assert (keys, len(made), number) == (1, 1, "T-2026-0001")
