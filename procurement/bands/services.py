"""Entering, confirming and dropping own bands."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from procurement.bands import errors, policy
from procurement.bands.models import OwnBand
from procurement.bands.rules import BandFacts, check_band


def enter_band(session: Session, *, facts: BandFacts, actor: Actor, at: datetime) -> OwnBand:
    """Write down bands of the own organisation; they count once a colleague confirmed them.

    Raises:
        Forbidden: no purchaser of an organisation.
        BandTwice, or one of `rules.check_band`: input.
    """
    if actor.organisation_id is None or not policy.SET.open_to(actor):
        raise Forbidden
    check_band(facts, local_date(at))
    _check_free(session, actor.organisation_id, facts)
    made = OwnBand(
        organisation_id=actor.organisation_id, kind=facts.kind, valid_from=facts.valid_from,
        single_below_minor=facts.single_below_minor, invited_below_minor=facts.invited_below_minor,
        source=facts.source.strip(), entered_by_id=actor.user_id, entered_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, "bands.entered", made, actor, at)
    return made


def confirm_band(session: Session, *, band: OwnBand, actor: Actor, at: datetime) -> OwnBand:
    """Confirm as a second person; from now on the advice uses them from their first day.

    Raises:
        Forbidden, BandBySamePerson: who may not.
        BandSettled: it was confirmed already.
        BandTwice: others count from that day.
    """
    _check_open(band, actor)
    if band.entered_by_id == actor.user_id:
        raise errors.BandBySamePerson
    facts = BandFacts(
        band.kind, band.valid_from, band.single_below_minor, band.invited_below_minor, band.source
    )
    _check_free(session, band.organisation_id, facts)
    band.confirmed_by_id, band.confirmed_at = actor.user_id, at
    session.flush()
    _record(session, "bands.confirmed", band, actor, at)
    return band


def drop_band(session: Session, *, band: OwnBand, actor: Actor, at: datetime) -> None:
    """Throw away bands that nobody confirmed.

    Raises:
        Forbidden: who may not.
        BandSettled: they count.
    """
    _check_open(band, actor)
    _record(session, "bands.dropped", band, actor, at)
    session.delete(band)
    session.flush()


def _check_open(band: OwnBand, actor: Actor) -> None:
    if band.organisation_id != actor.organisation_id or not policy.SET.open_to(actor):
        raise Forbidden
    if band.confirmed_at is not None:
        raise errors.BandSettled


def _check_free(session: Session, organisation_id: int, facts: BandFacts) -> None:
    taken = session.scalar(
        select(
            exists().where(
                OwnBand.organisation_id == organisation_id, OwnBand.kind == facts.kind,
                OwnBand.valid_from == facts.valid_from, OwnBand.confirmed_at.is_not(None),
            )
        )
    )  # fmt: skip
    if taken:
        raise errors.BandTwice(field="valid_from")


def _record(session: Session, action: str, band: OwnBand, actor: Actor, at: datetime) -> None:
    facts = {
        "kind": band.kind, "valid_from": band.valid_from.isoformat(), "single_below": band.single_below_minor,
        "invited_below": band.invited_below_minor,
    }  # fmt: skip
    record(
        session, action=action, subject=f"bands:{band.public_id}", actor_id=actor.user_id, facts=facts, at=at
    )
