"""What a draft is read against: its own words, and what the same buyer buys of the same kind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from coops.needs.models import Need
from cwb.kernel.events import emit
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.spend.queries import bought_loose
from procurement.advice.rules import Law, Purchase, band_of, kind_of, threshold_on
from procurement.bands.queries import own_law
from procurement.counsel.errors import FindingUnknown
from procurement.counsel.events import SameWorkAsked
from procurement.counsel.models import CounselAnswer
from procurement.counsel.rules import LEDGER, Earlier, Finding, Patterns, scan, splits
from procurement.procedures.rules import row_of
from procurement.tenders.models import Tender

_MONTH = timedelta(days=366) / 12


def texts(tender: Tender) -> Iterator[tuple[str, str]]:
    """The words of a draft that bidders will read, as (where, text). Needs lots with criteria."""
    yield from (
        ("title", tender.title),
        ("description", tender.description),
        ("requirements", tender.requirements),
        ("price_only_reason", tender.price_only_reason),
    )
    for lot in tender.lots:
        yield from ((f"lot {lot.number}", lot.title), (f"lot {lot.number}", lot.description))
        for each in lot.criteria:
            yield from ((each.name, each.name), (each.name, each.description))


def earlier(session: Session, tender: Tender, law: Law, on: date) -> Sequence[Earlier]:
    """What the buyer published or plans of the same kind around a day, the oldest first.

    The same kind: as many leading digits of the CPV code as `Settings.same_work_digits`. Published tenders of so
    many months back, needs on the calendar of as many ahead, contracts that began or were made elsewhere in between,
    and what the purchase ledger tells of as many months back without a contract. What was cancelled or ended without
    a contract, and the draft's own need, do not count. A mini-competition is part of its framework, which counts with
    its maximum.
    """
    if tender.cpv is None:
        return ()
    digits, window = law.settings.same_work_digits, law.settings.same_work_months * _MONTH
    group = tender.cpv[:digits]
    day = func.date(func.timezone("Europe/Amsterdam", Tender.published_at))
    published = session.execute(
        select(Tender.number, Tender.title, func.coalesce(Tender.framework_max_minor, Tender.value_minor), day)
        .where(
            Tender.buyer_id == tender.buyer_id, Tender.id != tender.id, func.left(Tender.cpv, digits) == group,
            Tender.published_at.is_not(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None),
            day > on - window, Tender.value_minor.is_not(None),
            Tender.procedure.is_(None) | Tender.procedure.not_in(_under_frameworks(law)),
        )
    ).all()  # fmt: skip
    planned = session.execute(
        select(Need.number, Need.title, func.coalesce(Need.value_high_minor, Need.value_low_minor), Need.wanted_from)
        .where(
            Need.owner_id == tender.buyer_id, Need.id.is_distinct_from(tender.need_id),
            func.left(Need.cpv, digits) == group,
            Need.withdrawn_at.is_(None), Need.converted_at.is_(None), Need.wanted_from < on + window,
            Need.expires_on >= on, Need.value_high_minor.is_not(None),
        )
    ).all()  # fmt: skip
    found = [
        Earlier(number, title, Money(int(value)), when)
        for number, title, value, when in (*published, *planned)
    ]
    asked = SameWorkAsked(tender.buyer_id, group, on - window, on + window)
    emit(session, asked)
    found += [Earlier(*each) for each in asked.found]
    found += _bought(session, tender, group, on - window, on)
    return tuple(sorted(found, key=lambda each: (each.on, each.number)))


def _bought(session: Session, tender: Tender, group: str, since: date, until: date) -> list[Earlier]:
    """What the buyer's purchase ledger holds of the same kind without a contract, all together."""
    loose = bought_loose(
        session, tender.buyer_id, cpv_group=group, category=tender.category or "", since=since, until=until
    )
    if loose.net <= 0 or loose.last_on is None:
        return []
    text = N_("Uw inkoopboek, zonder contract (regels: %(lines)s, leveranciers: %(suppliers)s)")
    facts: dict[str, object] = {"lines": loose.lines, "suppliers": loose.suppliers}
    return [Earlier(LEDGER, text, Money(loose.net), loose.last_on, facts)]


def _under_frameworks(law: Law) -> list[str]:
    return [each.id for each in law.procedures if each.under_framework]


def findings(session: Session, tender: Tender, law: Law, words: Patterns, on: date) -> tuple[Finding, ...]:
    """What a draft is asked about now. Needs buyer and lots with criteria.

    Raises:
        NoDatedTable: no thresholds are known for the day.
    """
    found, law = list(scan(texts(tender), words)), own_law(session, law, tender.buyer, on)
    own = row_of(tender.procedure_facts)
    is_order = own is not None and own.under_framework
    if tender.value_minor is not None and tender.cpv is not None and not is_order:
        purchase = Purchase(
            Money(tender.framework_max_minor or tender.value_minor), Cpv(tender.cpv),
            tender.buyer.anchor_type or "company", on,
        )  # fmt: skip
        kind, dated = kind_of(purchase.cpv), threshold_on(law, on)
        band = band_of(law, purchase, kind)
        limits = [dated.works if kind == "works" else dated.services]
        if band is not None:
            limits += [each for each in (band.single_below, band.invited_below) if each is not None]
        split = splits(
            purchase.value, earlier(session, tender, law, on), limits, law.settings.same_work_months
        )
        found += [split] if split is not None else []
    return tuple(found)


def finding(
    session: Session, tender: Tender, law: Law, words: Patterns, on: date, fingerprint: str
) -> Finding:
    """One of them.

    Raises:
        FindingUnknown: the draft has no such finding now.
    """
    for each in findings(session, tender, law, words, on):
        if each.fingerprint == fingerprint:
            return each
    raise FindingUnknown


def answers(session: Session, tender_id: int) -> Mapping[str, CounselAnswer]:
    """The latest answer per fingerprint, with who gave it."""
    rows = session.scalars(
        select(CounselAnswer)
        .where(CounselAnswer.tender_id == tender_id)
        .options(joinedload(CounselAnswer.answered_by))
        .order_by(CounselAnswer.id)
    )
    return {each.fingerprint: each for each in rows}
