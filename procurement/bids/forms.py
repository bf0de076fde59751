"""Forms of a bid. "Later verder" keeps what is there, whole or not; "verder" asks for a whole page."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from flask import request
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation, ValidationError

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from cwb.web.forms import (
    DayField,
    Form,
    MoneyField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _, _l, day, language
from procurement.bids.rules import (
    DECLARATIONS,
    GROUNDS,
    LABOUR,
    MOST_ANSWER,
    PRICE,
    STATEMENTS,
    WISH,
    Asked,
    BidState,
    Part,
    part_of,
)
from procurement.consortia.rules import JOINT
from procurement.pledges import rules as pledges
from procurement.wage_floors.rules import MOST_HOURS


class Named(Protocol):
    """A criterion as far as its name."""

    code: str
    name: str


class PartForm(Form):
    """One page of a bid. `seen` is the save it was filled with."""

    seen = HiddenField()

    @property
    def is_later(self) -> bool:
        """Whether the person only wants to keep this for later."""
        return "later" in request.form

    def validate(self, extra_validators: Any = None) -> bool:
        """As any form; for later, faults are no reason not to keep what was typed."""
        whole = super().validate(extra_validators)
        if not whole and self.is_later:
            for each in self:
                each.errors = []
            return True
        return bool(whole)

    def seen_save(self) -> int:
        """The save this page was filled with; rubbish counts as never seen."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def fill(self, part: Part) -> None:
        """Show what was saved."""
        self.seen.data = str(part.saved)


class CostForm(PlainForm):
    """What one cost over the life comes to in a year."""

    amount = MoneyField(_l("Bedrag, zonder btw"), [InputRequired(_l("Vul dit in. Nul mag."))])


class PriceForm(PartForm):
    """The price, how long it stands, and a word about it; with costs over the life where they decide."""

    price = MoneyField(_l("Uw prijs zonder btw"), [InputRequired(_l("Vul dit in."))], smallest="0.01")
    costs = FieldList(FormField(CostForm))
    valid_until = DayField(_l("Uw inschrijving geldt tot en met"), [InputRequired(_l("Vul dit in."))])
    note = TextAreaField(_l("Toelichting op uw prijs"), optional(MOST_ANSWER), filters=[many_lines])

    least_valid: date | None = None
    codes: Sequence[str] = ()

    def offer(self, codes: Sequence[str]) -> None:
        """Ask an amount for each of these costs."""
        self.codes = codes
        while len(self.costs) < len(codes):
            self.costs.append_entry()

    def validate_valid_until(self, field: Any) -> None:
        """Long enough for award and standstill."""
        if self.least_valid is not None and field.data is not None and field.data < self.least_valid:
            raise ValidationError(_("Kies een latere dag: minstens %(day)s.", day=day(self.least_valid)))

    def fill(self, part: Part) -> None:
        """Show what was saved, also what could not be read."""
        super().fill(part)
        minor = part.value.get("minor")
        if minor:
            self.price.data = Money(minor)
        elif part.value.get("typed"):
            self.price.typed = part.value["typed"]
        self.note.data = part.value.get("note", "")
        for code, entry in zip(self.codes, self.costs, strict=False):
            minor = part.value.get("costs", {}).get(code)
            entry.form.amount.data = None if minor is None else Money(minor)
        if part.value.get("valid_until"):
            self.valid_until.data = date.fromisoformat(part.value["valid_until"])

    def values(self) -> dict[str, Any]:
        """The part as it is stored."""
        until = self.valid_until.data
        return {
            "typed": (self.price.typed or "")[:40],
            "minor": self.price.data.minor if self.price.data else None,
            "note": self.note.data or "",
            "valid_until": until.isoformat() if until else None,
            "costs": {
                code: given.minor
                for code, entry in zip(self.codes, self.costs, strict=False)
                if (given := entry.form.amount.data) is not None
            },
        }


def _needed(form: Any, field: Any) -> None:
    """A promise that was begun is made whole; one that was not is left alone."""
    if not (field.raw_data and str(field.raw_data[0]).strip()):
        field.errors[:] = []
        raise StopValidation(*([_("Vul dit in.")] if form.is_typed() else []))


