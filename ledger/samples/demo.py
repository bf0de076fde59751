"""The demo's published figures: one with a new version, one with a sample and a story, one that waits for its sign."""

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.publication import queries as publications
from ledger.publication.services import comment_on_figure, prepare_figure, sign_figure, tell_story
from ledger.samples.queries import sample
from ledger.samples.services import draw_sample, plan_sample, write_finding
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts

TOLD = (
    "Sinds mei werk ik twintig uur in de week bij de coöperatie om de hoek. Ik hoef er de wijk niet voor uit, en mijn "
    "buurvrouw deed dezelfde cursus. Het verzonnen verhaal van een verzonnen bewoner (voorbeeld)."
)
LATE = "De school leverde een factuur te laat aan (voorbeeld)"
FINDINGS = {3: "wrong_amount", 8: "wrong_place", 14: "no_paper"}
"""Which drawn lines of the example are not right; all others are."""


def story(agenda: Agenda) -> None:
    """The programme publishes two quarters, one of them anew, and prepares the third."""
    waits = Period.quarter_of(local_date(agenda.ends_at)).previous_quarter()
    sampled = waits.previous_quarter()
    again = sampled.previous_quarter()
    for quarter, days, act in (
        (again, 38, _publish), (again, 44, _late), (again, 45, partial(_publish, reason=LATE)),
        (sampled, 40, _publish), (sampled, 46, _plan), (sampled, 47, _draw), (sampled, 48, _story),
    ):  # fmt: skip
        agenda.at(_moment(quarter.end + timedelta(days=days)), partial(act, agenda, quarter))
    agenda.at(agenda.ends_at - timedelta(minutes=2), partial(_prepare, agenda, waits))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(11), LOCAL)


def _prepare(agenda: Agenda, quarter: Period, session: Session, at: datetime, reason: str = "") -> None:
    prepared = prepare_figure(
        session, period=quarter, reason=reason, area=area_pack(), actor_id=agenda.cast["programma/programme"], at=at
    )  # fmt: skip
    comment_on_figure(
        session, prepared=prepared, anchor_id=agenda.cast["gemeente"], actor_id=agenda.cast["gemeente/purchaser1"],
        said="Dit komt overeen met onze boeken. Van kleine leveranciers missen wij nog bewijs (voorbeeld).", at=at,
    )  # fmt: skip


def _publish(agenda: Agenda, quarter: Period, session: Session, at: datetime, reason: str = "") -> None:
    _prepare(agenda, quarter, session, at, reason)
    prepared = next(each for each in publications.waiting(session) if each.period == str(quarter))
    sign_figure(
        session, prepared=prepared, area=area_pack(), actor_id=agenda.cast["programma/programme2"], at=at,
        reason="De kopers lieten weten dat zij niets meer te zeggen hebben (voorbeeld).",
        cannot_wait="De school wil dat het cijfer van dit kwartaal klopt (voorbeeld).",
    )  # fmt: skip


def _late(agenda: Agenda, quarter: Period, session: Session, at: datetime) -> None:
    line = LineFacts(
        supplier=SupplierFacts(name="Verhuisbedrijf Te Laat (voorbeeld)"), document_number="TE-LAAT-1",
        invoice_on=quarter.end - timedelta(days=1), amount=Money(4_830_000),
        description="Verhuizing volgens het voorbeeld",
    )  # fmt: skip
    record_spend(
        session, anchor=session.get_one(Organisation, agenda.cast["school"]), lines=[line],
        actor_id=agenda.cast["school/purchaser1"], at=at,
    )  # fmt: skip


def _plan(agenda: Agenda, quarter: Period, session: Session, at: datetime) -> None:
    made = plan_sample(
        session, publication=publications.publication(session, str(quarter), 1), method="money", size=20,
        seed="3 6 1 1 4 2 5 3 6 2", actor_id=agenda.cast["controle/auditor"], at=at,
    )  # fmt: skip
    agenda.cast["sample"] = made.public_id


def _draw(agenda: Agenda, _quarter: Period, session: Session, at: datetime) -> None:
    auditor = agenda.cast["controle/auditor"]
    drawn = draw_sample(session, sample=sample(session, agenda.cast["sample"]), actor_id=auditor, at=at)
    for item in sample(session, drawn.public_id).items:
        finding = FINDINGS.get(item.position, "right")
        right = Money(item.line.net_amount - 1_000) if finding == "wrong_amount" else None
        write_finding(
            session, item=item, finding=finding, right_amount=right, note="", actor_id=auditor, at=at
        )  # fmt: skip


def _story(agenda: Agenda, quarter: Period, session: Session, at: datetime) -> None:
    tell_story(
        session, publication=publications.publication(session, str(quarter), 1), person="Bea Bewoner Voorbeeld",
        told=TOLD, agreed=True, consented_on=local_date(at), actor_id=agenda.cast["programma/programme"], at=at,
    )  # fmt: skip
