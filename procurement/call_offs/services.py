"""Placing orders under a framework by its rule, answering them.

Whoever changes what is ordered holds the framework's tender locked: the maximum is counted by one at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.agreements.rules import AgreementLine, split_lines
from ledger.agreements.services import make_agreement
from procurement.call_offs import errors, policy, queries, rules
from procurement.call_offs.events import OrderAgreed
from procurement.call_offs.models import (
    CallOff,
    CallOffAnswer,
    CallOffLine,
    FrameworkParty,
)
from procurement.call_offs.rules import Ordered, Rule, State
from procurement.changes import queries as change_queries
from procurement.changes.events import ContractChanging
from procurement.contracts.models import Contract
from procurement.contracts.rules import LocalOutcome
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender


def hear_changing(session: Session, event: ContractChanging) -> None:
    """What is added to a contract under a framework fits its maximum, counted under the lock.

    Raises:
        ChangeBeyondMaximum: it does not, and nothing changes.
    """
    found = queries.framework_tender_of(session, event.contract_id)
    if found is None or event.delta_minor <= 0:
        return
    tender = tenders.locked_tender(session, found)
    most, taken = Money(tender.framework_max_minor or 0), queries.taken(session, tender.id)
    if most < taken + Money(event.delta_minor):
        raise errors.ChangeBeyondMaximum(field="delta", most=most)


def place(
    session: Session, *, framework: Contract, title: str, description: str, quantities: Mapping[int, Decimal],
    starts_on: date, ends_on: date, party_id: int | None = None, choice_reason: str = "",
    supplements: CallOff | None = None, local_outcome: LocalOutcome, local_reason: str, actor: Actor, at: datetime,
) -> CallOff:  # fmt: skip
    """Order under a framework: whose turn it is by the rule, at its own prices; the room is reserved at once.

    `party_id` counts where the buyer chooses. `supplements`: an addition to an agreed order goes to its supplier.

    Raises:
        NotYourFramework, NoFramework, RuleNotPublished, PartyUnknown.
        NothingOrdered, QuantityInvalid, OutsideTerm, TermReversed, ReasonTooShort, FrameworkFull: at the field.
        NothingToAddTo; AdditionTooLarge: of an addition.
    """
    if not policy.may_place(actor, framework):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, framework.tender_id)
    if tender.framework is None or tender.framework_max_minor is None or framework.agreement_id is None:
        raise errors.NoFramework
    rules.check_term(starts_on, ends_on, framework.starts_on, change_queries.present(session, framework)[1])
    local_reason = rules.check_reason(local_reason, "local_reason")
    stored = queries.find_rule(session, tender.id)
    if supplements is not None:
        chosen = _added_to(session, framework, supplements)
    else:
        rule = rules.check_direct(tender.framework, stored.rule if stored else None)
        if rule is Rule.FIXED:
            choice_reason = rules.check_reason(choice_reason, "choice_reason")
        chosen = rules.next_party(rule, queries.candidates(session, framework.id), (), party_id)
    party = _party(session, framework, chosen)
    lines = rules.ordered([each.price for each in party.prices], quantities)
    amount = rules.total(lines)
    if supplements is not None:
        rules.check_addition(
            tender.framework, supplements.amount, queries.added(session, supplements.id), amount
        )
    rules.check_room(Money(tender.framework_max_minor), queries.taken(session, tender.id), amount)
    sequence = queries.next_sequence(session, framework.id)
    made = CallOff(
        number=f"{framework.number}-{sequence:02}", framework_id=framework.id, sequence=sequence,
        tender_id=tender.id, party_id=party.id, supplements_id=supplements.id if supplements else None,
        title=title.strip(), description=description.strip(), choice_reason=choice_reason.strip(),
        amount_minor=amount.minor, starts_on=starts_on, ends_on=ends_on, state=State.OFFERED,
        local_outcome=local_outcome, local_reason=local_reason, placed_by_id=actor.user_id, placed_at=at,
        lines=_rows(lines),
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, "call_off.placed", made.number, actor, at, amount=amount.minor, party=party.supplier_id)
    _offer(session, made, party, at)
    return queries.call_off(session, made.number)


def _added_to(session: Session, framework: Contract, order: CallOff) -> int | None:
    """The party of an order that can be added to, read anew."""
    order = queries.call_off(session, order.number)
    if (
        order.framework_id != framework.id
        or order.state is not State.ACCEPTED
        or order.supplements_id is not None
    ):
        raise errors.NothingToAddTo
    return order.party_id


def _party(session: Session, framework: Contract, party_id: int | None) -> FrameworkParty:
    found = next((each for each in queries.parties(session, framework.id) if each.id == party_id), None)
    if found is None or found.joined_at is None:
        raise errors.PartyUnknown(field="party")
    return found


def _rows(lines: Sequence[Ordered]) -> list[CallOffLine]:
    return [
        CallOffLine(
            position=each.price.position, description=each.price.description, quantity=each.quantity,
            unit_price_minor=each.price.unit_price.minor, amount_minor=each.amount.minor, vat_code=each.price.vat,
        )
        for each in lines
    ]  # fmt: skip


def answer(
    session: Session, *, order: CallOff, accepts: bool, reason: str = "", actor: Actor, at: datetime
) -> CallOff:
    """Accept an order, which makes it binding and ready to invoice, or decline it with a reason.

    After a refusal the next party by the rule gets the same order at its own prices; with nobody left it ends.

    Raises:
        NotYourFramework; AnsweredBefore; DeclineReasonMissing.
    """
    tenders.locked_tender(session, order.tender_id)
    order = queries.call_off(session, order.number)
    party = order.party
    if party is None or not policy.may_answer(actor, party):
        raise errors.NotYourFramework
    if order.state is not State.OFFERED:
        raise errors.AnsweredBefore
    if not accepts and not reason.strip():
        raise errors.DeclineReasonMissing(field="reason")
    session.add(
        CallOffAnswer(
            call_off_id=order.id, party_id=party.id, accepted=accepts, reason=reason.strip(),
            answered_by_id=actor.user_id, answered_at=at,
        )
    )  # fmt: skip
    session.flush()
    order.answered_at = at
    if accepts:
        order.agreement_id, order.state = _agree(session, order, party, at), State.ACCEPTED
    session.flush()
    note(session, "call_off.accepted" if accepts else "call_off.declined", order.number, actor, at)
    if accepts:
        emit(session, OrderAgreed(order.id))
    else:
        _pass_on(session, order, at)
    text = (
        N_("De leverancier nam de opdracht “%(title)s” aan. Facturen kunnen nu.")
        if accepts
        else N_("De leverancier wees de opdracht “%(title)s” af. De reden:\n\n%(reason)s")
    )
    mail(
        session, order.framework.buyer_id, Role.PURCHASER, N_("Antwoord op nadere opdracht %(number)s"), text,
        {"number": order.number, "title": order.title, "reason": reason.strip()}, f"/call-offs/{order.number}",
        f"call-off-{order.id}-answer-{party.id}", at,
    )  # fmt: skip
    return queries.call_off(session, order.number)


def _pass_on(session: Session, order: CallOff, at: datetime) -> None:
    """Offer a declined order to the next party, if its price still fits; else the order ends."""
    order = queries.call_off(session, order.number)
    quantities = {each.position: each.quantity for each in order.lines}
    tender = session.get_one(Tender, order.tender_id)
    stored = queries.find_rule(session, tender.id)
    declined = {each.party_id for each in order.answers}
    rule = rules.check_direct(tender.framework or "", stored.rule if stored else None)
    following = (
        None
        if order.supplements_id is not None
        else rules.next_party(rule, queries.candidates(session, order.framework_id), declined, None)
    )
    if following is None:
        order.state = State.DECLINED
        session.flush()
        return
    party = _party(session, order.framework, following)
    lines = rules.ordered([each.price for each in party.prices], quantities)
    try:
        rules.check_room(
            Money(tender.framework_max_minor or 0),
            queries.taken(session, tender.id, order.id),
            rules.total(lines),
        )
    except errors.FrameworkFull:
        order.state = State.DECLINED
        session.flush()
        return
    order.lines.clear()
    session.flush()
    order.lines.extend(_rows(lines))
    order.party_id, order.amount_minor = party.id, rules.total(lines).minor
    session.flush()
    _offer(session, order, party, at)


def _agree(session: Session, order: CallOff, party: FrameworkParty, at: datetime) -> int:
    """What invoices are made from: the ordered lines, of one supplier or split over all who bid together."""
    framework = order.framework
    suppliers = party.suppliers_under(framework)
    lines = [
        AgreementLine(
            each.description,
            "C62",
            each.quantity.normalize(),
            Money(each.unit_price_minor).decimal(),
            each.vat_code,
        )
        for each in order.lines
    ]
    made = make_agreement(
        session, reference=order.number, title=order.title[:200], buyer_id=framework.buyer_id,
        suppliers=suppliers, cpv=framework.tender.cpv or "", lines=split_lines(lines, suppliers),
        starts_on=order.starts_on, ends_on=order.ends_on, payment_days=order.framework.payment_days, at=at,
    )  # fmt: skip
    return made.id


def withdraw(session: Session, *, order: CallOff, actor: Actor, at: datetime) -> CallOff:
    """Take back an order that nobody answered: its room is free again.

    Raises:
        NotYourFramework; AnsweredBefore.
    """
    if not policy.may_place(actor, order.framework):
        raise errors.NotYourFramework
    tenders.locked_tender(session, order.tender_id)
    order = queries.call_off(session, order.number)
    if order.state is not State.OFFERED or order.party is None:
        raise errors.AnsweredBefore
    order.state, order.answered_at = State.WITHDRAWN, at
    session.flush()
    note(session, "call_off.withdrawn", order.number, actor, at)
    mail(
        session, order.party.supplier_id, Role.BOARD, N_("Nadere opdracht %(number)s is ingetrokken"),
        N_("De koper trok de opdracht “%(title)s” in. U hoeft niets te doen."),
        {"number": order.number, "title": order.title}, f"/call-offs/{order.number}",
        f"call-off-{order.id}-withdrawn", at,
    )  # fmt: skip
    return order


def _offer(session: Session, order: CallOff, party: FrameworkParty, at: datetime) -> None:
    mail(
        session, party.supplier_id, Role.BOARD, N_("Nadere opdracht %(number)s: neemt u haar aan?"),
        N_("Er is een opdracht voor u onder de raamovereenkomst: “%(title)s”. Zeg ja of nee."),
        {"number": order.number, "title": order.title}, f"/call-offs/{order.number}",
        f"call-off-{order.id}-offer-{party.id}", at,
    )  # fmt: skip


def mail(
    session: Session, organisation_id: int, role: Role, subject: str, text: str, facts: Mapping[str, object],
    link: str, key: str, at: datetime,
) -> None:  # fmt: skip
    """Write to everybody who has this role in an organisation, once per `key`."""
    mail_each(
        session, people_with(session, organisation_id, role), subject=subject, text=text, facts=facts, link=link, at=at,
        key=key,
    )  # fmt: skip


def note(session: Session, action: str, number: str, actor: Actor, at: datetime, **facts: object) -> None:
    """Write an act around a framework into the audit log."""
    record(
        session, action=action, subject=f"call_off:{number}", actor_id=actor.user_id, facts=facts, at=at,
    )  # fmt: skip
