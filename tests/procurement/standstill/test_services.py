from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel import clock
from cwb.notifications.models import Mail
from procurement.awards import queries as awards
from procurement.awards.errors import NotYourTender, ReasonMissing
from procurement.standstill import errors, queries, services
from procurement.tenders.rules import TenderState, state_of

MOMENT = timedelta(microseconds=1)


def served(panel, **facts):
    given = {"served_on": clock.local_date(panel.at), "reference": "C/13/000001", **facts}
    return panel.do(services.record_summons, panel.world.anna, **given)


def test_not_a_moment_before_the_standstill_is_over(panel, points):
    decision = panel.decided(points)
    panel.world.at = decision.standstill_until - MOMENT
    with pytest.raises(errors.StandstillRuns):
        panel.do(services.make_definitive, panel.world.anna)
    assert panel.tender.awarded_at is None
    panel.world.at = decision.standstill_until
    with pytest.raises(NotYourTender):
        panel.do(services.make_definitive, panel.world.eva)
    panel.do(services.make_definitive, panel.world.anna)
    assert panel.tender.awarded_at == panel.at
    assert state_of(panel.tender, panel.at) is TenderState.AWARDED
    assert awards.notice(panel.session, panel.tender.id).definitive_at == panel.at
    told = panel.session.scalars(select(Mail.text).where(Mail.key.like("definitive-%"))).all()
    assert sum("van u" in each for each in told) == 1
    assert len(told) == 3


def test_the_database_has_the_same_minute(panel, points):
    decision = panel.decided(points)
    early = decision.standstill_until - MOMENT
    with pytest.raises(DBAPIError, match="no lot is free"), panel.session.begin_nested():
        panel.session.execute(text("UPDATE award_decision SET definitive_at = :at"), {"at": early})
    with pytest.raises(DBAPIError, match="a lot waits"), panel.session.begin_nested():
        panel.session.execute(
            text("UPDATE lot_award SET definitive_at = :at, definitive_by_id = :by"),
            {"at": early, "by": panel.world.anna.user_id},
        )
    with pytest.raises(DBAPIError, match="awarded_after_standstill"), panel.session.begin_nested():
        panel.session.execute(
            text("UPDATE tender SET awarded_at = :at WHERE id = :id"), {"at": early, "id": panel.tender.id}
        )


def test_without_a_sent_decision_there_is_nothing_to_end(panel, points):
    with pytest.raises(errors.NotSent):
        panel.do(services.make_definitive, panel.world.anna)
    panel.frozen(points)
    panel.prepare()
    with pytest.raises(errors.NotSent):
        panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(errors.NotSent):
        served(panel)


def test_a_summons_blocks_until_the_judgment(panel, points):
    decision = panel.decided(points)
    summons = served(panel)
    panel.world.at = decision.standstill_until
    with pytest.raises(errors.SummonsPending):
        panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(DBAPIError, match="judge"), panel.session.begin_nested():
        panel.session.execute(text("UPDATE award_decision SET definitive_at = standstill_until"))
    facts = {"summons_id": summons.id, "may_award": True}
    with pytest.raises(errors.JudgmentMissing):
        panel.do(services.record_judgment, panel.world.anna, judgment=" ", **facts)
    panel.do(services.record_judgment, panel.world.anna, judgment="De gunning mag", **facts)
    with pytest.raises(errors.JudgedBefore):
        panel.do(services.record_judgment, panel.world.anna, judgment="Toch niet", **facts)
    panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(errors.AlreadyEnded):
        panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(errors.AlreadyEnded):
        served(panel)


def test_a_judgment_against_it_ends_it_for_good(panel, points):
    decision = panel.decided(points)
    summons = served(panel)
    panel.do(
        services.record_judgment, panel.world.anna, summons_id=summons.id, may_award=False, judgment="Onvoldoende gemotiveerd"
    )  # fmt: skip
    panel.world.at = decision.standstill_until
    with pytest.raises(errors.JudgeForbids):
        panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(DBAPIError), panel.session.begin_nested():
        panel.session.execute(text("UPDATE summons SET may_award = true"))
    with pytest.raises(DBAPIError), panel.session.begin_nested():
        panel.session.execute(text("DELETE FROM summons"))


