"""Reading agreements on support, what was delivered, and what is aid."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.aid.models import OtherAid
from coops.aid.rules import Grant
from coops.arrangements import rules
from coops.arrangements.errors import AgreementNotFound, DeliveryNotFound
from coops.arrangements.models import SupportAgreement, SupportDelivery
from coops.arrangements.rules import Progress, Side, Told
from coops.commitments.rules import Kept
from coops.initiatives.models import Initiative, InitiativeEvidence, InitiativeFounder
from coops.initiatives.queries import coaches_of, ever_coached
from coops.support.models import SupportOffer, SupportRequest
from coops.support.queries import OF_REQUEST, of_asker
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows

WHOLE = (
    joinedload(SupportAgreement.offer).joinedload(SupportOffer.organisation),
    joinedload(SupportAgreement.request).options(*OF_REQUEST),
    selectinload(SupportAgreement.deliveries),
)
"""An agreement with both sides and what was delivered."""


def agreement(session: Session, public_id: UUID) -> SupportAgreement:
    """One agreement.

    Raises:
        AgreementNotFound: none.
    """
    found = session.scalars(
        select(SupportAgreement).where(SupportAgreement.public_id == public_id).options(*WHOLE)
    ).one_or_none()
    if found is None:
        raise AgreementNotFound
    return found


def held(session: Session, agreement_id: int) -> SupportAgreement:
    """An agreement as it is now, held until the transaction ends."""
    return session.scalars(
        select(SupportAgreement)
        .where(SupportAgreement.id == agreement_id)
        .options(*WHOLE)
        .with_for_update(of=SupportAgreement)
        .execution_options(populate_existing=True)
    ).one()


def delivery(found: SupportAgreement, public_id: UUID) -> SupportDelivery:
    """A delivery of this agreement.

    Raises:
        DeliveryNotFound: none, or of another.
    """
    for each in found.deliveries:
        if each.public_id == public_id:
            return each
    raise DeliveryNotFound


def done(found: SupportAgreement) -> Progress:
    """How far it is."""
    return rules.progress(found.units, [each.line for each in found.deliveries])


def state_of(found: SupportAgreement, today: date) -> Kept:
    """Whether the giver kept its word."""
    closed = None if found.closed_at is None else local_date(found.closed_at)
    return rules.standing(found.ends_on, found.units, done(found), closed, found.closed_side, today)


def agreed_on(session: Session, offer_ids: Iterable[int]) -> dict[int, list[SupportAgreement]]:
    """Offer → what was agreed on it, also what ended since."""
    found: dict[int, list[SupportAgreement]] = {}
    for each in session.scalars(
        select(SupportAgreement)
        .where(SupportAgreement.offer_id.in_(list(offer_ids)), SupportAgreement.agreed_at.is_not(None))
        .options(selectinload(SupportAgreement.deliveries))
        .execution_options(populate_existing=True)
    ):
        found.setdefault(each.offer_id, []).append(each)
    return found


def proposed_on(session: Session, offer_id: int) -> Sequence[SupportAgreement]:
    """Proposals on an offer that wait for an answer."""
    return session.scalars(
        select(SupportAgreement).where(
            SupportAgreement.offer_id == offer_id, SupportAgreement.agreed_at.is_(None),
            SupportAgreement.closed_at.is_(None),
        )
    ).all()  # fmt: skip


def taken(kind: str, agreed: Iterable[SupportAgreement], starts_on: date, ends_on: date) -> int:
    """What of an offer is taken in these days; of an ended agreement only what was delivered, or how long it ran."""
    return rules.taken(
        kind,
        [
            each.taken
            if each.closed_at is None or kind == "premises"
            else each.taken._replace(amount=done(each).recorded)
            for each in agreed
        ],
        starts_on,
        ends_on,
    )


def of_party(
    session: Session, *, organisation_id: int | None, user_id: int, giving: bool
) -> Sequence[SupportAgreement]:
    """The latest 200 agreements that one's own organisation gives, or that it or one's own initiatives receive."""
    asked = select(SupportAgreement).options(*WHOLE).order_by(SupportAgreement.id.desc()).limit(200)
    if giving:
        asked = asked.join(SupportAgreement.offer).where(SupportOffer.organisation_id == organisation_id)
    else:
        asked = asked.join(SupportAgreement.request).where(of_asker(organisation_id, user_id))
    return session.scalars(asked).all()


def on_request(session: Session, request_id: int) -> Sequence[SupportAgreement]:
    """What was proposed and agreed on a request, the newest first."""
    return session.scalars(
        select(SupportAgreement)
        .where(SupportAgreement.request_id == request_id)
        .options(*WHOLE)
        .order_by(SupportAgreement.id.desc())
    ).all()


def coaches(session: Session, request: SupportRequest) -> set[int]:
    """Who guides, or once guided, the receiver."""
    if request.initiative_id is not None:
        return ever_coached(session, request.initiative_id)
    kvk = None if request.organisation is None else request.organisation.kvk_number
    return coaches_of(session, [kvk]) if kvk else set()


def grants(session: Session, request: SupportRequest) -> list[Grant]:
    """All aid of the receiver of a request, of all time."""
    if request.organisation_id is not None:
        return grants_of(session, request.organisation_id)
    return _granted(session, SupportRequest.initiative_id == request.initiative_id)


def grants_of(session: Session, organisation_id: int) -> list[Grant]:
    """All aid of a cooperative: agreed here, also by the initiative that it came from, and declared from elsewhere."""
    here = _granted(session, _of([organisation_id]))
    told = session.scalars(
        select(OtherAid).where(OtherAid.organisation_id == organisation_id, OtherAid.taken_back_at.is_(None))
    )
    return here + [Grant(each.granted_on, each.amount, each.giver, each.what) for each in told]


def _of(organisation_ids: Iterable[int]) -> ColumnElement[bool]:
    """That a request is one of these organisations', or of the initiative that it came from."""
    ids = list(organisation_ids)
    born = (
        select(InitiativeEvidence.initiative_id)
        .join(Organisation, Organisation.kvk_number == InitiativeEvidence.kvk)
        .where(
            Organisation.id.in_(ids), InitiativeEvidence.step == "kvk", InitiativeEvidence.checked_at.is_not(None)
        )
    )  # fmt: skip
    return or_(SupportRequest.organisation_id.in_(ids), SupportRequest.initiative_id.in_(born))


