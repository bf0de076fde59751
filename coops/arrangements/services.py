"""Proposing, agreeing, delivering, confirming."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.aid.rules import Ceiling, Reckoning, ceiling_on, reckon
from coops.arrangements import errors, policy, queries, rules
from coops.arrangements.models import SupportAgreement, SupportDelivery
from coops.arrangements.rules import Side, Stage, Terms
from coops.support.errors import Closed
from coops.support.models import SupportOffer, SupportRequest
from coops.support.queries import held_offer, held_request
from coops.support.rules import OfferFacts
from coops.support.services import close_offer, offer_support
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import involved_in, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each

CHANGED = "De gever veranderde het aanbod. Doe een nieuw voorstel op het nieuwe aanbod."
"""Why a proposal ends when the offer changes, as everybody reads it."""


def propose(
    session: Session,
    *,
    offer: SupportOffer,
    request: SupportRequest,
    terms: Terms,
    actor: Actor,
    at: datetime,
) -> SupportAgreement:
    """Propose an agreement to the other side; nothing of the offer is taken yet.

    Raises:
        Forbidden: of neither side. OwnSupport, OtherKind: they do not go together.
        Closed: the offer or the request was closed, or its days are over.
        OverCapacity, or one of `rules.check_terms`: input.
    """
    given, asked = held_offer(session, offer.id), held_request(session, request.id)
    side = policy.side(actor, given, asked)
    if side is None:
        raise errors.OwnSupport if given.organisation_id == asked.organisation_id else Forbidden
    if given.kind != asked.kind:
        raise errors.OtherKind
    today = local_date(at)
    if any(each.closed_at is not None or each.ends_on < today for each in (given, asked)):
        raise Closed
    made = SupportAgreement(
        offer=given, request_id=asked.id, terms=terms, proposed_side=side.value, proposed_by_id=actor.user_id,
        proposed_at=at,
    )  # fmt: skip
    _check_capacity(session, given, made)
    session.add(made)
    session.flush()
    found = queries.held(session, made.id)
    _note(session, "proposed", found, actor, at)
    _tell(
        session, found, side.other, "proposed", at, N_("Een voorstel voor steun"),
        N_("Er ligt een voorstel voor “%(title)s”. Lees het en zeg ja of nee."),
    )  # fmt: skip
    return found


def change_offer(
    session: Session, *, offer: SupportOffer, facts: OfferFacts, actor: Actor, at: datetime
) -> SupportOffer:
    """Put an offer in the place of one's own: the old one closes, what was agreed on it stays, proposals end.

    What stands there was read by others, so it is not overwritten. Who proposed is told and can propose anew.

    Raises:
        Forbidden, Closed: another organisation's, or closed in the meantime.
        OtherKind, or one of `coops.support.rules.check_offer`: input.
    """
    found = close_offer(session, offer=offer, actor=actor, at=at)
    if facts.kind != found.kind:
        raise errors.OtherKind
    made = offer_support(session, facts=facts, replaces=found, actor=actor, at=at)
    for each in queries.proposed_on(session, found.id):
        close(session, agreement=each, reason=CHANGED, actor=actor, at=at)
    return made


def reckoning(
    session: Session, found: SupportAgreement, ceilings: tuple[Ceiling, ...], day: date
) -> Reckoning:
    """What the receiver had been granted in three years, and what this adds.

    Raises:
        CeilingMissing: none is known for the day.
    """
    grants = queries.grants(session, found.request)
    return reckon(grants, found.aid, day, ceiling_on(ceilings, day).amount)


def agree(
    session: Session, *, agreement: SupportAgreement, ceilings: tuple[Ceiling, ...], understood: bool, actor: Actor,
    at: datetime,
) -> SupportAgreement:  # fmt: skip
    """Say yes for the other side: from now on it is a promise, and its aid counts.

    Raises:
        NotYours: who proposed it, or of neither side. AlreadyAnswered, Closed: in the meantime.
        OverCapacity: the last of it was given away before.
        PublicMoney: the giver is a public body by now, and it was called no public money.
        CeilingPassed: above the ceiling, and nobody said to have seen it.
    """
    given = held_offer(session, agreement.offer_id)
    held_request(session, agreement.request_id)
    found = queries.held(session, agreement.id)
    if (
        policy.side_of(actor, found) is not Side(found.proposed_side).other
        or actor.user_id == found.proposed_by_id
    ):
        raise errors.NotYours
    if found.stage is not Stage.PROPOSED:
        raise errors.AlreadyAnswered
    if given.closed_at is not None or found.request.closed_at is not None or found.ends_on < local_date(at):
        raise Closed
    rules.check_money(public_money=found.public_money, public_body=given.of_public_body)
    _check_capacity(session, given, found)
    reckoned = reckoning(session, found, ceilings, local_date(at))
    if reckoned.passes and not understood:
        raise errors.CeilingPassed(field="understood")
    found.agreed_at, found.agreed_by_id = at, actor.user_id
    found.aid_before, found.over_ceiling = reckoned.before, reckoned.passes
    session.flush()
    _note(session, "agreed", found, actor, at)
    _tell(
        session, found, Side(found.proposed_side), "agreed", at, N_("Uw voorstel voor steun is aangenomen"),
        N_("De ander zei ja op “%(title)s”. Vanaf nu is het een afspraak met een laatste dag."),
    )  # fmt: skip
    return found


def close(
    session: Session, *, agreement: SupportAgreement, reason: str, actor: Actor, at: datetime
) -> SupportAgreement:
    """Say no to a proposal, take it back, or end an agreement; what was delivered stays.

    Raises:
        NotYours: of neither side. AlreadyAnswered: closed in the meantime. ReasonMissing: at the field.
    """
    found = queries.held(session, agreement.id)
    side = policy.side_of(actor, found)
    if side is None:
        raise errors.NotYours
    if found.closed_at is not None:
        raise errors.AlreadyAnswered
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    found.closed_at, found.closed_by_id, found.closed_side = at, actor.user_id, side.value
    found.close_reason = reason.strip()[:2000]
    session.flush()
    _note(session, "closed", found, actor, at)
    _tell(
        session, found, side.other, "closed", at, N_("Een afspraak over steun gaat niet door"),
        N_("De ander stopte met “%(title)s”. De reden: %(reason)s"), found.close_reason,
    )  # fmt: skip
    return found


def deliver(
    session: Session, *, agreement: SupportAgreement, amount: int, delivered_on: date, text: str, actor: Actor,
    at: datetime,
) -> SupportDelivery:  # fmt: skip
    """Write down what was delivered; it counts once the receiver confirmed it.

    Raises:
        NotYours: not of the giver. NotRunning: not agreed.
        DeliveryAmountWrong, DeliveryDayWrong, TooMuchDelivered: at the field.
    """
    found = _given(session, agreement, actor)
    today = local_date(at)
    last = today if found.closed_at is None else min(today, local_date(found.closed_at))
    rules.check_delivery(
        amount, delivered_on, first=found.starts_on, last=last, recorded=queries.done(found).recorded,
        units=found.units,
    )  # fmt: skip
    return _record(
        session, found, actor, at, amount=amount, delivered_on=delivered_on, text=text.strip()[:500]
    )


def correct(
    session: Session, *, agreement: SupportAgreement, public_id: UUID, right: int, text: str, actor: Actor,
    at: datetime,
) -> SupportDelivery:  # fmt: skip
    """Say what a delivery really was: a line is added, nothing is overwritten.

    Raises:
        NotYours, NotRunning, DeliveryNotFound, DeliveryAmountWrong, NothingCorrected, TooMuchDelivered.
    """
    found = _given(session, agreement, actor)
    first = queries.delivery(found, public_id)
    if first.corrects_id is not None:
        raise errors.DeliveryNotFound
    lines = [each for each in found.deliveries if first.id in {each.id, each.corrects_id}]
    now = sum(each.amount for each in lines if each.confirmed is not False)
    added = rules.correction(now, right, recorded=queries.done(found).recorded, units=found.units)
    return _record(
        session, found, actor, at, amount=added, delivered_on=first.delivered_on, text=text.strip()[:500],
        corrects_id=first.id,
    )  # fmt: skip


def answer_delivery(
    session: Session, *, agreement: SupportAgreement, public_id: UUID, confirmed: bool, reason: str, actor: Actor,
    at: datetime,
) -> SupportDelivery:  # fmt: skip
    """Confirm a delivery, or say why it is not so.

    Raises:
        NotYours: not of the receiver. NotImpartial: who wrote it down, works for the giver or coaches.
        DeliveryNotFound, AlreadyAnswered. ReasonMissing: at the field.
    """
    found = queries.held(session, agreement.id)
    if policy.side_of(actor, found) is not Side.RECEIVER:
        raise errors.NotYours
    line = queries.delivery(found, public_id)
    if not may_confirm(session, found, line, actor):
        raise errors.NotImpartial
    if line.answered_at is not None:
        raise errors.AlreadyAnswered
    if not confirmed and not reason.strip():
        raise errors.ReasonMissing(field="reason")
    line.answered_at, line.answered_by_id, line.confirmed = at, actor.user_id, confirmed
    line.refuse_reason = "" if confirmed else reason.strip()[:2000]
    session.flush()
    _note(session, "confirmed" if confirmed else "denied", found, actor, at)
    if not confirmed:
        _tell(
            session, found, Side.GIVER, f"denied-{line.id}", at, N_("Een levering is niet bevestigd"),
            N_("De ontvanger van “%(title)s” zegt dat een levering niet klopt. De reden: %(reason)s"),
            line.refuse_reason,
        )  # fmt: skip
    return line


def may_confirm(session: Session, found: SupportAgreement, line: SupportDelivery, actor: Actor) -> bool:
    """Whether somebody of the receiver is a second person for a delivery."""
    return rules.may_confirm(
        actor.user_id, recorded_by_id=line.recorded_by_id, coaches=queries.coaches(session, found.request),
        works_for_giver=involved_in(session, actor.user_id, [found.offer.organisation_id]),
    )  # fmt: skip


def _check_capacity(session: Session, given: SupportOffer, found: SupportAgreement) -> None:
    agreed = queries.agreed_on(session, [given.id]).get(given.id, [])
    used = queries.taken(given.kind, agreed, found.starts_on, found.ends_on)
    rules.check_capacity(found.amount, given.amount, used)


def _given(session: Session, agreement: SupportAgreement, actor: Actor) -> SupportAgreement:
    found = queries.held(session, agreement.id)
    if policy.side_of(actor, found) is not Side.GIVER:
        raise errors.NotYours
    if found.stage is not Stage.AGREED:
        raise errors.NotRunning
    return found


def _record(
    session: Session, found: SupportAgreement, actor: Actor, at: datetime, **facts: object
) -> SupportDelivery:
    made = SupportDelivery(agreement_id=found.id, recorded_by_id=actor.user_id, recorded_at=at, **facts)
    found.deliveries.append(made)
    session.flush()
    _note(session, "delivered", found, actor, at)
    _tell(
        session, found, Side.RECEIVER, f"delivered-{made.id}", at, N_("Bevestig een levering"),
        N_("De gever schreef een levering op bij “%(title)s”. Klopt het? Bevestig het, of zeg wat niet klopt."),
    )  # fmt: skip
    return made


def _people(session: Session, found: SupportAgreement, side: Side) -> list[User]:
    request = found.request
    if side is Side.GIVER:
        return people_with(session, found.offer.organisation_id, *policy.GIVE.roles)
    if request.organisation_id is not None:
        return people_with(session, request.organisation_id, Role.BOARD)
    ids = {request.made_by_id}
    if request.initiative is not None:
        ids |= {each.user_id for each in request.initiative.founders if each.left_at is None}
    return list(
        session.scalars(select(User).where(User.id.in_(ids), User.erased_at.is_(None)).order_by(User.id))
    )


def _tell(
    session: Session, found: SupportAgreement, side: Side, key: str, at: datetime, subject: str, text: str,
    reason: str = "",
) -> None:  # fmt: skip
    """Mail the people of one side."""
    mail_each(
        session, _people(session, found, side), subject=subject, text=text,
        facts={"title": found.request.title, "reason": reason}, link=f"/support/agreements/{found.public_id}", at=at,
        key=f"support-{found.id}-{key}",
    )  # fmt: skip


def _note(session: Session, what: str, found: SupportAgreement, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"support_agreement.{what}", subject=f"support_agreement:{found.public_id}",
        actor_id=actor.user_id, facts={"amount": found.amount, "aid": found.aid}, at=at,
    )  # fmt: skip
