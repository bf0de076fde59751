"""Joining a framework, placing orders by its rule, answering them.

Whoever changes what is ordered holds the framework's tender locked: the maximum is counted by one at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from ledger.agreements.rules import WHOLE, AgreementLine, split_lines
from ledger.agreements.services import make_agreement
from procurement.call_offs import errors, policy, queries, rules
from procurement.call_offs.models import (
    CallOff,
    CallOffAnswer,
    CallOffLine,
    FrameworkParty,
    FrameworkPrice,
    FrameworkRule,
)
from procurement.call_offs.rules import Ordered, Price, Rule, State
from procurement.contracts.events import ContractSigned
from procurement.contracts.models import Contract
from procurement.contracts.rules import LocalOutcome
from procurement.evaluation.queries import find_evaluation
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender


def set_rule(
    session: Session, *, tender: Tender, rule: Rule, note: str, actor: Actor, at: datetime
) -> FrameworkRule:
    """Say in a draft who gets an order when there are several parties.

    Raises:
        NotYourFramework; NoFramework: the draft asks for no framework; RuleFrozen: it is published.
    """
    if not policy.may_set_rule(actor, tender):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, tender.id)
    if tender.framework is None:
        raise errors.NoFramework
    if tender.published_at is not None:
        raise errors.RuleFrozen
    found = queries.find_rule(session, tender.id)
    if found is None:
        found = FrameworkRule(tender_id=tender.id, rule=rule, note="", set_by_id=actor.user_id, set_at=at)
        session.add(found)
    found.rule, found.note, found.set_by_id, found.set_at = rule, note.strip(), actor.user_id, at
    session.flush()
    record(
        session, action="framework.rule", subject=f"tender:{tender.number}", actor_id=actor.user_id,
        facts={"rule": rule.value}, at=at,
    )  # fmt: skip
    return found


def hear_signed(session: Session, event: ContractSigned) -> None:
    """A signed framework contract has its first party, with the contract's lines as price list."""
    contract = session.get_one(Contract, event.contract_id)
    tender = session.get_one(Tender, contract.tender_id)
    if tender.framework is None:
        return
    lines = [(each.description, each.amount, each.vat_code) for each in contract.lines]
    at, by = contract.supplier_signed_at, contract.supplier_signed_by_id
    if at is None or by is None:
        return
    _add_party(session, contract, contract.supplier_id, 1, rules.price_list(lines), by, at, joined=True)


