"""One procedure as a row of data, and the minimum terms that follow from it. Pure; sources stand in netherlands.toml.

A tender keeps the row it started with (`Tender.procedure_facts["row"]`), so a later table changes nothing for it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.procedures import errors

EUROPEAN = ("european_open", "european_restricted")
"""Procedures of the directive's full regime: the own statement is obliged (art. 2.84; the model: unverified)."""


class Access(StrEnum):
    """Who may see and bid: everyone; who was invited; whoever applied and was selected (everyone sees)."""

    OPEN = "open"
    INVITED = "invited"
    SELECTED = "selected"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure as data. Days are calendar days; `certainty` is "sure", "unverified" or "setting".

    `min_days`: publication (or selection) to closing, with electronic bids and free documents. `paper_extra` and
    `documents_extra` are added without one or the other. `prior_notice_days` and `urgent_days` replace
    `min_days` after a prior notice, or with a reason for urgency; None where there is no such term.
    `apply_days` and `urgent_apply_days`: publication to the end of applying, 0 without such a phase.
    `answer_days`: answers are out so many days before closing. `least_invited` and `most_invited` bound who is
    invited, `least_selected` says how many are selected at least. `announced`: a notice on TenderNed is needed.
    `under_framework`: a competition among the parties of a framework agreement; never advised for a new purchase.
    """

    id: str
    name: str
    ocds_method: str
    min_days: int
    article: str
    certainty: str
    access: str = Access.OPEN
    enquiries: bool = True
    answer_days: int = 10
    urgent_answer_days: int = 4
    least_invited: int = 0
    most_invited: int = 0
    apply_days: int = 0
    urgent_apply_days: int | None = None
    least_selected: int = 0
    paper_extra: int = 0
    documents_extra: int = 0
    prior_notice_days: int | None = None
    urgent_days: int | None = None
    standstill: bool = False
    announced: bool = False
    under_framework: bool = False
    terms_article: str = ""
    terms_certainty: str = "setting"

    def __post_init__(self) -> None:
        Access(self.access)
        if self.least_invited > self.most_invited or (self.access == Access.INVITED) != bool(
            self.most_invited
        ):
            raise ValueError(f"{self.id}: invited ones and their number do not fit")
        if (self.access == Access.SELECTED) != bool(self.apply_days):
            raise ValueError(f"{self.id}: who selects lets apply first")

    def kept(self) -> dict[str, Any]:
        """The row as JSON values, to keep with a tender."""
        return asdict(self)


def row_of(facts: Mapping[str, Any] | None) -> Procedure | None:
    """The row a tender started with; None for a draft without one. Fields of another age are left out."""
    row = (facts or {}).get("row")
    if not row:
        return None
    known = {each.name for each in fields(Procedure)}
    return Procedure(**{name: value for name, value in row.items() if name in known})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What shortens or lengthens the minimum terms."""

    urgent: bool = False
    prior_notice: bool = False
    documents_free: bool = True
    electronic: bool = True


USUAL = Circumstances()


def least_days(row: Procedure, case: Circumstances = USUAL) -> int:
    """The least calendar days to bid: from publication, or from selection where one applies first.

    Urgency has a fixed term. After a prior notice the shorter term counts; what makes bidding slower (paper, no
    free documents) is added to it (art. 2.71 to 2.76 Aw 2012).
    """
    if case.urgent and row.urgent_days is not None:
        return row.urgent_days
    shorter = case.prior_notice and row.prior_notice_days is not None
    base = row.prior_notice_days if shorter and row.prior_notice_days is not None else row.min_days
    return (
        base
        + (0 if case.electronic else row.paper_extra)
        + (0 if case.documents_free else row.documents_extra)
    )


def least_apply_days(row: Procedure, case: Circumstances = USUAL) -> int:
    """The least calendar days from publication to the end of applying; 0 without such a phase."""
    if case.urgent and row.urgent_apply_days is not None:
        return row.urgent_apply_days
    return row.apply_days


def answer_days(row: Procedure, case: Circumstances = USUAL) -> int:
    """How many days before closing answers are out; 0 where nobody asks (Aw 2012, art. 2.54)."""
    if not row.enquiries:
        return 0
    return row.urgent_answer_days if case.urgent and row.urgent_days is not None else row.answer_days


@dataclass(frozen=True, slots=True)
class Term:
    """A minimum term in calendar days and when it counts; `text` is a marked text."""

    id: str
    days: int
    text: str
    article: str
    certainty: str


