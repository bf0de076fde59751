"""Demands on bidders and their proportion: pure decisions over a dated table. The system advises, people explain."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.demands import errors

MOST_DEMANDS = 5
"""As many demands as one lot asks, those of the whole with it: each costs a small bidder work (our own choice)."""

MOST_NUMBER = 10
"""Most references of one demand (a choice of the house)."""

LEAST_WORDS = 15
"""Fewest characters of a reason or an explanation."""


class Kind(StrEnum):
    """What a demand is about."""

    TURNOVER = "turnover"
    REFERENCE = "reference"
    INSURANCE = "insurance"
    CERTIFICATE = "certificate"
    OTHER = "other"


CODES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TURNOVER: ("slc-stand-to-gen",),
    Kind.REFERENCE: ("slc-abil-ref-services",),
    Kind.INSURANCE: ("slc-stand-ins",),
    Kind.CERTIFICATE: ("slc-sche-qu-cert-indep", "slc-sche-env-cert-indep"),
    Kind.OTHER: ("slc-abil-staff-qual", "slc-suit-reg-prof"),
}
"""The ESPD codes of each kind (eForms selection-criterion, ESPD-EDM 5; the texts stand in `statements`)."""

(REFERENCE,) = CODES[Kind.REFERENCE]
"""The code of experience with such work."""

CODE_TEXTS: Mapping[str, str] = {
    "slc-suit-reg-prof": N_("Inschrijving in een beroepsregister"),
    "slc-stand-to-gen": N_("Omzet per jaar"),
    "slc-stand-ins": N_("Verzekering tegen beroepsrisico"),
    "slc-abil-ref-services": N_("Ervaring met zulk werk"),
    "slc-abil-staff-qual": N_("Opleiding van uw mensen"),
    "slc-sche-qu-cert-indep": N_("Keurmerk voor kwaliteit"),
    "slc-sche-env-cert-indep": N_("Keurmerk voor milieu"),
}
"""What each ESPD code is called."""

UNITS: Mapping[Kind, str] = {
    Kind.TURNOVER: "euro_year",
    Kind.REFERENCE: "euro",
    Kind.INSURANCE: "euro",
    Kind.CERTIFICATE: "none",
    Kind.OTHER: "none",
}
"""What a minimum is in: euro a year, euro (of one job, or insured per event), or no minimum at all."""


_KINDS = {code: kind for kind, codes in CODES.items() for code in codes}
"""ESPD code → kind: asked once per cooperative, lot and demand."""


def kind_of(code: str) -> Kind:
    """The kind of an ESPD code.

    Raises:
        DemandKindUnknown: no such code.
    """
    try:
        return _KINDS[code]
    except KeyError:
        raise errors.DemandKindUnknown(field="code") from None


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a piece of advice stands. `certainty` is "sure", "unverified" or "setting"."""

    article: str
    certainty: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The advice as data: how often the estimate for turnover, which part of it for references and insurance.

    A reference counts when it ran in the last `reference_years` and its CPV code begins with the same digits.
    """

    times: int
    usual_times: int
    reference_percent: int
    reference_number: int
    reference_years: int
    same_digits: int
    insurance_percent: int
    turnover: Passage
    usual: Passage
    reference: Passage
    insurance: Passage
    certificate: Passage


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """A demand as a buyer writes it.

    `minimum_minor` in euro cents without VAT; `number` counts references; `lot_id`: the one lot that asks it, None for
    the whole tender; `id` is its row, 0 for a new one; `asked` is False when a rectification took it back.
    """

    code: str
    text: str
    reason: str
    explanation: str = ""
    minimum_minor: int | None = None
    number: int = 1
    lot_id: int | None = None
    id: int = 0
    asked: bool = True

    @property
    def kind(self) -> Kind:
        """Its kind, by its code."""
        return kind_of(self.code)


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of advice on a demand; `deviates`: the demand departs from it and is explained."""

    id: str
    text: str
    article: str
    certainty: str
    source: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    deviates: bool = True


