from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from coops.commitments import services as commitments
from coops.initiatives.services import start_initiative
from coops.register import services as register
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.approval import services as approval
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.bids.errors import BidNotFound, MayNotBid
from procurement.finding import queries as finding
from procurement.finding.queries import Wanted
from procurement.invitations import errors, queries, services
from procurement.invitations.models import Invitee
from procurement.tenders import errors as tender_errors
from procurement.tenders import queries as tenders
from tests.proving import verify


@pytest.fixture
def four(buying, make_organisation, make_user):
    """Four suppliers with a board member each."""
    homes = [make_organisation() for _ in range(4)]
    return [(home, make_user((Role.BOARD, home), name=f"Bestuur {home.id}")) for home in homes]


@pytest.fixture
def quote(buying, four):
    """A published quote of now, to which the first three are invited."""
    buying.at = now()
    return buying.published(at=buying.at, procedure="invited_quotes", invited=[home for home, _ in four[:3]])


def actor(home, user, *roles):
    return Actor(user.id, user.name, home.id, home.name, frozenset(roles or (Role.BOARD, Role.MEMBER)))


def test_each_invitee_is_let_in_and_hears_it_and_nobody_else(buying, quote, four):
    letters = buying.session.scalars(select(Mail).where(Mail.key.startswith("invitation-"))).all()
    assert {each.recipient for each in letters} == {user.email for _, user in four[:3]}
    assert all(home.name not in each.text for each in letters for home, _ in four)
    for home, user in four[:3]:
        found = tenders.tender(buying.session, quote.number, actor(home, user))
        assert found.id == quote.id
        assert bids.start_bid(
            buying.session,
            chance=bid_queries.opportunity(buying.session, quote.number, actor=actor(home, user)),
            actor=actor(home, user),
            at=buying.at,
        )


def test_others_know_of_nothing_until_the_award_is_announced(
    buying, quote, four, make_user, make_organisation
):
    home, user = four[3]
    outside = actor(home, user)
    coach = actor(make_organisation(Side.PROGRAMME), user, Role.PROGRAMME)
    for reader in (None, outside, coach):
        with pytest.raises(tender_errors.TenderNotFound):
            tenders.tender(buying.session, quote.number, reader)
        with pytest.raises(BidNotFound):
            bid_queries.opportunity(buying.session, quote.number, actor=reader)
        assert quote not in buying.session.scalars(finding.everything(Wanted(), reader, buying.at)).all()
    assert tenders.figure(buying.session, buying.at).value == 0
    assert queries.announced(buying.session, quote) == []
    auditor = actor(buying.office, buying.auditor, Role.AUDITOR)
    own = actor(buying.buyer, buying.author, Role.PURCHASER)
    for reader in (auditor, own, actor(*four[0])):
        assert tenders.tender(buying.session, quote.number, reader).id == quote.id
        assert quote in buying.session.scalars(finding.everything(Wanted(), reader, buying.at)).all()
    buying.session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
    buying.session.execute(
        text("UPDATE tender SET opened_at = closes_at, scores_frozen_at = closes_at, decided_at = closes_at")
    )
    buying.session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    buying.session.expire_all()
    assert tenders.tender(buying.session, quote.number).id == quote.id
    assert len(queries.announced(buying.session, quote)) == 3


def test_who_was_not_invited_cannot_bid_by_any_door(buying, quote, four):
    home, user = four[3]
    known = bid_queries.opportunity(buying.session, quote.number, actor=actor(*four[0]))
    with pytest.raises(MayNotBid):
        bids.start_bid(buying.session, chance=known, actor=actor(home, user), at=buying.at)
    for statement in (
        (
            "INSERT INTO bid (public_id, tender_id, organisation_id, started_by_id, started_at, draft_version, version)"
            " VALUES (gen_random_uuid(), :tender, :home, :user, now(), 0, 0)"
        ),
        "INSERT INTO admission (tender_id, organisation_id, admitted_at) VALUES (:tender, :home, now())",
    ):
        with pytest.raises(DBAPIError) as refused, buying.session.begin_nested():
            buying.session.execute(text(statement), {"tender": quote.id, "home": home.id, "user": user.id})
        assert refused.value.orig.sqlstate == "CW019"


