"""The short steps of a draft as forms."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, TextAreaField
from wtforms.validators import Email, InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.needs.forms import CategoryCpv
from coops.register.forms import categories, options, places
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    Form,
    IdentifierField,
    MomentField,
    MoneyField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    VersionedForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.drafting.rules import LEAST_VALIDITY, MOST_VALIDITY, USUAL_VALIDITY, Terms
from procurement.lifecycle.gateway import rate
from procurement.lifecycle.rules import KINDS, MOST_COSTS, MOST_RATE, MOST_YEARS, Cost, Kind, LifeCycle
from procurement.methods.rules import QualityCriterion, Scoring, scoring_of
from procurement.procedures.rules import Framework, row_of
from procurement.scoring.rules import PRICE_ALONE, Method
from procurement.tenders.forms import FRAMEWORKS, METHODS, RESERVATIONS, TIE_BREAKS
from procurement.tenders.models import Lot, Tender

ROWS = 6
"""How many quality criteria the form has room for."""

MUST = [InputRequired(_l("Vul dit in."))]


class NewForm(Form):
    """The beginning of a draft."""

    title = SentenceField(_l("Wat gaat u vragen?"), required(NAME))


class WhatForm(VersionedForm, CategoryCpv):
    """Step "what"."""

    title = SentenceField(_l("Titel"), required(NAME))
    description = TextAreaField(_l("Wat vraagt u, en voor wie?"), required(LONG), filters=[many_lines])
    category = RadioField(_l("Welk soort werk is het?"))
    cpv = IdentifierField(_l("CPV-code"), optional(), kind=Cpv)
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        facts = {
            "title": tender.title, "description": tender.description, "category": tender.category,
            "cpv": tender.cpv, "place": tender.place_code or "", "version": str(tender.version),
        }  # fmt: skip
        super().__init__(*args, data=facts, **kwargs)
        self.category.choices = options(categories())
        self.place.choices = options(places(), _l("Hele gebied"))

    def values(self) -> dict[str, Any]:
        """What `services.describe` takes."""
        return {
            "title": self.title.data, "description": self.description.data, "category": self.category.data,
            "cpv": self.fill_cpv(), "place_code": self.place.data or None, "version": self.made_from(),
        }  # fmt: skip


class ValueForm(VersionedForm):
    """Step "value"."""

    value = MoneyField(_l("Geraamde waarde in euro, zonder btw"), MUST)
    value_public = BooleanField(_l("Iedereen mag de waarde zien"))
    starts_on = DayField(_l("Begint op"), MUST)
    ends_on = DayField(_l("Eindigt op, met verlengingen erbij"), MUST)
    payment_days = NumberField(
        _l("U betaalt binnen hoeveel dagen?"), MUST, places=0, smallest="1", largest="30"
    )

    framework = RadioField(_l("Is het een raamovereenkomst?"), [MayStayEmpty()])
    framework_max = MoneyField(_l("Hoogste bedrag dat u samen afroept"), [MayStayEmpty()])
    framework_parties = NumberField(
        _l("Met hoeveel leveranciers hooguit?"), [MayStayEmpty()], places=0, smallest="2", largest="100"
    )
    framework_reason = TextAreaField(
        _l("Waarom duurt zij langer dan vier jaar?"), optional(LONG), filters=[many_lines]
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        facts = {
            "value": None if tender.value_minor is None else Money(tender.value_minor),
            "value_public": tender.value_public, "starts_on": tender.starts_on, "ends_on": tender.ends_on,
            "payment_days": tender.payment_days, "version": str(tender.version),
            "framework": tender.framework or "", "framework_reason": tender.framework_reason,
            "framework_parties": tender.framework_parties,
            "framework_max": (
                None if tender.framework_max_minor is None else Money(tender.framework_max_minor)
            ),
        }  # fmt: skip
        super().__init__(*args, data=facts, **kwargs)
        self.framework.choices = options(FRAMEWORKS, _l("Nee, één opdracht"))
        row = row_of(tender.procedure_facts)
        if row is not None and row.under_framework:
            for name in ("framework", "framework_max", "framework_parties", "framework_reason"):
                delattr(self, name)

    def values(self) -> dict[str, Any]:
        """What `services.estimate` takes."""
        return {
            "value": self.value.data, "value_public": bool(self.value_public.data),
            "starts_on": self.starts_on.data, "ends_on": self.ends_on.data,
            "payment_days": int(self.payment_days.data or 0), "version": self.made_from(),
            "framework": Framework(
                self.framework.data, self.framework_max.data, self.framework_reason.data or "",
                None if self.framework_parties.data is None else int(self.framework_parties.data),
            ) if "framework" in self and self.framework.data else None,
        }  # fmt: skip


class ProcedureForm(VersionedForm):
    """Step "procedure"; the choices follow from the advice."""

    procedure = RadioField(_l("Welke procedure kiest u?"))
    procedure_reason = TextAreaField(
        _l("Waarom kiest u anders dan het advies?"), optional(LONG), filters=[many_lines]
    )
    reservation = RadioField(_l("Behoudt u de opdracht voor?"), [MayStayEmpty()])
    reservation_reason = TextAreaField(_l("Op welke grond?"), optional(LONG), filters=[many_lines])

    def __init__(
        self,
        *args: Any,
        tender: Tender,
        recommended: str,
        allowed: dict[str, Any],
        reservable: Collection[str],
        **kwargs: Any,
    ) -> None:
        facts = {
            "procedure": tender.procedure or recommended, "procedure_reason": tender.procedure_reason,
            "reservation": tender.reservation or "", "reservation_reason": tender.reservation_reason,
            "version": str(tender.version),
        }  # fmt: skip
        super().__init__(*args, data=facts, **kwargs)
        self.procedure.choices = options(allowed)
        open_to = {code: name for code, name in RESERVATIONS.items() if code in reservable}
        self.reservation.choices = options(open_to, _l("Nee, iedereen mag meedoen"))

    def values(self) -> dict[str, Any]:
        """What `services.choose_procedure` takes."""
        return {
            "procedure": self.procedure.data, "reason": self.procedure_reason.data or "",
            "reservation": self.reservation.data or None,
            "reservation_reason": self.reservation_reason.data or "", "version": self.made_from(),
        }  # fmt: skip


class LotsForm(VersionedForm):
    """Step "lots": a reason for one lot, or limits for several; the lots themselves have pages of their own."""

    no_lots_reason = TextAreaField(
        _l("Waarom verdeelt u de opdracht niet in percelen?"), optional(LONG), filters=[many_lines]
    )
    most_lots_bid = NumberField(
        _l("Op hoeveel percelen mag één partij inschrijven?"), [MayStayEmpty()], places=0, smallest="1"
    )
    most_lots_won = NumberField(
        _l("Hoeveel percelen mag één partij winnen?"), [MayStayEmpty()], places=0, smallest="1"
    )
    requirements = TextAreaField(
        _l("Welke eisen en papieren vraagt u?"), optional(LONG), filters=[many_lines]
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        names = ("no_lots_reason", "requirements", "most_lots_bid", "most_lots_won")
        facts = {**{name: getattr(tender, name) for name in names}, "version": str(tender.version)}
        super().__init__(*args, data=facts, **kwargs)
        if tender.is_divided:
            del self.no_lots_reason
        else:
            del self.most_lots_bid, self.most_lots_won

    def values(self) -> dict[str, Any]:
        """What `services.arrange_lots` takes."""
        given = {"requirements": self.requirements.data or "", "version": self.made_from()}
        if "no_lots_reason" in self:
            return {**given, "no_lots_reason": self.no_lots_reason.data or ""}
        limits = {name: self[name].data for name in ("most_lots_bid", "most_lots_won")}
        return {**given, **{name: None if each is None else int(each) for name, each in limits.items()}}


class CriterionForm(PlainForm):
    """One quality criterion; an empty row is no criterion."""

    name = TextField(_l("Naam"), optional())
    description = TextAreaField(_l("Waar let u op?"), optional(LONG), filters=[many_lines])
    max_points = NumberField(_l("Hoogste punten"), [MayStayEmpty()], largest="1000")
    min_points = NumberField(_l("Minimum, daaronder valt men af"), [MayStayEmpty()], largest="1000")
    value = MoneyField(_l("Euro bij volle punten (gunnen op waarde)"), [MayStayEmpty()])


class CostForm(PlainForm):
    """One cost beside the price; an empty row is none."""

    name = TextField(_l("Welke kosten?"), optional())
    kind = SelectField(
        _l("Waarvoor?"),
        default=Kind.USE.value,
        choices=options({each.value: _l(text) for each, text in KINDS.items()}),
    )
    first = NumberField(_l("Van jaar"), [MayStayEmpty()], smallest="1", largest=str(MOST_YEARS), places=0)
    last = NumberField(
        _l("Tot en met jaar"), [MayStayEmpty()], smallest="1", largest=str(MOST_YEARS), places=0
    )


PARAMETERS: dict[Method, tuple[str, ...]] = {
    Method.VALUE_AWARD: (),
    Method.FIXED_PRICE_RANGE: ("price_points", "price_min", "price_max"),
    Method.LOG_PRICE: ("price_points", "log_base"),
    Method.MEAT_COEFFICIENT: (),
    Method.LOWEST_PRICE: ("reason",),
    Method.LIFE_CYCLE_COST: ("reason", "percent", "costs"),
    Method.RELATIVE_PRICE: ("price_points",),
    Method.SUPERFORMULE: ("reference", "reference_quality", "exponent"),
}
"""Method → the fields it takes besides the criteria; what is filled in elsewhere is left alone."""


class ScoringForm(VersionedForm):
    """Step "scoring"."""

    method = RadioField(_l("Hoe beslist u?"), choices=options(METHODS))
    price_points = NumberField(_l("Punten voor de prijs"), [MayStayEmpty()], largest="100")
    price_min = MoneyField(_l("Laagste prijs: volle punten"), [MayStayEmpty()])
    price_max = MoneyField(_l("Hoogste prijs: geen punten, daarboven valt men af"), [MayStayEmpty()])
    log_base = NumberField(
        _l("Bij hoeveel keer de laagste prijs zijn de prijspunten op?"), [MayStayEmpty()], largest="1000"
    )
    reference = MoneyField(_l("Gewone prijs"), [MayStayEmpty()])
    reference_quality = NumberField(
        _l("Gewone kwaliteit, in procenten van het hoogste"), [MayStayEmpty()], largest="100"
    )
    exponent = NumberField(_l("Macht, niet nul"), [MayStayEmpty()], smallest="-10", largest="10")
    reason = TextAreaField(_l("Waarom telt kwaliteit hier niet mee?"), optional(LONG), filters=[many_lines])
    percent = NumberField(_l("Rekenrente, in procenten per jaar"), [MayStayEmpty()], largest=str(MOST_RATE))
    costs = FieldList(FormField(CostForm), label=_l("Kosten"), min_entries=3, max_entries=MOST_COSTS)
    tie_break = RadioField(_l("Wat als twee gelijk eindigen?"), choices=options(TIE_BREAKS))
    criteria = FieldList(FormField(CriterionForm), label=_l("Kwaliteit"), min_entries=3, max_entries=ROWS)

    def __init__(self, *args: Any, tender: Tender, lot: Lot | None = None, **kwargs: Any) -> None:
        super().__init__(*args, data=_scored(tender, lot or tender.lots[0]), **kwargs)
        self.fixed: tuple[str, str] | None = None
        if lot is not None:
            self.fixed = (tender.method or Method.VALUE_AWARD, tender.tie_break or "quality")
            del self.method, self.tie_break, self.reason, self.percent, self.costs
        for rows, most in ((self.criteria, ROWS), (self.costs, MOST_COSTS)):
            full = rows is not None and all(entry.form.name.data for entry in rows)
            if not self.is_submitted() and full and len(rows) < most:
                rows.append_entry()

    def values(self) -> dict[str, Any]:
        """What `services.set_scoring` takes."""
        method, tie_break = self.fixed or (self.method.data, self.tie_break.data)
        method = Method(method)
        if method in PRICE_ALONE:  # nothing but price or costs: no quality, and a draw between equals
            reason = self.reason.data or "" if "reason" in self else ""
            life = self._life() if method is Method.LIFE_CYCLE_COST else None
            return {
                "scoring": Scoring(method, (), tie_break="lot", reason=reason, life=life),
                "version": self.made_from(),
            }
        criteria = tuple(
            QualityCriterion(
                each["name"] or "", each["description"] or "", each["max_points"] or Decimal(0),
                each["min_points"] or Decimal(0), each["value"] if method is Method.VALUE_AWARD else None,
            )
            for each in self.criteria.data
            if each["name"] or each["max_points"] or each["description"]
        )  # fmt: skip
        given: dict[str, Any] = {name: self[name].data for name in PARAMETERS[method] if name in self}
        scoring = Scoring(method=method, criteria=criteria, tie_break=tie_break, **given)
        return {"scoring": scoring, "version": self.made_from()}

    def _life(self) -> LifeCycle | None:
        """The costs that were filled in; a year that is missing is year 0, which the rule refuses."""
        if "costs" not in self:
            return None
        rows = tuple(
            Cost(
                each["name"] or "", Kind(each["kind"]), int(each["first"] or 0),
                int(each["last"] or each["first"] or 0),
            )
            for each in self.costs.data if each["name"] or each["first"] or each["last"]
        )  # fmt: skip
        return LifeCycle(rows, Decimal(0) if self.percent.data is None else self.percent.data)


def _scored(tender: Tender, lot: Lot) -> dict[str, Any]:
    proposed = Decimal(rate(local_date(tender.created_at)).percent)
    if tender.method is None:
        return {
            "method": Method.VALUE_AWARD.value, "tie_break": "quality", "log_base": Decimal(2),
            "version": str(tender.version), "percent": proposed,
        }  # fmt: skip
    kept = scoring_of(tender, lot)
    return {
        "method": kept.method.value, "price_points": kept.price_points, "price_min": kept.price_min,
        "price_max": kept.price_max, "tie_break": kept.tie_break, "version": str(tender.version),
        "log_base": kept.log_base or Decimal(2), "reference": kept.reference, "exponent": kept.exponent,
        "reference_quality": kept.reference_quality, "reason": kept.reason,
        "percent": proposed if kept.life is None else kept.life.percent,
        "costs": [
            {"name": each.name, "kind": each.kind.value, "first": Decimal(each.first), "last": Decimal(each.last)}
            for each in (kept.life.costs if kept.life is not None else ())
        ],
        "criteria": [
            {
                "name": each.name, "description": each.description, "max_points": each.max_points,
                "min_points": each.min_points, "value": each.value,
            }
            for each in kept.criteria
        ],
    }  # fmt: skip


class PlanningForm(VersionedForm):
    """Step "planning"."""

    questions_until = MomentField(_l("Vragen stellen kan tot"), [MayStayEmpty()])
    apply_until = MomentField(_l("Aanmelden kan tot"), [MayStayEmpty()])
    closes_at = MomentField(_l("Inschrijven kan tot"), MUST)
    urgent_reason = TextAreaField(
        _l("Is er spoed? Schrijf waarom de gewone termijn niet kan."), optional(LONG), filters=[many_lines]
    )
    prior_notice_on = DayField(_l("Dag van de vooraankondiging"), [MayStayEmpty()])
    prior_notice_reference = TextField(_l("Kenmerk van de vooraankondiging"), optional())
    documents_closed = BooleanField(_l("Niet alle stukken staan vrij online"))
    bid_validity_days = NumberField(
        _l("Hoeveel dagen na sluiten blijft een bod gelden?"),
        MUST,
        places=0,
        smallest=str(LEAST_VALIDITY),
        largest=str(MOST_VALIDITY),
    )
    contact_name = TextField(_l("Wie beantwoordt vragen?"), required(NAME))
    contact_email = TextField(
        _l("E-mailadres"),
        [*required(NAME), Email(_l("Dit e-mailadres klopt niet."))],
        render_kw={"inputmode": "email"},
    )
    contact_phone = TextField(_l("Telefoon"), optional(), render_kw={"inputmode": "tel"})

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        names = (
            "questions_until", "closes_at", "contact_name", "contact_email", "contact_phone", "apply_until",
            "urgent_reason", "prior_notice_on", "prior_notice_reference",
        )  # fmt: skip
        facts = {
            **{name: getattr(tender, name) for name in names}, "documents_closed": not tender.documents_free,
            "bid_validity_days": Decimal(tender.bid_validity_days or USUAL_VALIDITY),
            "version": str(tender.version),
        }  # fmt: skip
        super().__init__(*args, data=facts, **kwargs)

    def values(self) -> dict[str, Any]:
        """What `services.plan` takes."""
        return {
            "closes_at": self.closes_at.data, "questions_until": self.questions_until.data,
            "contact_name": self.contact_name.data, "contact_email": self.contact_email.data,
            "contact_phone": self.contact_phone.data or "", "version": self.made_from(),
            "apply_until": self.apply_until.data,
            "terms": Terms(
                self.urgent_reason.data or "", self.prior_notice_on.data,
                self.prior_notice_reference.data or "", not self.documents_closed.data,
                int(self.bid_validity_days.data or USUAL_VALIDITY),
            ),
        }  # fmt: skip
