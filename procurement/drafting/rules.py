"""What a draft still lacks, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.lots.rules import Part, is_whole
from procurement.methods.rules import Scoring
from procurement.procedures.rules import row_of
from procurement.tenders import errors

STEPS = (
    ("what", N_("Wat u vraagt")),
    ("value", N_("Waarde en looptijd")),
    ("procedure", N_("Procedure")),
    ("lots", N_("Percelen en eisen")),
    ("scoring", N_("Beoordeling")),
    ("planning", N_("Planning en contact")),
)
"""The short steps of a draft, in order: id and name."""

INVITEES = ("invitees", N_("Wie u uitnodigt"))
"""The step that only a procedure by invitation has, behind the procedure."""


class Draft(Protocol):
    """What is looked at to see which steps are done."""

    title: str
    description: str
    cpv: str | None
    category: str | None
    value_minor: int | None
    starts_on: date | None
    ends_on: date | None
    procedure: str | None
    procedure_facts: dict[str, Any] | None
    no_lots_reason: str
    method: str | None
    closes_at: datetime | None
    questions_until: datetime | None
    contact_name: str
    contact_email: str

    @property
    def lots(self) -> Sequence[Part]:
        """Its lots, one at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a draft and whether it is done."""

    id: str
    name: str
    done: bool


USUAL_VALIDITY, LEAST_VALIDITY, MOST_VALIDITY = 90, 14, 365
"""Days a bid binds after closing: what is proposed, the fewest and most that may be asked (settings of the house)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What shortens or lengthens the terms: urgency with its reason, a prior notice, documents free to all or not.

    `bid_validity_days`: how many days after closing a bid binds its bidder, from `LEAST_VALIDITY` to `MOST_VALIDITY`.
    """

    urgent_reason: str = ""
    prior_notice_on: date | None = None
    prior_notice_reference: str = ""
    documents_free: bool = True
    bid_validity_days: int = USUAL_VALIDITY


USUAL_TERMS = Terms()


def check_terms(terms: Terms, on: date) -> None:
    """A prior notice has a day before today and a reference, or is not there.

    Raises:
        PriorNoticeIncomplete, ValidityOutside: at the field.
    """
    there = terms.prior_notice_on is not None
    if there != bool(terms.prior_notice_reference.strip()):
        raise errors.PriorNoticeIncomplete(field="prior_notice_reference")
    if terms.prior_notice_on is not None and terms.prior_notice_on >= on:
        raise errors.PriorNoticeIncomplete(field="prior_notice_on")
    if not LEAST_VALIDITY <= terms.bid_validity_days <= MOST_VALIDITY:
        raise errors.ValidityOutside(field="bid_validity_days", least=LEAST_VALIDITY, most=MOST_VALIDITY)


def steps(draft: Draft, invited: int | None = None) -> Sequence[Step]:
    """Every step in order, with whether it is done. `invited`: how many are invited; None: nobody needs to be."""
    done = {
        "invitees": bool(invited),
        "what": bool(draft.title and draft.description and draft.cpv and draft.category),
        "value": None not in {draft.value_minor, draft.starts_on, draft.ends_on},
        "procedure": draft.procedure is not None,
        "lots": is_whole(draft.value_minor, draft.lots)
        if len(draft.lots) > 1
        else bool(draft.no_lots_reason),
        "scoring": draft.method is not None,
        "planning": bool(
            draft.contact_name
            and draft.contact_email
            and draft.closes_at
            and (draft.questions_until or not asks(draft))
        ),
    }
    return [Step(code, name, done[code]) for code, name in _names(invited)]


def asks(draft: Draft) -> bool:
    """Whether the chosen procedure lets bidders ask questions."""
    row = row_of(draft.procedure_facts)
    return row is None or row.enquiries


def _names(invited: int | None) -> Sequence[tuple[str, str]]:
    if invited is None:
        return STEPS
    place = [code for code, _ in STEPS].index("procedure") + 1
    return (*STEPS[:place], INVITEES, *STEPS[place:])


def next_step(draft: Draft, after: str, invited: int | None = None) -> str | None:
    """The first unfinished step behind this one, else the first unfinished at all, else None: all done."""
    order = [code for code, _ in _names(invited)]
    open_steps = [step.id for step in steps(draft, invited) if not step.done and step.id != after]
    later = [code for code in open_steps if order.index(code) > order.index(after)]
    return next(iter(later or open_steps), None)


def check_complete(draft: Draft, invited: int | None = None) -> None:
    """Refuse a draft with a step missing.

    Raises:
        DraftIncomplete: names the first one.
    """
    for step in steps(draft, invited):
        if not step.done:
            raise errors.DraftIncomplete(step=step.name)


def by_share(scoring: Scoring, value: Money, whole: Money) -> Scoring:
    """The scoring of a lot of `whole` for one of `value`: amounts by that share, to whole euro, points as they are."""
    if value == whole:
        return scoring

    def part(amount: Money | None) -> Money | None:
        if amount is None:
            return None
        return Money.of(
            amount.times(Decimal(value.minor) / whole.minor).decimal().quantize(Decimal(1), ROUND_HALF_UP)
        )

    low, high = part(scoring.price_min), part(scoring.price_max)
    if low is not None and high is not None and not low < high:
        high = low + Money(100)
    least = Money(100)
    criteria = tuple(
        replace(each, value=None if each.value is None else max(part(each.value) or least, least, key=_minor))
        for each in scoring.criteria
    )
    reference = scoring.reference and max(part(scoring.reference) or least, least, key=_minor)
    return replace(scoring, criteria=criteria, price_min=low, price_max=high, reference=reference)


def _minor(amount: Money) -> int:
    return amount.minor
