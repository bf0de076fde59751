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
from cwb.notifications.services import mail_each
from procurement.changes import queries as changes
from procurement.changes.events import ContractChanged
from procurement.contracts.models import Contract
from procurement.externals.models import ExternalContract
from procurement.renewals import errors, policy, queries, rules
from procurement.renewals.models import ExternalEnding, Following, Renewal, RenewalSetting
from procurement.renewals.rules import Ending


def alert(session: Session, *, at: datetime) -> int:
    """Tell the purchasers of every contract that is about to end, once each; returns how many contracts."""
    told = 0
    for contract, ends_on in queries.ending(session, local_date(at)):
        here = isinstance(contract, Contract)
        table, key = (Renewal, "contract_id") if here else (ExternalEnding, "external_id")
        made = session.execute(
            insert(table)
            .values({key: contract.id, "alerted_at": at, "no_need_reason": ""})
            .on_conflict_do_nothing()
            .returning(table.alerted_at)
        ).first()
        if made is not None:
            told += 1
            _tell(session, ending_of(contract, ends_on), at)
    return told


def ending_of(contract: Contract | ExternalContract, ends_on: date) -> Ending:
    """A contract with its present last day; of one made elsewhere there is no tender to take work and place from."""
    number, title, buyer_id = contract.number, contract.title, contract.buyer_id
    if isinstance(contract, ExternalContract):
        return Ending(
            "external", number, title, buyer_id, ends_on, f"/contracts/elsewhere/{number}/next",
            f"ending-{contract.id}",
        )  # fmt: skip
    tender = contract.tender
    return Ending(
        "contract", number, title, buyer_id, ends_on, f"/contracts/{number}/renewal",
        f"renewal-{contract.id}-{ends_on.isoformat()}", tender.category or "", tender.cpv or "", tender.place_code,
    )  # fmt: skip


def last_day(session: Session, contract: Contract | ExternalContract) -> date:
    """The last day of a contract, extensions included."""
    return changes.present(session, contract)[1] if isinstance(contract, Contract) else contract.ends_on


def _tell(session: Session, ending: Ending, at: datetime) -> None:
    mail_each(
        session, people_with(session, ending.buyer_id, Role.PURCHASER), subject=N_("Contract %(number)s loopt af"),
        text=N_("“%(title)s” eindigt op %(on)s. Zet op tijd op de kalender wat u daarna nodig hebt."),
        facts={"number": ending.number, "title": ending.title, "on": ending.ends_on}, link=ending.link, at=at,
        key=ending.key,
    )  # fmt: skip


def hear_changed(session: Session, event: ContractChanged) -> None:
    """A change moved the end: an alert that was not dealt with is forgotten, and comes again in its time."""
    session.execute(
        delete(Renewal).where(Renewal.contract_id == event.contract_id, Renewal.posted_at.is_(None))
    )


def _waiting(
    session: Session, contract: Contract | ExternalContract, actor: Actor
) -> tuple[Following, Ending]:
    if not policy.may(actor, policy.PLAN, contract):
        raise errors.NotYours
    found = queries.find_alert(session, contract)
    if found is None:
        raise errors.NotEnding
    return found, ending_of(contract, last_day(session, contract))


def plan_need(
    session: Session, *, contract: Contract | ExternalContract, title: str, purpose: str, wanted_from: date,
    category: str = "", cpv: str = "", actor: Actor, at: datetime,
) -> Need:  # fmt: skip
    """Put what follows a contract on the public buying calendar, in its kind of work, CPV code and place.

    `category` and `cpv` are asked where the contract was made elsewhere.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        RuleBroken: one of `coops.needs.errors`.
    """
    (found, ending), today = _waiting(session, contract, actor), local_date(at)

    def follows(need: Need) -> None:
        found.need_id, found.posted_at = need.id, at

    need = post_need(
        session, owner_id=ending.buyer_id,
        facts=NeedFacts(
            title=title, wanted_from=wanted_from, contract_ends_on=ending.ends_on,
            expires_on=min(max(wanted_from, today) + timedelta(days=90), today + LONGEST),
        ),
        purpose=purpose.strip(), category=category or ending.category, cpv=cpv or ending.cpv,
        place_code=ending.place_code, before_told=follows,
        user_id=actor.user_id, at=at,
    )  # fmt: skip
    _done(session, found, ending, "followed", {"need": need.number}, actor, at)
    return need


def end_without(
    session: Session, *, contract: Contract | ExternalContract, reason: str, actor: Actor, at: datetime
) -> Following:
    """Say why nothing follows a contract.

    Raises:
        NotYours, NotEnding: who may not, or not now.
        ReasonTooShort: at the field.
    """
    found, ending = _waiting(session, contract, actor)
    found.no_need_reason = rules.check_reason(reason)
    _done(session, found, ending, "not_followed", {"reason": found.no_need_reason}, actor, at)
    return found


def _done(
    session: Session, found: Following, ending: Ending, what: str, facts: dict[str, str], actor: Actor, at: datetime
) -> None:  # fmt: skip
    found.posted_at = at
    session.flush()
    record(
        session, action=f"{ending.kind}.{what}", subject=f"{ending.kind}:{ending.number}", actor_id=actor.user_id,
        facts=facts, at=at,
    )  # fmt: skip


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
