"""Earlier jobs as values: pure decisions. Amounts in euro cents without VAT, over the whole job."""

from dataclasses import dataclass
from datetime import date

from coops.experience import errors

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
    amount = f"€\u00a0{facts.value_minor // 100:,}".replace(",", "\u00a0")
    until = "nu" if facts.ends_on is None else f"{facts.ends_on:%d-%m-%Y}"
    place = f", {facts.place}" if facts.place else ""
    lines = [
        f"{facts.title}, voor {facts.client}{place}.",
        f"{facts.starts_on:%d-%m-%Y} tot {until}, {amount} zonder btw, CPV {facts.cpv}.",
    ]
    return "\n".join([*lines, f"Navraag: {facts.contact}."] if facts.contact else lines)