def supporters_of(session: Session, organisation_ids: Iterable[int], since: datetime) -> set[int]:
    """Who gave these organisations support that ran after `since`: for panels, who judge none of their bids.

    That is whoever proposed or agreed it for the giver, or wrote down what was delivered.
    """
    whose = _of(organisation_ids)
    signed = select(_SIGNED).join(SupportAgreement.request).where(whose, *_ran(since))
    wrote = (
        select(SupportDelivery.recorded_by_id)
        .join(SupportAgreement, SupportAgreement.id == SupportDelivery.agreement_id)
        .join(SupportAgreement.request)
        .where(whose, *_ran(since))
    )
    return set(session.scalars(signed.union(wrote)))


def supported_by(session: Session, user_id: int, since: datetime) -> list[str]:
    """Whom somebody gave support that ran after `since`, in order: what they think of when they declare an interest."""
    gave = or_(
        _SIGNED.in_([user_id]), SupportAgreement.deliveries.any(SupportDelivery.recorded_by_id == user_id)
    )
    asked = (
        select(SupportRequest)
        .join(SupportAgreement, SupportAgreement.request_id == SupportRequest.id)
        .where(gave, *_ran(since))
        .options(*OF_REQUEST)
    )
    return sorted({each.asker for each in session.scalars(asked)})


_SIGNED = case(
    (SupportAgreement.proposed_side == Side.GIVER.value, SupportAgreement.proposed_by_id),
    else_=SupportAgreement.agreed_by_id,
)


def _ran(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SupportAgreement.agreed_at.is_not(None), SupportAgreement.ends_on >= local_date(since),
        or_(SupportAgreement.closed_at.is_(None), SupportAgreement.closed_at > since),
    )  # fmt: skip


def _granted(session: Session, whose: ColumnElement[bool]) -> list[Grant]:
    """Aid counts whole from the day of agreeing; once ended, only the part that was delivered."""
    found = []
    for each in session.scalars(
        select(SupportAgreement)
        .join(SupportAgreement.request)
        .where(whose, SupportAgreement.agreed_at.is_not(None))
        .options(*WHOLE)
        .order_by(SupportAgreement.agreed_at)
    ):
        amount = each.aid
        if each.closed_at is not None:
            amount = rules.share(amount, max(0, done(each).recorded), each.units)
        if amount and each.agreed_at is not None:
            found.append(
                Grant(local_date(each.agreed_at), amount, each.offer.organisation.name, each.offer.title)
            )
    return found


def told(session: Session, today: date) -> list[Told]:
    """Every agreed agreement as the public report reads it."""
    found = []
    for each in session.scalars(
        select(SupportAgreement).where(SupportAgreement.agreed_at.is_not(None)).options(*WHOLE)
    ):
        confirmed = done(each).confirmed
        value = rules.share(each.market, confirmed, each.units)
        found.append(
            Told(each.offer.kind, each.offer.organisation.name, confirmed, value, state_of(each, today))
        )
    return found


