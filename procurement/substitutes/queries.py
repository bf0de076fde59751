"""Reading replacements of who lends its means."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload, undefer

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.consortia.rules import backers
from procurement.opening.models import OpenedBid
from procurement.substitutes.errors import SubstituteNotFound
from procurement.substitutes.models import Substitute
from procurement.tenders.models import Tender


def _whole() -> Select[Substitute]:
    return (
        select(Substitute)
        .options(
            joinedload(Substitute.tender).joinedload(Tender.buyer), joinedload(Substitute.lead),
            joinedload(Substitute.bid), joinedload(Substitute.gone),
            undefer(Substitute.content),
        )
        .order_by(Substitute.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip


def substitute(session: Session, public_id: UUID) -> Substitute:
    """One replacement with tender, winner and who goes.

    Raises:
        SubstituteNotFound: none, or not for this reader (fence of rows).
    """
    found = session.scalars(_whole().where(Substitute.public_id == public_id)).one_or_none()
    if found is None:
        raise SubstituteNotFound
    return found


def of_request(session: Session, request_id: int) -> Sequence[Substitute]:
    """The replacements that were asked of one who lends its means, oldest first."""
    return session.scalars(_whole().where(Substitute.request_id == request_id)).all()


class Lent(NamedTuple):
    """On whose means a contract relies: name, means, promise, and whose place it took, if so."""

    name: str
    means: str
    promise: str
    instead_of: str = ""


def relied_on(session: Session, bid: OpenedBid) -> list[Lent]:
    """On whom an opened bid relies now: as it was sealed, with those who took a place since."""
    rows = session.execute(
        select(
            Substitute.name, Substitute.means, Substitute.promise, Organisation.public_id, Organisation.name
        )
        .join(Organisation, Organisation.id == Substitute.gone_id)
        .where(Substitute.opened_bid_id == bid.id, Substitute.is_good.is_(True))
        .order_by(Substitute.id)
    ).all()
    found = {
        each["organisation"]: Lent(each["name"], each["means"], each["promise"])
        for each in backers(bid.content)
    }
    later: list[Lent] = []
    for name, means, promise, left_id, left in rows:
        found.pop(str(left_id), None)
        later = [each for each in later if each.name != left] + [Lent(name, means, promise, left)]
    return [*found.values(), *later]


def of_contract(session: Session, lot_id: int | None, supplier_id: int) -> list[Lent]:
    """On whose means a contract for a lot relies, by its supplier's bid."""
    bid = session.scalars(
        select(OpenedBid).where(OpenedBid.lot_id == lot_id, OpenedBid.organisation_id == supplier_id)
    ).one_or_none()
    return relied_on(session, bid) if bid is not None else []


_TENDER = rows(
    number=Tender.number, title=Tender.title, key=Substitute.public_id, due_at=Substitute.until
).select_from(Substitute)
_BOARD = frozenset({Role.BOARD})
_ADDRESS = {"public_id": "key"}


def _waits(text: str, roles: frozenset[Role], *conditions: ColumnElement[bool]) -> Waiting:
    statement = _TENDER.join(Tender, Tender.id == Substitute.tender_id).where(*conditions)
    return Waiting(text, "substitutes.show", roles, statement.order_by(Substitute.until), _ADDRESS)


tasks = Tasks(
    _waits(
        N_("Noem een ander die middelen leent: %(number)s, %(title)s"), _BOARD,
        Substitute.lead_id == ORGANISATION, Substitute.promised_at.is_(None), Substitute.until > AT,
    ),
    _waits(
        N_("Iemand vraagt om uw middelen bij %(number)s: %(title)s"), _BOARD,
        Substitute.kvk == select(Organisation.kvk_number).where(Organisation.id == ORGANISATION).scalar_subquery(),
        Substitute.promised_at.is_(None), Substitute.until > AT,
    ),
    _waits(
        N_("Kijk na wie nu middelen leent: %(number)s, %(title)s"), frozenset({Role.PURCHASER}),
        Tender.buyer_id == ORGANISATION, Substitute.promised_at.is_not(None), Substitute.is_good.is_(None),
    ),
)  # fmt: skip
"""What a replacement waits for: its winner, who was named, its buyer."""