def _add_party(
    session: Session, contract: Contract, supplier_id: int, rank: int, prices: Sequence[Price], by: int, at: datetime,
    *, joined: bool = False,
) -> FrameworkParty:  # fmt: skip
    made = FrameworkParty(
        contract_id=contract.id, supplier_id=supplier_id, rank=rank, invited_by_id=by, invited_at=at,
        joined_by_id=by if joined else None, joined_at=at if joined else None,
        prices=[
            FrameworkPrice(
                position=each.position, description=each.description, unit_price_minor=each.unit_price.minor,
                vat_code=each.vat,
            )
            for each in prices
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def ranked(session: Session, framework: Contract) -> list[tuple[str, int]]:
    """Labels of the valid bids on the framework's lot with their places, the first one left out."""
    evaluation = find_evaluation(session, framework.lot_id)
    lines = evaluation.outcome["ranking"] if evaluation else []
    valid = [(each["id"], each["rank"]) for each in lines if each["rank"] is not None]
    found = queries.bidders(session, framework, [label for label, _ in valid])
    return [
        (label, rank)
        for label, rank in sorted(valid, key=lambda each: (each[1], each[0]))
        if found[label].organisation_id != framework.supplier_id
    ]


def invite_party(
    session: Session, *, framework: Contract, label: str, actor: Actor, at: datetime
) -> FrameworkParty:
    """Let the bidder of a valid bid on the same lot join, at its own prices; it signs by joining.

    Raises:
        NotYourFramework; SingleParty; PartyUnknown: no valid bid; PartyThere.
    """
    if not policy.may_place(actor, framework):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, framework.tender_id)
    if tender.framework != "parallel":
        raise errors.SingleParty
    places = dict(ranked(session, framework))
    bid = queries.bidders(session, framework, [label]).get(label)
    if label not in places or bid is None or bid.price is None:
        raise errors.PartyUnknown(field="party")
    there = queries.parties(session, framework.id)
    if any(each.supplier_id == bid.organisation_id for each in there):
        raise errors.PartyThere
    first = [each.price for each in there[0].prices]
    made = _add_party(
        session, framework, bid.organisation_id, len(there) + 1,
        rules.prices_by_bid(first, bid.price, framework.price), actor.user_id, at,
    )  # fmt: skip
    _note(session, "framework.invited", framework.number, actor, at, supplier=bid.organisation_id)
    _mail(
        session, bid.organisation_id, Role.BOARD, N_("Doe mee aan raamovereenkomst %(number)s"),
        N_("Uw inschrijving was geldig. De koper nodigt u uit voor de raamovereenkomst “%(title)s”."),
        {"number": framework.number, "title": framework.title}, f"/frameworks/{framework.number}",
        f"framework-{made.id}", at,
    )  # fmt: skip
    return made


def join(session: Session, *, party: FrameworkParty, actor: Actor, at: datetime) -> FrameworkParty:
    """Sign as another party of a framework; twice the same changes nothing.

    Raises:
        NotYourFramework.
    """
    if not policy.may_answer(actor, party):
        raise errors.NotYourFramework
    session.execute(select(FrameworkParty.id).where(FrameworkParty.id == party.id).with_for_update())
    party = queries.party(session, party.public_id)
    if party.joined_at is None:
        party.joined_at, party.joined_by_id = at, actor.user_id
        session.flush()
        _note(session, "framework.joined", party.contract.number, actor, at, supplier=party.supplier_id)
    return party


def place(
    session: Session, *, framework: Contract, title: str, description: str, quantities: Mapping[int, Decimal],
    starts_on: date, ends_on: date, party_id: int | None = None, choice_reason: str = "",
    supplements: CallOff | None = None, local_outcome: LocalOutcome, local_reason: str, actor: Actor, at: datetime,
) -> CallOff:  # fmt: skip
    """Order under a framework: whose turn it is by the rule, at its own prices; the room is reserved at once.

    `party_id` counts where the buyer chooses. `supplements`: an addition to an agreed order goes to its supplier.

    Raises:
        NotYourFramework, NoFramework, RuleNotPublished, PartyUnknown.
        NothingOrdered, QuantityInvalid, OutsideTerm, TermReversed, ReasonMissing, FrameworkFull: at the field.
    """
    if not policy.may_place(actor, framework):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, framework.tender_id)
    if tender.framework is None or tender.framework_max_minor is None or framework.agreement_id is None:
        raise errors.NoFramework
    rules.check_term(starts_on, ends_on, framework.starts_on, framework.ends_on)
    local_reason = rules.check_reason(local_reason, "local_reason")
    stored = queries.find_rule(session, tender.id)
    if supplements is not None and supplements.state is State.ACCEPTED:
        chosen = supplements.party_id
    else:
        rule = rules.check_direct(tender.framework, stored.rule if stored else None)
        if rule is Rule.FIXED:
            choice_reason = rules.check_reason(choice_reason, "choice_reason")
        chosen = rules.next_party(rule, queries.candidates(session, framework.id), (), party_id)
    party = _party(session, framework, chosen)
    lines = rules.ordered([each.price for each in party.prices], quantities)
    amount = rules.total(lines)
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
    _note(session, "call_off.placed", made.number, actor, at, amount=amount.minor, party=party.supplier_id)
    _offer(session, made, party, at)
    return queries.call_off(session, made.number)


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
    _note(session, "call_off.accepted" if accepts else "call_off.declined", order.number, actor, at)
    if not accepts:
        _pass_on(session, order, at)
    text = (
        N_("De leverancier nam de opdracht “%(title)s” aan. Facturen kunnen nu.")
        if accepts
        else N_("De leverancier wees de opdracht “%(title)s” af. De reden:\n\n%(reason)s")
    )
    _mail(
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
    """What invoices are made from: the ordered lines, of one supplier or split over the members of its contract."""
    framework = order.framework
    suppliers = (
        framework.suppliers if party.supplier_id == framework.supplier_id else [(party.supplier_id, WHOLE)]
    )
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
    _note(session, "call_off.withdrawn", order.number, actor, at)
    _mail(
        session, order.party.supplier_id, Role.BOARD, N_("Nadere opdracht %(number)s is ingetrokken"),
        N_("De koper trok de opdracht “%(title)s” in. U hoeft niets te doen."),
        {"number": order.number, "title": order.title}, f"/call-offs/{order.number}",
        f"call-off-{order.id}-withdrawn", at,
    )  # fmt: skip
    return order


def _offer(session: Session, order: CallOff, party: FrameworkParty, at: datetime) -> None:
    _mail(
        session, party.supplier_id, Role.BOARD, N_("Nadere opdracht %(number)s: neemt u haar aan?"),
        N_("Er is een opdracht voor u onder de raamovereenkomst: “%(title)s”. Zeg ja of nee."),
        {"number": order.number, "title": order.title}, f"/call-offs/{order.number}",
        f"call-off-{order.id}-offer-{party.id}", at,
    )  # fmt: skip


def _mail(
    session: Session, organisation_id: int, role: Role, subject: str, text: str, facts: Mapping[str, object],
    link: str, key: str, at: datetime,
) -> None:  # fmt: skip
    for person in people_with(session, organisation_id, role):
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text, facts=facts, link=link,
            at=at, key=f"{key}-{person.id}",
        )  # fmt: skip


def _note(session: Session, action: str, number: str, actor: Actor, at: datetime, **facts: object) -> None:
    record(
        session, action=action, subject=f"call_off:{number}", actor_id=actor.user_id, facts=facts, at=at,
    )  # fmt: skip
