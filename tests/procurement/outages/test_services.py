from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from procurement.outages import errors, rules, services
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services


@pytest.fixture
def note(buying, make_user, make_organisation):
    keeper = make_user((Role.ADMINISTRATOR, make_organisation(Side.PROGRAMME)))

    def act(began, ended, *, at, reason="De stroom viel uit", least_days=1):
        return services.note_outage(
            buying.session, began_at=began, ended_at=ended, reason=reason, least_days=least_days,
            user_id=keeper.id, at=at,
        )  # fmt: skip

    return act


@pytest.mark.parametrize(
    ("hours", "least", "days"), [(1, 1, 1), (1, 2, 2), (24, 1, 1), (25, 1, 2), (72, 1, 3), (73, 1, 4)]
)
def test_by_how_many_days(at, hours, least, days):
    assert rules.days_of(at, at + timedelta(hours=hours), least) == days


def test_a_deadline_lands_on_a_working_day_at_its_own_time():
    friday = datetime(2026, 12, 4, 11, tzinfo=UTC)
    assert rules.moved(friday, 1, friday - timedelta(days=3)) == datetime(2026, 12, 7, 11, tzinfo=UTC)
    passed = datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert rules.moved(passed, 1, datetime(2026, 12, 2, 9, tzinfo=UTC)) == datetime(
        2026, 12, 3, 11, tzinfo=UTC
    )


def test_every_running_tender_moves_and_who_follows_hears_why(buying, note, make_organisation, make_user):
    buying.at = now()
    running, stopped = buying.published(at=buying.at), buying.published(at=buying.at)
    tender_services.cancel_tender(buying.session, tender=stopped, reason="Weg", **buying.by())
    home = make_organisation()
    user = make_user((Role.BOARD, home))
    tender_services.follow_tender(buying.session, tender_id=running.id, organisation_id=home.id, at=buying.at)
    before, asked, kept = running.closes_at, running.questions_until, stopped.closes_at
    at = buying.at + timedelta(days=30)
    made = note(at - timedelta(hours=3), at - timedelta(hours=1), at=at)
    assert (made.tenders, made.days) == (1, 1)
    assert running.closes_at >= before + timedelta(days=1)
    assert running.questions_until == asked  # over before the outage
    assert stopped.closes_at == kept
    assert tenders.amendments(buying.session, running.id)[-1].kind == "outage"
    letter = buying.session.scalars(select(Mail).where(Mail.key.startswith("outage-"))).one()
    assert letter.recipient == user.email
    assert "De stroom viel uit" in letter.text


def test_a_deadline_that_fell_in_the_outage_opens_again(buying, note):
    buying.at = now()
    tender = buying.published(at=buying.at)
    closed = tender.closes_at
    at = closed + timedelta(hours=5)
    note(closed - timedelta(hours=1), closed + timedelta(hours=1), at=at)
    assert tender.closes_at > at


def test_the_same_time_is_noted_once(buying, note, at):
    note(at - timedelta(hours=3), at - timedelta(hours=1), at=at)
    with pytest.raises(errors.OutageAlreadyNoted):
        note(at - timedelta(hours=2), at, at=at)
    with pytest.raises(DBAPIError), buying.session.begin_nested():
        buying.session.execute(text("UPDATE outage SET days = 90"))


@pytest.mark.parametrize(
    ("began", "ended", "reason", "refusal"),
    [
        (-1, -2, "x", errors.OutageOrder), (-1, 1, "x", errors.OutageOrder), (-1, -1, "x", errors.OutageOrder),
        (-3, -1, "  ", errors.OutageReasonMissing), (-24 * 16, -24 * 15, "x", errors.OutageTooOld),
    ],
)  # fmt: skip
def test_what_is_no_outage_is_refused(at, note, began, ended, reason, refusal):
    with pytest.raises(refusal):
        note(at + timedelta(hours=began), at + timedelta(hours=ended), at=at, reason=reason)