def measure(values: Mapping[int, int | None], lot_id: int | None = None) -> Money | None:
    """What a demand is measured by, from the values of the lots in euro cents by key; None: no value yet.

    A demand of one lot by that lot; one of the whole tender by the smallest, for who bids on that one meets it too.
    """
    known = [each for key, each in values.items() if each and lot_id in {None, key}]
    return Money(min(known)) if known else None


def of_lot(demands: Iterable[DemandFacts], lot_id: int) -> list[DemandFacts]:
    """What a bidder on this lot has to meet: what the whole tender asks and what the lot asks besides."""
    return [each for each in demands if each.lot_id in {None, lot_id}]


def check_room(demands: Sequence[DemandFacts], lots: Collection[int], lot_id: int | None) -> None:
    """One more demand fits, on every lot that would ask it.

    Raises:
        TooManyDemands: a lot would ask too many.
    """
    for each in lots if lot_id is None else [lot_id]:
        if len(of_lot(demands, each)) >= MOST_DEMANDS:
            raise errors.TooManyDemands(most=MOST_DEMANDS)


def ceiling(table: Table, smallest: Money) -> Money:
    """The highest turnover that may be asked."""
    return smallest.times(Decimal(table.times))


def most_reference(table: Table, smallest: Money) -> Money:
    """The highest value of an earlier job that needs no explanation."""
    return smallest.times(Decimal(table.reference_percent) / 100)


def most_insurance(table: Table, smallest: Money) -> Money:
    """The highest insurance that needs no explanation."""
    return smallest.times(Decimal(table.insurance_percent) / 100)


def advise(table: Table, demand: DemandFacts, smallest: Money | None) -> tuple[Advice, ...]:
    """What the table says about a demand, with its passages; what deviates first."""
    kind = kind_of(demand.code)
    least = None if demand.minimum_minor is None else Money(demand.minimum_minor)
    if kind is Kind.TURNOVER:
        found = _turnover(table, least, smallest)
    elif kind is Kind.REFERENCE:
        found = _reference(table, demand.number, least, smallest)
    elif kind is Kind.INSURANCE:
        found = _insurance(table, least, smallest)
    elif kind is Kind.CERTIFICATE:
        text = N_("Een gelijkwaardig keurmerk of bewijs telt ook. Dat moet u aannemen.")
        found = [_line("certificate_equal", text, table.certificate, deviates=False)]
    else:
        found = []
    return tuple(sorted(found, key=lambda each: not each.deviates))


def _line(id: str, text: str, passage: Passage, *, deviates: bool = True, **facts: object) -> Advice:  # noqa: A002
    return Advice(id, text, passage.article, passage.certainty, passage.source, facts, deviates)


def _turnover(table: Table, least: Money | None, smallest: Money | None) -> list[Advice]:
    text = N_("Vraag geen omzet, behalve om een zwaarwegende reden. Een jong bedrijf valt anders af.")
    found = [_line("turnover_any", text, table.turnover)]
    if smallest is None or least is None:
        return found
    usual = smallest.times(Decimal(table.usual_times))
    if usual < least:
        text = N_("De omzet is meer dan %(times)s keer de waarde: %(most)s.")
        found.append(_line("turnover_usual", text, table.usual, times=table.usual_times, most=usual))
    text = N_("Meer dan %(most)s mag niet: %(times)s keer de waarde.")
    most = ceiling(table, smallest)
    return [
        *found,
        _line("turnover_most", text, table.turnover, deviates=False, times=table.times, most=most),
    ]


def _reference(table: Table, number: int, least: Money | None, smallest: Money | None) -> list[Advice]:
    most = None if smallest is None else most_reference(table, smallest)
    found = []
    if number > table.reference_number:
        text = N_("Vraag per soort ervaring één eerder werk.")
        found.append(_line("reference_number", text, table.reference))
    if most is not None and least is not None and most < least:
        text = N_("Een eerder werk is hooguit %(share)s %% van de waarde: %(most)s.")
        found.append(
            _line("reference_value", text, table.reference, share=table.reference_percent, most=most)
        )
    return found


