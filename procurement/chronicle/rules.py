"""What of a tender is told, and when: facts without a database, and the moments that are published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from procurement.demands.rules import DemandFacts
from procurement.ocds.rules import Party
from procurement.resident_work.rules import ShareFacts
from procurement.wage_floors.rules import Floor


class Tag(StrEnum):
    """What a release is about (OCDS codelist releaseTag)."""

    PLANNING = "planning"
    PLANNING_UPDATE = "planningUpdate"
    TENDER = "tender"
    TENDER_AMENDMENT = "tenderAmendment"
    TENDER_UPDATE = "tenderUpdate"
    TENDER_CANCELLATION = "tenderCancellation"
    AWARD = "award"
    AWARD_UPDATE = "awardUpdate"
    AWARD_CANCELLATION = "awardCancellation"
    CONTRACT = "contract"
    CONTRACT_AMENDMENT = "contractAmendment"
    IMPLEMENTATION = "implementation"
    CONTRACT_TERMINATION = "contractTermination"


@dataclass(frozen=True, slots=True)
class Setting:
    """What publishing needs of this installation: address, prefix of its ids, region (NUTS), and names of codes.

    `procedures`: id → OCDS method and name in Dutch.
    """

    base_url: str
    prefix: str
    nuts: str
    procedures: Mapping[str, tuple[str, str]]
    places: Mapping[str, str]
    cpv_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """A criterion; `value_minor` in euro cents for full points, only with gunnen op waarde."""

    kind: str
    name: str
    description: str
    max_points: Decimal | None
    min_points: Decimal | None
    value_minor: int | None


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A complaint of which the buyer published the outcome, without names; `lots` are numbers, none for all."""

    public_id: str
    outcome: str
    summary: str
    lots: Sequence[int]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What a cost over the life will be in each of its years, as the winning bid promised; in euro cents."""

    name: str
    first: int
    last: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot; `value_minor` None when the estimate is not public; `ended` is when and how it ended alone, and why.

    CPV, place and term are empty where they are the tender's. `bids`: how many were opened, and how many of them are
    valid. `outside`: outside the European procedure (Aw 2012, art. 2.18, 2.19). `demands`: what it alone asks.
    """

    number: int
    title: str
    description: str
    value_minor: int | None
    criteria: Sequence[CriterionFacts]
    ended: tuple[datetime, str] | None = None
    ended_reason: str = ""
    bids: tuple[int, int] = (0, 0)
    outside: bool = False
    formula: str = ""
    cpv: str = ""
    cpv_name: str = ""
    place: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    demands: Sequence[DemandFacts] = ()


@dataclass(frozen=True, slots=True)
class AmendmentFacts:
    """A change after publication: a deadline that moved, or the content (`is_content`), or both.

    `changes`: of each changed text, amount or day its name, and its old and new value as text ("": there was none).
    """

    made_at: datetime
    reason: str
    closed_at_before: datetime
    closes_at: datetime
    is_content: bool = False
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """A question with its published answer; who asked is not here."""

    public_id: str
    part: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NotaFacts:
    """A nota van inlichtingen."""

    number: int
    published_at: datetime
    answers: Sequence[AnswerFacts]


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """A lot awarded in a sent decision. `number` counts the awards of its tender; `amount_minor` is the winning price.

    Awards of one decision carry the same `decision`: what comes of them at one instant is one happening.
    """

    number: int
    lots: Sequence[int]
    suppliers: Sequence[Party]
    amount_minor: int
    sent_at: datetime
    definitive_at: datetime | None
    withdrawn_at: datetime | None
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionFacts:
    """A paid invoice, in euro cents without VAT, less what was credited."""

    public_id: str
    at: datetime
    amount_minor: int
    payer: Party
    payee: Party


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A promise of the contract: `amount` in `unit`, when it is due, what came of it (list milestoneStatus)."""

    id: str
    title: str
    description: str
    due_on: date | None
    changes: Sequence[tuple[datetime, str]] = ()
    amount: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of a signed contract; price and end as they are from then on."""

    number: int
    at: datetime
    reason: str
    price_minor: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract signed by all."""

    number: str
    award: int
    title: str
    suppliers: Sequence[Party]
    price_minor: int
    starts_on: date
    ends_on: date
    signed_at: datetime
    changes: Sequence[ChangeFacts] = ()
    milestones: Sequence[MilestoneFacts] = ()
    transactions: Sequence[TransactionFacts] = ()
    costs: Sequence[CostFacts] = ()
    shares: Sequence[ShareFacts] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """A public need on the buying calendar."""

    number: str
    title: str
    purpose: str
    cpv: str
    value_minor: int | None
    wanted_from: date
    buyer: Party
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """A published tender, as far as it may be told. `public_from` is when its first release may go out.

    `tenderers`: who bid, a consortium as one, however many lots it bid on. `framework`: "single" or "parallel", at
    most `framework_parties` suppliers. `urgent_reason`: why the terms were shortened. `competitive`: of an order under
    a framework, whether its parties competed for it; one without competition has no page and no bids. `floor`: the
    lowest wage that the work must bear, with its collective agreement.
    """

    number: str
    buyer: Party
    title: str
    description: str
    requirements: str
    cpv: str
    cpv_name: str
    place: str
    value_minor: int | None
    starts_on: date | None
    ends_on: date | None
    method: str
    method_details: str
    method_reason: str
    reservation: str | None
    formula: str
    lots: Sequence[LotFacts]
    published_at: datetime
    questions_until: datetime | None
    closes_at: datetime | None
    awarded_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    unsuccessful_at: datetime | None
    unsuccessful_reason: str
    tenderers: int
    amendments: Sequence[AmendmentFacts]
    notas: Sequence[NotaFacts]
    awards: Sequence[AwardFacts]
    contracts: Sequence[ContractFacts]
    need: NeedFacts | None
    public_from: datetime | None
    framework: str | None = None
    framework_parties: int | None = None
    urgent_reason: str = ""
    demands: Sequence[DemandFacts] = ()
    complaints: Sequence[ComplaintFacts] = ()
    competitive: bool | None = None
    floor: Floor | None = None

    @property
    def is_direct_order(self) -> bool:
        """Whether it is an order under a framework that went to one supplier at its own prices."""
        return self.competitive is False

    @property
    def bids(self) -> tuple[int, int]:
        """How many bids were opened over all lots, and how many of them are valid."""
        return sum(each.bids[0] for each in self.lots), sum(each.bids[1] for each in self.lots)

    @property
    def award_criteria(self) -> str:
        """The word of the OCDS codelist awardCriteria: rated, or the price only."""
        rated = any(each.kind == "quality" for lot in self.lots for each in lot.criteria)
        return "ratedCriteria" if rated else "priceOnly"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is published: its tag, its key within the tender, when it was."""

    tag: Tag
    key: str
    at: datetime