class PledgeForm(PlainForm):
    """One promise with an answer; an empty one is left out."""

    what = SentenceField(_l("Wat belooft u?"), [_needed, Length(max=pledges.MOST_WHAT)])
    amount = NumberField(_l("Hoeveel?"), [_needed], smallest="0.01", largest=str(pledges.LARGEST), places=2)
    unit = TextField(_l("Eenheid"), [_needed, Length(max=pledges.MOST_UNIT)])
    due_on = DayField(_l("Uiterlijk op"), [_needed])
    proof = SentenceField(_l("Hoe laat u zien dat het gelukt is?"), [_needed, Length(max=pledges.MOST_PROOF)])

    first_due: date | None = None

    def validate_due_on(self, field: Any) -> None:
        """After the tender closes: a promise cannot be late before the work is won."""
        if self.first_due is not None and field.data is not None and field.data < self.first_due:
            raise ValidationError(_("Kies een latere dag: minstens %(day)s.", day=day(self.first_due)))

    def is_typed(self) -> bool:
        """Whether somebody began this one."""
        return any((each.raw_data and str(each.raw_data[0]).strip()) or each.data for each in self)

    def fill(self, row: Mapping[str, str]) -> None:
        """Show what was saved, also what could not be read."""
        self.what.data, self.unit.data, self.proof.data = row["what"], row["unit"], row["proof"]
        self.amount.typed = row["amount"].replace(".", ",") if language() in {"nl", "tr"} else row["amount"]
        self.due_on.data = date.fromisoformat(row["due_on"]) if row["due_on"] else None

    def row(self) -> dict[str, str]:
        """The promise as a draft keeps it."""
        amount = self.amount.typed or "" if self.amount.data is None else f"{self.amount.data:f}"
        return {
            "what": self.what.data or "", "amount": amount, "unit": self.unit.data or "",
            "due_on": self.due_on.data.isoformat() if self.due_on.data else "", "proof": self.proof.data or "",
        }  # fmt: skip


class AnswerForm(PartForm):
    """The answer on one quality criterion, and promises in numbers that a contract will hold."""

    text = TextAreaField(
        _l("Uw antwoord"),
        [DataRequired(_l("Vul dit in.")), *required(MOST_ANSWER)],
        filters=[many_lines],
        render_kw={"rows": 14},
    )
    pledges = FieldList(FormField(PledgeForm), _l("Beloften"), min_entries=1, max_entries=pledges.MOST)
    """One empty promise beside those that were kept: a short page for who promises nothing in numbers."""

    def fill(self, part: Part) -> None:
        """Show what was saved."""
        super().fill(part)
        self.text.data = part.value.get("text", "")
        rows = pledges.rows_of(part.value)
        while len(self.pledges) < min(len(rows) + 1, pledges.MOST):
            self.pledges.append_entry()
        for row, entry in zip(rows, self.pledges, strict=False):
            entry.form.fill(row)

    def values(self) -> dict[str, Any]:
        """The part as it is stored."""
        return {"text": self.text.data or "", "pledges": [each.form.row() for each in self.pledges]}


class WishForm(PartForm):
    """How much a bidder wants this lot beside the others."""

    rank = RadioField(
        _l("De hoeveelste keuze is dit perceel voor u?"),
        [InputRequired(_l("Kies één."))],
        coerce=int,
        choices=[],
    )

    def offer(self, lots: int) -> None:
        """Let one choose from the first to the last of this many lots."""
        self.rank.choices = [SelectChoice(each, _("Keuze %(num)s", num=each)) for each in range(1, lots + 1)]

    def fill(self, part: Part) -> None:
        """Show what was saved."""
        super().fill(part)
        self.rank.data = part.value.get("rank")

    def values(self) -> dict[str, Any]:
        """The part as it is stored."""
        return {"rank": self.rank.data}


