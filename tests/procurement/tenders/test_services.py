from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from coops.needs.errors import NeedClosed
from coops.needs.rules import NeedFacts
from coops.needs.services import post_need, withdraw_need
from coops.register.services import register_cooperative
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.approval.services import ask_review, review_tender
from procurement.drafting import services as drafting
from procurement.tenders import errors, queries, services
from procurement.tenders.rules import TenderState, state_of


@pytest.fixture
def follower(buying, make_organisation, make_user):
    home = make_organisation()
    return make_user((Role.BOARD, home), (Role.MEMBER, home)), home


def follow(buying, tender, follower):
    services.follow_tender(buying.session, tender_id=tender.id, organisation_id=follower[1].id, at=buying.at)


def test_a_later_deadline_is_told_to_every_follower_once(buying, follower):
    tender = buying.published()
    for _ in range(2):
        follow(buying, tender, follower)
    closing = tender.closes_at
    services.move_deadline(
        buying.session, tender=tender, closes_at=closing + timedelta(days=3), reason="Storing",
        **buying.by(),
    )  # fmt: skip
    assert tender.closes_at == closing + timedelta(days=3)
    assert tender.answers_until == closing - timedelta(days=7)
    mails = buying.session.scalars(select(Mail).where(Mail.subject.contains("sluit later"))).all()
    assert [mail.recipient for mail in mails] == [follower[0].email]
    assert "Storing" in mails[0].text
    services.follow_tender(
        buying.session, tender_id=tender.id, organisation_id=follower[1].id, follows=False, at=buying.at
    )
    assert not queries.standing(buying.session, tender.id, follower[1].id, buying.at).follows


def test_a_deadline_of_a_draft_or_a_stopped_tender_does_not_move(buying):
    later = {"closes_at": buying.at + timedelta(days=90), "reason": "x", **buying.by()}
    with pytest.raises(errors.NotOpen):
        services.move_deadline(buying.session, tender=buying.draft(), **later)
    tender = buying.published()
    with pytest.raises(errors.DeadlinePassed):
        services.move_deadline(buying.session, tender=tender, **{**later, "at": tender.closes_at})
    services.cancel_tender(buying.session, tender=tender, reason="Stop", **buying.by())
    with pytest.raises(errors.NotOpen):
        services.move_deadline(buying.session, tender=tender, **later)


def test_stopping_tells_followers_and_happens_once(buying, follower):
    tender = buying.published()
    follow(buying, tender, follower)
    with pytest.raises(errors.ReasonMissing):
        services.cancel_tender(buying.session, tender=tender, reason="", **buying.by())
    services.cancel_tender(buying.session, tender=tender, reason="Budget weg", **buying.by())
    assert state_of(tender, buying.at) is TenderState.CANCELLED
    assert buying.session.scalars(select(Mail.recipient).where(Mail.subject.contains("gestopt"))).all() == [
        follower[0].email
    ]
    with pytest.raises(errors.CannotCancel):
        services.cancel_tender(buying.session, tender=tender, reason="Nog eens", **buying.by())


def test_an_amendment_is_never_changed(buying):
    tender = buying.published()
    services.move_deadline(
        buying.session, tender=tender, closes_at=tender.closes_at + timedelta(days=1), reason="x",
        **buying.by(),
    )  # fmt: skip
    for statement in ("UPDATE amendment SET reason = 'y'", "DELETE FROM amendment"):
        with pytest.raises(DatabaseError, match="stays whole"), buying.session.begin_nested():
            buying.session.execute(text(statement))


def test_numbers_follow_each_other_per_year(buying):
    def begin(at):
        return drafting.create_draft(
            buying.session, buyer_id=buying.buyer.id, title="x", user_id=buying.author.id, at=at
        ).number

    assert [begin(buying.at), begin(buying.at)] == ["T-2026-0001", "T-2026-0002"]
    assert begin(buying.at.replace(month=12, day=31, hour=23, minute=30)) == "T-2027-0001"


def test_a_draft_of_a_need_takes_it_over_and_keeps_the_link(buying):
    facts = NeedFacts(title="Groen", wanted_from=local_date(buying.at), expires_on=local_date(buying.at))
    kwargs = {
        "owner_id": buying.buyer.id,
        "purpose": "Perken",
        "category": "green",
        "cpv": "77310000",
        **buying.by(),
    }
    need = post_need(buying.session, facts=facts, **kwargs)
    made = drafting.create_draft(buying.session, buyer_id=buying.buyer.id, need=need, **buying.by())
    assert (made.title, made.description, made.cpv, made.need_id) == ("Groen", "Perken", "77310000", need.id)
    assert [each.id for each in queries.of_need(buying.session, need.id)] == [made.id]
    gone = post_need(buying.session, facts=facts, **kwargs)
    withdraw_need(buying.session, need=gone, reason="x", **buying.by())
    with pytest.raises(NeedClosed):
        drafting.create_draft(buying.session, buyer_id=buying.buyer.id, need=gone, **buying.by())


