"""Telling buyers that a contract ends, and putting on the calendar what follows."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete
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
from procurement.changes import queries as changes
from procurement.changes.events import ContractChanged
from procurement.contracts.models import Contract
from procurement.renewals import errors, policy, queries, rules
from procurement.renewals.models import Renewal, RenewalSetting


def alert(session: Session, *, at: datetime) -> int:
    """Tell the purchasers of every contract that is about to end, once each; returns how many contracts."""
    told = 0
    for contract, ends_on in queries.ending(session, local_date(at)):
        made = session.execute(
            insert(Renewal)
            .values(contract_id=contract.id, alerted_at=at, no_need_reason="")
            .on_conflict_do_nothing()
            .returning(Renewal.contract_id)
        ).first()
        if made is None:
            continue
        told += 1
        for person in people_with(session, contract.buyer_id, Role.PURCHASER):
            send_mail(
                session, to=person.email, locale=person.locale, subject=N_("Contract %(number)s loopt af"),
                text=N_("“%(title)s” eindigt op %(on)s. Zet op tijd op de kalender wat u daarna nodig hebt."),
                facts={"number": contract.number, "title": contract.title, "on": ends_on},
                link=f"/contracts/{contract.number}/renewal", at=at,
                key=f"renewal-{contract.id}-{ends_on.isoformat()}-{person.id}",
            )  # fmt: skip
    return told


def hear_changed(session: Session, event: ContractChanged) -> None:
    """A change moved the end: an alert that was not dealt with is forgotten, and comes again in its time."""
    session.execute(
        delete(Renewal).where(Renewal.contract_id == event.contract_id, Renewal.posted_at.is_(None))
    )


def _waiting(session: Session, contract: Contract, actor: Actor) -> Renewal:
    if not policy.may(actor, policy.PLAN, contract):
        raise errors.NotYours
    found = queries.find_renewal(session, contract.id)
    if found is None or found.posted_at is not None:
        raise errors.NotEnding
    return found


def plan_need(
    session: Session,
    *,
    contract: Contract,
    title: str,
    purpose: str,
    wanted_from: date,
    actor: Actor,
    at: datetime,
) -> Need:
    """Put what follows a contract on the public buying calendar, in its kind of work, CPV code and place.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        RuleBroken: one of `coops.needs.errors`.
    """
    found = _waiting(session, contract, actor)
    _price, ends_on = changes.present(session, contract)
    today = local_date(at)
    need = post_need(
        session, owner_id=contract.buyer_id,
        facts=NeedFacts(
            title=title, wanted_from=wanted_from, contract_ends_on=ends_on,
            expires_on=min(max(wanted_from, today) + timedelta(days=90), today + LONGEST),
        ),
        purpose=purpose.strip(), category=contract.tender.category or "", cpv=contract.tender.cpv or "",
        place_code=contract.tender.place_code, user_id=actor.user_id, at=at,
    )  # fmt: skip
    found.need_id, found.posted_at = need.id, at
    session.flush()
    record(
        session, action="contract.followed", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"need": need.number}, at=at,
    )  # fmt: skip
    return need


def end_without(session: Session, *, contract: Contract, reason: str, actor: Actor, at: datetime) -> Renewal:
    """Say why nothing follows a contract.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        ReasonTooShort: at the field.
    """
    found = _waiting(session, contract, actor)
    found.no_need_reason, found.posted_at = rules.check_reason(reason), at
    session.flush()
    record(
        session, action="contract.not_followed", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"reason": found.no_need_reason}, at=at,
    )  # fmt: skip
    return found


def set_months(session: Session, *, months: int, actor: Actor, at: datetime) -> int:
    """Choose for one's own organisation how many months before the end it hears of a contract.

    Raises:
        NotYours: no purchaser of an organisation.
        MonthsWrong: at the field.
    """
    if actor.organisation_id is None or not policy.PLAN.open_to(actor):
        raise errors.NotYours
    chosen = rules.check_months(months)
    session.execute(
        insert(RenewalSetting)
        .values(organisation_id=actor.organisation_id, months=chosen)
        .on_conflict_do_update(index_elements=["organisation_id"], set_={"months": chosen})
    )
    record(
        session, action="renewal.months_set", subject=f"organisation:{actor.organisation_id}", actor_id=actor.user_id,
        facts={"months": chosen}, at=at,
    )  # fmt: skip
    return chosen
