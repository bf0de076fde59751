"""Answers and papers of organisations, and what drafts ask."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.statements import errors, queries, services
from procurement.statements.gateway import table
from procurement.statements.models import StatementDemand
from procurement.statements.rules import Answer, Criterion, Demand
from procurement.tenders.errors import DraftChanged, NotDraft

LAW = table()


def keep(world, actor, issued_on, kind="gva"):
    with atomic(world.session) as session:
        return services.keep_paper(
            session, table=LAW, kind=kind, issued_on=issued_on, reference="", actor=actor, at=world.at
        )


def answer(world, actor, seen=0):
    given = {each.code: Answer(yes=False, on=local_date(world.at)) for each in LAW.of("tax")}
    with atomic(world.session) as session:
        return services.answer_group(
            session,
            table=LAW,
            group="tax",
            answers=given,
            seen=seen,
            actor=actor,
            keys=world.keys,
            at=world.at,
        )


def test_only_the_board_answers_and_a_stale_page_loses(world):
    actor = world.supplier()
    with atomic(world.session):
        member = world.person("Lid", world.organisation("Leden"), Role.MEMBER)
    with pytest.raises(Forbidden):
        answer(world, member)
    with pytest.raises(Forbidden):
        keep(world, member, local_date(world.at))
    assert answer(world, actor).saves == 1
    with pytest.raises(errors.StatementsChanged):
        answer(world, actor)
    assert answer(world, actor, seen=1).saves == 2


def test_a_paper_that_runs_out_is_a_task_until_there_is_a_newer_one(world):
    actor, today = world.supplier(), local_date(world.at)
    keep(world, actor, today - timedelta(days=700))
    (task,) = queries.tasks(world.session, actor, world.at)
    assert task.facts["title"] == "GVA"
    assert queries.tasks(world.session, world.supplier("Andere"), world.at) == []
    keep(world, actor, today)
    assert queries.tasks(world.session, actor, world.at) == []


def test_the_same_paper_twice_and_anothers_paper(world):
    actor, today = world.supplier(), local_date(world.at)
    paper = keep(world, actor, today)
    with pytest.raises(errors.PaperTwice):
        keep(world, actor, today)
    with pytest.raises(errors.PaperDateInvalid):
        keep(world, actor, today + timedelta(days=1))
    with pytest.raises(errors.GroundUnknown):
        keep(world, actor, today, kind="vog")
    other = world.supplier("Andere")
    with pytest.raises(errors.GroundUnknown):
        queries.paper(world.session, paper.public_id, other.organisation_id)
    with pytest.raises(Forbidden):
        services.drop_paper(world.session, paper=paper, actor=other)
    services.drop_paper(world.session, paper=paper, actor=actor)
    assert queries.papers(world.session, actor.organisation_id) == []


def ask(buying, tender, demand, **more):
    return services.ask_statements(
        buying.session,
        table=LAW,
        tender=tender,
        demand=demand,
        user_id=buying.author.id,
        at=buying.at,
        **more,
    )


def test_what_a_draft_asks_is_reviewed_and_published_as_it_is(buying):
    tender = buying.draft(closes_at=buying.at + timedelta(days=60))
    demand = Demand(
        ("exg-crim-fraud",), (Criterion("slc-stand-ins", "Verzekerd", "1.000.000 euro"),), ("gva",)
    )
    before = tender.version
    tender = ask(buying, tender, demand)
    assert tender.version == before + 1
    assert queries.demand(tender, queries.find_demand(buying.session, tender.id)) == demand
    with pytest.raises(DraftChanged):
        ask(buying, tender, demand, version=before)
    tender = buying.approved(tender)
    tender = ask(buying, tender, Demand(("exg-crim-fraud",)))
    assert tender.reviewed_at is None, "a second person reads it again"
    tender = buying.publish(buying.approved(tender))
    with pytest.raises(NotDraft):
        ask(buying, tender, demand)
    with pytest.raises(DBAPIError, match="stays"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE statement_demand SET grounds = '[]'"))


def test_nothing_is_asked_afterwards_where_nothing_was(buying):
    tender = buying.published()
    assert not queries.demand(tender, None).asks
    with pytest.raises(DBAPIError, match="stays"), buying.session.begin_nested():
        buying.session.add(StatementDemand(tender_id=tender.id, **Demand(("exg-crim-fraud",)).stored()))
        buying.session.flush()


def test_a_european_tender_asks_the_obliged_grounds_by_itself(buying):
    tender = buying.published(
        value="300000", procedure="european_open", closes_at=buying.at + timedelta(days=60)
    )
    demand = queries.demand(tender, None)
    assert len(demand.grounds) == 8
    draft = buying.draft(value="300000", procedure="european_open", closes_at=buying.at + timedelta(days=60))
    with pytest.raises(errors.GroundObliged):
        ask(buying, draft, Demand())


def test_the_page_of_a_draft(buying, sign_in_user):
    tender, page = buying.draft(), sign_in_user(buying.author)
    where = f"/tenders/{tender.number}/draft-statements"
    assert page.get(where).status_code == 200
    facts = {
        "version": str(tender.version), "grounds": ["exg-crim-fraud"], "papers": ["gva"],
        "attach": [each.code for each in tender.lots[0].criteria if each.kind == "quality"],
    }  # fmt: skip
    assert page.post(where, data=facts | {"papers": ["none"]}).status_code == 422
    assert page.post(where, data=facts).status_code == 303
    demand = queries.demand(tender, queries.find_demand(buying.session, tender.id))
    assert demand.grounds == ("exg-crim-fraud",)
    assert len(demand.attach) == 1
    assert page.post(where, data=facts).status_code in {409, 422}
    other = sign_in_user(buying.auditor)
    assert other.get(where).status_code == 403


def test_a_date_is_a_date(world):
    with pytest.raises(errors.PaperDateInvalid):
        keep(world, world.supplier(), date(1900, 1, 1))
