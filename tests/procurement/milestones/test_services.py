from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.home.rules import Haste, haste
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.kernel.words import TextTooShort
from procurement.chronicle.rules import Tag
from procurement.milestones import errors, queries, services
from procurement.milestones.models import MilestoneVerdict
from procurement.milestones.rules import Outcome, Stage
from procurement.publication.models import Release

PDF = b"%PDF-1.7 bewijs"
SAID = "Acht mensen werkten samen 210 uur."


def report(signed, actor=None, **facts):
    given = {"position": 1, "reached": Decimal(210), "text": SAID, **facts}
    return signed.act(services.report, actor or signed.glans, **given)


def verify(signed, actor=None, **facts):
    waiting = queries.milestone(signed.session, signed.contract.id, facts.get("position", 1)).waiting
    given = {
        "position": 1,
        "seen": waiting.id if waiting else None,
        "outcome": Outcome.MET,
        "reason": "",
        **facts,
    }
    return signed.act(services.verify, actor or signed.bram, **given)


def stage(signed, position=1):
    return queries.milestone(signed.session, signed.contract.id, position).stage(local_date(signed.at))


def test_promises_become_milestones_at_the_second_signature_in_order_of_their_day(signed):
    found = queries.of_contract(signed.session, signed.contract.id)
    assert [(each.what, each.amount, each.unit, each.due_on, each.criterion) for each in found] == [
        ("Social return", Decimal(200), "uren", date(2027, 3, 31), "Werk voor de buurt"),
        ("Banen voor de buurt", Decimal("2.5"), "banen", date(2027, 6, 30), "Werk voor de buurt"),
    ]


def test_reported_verified_and_told_to_everyone(signed):
    report(signed, file=PDF, file_name="x" * 300 + ".pdf")
    assert stage(signed) is Stage.REPORTED
    assert signed.session.scalar(select(Release.id).where(Release.key.like("milestone-%"))) is None
    verify(signed)
    assert stage(signed) is Stage.MET
    told = signed.session.scalars(select(Release).where(Release.key.like("milestone-%"))).one()
    assert told.tag == Tag.IMPLEMENTATION
    assert '"status":"met"' in told.content
    assert SAID not in told.content
    with pytest.raises(errors.AlreadyMet):
        report(signed)


def test_partly_met_says_why_and_may_be_reported_again(signed):
    report(signed, reached=Decimal(90))
    with pytest.raises(TextTooShort):
        verify(signed, outcome=Outcome.PARTIALLY_MET)
    verify(signed, outcome=Outcome.PARTIALLY_MET, reason="Negentig van de tweehonderd uur.")
    assert stage(signed) is Stage.PARTIALLY_MET
    report(signed)
    verify(signed)
    assert stage(signed) is Stage.MET


def test_what_is_late_without_a_report_can_only_be_not_met(signed):
    signed.on(date(2027, 3, 31))
    with pytest.raises(errors.NothingReported):
        verify(signed, outcome=Outcome.NOT_MET, reason="Er is niets gemeld.")
    signed.on(date(2027, 4, 1))
    assert stage(signed) is Stage.OVERDUE
    with pytest.raises(errors.OutcomeNeedsReport):
        verify(signed)
    verify(signed, outcome=Outcome.NOT_MET, reason="Er is niets gemeld.")
    assert stage(signed) is Stage.NOT_MET


def test_who_reports_never_verifies(signed):
    with atomic(signed.session):
        both = signed.world.person("Beide", signed.world.buyer, Role.PURCHASER)
    for stranger in (signed.anna, signed.panel.suppliers["Boen"], signed.world.eva):
        with pytest.raises(errors.NotYours):
            report(signed, stranger)
    report(signed)
    for stranger in (signed.glans, signed.panel.carla):
        with pytest.raises(errors.NotYours):
            verify(signed, stranger)
    with atomic(signed.session) as session:
        session.execute(text("ALTER TABLE milestone_report DISABLE TRIGGER keep_milestone_report"))
        session.execute(text("UPDATE milestone_report SET reported_by_id = :who"), {"who": both.user_id})
    with pytest.raises(errors.OwnReport):
        verify(signed, both)


def test_one_report_at_a_time_and_what_was_read_is_what_is_judged(signed):
    report(signed)
    with pytest.raises(errors.ReportWaits):
        report(signed)
    with pytest.raises(errors.OtherReport):
        verify(signed, seen=None)
    with pytest.raises(errors.OtherReport):
        verify(signed, seen=-1)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"text": "ok"}, TextTooShort), ({"file": b"<script>", "file_name": "a.pdf"}, errors.FileUnfit),
        ({"position": 9}, errors.MilestoneNotFound),
    ],
)  # fmt: skip
def test_bad_reports_keep_nothing(signed, facts, fault):
    with pytest.raises(fault):
        report(signed, **facts)
    assert queries.milestone(signed.session, signed.contract.id, 1).reports == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE milestone SET amount = 1", "DELETE FROM milestone_verdict", "UPDATE milestone_report SET reached = 999",
        "UPDATE milestone_verdict SET outcome = 'met'",
        ("INSERT INTO milestone_verdict (milestone_id, report_id, outcome, reason, verified_by_id, verified_at) "
        "SELECT milestone_id, id, 'met', '', reported_by_id, now() FROM milestone_report"),
    ],
)  # fmt: skip
def test_the_database_keeps_what_happened(signed, statement):
    report(signed)
    if "INSERT" not in statement:
        verify(signed, outcome=Outcome.PARTIALLY_MET, reason="Negentig van de tweehonderd uur.")
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW024"


def test_late_promises_wait_for_both(signed):
    def waits(actor):
        return [each.text for each in queries.tasks(signed.session, actor, signed.at)]

    assert waits(signed.glans) == waits(signed.anna) == []
    signed.on(date(2027, 3, 20))
    assert [text[:4] for text in waits(signed.glans)] == ["Meld"]
    signed.on(date(2027, 4, 1))
    [late] = queries.tasks(signed.session, signed.glans, signed.at)
    assert (late.text[:4], haste(late.due_at, signed.at)) == ("Meld", Haste.LATE)
    assert [text[:7] for text in waits(signed.anna)] == ["Te laat"]
    assert waits(signed.panel.suppliers["Boen"]) == []
    report(signed)
    assert waits(signed.glans) == []
    assert [text[:9] for text in waits(signed.anna)] == ["Controlee"]
    verify(signed)
    assert waits(signed.anna) == []
    with atomic(signed.session) as session:
        assert session.scalars(select(MilestoneVerdict.outcome)).all() == [Outcome.MET]
