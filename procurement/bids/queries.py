"""Reading bids. Nothing here counts bids for anybody but their own organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from cwb.identity.models import Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.kernel.prepared import SIZE, SKIPPED, Prepared, Record
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows
from procurement.bids import rules
from procurement.bids.errors import BidNotFound
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.bids.rules import Bidder
from procurement.consortia import queries as consortia
from procurement.demands.models import SelectionDemand
from procurement.demands.queries import DEMANDED, facts
from procurement.exclusions.models import Exclusion
from procurement.lifecycle.rules import LifeCycle, life_cycle_of
from procurement.lots.rules import whole_title
from procurement.procedures.models import Admission
from procurement.scoring.rules import Method
from procurement.statements import queries as statements
from procurement.statements.models import StatementDemand
from procurement.statements.rules import Demand
from procurement.tenders.models import Amendment, Criterion, Lot, Tender
from procurement.tenders.queries import visible_to
from procurement.wage_floors.models import TenderWage
from procurement.wage_floors.rules import Floor


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A lot of a published tender as a bidder sees it: with buyer and the criteria to answer.

    `moment`: when it was read, by the database's clock, which decides deadlines.
    """

    tender: Tender
    lot: Lot
    criteria: Sequence[Criterion]
    moment: datetime
    changed_at: datetime | None = None
    demand: Demand = field(default_factory=Demand)
    floor: Floor | None = None

    def changed_since(self, bid: Bid) -> datetime | None:
        """When the content last changed after a bid was begun or last handed in; None: it did not."""
        seen = bid.submitted_at or bid.started_at
        return self.changed_at if self.changed_at is not None and self.changed_at > seen else None

    @property
    def codes(self) -> list[str]:
        """Codes of the quality criteria, in order."""
        return [each.code for each in self.criteria if each.kind == "quality"]

    @property
    def asked(self) -> rules.Asked:
        """What a bid must hold; with a limit on winning lots also the bidder's own order."""
        limited = self.tender.most_lots_won is not None and self.tender.is_divided
        wishes = self.tender.lot_count if limited else 0
        return rules.Asked(
            self.codes, self.closes_on, wishes, self.demand.grounds, self.demand.criterion_ids,
            self.life.codes if self.life is not None else (), self.floor is not None, self.valid_for,
        )  # fmt: skip

    @property
    def life(self) -> LifeCycle | None:
        """The costs over the life that are asked beside the price."""
        return life_cycle_of(self.tender.life_cycle)

    @property
    def title(self) -> str:
        """The tender's title, and the lot when there are several."""
        return whole_title(self.tender.title, self.tender.lot_count, self.lot.number, self.lot.title)

    @property
    def closes_on(self) -> date:
        """The day of closing: papers must count until then."""
        if self.tender.closes_at is None:
            raise BidNotFound
        return local_date(self.tender.closes_at)

    @property
    def valid_for(self) -> timedelta:
        """How long after closing a bid stands at least: as the tender says, else the setting of the house."""
        days = self.tender.bid_validity_days
        return rules.LEAST_VALID if days is None else timedelta(days=days)

    @property
    def price_range(self) -> tuple[int, int] | None:
        """The published lowest and highest price in euro cents, when the method counts in such a range."""
        low, high = self.lot.price_min_minor, self.lot.price_max_minor
        if self.tender.method != Method.FIXED_PRICE_RANGE or low is None or high is None:
            return None
        return low, high

    def criterion(self, code: str) -> Criterion:
        """A quality criterion by its code.

        Raises:
            BidNotFound: the tender asks no such thing.
        """
        found = next((each for each in self.criteria if each.code == code and each.kind == "quality"), None)
        if found is None:
            raise BidNotFound
        return found


def opportunity(session: Session, number: str, lot: int = 1, actor: Actor | None = None) -> Opportunity:
    """A lot of a published tender with what a bid must answer, if this reader may know of it.

    Raises:
        BidNotFound: no such tender or lot, not published, or a quote to which others were invited.
    """
    changed = (
        select(func.max(Amendment.made_at))
        .where(Amendment.tender_id == Tender.id, Amendment.kind == "content")
        .scalar_subquery()
    )
    here = (
        select(Lot.id)
        .where(Lot.tender_id == SelectionDemand.tender_id, Lot.number == lot)
        .correlate(SelectionDemand)
        .scalar_subquery()
    )
    demanded = DEMANDED.where(
        SelectionDemand.tender_id == Tender.id, func.coalesce(SelectionDemand.lot_id, here) == here
    ).scalar_subquery()
    row = session.execute(
        select(
            Tender,
            changed.label("changed_at"),
            StatementDemand,
            demanded.label("demanded"),
            TenderWage,
            func.cwb_now(type_=DateTime(timezone=True)).label("moment"),
        )
        .outerjoin(StatementDemand, StatementDemand.tender_id == Tender.id)
        .outerjoin(TenderWage, TenderWage.tender_id == Tender.id)
        .where(Tender.number == number, Tender.published_at.is_not(None), visible_to(actor))
        .options(joinedload(Tender.buyer), selectinload(Tender.lots).selectinload(Lot.criteria))
    ).one_or_none()
    if row is None:
        raise BidNotFound
    tender: Tender = row[0]
    found = next((each for each in tender.lots if each.number == lot), None)
    if found is None:
        raise BidNotFound
    criteria = sorted(found.criteria, key=lambda each: each.position)
    asked = statements.demand(tender, row[2], facts(row.demanded))
    floor = row[4].floor if row[4] is not None else None
    return Opportunity(tender, found, criteria, row.moment, row.changed_at, asked, floor)