def test_the_record_stays_after_publication(buying, quote, four):
    made = queries.invited(buying.session, quote.id)[0]
    with pytest.raises(tender_errors.NotDraft):
        services.take_off(buying.session, tender=quote, made=made, **buying.by())
    with pytest.raises(tender_errors.NotDraft):
        services.invite(
            buying.session, tender=quote, organisation=four[3][0], reason="x", law=buying.law, **buying.by()
        )
    for statement in (
        "UPDATE invitee SET reason = 'anders'", "DELETE FROM invitee", "DELETE FROM admission",
        ("INSERT INTO invitee (public_id, tender_id, organisation_id, reason, rotation, added_by_id, added_at)"
        f" VALUES (gen_random_uuid(), {quote.id}, {four[3][0].id}, 'x', '{{}}', {buying.author.id}, now())"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), buying.session.begin_nested():
            buying.session.execute(text(statement))


def test_without_enough_invitees_nothing_is_reviewed_or_published(buying, four):
    draft = buying.draft(procedure="invited_quotes", invited=[home for home, _ in four[:2]])
    with pytest.raises(errors.TooFewInvited):
        approval.ask_review(buying.session, tender=draft, law=buying.law, **buying.by())
    with pytest.raises(DBAPIError) as refused, buying.session.begin_nested():
        buying.session.execute(
            text(
                "UPDATE tender SET reviewed_at = now(), reviewed_by_id = :who, published_at = now()"
                " + interval '1 s', questions_until = now() + interval '1 d', answers_until = now() + interval '2 d',"
                " closes_at = now() + interval '9 d' WHERE id = :id"
            ),
            {"who": buying.colleague.id, "id": draft.id},
        )
    assert refused.value.orig.sqlstate == "CW019"
    none = buying.draft(procedure="invited_quotes")
    with pytest.raises(tender_errors.DraftIncomplete):
        approval.ask_review(buying.session, tender=none, law=buying.law, **buying.by())


def test_who_can_be_put_on_the_list(buying, four, make_organisation):
    home = four[0][0]
    draft = buying.draft(procedure="single_quote", value="40000")

    def invite(organisation, reason="Past goed"):
        return services.invite(
            buying.session,
            tender=draft,
            organisation=organisation,
            reason=reason,
            law=buying.law,
            **buying.by(),
        )

    for organisation, refusal in (
        (None, errors.OrganisationUnknown), (buying.buyer, errors.NotToInvite),
        (make_organisation(Side.SUPPLIER, kvk_number=None), errors.NotToInvite),
    ):  # fmt: skip
        with pytest.raises(refusal):
            invite(organisation)
    with pytest.raises(errors.InvitationReasonMissing):
        invite(home, " ")
    version = draft.version
    made = invite(home)
    assert draft.version == version + 1
    with pytest.raises(errors.AlreadyInvited):
        invite(home)
    with pytest.raises(errors.TooManyInvited):
        invite(four[1][0])
    services.take_off(buying.session, tender=draft, made=made, **buying.by())
    assert queries.count(buying.session, draft.id) == 0
    assert invite(four[1][0]).rotation["invited"] == 0


def test_a_change_of_the_list_takes_back_the_review(buying, four):
    reviewed = buying.reviewed(procedure="invited_quotes", invited=[home for home, _ in four[:3]])
    services.invite(
        buying.session, tender=reviewed, organisation=four[3][0], reason="Ook", law=buying.law, **buying.by()
    )
    with pytest.raises(tender_errors.NotReviewed):
        buying.publish(reviewed)


def test_whoever_was_invited_goes_to_the_end_of_the_row(
    buying, quote, four, make_user, make_organisation, session
):
    for home, user in four:
        made = register.register_cooperative(
            session, organisation=home, kind="worker", description="Schoon", sectors=["cleaning"], languages=["nl"],
            claims={}, user_id=user.id, at=buying.at,
        )  # fmt: skip
        verify(session, made, user_id=buying.auditor.id, at=buying.at)
    draft = buying.draft(procedure="invited_quotes", at=buying.at)
    turns = services.suggest(session, tender=draft, law=buying.law, at=buying.at + timedelta(days=1))
    assert turns[0].past.organisation_id == four[3][0].id
    assert [each.past.invited for each in turns] == [0, 1, 1, 1]
    later = services.suggest(session, tender=draft, law=buying.law, at=buying.at + timedelta(days=1200))
    assert [each.past.invited for each in later] == []  # nobody's check still counts then


def test_a_single_quote_has_no_round_of_questions(buying, four):
    buying.at = now()
    made = buying.published(at=buying.at, procedure="single_quote", value="40000", invited=[four[0][0]])
    assert (made.questions_until, made.answers_until, made.access) == (None, None, "invited")
    assert made.procedure_facts["row"]["most_invited"] == 1
    assert (
        buying.session.scalars(select(Invitee).where(Invitee.tender_id == made.id)).one().reason
        == "Aan de beurt"
    )


def test_an_invitation_of_what_an_initiative_grew_into_looks_like_the_promise(buying, four, monkeypatch):
    session, at, (home, founder) = buying.session, now(), four[0]
    made = start_initiative(session, sentence="Samen schoonmaken", category="x", user_id=founder.id, at=at)
    monkeypatch.setattr(commitments, "grown_into", lambda _session, ids: [made.id] if home.id in ids else [])
    promise = commitments.make_commitment(
        session, initiative=made, organisation_id=buying.buyer.id, kind="invite", what="Een offerte vragen",
        due_on=local_date(at) + timedelta(days=30), user_id=buying.author.id, at=at,
    )  # fmt: skip
    buying.at = at
    buying.published(at=at, procedure="invited_quotes", invited=[each for each, _user in four[1:]])
    assert promise.likely == ""
    quote = buying.published(at=at, procedure="invited_quotes", invited=[each for each, _user in four[:3]])
    assert (promise.likely, promise.kept_at) == (quote.number, None)
