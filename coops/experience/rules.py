"""Earlier jobs as values: pure decisions. Amounts in euro cents without VAT, over the whole job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from coops.experience import errors
from cwb.kernel.text import search_key
from ledger.agreements.rules import change_of

MOST_JOBS = 20
"""As many earlier jobs as a profile holds (a choice of the house: the best ones are read)."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What was done, for whom, where and when; `ends_on` None: it still runs.

    `contact` is who can confirm it: shown to the own organisation only, and in a bid that names the job.
    """

    title: str
    client: str
    value_minor: int
    cpv: str
    starts_on: date
    ends_on: date | None = None
    place: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ContractJob(JobFacts):
    """What was delivered and accepted under a contract made here, as an earlier job; `contract` is its number."""

    contract: str = ""


def check_job(facts: JobFacts, today: date) -> None:
    """A job as it may be kept.

    Raises:
        JobTextMissing, JobValueInvalid, JobTermInvalid: at the field.
    """
    for name, text in (("title", facts.title), ("client", facts.client)):
        if not text.strip():
            raise errors.JobTextMissing(field=name)
    if facts.value_minor <= 0:
        raise errors.JobValueInvalid(field="value")
    if facts.starts_on > today:
        raise errors.JobTermInvalid(field="starts_on")
    if facts.ends_on is not None and facts.ends_on <= facts.starts_on:
        raise errors.JobTermInvalid(field="ends_on")


def counts(facts: JobFacts, cpv: str, digits: int, since: date) -> bool:
    """Whether a job is of the same kind (so many leading digits of the CPV code) and ran since this day."""
    return facts.cpv[:digits] == cpv[:digits] and (facts.ends_on is None or facts.ends_on >= since)


def in_words(facts: JobFacts) -> str:
    """A job as it goes into a bid: plain, in digits that every language reads."""
    amount = _amount(facts.value_minor)
    until = "nu" if facts.ends_on is None else f"{facts.ends_on:%d-%m-%Y}"
    place = f", {facts.place}" if facts.place else ""
    lines = [
        f"{facts.title}, voor {facts.client}{place}.",
        f"{facts.starts_on:%d-%m-%Y} tot {until}, {amount} zonder btw, CPV {facts.cpv}.",
    ]
    return "\n".join([*lines, f"Navraag: {facts.contact}."] if facts.contact else lines)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a buyer accepted of one supplier under an agreement, in euro cents without VAT, less credit notes.

    `until` is the last day of which work was accepted, `ends_on` the last day of the agreement.
    """

    party_id: int
    reference: str
    title: str
    buyer: str
    cpv: str
    since: date
    until: date
    ends_on: date
    minor: int


def jobs_of(delivered: Iterable[Delivered], on: date) -> dict[int, list[ContractJob]]:
    """By supplier the contracts made here as earlier jobs: one per contract, with what its changes added."""
    parts: dict[tuple[int, str], list[Delivered]] = {}
    for each in delivered:
        changed = change_of(each.reference)
        parts.setdefault((each.party_id, changed[0] if changed else each.reference), []).append(each)
    found: dict[int, list[ContractJob]] = {}
    for (party_id, contract), of_it in parts.items():
        worth, last = sum(each.minor for each in of_it), max(each.ends_on for each in of_it)
        if worth > 0:
            found.setdefault(party_id, []).append(
                ContractJob(
                    of_it[0].title, of_it[0].buyer, worth, of_it[0].cpv, min(each.since for each in of_it),
                    None if last >= on else max(each.until for each in of_it), contract=contract,
                )
            )  # fmt: skip
    return found


SAME_SHARE = 10
"""How far the amounts of one job may lie apart, in percents of the larger (a choice of the house)."""


def is_same(written: JobFacts, made: ContractJob) -> bool:
    """Whether a job that was written down seems to be a contract made here: buyer, days and amount say so."""
    low, high = sorted((written.value_minor, made.value_minor))
    return (
        search_key(written.client) == search_key(made.client)
        and written.starts_on <= (made.ends_on or date.max)
        and made.starts_on <= (written.ends_on or date.max)
        and (high - low) * 100 <= high * SAME_SHARE
    )


def twins(written: Sequence[JobFacts], made: Sequence[ContractJob]) -> list[ContractJob | None]:
    """By job that was written down the contract made here that it is; each contract is one job once."""
    left, found = list(made), []
    for each in written:
        twin = next((one for one in left if is_same(each, one)), None)
        if twin is not None:
            left.remove(twin)
        found.append(twin)
    return found


YEARS = 3
"""Book years of which a turnover is told, the last one first (art. 2.91 asks three at most; not read in a source)."""


@dataclass(frozen=True, slots=True)
class MeansFacts:
    """What an organisation says of its turnover and insurance, in euro cents without VAT.

    `turnovers` of `book_year` and the years before it, None where a year is not told. `insured_minor` is the sum per
    claim of its liability insurance, which ends on `insured_until`.
    """

    book_year: int
    turnovers: tuple[int | None, ...]
    insured_minor: int | None = None
    insured_until: date | None = None

    @property
    def turnover(self) -> int | None:
        """The turnover of the newest year that was told."""
        return next((each for each in self.turnovers if each is not None), None)

    def insured(self, on: date) -> int | None:
        """The insured sum on a day: 0 when the insurance ended, None when nobody said."""
        if self.insured_minor is None or self.insured_until is None:
            return None
        return self.insured_minor if self.insured_until >= on else 0


def check_means(facts: MeansFacts, today: date) -> None:
    """Turnover and insurance as they may be kept; what is left empty is simply not told.

    Raises:
        MeansEmpty, BookYearInvalid, AmountInvalid, InsuranceHalf: at the field.
    """
    if facts.turnover is None and facts.insured_minor is None:
        raise errors.MeansEmpty(field="turnover_0")
    if not today.year - YEARS <= facts.book_year <= today.year:
        raise errors.BookYearInvalid(field="book_year", first=today.year - YEARS, last=today.year)
    for place, each in enumerate(facts.turnovers):
        if each is not None and each < 0:
            raise errors.AmountInvalid(field=f"turnover_{place}")
    if (facts.insured_minor is None) != (facts.insured_until is None):
        raise errors.InsuranceHalf(field="insured_until" if facts.insured_until is None else "insured")
    if facts.insured_minor is not None and facts.insured_minor <= 0:
        raise errors.AmountInvalid(field="insured")


def _amount(minor: int) -> str:
    return f"€\u00a0{minor // 100:,}".replace(",", "\u00a0")


def turnover_in_words(facts: MeansFacts) -> str:
    """The turnovers as they go into a bid; empty when none was told."""
    told = [
        f"{facts.book_year - place}: {_amount(each)}"
        for place, each in enumerate(facts.turnovers)
        if each is not None
    ]
    return f"Omzet per jaar, zonder btw. {', '.join(told)}." if told else ""


def insured_in_words(facts: MeansFacts) -> str:
    """The insurance as it goes into a bid; empty when none was told."""
    if facts.insured_minor is None or facts.insured_until is None:
        return ""
    amount = _amount(facts.insured_minor)
    return f"Aansprakelijkheid verzekerd voor {amount} per keer, tot {facts.insured_until:%d-%m-%Y}."
