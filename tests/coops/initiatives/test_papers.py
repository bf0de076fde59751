from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coops.initiatives import errors, services
from coops.papers.models import CooperativePaper
from coops.steps import services as steps
from cwb.kernel.clock import local_date

DAY = date(2026, 9, 1)


@pytest.fixture
def initiative(session, make_user, at):
    return services.start_initiative(
        session, sentence="Samen de was doen", category="cleaning", user_id=make_user().id, at=at
    )


@pytest.fixture
def show(session, initiative, at):
    def told(step, **facts):
        return steps.show_step(
            session, initiative=initiative, step=step, text="Bij de notaris",
            reached_on=facts.pop("on", local_date(at)), user_id=initiative.started_by_id, at=at, **facts,
        )  # fmt: skip

    return told


def test_final_statutes_come_with_their_paper_and_a_draft_is_not_checked(session, initiative, show, deed, at):
    drawn = show("statutes", draft=True)
    with pytest.raises(errors.DraftUnchecked):
        steps.check_evidence(session, initiative=initiative, evidence=drawn, user_id=0, at=at)
    with pytest.raises(errors.EvenTooSoon):
        show("even", file=deed)
    with pytest.raises(errors.StatutesMissing):
        show("statutes")
    year_ago = local_date(at) - timedelta(days=364)
    papers = [show("statutes", file=deed, on=year_ago + timedelta(days=1)).paper_id]
    with pytest.raises(errors.EvenEarly):
        show("even", file=deed)
    show("statutes", file=deed, on=year_ago)
    papers.append(show("even", file=deed).paper_id)
    assert [session.get_one(CooperativePaper, each).kind for each in papers] == ["statutes", "accounts"]


def test_the_database_too_wants_papers_of_statutes_and_of_who_covers_its_costs_and_the_deed_before_kvk(
    session, initiative, show, deed, at
):
    def told(step, draft, paper="NULL", kvk="NULL", on=DAY):
        session.execute(
            text(
                "INSERT INTO initiative_evidence (public_id, initiative_id, step, reached_on, text, draft, paper_id, "
                "told_by_id, told_at, kvk) VALUES (gen_random_uuid(), :of, :step, :on, 'x', :draft, "
                f"{paper}, :user, :at, {kvk})"
            ),
            {
                "of": initiative.id,
                "step": step,
                "on": on,
                "draft": draft,
                "user": initiative.started_by_id,
                "at": at,
            },
        )

    for step, draft, match in (
        ("statutes", False, "shown by its paper"), ("even", False, "shown by its paper"),
        ("contract", False, "seen here or its file"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=match), session.begin_nested():
            told(step, draft)
    kept = show("statutes", draft=True, file=deed).paper_id
    with pytest.raises(DBAPIError, match="nobody signs before KvK"), session.begin_nested():
        told("contract", draft=False, paper=kept)
    with pytest.raises(DBAPIError, match="before statutes or a contract"), session.begin_nested():
        told("even", draft=False, paper=kept)
    with pytest.raises(DBAPIError, match="nothing before the deed"), session.begin_nested():
        told("kvk", draft=False, kvk="'12345678'")
    told("statutes", draft=False, paper=kept)
    end = date(2027, 8, 31)
    with pytest.raises(DBAPIError, match="a full year after the deed"), session.begin_nested():
        told("even", draft=False, paper=kept, on=end - timedelta(days=1))
    told("even", draft=False, paper=kept, on=end)
    with pytest.raises(DBAPIError, match="before the day of the deed"), session.begin_nested():
        told("kvk", draft=False, kvk="'12345678'", on=DAY - timedelta(days=1))
    told("kvk", draft=False, kvk="'12345678'")
    with pytest.raises(DBAPIError, match="ck_initiative_evidence_draft"), session.begin_nested():
        told("contract", draft=True, paper=kept)
    told("contract", draft=False, paper=kept)


def test_a_kvk_number_is_told_after_the_final_statutes(session, show, deed):
    show("statutes", draft=True)
    with pytest.raises(errors.KvkTooSoon):
        show("kvk", kvk="12345678")
    show("statutes", file=deed)
    assert show("kvk", kvk="12345678").kvk == "12345678"
