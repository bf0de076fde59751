"""The demo's refusal: a winner that showed nothing in three weeks; a new decision is to follow."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.awards.queries import tender as whole
from procurement.proofs.queries import of_tender
from procurement.refusals import services
from procurement.tenders.demo import Plot

REASON = "Na drie weken en twee herinneringen kwam geen enkel stuk (voorbeeld)."


def refuse(plot: Plot, session: Session, at: datetime) -> None:
    """Refuse it, the day after its term."""
    tender = whole(session, plot.tender(session).number)
    [request] = of_tender(session, tender.id)
    services.refuse_winner(
        session, request=request, tender=tender, reason=REASON,
        actor=plot.actor(session, f"{plot.facts['anchor']}/purchaser1"), at=at,
    )  # fmt: skip
