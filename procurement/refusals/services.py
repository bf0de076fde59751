"""Refusing a winner whose proof is not there: one act, so that nothing stands half."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.identity.queries import people_of
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.awards import queries as awards
from procurement.awards.models import AwardDecision, LotAward
from procurement.awards.services import permit
from procurement.evaluation.models import Disqualification
from procurement.opening.models import OpenedBid
from procurement.proofs import services as proofs
from procurement.proofs.models import ProofRequest
from procurement.proofs.rules import Choice
from procurement.refusals.errors import AwardStays
from procurement.standstill.services import take_back_lots, withdraw_decision
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act

FOR_ALL = "De beoogde winnaar liet niet al het gevraagde bewijs zien. Er komt een nieuw besluit."
"""What every bidder reads: not which paper, since that is about one of them alone."""


def award_of(session: Session, bid: OpenedBid) -> tuple[AwardDecision, LotAward] | None:
    """The award that stands in which a bid wins, with its decision."""
    for decision in awards.decisions(session, bid.tender_id):
        for award in decision.lots:
            wins = award.winner_bid_id == bid.id or bid.label in award.also_won
            if award.lot_id == bid.lot_id and wins and award.withdrawn_at is None:
                return decision, award
    return None


def refuse_winner(
    session: Session, *, request: ProofRequest, tender: Tender, reason: str, actor: Actor, at: datetime
) -> Disqualification:
    """Refuse who was meant to win and did not show its proof: its award is taken back and its bid goes out.

    The ranking stays as it was frozen: the next one in it may win, in a new decision with its own letters and its own
    standstill. While no lot is definitive the whole decision is taken back, afterwards this lot alone.

    Raises:
        NotYourTender; AwardStays: it is definitive, or was taken back before.
        NothingOpen, TermRuns, SeeFirst, ReasonTooShort: as `proofs.rule`.
        DecisionWaits: another decision is being written.
    """
    permit(actor, tender)
    found = award_of(session, request.bid)
    if found is None or found[1].definitive_at is not None:
        raise AwardStays
    decision, award = found
    lot, bid = award.lot, request.bid
    proofs.rule(session, request=request, choice=Choice.REFUSED, reason=reason, actor=actor, at=at)
    if decision.definitive_at is None:
        withdraw_decision(session, tender=tender, reason=FOR_ALL, actor=actor, at=at)
    else:
        take_back_lots(session, tender=tender, lots=[lot.number], reason=FOR_ALL, actor=actor, at=at)
    made = Disqualification(
        opened_bid_id=bid.id, reason=reason.strip(), decided_by_id=actor.user_id, decided_at=at
    )
    session.add(made)
    session.flush()
    note_act(session, "award.winner_refused", tender, actor, at, label=bid.label, lot=lot.number)
    mail_each(
        session,
        people_of(session, sorted({request.organisation_id, bid.organisation_id}), Role.BOARD, Role.MEMBER),
        subject=N_("%(number)s: u wint niet meer"),
        text=N_(
            "Wij kregen niet al uw bewijs voor “%(title)s”. Daarom gunnen wij niet aan u. De reden:\n\n%(reason)s"
            "\n\nU krijgt nog een brief met het nieuwe besluit. Daartegen kunt u opkomen."
        ),
        facts={"number": tender.number, "title": tender.title, "reason": reason.strip()},
        link=f"/proofs/{request.public_id}", at=at, key=f"refused-{made.id}",
    )  # fmt: skip
    return made