def terms_of(row: Procedure, terms: "Articles") -> tuple[Term, ...]:
    """Every minimum term of a procedure with what makes it longer or shorter, the usual one first."""
    article, certainty = row.terms_article or row.article, row.terms_certainty
    usual = certainty if row.terms_article == "" else row.certainty

    def term(code: str, days: int, text: str, sure: str = certainty) -> Term:
        return Term(code, days, text, article, sure)

    found = []
    if row.apply_days:
        found.append(term("apply", row.apply_days, N_("Aanmelden: vanaf de aankondiging."), usual))
        if row.urgent_apply_days is not None:
            found.append(
                term("apply_urgent", row.urgent_apply_days, N_("Aanmelden bij spoed, met een reden."))
            )
    begin = (
        N_("Inschrijven: vanaf de selectie.") if row.apply_days else N_("Inschrijven: vanaf de aankondiging.")
    )
    found.append(term("bid", row.min_days, begin, usual))
    for code, case, text in (
        (
            "bid_documents",
            Circumstances(documents_free=False),
            N_("Als de stukken niet vrij te downloaden zijn."),
        ),
        ("bid_paper", Circumstances(electronic=False), N_("Als inschrijven niet digitaal kan.")),
        ("bid_prior_notice", Circumstances(prior_notice=True), N_("Na een vooraankondiging.")),
        ("bid_urgent", Circumstances(urgent=True), N_("Bij spoed, met een reden.")),
    ):
        if (days := least_days(row, case)) != row.min_days:
            found.append(term(code, days, text))
    if row.enquiries:
        text = N_("Antwoorden op vragen: zoveel dagen voor de sluiting.")
        found.append(Term("answers", row.answer_days, text, terms.answers, terms.certainty))
        if row.urgent_days is not None:
            text = N_("Antwoorden op vragen bij spoed.")
            found.append(Term("answers_urgent", row.urgent_answer_days, text, terms.answers, terms.certainty))
    if row.standstill:
        text = N_("Wachten na de gunningsbeslissing, vanaf de dag na het versturen aan allen.")
        found.append(Term("standstill", terms.standstill_days, text, terms.standstill, terms.certainty))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Articles:
    """The terms that are the same for every procedure, with their articles."""

    answers: str
    standstill: str
    standstill_days: int
    certainty: str


@dataclass(frozen=True, slots=True)
class Exempt:
    """A case in which no standstill is asked for."""

    id: str
    text: str
    article: str
    certainty: str


def years_between(starts_on: date, ends_on: date) -> Decimal:
    """The length of a contract in years: whole at every anniversary, more than that one day later."""
    whole = ends_on.year - starts_on.year
    if _anniversary(starts_on, whole) > ends_on:
        whole -= 1
    since = _anniversary(starts_on, whole)
    return whole + Decimal((ends_on - since).days) / 366


def _anniversary(day: date, years: int) -> date:
    """The same day so many years later; the 29th of February becomes the 28th, as PostgreSQL counts."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Phase(StrEnum):
    """Where a tender with a selection stands while it is open: applying, selecting, bidding."""

    APPLYING = "applying"
    SELECTING = "selecting"
    BIDDING = "bidding"


def phase_of(apply_until: datetime | None, selected_at: datetime | None, at: datetime) -> Phase | None:
    """The phase at an instant; None where nobody applies. The end of applying itself is too late."""
    if apply_until is None:
        return None
    if at < apply_until:
        return Phase.APPLYING
    return Phase.BIDDING if selected_at is not None and selected_at <= at else Phase.SELECTING


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework agreement: with one party or several at once, the most that is called off, why longer than usual.

    `parties`: with how many suppliers at most, 2 to 100; None with one party.
    """

    kind: str
    most: Money | None
    reason: str = ""
    parties: int | None = None


FEWEST_PARTIES, MOST_PARTIES = 2, 100
"""How many suppliers a framework with several has (the upper limit is our own choice)."""


def parties_of(framework: Framework | None) -> int | None:
    """With how many suppliers at most a framework is made; None where there is one.

    Raises:
        FrameworkPartiesInvalid: a framework with several does not say it.
    """
    if framework is None or framework.kind != "parallel":
        return None
    if framework.parties is None or not FEWEST_PARTIES <= framework.parties <= MOST_PARTIES:
        raise errors.FrameworkPartiesInvalid(
            field="framework_parties", least=FEWEST_PARTIES, most=MOST_PARTIES
        )
    return framework.parties


def check_framework(
    framework: Framework | None, *, value: Money, starts_on: date, ends_on: date, most_years: int
) -> int | None:
    """The stated maximum in euro cents; None without a framework (CJEU C-23/20; Aw 2012, art. 2.140).

    Raises:
        FrameworkMaximumMissing, FrameworkMaximumTooLow, FrameworkTooLong: at the field.
    """
    if framework is None:
        return None
    if framework.most is None or framework.most.minor <= 0:
        raise errors.FrameworkMaximumMissing(field="framework_max")
    if framework.most < value:
        raise errors.FrameworkMaximumTooLow(field="framework_max")
    if years_between(starts_on, ends_on) > most_years and not framework.reason.strip():
        raise errors.FrameworkTooLong(field="framework_reason", years=most_years)
    return framework.most.minor