class LabourForm(PartForm):
    """Hours of work for the whole term, and what is reckoned for them: employees, and self-employed members."""

    hours = NumberField(
        _l("Uren van mensen in dienst"), [InputRequired(_l("Vul dit in. Nul mag."))], largest=str(MOST_HOURS)
    )
    cost = MoneyField(_l("Loonkosten voor die uren"), [InputRequired(_l("Vul dit in. Nul mag."))])
    fee_hours = NumberField(
        _l("Uren van zelfstandigen"), [InputRequired(_l("Vul dit in. Nul mag."))], largest=str(MOST_HOURS)
    )
    fee = MoneyField(_l("Vergoeding voor die uren"), [InputRequired(_l("Vul dit in. Nul mag."))])

    def validate_hours(self, field: Any) -> None:
        """Somebody does the work."""
        if not field.data and not self.fee_hours.data:
            raise ValidationError(_("Vul in hoeveel uren werk u rekent."))

    def validate_cost(self, field: Any) -> None:
        """Hours and money go together."""
        if bool(self.hours.data) != bool(field.data and field.data.minor):
            raise ValidationError(_("Vul bij uren ook een bedrag in, en andersom."))

    def validate_fee(self, field: Any) -> None:
        """Hours and money go together."""
        if bool(self.fee_hours.data) != bool(field.data and field.data.minor):
            raise ValidationError(_("Vul bij uren ook een bedrag in, en andersom."))

    def fill(self, part: Part) -> None:
        """Show what was saved; who employs everybody leaves the fee at zero."""
        super().fill(part)
        kept = part.value
        for name, hours, minor in (("hours", "hours", "minor"), ("fee_hours", "fee_hours", "fee_minor")):
            self[name].data = Decimal(kept[hours]) if hours in kept else None
            amount = self.cost if minor == "minor" else self.fee
            amount.data = Money(kept[minor]) if minor in kept else None
        if not part.saved:
            self.fee_hours.data, self.fee.data = Decimal(0), Money(0)

    def values(self) -> dict[str, Any]:
        """The part as it is stored."""
        return {
            "hours": None if self.hours.data is None else f"{self.hours.data:f}",
            "minor": None if self.cost.data is None else self.cost.data.minor,
            "fee_hours": None if self.fee_hours.data is None else f"{self.fee_hours.data:f}",
            "fee_minor": None if self.fee.data is None else self.fee.data.minor,
        }


class DeclarationsForm(PartForm):
    """What a bidder declares: every box."""

    def fill(self, part: Part) -> None:
        """Show what was saved."""
        super().fill(part)
        for name in STATEMENTS:
            self[name].data = bool(part.value.get(name))

    def values(self) -> dict[str, Any]:
        """The part as it is stored."""
        return {name: bool(self[name].data) for name in STATEMENTS}


for _name, _text in STATEMENTS.items():
    setattr(
        DeclarationsForm,
        _name,
        BooleanField(_l(_text), [InputRequired(_l("Vink nog aan: “%(statement)s”", statement=_l(_text)))]),
    )


class HandInForm(Form):
    """The last button. `seen` is the number of saves that were checked."""

    seen = HiddenField()

    def seen_saves(self) -> int:
        """The number of saves that were checked; rubbish counts as none."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


FORMS: dict[str, type[PartForm]] = {
    PRICE: PriceForm,
    WISH: WishForm,
    LABOUR: LabourForm,
    DECLARATIONS: DeclarationsForm,
}
"""Forms of the parts that every bid has; the others are answers."""

STATES = {
    BidState.DRAFT: (N_("Concept"), "info"),
    BidState.SUBMITTED: (N_("Ingediend"), "good"),
    BidState.CHANGED: (N_("Gewijzigd, nog niet opnieuw ingediend"), "warn"),
    BidState.WITHDRAWN: (N_("Ingetrokken"), "neutral"),
    BidState.EXPIRED: (N_("Niet ingediend"), "neutral"),
    BidState.OPENED: (N_("Geopend"), "good"),
    BidState.DECIDED: (N_("Uitslag bekend"), "good"),
}
"""State → its text and tone."""


def form_of(part: str, asked: Asked) -> PartForm:
    """The empty form of a part."""
    form = FORMS.get(part, AnswerForm)()
    if isinstance(form, PriceForm):
        form.least_valid = asked.closes_on + asked.valid_for
        form.offer(asked.costs)
    if isinstance(form, WishForm):
        form.offer(asked.wishes)
    if isinstance(form, AnswerForm):
        for entry in form.pledges:
            entry.form.first_due = pledges.first_due(asked.closes_on)
    return form


def part_names(criteria: Sequence[Named]) -> dict[str, str]:
    """The readable names of all parts."""
    fixed = {
        PRICE: _("Prijs"),
        DECLARATIONS: _("Verklaringen"),
        WISH: _("Uw voorkeur"),
        LABOUR: _("Uren en loon"),
        GROUNDS: _("Eigen verklaring"),
        JOINT: _("Samen inschrijven"),
    }
    return {**fixed, **{part_of(each.code): each.name for each in criteria}}