def database_now(session: Session) -> datetime:
    """This instant by the database's clock: the one that decides deadlines."""
    moment: datetime = session.execute(text("SELECT cwb_now()")).scalar_one()
    return moment


def find_running(session: Session, lot_id: int, organisation_id: int) -> Bid | None:
    """An organisation's bid on a lot that was not withdrawn."""
    return session.scalars(
        select(Bid).where(
            Bid.lot_id == lot_id, Bid.organisation_id == organisation_id, Bid.withdrawn_at.is_(None)
        )
    ).one_or_none()


def running_of(session: Session, tender_id: int, organisation_id: int) -> Mapping[int, Bid]:
    """An organisation's running bids on a tender, by lot."""
    found = session.scalars(
        select(Bid).where(
            Bid.tender_id == tender_id, Bid.organisation_id == organisation_id, Bid.withdrawn_at.is_(None)
        )
    ).all()
    return {each.lot_id: each for each in found}


def lots_of_bidder(session: Session, *, tender_id: int, besides: int = 0, organisation_id: int) -> int:
    """On how many running lots of a tender an organisation handed in, alone and with others, besides one bid.

    Asked of the database past the fence of rows (migration 0035): only how many, for the limit of lots.
    """
    asked = select(func.lots_of_bidder(tender_id, besides, organisation_id))
    return session.scalar(asked) or 0


def own_bid(session: Session, public_id: UUID, organisation_id: int | None) -> Bid:
    """A bid of one's own organisation, or one in which it joined, with its tender.

    Raises:
        BidNotFound: none, or of another organisation.
    """
    found = session.scalars(
        _own(organisation_id)
        .where(Bid.public_id == public_id)
        .options(joinedload(Bid.tender).joinedload(Tender.buyer), joinedload(Bid.lot))
    ).one_or_none()
    if found is None:
        raise BidNotFound
    return found


def _own(organisation_id: int | None) -> Select[Bid]:
    mine = consortia.takes_part(Bid.id, organisation_id)
    return select(Bid).where(or_(Bid.organisation_id == organisation_id, mine))


def own_bids(organisation_id: int | None) -> Select[Bid]:
    """All bids of an organisation, alone and with others, newest first, with tender and lots: for a list."""
    return (
        _own(organisation_id)
        .join(Bid.tender)
        .options(contains_eager(Bid.tender), joinedload(Bid.lot))
        .order_by(Bid.id.desc())
    )


_LISTED = Record(
    Bid, Bid.public_id, Bid.organisation_id, Bid.draft_version, Bid.submitted_draft, Bid.version, Bid.retracted,
    Bid.submitted_at, Bid.withdrawn_at,
    tender=Record(
        Tender, Tender.number, Tender.title, Tender.closes_at, Tender.opened_at, Tender.decided_at, Tender.cancelled_at,
        Tender.unsuccessful_at, Tender.lot_count,
    ),
    lot=Record(Lot, Lot.number, Lot.title, Lot.stop_reason),
)  # fmt: skip
_OF_US = select(Bid).where(
    or_(Bid.organisation_id == ORGANISATION, consortia.takes_part(Bid.id, ORGANISATION))
)

LISTED = Prepared(
    lambda moment, *values: (_LISTED(*values), moment),
    _OF_US.with_only_columns(func.cwb_now(), *_LISTED.columns)
    .join(Bid.tender)
    .join(Bid.lot)
    .order_by(Bid.id.desc())
    .limit(SIZE)
    .offset(SKIPPED),
)
"""Bids of an organisation, alone and with others, with their tenders, newest first, and the database's instant."""

_COUNT = Prepared(int, _OF_US.with_only_columns(func.count()))


def count_own(session: Session, organisation_id: int) -> int:
    """How many bids an organisation has."""
    return _COUNT.one(session, organisation_id=organisation_id)


def versions(session: Session, bid_id: int) -> Sequence[BidVersion]:
    """What was handed in for a bid, newest first (without the sealed texts)."""
    return session.scalars(
        select(BidVersion).where(BidVersion.bid_id == bid_id).order_by(BidVersion.version.desc())
    ).all()