def happenings(facts: TenderFacts) -> list[Happening]:
    """Everything of a tender that is published, in the order it happened; nothing while it is not public."""
    if facts.public_from is None:
        return []
    found = [Happening(Tag.TENDER, "tender", facts.published_at)]
    found += [
        Happening(Tag.TENDER_AMENDMENT, f"amendment-{number}", each.made_at)
        for number, each in enumerate(facts.amendments, start=1)
    ]
    found += [Happening(Tag.TENDER_UPDATE, f"nota-{each.number}", each.published_at) for each in facts.notas]
    if facts.cancelled_at is not None:
        found.append(Happening(Tag.TENDER_CANCELLATION, "cancellation", facts.cancelled_at))
    if facts.unsuccessful_at is not None:
        found.append(Happening(Tag.TENDER_UPDATE, "unsuccessful", facts.unsuccessful_at))
    found += [
        Happening(Tag.TENDER_UPDATE, f"lot-{lot.number}-ended", lot.ended[0])
        for lot in facts.lots
        if lot.ended
    ]
    found += [
        Happening(Tag.TENDER_UPDATE, f"complaint-{each.public_id}", each.published_at)
        for each in facts.complaints
    ]
    told = set[tuple[int, Tag, datetime]]()
    for award in facts.awards:
        for each in _of_award(award):
            mark = (award.decision or -award.number, each.tag, each.at)
            if mark not in told:
                told.add(mark)
                found.append(each)
    for contract in facts.contracts:
        found += _of_contract(contract)
    return sorted(found, key=lambda each: each.at)


def _of_award(award: AwardFacts) -> Iterator[Happening]:
    yield Happening(Tag.AWARD, f"award-{award.number}", award.sent_at)
    if award.definitive_at is not None and award.definitive_at != award.sent_at:
        yield Happening(Tag.AWARD_UPDATE, f"award-{award.number}-active", award.definitive_at)
    if award.withdrawn_at is not None:
        yield Happening(Tag.AWARD_CANCELLATION, f"award-{award.number}-cancelled", award.withdrawn_at)


def _of_contract(contract: ContractFacts) -> Iterator[Happening]:
    yield Happening(Tag.CONTRACT, f"contract-{contract.number}", contract.signed_at)
    for change in contract.changes:
        yield Happening(
            Tag.CONTRACT_AMENDMENT, f"contract-{contract.number}-change-{change.number}", change.at
        )
    for milestone in contract.milestones:
        for count, (at, _status) in enumerate(milestone.changes, start=1):
            yield Happening(Tag.IMPLEMENTATION, f"milestone-{milestone.id}-{count}", at)
    for share in contract.shares:
        yield Happening(Tag.IMPLEMENTATION, f"work-{share.public_id}", share.verified_at)
        if share.replaced_at is not None:
            yield Happening(Tag.IMPLEMENTATION, f"work-{share.public_id}-replaced", share.replaced_at)
    for paid in contract.transactions:
        yield Happening(Tag.IMPLEMENTATION, f"payment-{paid.public_id}", paid.at)
    if contract.ended_at is not None:
        yield Happening(Tag.CONTRACT_TERMINATION, f"contract-{contract.number}-end", contract.ended_at)
