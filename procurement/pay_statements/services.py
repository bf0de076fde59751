"""Stating what was paid, and looking at the paper behind it."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.papers.rules import PaperKind
from coops.papers.services import add_paper
from coops.wages.rules import Wage
from cwb.audit.services import record
from cwb.files.gateway import HouseKeys
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from procurement.contracts.models import Contract
from procurement.contracts.queries import locked_contract
from procurement.contracts.services import tell_side
from procurement.pay_statements import errors, policy, queries, rules
from procurement.pay_statements.models import PayStatement
from procurement.pay_statements.rules import MOST_CAO, PayFacts
from procurement.wage_floors.queries import find_floor


def choose_days(
    session: Session, *, contract: Contract, starts_on: date, ends_on: date, actor: Actor, at: datetime
) -> None:
    """Whether a supplier may state what it paid in these days: told before it fills in the rest. Writes nothing.

    Raises:
        NotYours, NotSigned, StatedBefore: who may not, or not now.
        DaysWrong: at the field.
    """
    if not policy.may_state(actor, contract) or actor.organisation_id is None:
        raise errors.NotYours
    if contract.agreement_id is None:
        raise errors.NotSigned
    rules.check_days(starts_on, ends_on, first=contract.starts_on, today=local_date(at))
    if queries.waits(session, contract.id, actor.organisation_id, starts_on, ends_on):
        raise errors.StatedBefore


def state_pay(
    session: Session, *, contract: Contract, facts: PayFacts, name: str, content: bytes, wage: Wage, keys: HouseKeys,
    actor: Actor, at: datetime,
) -> PayStatement:  # fmt: skip
    """Write down what a supplier paid in a period, with its paper; the programme looks at it. `wage`: of the last day.

    Raises:
        NotYours, NotSigned, StatedBefore: who may not, or not now.
        DaysWrong, PeopleMissing, HoursTooMany, AverageTooLow, BelowFloor, and what `add_paper` refuses: at the field.
    """
    contract = locked_contract(session, contract.id)
    choose_days(
        session, contract=contract, starts_on=facts.starts_on, ends_on=facts.ends_on, actor=actor, at=at
    )
    rules.check(facts, first=contract.starts_on, today=local_date(at))
    floor, least = find_floor(session, contract.tender_id), wage.minimum_minor
    asked = max(least, floor.floor_minor if floor else 0)
    rules.check_meant(facts, floor_minor=asked)
    paper = add_paper(
        session, kind=PaperKind.PAY, name=name, content=content, keys=keys, actor=actor, at=at,
        organisation_id=actor.organisation_id,
    )  # fmt: skip
    made = PayStatement(
        contract_id=contract.id, organisation_id=actor.organisation_id, starts_on=facts.starts_on,
        ends_on=facts.ends_on, lowest_minor=facts.lowest_minor, floor_minor=asked, minimum_minor=least,
        cao=facts.cao.strip()[:MOST_CAO], people=facts.people, hours=facts.hours, paid_minor=facts.paid_minor,
        paper_id=paper.id, stated_by_id=actor.user_id, stated_at=at, check_note="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="pay.stated", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"statement": str(made.public_id), "lowest": made.lowest_minor, "people": made.people}, at=at,
    )  # fmt: skip
    if made.is_below:
        tell_side(
            session, contract, contract.buyer_id, N_("Loon onder de ondergrens bij %(number)s"),
            N_(
                "Uw leverancier verklaarde zelf dat iemand minder verdiende dan de ondergrens. "
                "Het programma ziet het bewijs na. Vraag de leverancier hoe het komt. "
                "Spreek af wanneer het is rechtgezet."
            ),
            f"pay-below-{made.id}", at, page="/fair-work",
        )  # fmt: skip
    return made


def check_pay(
    session: Session, *, statement: PayStatement, accepted: bool, note: str, actor: Actor, at: datetime
) -> PayStatement:
    """Say whether the paper shows what was stated: from then on E3, or refused. The supplier hears of it.

    Raises:
        NotIndependent: of a side, its coach, or who stated it.
        StatementSettled: it was looked at.
        NoteMissing: at the field.
    """
    mine = actor.user_id == statement.stated_by_id or queries.is_of_a_side(session, actor.user_id, statement)
    if not policy.CHECK.open_to(actor) or mine:
        raise errors.NotIndependent
    if statement.checked_at is not None:
        raise errors.StatementSettled
    statement.check_note = rules.check_note(note)
    statement.accepted, statement.checked_by_id, statement.checked_at = accepted, actor.user_id, at
    session.flush()
    record(
        session, action="pay.accepted" if accepted else "pay.refused", subject=f"contract:{statement.contract.number}",
        actor_id=actor.user_id, facts={"statement": str(statement.public_id)}, at=at,
    )  # fmt: skip
    tell_side(
        session, statement.contract, statement.organisation_id, N_("Uw loonverklaring bij %(number)s is bekeken"),
        N_("Uitkomst: %(note)s"), f"pay-{statement.id}", at, page="/fair-work", note=statement.check_note,
    )  # fmt: skip
    return statement


def tell_lapsing(session: Session, *, at: datetime) -> None:
    """Write to each supplier before its statement lapses, and to both sides when it lapsed; each once."""
    today = local_date(at)
    for each in queries.lapsing(session, today):
        facts = {"name": each.organisation.name, "day": each.valid_until}
        if today <= each.valid_until:
            tell_side(
                session, each.contract, each.organisation_id, N_("Uw loonverklaring bij %(number)s verloopt"),
                N_("De verklaring bij “%(title)s” geldt tot en met %(day)s. Lever op tijd een nieuwe."),
                f"pay-{each.id}-lapses", at, page="/pay", **facts,
            )  # fmt: skip
            continue
        tell_side(
            session, each.contract, each.organisation_id, N_("Uw loonverklaring bij %(number)s is verlopen"),
            N_("De verklaring bij “%(title)s” gold tot en met %(day)s. Iedereen ziet dat. Lever een nieuwe."),
            f"pay-{each.id}-lapsed", at, page="/pay", **facts,
        )  # fmt: skip
        tell_side(
            session, each.contract, each.contract.buyer_id, N_("Een loonverklaring bij %(number)s is verlopen"),
            N_("De verklaring van %(name)s bij “%(title)s” gold tot en met %(day)s. De leverancier weet het."),
            f"pay-{each.id}-lapsed-buyer", at, page="/fair-work", **facts,
        )  # fmt: skip
