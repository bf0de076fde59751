"""The short pages of registering: at most seven fields each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import EmailField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.enrolment.rules import Page, Registered, check_registered
from coops.register.forms import KINDS, LANGUAGES, SURPLUSES, categories, options, places
from coops.register.rules import Claim
from cwb.account.forms import AddressStep
from cwb.identity.rules import LEGAL_FORMS, email_address
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, Rsin, VatId
from cwb.kernel.money import Money
from cwb.places.gateway import area_pack
from cwb.places.rules import Basis, Resolution, Verdict
from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    NumberField,
    TextField,
    Ticks,
    many_lines,
    one_line,
    optional,
    required,
)
from cwb.web.i18n import _, _l, translated
from cwb.web.phone_field import PhoneField


class PageForm(Form):
    """One page; `shown` makes its fields from kept answers, `values` the answers from its fields."""

    @classmethod
    def shown(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Kept answers as the fields show them."""
        return dict(answers)

    def values(self) -> dict[str, Any]:
        """The answers to keep."""
        return {
            field.short_name: str(field.data) if field.data else None
            for field in self
            if field.short_name not in {"once", "csrf_token"}
        }


class WhoForm(PageForm):
    """Who we are."""

    registered = RadioField(
        _l("Staat uw organisatie bij de KvK?"),
        choices=options({
            Registered.YES: _l("Ja"), Registered.NOT_YET: _l("Nog niet, wij zijn nog bezig"),
            Registered.ABROAD: _l("Nee, in een ander land"), Registered.DISSOLVED: _l("Nee, zij is opgeheven"),
        }),
        validators=[InputRequired(_l("Kies één."))],
    )  # fmt: skip
    kvk_number = IdentifierField(
        _l("KvK-nummer"), required(20), kind=KvkNumber, render_kw={"inputmode": "numeric", "size": 12}
    )
    name = TextField(
        _l("Naam van de organisatie"), required(NAME), render_kw={"autocomplete": "organization"}
    )
    legal_form = SelectField(_l("Rechtsvorm"), [InputRequired(_l("Kies een rechtsvorm."))])
    email = EmailField(
        _l("E-mailadres van de organisatie"),
        required(200),
        filters=[one_line],
        render_kw={"autocomplete": "email"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = {code: translated(text) for code, text in LEGAL_FORMS.items()}
        self.legal_form.choices = options(texts, _l("Kies"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Who stands in no Dutch trade register hears that at once: nothing else is asked of them."""
        try:
            check_registered(self.registered.data or Registered.YES)
        except RuleBroken as fault:
            self.show(fault)
            return False
        return bool(super().validate(extra_validators))

    def values(self) -> dict[str, Any]:
        """The answers to keep.

        Raises:
            EmailInvalid: at the field.
        """
        return {**super().values(), "email": email_address(self.email.data or "")}


class NumbersForm(PageForm):
    """Our numbers; all may follow later."""

    vat_id = IdentifierField(
        _l("Btw-id"), optional(20), kind=VatId, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
    rsin = IdentifierField(
        _l("RSIN"), optional(20), kind=Rsin, render_kw={"inputmode": "numeric", "spellcheck": "false"}
    )
    iban = IdentifierField(
        _l("IBAN"), optional(40), kind=Iban, render_kw={"spellcheck": "false", "dir": "ltr"}
    )
    branch_number = IdentifierField(
        _l("Vestigingsnummer"),
        optional(20),
        kind=BranchNumber,
        render_kw={"inputmode": "numeric", "size": 14},
    )
    phone = PhoneField(_l("Telefoon"))

    def blank_identifiers(self) -> None:
        """Show nothing of a refused number again: it may hold a BSN."""
        for field in (self.vat_id, self.rsin):
            field.data, field.raw_data = None, None


class WorkForm(PageForm):
    """What we do."""

    sectors = Ticks(_l("Welk werk doet u?"), [InputRequired(_l("Kies minstens één soort werk."))])
    kind = RadioField(_l("Wat voor organisatie bent u?"), choices=options(KINDS))
    description = TextAreaField(
        _l("Wat doet u, in een paar zinnen?"), required(LONG), filters=[many_lines], render_kw={"rows": 4}
    )
    languages = Ticks(_l("Welke talen spreekt u met klanten?"), choices=options(LANGUAGES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sectors.choices = options(categories())

    def values(self) -> dict[str, Any]:
        """The answers to keep."""
        return {
            "sectors": self.sectors.data or [], "kind": self.kind.data, "description": self.description.data,
            "languages": self.languages.data or [],
        }  # fmt: skip


class CapacityForm(PageForm):
    """How much we can do; all may stay empty."""

    members = NumberField(_l("Hoeveel leden hebt u?"), [MayStayEmpty()], places=0, largest="1000000")
    people = NumberField(_l("Hoeveel mensen werken er?"), [MayStayEmpty()], places=0, largest="100000")
    weekly_hours = NumberField(
        _l("Hoeveel uur werk per week kunt u erbij doen?"), [MayStayEmpty()], places=0, largest="100000"
    )
    largest = MoneyField(_l("Hoe groot was uw grootste opdracht, in euro?"), [MayStayEmpty()])

    @classmethod
    def shown(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Kept answers as the fields show them."""
        minor = answers.get("largest_minor")
        counts = {
            name: Decimal(value)
            for name, value in answers.items()
            if name != "largest_minor" and value is not None
        }
        return {**counts, "largest": None if minor is None else Money(minor)}

    def values(self) -> dict[str, Any]:
        """The answers to keep."""
        counts = {name: getattr(self, name).data for name in ("members", "people", "weekly_hours")}
        return {
            **{name: None if value is None else int(value) for name, value in counts.items()},
            "largest_minor": None if self.largest.data is None else self.largest.data.minor,
        }


class ServesForm(PageForm):
    """Where we work, of an organisation whose address is known."""

    wijk = SelectField(_l("In welke wijk ligt uw adres?"), [MayStayEmpty()])
    asks_wijk = False
    serves = Ticks(_l("In welke wijken werkt u?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.serves.choices = options(places())
        self.wijk.choices = options(places(), _l("Weet ik niet"))

    def ask_wijk(self, possible: Collection[str]) -> None:
        """Show only the wijken of which one may hold the address; what is sent is judged with the address of then."""
        self.asks_wijk = bool(possible)
        self.wijk.choices = [each for each in self.wijk.choices if not each.value or each.value in possible]

    def values(self) -> dict[str, Any]:
        """The answers to keep."""
        return {"serves": self.serves.data or [], "wijk": self.wijk.data or None}


class WhereForm(ServesForm, AddressStep):
    """Where we are and where we work."""

    def values(self) -> dict[str, Any]:
        """The answers to keep."""
        return {**ServesForm.values(self), **AddressStep.values(self)}


def told_of(place: Resolution) -> list[str]:
    """What an address proves, and what that means for who counts as local: plain sentences."""
    area = area_pack().name
    if place.wijk is not None:
        return [_("Uw adres ligt in de wijk %(wijk)s. U telt mee als lokaal.", wijk=places()[place.wijk])]
    if place.verdict is Verdict.OUTSIDE:
        return [
            _("Uw adres ligt niet in %(area)s. U kunt gewoon meedoen en inschrijven.", area=area),
            _("In de cijfers telt u niet mee als lokaal."),
        ]
    unknown = _("In welke wijk het ligt, weten wij niet.")
    if place.verdict is Verdict.INSIDE:
        return [_("Uw adres ligt in %(area)s. U telt mee als lokaal.", area=area), unknown]
    if place.basis is Basis.SPLIT:
        return [
            _("Deze postcode ligt voor een deel in %(area)s.", area=area),
            _("Of u als lokaal meetelt, is nog niet zeker."), unknown,
        ]  # fmt: skip
    return [translated(place.reason), _("Vul het adres in waar u werkt. U kunt ook zo verder.")]


def _share(text: Any) -> NumberField:
    return NumberField(text, [MayStayEmpty()], places=0, largest="100")


class FactsForm(PageForm):
    """How we decide and share; all may stay empty."""

    legal_form = TextField(_l("Wat staat in uw statuten over wie mag stemmen?"), optional())
    votes_workers = _share(_l("Hoeveel procent van de stemmen is van wie er werkt?"))
    votes_residents = _share(_l("Hoeveel procent van de stemmen is van bewoners?"))
    surplus = SelectField(_l("Waar gaat overschot heen?"), [MayStayEmpty()])
    work_by_members = _share(_l("Hoeveel procent van het werk doen leden zelf?"))
    open_entry = SelectField(_l("Kan iedereen die past lid worden?"), [MayStayEmpty()])
    last_meeting = DayField(_l("Wanneer was de laatste ledenvergadering?"), [MayStayEmpty()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unknown = _l("Weet ik niet")
        self.surplus.choices = options(SURPLUSES, unknown)
        self.open_entry.choices = options({"yes": _l("Ja"), "no": _l("Nee")}, unknown)

    @classmethod
    def shown(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Kept answers as the fields show them."""
        met = answers.get(Claim.LAST_MEETING)
        return {**answers, "last_meeting": date.fromisoformat(met) if met else None}

    def values(self) -> dict[str, Any]:
        """The answers to keep: claim code → value."""
        met = self.last_meeting.data
        shares = (Claim.VOTES_WORKERS, Claim.VOTES_RESIDENTS, Claim.WORK_BY_MEMBERS)
        return {
            Claim.LEGAL_FORM.value: self.legal_form.data or "",
            Claim.SURPLUS.value: self.surplus.data or "",
            Claim.OPEN_ENTRY.value: self.open_entry.data or "",
            Claim.LAST_MEETING.value: met.isoformat() if met else "",
            **{
                code.value: "" if self[code.value].data is None else str(int(self[code.value].data))
                for code in shares
            },
        }


FORMS: Mapping[Page, type[PageForm]] = {
    Page.WHO: WhoForm,
    Page.NUMBERS: NumbersForm,
    Page.WORK: WorkForm,
    Page.CAPACITY: CapacityForm,
    Page.WHERE: WhereForm,
    Page.FACTS: FactsForm,
}
"""Page → its form."""
