"""Telling buyers that a contract made elsewhere ends, and putting on the calendar what follows."""

from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.needs.models import Need
from coops.needs.rules import LONGEST, NeedFacts
from coops.needs.services import post_need
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.endings import queries
from procurement.endings.models import ExternalEnding
from procurement.externals import policy
from procurement.externals.models import ExternalContract
from procurement.renewals import errors
from procurement.renewals.rules import check_reason


def alert(session: Session, *, at: datetime) -> int:
    """Tell the purchasers of every contract that is about to end, once each; returns how many contracts."""
    told = 0
    for contract in queries.ending(session, local_date(at)):
        made = session.execute(
            insert(ExternalEnding)
            .values(external_id=contract.id, alerted_at=at, no_need_reason="")
            .on_conflict_do_nothing()
            .returning(ExternalEnding.external_id)
        ).first()
        if made is None:
            continue
        told += 1
        for person in people_with(session, contract.buyer_id, Role.PURCHASER):
            send_mail(
                session, to=person.email, locale=person.locale, subject=N_("Contract %(number)s loopt af"),
                text=N_("“%(title)s” eindigt op %(on)s. Zet op tijd op de kalender wat u daarna nodig hebt."),
                facts={"number": contract.number, "title": contract.title, "on": contract.ends_on},
                link=f"/contracts/elsewhere/{contract.number}/next", at=at,
                key=f"ending-{contract.id}-{person.id}",
            )  # fmt: skip
    return told


def _waiting(session: Session, contract: ExternalContract, actor: Actor) -> ExternalEnding:
    if not policy.may(actor, policy.ENTER, contract):
        raise errors.NotYours
    found = queries.locked_ending(session, contract.id)
    if found is None or found.posted_at is not None or contract.withdrawn_at is not None:
        raise errors.NotEnding
    return found


def plan_need(
    session: Session, *, contract: ExternalContract, title: str, purpose: str, wanted_from: date, category: str,
    cpv: str, actor: Actor, at: datetime,
) -> Need:  # fmt: skip
    """Put what follows a contract on the public buying calendar.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        RuleBroken: one of `coops.needs.errors`.
    """
    found, today = _waiting(session, contract, actor), local_date(at)
    need = post_need(
        session, owner_id=contract.buyer_id,
        facts=NeedFacts(
            title=title, wanted_from=wanted_from, contract_ends_on=contract.ends_on,
            expires_on=min(max(wanted_from, today) + timedelta(days=90), today + LONGEST),
        ),
        purpose=purpose.strip(), category=category, cpv=cpv, user_id=actor.user_id, at=at,
    )  # fmt: skip
    found.need_id, found.posted_at = need.id, at
    session.flush()
    record(
        session, action="external.followed", subject=f"external:{contract.number}", actor_id=actor.user_id,
        facts={"need": need.number}, at=at,
    )  # fmt: skip
    return need


def end_without(
    session: Session, *, contract: ExternalContract, reason: str, actor: Actor, at: datetime
) -> ExternalEnding:
    """Say why nothing follows a contract.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        ReasonTooShort: at the field.
    """
    found = _waiting(session, contract, actor)
    found.no_need_reason, found.posted_at = check_reason(reason), at
    session.flush()
    record(
        session, action="external.not_followed", subject=f"external:{contract.number}", actor_id=actor.user_id,
        facts={"reason": found.no_need_reason}, at=at,
    )  # fmt: skip
    return found
