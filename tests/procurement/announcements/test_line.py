import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.audit.models import AuditRecord
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from procurement.announcements import errors, queries, services
from procurement.announcements.rules import Notice

WHY = "Het staat klaar voor morgen."


def test_publishing_asks_for_it_and_keeps_it(buying):
    tender = buying.reviewed()
    with pytest.raises(errors.AnnouncementMissing):
        buying.publish(tender, notice=None)
    buying.publish(tender, notice=Notice(why_not=WHY))
    services.note_announcement(
        buying.session, tender=tender, notice=Notice(local_date(buying.at), " TN-1 "), **buying.by()
    )
    assert [(each.reference, each.why_not) for each in queries.notes(buying.session, tender.id)] == [
        ("TN-1", ""), ("", WHY)
    ]  # fmt: skip
    acts = select(AuditRecord.action).where(AuditRecord.subject == f"tender:{tender.number}")
    assert {"tender.announced", "tender.not_announced"} <= set(buying.session.scalars(acts))


def test_a_quote_by_invitation_needs_none(buying, make_organisation):
    invited = [make_organisation(Side.SUPPLIER) for _ in range(3)]
    tender = buying.reviewed(value="60000", procedure="invited_quotes", invited=invited)
    buying.publish(tender, notice=None)
    assert not queries.notes(buying.session, tender.id)
    with pytest.raises(errors.NotAnnounced):
        services.note_announcement(buying.session, tender=tender, notice=Notice(why_not=WHY), **buying.by())


def test_a_draft_is_not_noted(buying):
    with pytest.raises(errors.NotAnnounced):
        services.note_announcement(
            buying.session, tender=buying.draft(), notice=Notice(why_not=WHY), **buying.by()
        )


def refused(session, sql, match, **facts):
    with pytest.raises(DatabaseError, match=match), session.begin_nested():
        session.execute(text(sql), facts)


def test_the_database_holds_it(buying):
    tender = buying.published()
    refused(buying.session, "UPDATE announcement SET reference = 'x'", "announcement")
    refused(buying.session, "DELETE FROM announcement", "announcement")
    columns = "INSERT INTO announcement (tender_id, published_on, reference, why_not, noted_by_id, noted_at) "
    for values, check in (
        ("'2026-01-01', '', ''", "whole"), ("NULL, 'TN', ''", "whole"), ("NULL, '', 'kort'", "why_not"),
        ("'2026-01-01', 'TN', 'en ook een reden erbij'", "why_not"), ("'2999-01-01', 'TN', ''", "day"),
        (f"'2026-01-01', '{'x' * 101}', ''", "reference"),
    ):  # fmt: skip
        refused(
            buying.session, f"{columns} VALUES (:tender, {values}, :by, now())", f"ck_announcement_{check}",
            tender=tender.id, by=buying.author.id,
        )  # fmt: skip


def test_the_database_refuses_a_silent_publication(buying):
    tender = buying.reviewed()
    refused(
        buying.session,
        "UPDATE tender SET published_at = :at, questions_until = :at + interval '1 day',"
        " answers_until = :at + interval '2 days', closes_at = :at + interval '3 days' WHERE id = :id",
        "TenderNed", at=buying.at, id=tender.id,
    )  # fmt: skip


def test_a_purchaser_fills_it_in_later(buying, sign_in_user, session, make_user, make_organisation, client):
    tender = buying.reviewed()
    buying.publish(tender, notice=Notice(why_not=WHY))
    session.commit()
    address = f"/tenders/{tender.number}/tenderned"
    author = sign_in_user(buying.author)
    assert "noteer het kenmerk" in author.get("/").text
    assert WHY in author.get(address).text
    assert author.post(address, data={"reference": "<i>TN</i>"}).status_code == 422
    answer = author.post(address, data={"reference": "<i>TN</i>", "published_on": "2026-01-05"})
    assert answer.status_code == 303
    assert "&lt;i&gt;TN" in author.get(address).text
    assert "noteer het kenmerk" not in author.get("/").text
    assert "TenderNed" in author.get(f"/tenders/{tender.number}").text
    auditor = sign_in_user(buying.auditor)
    assert "Staat het op TenderNed?" in auditor.get(f"/tenders/{tender.number}").text
    assert "&lt;i&gt;TN" in auditor.get(address).text
    assert auditor.post(address, data={"why_not": WHY}).status_code == 403
    stranger = sign_in_user(make_user((Role.PURCHASER, make_organisation(Side.ANCHOR))))
    assert stranger.get(address).status_code == 403
    assert client.get(address).status_code == 303
