"""Reading requests for proof, what was shown, and files of papers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.awards.queries import LACKS_PROOF, find_decision
from procurement.awards.rules import Result
from procurement.consortia.rules import backers
from procurement.opening.models import OpenedBid
from procurement.proofs.errors import ProofNotFound
from procurement.proofs.models import Proof, ProofRequest, ProofRuling
from procurement.proofs.rules import REMIND_DAYS
from procurement.statements.models import PaperFile
from procurement.tenders.models import Tender


def winners(session: Session, tender_id: int) -> tuple[AwardDecision | None, list[AwardLetter]]:
    """The decision that stands once its letters are out, and the letters to its winners with their bids and members."""
    decision = find_decision(session, tender_id)
    if decision is None or decision.sent_at is None:
        return None, []
    found = [each for each in decision.letters if each.result is Result.WON]
    return decision, sorted(found, key=lambda each: each.bid.label)


def relied_on(session: Session, bid: OpenedBid) -> Sequence[Organisation]:
    """The organisations on whose means an opened bid relies, by name."""
    keys = [UUID(each["organisation"]) for each in backers(bid.content)]
    return session.scalars(
        select(Organisation).where(Organisation.public_id.in_(keys)).order_by(Organisation.name)
    ).all()


def _whole() -> Select[ProofRequest]:
    return (
        select(ProofRequest)
        .options(
            joinedload(ProofRequest.tender).joinedload(Tender.buyer), joinedload(ProofRequest.organisation),
            joinedload(ProofRequest.bid).joinedload(OpenedBid.lot), selectinload(ProofRequest.proofs),
            selectinload(ProofRequest.rulings),
        )
        .order_by(ProofRequest.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip


def of_tender(session: Session, tender_id: int) -> Sequence[ProofRequest]:
    """What was asked about a tender, with what was shown."""
    return session.scalars(_whole().where(ProofRequest.tender_id == tender_id)).all()


def request(session: Session, public_id: UUID, *, lock: bool = False) -> ProofRequest:
    """A request with its tender, party and what was shown; `lock` holds it until the transaction ends.

    Raises:
        ProofNotFound: none, or not for this reader (fence of rows).
    """
    if lock:
        session.execute(
            select(ProofRequest.id).where(ProofRequest.public_id == public_id).with_for_update(read=True)
        )
    found = session.scalars(_whole().where(ProofRequest.public_id == public_id)).one_or_none()
    if found is None:
        raise ProofNotFound
    return found


def proof(session: Session, public_id: UUID) -> Proof:
    """A paper that was shown, with its locked content.

    Raises:
        ProofNotFound: none, or not for this reader (fence of rows).
    """
    found = session.scalars(
        select(Proof)
        .where(Proof.public_id == public_id)
        .options(
            undefer(Proof.content), joinedload(Proof.request).joinedload(ProofRequest.tender),
            joinedload(Proof.request).joinedload(ProofRequest.organisation),
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise ProofNotFound
    return found


def lots_lacking(session: Session, decision_id: int) -> set[int]:
    """The lots of a decision with a winner whose proof is open; asked past the fence of rows, so for both sides."""
    return set(
        session.scalars(select(LotAward.lot_id).where(LotAward.decision_id == decision_id, LACKS_PROOF))
    )


def lapsed(session: Session, tender_id: int, lot_id: int, on: date) -> Sequence[Row[str, str, date]]:
    """Papers found good that no longer count on a day: whose, which, until when. The fence of rows: own, or all."""
    return session.execute(
        select(Organisation.name, Proof.kind, Proof.expires_on)
        .join(ProofRequest, ProofRequest.id == Proof.request_id)
        .join(Organisation, Organisation.id == ProofRequest.organisation_id)
        .join(OpenedBid, OpenedBid.id == ProofRequest.opened_bid_id)
        .where(
            ProofRequest.tender_id == tender_id, OpenedBid.lot_id == lot_id, Proof.is_good.is_(True),
            Proof.expires_on < on,
        )
        .order_by(Proof.id)
    ).all()  # fmt: skip


def paper_file(session: Session, paper_id: int) -> PaperFile | None:
    """The file of a paper with its locked content; the fence of rows shows it to its own organisation."""
    return session.scalars(
        select(PaperFile).where(PaperFile.paper_id == paper_id).options(undefer(PaperFile.content))
    ).one_or_none()


def to_remind(session: Session, at: datetime) -> Sequence[ProofRequest]:
    """Requests whose term is nearly over, of which nobody was reminded, held; those with nothing left come too."""
    return session.scalars(
        _whole()
        .where(
            ProofRequest.reminded_at.is_(None), ProofRequest.until > at,
            ProofRequest.until <= at + timedelta(days=REMIND_DAYS),
        )
        .with_for_update(of=ProofRequest, skip_locked=True)
    ).all()  # fmt: skip


_SHOWN = (
    select(func.count())
    .where(Proof.request_id == ProofRequest.id, Proof.is_good.is_not(False))
    .scalar_subquery()
)
_GOOD = (
    select(func.count()).where(Proof.request_id == ProofRequest.id, Proof.is_good.is_(True)).scalar_subquery()
)
_WITHOUT = (
    select(func.coalesce(func.sum(func.jsonb_array_length(ProofRuling.kinds)), 0))
    .where(ProofRuling.request_id == ProofRequest.id)
    .scalar_subquery()
)
_STANDS = exists().where(
    AwardDecision.tender_id == ProofRequest.tender_id, AwardDecision.sent_at.is_not(None),
    AwardDecision.withdrawn_at.is_(None),
)  # fmt: skip

tasks = Tasks(
    Waiting(
        N_("Laat uw bewijs zien bij %(number)s: %(title)s"), "proofs.show", frozenset({Role.BOARD, Role.MEMBER}),
        rows(number=Tender.number, title=Tender.title, key=ProofRequest.public_id, due_at=ProofRequest.until)
        .select_from(ProofRequest)
        .join(Tender, Tender.id == ProofRequest.tender_id)
        .where(
            ProofRequest.organisation_id == ORGANISATION, _STANDS,
            func.jsonb_array_length(ProofRequest.kinds) > _SHOWN + _WITHOUT,
        )
        .order_by(ProofRequest.until), {"public_id": "key"},
    ),
    Waiting(
        N_("Kijk het bewijs van de winnaar na: %(number)s, %(title)s"), "proofs.index", frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .select_from(Tender)
        .where(
            Tender.buyer_id == ORGANISATION,
            exists().where(
                ProofRequest.tender_id == Tender.id, Proof.request_id == ProofRequest.id, Proof.seen_at.is_(None),
                _STANDS,
            ),
        )
        .order_by(Tender.id), {"number": "number"},
    ),
    Waiting(
        N_("Het bewijs van de winnaar is te laat. Beslis: %(number)s, %(title)s"), "proofs.index",
        frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .select_from(Tender)
        .where(
            Tender.buyer_id == ORGANISATION,
            exists().where(
                ProofRequest.tender_id == Tender.id, ProofRequest.until <= AT, _STANDS,
                func.jsonb_array_length(ProofRequest.kinds) > _GOOD + _WITHOUT,
                ~exists().where(Proof.request_id == ProofRequest.id, Proof.seen_at.is_(None)),
            ),
        )
        .order_by(Tender.id), {"number": "number"},
    ),
)  # fmt: skip
"""Proof that waits to be shown by its party, and to be looked at by its buyer."""