def _insurance(table: Table, least: Money | None, smallest: Money | None) -> list[Advice]:
    most = None if smallest is None else most_insurance(table, smallest)
    if most is None or least is None or not most < least:
        return []
    text = N_("De verzekering is meer dan het werk waard is: %(most)s.")
    return [_line("insurance_value", text, table.insurance, most=most)]


LOWERED = ("minimum_minor", "number", "asked")
"""What of a published demand a rectification may lower: the minimum, how often, and whether it is asked at all."""


def is_lower(name: str, old: object, new: object) -> bool:
    """Whether a change of one of `LOWERED` asks less of bidders: fewer, a smaller amount, or nothing any more."""
    if name == "asked":
        return old is True and new is False
    return isinstance(old, int) and isinstance(new, int) and 0 < new < old


def is_reason(text: str) -> bool:
    """Whether a text can be a reason: not two or three words."""
    return len(" ".join(text.split())) >= LEAST_WORDS


def check_demand(table: Table, demand: DemandFacts, smallest: Money | None) -> tuple[str, ...]:
    """A demand as it may be kept; returns the ids of the advice that it departs from.

    Raises:
        DemandKindUnknown, DemandTextMissing, DemandReasonMissing, DemandMinimumInvalid, DemandNumberInvalid,
        DemandAboveCeiling, DemandExplanationMissing: at the field.
    """
    kind, least = demand.kind, demand.minimum_minor
    if not demand.text.strip():
        raise errors.DemandTextMissing(field="text")
    if not is_reason(demand.reason):
        raise errors.DemandReasonMissing(field="reason")
    if (UNITS[kind] == "none") != (least is None) or (least is not None and least <= 0):
        raise errors.DemandMinimumInvalid(field="minimum")
    if not 1 <= demand.number <= (MOST_NUMBER if kind is Kind.REFERENCE else 1):
        raise errors.DemandNumberInvalid(field="number", most=MOST_NUMBER if kind is Kind.REFERENCE else 1)
    if is_above(table, demand, smallest) and smallest is not None:
        raise errors.DemandAboveCeiling(field="minimum", most=ceiling(table, smallest), times=table.times)
    left = [each for each in advise(table, demand, smallest) if each.deviates]
    if left and not is_reason(demand.explanation):
        raise errors.DemandExplanationMissing(field="explanation")
    return tuple(each.id for each in left)


def is_above(table: Table, demand: DemandFacts, smallest: Money | None) -> bool:
    """Whether a turnover is more than the law lets a buyer ask."""
    least = demand.minimum_minor
    asks = kind_of(demand.code) is Kind.TURNOVER and least is not None and smallest is not None
    return asks and ceiling(table, smallest or Money(0)) < Money(least or 0)


def is_explained(table: Table, demand: DemandFacts, known: Sequence[str], smallest: Money | None) -> bool:
    """Whether a kept demand still goes with the advice: nothing new that its explanation did not know."""
    now = {each.id for each in advise(table, demand, smallest) if each.deviates}
    return now <= set(known) and not is_above(table, demand, smallest)


def minimum_text(demand: DemandFacts) -> str:
    """The least that is enough, in digits grouped by a space so that every language reads it; empty where none is."""
    if demand.minimum_minor is None:
        return ""
    euro, cents = divmod(demand.minimum_minor, 100)
    amount = f"€\u00a0{euro:,}".replace(",", "\u00a0") + (f".{cents:02}" if cents else "")
    return f"{demand.number} × {amount}" if demand.number > 1 else amount


def stored(demand: DemandFacts) -> dict[str, Any]:
    """A demand as columns."""
    columns = {name: value for name, value in asdict(demand).items() if name != "id"}
    return {**columns, "kind": demand.kind.value, "unit": UNITS[demand.kind]}