def test_another_value_asks_for_new_advice(buying):
    tender = buying.draft()
    assert tender.procedure_facts["recommended"] == "invited_quotes"
    drafting.estimate(
        buying.session, tender=tender, value=Money.of("400000"), value_public=False, starts_on=date(2027, 6, 1),
        ends_on=date(2029, 6, 1), **buying.by(),
    )  # fmt: skip
    assert tender.procedure is None
    with pytest.raises(errors.ProcedureNotAllowed):
        drafting.choose_procedure(
            buying.session,
            tender=tender,
            procedure="national_open",
            reason="x",
            law=buying.law,
            **buying.by(),
        )


def test_advice_needs_a_value(buying):
    made = drafting.create_draft(buying.session, buyer_id=buying.buyer.id, title="x", **buying.by())
    with pytest.raises(errors.DraftIncomplete):
        drafting.choose_procedure(
            buying.session, tender=made, procedure="national_open", law=buying.law, **buying.by()
        )


def test_a_draft_is_seen_by_its_buyer_alone(buying, make_organisation):
    tender = buying.draft()
    own = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    assert queries.tender(buying.session, tender.number, own).id == tender.id
    strangers = (
        None,
        Actor(1, "x", make_organisation().id, "", frozenset({Role.PURCHASER})),
        Actor(1, "x", buying.buyer.id, "", frozenset({Role.RESIDENT})),
    )
    for stranger in strangers:
        with pytest.raises(errors.TenderNotFound):
            queries.tender(buying.session, tender.number, stranger)
    for find in (queries.tender_by_id, queries.locked_tender):
        with pytest.raises(errors.TenderNotFound):
            find(buying.session, 0)


def test_tasks_lead_author_colleague_and_publisher_on(buying):
    author = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    colleague = Actor(buying.colleague.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))

    def ends(actor):
        return [task.endpoint for task in queries.tasks(buying.session, actor, buying.at)]

    tender = buying.draft()
    assert (ends(author), ends(colleague)) == (["drafting.show"], [])
    ask_review(buying.session, tender=tender, law=buying.law, **buying.by())
    assert (ends(author), ends(colleague)) == ([], ["tender_approval.review"])
    review_tender(
        buying.session,
        tender=tender,
        approved=True,
        law=buying.law,
        user_id=buying.colleague.id,
        at=buying.at,
    )
    assert ends(author) == ends(colleague) == ["tender_approval.publish"]
    buying.publish(tender)
    assert ends(author) == []
    assert queries.tasks(buying.session, Actor(1, "x"), buying.at) == []


def test_dashboards_show_own_tenders_or_open_ones(buying):
    buying.published()
    own = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    member = Actor(1, "x", 1, "", frozenset({Role.MEMBER}))
    assert queries.panel(buying.session, own, buying.at)["own"] is True
    assert len(queries.panel(buying.session, member, buying.at)["tenders"]) == 1
    assert queries.panel(buying.session, Actor(1, "x"), buying.at) is None


def test_what_suits_a_cooperative_stands_first_on_its_dashboard(buying, make_organisation, make_user):
    earlier, draft = buying.published(), buying.draft()
    drafting.describe(
        buying.session, tender=draft, title="Groen", description="Elke week", category="green", cpv="77310000",
        place_code="FB", **buying.by(),
    )  # fmt: skip
    drafting.choose_procedure(
        buying.session,
        tender=draft,
        procedure="national_open",
        reason="Iedereen",
        law=buying.law,
        **buying.by(),
    )
    ask_review(buying.session, tender=draft, law=buying.law, **buying.by())
    review_tender(
        buying.session, tender=draft, approved=True, law=buying.law, user_id=buying.colleague.id, at=buying.at
    )
    later = buying.publish(draft)
    home = make_organisation()
    person = make_user((Role.BOARD, home))
    member = Actor(person.id, "x", home.id, "", frozenset({Role.BOARD}))

    def shown():
        facts = queries.panel(buying.session, member, buying.at)
        return facts["fits"], [each.number for each, _state in facts["tenders"]]

    assert shown() == (False, [earlier.number, later.number])
    register_cooperative(
        buying.session, organisation=home, user_id=person.id, at=buying.at, kind="worker", description="Wij snoeien.",
        sectors=["green"], languages=["nl"], claims={},
    )  # fmt: skip
    assert shown() == (True, [later.number, earlier.number])
