"""Which procedure fits: pure rules over dated tables. The system advises; a purchaser decides.

Sources stand in the tables (netherlands.toml, the area pack's procurement.toml) and reach the reader with each line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.advice import errors
from procurement.procedures.rules import Articles, Exempt, Procedure, Term, terms_of

NEAR = Decimal("0.8")
"""From this share of a limit on, the reader is warned not to split (our setting)."""


class Kind(StrEnum):
    """Works, or services and supplies, told from the CPV division."""

    SERVICES = "services"
    WORKS = "works"


class Obliged(StrEnum):
    """Whether an organisation must tender by law."""

    YES = "yes"
    NO = "no"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Threshold:
    """European thresholds from `valid_from` up to, not including, `valid_until`."""

    valid_from: date
    valid_until: date
    services: Money
    works: Money
    light: Money
    article: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Band:
    """An anchor's own limits below the threshold; None for `invited_below` means: up to the threshold."""

    anchors: tuple[str, ...]
    kind: Kind
    valid_from: date
    single_below: Money
    source: str
    certainty: str
    valid_until: date | None = None
    invited_below: Money | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A rule that only needs naming: its article, source, certainty and numbers."""

    article: str
    certainty: str
    source: str = ""
    cpv: tuple[str, ...] = ()
    most_years: int = 0
    share_percent: int = 0
    below: Money = field(default_factory=lambda: Money(0))
    below_works: Money = field(default_factory=lambda: Money(0))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the law leaves to choose, or what no source settles: our own careful choices, in days, months and digits.

    `after_change`: days left after a substantial change. `outage`: days added after an outage.
    `framework_years`: longest framework without a reason (Aw 2012, art. 2.140). `same_work_digits` and
    `same_work_months`: which purchases are looked at together for splitting. `capacity_percent`: which part of a
    year's value the largest contract of a candidate should reach.
    """

    after_change: int
    outage: int
    framework_years: int
    same_work_digits: int
    same_work_months: int
    capacity_percent: int
    rotation_months: int


