"""Who takes part in a framework: the rule of its orders, who is invited, who signs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from procurement.call_offs import errors, policy, rules
from procurement.call_offs import queries as frameworks
from procurement.call_offs import services as call_offs
from procurement.call_offs.models import FrameworkMember, FrameworkParty, FrameworkPrice, FrameworkRule
from procurement.call_offs.rules import Price, Rule
from procurement.contracts.events import ContractSigned
from procurement.contracts.models import Contract
from procurement.contracts.queries import find_award
from procurement.contracts.services import members_of
from procurement.evaluation.queries import find_evaluation
from procurement.opening.models import OpenedBid
from procurement.participation import queries
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act

REMINDED = timedelta(days=7)
"""How long after the invitation who did not answer is reminded, once (a choice of the house)."""


def set_rule(
    session: Session, *, tender: Tender, rule: Rule, note: str, actor: Actor, at: datetime
) -> FrameworkRule:
    """Say in a draft who gets an order when there are several parties.

    Raises:
        NotYourFramework; NoFramework: the draft asks for no framework; RuleFrozen: it is published.
        ConditionsMissing: at the field `note`.
    """
    if not policy.may_set_rule(actor, tender):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, tender.id)
    if tender.framework is None:
        raise errors.NoFramework
    if tender.published_at is not None:
        raise errors.RuleFrozen
    said = rules.check_conditions(rule, note)
    found = frameworks.find_rule(session, tender.id)
    if found is None:
        found = FrameworkRule(tender_id=tender.id, rule=rule, note=said, set_by_id=actor.user_id, set_at=at)
        session.add(found)
    found.rule, found.note, found.set_by_id, found.set_at = rule, said, actor.user_id, at
    session.flush()
    note_act(session, "framework.rule", tender, actor, at, rule=rule.value)
    return found


def hear_signed(session: Session, event: ContractSigned) -> None:
    """A signed framework contract has its first party, with the contract's lines as price list.

    The further winners of the award are invited at once, each at its own prices.
    """
    contract = session.get_one(Contract, event.contract_id)
    tender = session.get_one(Tender, contract.tender_id)
    if tender.framework is None:
        return
    lines = [(each.description, each.amount, each.vat_code) for each in contract.lines]
    at, by = contract.supplier_signed_at, contract.supplier_signed_by_id
    if at is None or by is None:
        return
    prices = rules.price_list(lines)
    _add_party(session, contract, contract.supplier_id, 1, prices, by, at, joined=True)
    award = find_award(session, contract.lot_id)
    labels = award.also_won if award is not None else []
    bids = queries.bidders(session, contract, labels)
    for rank, label in enumerate(labels, start=2):
        _invite(session, contract, bids[label], rank, prices, contract.buyer_signed_by_id or by, at)


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
        NotYourFramework; SingleParty; WinnersOnly; PartyUnknown: no valid bid; PartyThere.
    """
    if not policy.may_place(actor, framework):
        raise errors.NotYourFramework
    tender = tenders.locked_tender(session, framework.tender_id)
    rules.check_shared(tender.framework)
    if tender.framework_parties is not None:
        raise errors.WinnersOnly
    places = dict(ranked(session, framework))
    bid = queries.bidders(session, framework, [label]).get(label)
    if label not in places or bid is None or bid.price is None:
        raise errors.PartyUnknown(field="party")
    there = frameworks.parties(session, framework.id)
    if any(each.supplier_id == bid.organisation_id for each in there):
        raise errors.PartyThere
    first = [each.price for each in there[0].prices]
    return _invite(session, framework, bid, len(there) + 1, first, actor.user_id, at)


def _invite(
    session: Session,
    framework: Contract,
    bid: OpenedBid,
    rank: int,
    first: Sequence[Price],
    by: int,
    at: datetime,
) -> FrameworkParty:
    """Add a party that has not signed yet, and tell it."""
    prices = rules.prices_by_bid(first, Money(bid.price_minor or 0), framework.price)
    made = _add_party(session, framework, bid.organisation_id, rank, prices, by, at)
    together = members_of(session, bid.content)
    session.add_all(
        FrameworkMember(
            party_id=made.id, position=position, organisation_id=organisation_id, role=role, share=share
        )
        for position, (organisation_id, role, share) in enumerate(together, start=1)
    )  # fmt: skip
    session.flush()
    record(
        session, action="framework.invited", subject=f"call_off:{framework.number}", actor_id=by,
        facts={"supplier": bid.organisation_id}, at=at,
    )  # fmt: skip
    for organisation_id in [each[0] for each in together] or [bid.organisation_id]:
        _ask(
            session, framework, organisation_id, N_("Doe mee aan raamovereenkomst %(number)s"),
            N_("De raamovereenkomst “%(title)s” ligt klaar voor u. Lees uw prijzen en teken."),
            f"framework-{made.id}-{organisation_id}", at,
        )  # fmt: skip
    return made


