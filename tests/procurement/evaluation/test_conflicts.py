"""Who guides, helps or supports a bidder judges none of its bids."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from coops.aid.gateway import ceilings
from coops.arrangements import services as arrangements
from coops.arrangements.queries import supported_by
from coops.arrangements.rules import Terms
from coops.register.services import register_cooperative
from coops.support.rules import Kind, OfferFacts, RequestFacts
from coops.support.services import ask_support, offer_support
from cwb.identity.models import Mandate, Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.evaluation import services
from procurement.panels import errors as refusals

FULL = {"plan": (Decimal(30), "Goed plan"), "social": (Decimal(20), "Drie banen")}


def test_who_coaches_a_bidder_never_scores(panel):
    panel.compose()
    session, bidder = panel.session, panel.suppliers["Stof"]
    with atomic(session):
        found = register_cooperative(
            session, organisation=session.get_one(Organisation, bidder.organisation_id), kind="worker",
            description="Wij werken.", sectors=["cleaning"], languages=["nl"], user_id=bidder.user_id, at=panel.at,
        )  # fmt: skip
        found.coach_id = panel.dirk.user_id
    for act, facts in ((services.blind_bids, {}), (services.save_scores, {"label": "A", "scores": FULL})):
        with pytest.raises(refusals.CoachOfBidder):
            panel.do(act, panel.dirk, **facts)


def test_who_helped_a_bidder_since_the_tender_was_published_never_scores(panel):
    panel.compose()
    published, home = panel.tender.published_at, panel.suppliers["Stof"].organisation_id
    before, after = published - timedelta(days=2), published + timedelta(days=1)
    with atomic(panel.session):
        panel.session.add(
            Mandate(
                user_id=panel.dirk.user_id, organisation_id=home, role=Role.BID_HELPER, granted_at=before,
                ended_at=before, ends_on=local_date(before),
            )
        )  # fmt: skip
    panel.do(services.blind_bids, panel.dirk)
    with atomic(panel.session):
        panel.session.execute(update(Mandate).where(Mandate.ended_at == before).values(ended_at=after))
    with pytest.raises(refusals.CoachOfBidder):
        panel.do(services.blind_bids, panel.dirk)


def test_who_gave_a_bidder_support_that_ran_while_the_tender_ran_never_scores(panel):
    panel.compose()
    session, published = panel.session, panel.tender.published_at
    first, bidder = local_date(published) - timedelta(days=30), panel.suppliers["Stof"]
    days = {"starts_on": first, "ends_on": local_date(published) + timedelta(days=90)}
    with atomic(session):
        gives = Actor(panel.dirk.user_id, "Dirk", panel.tender.buyer_id, "Koper", frozenset({Role.PURCHASER}))
        asks = Actor(bidder.user_id, "Stof", bidder.organisation_id, "Stof", frozenset({Role.BOARD}))
        before = published - timedelta(days=20)
        offer = offer_support(
            session, facts=OfferFacts(Kind.EXPERTISE, "Uren", "", 9, 0, 9000, "Tarief", None, False, **days),
            actor=gives, at=before,
        )  # fmt: skip
        request = ask_support(
            session, facts=RequestFacts(Kind.EXPERTISE, "Hulp", 9, None, None, **days), initiative=None, actor=asks,
            at=before,
        )  # fmt: skip
        terms = Terms(9, days["starts_on"], days["ends_on"], 0, 9000, "Tarief")
        found = arrangements.propose(
            session, offer=offer, request=request, terms=terms, actor=gives, at=before
        )
    panel.do(services.blind_bids, panel.dirk)
    with atomic(session):
        arrangements.agree(
            session, agreement=found, ceilings=ceilings("nieuw_west"), understood=False, actor=asks, at=before
        )
    panel.do(services.blind_bids, panel.carla)
    with pytest.raises(refusals.SupporterOfBidder):
        panel.do(services.blind_bids, panel.dirk)
    supplier = session.get_one(Organisation, bidder.organisation_id).name
    assert supported_by(session, panel.dirk.user_id, published) == [supplier]
    assert supported_by(session, bidder.user_id, published) == []
    with atomic(session):
        arrangements.close(
            session, agreement=found, reason="Klaar.", actor=asks, at=published - timedelta(days=1)
        )
    panel.do(services.blind_bids, panel.dirk)
