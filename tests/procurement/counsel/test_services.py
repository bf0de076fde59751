from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.audit.models import AuditRecord
from cwb.kernel.clock import local_date
from procurement.approval import services as approval
from procurement.counsel import errors, queries, services
from procurement.counsel.gateway import patterns
from procurement.counsel.rules import About
from procurement.drafting import services as drafting
from procurement.tenders.errors import NotDraft

REASON = "Het gaat om ander werk, zie ons inkoopplan."


def found(buying, tender, at=None):
    return queries.findings(buying.session, tender, buying.law, patterns(), local_date(at or buying.at))


def answered(buying, tender, fingerprint, answer=REASON):
    return services.answer_finding(
        buying.session, tender=tender, fingerprint=fingerprint, answer=answer, law=buying.law, **buying.by()
    )


def local(buying):
    """A draft that prefers bidders for their place."""
    return drafting.arrange_lots(
        buying.session, tender=buying.draft(), no_lots_reason="Het werk is één geheel en klein.",
        requirements="U werkt netjes. Alleen bedrijven uit Amsterdam mogen inschrijven.", **buying.by(),
    )  # fmt: skip


def test_a_draft_waits_until_its_words_are_explained_or_changed(buying):
    tender = local(buying)
    [each] = found(buying, tender)
    assert (each.about, each.quote) == (
        About.LOCAL_PREFERENCE,
        "Alleen bedrijven uit Amsterdam mogen inschrijven.",
    )
    with pytest.raises(errors.CounselOpen):
        approval.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())
    with pytest.raises(errors.CounselOpen):
        approval.review_tender(
            buying.session,
            tender=tender,
            approved=True,
            law=buying.law,
            user_id=buying.colleague.id,
            at=buying.at,
        )
    answered(buying, tender, each.fingerprint)
    approval.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())
    assert queries.answers(buying.session, tender.id)[each.fingerprint].answer == REASON
    acts = buying.session.scalars(
        select(AuditRecord.action).where(AuditRecord.subject == f"tender:{tender.number}")
    )
    assert "tender.counsel_answered" in acts.all()
    drafting.arrange_lots(
        buying.session, tender=tender, no_lots_reason="Het werk is één geheel en klein.", requirements="U werkt netjes.", **buying.by()
    )  # fmt: skip
    assert found(buying, tender) == ()


def test_a_reason_is_no_three_words_and_no_finding_no_answer(buying):
    tender = local(buying)
    [each] = found(buying, tender)
    with pytest.raises(errors.AnswerMissing):
        answered(buying, tender, each.fingerprint, "mag gewoon")
    with pytest.raises(errors.FindingUnknown):
        answered(buying, tender, "0" * 64)
    assert queries.answers(buying.session, tender.id) == {}


def test_answers_stay_as_they_were_said(buying):
    tender = local(buying)
    [each] = found(buying, tender)
    answered(buying, tender, each.fingerprint)
    answered(buying, tender, each.fingerprint, "Bij nader inzien: het werk vraagt dit.")
    assert queries.answers(buying.session, tender.id)[each.fingerprint].answer.startswith("Bij nader")
    for act in (
        "UPDATE counsel_answer SET answer = 'iets heel anders dan eerst'",
        "DELETE FROM counsel_answer",
    ):
        with pytest.raises(DatabaseError), buying.session.begin_nested():
            buying.session.execute(text(act))
    buying.publish(buying.approved(tender))
    with pytest.raises(NotDraft):
        answered(buying, tender, each.fingerprint)
    with pytest.raises(DatabaseError, match="is no draft"), buying.session.begin_nested():
        buying.session.execute(
            text("INSERT INTO counsel_answer (tender_id, fingerprint, about, quote, facts, answer, answered_by_id, answered_at)"
                 " SELECT tender_id, fingerprint, about, quote, facts, answer, answered_by_id, answered_at FROM counsel_answer LIMIT 1")
        )  # fmt: skip


def test_work_of_the_same_kind_counts_together_for_a_year(buying):
    first = buying.published()
    second = buying.draft()
    splitting = [each for each in found(buying, second) if each.about is About.SPLITTING]
    total = first.value_minor + second.value_minor
    limits = [each for each in (50_000_00, 216_000_00) if second.value_minor < each <= total]
    assert bool(splitting) is bool(limits)
    counted = queries.earlier(buying.session, second, buying.law, local_date(buying.at))
    assert [each.number for each in counted] == [first.number]
    later = local_date(buying.at + timedelta(days=400))
    assert queries.earlier(buying.session, second, buying.law, later) == ()
