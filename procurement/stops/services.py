"""Stopping one lot: the reason stays, who took part hears it, the others go on."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.identity.queries import people_with
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.awards import queries as awards
from procurement.awards.errors import ReasonMissing
from procurement.awards.services import permit, title_of
from procurement.contracts import queries as contracts
from procurement.contracts.services import complete_when_signed
from procurement.lots.errors import LotNotFound
from procurement.lots.models import LotStop
from procurement.lots.queries import stops
from procurement.opening import queries as openings
from procurement.stops import rules
from procurement.stops.events import LotStopped
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.services import note_act, tell_followers

_SUBJECT = N_("%(number)s: een perceel is gestopt")
_TEXT = N_("Wij stoppen met “%(title)s”. De andere percelen gaan door. De reden:\n\n%(reason)s")


def stop_lot(
    session: Session, *, tender: Tender, lot: int, reason: str, actor: Actor, at: datetime
) -> LotStop:
    """Stop one lot (by its number), before or after the opening; never undone.

    Bids on it that were not opened stay sealed for good. Before the opening all who follow the tender hear it, so
    that nobody learns who bid; afterwards the bidders on this lot.

    Raises:
        NotYourTender, ReasonMissing, LotNotFound; and what `rules.check_stop` raises.
    """
    permit(actor, tender)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    tender = tenders.locked_tender(session, tender.id)
    found = next((each for each in tender.lots if each.number == lot), None)
    if found is None:
        raise LotNotFound
    rules.check_stop(found.id, standing(session, tender, found))
    made = LotStop(
        lot_id=found.id,
        tender_id=tender.id,
        reason=reason.strip(),
        stopped_by_id=actor.user_id,
        stopped_at=at,
    )
    session.add(made)
    session.flush()
    session.expire(found, ["stop_reason"])
    _tell(session, tender, found, made, at)
    note_act(session, "tender.lot_stopped", tender, actor, at, lot=found.number)
    emit(session, LotStopped(tender.id, found.id))
    if tender.awarded_at is not None:
        complete_when_signed(session, tender.id, at)
    return made


def standing(session: Session, tender: Tender, lot: Lot) -> rules.Standing:
    """What decides whether a lot may stop now."""
    stopped = stops(session, tender.id)
    running = [each.id for each in tender.lots if each.id not in stopped]
    found = awards.decisions(session, tender.id)
    return rules.Standing(
        is_running=tender.published_at is not None
        and not (tender.cancelled_at or tender.unsuccessful_at or tender.completed_at),
        running=running,
        has_contract=contracts.find_of_lot(session, lot.id) is not None,
        has_draft_decision=any(each.sent_at is None for each in found),
        is_sent=any(each.sent_at is not None for each in found),
        won=[each.lot_id for one in found for each in one.lots if each.winner_bid_id and not each.withdrawn_at],
    )  # fmt: skip


def _tell(session: Session, tender: Tender, lot: Lot, stop: LotStop, at: datetime) -> None:
    facts: dict[str, object] = {"title": title_of(tender, lot), "reason": stop.reason}
    key = f"lot-stopped-{lot.id}"
    if tender.opened_at is None:
        tell_followers(session, tender=tender, subject=_SUBJECT, text=_TEXT, facts=facts, key=key, at=at)
        return
    opened = openings.opened(session, tender.id, members=True)
    bidders = {party_id for each in opened if each.lot_id == lot.id for party_id in each.party_ids}
    for organisation_id in sorted(bidders):
        mail_each(
            session, people_with(session, organisation_id, Role.BOARD, Role.MEMBER), subject=_SUBJECT, text=_TEXT,
            facts={"number": tender.number, **facts}, link=f"/tenders/{tender.number}", at=at, key=key,
        )  # fmt: skip
