"""The demo's stopped lot: one that nobody may bid on any more, while two others go on; and a lot that waits longer."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from procurement.standstill import services as standstill
from procurement.standstill.rules import last_day
from procurement.stops import services
from procurement.tenders.demo import Plot
from procurement.tenders.models import Tender

REASON = "De bewoners van Geuzenveld nemen deze bloembakken zelf over. Dat is mooi nieuws."
LONGER = "Een inschrijver op dit perceel vroeg om uitleg. Wij geven die eerst."


def story(agenda: Agenda) -> None:
    """In the last days of the year."""
    agenda.at(agenda.day(2, 10), partial(_stop, agenda))
    agenda.at(agenda.day(2, 11), partial(_longer, agenda))


def _divided(agenda: Agenda, session: Session, stage: str) -> tuple[Plot, Tender] | None:
    """The municipality's first tender in three lots that plays so."""
    for number, facts in enumerate(agenda.facts["tenders"]):
        if facts["anchor"] == "gemeente" and facts["stage"] == stage and len(facts.get("lots", ())) > 2:
            plot = Plot(agenda, facts, number)
            return plot, plot.tender(session)
    return None


def _stop(agenda: Agenda, session: Session, at: datetime) -> None:
    if found := _divided(agenda, session, "open"):
        plot, tender = found
        services.stop_lot(
            session,
            tender=tender,
            lot=3,
            reason=REASON,
            actor=plot.actor(session, "gemeente/purchaser1"),
            at=at,
        )


def _longer(agenda: Agenda, session: Session, at: datetime) -> None:
    found = _divided(agenda, session, "standstill")
    if found is None:
        return
    plot, tender = found
    if tender.standstill_until is not None and at < tender.standstill_until:
        standstill.extend(
            session, tender=tender, lots=(3,), last_day=last_day(tender.standstill_until) + timedelta(days=4),
            reason=LONGER, actor=plot.actor(session, "gemeente/purchaser1"), at=at,
        )  # fmt: skip
