"""A relative method goes on only after the buyer confirmed it, for exactly this scoring."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from cwb.audit.models import AuditRecord
from cwb.kernel.clock import now
from cwb.kernel.policy import Actor, Role
from procurement.approval import services as approval
from procurement.cautions import errors, queries, rules, services
from procurement.drafting import services as drafting
from procurement.methods.rules import Scoring
from procurement.scoring.rules import Method
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotDraft
from tests.procurement.scorings import PLAN, SCORINGS, SOCIAL

RELATIVE = SCORINGS["relative_price"]


@pytest.fixture
def made(buying, session):
    buying.at, buying.scoring = now(), RELATIVE
    draft = buying.draft()
    session.commit()
    return draft


def confirm(buying, session, made, **change):
    facts = {
        "digest": rules.digest_of(queries.scorings(made)), "seed": 1, "is_understood": True,
        "user_id": buying.author.id, "at": buying.at, **change,
    }  # fmt: skip
    return services.confirm_method(session, tender=made, **facts)


def test_without_a_confirmation_nothing_goes_on(buying, session, made):
    assert queries.is_open(session, made)
    with pytest.raises(errors.MethodUnconfirmed):
        approval.ask_review(session, tender=made, law=buying.law, **buying.by())
    given = confirm(buying, session, made)
    assert (given.confirmed_by_id, given.rounds > 0, given.changed > 0) == (buying.author.id, True, True)
    assert not queries.is_open(session, made)
    buying.publish(buying.approved(made))
    entry = session.scalars(select(AuditRecord).where(AuditRecord.action == "tender.method_confirmed")).one()
    assert entry.facts["changed"] == given.changed


def test_a_confirmation_is_refused_unread_for_another_scoring_and_where_none_is_needed(buying, session, made):
    with pytest.raises(errors.CautionUnread) as unread:
        confirm(buying, session, made, is_understood=False)
    assert unread.value.field == "is_understood"
    with pytest.raises(errors.ScoringChanged):
        confirm(buying, session, made, digest="0" * 64)
    drafting.set_scoring(session, tender=made, scoring=SCORINGS["log_price"], **buying.by())
    assert not queries.is_open(session, made)
    with pytest.raises(errors.NothingToConfirm):
        confirm(buying, session, made)


@pytest.mark.parametrize(
    "other",
    [
        replace(RELATIVE, criteria=(replace(PLAN, max_points=Decimal(39)), replace(SOCIAL, max_points=Decimal(21)))),
        replace(RELATIVE, criteria=(replace(PLAN, min_points=Decimal(9)), SOCIAL)), replace(RELATIVE, tie_break="price"),
    ],
)  # fmt: skip
def test_another_scoring_asks_again_and_the_first_one_back_does_not(buying, session, made, other):
    confirm(buying, session, made)
    drafting.set_scoring(session, tender=made, scoring=other, **buying.by())
    session.expire_all()
    actor = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    again = tenders.tender(session, made.number, actor)
    assert queries.is_open(session, again)
    with pytest.raises(errors.MethodUnconfirmed):
        buying.approved(again)
    drafting.set_scoring(session, tender=again, scoring=RELATIVE, **buying.by())
    assert not queries.is_open(session, tenders.tender(session, made.number, actor))


def test_every_method_that_the_engine_calls_unstable_is_asked_about():
    for method in Method:
        assert rules.is_needed([Scoring(method, ())]) is (method is Method.RELATIVE_PRICE)


def test_a_published_tender_is_confirmed_no_more(buying, session, made):
    confirm(buying, session, made)
    published = buying.publish(buying.approved(made))
    with pytest.raises(NotDraft):
        confirm(buying, session, published)