def current_version(session: Session, bid: Bid) -> BidVersion:
    """The version that counts of a bid that was handed in."""
    return session.scalars(
        select(BidVersion).where(BidVersion.bid_id == bid.id, BidVersion.version == bid.version)
    ).one()


def bidder(
    session: Session, *, organisation_id: int | None, has_mandate: bool, tender: Tender, on: date
) -> Bidder:
    """What the question "may we bid" looks at, for one organisation and tender."""
    if organisation_id is None:
        return Bidder(None, has_kvk=False, has_mandate=has_mandate, is_excluded=False, is_admitted=False)
    excluded = exists().where(
        Exclusion.buyer_id == tender.buyer_id, Exclusion.organisation_id == organisation_id,
        Exclusion.starts_on <= on, Exclusion.ends_on > on,
    )  # fmt: skip
    admitted = exists().where(Admission.tender_id == tender.id, Admission.organisation_id == organisation_id)
    row = session.execute(
        select(Organisation.kvk_number, excluded.label("excluded"), admitted.label("admitted")).where(
            Organisation.id == organisation_id
        )
    ).one()
    return Bidder(
        organisation_id, has_kvk=bool(row.kvk_number), has_mandate=has_mandate, is_excluded=row.excluded,
        is_admitted=row.admitted,
    )  # fmt: skip


def is_closed(tender: Tender, moment: datetime) -> bool:
    """Whether a tender takes no bids any more at an instant of the database's clock."""
    stopped = tender.opened_at or tender.cancelled_at or tender.unsuccessful_at
    return bool(stopped) or tender.closes_at is None or moment >= tender.closes_at


def state_of(bid: Bid, tender: Tender, moment: datetime) -> rules.BidState:
    """The state of a bid at an instant."""
    return rules.state_of(
        version=bid.version, submitted_draft=bid.submitted_draft, draft_version=bid.draft_version,
        is_withdrawn=bid.withdrawn_at is not None, is_retracted=bid.version == bid.retracted,
        is_closed=is_closed(tender, moment),
        is_opened=tender.opened_at is not None,
        is_decided=tender.decided_at is not None and moment >= tender.decided_at,
    )  # fmt: skip


def late_attempts(session: Session, tender_id: int) -> Sequence[LateAttempt]:
    """Who came too late for a tender, in order; shown to its buyer after the opening only."""
    return session.scalars(
        select(LateAttempt)
        .where(LateAttempt.tender_id == tender_id)
        .options(joinedload(LateAttempt.organisation))
        .order_by(LateAttempt.id)
    ).all()


_DRAFTS = (
    rows(number=Tender.number, num=Lot.number, due_at=Tender.closes_at)
    .join(Bid, Bid.tender_id == Tender.id)
    .join(Lot, Lot.id == Bid.lot_id)
    .where(
        Bid.organisation_id == ORGANISATION,
        Bid.withdrawn_at.is_(None),
        Bid.submitted_draft.is_distinct_from(Bid.draft_version),
        Tender.closes_at > AT,
        Tender.cancelled_at.is_(None),
        Lot.stop_reason.is_(None),
    )
    .order_by(Bid.id.desc())
)
"""Running bids of an organisation whose draft was not handed in as it is, while the tender is open."""

_SHARED = func.helpers_shared(ORGANISATION).table_valued("tender", "helper", "other")


def shared_helpers(session: Session, organisation_id: int) -> Sequence[tuple[Tender, User, int]]:
    """Who helps an organisation with a bid and belongs to another bidder on that open tender, with that one's key."""
    shared = func.helpers_shared(organisation_id).table_valued("tender", "helper", "other")
    statement = (
        select(Tender, User, shared.c.other)
        .join(shared, shared.c.tender == Tender.id)
        .join(User, User.id == shared.c.helper)
    )
    return [(tender, helper, int(other)) for tender, helper, other in session.execute(statement)]


tasks = Tasks(
    Waiting(
        N_("U hoort bij twee inschrijvers op %(number)s: %(title)s. Stop bij één"), "helping.index", rules.HELPERS,
        rows(number=Tender.number, title=Tender.title)
        .join(_SHARED, _SHARED.c.tender == Tender.id)
        .where(_SHARED.c.helper == USER)
        .distinct(),
    ),
    Waiting(
        N_("Maak uw inschrijving op %(number)s af"), "bids.start", rules.FILLERS,
        _DRAFTS.where(Tender.lot_count == 1), {"number": "number"},
    ),
    Waiting(
        N_("Maak uw inschrijving op %(number)s af, perceel %(num)s"), "bids.lot", rules.FILLERS,
        _DRAFTS.where(Tender.lot_count > 1), {"number": "number", "lot": "num"},
    ),
)  # fmt: skip
"""Drafts that wait to be finished or handed in."""