_GIVERS = frozenset({Role.PURCHASER, Role.BOARD, Role.PROGRAMME})
_FOUNDERS = frozenset({Role.RESIDENT, Role.MEMBER, Role.BOARD})
_BOARD = frozenset({Role.BOARD})
_SHOW = "arrangements.show"
_KEY = {"public_id": "key"}
_OPEN = (SupportAgreement.agreed_at.is_(None), SupportAgreement.closed_at.is_(None))
_RECORDED = (
    select(func.coalesce(func.sum(SupportDelivery.amount), 0))
    .where(SupportDelivery.agreement_id == SupportAgreement.id, SupportDelivery.confirmed.is_not(False))
    .correlate(SupportAgreement)
    .scalar_subquery()
)
_UNANSWERED = exists().where(
    SupportDelivery.agreement_id == SupportAgreement.id, SupportDelivery.answered_at.is_(None),
    SupportDelivery.recorded_by_id != USER,
)  # fmt: skip
_LATELY = exists().where(
    SupportDelivery.agreement_id == SupportAgreement.id, SupportDelivery.delivered_on > TODAY - 31
)  # fmt: skip
_GOES = (
    SupportOffer.kind == SupportRequest.kind, SupportOffer.closed_at.is_(None), SupportOffer.ends_on >= TODAY,
    SupportRequest.organisation_id.is_distinct_from(SupportOffer.organisation_id),
)  # fmt: skip
_FITS = exists().where(SupportOffer.organisation_id == ORGANISATION, *_GOES)
_IS_OFFERED = exists().where(
    *_GOES, SupportOffer.starts_on <= SupportRequest.ends_on, SupportRequest.starts_on <= SupportOffer.ends_on,
    or_(SupportRequest.most_price.is_(None), SupportOffer.price <= SupportRequest.most_price),
    or_(
        SupportRequest.place_code.is_(None), SupportOffer.place_code.is_(None),
        SupportOffer.place_code == SupportRequest.place_code,
    ),
)  # fmt: skip
_PROPOSED = exists().where(SupportAgreement.request_id == SupportRequest.id)
_STANDS_BY = or_(
    Initiative.started_by_id == USER,
    exists().where(
        InitiativeFounder.initiative_id == Initiative.id, InitiativeFounder.user_id == USER,
        InitiativeFounder.left_at.is_(None),
    ),
)  # fmt: skip


def _asked() -> Select[tuple[object, ...]]:
    return (
        rows(title=SupportRequest.title, key=SupportRequest.public_id)
        .where(SupportRequest.closed_at.is_(None), SupportRequest.ends_on >= TODAY, _IS_OFFERED, ~_PROPOSED)
        .order_by(SupportRequest.id)
    )


def _given() -> Select[tuple[object, ...]]:
    return (
        rows(title=SupportOffer.title, key=SupportAgreement.public_id)
        .join(SupportOffer, SupportOffer.id == SupportAgreement.offer_id)
        .where(SupportOffer.organisation_id == ORGANISATION)
        .order_by(SupportAgreement.id)
    )


def _received(initiative: bool) -> Select[tuple[object, ...]]:
    found = (
        rows(title=SupportRequest.title, key=SupportAgreement.public_id)
        .join(SupportRequest, SupportRequest.id == SupportAgreement.request_id)
        .order_by(SupportAgreement.id)
    )
    if initiative:
        return found.join(Initiative, Initiative.id == SupportRequest.initiative_id).where(_STANDS_BY)
    return found.where(SupportRequest.organisation_id == ORGANISATION)


_ANSWER = N_("Beantwoord een voorstel voor steun: %(title)s")
_CONFIRM = N_("Bevestig een levering: %(title)s")
_OFFERED = N_("Een aanbod past bij uw vraag om steun: %(title)s")
tasks = Tasks(
    Waiting(
        N_("Een vraag past bij uw aanbod: %(title)s"), "arrangements.request_page", _GIVERS,
        rows(title=SupportRequest.title, key=SupportRequest.public_id)
        .where(SupportRequest.closed_at.is_(None), SupportRequest.ends_on >= TODAY, _FITS, ~_PROPOSED)
        .order_by(SupportRequest.id),
        _KEY,
    ),
    Waiting(_ANSWER, _SHOW, _GIVERS, _given().where(*_OPEN, SupportAgreement.proposed_side == "receiver"), _KEY),
    Waiting(
        N_("Schrijf op wat u leverde: %(title)s"), _SHOW, _GIVERS,
        _given().where(
            SupportAgreement.agreed_at.is_not(None), SupportAgreement.closed_at.is_(None),
            SupportAgreement.starts_on <= TODAY, SupportAgreement.units > _RECORDED, ~_LATELY,
        ),
        _KEY,
    ),
    Waiting(
        _ANSWER, _SHOW, _BOARD, _received(False).where(*_OPEN, SupportAgreement.proposed_side == "giver"), _KEY
    ),
    Waiting(
        _ANSWER, _SHOW, _FOUNDERS, _received(True).where(*_OPEN, SupportAgreement.proposed_side == "giver"), _KEY
    ),
    Waiting(
        _OFFERED, "arrangements.request_page", _BOARD,
        _asked().where(SupportRequest.organisation_id == ORGANISATION), _KEY,
    ),
    Waiting(
        _OFFERED, "arrangements.request_page", _FOUNDERS,
        _asked().join(Initiative, Initiative.id == SupportRequest.initiative_id).where(_STANDS_BY), _KEY,
    ),
    Waiting(_CONFIRM, _SHOW, _BOARD, _received(False).where(_UNANSWERED), _KEY),
    Waiting(_CONFIRM, _SHOW, _FOUNDERS, _received(True).where(_UNANSWERED), _KEY),
)  # fmt: skip
"""Proposals to answer, deliveries to write down and to confirm."""
