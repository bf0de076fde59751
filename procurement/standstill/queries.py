"""Reading what a definitive award waits for: standstills, extensions, summonses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, any_, exists, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.awards.queries import LACKS_PROOF, STANDS, UNTIL, is_for
from procurement.lots.queries import STOPPED, stops
from procurement.opening.models import OpenedBid
from procurement.proofs.queries import lots_lacking
from procurement.standstill.errors import SummonsNotFound
from procurement.standstill.models import StandstillExtension, Summons
from procurement.standstill.rules import Wait, concerns
from procurement.tenders.models import Lot, Tender
from procurement.tenders.queries import WHOLE_TITLE


def summonses(session: Session, decision_id: int) -> Sequence[Summons]:
    """Summonses against a decision, oldest first."""
    return session.scalars(
        select(Summons).where(Summons.decision_id == decision_id).order_by(Summons.id)
    ).all()


def waits(session: Session, decision: AwardDecision) -> list[Wait]:
    """What each lot of a sent decision waits for that is not definitive, stopped or taken back, by their order."""
    stopped, found = stops(session, decision.tender_id), summonses(session, decision.id)
    lacking = lots_lacking(session, decision.id)
    return [
        Wait(
            each.lot_id, until, [one.may_award for one in found if concerns(one.lot_ids, each.lot_id)],
            each.winner_bid_id is not None,
            each.lot_id in lacking,
        )
        for each in decision.lots
        if each.definitive_at is None
        and each.withdrawn_at is None
        and each.lot_id not in stopped
        and (until := each.until(decision)) is not None
    ]  # fmt: skip


def waiting_lots(session: Session, decision: AwardDecision) -> list[Lot]:
    """The lots of a decision that still wait, by number."""
    waiting = {each.lot_id for each in waits(session, decision)}
    return [each.lot for each in decision.lots if each.lot_id in waiting]


@dataclass(frozen=True, slots=True)
class LotState:
    """Where a lot of a sent decision stands: `until` the first free instant, `summons` about it, pending or lost."""

    lot: Lot
    until: datetime | None
    definitive_at: datetime | None
    is_before_judge: bool
    is_forbidden: bool
    is_taken_back: bool
    lacks_proof: bool


def lot_states(session: Session, decision: AwardDecision) -> dict[int, LotState]:
    """Where each lot of a decision stands, by key."""
    found, lacking = summonses(session, decision.id), lots_lacking(session, decision.id)
    made = {}
    for award in decision.lots:
        verdicts = [each.may_award for each in found if concerns(each.lot_ids, award.lot_id)]
        made[award.lot_id] = LotState(
            award.lot,
            award.until(decision),
            award.definitive_at,
            None in verdicts,
            False in verdicts,
            award.withdrawn_at is not None,
            award.lot_id in lacking,
        )
    return made


def letter_waits(session: Session, letter: AwardLetter) -> tuple[list[StandstillExtension], list[Summons]]:
    """What makes the bidder of a letter wait longer: extensions and summonses about its lot, oldest first."""
    lot = letter.bid.lot_id
    return (
        [each for each in extensions(session, letter.decision_id) if concerns(each.lot_ids, lot)],
        [each for each in summonses(session, letter.decision_id) if concerns(each.lot_ids, lot)],
    )


def summons(session: Session, tender_id: int, summons_id: int) -> Summons:
    """A summons against a decision of this tender, locked.

    Raises:
        SummonsNotFound: none, or of another tender.
    """
    found = session.scalars(
        select(Summons)
        .join(AwardDecision, AwardDecision.id == Summons.decision_id)
        .where(Summons.id == summons_id, AwardDecision.tender_id == tender_id)
        .with_for_update(of=Summons)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise SummonsNotFound
    return found


def extensions(session: Session, decision_id: int) -> Sequence[StandstillExtension]:
    """How often and why a standstill was made longer, oldest first."""
    return session.scalars(
        select(StandstillExtension)
        .where(StandstillExtension.decision_id == decision_id)
        .order_by(StandstillExtension.id)
    ).all()


def _about(table: type[StandstillExtension] | type[Summons]) -> ColumnElement[bool]:
    """Whether a row is about the lot of the statement around it."""
    return (table.decision_id == LotAward.decision_id) & or_(
        table.lot_ids == array([], type_=BigInteger), LotAward.lot_id == any_(table.lot_ids)
    )


_LONGER = exists().where(_about(StandstillExtension)).correlate(LotAward)
_BEFORE_JUDGE = exists().where(_about(Summons), Summons.may_award.is_not(True)).correlate(LotAward)

tasks = Tasks(
    Waiting(
        N_("De wachttijd duurt langer: %(number)s, %(title)s"), "standstill.waiting",
        frozenset({Role.BOARD, Role.MEMBER}),
        rows(number=Tender.number, title=WHOLE_TITLE, key=AwardLetter.public_id, due_at=UNTIL)
        .join(AwardDecision, AwardDecision.tender_id == Tender.id)
        .join(AwardLetter, AwardLetter.decision_id == AwardDecision.id)
        .join(OpenedBid, OpenedBid.id == AwardLetter.opened_bid_id)
        .join(Lot, Lot.id == OpenedBid.lot_id)
        .join(LotAward, (LotAward.decision_id == AwardDecision.id) & (LotAward.lot_id == Lot.id))
        .where(
            is_for(ORGANISATION), STANDS, UNTIL > AT,
            _LONGER, Lot.id.not_in(STOPPED),
        )
        .order_by(UNTIL),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Maak de gunning van de andere percelen definitief: %(number)s, %(title)s"), "standstill.definitive",
        frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .join(AwardDecision, AwardDecision.tender_id == Tender.id)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.completed_at.is_(None), AwardDecision.definitive_at.is_not(None),
            exists()
            .where(
                LotAward.decision_id == AwardDecision.id, LotAward.definitive_at.is_(None),
                LotAward.withdrawn_at.is_(None), UNTIL <= AT, ~_BEFORE_JUDGE, ~LACKS_PROOF,
                LotAward.lot_id.not_in(STOPPED),
            )
            .correlate(AwardDecision),
        )
        .order_by(AwardDecision.definitive_at),
        {"number": "number"},
    ),
)  # fmt: skip
"""A longer standstill for who bid; for the buyer, lots that became free after the first ones."""
