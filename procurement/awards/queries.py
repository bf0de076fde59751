"""Reading decisions and letters. A bidder finds its own letter only; the public a short notice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, exists, func, literal_column, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from procurement.awards.errors import AwardNotFound
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.awards.rules import Result, last_day
from procurement.consortia import queries as consortia
from procurement.consortia.rules import JOINT, party_name
from procurement.evaluation import queries as evaluations
from procurement.lots.queries import STOPPED
from procurement.lots.rules import reached
from procurement.lowbids import queries as lowbids
from procurement.opening.models import OpenedBid
from procurement.repairs import queries as repairs
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender

_THEIRS, _SHARED = aliased(OpenedBid), aliased(OpenedBid)


def tender(session: Session, number: str) -> Tender:
    """A published tender, whole.

    Raises:
        AwardNotFound: none, or a draft.
    """
    found = tenders.find_tender(session, number)
    if found is None or found.published_at is None:
        raise AwardNotFound
    return found


def reasons_out(session: Session, tender_id: int) -> dict[int, str]:
    """Why bids were taken out before the freeze, by opened bid; with the reasons that the panel did not read."""
    more = lowbids.rejections(session, tender_id) | repairs.refusals(session, tender_id)
    return {
        key: f"{out.reason} {more[key]}" if key in more else out.reason
        for key, out in evaluations.disqualified(session, tender_id).items()
    }


def find_decision(session: Session, tender_id: int) -> AwardDecision | None:
    """The latest decision of a tender that stands, as `decisions`."""
    return next(iter(decisions(session, tender_id)), None)


def decisions(session: Session, tender_id: int, *, also_withdrawn: bool = False) -> Sequence[AwardDecision]:
    """The decisions of a tender that stand, with lots and winners, their letters, bids and bidders; latest first.

    There is more than one where a lot's award was taken back while another lot was definitive. `also_withdrawn`: all.
    """
    found = session.scalars(
        select(AwardDecision)
        .where(
            AwardDecision.tender_id == tender_id,
            true() if also_withdrawn else AwardDecision.withdrawn_at.is_(None),
        )
        .options(
            joinedload(AwardDecision.tender),
            selectinload(AwardDecision.lots).joinedload(LotAward.winner),
            selectinload(AwardDecision.letters).joinedload(AwardLetter.bid).selectinload(OpenedBid.members),
            selectinload(AwardDecision.letters).joinedload(AwardLetter.organisation),
        )
        .order_by(AwardDecision.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    for each in found:
        _place(session, each)
    return found


STANDS = LotAward.withdrawn_at.is_(None) & AwardDecision.withdrawn_at.is_(None)
"""An award that was not taken back, alone or with its decision; joined with its decision."""

_DECIDED = select(LotAward.lot_id).join(LotAward.decision).where(STANDS)

LACKS_PROOF = literal_column("award_lacks_proof(lot_award)", Boolean)
"""A winner of a lot was asked for proof that is neither good nor given up (function of migration 0044)."""

OPEN_LOT = (
    exists()
    .where(Lot.tender_id == Tender.id, Lot.id.not_in(STOPPED), Lot.id.not_in(_DECIDED))
    .correlate(Tender)
)
"""A tender has a lot that runs and has no award that stands: a decision about it is to be made."""


def settled(session: Session, tender_id: int) -> Mapping[int, str | None]:
    """What stands about each lot that was decided about: the label of the winner, None without one."""
    rows = session.execute(
        select(LotAward.lot_id, OpenedBid.label)
        .join(LotAward.decision)
        .outerjoin(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .where(AwardDecision.tender_id == tender_id, STANDS)
    )
    return {row.lot_id: row.label for row in rows}


def reopened(session: Session, tender_id: int) -> Sequence[Lot]:
    """The running lots of a tender without an award that stands."""
    return session.scalars(
        select(Lot)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(Tender.id == tender_id, Lot.id.not_in(STOPPED), Lot.id.not_in(_DECIDED))
        .order_by(Lot.number)
    ).all()


def over_limit(session: Session, tender: Tender, found: Sequence[AwardDecision]) -> Mapping[str, str]:
    """By the label of each bid that was passed over: who of its bidders has as many lots as one may win, by name."""
    bids = {each.opened_bid_id: each.bid for one in found for each in one.letters}
    awards = [each for one in found for each in one.lots if not (each.withdrawn_at or each.lot.stop_reason)]
    labels = {label for each in awards for label in each.passed_over}
    won = [bids[each.winner_bid_id].party_ids for each in awards if each.winner_bid_id in bids]
    over = {
        bid.label: reached(bid.party_ids, won, tender.most_lots_won)
        for bid in bids.values()
        if bid.label in labels
    }
    if not over:
        return {}
    wanted = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(set().union(*over.values()))
    )
    names = {row.id: row.name for row in session.execute(wanted)}
    return {label: ", ".join(sorted(names[each] for each in those)) for label, those in over.items()}


def _place(session: Session, decision: AwardDecision) -> None:
    """Put every bid in its lot; asked apart, because asking anew with the decision would forget the criteria."""
    lots = {each.id: each for each in session.scalars(select(Lot).where(Lot.tender_id == decision.tender_id))}
    for award in decision.lots:
        set_committed_value(award, "lot", lots[award.lot_id])
    for bid in [each.bid for each in decision.letters]:
        set_committed_value(bid, "lot", lots[bid.lot_id])
    for won in [each.winner for each in decision.lots if each.winner is not None]:
        set_committed_value(won, "lot", lots[won.lot_id])


def withdrawn(session: Session, tender_id: int) -> Sequence[AwardDecision]:
    """Decisions of a tender that were withdrawn, oldest first."""
    return session.scalars(
        select(AwardDecision)
        .where(AwardDecision.tender_id == tender_id, AwardDecision.withdrawn_at.is_not(None))
        .order_by(AwardDecision.id)
    ).all()


def letter(session: Session, public_id: UUID) -> AwardLetter:
    """A letter with decision, tender, buyer and bidder.

    Raises:
        AwardNotFound: none.
    """
    found = session.scalars(
        select(AwardLetter)
        .where(AwardLetter.public_id == public_id)
        .options(
            joinedload(AwardLetter.decision).joinedload(AwardDecision.tender).joinedload(Tender.buyer),
            joinedload(AwardLetter.bid).joinedload(OpenedBid.lot),
            joinedload(AwardLetter.bid).selectinload(OpenedBid.members),
            joinedload(AwardLetter.organisation),
        )
    ).one_or_none()
    if found is None:
        raise AwardNotFound
    return found


def award_of(session: Session, letter: AwardLetter) -> LotAward:
    """What was decided about the lot that a letter is about, as it stands now."""
    return session.scalars(
        select(LotAward).where(
            LotAward.decision_id == letter.decision_id, LotAward.lot_id == letter.bid.lot_id
        )
    ).one()


def letters(actor: Actor, *, text: str = "", result: Result | None = None) -> Select[AwardLetter]:
    """Letters this actor may read, latest first: those to its organisation, of its own tenders, or all (auditor)."""
    statement = (
        select(AwardLetter)
        .join(AwardLetter.decision)
        .join(AwardDecision.tender)
        .join(Tender.buyer)
        .options(
            contains_eager(AwardLetter.decision)
            .contains_eager(AwardDecision.tender)
            .contains_eager(Tender.buyer),
            joinedload(AwardLetter.organisation),
            joinedload(AwardLetter.bid).joinedload(OpenedBid.lot),
        )
        .where(AwardDecision.sent_at.is_not(None))
        .order_by(AwardDecision.sent_at.desc(), AwardLetter.id.desc())
    )
    if not actor.has(Role.AUDITOR):
        mine = [is_for(actor.organisation_id)]
        if not actor.has(Role.MEMBER, Role.BOARD):
            mine = []
        if actor.has(Role.PURCHASER, Role.ASSESSOR):
            mine.append(Tender.buyer_id == actor.organisation_id)
        statement = statement.where(or_(AwardLetter.id.is_(None), *mine))
    if result is not None:
        statement = statement.where(AwardLetter.result == result)
    if text.strip():
        like = search_key(text)
        statement = statement.where(
            or_(Tender.search_text.contains(like, autoescape=True), Tender.number == text.strip().upper())
        )
    return statement


def is_for(organisation_id: Any) -> ColumnElement[bool]:
    """Whether a letter is for an organisation: the bidder, or one that signed along with it."""
    along = exists().where(
        _SHARED.id == AwardLetter.opened_bid_id,
        consortia.in_version(_SHARED.bid_id, _SHARED.version, organisation_id),
    )
    return or_(AwardLetter.organisation_id == organisation_id, along)


UNTIL = func.greatest(AwardDecision.standstill_until, LotAward.standstill_until)
"""The first free instant of a lot of a sent decision."""


def ended(
    actor: Actor, *, text: str = "", result: Result | None = None
) -> Select[AwardLetter, datetime, datetime]:
    """The same letters, each with the first free instant of its lot and when its award was taken back."""
    return (
        letters(actor, text=text, result=result)
        .join(OpenedBid, OpenedBid.id == AwardLetter.opened_bid_id)
        .join(LotAward, (LotAward.decision_id == AwardDecision.id) & (LotAward.lot_id == OpenedBid.lot_id))
        .add_columns(UNTIL, func.coalesce(LotAward.withdrawn_at, AwardDecision.withdrawn_at))
    )


@dataclass(frozen=True, slots=True)
class LotNotice:
    """What everyone may know of the award of a lot: amount in euro cents without VAT, and how many bids there were.

    `winner` and `amount_minor` None: the lot failed, for this reason. `others`: the further parties of a framework
    with their prices, best first. `stop_reason`: it was stopped after the letters. `withdraw_reason`: its award was
    taken back and a new decision follows. `sent_at`, `until`: when its letters went out, and its first free instant.
    """

    number: int
    title: str
    sent_at: datetime
    until: datetime
    bids: int
    winner: str | None
    amount_minor: int | None
    reason: str
    others: Sequence[tuple[str, int]] = ()
    definitive_at: datetime | None = None
    stop_reason: str | None = None
    withdraw_reason: str = ""

    @property
    def last_day(self) -> date:
        """The last whole day of its standstill."""
        return last_day(self.until)


@dataclass(frozen=True, slots=True)
class Notice:
    """What everyone may know of an award, lot by lot; the moments are those of the first decision."""

    sent_at: datetime
    standstill_until: datetime
    definitive_at: datetime | None
    lots: Sequence[LotNotice]


def notice(session: Session, tender_id: int) -> Notice | None:
    """The public award notice, once the letters are out; None before, and after a withdrawal."""
    bids = select(func.count()).where(_THEIRS.lot_id == Lot.id).correlate(Lot).label("bids")
    rows = session.execute(
        select(
            AwardDecision.sent_at, AwardDecision.standstill_until, AwardDecision.definitive_at, Lot.number,
            Lot.title, bids, Organisation.name, OpenedBid.price_minor, LotAward.reason,
            OpenedBid.content[JOINT].label("joint"), LotAward.also_won, LotAward.definitive_at.label("final_at"),
            Lot.stop_reason, UNTIL.label("until"), LotAward.withdraw_reason,
        )
        .join(LotAward, LotAward.decision_id == AwardDecision.id)
        .join(Lot, Lot.id == LotAward.lot_id)
        .outerjoin(OpenedBid, OpenedBid.id == LotAward.winner_bid_id)
        .outerjoin(Organisation, Organisation.id == OpenedBid.organisation_id)
        .where(
            AwardDecision.tender_id == tender_id, AwardDecision.sent_at.is_not(None),
            AwardDecision.withdrawn_at.is_(None),
        )
        .order_by(AwardDecision.id, Lot.number)
    ).all()  # fmt: skip
    if not rows:
        return None
    sent_at, until, definitive_at = rows[0][:3]
    latest = {row.number: row for row in rows}
    named = also_winning(session, tender_id, {label for row in rows for label in row.also_won})
    return Notice(sent_at, until, definitive_at, [
        LotNotice(
            row.number, row.title, row.sent_at, row.until, row.bids,
            row.name and party_name(row.name, {JOINT: row.joint}), row.price_minor, row.reason,
            [(_shown(named[label]), named[label].price_minor or 0) for label in row.also_won],
            row.final_at, row.stop_reason, row.withdraw_reason,
        )
        for _number, row in sorted(latest.items())
    ])  # fmt: skip


def _shown(bid: OpenedBid) -> str:
    return party_name(bid.organisation.name, bid.content)


def also_winning(session: Session, tender_id: int, labels: Collection[str]) -> dict[str, OpenedBid]:
    """Further winning bids of a framework by label, with their organisations; no question where there are none."""
    if not labels:
        return {}
    found = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == tender_id, OpenedBid.label.in_(labels))
        .options(joinedload(OpenedBid.organisation))
    )
    return {each.label: each for each in found}


_RANKED = (
    rows(number=Tender.number, title=Tender.title)
    .outerjoin(
        AwardDecision,
        (AwardDecision.tender_id == Tender.id) & AwardDecision.withdrawn_at.is_(None)
        & AwardDecision.definitive_at.is_(None),
    )
    .where(
        Tender.buyer_id == ORGANISATION, Tender.scores_frozen_at <= AT,
        Tender.completed_at.is_(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None),
    )
    .order_by(Tender.scores_frozen_at)
)  # fmt: skip
_UNSENT = _RANKED.where(AwardDecision.id.is_not(None), AwardDecision.sent_at.is_(None))
_PURCHASER = frozenset({Role.PURCHASER})

tasks = Tasks(
    Waiting(
        N_("Bereid het gunningsbesluit voor: %(number)s, %(title)s"), "awards.decision", _PURCHASER,
        _RANKED.where(AwardDecision.id.is_(None), OPEN_LOT), {"number": "number"},
    ),
    Waiting(
        N_("Maak de brieven af voor %(number)s: %(title)s"), "awards.decision", _PURCHASER,
        _UNSENT.where(AwardDecision.prepared_by_id == USER), {"number": "number"},
    ),
    Waiting(
        N_("Lees en verstuur het gunningsbesluit: %(number)s, %(title)s"), "awards.decision", _PURCHASER,
        _UNSENT.where(AwardDecision.prepared_by_id != USER), {"number": "number"},
    ),
    Waiting(
        N_("Maak de gunning definitief: %(number)s, %(title)s"), "awards.decision", _PURCHASER,
        _RANKED.where(
            AwardDecision.sent_at.is_not(None), AwardDecision.standstill_until <= AT,
            exists().where(LotAward.decision_id == AwardDecision.id, ~LACKS_PROOF),
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Lees de uitslag van %(number)s: %(title)s"), "awards.letter", frozenset({Role.BOARD, Role.MEMBER}),
        rows(
            number=Tender.number, title=tenders.WHOLE_TITLE, key=AwardLetter.public_id,
            due_at=UNTIL,
        )
        .join(AwardDecision, AwardDecision.tender_id == Tender.id)
        .join(AwardLetter, AwardLetter.decision_id == AwardDecision.id)
        .join(OpenedBid, OpenedBid.id == AwardLetter.opened_bid_id)
        .join(Lot, Lot.id == OpenedBid.lot_id)
        .join(LotAward, (LotAward.decision_id == AwardDecision.id) & (LotAward.lot_id == Lot.id))
        .where(
            is_for(ORGANISATION), STANDS, UNTIL > AT, Lot.stop_reason.is_(None),
        )
        .order_by(UNTIL),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What awards wait for: prepare, send as a second person, make definitive; for a bidder: a letter to read."""