@dataclass(frozen=True, slots=True)
class Law:
    """Everything the advice is drawn from."""

    thresholds: tuple[Threshold, ...]
    bands: tuple[Band, ...]
    procedures: tuple[Procedure, ...]
    obliged: Mapping[str, Obliged]
    light: Passage
    reserved_services: Passage
    reserved_workplaces: Passage
    small_lots: Passage
    terms: Passage
    articles: Articles
    standstill_exceptions: tuple[Exempt, ...]
    answers_before_closing: int
    standstill: int
    settings: Settings

    def procedure(self, id: str) -> Procedure | None:  # noqa: A002 (the tables call it so)
        """The procedure of this id, None when there is none."""
        return next((each for each in self.procedures if each.id == id), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of advice. `text` is a marked text with `facts` (Money, dates, numbers); `by` says what forbids it.

    `by` is "law" (nobody may), "policy" (the anchor's own bands: with a reason one may) or "" when allowed.
    """

    id: str
    text: str
    article: str
    certainty: str
    facts: Mapping[str, object] = field(default_factory=dict)
    allowed: bool = True
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """The whole advice. `recommended` is the lightest allowed procedure."""

    kind: Kind
    light: bool
    threshold: Money
    procedures: tuple[Line, ...]
    reservations: tuple[Line, ...]
    warnings: tuple[Line, ...]
    min_days: Mapping[str, int]
    terms: Mapping[str, tuple[Term, ...]]
    recommended: str

    def line(self, id: str) -> Line | None:  # noqa: A002 (as in the tables)
        """The line on a procedure."""
        return next((each for each in self.procedures if each.id == id), None)


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is to be bought: value over the whole term with options and all lots, without VAT."""

    value: Money
    cpv: Cpv
    anchor_type: str
    on: date
    years: Decimal | None = None
    is_contracting_authority: bool | None = None


def kind_of(cpv: Cpv) -> Kind:
    """Works are CPV division 45; everything else is services or supplies, which share one threshold."""
    return Kind.WORKS if cpv.startswith("45") else Kind.SERVICES


def in_list(cpv: Cpv, entries: Sequence[str]) -> bool:
    """Whether a code is in a list of leading digits, whole codes and "from-until" ranges."""
    for entry in entries:
        first, dash, last = entry.partition("-")
        if first <= cpv <= last if dash else cpv.startswith(first):
            return True
    return False


def threshold_on(law: Law, on: date) -> Threshold:
    """The thresholds that count on a day.

    Raises:
        NoDatedTable: none does.
    """
    for each in law.thresholds:
        if each.valid_from <= on < each.valid_until:
            return each
    raise errors.NoDatedTable(on=on.isoformat())


def obliged(law: Law, purchase: Purchase) -> Obliged:
    """Whether the buyer must tender: its own setting first, else its kind.

    Raises:
        AnchorTypeUnknown: no such kind.
    """
    if purchase.anchor_type not in law.obliged:
        raise errors.AnchorTypeUnknown(anchor_type=purchase.anchor_type, field="anchor_type")
    if purchase.is_contracting_authority is not None:
        return Obliged.YES if purchase.is_contracting_authority else Obliged.NO
    return law.obliged[purchase.anchor_type]


def band_of(law: Law, purchase: Purchase, kind: Kind) -> Band | None:
    """The anchor's own band that counts on the day, None when it has none."""
    for each in law.bands:
        runs = each.valid_from <= purchase.on and (each.valid_until is None or purchase.on < each.valid_until)
        if runs and each.kind is kind and purchase.anchor_type in each.anchors:
            return each
    return None


def advise(purchase: Purchase, law: Law) -> Advice:
    """The procedures with yes or no and why, what may be reserved, warnings, and minimum terms.

    Raises:
        ValueNotPositive, NoDatedTable, AnchorTypeUnknown: no advice can be given.
    """
    if purchase.value.minor <= 0:
        raise errors.ValueNotPositive(field="value")
    duty = obliged(law, purchase)
    dated = threshold_on(law, purchase.on)
    kind = kind_of(purchase.cpv)
    light = kind is Kind.SERVICES and in_list(purchase.cpv, law.light.cpv)
    limit = dated.light if light else (dated.works if kind is Kind.WORKS else dated.services)
    band = band_of(law, purchase, kind)
    lines = tuple(
        _procedure(each, purchase.value, duty=duty, light=light, limit=limit, band=band, dated=dated)
        for each in law.procedures
        if not each.under_framework
    )
    recommended = next(each.id for each in lines if each.allowed)
    return Advice(
        kind=kind,
        light=light,
        threshold=limit,
        procedures=lines,
        reservations=(_workplaces(law), _services(law, purchase)),
        warnings=_warnings(law, purchase, duty=duty, limit=limit, band=band, light=light),
        min_days={
            **{each.id: each.min_days for each in law.procedures if not each.under_framework},
            "answers_before_closing": law.answers_before_closing,
            "standstill": law.standstill,
        },
        terms={each.id: terms_of(each, law.articles) for each in law.procedures if not each.under_framework},
        recommended=recommended,
    )


def _procedure(
    each: Procedure, value: Money, *, duty: Obliged, light: bool, limit: Money, band: Band | None, dated: Threshold
) -> Line:  # fmt: skip
    def line(text: str, *, allowed: bool, by: str = "", source: str = dated.source, **facts: object) -> Line:
        return Line(each.id, text, each.article, each.certainty, facts, allowed, by, source)

    if duty is Obliged.NO:
        return line(N_("Deze organisatie hoeft niet aan te besteden. Dit mag vrijwillig."), allowed=True)
    above = not value < limit
    if each.id == "light_regime" or each.id.startswith("european_"):
        return _announced(each.id, limit, line, light=light, above=above)
    if above:
        text = N_("Mag niet: de waarde is gelijk aan of hoger dan de Europese drempel van %(limit)s.")
        return line(text, allowed=False, by="law", limit=limit)
    return _below(each.id, value, limit, band, line)


def _announced(code: str, limit: Money, line: Callable[..., Line], *, light: bool, above: bool) -> Line:
    """A procedure with a European announcement: needed from the threshold on, below it of one's own will."""
    if code == "light_regime" and not light:
        return line(N_("Deze CPV-code valt niet onder de SAS-diensten."), allowed=False, by="law")
    if not above:
        return line(N_("Mag vrijwillig: de waarde is lager dan %(limit)s."), allowed=True, limit=limit)
    text = (
        N_("SAS-dienst vanaf %(limit)s: aankondigen en de gunning bekendmaken.")
        if code == "light_regime"
        else N_("De waarde is gelijk aan of hoger dan de drempel van %(limit)s.")
    )
    return line(text, allowed=True, limit=limit)


def _below(id: str, value: Money, limit: Money, band: Band | None, line: Callable[..., Line]) -> Line:  # noqa: A002
    """A procedure below the European threshold, by the anchor's own bands."""
    if id == "national_open":
        return line(
            N_("Mag altijd onder %(limit)s. Goed bij belangstelling uit het buitenland."),
            allowed=True,
            limit=limit,
        )
    if band is None:
        return line(
            N_("Mag onder %(limit)s. Er zijn geen eigen grenzen ingesteld."), allowed=True, limit=limit
        )
    own = band.single_below if id == "single_quote" else band.invited_below or limit
    if value < own:
        return line(
            N_("Past bij het eigen beleid: lager dan %(own)s."), allowed=True, source=band.source, own=own
        )
    text = N_("Volgens het eigen beleid alleen onder %(own)s. Afwijken kan met een reden.")
    return line(text, allowed=False, by="policy", source=band.source, own=own)


def _workplaces(law: Law) -> Line:
    rule = law.reserved_workplaces
    text = N_(
        "Mag bij elke procedure en elke CPV-code. Alleen sociale werkplaatsen en ondernemers "
        "die mensen aan werk helpen, met minstens %(share)s %% werknemers uit de doelgroep. Het blijft een wedstrijd."
    )
    return Line("2.82", text, rule.article, rule.certainty, {"share": rule.share_percent}, source=rule.source)


def _services(law: Law, purchase: Purchase) -> Line:
    rule = law.reserved_services
    if not in_list(purchase.cpv, rule.cpv):
        text = N_(
            "Mag niet voor CPV %(cpv)s. Dit artikel geldt alleen voor een vaste lijst van diensten in zorg, welzijn, "
            "onderwijs, cultuur en sport. Wat wel kan: artikel 2.82, percelen, uitnodigen onder de drempel, "
            "en sociale criteria over het werk zelf."
        )
        return Line(
            "2.82a", text, rule.article, rule.certainty, {"cpv": purchase.cpv}, False, "law", rule.source
        )
    if purchase.years is not None and purchase.years > rule.most_years:
        text = N_("Mag niet: een contract met deze voorbehouding duurt hooguit %(years)s jaar.")
        return Line(
            "2.82a", text, rule.article, rule.certainty, {"years": rule.most_years}, False, "law", rule.source
        )
    text = N_(
        "Mag voor deze CPV-code, hooguit %(years)s jaar. Alleen organisaties met een publieke taak, "
        "herinvesteerde winst en zeggenschap van werknemers of deelnemers. "
        "Niet als zij de afgelopen drie jaar al zo gegund kregen."
    )
    return Line("2.82a", text, rule.article, rule.certainty, {"years": rule.most_years}, source=rule.source)


def _warnings(
    law: Law, purchase: Purchase, *, duty: Obliged, limit: Money, band: Band | None, light: bool
) -> tuple[Line, ...]:
    value, found = purchase.value, []
    own = () if band is None else (band.single_below, *([band.invited_below] if band.invited_below else []))
    near = next((each for each in (*own, limit) if value < each and not value < each.times(NEAR)), None)
    if near is not None and duty is not Obliged.NO:
        text = N_(
            "De waarde ligt dicht onder %(limit)s. Tel alle percelen, de hele looptijd en opties mee. "
            "Splitsen om onder een grens te blijven mag niet."
        )
        found.append(
            Line("splitting", text, "Aanbestedingswet 2012, art. 2.14", "unverified", {"limit": near})
        )
    found.append(_local(above=not value < limit))
    if duty is Obliged.CONTESTED:
        text = N_(
            "Het is omstreden of deze organisatie moet aanbesteden. Dit advies gaat uit van wel. Leg de keuze vast."
        )
        found.append(Line("contested", text, "Aanbestedingswet 2012, art. 1.1", "unverified"))
    if not value < limit and duty is not Obliged.NO and kind_of(purchase.cpv) is Kind.SERVICES:
        small = law.small_lots
        text = N_(
            "Kleine percelen onder %(below)s mogen buiten de Europese procedure. "
            "Samen zijn ze hooguit %(share)s %% van het geheel."
        )
        facts: dict[str, object] = {"below": small.below, "share": small.share_percent}
        found.append(Line("small_lots", text, small.article, small.certainty, facts, source=small.source))
    if light:
        text = N_("Of deze CPV-code onder SAS valt, bevestigt u zelf.")
        found.append(
            Line("light_regime", text, law.light.article, law.light.certainty, source=law.light.source)
        )
    if band is not None and band.certainty != "sure" and duty is not Obliged.NO:
        text = N_("De eigen grenzen zijn een voorbeeld. Vergelijk ze met uw inkoopbeleid.")
        found.append(Line("bands", text, "", band.certainty, source=band.source))
    return tuple(found)


def _local(*, above: bool) -> Line:
    text = (
        N_(
            "Voorrang voor lokale bedrijven of punten voor een adres is niet toegestaan. "
            "Sociale eisen gaan over het werk zelf."
        )
        if above
        else N_(
            "Punten voor een adres mogen niet. U mag wel lokale coöperaties uitnodigen binnen uw eigen beleid. "
            "Leg vast waarom u wie uitnodigt."
        )
    )  # fmt: skip
    return Line(
        "local_preference", text, "Aanbestedingswet 2012, art. 1.8 en 1.12", "sure" if above else "unverified"
    )
