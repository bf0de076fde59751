"""Dividing a draft into lots.

While one divides, the lots need not add up yet: the step is done, and the draft published, only when they do.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.text import search_key
from procurement.advice.rules import Kind, Law, kind_of
from procurement.drafting.services import spread_criteria
from procurement.lots import errors, rules
from procurement.lots.rules import MOST_LOTS
from procurement.procedures.rules import EUROPEAN
from procurement.tenders.errors import TermReversed
from procurement.tenders.models import Lot, Tender
from procurement.tenders.services import draft_changed as changed
from procurement.tenders.services import locked_draft as draft_of


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What a buyer writes about a lot; CPV, place and term None where they are the tender's. Value without VAT."""

    title: str
    description: str
    value: Money
    cpv: str | None = None
    place_code: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def add_lot(
    session: Session,
    *,
    tender: Tender,
    facts: LotFacts,
    version: int | None = None,
    user_id: int,
    at: datetime,
) -> Tender:
    """Take a lot out of a draft. From an undivided one it is split off: lot 1 keeps the rest of the value.

    Raises:
        LotTitleMissing, LotTwice, LotValueInvalid, LotTakesAll, TermReversed, TooManyLots: input.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    if len(tender.lots) >= MOST_LOTS:
        raise errors.TooManyLots(most=MOST_LOTS)
    _check(facts, tender.lots)
    if not tender.is_divided:
        if tender.value_minor is not None:
            rest = tender.value_minor - facts.value.minor
            if rest <= 0:
                raise errors.LotTakesAll(field="value", value=Money(tender.value_minor))
            tender.lots[0].value_minor = rest
        tender.lots[0].title = tender.lots[0].title or tender.title
    made = Lot(number=len(tender.lots) + 1, title="", criteria=[])
    _write(made, facts)
    tender.lots.append(made)
    session.flush()
    return _divided(session, tender, user_id, at)


def change_lot(
    session: Session, *, tender: Tender, number: int, facts: LotFacts, version: int | None = None, user_id: int,
    at: datetime,
) -> Tender:  # fmt: skip
    """Change a lot of a divided draft.

    Raises:
        LotNotFound: no such lot, or the draft is not divided.
        LotTitleMissing, LotTwice, LotValueInvalid, TermReversed: input.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    lot = lot_of(tender, number)
    _check(facts, [each for each in tender.lots if each is not lot])
    _write(lot, facts)
    session.flush()
    return _divided(session, tender, user_id, at)


def remove_lot(
    session: Session, *, tender: Tender, number: int, version: int | None = None, user_id: int, at: datetime
) -> Tender:
    """Put a lot away; later ones move up. The last one left is the whole tender again.

    Raises:
        LotNotFound: no such lot, or the draft is not divided.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    tender.lots.remove(lot_of(tender, number))
    session.flush()
    for place, each in enumerate(tender.lots, start=1):
        if place == 1:
            each.own_criteria = False
        each.number = place
        session.flush()
    is_whole = len(tender.lots) == 1
    if is_whole:
        whole = tender.lots[0]
        whole.title, whole.description, whole.value_minor = tender.title, "", tender.value_minor
        whole.cpv = whole.place_code = whole.starts_on = whole.ends_on = None
    for name in ("most_lots_bid", "most_lots_won"):
        setattr(tender, name, rules.real_limit(getattr(tender, name), len(tender.lots)))
    return _divided(session, tender, user_id, at)


def follow_first(
    session: Session, *, tender: Tender, number: int, version: int | None = None, user_id: int, at: datetime
) -> Tender:
    """Let a lot with criteria of its own follow lot 1 again.

    Raises:
        LotNotFound, NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    lot_of(tender, number).own_criteria = False
    return _divided(session, tender, user_id, at)


def choose_outside(
    session: Session, *, tender: Tender, numbers: Collection[int], law: Law, version: int | None = None, user_id: int,
    at: datetime,
) -> Tender:  # fmt: skip
    """Let these small lots go outside the European procedure; the others stay in it.

    Raises:
        OutsideNotEuropean, OutsideTooLarge, OutsideTooMuch, LotNotFound: input.
        NotDraft, DraftChanged.
    """
    tender = draft_of(session, tender, version)
    _check_outside(tender, numbers, law)
    for each in tender.lots:
        each.outside = each.number in numbers
    return changed(session, tender, "outside", user_id, at)


def check_outside(tender: Tender, law: Law) -> None:
    """The choice of small lots still holds: a value may have changed since.

    Raises:
        OutsideNotEuropean, OutsideTooLarge, OutsideTooMuch.
    """
    _check_outside(tender, [each.number for each in tender.lots if each.outside], law)


def _check_outside(tender: Tender, numbers: Collection[int], law: Law) -> None:
    rules.check_outside(
        tender.lots, numbers, law.small_lots, works=works_of(tender), european=tender.procedure in EUROPEAN
    )


def works_of(tender: Tender) -> frozenset[int]:
    """The numbers of the lots that are works."""
    codes = {each.number: each.cpv or tender.cpv for each in tender.lots}
    return frozenset(number for number, code in codes.items() if code and kind_of(Cpv(code)) is Kind.WORKS)


def lot_of(tender: Tender, number: int) -> Lot:
    """A lot of a divided draft by its number.

    Raises:
        LotNotFound: none.
    """
    found = next((each for each in tender.lots if each.number == number and tender.is_divided), None)
    if found is None:
        raise errors.LotNotFound
    return found


def _divided(session: Session, tender: Tender, user_id: int, at: datetime) -> Tender:
    spread_criteria(session, tender)
    return changed(session, tender, "lots", user_id, at)


def _check(facts: LotFacts, others: Sequence[Lot]) -> None:
    if not facts.title.strip():
        raise errors.LotTitleMissing(field="title")
    if search_key(facts.title) in {search_key(each.title) for each in others}:
        raise errors.LotTwice(field="title", title=facts.title)
    if facts.value.minor <= 0:
        raise errors.LotValueInvalid(field="value")
    if facts.starts_on is not None and facts.ends_on is not None and facts.ends_on <= facts.starts_on:
        raise TermReversed(field="ends_on")


def _write(lot: Lot, facts: LotFacts) -> None:
    lot.title, lot.description, lot.value_minor = facts.title.strip(), facts.description, facts.value.minor
    lot.cpv, lot.place_code = facts.cpv, facts.place_code
    lot.starts_on, lot.ends_on = facts.starts_on, facts.ends_on