def test_bad_summonses_change_nothing(panel, points):
    decision = panel.decided(points)
    outside = (panel.at - timedelta(days=2)).date(), decision.standstill_until.date() + timedelta(days=2)
    for day in outside:
        with pytest.raises(errors.ServedOutside):
            served(panel, served_on=day)
    with pytest.raises(errors.ReferenceMissing):
        served(panel, reference=" ")
    with pytest.raises(errors.SummonsNotFound):
        panel.do(services.record_judgment, panel.world.anna, summons_id=999_999, may_award=True, judgment="x")
    assert queries.summonses(panel.session, decision.id) == []


def test_withdrawn_with_a_reason_and_decided_again(panel, points):
    first = panel.decided(points)
    with pytest.raises(ReasonMissing):
        panel.do(services.withdraw_decision, panel.world.anna, reason="")
    panel.do(services.withdraw_decision, panel.world.anna, reason="De motivering klopte niet")
    assert (panel.tender.decided_at, panel.tender.standstill_until) == (None, None)
    assert awards.notice(panel.session, panel.tender.id) is None
    told = select(func.count()).select_from(Mail).where(Mail.key.like("withdrawn-%"))
    assert panel.session.scalar(told) == 3
    assert [each.id for each in awards.withdrawn(panel.session, panel.tender.id)] == [first.id]
    with pytest.raises(errors.NotSent):
        panel.do(services.withdraw_decision, panel.world.anna, reason="Nog eens")
    panel.prepare()
    panel.write("Boen", "Stof")
    second = panel.send()
    assert second.id != first.id
    assert panel.tender.decided_at == panel.at


def test_an_unsent_decision_is_put_away_silently(panel, points):
    panel.frozen(points)
    panel.prepare()
    panel.do(services.withdraw_decision, panel.world.anna, reason="Verkeerd begonnen")
    assert awards.find_decision(panel.session, panel.tender.id) is None
    assert panel.session.scalars(select(Mail).where(Mail.key.like("withdrawn-%"))).all() == []


def test_definitive_is_definitive(panel, points):
    panel.awarded(points)
    with pytest.raises(errors.AlreadyEnded):
        panel.do(services.withdraw_decision, panel.world.anna, reason="Spijt")


def longer(panel, days=10, reason="Een inschrijver vraagt om uitleg.", actor=None):
    last = clock.local_date(
        panel.session.get_one(type(panel.tender), panel.tender.id).standstill_until
    ) + timedelta(days=days)
    return panel.do(services.extend, actor or panel.world.anna, last_day=last, reason=reason)


def test_the_buyer_may_wait_longer_and_everyone_hears_it_at_once(panel, points):
    decision = panel.decided(points)
    before = decision.standstill_until
    made = longer(panel)
    panel.session.refresh(decision)
    panel.session.refresh(panel.tender)
    assert before < made.until == decision.standstill_until == panel.tender.standstill_until
    assert clock.local_date(made.until - MOMENT) == clock.local_date(before) + timedelta(days=10)
    told = panel.session.scalars(select(Mail.text).where(Mail.key.like("longer-%"))).all()
    assert len(told) == 3
    assert all("Een inschrijver vraagt om uitleg." in each for each in told)
    panel.world.at = before
    with pytest.raises(errors.StandstillRuns):
        panel.do(services.make_definitive, panel.world.anna)
    panel.world.at = made.until
    panel.do(services.make_definitive, panel.world.anna)
    with pytest.raises(errors.AlreadyEnded):
        longer(panel)


def test_never_shorter_never_without_a_reason_never_afterwards(panel, points):
    decision = panel.decided(points)
    with pytest.raises(errors.NotLater):
        longer(panel, days=-1)
    with pytest.raises(errors.ExtensionReasonMissing):
        longer(panel, reason="zomaar")
    with pytest.raises(NotYourTender):
        longer(panel, actor=panel.world.eva)
    panel.world.at = decision.standstill_until
    with pytest.raises(errors.StandstillOver):
        longer(panel)
    for act in (
        "UPDATE award_decision SET standstill_until = standstill_until + interval '1 day'",
        "UPDATE award_decision SET standstill_until = standstill_until - interval '1 second'",
    ):
        with pytest.raises(DBAPIError, match="only with a reason"), panel.session.begin_nested():
            panel.session.execute(text(act))