def remind(session: Session, *, at: datetime) -> None:
    """Write again to who was asked to take part and did not answer for a week; each once."""
    for each in queries.silent(session, at - REMINDED, local_date(at)):
        for organisation_id in sorted(each.party_ids):
            if each.is_awaited(organisation_id):
                _ask(
                    session, each.contract, organisation_id, N_("Raamovereenkomst %(number)s wacht op uw antwoord"),
                    N_("U antwoordde nog niet op de raamovereenkomst “%(title)s”. Teken, of zeg dat u niet meedoet. "
                       "Zolang u niets zegt, krijgt u geen opdrachten."),
                    f"framework-{each.id}-{organisation_id}-again", at,
                )  # fmt: skip


def _ask(
    session: Session,
    framework: Contract,
    organisation_id: int,
    subject: str,
    text: str,
    key: str,
    at: datetime,
) -> None:
    call_offs.mail(
        session, organisation_id, Role.BOARD, subject, text, {"number": framework.number, "title": framework.title},
        f"/frameworks/{framework.number}", key, at,
    )  # fmt: skip


def join(session: Session, *, party: FrameworkParty, actor: Actor, at: datetime) -> FrameworkParty:
    """Sign as another party of a framework, or for one's part of it; twice the same changes nothing.

    A joint bid takes part once its last member signed.

    Raises:
        NotYourFramework.
    """
    if not policy.may_sign(actor, party):
        raise errors.NotYourFramework
    session.execute(select(FrameworkParty.id).where(FrameworkParty.id == party.id).with_for_update())
    party = queries.party(session, party.public_id)
    if not party.is_awaited(actor.organisation_id):
        return party
    for each in party.members:
        if each.organisation_id == actor.organisation_id:
            each.signed_at, each.signed_by_id = at, actor.user_id
    session.flush()
    if all(each.signed_at is not None for each in party.members):
        party.joined_at, party.joined_by_id = at, actor.user_id
        session.flush()
    call_offs.note(
        session, "framework.joined", party.contract.number, actor, at, supplier=actor.organisation_id
    )
    return party


def decline(
    session: Session, *, party: FrameworkParty, reason: str, actor: Actor, at: datetime
) -> FrameworkParty:
    """Say no to taking part, with the reason that the buyer reads; of a joint bid one member's no counts for all.

    Raises:
        NotYourFramework; SignedAlready: it takes part, this member signed, or it said no before.
        ReasonTooShort: at the field `reason`.
    """
    if not policy.may_sign(actor, party):
        raise errors.NotYourFramework
    session.execute(select(FrameworkParty.id).where(FrameworkParty.id == party.id).with_for_update())
    party = queries.party(session, party.public_id)
    if not party.is_awaited(actor.organisation_id):
        raise errors.SignedAlready
    party.decline_reason = words(reason, "reason", short=ReasonTooShort)
    party.declined_at, party.declined_by_id = at, actor.user_id
    session.flush()
    number = party.contract.number
    facts = {"number": number, "name": party.name, "reason": party.decline_reason}
    link, key = f"/frameworks/{number}", f"framework-declined-{party.id}"
    call_offs.note(session, "framework.declined", number, actor, at, supplier=party.supplier_id)
    call_offs.mail(
        session, party.contract.buyer_id, Role.PURCHASER,
        N_("Raamovereenkomst %(number)s: een leverancier doet niet mee"),
        N_("%(name)s doet niet mee. De reden:\n\n%(reason)s\n\nWie tekende, gaat door."), facts, link, key, at,
    )  # fmt: skip
    for organisation_id in sorted(party.party_ids - {actor.organisation_id}):
        call_offs.mail(
            session, organisation_id, Role.BOARD, N_("Raamovereenkomst %(number)s: u doet samen niet mee"),
            N_("Een lid van uw combinatie doet niet mee. De reden:\n\n%(reason)s\n\nU hoeft niets te doen."),
            facts, link, f"{key}-{organisation_id}", at,
        )  # fmt: skip
    return party
