"""Decisions about chain liability (Wet ketenaansprakelijkheid) on bare values.

Where work is passed on or staff is lent, the purchaser can be held for payroll taxes and VAT that its supplier does not
pay (art. 34 and 35 Invorderingswet 1990). What is paid to a G-account counts against that.
A supplier need not have one. Advice here is no guarantee; a bookkeeper should read it. The terms of `FRESH_DAYS` are
ours, from no official source.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from cwb.kernel.money import Money, half_up
from cwb.kernel.text import N_
from ledger.chains.errors import (
    BeforeAgreement,
    DayInFuture,
    PercentageWrong,
    ValidBeforeDated,
    WageShareMissing,
)


class ChainRole(StrEnum):
    """What the supplier is to the purchaser."""

    DIRECT = "direct"
    SUBCONTRACT = "subcontract"
    STAFF = "staff"


ROLES: Mapping[str, str] = {
    ChainRole.DIRECT: N_("Werk voor de koper zelf"),
    ChainRole.SUBCONTRACT: N_("Onderaanneming: de koper geeft werk van een ander door"),
    ChainRole.STAFF: N_("Inlenen: de mensen werken onder leiding van de koper"),
}


class Basis(StrEnum):
    """Of what the part for the G-account is taken."""

    INVOICE = "invoice"
    WAGES = "wages"


BASES: Mapping[str, str] = {
    Basis.INVOICE: N_("van het hele bedrag van de factuur, met btw"),
    Basis.WAGES: N_("van het loon in de factuur"),
}


class EvidenceKind(StrEnum):
    """What a purchaser keeps of a supplier."""

    REGISTER = "register"
    PAYMENT = "payment"
    HOURS = "hours"
    IDENTITY = "identity"


class Words(NamedTuple):
    """The name of a piece of evidence, and what to do for it."""

    name: str
    advice: str


EVIDENCE: Mapping[str, Words] = {
    EvidenceKind.REGISTER: Words(
        N_("Uittreksel van de KvK"),
        N_("Haal een nieuw uittreksel bij de KvK. Zo weet u dat het bedrijf bestaat en wie mag tekenen."),
    ),
    EvidenceKind.PAYMENT: Words(
        N_("Verklaring betalingsgedrag"),
        N_("Vraag de verklaring aan bij de Belastingdienst. Zij zegt of de loonheffing en de btw betaald zijn."),
    ),
    EvidenceKind.HOURS: Words(
        N_("Urenregister"),
        N_("Houd bij wie op welke dag hoeveel uren werkte. Geef de koper elke maand een overzicht."),
    ),
    EvidenceKind.IDENTITY: Words(
        N_("Identiteit gecontroleerd"),
        N_("Kijk van iedereen die werkt het identiteitsbewijs na. Stuur de koper geen kopie."),
    ),
}  # fmt: skip

FRESH_DAYS: Mapping[str, int] = {
    EvidenceKind.REGISTER: 365, EvidenceKind.PAYMENT: 92, EvidenceKind.HOURS: 31, EvidenceKind.IDENTITY: 365,
}  # fmt: skip
"""For how many days a piece without a last day is taken to be fresh."""


class Standing(StrEnum):
    """Where a piece of evidence stands."""

    GOOD = "good"
    MISSING = "missing"
    EXPIRED = "expired"


def standing(kind: EvidenceKind, dated_on: date | None, valid_until: date | None, today: date) -> Standing:
    """Where a piece of this day stands; None: there is none."""
    if dated_on is None:
        return Standing.MISSING
    return Standing.GOOD if today <= last_day(kind, dated_on, valid_until) else Standing.EXPIRED


def last_day(kind: EvidenceKind, dated_on: date, valid_until: date | None) -> date:
    """Until when a piece counts."""
    return valid_until or dated_on + timedelta(days=FRESH_DAYS[kind])


def check_evidence(dated_on: date, valid_until: date | None, today: date) -> None:
    """Made on a day that was, valid from then on.

    Raises:
        DayInFuture, ValidBeforeDated: at the field.
    """
    if dated_on > today:
        raise DayInFuture(field="dated_on")
    if valid_until is not None and valid_until < dated_on:
        raise ValidBeforeDated(field="valid_until")


def check_from(from_on: date, starts_on: date) -> None:
    """A term does not begin before the agreement it is of.

    Raises:
        BeforeAgreement: at the field.
    """
    if from_on < starts_on:
        raise BeforeAgreement(on=starts_on, field="from_on")


def check_shares(basis: Basis, g_percentage: Decimal, wage_share: Decimal | None) -> None:
    """The part for the G-account is above 0 and below 100; so is the share of wages, which is known where it counts.

    Raises:
        PercentageWrong, WageShareMissing: at the field.
    """
    for name, value in (("g_percentage", g_percentage), ("wage_share", wage_share)):
        if value is not None and (not 0 < value < 100 or value != round(value, 2)):
            raise PercentageWrong(field=name)
    if basis is Basis.WAGES and wage_share is None:
        raise WageShareMissing(field="wage_share")


def blocked_part(
    basis: Basis, g_percentage: Decimal, wage_share: Decimal | None, *, net: Money, total: Money
) -> Money:
    """What of an invoice goes to the G-account, rounded half-up once."""
    factor = g_percentage / 100
    if basis is Basis.WAGES:
        return net.times(factor * (wage_share or Decimal(0)) / 100)
    return total.times(factor)


class Parts(NamedTuple):
    """What is still to be paid on each of the two accounts."""

    free: Money
    blocked: Money


def strayed_part(blocked: int, *, total: int, credited: int, paid: int, paid_blocked: int) -> Money:
    """What of the part for the G-account was paid on another account: it is not open any more, and did not come there.

    As `parts_left`, in cents. It does not count against the liability as what came on the G-account does.
    """
    due = half_up(Decimal(blocked) * (total - credited) / total)
    left = parts_left(blocked, total=total, credited=credited, paid=paid, paid_blocked=paid_blocked).blocked
    return Money(max(due - paid_blocked - left.minor, 0))


def parts_left(blocked: int, *, total: int, credited: int, paid: int, paid_blocked: int) -> Parts:
    """What is left of an invoice of which `blocked` goes to the G-account, all in cents.

    A credit note takes off both parts alike. What was paid on the wrong account is paid: no more than is open is left.
    """
    still_open = max(total - credited - paid, 0)
    due = half_up(Decimal(blocked) * (total - credited) / total)
    left = min(max(due - paid_blocked, 0), still_open)
    return Parts(Money(still_open - left), Money(left))
